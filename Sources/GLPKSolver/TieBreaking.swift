import LinearPrograms

/// Chooses among optima: holds what the objective decides (columns and rows with a dual are fixed where they stand), then
/// minimises the next objective from the same basis.
enum TieBreaking {
    /// Duals smaller than this are rounding: the column does not decide the objective.
    static let tolerance = 1e-9
    private static let mostPivots = 200_000

    /// Values after all ties are broken. `problem` holds `program`'s optimum, which costs `objective`.
    static func values(
        _ problem: GLPKProblem, _ program: LinearProgram, objective: Double, limits: SolveLimits
    ) throws(GLPKError) -> [Double] {
        guard program.costOfFirstTieBreaker > 0, let first = program.tieBreakers.first else {
            try run(problem, program, program.tieBreakers, limits)
            return try problem.columnValues()
        }
        let budgeted = program.budgeted(first, least: objective)
        let second = try GLPKProblem(budgeted)
        try second.crash(.bixby)
        let ending = try second.simplex(
            .init(
                algorithm: .dual, steepestEdge: false, flipsBounds: true, iterationLimit: mostPivots,
                timeLimitSeconds: limits.remainingSeconds))
        guard case .optimal = ending else {
            // Nothing is lost but smoothness.
            try run(problem, program, program.tieBreakers, limits)
            return try problem.columnValues()
        }
        // What the first tie-breaker does not need of its budget is not spent.
        try run(second, budgeted, [program.costTerms] + program.tieBreakers.dropFirst(), limits)
        return try second.columnValues()
    }

    private static func run(
        _ problem: GLPKProblem, _ program: LinearProgram, _ tieBreakers: [[Term]], _ limits: SolveLimits
    ) throws(GLPKError) {
        for terms in tieBreakers {
            try holdDecided(problem)
            var objective = [Double](repeating: 0, count: program.columnCount)
            for term in terms { objective[term.column.index] += term.coefficient }
            try problem.setObjective(objective)
            _ = try problem.simplex(
                GLPKProblem.SimplexOptions(
                    algorithm: .primal, steepestEdge: true, iterationLimit: mostPivots,
                    timeLimitSeconds: limits.remainingSeconds))
        }
    }

    private static func holdDecided(_ problem: GLPKProblem) throws(GLPKError) {
        let solution = try problem.solution()
        func hold(_ duals: [Double], _ values: [Double]) -> (indices: [Int32], values: [Double]) {
            var indices: [Int32] = []
            var held: [Double] = []
            for index in duals.indices where abs(duals[index]) > tolerance {
                indices.append(Int32(index))
                held.append(values[index])
            }
            return (indices, held)
        }
        let columns = hold(solution.reducedCosts, solution.columnValues)
        try problem.setColumnBounds(columns.indices, lower: columns.values, upper: columns.values)
        let rows = hold(solution.rowDuals, solution.rowValues)
        try problem.setRowBounds(rows.indices, lower: rows.values, upper: rows.values)
    }
}
