// Starting point, last step onto the bounds, and start of another objective from there.
extension InteriorLane {
    /// Sets every column to the middle of its bounds and every row's dual to zero.
    func startAtMidpoint(_ problem: InteriorProblem, _ state: InteriorState) {
        forEachBlock(problem) { block in
            for column in 0..<block.columnCount {
                let (low, high) = (block.lower[column], block.upper[column])
                let index = block.columnStart + column
                let value: Double
                switch (low.isFinite, high.isFinite) {
                case (true, true): value = 0.5 * (low + high)
                case (true, false): value = low + Parameters.InteriorPoint.startDistance
                case (false, true): value = high - Parameters.InteriorPoint.startDistance
                case (false, false): value = 0
                }
                state.value[index] = value
                let isFixed = EquationBlock.isFixed(low, high)
                state.lowerSlack[index] =
                    isFixed ? 0 : (low.isFinite ? value - low : Parameters.InteriorPoint.infiniteSlack)
                state.upperSlack[index] =
                    isFixed ? 0 : (high.isFinite ? high - value : Parameters.InteriorPoint.infiniteSlack)
            }
            let own = block.pattern.rowCount
            for row in 0..<own { state.rowDual[block.rowStart + row] = 0 }
        }
    }

    /// Residuals, and the first half of the projection onto the rows, in which columns near a bound move less.
    func projectionRightHandSide(_ problem: InteriorProblem, _ state: InteriorState) {
        var total = InteriorMeasure()
        linkResidual.update(repeating: 0, count: linkingCount)
        matrix.update(repeating: 0, count: pattern.size)
        linkRight.update(repeating: 0, count: linkingCount)
        forEachBlock(problem) { block in
            measure(problem, state, block, &total, wantsCertificate: false)
            for index in block.columnStart..<(block.columnStart + block.columnCount) {
                let slack = min(
                    state.lowerSlack[index], state.upperSlack[index], Parameters.InteriorPoint.maxProjectionSlack)
                state.scaling[index] = slack > 0 ? max(slack * slack, Parameters.InteriorPoint.minProjectionScaling) : 0
            }
            let own = block.pattern.rowCount
            local.update(from: state.residual + block.rowStart, count: own)
            (local + own).update(repeating: 0, count: block.pattern.linkCount)
            factorise(state, block)
            solveForwards(state, block)
        }
        measure = total
    }

    /// The second half for the start: projects onto the rows, as far as that stays inside the bounds, and sets the first duals.
    func startAtProjection(_ problem: InteriorProblem, _ state: InteriorState) {
        forEachBlock(problem) { block in
            solveBackwards(problem, state, block)
            for column in 0..<block.columnCount {
                let index = block.columnStart + column
                guard state.lowerSlack[index] > 0 else { continue }
                let step = state.scaling[index] * times(block, column)
                let (low, high) = (block.lower[column], block.upper[column])
                var value = state.value[index] + step
                if low.isFinite, high.isFinite {
                    let inset = Parameters.InteriorPoint.startInset * (high - low)
                    value = min(max(value, low + inset), high - inset)
                } else if low.isFinite {
                    value = max(value, low + Parameters.InteriorPoint.minStartDistance)
                } else if high.isFinite {
                    value = min(value, high - Parameters.InteriorPoint.minStartDistance)
                }
                state.value[index] = value
                if low.isFinite { state.lowerSlack[index] = value - low }
                if high.isFinite { state.upperSlack[index] = high - value }
            }
            startDuals(problem, state, block)
        }
    }

    /// First duals for another cost, at a point that satisfies the rows.
    func restartDuals(_ problem: InteriorProblem, _ state: InteriorState) {
        forEachBlock(problem) { block in
            (state.rowDual + block.rowStart).update(repeating: 0, count: block.pattern.rowCount)
            startDuals(problem, state, block)
        }
    }

    func startDuals(_ problem: InteriorProblem, _ state: InteriorState, _ block: Place) {
        load(state.rowDual, problem, block, into: local)
        for column in 0..<block.columnCount {
            let index = block.columnStart + column
            let (lowerSlack, upperSlack) = (state.lowerSlack[index], state.upperSlack[index])
            guard lowerSlack > 0 else { continue }
            let gradient = block.cost[column] - times(block, column)
            state.lowerDual[index] =
                lowerSlack < Parameters.InteriorPoint.infiniteSlack
                ? max(gradient, 0) + Parameters.InteriorPoint.startDual / min(1, lowerSlack)
                : Parameters.InteriorPoint.infiniteSlackDual
            state.upperDual[index] =
                upperSlack < Parameters.InteriorPoint.infiniteSlack
                ? max(-gradient, 0) + Parameters.InteriorPoint.startDual / min(1, upperSlack)
                : Parameters.InteriorPoint.infiniteSlackDual
        }
    }

    /// Sums up slacks and duals in `snapScale`.
    func measureSnapScale(_ problem: InteriorProblem, _ state: InteriorState) {
        snapScale = SnapScale()
        forEachBlock(problem) { block in
            for index in block.columnStart..<(block.columnStart + block.columnCount) where state.lowerSlack[index] > 0 {
                snapScale.add(
                    state.lowerSlack[index], state.upperSlack[index], state.lowerDual[index], state.upperDual[index],
                    multiplicity: block.multiplicity)
            }
        }
    }

    /// Fixes columns at their active bounds.
    func snapToBounds(_ problem: InteriorProblem, _ state: InteriorState, _ scale: SnapScale) {
        forEachBlock(problem) { block in
            for column in 0..<block.columnCount {
                let index = block.columnStart + column
                let (lowerSlack, upperSlack) = (state.lowerSlack[index], state.upperSlack[index])
                guard lowerSlack > 0 else { continue }
                if scale.isActive(lowerSlack, state.lowerDual[index]) {
                    fix(state, index, at: block.lower[column])
                } else if scale.isActive(upperSlack, state.upperDual[index]) {
                    fix(state, index, at: block.upper[column])
                }
            }
        }
    }

    func fix(_ state: InteriorState, _ index: Int, at bound: Double) {
        state.value[index] = bound
        state.lowerSlack[index] = 0
        state.upperSlack[index] = 0
    }

    /// The second half of the projection: columns that would leave their bounds are fixed at them.
    func projectOntoRows(_ problem: InteriorProblem, _ state: InteriorState) {
        forEachBlock(problem) { block in
            solveBackwards(problem, state, block)
            for column in 0..<block.columnCount {
                let index = block.columnStart + column
                guard state.lowerSlack[index] > 0 else { continue }
                let step = state.scaling[index] * times(block, column)
                if step <= -state.lowerSlack[index] {
                    fix(state, index, at: block.lower[column])
                } else if step >= state.upperSlack[index] {
                    fix(state, index, at: block.upper[column])
                } else {
                    state.value[index] += step
                    if state.lowerSlack[index] < Parameters.InteriorPoint.infiniteSlack {
                        state.lowerSlack[index] += step
                    }
                    if state.upperSlack[index] < Parameters.InteriorPoint.infiniteSlack {
                        state.upperSlack[index] -= step
                    }
                }
            }
        }
    }
}
