import LinearPrograms

/// Among programs' optima with binaries: which of the patterns of on and off is preferred by the tie-breakers.
///
/// Once a pattern is held, a linear program breaks its ties exactly (`TieBreaking`). But patterns tie too: an hour at noon may
/// cost what an hour at midnight costs. Here others are looked for within the proven cost:
///
/// - without a budget, by the search over stores with a small price on what the tie-breakers count: the price is lowered until
///   what is found costs no more than the optimum;
/// - where a plan is to be stayed near, by `nearer`;
/// - with a budget for smoothness, by changing the pattern block by block, as long as the sum of power steps falls.
///
/// Neither proves that no pattern is preferred further; each is kept only if it costs no more and is preferred.
extension DirectRun {
    /// Price of a kW of what the tie-breakers count, in the largest cost of a column.
    private static let prices = [1e-3, 1e-5, 1e-7]
    /// Linear programs that are solved for smoother patterns at most.
    static let mostPatterns = 240
    /// Of the cost, as a share: what counts as equal.
    static let equalShare = 1e-7

    /// The outcome with the pattern that the tie-breakers prefer of those that cost as much.
    mutating func preferred(_ outcome: Outcome) throws -> Outcome {
        guard case .solved(let solution) = outcome, solution.isProven, options.breaksTies, !original.chains.isEmpty,
            !original.tieBreakers.isEmpty,
            solution.finalProgram.disjunctions.count < original.disjunctions.count
                || solution.finalProgram.hasIntegers
        else { return outcome }
        // What is shared with other vehicles' shortfalls is not looked at again.
        guard original.violations.isEmpty || solution.violation <= 1e-9 else { return outcome }
        if original.chains.contains(where: { $0.stages.contains { $0.distance != nil } }) {
            let near = try nearer(solution)
            return original.costOfFirstTieBreaker > 0 ? .solved(near) : try earlier(near)
        }
        if original.costOfFirstTieBreaker > 0 { return try smoother(solution) }
        return try earlier(solution)
    }

    private func counts(_ values: [Double]) -> [Double] {
        original.tieBreakers.map { $0.reduce(0) { $0 + $1.coefficient * values[$1.column.index] } }
    }

    private func isPreferred(_ values: [Double], to others: [Double]) -> Bool {
        for (mine, theirs) in zip(counts(values), counts(others)) where abs(mine - theirs) > 1e-6 {
            return mine < theirs
        }
        return false
    }

    private mutating func earlier(_ solution: Solution) throws -> Outcome {
        var best = solution
        let largest = original.objective().coefficients.map(abs).max() ?? 0
        let allowed = DirectRun.equalShare * max(1, abs(solution.objective))
        for price in DirectRun.prices where !isSpent {
            var priced = original
            priced.freeViolations()
            let line = priced.costLine("ties")
            // What comes first weighs more.
            let own = Set(original.chains.flatMap(\.ownColumns))
            for (index, terms) in original.tieBreakers.enumerated() {
                // What is no store's own (power steps, distances) is left to the final choice.
                for term in terms where own.contains(term.column) {
                    priced.addCost(
                        line, term.column, price * max(largest, 1e-3) * term.coefficient / Double(1 + 3 * index))
                }
            }
            for column in original.violations { priced.setBounds(column, lower: 0, upper: 0) }
            priced.writeDisjunctions(
                at: priced.disjunctionsBeyondChains, near: [Double](repeating: 0, count: priced.columnCount))
            guard case .found(let candidate, _) = try searchChains(priced).ending else { continue }
            var stage = candidate.program
            stage.removeLastCostLine()
            guard case .found(let values, let objective, _, true) = try solveStage(stage, breaksTies: true),
                objective <= solution.objective + allowed
            else { continue }
            guard original.holdsDisjunctions(at: values) else { continue }
            if isPreferred(values, to: best.finalValues) {
                best = adopted(stage, values, objective, of: best)
            }
            break
        }
        return .solved(best)
    }

    func adopted(
        _ program: LinearProgram, _ values: [Double], _ objective: Double, of solution: Solution
    ) -> Solution {
        var better = solution
        better.values = original.completed(Array(values.prefix(original.columnCount)))
        better.finalProgram = program
        better.finalValues = values
        better.objective = objective
        better.bound = min(solution.bound, objective)
        better.iterations = iterations
        return better
    }

    // MARK: - Smoothness

    /// What a store does in a stage: one of its flows, or nothing.
    typealias Pattern = [[Int?]]

