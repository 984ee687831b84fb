import Ageing
import BlockAngular
import Foundation
import GLPKSolver
import LinearPrograms
import Scenarios
import Testing
import TestSupport

@testable import Scheduling

/// Chargers with a least power, on/off chargers and part-load curves: dynamic programming beside GLPK's branch and bound on
/// the same program, which knows nothing of stores once the chains are taken out of it.
/// Without it an owner of such a charger gets no schedule, or a needlessly expensive one that is called optimal.
@Suite("Chargers that are not linear")
struct UnlinearChargerTests {
    private static func scenario(seed: Int, vehicles: Int, steps: Int) -> Scenario {
        var random = SeededGenerator(seed: UInt64(seed))
        func between(_ range: ClosedRange<Double>) -> Double { Double.random(in: range, using: &random) }
        let prices = (0..<steps).map { _ in between(-0.05...0.4) }
        let spread: Double = [0.03, 0.1, -0.02].randomElement(using: &random) ?? 0
        var scenario = SchedulingTests.night(prices: prices, export: prices.map { $0 - spread })
        scenario.site.loadKW = prices.map { _ in between(0...2) }
        if Bool.random(using: &random) {
            scenario.site.importLimitKW = prices.map { _ in 14 }
        }
        scenario.vehicles = (0..<vehicles).map { number in
            var vehicle = scenario.vehicles[0]
            vehicle.id = "ev\(number)"
            vehicle.battery.socStart = between(0.2...0.6)
            vehicle.battery.socEnd = between(0.3...0.8)
            let power: Double = [3.68, 7.4].randomElement(using: &random) ?? 0
            vehicle.charger.chargeKW = power
            vehicle.charger.dischargeKW = 0
            switch Int.random(in: 0..<4, using: &random) {
            case 0: vehicle.charger.minChargeKW = power
            case 1:
                vehicle.charger.dischargeKW = power
                (vehicle.charger.minChargeKW, vehicle.charger.minDischargeKW) = (1.4, 1.4)
            case 2:
                vehicle.charger.dischargeKW = power
                (vehicle.charger.minChargeKW, vehicle.charger.minDischargeKW) = (power, power)
            default:
                vehicle.charger.chargeEfficiency = .curve([
                    .init(acKW: 0.2 * power, efficiency: 0.7), .init(acKW: 0.6 * power, efficiency: 0.93),
                    .init(acKW: power, efficiency: 0.9),
                ])
            }
            let depths: [Double] = Bool.random(using: &random) ? [1] : [0.3, 0.6, 1]
            vehicle.battery.ageing = .functions(
                calendar: Bool.random(using: &random)
                    ? [
                        .init(soc: 0, costPerHour: 0.001), .init(soc: 0.5, costPerHour: 0.006),
                        .init(soc: 1, costPerHour: 0.008),
                    ]
                    : [],
                cycle: depths.map { .init(depth: $0, costPerKWh: 0.01 + 0.03 * $0) })
            return vehicle
        }
        return scenario
    }

