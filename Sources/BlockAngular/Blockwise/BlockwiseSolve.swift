import LinearPrograms

/// A large program's linear part by the blockwise interior-point method: the optimum, with a bound that its duals prove.
struct BlockwiseSolve {
    /// The program's columns of each kind of block, twin by twin, and those of no block.
    private let columns: [[[Int32]]]
    private let freeColumns: [Int]
    private let columnCount: Int
    private let objective: [Double]
    private let made: BlockwiseProgram
    private(set) var rounds = 0
    /// Duals of the linking rows at the optimum; empty before it.
    private(set) var linkDuals: [Double] = []

    static func suits(_ structure: BlockStructure, minBlocks: Int) -> Bool {
        structure.blocks.count >= minBlocks && structure.hasSmallLinks
            && structure.blocks.allSatisfy { CompactBlocks.suits($0) }
    }

    init(_ program: LinearProgram, _ structure: BlockStructure, threads: Int) {
        freeColumns = structure.freeColumns
        columnCount = program.columnCount
        objective = program.objective().coefficients
        let kinds = structure.kinds()
        columns = kinds.map { kind in kind.map { structure.blocks[$0].columns } }
        let total = structure.blocks.count
        let count = min(Parameters.Blockwise.sample, total)
        made = BlockwiseProgram(
            BlockwiseSolve.compact(kinds.count, linkingCount: structure.linkingRows.count, threads: threads) {
                (structure.blocks[kinds[$0][0]], Double(kinds[$0].count))
            }, border: structure.border((program.columnLower, program.columnUpper), cost: objective),
            sample: (0..<count).map { structure.blocks[$0 * total / count] }, of: total)
    }

    /// The blocks in their compact form, made on all threads.
    private static func compact(
        _ count: Int, linkingCount: Int, threads: Int, block: @escaping @Sendable (Int) -> (Block, Double)
    ) -> CompactBlocks {
        // Always as many pieces: their sums do not depend on the number of threads.
        let pieces = Parameters.Blockwise.pieces
        let share = (count + pieces - 1) / pieces
        let store = PatternStore()
        let workers = min(max(1, threads), pieces)
        let made = WorkerThreads.map(workers) { worker in
            stride(from: worker, to: pieces, by: workers).map { piece in
                var blocks = CompactBlocks(linkingCount: linkingCount, store: store)
                for index in min(count, piece * share)..<min(count, (piece + 1) * share) {
                    let (block, multiplicity) = block(index)
                    blocks.append(block, multiplicity: multiplicity)
                }
                return blocks
            }
        }
        return CompactBlocks(joining: (0..<pieces).map { made[$0 % workers][$0 / workers] }, store: store)
    }

    /// Nil where it does not converge.
    ///
    /// - Parameters:
    ///   - tieBreakers: objectives that choose among optima, in order.
    ///   - shouldContinue: told where it stands after each round; false stops it.
    mutating func run(
        options: SolveOptions, threads: Int, constant: Double, tieBreakers: [[Term]] = [],
        shouldContinue: (DecompositionProgress) -> Bool
    ) -> LinearEnding? {
        let workers = threads > 1 ? WorkerThreads(count: threads) { _ in } : nil
        defer { workers?.stop() }
        var isStopped = false
        let point = made.point(workers)
        let isOptimal = made.solve(point, gap: options.relativeGap, constant: constant) { progress in
            isStopped = !shouldContinue(progress)
            return !isStopped
        }
        rounds = point.rounds
        guard isOptimal else {
            // Whatever it costs, the nearest point that satisfies the rows is a solution.
            guard isStopped else { return nil }
            guard point.bound.isFinite, point.restoreFeasibility(snaps: false) else { return .limit }
            return .found(values: values(point), bound: point.bound + constant, isProven: false)
        }
        linkDuals = point.duals
        // Ties are only broken where it is beyond doubt which columns the optimum leaves free.
        let isDeep =
            !tieBreakers.isEmpty
            && point.deepen(gap: Parameters.Blockwise.deepGapShare * options.relativeGap, constant: constant) { point in
                isStopped = !shouldContinue(
                    .init(round: point.rounds, bound: point.bound + constant, best: nil, seconds: 0))
                return !isStopped
            }
        let bound = point.bound + constant
        rounds = point.rounds
        guard point.restoreFeasibility() else { return nil }
        var best = values(point)
        for terms in isDeep ? tieBreakers : [] {
            let costs = costs(terms, point)
            let isChosen = point.minimiseOnOptimalFace(
                cost: costs.blocks, borderCost: costs.border, gap: Parameters.Proof.tieBreakerGap
            ) { _ in
                isStopped = !shouldContinue(.init(round: point.rounds, bound: bound, best: bound, seconds: 0))
                return !isStopped
            }
            rounds = point.rounds
            guard isChosen, point.restoreFeasibility() else { break }
            let chosen = values(point)
            let cost = zip(objective, chosen).reduce(constant) { $0 + $1.0 * $1.1 }
            guard cost - bound <= options.relativeGap * max(1, abs(cost)) else { break }
            best = chosen
        }
        return .found(values: best, bound: bound, isProven: true)
    }

    /// A cost of the program's columns as one of the blocks' and the border's.
    private func costs(_ terms: [Term], _ point: BlockwiseInteriorPoint) -> (blocks: [Double], border: [Double]) {
        var ofProgram = [Double](repeating: 0, count: columnCount)
        for term in terms { ofProgram[term.column.index] += term.coefficient }
        var costs = [Double](repeating: 0, count: made.blocks.columnCount)
        for (number, twins) in columns.enumerated() {
            let block = made.blocks.blocks[number]
            for (index, place) in block.order.prefix(block.columnCount).enumerated() where place < twins[0].count {
                var total = 0.0
                for twin in twins { total += ofProgram[Int(twin[Int(place)])] }
                costs[block.columnStart + index] = total / Double(twins.count)
            }
        }
        var ofBorder = [Double](repeating: 0, count: made.border.columnCount)
        for (index, column) in freeColumns.enumerated() { ofBorder[index] = ofProgram[column] }
        return (costs, ofBorder)
    }

    private func values(_ point: BlockwiseInteriorPoint) -> [Double] {
        var values = [Double](repeating: 0, count: columnCount)
        for (number, twins) in columns.enumerated() {
            for (place, value) in made.values(ofBlock: number, point.state) where place < twins[0].count {
                for twin in twins { values[Int(twin[place])] = value }
            }
        }
        for (index, column) in freeColumns.enumerated() { values[column] = point.border.value[index] }
        return values
    }
}
