import GLPKSolver
import LinearPrograms

/// The direct solver, and before it, for programs that are one long chain, the interior-point method along the chain.
///
/// A simplex method takes about as many pivots as a program has rows, and the time of each grows with the program; the
/// interior-point method takes some thirty rounds, whatever the length. What it does not prove (no convergence, disjunctions
/// that its optimum breaks) is left to the direct solver.
package struct LongProgramSolver: LinearProgramSolver {
    package var name: String { direct.name }
    package var direct: DirectSolver
    private let interior: DecompositionSolver

    package init(
        _ direct: DirectSolver, report: (@Sendable (DecompositionProgress) -> Void)? = nil,
        isCancelled: @escaping @Sendable () -> Bool = { false }
    ) {
        self.direct = direct
        var interior = DecompositionSolver(threads: 1, report: report, isCancelled: isCancelled)
        interior.method = .chain
        interior.isTentative = true
        self.interior = interior
    }

    package func solve(_ program: LinearProgram, options: SolveOptions) -> Outcome {
        guard program.rowCount >= Parameters.Choice.minChainRows, !program.hasIntegers else {
            return direct.solve(program, options: options)
        }
        let outcome = interior.solve(program, options: options)
        switch outcome {
        case .solved, .infeasible: return outcome
        case .limit: return outcome
        case .unbounded, .failed: return direct.solve(program, options: options)
        }
    }
}
