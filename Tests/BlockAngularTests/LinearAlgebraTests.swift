import LinearPrograms
import Scenarios
import Synchronization
import Testing

@testable import BlockAngular

/// Factorisations and elimination orders against dense arithmetic. If this breaks: interior-point methods converge slowly or not
/// at all, and nothing says why.
@Suite("Linear algebra")
struct LinearAlgebraTests {
    typealias Matrix = [[Double]]

    /// A random sparse matrix by columns, with rows 0 ..< `rows` and at most five entries per column; each row has one.
    private struct Sparse {
        var starts: [Int32] = [0]
        var rows: [Int32] = []
        var values: [Double] = []
        var scaling: [Double] = []
        let rowCount: Int

        init(rowCount: Int, _ random: inout SeededGenerator) {
            self.rowCount = rowCount
            for column in 0..<(2 * rowCount) {
                var chosen: Set<Int32> = column < rowCount ? [Int32(column)] : []
                for _ in 0..<Int(random.share() * 5) { chosen.insert(Int32(random.share() * Double(rowCount))) }
                for row in chosen.sorted() {
                    rows.append(row)
                    values.append(2 * random.share() - 1 + (column < rowCount && row == column ? 2 : 0))
                }
                starts.append(Int32(rows.count))
                scaling.append(0.1 + random.share())
            }
        }

        var columns: [ArraySlice<Int32>] {
            (0..<(starts.count - 1)).map { rows[Int(starts[$0])..<Int(starts[$0 + 1])] }
        }

        /// `A D A'`, with `shift` added to the diagonal of the first `count` rows.
        func normal(shift: Double = 0, count: Int = 0) -> Matrix {
            var matrix = Matrix(repeating: Array(repeating: 0, count: rowCount), count: rowCount)
            for (column, entries) in columns.enumerated() {
                for one in entries.indices {
                    for two in entries.indices {
                        matrix[Int(rows[one])][Int(rows[two])] += scaling[column] * values[one] * values[two]
                    }
                }
            }
            for row in 0..<count { matrix[row][row] += shift }
            return matrix
        }
    }

    /// `matrix x`.
    private static func times(_ matrix: Matrix, _ x: [Double]) -> [Double] {
        matrix.map { row in zip(row, x).reduce(0) { $0 + $1.0 * $1.1 } }
    }

    private static func distance(_ one: [Double], _ two: [Double]) -> Double {
        zip(one, two).reduce(0) { max($0, abs($1.0 - $1.1)) }
    }

    private static func numbers(_ count: Int, _ random: inout SeededGenerator) -> [Double] {
        (0..<count).map { _ in 2 * random.share() - 1 }
    }

    /// The lower half by columns, as `DenseCholesky` takes it.
    private static func byColumns(_ matrix: Matrix) -> [Double] {
        matrix.indices.flatMap { column in matrix.indices.map { $0 < column ? 0 : matrix[$0][column] } }
    }

    @Test("dense Cholesky solves", arguments: 1...13)
    func dense(size: Int) {
        var random = SeededGenerator(seed: UInt64(size))
        let matrix = Sparse(rowCount: size, &random).normal()
        let x = Self.numbers(size, &random)
        var factor = Self.byColumns(matrix) + [0, 0, 0, 0]
        var right = Self.times(matrix, x) + [0, 0, 0, 0]
        factor.withUnsafeMutableBufferPointer { factor in
            right.withUnsafeMutableBufferPointer { right in
                guard let factor = factor.baseAddress, let right = right.baseAddress else { return }
                DenseCholesky.factorise(factor, size, pivots: size)
                DenseCholesky.solve(factor, size, right)
            }
        }
        #expect(Self.distance(Array(right.prefix(size)), x) < 1e-9)
    }

