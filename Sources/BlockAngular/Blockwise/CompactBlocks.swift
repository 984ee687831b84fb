import Synchronization

/// The blocks of a large program, in a few bytes per column: what is the same in many blocks is stored once (`BlockwisePattern`),
/// and a block's numbers, of which few differ, as indices into a table.
struct CompactBlocks {
    private(set) var blocks: [CompactBlock] = []
    private let store: PatternStore
    /// Cost of the fixed columns.
    private(set) var constant = 0.0
    /// Their activity in each linking row.
    private(set) var held: [Double]
    private(set) var columnCount = 0
    private(set) var rowCount = 0

    /// - Parameter store: the patterns that are known already; more are added.
    init(linkingCount: Int, store: PatternStore) {
        self.store = store
        held = Array(repeating: 0, count: linkingCount)
    }

    /// Whether a block has rows, and its numbers can be told apart by 16 bits.
    static func suits(_ block: Block) -> Bool {
        guard !block.rowLower.isEmpty || !block.linking.isEmpty else { return false }
        let (columns, rows) = (block.columns.count + block.rowLower.count, block.rowLower.count)
        return 3 * columns + 2 * rows + block.entries.count + block.linking.count
            < Parameters.Blockwise.maxNumbersOfBlock
    }

    mutating func append(_ block: Block, multiplicity: Double = 1) {
        let source = EquationBlock(block)
        let own = source.rowCount
        func entries(_ column: Int) -> Range<Int> {
            Int(source.columnStart[column])..<Int(source.columnStart[column + 1])
        }
        // 0: inner, 1: outer, 2: one entry, 3: fixed.
        let classes = (0..<source.columnCount).map { column -> Int in
            if EquationBlock.isFixed(source.lower[column], source.upper[column]) { return 3 }
            let range = entries(column)
            if range.count < 2 { return 2 }
            return range.filter { Int(source.entryRow[$0]) < own }.count > 1 ? 0 : 1
        }
        var counts = [0, 0, 0, 0]
        for kind in classes { counts[kind] += 1 }
        var places = [0, counts[0], counts[0] + counts[1], counts[0] + counts[1] + counts[2]]
        var order = [UInt16](repeating: 0, count: source.columnCount)
        for (column, kind) in classes.enumerated() {
            order[places[kind]] = UInt16(column)
            places[kind] += 1
        }
        let moving = counts[0] + counts[1] + counts[2]
        var starts: [Int32] = [0]
        var rows: [Int32] = []
        var numbers: [Double] = []
        for place in 0..<(counts[0] + counts[1]) {
            for entry in entries(Int(order[place])) {
                rows.append(source.entryRow[entry])
                numbers.append(source.values[entry])
            }
            starts.append(Int32(rows.count))
        }
        var singleRows: [UInt16] = []
        for place in (counts[0] + counts[1])..<moving {
            let range = entries(Int(order[place]))
            singleRows.append(range.isEmpty ? 0 : UInt16(source.entryRow[range.lowerBound]))
            numbers.append(range.isEmpty ? 0 : source.values[range.lowerBound])
        }
        var right = source.right
        for place in moving..<source.columnCount {
            let column = Int(order[place])
            let value = source.lower[column]
            constant += multiplicity * source.cost[column] * value
            for entry in entries(column) {
                let row = Int(source.entryRow[entry])
                if row < own {
                    right[row] -= source.values[entry] * value
                } else {
                    held[Int(source.links[row - own])] += multiplicity * source.values[entry] * value
                }
            }
        }
        for place in 0..<source.columnCount { numbers.append(source.lower[Int(order[place])]) }
        for place in 0..<moving { numbers.append(source.upper[Int(order[place])]) }
        for place in 0..<moving { numbers.append(source.cost[Int(order[place])]) }
        numbers += right

        let pattern = store.pattern(
            rowCount: own, links: source.links, innerCount: counts[0], columnStart: starts, entryRow: rows)
        blocks.append(
            CompactBlock(
                pattern: pattern, multiplicity: multiplicity, columnCount: moving, order: order, singleRows: singleRows,
                numbers: numbers, columnStart: columnCount, rowStart: rowCount))
        columnCount += source.columnCount
        rowCount += own
    }

    var patterns: [BlockwisePattern] { store.patterns }

