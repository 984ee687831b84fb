import LinearPrograms

/// Solves a program whole, by GLPK's simplex method, and by branch and bound where its disjunctions demand it.
///
/// The linear part is solved first, without the disjunctions. Those that its solution breaks are written out with
/// binaries, and so on until none is broken: the relaxation's optimum is then the program's. Most programs need no round.
/// The order of what is minimised: the violations, the cost, each tie-breaker.
package struct DirectSolver: LinearProgramSolver {
    package var name: String { GLPKProblem.name }
    /// Whether GLPK's log goes to standard error.
    package var isVerbose: Bool

    package init(isVerbose: Bool = false) { self.isVerbose = isVerbose }

    package func solve(_ program: LinearProgram, options: SolveOptions) -> Outcome {
        do {
            var run = DirectRun(program: program, options: options, isVerbose: isVerbose)
            return try run.solve()
        } catch let error as GLPKError {
            return options.limits.isPast ? .limit : .failed(error.description)
        } catch {
            return .failed("\(error)")
        }
    }
}

/// One solve: the program as it stands, and what was found so far.
struct DirectRun {
    let original: LinearProgram
    var program: LinearProgram
    let options: SolveOptions
    let isVerbose: Bool
    var iterations = 0
    /// The surest way of solving that was needed.
    var rung = SimplexLadder.Rung.usual
    /// No solution costs less: the best bound that a stage proved.
    var provenBound = -Double.infinity

    init(program: LinearProgram, options: SolveOptions, isVerbose: Bool) {
        original = program
        self.program = program
        self.options = options
        self.isVerbose = isVerbose
    }

    /// Most nodes of the search at hand, where another way is tried after it.
    var nodeLimit: Int?
    /// Nodes of dynamic programming, and of each round, that are tried first.
    static let firstNodes = 60
    private static let nodesOfRound = 400
    /// What dynamic programming found at first.
    private var first: Outcome?
    /// Until when the part at hand may search.
    private var partDeadline: ContinuousClock.Instant?
    /// Until when what was found may be finished, whatever limit ended the search.
    var finishing: ContinuousClock.Instant?

    /// What is left of the limits.
    var limits: SolveLimits {
        var left = options.limits
        left.iterations = left.iterations.map { max(0, $0 - iterations) }
        if let partDeadline { left.deadline = left.deadline.map { min($0, partDeadline) } }
        if let nodeLimit { left.nodes = min(left.nodes ?? nodeLimit, nodeLimit) }
        if let finishing { left.deadline = left.deadline.map { max($0, finishing) } }
        return left
    }

    var isSpent: Bool {
        options.limits.isPast || limits.iterations == 0 || options.limits.nodes.map { nodes >= $0 } ?? false
    }
    /// Nodes of dynamic programming so far.
    private var nodes = 0

    /// Where one program (linear, or with binaries) ended.
    enum Ending {
        case found(values: [Double], objective: Double, bound: Double, isProven: Bool)
        case stopped(Outcome)
    }

    /// What the ways in turn come to. A program of stores goes by dynamic programming first; where that does not prove its
    /// optimum soon, by GLPK's branch and bound as long as that is small, and then by dynamic programming to the end.
    mutating func solve() throws -> Outcome {
        let outcome = try found()
        // A preferred pattern is not worth the optimum, should GLPK fail there.
        return (try? preferred(outcome)) ?? outcome
    }

    private mutating func found() throws -> Outcome {
        let last: Outcome
        do { last = try rounds() } catch let error as GLPKError {
            // Where GLPK cannot go on in the rounds, the search over stores can.
            guard nodeLimit != nil else { throw error }
            last = .failed(error.description)
        }
        guard nodeLimit != nil, !last.isProven else { return last }
        if case .limit = last, options.mayGiveUp, first == nil { return last }
        var best = last.better(than: first, relativeGap: options.relativeGap)
        if !isSpent {
            nodeLimit = nil
            var start: Solution?
            if case .solved(let solution) = best { start = solution }
            let searched = (try? searchChains(from: start)) ?? nil
            best = searched?.better(than: best, relativeGap: options.relativeGap) ?? best
        }
        return best
    }

