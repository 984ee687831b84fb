/// A program as the blockwise method takes it: blocks in their compact form, columns of no block, and a sample to begin from.
struct BlockwiseProgram {
    let blocks: CompactBlocks
    let border: EquationBlock
    /// Right-hand sides of the linking rows.
    private let right: [Double]
    private let links: LinkPattern
    /// Some of the blocks, each standing for many.
    private let sample: InteriorProblem

    static let sampleCount = 100
    /// Relative gap at which the sample's prices are taken: sharper ones would be too sharp for the others.
    private static let sampleGap = 3e-2
    /// The gap is closed some way beyond what is asked for, since tidying up costs a little.
    private static let shareOfGap = 0.5

    /// - Parameters:
    ///   - sample: some of the blocks, as evenly drawn as can be.
    ///   - total: the number of blocks they stand for.
    init(_ blocks: CompactBlocks, border: (block: Block, right: [Double]), sample: [Block], of total: Int) {
        self.blocks = blocks
        self.border = EquationBlock(border.block)
        right = border.right
        links = LinkPattern(
            count: border.right.count, border: border.block, blocks: blocks.patterns.lazy.map(\.links))
        let weight = Double(total) / Double(max(1, sample.count))
        self.sample = InteriorProblem(border: border, blocks: sample.map { ($0, weight) })
    }

    func point(_ workers: WorkerThreads?) -> BlockwiseInteriorPoint {
        BlockwiseInteriorPoint(blocks, border: border, right: right, links: links, workers: workers)
    }

    /// Brings `point` to the optimum; whether it got there.
    ///
    /// - Parameters:
    ///   - constant: what the objective is more by.
    ///   - goesOn: told where it stands after each round; false stops it.
    func solve(
        _ point: BlockwiseInteriorPoint, gap: Double, constant: Double, goesOn: (DecompositionProgress) -> Bool
    ) -> Bool {
        guard
            let beginning = beginning(
                point.workers, constant: constant,
                goesOn: { goesOn(.init(round: 0, bound: -.infinity, best: nil, seconds: 0)) })
        else { return false }
        return point.run(from: beginning, gap: BlockwiseProgram.shareOfGap * gap, constant: constant) { point in
            goesOn(
                .init(
                    round: point.rounds, bound: point.bound + constant,
                    best: point.missed < 1e-6 ? point.sums.cost + constant : nil, seconds: 0))
        }
    }

    /// Where the sample's path is while its prices are still soft; nil where it does not get that far.
    private func beginning(
        _ workers: WorkerThreads?, constant: Double, goesOn: () -> Bool
    ) -> BlockwiseInteriorPoint.Beginning? {
        let interior = InteriorPoint(sample, workers: workers)
        let place = sample.blocks[sample.blocks.count - 1]
        func numbers(_ all: UnsafeMutablePointer<Double>) -> [Double] {
            (0..<place.columnCount).map { all[place.columnStart + $0] }
        }
        var isThere = false
        _ = interior.run(gap: BlockwiseProgram.sampleGap, constant: constant) { point in
            let scale = max(1, abs(point.measure.primal + constant))
            isThere =
                abs(point.measure.primal - point.bound) <= BlockwiseProgram.sampleGap * scale
                && point.measure.dualMissed <= 1e-5
            return !isThere && goesOn()
        }
        guard isThere else { return nil }
        return .init(
            target: interior.measure.product / interior.measure.pairs, prices: interior.linkPrices,
            border: numbers(interior.state.value),
            borderPrices: (numbers(interior.state.belowPrice), numbers(interior.state.abovePrice)))
    }

    /// A block's values: places among its own columns (and behind them those left over), each with its value.
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
