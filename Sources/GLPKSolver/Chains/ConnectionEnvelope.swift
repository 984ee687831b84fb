import LinearPrograms

/// What a connection costs at least, as a convex function of the flows of the stores that meet there: the convex envelope
///
///     cost >= max over cuts of (coefficients x + constant),   x: the flows
///
/// of the least cost `f(n)` of their sum `n`, over all that the stores may do in this step. Each store does one of some ways:
/// nothing, or one flow within a range. `f` is piecewise linear, not convex where sending pays more than taking costs, so the
/// envelope stands on the corners of the ways and on the points between them where `f` has a convex kink.
///
/// A linear part with these cuts knows that two chargers that are on or off cannot both be half on under a limit, and that one
/// connection does not take and send at once, whatever the stores are paid for.
struct ConnectionEnvelope {
    /// One flow of a store within a range in which it may be.
    struct Way {
        /// The place of the flow in `x`.
        var flow: Int
        /// Its part of the sum, per unit.
        var share: Double
        var low: Double
        var high: Double
    }

    /// A point that the stores may be at, at most one flow of each: what it costs.
    private struct Corner {
        var flows: [(flow: Int, value: Double)]
        var cost: Double
    }

    /// A row that holds for all that the stores may do.
    struct Cut {
        /// One for each flow.
        var coefficients: [Double]
        var constant: Double
        /// By how much more the flows cost than was known.
        var gain: Double
        /// Whether the row is of the flows alone: what they may be, whatever it costs.
        var isOfFlows = false
    }

    private var corners: [Corner] = []

    /// More corners than this are not worth their time.
    private static let mostCorners = 2_000

    /// Nil where the sum cannot be what the connection takes, or where there are too many corners.
    ///
    /// - Parameters:
    ///   - cost: the connection, with everything but the flows in its base.
    ///   - stores: the ways of each store, with the flow 0 by itself where a store may do nothing.
    init?(cost connection: PricedConnection, stores: [[Way]]) {
        let curves = connection.curves
        guard !curves.isEmpty else { return nil }
        func cost(_ sum: Double) -> Double? {
            curves.filter { sum >= $0.start - 1e-9 && sum <= $0.end + 1e-9 }.map { $0.value(at: sum) }.min()
        }
        let points = stores.map(ConnectionEnvelope.ends)
        guard points.allSatisfy({ !$0.isEmpty }) else { return nil }
        guard
            points.reduce(1, { min($0 * $1.count, ConnectionEnvelope.mostCorners + 1) })
                <= ConnectionEnvelope.mostCorners
        else { return nil }
        for (flows, sum) in ConnectionEnvelope.sums(points, base: connection.base) {
            if let cost = cost(sum) { corners.append(Corner(flows: flows, cost: cost)) }
        }
        // Between the corners: one store within a way, so that the sum is at a convex kink.
        let kinks = ConnectionEnvelope.convexKinks(curves, cost)
        for (number, ways) in stores.enumerated() where !kinks.isEmpty {
            let rest = ConnectionEnvelope.sums(points, base: connection.base, leavingOut: number)
            for way in ways where way.high - way.low > 1e-9 && way.share != 0 {
                for (flows, sum) in rest {
                    for kink in kinks {
                        let value = (kink - sum) / way.share
                        guard value > way.low + 1e-9, value < way.high - 1e-9, let cost = cost(kink) else { continue }
                        corners.append(Corner(flows: flows + [(way.flow, value)], cost: cost))
                        guard corners.count <= ConnectionEnvelope.mostCorners else { return nil }
                    }
                }
            }
        }
        guard !corners.isEmpty else { return nil }
    }

    /// The ends of a store's ways, each once.
    private static func ends(_ ways: [Way]) -> [(flow: Int, share: Double, value: Double)] {
        var ends: [(flow: Int, share: Double, value: Double)] = []
        for way in ways {
            for value in [way.low, way.high]
            where !ends.contains(where: { $0.value == value && ($0.flow == way.flow || value == 0) }) {
                ends.append((way.flow, way.share, value))
            }
        }
        return ends
    }

