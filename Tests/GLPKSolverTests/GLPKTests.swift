import Foundation
import LinearPrograms
import Testing

@testable import GLPKSolver

/// The shim: GLPK aborts the process on misuse, and a scheduler that runs for years must not.
@Suite struct GLPKTests {
    /// minimise -x - 2y, x + y <= 4, x <= 3, y <= 2: optimum -6 at (2, 2).
    private func program(integer: Bool = false) -> (LinearProgram, Column, Column, Row) {
        var program = LinearProgram()
        let label = program.family("v")
        let x =
            integer ? program.addInteger(label(nil, 0), lower: 0, upper: 3) : program.addColumn(label(nil, 0), upper: 3)
        let y = program.addColumn(label(nil, 1), upper: 2)
        let line = program.costLine("c")
        program.addCost(line, x, -1)
        program.addCost(line, y, -2)
        let row = program.addRow(label(), LinearExpression(terms: [Term(x), Term(y)]), upper: 4)
        return (program, x, y, row)
    }

    private let simplex = GLPKProblem.SimplexOptions(algorithm: .primal, steepestEdge: true)

    @Test("an optimum with its duals: a row's dual is what one unit more of it changes")
    func optimumAndDuals() throws {
        let (program, _, _, _) = program()
        let problem = try GLPKProblem(program)
        #expect(try problem.simplex(simplex) == .optimal(objective: -6))
        let solution = try problem.solution()
        #expect(solution.columnValues == [2, 2])
        #expect(solution.rowDuals == [-1])
        #expect(solution.reducedCosts == [0, -1])
    }

    @Test("infeasible, unbounded and a limit are answers, each its own")
    func otherEndings() throws {
        var (infeasible, x, _, _) = program()
        infeasible.addRow(infeasible.family("r")(), LinearExpression(x), lower: 5)
        #expect(try GLPKProblem(infeasible).simplex(simplex) == .infeasible)

        var unbounded = LinearProgram()
        let free = unbounded.addColumn(unbounded.family("v")())
        unbounded.addCost(unbounded.costLine("c"), free, -1)
        #expect(try GLPKProblem(unbounded).simplex(simplex) == .unbounded)

        var limited = simplex
        limited.iterationLimit = 0
        guard case .limit = try GLPKProblem(program().0).simplex(limited) else {
            Issue.record("a limit of no iterations is reached")
            return
        }
    }

    @Test("a warm start: after a change of the objective the old basis is where it begins")
    func warmStart() throws {
        let (program, _, _, _) = program()
        let problem = try GLPKProblem(program)
        _ = try problem.simplex(simplex)
        let before = problem.iterations
        try problem.setObjective([-1.1, -2])
        #expect(try problem.simplex(simplex) == .optimal(objective: -6.2))
        #expect(problem.iterations == before, "the same vertex: no pivot")
        let basis = try problem.basis()
        let again = try GLPKProblem(program)
        try again.setBasis(basis)
        _ = try again.simplex(simplex)
        #expect(again.iterations == 0)
    }

    @Test("an abort inside GLPK becomes an error, the process lives, and the thread can go on")
    func abortIsAnError() throws {
        let problem = try GLPKProblem(program().0)
        // A row that is not there: GLPK's own check calls its abort.
        let error = #expect(throws: GLPKError.self) { try problem.setRowBounds([7], lower: [0], upper: [1]) }
        #expect(error?.kind == .aborted)
        #expect(error?.description.contains("row number out of range") == true)
        // The environment went with the abort, and every problem of it; new ones work.
        #expect(throws: GLPKError.self) { _ = try problem.simplex(simplex) }
        #expect(try GLPKProblem(program().0).simplex(simplex) == .optimal(objective: -6))
    }