    /// The same least cost, with a proof on both sides.
    @Test("the optimum is that of branch and bound", arguments: 0..<24)
    func besideBranchAndBound(seed: Int) throws {
        let scenario = UnlinearChargerTests.scenario(seed: seed, vehicles: 1 + seed % 2, steps: 10)
        let ageing = try scenario.vehicles.map { try AgeingPrices(vehicle: $0, grid: scenario.grid) }
        let limits = SolveOptions(limits: SolveLimits(nodes: 100_000), breaksTies: false)
        for targets in [SchedulingModel.Targets.hard, .soft] {
            let model = SchedulingModel(scenario: scenario, ageing: ageing, streams: [], targets: targets)
            #expect(model.program.chains.count == scenario.vehicles.count)
            var plain = model.program
            plain.chains = []
            switch (DirectSolver().solve(model.program, options: limits), DirectSolver().solve(plain, options: limits))
            {
            case (.solved(let found), .solved(let expected)):
                #expect(found.isProven && expected.isProven, "seed \(seed)")
                #expect(abs(found.violation - expected.violation) < 1e-6)
                #expect(
                    abs(found.objective - expected.objective) < 2e-6 * max(1, abs(expected.objective)), "seed \(seed)")
                #expect(found.bound <= found.objective)
                // The reported values satisfy the original program and cost the reported objective.
                #expect(model.program.holdsDisjunctions(at: found.values))
                let cost = model.program.costLineAmounts(at: found.values).reduce(0, +)
                #expect(abs(cost - found.objective) < 1e-6 * max(1, abs(cost)))
                return
            case (.infeasible, .infeasible): continue
            case (let found, let expected): Issue.record("seed \(seed): \(found) instead of \(expected)")
            }
        }
    }

    /// One on/off car of a day of quarters: branch and bound finds no schedule of it in a minute.
    @Test("an on/off car of 96 quarters is proven at the first node")
    func dayOfQuarters() throws {
        let prices: [Double] = (0..<96).map { step in
            let ripple = Double(step * 37 % 11)
            return 0.25 + 0.1 * sin(Double(step) / 9) + 0.01 * ripple
        }
        var scenario = SchedulingTests.night(prices: prices, start: 0.3, end: 0.8)
        scenario.grid = TimeGrid(start: scenario.grid.start, stepSeconds: 900, count: 96, timeZone: "UTC")
        scenario.vehicles[0].windows = [PlugWindow(from: scenario.grid.start, to: scenario.grid.end)]
        scenario.vehicles[0].charger.chargeKW = 3.68
        scenario.vehicles[0].charger.minChargeKW = 3.68
        scenario.vehicles[0].charger.dischargeKW = 0
        scenario.site.loadKW = prices.map { 3 * $0 }
        var scheduler = try SchedulingTests.scheduler(scenario)
        scheduler.limits = SolveLimits(nodes: 1)
        guard case .schedule(let solved) = scheduler.schedule() else {
            Issue.record("no schedule")
            return
        }
        #expect(solved.status == .optimal && solved.statistics.method.hasPrefix("dynamic programming"))
        // 20 kWh through 90 % at 0.92 kWh a quarter: 25 quarters (24.2 rounded up), the cheapest of all.
        let cheapest: Double = 0.92 * prices.sorted().prefix(25).reduce(0, +)
        var load = 0.0
        for (price, power) in zip(prices, scenario.site.loadKW) { load += 0.25 * price * power }
        #expect(abs(solved.objective - cheapest - load) < 1e-6)
    }

    /// That not all targets can be met is a matter of counting, which a search over single decisions does not see: owners got
    /// no schedule at all.
    @Test("where a search cannot tell whether all targets can be met there is a schedule that misses them")
    func scheduleWithoutProof() throws {
        // One on/off car at a time passes the connection: 24 steps are wanted of 20, though their energy would pass.
        let prices = (0..<20).map { 0.2 + 0.01 * Double($0 * 7 % 5) }
        var charger = Charger(chargeKW: 7.4, minChargeKW: 7.4)
        charger.chargeEfficiency = .constant(0.9)
        var scenario = SchedulingTests.night(prices: prices, capacity: 100, start: 0, end: 0, charger: charger)
        scenario.site.importLimitKW = prices.map { _ in 9 }
        let wanted = 12 * 7.4 * 0.9
        scenario.vehicles[0].battery.socEnd = wanted / 100
        var other = scenario.vehicles[0]
        other.id = "ev2"
        scenario.vehicles.append(other)
        var scheduler = try SchedulingTests.scheduler(scenario)
        scheduler.limits = SolveLimits(nodes: 100)
        guard case .schedule(let solved) = scheduler.schedule() else {
            Issue.record("no schedule")
            return
        }
        let missing = solved.schedule.shortfalls.reduce(0) { $0 + $1.kwh }
        #expect(abs(missing - 4 * 7.4 * 0.9) < 1e-6)
        #expect(solved.bound <= solved.objective + 1e-9)
    }

    /// Where export is paid above import the linear part imports and exports at once, in every step: no other decision closes
    /// the gap.
    @Test("cars behind a connection at which export is paid above import are proven", arguments: 0..<4)
    func exportAboveImport(seed: Int) throws {
        var scenario = UnlinearChargerTests.scenario(seed: 100 + seed, vehicles: 2, steps: 24)
        scenario.exportPricePerKWh = scenario.importPricePerKWh.map { $0 + 0.03 }
        scenario.site.importLimitKW = scenario.importPricePerKWh.map { _ in 14 }
        var scheduler = try SchedulingTests.scheduler(scenario)
        scheduler.limits = SolveLimits(nodes: 1500)
        guard case .schedule(let solved) = scheduler.schedule() else {
            Issue.record("no schedule")
            return
        }
        #expect(solved.objective - solved.bound <= 2e-6 * max(1, abs(solved.objective)), "seed \(seed)")
    }

    /// Vehicles that share nothing cost together what they cost alone; a relaxed step of the calendar cost would be cheaper.
    @Test("a fleet with a calendar cost that is not convex costs what its vehicles cost alone")
    func fleetWithSteps() throws {
        var scenario = SchedulingTests.night(
            prices: [0.3, 0.1, 0.25, 0.2, 0.4, 0.15], export: Array(repeating: 0, count: 6))
        scenario.vehicles[0].battery.ageing = .functions(
            calendar: [
                .init(soc: 0, costPerHour: 0.002), .init(soc: 0.3, costPerHour: 0.014),
                .init(soc: 0.55, costPerHour: 0.015), .init(soc: 0.65, costPerHour: 0.03),
                .init(soc: 1, costPerHour: 0.032),
            ], cycle: [.init(depth: 1, costPerKWh: 0.002)])
        scenario.vehicles[0].charger.dischargeKW = 0
        scenario.vehicles[0].battery.socEnd = 0.7
        scenario.site.loadKW = Array(repeating: 1, count: 6)
        let alone = try SchedulingTests.solve(scenario)
        let load = scenario.importPricePerKWh.reduce(0, +)
        scenario.vehicles = (0..<14).map { number in
            var vehicle = scenario.vehicles[0]
            vehicle.id = "ev\(number)"
            return vehicle
        }
        var scheduler = try SchedulingTests.scheduler(scenario)
        scheduler.solver = AutomaticSolver()
        guard case .schedule(let fleet) = scheduler.schedule() else {
            Issue.record("no schedule")
            return
        }
        #expect(abs(fleet.objective - load - 14 * (alone.objective - load)) < 1e-5)
        #expect(fleet.bound <= fleet.objective + 1e-9)
        #expect(abs(fleet.costs.reduce(0) { $0 + $1.amount } - fleet.objective) < 1e-6)
    }
}