    @Test("a row that depends on others gets no step, and the others solve the system")
    func dependent() {
        // The second row is the first, doubled.
        var factor = [2.0, 4, 1, 0, 8, 2, 0, 0, 3, 0, 0, 0, 0]
        var right = [3.0, 6, 4, 0, 0, 0, 0]
        factor.withUnsafeMutableBufferPointer { factor in
            right.withUnsafeMutableBufferPointer { right in
                guard let factor = factor.baseAddress, let right = right.baseAddress else { return }
                DenseCholesky.factorise(factor, 3, pivots: 3)
                DenseCholesky.solve(factor, 3, right)
            }
        }
        #expect(Self.distance(Array(right.prefix(3)), [1, 0, 1]) < 1e-12)
    }

    /// Eliminates the rows in the given order on the graph itself.
    private static func checkOrder(_ order: [Int], _ reach: [[Int32]], _ sparse: Sparse, links: Int) {
        let own = sparse.rowCount - links
        #expect(order.sorted() == Array(0..<own))
        var neighbours = [Set<Int>](repeating: [], count: sparse.rowCount)
        for column in sparse.columns {
            for one in column { for two in column where one != two { neighbours[Int(one)].insert(Int(two)) } }
        }
        for (row, reached) in zip(order, reach) {
            #expect(Set(reached.map { Int($0) }) == neighbours[row])
            for one in neighbours[row] {
                neighbours[one].formUnion(neighbours[row])
                neighbours[one].subtract([one, row])
            }
        }
    }

    @Test("elimination orders hold each row once, with the rows that its elimination fills", arguments: 1...20)
    func orders(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let sparse = Sparse(rowCount: 12 + Int(seed), &random)
        let degree = MinimumDegree(rowCount: sparse.rowCount - 3, linkCount: 3, cliques: sparse.columns)
        Self.checkOrder(degree.order, degree.reach, sparse, links: 3)
        let chain = ReverseCuthillMcKee(rowCount: sparse.rowCount - 3, linkCount: 3, cliques: sparse.columns)
        Self.checkOrder(chain.order, chain.reach, sparse, links: 3)
    }

    @Test("minimum degree leaves a tree without fill-in")
    func tree() {
        // A star of three paths: each elimination of a leaf reaches its one neighbour.
        let edges: [[Int32]] = [[0, 1], [1, 2], [2, 3], [0, 4], [4, 5], [0, 6], [6, 7]]
        let degree = MinimumDegree(rowCount: 8, linkCount: 0, cliques: edges.map { $0[...] })
        #expect(degree.reach.map(\.count).reduce(0, +) == edges.count)
    }

    @Test("sparse LDL solves", arguments: 1...20)
    func sparseLDL(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let sparse = Sparse(rowCount: 3 + Int(seed), &random)
        let factor = SparseLDL(
            rowCount: sparse.rowCount, columnStart: sparse.starts, entryRow: sparse.rows,
            places: sparse.rows.indices.map { Int32($0) })
        let x = Self.numbers(sparse.rowCount, &random)
        let shift = 0.01
        var right = Self.times(sparse.normal(shift: shift, count: sparse.rowCount), x)
        var numbers = [Double](repeating: 0, count: factor.count)
        factor.factorise(
            values: sparse.values, scaling: sparse.scaling,
            diagonal: Array(repeating: shift, count: sparse.rowCount), factor: &numbers)
        factor.solve(numbers, &right)
        #expect(Self.distance(right, x) < 1e-9)
    }

