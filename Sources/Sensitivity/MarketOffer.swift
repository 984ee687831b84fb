import GLPKSolver
import LinearPrograms
import Scenarios
import Scheduling

/// Market offers (Scheduling.docc/Model.md section 6): the optimal net import of the site in a market time unit as a function of that
/// unit's price, all else equal: export earns `p`, import costs `p` plus the step's own spread `buy - sell`.
///
/// The optimal cost is a concave, piecewise-linear function of `p` whose slope is the energy imported. Its kinks are found
/// exactly, by intersecting the lines of solved prices: no grid is sampled.
public struct MarketOffers: Sendable, Codable {
    /// A point of an offer.
    public struct Point: Sendable, Codable, Equatable {
        /// Money per kWh.
        public var price: Double
        /// Net import from this price on, kW (positive: buy).
        public var kw: Double

        /// Memberwise.
        package init(price: Double, kw: Double) {
            self.price = price
            self.kw = kw
        }
    }

    /// The offer for one market time unit.
    public struct Offer: Sendable, Codable {
        /// The unit's start, ISO 8601 with the zone's offset.
        public var start: String
        /// Length of the unit, h.
        public var hours: Double
        /// Prices rising, kW falling; the first price is the floor.
        public var points: [Point]

        /// Memberwise.
        package init(start: String, hours: Double, points: [Point]) {
            self.start = start
            self.hours = hours
            self.points = points
        }
    }

    /// The scenario's name.
    public var scenario: String
    /// ISO 4217 code of every price.
    public var currency: String
    /// One offer per market time unit, in order of time.
    public var offers: [Offer]

    /// The market time unit where none is named: 15 minutes, or a step where that does not divide them.
    package static func usualUnitSeconds(stepSeconds: Int) -> Int { 900 % stepSeconds == 0 ? 900 : stepSeconds }

    /// The steps of each market time unit. Units begin at round wall times, as a market's do, so the first may be shorter; the
    /// last may be too. Where a unit divides no day, or steps never meet such a time, they are counted from the start.
    package static func units(of grid: TimeGrid, steps unitSteps: Int) -> [Range<Int>] {
        let (clock, seconds) = (WallClock(timeZone: grid.timeZone) ?? .utc, unitSteps * grid.stepSeconds)
        let walls = (0..<grid.count).map { clock.wallTime(at: grid.boundary($0)) }
        let isRound = 86_400 % seconds == 0 && (walls.first?.secondOfDay ?? 0) % grid.stepSeconds == 0
        let starts =
            isRound
            ? walls.indices.filter { step in
                guard step > 0 else { return true }
                let (wall, last) = (walls[step], walls[step - 1])
                // Where the clock goes forward over a unit's start, the next step begins one.
                return wall.secondOfDay % seconds == 0
                    || wall.secondsSince1970 / seconds != last.secondsSince1970 / seconds
            } : Array(stride(from: 0, to: grid.count, by: unitSteps))
        return zip(starts, starts.dropFirst() + [grid.count]).map { $0..<$1 }
    }

    /// Memberwise.
    package init(scenario: String, currency: String, offers: [Offer]) {
        self.scenario = scenario
        self.currency = currency
        self.offers = offers
    }
}

extension Scheduler {
    /// The offer of every market time unit of `unitSteps` steps (`MarketOffers.units`).
    ///
    /// - Parameters:
    ///   - floor: lowest price, money per kWh.
    ///   - cap: highest price.
    ///   - maxPoints: points to an offer; the smallest steps are merged beyond that.
    package func offers(
        unitSteps: Int, floor: Double, cap: Double, maxPoints: Int = 200
    ) throws(MarginalFailure) -> MarketOffers {
        guard case .optimum(let optimum) = self.optimum(breaksTies: false, keepsConnection: true) else {
            throw .noSchedule(schedule(mode: .v2x))
        }
        let clock = WallClock(timeZone: scenario.grid.timeZone) ?? .utc
        var offers: [MarketOffers.Offer] = []
        do {
            let curve = try OfferCurve(optimum, solver: solver, options: scenario.solver)
            for steps in MarketOffers.units(of: scenario.grid, steps: unitSteps) {
                let points = try curve.points(steps: steps, floor: floor, cap: cap)
                offers.append(
                    MarketOffers.Offer(
                        start: clock.iso8601(scenario.grid.boundary(steps.lowerBound)),
                        hours: Double(steps.count) * scenario.grid.stepHours,
                        points: OfferCurve.merged(points, most: maxPoints)))
            }
        } catch {
            throw .solver(error.description)
        }
        return MarketOffers(scenario: scenario.name, currency: scenario.currency, offers: offers)
    }
}

/// The optimal cost as a function of one unit's price.
private final class OfferCurve {
    private let model: SchedulingModel
    private let program: LinearProgram
    private let problem: GLPKProblem
    private let solver: any LinearProgramSolver
    private let options: SolverOptions
    private let base: (coefficients: [Double], constant: Double)

