// How it begins, how it ends, and how another objective is begun from there.
extension InteriorLane {
    /// The middle of the bounds, with weights by their width.
    func open(_ problem: InteriorProblem, _ state: InteriorState) {
        forEachBlock(problem) { place in
            for column in 0..<place.columnCount {
                let (low, high) = (place.lower[column], place.upper[column])
                let index = place.columnStart + column
                let value: Double
                switch (low.isFinite, high.isFinite) {
                case (true, true): value = 0.5 * (low + high)
                case (true, false): value = low + 1
                case (false, true): value = high - 1
                case (false, false): value = 0
                }
                state.value[index] = value
                let isFixed = EquationBlock.isFixed(low, high)
                state.below[index] = isFixed ? 0 : (low.isFinite ? value - low : InteriorPoint.far)
                state.above[index] = isFixed ? 0 : (high.isFinite ? high - value : InteriorPoint.far)
            }
            let own = place.pattern.rowCount
            for row in 0..<own { state.rowPrice[place.rowStart + row] = 0 }
        }
    }

    /// What the rows miss, and the first half of the way to the nearest point that misses nothing: columns near a bound move
    /// less.
    func approach(_ problem: InteriorProblem, _ state: InteriorState) {
        var total = InteriorMeasure()
        linkMissed.update(repeating: 0, count: linkingCount)
        matrix.update(repeating: 0, count: pattern.size)
        linkRight.update(repeating: 0, count: linkingCount)
        forEachBlock(problem) { place in
            measure(problem, state, place, &total, wantsCertificate: false)
            for index in place.columnStart..<(place.columnStart + place.columnCount) {
                let width = min(state.below[index], state.above[index], 10)
                state.weight[index] = width > 0 ? max(width * width, 1e-6) : 0
            }
            let own = place.pattern.rowCount
            local.update(from: state.missed + place.rowStart, count: own)
            (local + own).update(repeating: 0, count: place.pattern.linkCount)
            factorise(state, place)
            solveForwards(state, place)
        }
        measure = total
    }

    /// Ends the start: moves to the nearest point of the rows, as far as that stays inside, and sets the first prices.
    func place(_ problem: InteriorProblem, _ state: InteriorState) {
        forEachBlock(problem) { place in
            solveBackwards(problem, state, place)
            for column in 0..<place.columnCount {
                let index = place.columnStart + column
                guard state.below[index] > 0 else { continue }
                let step = state.weight[index] * times(place, column)
                let (low, high) = (place.lower[column], place.upper[column])
                var value = state.value[index] + step
                if low.isFinite, high.isFinite {
                    let inset = 0.1 * (high - low)
                    value = min(max(value, low + inset), high - inset)
                } else if low.isFinite {
                    value = max(value, low + 0.5)
                } else if high.isFinite {
                    value = min(value, high - 0.5)
                }
                state.value[index] = value
                if low.isFinite { state.below[index] = value - low }
                if high.isFinite { state.above[index] = high - value }
            }
            price(problem, state, place)
        }
    }

    /// First prices of another cost, from a point that keeps the rows.
    func reprice(_ problem: InteriorProblem, _ state: InteriorState) {
        forEachBlock(problem) { place in
            (state.rowPrice + place.rowStart).update(repeating: 0, count: place.pattern.rowCount)
            price(problem, state, place)
        }
    }

    func price(_ problem: InteriorProblem, _ state: InteriorState, _ place: Place) {
        load(state.rowPrice, problem, place, into: local)
        for column in 0..<place.columnCount {
            let index = place.columnStart + column
            let (below, above) = (state.below[index], state.above[index])
            guard below > 0 else { continue }
            let gradient = place.cost[column] - times(place, column)
            state.belowPrice[index] =
                below < InteriorPoint.far ? max(gradient, 0) + InteriorLane.firstPrice / min(1, below) : 1e-102
            state.abovePrice[index] =
                above < InteriorPoint.far ? max(-gradient, 0) + InteriorLane.firstPrice / min(1, above) : 1e-102
        }
    }
    static let firstPrice = 0.02

    /// Moves columns that are within `nearness` of a bound which their price holds them at onto it: they are fixed there.
    func snap(_ problem: InteriorProblem, _ state: InteriorState, nearness: Double) {
        forEachBlock(problem) { place in
            for column in 0..<place.columnCount {
                let index = place.columnStart + column
                let (below, above) = (state.below[index], state.above[index])
                guard below > 0 else { continue }
                if below < nearness, below < state.belowPrice[index] * InteriorLane.snapRatio {
                    hold(state, index, at: place.lower[column])
                } else if above < nearness, above < state.abovePrice[index] * InteriorLane.snapRatio {
                    hold(state, index, at: place.upper[column])
                }
            }
        }
    }
    /// A distance (kW, kWh) this many times a price (money) is small.
    static let snapRatio = 1.0

    func hold(_ state: InteriorState, _ index: Int, at bound: Double) {
        state.value[index] = bound
        state.below[index] = 0
        state.above[index] = 0
    }

    /// Ends the nearest point of the rows: moves there; columns that would leave their bounds stop at them.
    func adjust(_ problem: InteriorProblem, _ state: InteriorState) {
        forEachBlock(problem) { place in
            solveBackwards(problem, state, place)
            for column in 0..<place.columnCount {
                let index = place.columnStart + column
                guard state.below[index] > 0 else { continue }
                let step = state.weight[index] * times(place, column)
                if step <= -state.below[index] {
                    hold(state, index, at: place.lower[column])
                } else if step >= state.above[index] {
                    hold(state, index, at: place.upper[column])
                } else {
                    state.value[index] += step
                    if state.below[index] < InteriorPoint.far { state.below[index] += step }
                    if state.above[index] < InteriorPoint.far { state.above[index] -= step }
                }
            }
        }
    }
}
