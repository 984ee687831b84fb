// The nearest point that keeps all rows, with what is all but at a bound moved onto it.
extension BlockwiseLane {
    /// Moves columns that are within `nearness` of a bound which their price holds them at onto it.
    func snap(_ problem: CompactBlocks, _ state: BlockwiseState, nearness: Double, prices: [Double]) {
        for number in blocks {
            load(problem.blocks[number], prices, state)
            for column in 0..<moving {
                let index = block.columnStart + column
                let (below, above) = (state.value[index] - lower[column], upper[column] - state.value[index])
                if below < nearness, below < Double(state.belowPrice[index]) * InteriorLane.snapRatio {
                    state.value[index] = lower[column]
                } else if above < nearness, above < Double(state.abovePrice[index]) * InteriorLane.snapRatio {
                    state.value[index] = upper[column]
                }
            }
        }
    }

    /// What the rows miss, and the linking rows' part of the way to the nearest point that misses nothing.
    func approach(_ problem: CompactBlocks, _ state: BlockwiseState, prices: [Double]) {
        clear()
        for number in blocks {
            solveForwards(problem.blocks[number], state, prices)
            measure()
            for (link, place) in pattern.links.enumerated() {
                right[Int(place)] += block.weight * rowStep[pattern.rowCount + link]
            }
        }
    }

    /// Goes there, given the linking rows' step. Columns that would leave their bounds stop at them, and the others make up
    /// for it in the block's own rows.
    func adjust(_ problem: CompactBlocks, _ state: BlockwiseState, prices: [Double], step linkStep: [Double]) {
        clear()
        for number in blocks {
            solveForwards(problem.blocks[number], state, prices)
            let own = pattern.rowCount
            for (link, place) in pattern.links.enumerated() { rowStep[own + link] = linkStep[Int(place)] }
            factor.backwards(pattern.whole, factor: factors, rowStep)
            for column in 0..<moving { moveWithin(column, by: weight[column] * ofRows(column)) }
            if !mend() {
                // Where too much was moved onto bounds, it has to leave them again.
                for column in 0..<moving where weight[column] == 0 { weight[column] = BlockwiseLane.easeOfHeld }
                _ = mend()
            }
            (state.value + block.columnStart).update(from: value, count: moving)
        }
    }

    /// Moves columns until the own rows miss nothing; whether that came about.
    private func mend() -> Bool {
        for _ in 0..<BlockwiseLane.mostMendings {
            loadMissed()
            var worst = 0.0
            for row in 0..<pattern.rowCount { worst = max(worst, abs(missed[row]) / (1 + abs(rights[row]))) }
            if worst <= BlockwiseLane.mended { return true }
            step.update(repeating: 0, count: count)
            assemble()
            pattern.inner.factorise(values: numbers, weights: weight, diagonal: diagonal, factor: factors)
            pattern.inner.solve(factors, rowStep)
            transpose(rowStep)
            for column in 0..<moving { moveWithin(column, by: weight[column] * product[column]) }
        }
        return false
    }
    private static let mostMendings = 12
    private static let easeOfHeld = 1e-4
    private static let mended = 1e-13

    /// A column that comes to a bound does not move any further.
    @inline(__always)
    private func moveWithin(_ column: Int, by move: Double) {
        let moved = value[column] + move
        if moved <= lower[column], move < 0 {
            (value[column], weight[column]) = (lower[column], 0)
        } else if moved >= upper[column], move > 0 {
            (value[column], weight[column]) = (upper[column], 0)
        } else {
            value[column] = moved
        }
    }

    /// Columns near a bound move less, and those at one not at all.
    private func loadNearest(_ state: BlockwiseState) {
        resume(state, holds: false)
        belowPrice.update(repeating: 0, count: count)
        abovePrice.update(repeating: 0, count: count)
        loadMissed()
        for column in 0..<count {
            weight[column] = BlockwiseLane.ease(value[column] - lower[column], upper[column] - value[column])
        }
    }

    /// How easily a column moves that is so far from its bounds.
    static func ease(_ below: Double, _ above: Double) -> Double {
        let width = min(below, above, 10)
        return width > 0 ? 1e4 * max(width * width, 1e-8) : 0
    }

    /// The first half of the way to the nearest point, in `rowStep`.
    private func solveForwards(_ block: CompactBlock, _ state: BlockwiseState, _ prices: [Double]) {
        load(block, prices, state)
        loadNearest(state)
        factoriseWhole()
        rowStep.update(from: missed, count: pattern.rowCount)
        (rowStep + pattern.rowCount).update(repeating: 0, count: pattern.links.count)
        factor.forwards(pattern.whole, factor: factors, rowStep)
    }

    /// `rowStep` times a column, own and linking rows.
    private func ofRows(_ column: Int) -> Double {
        let multi = pattern.columnCount
        guard column < multi else { return singles[column - multi] * rowStep[Int(singleRow[column - multi])] }
        var total = 0.0
        for entry in Int(pattern.columnStart[column])..<Int(pattern.columnStart[column + 1]) {
            total += numbers[entry] * rowStep[Int(pattern.entryRow[entry])]
        }
        return total
    }
}