    /// The cost over prices near one at which it was solved: `intercept + slope * price`; the slope is kWh imported.
    private struct Line {
        var price: Double
        var intercept: Double
        var slope: Double
        func cost(at price: Double) -> Double { intercept + slope * price }
    }

    init(_ optimum: Scheduler.Optimum, solver: any LinearProgramSolver, options: SolverOptions) throws(GLPKError) {
        model = optimum.model
        var program = optimum.model.program
        if !program.violations.isEmpty { program.holdViolations(to: optimum.solution.violation) }
        self.program = program
        self.solver = solver
        self.options = options
        base = program.objective()
        problem = try GLPKProblem(program)
        try problem.crash(.bixby)
        _ = try problem.simplex(.init(algorithm: .dual, steepestEdge: false, flipsBounds: true))
    }

    func points(steps: Range<Int>, floor: Double, cap: Double) throws(GLPKError) -> [MarketOffers.Point] {
        let hours = Double(steps.count) * model.scenario.grid.stepHours
        let low = try line(at: floor, steps)
        let high = try line(at: cap, steps)
        var lines = [low]
        try refine(low, high, steps, into: &lines, depth: 0)
        var points: [MarketOffers.Point] = []
        for (index, line) in lines.enumerated() {
            let kw = rounded(line.slope / hours)
            if index == 0 {
                points.append(MarketOffers.Point(price: floor, kw: kw))
            } else if let last = points.last, last.kw - kw > 1e-7 {
                let before = lines[index - 1]
                let price = (before.intercept - line.intercept) / (line.slope - before.slope)
                points.append(MarketOffers.Point(price: rounded(price), kw: kw))
            }
        }
        return points
    }

    /// Appends the lines after `low` up to `high`, in the order of price.
    private func refine(
        _ low: Line, _ high: Line, _ steps: Range<Int>, into lines: inout [Line], depth: Int
    ) throws(GLPKError) {
        guard low.slope - high.slope > 1e-7 else { return }
        let price = (high.intercept - low.intercept) / (low.slope - high.slope)
        let middle = try line(at: price, steps)
        // Where the lines meet on the curve there is nothing between them.
        let gain = low.cost(at: price) - middle.cost(at: price)
        if gain <= 1e-9 * max(1, abs(middle.cost(at: price))) || depth > 60 {
            lines.append(high)
            return
        }
        try refine(low, middle, steps, into: &lines, depth: depth + 1)
        try refine(middle, high, steps, into: &lines, depth: depth + 1)
    }

    private func line(at price: Double, _ steps: Range<Int>) throws(GLPKError) -> Line {
        let scenario = model.scenario
        let h = scenario.grid.stepHours
        var (coefficients, constant) = base
        for step in steps {
            let (buy, sell) = (scenario.importPricePerKWh[step], scenario.exportPricePerKWh[step])
            let imported = model.site.importKW[step]
            let exported = model.site.exportKW[step]
            // The step's own prices out, the asked one (with the step's spread) in.
            for term in imported.terms {
                coefficients[term.column.index] += h * (price + (buy - sell) - buy) * term.coefficient
            }
            for term in exported.terms { coefficients[term.column.index] -= h * (price - sell) * term.coefficient }
            constant += h * ((price - sell) * imported.constant - (price - sell) * exported.constant)
        }
        try problem.setObjective(coefficients, constant: constant)
        var values: [Double] = []
        var cost = Double.infinity
        if case .optimal(let objective) = try problem.simplex(.init(algorithm: .primal, steepestEdge: true)) {
            values = try problem.columnValues()
            cost = objective
        }
        if values.isEmpty || !program.holdsDisjunctions(at: values) {
            // At this price the linear part breaks a disjunction: the exact optimum, in full.
            var exact = program
            exact.replaceCosts(
                coefficients.indices.filter { coefficients[$0] != 0 }
                    .map { Term(program.column(at: $0), coefficients[$0]) }, named: "cost")
            let exactly = SolveOptions(
                relativeGap: options.mipGap, timeLimitSeconds: options.timeLimitSeconds, breaksTies: false)
            guard case .solved(let solution) = solver.solve(exact, options: exactly) else {
                throw GLPKError.noOptimum
            }
            values = solution.values
            // With the columns that disjunctions brought in.
            cost = solution.objective + constant
        }
        var slope = 0.0
        for step in steps {
            slope += h * (model.site.importKW[step].value(at: values) - model.site.exportKW[step].value(at: values))
        }
        return Line(price: price, intercept: cost - slope * price, slope: slope)
    }

    /// At most `most` points: the smallest steps of quantity are merged into the one before.
    static func merged(_ points: [MarketOffers.Point], most: Int) -> [MarketOffers.Point] {
        var points = points
        while points.count > max(1, most) {
            guard
                let least = (1..<points.count).min(by: {
                    points[$0 - 1].kw - points[$0].kw < points[$1 - 1].kw - points[$1].kw
                })
            else { break }
            points.remove(at: least)
        }
        return points
    }
}
