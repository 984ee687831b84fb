/// The columns of no block: they make their step together with the linking rows' duals, between the rounds of the blocks.
///
/// They are as large as all blocks' together. Their barrier is therefore that of as many columns (`barrierWeight`): else a kink in
/// their cost would be as sharp for a thousand blocks as for one.
struct BlockwiseBorder {
    let columns: EquationBlock
    let barrierWeight: Double
    private(set) var value: [Double]
    private var lowerSlack: [Double]
    private var upperSlack: [Double]
    private var lowerDual: [Double]
    private var upperDual: [Double]
    private var scaling: [Double]
    private var gradient: [Double]
    private var goal: [Double]
    /// In place of the columns' own costs.
    var cost: [Double]

    /// - Parameter barrierWeight: of how many blocks the columns serve.
    init(_ columns: EquationBlock, barrierWeight: Double) {
        self.columns = columns
        self.barrierWeight = barrierWeight
        cost = columns.cost
        let empty = [Double](repeating: 0, count: columns.columnCount)
        (value, lowerSlack, upperSlack, lowerDual, upperDual) = (empty, empty, empty, empty, empty)
        (scaling, gradient, goal) = (empty, empty, empty)
    }

    private func entries(_ column: Int) -> Range<Int> {
        Int(columns.columnStart[column])..<Int(columns.columnStart[column + 1])
    }
    private func row(_ entry: Int) -> Int { Int(columns.links[Int(columns.entryRow[entry])]) }

    /// Starts at `value`, with the duals that are given or centered ones.
    ///
    /// - Parameter holds: whether columns at a bound stay at it.
    mutating func start(
        at value: [Double], centeringTarget: Double, duals: (lower: [Double], upper: [Double])? = nil,
        holds: Bool = false
    ) {
        self.value = value
        for column in value.indices {
            let (low, high) = (columns.lower[column], columns.upper[column])
            let isFixed = EquationBlock.isFixed(low, high)
            if isFixed || (holds && (value[column] == low || value[column] == high)) {
                if isFixed { self.value[column] = low }
                (lowerSlack[column], upperSlack[column]) = (0, 0)
                continue
            }
            lowerSlack[column] =
                low.isFinite
                ? max(value[column] - low, Parameters.Blockwise.minBorderSlack) : Parameters.InteriorPoint.infiniteSlack
            upperSlack[column] =
                high.isFinite
                ? max(high - value[column], Parameters.Blockwise.minBorderSlack)
                : Parameters.InteriorPoint.infiniteSlack
            lowerDual[column] = duals?.lower[column] ?? centeringTarget * barrierWeight / lowerSlack[column]
            upperDual[column] = duals?.upper[column] ?? centeringTarget * barrierWeight / upperSlack[column]
        }
    }

    /// Subtracts the columns' activity from the linking rows' residuals, and adds their cost and dual bound.
    mutating func measure(_ linkDuals: [Double], residual: inout [Double], _ sums: inout BlockwiseSums) {
        for column in value.indices {
            var reduced = cost[column]
            for entry in entries(column) {
                reduced -= columns.values[entry] * linkDuals[row(entry)]
                residual[row(entry)] -= columns.values[entry] * value[column]
            }
            gradient[column] = reduced
            sums.cost += cost[column] * value[column]
            if lowerSlack[column] == 0 {
                sums.bound += reduced * value[column]
                continue
            }
            if lowerSlack[column] < Parameters.InteriorPoint.infiniteSlack {
                sums.complementarity += lowerSlack[column] * lowerDual[column]
                sums.boundCount += barrierWeight
            }
            if upperSlack[column] < Parameters.InteriorPoint.infiniteSlack {
                sums.complementarity += upperSlack[column] * upperDual[column]
                sums.boundCount += barrierWeight
            }
            let nearest = reduced > 0 ? columns.lower[column] : columns.upper[column]
            if nearest.isFinite {
                sums.bound += reduced * nearest
            } else {
                sums.unboundedDual = max(sums.unboundedDual, abs(reduced))
            }
        }
    }

