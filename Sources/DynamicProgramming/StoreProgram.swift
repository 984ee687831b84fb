/// One store over time: what can be done in each stage, and what holding an amount costs after it.
///
///     minimise   sum_t (cost_t(r[t]) + holding_t(x[t+1]))
///     such that  x[0] = start,   x[t+1] = x[t] + r[t] - drawn[t],   lower[t] <= x[t+1] <= upper[t],
///                r[t] in the union of the moves of stage t
///
/// | symbol | meaning |
/// |---|---|
/// | x | stored amount |
/// | r | rise of the amount in a stage by the move that is chosen |
///
/// Neither the moves nor the holding costs need be convex. The optimum is exact: there is no grid of amounts.
///
/// Moves may belong to modes (`StoreMove.mode`). Stages one after the other in one mode are a run; its first move costs
/// `startCost` in addition, and it lasts at least `leastRun` stages.
package struct StoreProgram: Sendable {
    package var start: Double
    package var stages: [StoreStage]
    /// Stages that a run lasts at least.
    package var leastRun = 1
    /// Whether a run may still be shorter after the last stage.
    package var runMayBeCut = true

    package init(start: Double, stages: [StoreStage]) {
        self.start = start
        self.stages = stages
    }

    /// The number of modes; 0 where no move has one.
    var modeCount: Int { 1 + (stages.lazy.flatMap(\.moves).compactMap(\.mode).max() ?? -1) }
}

/// What can be done in one stage.
package struct StoreStage: Sendable {
    /// The ways to act; one of them is chosen.
    package var moves: [StoreMove]
    /// What leaves the store in the stage whatever is chosen.
    package var drawn: Double
    /// Bounds of the amount after the stage.
    package var lower: Double
    package var upper: Double
    /// The cost of the amount after the stage.
    package var holding: HoldingCost
    /// Whether every run has ended before the stage.
    package var endsRuns = false

    package init(
        moves: [StoreMove], drawn: Double = 0, lower: Double, upper: Double, holding: HoldingCost = HoldingCost()
    ) {
        self.moves = moves
        self.drawn = drawn
        self.lower = lower
        self.upper = upper
        self.holding = holding
    }
}

/// A way to act: the amount rises by anything in `least...most` (negative: it falls), at a cost linear in the rise.
package struct StoreMove: Sendable, Equatable {
    package var least: Double
    package var most: Double
    /// The cost at `least`.
    package var cost: Double
    /// Cost per unit of rise.
    package var slope: Double
    /// The mode that it belongs to; nil: it is part of no run.
    package var mode: Int?
    /// What it costs in addition where a run begins with it; not negative.
    package var startCost = 0.0

    package init(least: Double, most: Double, cost: Double, slope: Double) {
        self.least = least
        self.most = most
        self.cost = cost
        self.slope = slope
    }

    /// Doing nothing, at a cost.
    package static func rest(cost: Double = 0) -> StoreMove { StoreMove(least: 0, most: 0, cost: cost, slope: 0) }

    func cost(of rise: Double) -> Double { cost + slope * (rise - least) }

    /// The move backward in time.
    var mirrored: StoreMove { StoreMove(least: -most, most: -least, cost: cost(of: most), slope: -slope) }
}

/// A piecewise-linear cost of an amount, plus a linear one.
package struct HoldingCost: Sendable {
    /// Points that rise in x; beyond the ends the outermost pieces go on. Empty: nothing.
    package var points: [(x: Double, y: Double)]
    /// Cost per unit in addition.
    package var slope: Double

    package init(points: [(x: Double, y: Double)] = [], slope: Double = 0) {
        self.points = points
        self.slope = slope
    }

    package func callAsFunction(_ x: Double) -> Double {
        guard points.count > 1 else { return (points.first?.y ?? 0) + slope * x }
        var right = 1
        while right < points.count - 1, points[right].x < x { right += 1 }
        let (a, b) = (points[right - 1], points[right])
        return a.y + (b.y - a.y) * (x - a.x) / (b.x - a.x) + slope * x
    }
}

/// What came of a store's program.
package enum StoreOutcome: Sendable {
    case optimal(StorePlan)
    /// No plan keeps the bounds.
    case infeasible
    /// The work allowed was not enough; no plan costs less than `bound`.
    case limit(bound: Double)
}

/// An optimal plan.
package struct StorePlan: Sendable {
    package var cost: Double
    /// For each stage the index of the move chosen.
    package var moves: [Int]
    /// For each stage the rise.
    package var rises: [Double]
    /// The amounts at the T + 1 boundaries.
    package var amounts: [Double]
}
