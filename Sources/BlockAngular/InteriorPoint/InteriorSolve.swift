import LinearPrograms

/// A program's linear part by the interior-point method: the optimum, with a bound that its prices prove.
struct InteriorSolve {
    /// The program's columns of each kind of block, twin by twin, and those of no block.
    private let columns: [[[Int32]]]
    private let freeColumns: [Int]
    private let problem: InteriorProblem
    private let columnCount: Int
    private(set) var rounds = 0
    /// Prices of the linking rows where it ended; empty where they are no numbers.
    private(set) var linkPrices: [Double] = []

    /// At some 250 bytes a column: two gigabytes.
    private static let mostColumns = 8_000_000
    /// Below, handing work to threads costs more than it saves.
    private static let leastColumnsForThreads = 10_000
    private static let mostRowsOfBlock = 6_000

    /// Whether its memory (and the dense matrix of the linking rows) stays within bounds.
    static func suits(_ structure: BlockStructure) -> Bool {
        let columns = structure.blocks.reduce(0) { $0 + $1.columns.count + $1.rowLower.count }
        return columns <= mostColumns && structure.hasSmallLinks
            && structure.blocks.allSatisfy { $0.rowLower.count <= mostRowsOfBlock }
    }

    /// - Parameter sample: how many blocks are to stand for all (then only the prices mean something); nil: all.
    init(_ program: LinearProgram, _ structure: BlockStructure, sample: Int? = nil) {
        freeColumns = structure.freeColumns
        columnCount = program.columnCount
        let total = structure.blocks.count
        let kinds = sample.map { count in (0..<count).map { [$0 * total / count] } } ?? structure.kinds()
        columns = kinds.map { kind in kind.map { structure.blocks[$0].columns } }
        let weight = sample.map { Double(total) / Double($0) }
        problem = InteriorProblem(
            border: structure.border(
                (program.columnLower, program.columnUpper), cost: program.objective().coefficients),
            blocks: kinds.map { (structure.blocks[$0[0]], weight ?? Double($0.count)) })
    }

    /// The program as one block, whatever blocks it has: for few vehicles over many steps, whose shared rows are as many as
    /// their own.
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
    ///   - goesOn: told where it stands after each round; false stops it.
    mutating func run(
        options: SolveOptions, threads: Int, constant: Double, tieBreakers: [[Term]] = [],
        goesOn: (DecompositionProgress) -> Bool
    ) -> LinearEnding? {
        let isSmall = problem.columnCount < InteriorSolve.leastColumnsForThreads
        let workers = threads > 1 && !isSmall ? WorkerThreads(count: threads) { _ in } : nil
        defer { workers?.stop() }
        let interior = InteriorPoint(problem, workers: workers)
        var isStopped = false
        let ending = interior.run(gap: InteriorSolve.shareOfGap * options.relativeGap, constant: constant) { point in
            let progress = DecompositionProgress(
                round: point.rounds, bound: point.bound + constant,
                best: point.measure.missed < 1e-6 ? point.measure.primal + constant : nil, seconds: 0)
            isStopped = !goesOn(progress)
            return !isStopped
        }
        rounds = interior.rounds
        let prices = interior.linkPrices
        if prices.allSatisfy(\.isFinite) { linkPrices = prices }
        switch ending {
        case .infeasible: return .infeasible
        case .stopped:
            if isStopped {
                // Whatever it costs, the nearest point that keeps the rows is a schedule.
                guard interior.bound.isFinite, interior.tidy(snaps: false) else { return .limit }
                return .found(values: values(interior), bound: interior.bound + constant, isProven: false)
            }
            return nil
        case .optimal:
            let bound = interior.bound + constant
            var best = values(interior)
            // Where the point cannot be tidied up it is as good as its last digits.
            if interior.tidy() {
                best = values(interior)
                for terms in tieBreakers {
                    let ending = interior.choose(costs(terms), gap: 1e-6) { _ in
                        isStopped = !goesOn(
                            DecompositionProgress(round: interior.rounds, bound: bound, best: bound, seconds: 0))
                        return !isStopped
                    }
                    rounds = interior.rounds
                    guard case .optimal = ending, interior.tidy() else { break }
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

    /// The gap is closed some way beyond what is asked for, since tidying up costs a little.
    private static let shareOfGap = 0.2

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
