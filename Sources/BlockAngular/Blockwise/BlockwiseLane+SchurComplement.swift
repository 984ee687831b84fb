// What a block leaves for the linking rows.
extension BlockwiseLane {
    /// Adds what the block costs, proves and puts into the linking rows.
    func measure() {
        let (rows, starts, ends) = (pattern.entryRow, pattern.columnStart, pattern.ownEnd)
        let (own, multi, times) = (pattern.rowCount, pattern.columnCount, block.weight)
        var (cost, bound) = (0.0, 0.0)
        for row in 0..<own {
            bound += rights[row] * rowPrice[row]
            sums.missed = max(sums.missed, abs(missed[row]) / (1 + abs(rights[row])))
        }
        transpose(rowPrice)
        var pairs = 0
        var product = 0.0
        for column in 0..<moving {
            let rest = reduced[column] - self.product[column]
            cost += self.cost[column] * value[column]
            if below[column] < InteriorPoint.far {
                product += below[column] * belowPrice[column]
                pairs &+= 1
            }
            if above[column] < InteriorPoint.far {
                product += above[column] * abovePrice[column]
                pairs &+= 1
            }
            let nearest = rest > 0 ? lower[column] : upper[column]
            if nearest.isFinite {
                bound += rest * nearest
            } else {
                sums.unboundedPrice = max(sums.unboundedPrice, abs(rest))
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
        sums.product += times * product
        sums.pairs += times * Double(pairs)
    }

    /// Adds the block's part of the linking rows' matrix, and what it would still do to these rows: by its next step at the
    /// prices as they are, and for each unit by which the target falls.
    func link(target: Double) {
        let (rows, starts, ends) = (pattern.entryRow, pattern.columnStart, pattern.ownEnd)
        let (own, multi, times) = (pattern.rowCount, pattern.columnCount, block.weight)
        // `product` is B'y from `measure`.
        weigh(target)
        assemble()
        targetRow.update(repeating: 0, count: own)
        for column in 0..<moving {
            // What the gradient rises by for each unit by which the target falls.
            aboveStep[column] = belowStep[column] - aboveStep[column]
            belowStep[column] = weight[column] * aboveStep[column]
        }
        for column in 0..<multi {
            let amount = belowStep[column]
            for entry in Int(starts[column])..<Int(ends[column]) {
                targetRow[Int(rows[entry])] += numbers[entry] * amount
            }
        }
        for column in multi..<moving where Int(singleRow[column - multi]) < own {
            targetRow[Int(singleRow[column - multi])] += singles[column - multi] * belowStep[column]
        }
        pattern.inner.factorise(values: numbers, weights: weight, diagonal: diagonal, factor: factors)
        pattern.inner.solve(factors, rowStep)
        pattern.inner.solve(factors, targetRow)
        for column in 0..<multi where ends[column] < starts[column + 1] {
            var (first, second) = (-gradient[column], -aboveStep[column])
            for entry in Int(starts[column])..<Int(ends[column]) {
                let row = Int(rows[entry])
                first += numbers[entry] * rowStep[row]
                second += numbers[entry] * targetRow[row]
            }
            first *= times * weight[column]
            second *= times * weight[column]
            for entry in Int(ends[column])..<Int(starts[column + 1]) {
                let place = Int(pattern.links[Int(rows[entry]) - own])
                right[place] -= numbers[entry] * first
                rightOfTarget[place] -= numbers[entry] * second
            }
        }
        for column in multi..<moving where Int(singleRow[column - multi]) >= own {
            let place = Int(pattern.links[Int(singleRow[column - multi]) - own])
            let share = times * singles[column - multi] * weight[column]
            right[place] += share * gradient[column]
            rightOfTarget[place] += share * aboveStep[column]
        }
        factoriseWhole()
    }

    /// Factorises own and linking rows together (the factor is in `factors`), and adds what is left of the linking rows.
    func factoriseWhole() {
        let (own, multi, links) = (pattern.rowCount, pattern.columnCount, pattern.links.count)
        for row in 0..<(own + links) { diagonal[row] = 0 }
        for column in multi..<moving {
            let number = singles[column - multi]
            diagonal[Int(singleRow[column - multi])] += number * number * weight[column]
        }
        factor.factorise(
            pattern.whole, values: numbers, weights: weight, shift: BlockwiseLane.shift, diagonal: diagonal,
            factor: factors, links: localMatrix)
        for column in 0..<links {
            let place = Int(pattern.links[column])
            let source = localMatrix + column * links
            matrix[linkPattern.place(place, place)] += block.weight * diagonal[own + column]
            var row = column
            while row < links {
                matrix[linkPattern.place(place, Int(pattern.links[row]))] += block.weight * source[row]
                row &+= 1
            }
        }
    }
}
