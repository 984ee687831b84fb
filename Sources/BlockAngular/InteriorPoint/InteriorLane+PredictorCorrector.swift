// Predictor and corrector.
extension InteriorLane {
    /// Longest steps so far, by the ratios that bind.
    @inline(__always)
    func limit(_ along: inout Double, _ distance: Double, _ step: Double) {
        if step < 0, -along * step > distance { along = -distance / step }
    }

    /// The second half of the predictor, and how far it reaches.
    func predict(_ problem: InteriorProblem, _ state: InteriorState) {
        var (primal, dual) = (1.0, 1.0)
        var (first, second, third) = (0.0, 0.0, 0.0)
        forEachBlock(problem) { place in
            solveBackwards(problem, state, place)
            let weight = place.weight
            for column in 0..<place.columnCount {
                let index = place.columnStart + column
                let (below, above) = (state.below[index], state.above[index])
                guard below > 0 else { continue }
                let (lowPrice, highPrice) = (state.belowPrice[index], state.abovePrice[index])
                let step = state.weight[index] * (times(place, column) - state.step[index])
                state.belowStep[index] = step
                let lowStep = -lowPrice - lowPrice * step / below
                let highStep = -highPrice + highPrice * step / above
                limit(&primal, below, step)
                limit(&primal, above, -step)
                limit(&dual, lowPrice, lowStep)
                limit(&dual, highPrice, highStep)
                first += weight * step * (lowPrice - highPrice)
                second += weight * (below * lowStep + above * highStep)
                third += weight * step * (lowStep - highStep)
            }
        }
        (primalStep, dualStep) = (primal, dual)
        (stepTimesPrice, placeTimesStep, stepTimesStep) = (first, second, third)
    }

    /// The first half of the corrector: every distance times its price is to become `target`, the predictor's second-order
    /// terms included.
    func correct(_ problem: InteriorProblem, _ state: InteriorState, target: Double) {
        linkRight.update(repeating: 0, count: linkingCount)
        forEachBlock(problem) { place in
            let target = target * place.share
            let own = place.pattern.rowCount
            local.update(from: state.missed + place.rowStart, count: own)
            (local + own).update(repeating: 0, count: place.pattern.linkCount)
            for column in 0..<place.columnCount {
                let index = place.columnStart + column
                let (below, above) = (state.below[index], state.above[index])
                guard below > 0 else { continue }
                let (lowPrice, highPrice) = (state.belowPrice[index], state.abovePrice[index])
                let step = state.belowStep[index]
                let lowStep = -lowPrice - lowPrice * step / below
                let highStep = -highPrice + highPrice * step / above
                let low = target - below * lowPrice - step * lowStep
                let high = target - above * highPrice + step * highStep
                state.belowStep[index] = low
                state.aboveStep[index] = high
                let right = state.step[index] + highPrice - lowPrice - low / below + high / above
                state.step[index] = right
                add(state.weight[index] * right, place, column)
            }
            solveForwards(state, place)
        }
    }

    /// The second half of the corrector, and how far the whole step can go.
    func finish(_ problem: InteriorProblem, _ state: InteriorState) {
        // A step longer than 1 is cut to it once it is shortened a little.
        var (primal, dual) = (2.0, 2.0)
        forEachBlock(problem) { place in
            solveBackwards(problem, state, place)
            (state.rowStep + place.rowStart).update(from: local, count: place.pattern.rowCount)
            for column in 0..<place.columnCount {
                let index = place.columnStart + column
                let (below, above) = (state.below[index], state.above[index])
                guard below > 0 else { continue }
                let (lowPrice, highPrice) = (state.belowPrice[index], state.abovePrice[index])
                let step = state.weight[index] * (times(place, column) - state.step[index])
                let lowStep = (state.belowStep[index] - lowPrice * step) / below
                let highStep = (state.aboveStep[index] + highPrice * step) / above
                state.step[index] = step
                state.belowStep[index] = lowStep
                state.aboveStep[index] = highStep
                limit(&primal, below, step)
                limit(&primal, above, -step)
                limit(&dual, lowPrice, lowStep)
                limit(&dual, highPrice, highStep)
            }
        }
        (primalStep, dualStep) = (primal, dual)
    }
}
