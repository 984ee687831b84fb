import Ageing
import Foundation
import GLPKSolver
import ScenarioFiles
import Scenarios
import Scheduling
import Testing
import ValueStreams

@testable import Accounting

/// If this breaks: the program tells people a wrong figure for what services earn, and they invest on it.
@Suite("Worth of value streams")
struct StreamWorthTests {
    private static func scheduler(_ services: String, days: Int = 3, extra: String = "") throws -> Scheduler {
        let text = """
            horizon: { start: 2024-03-30T12:00, end: 2024-0\(days < 2 ? "3-31" : "4-0\(days - 1)")T12:00, step: 1h, timezone: Europe/Amsterdam }
            tariff:
              import: { hours: [{ from: "17:00", to: "22:00", value: 0.40 }, { from: "01:00", to: "06:00", value: 0.08 }, { value: 0.22 }] }
              export: { hours: [{ from: "17:00", to: "22:00", value: 0.30 }, { value: 0.05 }] }
            site: { load_kw: { hours: [{ from: "17:00", to: "22:00", value: 1.5 }, { value: 0.4 }] } }
            vehicles:
              - id: ev1
                battery: { capacity_kwh: 60, soc_min: 0.1, soc_start: 0.5, ageing: { cell: nmc } }
                charger: { charge_kw: 7.4, discharge_kw: 7.4, charge_efficiency: 0.93, discharge_efficiency: 0.93 }
                plugged: [{ daily: ["17:00", "15:00"], departure_soc: 0.7, trip_kwh: 6 }]
            \(extra)
            services:
            \(services)
            """
        let scenario = try ScenarioLoader(sections: StreamRegistry.sections, cellNames: CellRegistry.names)
            .load(text: text, named: "test").scenario
        let ageing = try scenario.vehicles.map { try AgeingPrices(vehicle: $0, grid: scenario.grid) }
        return Scheduler(
            scenario: scenario, ageing: ageing, streams: StreamRegistry.streams(of: scenario), solver: DirectSolver())
    }

    private static let services = """
          demand_charge: [{ rate_per_kw: 2, peak_so_far_kw: 1 }, { rate_per_kw: 0.5, from: 2024-03-31T12:00 }]
          network_deferral: { feeder_load_kw: { hours: [{ from: "17:00", to: "21:00", value: 50 }, { value: 30 }] }, rate_per_kw: 0.5 }
          resource_adequacy: { payment_per_kw: 1, max_kw: 4, events: [{ daily: ["18:00", "20:00"] }] }
          reserve: [{ direction: up, price: 0.01, duration: 1h, block: 4h, max_kw: 5 }]
          carbon: { intensity_g_per_kwh: 300, price_per_tonne: 80 }
        """

    @Test("days begin at the same wall time, also when clocks change")
    func days() throws {
        let days = try Self.scheduler(Self.services).scenario.days
        #expect(days == [0..<23, 23..<47, 47..<71])
    }

    @Test("days together cost what the whole horizon's plain kW settle to")
    func daysSettleAsOne() throws {
        let scheduler = try Self.scheduler(Self.services)
        let scenario = scheduler.scenario
        let run = try DayAheadRun(scheduler, mode: .v2x, days: scenario.days)
        #expect(run.importKW.count == scenario.grid.count)
        let schedule = Schedule(
            vehicles: [
                VehicleSchedule(
                    id: "ev1", chargeKW: [], dischargeKW: [], energyKWh: run.energyKWh[0])
            ], importKW: run.importKW, exportKW: run.exportKW,
            curtailedKW: Array(repeating: 0, count: scenario.grid.count))
        #expect(abs((run.costs["energy"] ?? 0) - Settlement.energy(schedule, scenario)) < 1e-6)
        // What is billed by the highest kW of many days counts what the days before reached, once.
        for key in ["demand_charge", "network_deferral", "carbon"] {
            let stream = try #require(scheduler.streams.first { $0.key == key })
            #expect(abs((run.costs[key] ?? 0) - stream.settle(schedule, in: scenario)) < 1e-6, "\(key)")
        }
    }

    @Test("batteries go from one day into the next, and trips that a day cuts are driven once")
    func stateIsCarried() throws {
        let scheduler = try Self.scheduler("  {}")
        let scenario = scheduler.scenario
        var noon = scenario
        noon.vehicles[0].windows = try #require(
            // Away from 10:00 to 14:00: the day's end at noon lies within the trip.
            scenario.vehicles.first?.windows.map {
                var window = $0
                window.to = window.to.adding(seconds: -5 * 3600)
                return window
            })
        var other = scheduler
        other.scenario = noon
        let run = try DayAheadRun(other, mode: .v1x, days: noon.days)
        let trips = PlugTimeline(vehicle: noon.vehicles[0], grid: noon.grid).tripKWh.reduce(0, +)
        let path = run.energyKWh[0]
        let balance = path[0] + run.chargedKWh * 0.93 - trips - (path.last ?? 0)
        #expect(abs(balance) < 1e-6)
        #expect(path.count == noon.grid.count + 1)
    }

    @Test("in one day, the stack is worth the objective's distance from the uncontrolled bill, wear by the model")
    func oneDayByHand() throws {
        let scheduler = try Self.scheduler("  demand_charge: { rate_per_kw: 1 }", days: 1)
        let worth = try StreamWorth(scheduler)
        let planner = Planner(scheduler)
        guard case .schedule(let best) = planner.schedule(.v2x),
            case .schedule(let usual) = planner.schedule(.immediate)
        else {
            Issue.record("no schedule")
            return
        }
        func money(_ solved: SolvedSchedule) -> Double {
            solved.costs.filter { $0.name == "energy" || $0.name == "demand_charge" }.reduce(0) { $0 + $1.amount }
        }
        let degradation = try #require(
            try planner.degradation(of: best.schedule, against: usual.schedule)?["ev1"]?.trueCost)
        let left = -planner.endWorth(of: best).stored(leaving: [usual.schedule.vehicles[0].energyKWh[23]])
        let expected = (money(usual) - money(best) - degradation - left) * 365.25 * 24 / 23
        let net = try #require(worth.modes["v2x"]?.net)
        #expect(abs(net - expected) < 1e-4 * abs(expected))
    }

    @Test("a stream that pays nothing is worth nothing, first or last")
    func neutralStream() throws {
        let worth = try StreamWorth(try Self.scheduler("  demand_charge: { rate_per_kw: 0 }"))
        let entry = try #require(worth.streams.first { $0.stream == "demand_charge" })
        for mode in ["v1x", "v2x"] {
            #expect(abs(entry.worth[mode]?.first ?? 1) < 1e-6)
            #expect(abs(entry.worth[mode]?.last ?? 1) < 1e-6)
        }
    }

    @Test("any number of threads gives the same answer")
    func deterministic() throws {
        let scheduler = try Self.scheduler(Self.services)
        let (one, two) = (try StreamWorth(scheduler), try StreamWorth(scheduler))
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        #expect(try encoder.encode(one) == encoder.encode(two))
    }
}
