import LinearPrograms

/// What a connection costs at least, as a convex function of what the stores that meet there do: the convex envelope
///
///     cost >= max over cuts of (coefficients x + constant),   x: the flows and the powers that they are converted to
///
/// of the least cost `f(n)` of the flows' sum `n`, over all that the stores may do in this step. Each store does one of some
/// ways: nothing, or one flow within a range. `f` is piecewise linear, not convex where sending pays more than taking costs, so
/// the envelope stands on the corners of the ways and on the points between them where `f` has a convex kink.
///
/// A linear part with these cuts knows that two chargers that are on or off cannot both be half on under a limit, that one
/// connection does not take and send at once, whatever the stores are paid for, and that a charger that is well used half of
/// the time takes its full power from the connection then.
struct ConnectionEnvelope {
    /// One flow of a store within a range in which it may be, and in which what it is converted to is linear.
    struct Way {
        /// The place of the flow in `x`.
        var flow: Int
        /// Its part of the sum, per unit.
        var share: Double
        var low: Double
        var high: Double
        /// The place in `x` of what it is converted to, and that at both ends; nil where it is proportional to the flow.
        var converted: (place: Int, low: Double, high: Double)?
    }

    /// An end of a way, or a point within.
    fileprivate struct End {
        var flow: Int
        var value: Double
        var converted: (place: Int, value: Double)?

        /// What it is worth at `prices` of the places in `x`.
        func worth(_ prices: [Double]) -> Double {
            guard value != 0 else { return 0 }
            return prices[flow] * value + (converted.map { prices[$0.place] * $0.value } ?? 0)
        }
    }

    /// A row that holds for all that the stores may do.
    struct Cut {
        /// One for each place in `x`.
        var coefficients: [Double]
        var constant: Double
        /// By how much more the flows cost than was known.
        var gain: Double
        /// Whether the row is of the flows alone: what they may be, whatever it costs.
        var isOfFlows = false
    }

    /// A point that the stores may be at, at most one flow of each: what it costs.
    private struct Corner {
        var ends: [End]
        var cost: Double
    }

    private let curves: [PricedConnection.Curve]
    private let base: Double
    private let stores: [[Way]]
    /// The ends of each store's ways, each once.
    private let ends: [[End]]
    /// The cost of every choice of one end of each store, the last store's end changing fastest; infinite where the connection
    /// does not take it.
    private var costs: [Double] = []
    /// Points between the corners: one store within a way, so that the sum is at a convex kink, the others at ends.
    private var between: [Between] = []
    /// The corners that cuts touched so far.
    private var touched: [Corner] = []

    private struct Between {
        /// The choice of ends of the others, with the store's own first end.
        var choice: Int
        var store: Int
        var end: End
        var cost: Double
    }

    /// More corners than this are not worth their time.
    private static let mostCorners = 60_000

    /// Nil where the sum cannot be what the connection takes, or where there are too many corners.
    ///
    /// - Parameters:
    ///   - cost: the connection, with everything but the flows in its base.
    ///   - stores: the ways of each store, with the flow 0 by itself where a store may do nothing.
    init?(cost connection: PricedConnection, stores: [[Way]]) {
        curves = connection.curves
        base = connection.base
        self.stores = stores
        ends = stores.map(ConnectionEnvelope.ends)
        guard !curves.isEmpty, ends.allSatisfy({ !$0.isEmpty }) else { return nil }
        let kinks = ConnectionEnvelope.convexKinks(curves)
        let whole = ends.reduce(1.0) { $0 * Double($1.count) }
        let mostBetween = stores.indices.reduce(0.0) {
            $0 + whole / Double(ends[$1].count) * Double(stores[$1].count * kinks.count)
        }
        guard whole + mostBetween <= Double(ConnectionEnvelope.mostCorners) else { return nil }
        let parts = zip(stores, ends).map { ways, ends in ends.map { $0.value * (ways.share(of: $0.flow)) } }
        let sums = ConnectionEnvelope.sums(parts, from: base)
        costs = sums.map { curves.cost(of: $0) ?? .infinity }
        var stride = sums.count
        for (store, ways) in stores.enumerated() {
            let count = ends[store].count
            stride /= count
            let inner = ways.filter { $0.high - $0.low > 1e-9 && $0.share != 0 }
            guard !inner.isEmpty else { continue }
            for choice in sums.indices where (choice / stride) % count == 0 {
                let rest = sums[choice] - parts[store][0]
                for way in inner {
                    for kink in kinks {
                        let value = (kink - rest) / way.share
                        guard value > way.low + 1e-9, value < way.high - 1e-9, let cost = curves.cost(of: kink) else {
                            continue
                        }
                        between.append(Between(choice: choice, store: store, end: way.end(at: value), cost: cost))
                    }
                }
            }
        }
        guard !between.isEmpty || costs.contains(where: { $0 < .infinity }) else { return nil }
    }

