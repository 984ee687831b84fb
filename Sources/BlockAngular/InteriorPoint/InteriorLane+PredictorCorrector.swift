// Predictor and corrector.
extension InteriorLane {
    /// Ratio test: shortens `stepLength` so that `slack` stays positive.
    @inline(__always)
    func limit(_ stepLength: inout Double, _ slack: Double, _ step: Double) {
        if step < 0, -stepLength * step > slack { stepLength = -slack / step }
    }

    /// The second half of the affine predictor, its longest step, and what complementarity becomes along it.
    func predict(_ problem: InteriorProblem, _ state: InteriorState) {
        var (primal, dual) = (1.0, 1.0)
        var (first, second, third) = (0.0, 0.0, 0.0)
        forEachBlock(problem) { block in
            solveBackwards(problem, state, block)
            let multiplicity = block.multiplicity
            for column in 0..<block.columnCount {
                let index = block.columnStart + column
                let (lowerSlack, upperSlack) = (state.lowerSlack[index], state.upperSlack[index])
                guard lowerSlack > 0 else { continue }
                let (lowerDual, upperDual) = (state.lowerDual[index], state.upperDual[index])
                let step = state.scaling[index] * (times(block, column) - state.step[index])
                state.lowerDualStep[index] = step
                let lowerDualStep = -lowerDual - lowerDual * step / lowerSlack
                let upperDualStep = -upperDual + upperDual * step / upperSlack
                limit(&primal, lowerSlack, step)
                limit(&primal, upperSlack, -step)
                limit(&dual, lowerDual, lowerDualStep)
                limit(&dual, upperDual, upperDualStep)
                first += multiplicity * step * (lowerDual - upperDual)
                second += multiplicity * (lowerSlack * lowerDualStep + upperSlack * upperDualStep)
                third += multiplicity * step * (lowerDualStep - upperDualStep)
            }
        }
        (primalStep, dualStep) = (primal, dual)
        (stepTimesDual, slackTimesDualStep, stepTimesDualStep) = (first, second, third)
    }

    /// The first half of the corrector: every complementarity product is to become the centering target, with the predictor's
    /// second-order terms.
    func correct(_ problem: InteriorProblem, _ state: InteriorState, centeringTarget: Double) {
        linkRight.update(repeating: 0, count: linkingCount)
        forEachBlock(problem) { block in
            let centeringTarget = centeringTarget * block.barrierWeight
            let own = block.pattern.rowCount
            local.update(from: state.residual + block.rowStart, count: own)
            (local + own).update(repeating: 0, count: block.pattern.linkCount)
            for column in 0..<block.columnCount {
                let index = block.columnStart + column
                let (lowerSlack, upperSlack) = (state.lowerSlack[index], state.upperSlack[index])
                guard lowerSlack > 0 else { continue }
                let (lowerDual, upperDual) = (state.lowerDual[index], state.upperDual[index])
                let step = state.lowerDualStep[index]
                let lowerDualStep = -lowerDual - lowerDual * step / lowerSlack
                let upperDualStep = -upperDual + upperDual * step / upperSlack
                let low = centeringTarget - lowerSlack * lowerDual - step * lowerDualStep
                let high = centeringTarget - upperSlack * upperDual + step * upperDualStep
                state.lowerDualStep[index] = low
                state.upperDualStep[index] = high
                let right = state.step[index] + upperDual - lowerDual - low / lowerSlack + high / upperSlack
                state.step[index] = right
                add(state.scaling[index] * right, block, column)
            }
            solveForwards(state, block)
        }
    }

    /// The second half of the corrector, and the longest step.
    func finishCorrector(_ problem: InteriorProblem, _ state: InteriorState) {
        // A step longer than 1 is cut to 1 after it is shortened by `stepToBoundary`.
        let longest = Parameters.InteriorPoint.maxStepBeforeCut
        var (primal, dual) = (longest, longest)
        forEachBlock(problem) { block in
            solveBackwards(problem, state, block)
            (state.rowDualStep + block.rowStart).update(from: local, count: block.pattern.rowCount)
            for column in 0..<block.columnCount {
                let index = block.columnStart + column
                let (lowerSlack, upperSlack) = (state.lowerSlack[index], state.upperSlack[index])
                guard lowerSlack > 0 else { continue }
                let (lowerDual, upperDual) = (state.lowerDual[index], state.upperDual[index])
                let step = state.scaling[index] * (times(block, column) - state.step[index])
                let lowerDualStep = (state.lowerDualStep[index] - lowerDual * step) / lowerSlack
                let upperDualStep = (state.upperDualStep[index] + upperDual * step) / upperSlack
                state.step[index] = step
                state.lowerDualStep[index] = lowerDualStep
                state.upperDualStep[index] = upperDualStep
                limit(&primal, lowerSlack, step)
                limit(&primal, upperSlack, -step)
                limit(&dual, lowerDual, lowerDualStep)
                limit(&dual, upperDual, upperDualStep)
            }
        }
        (primalStep, dualStep) = (primal, dual)
    }
}
