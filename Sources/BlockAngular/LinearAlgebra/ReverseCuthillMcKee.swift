/// Reverse Cuthill-McKee order, for many rows: along the graph, as in a program that is one long chain.
///
/// The rows are numbered breadth first from one end of the graph and eliminated backwards (Cuthill and McKee, reversed), so that
/// what is eliminated meets only rows a few steps away: time and memory grow with the number of rows. Rows that meet very many
/// others come last.
/// Source: A. George, J. W. H. Liu, Computer Solution of Large Sparse Positive Definite Systems, Prentice-Hall 1981, chapters 4
/// and 5.
struct ReverseCuthillMcKee {
    /// Rows in the order of their elimination.
    private(set) var order: [Int] = []
    /// The rows that are left when `order[i]` is eliminated and meet it, links included, in no order.
    private(set) var reach: [[Int32]] = []

    private let rowCount: Int
    private let total: Int
    /// Cliques (columns of A) as lists of rows, and the cliques of each row.
    private var cliqueStart: [Int32] = [0]
    private var cliqueRows: [Int32] = []
    private var rowStart: [Int32]
    private var rowCliques: [Int32]
    private var isLate: [Bool]
    private var mark: [Int32]
    private var stamp: Int32 = 0

    init(rowCount: Int, linkCount: Int, cliques: some Sequence<ArraySlice<Int32>>) {
        self.rowCount = rowCount
        total = rowCount + linkCount
        for clique in cliques where clique.count > 1 {
            cliqueRows += clique
            cliqueStart.append(Int32(cliqueRows.count))
        }
        rowStart = Array(repeating: 0, count: total + 1)
        for row in cliqueRows { rowStart[Int(row) + 1] += 1 }
        for row in 0..<total { rowStart[row + 1] += rowStart[row] }
        rowCliques = Array(repeating: 0, count: cliqueRows.count)
        var next = rowStart
        for clique in 0..<(cliqueStart.count - 1) {
            for place in Int(cliqueStart[clique])..<Int(cliqueStart[clique + 1]) {
                let row = Int(cliqueRows[place])
                rowCliques[Int(next[row])] = Int32(clique)
                next[row] += 1
            }
        }
        mark = Array(repeating: -1, count: total)
        // A row's cliques are about as many as the rows that it meets.
        let average = cliqueRows.count / max(1, rowCount) + 4
        isLate = Array(repeating: false, count: total)
        for row in 0..<total {
            isLate[row] =
                row >= rowCount
                || Int(rowStart[row + 1] - rowStart[row]) > Parameters.LinearAlgebra.denseRowRatio * average
        }
        number()
        eliminate()
    }

    private func cliques(of row: Int) -> Int { Int(rowStart[row + 1] - rowStart[row]) }

    /// The rows that meet `row`.
    private mutating func neighbours(of row: Int, into found: inout [Int32]) {
        found.removeAll(keepingCapacity: true)
        stamp += 1
        mark[row] = stamp
        for place in Int(rowStart[row])..<Int(rowStart[row + 1]) {
            let clique = Int(rowCliques[place])
            for index in Int(cliqueStart[clique])..<Int(cliqueStart[clique + 1]) {
                let other = Int(cliqueRows[index])
                if mark[other] != stamp {
                    mark[other] = stamp
                    found.append(Int32(other))
                }
            }
        }
    }

    /// Writes `order`.
    private mutating func number() {
        var isPlaced = isLate
        var found: [Int32] = []
        var queue: [Int] = []
        var level = [Int32](repeating: -1, count: total)
        /// Breadth first from `start` over what is not placed yet; the last row that is found, of those with the fewest cliques.
        func sweep(_ start: Int) -> Int {
            queue.removeAll(keepingCapacity: true)
            queue.append(start)
            level[start] = 0
            var next = 0
            while next < queue.count {
                neighbours(of: queue[next], into: &found)
                for other in found where !isPlaced[Int(other)] && level[Int(other)] < 0 {
                    level[Int(other)] = level[queue[next]] + 1
                    queue.append(Int(other))
                }
                next += 1
            }
            let last = level[queue[queue.count - 1]]
            let end = queue.filter { level[$0] == last }.min { (cliques(of: $0), $0) < (cliques(of: $1), $1) }
            for row in queue { level[row] = -1 }
            return end ?? start
        }
        for first in 0..<rowCount where !isPlaced[first] {
            let start = sweep(sweep(first))
            var next = order.count
            order.append(start)
            isPlaced[start] = true
            while next < order.count {
                neighbours(of: order[next], into: &found)
                let fresh = found.filter { !isPlaced[Int($0)] }
                    .sorted { (cliques(of: Int($0)), $0) < (cliques(of: Int($1)), $1) }
                for row in fresh {
                    isPlaced[Int(row)] = true
                    order.append(Int(row))
                }
                next += 1
            }
        }
        order.reverse()
        order += (0..<rowCount).filter { isLate[$0] }
    }

    /// Writes `reach`: what a row meets itself, and what those that it inherits from met.
    private mutating func eliminate() {
        var position = Array(0..<total)
        for (index, row) in order.enumerated() { position[row] = index }
        reach = Array(repeating: [], count: rowCount)
        var children = [[Int32]](repeating: [], count: rowCount)
        var found: [Int32] = []
        for index in 0..<rowCount {
            let row = order[index]
            neighbours(of: row, into: &found)
            var later = found.filter { position[Int($0)] > index }
            for child in children[index] {
                for other in reach[Int(child)] where mark[Int(other)] != stamp {
                    mark[Int(other)] = stamp
                    later.append(other)
                }
            }
            reach[index] = later
            let parent = later.reduce(Int.max) { min($0, position[Int($1)]) }
            if parent < rowCount { children[parent].append(Int32(index)) }
        }
    }
}