    /// Every choice of one end of each store, with the sum of its flows and `base`.
    ///
    /// - Parameter number: a store that is left out.
    private static func sums(
        _ points: [[(flow: Int, share: Double, value: Double)]], base: Double, leavingOut number: Int? = nil
    ) -> [(flows: [(flow: Int, value: Double)], sum: Double)] {
        var sums: [(flows: [(flow: Int, value: Double)], sum: Double)] = [([], base)]
        for (other, ends) in points.enumerated() where other != number {
            sums = sums.flatMap { sum in
                ends.map { (sum.flows + ($0.value == 0 ? [] : [($0.flow, $0.value)]), sum.sum + $0.share * $0.value) }
            }
        }
        return sums
    }

    /// Where the cost turns upwards, or ends.
    private static func convexKinks(_ curves: [PricedConnection.Curve], _ cost: (Double) -> Double?) -> [Double] {
        var kinks: [Double] = []
        for kink in curves.flatMap(\.kinks).sorted() where kink - (kinks.last ?? -.infinity) > 1e-9 {
            kinks.append(kink)
        }
        return kinks.indices.filter { place in
            let kink = kinks[place]
            let left = place > 0 ? 1e-3 * (kink - kinks[place - 1]) : 1e-3
            let right = place + 1 < kinks.count ? 1e-3 * (kinks[place + 1] - kink) : 1e-3
            guard let here = cost(kink), let before = cost(kink - left), let after = cost(kink + right) else {
                return true
            }
            return (after - here) / right > (here - before) / left + 1e-9
        }.map { kinks[$0] }
    }

    /// The cut that is worth most at a point; nil where none is worth more than `known`.
    ///
    /// - Parameters:
    ///   - point: one value for each flow.
    ///   - known: what is known to be the least cost there.
    func cut(at point: [Double], known: Double, tolerance: Double) throws -> Cut? {
        // Weights of the corners that give the point, at the least cost; what they miss is paid for.
        var program = LinearProgram()
        let label = program.family("weight")()
        let line = program.costLine("cost")
        var rows: [Row] = []
        for value in point { rows.append(program.addRow(label, LinearExpression(), lower: value, upper: value)) }
        let whole = program.addRow(label, LinearExpression(), lower: 1, upper: 1)
        let spread = corners.map { abs($0.cost) }.max() ?? 0
        for corner in corners {
            let weight = program.addColumn(label)
            program.addCost(line, weight, corner.cost)
            program.add(1, weight, to: whole)
            for (flow, value) in corner.flows { program.add(value, weight, to: rows[flow]) }
        }
        let largest = corners.flatMap { $0.flows.map { abs($0.value) } }.max() ?? 1
        let penalty = ConnectionEnvelope.priceOfMissing * max(spread, 1e-3) / max(largest, 1e-3)
        for row in rows {
            for sign in [1.0, -1] {
                let missing = program.addColumn(label)
                program.addCost(line, missing, penalty)
                program.add(sign, missing, to: row)
            }
        }
        let problem = try GLPKProblem(program)
        guard
            case .optimal(let least)? = try? problem.simplex(ConnectionEnvelope.simplex),
            least > known + tolerance
        else { return nil }
        let solution = try problem.solution()
        let missing = solution.columnValues.dropFirst(corners.count).reduce(0, +)
        if missing > ConnectionEnvelope.toleranceOfMissing * largest {
            // The point is none that the stores may be at, whatever that costs.
            let weights = (0..<program.columnCount).map { $0 < corners.count ? 0.0 : 1 }
            try problem.setObjective(weights, constant: 0)
            if case .optimal? = try? problem.simplex(ConnectionEnvelope.simplex) {
                let duals = try problem.solution().rowDuals
                let coefficients = rows.map { duals[$0.index] }
                let most =
                    corners.map { $0.flows.reduce(0) { $0 + coefficients[$1.flow] * $1.value } }.max() ?? .infinity
                let gain = zip(coefficients, point).reduce(-most) { $0 + $1.0 * $1.1 }
                if gain > ConnectionEnvelope.toleranceOfMissing * largest {
                    return Cut(coefficients: coefficients, constant: -most, gain: gain, isOfFlows: true)
                }
            }
        }
        let duals = solution.rowDuals
        let coefficients = rows.map { duals[$0.index] }
        // The constant holds at every corner, whatever the simplex method rounded.
        let constant =
            corners.map { corner in
                corner.cost - corner.flows.reduce(0) { $0 + coefficients[$1.flow] * $1.value }
            }.min() ?? -.infinity
        let gain = zip(coefficients, point).reduce(constant - known) { $0 + $1.0 * $1.1 }
        guard gain > tolerance else { return nil }
        return Cut(coefficients: coefficients, constant: constant, gain: gain)
    }
    /// A program of so few rows takes few iterations; without a limit it cycled for minutes.
    private static let simplex = GLPKProblem.SimplexOptions(
        algorithm: .primal, steepestEdge: false, iterationLimit: 2_000)
    /// What a flow that no weights give costs, as a multiple of the costliest corner per unit.
    private static let priceOfMissing = 20.0
    /// The corners' weights give a point where no more than this is missing from it, as a share of the largest flow.
    private static let toleranceOfMissing = 1e-6
}

