import GLPKSolver
import LinearPrograms

/// Solves a program whose columns carry blocks by decomposition, beside `DirectSolver`: the same optimum, with a bound.
///
/// The linear part is solved first. Where its solution breaks disjunctions, blocks are solved one by one with theirs
/// (`BlockDescent`), then together with these decisions held: a solution whose distance from the linear part's bound is known.
/// It is proven where that is within the gap. Ties are broken where the interior-point method finds the optimum;
/// of column generation's optima one is as good as another (the same on every run and any number of threads).
/// Programs with integer columns of their own, or without blocks, go to the direct solver.
package struct DecompositionSolver: LinearProgramSolver {
    package var name: String { GLPKProblem.name }
    /// Threads that price blocks; the answer does not depend on it.
    package var threads: Int
    /// How the linear part is solved.
    package enum Method: Sendable {
        /// Many blocks by the blockwise interior-point method, few (and where that does not converge) by the one on all
        /// together where memory allows, else by column generation.
        case automatic
        case blockwise, interiorPoint, columnGeneration
        /// The interior-point method on the program as one chain in time, whatever blocks it has.
        case chain
    }
    package var method = Method.automatic
    /// Whether only what the interior-point method proves is wanted: where that does not suit, or its optimum breaks
    /// disjunctions, the answer is that it failed.
    package var isTentative = false
    /// Whether blocks in chain form are priced by dynamic programming; without it every block is a linear program.
    package var usesChains = true
    /// Called after each round.
    package var report: (@Sendable (DecompositionProgress) -> Void)?
    /// Asked after each round; where it returns true the best solution so far is the answer.
    package var isCancelled: @Sendable () -> Bool

    package init(
        threads: Int = 2, report: (@Sendable (DecompositionProgress) -> Void)? = nil,
        isCancelled: @escaping @Sendable () -> Bool = { false }
    ) {
        self.threads = max(1, threads)
        self.report = report
        self.isCancelled = isCancelled
    }

    package func solve(_ program: LinearProgram, options: SolveOptions) -> Outcome {
        guard !program.hasIntegers, method == .chain || program.columnBlock.contains(where: { $0 >= 0 }) else {
            return DirectSolver().solve(program, options: options)
        }
        do {
            var run = DecompositionRun(solver: self, program: program, options: options)
            return try run.solve()
        } catch {
            return .failed("\(error)")
        }
    }
}

extension DecompositionSolver {
    /// Reports progress, and returns whether the solve is within its limits.
    func shouldContinue(
        _ progress: DecompositionProgress?, since start: ContinuousClock.Instant, limits: SolveLimits
    ) -> Bool {
        if var progress, progress.round > 0 {
            progress.seconds = (ContinuousClock.now - start) / .seconds(1)
            report?(progress)
        }
        let isSpent = limits.iterations.map { (progress?.round ?? 0) >= $0 } ?? false
        return !isSpent && !limits.isPast && !isCancelled()
    }
}

/// How a linear part is solved, as results call it.
enum LinearWay: String {
    case blockwise = "blockwise interior point"
    case interiorPoint = "interior point"
    case chain = "interior point along the horizon"
    case columnGeneration = "column generation"

    /// What a result calls it.
    var method: String { (self == .chain ? "direct, " : "decomposition, ") + rawValue }

    /// What does the work: the interior-point methods are this project's own, column generation is GLPK's simplex.
    var solverName: String { self == .columnGeneration ? GLPKProblem.name : "v2x interior point" }
}

/// One solve.
private struct DecompositionRun {
    let solver: DecompositionSolver
    let original: LinearProgram
    let options: SolveOptions
    let start = ContinuousClock.now
    var rounds = 0
    /// Duals of the linking rows in the linear part that was solved last, by row.
    var linking: [Int: Double] = [:]
    /// How the linear part was solved last.
    var way = LinearWay.columnGeneration

    init(solver: DecompositionSolver, program: LinearProgram, options: SolveOptions) {
        self.solver = solver
        original = program
        self.options = options
    }

    /// What is left of the limits.
    private var limits: SolveLimits {
        var left = options.limits
        left.iterations = left.iterations.map { max(0, $0 - rounds) }
        return left
    }

    /// The linear part alone.
    ///
    /// - Parameter tieBreakers: objectives that choose among its optima.
    mutating func linearPart(_ program: LinearProgram, tieBreakers: [[Term]] = []) throws -> LinearEnding {
        let (ending, center) = interiorPart(program, tieBreakers)
        if let ending { return ending }
        if solver.isTentative { throw GLPKError.noOptimum }
        var generation = ColumnGeneration(
            BlockStructure(program), program, center: center, options: options, threads: solver.threads,
            usesChains: solver.usesChains, limits: limits, start: start, report: solver.report,
            isCancelled: solver.isCancelled)
        defer {
            rounds += generation.rounds
            generation.finish()
        }
        return try generation.run()
    }