    /// Adds the columns' part of the Schur complement and its right-hand side, for a step to the centering target.
    mutating func addToSchurComplement(
        centeringTarget: Double, matrix: UnsafeMutablePointer<Double>, pattern: LinkPattern, right: inout [Double]
    ) {
        for column in value.indices where lowerSlack[column] > 0 {
            scaling[column] =
                1
                / (lowerDual[column] / lowerSlack[column] + upperDual[column] / upperSlack[column]
                    + Parameters.InteriorPoint.minInverseScaling)
            goal[column] =
                gradient[column] - barrierWeight * centeringTarget * (1 / lowerSlack[column] - 1 / upperSlack[column])
            add(column, scaling[column], matrix, pattern)
            for entry in entries(column) { right[row(entry)] += columns.values[entry] * scaling[column] * goal[column] }
        }
    }

    private func add(_ column: Int, _ scaling: Double, _ matrix: UnsafeMutablePointer<Double>, _ pattern: LinkPattern) {
        for entry in entries(column) {
            let first = row(entry)
            for other in entries(column) where row(other) >= first {
                matrix[pattern.place(first, row(other))] += columns.values[entry] * columns.values[other] * scaling
            }
        }
    }

    private func ofRows(_ column: Int, _ step: [Double]) -> Double {
        entries(column).reduce(0) { $0 + columns.values[$1] * step[row($1)] }
    }

    /// Takes the step for that of the linking rows' duals, as far as its own bounds allow.
    mutating func takeStep(_ linkStep: [Double], centeringTarget: Double) {
        let goal = goal
        var (stepLength, dualStepLength) = (1.0, 1.0)
        var (steps, lows, highs) = (goal, goal, goal)
        let centering = barrierWeight * centeringTarget
        for column in value.indices where lowerSlack[column] > 0 {
            let step = scaling[column] * (ofRows(column, linkStep) - goal[column])
            let (low, high) = (lowerDual[column], upperDual[column])
            steps[column] = step
            lows[column] = (centering - low * step) / lowerSlack[column] - low
            highs[column] = (centering + high * step) / upperSlack[column] - high
            if step < 0 {
                stepLength = min(stepLength, -Parameters.Blockwise.borderStepToBoundary * lowerSlack[column] / step)
            }
            if step > 0 {
                stepLength = min(stepLength, Parameters.Blockwise.borderStepToBoundary * upperSlack[column] / step)
            }
            if lows[column] < 0 {
                dualStepLength = min(dualStepLength, -Parameters.Blockwise.borderStepToBoundary * low / lows[column])
            }
            if highs[column] < 0 {
                dualStepLength = min(dualStepLength, -Parameters.Blockwise.borderStepToBoundary * high / highs[column])
            }
        }
        for column in value.indices where lowerSlack[column] > 0 {
            value[column] += stepLength * steps[column]
            lowerSlack[column] += stepLength * steps[column]
            upperSlack[column] -= stepLength * steps[column]
            lowerDual[column] += dualStepLength * lows[column]
            upperDual[column] += dualStepLength * highs[column]
        }
    }

    // MARK: restoring feasibility, as the blocks do

    var snapScale: SnapScale {
        var scale = SnapScale()
        for column in value.indices where lowerSlack[column] > 0 {
            scale.add(
                lowerSlack[column], upperSlack[column], lowerDual[column], upperDual[column], multiplicity: 1)
        }
        return scale
    }

    mutating func snapToBounds(_ scale: SnapScale) {
        for column in value.indices where lowerSlack[column] > 0 {
            if scale.isActive(lowerSlack[column], lowerDual[column]) {
                value[column] = columns.lower[column]
            } else if scale.isActive(upperSlack[column], upperDual[column]) {
                value[column] = columns.upper[column]
            }
        }
    }

    mutating func addProjection(matrix: UnsafeMutablePointer<Double>, pattern: LinkPattern) {
        for column in value.indices {
            let (low, high) = (columns.lower[column], columns.upper[column])
            scaling[column] =
                low == high ? 0 : BlockwiseLane.projectionScaling(value[column] - low, high - value[column])
            if scaling[column] > 0 { add(column, scaling[column], matrix, pattern) }
        }
    }

    mutating func projectOntoRows(_ linkStep: [Double]) {
        for column in value.indices where scaling[column] > 0 {
            let moved = value[column] + scaling[column] * ofRows(column, linkStep)
            value[column] = min(max(moved, columns.lower[column]), columns.upper[column])
        }
    }
}
