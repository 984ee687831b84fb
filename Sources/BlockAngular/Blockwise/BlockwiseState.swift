/// Where the blocks stand between rounds: a number a column (those that can move) and a row.
final class BlockwiseState: @unchecked Sendable {
    typealias Numbers = UnsafeMutablePointer<Double>
    private let columns: Int
    private let rows: Int
    let value: Numbers
    /// Prices of the lower and the upper bounds: seven digits do, as each round's step makes up for what they miss.
    let belowPrice: UnsafeMutablePointer<Float>
    let abovePrice: UnsafeMutablePointer<Float>
    let rowPrice: Numbers
    /// Costs in place of the blocks' own; nil: theirs.
    var cost: [Double]?

    init(columns: Int, rows: Int) {
        (self.columns, self.rows) = (columns, rows)
        func numbers<Number: BinaryFloatingPoint>(_ count: Int) -> UnsafeMutablePointer<Number> {
            let pointer = UnsafeMutablePointer<Number>.allocate(capacity: count + 1)
            pointer.initialize(repeating: 0, count: count + 1)
            return pointer
        }
        value = numbers(columns)
        belowPrice = numbers(columns)
        abovePrice = numbers(columns)
        rowPrice = numbers(rows)
    }

    convenience init(copying other: BlockwiseState) {
        self.init(columns: other.columns, rows: other.rows)
        take(other)
    }

    func take(_ other: BlockwiseState) {
        value.update(from: other.value, count: columns)
        belowPrice.update(from: other.belowPrice, count: columns)
        abovePrice.update(from: other.abovePrice, count: columns)
        rowPrice.update(from: other.rowPrice, count: rows)
    }

    deinit {
        for pointer in [value, rowPrice] { pointer.deallocate() }
        for pointer in [belowPrice, abovePrice] { pointer.deallocate() }
    }
}

/// What a round over blocks adds up.
struct BlockwiseSums {
    var cost = 0.0
    /// What the prices prove, where `unboundedPrice` (that pulls a column towards a bound it has not) is rounding.
    var bound = 0.0
    var unboundedPrice = 0.0
    /// Distance times price, over all bounds, and the number of bounds.
    var product = 0.0
    var pairs = 0.0
    /// What the blocks' own rows miss, relative.
    var missed = 0.0
    /// Steps, and how far they went together.
    var steps = 0
    var along = 0.0
    /// Blocks that had to find their middle again.
    var stragglers = 0

    mutating func add(_ other: BlockwiseSums) {
        cost += other.cost
        bound += other.bound
        unboundedPrice = max(unboundedPrice, other.unboundedPrice)
        product += other.product
        pairs += other.pairs
        missed = max(missed, other.missed)
        steps += other.steps
        along += other.along
        stragglers += other.stragglers
    }
}
