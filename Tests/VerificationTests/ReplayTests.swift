import Accounting
import Verification
import Ageing
import GLPKSolver
import Scenarios
import Scheduling
import Testing

@testable import Verification

/// `v2x verify` believes nobody: each tampering is found, and the sentence names the step and the limit.
@Suite struct ReplayTests {
    static let scenario: Scenario = {
        let grid = TimeGrid(start: Instant(epochSeconds: 0), stepSeconds: 3600, count: 4, timeZone: "UTC")
        let calendar = [CalendarCostPoint(soc: 0, costPerHour: 0.01), CalendarCostPoint(soc: 1, costPerHour: 0.05)]
        let cycle = [CycleCostSegment(depth: 0.3, costPerKWh: 0.01), CycleCostSegment(depth: 1, costPerKWh: 0.04)]
        let battery = Battery(
            capacityKWh: 40, socMin: 0.1, socStart: 0.5, socEnd: 0.5, temperatureC: [20, 20, 20, 20],
            ageing: .functions(calendar: calendar, cycle: cycle))
        let charger = Charger(
            chargeKW: 10, dischargeKW: 8, minChargeKW: 1, chargeEfficiency: .constant(0.9),
            dischargeEfficiency: .constant(0.9))
        var site = Site(unlimitedFor: 4)
        site.importLimitKW = [9, 9, 9, 9]
        return Scenario(
            name: "four hours", currency: "EUR", grid: grid, importPricePerKWh: [0.1, 0.5, 0.1, 0.6],
            exportPricePerKWh: [0.05, 0.45, 0.05, 0.55], site: site,
            vehicles: [
                Vehicle(
                    id: "ev1", battery: battery, charger: charger,
                    windows: [PlugWindow(from: grid.start, to: grid.start.adding(seconds: 4 * 3600))])
            ])
    }()

    static func ageing() throws -> [AgeingPrices] {
        try scenario.vehicles.map { try AgeingPrices(vehicle: $0, grid: scenario.grid) }
    }

    static func result() throws -> ResultFile {
        let scheduler = Scheduler(scenario: scenario, ageing: try ageing(), solver: DirectSolver())
        guard case .schedule(let solved) = scheduler.schedule() else { throw AgeingError(message: "no schedule") }
        return ResultFile(solved, scenario: scenario)
    }

    static func problems(_ change: (inout ResultFile) -> Void) throws -> [String] {
        var result = try result()
        change(&result)
        return Replay(scenario: scenario, ageing: try ageing(), result: result).problems
    }

    @Test("an honest result holds") func honest() throws { #expect(try ReplayTests.problems { _ in } == []) }

    /// A plan that the charger does not keep would be called checked.
    @Test("powers between the phases, runs that are too short and starts that are not paid are found")
    func runs() throws {
        var scenario = ReplayTests.scenario
        scenario.vehicles[0].charger.fewerPhases = [[1]]
        scenario.vehicles[0].charger.switchCost = 0.01
        let ageing = try ReplayTests.ageing()
        func problems(_ minRun: Int, _ change: (inout ResultFile) -> Void) throws -> [String] {
            var asking = scenario
            asking.vehicles[0].charger.minRunSteps = minRun
            let scheduler = Scheduler(scenario: scenario, ageing: ageing, solver: DirectSolver())
            guard case .schedule(let solved) = scheduler.schedule() else { throw AgeingError(message: "no schedule") }
            var result = ResultFile(solved, scenario: asking)
            change(&result)
            return Replay(scenario: asking, ageing: ageing, result: result).problems
        }
        #expect(try problems(1) { _ in } == [])
        // Prices alternate, and so does the plan.
        #expect(try problems(3) { _ in }.contains { $0.contains("shorter than min_run, 3 steps") })
        let unpaid = try problems(1) { result in
            result.costs["switching"] = 0
        }
        #expect(unpaid.contains { $0.contains("switching") })
        // One phase takes up to 3.33 kW and no less than 1 kW, three take 3 kW and more.
        scenario.vehicles[0].charger.minChargeKW = 2
        #expect(try problems(1) { $0.vehicles[0].chargeKW[0] = 4 }.contains { $0.contains("between the 3.33") })
    }

    /// An owner who asks five cents of each discharged kWh has not paid them.
    @Test("a hurdle steers the plan, and is in no cost line and no total; verify checks it")
    func hurdle() throws {
        var asking = ReplayTests.scenario
        asking.vehicles[0].minGainPerKWh = 0.05
        let ageing = try ReplayTests.ageing()
        let scheduler = Scheduler(scenario: asking, ageing: ageing, solver: DirectSolver())
        guard case .schedule(let solved) = scheduler.schedule() else { throw AgeingError(message: "no schedule") }
        let discharged = solved.schedule.vehicles[0].dischargeKW.reduce(0, +)
        let settled = Settlement.lines(of: solved.schedule, scenario: asking, ageing: ageing)
        let hurdle = try #require(solved.hurdle)
        #expect(discharged > 1)
        #expect(abs(hurdle - 0.05 * discharged) < 1e-9)
        #expect(abs(solved.objective - settled.reduce(0) { $0 + $1.amount }) < 1e-9)
        #expect(abs(solved.bound - solved.objective - hurdle) < 1e-9)

        var result = ResultFile(solved, scenario: asking)
        #expect(Replay(scenario: asking, ageing: ageing, result: result).problems == [])
        result.hurdle = 0
        let problems = Replay(scenario: asking, ageing: ageing, result: result).problems
        #expect(problems.contains { $0.hasPrefix("hurdle is 0") })
    }

    @Test("a power above the charger's is named with step, limit and excess")
    func power() throws {
        let problems = try ReplayTests.problems { $0.vehicles[0].dischargeKW[1] = 9.2 }
        #expect(
            problems.contains(
                "ev1: step 1 (1970-01-01 01:00): discharging 9.2 kW exceeds the 8 kW limit by 1.2 kW"))
    }

