import LinearPrograms

/// A better solution near the best one: decisions are changed one by one, in the order in which the linear part says that they
/// would gain, and each change that does is kept.
extension ChainSearch {
    /// Changes that are tried one after another without a gain.
    private static let mostFailures = 40
    /// Linear programs in all.
    private static let mostTries = 400

    /// A change of decisions, and what it gains by the reduced costs.
    private struct Flip {
        var gain: Double
        var bounds: Bounds
    }

    /// Improves on the best solution; the bounds are the same afterwards.
    ///
    /// Programs with curves are left alone: there the linear part does not cost what the curves say.
    func improve() throws {
        guard let start = best, start.objective < improvedObjective, !program.hasCurves else { return }
        try restoringBounds { set in
            try set(decided(at: start.values, linear: start.values))
            guard case .optimal(var objective) = try solveLinear(isFirst: false) else { return }
            var (tries, failures) = (0, 0)
            var isBetter = false
            var tried: Set<[Int]> = []
            while tries < ChainSearch.mostTries, failures < ChainSearch.mostFailures, !limits.isPast {
                let solution = try problem.solution()
                let basis = try problem.basis()
                var isFound = false
                for flip in flips(solution).sorted(by: { $0.gain > $1.gain }) {
                    let key = flip.bounds.map(\.column)
                    guard !tried.contains(key) else { continue }
                    guard tries < ChainSearch.mostTries, failures < ChainSearch.mostFailures, !limits.isPast else {
                        break
                    }
                    tried.insert(key)
                    tries += 1
                    let before = flip.bounds.map { ($0.column, lower[$0.column], upper[$0.column]) }
                    try set(flip.bounds)
                    if case .optimal(let next) = try solveLinear(isFirst: false),
                        next < objective - 1e-7 * max(1, abs(objective))
                    {
                        (objective, failures, isBetter, isFound) = (next, 0, true, true)
                        tried = []
                        break
                    }
                    failures += 1
                    try set(before)
                    try problem.setBasis(basis)
                }
                if !isFound { break }
            }
            guard isBetter else { return }
            guard case .optimal = try solveLinear(isFirst: false) else { return }
            let values = try problem.solution().columnValues
            try offer(held(at: values, linear: values))
        }
        improvedObjective = best?.objective ?? .infinity
    }

    /// The changes that the reduced costs speak for.
    private func flips(_ solution: GLPKProblem.BasicSolution) -> [Flip] {
        var found: [Flip] = []
        let (values, reduced) = (solution.columnValues, solution.reducedCosts)
        for index in program.columnIsInteger.indices
        where program.columnIsInteger[index] && rootUpperBound(index) - rootLowerBound(index) >= 1 {
            let now = values[index].rounded()
            for (next, gain) in [(now + 1, -reduced[index]), (now - 1, reduced[index])]
            where gain > 1e-9 && next >= rootLowerBound(index) - 1e-9 && next <= rootUpperBound(index) + 1e-9 {
                var bounds: Bounds = [(index, next, next)]
                // Where only one of several may be chosen, the one that is chosen now gives way.
                if next > now {
                    for other in rivals[index] ?? [] where values[other].rounded() >= 1 {
                        bounds.append((other, rootLowerBound(other), values[other].rounded() - 1))
                    }
                }
                found.append(Flip(gain: gain, bounds: bounds))
            }
        }
        for disjunction in program.disjunctions {
            switch disjunction {
            case .semicontinuous(let condition):
                let column = condition.column.index
                guard rootUpperBound(column) >= condition.threshold else { continue }
                // From the range on one side of the gap to that on the other.
                let least = gaps[column]?.last { $0.high <= condition.low }?.high ?? rootLowerBound(column)
                let most = gaps[column]?.first { $0.low >= condition.threshold }?.low ?? rootUpperBound(column)
                let width = condition.threshold - condition.low
                if upper[column] <= condition.low, lower[column] >= least, reduced[column] < -1e-9 {
                    let others = condition.low > 0 ? [] : opposite(of: column)
                    found.append(
                        Flip(
                            gain: -reduced[column] * width,
                            bounds: others + [(column, condition.threshold, min(most, rootUpperBound(column)))]))
                } else if upper[column] > condition.low, upper[column] <= most, reduced[column] > 1e-9 {
                    found.append(
                        Flip(
                            gain: reduced[column] * width,
                            bounds: [(column, max(least, rootLowerBound(column)), condition.low)]))
                }
            case .exclusive(let pair):
                let (one, two) = (pair.first.index, pair.second.index)
                for (closed, open) in [(one, two), (two, one)]
                where upper[closed] <= 0 && reduced[closed] < -1e-9 && rootUpperBound(closed) > 0 {
                    guard gaps[closed] == nil else { continue }
                    found.append(
                        Flip(
                            gain: -reduced[closed] * min(1, rootUpperBound(closed)),
                            bounds: [(open, 0, 0), (closed, rootLowerBound(closed), rootUpperBound(closed))]))
                }
            case .curve, .either: continue
            }
        }
        return found
    }

    /// What must be closed where a column opens: the other one of an exclusive pair.
    private func opposite(of column: Int) -> Bounds {
        (partners[column] ?? []).filter { upper[$0] > 0 }.map { ($0, 0, 0) }
    }
}