    private mutating func smoother(_ solution: Solution) throws -> Outcome {
        let least = solution.bound
        guard let first = original.tieBreakers.first else { return .solved(solution) }
        func steps(_ values: [Double]) -> Double { first.reduce(0) { $0 + $1.coefficient * values[$1.column.index] } }
        var pattern: Pattern = original.chains.map { chain in
            chain.stages.map { stage in stage.flows.firstIndex { solution.values[$0.column.index] > 1e-6 } }
        }
        var best: (values: [Double], held: LinearProgram, steps: Double)?
        var bestSteps = steps(solution.finalValues)
        var tried = 0
        // The smoothest that a pattern can be first, for each store by itself.
        for chain in pattern.indices {
            for other in candidates(original.chains[chain], instead: pattern[chain], below: bestSteps, solution) {
                guard other.steps < bestSteps - 1e-6, tried < DirectRun.mostPatterns, !isSpent else { break }
                tried += 1
                var candidate = pattern
                candidate[chain] = other.pattern
                guard let found = try smoothest(candidate, least: least), found.steps < bestSteps - 1e-6 else {
                    continue
                }
                (best, bestSteps, pattern) = (found, found.steps, candidate)
            }
        }
        var improves = true
        while improves, tried < DirectRun.mostPatterns, !isSpent {
            improves = false
            for chain in pattern.indices {
                for other in DirectRun.neighbours(of: pattern[chain]) {
                    guard tried < DirectRun.mostPatterns, !isSpent else { break }
                    tried += 1
                    var candidate = pattern
                    candidate[chain] = other
                    guard let found = try smoothest(candidate, least: least), found.steps < bestSteps - 1e-6 else {
                        continue
                    }
                    (best, bestSteps, pattern, improves) = (found, found.steps, candidate, true)
                    break
                }
                if improves { break }
            }
        }
        guard let best else { return .solved(solution) }
        // The pattern's own ties: what smoothness does not need of its budget is not spent.
        let problem = try GLPKProblem(best.held)
        let values = try TieBreaking.values(problem, best.held, objective: least, limits: limits)
        guard best.held.holdsDisjunctions(at: values) else { return .solved(solution) }
        let cost = best.held.totalCost(at: values)
        guard steps(values) < steps(solution.finalValues) - 1e-6,
            cost <= least + original.costOfFirstTieBreaker + 1e-6 * max(1, abs(least)) + 1e-9
        else { return .solved(solution) }
        return .solved(adopted(best.held, values, cost, of: solution))
    }

    /// Patterns of one flow alone with the energy that it has in `pattern`, as far as the budget may buy them: every single block,
    /// and of more blocks the cheapest of each number of stages and of changes. Each with the least sum of power steps that it
    /// can have whatever it costs, the least first. None where the store moves both ways.
    ///
    /// - Parameter bestSteps: patterns whose least sum is not below are left out.
    private func candidates(
        _ chain: StoreChain, instead pattern: [Int?], below bestSteps: Double, _ solution: Solution
    ) -> [(pattern: [Int?], steps: Double)] {
        let used = Set(pattern.compactMap { $0 })
        guard used.count == 1, let flow = used.first else { return [] }
        let columns = chain.stages.map { $0.flows.indices.contains(flow) ? $0.flows[flow].column.index : nil }
        let energy = columns.reduce(0) { $0 + ($1.map { solution.values[$0] } ?? 0) }
        let most = columns.compactMap { $0.map { original.columnUpper[$0] } }.max() ?? 0
        let least =
            chain.stages.compactMap { $0.flows.indices.contains(flow) ? $0.flows[flow].threshold : nil }.max() ?? 0
        guard energy > 1e-6, most > 1e-9 else { return [] }
        let spent = costs(of: flow, in: chain, at: nil, solution).reduce(0) { $0 + ($1 < .infinity ? $1 : 0) }
        let allowed = spent + (1 + DirectRun.shareOfDoubt) * original.costOfFirstTieBreaker
        let count = pattern.count
        var found: [(pattern: [Int?], steps: Double)] = []
        let longest = least > 0 ? min(count, Int(min(Double(count), energy / least * DirectRun.leeway))) : count
        var choice: ChangeChoice?
        for length in 1...count {
            // The energy is not quite the same at another power, where the efficiency depends on it.
            let even = energy / Double(length)
            guard even * DirectRun.leeway >= least, even <= most * DirectRun.leeway else { continue }
            let power = min(max(even, least), most)
            let prices = costs(of: flow, in: chain, at: power, solution)
            func add(_ blocks: [Range<Int>]) {
                let steps = DirectRun.leastSteps(of: blocks, within: count, energy: energy, powers: least, most)
                guard steps < bestSteps - 1e-6 else { return }
                // What is above the least power stands where it is cheapest.
                var (sum, cheapest) = (0.0, Double.infinity)
                for block in blocks {
                    for stage in block { (sum, cheapest) = (sum + prices[stage], min(cheapest, prices[stage])) }
                }
                var (cost, left) = (sum * least / power, energy - least * Double(length))
                guard sum < .infinity, cost + max(0, left) * cheapest / power <= allowed else { return }
                let chosen = blocks.flatMap { prices[$0] }
                for price in chosen.sorted() where left > 0 {
                    let more = min(left, most - least)
                    cost += price * more / power
                    left -= more
                }
                guard cost <= allowed else { return }
                var other = [Int?](repeating: nil, count: count)
                for stage in blocks.joined() { other[stage] = flow }
                found.append((other, steps))
            }
            for start in 0...(count - length) { add([start..<start + length]) }
            // Most often a kWh costs as much at every power.
            let unit = prices.map { $0 / power }
            if choice.map({ $0.mostStages < length || !$0.hasPrices(unit) }) ?? true {
                choice = ChangeChoice(unit, mostStages: longest, changes: DirectRun.mostChanges)
            }
            for changes in 2...DirectRun.mostChanges {
                if let isOn = choice?.cheapest(of: length, changes: changes) {
                    let blocks = DirectRun.blocks(of: isOn).filter { isOn[$0.lowerBound] }
                    add(blocks)
                    guard count <= DirectRun.mostStagesOfTransfers else { continue }
                    for other in DirectRun.transfers(among: blocks, within: count) { add(other) }
                }
            }
        }
        return found.sorted { $0.steps < $1.steps }
    }
    /// By how much the energy of a flow may differ at another power.
    private static let leeway = 1.15
    /// What a block may cost above its budget by the estimate, as a share of it: the connection's prices depend on the power.
    private static let shareOfDoubt = 0.25
    /// Changes between on and off of the patterns that are made anew.
    private static let mostChanges = 8

