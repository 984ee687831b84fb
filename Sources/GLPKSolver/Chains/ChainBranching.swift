import DynamicProgramming
import LinearPrograms

/// Where the search parts a program in two.
///
/// Places that look worth it are tried on the linear part: the one whose two parts both cost most is taken (strong
/// branching). What a place gained is remembered, and one that was tried often enough is judged by its mean (reliability
/// branching; Achterberg, Koch and Martin 2005).
extension ChainSearch {
    /// Where a program may be parted: two sets of bounds that together leave every solution in.
    private struct Place {
        /// What tells it apart from other places, for the means of gains.
        var key: GainKey
        /// How far the values are from where they may be; larger ones are looked at first.
        var amount: Double
        /// The second part is looked at first where both cost the same.
        var parts: [Bounds]
    }

    /// What is parted.
    struct GainKey: Hashable {
        enum Kind { case integer, connection, condition, flow, level, curve }
        var kind: Kind
        /// A column.
        var column: Int
    }

    /// What parting at a place gained so far, one entry for each part.
    struct Gains {
        var sums = [0.0, 0.0]
        var counts = [0, 0]

        mutating func add(_ gain: Double, part: Int) {
            sums[part] += gain
            counts[part] += 1
        }
        var isReliable: Bool { counts.allSatisfy { $0 >= ChainSearch.reliableTrials } }
        var score: Double {
            ChainSearch.score(sums[0] / Double(max(1, counts[0])), sums[1] / Double(max(1, counts[1])))
        }
    }

    /// Trials after which the mean of a place's gains is trusted.
    private static let reliableTrials = 3
    /// Places of one kind that are looked at in a node.
    private static let mostPlaces = 8
    /// Places in a row that are tried without a better one.
    private static let mostIdleTrials = 4
    /// Steps of the simplex method in a trial.
    private static let trialIterations = 150

    private static func score(_ one: Double, _ two: Double) -> Double { max(one, 1e-9) * max(two, 1e-9) }

    func split(
        _ node: Node, _ bound: Double, _ values: [Double], _ prices: [Double],
        _ plans: [(store: PricedStore, plan: StorePlan)?], _ basis: GLPKProblem.Basis?
    ) throws -> Visit {
        let places = places(values, prices, plans)
        guard let (place, bounds) = try chosen(places, bound) else {
            // Nothing is left to decide, yet the bound is below the best solution: rounding.
            return .closed(bound: bound)
        }
        // What was narrowed holds in both parts.
        let here = merged(node.changes, narrowed.sorted().map { ($0, lower[$0], upper[$0]) })
        var parts: [Node] = []
        var closed = Double.infinity
        for (changes, bound) in zip(place.parts, bounds) {
            if bound >= ceiling - tolerance {
                closed = min(closed, bound)
            } else {
                parts.append(
                    Node(
                        changes: merged(here, changes), bound: bound, depth: node.depth + 1, parent: nodes, basis: basis
                    ))
            }
        }
        return .split(parts, closed: closed)
    }

    private func merged(_ old: Bounds, _ new: Bounds) -> Bounds {
        let changed = Set(new.map(\.column))
        return old.filter { !changed.contains($0.column) } + new
    }

    // MARK: - Choice

    /// The place to part at, with a bound of each part; nil where nothing is left to decide.
    private func chosen(_ places: [Place], _ bound: Double) throws -> (place: Place, bounds: [Double])? {
        guard let first = places.first else { return nil }
        guard places.count > 1 else { return (first, [bound, bound]) }
        var best: (place: Place, bounds: [Double], score: Double)?
        let basis = try problem.basis()
        var idle = 0
        for place in places {
            if let known = gains[place.key], known.isReliable {
                if known.score > best?.score ?? -1 { best = (place, [bound, bound], known.score) }
                continue
            }
            guard idle < ChainSearch.mostIdleTrials, !limits.isPast else { continue }
            let bounds = try tried(place, bound, basis)
            let score = ChainSearch.score(bounds[0] - bound, bounds[1] - bound)
            // A part that is closed needs no other place.
            if bounds.contains(where: { $0 >= ceiling - tolerance }) { return (place, bounds) }
            if score > best?.score ?? -1 {
                (best, idle) = ((place, bounds, score), 0)
            } else {
                idle += 1
            }
        }
        return best.map { ($0.place, $0.bounds) } ?? (first, [bound, bound])
    }