    /// The sums of every choice of one number of each list, the last list's changing fastest.
    private static func sums(_ lists: [[Double]], from start: Double) -> [Double] {
        lists.reduce([start]) { sums, list in
            var next: [Double] = []
            next.reserveCapacity(sums.count * list.count)
            for sum in sums { for number in list { next.append(sum + number) } }
            return next
        }
    }

    /// The ends of a store's ways, each once.
    private static func ends(_ ways: [Way]) -> [End] {
        var ends: [End] = []
        for way in ways {
            for value in [way.low, way.high]
            where !ends.contains(where: { $0.value == value && ($0.flow == way.flow || value == 0) }) {
                ends.append(way.end(at: value))
            }
        }
        return ends
    }

    /// Where the cost turns upwards, or ends.
    private static func convexKinks(_ curves: [PricedConnection.Curve]) -> [Double] {
        var kinks: [Double] = []
        for kink in curves.flatMap(\.kinks).sorted() where kink - (kinks.last ?? -.infinity) > 1e-9 {
            kinks.append(kink)
        }
        return kinks.indices.filter { place in
            let kink = kinks[place]
            let left = place > 0 ? 1e-3 * (kink - kinks[place - 1]) : 1e-3
            let right = place + 1 < kinks.count ? 1e-3 * (kinks[place + 1] - kink) : 1e-3
            guard let here = curves.cost(of: kink), let before = curves.cost(of: kink - left),
                let after = curves.cost(of: kink + right)
            else { return true }
            return (after - here) / right > (here - before) / left + 1e-9
        }.map { kinks[$0] }
    }

    /// The ways of a flow within a range: one for each linear part of what it is converted to.
    static func ways(of flow: StoreChain.Flow, at place: Int, share: Double, from low: Double, to high: Double) -> [Way]
    {
        guard let converted = flow.converted else { return [Way(flow: place, share: share, low: low, high: high)] }
        func power(_ value: Double) -> Double { converted.perRise * flow.rise(value) }
        let inner = flow.rise.points.map(\.x).filter { $0 > low + 1e-9 && $0 < high - 1e-9 }
        let values = [low] + inner + [high]
        return zip(values, values.dropFirst()).map { low, high in
            Way(flow: place, share: share, low: low, high: high, converted: (place + 1, power(low), power(high)))
        }
    }

    // MARK: - Corners

    /// The corner at which cost less `prices x` is least, and that least value; nil where there is none.
    ///
    /// - Parameter countsCost: whether the cost counts, or only what the stores may do.
    private func cheapest(at prices: [Double], countsCost: Bool = true) -> (corner: Corner, value: Double)? {
        let worths = ends.map { $0.map { $0.worth(prices) } }
        let total = ConnectionEnvelope.sums(worths, from: 0)
        var (least, best, isBetween) = (Double.infinity, -1, false)
        for choice in costs.indices {
            let cost = countsCost || costs[choice] == .infinity ? costs[choice] : 0
            if cost - total[choice] < least { (least, best) = (cost - total[choice], choice) }
        }
        for (place, point) in between.enumerated() {
            let worth = total[point.choice] - worths[point.store][0] + point.end.worth(prices)
            let value = (countsCost ? point.cost : 0) - worth
            if value < least { (least, best, isBetween) = (value, place, true) }
        }
        guard best >= 0 else { return nil }
        var chosen = [End](repeating: ends[0][0], count: stores.count)
        var rest = isBetween ? between[best].choice : best
        for store in stores.indices.reversed() {
            chosen[store] = ends[store][rest % ends[store].count]
            rest /= ends[store].count
        }
        if isBetween { chosen[between[best].store] = between[best].end }
        return (Corner(ends: chosen, cost: isBetween ? between[best].cost : costs[best]), least)
    }

    // MARK: - Cuts

    /// The cut that is worth most at a point; nil where none is worth more than `known`.
    ///
    /// - Parameters:
    ///   - point: one value for each place in `x`.
    ///   - known: what is known to be the least cost there.
    mutating func cut(at point: [Double], known: Double, tolerance: Double) throws -> Cut? {
        if let cost = cost(at: point), cost - known <= tolerance { return nil }
        let steepest = curves.flatMap(\.pieces).map { abs($0.slope) }.max() ?? 0
        let bound = ConnectionEnvelope.priceOfMissing * max(steepest, 1e-3)
        guard let highest = try highest(at: point, bound: bound, countsCost: true) else { return nil }
        let gain = highest.value(at: point) - known
        guard gain > tolerance else { return nil }
        if highest.coefficients.contains(where: { abs($0) >= 0.999 * bound }),
            let row = try self.highest(at: point, bound: 1, countsCost: false)
        {
            // The point may be none that the stores may be at, whatever that costs.
            let excess = row.value(at: point)
            if excess > ConnectionEnvelope.toleranceOfMissing * max(1, point.map(abs).max() ?? 1) {
                return Cut(coefficients: row.coefficients, constant: row.constant, gain: excess, isOfFlows: true)
            }
        }
        return Cut(coefficients: highest.coefficients, constant: highest.constant, gain: gain)
    }

