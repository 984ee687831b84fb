/// How the Schur complement of the linking rows is stored and factorised.
///
/// Rows that meet in some block form a panel; panels meet only through the columns of no block. Where there is one panel, the
/// matrix is dense. Where linking rows form a tree (`NestedLinks.swift`), each node's rows are a panel that meets only the rows
/// above it, so that the panels are eliminated one by one from the leaves of the tree (a multifrontal factorisation): the work
/// grows with the number of nodes, not with its cube.
final class LinkPattern: @unchecked Sendable {
    /// Linking rows.
    let count: Int
    /// Numbers of a matrix.
    private(set) var size = 0
    /// Approximate number of multiplications of a factorisation.
    private(set) var work = 0.0

    private struct Panel {
        /// Its own rows, ascending, and behind them those that it meets and that come later.
        var rows: [Int32]
        var ownCount: Int
        var start: Int
    }
    private var panels: [Panel] = []
    private var largest = 0
    /// Of each row: its panel, its place among the panel's own rows, and when it is eliminated.
    private var panelOf: [Int32]
    private var placeOf: [Int32]
    private var rank: [Int32]
    /// Where row r stands in the front of panel p: `position[p * count + r]`; empty where there is one panel.
    private var position: [Int32] = []

    /// Whether its matrix stays within bounds.
    var isSmallEnough: Bool {
        work <= Parameters.LinearAlgebra.maxSchurWork && size <= Parameters.LinearAlgebra.maxSchurNumbers
    }

    /// - Parameters:
    ///   - border: the columns of no block.
    ///   - blocks: the linking rows that each block touches.
    init(count: Int, border: Block, blocks cliques: some Sequence<[Int32]>) {
        self.count = count
        var sparse: [Int32: [Int32]] = [:]
        for entry in border.linking { sparse[entry.column, default: []].append(entry.row) }
        panelOf = Array(repeating: -1, count: count)
        placeOf = Array(repeating: 0, count: count)
        rank = Array(repeating: 0, count: count)
        for panel in LinkPattern.panels(count, cliques, sparse.values.filter { $0.count > 1 }) {
            add(panel.own, meeting: panel.beyond)
        }
        guard panels.count > 1 else { return }
        position = Array(repeating: 0, count: panels.count * count)
        for (number, panel) in panels.enumerated() {
            for (place, row) in panel.rows.enumerated() { position[number * count + Int(row)] = Int32(place) }
        }
    }

    private func add(_ own: [Int32], meeting beyond: [Int32]) {
        for (place, row) in own.enumerated() {
            panelOf[Int(row)] = Int32(panels.count)
            placeOf[Int(row)] = Int32(place)
            rank[Int(row)] = Int32((panels.last.map { Int(rank[Int($0.rows[$0.ownCount - 1])]) + 1 } ?? 0) + place)
        }
        panels.append(Panel(rows: own + beyond, ownCount: own.count, start: size))
        let front = own.count + beyond.count
        size += own.count * front
        largest = max(largest, front)
        work += Double(own.count) * Double(front) * Double(front)
    }

