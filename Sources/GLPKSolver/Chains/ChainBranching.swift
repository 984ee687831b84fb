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
        /// Whether the parts lie on both sides of values that the column does not take.
        var isAtGap = false
        /// The second part is looked at first where both cost the same.
        var parts: [Bounds]
    }

    /// What is parted.
    struct GainKey: Hashable {
        enum Kind { case integer, connection, condition, conversion, flow, level, curve }
        var kind: Kind
        /// A column.
        var column: Int
    }

    /// What parting at a place gained so far for each unit of its amount, one entry for each part.
    struct Gains {
        var sums = [0.0, 0.0]
        var counts = [0, 0]

        mutating func add(_ gain: Double, part: Int) {
            sums[part] += gain
            counts[part] += 1
        }
        var isReliable: Bool { counts.allSatisfy { $0 >= ChainSearch.reliableTrials } }
        func score(amount: Double) -> Double {
            ChainSearch.score(
                amount * sums[0] / Double(max(1, counts[0])), amount * sums[1] / Double(max(1, counts[1])))
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
    /// The score of a place of which neither part gains anything.
    private static let noScore = 1.5e-18

    /// Parts a program in two.
    ///
    /// - Returns: nil where one of the parts that were tried holds nothing better: the program is then narrowed to the other, and
    ///   is looked at again.
    func split(
        _ node: Node, _ bound: Double, _ values: [Double], _ prices: [Double],
        _ plans: [(store: PricedStore, plan: StorePlan)?]
    ) throws -> Visit? {
        let places = places(values, prices, plans)
        let place: Place
        let bounds: [Double]
        var choice = try chosen(places.first, bound)
        if case .parted(_, _, let score) = choice, score <= ChainSearch.noScore, !places.others.isEmpty {
            let other = try chosen(places.others, bound)
            if case .none = other {} else { choice = other }
        }
        switch choice {
        case .none:
            // Nothing is left to decide, yet the bound is below the best solution: rounding.
            return .closed(bound: bound)
        case .nothingBetter(let bound): return .closed(bound: bound)
        case .narrower(let changes, let closed):
            guard changes.contains(where: { lower[$0.column] < $0.lower || upper[$0.column] > $0.upper }) else {
                return .closed(bound: bound)
            }
            leaveOut(closed)
            try narrow(changes)
            return nil
        case .parted(let chosen, let found, _): (place, bounds) = (chosen, found)
        }
        try dropSlackCuts(after: rootCutCount)
        // The first node's cuts hold in all nodes.
        let cuts = node.parent == 0 ? [] : Array(cuts[rootCutCount...])
        let basis = node.parent == 0 ? nil : try problem.basis()
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
                        changes: merged(here, changes), bound: bound, depth: node.depth + 1, parent: nodes,
                        cuts: cuts, basis: basis))
            }
        }
        return .split(parts, closed: closed)
    }

    private func merged(_ old: Bounds, _ new: Bounds) -> Bounds {
        let changed = Set(new.map(\.column))
        return old.filter { !changed.contains($0.column) } + new
    }

    // MARK: - Choice

    private enum Choice {
        /// Nothing is left to decide.
        case none
        /// Neither part of some place holds anything better; no solution is below the bound.
        case nothingBetter(bound: Double)
        /// Bounds that everything better keeps, and the bound of what was left out.
        case narrower(Bounds, leftOut: Double)
        /// The place to part at, with a bound of each part, and how much it gains.
        case parted(Place, bounds: [Double], score: Double)
    }

    private func chosen(_ places: [Place], _ bound: Double) throws -> Choice {
        guard let first = places.first else { return .none }
        guard places.count > 1 else { return .parted(first, bounds: [bound, bound], score: .infinity) }
        var narrower: [Int: (lower: Double, upper: Double)] = [:]
        var leftOut = Double.infinity
        var best: (place: Place, bounds: [Double], score: Double)?
        let basis = try problem.basis()
        var idle = 0
        for place in places {
            if let known = gains[place.key], known.isReliable {
                let score = known.score(amount: place.amount)
                if score > best?.score ?? -1 { best = (place, [bound, bound], score) }
                continue
            }
            guard idle < ChainSearch.mostIdleTrials, !limits.isPast else { continue }
            let bounds = try tried(place, bound, basis)
            let score = ChainSearch.score(bounds[0] - bound, bounds[1] - bound)
            let isClosed = bounds.map { $0 >= ceiling - tolerance }
            if isClosed == [true, true] { return .nothingBetter(bound: min(bounds[0], bounds[1])) }
            if let closed = isClosed.firstIndex(of: true) {
                leftOut = min(leftOut, bounds[closed])
                for (column, low, high) in place.parts[1 - closed] {
                    let old = narrower[column] ?? (lower[column], upper[column])
                    narrower[column] = (max(old.lower, low), min(old.upper, high))
                }
                idle = 0
                continue
            }
            if score > best?.score ?? -1 {
                (best, idle) = ((place, bounds, score), 0)
            } else {
                idle += 1
            }
        }
        if !narrower.isEmpty {
            if narrower.values.contains(where: { $0.lower > $0.upper }) { return .nothingBetter(bound: leftOut) }
            return .narrower(
                narrower.keys.sorted().compactMap { column in narrower[column].map { (column, $0.lower, $0.upper) } },
                leftOut: leftOut)
        }
        return best.map { .parted($0.place, bounds: $0.bounds, score: $0.score) }
            ?? .parted(first, bounds: [bound, bound], score: 0)
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
        }
        // Where a part is closed the program is narrowed rather than parted.
        if bounds.allSatisfy({ $0 < ceiling - tolerance }) {
            for (number, found) in bounds.enumerated() {
                gains[place.key, default: Gains()].add((found - bound) / place.amount, part: number)
            }
        }
        return bounds
    }

    // MARK: - Places

    /// The places that are worth a look, those that matter most first.
    private func places(
        _ values: [Double], _ prices: [Double], _ plans: [(store: PricedStore, plan: StorePlan)?]
    ) -> (first: [Place], others: [Place]) {
        let integers = integerPlaces(values)
        if !integers.isEmpty { return (integers, []) }
        let conditions = conditionPlaces(values)
        let conversions = conversionPlaces(values, prices)
        let differences = differencePlaces(values, prices, plans)
        // What a store does by itself its dynamic program knows: there a small violation is left to it. Where stores share a
        // connection, only parting brings the linear part to what they may do together.
        let shared = sharedFlows
        var found = connectionPlaces(values)
        found += (conditions + conversions).filter {
            $0.amount > ChainSearch.leastAmount || shared.contains($0.key.column)
        }
        if !found.isEmpty { found = largest(found) + differences.flows.filter(\.isAtGap) }
        // Halving a range without a gap has no end, and is left for where nothing else gains anything.
        var others = holdingPlaces(values) + differences.flows + differences.levels
        if found.isEmpty { (found, others) = (largest(conditions) + largest(conversions) + others, []) }
        if found.isEmpty { found = curvePlaces(values) }
        return (found, others)
    }

    /// The places of which most is to be expected, at most `mostPlaces`.
    private func largest(_ places: [Place]) -> [Place] {
        Array(places.filter { $0.amount > 1e-7 }.sorted { $0.amount > $1.amount }.prefix(ChainSearch.mostPlaces))
    }

    /// Violations below this are small.
    private static let leastAmount = 1e-5

    /// The columns of flows that meet a connection which other stores share.
    private var sharedFlows: Set<Int> {
        var flows: Set<Int> = []
        for (number, meeting) in meetings.enumerated() where owners[number] == nil {
            for (chain, stage) in meeting {
                flows.formUnion(program.chains[chain].stages[stage].flows.map(\.column.index))
            }
        }
        return flows
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

    /// The range of a column below and above a value.
    ///
    /// - Parameter isBelowFirst: whether the part below comes first.
    private func halves(of column: Int, at value: Double, belowFirst isBelowFirst: Bool) -> [Bounds] {
        let (below, above) = ((column, lower[column], value), (column, value, upper[column]))
        return isBelowFirst ? [[below], [above]] : [[above], [below]]
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
    ) -> (flows: [Place], levels: [Place]) {
        var (flows, levels): ([Place], [Place]) = ([], [])
        for case let (store, plan)? in plans {
            for (number, action) in store.actions(of: plan).enumerated() {
                let stage = store.chain.stages[number]
                let level = stage.level.index
                let (linear, planned) = (values[level], plan.amounts[number + 1])
                if abs(linear - planned) > 1e-4 {
                    let at = 0.5 * (linear + planned)
                    levels.append(
                        Place(
                            key: GainKey(kind: .level, column: level), amount: abs(linear - planned),
                            parts: halves(of: level, at: at, belowFirst: planned >= at)))
                }
                for (index, flow) in stage.flows.enumerated() {
                    let column = flow.column.index
                    let (linear, planned) = (values[column], index == action.flow ? action.value : 0)
                    guard abs(linear - planned) > 1e-4 else { continue }
                    let on = max(flow.threshold, lower[column])
                    let parts: [Bounds]
                    var isAtGap = true
                    if flow.threshold > 0, lower[column] <= 0, min(linear, planned) < on {
                        let (off, on): (Bounds, Bounds) = ([(column, 0, 0)], [(column, on, upper[column])])
                        parts = planned < on[0].1 ? [on, off] : [off, on]
                    } else {
                        // Where a gap lies in between, one part ends where it begins, and the other begins where it ends.
                        let (low, high) = (min(linear, planned), max(linear, planned))
                        let gap = flow.gaps.first { $0.low > 0 && $0.low < high - 1e-9 && $0.high > low + 1e-9 }
                        let at = 0.5 * (linear + planned)
                        isAtGap = gap != nil
                        let (below, above) = (
                            (column, lower[column], gap?.low ?? at), (column, gap?.high ?? at, upper[column])
                        )
                        parts = planned < at ? [[above], [below]] : [[below], [above]]
                    }
                    flows.append(
                        Place(
                            key: GainKey(kind: .flow, column: column),
                            amount: abs(linear - planned) * abs(prices[column] - costs[column]),
                            isAtGap: isAtGap, parts: parts))
                }
            }
        }
        return (largest(flows), largest(levels))
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
        return places
    }

    /// Where what a flow is converted to is not what its curve says: the flow's range is parted at the next point of the curve.
    private func conversionPlaces(_ values: [Double], _ prices: [Double]) -> [Place] {
        var places: [Place] = []
        for flow in program.chains.flatMap({ $0.stages.flatMap(\.flows) }) {
            guard let converted = flow.converted else { continue }
            let (column, value) = (flow.column.index, values[flow.column.index])
            let gap = abs(values[converted.column.index] - converted.perRise * flow.rise(value))
            let points = flow.rise.points.map(\.x).filter { $0 > lower[column] + 1e-9 && $0 < upper[column] - 1e-9 }
            guard gap > 1e-6, let at = points.min(by: { abs($0 - value) < abs($1 - value) }) else { continue }
            places.append(
                Place(
                    key: GainKey(kind: .conversion, column: column),
                    amount: gap * max(1e-3, abs(prices[converted.column.index])),
                    parts: halves(of: column, at: at, belowFirst: value >= at)))
        }
        return places
    }

    /// Where the linear part has a cost of a stored amount below its curve: the amount's range is parted at a kink.
    private func holdingPlaces(_ values: [Double]) -> [Place] {
        largest(
            missingCosts(values).map { place in
                Place(
                    key: GainKey(kind: .curve, column: place.argument), amount: place.missing,
                    parts: halves(of: place.argument, at: place.at, belowFirst: values[place.argument] >= place.at))
            })
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