    @Test("charging and discharging at once is named")
    func both() throws {
        let problems = try ReplayTests.problems { $0.vehicles[0].chargeKW[1] = 2 }
        #expect(problems.contains { $0.hasPrefix("ev1: step 1 (1970-01-01 01:00): charges 2 kW and discharges") })
    }

    @Test("a power below the charger's least is named")
    func least() throws {
        let problems = try ReplayTests.problems { $0.vehicles[0].chargeKW[0] = 0.5 }
        #expect(
            problems.contains("ev1: step 0 (1970-01-01 00:00): charging 0.5 kW is below the least of 1 kW"))
    }

    @Test("stored energy that its flows do not lead to is named")
    func energy() throws {
        let problems = try ReplayTests.problems { $0.vehicles[0].energyKWh[2] += 0.01 }
        #expect(problems.contains { $0.hasPrefix("ev1: step 1 (1970-01-01 01:00): stored energy goes to ") })
    }

    @Test("a missed target without its shortfall, and a shortfall without a missed target, are named")
    func shortfalls() throws {
        let missed = try ReplayTests.problems { $0.vehicles[0].energyKWh[4] -= 1 }
        #expect(missed.contains("ev1: ends with 19 kWh of the 20 wanted: 1 kWh short, the result says 0"))
        let invented = try ReplayTests.problems {
            $0.shortfalls = [
                .init(vehicle: "ev1", kind: .end, at: "1970-01-01T04:00:00+00:00", kwh: 2, reachableSoC: 0.45)
            ]
        }
        #expect(invented.contains("ev1: ends with 20 kWh of the 20 wanted: 0 kWh short, the result says 2"))
    }

    @Test("import above the connection's limit, and a meter that does not add up, are named")
    func site() throws {
        let problems = try ReplayTests.problems { $0.site.importKW[0] = 9.5 }
        #expect(problems.contains { $0.contains("import 9.5 kW exceeds the 9 kW limit by 0.5 kW") })
        #expect(problems.contains { $0.hasPrefix("site: step 0 (1970-01-01 00:00): import less export is 9.5 kW") })
    }

    @Test("each cost line is settled again: a cheaper one is found out")
    func money() throws {
        for line in ["energy", "calendar", "cycle"] {
            let problems = try ReplayTests.problems { $0.costs[line, default: 0] -= 0.01 }
            #expect(problems.contains { $0.hasPrefix("costs: \(line) is ") })
            #expect(problems.contains { $0.hasPrefix("objective is ") })
        }
    }

    @Test("a proof that was not given: status, bound and gap are held to each other")
    func proof() throws {
        let problems = try ReplayTests.problems { $0.bound? -= 0.1 }
        #expect(problems.contains { $0.hasPrefix("status is optimal, but the objective is ") })
        #expect(try ReplayTests.problems { $0.bound? += 0.1 }.contains { $0.contains("is above the objective") })
    }

    @Test("a schedule made for another horizon is refused before anything else")
    func shape() throws {
        let problems = try ReplayTests.problems { $0.vehicles[0].chargeKW.removeLast() }
        #expect(problems == ["ev1: charge_kw has 3 values, not 4"])
    }

    @Test("depth segments settle by hand: the cheap ones empty first and fill first")
    func cycleByHand() throws {
        let prices = AgeingPrices(
            calendarFunctions: [], calendarFunctionOfStep: [],
            cycle: [.init(depth: 0.25, costPerKWh: 1), .init(depth: 1, costPerKWh: 3)])
        var flows = CellFlows(
            vehicle: ReplayTests.scenario.vehicles[0],
            plan: VehicleSchedule(id: "", chargeKW: [0, 0, 0, 0], dischargeKW: [0, 0, 0, 0], energyKWh: []),
            grid: ReplayTests.scenario.grid)
        flows.outKWh = [15, 0, 4, 5]
        flows.inKWh = [0, 8, 0, 5]
        // Full: 10 kWh at 1 and 5 at 3; 8 go back to the cheap ones; 4 at 1; 5 pass through the cheapest.
        let cost = AgeingSettlement.cycle(flows: flows, startKWh: 40, capacityKWh: 40, prices: prices)
        #expect(abs(cost - (10 + 15 + 4 + 5)) < 1e-12)
    }

    @Test("two results differ where they differ, and nowhere else")
    func comparison() throws {
        let left = try ReplayTests.result()
        var right = left
        #expect(Comparison(left, right).differences == [])
        right.costs["energy", default: 0] += 0.5
        right.vehicles[0].chargeKW[2] += 0.25
        #expect(Comparison(left, right).differences.map(\.what) == ["costs.energy", "vehicles[ev1].charge_kw[2]"])
    }
}
