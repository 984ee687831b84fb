// Start of a round: residuals, cost and bound of the point, and the factors.
extension InteriorLane {
    /// Takes the step, computes residuals, cost and bound, factorises, and solves the first half of the predictor: all that can be
    /// done of a block while its numbers are in the cache.
    ///
    /// - Parameters:
    ///   - primal: primal step length; nil where there is no step yet.
    ///   - dual: dual step length.
    ///   - wantsCertificate: whether to look for a proof of infeasibility.
    func beginRound(
        _ problem: InteriorProblem, _ state: InteriorState, primal: Double?, dual: Double, wantsCertificate: Bool
    ) {
        var total = InteriorMeasure()
        linkResidual.update(repeating: 0, count: linkingCount)
        matrix.update(repeating: 0, count: pattern.size)
        linkRight.update(repeating: 0, count: linkingCount)
        forEachBlock(problem) { block in
            if let primal { takeStep(state, block, primal: primal, dual: dual) }
            measure(problem, state, block, &total, wantsCertificate: wantsCertificate)
            factorise(state, block)
            solveForwards(state, block)
        }
        measure = total
    }

    func takeStep(_ state: InteriorState, _ block: Place, primal: Double, dual: Double) {
        for row in block.rowStart..<(block.rowStart + block.pattern.rowCount) {
            state.rowDual[row] += dual * state.rowDualStep[row]
        }
        for index in block.columnStart..<(block.columnStart + block.columnCount) {
            let (lowerSlack, upperSlack) = (state.lowerSlack[index], state.upperSlack[index])
            guard lowerSlack > 0 else { continue }
            let step = primal * state.step[index]
            state.lowerDual[index] += dual * state.lowerDualStep[index]
            state.upperDual[index] += dual * state.upperDualStep[index]
            state.value[index] += step
            if lowerSlack < Parameters.InteriorPoint.infiniteSlack { state.lowerSlack[index] = lowerSlack + step }
            if upperSlack < Parameters.InteriorPoint.infiniteSlack { state.upperSlack[index] = upperSlack - step }
        }
    }

    /// Adds the block's part to `total` and `linkResidual`; sets scaling, gradients (`step`) and the predictor's right-hand side
    /// (`local`).
    func measure(
        _ problem: InteriorProblem, _ state: InteriorState, _ block: Place, _ total: inout InteriorMeasure,
        wantsCertificate: Bool
    ) {
        let own = block.pattern.rowCount
        let rows = own + block.pattern.linkCount
        let multiplicity = block.multiplicity
        load(state.rowDual, problem, block, into: duals)
        local.update(repeating: 0, count: rows)
        residual.update(repeating: 0, count: rows)
        for row in 0..<own {
            let dual = duals[row]
            residual[row] = block.right[row]
            total.bound += multiplicity * block.right[row] * dual
            total.largestDual = max(total.largestDual, abs(dual))
        }
        for column in 0..<block.columnCount {
            let index = block.columnStart + column
            let (low, high) = (block.lower[column], block.upper[column])
            let (start, end) = (Int(block.columnEntries[column]), Int(block.columnEntries[column + 1]))
            var product = 0.0
            var entry = start
            while entry < end {
                product += block.values[entry] * duals[Int(block.entryRow[entry])]
                entry &+= 1
            }
            let gradient = block.cost[column] - product
            let value = state.value[index]
            state.step[index] = gradient
            let nearest = gradient > 0 ? low : high
            if nearest.isFinite {
                total.bound += multiplicity * gradient * nearest
            } else {
                total.unboundedDual = max(total.unboundedDual, abs(gradient))
            }
            if wantsCertificate {
                let other = product < 0 ? low : high
                if other.isFinite {
                    total.certificate -= multiplicity * product * other
                } else {
                    total.unboundedCertificate = max(total.unboundedCertificate, abs(product))
                }
            }
            total.primal += multiplicity * block.cost[column] * value
            let (lowerSlack, upperSlack) = (state.lowerSlack[index], state.upperSlack[index])
            var theta = 0.0
            if lowerSlack > 0 {
                let (lowerDual, upperDual) = (state.lowerDual[index], state.upperDual[index])
                total.dualResidual = max(
                    total.dualResidual, abs(gradient - lowerDual + upperDual) / (1 + abs(block.cost[column])))
                total.complementarity += multiplicity * (lowerSlack * lowerDual + upperSlack * upperDual)
                total.boundCount += 2 * multiplicity * block.barrierWeight
                theta =
                    1 / (lowerDual / lowerSlack + upperDual / upperSlack + Parameters.InteriorPoint.minInverseScaling)
            }
            state.scaling[index] = theta
            let amount = theta * gradient
            entry = start
            while entry < end {
                let row = Int(block.entryRow[entry])
                let coefficient = block.values[entry]
                residual[row] -= coefficient * value
                local[row] += coefficient * amount
                entry &+= 1
            }
        }
        if wantsCertificate {
            for row in 0..<own { total.certificate += multiplicity * block.right[row] * duals[row] }
        }
        for row in 0..<own {
            state.residual[block.rowStart + row] = residual[row]
            total.residual = max(total.residual, abs(residual[row]) / (1 + abs(block.right[row])))
            local[row] += residual[row]
        }
        for link in 0..<block.pattern.linkCount {
            linkResidual[Int(block.links[link])] += multiplicity * residual[own + link]
        }
    }

    func factorise(_ state: InteriorState, _ block: Place) {
        factor.factorise(
            block.pattern, values: block.values, scaling: state.scaling + block.columnStart,
            shift: Parameters.LinearAlgebra.regularisation, factor: block.factor, links: localMatrix)
        let count = block.pattern.linkCount
        for column in 0..<count {
            let first = Int(block.links[column])
            let source = localMatrix + column * count
            var row = column
            while row < count {
                matrix[pattern.place(first, Int(block.links[row]))] += block.multiplicity * source[row]
                row &+= 1
            }
        }
    }

    /// The first half of the solve whose right-hand side is in `local`.
    func solveForwards(
        _ state: InteriorState, _ block: Place, into rows: UnsafeMutablePointer<Double>? = nil
    ) {
        let own = block.pattern.rowCount
        factor.forwards(block.pattern, factor: block.factor, local)
        ((rows ?? state.rowDualStep) + block.rowStart).update(from: local, count: own)
        for link in 0..<block.pattern.linkCount {
            linkRight[Int(block.links[link])] += block.multiplicity * local[own + link]
        }
    }

    /// The second half, once the linking rows' `rowDualStep` is known: the rows' steps are in `local`.
    func solveBackwards(
        _ problem: InteriorProblem, _ state: InteriorState, _ block: Place,
        from rows: UnsafeMutablePointer<Double>? = nil
    ) {
        load(rows ?? state.rowDualStep, problem, block, into: local)
        factor.backwards(block.pattern, factor: block.factor, local)
    }
}