    /// All of `parts`, which share a store, one behind the other.
    init(joining parts: [CompactBlocks], store: PatternStore) {
        self.store = store
        held = Array(repeating: 0, count: parts.first?.held.count ?? 0)
        for part in parts {
            blocks += part.blocks.map { $0.moved(columns: columnCount, rows: rowCount) }
            constant += part.constant
            for row in held.indices { held[row] += part.held[row] }
            columnCount += part.columnCount
            rowCount += part.rowCount
        }
    }
}

/// One block of `CompactBlocks`. Fixed columns are folded into its right-hand sides.
struct CompactBlock {
    let pattern: BlockwisePattern
    /// How many blocks of the program it stands for.
    let multiplicity: Double
    /// Columns that are not fixed.
    let columnCount: Int
    /// The columns of the equation block in the pattern's order; behind the moving ones those that are held.
    let order: [UInt16]
    /// Row of each column of one entry.
    let singleRows: [UInt16]
    private let table: [Double]
    private let codes: [UInt8]
    /// In place of `codes` where there are more than 256 different numbers.
    private let wideCodes: [UInt16]
    /// Where its columns and rows begin among those of all blocks.
    private(set) var columnStart: Int
    private(set) var rowStart: Int

    /// The same block, with its columns and rows moved on by so many.
    func moved(columns: Int, rows: Int) -> CompactBlock {
        var moved = self
        moved.columnStart += columns
        moved.rowStart += rows
        return moved
    }

    /// - Parameter numbers: entries of the pattern and of single columns, lower bounds (of held columns too), upper bounds,
    ///   costs and right-hand sides.
    init(
        pattern: BlockwisePattern, multiplicity: Double, columnCount: Int, order: [UInt16], singleRows: [UInt16],
        numbers: [Double], columnStart: Int, rowStart: Int
    ) {
        self.pattern = pattern
        self.multiplicity = multiplicity
        self.columnCount = columnCount
        self.order = order
        self.singleRows = singleRows
        self.columnStart = columnStart
        self.rowStart = rowStart
        var table = NumberTable()
        let wide = numbers.map { table.place(of: $0) }
        self.table = table.numbers
        let isNarrow = table.numbers.count <= 256
        codes = isNarrow ? wide.map { UInt8($0) } : []
        wideCodes = isNarrow ? [] : wide
    }

    /// Writes its numbers, in the order in which they were given.
    func decode(into numbers: UnsafeMutablePointer<Double>) {
        table.withUnsafeBufferPointer { table in
            guard let table = table.baseAddress else { return }
            if wideCodes.isEmpty {
                codes.withUnsafeBufferPointer { codes in
                    for index in codes.indices { numbers[index] = table[Int(codes[index])] }
                }
            } else {
                wideCodes.withUnsafeBufferPointer { codes in
                    for index in codes.indices { numbers[index] = table[Int(codes[index])] }
                }
            }
        }
    }
    var numberCount: Int { max(codes.count, wideCodes.count) }

    /// Values of the fixed columns.
    func heldValues() -> [Double] {
        let first = pattern.entryCount + singleRows.count + columnCount
        return (first..<(first + order.count - columnCount)).map {
            table[Int(wideCodes.isEmpty ? UInt16(codes[$0]) : wideCodes[$0])]
        }
    }
}

/// Patterns that blocks share, on any thread.
final class PatternStore: Sendable {
    private let known = Mutex<[Int: [BlockwisePattern]]>([:])

    var patterns: [BlockwisePattern] { known.withLock { $0.values.flatMap { $0 } } }

    func pattern(
        rowCount: Int, links: [Int32], innerCount: Int, columnStart: [Int32], entryRow: [Int32]
    ) -> BlockwisePattern {
        var hasher = Hasher()
        hasher.combine(links)
        hasher.combine(columnStart)
        hasher.combine(entryRow)
        let key = hasher.finalize()
        func twin(in known: [Int: [BlockwisePattern]]) -> BlockwisePattern? {
            known[key]?.first {
                $0.matches(
                    rowCount: rowCount, links: links, innerCount: innerCount, columnStart: columnStart,
                    entryRow: entryRow)
            }
        }
        if let twin = known.withLock({ twin(in: $0) }) { return twin }
        // Made without holding up the others; of two that make the same the first one's stays.
        let made = BlockwisePattern(
            rowCount: rowCount, links: links, innerCount: innerCount, columnStart: columnStart, entryRow: entryRow)
        return known.withLock { known in
            if let twin = twin(in: known) { return twin }
            known[key, default: []].append(made)
            return made
        }
    }
}
