import Verification
import Accounting
import Ageing
import GLPKSolver
import LinearPrograms
import Scenarios
import Testing
import ValueStreams

@testable import BlockAngular
@testable import Scheduling

/// Large fleets' method, on programs small enough for others to check. If this breaks: ten thousand cars take an hour, or
/// get no optimum.
@Suite("Blockwise interior-point method")
struct BlockwiseTests {
    private static func solve(_ program: LinearProgram, threads: Int = 2) -> LinearEnding? {
        let structure = BlockStructure(program)
        guard BlockwiseSolve.suits(structure, minBlocks: 1) else { return nil }
        var solve = BlockwiseSolve(program, structure, threads: threads)
        return solve.run(options: SolveOptions(relativeGap: 1e-6), threads: threads, constant: 0) { _ in true }
    }

    @Test("programs that know nothing of batteries cost what the simplex method says, keep their rows, and are proven")
    func random() throws {
        var open = 0
        for seed in 1...150 as ClosedRange<UInt64> {
            let program = InteriorPointTests.program(seed: seed, blocks: 30 + Int(seed % 30))
            let ending = Self.solve(program)
            if try !InteriorPointTests.compare(ending, with: program, within: 2e-6, "program \(seed)") { open += 1 }
        }
        // What it cannot do (blocks without rows are no part of it) goes to the method on all blocks together.
        #expect(open <= 40, "\(open) of 150 did not converge")
    }

    @Test("fleets with any streams cost what the direct solver says", arguments: 1...15 as ClosedRange<UInt64>)
    func fleets(seed: UInt64) throws {
        let text = FleetTests.text(seed: seed, binaries: false)
        var solver = DecompositionSolver()
        solver.method = .blockwise
        let direct = try FleetTests.scheduler(text, DirectSolver()).schedule()
        switch (direct, try FleetTests.scheduler(text, solver).schedule()) {
        case (.schedule(let one), .schedule(let two)):
            #expect(
                abs(one.objective - two.objective) <= 1e-6 * max(1, abs(one.objective)),
                "\(one.objective) \(two.objective) \(one.bound) \(two.bound) \(two.status)")
        case (.infeasible, .infeasible): break
        case (let one, let two): Issue.record("\(one) \(two)")
        }
    }

    /// A car park overnight whose prices leave many schedules equally good.
    static func carPark(vehicles: Int) -> String {
        """
        horizon: { start: 2024-01-15T16:00, end: 2024-01-16T08:00, step: 1h, timezone: Europe/Amsterdam }
        tariff: { import: { values: [\(Array(repeating: "0.4, 0.1, 0.1, 0.1", count: 4).joined(separator: ", "))], step: 1h }, export: { values: [\(Array(repeating: "0.3, 0.05, 0.05, 0.05", count: 4).joined(separator: ", "))], step: 1h } }
        site: { import_limit_kw: \(4 * vehicles), export_limit_kw: \(2 * vehicles), load_kw: \(vehicles) }
        vehicles:
        \((0..<vehicles).map { number in """
          - id: ev\(number)
            battery: { capacity_kwh: \([40, 60, 77][number % 3]), soc_min: 0.1, soc_start: \(0.3 + 0.005 * Double(number % 40)), ageing: { cycle_cost: 0.02 } }
            charger: { charge_kw: 11, discharge_kw: 11, charge_efficiency: 0.95, discharge_efficiency: 0.95 }
            plugged: [{ from: 2024-01-15T\(17 + number % 4):00, to: 2024-01-16T0\(5 + number % 3):00, departure_soc: 0.8 }]
        """ }.joined(separator: "\n"))
        """
    }

    @Test("of equally good schedules it takes the one that the method on all blocks together takes")
    func ties() throws {
        let text = Self.carPark(vehicles: 40)
        func schedule(_ method: DecompositionSolver.Method) throws -> SolvedSchedule? {
            var solver = DecompositionSolver()
            solver.method = method
            guard case .schedule(let schedule) = try FleetTests.scheduler(text, solver).schedule() else { return nil }
            return schedule
        }
        let one = try #require(try schedule(.interiorPoint))
        let two = try #require(try schedule(.blockwise))
        #expect(abs(one.objective - two.objective) <= 1e-6 * abs(one.objective))
        func through(_ schedule: SolvedSchedule) -> Double {
            schedule.schedule.vehicles.reduce(0) { $0 + $1.chargeKW.reduce(0, +) + $1.dischargeKW.reduce(0, +) }
        }
        #expect(abs(through(one) - through(two)) <= 1e-4 * through(one), "\(through(one)) \(through(two))")
    }

    @Test("any number of threads gives the same values to the last digit")
    func threads() throws {
        var compared = 0
        for seed in 1...12 as ClosedRange<UInt64> {
            let program = InteriorPointTests.program(seed: seed, blocks: 60)
            func values(_ threads: Int) -> [Double]? {
                if case .found(let values, _, _) = Self.solve(program, threads: threads) { return values }
                return nil
            }
            let one = values(1)
            #expect(one == values(2) && one == values(5))
            compared += one == nil ? 0 : 1
        }
        #expect(compared >= 6)
    }
}

