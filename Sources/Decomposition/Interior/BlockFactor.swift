/// The numbers of one factorisation: a block's `A D A'` without its linking rows, and what it leaves for them.
///
/// The workspace is one lane's; factors are the caller's memory.
struct BlockFactor {
    private var front: UnsafeMutablePointer<Double>
    private var stack: UnsafeMutablePointer<Double>
    private var stackStart: [Int] = []
    private let largestFront: Int

    /// Room for any of `patterns`.
    init(_ patterns: [BlockPattern]) {
        largestFront = patterns.map(\.largestFront).max() ?? 0
        front = .allocate(capacity: largestFront * largestFront + 4)
        stack = .allocate(capacity: (patterns.map(\.stackCount).max() ?? 0) + 4)
        stackStart = Array(repeating: 0, count: (patterns.map(\.fronts.count).max() ?? 0) + 1)
    }

    func deallocate() {
        front.deallocate()
        stack.deallocate()
    }

    /// Factorises at diagonal `weights` (D, a number a column).
    ///
    /// - Parameters:
    ///   - values: the entries of the matrix, in the pattern's order.
    ///   - shift: added to each row's diagonal.
    ///   - factor: `pattern.factorCount` numbers, written.
    ///   - links: `linkCount` squared, lower half by columns; what is left for the linking rows is written.
    mutating func factorise(
        _ pattern: BlockPattern, values: UnsafePointer<Double>, weights: UnsafePointer<Double>, shift: Double,
        factor: UnsafeMutablePointer<Double>, links: UnsafeMutablePointer<Double>
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
                                    weights[Int(product.column)] * values[Int(product.first)]
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
                                        weights[Int(product.column)] * values[Int(product.first)]
                                        * values[Int(product.second)]
                                }
                                var k = 0
                                while k < it.pivotCount {
                                    front[k * size + k] += shift
                                    k &+= 1
                                }
                                for index in Int(childStart[number])..<Int(childStart[number + 1]) {
                                    let child = Int(children[index])
                                    let left = fronts[child].size - fronts[child].pivotCount
                                    add(
                                        stack + stackStart[child], left, into: front, size,
                                        at: places.baseAddress.map { $0 + fronts[child].places.lowerBound })
                                    top -= left * left
                                }
                                DenseKernel.factorise(front, size, pivots: it.pivotCount)
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
    /// solved as far as they can be alone, and their part is taken off the linking rows.
    static func forwards(
        _ pattern: BlockPattern, factor: UnsafePointer<Double>, _ right: UnsafeMutablePointer<Double>
    ) {
        pattern.frontRows.withUnsafeBufferPointer { rows in
            pattern.fronts.withUnsafeBufferPointer { fronts in
                for front in fronts {
                    let size = front.size
                    let start = front.rows.lowerBound
                    var k = 0
                    while k < front.pivotCount {
                        let column = factor + front.factorStart + k * size
                        let place = Int(rows[start + k])
                        let value = right[place] / column[k]
                        right[place] = value
                        var row = k + 1
                        while row < size {
                            right[Int(rows[start + row])] -= column[row] * value
                            row &+= 1
                        }
                        k &+= 1
                    }
                }
            }
        }
    }

    /// The second half, once the linking rows in `right` are solved.
    static func backwards(
        _ pattern: BlockPattern, factor: UnsafePointer<Double>, _ right: UnsafeMutablePointer<Double>
    ) {
        pattern.frontRows.withUnsafeBufferPointer { rows in
            pattern.fronts.withUnsafeBufferPointer { fronts in
                var number = fronts.count - 1
                while number >= 0 {
                    let front = fronts[number]
                    let size = front.size
                    let start = front.rows.lowerBound
                    var k = front.pivotCount - 1
                    while k >= 0 {
                        let column = factor + front.factorStart + k * size
                        let place = Int(rows[start + k])
                        var sum = right[place]
                        var row = k + 1
                        while row < size {
                            sum -= column[row] * right[Int(rows[start + row])]
                            row &+= 1
                        }
                        right[place] = sum / column[k]
                        k &-= 1
                    }
                    number &-= 1
                }
            }
        }
    }
}
