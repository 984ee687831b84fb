import DynamicProgramming
import LinearPrograms

/// What a flow does at a connection: the price of each direction, as a function of the flows' sum.
///
///     n + spilled = incoming - outgoing,   n: the sum of all flows, less the row's constant
struct PricedConnection {
    /// The sum of everything but the chain's own flows.
    var base: Double
    var incoming: Place
    var outgoing: Place
    var spilled: Place?
    var isExclusive: Bool

    /// Price and bounds of a column.
    struct Place {
        var price: Double
        var lower: Double
        var upper: Double
    }

    enum Direction { case incoming, outgoing }

    /// The least cost of a sum in one direction: convex pieces from the least possible sum on.
    struct Curve {
        /// Which direction is open; nil: both.
        var direction: Direction?
        var start: Double
        var cost: Double
        var pieces: [(length: Double, slope: Double)]

        var end: Double { pieces.reduce(start) { $0 + $1.length } }

        func value(at sum: Double) -> Double {
            var (rest, value) = (sum - start, cost)
            for piece in pieces {
                let part = min(max(rest, 0), piece.length)
                value += part * piece.slope
                rest -= part
            }
            return value
        }

        var kinks: [Double] {
            var at = start
            return [start]
                + pieces.map { piece in
                    at += piece.length
                    return at
                }
        }
    }

    var curves: [Curve] {
        guard isExclusive else { return [curve(nil)].compactMap { $0 } }
        return [
            outgoing.lower <= 0 ? curve(.incoming) : nil, incoming.lower <= 0 ? curve(.outgoing) : nil,
        ].compactMap { $0 }
    }

    private func curve(_ direction: Direction?) -> Curve? {
        var curve = Curve(direction: direction, start: 0, cost: 0, pieces: [])
        if direction != .outgoing {
            curve.start += incoming.lower
            curve.cost += incoming.price * incoming.lower
            curve.pieces.append((incoming.upper - incoming.lower, incoming.price))
        }
        // Outgoing and spilled power falls from its most.
        for place in [direction == .incoming ? nil : outgoing, spilled].compactMap({ $0 }) {
            curve.start -= place.upper
            curve.cost += place.price * place.upper
            curve.pieces.append((place.upper - place.lower, -place.price))
        }
        guard curve.start > -1e12, curve.pieces.allSatisfy({ $0.length >= 0 && $0.length < 1e12 }) else { return nil }
        curve.pieces.removeAll { $0.length == 0 }
        curve.pieces.sort { $0.slope < $1.slope }
        return curve
    }
}

/// A chain with a price for each of its columns, as the program of a store.
struct PricedStore {
    /// What a move of the store's program means.
    struct Way {
        /// The flow that is positive, by its number in the stage; nil: none.
        var flow: Int?
        /// The flow's value where the rise is `rise`, and its change per unit of rise.
        var value: Double
        var rise: Double
        var valuePerRise: Double
        var direction: PricedConnection.Direction?
        /// The flow's mode, by its place in the stage; nil: it has none.
        var mode: Int?

        func value(at rise: Double) -> Double { value + valuePerRise * (rise - self.rise) }
    }

    let chain: StoreChain
    private(set) var program: StoreProgram
    /// One entry a stage and a move.
    private(set) var ways: [[Way]] = []
    /// Costs in `program` that are constants of the linear program too.
    private(set) var constant = 0.0

