// A block's Newton steps at given duals of the linking rows.
extension BlockwiseLane {
    /// Newton steps towards the point of the central path at the centering target.
    ///
    /// - Parameters:
    ///   - maxSteps: they end earlier where the block is centered.
    ///   - recenteringThreshold: where a step is shorter than this, up to `maxRecenteringSteps` are made.
    func takeSteps(centeringTarget: Double, maxSteps: Int, recenteringThreshold: Double) {
        let (pattern, own) = (pattern, pattern.rowCount)
        var (steps, maxSteps) = (0, maxSteps)
        while steps < maxSteps {
            steps += 1
            transpose(rowDual)
            updateScaling(centeringTarget)
            assemble()
            pattern.inner.factorise(values: numbers, scaling: scaling, diagonal: diagonal, factor: factors)
            pattern.inner.solve(factors, rowDualStep)
            transpose(rowDualStep)
            let longest = stepDirection(centeringTarget)
            let stepLength = min(1, Parameters.Blockwise.stepToBoundary * longest.primal)
            let dualStepLength = min(1, Parameters.Blockwise.stepToBoundary * longest.dual)
            takeStep(stepLength, dualStepLength)
            for row in 0..<own {
                rowDual[row] += dualStepLength * rowDualStep[row]
                residual[row] *= 1 - stepLength
            }
            sums.steps += 1
            sums.stepLength += min(stepLength, dualStepLength)
            if min(stepLength, dualStepLength) < recenteringThreshold,
                maxSteps < Parameters.Blockwise.maxRecenteringSteps
            {
                maxSteps = Parameters.Blockwise.maxRecenteringSteps
                sums.recentered += 1
            }
            if stepLength == 1, dualStepLength == 1,
                longest.secondOrder < Parameters.Blockwise.centered * centeringTarget
            {
                break
            }
        }
    }

    /// `product = B' y`, own rows alone.
    @inline(__always)
    func transpose(_ y: Numbers) {
        let (rows, starts, ends) = (pattern.entryRow, pattern.columnStart, pattern.ownEnd)
        let (multi, own) = (pattern.columnCount, pattern.rowCount)
        var column = 0
        while column < multi {
            var total = 0.0
            var entry = Int(starts[column])
            let end = Int(ends[column])
            while entry < end {
                total += numbers[entry] * y[Int(rows[entry])]
                entry &+= 1
            }
            product[column] = total
            column &+= 1
        }
        while column < moving {
            let row = Int(singleRow[column &- multi])
            product[column] = row < own ? singles[column &- multi] * y[row] : 0
            column &+= 1
        }
        while column < count {
            product[column] = 0
            column &+= 1
        }
    }

    /// The normal matrix' diagonal and the right-hand side, from scaling and `step`.
    @inline(__always)
    func assemble() {
        let (rows, starts, ends) = (pattern.entryRow, pattern.columnStart, pattern.ownEnd)
        let (multi, own) = (pattern.columnCount, pattern.rowCount)
        rowDualStep.update(from: residual, count: own)
        for row in 0..<own { diagonal[row] = Parameters.LinearAlgebra.regularisation }
        var column = 0
        while column < multi {
            let amount = step[column]
            var entry = Int(starts[column])
            let end = Int(ends[column])
            while entry < end {
                rowDualStep[Int(rows[entry])] += numbers[entry] * amount
                entry &+= 1
            }
            column &+= 1
        }
        column = pattern.innerCount
        while column < multi {
            let entry = Int(starts[column])
            if entry < Int(ends[column]) {
                diagonal[Int(rows[entry])] += numbers[entry] * numbers[entry] * scaling[column]
            }
            column &+= 1
        }
        while column < moving {
            let row = Int(singleRow[column &- multi])
            if row < own {
                let number = singles[column &- multi]
                rowDualStep[row] += number * step[column]
                diagonal[row] += number * number * scaling[column]
            }
            column &+= 1
        }
    }