    /// What a flow costs in each stage at a power, or as it is in the solution: at the connection, beside what the solution has
    /// there without it. Infinity where the flow cannot have that power.
    private func costs(of flow: Int, in chain: StoreChain, at power: Double?, _ solution: Solution) -> [Double] {
        let costs = original.objective().coefficients
        return chain.stages.map { stage -> Double in
            guard stage.flows.indices.contains(flow) else { return .infinity }
            let column = stage.flows[flow].column.index
            let power = power.map { min($0, original.columnUpper[column]) } ?? solution.values[column]
            guard power > 1e-9, power >= stage.flows[flow].threshold - 1e-9 else { return .infinity }
            guard let number = stage.connection else { return costs[column] * power }
            // The site's other power is what the solution has without this flow.
            let connection = original.connections[number]
            let net = solution.values[connection.incoming.index] - solution.values[connection.outgoing.index]
            let sign = (stage.flows[flow].rise.points.last?.y ?? 0) < 0 ? -1.0 : 1
            let base = net - sign * solution.values[column]
            func cost(_ net: Double) -> Double {
                net > 0 ? net * costs[connection.incoming.index] : -net * costs[connection.outgoing.index]
            }
            return costs[column] * power + cost(base + sign * power) - cost(base)
        }
    }

    /// Stages up to which the cheapest choices are varied.
    private static let mostStagesOfTransfers = 96

    /// Blocks of which one is a stage shorter at an end and another one longer.
    private static func transfers(among blocks: [Range<Int>], within count: Int) -> [[Range<Int>]] {
        var found: [[Range<Int>]] = []
        for giver in blocks.indices where blocks[giver].count > 1 {
            for taker in blocks.indices where taker != giver {
                for isFirstGiven in [true, false] {
                    for isBefore in [true, false] {
                        var other = blocks
                        let (given, taken) = (blocks[giver], blocks[taker])
                        other[giver] =
                            isFirstGiven
                            ? given.lowerBound + 1..<given.upperBound : given.lowerBound..<given.upperBound - 1
                        other[taker] =
                            isBefore ? taken.lowerBound - 1..<taken.upperBound : taken.lowerBound..<taken.upperBound + 1
                        let isApart = zip(other, other.dropFirst()).allSatisfy { $0.upperBound < $1.lowerBound }
                        let isWithin = other[0].lowerBound >= 0 && other[other.count - 1].upperBound <= count
                        if isApart, isWithin { found.append(other) }
                    }
                }
            }
        }
        return found
    }

    /// The ranges of stages in which a state stays what it is.
    private static func blocks<State: Equatable>(of states: [State]) -> [Range<Int>] {
        var blocks: [Range<Int>] = []
        var start = 0
        for stage in states.indices where stage + 1 == states.count || states[stage + 1] != states[start] {
            blocks.append(start..<stage + 1)
            start = stage + 1
        }
        return blocks
    }

