/// Sparse L D L' factorisation of the normal matrix `B D B'` of a block's own rows, entry by entry: for rows that meet few
/// others, as those of a chain do, where fronts would be mostly zeros.
///
/// The factor holds a number for each row's pivot and each entry below it, column by column in the order of elimination.
final class SparseLDL: @unchecked Sendable {
    typealias Indices = UnsafeMutablePointer<Int32>
    let rowCount: Int
    /// Row that is eliminated at each place of the order, and where its column begins in the factor: its pivot comes first.
    private let pivotRow: Indices
    private let start: Indices
    /// Row of each entry of the factor.
    private let rowOf: Indices
    /// Where the products of two entries of a column are taken off: column by column, for each entry those from it on.
    private let target: Indices
    /// Where products of the matrix are added up: `factor[place] += D[column] * value[first] * value[second]`.
    private let products: UnsafeMutablePointer<FrontalPattern.Product>
    private let productCount: Int
    /// Where each row's pivot stands.
    private let pivotOf: Indices
    /// Numbers of a factor.
    let count: Int

    /// - Parameters:
    ///   - columnStart: column j of B holds the entries `columnStart[j] ..< columnStart[j + 1]`.
    ///   - entryRow: their rows.
    ///   - places: where each stands among the numbers that `factorise` is given.
    init(rowCount: Int, columnStart: [Int32], entryRow: [Int32], places: [Int32]) {
        self.rowCount = rowCount
        let elimination = MinimumDegree(
            rowCount: rowCount, linkCount: 0,
            cliques: (0..<(columnStart.count - 1)).lazy.map {
                entryRow[Int(columnStart[$0])..<Int(columnStart[$0 + 1])]
            })
        var position = [Int](repeating: 0, count: rowCount)
        for (index, row) in elimination.order.enumerated() { position[row] = index }
        var starts: [Int32] = [0]
        var rows: [Int32] = []
        for index in 0..<rowCount {
            rows.append(Int32(elimination.order[index]))
            rows += elimination.reach[index].sorted { position[Int($0)] < position[Int($1)] }
            starts.append(Int32(rows.count))
        }
        // The entry of row b in the column of row a, which goes first.
        func place(_ a: Int32, _ b: Int32) -> Int32 {
            let (first, second) =
                position[Int(a)] <= position[Int(b)]
                ? (position[Int(a)], position[Int(b)]) : (position[Int(b)], position[Int(a)])
            var (low, high) = (Int(starts[first]), Int(starts[first + 1]) - 1)
            while low < high {
                let middle = (low + high) / 2
                if position[Int(rows[middle])] < second { low = middle + 1 } else { high = middle }
            }
            return Int32(low)
        }
        var targets: [Int32] = []
        for index in 0..<rowCount {
            let (first, end) = (Int(starts[index]) + 1, Int(starts[index + 1]))
            for a in first..<max(first, end) {
                // The rest of this column is part of that one, in the same order.
                var at = Int(starts[position[Int(rows[a])]])
                for b in a..<end {
                    while rows[at] != rows[b] { at += 1 }
                    targets.append(Int32(at))
                }
            }
        }
        var made: [FrontalPattern.Product] = []
        for column in 0..<(columnStart.count - 1) {
            let range = Int(columnStart[column])..<Int(columnStart[column + 1])
            for first in range {
                for second in first..<range.upperBound {
                    made.append(
                        .init(
                            column: Int32(column), first: places[first], second: places[second],
                            place: place(entryRow[first], entryRow[second])))
                }
            }
        }
        // Neighbours in the factor together.
        made.sort { ($0.place, $0.column) < ($1.place, $1.column) }
        func kept(_ numbers: [Int32]) -> Indices {
            let pointer = Indices.allocate(capacity: numbers.count + 1)
            pointer.initialize(repeating: 0, count: numbers.count + 1)
            pointer.update(from: numbers, count: numbers.count)
            return pointer
        }
        pivotRow = kept(elimination.order.map { Int32($0) })
        start = kept(starts)
        rowOf = kept(rows)
        target = kept(targets)
        pivotOf = kept((0..<rowCount).map { starts[position[$0]] })
        products = .allocate(capacity: made.count + 1)
        products.initialize(from: made, count: made.count)
        productCount = made.count
        count = rows.count
    }

    deinit {
        for pointer in [pivotRow, start, rowOf, target, pivotOf] { pointer.deallocate() }
        products.deallocate()
    }

    /// - Parameters:
    ///   - scaling: D, one number per column.
    ///   - diagonal: added to the diagonal of each row.
    ///   - factor: `count` numbers, written; pivots are inverse.
    @inline(__always)
    func factorise(
        values: UnsafePointer<Double>, scaling: UnsafePointer<Double>, diagonal: UnsafePointer<Double>,
        factor: UnsafeMutablePointer<Double>
    ) {
        factor.update(repeating: 0, count: count)
        var row = 0
        while row < rowCount {
            factor[Int(pivotOf[row])] = diagonal[row]
            row &+= 1
        }
        var index = 0
        while index < productCount {
            let product = products[index]
            factor[Int(product.place)] +=
                scaling[Int(product.column)] * values[Int(product.first)] * values[Int(product.second)]
            index &+= 1
        }
        var next = target
        var k = 0
        while k < rowCount {
            let (first, end) = (Int(start[k]), Int(start[k &+ 1]))
            let pivot = factor[first]
            let inverse = pivot > Parameters.LinearAlgebra.minPivot ? 1 / pivot : 0
            factor[first] = inverse
            var a = first &+ 1
            while a < end {
                let value = factor[a]
                let scaled = value * inverse
                var b = a
                while b < end {
                    factor[Int(next.pointee)] -= scaled * factor[b]
                    next += 1
                    b &+= 1
                }
                a &+= 1
            }
            a = first &+ 1
            while a < end {
                factor[a] *= inverse
                a &+= 1
            }
            k &+= 1
        }
    }

    /// Solves in place.
    @inline(__always)
    func solve(_ factor: UnsafePointer<Double>, _ right: UnsafeMutablePointer<Double>) {
        var k = 0
        while k < rowCount {
            let value = right[Int(pivotRow[k])]
            var a = Int(start[k]) &+ 1
            let end = Int(start[k &+ 1])
            while a < end {
                right[Int(rowOf[a])] -= factor[a] * value
                a &+= 1
            }
            k &+= 1
        }
        while k > 0 {
            k &-= 1
            let first = Int(start[k])
            let row = Int(pivotRow[k])
            var value = right[row] * factor[first]
            var a = first &+ 1
            let end = Int(start[k &+ 1])
            while a < end {
                value -= factor[a] * right[Int(rowOf[a])]
                a &+= 1
            }
            right[row] = value
        }
    }
}