    @inline(__always)
    private func four(_ pointer: Numbers, _ index: Int) -> SIMD4<Double> {
        UnsafeRawPointer(pointer + index).loadUnaligned(as: SIMD4<Double>.self)
    }

    @inline(__always)
    private func put(_ numbers: SIMD4<Double>, _ pointer: Numbers, _ index: Int) {
        UnsafeMutableRawPointer(pointer + index).storeBytes(of: numbers, as: SIMD4<Double>.self)
    }

    @inline(__always)
    private func larger(_ a: SIMD4<Double>, _ b: SIMD4<Double>) -> SIMD4<Double> {
        a.replacing(with: b, where: b .> a)
    }

    /// Scaling; gradients at the centering target; their product in `step`; inverse slacks in `lowerDualStep` and `upperDualStep`.
    @inline(__always)
    func updateScaling(_ centeringTarget: Double) {
        let goal = SIMD4<Double>(repeating: centeringTarget)
        let least = SIMD4<Double>(repeating: Parameters.InteriorPoint.minInverseScaling)
        var index = 0
        while index < count {
            let inverseLowerSlack = 1 / four(lowerSlack, index)
            let inverseUpperSlack = 1 / four(upperSlack, index)
            let theta =
                1 / (four(lowerDual, index) * inverseLowerSlack + four(upperDual, index) * inverseUpperSlack + least)
            let slope =
                four(reduced, index) - four(product, index) - goal * inverseLowerSlack + goal * inverseUpperSlack
            put(theta, scaling, index)
            put(slope, gradient, index)
            put(theta * slope, step, index)
            put(inverseLowerSlack, lowerDualStep, index)
            put(inverseUpperSlack, upperDualStep, index)
            index &+= 4
        }
        for column in held { (scaling[Int(column)], step[Int(column)]) = (0, 0) }
    }

    /// The steps of columns and duals, the longest step lengths, and the largest second-order term.
    @inline(__always)
    private func stepDirection(_ centeringTarget: Double) -> (primal: Double, dual: Double, secondOrder: Double) {
        let goal = SIMD4<Double>(repeating: centeringTarget)
        var primal = SIMD4<Double>(repeating: Parameters.Blockwise.minInverseStep)
        var dual = SIMD4<Double>(repeating: Parameters.Blockwise.minInverseStep)
        var worst = SIMD4<Double>()
        var index = 0
        while index < count {
            let inverseLowerSlack = four(lowerDualStep, index)
            let inverseUpperSlack = four(upperDualStep, index)
            let lowerDual = four(lowerDual, index)
            let upperDual = four(upperDual, index)
            let change = four(scaling, index) * (four(product, index) - four(gradient, index))
            let low = (goal - lowerDual * change) * inverseLowerSlack - lowerDual
            let high = (goal + upperDual * change) * inverseUpperSlack - upperDual
            put(change, step, index)
            put(low, lowerDualStep, index)
            put(high, upperDualStep, index)
            primal = larger(primal, larger(-change * inverseLowerSlack, change * inverseUpperSlack))
            dual = larger(dual, larger(-low / lowerDual, -high / upperDual))
            let secondLow = change * low
            let secondHigh = change * high
            worst = larger(worst, larger(secondLow, -secondLow))
            worst = larger(worst, larger(secondHigh, -secondHigh))
            index &+= 4
        }
        return (1 / primal.max(), 1 / dual.max(), worst.max())
    }

    @inline(__always)
    private func takeStep(_ primal: Double, _ dual: Double) {
        let stepLength = SIMD4<Double>(repeating: primal)
        let dualStepLength = SIMD4<Double>(repeating: dual)
        var index = 0
        while index < count {
            let change = stepLength * four(step, index)
            put(four(value, index) + change, value, index)
            put(four(lowerSlack, index) + change, lowerSlack, index)
            put(four(upperSlack, index) - change, upperSlack, index)
            put(four(lowerDual, index) + dualStepLength * four(lowerDualStep, index), lowerDual, index)
            put(four(upperDual, index) + dualStepLength * four(upperDualStep, index), upperDual, index)
            index &+= 4
        }
    }
}
