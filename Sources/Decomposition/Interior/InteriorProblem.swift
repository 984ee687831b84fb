import LinearPrograms

/// A block-angular program in the form that the interior-point method works on: equations alone, each inequality with a
/// column of its own for what it leaves over.
///
///     minimise  c'x   such that  A x = b,  lower <= x <= upper
///
/// Columns and rows stand block by block; behind the others, as a block
/// without rows of its own, the columns of no block; behind all rows the linking ones.
struct InteriorProblem {
    struct BlockPlace {
        var pattern: BlockPattern
        /// How many blocks of the program it stands for.
        var weight: Double
        var columnStart: Int
        var columnCount: Int
        var rowStart: Int
        var valueStart: Int
        /// Linking rows that it touches: places in `links`.
        var linkStart: Int
        /// Its columns that are the program's; those behind them are left over.
        var ownColumns: Int
    }

    private(set) var blocks: [BlockPlace] = []
    private(set) var patterns: [BlockPattern] = []
    private(set) var links: [Int32] = []
    private(set) var values: [Double] = []
    private(set) var lower: [Double] = []
    private(set) var upper: [Double] = []
    var cost: [Double] = []
    /// Right-hand sides of all rows.
    private(set) var right: [Double] = []
    /// First of the linking rows.
    private(set) var linkingRow = 0
    let linkingCount: Int
    var columnCount: Int { lower.count }
    var rowCount: Int { right.count }

    /// - Parameter oracles: the blocks with their weights.
    init(
        _ structure: BlockStructure, _ program: LinearProgram, cost objective: [Double], blocks given: [(Block, Double)]
    ) {
        linkingCount = structure.linkingRows.count
        var known: [Int: [Int]] = [:]
        for (block, weight) in given { add(block, weight, &known) }
        linkingRow = right.count
        var border = Block()
        for column in structure.freeColumns {
            border.columns.append(Int32(column))
            border.lower.append(program.columnLower[column])
            border.upper.append(program.columnUpper[column])
            border.cost.append(objective[column])
        }
        border.linking = structure.freeEntries.map { .init(row: $0.row, column: $0.column, value: $0.value) }
        let own = border.columns.count
        var rightOfLinks: [Double] = []
        for row in 0..<linkingCount {
            let (least, most) = (structure.linkingLower[row], structure.linkingUpper[row])
            rightOfLinks.append(least == most ? least : 0)
            guard least != most else { continue }
            border.linking.append(.init(row: Int32(row), column: Int32(border.lower.count), value: -1))
            border.lower.append(least)
            border.upper.append(most)
            border.cost.append(0)
        }
        add(border, 1, &known)
        blocks[blocks.count - 1].ownColumns = own
        right += rightOfLinks
    }

    private mutating func add(_ block: Block, _ weight: Double, _ known: inout [Int: [Int]]) {
        let rowCount = block.rowLower.count
        var touched: [Int32: Int32] = [:]
        let start = links.count
        for row in Set(block.linking.map(\.row)).sorted() {
            touched[row] = Int32(rowCount + touched.count)
            links.append(row)
        }
        var entries = block.entries
        entries.reserveCapacity(entries.count + block.linking.count + rowCount)
        for entry in block.linking {
            entries.append(.init(row: touched[entry.row] ?? 0, column: entry.column, value: entry.value))
        }
        let columnStart = lower.count
        let rowStart = right.count
        lower += block.lower
        upper += block.upper
        cost += block.cost
        for row in 0..<rowCount {
            let (least, most) = (block.rowLower[row], block.rowUpper[row])
            right.append(least == most ? least : 0)
            guard least != most else { continue }
            entries.append(.init(row: Int32(row), column: Int32(lower.count - columnStart), value: -1))
            lower.append(least)
            upper.append(most)
            cost.append(0)
        }
        let columnCount = lower.count - columnStart
        var counts = [Int32](repeating: 0, count: columnCount + 1)
        for entry in entries { counts[Int(entry.column) + 1] += 1 }
        for column in 0..<columnCount { counts[column + 1] += counts[column] }
        var next = counts
        var rows = [Int32](repeating: 0, count: entries.count)
        let valueStart = values.count
        values += Array(repeating: 0, count: entries.count)
        for entry in entries {
            let place = Int(next[Int(entry.column)])
            next[Int(entry.column)] += 1
            rows[place] = entry.row
            values[valueStart + place] = entry.value
        }
        var hasher = Hasher()
        hasher.combine(counts)
        hasher.combine(rows)
        let key = hasher.finalize()
        let found = known[key]?.first {
            patterns[$0].rowCount == rowCount && patterns[$0].linkCount == touched.count
                && patterns[$0].columnStart == counts && patterns[$0].entryRow == rows
        }
        let number = found ?? patterns.count
        if found == nil {
            known[key, default: []].append(number)
            patterns.append(
                BlockPattern(rowCount: rowCount, linkCount: touched.count, columnStart: counts, entryRow: rows))
        }
        blocks.append(
            BlockPlace(
                pattern: patterns[number], weight: weight, columnStart: columnStart, columnCount: columnCount,
                rowStart: rowStart, valueStart: valueStart, linkStart: start, ownColumns: block.columns.count))
    }
}