    /// By rounds of GLPK's branch and bound, in each of which the disjunctions are written out that the last one broke.
    private mutating func rounds() throws -> Outcome {
        // Integers of its own would send GLPK into a branch and bound without end before anything is found.
        if original.hasIntegers, let outcome = searchFirst() { return outcome }
        var violation = 0.0
        var incumbent: (program: LinearProgram, values: [Double], objective: Double)?
        while true {
            if !program.violations.isEmpty {
                // The least possible sum of violations first; the cost is minimised among what reaches it.
                var first = program
                first.minimiseViolations()
                switch try solveStage(first, breaksTies: false, relativeGap: DirectRun.gapOfViolationsByGLPK) {
                case .stopped(let outcome): return outcome
                case .found(_, let total, _, let isProven):
                    guard isProven else { return .limit }
                    // What costs at least so much with fewer violations may cost less with more.
                    if total > violation + 1e-9 { provenBound = -.infinity }
                    violation = max(0, total)
                }
            }
            var stage = program
            if !program.violations.isEmpty { stage.holdViolations(to: violation) }

            switch try solveRound(stage) {
            case .stopped(let outcome):
                if case .limit = outcome, let incumbent {
                    return solution(
                        incumbent.program, incumbent.values, incumbent.objective, provenBound, false, violation)
                }
                return outcome
            case .found(let values, let objective, let found, let isProven):
                // Each round states more of the disjunctions: its bound holds for all that come after with the same violations.
                provenBound = max(provenBound, found)
                let bound = provenBound
                let broken = Set(program.brokenDisjunctions(at: values))
                if broken.isEmpty {
                    return solution(stage, values, objective, bound, isProven, violation)
                }
                if let outcome = searchFirst() { return outcome }
                if let repaired = try repair(stage, near: values) {
                    let tolerance = options.relativeGap * max(1, abs(repaired.objective))
                    if isProven, repaired.objective - bound <= min(tolerance, 1e-9 * max(1, abs(bound))) {
                        return solution(repaired.program, repaired.values, repaired.objective, bound, true, violation)
                    }
                    if incumbent.map({ repaired.objective < $0.objective }) ?? true { incumbent = repaired }
                    if !isProven || isSpent {
                        let best = incumbent ?? repaired
                        return solution(best.program, best.values, best.objective, bound, false, violation)
                    }
                } else if !isProven || isSpent {
                    return .limit
                }
                let chosen = program.disjunctions.indices.filter {
                    broken.contains($0) || program.disjunctions[$0].isLikely
                }
                program.writeDisjunctions(at: chosen, near: values)
            }
        }
    }

    /// One round's program with its ties broken.
    ///
    /// A budget for the first tie-breaker counts from the optimum: where the optimum of this round breaks disjunctions, nothing
    /// is spent yet, even though the values would hold all of them then.
    private mutating func solveRound(_ stage: LinearProgram) throws -> Ending {
        guard options.breaksTies, stage.costOfFirstTieBreaker > 0, !stage.disjunctions.isEmpty else {
            return try solveStage(stage, breaksTies: options.breaksTies)
        }
        let plain = try solveStage(stage, breaksTies: false)
        guard case .found(let values, _, _, _) = plain,
            stage.holdsDisjunctions(at: values)
        else { return plain }
        return try solveStage(stage, breaksTies: true)
    }

    /// A first search over the program's stores, of a few nodes.
    ///
    /// - Returns: the answer, where that is all that is needed; nil where the rounds follow.
    private mutating func searchFirst() -> Outcome? {
        guard !original.chains.isEmpty, nodeLimit == nil else { return nil }
        nodeLimit = DirectRun.firstNodes
        // Where GLPK cannot go on there, the rounds can.
        if let outcome = (try? searchChains()) ?? nil {
            if outcome.isProven || isSpent { return outcome }
            first = outcome
        } else if options.mayGiveUp {
            return .limit
        }
        nodeLimit = DirectRun.nodesOfRound
        return nil
    }

