// A block's part of the linking rows' Schur complement.
extension BlockwiseLane {
    /// Adds the block's cost, dual bound and activity in the linking rows.
    func measure() {
        let (rows, starts, ends) = (pattern.entryRow, pattern.columnStart, pattern.ownEnd)
        let (own, multi, times) = (pattern.rowCount, pattern.columnCount, block.multiplicity)
        var (cost, bound) = (0.0, 0.0)
        for row in 0..<own {
            bound += rights[row] * rowDual[row]
            sums.residual = max(sums.residual, abs(residual[row]) / (1 + abs(rights[row])))
        }
        transpose(rowDual)
        var boundCount = 0
        var complementarity = 0.0
        for column in 0..<moving {
            let rest = reduced[column] - product[column]
            cost += self.cost[column] * value[column]
            if lowerSlack[column] < Parameters.InteriorPoint.infiniteSlack {
                complementarity += lowerSlack[column] * lowerDual[column]
                boundCount &+= 1
            }
            if upperSlack[column] < Parameters.InteriorPoint.infiniteSlack {
                complementarity += upperSlack[column] * upperDual[column]
                boundCount &+= 1
            }
            let nearest = rest > 0 ? lower[column] : upper[column]
            if nearest.isFinite {
                bound += rest * nearest
            } else {
                sums.unboundedDual = max(sums.unboundedDual, abs(rest))
            }
        }
        for column in 0..<multi {
            for entry in Int(ends[column])..<Int(starts[column + 1]) {
                used[Int(pattern.links[Int(rows[entry]) - own])] += times * numbers[entry] * value[column]
            }
        }
        for column in multi..<moving where Int(singleRow[column - multi]) >= own {
            used[Int(pattern.links[Int(singleRow[column - multi]) - own])] +=
                times * singles[column - multi] * value[column]
        }
        sums.cost += times * cost
        sums.bound += times * bound
        sums.complementarity += times * complementarity
        sums.boundCount += times * Double(boundCount)
    }

    /// Adds the block's part of the Schur complement, and of its right-hand side: what the block's next step changes in the
    /// linking rows at the present duals, and per unit by which the centering target falls.
    func addToSchurComplement(centeringTarget: Double) {
        let (rows, starts, ends) = (pattern.entryRow, pattern.columnStart, pattern.ownEnd)
        let (own, multi, times) = (pattern.rowCount, pattern.columnCount, block.multiplicity)
        // `product` is B'y from `measure`.
        updateScaling(centeringTarget)
        assemble()
        centeringRow.update(repeating: 0, count: own)
        for column in 0..<moving {
            // Rise of the gradient per unit by which the centering target falls.
            upperDualStep[column] = lowerDualStep[column] - upperDualStep[column]
            lowerDualStep[column] = scaling[column] * upperDualStep[column]
        }
        for column in 0..<multi {
            let amount = lowerDualStep[column]
            for entry in Int(starts[column])..<Int(ends[column]) {
                centeringRow[Int(rows[entry])] += numbers[entry] * amount
            }
        }
        for column in multi..<moving where Int(singleRow[column - multi]) < own {
            centeringRow[Int(singleRow[column - multi])] += singles[column - multi] * lowerDualStep[column]
        }
        pattern.inner.factorise(values: numbers, scaling: scaling, diagonal: diagonal, factor: factors)
        pattern.inner.solve(factors, rowDualStep)
        pattern.inner.solve(factors, centeringRow)
        for column in 0..<multi where ends[column] < starts[column + 1] {
            var (first, second) = (-gradient[column], -upperDualStep[column])
            for entry in Int(starts[column])..<Int(ends[column]) {
                let row = Int(rows[entry])
                first += numbers[entry] * rowDualStep[row]
                second += numbers[entry] * centeringRow[row]
            }
            first *= times * scaling[column]
            second *= times * scaling[column]
            for entry in Int(ends[column])..<Int(starts[column + 1]) {
                let place = Int(pattern.links[Int(rows[entry]) - own])
                right[place] -= numbers[entry] * first
                rightOfCentering[place] -= numbers[entry] * second
            }
        }
        for column in multi..<moving where Int(singleRow[column - multi]) >= own {
            let place = Int(pattern.links[Int(singleRow[column - multi]) - own])
            let share = times * singles[column - multi] * scaling[column]
            right[place] += share * gradient[column]
            rightOfCentering[place] += share * upperDualStep[column]
        }
        factoriseWhole()
    }

    /// Factorises own and linking rows together (the factor is in `factors`), and adds the linking rows' part.
    func factoriseWhole() {
        let (own, multi, links) = (pattern.rowCount, pattern.columnCount, pattern.links.count)
        for row in 0..<(own + links) { diagonal[row] = 0 }
        for column in multi..<moving {
            let number = singles[column - multi]
            diagonal[Int(singleRow[column - multi])] += number * number * scaling[column]
        }
        factor.factorise(
            pattern.whole, values: numbers, scaling: scaling, shift: Parameters.LinearAlgebra.regularisation,
            diagonal: diagonal,
            factor: factors, links: localMatrix)
        for column in 0..<links {
            let place = Int(pattern.links[column])
            let source = localMatrix + column * links
            matrix[linkPattern.place(place, place)] += block.multiplicity * diagonal[own + column]
            var row = column
            while row < links {
                matrix[linkPattern.place(place, Int(pattern.links[row]))] += block.multiplicity * source[row]
                row &+= 1
            }
        }
    }
}
