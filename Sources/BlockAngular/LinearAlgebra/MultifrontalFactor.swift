/// Numeric multifrontal factorisation of a block's `A D A'`, and its Schur complement for the linking rows.
///
/// The workspace is one lane's; factors are the caller's memory.
struct MultifrontalFactor {
    private var front: UnsafeMutablePointer<Double>
    private var stack: UnsafeMutablePointer<Double>
    private var stackStart: [Int] = []
    private let gathered: UnsafeMutablePointer<Double>
    private let largestFront: Int

    /// Room for any of `patterns`.
    init(_ patterns: [FrontalPattern]) {
        largestFront = patterns.map(\.largestFront).max() ?? 0
        front = .allocate(capacity: largestFront * largestFront + 4)
        stack = .allocate(capacity: (patterns.map(\.stackCount).max() ?? 0) + 4)
        gathered = .allocate(capacity: largestFront + 4)
        stackStart = Array(repeating: 0, count: (patterns.map(\.fronts.count).max() ?? 0) + 1)
    }

    func deallocate() {
        front.deallocate()
        stack.deallocate()
        gathered.deallocate()
    }

    /// Factorises at diagonal `scaling` (D, one number per column).
    ///
    /// - Parameters:
    ///   - values: the entries of the matrix, in the pattern's order.
    ///   - shift: added to each row's diagonal.
    ///   - diagonal: added to the diagonal of each of the block's rows; nil: nothing.
    ///   - factor: `pattern.factorCount` numbers, written.
    ///   - links: `linkCount` squared, lower half by columns; the Schur complement is written.
    mutating func factorise(
        _ pattern: FrontalPattern, values: UnsafePointer<Double>, scaling: UnsafePointer<Double>, shift: Double,
        diagonal: UnsafePointer<Double>? = nil, factor: UnsafeMutablePointer<Double>,
        links: UnsafeMutablePointer<Double>
    ) {
        let linkCount = pattern.linkCount
        links.update(repeating: 0, count: linkCount * linkCount)
        pattern.products.withUnsafeBufferPointer { products in
            pattern.fronts.withUnsafeBufferPointer { fronts in
                pattern.places.withUnsafeBufferPointer { places in
                    pattern.childStart.withUnsafeBufferPointer { childStart in
                        pattern.children.withUnsafeBufferPointer { children in
                            for index in pattern.linkProducts {
                                let product = products[index]
                                links[Int(product.place)] +=
                                    scaling[Int(product.column)] * values[Int(product.first)]
                                    * values[Int(product.second)]
                            }
                            var top = 0
                            for number in fronts.indices {
                                let it = fronts[number]
                                let size = it.size
                                front.update(repeating: 0, count: size * size)
                                for index in it.products {
                                    let product = products[index]
                                    front[Int(product.place)] +=
                                        scaling[Int(product.column)] * values[Int(product.first)]
                                        * values[Int(product.second)]
                                }
                                var k = 0
                                while k < it.pivotCount {
                                    front[k * size + k] += shift
                                    k &+= 1
                                }
                                if let diagonal {
                                    for k in 0..<it.pivotCount {
                                        front[k * size + k] +=
                                            diagonal[Int(pattern.frontRows[it.rows.lowerBound + k])]
                                    }
                                }
                                for index in Int(childStart[number])..<Int(childStart[number + 1]) {
                                    let child = Int(children[index])
                                    let left = fronts[child].size - fronts[child].pivotCount
                                    add(
                                        stack + stackStart[child], left, into: front, size,
                                        at: places.baseAddress.map { $0 + fronts[child].places.lowerBound })
                                    top -= left * left
                                }
                                DenseCholesky.factorise(front, size, pivots: it.pivotCount)
                                (factor + it.factorStart).update(from: front, count: it.pivotCount * size)
                                let left = size - it.pivotCount
                                guard left > 0 else { continue }
                                let rest = front + it.pivotCount * size + it.pivotCount
                                if it.parent == nil {
                                    add(
                                        rest, left, stride: size, into: links, linkCount,
                                        at: places.baseAddress.map { $0 + it.places.lowerBound })
                                } else {
                                    stackStart[number] = top
                                    for column in 0..<left {
                                        (stack + top + column * left + column).update(
                                            from: rest + column * size + column, count: left - column)
                                    }
                                    top += left * left
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    @inline(__always)
    private func add(
        _ source: UnsafeMutablePointer<Double>, _ count: Int, stride: Int? = nil,
        into target: UnsafeMutablePointer<Double>, _ size: Int, at places: UnsafePointer<Int32>?
    ) {
        guard let places else { return }
        let stride = stride ?? count
        for column in 0..<count {
            let from = source + column * stride
            let to = target + Int(places[column]) * size
            var row = column
            while row < count {
                to[Int(places[row])] += from[row]
                row &+= 1
            }
        }
    }

    /// The first half of a solve: `right` holds the block's rows and behind them the linking rows; its own rows are
    /// solved as far as they can be alone, and their part is subtracted from the linking rows.
    func forwards(_ pattern: FrontalPattern, factor: UnsafePointer<Double>, _ right: UnsafeMutablePointer<Double>) {
        pattern.frontRows.withUnsafeBufferPointer { rows in
            pattern.fronts.withUnsafeBufferPointer { fronts in
                for front in fronts {
                    let size = front.size
                    let pivots = front.pivotCount
                    let start = front.rows.lowerBound
                    // Gathered, so that the inner loop runs over neighbours.
                    for index in 0..<size { gathered[index] = right[Int(rows[start + index])] }
                    var k = 0
                    while k < pivots {
                        let column = factor + front.factorStart + k * size
                        let value = gathered[k] / column[k]
                        gathered[k] = value
                        DenseCholesky.subtract(
                            gathered + k + 1, column + k + 1, times: value, count: size - k - 1)
                        k &+= 1
                    }
                    for index in 0..<size { right[Int(rows[start + index])] = gathered[index] }
                }
            }
        }
    }

    /// The second half, once the linking rows in `right` are solved.
    func backwards(_ pattern: FrontalPattern, factor: UnsafePointer<Double>, _ right: UnsafeMutablePointer<Double>) {
        pattern.frontRows.withUnsafeBufferPointer { rows in
            pattern.fronts.withUnsafeBufferPointer { fronts in
                var number = fronts.count - 1
                while number >= 0 {
                    let front = fronts[number]
                    let size = front.size
                    let start = front.rows.lowerBound
                    for index in 0..<size { gathered[index] = right[Int(rows[start + index])] }
                    var k = front.pivotCount - 1
                    while k >= 0 {
                        let column = factor + front.factorStart + k * size
                        let sum = DenseCholesky.dot(column + k + 1, gathered + k + 1, count: size - k - 1)
                        gathered[k] = (gathered[k] - sum) / column[k]
                        k &-= 1
                    }
                    for index in 0..<front.pivotCount { right[Int(rows[start + index])] = gathered[index] }
                    number &-= 1
                }
            }
        }
    }
}