    /// What the connection costs at a point, where the stores may be at that very point.
    private func cost(at point: [Double]) -> Double? {
        var sum = base
        for ways in stores {
            let places = Set(ways.map(\.flow))
            let positive = places.filter { abs(point[$0]) > 1e-9 }
            guard positive.count <= 1 else { return nil }
            guard let flow = positive.first else {
                guard ways.contains(where: { $0.low <= 0 }) else { return nil }
                continue
            }
            let value = point[flow]
            guard
                ways.contains(where: { way in
                    way.flow == flow && value >= way.low - 1e-9 && value <= way.high + 1e-9
                        && (way.end(at: value).converted.map { abs(point[$0.place] - $0.value) <= 1e-9 } ?? true)
                })
            else { return nil }
            sum += ways.share(of: flow) * value
        }
        return curves.cost(of: sum)
    }

    /// A function that is linear, and at most the cost at every corner.
    private struct Affine {
        var coefficients: [Double]
        var constant: Double

        func value(at point: [Double]) -> Double { zip(coefficients, point).reduce(constant) { $0 + $1.0 * $1.1 } }
    }

    /// The linear function below the cost of every corner that is highest at a point, with coefficients within `bound`.
    ///
    /// Corners that a function is above are added as rows until there are none.
    ///
    /// - Parameter countsCost: whether the cost counts; without it the function is below 0.
    private mutating func highest(at point: [Double], bound: Double, countsCost: Bool) throws -> Affine? {
        var program = LinearProgram()
        let label = program.family("coefficient")()
        let line = program.costLine("value")
        let columns = point.map { value in
            let column = program.addColumn(label, lower: -bound, upper: bound)
            program.addCost(line, column, -value)
            return column
        }
        let constant = program.addColumn(label, lower: -.infinity, upper: .infinity)
        program.addCost(line, constant, -1)
        func terms(_ corner: Corner) -> [Term] {
            var terms = [Term(constant, 1)]
            for end in corner.ends where end.value != 0 {
                terms.append(Term(columns[end.flow], end.value))
                if let converted = end.converted { terms.append(Term(columns[converted.place], converted.value)) }
            }
            return terms
        }
        touched.removeFirst(max(0, touched.count - ConnectionEnvelope.mostTouched))
        if touched.isEmpty {
            let none = [Double](repeating: 0, count: point.count)
            guard let first = cheapest(at: none, countsCost: countsCost) else { return nil }
            touched.append(first.corner)
        }
        for corner in touched {
            program.addRow(
                label, LinearExpression(terms: terms(corner)), lower: -.infinity, upper: countsCost ? corner.cost : 0)
        }
        let problem = try GLPKProblem(program)
        var best: Affine?
        for round in 0..<ConnectionEnvelope.mostRounds {
            guard case .optimal(let least)? = try? problem.simplex(ConnectionEnvelope.simplex(round)) else { break }
            let values = try problem.columnValues()
            var function = Affine(coefficients: Array(values.dropLast()), constant: values[point.count])
            guard let next = cheapest(at: function.coefficients, countsCost: countsCost) else { break }
            // The constant holds at every corner, whatever the simplex method rounded.
            let excess = function.constant - next.value
            function.constant = next.value
            if best.map({ function.value(at: point) > $0.value(at: point) }) ?? true { best = function }
            if excess <= 1e-9 * max(1, abs(least)) { break }
            touched.append(next.corner)
            try problem.addRow(
                terms(next.corner), lower: -.infinity, upper: countsCost ? next.corner.cost : 0)
        }
        return best
    }
    private static let mostRounds = 60
    private static let mostTouched = 40
    /// A program of so few rows takes few iterations; without a limit one cycled for minutes.
    private static func simplex(_ round: Int) -> GLPKProblem.SimplexOptions {
        .init(algorithm: round == 0 ? .primal : .dual, steepestEdge: false, iterationLimit: 500)
    }
    /// The steepest coefficient of a cut, as a multiple of the steepest price.
    private static let priceOfMissing = 200.0
    /// A point is none that the stores may be at where it is so far from one, as a share of the largest flow.
    private static let toleranceOfMissing = 1e-6
}

extension ConnectionEnvelope.Way {
    fileprivate func end(at value: Double) -> ConnectionEnvelope.End {
        let inner = converted.map { converted in
            let place = high > low ? (value - low) / (high - low) : 0
            return (converted.place, converted.low + place * (converted.high - converted.low))
        }
        return .init(flow: flow, value: value, converted: inner)
    }
}

