/// Minimum-degree order: in which order the rows of a symmetric matrix are eliminated so that there is little fill-in.
///
/// The graph is stored as bit sets, one for each row of the matrix; the last `linkCount` rows are never eliminated, but
/// count in every degree, so that a chain of rows falls apart from its middle (few of them see many links) and not from its
/// end (half of them would).
struct MinimumDegree {
    /// Rows in the order of their elimination.
    private(set) var order: [Int] = []
    /// The rows that are left when `order[i]` is eliminated and meet it, links included, in no order.
    private(set) var reach: [[Int32]] = []

    /// - Parameter cliques: rows that meet each other (the rows of one column of A make such a clique in `A A'`).
    init(rowCount: Int, linkCount: Int, cliques: some Sequence<ArraySlice<Int32>>) {
        guard rowCount <= Parameters.LinearAlgebra.maxMinimumDegreeRows else {
            let chain = ReverseCuthillMcKee(rowCount: rowCount, linkCount: linkCount, cliques: cliques)
            (order, reach) = (chain.order, chain.reach)
            return
        }
        let total = rowCount + linkCount
        let words = (total + 63) / 64
        var bits = [UInt64](repeating: 0, count: total * words)
        for clique in cliques where clique.count > 1 {
            for row in clique {
                for other in clique where other != row {
                    bits[Int(row) * words + Int(other) >> 6] |= 1 << (UInt64(other) & 63)
                }
            }
        }
        var degree = (0..<rowCount).map { row in
            bits[(row * words)..<((row + 1) * words)].reduce(0) { $0 + $1.nonzeroBitCount }
        }
        order.reserveCapacity(rowCount)
        reach.reserveCapacity(rowCount)
        bits.withUnsafeMutableBufferPointer { bits in
            for _ in 0..<rowCount {
                var pivot = -1
                var least = Int.max
                for row in 0..<rowCount where degree[row] < least { (pivot, least) = (row, degree[row]) }
                var neighbours: [Int32] = []
                neighbours.reserveCapacity(least)
                for word in 0..<words {
                    var rest = bits[pivot * words + word]
                    while rest != 0 {
                        neighbours.append(Int32(word * 64 + rest.trailingZeroBitCount))
                        rest &= rest - 1
                    }
                }
                for neighbour in neighbours where Int(neighbour) < rowCount {
                    let start = Int(neighbour) * words
                    var count = 0
                    for word in 0..<words {
                        bits[start + word] |= bits[pivot * words + word]
                        count += bits[start + word].nonzeroBitCount
                    }
                    // It does not meet itself, nor what is gone.
                    bits[start + pivot >> 6] &= ~(1 << (UInt64(pivot) & 63))
                    bits[start + Int(neighbour) >> 6] &= ~(1 << (UInt64(neighbour) & 63))
                    degree[Int(neighbour)] = count - 2
                }
                degree[pivot] = Int.max
                order.append(pivot)
                reach.append(neighbours)
            }
        }
    }
}