    /// Panels in the order of their elimination: the one that meets the fewest rows first.
    private static func panels(
        _ count: Int, _ cliques: some Sequence<[Int32]>, _ sparse: [[Int32]]
    ) -> [(own: [Int32], beyond: [Int32])] {
        var leader = Array(0..<count)
        func find(_ row: Int) -> Int {
            var row = row
            while leader[row] != row {
                leader[row] = leader[leader[row]]
                row = leader[row]
            }
            return row
        }
        func join(_ rows: some Collection<Int32>) {
            guard let first = rows.first else { return }
            for row in rows.dropFirst() {
                let (one, two) = (find(Int(first)), find(Int(row)))
                leader[max(one, two)] = min(one, two)
            }
        }
        // Rows that a block touches, or that an elimination fills, are dense among themselves.
        var isDense = [Bool](repeating: false, count: count)
        for clique in cliques {
            join(clique)
            for row in clique { isDense[Int(row)] = true }
        }
        var meets = [Set<Int32>](repeating: [], count: count)
        for column in sparse {
            for row in column { for other in column where other != row { meets[Int(row)].insert(other) } }
        }
        var left = Set(0..<count)
        var made: [(own: [Int32], beyond: [Int32])] = []
        while !left.isEmpty {
            var members: [Int: [Int32]] = [:]
            for row in left.sorted() { members[find(row), default: []].append(Int32(row)) }
            let dense = members.filter { $0.value.contains { isDense[Int($0)] } }
            guard !dense.isEmpty else {
                made.append((left.sorted().map { Int32($0) }, []))
                break
            }
            let beyond = dense.mapValues { own -> Set<Int32> in
                own.reduce(into: Set<Int32>()) { $0.formUnion(meets[Int($1)]) }.subtracting(own)
            }
            guard
                let next = beyond.min(by: { ($0.value.count, $0.key) < ($1.value.count, $1.key) })?.key,
                let own = members[next], let others = beyond[next]
            else { break }
            let after = others.sorted()
            made.append((own, after))
            left.subtract(own.map { Int($0) })
            join(after)
            for row in after {
                isDense[Int(row)] = true
                meets[Int(row)].formUnion(others)
                meets[Int(row)].subtract(own)
                meets[Int(row)].remove(row)
            }
        }
        return made
    }

    /// Where the entry of two rows stands.
    @inline(__always)
    func place(_ one: Int, _ two: Int) -> Int {
        if position.isEmpty { return min(one, two) * count + max(one, two) }
        let (first, second) = rank[one] <= rank[two] ? (one, two) : (two, one)
        let number = Int(panelOf[first])
        return panels[number].start + Int(placeOf[first]) * panels[number].rows.count
            + Int(position[number * count + second])
    }

    /// Factorises in place (lower halves, by columns), with `shift` added to the diagonal.
    func factorise(_ matrix: UnsafeMutablePointer<Double>, shift: Double) {
        if position.isEmpty {
            for row in 0..<count { matrix[row * count + row] += shift }
            DenseCholesky.factorise(matrix, count, pivots: count)
            return
        }
        let front = UnsafeMutablePointer<Double>.allocate(capacity: largest * largest + 4)
        defer { front.deallocate() }
        for panel in panels {
            let (size, own) = (panel.rows.count, panel.ownCount)
            front.update(from: matrix + panel.start, count: own * size)
            (front + own * size).update(repeating: 0, count: (size - own) * size)
            for place in 0..<own { front[place * size + place] += shift }
            DenseCholesky.factorise(front, size, pivots: own)
            (matrix + panel.start).update(from: front, count: own * size)
            for column in own..<size {
                for row in column..<size {
                    matrix[place(Int(panel.rows[column]), Int(panel.rows[row]))] += front[column * size + row]
                }
            }
        }
    }

    /// Solves in place with a factorised matrix.
    func solve(_ matrix: UnsafePointer<Double>, _ right: UnsafeMutablePointer<Double>) {
        let gathered = UnsafeMutablePointer<Double>.allocate(capacity: largest + 4)
        defer { gathered.deallocate() }
        for panel in panels {
            let (size, own) = (panel.rows.count, panel.ownCount)
            for (place, row) in panel.rows.enumerated() { gathered[place] = right[Int(row)] }
            for place in 0..<own {
                let column = matrix + panel.start + place * size
                let value = gathered[place] / column[place]
                gathered[place] = value
                DenseCholesky.subtract(
                    gathered + place + 1, column + place + 1, times: value, count: size - place - 1)
            }
            for (place, row) in panel.rows.enumerated() { right[Int(row)] = gathered[place] }
        }
        for panel in panels.reversed() {
            let (size, own) = (panel.rows.count, panel.ownCount)
            for (place, row) in panel.rows.enumerated() { gathered[place] = right[Int(row)] }
            for place in (0..<own).reversed() {
                let column = matrix + panel.start + place * size
                let sum = DenseCholesky.dot(column + place + 1, gathered + place + 1, count: size - place - 1)
                gathered[place] = (gathered[place] - sum) / column[place]
            }
            for place in 0..<own { right[Int(panel.rows[place])] = gathered[place] }
        }
    }
}
