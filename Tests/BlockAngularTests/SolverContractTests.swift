import GLPKSolver
import LinearPrograms
import Testing

@testable import BlockAngular

/// A way of solving, as a test argument.
enum Way: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case direct, blockwise, interiorPoint, columnGeneration, automatic

    var testDescription: String { rawValue }

    var solver: any LinearProgramSolver {
        func decomposition(_ method: DecompositionSolver.Method) -> DecompositionSolver {
            var solver = DecompositionSolver()
            solver.method = method
            return solver
        }
        return switch self {
        case .direct: DirectSolver()
        case .blockwise: decomposition(.blockwise)
        case .interiorPoint: decomposition(.interiorPoint)
        case .columnGeneration: decomposition(.columnGeneration)
        case .automatic: AutomaticSolver()
        }
    }

    /// Whether the work is done by this project's own interior-point methods.
    var isInterior: Bool { self == .blockwise || self == .interiorPoint }
}

/// The contract of a solver, the same for each: whoever takes another solver gets the same answer, or is told why not.
@Suite struct SolverContractTests {
    /// Stores that buy what they need at the cheapest hours that a shared limit leaves.
    ///
    /// Store b needs `need` in 4 hours, at most 1 each, at prices 1, 2, 3, 4; all together may take `limit` an hour.
    static func stores(_ count: Int, need: Double = 1.5, limit: Double) -> LinearProgram {
        var program = LinearProgram()
        let label = program.family("buy")
        let line = program.costLine("energy")
        var byHour = [LinearExpression](repeating: LinearExpression(), count: 4)
        for store in 0..<count {
            var total = LinearExpression()
            for hour in 0..<4 {
                let column = program.addColumn(label(store, hour), upper: 1, block: store)
                program.addCost(line, column, Double(hour + 1))
                total.add(column, 1)
                byHour[hour].add(column, 1)
            }
            program.addRow(program.family("need")(store), total, lower: need, upper: need)
        }
        for hour in 0..<4 { program.addRow(program.family("limit")(nil, hour), byHour[hour], upper: limit) }
        program.addCost(program.costLine("fee"), constant: 7)
        return program
    }

    static func cost(of solution: Solution) -> Double {
        solution.finalProgram.costLineAmounts(at: solution.finalValues).reduce(0, +)
    }

