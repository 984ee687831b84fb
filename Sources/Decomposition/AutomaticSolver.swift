import GLPKSolver
import LinearPrograms

/// Direct where that is faster, decomposition where there are many blocks, or where the direct solver finds nothing.
public struct AutomaticSolver: LinearProgramSolver {
    public var name: String { GLPKProblem.name }
    public var direct: LongProgramSolver
    public var decomposition: DecompositionSolver

    /// Blocks from which decomposition is faster (`scripts/bench-fleet`), where disjunctions do not matter.
    public static let leastBlocks = 4
    /// Blocks from which it is worth having for whole schedules too: fewer are proven by branch and bound.
    public static let leastWholeBlocks = 12

    public init(direct: DirectSolver = DirectSolver(), decomposition: DecompositionSolver = DecompositionSolver()) {
        self.direct = LongProgramSolver(direct, report: decomposition.report, isCancelled: decomposition.isCancelled)
        self.decomposition = decomposition
    }

    public func solve(_ program: LinearProgram, options: SolveOptions) -> Outcome {
        let blocks = Int(program.columnBlock.max() ?? -1) + 1
        guard blocks > 1, !program.hasIntegers else { return direct.solve(program, options: options) }
        if blocks < AutomaticSolver.leastWholeBlocks {
            if blocks >= AutomaticSolver.leastBlocks {
                var linear = decomposition
                linear.isTentative = true
                let outcome = linear.solve(program, options: options)
                switch outcome {
                case .solved, .infeasible: return outcome
                case .unbounded, .limit, .failed: break
                }
            }
            // One deadline for both: part of what is left is kept for the second.
            var first = options
            if let left = options.limits.remainingSeconds {
                let share = program.chains.count == blocks ? 0.9 : 0.5
                first.limits = options.limits.within(SolveLimits(seconds: share * left))
            }
            let outcome = direct.solve(program, options: first)
            guard case .limit = outcome else { return outcome }
            return decomposition.solve(program, options: options)
        }
        let outcome = decomposition.solve(program, options: options)
        // What its numbers could not bear, the whole program may.
        guard case .failed = outcome else { return outcome }
        return direct.solve(program, options: options)
    }
}

extension AutomaticSolver: PartedProgramSolver {
    public func solve(_ parted: PartedProgram, options: SolveOptions) -> (any PartedSolution)? {
        decomposition.solve(parted, options: options)
    }
}