extension ChainSearch {
    /// Rows that say what each shared connection costs at least, where the linear part does not know it.
    ///
    /// - Returns: whether a row was added.
    func addEnvelopes(_ values: [Double]) throws -> Bool {
        var isAdded = false
        for (number, connection) in program.connections.enumerated() where owners[number] == nil {
            guard let (envelope, flows) = envelope(of: number) else { continue }
            let columns = [connection.incoming, connection.outgoing] + (connection.spilled.map { [$0] } ?? [])
            let known = columns.reduce(0) { $0 + costs[$1.index] * values[$1.index] }
            guard
                let cut = try envelope.cut(
                    at: flows.map { values[$0] }, known: known,
                    tolerance: ChainSearch.toleranceOfEnvelopes * max(1, abs(known)))
            else { continue }
            let terms =
                (cut.isOfFlows ? [] : columns.map { Term($0, costs[$0.index]) })
                + zip(flows, cut.coefficients).map { Term(program.column(at: $0), -$1) }
            envelopes.append((problem.rowCount, terms))
            try problem.addRow(
                terms.filter { $0.coefficient != 0 }, lower: cut.constant - 1e-9 * max(1, abs(cut.constant)),
                upper: .infinity)
            isAdded = true
        }
        return isAdded
    }
    private static let toleranceOfEnvelopes = 1e-5

    /// What a shared connection costs within the present bounds, and the columns of the flows; nil where the linear part
    /// knows it.
    private func envelope(of number: Int) -> (ConnectionEnvelope, flows: [Int])? {
        let connection = program.connections[number]
        let row = connection.row.index
        guard !meetings[number].isEmpty, program.rowLower[row] == program.rowUpper[row] else { return nil }
        var hasGaps = connection.isExclusive && costs[connection.incoming.index] + costs[connection.outgoing.index] < 0
        var flows: [Int] = []
        var stores: [[ConnectionEnvelope.Way]] = []
        let shares = Dictionary(
            (rowTerms[row] ?? []).map { ($0.column, $0.coefficient) }, uniquingKeysWith: { $0 + $1 })
        for (chain, stage) in meetings[number] {
            var ways: [ConnectionEnvelope.Way] = []
            let own = program.chains[chain].stages[stage].flows
            let mayRest = own.allSatisfy { lower[$0.column.index] <= 0 }
            for flow in own {
                let column = flow.column.index
                let place = flows.count
                flows.append(column)
                // With another flow that must be positive this one is 0.
                guard !own.contains(where: { $0.column != flow.column && lower[$0.column.index] > 0 }) else { continue }
                for range in flow.ranges(lower[column], upper[column]) where range.high > 0 || range.low > 0 {
                    hasGaps = hasGaps || range.low > 0
                    ways.append(
                        .init(flow: place, share: shares[column] ?? 0, low: max(0, range.low), high: range.high))
                }
            }
            if mayRest { ways.append(.init(flow: flows.count - 1, share: 0, low: 0, high: 0)) }
            stores.append(ways)
        }
        guard hasGaps, !flows.isEmpty else { return nil }
        let cost = self.connection(connection, costs, base: -program.rowLower[row])
        guard let envelope = ConnectionEnvelope(cost: cost, stores: stores) else { return nil }
        return (envelope, flows)
    }
}