    /// - Parameters:
    ///   - prices: one a column of the linear program.
    ///   - lower, upper: the columns' bounds, by which decisions are held.
    ///   - connection: a stage's connection, where it is the store's own.
    init(
        _ chain: StoreChain, prices: [Double], lower: [Double], upper: [Double],
        connection: (StoreChain.Stage) -> PricedConnection?
    ) {
        self.chain = chain
        program = StoreProgram(start: chain.start, stages: [])
        program.stages.reserveCapacity(chain.stages.count)
        for stage in chain.stages {
            let level = stage.level.index
            var holding = HoldingCost(slope: prices[level])
            if let cost = stage.holding {
                holding.points = cost.points.map { ($0.x, $0.y) }
                constant += stage.holdingConstant
            }
            var least = lower[level]
            for shortfall in stage.shortfalls {
                least = max(least, shortfall.target - upper[shortfall.column.index] / shortfall.perAmount)
                holding.add(
                    max(0, prices[shortfall.column.index]) * shortfall.perAmount, below: shortfall.target,
                    within: lower[level], upper[level])
            }
            var moves: [StoreMove] = []
            var stageWays: [Way] = []
            let curves = connection(stage)?.curves
            let base = connection(stage)?.base ?? 0
            let forced = stage.flows.indices.filter { lower[stage.flows[$0].column.index] > 0 }
            let forcedModes = stage.modes.indices.filter { lower[stage.modes[$0].isOn.index] > 0.5 }
            let distance = Distance(stage.distance, prices)
            if forced.isEmpty, forcedModes.isEmpty { addRest(curves, base, distance, &moves, &stageWays) }
            for (number, flow) in stage.flows.enumerated() where forced.isEmpty || forced == [number] {
                let column = flow.column.index
                // A run goes on at 0 kW where no more is possible, and its mode has no minimum.
                for (place, mode) in stage.modes.enumerated()
                where mode.flow == number && (forcedModes.isEmpty || forcedModes == [place]) {
                    guard upper[mode.isOn.index] > 0.5 else { continue }
                    let before = moves.count
                    // The power of the mode is the flow's column too.
                    addFlow(
                        flow, number, prices, also: prices[mode.power.index],
                        from: max(mode.low, lower[column], lower[mode.power.index]),
                        to: min(mode.high, upper[column], upper[mode.power.index]), curves, base, distance, &moves,
                        &stageWays)
                    for index in before..<moves.count {
                        moves[index].mode = mode.number
                        moves[index].cost += prices[mode.isOn.index]
                        moves[index].startCost = mode.start.map { prices[$0.index] } ?? 0
                        stageWays[index].mode = place
                    }
                }
                guard stage.modes.isEmpty, upper[column] > 1e-12 else { continue }
                // Doing nothing is a move of its own.
                for range in flow.ranges(lower[column], upper[column]) where range.high > 0 {
                    addFlow(
                        flow, number, prices, also: 0, from: range.low, to: range.high, curves, base, distance, &moves,
                        &stageWays)
                }
            }
            ways.append(stageWays)
            var made = StoreStage(
                moves: moves, drawn: stage.drawn, lower: least, upper: upper[level], holding: holding)
            made.endsRuns = stage.endsRuns
            program.stages.append(made)
        }
        (program.leastRun, program.runMayBeCut) = (chain.leastRun, chain.runMayBeCut)
    }

    /// What being away from a plan costs.
    private struct Distance {
        let planned: Double
        let above: Double
        let below: Double

        /// Nil where it costs nothing.
        init?(_ distance: StoreChain.Distance?, _ prices: [Double]) {
            guard let distance else { return nil }
            (above, below) = (prices[distance.above.index], prices[distance.below.index])
            planned = distance.planned
            if above == 0, below == 0 { return nil }
        }

        func cost(_ flow: Double) -> Double {
            flow > planned ? above * (flow - planned) : below * (planned - flow)
        }
    }

    private func addRest(
        _ curves: [PricedConnection.Curve]?, _ base: Double, _ distance: Distance?, _ moves: inout [StoreMove],
        _ ways: inout [Way]
    ) {
        let away = distance?.cost(0) ?? 0
        guard let curves else {
            moves.append(.rest(cost: away))
            ways.append(Way(flow: nil, value: 0, rise: 0, valuePerRise: 0, direction: nil))
            return
        }
        for curve in curves where base >= curve.start - 1e-9 && base <= curve.end + 1e-9 {
            moves.append(.rest(cost: curve.value(at: base) + away))
            ways.append(Way(flow: nil, value: 0, rise: 0, valuePerRise: 0, direction: curve.direction))
        }
    }

