import LinearPrograms

/// Which simplex, from which start: measured on schedules of one vehicle and of small fleets (`scripts/bench`).
enum SimplexStrategy {
    enum Ending { case optimal(Double), infeasible, unbounded, limit }

    static func solve(
        _ problem: GLPKProblem, _ program: LinearProgram, timeLimitSeconds: Double
    ) throws(GLPKError) -> Ending {
        try problem.crash(.bixby)
        var options = GLPKProblem.SimplexOptions(
            algorithm: .dual, steepestEdge: false, flipsBounds: true, timeLimitSeconds: timeLimitSeconds)
        let first: GLPKProblem.Ending
        do {
            first = try problem.simplex(options)
        } catch  where error.kind == .noConvergence {
            // Numerical trouble: a plain start, the other algorithm, careful pricing.
            try problem.crash(.standard)
            options.algorithm = .primal
            options.steepestEdge = true
            options.flipsBounds = false
            return reading(try problem.simplex(options))
        }
        return reading(first)
    }

    static func reading(_ ending: GLPKProblem.Ending) -> Ending {
        switch ending {
        case .optimal(let objective): .optimal(objective)
        case .infeasible: .infeasible
        case .unbounded: .unbounded
        case .limit: .limit
        }
    }
}