    /// The least sum of power steps of blocks with so much energy (power times stages): every block at one power, and what is
    /// above the least power where a step carries most. Infinity where they cannot have the energy.
    ///
    /// - Parameters:
    ///   - count: stages in all; a power is no step at their ends.
    ///   - least, most: the powers between which a stage of a block is.
    private static func leastSteps(
        of ranges: [Range<Int>], within count: Int, energy: Double, powers least: Double, _ most: Double
    ) -> Double {
        let blocks = ranges.map { range in
            let edges = (range.lowerBound > 0 ? 1.0 : 0) + (range.upperBound < count ? 1 : 0)
            return (stages: Double(range.count), edges: edges)
        }
        let stages = blocks.reduce(0) { $0 + $1.stages }
        var left = max(0, energy / leeway - least * stages)
        guard energy <= most * leeway * stages, least * stages <= energy * leeway else { return .infinity }
        var steps = blocks.reduce(0) { $0 + $1.edges * least }
        for block in blocks.sorted(by: { $0.edges * $1.stages < $1.edges * $0.stages }) where left > 0 {
            let more = min(left / block.stages, most - least)
            steps += block.edges * more
            left -= more * block.stages
        }
        return steps
    }

    /// Patterns in which one block does what a block beside it does, shortest blocks first, or is longer or shorter by a stage at
    /// an end, or a stage earlier or later; and, where there are few stages, those in which one stage does what another does.
    private static func neighbours(of pattern: [Int?]) -> [[Int?]] {
        // A vehicle that is never there has no stages.
        guard !pattern.isEmpty else { return [] }
        let blocks = blocks(of: pattern)
        var found: [[Int?]] = []
        for (index, block) in blocks.enumerated().sorted(by: { $0.element.count < $1.element.count }) {
            for beside in [index - 1, index + 1] where blocks.indices.contains(beside) {
                var other = pattern
                for stage in block { other[stage] = pattern[blocks[beside].lowerBound] }
                found.append(other)
            }
        }
        for block in blocks {
            // The stage beside one end joins the block; where the block moves, the other end leaves it.
            let (first, last) = (block.lowerBound, block.upperBound - 1)
            for (joining, leaving, beyond) in [(first - 1, last, last + 1), (last + 1, first, first - 1)]
            where pattern.indices.contains(joining) {
                var other = pattern
                other[joining] = pattern[first]
                found.append(other)
                guard pattern.indices.contains(beyond) else { continue }
                other[leaving] = pattern[beyond]
                found.append(other)
            }
        }
        let on = pattern.indices.filter { pattern[$0] != nil }
        let off = pattern.indices.filter { pattern[$0] == nil }
        if on.count * off.count <= mostExchanges {
            for stage in on {
                for other in off {
                    var exchanged = pattern
                    (exchanged[stage], exchanged[other]) = (nil, pattern[stage])
                    found.append(exchanged)
                }
            }
        }
        return found
    }

    /// Exchanges of two stages that are worth trying.
    private static let mostExchanges = 100

    /// The least sum of power steps of a pattern within the budget; nil where it does not hold there.
    mutating func smoothest(
        _ pattern: Pattern, least: Double, allowance: Double? = nil
    ) throws -> (values: [Double], held: LinearProgram, steps: Double)? {
        var values = [Double](repeating: 0, count: original.columnCount)
        for (chain, states) in zip(original.chains, pattern) {
            for (stage, state) in zip(chain.stages, states) {
                guard let state, stage.flows.indices.contains(state) else { continue }
                let flow = stage.flows[state]
                values[flow.column.index] = max(flow.threshold, original.columnUpper[flow.column.index] / 2)
            }
        }
        var held = original
        for column in original.violations { held.setBounds(column, lower: 0, upper: 0) }
        // What does nothing in the pattern does nothing.
        for (chain, states) in zip(original.chains, pattern) {
            for (stage, state) in zip(chain.stages, states) {
                for (index, flow) in stage.flows.enumerated() where index != state {
                    held.setBounds(flow.column, lower: 0, upper: 0)
                }
            }
        }
        held.holdDecisions(at: values)
        guard let first = original.tieBreakers.first else { return nil }
        var bounded = held
        bounded.costOfFirstTieBreaker = allowance ?? original.costOfFirstTieBreaker
        let solved = try SimplexLadder(bounded.budgeted(first, least: least), limits: limits)
        iterations += solved.iterations
        guard case .optimal(let steps) = solved.ending else { return nil }
        let found = try solved.problem.columnValues()
        guard original.holdsDisjunctions(at: found) else { return nil }
        return (found, held, steps)
    }
}
