/// What an interior-point solve works on: plain memory, as each lane of blocks writes its own part of it.
final class InteriorState: @unchecked Sendable {
    typealias Numbers = UnsafeMutablePointer<Double>
    let columnCount: Int
    let rowCount: Int
    let value: Numbers
    /// Slacks to the lower and the upper bound, and the duals of these bounds. A bound that is not there has an infinite slack;
    /// a fixed column has slacks of 0.
    let lowerSlack: Numbers
    let upperSlack: Numbers
    let lowerDual: Numbers
    let upperDual: Numbers
    /// The step; before a solve its right-hand side.
    let step: Numbers
    /// Steps of the bounds' duals; before they are known the predictor's step, then the target of the complementarity products.
    let lowerDualStep: Numbers
    let upperDualStep: Numbers
    /// What a corrector would add to the step; before that its right-hand side.
    let correctorStep: Numbers
    /// Diagonal of the normal matrix, theta: the inverse of the sum of duals over slacks.
    let scaling: Numbers
    let rowDual: Numbers
    let rowDualStep: Numbers
    /// Residual of the rows; once that is used, a corrector's step of the row duals.
    let residual: Numbers
    private var all: [Numbers] = []

    init(columns: Int, rows: Int) {
        columnCount = columns
        rowCount = rows
        var made: [Numbers] = []
        func numbers(_ count: Int) -> Numbers {
            let pointer = Numbers.allocate(capacity: max(1, count))
            pointer.initialize(repeating: 0, count: max(1, count))
            made.append(pointer)
            return pointer
        }
        value = numbers(columns)
        lowerSlack = numbers(columns)
        upperSlack = numbers(columns)
        lowerDual = numbers(columns)
        upperDual = numbers(columns)
        step = numbers(columns)
        lowerDualStep = numbers(columns)
        upperDualStep = numbers(columns)
        correctorStep = numbers(columns)
        scaling = numbers(columns)
        rowDual = numbers(rows)
        rowDualStep = numbers(rows)
        residual = numbers(rows)
        all = made
    }

    deinit { for pointer in all { pointer.deallocate() } }
}