    /// By the interior-point method; where that has no answer, duals of the linking rows to start with (or none).
    private mutating func interiorPart(
        _ program: LinearProgram, _ tieBreakers: [[Term]]
    ) -> (ending: LinearEnding?, center: [Double]) {
        way = .columnGeneration
        if solver.method == .columnGeneration { return (nil, []) }
        if solver.method == .chain {
            var interior = InteriorSolve(whole: program)
            let ending = interior.run(
                options: options, threads: 1, constant: program.costConstants.reduce(0, +), tieBreakers: tieBreakers
            ) { shouldContinue($0) }
            rounds += interior.rounds
            if ending != nil { way = .chain }
            return (ending, [])
        }
        var structure = BlockStructure(program).nested()
        if solver.method != .interiorPoint,
            BlockwiseSolve.suits(
                structure, minBlocks: solver.method == .blockwise ? 1 : Parameters.Choice.minBlockwiseBlocks)
        {
            var blockwise = BlockwiseSolve(program, structure, threads: solver.threads)
            let ending = blockwise.run(
                options: options, threads: solver.threads, constant: program.costConstants.reduce(0, +),
                tieBreakers: tieBreakers
            ) { shouldContinue($0) }
            rounds += blockwise.rounds
            if let ending {
                note(structure, blockwise.linkDuals)
                way = .blockwise
                return (ending, [])
            }
        }
        let isWhole = solver.method == .interiorPoint || InteriorSolve.suits(structure)
        // A sample of the blocks, each standing for many, has nearly the same duals as all.
        // (Duals of nested rows are not those of the rows as they were.)
        if !isWhole,
            structure.blocks.count < Parameters.ColumnGeneration.minBlocksPerSample
                * Parameters.ColumnGeneration.interiorSample || !structure.netBounds.isEmpty
        {
            return (nil, [])
        }
        var interior = InteriorSolve(
            program, structure, sample: isWhole ? nil : Parameters.ColumnGeneration.interiorSample)
        let rows = structure
        structure = BlockStructure()
        var options = options
        if !isWhole { options.relativeGap = max(options.relativeGap, Parameters.ColumnGeneration.interiorSampleGap) }
        let ending = interior.run(
            options: options, threads: solver.threads, constant: program.costConstants.reduce(0, +),
            tieBreakers: isWhole ? tieBreakers : []
        ) { isWhole ? shouldContinue($0) : shouldContinue(nil) }
        rounds += interior.rounds
        if isWhole, ending != nil {
            way = .interiorPoint
            note(rows, interior.linkDuals)
        }
        return (isWhole ? ending : nil, interior.linkDuals)
    }

    /// Keeps the duals of a program's linking rows; those of nested rows are not the rows' own.
    private mutating func note(_ structure: BlockStructure, _ duals: [Double]) {
        guard structure.netBounds.isEmpty, duals.count == structure.linkingRows.count else { return linking = [:] }
        linking = Dictionary(uniqueKeysWithValues: zip(structure.linkingRows, duals))
    }

    private func shouldContinue(_ progress: DecompositionProgress?) -> Bool {
        solver.shouldContinue(progress, since: start, limits: limits)
    }

    /// What chooses among optima: the first of them may have a budget of cost.
    private var ties: (afterCost: [[Term]], budgeted: [Term]?, afterBudget: [[Term]]) {
        guard options.breaksTies, let first = original.tieBreakers.first else { return ([], nil, []) }
        guard original.costOfFirstTieBreaker > 0 else { return (original.tieBreakers, nil, []) }
        // What the first does not need of its budget is not spent.
        return ([], first, [original.costTerms] + original.tieBreakers.dropFirst())
    }

    mutating func solve() throws -> Outcome {
        var program = original
        var violation = 0.0
        if !program.violations.isEmpty {
            var first = program
            first.minimiseViolations()
            switch try linearPart(first) {
            case .infeasible: return .infeasible
            case .unbounded: return .unbounded
            case .limit, .found(_, _, false): return .limit
            case .found(let values, _, true):
                violation = program.totalViolation(at: values)
            }
            program.holdViolations(to: violation)
        }
        return try solve(program, violation)
    }

    /// The cost, with the violations at their minimum.
    private mutating func solve(_ program: LinearProgram, _ violation: Double) throws -> Outcome {
        switch try linearPart(program, tieBreakers: ties.afterCost) {
        case .infeasible: return .infeasible
        case .unbounded: return .unbounded
        case .limit: return .limit
        case .found(var values, let bound, let isProven):
            // A budget counts from the optimum, which these values are not where they break a disjunction.
            if isProven, let first = ties.budgeted, program.holdsDisjunctions(at: values) {
                let cost = program.totalCost(at: values)
                let budgeted = program.budgeted(first, least: cost)
                if case .found(let others, _, true) = try linearPart(budgeted, tieBreakers: ties.afterBudget) {
                    values = others
                }
            }
            if program.holdsDisjunctions(at: values) {
                return solution(program, values, bound: bound, violation, isProven)
            }
            if solver.isTentative { return .failed("the linear part's optimum breaks disjunctions") }
            if let leaves = program.leaves(at: values) { return try best(of: leaves, violation) }
            return try wholeSolution(program, near: values, bound: bound, violation)
        }
    }

