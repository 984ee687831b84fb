// Where a round begins: what the point misses, costs and proves, and the factors.
extension InteriorLane {
    /// Goes along the step, says what the point misses, costs and proves, factorises, and solves the first half of the
    /// predictor: all that can be done of a block while its numbers are at hand.
    ///
    /// - Parameters:
    ///   - primal: how far along the step; nil where there is none yet.
    ///   - wantsCertificate: whether to look for a proof that there is no point.
    func begin(
        _ problem: InteriorProblem, _ state: InteriorState, primal: Double?, dual: Double, wantsCertificate: Bool
    ) {
        var total = InteriorMeasure()
        linkMissed.update(repeating: 0, count: linkingCount)
        matrix.update(repeating: 0, count: pattern.size)
        linkRight.update(repeating: 0, count: linkingCount)
        forEachBlock(problem) { place in
            if let primal { move(state, place, primal: primal, dual: dual) }
            measure(problem, state, place, &total, wantsCertificate: wantsCertificate)
            factorise(state, place)
            solveForwards(state, place)
        }
        measure = total
    }

    func move(_ state: InteriorState, _ place: Place, primal: Double, dual: Double) {
        for row in place.rowStart..<(place.rowStart + place.pattern.rowCount) {
            state.rowPrice[row] += dual * state.rowStep[row]
        }
        for index in place.columnStart..<(place.columnStart + place.columnCount) {
            let (below, above) = (state.below[index], state.above[index])
            guard below > 0 else { continue }
            let step = primal * state.step[index]
            state.belowPrice[index] += dual * state.belowStep[index]
            state.abovePrice[index] += dual * state.aboveStep[index]
            state.value[index] += step
            if below < InteriorPoint.far { state.below[index] = below + step }
            if above < InteriorPoint.far { state.above[index] = above - step }
        }
    }

    /// Adds the block's part to `total` and `linkMissed`; sets weights, gradients (`step`) and the predictor's right-hand
    /// side (`local`).
    func measure(
        _ problem: InteriorProblem, _ state: InteriorState, _ place: Place, _ total: inout InteriorMeasure,
        wantsCertificate: Bool
    ) {
        let own = place.pattern.rowCount
        let rows = own + place.pattern.linkCount
        let weight = place.weight
        load(state.rowPrice, problem, place, into: prices)
        local.update(repeating: 0, count: rows)
        missed.update(repeating: 0, count: rows)
        for row in 0..<own {
            let price = prices[row]
            missed[row] = place.right[row]
            total.bound += weight * place.right[row] * price
            total.largestPrice = max(total.largestPrice, abs(price))
        }
        for column in 0..<place.columnCount {
            let index = place.columnStart + column
            let (low, high) = (place.lower[column], place.upper[column])
            let (start, end) = (Int(place.columnEntries[column]), Int(place.columnEntries[column + 1]))
            var product = 0.0
            var entry = start
            while entry < end {
                product += place.values[entry] * prices[Int(place.entryRow[entry])]
                entry &+= 1
            }
            let gradient = place.cost[column] - product
            let value = state.value[index]
            state.step[index] = gradient
            let nearest = gradient > 0 ? low : high
            if nearest.isFinite {
                total.bound += weight * gradient * nearest
            } else {
                total.unboundedPrice = max(total.unboundedPrice, abs(gradient))
            }
            if wantsCertificate {
                let other = product < 0 ? low : high
                if other.isFinite {
                    total.certificate -= weight * product * other
                } else {
                    total.unboundedCertificate = max(total.unboundedCertificate, abs(product))
                }
            }
            total.primal += weight * place.cost[column] * value
            let (below, above) = (state.below[index], state.above[index])
            var share = 0.0
            if below > 0 {
                let (lowPrice, highPrice) = (state.belowPrice[index], state.abovePrice[index])
                total.dualMissed = max(
                    total.dualMissed, abs(gradient - lowPrice + highPrice) / (1 + abs(place.cost[column])))
                total.product += weight * (below * lowPrice + above * highPrice)
                total.pairs += 2 * weight * place.share
                share = 1 / (lowPrice / below + highPrice / above + InteriorLane.leastInverseWeight)
            }
            state.weight[index] = share
            let amount = share * gradient
            entry = start
            while entry < end {
                let row = Int(place.entryRow[entry])
                let coefficient = place.values[entry]
                missed[row] -= coefficient * value
                local[row] += coefficient * amount
                entry &+= 1
            }
        }
        if wantsCertificate {
            for row in 0..<own { total.certificate += weight * place.right[row] * prices[row] }
        }
        for row in 0..<own {
            state.missed[place.rowStart + row] = missed[row]
            total.missed = max(total.missed, abs(missed[row]) / (1 + abs(place.right[row])))
            local[row] += missed[row]
        }
        for link in 0..<place.pattern.linkCount {
            linkMissed[Int(place.links[link])] += weight * missed[own + link]
        }
    }

    func factorise(_ state: InteriorState, _ place: Place) {
        factor.factorise(
            place.pattern, values: place.values, weights: state.weight + place.columnStart,
            shift: InteriorLane.shift, factor: place.factor, links: localMatrix)
        let count = place.pattern.linkCount
        for column in 0..<count {
            let first = Int(place.links[column])
            let source = localMatrix + column * count
            var row = column
            while row < count {
                matrix[pattern.place(first, Int(place.links[row]))] += place.weight * source[row]
                row &+= 1
            }
        }
    }

    /// The first half of the solve whose right-hand side is in `local`.
    func solveForwards(
        _ state: InteriorState, _ place: Place, into rows: UnsafeMutablePointer<Double>? = nil
    ) {
        let own = place.pattern.rowCount
        factor.forwards(place.pattern, factor: place.factor, local)
        ((rows ?? state.rowStep) + place.rowStart).update(from: local, count: own)
        for link in 0..<place.pattern.linkCount {
            linkRight[Int(place.links[link])] += place.weight * local[own + link]
        }
    }

    /// The second half, once the linking rows' `rowStep` is known: the rows' steps are in `local`.
    func solveBackwards(
        _ problem: InteriorProblem, _ state: InteriorState, _ place: Place,
        from rows: UnsafeMutablePointer<Double>? = nil
    ) {
        load(rows ?? state.rowStep, problem, place, into: local)
        factor.backwards(place.pattern, factor: place.factor, local)
    }
}
