/// A block in the form that interior-point methods work on: equations only, each inequality with a slack column.
///
///     minimise  c'x   such that  B x = right,  lower <= x <= upper,   and A x is its part of the linking rows
struct EquationBlock {
    let rowCount: Int
    /// The linking rows that it touches, ascending: as rows of the block they stand behind its own.
    private(set) var links: [Int32] = []
    /// The matrix by columns: column j holds the entries `columnStart[j] ..< columnStart[j + 1]`.
    private(set) var columnStart: [Int32]
    private(set) var entryRow: [Int32]
    private(set) var values: [Double]
    private(set) var lower: [Double]
    private(set) var upper: [Double]
    private(set) var cost: [Double]
    /// Right-hand sides of its own rows.
    private(set) var right: [Double] = []
    /// Its columns that are the program's; those behind them are slacks.
    let ownColumns: Int
    var columnCount: Int { lower.count }

    /// Whether a column within these bounds cannot move.
    static func isFixed(_ low: Double, _ high: Double) -> Bool {
        low.isFinite && high - low <= Parameters.LinearAlgebra.fixedWidth * max(1, abs(low))
    }

    init(_ block: Block) {
        let rows = block.rowLower.count
        rowCount = rows
        ownColumns = block.columns.count
        links = block.linkingRows
        var entries = block.entries
        entries.reserveCapacity(entries.count + block.linking.count + rows)
        // They come row by row.
        var place = 0
        for entry in block.linking {
            if place >= links.count || links[place] != entry.row { place = links.place(of: entry.row) }
            entries.append(.init(row: Int32(rows + place), column: entry.column, value: entry.value))
        }
        (lower, upper, cost) = (block.lower, block.upper, block.cost)
        for row in 0..<rows {
            let (low, high) = (block.rowLower[row], block.rowUpper[row])
            right.append(low == high ? low : 0)
            guard low != high else { continue }
            entries.append(.init(row: Int32(row), column: Int32(lower.count), value: -1))
            lower.append(low)
            upper.append(high)
            cost.append(0)
        }
        let columnCount = lower.count
        var counts = [Int32](repeating: 0, count: columnCount + 1)
        for entry in entries { counts[Int(entry.column) + 1] += 1 }
        for column in 0..<columnCount { counts[column + 1] += counts[column] }
        var next = counts
        columnStart = counts
        entryRow = Array(repeating: 0, count: entries.count)
        values = Array(repeating: 0, count: entries.count)
        for entry in entries {
            let place = Int(next[Int(entry.column)])
            next[Int(entry.column)] += 1
            entryRow[place] = entry.row
            values[place] = entry.value
        }
    }
}

extension BlockStructure {
    /// The columns of no block, with a slack for each linking inequality: a block without rows of its own.
    func border(_ program: (lower: [Double], upper: [Double]), cost: [Double]) -> (block: Block, right: [Double]) {
        var border = Block()
        for column in freeColumns {
            border.columns.append(Int32(column))
            border.lower.append(program.lower[column])
            border.upper.append(program.upper[column])
            border.cost.append(cost[column])
        }
        for bounds in netBounds {
            border.lower.append(bounds.lower)
            border.upper.append(bounds.upper)
            border.cost.append(0)
        }
        border.linking = freeEntries.map { .init(row: $0.row, column: $0.column, value: $0.value) }
        var right: [Double] = []
        for row in linkingRows.indices {
            let (low, high) = (linkingLower[row], linkingUpper[row])
            right.append(low == high ? low : 0)
            guard low != high else { continue }
            border.linking.append(.init(row: Int32(row), column: Int32(border.lower.count), value: -1))
            border.lower.append(low)
            border.upper.append(high)
            border.cost.append(0)
        }
        return (border, right)
    }
}

extension [Int32] {
    /// Leaves one of equal neighbours.
    mutating func removeRepeats() {
        var kept = 0
        for index in indices where index == 0 || self[index] != self[kept - 1] {
            self[kept] = self[index]
            kept += 1
        }
        removeLast(count - kept)
    }

    /// Where a number that is there stands, ascending.
    fileprivate func place(of number: Int32) -> Int {
        var (low, high) = (0, count - 1)
        while low < high {
            let middle = (low + high) / 2
            if self[middle] < number { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
