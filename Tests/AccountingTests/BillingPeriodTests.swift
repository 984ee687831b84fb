import Ageing
import GLPKSolver
import ScenarioFiles
import Scenarios
import Scheduling
import Testing
import ValueStreams

@testable import Accounting

/// If this breaks: a month's demand charge counts once a day in the figures of a year.
@Suite("Billing periods")
struct BillingPeriodTests {
    /// Flat prices: nothing to gain but the demand charge. Uncontrolled charging at 7.4 kW meets a load of 3 kW.
    private static func scheduler(
        period: String?, from start: String, days: Int, soFarKW: Double = 0
    ) throws -> Scheduler {
        let end = start.replacing("-15T", with: "-\(15 + days)T").replacing("01-30T", with: "02-0\(days - 1)T")
        let billing = period.map { ", period: \($0)" } ?? ""
        let text = """
            horizon: { start: \(start), end: \(end), step: 1h, timezone: Europe/Brussels }
            tariff: { import: 0.25, export: 0.05 }
            site: { load_kw: { hours: [{ from: "17:00", to: "21:00", value: 3 }, { value: 0.5 }] } }
            vehicles:
              - id: ev1
                battery: { capacity_kwh: 60, soc_min: 0.2, soc_start: 0.5, ageing: none }
                charger: { charge_kw: 7.4, discharge_kw: 5, charge_efficiency: 0.95, discharge_efficiency: 0.95 }
                plugged: [{ daily: ["18:00", "07:00"], departure_soc: 0.7, trip_kwh: 8 }]
            services: { demand_charge: { rate_per_kw: 4.25, peak_so_far_kw: \(soFarKW)\(billing) } }
            """
        let scenario = try ScenarioLoader(sections: StreamRegistry.sections, cellNames: CellRegistry.names)
            .load(text: text, named: "test").scenario
        let ageing = try scenario.vehicles.map { try AgeingPrices(vehicle: $0, grid: scenario.grid) }
        return Scheduler(
            scenario: scenario, ageing: ageing, streams: StreamRegistry.streams(of: scenario), solver: DirectSolver())
    }

    @Test("a monthly rate is charged twelve times a year, whatever the horizon", arguments: [1, 3])
    func monthly(days: Int) throws {
        let worth = try StreamWorth(Self.scheduler(period: "month", from: "2025-01-15T12:00", days: days))
        // 10.4 kW uncontrolled, 3 kW (the load) at best.
        let uncontrolled = try #require(worth.uncontrolled["demand_charge"])
        #expect(abs(uncontrolled - 12 * 4.25 * 10.4) < 1e-6)
        let best = try #require(worth.modes["v1x"]?.bill["demand_charge"])
        #expect(abs(best - 12 * 4.25 * 3) < 1e-6)
        let charge = try #require(worth.streams.first { $0.stream == "demand_charge" })
        let first = try #require(charge.worth["v1x"]).first
        #expect(abs(first - 377.40) < 1e-6)
    }

    @Test("without a period the rate is the horizon's, and a year has as many as fit")
    func horizon() throws {
        let worth = try StreamWorth(Self.scheduler(period: nil, from: "2025-01-15T12:00", days: 1))
        let uncontrolled = try #require(worth.uncontrolled["demand_charge"])
        #expect(abs(uncontrolled - 365.25 * 4.25 * 10.4) < 1e-6)
    }

    @Test("each calendar period within a horizon has a peak of its own; what was reached before counts in the first")
    func twoMonths() throws {
        let scheduler = try Self.scheduler(period: "month", from: "2025-01-30T12:00", days: 4, soFarKW: 8)
        guard case .schedule(let solved) = scheduler.schedule() else {
            Issue.record("no schedule")
            return
        }
        let levels = (solved.schedule.services["demand_charge"] ?? []).compactMap(\.levelKW)
        #expect(levels.count == 2 && abs(levels[0] - 8) < 1e-6 && levels[1] < 8)
        let cost = try #require(solved.costs.first { $0.name == "demand_charge" })
        #expect(abs(cost.amount - 4.25 * levels.reduce(0, +)) < 1e-6)
        let settled = Settlement.lines(
            of: solved.schedule, scenario: scheduler.scenario, ageing: scheduler.ageing, streams: scheduler.streams)
        let sum = settled.reduce(0) { $0 + $1.amount }
        #expect(abs(sum - solved.objective) < 1e-6)
    }

