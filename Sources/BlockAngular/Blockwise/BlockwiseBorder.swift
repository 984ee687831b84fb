/// The columns of no block, between rounds: primal and dual together with the linking rows' prices.
///
/// A site's columns are as large as all blocks' together. Their barrier is therefore that of as many columns (`share`): else
/// the corner where an import turns into an export would be as sharp for a thousand vehicles as for one.
struct BlockwiseBorder {
    let columns: EquationBlock
    let share: Double
    private(set) var value: [Double]
    private var below: [Double]
    private var above: [Double]
    private var belowPrice: [Double]
    private var abovePrice: [Double]
    private var weight: [Double]
    private var gradient: [Double]
    private var goal: [Double]
    /// In place of the columns' own costs.
    var cost: [Double]

    /// - Parameter share: of how many blocks the columns serve.
    init(_ columns: EquationBlock, share: Double) {
        self.columns = columns
        self.share = share
        cost = columns.cost
        let empty = [Double](repeating: 0, count: columns.columnCount)
        (value, below, above, belowPrice, abovePrice) = (empty, empty, empty, empty, empty)
        (weight, gradient, goal) = (empty, empty, empty)
    }

    private func entries(_ column: Int) -> Range<Int> {
        Int(columns.columnStart[column])..<Int(columns.columnStart[column + 1])
    }
    private func row(_ entry: Int) -> Int { Int(columns.links[Int(columns.entryRow[entry])]) }

    /// Stands at `value`, with the prices given or those of the middle.
    ///
    /// - Parameter holds: whether columns that stand at a bound stay there.
    mutating func start(
        at value: [Double], target: Double, prices: (below: [Double], above: [Double])? = nil, holds: Bool = false
    ) {
        self.value = value
        for column in value.indices {
            let (low, high) = (columns.lower[column], columns.upper[column])
            let isFixed = EquationBlock.isFixed(low, high)
            if isFixed || (holds && (value[column] == low || value[column] == high)) {
                if isFixed { self.value[column] = low }
                (below[column], above[column]) = (0, 0)
                continue
            }
            below[column] = low.isFinite ? max(value[column] - low, 1e-12) : InteriorPoint.far
            above[column] = high.isFinite ? max(high - value[column], 1e-12) : InteriorPoint.far
            belowPrice[column] = prices?.below[column] ?? target * share / below[column]
            abovePrice[column] = prices?.above[column] ?? target * share / above[column]
        }
    }

    /// Takes the columns' part off what the linking rows miss, and adds what they cost and prove.
    mutating func measure(_ linkPrices: [Double], left: inout [Double], _ sums: inout BlockwiseSums) {
        for column in value.indices {
            var reduced = cost[column]
            for entry in entries(column) {
                reduced -= columns.values[entry] * linkPrices[row(entry)]
                left[row(entry)] -= columns.values[entry] * value[column]
            }
            gradient[column] = reduced
            sums.cost += cost[column] * value[column]
            if below[column] == 0 {
                sums.bound += reduced * value[column]
                continue
            }
            if below[column] < InteriorPoint.far {
                sums.product += below[column] * belowPrice[column]
                sums.pairs += share
            }
            if above[column] < InteriorPoint.far {
                sums.product += above[column] * abovePrice[column]
                sums.pairs += share
            }
            let nearest = reduced > 0 ? columns.lower[column] : columns.upper[column]
            if nearest.isFinite {
                sums.bound += reduced * nearest
            } else {
                sums.unboundedPrice = max(sums.unboundedPrice, abs(reduced))
            }
        }
    }

    /// Adds the columns' part of the linking rows' matrix and right-hand side, for a step to `target`.
    mutating func link(
        target: Double, matrix: UnsafeMutablePointer<Double>, pattern: LinkPattern, right: inout [Double]
    ) {
        for column in value.indices where below[column] > 0 {
            weight[column] =
                1
                / (belowPrice[column] / below[column] + abovePrice[column] / above[column]
                    + InteriorLane.leastInverseWeight)
            goal[column] = gradient[column] - share * target * (1 / below[column] - 1 / above[column])
            add(column, weight[column], matrix, pattern)
            for entry in entries(column) { right[row(entry)] += columns.values[entry] * weight[column] * goal[column] }
        }
    }

    private func add(_ column: Int, _ weight: Double, _ matrix: UnsafeMutablePointer<Double>, _ pattern: LinkPattern) {
        for entry in entries(column) {
            let first = row(entry)
            for other in entries(column) where row(other) >= first {
                matrix[pattern.place(first, row(other))] += columns.values[entry] * columns.values[other] * weight
            }
        }
    }

    private func ofRows(_ column: Int, _ step: [Double]) -> Double {
        entries(column).reduce(0) { $0 + columns.values[$1] * step[row($1)] }
    }

    /// Goes along with the linking rows' step, as far as its own bounds allow.
    mutating func move(_ linkStep: [Double], target: Double) {
        let goal = goal
        var (along, alongDual) = (1.0, 1.0)
        var (steps, lows, highs) = (goal, goal, goal)
        let aim = share * target
        for column in value.indices where below[column] > 0 {
            let step = weight[column] * (ofRows(column, linkStep) - goal[column])
            let (low, high) = (belowPrice[column], abovePrice[column])
            steps[column] = step
            lows[column] = (aim - low * step) / below[column] - low
            highs[column] = (aim + high * step) / above[column] - high
            if step < 0 { along = min(along, -BlockwiseBorder.reach * below[column] / step) }
            if step > 0 { along = min(along, BlockwiseBorder.reach * above[column] / step) }
            if lows[column] < 0 { alongDual = min(alongDual, -BlockwiseBorder.reach * low / lows[column]) }
            if highs[column] < 0 { alongDual = min(alongDual, -BlockwiseBorder.reach * high / highs[column]) }
        }
        for column in value.indices where below[column] > 0 {
            value[column] += along * steps[column]
            below[column] += along * steps[column]
            above[column] -= along * steps[column]
            belowPrice[column] += alongDual * lows[column]
            abovePrice[column] += alongDual * highs[column]
        }
    }
    private static let reach = 0.99

    // MARK: tidying up, as the blocks do it

    mutating func snap(nearness: Double) {
        for column in value.indices where below[column] > 0 {
            if below[column] < nearness, below[column] < belowPrice[column] * InteriorLane.snapRatio {
                value[column] = columns.lower[column]
            } else if above[column] < nearness, above[column] < abovePrice[column] * InteriorLane.snapRatio {
                value[column] = columns.upper[column]
            }
        }
    }

    mutating func approach(matrix: UnsafeMutablePointer<Double>, pattern: LinkPattern) {
        for column in value.indices {
            let (low, high) = (columns.lower[column], columns.upper[column])
            weight[column] = low == high ? 0 : BlockwiseLane.ease(value[column] - low, high - value[column])
            if weight[column] > 0 { add(column, weight[column], matrix, pattern) }
        }
    }

    mutating func adjust(_ linkStep: [Double]) {
        for column in value.indices where weight[column] > 0 {
            let moved = value[column] + weight[column] * ofRows(column, linkStep)
            value[column] = min(max(moved, columns.lower[column]), columns.upper[column])
        }
    }
}