extension [ConnectionEnvelope.Way] {
    /// A flow's part of the sum, per unit.
    fileprivate func share(of flow: Int) -> Double { last { $0.flow == flow }?.share ?? 0 }
}

extension [PricedConnection.Curve] {
    /// The least cost of a sum; nil where the connection does not take it.
    fileprivate func cost(of sum: Double) -> Double? {
        var least: Double?
        for curve in self where sum >= curve.start - 1e-9 && sum <= curve.end + 1e-9 {
            let cost = curve.value(at: sum)
            if cost < least ?? .infinity { least = cost }
        }
        return least
    }
}

extension ChainSearch {
    /// Rows that say what each shared connection costs at least, where the linear part does not know it.
    ///
    /// - Returns: whether a row was added.
    func addEnvelopes(_ values: [Double]) throws -> Bool {
        var isAdded = false
        for (number, connection) in program.connections.enumerated() where owners[number] == nil {
            guard let flows = prepareEnvelope(of: number) else { continue }
            let columns = [connection.incoming, connection.outgoing] + (connection.spilled.map { [$0] } ?? [])
            let known = columns.reduce(0) { $0 + costs[$1.index] * values[$1.index] }
            guard
                let cut = try envelopes[number]?.envelope.cut(
                    at: flows.map { values[$0] }, known: known,
                    tolerance: ChainSearch.toleranceOfEnvelopes * max(1, abs(known)))
            else { continue }
            let terms =
                (cut.isOfFlows ? [] : columns.map { Term($0, costs[$0.index]) })
                + zip(flows, cut.coefficients).map { Term(program.column(at: $0), -$1) }
            try add(
                CutRow(
                    terms: terms.filter { $0.coefficient != 0 },
                    least: cut.constant - 1e-9 * max(1, abs(cut.constant)), isOfConnection: true))
            isAdded = true
        }
        return isAdded
    }
    private static let toleranceOfEnvelopes = 1e-5

    /// What a shared connection costs within the present bounds is put into `envelopes`.
    ///
    /// - Returns: the columns of the flows and of what they are converted to; nil where the linear part knows it.
    private func prepareEnvelope(of number: Int) -> [Int]? {
        let connection = program.connections[number]
        let row = connection.row.index
        guard !meetings[number].isEmpty, program.rowLower[row] == program.rowUpper[row] else { return nil }
        var hasGaps = connection.isExclusive && costs[connection.incoming.index] + costs[connection.outgoing.index] < 0
        var columns: [Int] = []
        for (chain, stage) in meetings[number] {
            for flow in program.chains[chain].stages[stage].flows {
                hasGaps = hasGaps || !flow.gaps.isEmpty || flow.converted != nil
                columns.append(flow.column.index)
                // Where it is not proportional to the flow, what the flow is converted to has a place of its own.
                if let converted = flow.converted { columns.append(converted.column.index) }
            }
        }
        guard hasGaps, !columns.isEmpty else { return nil }
        let sides = [connection.incoming, connection.outgoing] + (connection.spilled.map { [$0] } ?? [])
        let bounded = columns + sides.map(\.index)
        let bounds = bounded.map { lower[$0] } + bounded.map { upper[$0] }
        if let known = envelopes[number], known.bounds == bounds { return columns }
        guard let envelope = envelope(of: number) else {
            envelopes[number] = nil
            return nil
        }
        envelopes[number] = (bounds, envelope)
        return columns
    }

    private func envelope(of number: Int) -> ConnectionEnvelope? {
        let connection = program.connections[number]
        var place = 0
        var stores: [[ConnectionEnvelope.Way]] = []
        let shares = Dictionary(
            (rowTerms[connection.row.index] ?? []).map { ($0.column, $0.coefficient) }, uniquingKeysWith: { $0 + $1 })
        for (chain, stage) in meetings[number] {
            var ways: [ConnectionEnvelope.Way] = []
            let own = program.chains[chain].stages[stage].flows
            if own.allSatisfy({ lower[$0.column.index] <= 0 }) {
                ways.append(.init(flow: place, share: 0, low: 0, high: 0))
            }
            for flow in own {
                let column = flow.column.index
                // With another flow that must be positive this one is 0.
                if !own.contains(where: { $0.column != flow.column && lower[$0.column.index] > 0 }) {
                    for range in flow.ranges(lower[column], upper[column]) where range.high > 0 || range.low > 0 {
                        ways += ConnectionEnvelope.ways(
                            of: flow, at: place, share: shares[column] ?? 0, from: max(0, range.low), to: range.high)
                    }
                }
                place += flow.converted == nil ? 1 : 2
            }
            stores.append(ways)
        }
        let cost = self.connection(connection, costs, base: -program.rowLower[connection.row.index])
        return ConnectionEnvelope(cost: cost, stores: stores)
    }
}