    @Test("day by day, peaks carry over within a period and begin anew in the next")
    func rolled() throws {
        let scheduler = try Self.scheduler(period: "month", from: "2025-01-30T12:00", days: 4, soFarKW: 8)
        let run = try DayAheadRun(scheduler, mode: .v1x, days: scheduler.scenario.days)
        let schedule = Schedule(vehicles: [], importKW: run.importKW, exportKW: run.exportKW, curtailedKW: [])
        let stream = try #require(scheduler.streams.first)
        let settled = stream.settle(schedule, in: scheduler.scenario)
        let summed = try #require(run.costs["demand_charge"])
        #expect(abs(summed - settled) < 1e-6)
    }
}

/// Without it, a year's study ends at the first evening with a high load.
@Suite("Uncontrolled charging and V1X within the site's limits")
struct RuleCutTests {
    @Test("load alone above the import limit ends no study: the rule charges nothing then, and that is reported")
    func overload() throws {
        let text = """
            horizon: { start: 2025-01-15T12:00, end: 2025-01-16T12:00, step: 1h, timezone: Europe/Brussels }
            tariff: { import: 0.25, export: 0.05 }
            site: { import_limit_kw: 5, load_kw: { hours: [{ from: "18:00", to: "20:00", value: 7 }, { value: 1 }] } }
            vehicles:
              - id: ev1
                battery: { capacity_kwh: 60, soc_start: 0.5, ageing: none }
                charger: { charge_kw: 7.4, discharge_kw: 7.4, charge_efficiency: 0.95, discharge_efficiency: 0.95 }
                plugged: [{ from: 2025-01-15T18:00, to: 2025-01-16T07:00, departure_soc: 0.7 }]
            """
        let scenario = try ScenarioLoader(sections: StreamRegistry.sections, cellNames: CellRegistry.names)
            .load(text: text, named: "test").scenario
        let ageing = try scenario.vehicles.map { try AgeingPrices(vehicle: $0, grid: scenario.grid) }
        let scheduler = Scheduler(scenario: scenario, ageing: ageing, solver: DirectSolver())
        // V2X keeps the limit by discharging.
        guard case .schedule(let solved) = Planner(scheduler).schedule(.v2x) else {
            Issue.record("no schedule")
            return
        }
        #expect((solved.schedule.importKW.max() ?? 9) <= 5 + 1e-6)
        // A rule alone cannot, and fails by name.
        guard case .infeasible(let limit) = Planner(scheduler).schedule(.immediate) else {
            Issue.record("the rule has a schedule")
            return
        }
        #expect(limit.limit == "site.import_limit_kw")
        let run = try DayAheadRun(scheduler, mode: .immediate, days: scenario.days)
        #expect(run.cuts.overloads == 2 && run.cuts.steps > 2)
        #expect((run.importKW.max() ?? 0) == 7)
        // Nor can V1X: the study goes on without it, and reports when and why.
        let worth = try StreamWorth(scheduler)
        #expect(Array(worth.modes.keys) == ["v2x"] && worth.streams.allSatisfy { Array($0.worth.keys) == ["v2x"] })
        #expect(
            worth.withoutSchedule == [
                "v1x": "Wed 2025-01-15 12:00 on: no schedule exists: site.import_limit_kw cannot hold at "
                    + "2025-01-15 18:00: exceeded by at least 2 kW"
            ])
    }
}
