/// A program as the blockwise method takes it: blocks in their compact form, columns of no block, and a sample to start from.
struct BlockwiseProgram {
    let blocks: CompactBlocks
    let border: EquationBlock
    /// Right-hand sides of the linking rows.
    private let right: [Double]
    private let links: LinkPattern
    /// Some of the blocks, each standing for many.
    private let sample: InteriorProblem

    /// - Parameters:
    ///   - sample: some of the blocks, as evenly drawn as can be.
    ///   - total: the number of blocks they stand for.
    init(_ blocks: CompactBlocks, border: (block: Block, right: [Double]), sample: [Block], of total: Int) {
        self.blocks = blocks
        self.border = EquationBlock(border.block)
        right = border.right
        links = LinkPattern(
            count: border.right.count, border: border.block, blocks: blocks.patterns.lazy.map(\.links))
        let multiplicity = Double(total) / Double(max(1, sample.count))
        self.sample = InteriorProblem(border: border, blocks: sample.map { ($0, multiplicity) })
    }

    func point(_ workers: WorkerThreads?) -> BlockwiseInteriorPoint {
        BlockwiseInteriorPoint(blocks, border: border, right: right, links: links, workers: workers)
    }

    /// Moves `point` to the optimum; whether it converged.
    ///
    /// - Parameters:
    ///   - constant: added to the objective.
    ///   - shouldContinue: told where it stands after each round; false stops it.
    func solve(
        _ point: BlockwiseInteriorPoint, gap: Double, constant: Double, shouldContinue: (DecompositionProgress) -> Bool
    ) -> Bool {
        guard
            let beginning = beginning(
                point.workers, constant: constant,
                shouldContinue: { shouldContinue(.init(round: 0, bound: -.infinity, best: nil, seconds: 0)) })
        else { return false }
        return point.run(from: beginning, gap: Parameters.Blockwise.gapShare * gap, constant: constant) { point in
            shouldContinue(
                .init(
                    round: point.rounds, bound: point.bound + constant,
                    best: point.residual < Parameters.Proof.reportedResidual ? point.sums.cost + constant : nil,
                    seconds: 0))
        }
    }

    /// A point of the sample's central path, well before its end; nil where it does not get that far.
    private func beginning(
        _ workers: WorkerThreads?, constant: Double, shouldContinue: () -> Bool
    ) -> BlockwiseInteriorPoint.Beginning? {
        let interior = InteriorPoint(sample, workers: workers)
        let place = sample.blocks[sample.blocks.count - 1]
        func numbers(_ all: UnsafeMutablePointer<Double>) -> [Double] {
            (0..<place.columnCount).map { all[place.columnStart + $0] }
        }
        var isThere = false
        _ = interior.run(gap: Parameters.Blockwise.sampleGap, constant: constant) { point in
            let scale = max(1, abs(point.measure.primal + constant))
            isThere =
                abs(point.measure.primal - point.bound) <= Parameters.Blockwise.sampleGap * scale
                && point.measure.dualResidual <= Parameters.Blockwise.sampleDualResidual
            return !isThere && shouldContinue()
        }
        guard isThere else { return nil }
        return .init(
            centeringTarget: interior.measure.complementarity / interior.measure.boundCount, duals: interior.linkDuals,
            border: numbers(interior.state.value),
            borderDuals: (numbers(interior.state.lowerDual), numbers(interior.state.upperDual)))
    }

    /// A block's values: places among its own columns (and behind them the slacks), each with its value.
    func values(ofBlock number: Int, _ state: BlockwiseState) -> [(place: Int, value: Double)] {
        let block = blocks.blocks[number]
        let held = block.heldValues()
        return block.order.enumerated().map { index, place in
            let isHeld = index >= block.columnCount
            return (
                Int(place),
                isHeld ? held[index - block.columnCount] : state.value[block.columnStart + index]
            )
        }
    }
}
