import LinearPrograms

/// A program taken apart: blocks of columns that meet only in linking rows.
///
///     minimise  c0' y + sum_b c_b' x_b
///     such that lo <= A0 y + sum_b A_b x_b <= hi      (linking rows)
///               x_b in X_b                            (rows and bounds of block b alone)
///
/// A row belongs to a block when all its columns do; every other row links. Columns without a block stay in the master.
struct BlockStructure {
    var blocks: [Block] = []
    /// Rows of the program that link, in its order.
    var linkingRows: [Int] = []
    var linkingLower: [Double] = []
    var linkingUpper: [Double] = []
    /// Columns of the program that belong to no block.
    var freeColumns: [Int] = []
    /// Entries of the free columns: (linking row, index into `freeColumns`, coefficient).
    var freeEntries: [(row: Int32, column: Int32, value: Double)] = []
    /// Bounds of further columns of no block, behind `freeColumns`, that are not the program's (`nested`).
    var netBounds: [(lower: Double, upper: Double)] = []

    /// Nothing.
    init() {}

    init(_ program: LinearProgram) {
        let blockCount = Int(program.columnBlock.max() ?? -1) + 1
        let unseen: Int32 = -2
        var blockOfRow = [Int32](repeating: unseen, count: program.rowCount)
        for (row, column) in zip(program.entryRow, program.entryColumn) {
            let block = program.columnBlock[Int(column)]
            let known = blockOfRow[Int(row)]
            if known == unseen { blockOfRow[Int(row)] = block } else if known != block { blockOfRow[Int(row)] = -1 }
        }

        // Places: within its block for a column or row of one, within the master otherwise.
        blocks = Array(repeating: Block(), count: blockCount)
        var columnPlace = [Int32](repeating: 0, count: program.columnCount)
        let cost = program.objective().coefficients
        for column in 0..<program.columnCount {
            let block = Int(program.columnBlock[column])
            if block < 0 {
                columnPlace[column] = Int32(freeColumns.count)
                freeColumns.append(column)
            } else {
                columnPlace[column] = Int32(blocks[block].columns.count)
                blocks[block].columns.append(Int32(column))
                blocks[block].lower.append(program.columnLower[column])
                blocks[block].upper.append(program.columnUpper[column])
                blocks[block].cost.append(cost[column])
                blocks[block].isInteger = blocks[block].isInteger || program.columnIsInteger[column]
            }
        }
        var rowPlace = [Int32](repeating: 0, count: program.rowCount)
        for row in 0..<program.rowCount {
            let block = Int(blockOfRow[row])
            if block < 0 {
                rowPlace[row] = Int32(linkingRows.count)
                linkingRows.append(row)
                linkingLower.append(program.rowLower[row])
                linkingUpper.append(program.rowUpper[row])
            } else {
                rowPlace[row] = Int32(blocks[block].rowLower.count)
                blocks[block].rowLower.append(program.rowLower[row])
                blocks[block].rowUpper.append(program.rowUpper[row])
            }
        }
        for index in 0..<program.entryRow.count {
            let (row, column) = (Int(program.entryRow[index]), Int(program.entryColumn[index]))
            let entry = Block.Entry(row: rowPlace[row], column: columnPlace[column], value: program.entryValue[index])
            let block = Int(program.columnBlock[column])
            if block < 0 {
                freeEntries.append((entry.row, entry.column, entry.value))
            } else if blockOfRow[row] < 0 {
                blocks[block].linking.append(entry)
            } else {
                blocks[block].entries.append(entry)
            }
        }
        blocks.removeAll { $0.columns.isEmpty }
    }
}

extension BlockStructure {
    /// Blocks that are the same but for their names: the first of them, and all of them. They share a solution.
    func kinds() -> [[Int]] {
        var known: [Int: [Int]] = [:]
        var kinds: [[Int]] = []
        for (index, block) in blocks.enumerated() {
            let fingerprint = block.fingerprint
            if let twin = known[fingerprint]?.first(where: { blocks[kinds[$0][0]].isTwin(of: block) }) {
                kinds[twin].append(index)
            } else {
                known[fingerprint, default: []].append(kinds.count)
                kinds.append([index])
            }
        }
        return kinds
    }
}

/// How the linear part of a program ended.
enum LinearEnding {
    /// Values of all columns of the program, proven within the gap or stopped by a limit.
    case found(values: [Double], bound: Double, isProven: Bool)
    case infeasible
    case unbounded
    case limit
}

/// One block: its own columns, rows and bounds, and what its columns do to the linking rows.
struct Block {
    struct Entry: Hashable {
        /// Row of the block, or linking row of the master.
        var row: Int32
        /// Column of the block.
        var column: Int32
        var value: Double
    }

    /// Columns of the program, in its order; everything else here counts within the block.
    var columns: [Int32] = []
    var lower: [Double] = []
    var upper: [Double] = []
    var cost: [Double] = []
    var isInteger = false
    var rowLower: [Double] = []
    var rowUpper: [Double] = []
    var entries: [Entry] = []
    var linking: [Entry] = []

    /// The linking rows that it touches, ascending.
    var linkingRows: [Int32] {
        var rows = linking.map(\.row).sorted()
        rows.removeRepeats()
        return rows
    }

    /// Whether the two are the same but for their names: then they share a solution.
    func isTwin(of other: Block) -> Bool {
        lower == other.lower && upper == other.upper && cost == other.cost && rowLower == other.rowLower
            && rowUpper == other.rowUpper && entries == other.entries && linking == other.linking
            && isInteger == other.isInteger
    }

    /// Equal for twins.
    var fingerprint: Int {
        var hasher = Hasher()
        hasher.combine(lower)
        hasher.combine(upper)
        hasher.combine(cost)
        hasher.combine(rowLower)
        hasher.combine(linking)
        return hasher.finalize()
    }

    /// Reduced cost of each column at the linking rows' `duals`: `c - A' duals`.
    func reducedCosts(at duals: [Double], into costs: inout [Double]) {
        costs.removeAll(keepingCapacity: true)
        costs.append(contentsOf: cost)
        for entry in linking { costs[Int(entry.column)] -= entry.value * duals[Int(entry.row)] }
    }

    /// The block as a program of its own, without its cost.
    func program() -> LinearProgram {
        var program = LinearProgram()
        let (label, rowLabel) = (program.family("x"), program.family("r"))
        let made = lower.indices.map { program.addColumn(label(nil, $0), lower: lower[$0], upper: upper[$0]) }
        let rows = rowLower.indices.map {
            program.addRow(rowLabel(nil, $0), LinearExpression(), lower: rowLower[$0], upper: rowUpper[$0])
        }
        for entry in entries { program.add(entry.value, made[Int(entry.column)], to: rows[Int(entry.row)]) }
        return program
    }
}
