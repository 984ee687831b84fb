/// What the blocks store between rounds: numbers of each column that is not fixed, and of each row.
final class BlockwiseState: @unchecked Sendable {
    typealias Numbers = UnsafeMutablePointer<Double>
    private let columns: Int
    private let rows: Int
    let value: Numbers
    /// Duals of the lower and the upper bounds: seven digits are enough, as each round's step corrects the residual.
    let lowerDual: UnsafeMutablePointer<Float>
    let upperDual: UnsafeMutablePointer<Float>
    let rowDual: Numbers
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
        lowerDual = numbers(columns)
        upperDual = numbers(columns)
        rowDual = numbers(rows)
    }

    convenience init(copying other: BlockwiseState) {
        self.init(columns: other.columns, rows: other.rows)
        take(other)
    }

    func take(_ other: BlockwiseState) {
        value.update(from: other.value, count: columns)
        lowerDual.update(from: other.lowerDual, count: columns)
        upperDual.update(from: other.upperDual, count: columns)
        rowDual.update(from: other.rowDual, count: rows)
    }

    deinit {
        for pointer in [value, rowDual] { pointer.deallocate() }
        for pointer in [lowerDual, upperDual] { pointer.deallocate() }
    }
}

/// Sums over the blocks of a round.
struct BlockwiseSums {
    var cost = 0.0
    /// The dual bound, valid where `unboundedDual` (the largest reduced cost towards a bound that is not there) is rounding.
    var bound = 0.0
    var unboundedDual = 0.0
    /// Sum of slack times dual over all bounds, and the number of bounds.
    var complementarity = 0.0
    var boundCount = 0.0
    /// Largest relative residual of the blocks' own rows.
    var residual = 0.0
    /// Number of steps, and the sum of their lengths.
    var steps = 0
    var stepLength = 0.0
    /// Blocks that were centered again.
    var recentered = 0

    mutating func add(_ other: BlockwiseSums) {
        cost += other.cost
        bound += other.bound
        unboundedDual = max(unboundedDual, other.unboundedDual)
        complementarity += other.complementarity
        boundCount += other.boundCount
        residual = max(residual, other.residual)
        steps += other.steps
        stepLength += other.stepLength
        recentered += other.recentered
    }
}
