/// What an interior-point solve works on: plain memory, as each lane of blocks writes its own part of it.
final class InteriorState: @unchecked Sendable {
    typealias Numbers = UnsafeMutablePointer<Double>
    let columnCount: Int
    let rowCount: Int
    let value: Numbers
    /// Distances to the lower and the upper bound, and their prices. A bound that is not there is so far away that nothing
    /// comes of it; a fixed column has none, and `below` 0.
    let below: Numbers
    let above: Numbers
    let belowPrice: Numbers
    let abovePrice: Numbers
    /// The step; before a solve the right-hand side of its columns.
    let step: Numbers
    /// The prices' steps; before they are known the predictor's step, and then what is wanted of distance times price.
    let belowStep: Numbers
    let aboveStep: Numbers
    /// What a further corrector would add to the step; before that the right-hand side of its columns.
    let trial: Numbers
    /// Weights of the normal matrix.
    let weight: Numbers
    let rowPrice: Numbers
    let rowStep: Numbers
    /// What the equations miss; once that is used, the row prices' part of a further corrector.
    let missed: Numbers
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
        below = numbers(columns)
        above = numbers(columns)
        belowPrice = numbers(columns)
        abovePrice = numbers(columns)
        step = numbers(columns)
        belowStep = numbers(columns)
        aboveStep = numbers(columns)
        trial = numbers(columns)
        weight = numbers(columns)
        rowPrice = numbers(rows)
        rowStep = numbers(rows)
        missed = numbers(rows)
        all = made
    }

    deinit { for pointer in all { pointer.deallocate() } }
}
