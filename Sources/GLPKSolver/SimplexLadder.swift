import LinearPrograms

/// The ways of solving one linear program through GLPK, from the fastest to the surest.
///
/// The first one solves nearly everything. Where it fails (a basis that cannot be factorised, cycling, an abort inside GLPK)
/// the next one is tried, within the same limits; the result reports which one it was.
package struct SimplexLadder {
    package enum Rung: Int, Sendable, CaseIterable, Comparable {
        /// Bixby's basis, dual simplex with bound flipping: measured fastest on schedules (`scripts/bench`).
        case usual
        /// A basis of slacks, primal simplex, steepest edge, Harris' ratio test.
        case careful
        /// The same on scaled rows and columns, from a triangular basis.
        case rescaled
        /// GLPK's presolver, then primal simplex.
        case presolved
        /// Rational arithmetic: no rounding, so nothing that rounding can break.
        case exact

        /// Whether `one` is tried before `two`.
        package static func < (one: Rung, two: Rung) -> Bool { one.rawValue < two.rawValue }

        /// What a result calls it; nil for the usual one.
        package var name: String? {
            switch self {
            case .usual: nil
            case .careful: "careful simplex"
            case .rescaled: "rescaled"
            case .presolved: "presolved"
            case .exact: "exact arithmetic"
            }
        }
    }

    package enum Ending: Sendable, Equatable { case optimal(Double), infeasible, unbounded, limit }

    /// The problem as the solve left it, which holds the optimal basis where there is one.
    package let problem: GLPKProblem
    package let ending: Ending
    package let rung: Rung
    /// Pivots of all attempts.
    package let iterations: Int

    /// Pivots after which an attempt counts as cycling, beside so many per row and column.
    private static let mostPivots = 50_000
    private static let mostPivotsPerPlace = 30

    /// Solves the linear part of `program`.
    ///
    /// - Parameters:
    ///   - program: the program; its disjunctions are not looked at.
    ///   - limits: when it ends without a solution.
    ///   - isVerbose: whether GLPK's log goes to standard error.
    ///   - rungs: the ways to try, in this order.
    ///   - basis: where the first attempt starts instead of a basis of its own.
    /// - Throws: `GLPKError` where every way failed.
    package init(
        _ program: LinearProgram, limits: SolveLimits, isVerbose: Bool = false, rungs: [Rung] = Rung.allCases,
        basis: GLPKProblem.Basis? = nil
    ) throws(GLPKError) {
        var spent = 0
        var failure = GLPKError.noOptimum
        for (attempt, rung) in rungs.enumerated() {
            if attempt > 0, limits.isPast { break }
            do throws(GLPKError) {
                // Made anew for each attempt: an abort inside GLPK takes the problem with it.
                let problem = try GLPKProblem(program)
                problem.isVerbose = isVerbose
                defer { spent += problem.iterations }
                let stall =
                    SimplexLadder.mostPivots
                    + SimplexLadder.mostPivotsPerPlace * (program.rowCount + program.columnCount)
                let left = limits.iterations.map { max(0, $0 - spent) }
                let isLast = attempt == rungs.count - 1
                let ending = try SimplexLadder.climb(
                    problem, rung, iterations: isLast ? left : min(left ?? stall, stall),
                    seconds: limits.remainingSeconds, basis: attempt == 0 ? basis : nil)
                if case .limit = ending, !isLast, !limits.isPast, problem.iterations >= stall { continue }
                self.problem = problem
                self.ending = ending
                self.rung = rung
                iterations = spent + problem.iterations
                return
            } catch {
                // These are no matter of the way.
                if error.kind == .wrongThread || error.kind == .outOfMemory { throw error }
                failure = error
            }
        }
        throw failure
    }

    private static func climb(
        _ problem: GLPKProblem, _ rung: Rung, iterations: Int?, seconds: Double?, basis: GLPKProblem.Basis?
    ) throws(GLPKError) -> Ending {
        var options = GLPKProblem.SimplexOptions(
            algorithm: .primal, steepestEdge: true, iterationLimit: iterations, timeLimitSeconds: seconds)
        switch rung {
        case .usual:
            if let basis { try problem.setBasis(basis) } else { try problem.crash(.bixby) }
            options.algorithm = .dual
            options.steepestEdge = false
            options.flipsBounds = true
        case .careful: try problem.crash(.standard)
        case .rescaled:
            try problem.scale()
            try problem.crash(.triangular)
        case .presolved: options.presolves = true
        case .exact:
            try problem.crash(.standard)
            return reading(try problem.exactSimplex(iterationLimit: iterations, timeLimitSeconds: seconds))
        }
        return reading(try problem.simplex(options))
    }

    private static func reading(_ ending: GLPKProblem.Ending) -> Ending {
        switch ending {
        case .optimal(let objective): .optimal(objective)
        case .infeasible: .infeasible
        case .unbounded: .unbounded
        case .limit: .limit
        }
    }
}
