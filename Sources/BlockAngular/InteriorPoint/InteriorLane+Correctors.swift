// Multiple centrality correctors, with the round's factors (J. Gondzio, Multiple centrality corrections in a primal-dual method
// for linear programming, Computational Optimization and Applications 6, 1996).
extension InteriorLane {
    /// The change of a complementarity product that brings it back into the range around the centering target; 0 within it.
    @inline(__always)
    func correction(_ slack: Double, _ dual: Double, _ centeringTarget: Double) -> Double {
        let product = slack * dual
        let (smallest, largest) = (
            Parameters.InteriorPoint.minProductRatio * centeringTarget,
            Parameters.InteriorPoint.maxProductRatio * centeringTarget
        )
        if product < smallest { return smallest - product }
        return product > largest ? max(largest - product, -largest) : 0
    }

    @inline(__always)
    func correction(
        _ state: InteriorState, _ index: Int, centeringTarget: Double, primal: Double, dual: Double
    ) -> (low: Double, high: Double) {
        let step = primal * state.step[index]
        return (
            correction(
                state.lowerSlack[index] + step, state.lowerDual[index] + dual * state.lowerDualStep[index],
                centeringTarget),
            correction(
                state.upperSlack[index] - step, state.upperDual[index] + dual * state.upperDualStep[index],
                centeringTarget)
        )
    }

    /// The first half of a corrector for steps of the lengths `primal` and `dual`.
    func beginExtraCorrector(
        _ problem: InteriorProblem, _ state: InteriorState, centeringTarget: Double, primal: Double, dual: Double
    ) {
        linkRight.update(repeating: 0, count: linkingCount)
        forEachBlock(problem) { block in
            let centeringTarget = centeringTarget * block.barrierWeight
            let own = block.pattern.rowCount
            local.update(repeating: 0, count: own + block.pattern.linkCount)
            for column in 0..<block.columnCount {
                let index = block.columnStart + column
                let (lowerSlack, upperSlack) = (state.lowerSlack[index], state.upperSlack[index])
                guard lowerSlack > 0 else { continue }
                let (low, high) = correction(state, index, centeringTarget: centeringTarget, primal: primal, dual: dual)
                let right = high / upperSlack - low / lowerSlack
                state.correctorStep[index] = right
                if right != 0 { add(state.scaling[index] * right, block, column) }
            }
            solveForwards(state, block, into: state.residual)
        }
    }

    /// The second half, and the longest step with it.
    func finishExtraCorrector(
        _ problem: InteriorProblem, _ state: InteriorState, centeringTarget: Double, primal: Double, dual: Double
    ) {
        var longest = Parameters.InteriorPoint.maxStepBeforeCut
        var longestDual = longest
        forEachBlock(problem) { block in
            let centeringTarget = centeringTarget * block.barrierWeight
            solveBackwards(problem, state, block, from: state.residual)
            (state.residual + block.rowStart).update(from: local, count: block.pattern.rowCount)
            for column in 0..<block.columnCount {
                let index = block.columnStart + column
                let (lowerSlack, upperSlack) = (state.lowerSlack[index], state.upperSlack[index])
                guard lowerSlack > 0 else { continue }
                let (low, high) = correction(state, index, centeringTarget: centeringTarget, primal: primal, dual: dual)
                let (lowerDual, upperDual) = (state.lowerDual[index], state.upperDual[index])
                let more = state.scaling[index] * (times(block, column) - state.correctorStep[index])
                state.correctorStep[index] = more
                let step = state.step[index] + more
                limit(&longest, lowerSlack, step)
                limit(&longest, upperSlack, -step)
                limit(&longestDual, lowerDual, state.lowerDualStep[index] + (low - lowerDual * more) / lowerSlack)
                limit(&longestDual, upperDual, state.upperDualStep[index] + (high + upperDual * more) / upperSlack)
            }
        }
        (primalStep, dualStep) = (longest, longestDual)
    }

    /// Adds the corrector to the step.
    func acceptExtraCorrector(
        _ problem: InteriorProblem, _ state: InteriorState, centeringTarget: Double, primal: Double, dual: Double
    ) {
        forEachBlock(problem) { block in
            let centeringTarget = centeringTarget * block.barrierWeight
            for row in block.rowStart..<(block.rowStart + block.pattern.rowCount) {
                state.rowDualStep[row] += state.residual[row]
            }
            for index in block.columnStart..<(block.columnStart + block.columnCount) {
                let (lowerSlack, upperSlack) = (state.lowerSlack[index], state.upperSlack[index])
                guard lowerSlack > 0 else { continue }
                let (low, high) = correction(state, index, centeringTarget: centeringTarget, primal: primal, dual: dual)
                let more = state.correctorStep[index]
                state.step[index] += more
                state.lowerDualStep[index] += (low - state.lowerDual[index] * more) / lowerSlack
                state.upperDualStep[index] += (high + state.upperDual[index] * more) / upperSlack
            }
        }
    }
}