    /// What every solution must be, proven or not.
    static func check(
        _ solution: Solution, of program: LinearProgram, _ way: Way, location: SourceLocation = #_sourceLocation
    ) {
        let scale = max(1, abs(solution.objective))
        #expect(solution.values.count == program.columnCount, sourceLocation: location)
        #expect(solution.bound.isFinite && solution.objective.isFinite, sourceLocation: location)
        #expect(solution.bound <= solution.objective, sourceLocation: location)
        #expect(abs(cost(of: solution) - solution.objective) <= 1e-9 * scale, sourceLocation: location)
        #expect(
            program.holdsDisjunctions(at: solution.values), sourceLocation: location)
        var activity = [Double](repeating: 0, count: program.rowCount)
        for (index, row) in program.entryRow.enumerated() {
            activity[Int(row)] += program.entryValue[index] * solution.values[Int(program.entryColumn[index])]
        }
        for row in activity.indices {
            #expect(
                activity[row] >= program.rowLower[row] - 1e-7 && activity[row] <= program.rowUpper[row] + 1e-7,
                sourceLocation: location)
        }
        for column in solution.values.indices {
            #expect(
                solution.values[column] >= program.columnLower[column] - 1e-9
                    && solution.values[column] <= program.columnUpper[column] + 1e-9, sourceLocation: location)
        }
        if solution.isProven { #expect(solution.objective - solution.bound <= 2e-6 * scale, sourceLocation: location) }
    }

    @Test("the optimum, proven, with its cost and the name of what found it", arguments: Way.allCases)
    func optimum(way: Way) {
        // 20 stores need 30; the limit of 12 an hour leaves 12 at 1, 12 at 2, 6 at 3, and the fee.
        let program = Self.stores(20, limit: 12)
        guard case .solved(let solution) = way.solver.solve(program, options: SolveOptions()) else {
            Issue.record("not solved")
            return
        }
        #expect(abs(solution.objective - 61) <= 1e-4)
        #expect(solution.isProven && solution.violation == 0)
        Self.check(solution, of: program, way)
        let name = solution.solverName ?? way.solver.name
        #expect(way.isInterior ? name == "v2x interior point" : way == .automatic || name == GLPKProblem.name)
        switch way {
        case .direct: #expect(solution.method == "direct")
        case .blockwise: #expect(solution.method == "decomposition, blockwise interior point")
        case .interiorPoint: #expect(solution.method == "decomposition, interior point")
        case .columnGeneration: #expect(solution.method == "decomposition, column generation")
        case .automatic: #expect(solution.method.hasPrefix("decomposition"))
        }
    }

    @Test("a program without blocks", arguments: Way.allCases)
    func noBlocks(way: Way) {
        var program = LinearProgram()
        let x = program.addColumn(program.family("x")(), lower: -1, upper: 3)
        program.addCost(program.costLine("c"), x, -2)
        guard case .solved(let solution) = way.solver.solve(program, options: SolveOptions()) else {
            Issue.record("not solved")
            return
        }
        #expect(solution.objective == -6 && solution.values == [3])
        Self.check(solution, of: program, way)
    }

    @Test("no solution: because of a shared row, and because of a block of its own", arguments: Way.allCases)
    func infeasible(way: Way) {
        for program in [Self.stores(20, limit: 7), Self.stores(20, need: 5, limit: 200)] {
            guard case .infeasible = way.solver.solve(program, options: SolveOptions()) else {
                Issue.record("not infeasible")
                return
            }
        }
    }

    @Test("a cost without an end: in a block, and in a column of no block", arguments: Way.allCases)
    func unbounded(way: Way) {
        for block in [0, nil] {
            var program = Self.stores(20, limit: 12)
            let free = program.addColumn(program.family("free")(), block: block)
            program.addCost(program.costLine("energy"), free, -1)
            guard case .unbounded = way.solver.solve(program, options: SolveOptions()) else {
                Issue.record("not unbounded, block \(String(describing: block))")
                continue
            }
        }
    }

    @Test("a limit before any solution: told as one, or a solution with a true bound", arguments: Way.allCases)
    func limitBefore(way: Way) {
        let program = Self.stores(60, limit: 37)
        let optimum = 7.0 + 37 + 2 * 37 + 3 * 16
        for limits in [SolveLimits(iterations: 0), SolveLimits(iterations: 1), SolveLimits(deadline: .now)] {
            switch way.solver.solve(program, options: SolveOptions(limits: limits)) {
            case .limit: break
            case .solved(let solution):
                Self.check(solution, of: program, way)
                #expect(solution.bound <= optimum + 1e-6 && solution.objective >= optimum - 1e-4)
            case let other: Issue.record("\(other)")
            }
        }
        guard case .limit = DirectSolver().solve(program, options: SolveOptions(limits: SolveLimits(iterations: 1)))
        else {
            Issue.record("one pivot is not enough")
            return
        }
    }

    /// Stores whose purchases are nothing or at least 0.9: hard enough to stop in.
    static func steppedStores(_ count: Int) -> LinearProgram {
        var program = stores(count, need: 1.9, limit: 0.61 * Double(count))
        for column in 0..<program.columnCount {
            program.add(
                .semicontinuous(Semicontinuous(program.column(at: column), threshold: 0.9 - 0.01 * Double(column % 7))))
        }
        return program
    }

    @Test(
        "a limit after a first solution: the best one so far, whole, with its gap; no limit of any size loses it",
        arguments: Way.allCases)
    func limitAfter(way: Way) {
        let program = Self.steppedStores(4)
        guard case .solved(let best) = DirectSolver().solve(program, options: SolveOptions(timeLimitSeconds: 1e9))
        else {
            Issue.record("not solved")
            return
        }
        #expect(best.isProven)
        var solved = 0
        for nodes in [0, 1, 10, 100, 1_000_000] {
            switch way.solver.solve(program, options: SolveOptions(limits: SolveLimits(nodes: nodes))) {
            case .solved(let solution):
                solved += 1
                Self.check(solution, of: program, way)
                #expect(solution.objective >= best.objective - 1e-6 && solution.bound <= best.objective + 1e-6)
            case .limit: break
            case let other: Issue.record("\(other)")
            }
        }
        #expect(solved > 0)
    }

    @Test("rounds of a decomposition: it stops at the same solution each time", arguments: [Way.columnGeneration])
    func rounds(way: Way) {
        let program = Self.stores(60, limit: 37)
        func values() -> [Double]? {
            guard
                case .solved(let solution) = way.solver.solve(
                    program, options: SolveOptions(limits: SolveLimits(iterations: 3)))
            else { return nil }
            Self.check(solution, of: program, way)
            return solution.values
        }
        #expect(values() == values())
    }

    @Test("duals of linking rows: more of what is short makes no solution dearer, whatever the method")
    func signOfDuals() throws {
        let program = Self.stores(20, limit: 12)
        let problem = try GLPKProblem(program)
        _ = try problem.simplex(.init(algorithm: .primal, steepestEdge: true))
        let direct = Array(try problem.solution().rowDuals.suffix(4))
        // Hours at 1 and 2 are full: one unit more there saves the difference to the third hour.
        #expect(direct == [-2, -1, 0, 0])
        let structure = BlockStructure(program)
        var interior = InteriorSolve(program, structure)
        _ = interior.run(options: SolveOptions(), threads: 1, constant: 7) { _ in true }
        for (one, two) in zip(direct, interior.linkDuals) { #expect(abs(one - two) <= 1e-4) }
        for rows in [structure.linkingRows] { #expect(rows == Array(20..<24)) }
    }
}
