import LinearPrograms
import Scenarios
import Testing
import TestSupport

@testable import GLPKSolver

@Suite struct ConnectionEnvelopeTests {
    /// A connection that takes at 0.30 and sends at `price` per unit, up to a limit each way.
    private func connection(
        base: Double = 0, sendingAt price: Double, limit: Double = 100, spilling: Double? = nil
    ) -> PricedConnection {
        PricedConnection(
            base: base, incoming: .init(price: 0.3, lower: 0, upper: limit),
            outgoing: .init(price: -price, lower: 0, upper: limit),
            spilled: spilling.map { .init(price: 0, lower: 0, upper: $0) }, isExclusive: true)
    }

    /// A charger that is off or at `power`.
    private func onOff(_ flow: Int, _ power: Double) -> [ConnectionEnvelope.Way] {
        [.init(flow: flow, share: 1, low: 0, high: 0), .init(flow: flow, share: 1, low: power, high: power)]
    }

    /// Two chargers that are half on would both fit under a limit that only one of them keeps.
    @Test func twoChargersUnderALimitAreOnInTurn() throws {
        var envelope = try #require(
            ConnectionEnvelope(
                cost: connection(sendingAt: 0.1, limit: 11), stores: [onOff(0, 7.4), onOff(1, 7.4)]))
        // Shares of 0.7 and 0.6 are more than one charger, whatever it costs.
        let cut = try #require(try envelope.cut(at: [0.7 * 7.4, 0.6 * 7.4], known: 0.3 * 1.3 * 7.4, tolerance: 1e-6))
        #expect(cut.isOfFlows)
        let both = cut.coefficients.reduce(cut.constant) { $0 + 3.7 * $1 }
        #expect(abs(both) < 1e-6, "half and half is one charger at a time")
        #expect(cut.coefficients.reduce(cut.constant) { $0 + 0.65 * 7.4 * $1 } > 1)
        #expect(try envelope.cut(at: [3.7, 3.7], known: 0.3 * 7.4, tolerance: 1e-6) == nil)
    }

    /// The linear part would take and send at once, for nothing, where sending pays more.
    @Test func sendingDearerThanTakingIsNoGainWhileNothingFlows() throws {
        let ways: [ConnectionEnvelope.Way] = [
            .init(flow: 0, share: 1, low: 0, high: 10), .init(flow: 1, share: -1, low: 0, high: 10),
        ]
        let other: [ConnectionEnvelope.Way] = [.init(flow: 2, share: 1, low: 0, high: 5)]
        var envelope = try #require(
            ConnectionEnvelope(cost: connection(sendingAt: 0.5), stores: [ways, other]))
        // Charging 4 and no more costs 0.30 each; the linear part pays itself 0.20 for each unit in a circle.
        let cut = try #require(try envelope.cut(at: [0, 0, 5], known: 1.5 - 20, tolerance: 1e-6))
        #expect(abs(cut.coefficients[2] * 5 + cut.constant - 1.5) < 1e-6)
    }

    /// Half of the time at full power is not the same as half the power: what the battery gets would come free of the losses, and
    /// the connection would pay for less than the car takes.
    @Test func aMixOfPowersCostsTheConnectionItsMix() throws {
        var program = LinearProgram()
        let label = program.family("power")()
        let flow = StoreChain.Flow(
            column: program.addColumn(label), rise: PiecewiseLinear(points: [.init(0, 0), .init(5, 3), .init(10, 9)]),
            converted: (program.addColumn(label), 1))
        let ways = ConnectionEnvelope.ways(of: flow, at: 0, share: 1, from: 0, to: 10)
        #expect(ways.map(\.high) == [5, 10])
        // 5 units of sun are in the base: the first 5 of the car cost nothing, the others 0.30 each.
        var envelope = try #require(ConnectionEnvelope(cost: connection(base: -5, sendingAt: 0), stores: [ways]))
        // 5 units that become 4.5 are 10 in half of the time: 2.5 of 5 are bought.
        let cut = try #require(try envelope.cut(at: [5, 4.5], known: 0, tolerance: 1e-6))
        #expect(abs(cut.gain - 0.75) < 1e-6)
        // 5 units that become 3 are what the curve says, and cost nothing.
        #expect(try envelope.cut(at: [5, 3], known: 0, tolerance: 1e-6) == nil)
    }

    /// A cut that is not true anywhere would cut off an optimum.
    @Test(arguments: UInt64(1)...300)
    func cutsHoldForAllThatTheStoresMayDo(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        func draw(_ range: ClosedRange<Double>) -> Double { .random(in: range, using: &random) }
        let connection = connection(
            base: draw(-4...4), sendingAt: draw(-0.1...0.6), limit: draw(8...30),
            spilling: Bool.random(using: &random) ? draw(0...4) : nil)
        var stores: [[ConnectionEnvelope.Way]] = []
        var flowCount = 0
        for _ in 0..<Int.random(in: 1...3, using: &random) {
            let least = draw(0...4)
            var ways: [ConnectionEnvelope.Way] = [
                .init(flow: flowCount, share: 1, low: 0, high: 0),
                .init(flow: flowCount, share: 1, low: least, high: least + draw(0...6)),
            ]
            if Bool.random(using: &random) {
                ways.append(.init(flow: flowCount + 1, share: -1, low: least, high: least + draw(0...6)))
            }
            if Bool.random(using: &random) {
                // What the flows are converted to has places of its own.
                for number in ways.indices where ways[number].high > 0 {
                    ways[number].converted = (flowCount + 2, 0.7 * ways[number].low, draw(0.5...1) * ways[number].high)
                }
            }
            stores.append(ways)
            flowCount += 3
        }
        guard var envelope = ConnectionEnvelope(cost: connection, stores: stores) else { return }
        /// What the stores may do, and what it costs at least; nil where the connection does not take it.
        func point() -> (flows: [Double], cost: Double)? {
            var flows = [Double](repeating: 0, count: flowCount)
            var sum = connection.base
            for ways in stores {
                let way = ways[Int.random(in: 0..<ways.count, using: &random)]
                let place = draw(0...1)
                flows[way.flow] = way.low + place * (way.high - way.low)
                if let converted = way.converted {
                    flows[converted.place] = converted.low + place * (converted.high - converted.low)
                }
                sum += way.share * flows[way.flow]
            }
            let costs = connection.curves.filter { sum >= $0.start && sum <= $0.end }.map { $0.value(at: sum) }
            return costs.min().map { (flows, $0) }
        }
        let points = (0..<400).compactMap { _ in point() }
        for _ in 0..<8 {
            // Between two points lies what the linear part may do.
            guard let one = points.randomElement(using: &random), let two = points.randomElement(using: &random) else {
                return
            }
            let share = draw(0...1)
            let between = zip(one.flows, two.flows).map { share * $0 + (1 - share) * $1 }
            guard let cut = try envelope.cut(at: between, known: -1e3, tolerance: 1e-9) else {
                Issue.record("there is a least cost")
                return
            }
            let value = zip(cut.coefficients, between).reduce(cut.constant) { $0 + $1.0 * $1.1 }
            #expect(!cut.isOfFlows && value <= share * one.cost + (1 - share) * two.cost + 1e-7)
            for (flows, cost) in points {
                #expect(zip(cut.coefficients, flows).reduce(cut.constant) { $0 + $1.0 * $1.1 } <= cost + 1e-7)
            }
            // Beyond what they may do together there is a row of the flows alone, which holds for all that they may.
            guard let beyond = try envelope.cut(at: between.map { $0 * 4 + 1 }, known: -1e3, tolerance: 1e-9),
                beyond.isOfFlows
            else { continue }
            for (flows, _) in points {
                #expect(zip(beyond.coefficients, flows).reduce(beyond.constant) { $0 + $1.0 * $1.1 } <= 1e-7)
            }
        }
    }
}
