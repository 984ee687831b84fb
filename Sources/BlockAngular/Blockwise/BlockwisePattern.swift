/// Where the entries of a block stand, for the blockwise method: what blocks that differ only in their numbers, and in columns
/// of one entry, share.
///
/// Columns stand in this order: those with two or more entries in the block's own rows (*inner*), those that meet one own row
/// and linking rows (*outer*), and behind them, not part of the pattern, those with one entry.
final class BlockwisePattern: @unchecked Sendable {
    typealias Indices = UnsafeMutablePointer<Int32>
    let rowCount: Int
    /// Linking rows that the columns touch; entries number them from `rowCount`.
    let links: [Int32]
    let innerCount: Int
    /// Inner and outer columns.
    let columnCount: Int
    let entryCount: Int
    /// Column j holds the entries `columnStart[j] ..< columnStart[j + 1]`, own rows first.
    let columnStart: Indices
    let entryRow: Indices
    /// The first entry of each column that stands in a linking row.
    let ownEnd: Indices
    /// The own rows' normal matrix, without outer columns and those of one entry: these stand on its diagonal.
    let inner: SparseLDL
    /// That of own and linking rows, without columns of one entry.
    let whole: FrontalPattern
    /// What twins have in common.
    private let key: (starts: [Int32], rows: [Int32])

    init(rowCount: Int, links: [Int32], innerCount: Int, columnStart starts: [Int32], entryRow rows: [Int32]) {
        self.rowCount = rowCount
        self.links = links
        self.innerCount = innerCount
        columnCount = starts.count - 1
        entryCount = rows.count
        key = (starts, rows)
        var ends: [Int32] = []
        var innerStart: [Int32] = [0]
        var innerRows: [Int32] = []
        var innerEntries: [Int32] = []
        for column in 0..<(starts.count - 1) {
            let range = Int(starts[column])..<Int(starts[column + 1])
            let end = range.first { Int(rows[$0]) >= rowCount } ?? range.upperBound
            ends.append(Int32(end))
            guard column < innerCount else { continue }
            for entry in range.lowerBound..<end {
                innerRows.append(rows[entry])
                innerEntries.append(Int32(entry))
            }
            innerStart.append(Int32(innerRows.count))
        }
        func kept(_ numbers: [Int32]) -> Indices {
            let pointer = Indices.allocate(capacity: numbers.count + 1)
            pointer.initialize(repeating: 0, count: numbers.count + 1)
            pointer.update(from: numbers, count: numbers.count)
            return pointer
        }
        columnStart = kept(starts)
        entryRow = kept(rows)
        ownEnd = kept(ends)
        inner = SparseLDL(
            rowCount: rowCount, columnStart: innerStart, entryRow: innerRows, places: innerEntries)
        whole = FrontalPattern(rowCount: rowCount, linkCount: links.count, columnStart: starts, entryRow: rows)
    }

    deinit { for pointer in [columnStart, entryRow, ownEnd] { pointer.deallocate() } }

    func matches(
        rowCount: Int, links: [Int32], innerCount: Int, columnStart starts: [Int32], entryRow rows: [Int32]
    ) -> Bool {
        self.rowCount == rowCount && self.innerCount == innerCount && self.links == links && key.starts == starts
            && key.rows == rows
    }
}