    /// A bound of each part of a place, by the linear part; bounds and basis are the same afterwards.
    private func tried(_ place: Place, _ bound: Double, _ basis: GLPKProblem.Basis) throws -> [Double] {
        var bounds = [bound, bound]
        for (number, part) in place.parts.enumerated() {
            try restoringBounds { set in
                try set(part)
                switch try? solveLinear(isFirst: false, iterationLimit: ChainSearch.trialIterations) {
                case .optimal(let objective): bounds[number] = max(bound, objective)
                case .infeasible: bounds[number] = .infinity
                default: break
                }
            }
            try problem.setBasis(basis)
            let gain = min(bounds[number], ceiling) - bound
            if gain < .infinity { gains[place.key, default: Gains()].add(gain, part: number) }
        }
        return bounds
    }

    // MARK: - Places

    /// The places that are worth a look, those that matter most first.
    private func places(
        _ values: [Double], _ prices: [Double], _ plans: [(store: PricedStore, plan: StorePlan)?]
    ) -> [Place] {
        let integers = integerPlaces(values)
        if !integers.isEmpty { return integers }
        let connections = connectionPlaces(values)
        if !connections.isEmpty { return connections }
        var found = conditionPlaces(values) + differencePlaces(values, prices, plans)
        if found.isEmpty { found = curvePlaces(values) }
        return found
    }

    /// The places of which most is to be expected, at most `mostPlaces`.
    private func largest(_ places: [Place]) -> [Place] {
        Array(places.filter { $0.amount > 1e-7 }.sorted { $0.amount > $1.amount }.prefix(ChainSearch.mostPlaces))
    }

    private func integerPlaces(_ values: [Double]) -> [Place] {
        var places: [Place] = []
        for index in program.columnIsInteger.indices where program.columnIsInteger[index] {
            let below = values[index].rounded(.down)
            places.append(
                Place(
                    key: GainKey(kind: .integer, column: index),
                    amount: min(values[index] - below, below + 1 - values[index]),
                    parts: [[(index, lower[index], below)], [(index, below + 1, upper[index])]]))
        }
        return largest(places)
    }

    /// One of two columns is closed: the smaller one first.
    private func closingOne(_ one: Int, _ two: Int, _ values: [Double]) -> [Bounds] {
        let (larger, smaller) = values[one] > values[two] ? (one, two) : (two, one)
        return [[(larger, lower[larger], 0)], [(smaller, lower[smaller], 0)]]
    }

    /// Where a connection that several stores share is both incoming and outgoing, and that pays: what it pays is what the linear
    /// part is too low by.
    private func connectionPlaces(_ values: [Double]) -> [Place] {
        var places: [Place] = []
        for (number, connection) in program.connections.enumerated()
        where connection.isExclusive && owners[number] == nil {
            let (one, two) = (connection.incoming.index, connection.outgoing.index)
            let both = min(values[one], values[two])
            guard both > 1e-6, costs[one] + costs[two] < 0 else { continue }
            places.append(
                Place(
                    key: GainKey(kind: .connection, column: one), amount: both * -(costs[one] + costs[two]),
                    parts: closingOne(one, two, values)))
        }
        return largest(places)
    }

