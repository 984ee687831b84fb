/// Symbolic multifrontal factorisation of a block's normal matrix `A D A'`: blocks that differ only in their numbers share one.
///
/// The rows are those of the block, 0 ..< `rowCount`, and after them the linking rows that it touches. The factorisation is
/// multifrontal: rows that are eliminated together, and those that they meet, form a dense front. The Schur
/// complement of a front after its pivots is added to its parent's. That of the roots is the block's part of the linking rows'.
final class FrontalPattern: @unchecked Sendable {
    let rowCount: Int
    let linkCount: Int
    /// The matrix by columns: column j holds the entries `columnStart[j] ..< columnStart[j + 1]`.
    let columnStart: [Int32]
    /// Row of each entry.
    let entryRow: [Int32]

    struct Front {
        /// Its rows, pivots first.
        var rows: Range<Int>
        var pivotCount: Int
        /// The front that what is left is added into; nil: the linking rows' own.
        var parent: Int?
        /// Where the rows that are left stand in the parent.
        var places: Range<Int>
        /// Products to add up: places in `products`.
        var products: Range<Int>
        /// Where its columns begin in the factor.
        var factorStart: Int
        var size: Int { rows.count }
    }

    /// Children come before their parents, each right after its own children.
    private(set) var fronts: [Front] = []
    /// Rows of the fronts.
    private(set) var frontRows: [Int32] = []
    /// Places in the parent.
    private(set) var places: [Int32] = []
    /// `D[column] * value[first] * value[second]` is added at `place` of a front (of the linking part at the end).
    struct Product {
        var column: Int32
        var first: Int32
        var second: Int32
        var place: Int32
    }
    private(set) var products: [Product] = []
    /// The products of two linking rows.
    private(set) var linkProducts = 0..<0
    /// The children of front f: `children[childStart[f] ..< childStart[f + 1]]`.
    private(set) var childStart: [Int32] = [0]
    private(set) var children: [Int32] = []
    /// Numbers that a factor holds.
    private(set) var factorCount = 0
    /// The most numbers that fronts waiting for their parents take, and the size of the largest front.
    private(set) var stackCount = 0
    private(set) var largestFront = 0

    init(rowCount: Int, linkCount: Int, columnStart: [Int32], entryRow: [Int32]) {
        self.rowCount = rowCount
        self.linkCount = linkCount
        self.columnStart = columnStart
        self.entryRow = entryRow
        let elimination = MinimumDegree(
            rowCount: rowCount, linkCount: linkCount,
            cliques: (0..<(columnStart.count - 1)).lazy.map {
                entryRow[Int(columnStart[$0])..<Int(columnStart[$0 + 1])]
            })
        let frontOf = makeFronts(elimination)
        makeProducts(frontOf)
        measure()
    }

    /// Where a row stands in the order of elimination; links stand last.
    private func positions(_ elimination: MinimumDegree) -> [Int] {
        var position = Array(0..<(rowCount + linkCount))
        for (index, row) in elimination.order.enumerated() { position[row] = index }
        return position
    }