    private func addFlow(
        _ flow: StoreChain.Flow, _ number: Int, _ prices: [Double], also price: Double, from least: Double,
        to most: Double,
        _ curves: [PricedConnection.Curve]?, _ base: Double, _ distance: Distance?, _ moves: inout [StoreMove],
        _ ways: inout [Way]
    ) {
        let sign = flow.rise.points[flow.rise.points.count - 1].y >= 0 ? 1.0 : -1.0
        let inner = flow.rise.points.map(\.x) + (distance.map { [sign * $0.planned] } ?? [])
        for curve in curves.map({ $0.map { Optional($0) } }) ?? [nil] {
            var (from, to) = (least, most)
            var kinks = inner
            if let curve {
                let ends = [(curve.start - base) * sign, (curve.end - base) * sign]
                from = max(from, min(ends[0], ends[1]))
                to = min(to, max(ends[0], ends[1]))
                kinks += curve.kinks.map { ($0 - base) * sign }
            }
            guard to >= from - 1e-9 else { continue }
            to = max(from, to)
            func corner(_ value: Double) -> (value: Double, rise: Double, cost: Double) {
                let rise = flow.rise(value)
                var cost = (prices[flow.column.index] + price) * value
                if let converted = flow.converted {
                    cost += prices[converted.column.index] * converted.perRise * rise
                }
                if let curve { cost += curve.value(at: base + sign * value) }
                if let distance { cost += distance.cost(sign * value) }
                return (value, rise, cost)
            }
            let values = [from] + kinks.filter { $0 > from + 1e-9 && $0 < to - 1e-9 }.sorted() + (to > from ? [to] : [])
            let corners = values.map(corner)
            func add(_ a: (value: Double, rise: Double, cost: Double), _ b: (value: Double, rise: Double, cost: Double))
            {
                let (low, high) = a.rise <= b.rise ? (a, b) : (b, a)
                let isPoint = high.rise - low.rise <= 1e-12
                moves.append(
                    StoreMove(
                        least: low.rise, most: isPoint ? low.rise : high.rise, cost: low.cost,
                        slope: isPoint ? 0 : (high.cost - low.cost) / (high.rise - low.rise)))
                ways.append(
                    Way(
                        flow: number, value: low.value, rise: low.rise,
                        valuePerRise: isPoint ? 0 : (high.value - low.value) / (high.rise - low.rise),
                        direction: curve?.direction))
            }
            if corners.count == 1 { add(corners[0], corners[0]) }
            for (a, b) in zip(corners, corners.dropFirst()) {
                if abs(b.rise - a.rise) <= 1e-12 {
                    add(a, a)
                    add(b, b)
                } else {
                    add(a, b)
                }
            }
        }
    }

    /// What each stage does in a plan.
    struct Action {
        var flow: Int?
        var value: Double
        var direction: PricedConnection.Direction?
        /// By its place in the stage.
        var mode: Int?
    }

    /// Writes a plan's flows and amounts into `values`.
    func write(_ plan: StorePlan, into values: inout [Double]) {
        // The mode that ran in the stage before.
        var running: Int?
        for (number, action) in actions(of: plan).enumerated() {
            let stage = chain.stages[number]
            for (index, flow) in stage.flows.enumerated() {
                values[flow.column.index] = action.flow == index ? action.value : 0
                if let converted = flow.converted {
                    values[converted.column.index] =
                        action.flow == index ? converted.perRise * plan.rises[number] : 0
                }
            }
            values[stage.level.index] = plan.amounts[number + 1]
            if let distance = stage.distance {
                let falls = action.flow.map { (stage.flows[$0].rise.points.last?.y ?? 0) < 0 } ?? false
                let away = (falls ? -action.value : action.value) - distance.planned
                (values[distance.above.index], values[distance.below.index]) = (max(0, away), max(0, -away))
            }
            let previous = stage.endsRuns || number == 0 ? nil : running
            running = action.mode.map { stage.modes[$0].number }
            for (place, mode) in stage.modes.enumerated() {
                values[mode.power.index] = action.mode == place ? action.value : 0
                values[mode.isOn.index] = action.mode == place ? 1 : 0
                if let start = mode.start {
                    values[start.index] = action.mode == place && previous != mode.number ? 1 : 0
                }
            }
        }
    }

    func actions(of plan: StorePlan) -> [Action] {
        plan.moves.indices.map { stage in
            let way = ways[stage][plan.moves[stage]]
            return Action(
                flow: way.flow, value: way.flow == nil ? 0 : way.value(at: plan.rises[stage]),
                direction: way.direction, mode: way.mode)
        }
    }
}

extension HoldingCost {
    /// Adds `price * max(0, target - x)`, over a range of x.
    mutating func add(_ price: Double, below target: Double, within low: Double, _ high: Double) {
        guard price > 0 else { return }
        let before = points.isEmpty ? [(x: min(low, target) - 1, y: 0.0), (x: max(high, target) + 1, y: 0.0)] : points
        let function = HoldingCost(points: before)
        var xs = before.map(\.x) + [target]
        if xs.allSatisfy({ $0 >= target }) { xs.append(min(low, target) - 1) }
        if xs.allSatisfy({ $0 <= target }) { xs.append(max(high, target) + 1) }
        xs.sort()
        var kept: [Double] = []
        for x in xs where kept.last.map({ x > $0 + 1e-12 }) ?? true { kept.append(x) }
        points = kept.map { ($0, function($0) + price * max(0, target - $0)) }
    }
}