    @Test("a problem touched by another thread is an error, where GLPK itself would end the process")
    func wrongThread() throws {
        final class Box: @unchecked Sendable {
            var problem: GLPKProblem?
            var kind: GLPKError.Kind?
        }
        let box = Box()
        box.problem = try GLPKProblem(program().0)
        let thread = Thread {
            do { _ = try box.problem?.simplex(.init(algorithm: .primal, steepestEdge: true)) } catch let error
                as GLPKError
            {
                box.kind = error.kind
            } catch {}
            GLPKProblem.endThread()
        }
        thread.start()
        while !thread.isFinished { Thread.sleep(forTimeInterval: 0.001) }
        #expect(box.kind == .wrongThread)
    }

    @Test("two threads at once give bitwise the serial answers: GLPK's environment is a thread's own")
    func threadsAgree() async {
        let programs = (0..<60).map { seed in RandomPrograms.knapsack(seed: UInt64(seed)) }
        let serial = programs.map { objective(DirectSolver().solve($0, options: SolveOptions())) }
        let threaded = await withTaskGroup(of: (Int, Double).self) { group in
            for (index, program) in programs.enumerated() {
                group.addTask { (index, objective(DirectSolver().solve(program, options: SolveOptions()))) }
            }
            var found = [Double](repeating: .nan, count: programs.count)
            for await (index, value) in group { found[index] = value }
            return found
        }
        #expect(serial == threaded)
    }

    @Test("integers: branch and bound proves its optimum")
    func integers() {
        var (program, x, _, _) = program(integer: true)
        program.addRow(program.family("r")(), LinearExpression(x, 2), upper: 3)
        #expect(objective(DirectSolver().solve(program, options: SolveOptions())) == -5)
    }

    @Test("violations come first, whatever they cost, then the cost among what reaches their least sum")
    func violationsFirst() {
        var program = LinearProgram()
        let label = program.family("v")
        let x = program.addColumn(label(nil, 0), upper: 3)
        let missing = SoftTarget.addViolation(to: &program, label(nil, 1), block: nil)
        program.addCost(program.costLine("c"), x, 100)
        program.addRow(label(), LinearExpression(terms: [Term(x), Term(missing)]), lower: 5)
        guard case .solved(let solution) = DirectSolver().solve(program, options: SolveOptions()) else {
            Issue.record("it is feasible")
            return
        }
        #expect(abs(solution.violation - 2) < 1e-9 && abs(solution.objective - 300) < 1e-6)
    }

    @Test("ties are broken by the next objective, at no cost to the first")
    func ties() {
        var program = LinearProgram()
        let label = program.family("v")
        let columns = (0..<4).map { program.addColumn(label(nil, $0), upper: 1) }
        let line = program.costLine("c")
        for column in columns { program.addCost(line, column, 1) }
        program.addRow(label(), LinearExpression(terms: columns.map { Term($0) }), lower: 2)
        program.tieBreakers = [columns.enumerated().map { Term($1, Double($0)) }]
        guard case .solved(let solution) = DirectSolver().solve(program, options: SolveOptions()) else {
            Issue.record("it is feasible")
            return
        }
        #expect(solution.values == [1, 1, 0, 0] && solution.objective == 2)
    }

    private func objective(_ outcome: Outcome) -> Double {
        if case .solved(let solution) = outcome { return solution.objective }
        return .nan
    }
}

/// Small random programs with disjunctions.
enum RandomPrograms {
    static func knapsack(seed: UInt64) -> LinearProgram {
        var state = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        func next() -> Double {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Double(state >> 33) / Double(1 << 31)
        }
        var program = LinearProgram()
        let label = program.family("v")
        let line = program.costLine("c")
        let columns = (0..<12).map { program.addColumn(label(nil, $0), upper: 1 + next()) }
        for column in columns { program.addCost(line, column, next() - 0.7) }
        program.addRow(label(), LinearExpression(terms: columns.map { Term($0, 0.2 + next()) }), lower: 1, upper: 4)
        for pair in stride(from: 0, to: 12, by: 2) {
            program.add(.exclusive(Exclusive(columns[pair], columns[pair + 1])))
        }
        return program
    }
}
