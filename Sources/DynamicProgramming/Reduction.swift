/// What is left of a store's program for plans that cost no more than a threshold.
package struct StoreReduction: Sendable {
    /// For each stage and move whether some such plan may take it.
    package var moves: [[Bool]]
    /// Between these lie the amounts after each stage of all such plans.
    package var lower: [Double]
    package var upper: [Double]
}

extension StoreProgram {
    /// What plans that cost no more than `threshold` have in common: what they leave out is left out for good.
    ///
    /// - Returns: nil where the work allowed is not enough; moves without a plan are false.
    package func reduced(threshold: Double, work: Int) -> StoreReduction? {
        var left = work
        guard let toGo = CostToGo(self, cells: StoreProgram.reductionCells) else { return nil }
        let limit = threshold + 1e-9 * max(1, abs(threshold))
        var value = ValueFunction(points: [
            Piece(low: start, high: start, atLow: 0, atHigh: 0, move: -1, hasFixedRise: true, reference: 0)
        ])
        var reduction = StoreReduction(moves: [], lower: [], upper: [])
        for (index, stage) in stages.enumerated() {
            var next = ValueFunction()
            var possible: [Bool] = []
            for move in stage.moves {
                var moved = value.moved(by: [move])
                moved.shift(by: -stage.drawn)
                moved.clip(stage.lower, stage.upper)
                moved.add(stage.holding)
                moved = moved.pruned(by: toGo.functions[index + 1], threshold: limit)
                possible.append(!moved.isEmpty)
                left -= moved.count
                next = ValueFunction.lower(next, moved)
            }
            next.dropCoveredPoints()
            guard left > 0, !next.isEmpty else { return nil }
            value = next
            reduction.moves.append(possible)
            reduction.lower.append(min(value.intervals.first?.low ?? .infinity, value.points.first?.low ?? .infinity))
            reduction.upper.append(
                max(value.intervals.last?.high ?? -.infinity, value.points.last?.high ?? -.infinity))
        }
        return reduction
    }

    private static let reductionCells = 64
}
