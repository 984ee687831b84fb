import LinearPrograms

/// A program in parts by the blockwise method: no part is stored for longer than it takes to compact its blocks.
struct PartedSolve: PartedSolution {
    private let made: BlockwiseProgram
    private let state: BlockwiseState
    /// Values of the columns of no block.
    private var shared: [Double]
    /// Blocks before each part's, and after the last.
    private let firstBlock: [Int]
    private(set) var objective: Double
    let bound: Double
    private let gap: Double
    private let limits: SolveLimits
    var isProven: Bool { objective - bound <= max(gap, Parameters.Proof.minGap) * max(1, abs(objective)) }
    let iterations: Int
    var method: String { LinearWay.blockwise.method }
    var solverName: String { LinearWay.blockwise.solverName }
    let size: (rows: Int, columns: Int)

    /// What is kept of each part.
    private struct Piece: Sendable {
        var blocks: CompactBlocks
        var border: Block
        var right: [Double]
        var names: [String]
        var constant: Double
        var sample: [Block]
        var isSuitable: Bool
    }

    /// Nil where the parts do not share what they should, and where the method does not converge.
    init?(
        _ parted: PartedProgram, options: SolveOptions, threads: Int, shouldContinue: (DecompositionProgress) -> Bool
    ) {
        let store = PatternStore()
        let pieces = PartedSolve.pieces(parted, store: store, threads: threads)
        guard let first = pieces.first,
            pieces.allSatisfy({
                $0.isSuitable && $0.names == first.names && $0.right == first.right
                    && $0.border.isTwin(of: first.border)
            }), first.right.count <= Parameters.Choice.maxBlockwiseLinkingRows
        else { return nil }
        var starts = [0]
        for piece in pieces { starts.append(starts[starts.count - 1] + piece.blocks.blocks.count) }
        firstBlock = starts
        let constant = pieces.reduce(0) { $0 + $1.constant }
        made = BlockwiseProgram(
            CompactBlocks(joining: pieces.map(\.blocks), store: store), border: (first.border, first.right),
            sample: pieces.flatMap(\.sample), of: starts[starts.count - 1])
        let workers = threads > 1 ? WorkerThreads(count: threads) { _ in } : nil
        defer { workers?.stop() }
        let point = made.point(workers)
        state = point.state
        // A wider gap would leave both columns of an exclusive pair a little open.
        let gap = min(options.relativeGap, Parameters.Blockwise.maxPartedGap)
        var isStopped = false
        let isOptimal = made.solve(point, gap: gap, constant: constant) {
            isStopped = !shouldContinue($0)
            return !isStopped
        }
        // Whatever it costs, the nearest point that satisfies the rows is a solution.
        guard isOptimal || (isStopped && point.bound.isFinite), point.restoreFeasibility(snaps: isOptimal) else {
            return nil
        }
        shared = point.border.value
        objective = point.sums.cost + constant
        bound = min(point.sums.cost + constant, point.bound + constant)
        self.gap = options.relativeGap
        limits = options.limits
        iterations = point.rounds
        size = (
            made.blocks.rowCount + first.right.count, made.blocks.columnCount + first.border.columns.count
        )
    }

    private static func pieces(_ parted: PartedProgram, store: PatternStore, threads: Int) -> [Piece] {
        let (count, workers) = (parted.partCount, max(1, threads))
        // Every part gives some of the sample, or every so many parts one block.
        let every = max(1, count / Parameters.Blockwise.sample)
        let each = (Parameters.Blockwise.sample + count - 1) / count
        let made = WorkerThreads.map(workers) { worker in
            stride(from: worker, to: count, by: workers).map { number -> Piece in
                let program = parted.part(number)
                let structure = BlockStructure(program)
                let (cost, constant) = program.objective()
                let border = structure.border((program.columnLower, program.columnUpper), cost: cost)
                var blocks = CompactBlocks(linkingCount: border.right.count, store: store)
                let suits = structure.blocks.allSatisfy { CompactBlocks.suits($0) && !$0.isInteger }
                if suits { for block in structure.blocks { blocks.append(block) } }
                let some = number.isMultiple(of: every) ? min(each, structure.blocks.count) : 0
                return Piece(
                    blocks: blocks, border: border.block, right: border.right,
                    names: structure.linkingRows.map { program.name(of: program.row(at: $0)) }
                        + structure.freeColumns.map { program.name(of: program.column(at: $0)) },
                    constant: constant, sample: (0..<some).map { structure.blocks[$0 * structure.blocks.count / some] },
                    isSuitable: suits)
            }
        }
        return (0..<count).map { made[$0 % workers][$0 / workers] }
    }

    func values(ofPart number: Int, _ part: LinearProgram) -> [Double] {
        let structure = BlockStructure(part)
        var values = [Double](repeating: 0, count: part.columnCount)
        for (index, block) in structure.blocks.enumerated() {
            for (place, value) in made.values(ofBlock: firstBlock[number] + index, state)
            where place < block.columns.count {
                values[Int(block.columns[place])] = value
            }
        }
        for (index, column) in structure.freeColumns.enumerated() { values[column] = shared[index] }
        return values
    }

    mutating func mend(part number: Int, _ part: LinearProgram) -> Bool {
        let before = values(ofPart: number, part)
        let structure = BlockStructure(part)
        // The part's activity in a linking row stays as it is, together with the columns of no block.
        var activity = [Double](repeating: 0, count: part.rowCount)
        for (entry, row) in part.entryRow.enumerated() {
            activity[Int(row)] += part.entryValue[entry] * before[Int(part.entryColumn[entry])]
        }
        var held = part
        for row in structure.linkingRows {
            held.setBounds(held.row(at: row), lower: activity[row], upper: activity[row])
        }
        var descent = BlockDescent(held, values: before, limits: limits)
        guard (try? descent.repair()) == true else { return false }
        let after = descent.values
        objective += part.totalCost(at: after) - part.totalCost(at: before)
        for (index, block) in structure.blocks.enumerated() {
            let compact = made.blocks.blocks[firstBlock[number] + index]
            for (place, original) in compact.order.prefix(compact.columnCount).enumerated()
            where original < block.columns.count {
                state.value[compact.columnStart + place] = after[Int(block.columns[Int(original)])]
            }
        }
        for (index, column) in structure.freeColumns.enumerated() { shared[index] = after[column] }
        return true
    }
}

extension DecompositionSolver: PartedProgramSolver {
    package func solve(_ parted: PartedProgram, options: SolveOptions) -> (any PartedSolution)? {
        let start = ContinuousClock.now
        return PartedSolve(parted, options: options, threads: threads) {
            shouldContinue($0, since: start, limits: options.limits)
        }
    }
}