    /// By dynamic programming of the program's stores; nil where that finds nothing.
    ///
    /// - Parameter start: a solution that is known.
    private mutating func searchChains(from start: Solution? = nil) throws -> Outcome? {
        var base = original
        var values = start.map { Array($0.values.prefix(original.columnCount)) }
        let written = base.writeDisjunctions(
            at: base.disjunctionsBeyondChains, near: values ?? [Double](repeating: 0, count: base.columnCount))
        // The columns that say which side of a condition holds.
        values?.append(contentsOf: repeatElement(0, count: base.columnCount - original.columnCount))
        for (binary, value) in written { values?[binary.index] = value }
        guard !base.violations.isEmpty else {
            let (ending, ways) = try searchChains(base, start: values)
            switch ending {
            case .infeasible: return .infeasible
            case .none: return nil
            case .found(let candidate, let bound):
                return try finished(candidate, bound: bound, violation: 0, isProven: true, ways)
            }
        }
        var least = LeastViolation(violation: .infinity)
        if nodeLimit == nil, let values {
            least.take(values, of: base)
            try proveLeast(&least, of: base)
        }
        var best: (stage: ChainSearch.Candidate, violation: Double, ways: String)?
        // Cost plus price times violations is at least the bound, for every solution and each price that was tried.
        var bounds: [(price: Double, bound: Double)] = []
        // At a high price of violations first: what is found is a start for finding out how small they can be.
        let largest = base.objective().coefficients.map(abs).max() ?? 0
        var price = DirectRun.priceOfViolation * (largest > 0 ? largest : 1)
        for _ in 0..<3 where !least.isProven {
            var priced = base
            priced.addPriceOfViolations(price)
            let (ending, ways) = try searchChains(priced, start: least.values, violationPrice: price)
            switch ending {
            case .infeasible: return .infeasible
            case .none(let bound): bounds.append((price, bound))
            case .found(let candidate, let bound):
                bounds.append((price, bound))
                let violation = base.totalViolation(at: candidate.values)
                if violation < (best?.violation ?? .infinity) - 1e-9 {
                    var stage = candidate
                    stage.program.removeLastCostLine()
                    best = (stage, violation, ways)
                }
            }
            guard let found = best, !isSpent else { break }
            if found.violation < least.violation { least.take(found.stage.values, of: base) }
            try proveLeast(&least, of: base)
            if least.violation > found.violation - 1e-7 { break }
            price *= 100
        }
        if let candidate = least.candidate, least.violation < (best?.violation ?? .infinity) - 1e-7 {
            var stage = candidate
            stage.program.restoreObjective(of: base)
            best = (stage, least.violation, ", branch and bound")
        }
        let violation = best?.violation ?? least.violation
        guard violation < .infinity else { return nil }
        // The price of the violations is known no better than the simplex method's tolerances let it be, and where it is so
        // high that a search went wrong, its bound lies above what is known to be possible.
        let cost = best.map { base.totalCost(at: $0.stage.values) } ?? .infinity
        var bound =
            bounds
            .filter {
                $0.bound <= cost + $0.price * violation * (1 + DirectRun.roundingOfPrices) + 1e-6 * max(1, abs(cost))
            }
            .map { $0.bound - $0.price * violation * (1 + DirectRun.roundingOfPrices) }.max() ?? -.infinity
        if violation > 1e-9, least.isProven, !isSpent {
            // With the violations held the bound of the cost is exact. A price near what they are worth tells the stores of
            // them, which a row over all stores does not.
            let price = DirectRun.priceOfHeldViolation * max(largest, 1e-3)
            var held = base
            held.holdViolations(to: violation)
            held.addPriceOfViolations(price)
            let (ending, ways) = try searchChains(held, start: least.values, violationPrice: price)
            switch ending {
            case .infeasible: break
            case .none(let least): bound = max(bound, least - price * violation)
            case .found(let candidate, let least):
                bound = max(bound, least - price * violation)
                if base.totalCost(at: candidate.values) < cost {
                    var stage = candidate
                    stage.program.removeLastCostLine()
                    best = (stage, violation, ways)
                }
            }
        }
        guard let best else { return nil }
        return try finished(best.stage, bound: bound, violation: violation, isProven: least.isProven, best.ways)
    }

