import LinearPrograms

/// Chooses among optima: holds what the objective decides (columns and rows with a dual are fixed where they stand), then
/// minimises the next objective from the same basis.
enum TieBreaking {
    /// Duals smaller than this are rounding: the column does not decide the objective.
    static let tolerance = 1e-9

    static func run(_ problem: GLPKProblem, _ program: LinearProgram) throws(GLPKError) {
        for terms in program.tieBreakers {
            try holdDecided(problem)
            var objective = [Double](repeating: 0, count: program.columnCount)
            for term in terms { objective[term.column.index] += term.coefficient }
            try problem.setObjective(objective)
            _ = try problem.simplex(
                GLPKProblem.SimplexOptions(algorithm: .primal, steepestEdge: true, iterationLimit: 200_000))
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
