import Verification
import Accounting
import Ageing
import Foundation
import GLPKSolver
import ScenarioFiles
import Scenarios
import Scheduling
import Testing
import ValueStreams

/// Streams in any combination, at random: what the program says they cost is what their kW settle to. If this breaks: the
/// meter's bill is not the one that was promised.
@Suite("Value streams at random")
struct RandomStreamsTests {
    /// One or two vehicles with any streams; `isNeutral` gives every stream a price of nothing.
    private static func text(seed: UInt64, isNeutral: Bool, hasStreams: Bool = true) -> String {
        var random = SeededGenerator(seed: seed)
        func pick<T>(_ values: [T]) -> T { values[Int(random.share() * Double(values.count))] }
        func between(_ low: Double, _ high: Double) -> Double {
            ((low + (high - low) * random.share()) * 1000).rounded() / 1000
        }
        func price(_ low: Double, _ high: Double) -> Double {
            let price = between(low, high)
            return isNeutral ? 0 : price
        }
        let prices = (0..<24).map { _ in between(-0.05, 0.4) }
        var vehicles = ""
        for number in 0..<pick([1, 2]) {
            let ageing = pick([
                "none", "{ cycle_cost: 0.02 }",
                "{ calendar_cost: [[0, 0.001], [1, 0.012]], cycle_cost: [[0.5, 0.004], [1, 0.02]] }",
            ])
            vehicles += """
                  - id: ev\(number)
                    battery: { capacity_kwh: 60, soc_min: 0.1, soc_start: \(between(0.2, 0.7)), ageing: \(ageing) }
                    charger: { charge_kw: 11, discharge_kw: \(pick([0.0, 7.4, 10])), charge_efficiency: 0.94, discharge_efficiency: 0.95 }
                    plugged: [{ from: 2024-01-15T\(pick(["12", "15", "18"])):00, to: 2024-01-16T\(pick(["06", "09", "12"])):00, departure_soc: \(between(0.4, 0.8)), trip_kwh: 5 }]

                """
        }
        var services = ""
        func maybe(_ text: String) {
            if random.share() < 0.5 { services += "  \(text)\n" }
        }
        // By Scheduling.docc/Model.md section 5 a commitment of nothing still holds the site at its baseline: neutral is one out of reach.
        let baseline = isNeutral ? "100" : pick(["immediate", "2"])
        maybe(
            "demand_charge: [{ rate_per_kw: \(price(0.05, 1)), peak_so_far_kw: \(isNeutral ? 0 : pick([0, 4])) }, { rate_per_kw: \(price(0.05, 1)), from: 2024-01-15T17:00, to: 2024-01-15T21:00 }]"
        )
        maybe("network_deferral: { feeder_load_kw: 30, rate_per_kw: \(price(0.05, 0.5)), limit_kw: 60 }")
        maybe(
            "resource_adequacy: { payment_per_kw: \(price(0.1, 1)), max_kw: 8, events: [{ from: 2024-01-15T18:00, to: 2024-01-15T20:00 }], baseline_kw: \(baseline) }"
        )
        maybe(
            "reserve: [{ direction: \(pick(["up", "down", "symmetric"])), price: \(price(0.002, 0.03)), duration: \(pick(["15min", "1h"])), block: \(pick(["1h", "4h"])), max_kw: 9, activation: 0 }]"
        )
        maybe("carbon: { intensity_g_per_kwh: \(between(100, 500)), price_per_tonne: \(price(20, 150)) }")
        maybe(
            "tiered_tariff: { blocks: [{ up_to_kwh: 10, surcharge: \(price(0, 0.02)) }, { surcharge: \(isNeutral ? 0 : between(0.02, 0.1)) }] }"
        )
        return """
            horizon: { start: 2024-01-15T12:00, end: 2024-01-16T12:00, step: 1h, timezone: Europe/Amsterdam }
            tariff: { import: { values: \(prices), step: 1h }, export: { values: \(prices.map { $0 * 0.8 - 0.01 }), step: 1h } }
            site: { import_limit_kw: 30, export_limit_kw: 30, load_kw: \(between(0, 2)) }
            vehicles:
            \(vehicles)
            \(services.isEmpty || !hasStreams ? "" : "services:\n" + services)
            """
    }

    private static func solved(_ text: String) throws -> (Scheduler, SolvedSchedule)? {
        let scenario = try ScenarioLoader(sections: StreamRegistry.sections, cellNames: CellRegistry.names)
            .load(text: text, named: "test").scenario
        let ageing = try scenario.vehicles.map { try AgeingPrices(vehicle: $0, grid: scenario.grid) }
        let scheduler = Scheduler(
            scenario: scenario, ageing: ageing, streams: StreamRegistry.streams(of: scenario), solver: DirectSolver())
        guard case .schedule(let solved) = scheduler.schedule() else { return nil }
        return (scheduler, solved)
    }

    @Test("in 300 random scenarios each cost line is what its kW settle to, and the whole verifies")
    func settled() throws {
        var (schedules, streams) = (0, 0)
        for seed in 1...300 {
            guard let (scheduler, solved) = try Self.solved(Self.text(seed: UInt64(seed), isNeutral: false)) else {
                continue
            }
            let lines = Settlement.lines(
                of: solved.schedule, scenario: scheduler.scenario, ageing: scheduler.ageing, streams: scheduler.streams)
            schedules += 1
            streams += scheduler.streams.count
            #expect(abs(lines.reduce(0) { $0 + $1.amount } - solved.objective) < 0.01, "seed \(seed)")
            for line in solved.costs {
                let amount = lines.first { $0.name == line.name }?.amount
                #expect(
                    abs((amount ?? .infinity) - line.amount) < 1e-5 * max(1, abs(line.amount)),
                    "seed \(seed) \(line.name)")
            }
            let result = ResultFile(solved, scenario: scheduler.scenario)
            let replay = Replay(
                scenario: scheduler.scenario, ageing: scheduler.ageing, result: result, streams: scheduler.streams)
            #expect(replay.problems == [], "seed \(seed)")
        }
        // Scenarios that cannot be scheduled show nothing.
        #expect(schedules > 270 && streams > 600, "\(schedules) \(streams)")
    }

    @Test("in 300 random scenarios streams that pay and cost nothing leave the optimum as it is")
    func neutral() throws {
        var compared = 0
        for seed in 1...300 {
            guard let (_, with) = try Self.solved(Self.text(seed: UInt64(seed), isNeutral: true)),
                let (_, without) = try Self.solved(Self.text(seed: UInt64(seed), isNeutral: true, hasStreams: false))
            else { continue }
            compared += 1
            #expect(abs(with.objective - without.objective) < 1e-6 * max(1, abs(without.objective)), "seed \(seed)")
        }
        #expect(compared > 270)
    }
}