    /// How small the sum of violations can be.
    private struct LeastViolation {
        /// The least one that is known, and values that have it.
        var violation: Double
        var values: [Double]?
        /// Where it was found, with the violations as the objective; nil where another search did.
        var candidate: ChainSearch.Candidate?
        /// No solution has less.
        var bound = 0.0

        /// Whether there is no smaller one: what is left to the bound is rounding.
        var isProven: Bool {
            violation < .infinity && violation - bound <= max(1e-9, DirectRun.gapOfViolations * max(1, violation))
        }

        mutating func take(_ values: [Double], of base: LinearProgram) {
            violation = base.totalViolation(at: values)
            self.values = values
            candidate = nil
        }
    }

    /// Looks for smaller violations until none are possible, or, where all of the time is left to the search, for half of it.
    ///
    /// Alone their minimum is found sooner than at a price among costs, where a bound is one of the sum of both.
    private mutating func proveLeast(_ least: inout LeastViolation, of base: LinearProgram) throws {
        var first = base
        first.minimiseViolations()
        if nodeLimit == nil { partDeadline = options.limits.remainingSeconds.map { .now + .seconds($0 / 2) } }
        defer { partDeadline = nil }
        while !least.isProven, !limits.isPast {
            let (ending, _) = try searchChains(
                first, relativeGap: DirectRun.gapOfViolations, known: least.violation - 1e-7)
            switch ending {
            case .infeasible: least.bound = least.violation
            case .none(let bound): least.bound = max(least.bound, bound)
            case .found(let better, let bound):
                least = LeastViolation(
                    violation: max(0, better.objective), values: better.values, candidate: better,
                    bound: max(least.bound, bound))
                continue
            }
            return
        }
    }

    /// Of a price times the violations, as a share.
    private static let roundingOfPrices = 1e-7

    mutating func searchChains(
        _ program: LinearProgram, start: [Double]? = nil, relativeGap: Double? = nil, known: Double = .infinity,
        violationPrice: Double = 0
    ) throws -> (ending: ChainSearch.Ending, ways: String) {
        let search = try ChainSearch(
            program, relativeGap: relativeGap ?? options.relativeGap, limits: limits,
            known: known, violationPrice: violationPrice, mayLookAround: nodeLimit == nil, start: start)
        let ending = try search.run()
        iterations += search.iterations
        nodes += search.nodes
        return (ending, search.nodes > 1 ? ", branch and bound" : "")
    }

    /// What a search found, with its ties broken.
    ///
    /// - Parameter found: the program with its decisions held, and its values.
    private mutating func finished(
        _ found: ChainSearch.Candidate, bound: Double, violation: Double, isProven: Bool, _ ways: String
    ) throws -> Outcome? {
        finishing = .now + DirectRun.leastPolishing
        defer { finishing = nil }
        var stage = found.program
        if !stage.violations.isEmpty { stage.holdViolations(to: violation) }
        var values = found.values
        var (objective, least) = (stage.totalCost(at: values), stage.totalCost(at: values))
        // Where there is no time for ties, what was found stands as it is.
        if case .found(let tidy, let cost, let bound, true) = try? solveStage(stage, breaksTies: options.breaksTies) {
            (values, objective, least) = (tidy, cost, bound)
        }
        let isClosed = least - bound <= options.relativeGap * max(1, abs(least)) + 1e-9
        return solution(
            stage, values, objective, bound, isProven && isClosed, violation, method: "dynamic programming" + ways)
    }
    /// Relative gap of the search for the least violation, whatever gap is asked of the cost: above what the simplex method's
    /// tolerances leave between a bound and the minimum itself.
    private static let gapOfViolations = 1e-6
    /// The same for GLPK's branch and bound, which has the minimum itself.
    private static let gapOfViolationsByGLPK = 1e-9
    /// Times the largest cost of a column: the price of a violation while the cost is minimised.
    private static let priceOfViolation = 1e3
    /// The same where the violations are held: near what a unit of them saves, so that the bound is not of them alone.
    private static let priceOfHeldViolation = 10.0