    /// Where what the linear part and a store decide differ.
    private func differencePlaces(
        _ values: [Double], _ prices: [Double], _ plans: [(store: PricedStore, plan: StorePlan)?]
    ) -> [Place] {
        var (flows, levels): ([Place], [Place]) = ([], [])
        for case let (store, plan)? in plans {
            for (number, action) in store.actions(of: plan).enumerated() {
                let stage = store.chain.stages[number]
                let level = stage.level.index
                let (linear, planned) = (values[level], plan.amounts[number + 1])
                if abs(linear - planned) > 1e-4 {
                    let at = 0.5 * (linear + planned)
                    let (below, above) = ((level, lower[level], at), (level, at, upper[level]))
                    levels.append(
                        Place(
                            key: GainKey(kind: .level, column: level), amount: abs(linear - planned),
                            parts: planned < at ? [[above], [below]] : [[below], [above]]))
                }
                for (index, flow) in stage.flows.enumerated() {
                    let column = flow.column.index
                    let (linear, planned) = (values[column], index == action.flow ? action.value : 0)
                    guard abs(linear - planned) > 1e-4 else { continue }
                    let on = max(flow.threshold, lower[column])
                    let parts: [Bounds]
                    if flow.threshold > 0, lower[column] <= 0, min(linear, planned) < on {
                        let (off, on): (Bounds, Bounds) = ([(column, 0, 0)], [(column, on, upper[column])])
                        parts = planned < on[0].1 ? [on, off] : [off, on]
                    } else {
                        // Where a gap lies in between, one part ends where it begins, and the other begins where it ends.
                        let (low, high) = (min(linear, planned), max(linear, planned))
                        let gap = flow.gaps.first { $0.low > 0 && $0.low < high - 1e-9 && $0.high > low + 1e-9 }
                        let at = 0.5 * (linear + planned)
                        let (below, above) = (
                            (column, lower[column], gap?.low ?? at), (column, gap?.high ?? at, upper[column])
                        )
                        parts = planned < at ? [[above], [below]] : [[below], [above]]
                    }
                    flows.append(
                        Place(
                            key: GainKey(kind: .flow, column: column),
                            amount: abs(linear - planned) * abs(prices[column] - costs[column]), parts: parts))
                }
            }
        }
        return largest(flows) + largest(levels)
    }

    /// Where the linear part breaks a condition.
    private func conditionPlaces(_ values: [Double]) -> [Place] {
        var places: [Place] = []
        for disjunction in program.disjunctions where disjunction.isBroken(at: values) {
            switch disjunction {
            case .semicontinuous(let condition):
                let column = condition.column.index
                let value = values[column]
                let off: Bounds = [(column, min(lower[column], condition.low), condition.low)]
                let on: Bounds = [(column, condition.threshold, upper[column])]
                places.append(
                    Place(
                        key: GainKey(kind: .condition, column: column),
                        amount: min(value - condition.low, condition.threshold - value),
                        parts: condition.share(of: value) > 0.5 ? [off, on] : [on, off]))
            case .exclusive(let pair):
                let (one, two) = (pair.first.index, pair.second.index)
                places.append(
                    Place(
                        key: GainKey(kind: .condition, column: one), amount: min(values[one], values[two]),
                        parts: closingOne(one, two, values)))
            case .curve, .either: continue
            }
        }
        return largest(places)
    }

    /// Where the linear part leaves a curve: the range of its argument is parted.
    private func curvePlaces(_ values: [Double]) -> [Place] {
        var places: [Place] = []
        for chain in program.chains {
            for stage in chain.stages {
                func part(_ column: Int) {
                    let (low, high) = (lower[column], upper[column])
                    guard high - low > 1e-3 else { return }
                    guard program.disjunctions.contains(where: { $0.isBroken(at: values) && $0.isIn(stage) }) else {
                        return
                    }
                    let at = min(max(values[column], low + 0.2 * (high - low)), high - 0.2 * (high - low))
                    places.append(
                        Place(
                            key: GainKey(kind: .curve, column: column), amount: high - low,
                            parts: [[(column, low, at)], [(column, at, high)]]))
                }
                for flow in stage.flows where flow.rise.points.count > 2 { part(flow.column.index) }
                if let holding = stage.holding, !holding.isConvex { part(stage.level.index) }
            }
        }
        return largest(places)
    }
}
