import Ageing
import GLPKSolver
import ScenarioFiles
import Scenarios
import Scheduling
import Testing

@testable import ValueStreams

/// If this breaks: a plan avoids a peak that is not billed, or is billed for one it did not see.
@Suite("Tariffs as they are billed")
struct BilledTariffTests {
    private static let grid = TimeGrid(
        start: Instant(epochSeconds: 0), stepSeconds: 900, count: 3 * 96, timeZone: "UTC")
    private static let all = Array(0..<grid.count)

    /// What is billed for one quarter at `kw` in each of three days, all else 0.
    private static func billed(_ kw: [Double], _ change: (inout BilledPeak) -> Void) -> [Double] {
        var peak = BilledPeak(ratePerKW: 1, period: nil, soFarKW: 0)
        change(&peak)
        return peak.peaks({ $0 % 96 == 40 ? kw[$0 / 96] : 0 }, in: all, of: grid)
    }

    @Test("an interval's mean is billed, the mean of the highest days, and no less than the minimum")
    func closedForms() {
        #expect(Self.billed([8, 2, 4]) { _ in } == [8])
        #expect(Self.billed([8, 2, 4]) { $0.intervalSeconds = 3600 } == [2])
        #expect(Self.billed([8, 2, 4]) { $0.averageOf = 2 } == [6])
        #expect(Self.billed([8, 2, 4]) { ($0.averageOf, $0.days) = (2, ["before 1": 10]) } == [9])
        #expect(Self.billed([8, 2, 4]) { ($0.averageOf, $0.minimumKW) = (3, 5) } == [5])
        #expect(Self.billed([8, 2, 4]) { $0.period = .day } == [8, 2, 4])
        // Days that are not known yet count for nothing: of two, their mean.
        #expect(Self.billed([8, 2, 4]) { ($0.averageOf, $0.period) = (3, .day) } == [8, 2, 4])
    }

    @Test("a tier's money is paid up to its end, the last one's beyond")
    func tiers() {
        var peak = BilledPeak(ratePerKW: 0, period: nil, soFarKW: 0)
        peak.tiers = [.init(toKW: 2, money: 10), .init(toKW: 5, money: 15), .init(toKW: 10, money: 30)]
        #expect([0, 2, 2.1, 5, 9, 40].map(peak.cost) == [10, 10, 15, 15, 30, 30])
    }

    private static func scheduler(_ services: String, vehicle: String = "") throws -> Scheduler {
        let text = """
            horizon: { start: 2025-01-14T00:00, end: 2025-01-16T00:00, step: 30min, timezone: Europe/Brussels }
            tariff: { import: { hours: [{ from: "00:00", to: "06:00", value: 0.20 }, { value: 0.25 }] }, export: 0.05 }
            site: { load_kw: { hours: [{ from: "17:00", to: "21:00", value: 3 }, { value: 0.5 }] } }
            vehicles:
              - id: ev1
                battery: { capacity_kwh: 60, soc_min: 0.2, soc_start: 0.3, ageing: none }
                charger: { charge_kw: 7.4, discharge_kw: 5, charge_efficiency: 0.95, discharge_efficiency: 0.95 }
                plugged: [{ daily: ["18:00", "07:00"], departure_soc: 0.7, trip_kwh: 18 }]
            \(vehicle)
            services: \(services)
            """
        let scenario = try ScenarioLoader(sections: StreamRegistry.sections, cellNames: CellRegistry.names)
            .load(text: text, named: "test").scenario
        let ageing = try scenario.vehicles.map { try AgeingPrices(vehicle: $0, grid: scenario.grid) }
        return Scheduler(
            scenario: scenario, ageing: ageing, streams: StreamRegistry.streams(of: scenario), solver: DirectSolver())
    }

    @Test(
        "the program's cost line is what the plain kW come to",
        arguments: [
            "{ demand_charge: { rate_per_kw: 4.25, period: month, interval: 1h } }",
            "{ demand_charge: { rate_per_kw: 2, average_of: 2, per: day, interval: 1h } }",
            "{ demand_charge: { rate_per_kw: 2, average_of: 3, per: day, peaks_so_far_kw: [5, 4.5], minimum_kw: 4 } }",
            "{ demand_charge: { tiers: [[2, 10], [5, 15], [10, 30]], period: month } }",
            "{ net_metering: { value_per_kwh: 0.12, import_so_far_kwh: 5, export_so_far_kwh: 20 } }",
        ])
    func settled(services: String) throws {
        let scheduler = try Self.scheduler(services)
        guard case .schedule(let solved) = scheduler.schedule() else {
            Issue.record("no schedule")
            return
        }
        #expect(solved.status == .optimal)
        let stream = try #require(scheduler.streams.first)
        let line = try #require(solved.costs.first { $0.name == stream.key })
        #expect(abs(line.amount - stream.settle(solved.schedule, in: scheduler.scenario)) < 1e-6)
    }

    @Test("a tier's edge is kept where going beyond it costs more than the hours it saves")
    func edge() throws {
        let scheduler = try Self.scheduler("{ demand_charge: { tiers: [[2, 10], [5, 15], [10, 300]], period: month } }")
        guard case .schedule(let solved) = scheduler.schedule() else {
            Issue.record("no schedule")
            return
        }
        #expect((solved.schedule.importKW.max() ?? 9) <= 5 + 1e-6)
    }

    @Test("an employer who refunds ten cents is charged at, to the last kWh that fits")
    func vehicleTariff() throws {
        let text = "    tariff: { charge: -0.5, discharge: -1 }"
        let scheduler = try Self.scheduler("{ carbon: { intensity_g_per_kwh: 0, price_per_tonne: 0 } }", vehicle: text)
        guard case .schedule(let solved) = scheduler.schedule() else {
            Issue.record("no schedule")
            return
        }
        let plan = solved.schedule.vehicles[0]
        let line = try #require(solved.costs.first { $0.name == "vehicle_tariff" })
        #expect(abs(line.amount + 0.5 * 0.5 * plan.chargeKW.reduce(0, +)) < 1e-6)
        #expect(abs((plan.energyKWh.max() ?? 0) - 60) < 1e-6)
        #expect(plan.dischargeKW.allSatisfy { $0 == 0 })
    }
}
