// A block's steps at given prices of the linking rows.
extension BlockwiseLane {
    /// Newton's steps towards the middle that `target` says.
    ///
    /// - Parameters:
    ///   - most: steps at most; they end where the middle is reached.
    ///   - straggling: where a step gets no further than this share of its way, up to `mostOfStraggler` are made.
    func advance(target: Double, most: Int, straggling: Double) {
        let (pattern, own) = (pattern, pattern.rowCount)
        var (steps, most) = (0, most)
        while steps < most {
            steps += 1
            transpose(rowPrice)
            weigh(target)
            assemble()
            pattern.inner.factorise(values: numbers, weights: weight, diagonal: diagonal, factor: factors)
            pattern.inner.solve(factors, rowStep)
            transpose(rowStep)
            let reach = direct(target)
            let along = min(1, BlockwiseLane.reach * reach.primal)
            let alongDual = min(1, BlockwiseLane.reach * reach.dual)
            move(along, alongDual)
            for row in 0..<own {
                rowPrice[row] += alongDual * rowStep[row]
                missed[row] *= 1 - along
            }
            sums.steps += 1
            sums.along += min(along, alongDual)
            if min(along, alongDual) < straggling, most < BlockwiseLane.mostOfStraggler {
                most = BlockwiseLane.mostOfStraggler
                sums.stragglers += 1
            }
            if along == 1, alongDual == 1, reach.secondOrder < BlockwiseLane.centred * target { break }
        }
    }
    private static let reach = 0.9
    private static let centred = 1e-3
    private static let mostOfStraggler = 4

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

    /// The normal matrix' diagonal and the right-hand side, from weights and `step`.
    @inline(__always)
    func assemble() {
        let (rows, starts, ends) = (pattern.entryRow, pattern.columnStart, pattern.ownEnd)
        let (multi, own) = (pattern.columnCount, pattern.rowCount)
        rowStep.update(from: missed, count: own)
        for row in 0..<own { diagonal[row] = BlockwiseLane.shift }
        var column = 0
        while column < multi {
            let amount = step[column]
            var entry = Int(starts[column])
            let end = Int(ends[column])
            while entry < end {
                rowStep[Int(rows[entry])] += numbers[entry] * amount
                entry &+= 1
            }
            column &+= 1
        }
        column = pattern.innerCount
        while column < multi {
            let entry = Int(starts[column])
            if entry < Int(ends[column]) {
                diagonal[Int(rows[entry])] += numbers[entry] * numbers[entry] * weight[column]
            }
            column &+= 1
        }
        while column < moving {
            let row = Int(singleRow[column &- multi])
            if row < own {
                let number = singles[column &- multi]
                rowStep[row] += number * step[column]
                diagonal[row] += number * number * weight[column]
            }
            column &+= 1
        }
    }
    /// Added to the diagonal, so that rows that follow from others do no harm.
    static let shift = 1e-11

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

    /// Weights; gradients towards the target; their product in `step`; 1 over the distances in `belowStep` and `aboveStep`.
    @inline(__always)
    func weigh(_ target: Double) {
        let goal = SIMD4<Double>(repeating: target)
        let least = SIMD4<Double>(repeating: InteriorLane.leastInverseWeight)
        var index = 0
        while index < count {
            let inverseBelow = 1 / four(below, index)
            let inverseAbove = 1 / four(above, index)
            let share =
                1 / (four(belowPrice, index) * inverseBelow + four(abovePrice, index) * inverseAbove + least)
            let slope =
                four(reduced, index) - four(product, index) - goal * inverseBelow + goal * inverseAbove
            put(share, weight, index)
            put(slope, gradient, index)
            put(share * slope, step, index)
            put(inverseBelow, belowStep, index)
            put(inverseAbove, aboveStep, index)
            index &+= 4
        }
        for column in held { (weight[Int(column)], step[Int(column)]) = (0, 0) }
    }

    /// The steps of columns and prices, how far they can go, and the largest second-order term.
    @inline(__always)
    private func direct(_ target: Double) -> (primal: Double, dual: Double, secondOrder: Double) {
        let goal = SIMD4<Double>(repeating: target)
        var primal = SIMD4<Double>(repeating: 1e-9)
        var dual = SIMD4<Double>(repeating: 1e-9)
        var worst = SIMD4<Double>()
        var index = 0
        while index < count {
            let inverseBelow = four(belowStep, index)
            let inverseAbove = four(aboveStep, index)
            let lowPrice = four(belowPrice, index)
            let highPrice = four(abovePrice, index)
            let move = four(weight, index) * (four(product, index) - four(gradient, index))
            let low = (goal - lowPrice * move) * inverseBelow - lowPrice
            let high = (goal + highPrice * move) * inverseAbove - highPrice
            put(move, step, index)
            put(low, belowStep, index)
            put(high, aboveStep, index)
            primal = larger(primal, larger(-move * inverseBelow, move * inverseAbove))
            dual = larger(dual, larger(-low / lowPrice, -high / highPrice))
            let secondLow = move * low
            let secondHigh = move * high
            worst = larger(worst, larger(secondLow, -secondLow))
            worst = larger(worst, larger(secondHigh, -secondHigh))
            index &+= 4
        }
        return (1 / primal.max(), 1 / dual.max(), worst.max())
    }

    @inline(__always)
    private func move(_ primal: Double, _ dual: Double) {
        let along = SIMD4<Double>(repeating: primal)
        let alongDual = SIMD4<Double>(repeating: dual)
        var index = 0
        while index < count {
            let move = along * four(step, index)
            put(four(value, index) + move, value, index)
            put(four(below, index) + move, below, index)
            put(four(above, index) - move, above, index)
            put(four(belowPrice, index) + alongDual * four(belowStep, index), belowPrice, index)
            put(four(abovePrice, index) + alongDual * four(aboveStep, index), abovePrice, index)
            index &+= 4
        }
    }
}
