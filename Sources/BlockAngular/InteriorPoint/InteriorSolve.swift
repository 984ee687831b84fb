import LinearPrograms

/// A program's linear part by the interior-point method: the optimum, with a bound that its duals prove.
struct InteriorSolve {
    /// The program's columns of each kind of block, twin by twin, and those of no block.
    private let columns: [[[Int32]]]
    private let freeColumns: [Int]
    private let problem: InteriorProblem
    private let columnCount: Int
    private(set) var rounds = 0
    /// Duals of the linking rows where it ended; empty where they are not finite.
    private(set) var linkDuals: [Double] = []

    /// Whether its memory (and the dense matrix of the linking rows) stays within bounds.
    static func suits(_ structure: BlockStructure) -> Bool {
        let columns = structure.blocks.reduce(0) { $0 + $1.columns.count + $1.rowLower.count }
        return columns <= Parameters.Choice.maxInteriorColumns && structure.hasSmallLinks
            && structure.blocks.allSatisfy { $0.rowLower.count <= Parameters.Choice.maxInteriorRowsOfBlock }
    }

    /// - Parameter sample: how many blocks are to stand for all (then only the duals mean something); nil: all.
    init(_ program: LinearProgram, _ structure: BlockStructure, sample: Int? = nil) {
        freeColumns = structure.freeColumns
        columnCount = program.columnCount
        let total = structure.blocks.count
        let kinds = sample.map { count in (0..<count).map { [$0 * total / count] } } ?? structure.kinds()
        columns = kinds.map { kind in kind.map { structure.blocks[$0].columns } }
        let multiplicity = sample.map { Double(total) / Double($0) }
        problem = InteriorProblem(
            border: structure.border(
                (program.columnLower, program.columnUpper), cost: program.objective().coefficients),
            blocks: kinds.map { (structure.blocks[$0[0]], multiplicity ?? Double($0.count)) })
    }

    /// The program as one block, whatever blocks it has: for few long blocks, with as many linking rows as rows of their own.
    init(whole program: LinearProgram) {
        freeColumns = []
        columnCount = program.columnCount
        columns = [[(0..<program.columnCount).map { Int32($0) }]]
        problem = InteriorProblem(border: (Block(), []), blocks: [(Block(whole: program), 1)])
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
        let isSmall = problem.columnCount < Parameters.Choice.minColumnsForThreads
        let workers = threads > 1 && !isSmall ? WorkerThreads(count: threads) { _ in } : nil
        defer { workers?.stop() }
        let interior = InteriorPoint(problem, workers: workers)
        var isStopped = false
        let ending = interior.run(gap: Parameters.InteriorPoint.gapShare * options.relativeGap, constant: constant) {
            point in
            let progress = DecompositionProgress(
                round: point.rounds, bound: point.bound + constant,
                best: point.measure.residual < Parameters.Proof.reportedResidual
                    ? point.measure.primal + constant : nil, seconds: 0)
            isStopped = !shouldContinue(progress)
            return !isStopped
        }
        rounds = interior.rounds
        let duals = interior.linkDuals
        if duals.allSatisfy(\.isFinite) { linkDuals = duals }
        switch ending {
        case .infeasible: return .infeasible
        case .stopped:
            if isStopped {
                // Whatever it costs, the nearest point that satisfies the rows is a solution.
                guard interior.bound.isFinite, interior.restoreFeasibility(snaps: false) else { return .limit }
                return .found(values: values(interior), bound: interior.bound + constant, isProven: false)
            }
            return nil
        case .optimal:
            let bound = interior.bound + constant
            var best = values(interior)
            // A point that cannot be made feasible to rounding is still one to the residual.
            if interior.restoreFeasibility() {
                best = values(interior)
                for terms in tieBreakers {
                    let ending = interior.minimiseOnOptimalFace(costs(terms), gap: Parameters.Proof.tieBreakerGap) {
                        _ in
                        isStopped = !shouldContinue(
                            DecompositionProgress(round: interior.rounds, bound: bound, best: bound, seconds: 0))
                        return !isStopped
                    }
                    rounds = interior.rounds
                    guard case .optimal = ending, interior.restoreFeasibility() else { break }
                    best = values(interior)
                }
            }
            return .found(values: best, bound: bound, isProven: true)
        }
    }

    /// A cost of the program's columns as one of the problem's.
    private func costs(_ terms: [Term]) -> [Double] {
        var ofProgram = [Double](repeating: 0, count: columnCount)
        for term in terms { ofProgram[term.column.index] += term.coefficient }
        var costs = [Double](repeating: 0, count: problem.columnCount)
        for (number, twins) in columns.enumerated() {
            let place = problem.blocks[number].columnStart
            for twin in twins {
                for (index, column) in twin.enumerated() {
                    costs[place + index] += ofProgram[Int(column)] / Double(twins.count)
                }
            }
        }
        let border = problem.blocks[columns.count].columnStart
        for (index, column) in freeColumns.enumerated() { costs[border + index] = ofProgram[column] }
        return costs
    }

    private func values(_ interior: InteriorPoint) -> [Double] {
        var values = [Double](repeating: 0, count: columnCount)
        for (number, twins) in columns.enumerated() {
            let place = interior.state.value + problem.blocks[number].columnStart
            for twin in twins {
                for (index, column) in twin.enumerated() { values[Int(column)] = place[index] }
            }
        }
        let border = interior.state.value + problem.blocks[columns.count].columnStart
        for (index, column) in freeColumns.enumerated() { values[column] = border[index] }
        return values
    }
}
