// Further correctors, with the round's factors (J. Gondzio, Multiple centrality corrections in a primal-dual method for linear
// programming, Computational Optimization and Applications 6, 1996).
extension InteriorLane {
    /// What is wanted of one distance times its price, where a step of the length hoped for would leave it far from `target`.
    @inline(__always)
    func wanted(_ place: Double, _ price: Double, _ target: Double) -> Double {
        let product = place * price
        let (least, most) = (0.1 * target, 10 * target)
        if product < least { return least - product }
        return product > most ? max(most - product, -most) : 0
    }

    @inline(__always)
    func wanted(
        _ state: InteriorState, _ index: Int, target: Double, primal: Double, dual: Double
    ) -> (low: Double, high: Double) {
        let step = primal * state.step[index]
        return (
            wanted(state.below[index] + step, state.belowPrice[index] + dual * state.belowStep[index], target),
            wanted(state.above[index] - step, state.abovePrice[index] + dual * state.aboveStep[index], target)
        )
    }

    /// The first half of a further corrector, for steps as long as `primal` and `dual`.
    func refine(_ problem: InteriorProblem, _ state: InteriorState, target: Double, primal: Double, dual: Double) {
        linkRight.update(repeating: 0, count: linkingCount)
        forEachBlock(problem) { place in
            let target = target * place.share
            let own = place.pattern.rowCount
            local.update(repeating: 0, count: own + place.pattern.linkCount)
            for column in 0..<place.columnCount {
                let index = place.columnStart + column
                let (below, above) = (state.below[index], state.above[index])
                guard below > 0 else { continue }
                let (low, high) = wanted(state, index, target: target, primal: primal, dual: dual)
                let right = high / above - low / below
                state.trial[index] = right
                if right != 0 { add(state.weight[index] * right, place, column) }
            }
            solveForwards(state, place, into: state.missed)
        }
    }

    /// The second half, and how far the step with it could go.
    func judge(_ problem: InteriorProblem, _ state: InteriorState, target: Double, primal: Double, dual: Double) {
        var (longest, longestDual) = (2.0, 2.0)
        forEachBlock(problem) { place in
            let target = target * place.share
            solveBackwards(problem, state, place, from: state.missed)
            (state.missed + place.rowStart).update(from: local, count: place.pattern.rowCount)
            for column in 0..<place.columnCount {
                let index = place.columnStart + column
                let (below, above) = (state.below[index], state.above[index])
                guard below > 0 else { continue }
                let (low, high) = wanted(state, index, target: target, primal: primal, dual: dual)
                let (lowPrice, highPrice) = (state.belowPrice[index], state.abovePrice[index])
                let more = state.weight[index] * (times(place, column) - state.trial[index])
                state.trial[index] = more
                let step = state.step[index] + more
                limit(&longest, below, step)
                limit(&longest, above, -step)
                limit(&longestDual, lowPrice, state.belowStep[index] + (low - lowPrice * more) / below)
                limit(&longestDual, highPrice, state.aboveStep[index] + (high + highPrice * more) / above)
            }
        }
        (primalStep, dualStep) = (longest, longestDual)
    }

    /// Makes the corrector part of the step.
    func accept(_ problem: InteriorProblem, _ state: InteriorState, target: Double, primal: Double, dual: Double) {
        forEachBlock(problem) { place in
            let target = target * place.share
            for row in place.rowStart..<(place.rowStart + place.pattern.rowCount) {
                state.rowStep[row] += state.missed[row]
            }
            for index in place.columnStart..<(place.columnStart + place.columnCount) {
                let (below, above) = (state.below[index], state.above[index])
                guard below > 0 else { continue }
                let (low, high) = wanted(state, index, target: target, primal: primal, dual: dual)
                let more = state.trial[index]
                state.step[index] += more
                state.belowStep[index] += (low - state.belowPrice[index] * more) / below
                state.aboveStep[index] += (high + state.abovePrice[index] * more) / above
            }
        }
    }
}
