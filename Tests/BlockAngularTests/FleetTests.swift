import Verification
import Accounting
import Ageing
import BlockAngular
import Foundation
import GLPKSolver
import LinearPrograms
import ScenarioFiles
import Scenarios
import Scheduling
import Testing
import ValueStreams

/// Fleets at random, with any streams: decomposition beside the direct solver. If this breaks: a fleet's schedule differs
/// from the optimum of its vehicles, or there is none.
@Suite("Decomposition of fleets")
struct FleetTests {
    /// A fleet of a seed, as a scenario file.
    static func text(seed: UInt64, binaries: Bool) -> String {
        var random = SeededGenerator(seed: seed)
        func pick<T>(_ values: [T]) -> T { values[Int(random.share() * Double(values.count))] }
        func between(_ low: Double, _ high: Double) -> Double {
            ((low + (high - low) * random.share()) * 1000).rounded() / 1000
        }
        let count = 2 + Int(random.share() * 11)
        let lowest = binaries ? -0.15 : 0.03
        let prices = (0..<24).map { _ in between(lowest, 0.4) }
        let sells = prices.map { ($0 - 0.02) * (binaries ? 1 : 0.9) }
        var vehicles = ""
        for number in 0..<count {
            let capacity = pick([40.0, 60, 77])
            let (arrival, departure) = (between(0, 9), between(14, 23))
            func time(_ hour: Double) -> String {
                let minutes = Int(hour * 60)
                return "2024-01-1\(minutes < 720 ? 5 : 6)T\(pad((12 + minutes / 60) % 24)):\(pad(minutes % 60))"
            }
            let ageing = pick([
                "none", "{ cycle_cost: 0.02 }",
                "{ calendar_cost: [[0, 0.001], [0.5, 0.003], [1, 0.012]], cycle_cost: [[0.3, 0.004], [0.6, 0.01], [1, 0.02]] }",
            ])
            let least = binaries && random.share() < 0.3 ? ", min_charge_kw: 1.4" : ""
            vehicles += """
                  - id: ev\(number)
                    battery: { capacity_kwh: \(capacity), soc_min: 0.1, soc_start: \(between(0.2, 0.7)), ageing: \(ageing) }
                    charger: { charge_kw: \(pick([7.4, 11.0])), discharge_kw: \(pick([0.0, 7.4, 10])), charge_efficiency: 0.94, discharge_efficiency: 0.95\(least) }
                    plugged: [{ from: \(time(arrival)), to: \(time(departure)), departure_soc: \(between(0.5, 0.85)), trip_kwh: \(between(2, 10)) }]

                """
        }
        var services = ""
        func maybe(_ text: String) { if random.share() < 0.35 { services += "  \(text)\n" } }
        maybe("demand_charge: { rate_per_kw: 0.3 }")
        maybe("network_deferral: { feeder_load_kw: \(20 + 4 * count), rate_per_kw: 0.1, limit_kw: \(22 + 5 * count) }")
        maybe(
            "resource_adequacy: { payment_per_kw: 0.4, max_kw: \(3 * count), events: [{ from: 2024-01-15T18:00, to: 2024-01-15T20:00 }] }"
        )
        maybe(
            "reserve: [{ direction: \(pick(["up", "down", "symmetric"])), price: 0.008, duration: 1h, block: 4h, max_kw: \(3 * count) }]"
        )
        maybe("carbon: { intensity_g_per_kwh: 300, price_per_tonne: 90 }")
        maybe("backup: { critical_load_kw: 1, duration: 2h }")
        // A car park's tree of cables, for every third fleet.
        let half = count / 2
        let groups =
            seed % 3 != 0
            ? ""
            : """
            groups:
              - { id: hall, import_limit_kw: \(5 * count), export_limit_kw: \(3 * count) }
              - { id: west, parent: hall, import_limit_kw: \(4 * half), vehicles: [ev0..ev\(half - 1)] }
              - { id: east, parent: hall, export_limit_kw: \(2 * half), vehicles: [ev\(half)..ev\(count - 1)] }

            """
        return """
            horizon: { start: 2024-01-15T12:00, end: 2024-01-16T12:00, step: 1h, timezone: Europe/Amsterdam }
            tariff: { import: { values: \(prices), step: 1h }, export: { values: \(sells), step: 1h } }
            site: { import_limit_kw: \(between(3.5, 8) * Double(count)), export_limit_kw: \(between(2, 8) * Double(count)), load_kw: \(between(0, 2)) }
            vehicles:
            \(vehicles)
            \(groups)\(services.isEmpty ? "" : "services:\n" + services)
            """
    }