    /// The best of programs that together are the whole one.
    private mutating func best(of leaves: [LinearProgram], _ violation: Double) throws -> Outcome {
        var best: Solution?
        var bound = Double.infinity
        for leaf in leaves {
            switch try solve(leaf, violation) {
            case .infeasible: continue
            case .solved(let solution):
                bound = min(bound, solution.bound)
                if solution.objective < best?.objective ?? .infinity { best = solution }
            case .unbounded: return .unbounded
            case .limit, .failed: bound = -.infinity
            }
        }
        guard var best else { return bound == .infinity ? .infeasible : .limit }
        best.bound = min(bound, best.objective)
        best.isProven = best.objective - best.bound <= options.relativeGap * max(1, abs(best.objective))
        return .solved(best)
    }

    /// A solution that holds the disjunctions too. The bound of the linear part says how far it can be from the best.
    private mutating func wholeSolution(
        _ program: LinearProgram, near values: [Double], bound: Double, _ violation: Double
    ) throws -> Outcome {
        var bound = bound
        var starts = [values]
        if !linking.isEmpty,
            let (closer, chosen) = BlockBound(program, linking: linking)
                .value(linear: values, threads: solver.threads, limits: limits)
        {
            bound = max(bound, closer)
            // The blocks' points at the duals, together: many of them even out. (Curves that are held are many more rows.)
            if !program.hasCurves {
                var held = program
                held.holdDecisions(at: chosen)
                if case .found(let together, _, _) = try linearPart(held) {
                    starts.insert(Array(together.prefix(program.columnCount)), at: 0)
                }
            }
        }
        var found: BlockDescent?
        for start in starts where found == nil {
            var descent = BlockDescent(program, values: start, limits: options.limits)
            if try descent.repair() { found = descent }
        }
        guard var descent = found else { return try direct() }
        var best = descent.values
        func cost(_ values: [Double]) -> Double { program.totalCost(at: values) }
        func isClosed() -> Bool { cost(best) - bound <= options.relativeGap * max(1, abs(cost(best))) }
        // With what was decided held, the rest is linear: all blocks move together.
        for _ in 0..<Parameters.Proof.maxPolishes where !isClosed() && !options.limits.isPast {
            let before = cost(best)
            var held = program
            held.holdDecisions(at: best)
            if case .found(let together, _, _) = try linearPart(held, tieBreakers: ties.afterCost) {
                let common = program.completed(Array(together.prefix(program.columnCount)))
                if cost(common) < cost(best), program.holdsDisjunctions(at: common) {
                    best = common
                }
            }
            if isClosed() { break }
            descent = BlockDescent(program, values: best, limits: options.limits)
            try descent.improve(to: bound + options.relativeGap * max(1, abs(bound)))
            if descent.objective < cost(best) { best = descent.values }
            if before - cost(best) < Parameters.Proof.polishShare * max(before - bound, Parameters.Proof.minPolishGap) {
                break
            }
        }
        return solution(program, best, bound: bound, violation, true)
    }

    private func solution(
        _ program: LinearProgram, _ values: [Double], bound: Double, _ violation: Double, _ isProven: Bool
    ) -> Outcome {
        let objective = program.totalCost(at: values)
        let gap = (objective - bound) / max(1, abs(objective))
        return .solved(
            Solution(
                values: original.completed(Array(values.prefix(original.columnCount))), objective: objective,
                bound: min(bound, objective), violation: violation,
                isProven: gap <= max(options.relativeGap, Parameters.Proof.minGap) && isProven, iterations: rounds,
                finalProgram: program, finalValues: values, method: way.method, solverName: way.solverName))
    }

    /// Where holding disjunctions does not succeed.
    func direct() throws -> Outcome {
        var left = options
        left.limits = limits
        left.breaksTies = false
        return DirectSolver().solve(original, options: left)
    }
}

extension LinearProgram {
    /// The program parted by the convex ranges of its curves that belong to no block, one program per range; nil where none of
    /// these is broken at `values`, or there are too many ranges.
    fileprivate func leaves(at values: [Double]) -> [LinearProgram]? {
        let broken = brokenDisjunctions(at: values).filter { index in
            guard case .curve = disjunctions[index] else { return false }
            return disjunctions[index].columns.allSatisfy { columnBlock[$0.index] < 0 }
        }
        guard let first = broken.first else { return nil }
        var written = self
        let binaries = written.writeDisjunctions(at: [first], near: values).map(\.binary)
        guard binaries.count < Parameters.Proof.maxLeaves else { return nil }
        // The binary of a kink is 1 beyond it.
        return (0...binaries.count).map { beyond in
            var leaf = written
            for (number, binary) in binaries.enumerated() {
                let value = number < beyond ? 1.0 : 0
                leaf.setBounds(binary, lower: value, upper: value)
                leaf.relaxInteger(binary)
            }
            return leaf
        }
    }
}