    func solution(
        _ program: LinearProgram, _ values: [Double], _ objective: Double, _ bound: Double, _ isProven: Bool,
        _ violation: Double, method: String = "direct"
    ) -> Outcome {
        .solved(
            Solution(
                values: original.completed(Array(values.prefix(original.columnCount))), objective: objective,
                bound: min(bound, objective), violation: violation, isProven: isProven,
                iterations: iterations, finalProgram: program, finalValues: values,
                method: rung.name.map { "\(method), \($0)" } ?? method))
    }

    /// The linear program, then branch and bound where there are integers, then the ties.
    ///
    /// - Parameter relativeGap: of branch and bound; nil: what the options ask, or closer.
    mutating func solveStage(
        _ program: LinearProgram, breaksTies: Bool, relativeGap: Double? = nil
    ) throws -> Ending {
        let solved = try SimplexLadder(program, limits: limits, isVerbose: isVerbose)
        let problem = solved.problem
        iterations += solved.iterations
        rung = max(rung, solved.rung)
        let objective: Double
        switch solved.ending {
        case .infeasible: return .stopped(.infeasible)
        case .unbounded: return .stopped(.unbounded)
        case .limit: return .stopped(.limit)
        case .optimal(let value): objective = value
        }
        guard program.hasIntegers else {
            guard breaksTies else {
                return .found(
                    values: try problem.columnValues(), objective: objective, bound: objective, isProven: true)
            }
            let values = try TieBreaking.values(problem, program, objective: objective, limits: limits)
            return .found(
                values: values, objective: cost(of: values, program, least: objective), bound: objective, isProven: true
            )
        }

        let found = try integerPoint(problem, program, relativeGap: relativeGap)
        let isProven: Bool
        switch found.ending {
        case .infeasible: return .stopped(.infeasible)
        case .unbounded: return .stopped(.unbounded)
        case .limit(nil, _): return .stopped(.limit)
        case .limit: isProven = false
        case .optimal: isProven = true
        }
        let bound = found.problem.bound
        // With the integers held at what was found, the rest is a linear program: exact, and its ties can be broken.
        var held = program
        let point = try found.problem.integerValues()
        held.holdIntegers(at: point)
        // What was found counts, whatever limit ended the search.
        let leastTime = ContinuousClock.now + DirectRun.leastPolishing
        let polished = try? SimplexLadder(
            held, limits: SolveLimits(deadline: options.limits.deadline.map { max($0, leastTime) }))
        guard let polished, case .optimal(let exact) = polished.ending else {
            return .found(values: point, objective: program.totalCost(at: point), bound: bound, isProven: isProven)
        }
        iterations += polished.iterations
        let values =
            breaksTies
            ? try TieBreaking.values(polished.problem, held, objective: exact, limits: limits)
            : try polished.problem.columnValues()
        return .found(
            values: values, objective: breaksTies ? cost(of: values, held, least: exact) : exact,
            bound: isProven ? min(bound, exact) : bound, isProven: isProven)
    }
    private static let leastPolishing = Duration.milliseconds(100)

