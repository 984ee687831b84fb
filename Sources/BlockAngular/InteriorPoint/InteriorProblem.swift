import LinearPrograms

/// A block-angular program in the form that the interior-point method works on: equations alone, each inequality with a
/// slack column.
///
///     minimise  c'x   such that  A x = b,  lower <= x <= upper
///
/// Columns and rows stand block by block; behind the others, as a block
/// without rows of its own, the columns of no block; behind all rows the linking ones.
struct InteriorProblem {
    struct BlockPlace {
        var pattern: FrontalPattern
        /// How many blocks of the program it stands for.
        var multiplicity: Double
        /// The centering target of its columns, in that of a block's own.
        var barrierWeight = 1.0
        var columnStart: Int
        var columnCount: Int
        var rowStart: Int
        var valueStart: Int
        /// Linking rows that it touches: places in `links`.
        var linkStart: Int
    }

    private(set) var blocks: [BlockPlace] = []
    private(set) var patterns: [FrontalPattern] = []
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
    let linkPattern: LinkPattern
    var columnCount: Int { lower.count }
    var rowCount: Int { right.count }

    /// - Parameters:
    ///   - border: the columns of no block, and the right-hand sides of the linking rows.
    ///   - given: the blocks with their multiplicities.
    init(border: (block: Block, right: [Double]), blocks given: [(Block, Double)]) {
        linkingCount = border.right.count
        linkPattern = LinkPattern(
            count: border.right.count, border: border.block, blocks: given.lazy.map { $0.0.linkingRows })
        var known: [Int: [Int]] = [:]
        for (block, multiplicity) in given { add(block, multiplicity, &known) }
        linkingRow = right.count
        add(border.block, 1, &known)
        // A column of no block is as large as all blocks' together: its barrier is that of as many.
        blocks[blocks.count - 1].barrierWeight = given.reduce(0) { $0 + $1.1 }
        right += border.right
    }

    private mutating func add(_ block: Block, _ multiplicity: Double, _ known: inout [Int: [Int]]) {
        let made = EquationBlock(block)
        let (columnStart, rowStart, valueStart, linkStart) = (lower.count, right.count, values.count, links.count)
        links += made.links
        lower += made.lower
        upper += made.upper
        cost += made.cost
        right += made.right
        values += made.values
        var hasher = Hasher()
        hasher.combine(made.columnStart)
        hasher.combine(made.entryRow)
        let key = hasher.finalize()
        let found = known[key]?.first {
            patterns[$0].rowCount == made.rowCount && patterns[$0].linkCount == made.links.count
                && patterns[$0].columnStart == made.columnStart && patterns[$0].entryRow == made.entryRow
        }
        let number = found ?? patterns.count
        if found == nil {
            known[key, default: []].append(number)
            patterns.append(
                FrontalPattern(
                    rowCount: made.rowCount, linkCount: made.links.count, columnStart: made.columnStart,
                    entryRow: made.entryRow))
        }
        blocks.append(
            BlockPlace(
                pattern: patterns[number], multiplicity: multiplicity, columnStart: columnStart,
                columnCount: made.columnCount,
                rowStart: rowStart, valueStart: valueStart, linkStart: linkStart))
    }
}