    private static func pad(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

    static func scheduler(_ text: String, _ solver: any LinearProgramSolver) throws -> Scheduler {
        let scenario = try ScenarioLoader(sections: StreamRegistry.sections, cellNames: CellRegistry.names)
            .load(text: text, named: "test").scenario
        let ageing = try scenario.vehicles.map { try AgeingPrices(vehicle: $0, grid: scenario.grid) }
        return Scheduler(
            scenario: scenario, ageing: ageing, streams: StreamRegistry.streams(of: scenario), solver: solver)
    }

    /// `V2X_FLEETS=200 swift test --filter FleetTests` for the long run.
    static let count = ProcessInfo.processInfo.environment["V2X_FLEETS"].flatMap { UInt64($0) } ?? 30

    @Test(
        "linear fleets: the same cost as the direct solver's, proven, and a schedule that verifies",
        arguments: 1...count)
    func linear(seed: UInt64) throws {
        let text = Self.text(seed: seed, binaries: false)
        let direct = try Self.scheduler(text, DirectSolver()).schedule()
        let scheduler = try Self.scheduler(text, DecompositionSolver())
        switch (direct, scheduler.schedule()) {
        case (.schedule(let one), .schedule(let two)):
            #expect(
                abs(one.objective - two.objective) <= 1e-6 * max(1, abs(one.objective)),
                "\(one.objective) \(two.objective)")
            #expect(two.bound <= one.objective + 1e-9 * max(1, abs(one.objective)))
            let problems = Replay(
                scenario: scheduler.scenario, ageing: scheduler.ageing,
                result: ResultFile(two, scenario: scheduler.scenario), streams: scheduler.streams
            ).problems
            #expect(problems == [])
        case (.infeasible, .infeasible): break
        case (let one, let two): Issue.record("\(one) \(two)")
        }
    }

    @Test(
        "fleets with binaries: never below the optimum, bound and gap true, a schedule that verifies",
        arguments: 1...count)
    func mixedInteger(seed: UInt64) throws {
        let text = Self.text(seed: seed &+ 1_000_000, binaries: true)
        // No clock: a loaded machine gets the same answers.
        let limits = SolveLimits(nodes: 300)
        var exact = try Self.scheduler(text, DirectSolver())
        exact.limits = limits
        let direct = exact.schedule()
        var scheduler = try Self.scheduler(text, DecompositionSolver())
        scheduler.limits = limits
        switch (direct, scheduler.schedule()) {
        case (.schedule(let one), .schedule(let two)):
            let tolerance = 1e-6 * max(1, abs(one.objective))
            #expect(two.objective >= one.bound - tolerance && two.bound <= one.objective + tolerance)
            #expect(two.status == .feasible || two.gap <= 1e-6)
            let problems = Replay(
                scenario: scheduler.scenario, ageing: scheduler.ageing,
                result: ResultFile(two, scenario: scheduler.scenario), streams: scheduler.streams
            ).problems
            #expect(problems == [])
            FleetTests.gaps.add((two.objective - one.objective) / max(1, abs(one.objective)))
        case (.infeasible, .infeasible), (.limitReached, _): break
        case (let one, let two): Issue.record("\(one) \(two)")
        }
    }

    /// How far whole schedules lie above the direct solver's, printed at the end for whoever reads the log.
    final class Gaps: @unchecked Sendable {
        private let lock = NSLock()
        private var all: [Double] = []
        func add(_ gap: Double) {
            lock.withLock {
                all.append(gap)
                if all.count == Int(FleetTests.count) {
                    let sorted = all.sorted()
                    print(
                        "whole schedules above the direct solver's: median \(sorted[sorted.count / 2]), worst \(sorted[sorted.count - 1])"
                    )
                }
            }
        }
    }
    static let gaps = Gaps()

    @Test("any number of threads gives the same schedule to the last digit")
    func threads() throws {
        let text = Self.text(seed: 77, binaries: true)
        let results = try [1, 2, 5].map { threads -> Schedule? in
            let outcome = try Self.scheduler(text, DecompositionSolver(threads: threads)).schedule()
            if case .schedule(let solved) = outcome { return solved.schedule }
            return nil
        }
        #expect(results[0] != nil && results[0] == results[1] && results[1] == results[2])
    }

    @Test("auto takes the direct solver for a few vehicles and decomposition for many, and says which")
    func automatic() throws {
        func method(_ count: Int) throws -> String? {
            let vehicle = { (number: Int) in
                "  - { id: ev\(number), battery: { capacity_kwh: 60, soc_start: 0.\(3 + number % 5), ageing: none }, charger: { charge_kw: 11, discharge_kw: 10 }, plugged: [{ from: 2024-01-15T12:00, to: 2024-01-16T12:00 }] }"
            }
            let text = """
                horizon: { start: 2024-01-15T12:00, end: 2024-01-16T12:00, step: 1h, timezone: Europe/Amsterdam }
                tariff: { import: { hours: [{ from: "17:00", to: "21:00", value: 0.4 }, { value: 0.2 }] }, export: 0.1 }
                site: { import_limit_kw: \(4 * count) }
                vehicles:
                \((0..<count).map(vehicle).joined(separator: "\n"))
                """
            guard case .schedule(let solved) = try Self.scheduler(text, AutomaticSolver()).schedule() else {
                return nil
            }
            return solved.statistics.method
        }
        #expect(try method(3) == "direct")
        #expect(try method(AutomaticSolver.minBlocks) == "decomposition, interior point")
    }
}
