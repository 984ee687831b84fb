import GLPKSolver
import LinearPrograms

/// The linking rows over the points found so far.
///
///     minimise  c0' y + sum_k cost_k w_k + penalty (a+ + a-)
///     such that lo <= A0 y + sum_k activity_k w_k + a+ - a- <= hi,    sum over the columns of group g of w_k = 1
///
/// It is written anew each round (a millisecond) and starts from the last round's basis.
struct RestrictedMaster {
    let structure: BlockStructure
    let free: (lower: [Double], upper: [Double], cost: [Double])
    let groupCount: Int
    /// Cost of a unit of an artificial column, which makes up for the residual of a linking row.
    var penalty: Double
    /// Whether costs count; else only artificial columns do.
    var usesCost = true
    private(set) var columns: [MasterColumn] = []
    private var columnStatus: [UInt8] = []
    /// Statuses of everything but the columns: rows, free columns, artificial columns.
    private var rowStatus: [UInt8] = []
    private var fixedStatus: [UInt8] = []
    private(set) var iterations = 0

    struct Answer {
        var objective: Double
        /// Sum of the artificial columns.
        var infeasibility: Double
        var duals: [Double]
        var groupDuals: [Double]
        var freeValues: [Double]
        var weights: [Double]
    }

    init(_ structure: BlockStructure, _ program: LinearProgram, groupCount: Int, penalty: Double) {
        self.structure = structure
        self.groupCount = groupCount
        self.penalty = penalty
        let cost = program.objective().coefficients
        free = (
            structure.freeColumns.map { program.columnLower[$0] },
            structure.freeColumns.map { program.columnUpper[$0] },
            structure.freeColumns.map { cost[$0] }
        )
    }

    mutating func add(_ column: MasterColumn) {
        columns.append(column)
        columnStatus.append(GLPKProblem.Basis.atLower)
    }

    /// Other columns in the place of these.
    mutating func columns(replacedBy others: [MasterColumn]) {
        columns = []
        columnStatus = []
        rowStatus = []
        for column in others { add(column) }
    }

    private func program() -> LinearProgram {
        var program = LinearProgram()
        let line = program.costLine("cost")
        let label = program.family("m")
        let rowCount = structure.linkingRows.count
        program.reserve(
            columns: free.lower.count + 2 * rowCount + columns.count, rows: rowCount + groupCount,
            entries: structure.freeEntries.count + 2 * rowCount + columns.count * (rowCount / 2 + 1))
        let rows = (0..<rowCount).map {
            program.addRow(
                label(nil, $0), LinearExpression(), lower: structure.linkingLower[$0], upper: structure.linkingUpper[$0]
            )
        }
        let groups = (0..<groupCount).map { program.addRow(label(nil, $0), LinearExpression(), lower: 1, upper: 1) }
        let freeColumns = free.lower.indices.map { index in
            let column = program.addColumn(label(nil, index), lower: free.lower[index], upper: free.upper[index])
            if usesCost { program.addCost(line, column, free.cost[index]) }
            return column
        }
        for entry in structure.freeEntries {
            program.add(entry.value, freeColumns[Int(entry.column)], to: rows[Int(entry.row)])
        }
        for row in rows {
            for sign in [1.0, -1.0] {
                let artificial = program.addColumn(label(nil, row.index))
                program.addCost(line, artificial, penalty)
                program.add(sign, artificial, to: row)
            }
        }
        for (index, column) in columns.enumerated() {
            let weight = program.addColumn(label(nil, index))
            if usesCost { program.addCost(line, weight, column.cost) }
            for row in rows.indices where abs(column.activity[row]) > Parameters.ColumnGeneration.minActivity {
                program.add(column.activity[row], weight, to: rows[row])
            }
            program.add(1, weight, to: groups[column.group])
        }
        return program
    }

    /// Solves it from the last basis; nil where it ends without an optimum.
    mutating func solve(_ limits: SolveLimits) throws -> Answer? {
        let problem = try GLPKProblem(program())
        let fixedCount = free.lower.count + 2 * structure.linkingRows.count
        if rowStatus.isEmpty {
            try problem.crash(columns.isEmpty ? .standard : .bixby)
        } else {
            try problem.setBasis(.init(rows: rowStatus, columns: fixedStatus + columnStatus))
        }
        let ending = try problem.simplexOrFromScratch(
            .init(algorithm: .primal, steepestEdge: true, timeLimitSeconds: limits.remainingSeconds))
        iterations += problem.iterations
        if case .unbounded = ending { throw BlockOracle.Failure.unbounded }
        guard case .optimal(let objective) = ending else { return nil }
        let basis = try problem.basis()
        rowStatus = basis.rows
        fixedStatus = Array(basis.columns.prefix(fixedCount))
        columnStatus = Array(basis.columns.dropFirst(fixedCount))
        let solution = try problem.solution()
        let rowCount = structure.linkingRows.count
        let freeCount = free.lower.count
        let answer = Answer(
            objective: objective,
            infeasibility: solution.columnValues[freeCount..<fixedCount].reduce(0, +),
            duals: Array(solution.rowDuals.prefix(rowCount)), groupDuals: Array(solution.rowDuals.dropFirst(rowCount)),
            freeValues: Array(solution.columnValues.prefix(freeCount)),
            weights: Array(solution.columnValues.dropFirst(fixedCount)))
        return answer
    }

    /// Drops the columns least likely to come back, where there are many more than rows. Those dropped are found again
    /// by pricing if they are wanted.
    mutating func dropColumns(_ answer: Answer, maxCount: Int) {
        guard columns.count > maxCount else { return }
        let reduced = columns.map { $0.reducedCost(answer.duals, answer.groupDuals[$0.group], usesCost: usesCost) }
        let spare = columns.indices.filter { columnStatus[$0] != GLPKProblem.Basis.basic }
            .sorted { (reduced[$0], $0) > (reduced[$1], $1) }
        let dropped = Set(spare.prefix(columns.count - maxCount * 2 / 3))
        columns = columns.indices.filter { !dropped.contains($0) }.map { columns[$0] }
        columnStatus = columnStatus.indices.filter { !dropped.contains($0) }.map { columnStatus[$0] }
    }

    /// The part of the Lagrangian bound at `duals` of the free columns and the linking rows.
    func bound(_ duals: [Double]) -> Double {
        var total = 0.0
        for row in duals.indices where duals[row] != 0 {
            total += duals[row] * (duals[row] > 0 ? structure.linkingLower[row] : structure.linkingUpper[row])
        }
        var reduced = usesCost ? free.cost : Array(repeating: 0, count: free.cost.count)
        for entry in structure.freeEntries { reduced[Int(entry.column)] -= entry.value * duals[Int(entry.row)] }
        for index in reduced.indices {
            let end = reduced[index] > 0 ? free.lower[index] : free.upper[index]
            // A column without a bound: its reduced cost is zero but for rounding.
            if end.isFinite {
                total += reduced[index] * end
            } else if abs(reduced[index]) > Parameters.ColumnGeneration.unboundedReducedCost {
                return -.infinity
            }
        }
        return total
    }
}
