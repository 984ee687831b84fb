import LinearPrograms

/// Among patterns of on and off within the budget: one that is near a plan that was made before.
///
///     minimise   sum_t |p[t] - planned[t]|   such that   cost <= optimum + budget
///
/// 1. With a price on the distance instead of the budget the search over stores is exact for each store. The price is lowered
///    until what is found costs no more than the budget allows, and then raised as far as that goes.
/// 2. Each pattern that comes of it, and the plan's own, is held, and a linear program finds the least distance within the
///    budget.
/// 3. From the nearest, stages change to what was planned for them, one at a time or with another one for it.
extension DirectRun {
    /// Prices of a kW of distance, in the largest cost of a column.
    private static let pricesOfDistance = [10, 1, 0.3, 0.1, 0.03, 0.01, 1e-3, 1e-5]
    private static let halvings = 4

    mutating func nearer(_ solution: Solution) throws -> Solution {
        guard let distance = original.tieBreakers.first else { return solution }
        func away(_ values: [Double]) -> Double {
            distance.reduce(0) { $0 + $1.coefficient * values[$1.column.index] }
        }
        let allowance = max(original.costOfFirstTieBreaker, DirectRun.equalShare * max(1, abs(solution.objective)))
        let least = original.costOfFirstTieBreaker > 0 ? solution.bound : solution.objective
        var nearest = Nearest(
            pattern: pattern(of: solution.values), found: nil, distance: away(solution.finalValues))
        var tried: Set<Pattern> = [nearest.pattern]
        @discardableResult func attempt(_ pattern: Pattern) throws -> Bool {
            guard tried.count < DirectRun.mostPatterns, !isSpent, tried.insert(pattern).inserted,
                let found = try smoothest(pattern, least: least, allowance: allowance),
                found.steps < nearest.distance - 1e-6
            else { return false }
            nearest = Nearest(pattern: pattern, found: found, distance: found.steps)
            return true
        }
        let planned = plannedPattern(instead: nearest.pattern)
        try attempt(planned)
        let largest = max(original.objective().coefficients.map(abs).max() ?? 0, 1e-3)
        var (low, high): (Double?, Double?) = (nil, nil)
        for price in DirectRun.pricesOfDistance where nearest.distance > 1e-6 && !isSpent {
            guard let values = try near(distance, price: price * largest) else { continue }
            try attempt(pattern(of: values))
            if original.totalCost(at: values) <= least + allowance {
                low = price
                break
            }
            high = price
        }
        for _ in 0..<DirectRun.halvings where nearest.distance > 1e-6 && !isSpent {
            guard let from = low, let to = high else { break }
            let price = (from * to).squareRoot()
            guard let values = try near(distance, price: price * largest) else { break }
            try attempt(pattern(of: values))
            if original.totalCost(at: values) <= least + allowance { low = price } else { high = price }
        }
        var improves = nearest.distance > 1e-6
        while improves {
            improves = false
            for other in DirectRun.steps(from: nearest.pattern, towards: planned) where try attempt(other) {
                improves = true
                break
            }
        }
        guard let found = nearest.found else { return solution }
        let problem = try GLPKProblem(found.held)
        var held = found.held
        held.costOfFirstTieBreaker = allowance
        let values = try TieBreaking.values(problem, held, objective: least, limits: limits)
        let cost = held.totalCost(at: values)
        guard original.holdsDisjunctions(at: values), away(values) < away(solution.finalValues) - 1e-6,
            cost <= least + allowance + 1e-6 * max(1, abs(least)) + 1e-9
        else { return solution }
        return adopted(found.held, values, cost, of: solution)
    }

    private struct Nearest {
        var pattern: Pattern
        var found: (values: [Double], held: LinearProgram, steps: Double)?
        var distance: Double
    }

    private func pattern(of values: [Double]) -> Pattern {
        original.chains.map { chain in
            chain.stages.map { stage in stage.flows.firstIndex { values[$0.column.index] > 1e-6 } }
        }
    }

    /// What the plan does in each stage that it knows; elsewhere what `pattern` does.
    private func plannedPattern(instead pattern: Pattern) -> Pattern {
        zip(original.chains, pattern).map { chain, states in
            zip(chain.stages, states).map { stage, state in
                guard let planned = stage.distance?.planned else { return state }
                guard abs(planned) > 1e-6 else { return nil }
                return stage.flows.firstIndex { (($0.rise.points.last?.y ?? 0) > 0) == (planned > 0) }
            }
        }
    }

    /// The values that are best at a price of the distance; nil where none are found.
    private mutating func near(_ distance: [Term], price: Double) throws -> [Double]? {
        var priced = original
        priced.freeViolations()
        let line = priced.costLine("distance")
        for term in distance { priced.addCost(line, term.column, price * term.coefficient) }
        for column in original.violations { priced.setBounds(column, lower: 0, upper: 0) }
        priced.writeDisjunctions(
            at: priced.disjunctionsBeyondChains, near: [Double](repeating: 0, count: priced.columnCount))
        let before = nodeLimit
        nodeLimit = DirectRun.firstNodes
        defer { nodeLimit = before }
        guard case .found(let candidate, _) = try searchChains(priced).ending else { return nil }
        return candidate.values
    }

    /// Patterns in which a stage does what is planned for it; then those in which another stage of the same store changes for it,
    /// to what is planned or away from it.
    private static func steps(from pattern: Pattern, towards planned: Pattern) -> [Pattern] {
        var (single, together, apart): ([Pattern], [Pattern], [Pattern]) = ([], [], [])
        for chain in pattern.indices {
            let (states, plan) = (pattern[chain], planned[chain])
            let others = states.indices.filter { states[$0] != plan[$0] }
            for stage in others {
                var one = pattern
                one[chain][stage] = plan[stage]
                single.append(one)
                for second in others where second > stage {
                    var two = one
                    two[chain][second] = plan[second]
                    together.append(two)
                }
                // What the stage did is done in another one.
                for second in states.indices where states[second] == plan[second] && states[second] != states[stage] {
                    var two = one
                    two[chain][second] = states[stage]
                    apart.append(two)
                }
            }
        }
        return single + together + apart
    }
}