    /// Returns the front in which each row is eliminated.
    private func makeFronts(_ elimination: MinimumDegree) -> [Int] {
        let position = positions(elimination)
        // By position: the pivots of the front that begins or goes on there, and what it meets beyond.
        var pivots: [[Int]] = (0..<rowCount).map { [$0] }
        let beyond = elimination.reach.map { $0.sorted { position[Int($0)] < position[Int($1)] } }
        // The position at which a row's front ends.
        var end = Array(0..<rowCount)
        func parent(_ index: Int) -> Int? {
            guard let next = beyond[index].first, Int(next) < rowCount else { return nil }
            return position[Int(next)]
        }
        for index in 0..<rowCount {
            guard let next = parent(index) else { continue }
            // A row that is eliminated alone joins its parent's front where that makes it hardly larger: zeros that the
            // front would hold, as its pivots would reach all of the parent's rows.
            let zeros = (pivots[next].count + beyond[next].count - beyond[index].count) * pivots[index].count
            guard zeros <= Parameters.LinearAlgebra.maxZerosOfFront else { continue }
            pivots[next] += pivots[index]
            end[index] = next
        }
        for index in (0..<rowCount).reversed() where end[index] != index { end[index] = end[end[index]] }
        // Depth first, children before parents.
        var children = [[Int]](repeating: [], count: rowCount)
        var roots: [Int] = []
        for index in 0..<rowCount where end[index] == index {
            if let next = parent(index) { children[end[next]].append(index) } else { roots.append(index) }
        }
        var frontOf = [Int](repeating: -1, count: rowCount)
        var numberOf = [Int](repeating: -1, count: rowCount)
        var stack = roots.reversed().map { (index: $0, isOpen: false) }
        while let (index, isOpen) = stack.popLast() {
            guard isOpen else {
                stack.append((index, true))
                for child in children[index].reversed() { stack.append((child, false)) }
                continue
            }
            let start = frontRows.count
            let rows = pivots[index].sorted().map { Int32(elimination.order[$0]) }
            frontRows += rows
            frontRows += beyond[index]
            numberOf[index] = fronts.count
            for row in rows { frontOf[Int(row)] = fronts.count }
            fronts.append(
                Front(
                    rows: start..<frontRows.count, pivotCount: pivots[index].count, parent: nil, places: 0..<0,
                    products: 0..<0, factorStart: 0))
        }
        var placeInParent = [Int32](repeating: 0, count: rowCount + linkCount)
        for index in 0..<rowCount where end[index] == index {
            let number = numberOf[index]
            let start = places.count
            if let next = parent(index) {
                let parent = numberOf[end[next]]
                fronts[number].parent = parent
                for (place, row) in frontRows[fronts[parent].rows].enumerated() {
                    placeInParent[Int(row)] = Int32(place)
                }
                for row in beyond[index] { places.append(placeInParent[Int(row)]) }
            } else {
                for row in beyond[index] { places.append(row - Int32(rowCount)) }
            }
            fronts[number].places = start..<places.count
        }
        return frontOf
    }

    private func makeProducts(_ frontOf: [Int]) {
        // Which products come into which front, and how many.
        var pairs: [(front: Int, product: Product)] = []
        var ofLinks: [Product] = []
        var counts = [Int](repeating: 0, count: fronts.count)
        for column in 0..<(columnStart.count - 1) {
            let range = Int(columnStart[column])..<Int(columnStart[column + 1])
            for first in range {
                for second in first..<range.upperBound {
                    let (a, b) = (Int(entryRow[first]), Int(entryRow[second]))
                    var product = Product(column: Int32(column), first: Int32(first), second: Int32(second), place: 0)
                    // Both are in the front of the one that goes first.
                    let front = min(a < rowCount ? frontOf[a] : Int.max, b < rowCount ? frontOf[b] : Int.max)
                    if front == Int.max {
                        product.place = Int32((min(a, b) - rowCount) * linkCount + max(a, b) - rowCount)
                        ofLinks.append(product)
                    } else {
                        pairs.append((front, product))
                        counts[front] += 1
                    }
                }
            }
        }
        var next: [Int] = []
        for (index, count) in counts.enumerated() {
            next.append(products.count)
            fronts[index].products = products.count..<(products.count + count)
            products += Array(repeating: Product(column: 0, first: 0, second: 0, place: 0), count: count)
        }
        for (front, product) in pairs {
            products[next[front]] = product
            next[front] += 1
        }
        // Where a row stands in the front at hand.
        var placeIn = [Int32](repeating: 0, count: rowCount + linkCount)
        for front in fronts {
            for (place, row) in frontRows[front.rows].enumerated() { placeIn[Int(row)] = Int32(place) }
            for index in front.products {
                let a = placeIn[Int(entryRow[Int(products[index].first)])]
                let b = placeIn[Int(entryRow[Int(products[index].second)])]
                products[index].place = min(a, b) * Int32(front.size) + max(a, b)
            }
        }
        linkProducts = products.count..<(products.count + ofLinks.count)
        products += ofLinks
    }

    private func measure() {
        var waiting = 0
        var counts = [Int](repeating: 0, count: fronts.count)
        var childrenOf = [[Int]](repeating: [], count: fronts.count)
        for (index, front) in fronts.enumerated() { if let parent = front.parent { childrenOf[parent].append(index) } }
        for index in fronts.indices {
            let front = fronts[index]
            fronts[index].factorStart = factorCount
            factorCount += front.pivotCount * front.size
            largestFront = max(largestFront, front.size)
            children += childrenOf[index].map { Int32($0) }
            childStart.append(Int32(children.count))
            for child in childrenOf[index] { waiting -= counts[child] }
            guard front.parent != nil else { continue }
            let left = front.size - front.pivotCount
            counts[index] = left * left
            waiting += counts[index]
            stackCount = max(stackCount, waiting)
        }
    }
}
