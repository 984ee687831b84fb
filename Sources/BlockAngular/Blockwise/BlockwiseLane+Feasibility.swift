// From an interior point to a feasible one with columns at their bounds.
extension BlockwiseLane {
    /// Sums up slacks and duals in `snapScale`.
    func measureSnapScale(_ problem: CompactBlocks, _ state: BlockwiseState, duals: [Double]) {
        snapScale = SnapScale()
        for number in blocks {
            load(problem.blocks[number], duals, state)
            for column in 0..<moving {
                let index = block.columnStart + column
                snapScale.add(
                    lower[column].isFinite
                        ? state.value[index] - lower[column] : Parameters.InteriorPoint.infiniteSlack,
                    upper[column].isFinite
                        ? upper[column] - state.value[index] : Parameters.InteriorPoint.infiniteSlack,
                    Double(state.lowerDual[index]), Double(state.upperDual[index]), multiplicity: block.multiplicity)
            }
        }
    }

    /// Moves columns onto their active bounds.
    func snapToBounds(_ problem: CompactBlocks, _ state: BlockwiseState, _ scale: SnapScale, duals: [Double]) {
        for number in blocks {
            load(problem.blocks[number], duals, state)
            for column in 0..<moving {
                let index = block.columnStart + column
                let value = state.value[index]
                if scale.isActive(value - lower[column], Double(state.lowerDual[index])) {
                    state.value[index] = lower[column]
                } else if scale.isActive(upper[column] - value, Double(state.upperDual[index])) {
                    state.value[index] = upper[column]
                }
            }
        }
    }

    /// Residuals, and the linking rows' part of the projection onto the rows.
    func projectionRightHandSide(_ problem: CompactBlocks, _ state: BlockwiseState, duals: [Double]) {
        clear()
        for number in blocks {
            solveForwards(problem.blocks[number], state, duals)
            measure()
            for (link, place) in pattern.links.enumerated() {
                right[Int(place)] += block.multiplicity * rowDualStep[pattern.rowCount + link]
            }
        }
    }

    /// Projects, given the linking rows' step. Columns that would leave their bounds stop at them, and the others restore the
    /// block's own rows.
    func projectOntoRows(_ problem: CompactBlocks, _ state: BlockwiseState, duals: [Double], step linkStep: [Double]) {
        clear()
        for number in blocks {
            solveForwards(problem.blocks[number], state, duals)
            let own = pattern.rowCount
            for (link, place) in pattern.links.enumerated() { rowDualStep[own + link] = linkStep[Int(place)] }
            factor.backwards(pattern.whole, factor: factors, rowDualStep)
            for column in 0..<moving { moveWithin(column, by: scaling[column] * ofRows(column)) }
            if !repair() {
                // Where too many columns were moved onto bounds, some have to leave them again.
                for column in 0..<moving where scaling[column] == 0 {
                    scaling[column] = Parameters.Blockwise.heldScaling
                }
                _ = repair()
            }
            (state.value + block.columnStart).update(from: value, count: moving)
        }
    }

    /// Moves columns until the own rows hold; whether that succeeded.
    private func repair() -> Bool {
        for _ in 0..<Parameters.Blockwise.maxRepairs {
            loadResidual()
            var worst = 0.0
            for row in 0..<pattern.rowCount { worst = max(worst, abs(residual[row]) / (1 + abs(rights[row]))) }
            if worst <= Parameters.Blockwise.repairedResidual { return true }
            step.update(repeating: 0, count: count)
            assemble()
            pattern.inner.factorise(values: numbers, scaling: scaling, diagonal: diagonal, factor: factors)
            pattern.inner.solve(factors, rowDualStep)
            transpose(rowDualStep)
            for column in 0..<moving { moveWithin(column, by: scaling[column] * product[column]) }
        }
        return false
    }

    /// Moves a column as far as its bounds allow: at a bound it stays.
    @inline(__always)
    private func moveWithin(_ column: Int, by move: Double) {
        let moved = value[column] + move
        if moved <= lower[column], move < 0 {
            (value[column], scaling[column]) = (lower[column], 0)
        } else if moved >= upper[column], move > 0 {
            (value[column], scaling[column]) = (upper[column], 0)
        } else {
            value[column] = moved
        }
    }

    /// Columns near a bound move less, and those at one not at all.
    private func loadNearest(_ state: BlockwiseState) {
        resume(state, holds: false)
        lowerDual.update(repeating: 0, count: count)
        upperDual.update(repeating: 0, count: count)
        loadResidual()
        for column in 0..<count {
            scaling[column] = BlockwiseLane.projectionScaling(
                value[column] - lower[column], upper[column] - value[column])
        }
    }

    /// Scaling of a column with these slacks in a projection.
    static func projectionScaling(_ lowerSlack: Double, _ upperSlack: Double) -> Double {
        let slack = min(lowerSlack, upperSlack, Parameters.Blockwise.maxProjectionSlack)
        return slack > 0
            ? Parameters.Blockwise.projectionFactor * max(slack * slack, Parameters.Blockwise.minProjectionSquare) : 0
    }

    /// The first half of the projection, in `rowDualStep`.
    private func solveForwards(_ block: CompactBlock, _ state: BlockwiseState, _ duals: [Double]) {
        load(block, duals, state)
        loadNearest(state)
        factoriseWhole()
        rowDualStep.update(from: residual, count: pattern.rowCount)
        (rowDualStep + pattern.rowCount).update(repeating: 0, count: pattern.links.count)
        factor.forwards(pattern.whole, factor: factors, rowDualStep)
    }

    /// `rowDualStep` times a column, own and linking rows.
    private func ofRows(_ column: Int) -> Double {
        let multi = pattern.columnCount
        guard column < multi else { return singles[column - multi] * rowDualStep[Int(singleRow[column - multi])] }
        var total = 0.0
        for entry in Int(pattern.columnStart[column])..<Int(pattern.columnStart[column + 1]) {
            total += numbers[entry] * rowDualStep[Int(pattern.entryRow[entry])]
        }
        return total
    }
}