    /// Branch and bound: with GLPK's preprocessor and cuts, where that fails without, where that fails on scaled rows.
    private func integerPoint(
        _ relaxed: GLPKProblem, _ program: LinearProgram, relativeGap: Double?
    ) throws -> (problem: GLPKProblem, ending: GLPKProblem.Ending) {
        func search(_ problem: GLPKProblem, cuts: Bool) throws(GLPKError) -> GLPKProblem.Ending {
            try problem.integer(
                relativeGap: relativeGap ?? min(options.relativeGap * 0.1, 1e-7),
                timeLimitSeconds: limits.remainingSeconds, nodeLimit: limits.nodes, cuts: cuts)
        }
        if let ending = try? search(relaxed, cuts: true) { return (relaxed, ending) }
        var failure = GLPKError.noOptimum
        for rung in [SimplexLadder.Rung.usual, .rescaled] where !limits.isPast {
            do throws(GLPKError) {
                let problem = try SimplexLadder(program, limits: limits, rungs: [rung]).problem
                return (problem, try search(problem, cuts: false))
            } catch { failure = error }
        }
        throw failure
    }

    /// What the values cost: the optimum itself, unless a tie-breaker was given money to spend.
    private func cost(of values: [Double], _ program: LinearProgram, least: Double) -> Double {
        program.costOfFirstTieBreaker > 0 ? max(least, program.totalCost(at: values)) : least
    }

    /// A solution that holds every disjunction, near `values`: each broken one is written out and its binaries set.
    mutating func repair(
        _ stage: LinearProgram, near values: [Double]
    ) throws -> (program: LinearProgram, values: [Double], objective: Double)? {
        var candidate = stage
        candidate.holdIntegers(at: values)
        var current = values
        for _ in 0..<4 {
            let broken = candidate.brokenDisjunctions(at: current)
            if broken.isEmpty { return (candidate, current, candidate.totalCost(at: current)) }
            for (binary, value) in candidate.writeDisjunctions(at: broken, near: current) {
                candidate.setBounds(binary, lower: value, upper: value)
            }
            let solved = try SimplexLadder(candidate, limits: limits)
            let problem = solved.problem
            iterations += solved.iterations
            guard case .optimal = solved.ending else { return nil }
            current =
                options.breaksTies
                ? try TieBreaking.values(
                    problem, candidate, objective: candidate.totalCost(at: problem.columnValues()), limits: limits)
                : try problem.columnValues()
        }
        return nil
    }
}

extension Outcome {
    /// Whether there is nothing more to be found out.
    fileprivate var isProven: Bool {
        switch self {
        case .solved(let solution): solution.isProven
        case .infeasible, .unbounded: true
        case .limit, .failed: false
        }
    }

    /// The better of two answers to one question, with the better of their bounds.
    fileprivate func better(than other: Outcome?, relativeGap: Double) -> Outcome {
        guard let other else { return self }
        guard case .solved(var mine) = self else {
            if case .solved = other { return other }
            return self
        }
        guard case .solved(var theirs) = other else { return self }
        if mine.violation > theirs.violation + 1e-7 { return other }
        if theirs.violation > mine.violation + 1e-7 { return self }
        let bound = max(mine.bound, theirs.bound)
        if theirs.objective < mine.objective { swap(&mine, &theirs) }
        mine.bound = min(bound, mine.objective)
        let isAsSmall = abs(mine.violation - theirs.violation) <= 1e-7
        if isAsSmall, mine.objective - bound <= relativeGap * max(1, abs(mine.objective)) { mine.isProven = true }
        return .solved(mine)
    }
}

extension LinearProgram {
    /// The conditions that are not all about columns of chains and connections.
    var disjunctionsBeyondChains: [Int] {
        var own = Set(chains.flatMap(\.ownColumns))
        own.formUnion(connections.flatMap { [$0.incoming, $0.outgoing] })
        return disjunctions.indices.filter { index in
            if case .either = disjunctions[index] { return true }
            return !disjunctions[index].columns.allSatisfy { own.contains($0) }
        }
    }
}