    @Test("multifrontal factors leave the Schur complement of the linking rows, and solve", arguments: 1...20)
    func multifrontal(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let links = 3
        let sparse = Sparse(rowCount: 8 + Int(seed), &random)
        let own = sparse.rowCount - links
        let pattern = FrontalPattern(
            rowCount: own, linkCount: links, columnStart: sparse.starts, entryRow: sparse.rows)
        var factor = MultifrontalFactor([pattern])
        defer { factor.deallocate() }
        var numbers = [Double](repeating: 0, count: pattern.factorCount + 1)
        var complement = [Double](repeating: 0, count: links * links)
        let shift = 0.01
        factor.factorise(
            pattern, values: sparse.values, scaling: sparse.scaling, shift: shift, factor: &numbers, links: &complement)
        // The linking rows' part, solved densely between the two halves.
        let matrix = sparse.normal(shift: shift, count: own)
        let x = Self.numbers(sparse.rowCount, &random)
        var right = Self.times(matrix, x)
        factor.forwards(pattern, factor: numbers, &right)
        var linkRight = Array(right.suffix(links)) + [0, 0, 0, 0]
        complement += [0, 0, 0, 0]
        complement.withUnsafeMutableBufferPointer { complement in
            linkRight.withUnsafeMutableBufferPointer { linkRight in
                guard let complement = complement.baseAddress, let linkRight = linkRight.baseAddress else { return }
                DenseCholesky.factorise(complement, links, pivots: links)
                DenseCholesky.solve(complement, links, linkRight)
            }
        }
        for link in 0..<links { right[own + link] = linkRight[link] }
        factor.backwards(pattern, factor: numbers, &right)
        #expect(Self.distance(right, x) < 1e-9)
    }

    @Test("the Schur complement of nested linking rows is stored in panels, and solves like a dense one")
    func panels() {
        var random = SeededGenerator(seed: 3)
        // Four groups of three rows, each below a row of its own; these four below one row.
        let count = 17
        let groups = (0..<4).map { group in (0..<3).map { Int32(3 * group + $0) } }
        var border = Block()
        var pairs: [(Int, Int)] = []
        for group in 0..<4 {
            let edges: [(Int32, Int32)] = [
                (groups[group][0], Int32(12 + group)), (Int32(12 + group), 16),
            ]
            for (child, parent) in edges {
                let column = Int32(pairs.count)
                border.linking += [
                    .init(row: child, column: column, value: 1), .init(row: parent, column: column, value: -1),
                ]
                pairs.append((Int(child), Int(parent)))
            }
            for one in groups[group] { for two in groups[group] where one < two { pairs.append((Int(one), Int(two))) } }
        }
        let pattern = LinkPattern(count: count, border: border, blocks: groups)
        #expect(pattern.size < count * count)
        var matrix = Matrix(repeating: Array(repeating: 0, count: count), count: count)
        for row in 0..<count { matrix[row][row] = 6 + random.share() }
        for (one, two) in pairs {
            let value = 2 * random.share() - 1
            matrix[one][two] = value
            matrix[two][one] = value
        }
        var numbers = [Double](repeating: 0, count: pattern.size + 4)
        for row in 0..<count { numbers[pattern.place(row, row)] = matrix[row][row] }
        for (one, two) in pairs { numbers[pattern.place(one, two)] = matrix[one][two] }
        let x = Self.numbers(count, &random)
        var right = Self.times(matrix, x)
        pattern.factorise(&numbers, shift: 0)
        pattern.solve(numbers, &right)
        #expect(Self.distance(right, x) < 1e-9)
    }

    @Test("a table has each number once, told apart by its bits, however many there are")
    func numberTable() {
        var table = NumberTable()
        #expect(table.place(of: 0) == 0 && table.place(of: -0.0) == 1 && table.place(of: .infinity) == 2)
        // More than the slots at the start, twice.
        for _ in 0..<2 {
            for number in 0..<5_000 { #expect(table.place(of: 0.5 + Double(number)) == UInt16(number + 3)) }
        }
        #expect(table.numbers.count == 5_003 && table.place(of: 0) == 0)
    }

    @Test("work on several threads is done once for each lane, and its results are in order")
    func threads() {
        #expect(WorkerThreads.map(5) { $0 * $0 } == [0, 1, 4, 9, 16])
        #expect(WorkerThreads.map(1) { $0 } == [0])
        let workers = WorkerThreads(count: 3) { _ in }
        defer { workers.stop() }
        let counts = Mutex([Int](repeating: 0, count: 8))
        for _ in 0..<20 {
            WorkerThreads.forEach(Array(0..<8), on: workers) { lane in counts.withLock { $0[lane] += 1 } }
        }
        #expect(counts.withLock { $0 } == Array(repeating: 20, count: 8))
    }
}