/// A fleet too large for one program. If this breaks: a city's cars do not fit into memory, or their parts do not add up.
@Suite("Fleets in parts")
struct FleetPartsTests {
    /// The same answer in one program, whose ties may be broken otherwise.
    @Test("part by part a fleet costs what it costs as one program, and the schedule verifies")
    func same() throws {
        let text = BlockwiseTests.carPark(vehicles: 260)
        let scheduler = try FleetTests.scheduler(text, DecompositionSolver())
        let fleet = try #require(FleetParts(scheduler.scenario, scheduler.ageing, streams: [], least: 2))
        var solution = try #require(
            DecompositionSolver().solve(fleet.program, options: SolveOptions(relativeGap: 1e-6)))
        let read = try #require(fleet.schedule(of: &solution))
        guard case .schedule(let whole) = scheduler.schedule() else {
            Issue.record("no schedule in one program")
            return
        }
        #expect(abs(solution.objective - whole.objective) <= 2e-6 * abs(whole.objective))
        #expect(solution.isProven && solution.bound <= whole.objective + 1e-9 * abs(whole.objective))
        let lines = read.costs.reduce(0) { $0 + $1.amount }
        #expect(abs(lines - solution.objective) <= 1e-6 * abs(solution.objective), "\(read.costs)")
        let inParts = SolvedSchedule(
            mode: .v2x, status: .optimal, schedule: read.schedule, costs: read.costs, objective: solution.objective,
            bound: solution.bound, statistics: whole.statistics)
        let problems = Replay(
            scenario: scheduler.scenario, ageing: scheduler.ageing,
            result: ResultFile(inParts, scenario: scheduler.scenario), streams: []
        ).problems
        #expect(problems == [])
    }

    @Test("what shares more than the connection is not taken apart")
    func shares() throws {
        let text = BlockwiseTests.carPark(vehicles: 20) + "\nservices:\n  demand_charge: { rate_per_kw: 0.3 }\n"
        let scheduler = try FleetTests.scheduler(text, DecompositionSolver())
        #expect(FleetParts(scheduler.scenario, scheduler.ageing, streams: scheduler.streams, least: 2) == nil)
        #expect(FleetParts(scheduler.scenario, scheduler.ageing, streams: [], least: 21) == nil)
        #expect(FleetParts(scheduler.scenario, scheduler.ageing, streams: [], least: 20) != nil)
    }

    /// A part would not know of the others, or binaries would be relaxed, and what comes of it called optimal.
    private static let wholeFleets: [(name: String, change: @Sendable (inout Scenario) -> Void)] = [
        ("runs", { $0.vehicles[3].charger.minRunSteps = 2 }),
        ("the fuse of a phase", { $0.site.phaseLimitKW = 50 }),
        ("an outage", { $0.site.isIsland[2] = true }),
        (
            "a cable",
            {
                let limit = Array(repeating: 40.0, count: $0.grid.count)
                $0.groups = [VehicleGroup(id: "west", members: [0, 1], importLimitKW: limit, exportLimitKW: limit)]
            }
        ),
        (
            "a load whose time can be chosen",
            {
                let span = FlexibleLoad.Span(from: $0.grid.start, to: $0.grid.end)
                let run = FlexibleLoad.Run(profileKW: [2], spans: [span])
                $0.site.flexibleLoads = [FlexibleLoad(id: "washer", kind: .run(run))]
            }
        ),
        ("surplus sun alone", { $0.vehicles[3].charger.isFedByGrid = false }),
        ("smooth power", { $0.habits.smoothWithin = 0 }),
        ("the last plan", { $0.habits.stay = Habits.Stay(within: 0, plannedKW: [:]) }),
    ]

    @Test("a fleet with a law that joins its vehicles stays one program", arguments: wholeFleets.map(\.name))
    func lawsOfTheWhole(name: String) throws {
        let scheduler = try FleetTests.scheduler(BlockwiseTests.carPark(vehicles: 20), DecompositionSolver())
        #expect(FleetParts(scheduler.scenario, scheduler.ageing, streams: [], least: 2) != nil)
        var scenario = scheduler.scenario
        try #require(Self.wholeFleets.first { $0.name == name }).change(&scenario)
        #expect(FleetParts(scenario, scheduler.ageing, streams: [], least: 2) == nil)
    }
}
