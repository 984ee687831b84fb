import GLPKSolver
import LinearPrograms

/// Solves a program whose columns carry blocks by decomposition, beside `DirectSolver`: the same optimum, with a bound.
///
/// The linear part is solved first. Where its solution breaks disjunctions, they are written out with their binaries held
/// as the solution has them, and the program is solved again: the bound of the linear part says how far that can be from
/// the best, and the solution is proven where that is within the gap. Ties between optima are not broken: the answer is one
/// optimum (the same on every run and any number of threads), not the one with the least throughput.
/// Programs with integer columns of their own, or without blocks, go to the direct solver.
public struct DecompositionSolver: LinearProgramSolver {
    public var name: String { GLPKProblem.name }
    public var method: String { "decomposition" }
    /// Threads that price blocks; the answer does not depend on it.
    public var threads: Int
    /// Whether blocks in chain form are priced by dynamic programming; without it every block is a linear program.
    public var usesChains = true
    /// Called after each round.
    public var report: (@Sendable (DecompositionProgress) -> Void)?
    /// Asked after each round; where it says so the best solution so far is the answer.
    public var isCancelled: @Sendable () -> Bool

    public init(
        threads: Int = 2, report: (@Sendable (DecompositionProgress) -> Void)? = nil,
        isCancelled: @escaping @Sendable () -> Bool = { false }
    ) {
        self.threads = max(1, threads)
        self.report = report
        self.isCancelled = isCancelled
    }

    public func solve(_ program: LinearProgram, options: SolveOptions) -> Outcome {
        guard !program.hasIntegers, program.columnBlock.contains(where: { $0 >= 0 }) else {
            return DirectSolver().solve(program, options: options)
        }
        do {
            var run = DecompositionRun(solver: self, program: program, options: options)
            return try run.solve()
        } catch {
            return .failed("\(error)")
        }
    }
}

/// One solve.
private struct DecompositionRun {
    let solver: DecompositionSolver
    let original: LinearProgram
    let options: SolveOptions
    let start = ContinuousClock.now
    var rounds = 0
    /// Rounds in which broken disjunctions are held; each can move what is broken to a neighbour.
    private static let mostRepairs = 8

    init(solver: DecompositionSolver, program: LinearProgram, options: SolveOptions) {
        self.solver = solver
        original = program
        self.options = options
    }

    var deadline: ContinuousClock.Instant { start + .milliseconds(Int64(min(options.timeLimitSeconds, 1e9) * 1000)) }

    mutating func generate(_ program: LinearProgram) throws -> ColumnGeneration.Ending {
        var generation = ColumnGeneration(
            program, options: options, threads: solver.threads, usesChains: solver.usesChains, deadline: deadline,
            start: start, report: solver.report, isCancelled: solver.isCancelled)
        defer {
            rounds += generation.rounds
            generation.finish()
        }
        return try generation.run()
    }

    mutating func solve() throws -> Outcome {
        var program = original
        var violation = 0.0
        if !program.violations.isEmpty {
            var first = program
            first.replaceObjective(program.violations.map { Term($0) }, named: "violations")
            switch try generate(first) {
            case .infeasible: return .infeasible
            case .unbounded: return .unbounded
            case .limit, .found(_, _, false): return .limit
            case .found(let values, _, true):
                violation = max(0, program.violations.reduce(0) { $0 + values[$1.index] })
            }
            program.holdViolations(to: violation + 1e-9)
        }
        var bound = -Double.infinity
        var unwritten = program.disjunctions
        for repair in 0...DecompositionRun.mostRepairs {
            switch try generate(program) {
            case .infeasible: return repair == 0 ? .infeasible : try direct()
            case .unbounded: return .unbounded
            case .limit: return .limit
            case .found(let values, let found, let isProven):
                // Later programs are narrower: only the first one's bound is everybody's.
                if repair == 0 { bound = found }
                let broken = unwritten.indices.filter { unwritten[$0].isBroken(at: values) }
                let objective = program.costLineAmounts(at: values).reduce(0, +)
                if broken.isEmpty {
                    let gap = (objective - bound) / max(1, abs(objective))
                    return .solved(
                        Solution(
                            values: Array(values.prefix(original.columnCount)), objective: objective,
                            bound: min(bound, objective), violation: violation,
                            isProven: gap <= max(options.relativeGap, 1e-9) && isProven, iterations: rounds,
                            finalProgram: program, finalValues: values))
                }
                if !isProven, ContinuousClock.now >= deadline { return .limit }
                for index in broken {
                    for (binary, value) in unwritten[index].write(into: &program, near: values) {
                        program.setBounds(binary, lower: value, upper: value)
                        program.relaxInteger(binary)
                    }
                }
                for index in broken.reversed() { unwritten.remove(at: index) }
            }
        }
        return try direct()
    }

    /// The way out where holding disjunctions leads nowhere.
    func direct() throws -> Outcome {
        var left = options
        let elapsed = ContinuousClock.now - start
        left.timeLimitSeconds = max(
            0.1, options.timeLimitSeconds - Double(elapsed.components.seconds))
        left.breaksTies = false
        return DirectSolver().solve(original, options: left)
    }
}
