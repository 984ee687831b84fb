import LinearPrograms

/// A first solution by diving: conditions are decided a few at a time, the nearest first, and the linear part is solved again
/// in between, so that what is left can follow.
extension ChainSearch {
    /// Share of the open conditions that are decided at once.
    private static let shareAtOnce = 0.25
    /// Linear programs of a dive.
    private static let mostDives = 150

    /// One way to decide a condition, and how far the values are from it.
    private struct Decision {
        var distance: Double
        var column: Int
        var chosen: (lower: Double, upper: Double)
        var other: (lower: Double, upper: Double)
    }

    /// Offers the solution at the end of a dive from `values`, the linear optimum at the present bounds; these are the same
    /// afterwards.
    func dive(from values: [Double]) throws {
        try restoringBounds { set in
            var values = values
            for _ in 0..<ChainSearch.mostDives {
                let open = decisions(at: values).sorted { ($0.distance, $0.column) < ($1.distance, $1.column) }
                if open.isEmpty {
                    try offer(held(at: values, linear: values))
                    return
                }
                if limits.isPast { return }
                // Of two conditions on one column one is decided at a time.
                var batch: [Decision] = []
                for decision in open.prefix(max(1, Int(Double(open.count) * ChainSearch.shareAtOnce)))
                where !batch.contains(where: { $0.column == decision.column }) { batch.append(decision) }
                let before = batch.map { ($0.column, lower[$0.column], upper[$0.column]) }
                try set(batch.map { ($0.column, $0.chosen.lower, $0.chosen.upper) })
                var isSolved = try resolved()
                if !isSolved {
                    try set(before)
                    for bounds in [batch[0].chosen, batch[0].other] where !isSolved {
                        try set([(batch[0].column, bounds.lower, bounds.upper)])
                        isSolved = try resolved()
                    }
                }
                guard isSolved else { return }
                values = try problem.solution().columnValues
            }
        }
    }

    private func resolved() throws -> Bool {
        if case .optimal = try solveLinear(isFirst: false) { return true }
        return false
    }

    /// What is open at `values`: integers that are none, and conditions that are broken.
    private func decisions(at values: [Double]) -> [Decision] {
        var open: [Decision] = []
        for index in program.columnIsInteger.indices where program.columnIsInteger[index] {
            let below = values[index].rounded(.down)
            let part = values[index] - below
            guard min(part, 1 - part) > 1e-7 else { continue }
            let (down, up) = ((lower[index], below), (below + 1, upper[index]))
            open.append(
                Decision(
                    distance: min(part, 1 - part), column: index, chosen: part < 0.5 ? down : up,
                    other: part < 0.5 ? up : down))
        }
        for disjunction in program.disjunctions where disjunction.isBroken(at: values) {
            switch disjunction {
            case .semicontinuous(let condition):
                let column = condition.column.index
                let share = condition.share(of: values[column])
                let (off, on) = ((lower[column], condition.low), (condition.threshold, upper[column]))
                open.append(
                    Decision(
                        distance: min(share, 1 - share), column: column, chosen: share < 0.5 ? off : on,
                        other: share < 0.5 ? on : off))
            case .exclusive(let pair):
                let (one, two) = (pair.first.index, pair.second.index)
                let (less, more) = values[one] < values[two] ? (one, two) : (two, one)
                open.append(
                    Decision(
                        distance: values[less] / max(1e-9, values[less] + values[more]), column: less,
                        chosen: (lower[less], 0), other: (lower[less], upper[less])))
            // Placed at the end, where the values are known.
            case .curve, .either: continue
            }
        }
        return open
    }
}
