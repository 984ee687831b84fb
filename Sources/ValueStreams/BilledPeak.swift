import LinearPrograms
import ScenarioFiles
import Scenarios
import Scheduling

/// How often a rate per kW is charged: once in each day, month or year of the calendar in the scenario's time zone.
enum BillingPeriod: String, CaseIterable, Sendable {
    case day, month, year

    /// How many there are in a year.
    var countInYear: Double {
        switch self {
        case .day: 365.25
        case .month: 12
        case .year: 1
        }
    }

    /// The period that holds a moment: `2025-01-15`, `2025-01` or `2025`.
    func name(at instant: Instant, _ clock: WallClock) -> String {
        let date = clock.wallTime(at: instant).date
        switch self {
        case .day: return date
        case .month: return String(date.dropLast(3))
        case .year: return String(date.dropLast(6))
        }
    }
}

/// What is charged for the highest power of a billing period, with what was reached before the horizon.
///
///     b = max(minimum, peak so far, highest mean flow of a billing interval)              cost rate b, or that of b's tier
///     b = max(minimum, mean of the n highest daily peaks)                                 where `average_of` is n
///
/// | symbol | meaning | unit |
/// |---|---|---|
/// | b | the power that is billed, one a billing period | kW |
///
/// Without a `period` the whole horizon is one; without an `interval` a step is. Where fewer than n days are known, their mean
/// is billed. Source: Scheduling.docc/Model.md sections 5, 6 and 10.
struct BilledPeak: Sendable, Equatable {
    /// A step of a charge: `money` for a peak up to `toKW` (infinite for the last).
    struct Tier: Sendable, Equatable {
        var toKW: Double
        var money: Double
    }

    /// Money per kW and period.
    var ratePerKW: Double
    var period: BillingPeriod?
    /// Reached before the horizon, kW.
    var soFarKW: Double
    /// The period in which that was reached; nil: the one in which the horizon begins.
    var soFarIn: String?
    /// Length of a billing interval, a multiple of the step, s; nil: the step.
    var intervalSeconds: Int?
    /// How many daily peaks are averaged; nil: the highest alone counts.
    var averageOf: Int?
    /// What is billed at least, kW.
    var minimumKW = 0.0
    /// Instead of a rate, in rising order; empty: the rate.
    var tiers: [Tier] = []
    /// Peaks of days before the horizon, kW, by date (or a name of its own, where the date is not known).
    var days: [String: Double] = [:]

    init(ratePerKW: Double, period: BillingPeriod?, soFarKW: Double) {
        self.ratePerKW = ratePerKW
        self.period = period
        self.soFarKW = soFarKW
    }

    /// The steps of the horizon that are billed together.
    struct Span {
        var name: String
        var steps: [Int]
        /// Reached before the horizon, kW.
        var floorKW: Double
        /// Peaks of days before the horizon, kW.
        var days: [String: Double]
    }

    static let schema: [Schema.Property] = [
        Schema.key(
            "period", .choice(BillingPeriod.allCases.map(\.rawValue)),
            "The rate is charged once in each; left out: once for the horizon.")
    ]

    /// Money for a billed power in one period.
    func cost(_ billedKW: Double) -> Double {
        guard let last = tiers.last else { return ratePerKW * billedKW }
        return (tiers.first { billedKW <= $0.toKW + 1e-7 } ?? last).money
    }

    // MARK: - Periods, days, intervals

    /// `steps` by billing period, in order of time; never empty.
    func spans(_ steps: [Int], of grid: TimeGrid) -> [Span] {
        guard let period else { return [Span(name: "", steps: steps, floorKW: soFarKW, days: days)] }
        let clock = WallClock(timeZone: grid.timeZone) ?? .utc
        let start = period.name(at: grid.start, clock)
        let reachedIn = soFarIn ?? start
        func span(_ name: String, _ steps: [Int]) -> Span {
            let isReached = name == reachedIn
            return Span(name: name, steps: steps, floorKW: isReached ? soFarKW : 0, days: isReached ? days : [:])
        }
        var spans: [Span] = []
        for step in steps {
            let name = period.name(at: grid.boundary(step), clock)
            if spans.last?.name == name {
                spans[spans.count - 1].steps.append(step)
            } else {
                spans.append(span(name, [step]))
            }
        }
        // What was reached is billed in its period, also where none of the steps is.
        let isOwed = soFarKW > 0 || !days.isEmpty
        if spans.isEmpty || (start == reachedIn && spans.first?.name != start && isOwed) {
            spans.insert(span(start, []), at: 0)
        }
        return spans
    }

    /// Steps that are averaged, each list one billing interval.
    func intervals(_ steps: [Int], of grid: TimeGrid) -> [[Int]] {
        guard let intervalSeconds, intervalSeconds > grid.stepSeconds else { return steps.map { [$0] } }
        let clock = WallClock(timeZone: grid.timeZone) ?? .utc
        var intervals: [(number: Int, steps: [Int])] = []
        for step in steps {
            let number = clock.wallTime(at: grid.boundary(step)).secondsSince1970 / intervalSeconds
            if intervals.last?.number == number {
                intervals[intervals.count - 1].steps.append(step)
            } else {
                intervals.append((number, [step]))
            }
        }
        return intervals.map(\.steps)
    }

    /// Steps by the day of the calendar.
    func byDay(_ steps: [Int], of grid: TimeGrid) -> [(date: String, steps: [Int])] {
        let clock = WallClock(timeZone: grid.timeZone) ?? .utc
        var days: [(date: String, steps: [Int])] = []
        for step in steps {
            let date = clock.wallTime(at: grid.boundary(step)).date
            if days.last?.date == date { days[days.count - 1].steps.append(step) } else { days.append((date, [step])) }
        }
        return days
    }

    // MARK: - From plain kW

    private func highest(_ flowKW: (Int) -> Double, in steps: [Int], of grid: TimeGrid, from floor: Double) -> Double {
        intervals(steps, of: grid).reduce(floor) { max($0, $1.reduce(0) { $0 + flowKW($1) } / Double($1.count)) }
    }

    /// The peak of each day of a span, kW, those before the horizon too.
    private func dailyPeaks(_ flowKW: (Int) -> Double, _ span: Span, _ grid: TimeGrid) -> [String: Double] {
        var peaks = span.days
        for (date, steps) in byDay(span.steps, of: grid) {
            peaks[date] = highest(flowKW, in: steps, of: grid, from: peaks[date] ?? 0)
        }
        return peaks
    }

    private func billed(_ flowKW: (Int) -> Double, _ span: Span, _ grid: TimeGrid) -> Double {
        guard let averageOf else {
            return highest(flowKW, in: span.steps, of: grid, from: max(span.floorKW, minimumKW))
        }
        let peaks = dailyPeaks(flowKW, span, grid).values.sorted(by: >).prefix(averageOf)
        return max(minimumKW, peaks.isEmpty ? 0 : peaks.reduce(0, +) / Double(peaks.count))
    }

    /// What is billed in each span, kW; `flowKW` has one value per step of `grid`.
    func peaks(_ flowKW: (Int) -> Double, in steps: [Int], of grid: TimeGrid) -> [Double] {
        spans(steps, of: grid).map { billed(flowKW, $0, grid) }
    }

    /// What the horizon's periods come to, money.
    func cost(_ flowKW: (Int) -> Double, in steps: [Int], of grid: TimeGrid) -> Double {
        peaks(flowKW, in: steps, of: grid).reduce(0) { $0 + cost($1) }
    }

    /// What is owed for what was reached before, money.
    var owed: Double {
        let nothing = TimeGrid(start: Instant(epochSeconds: 0), stepSeconds: 3600, count: 0, timeZone: "UTC")
        return cost(billed({ _ in 0 }, Span(name: "", steps: [], floorKW: soFarKW, days: days), nothing))
    }

    /// What a year comes to, money: each period at the mean of those in `grid`, or the horizon's amount in proportion.
    func yearlyCost(_ flowKW: (Int) -> Double, in steps: [Int], of grid: TimeGrid) -> Double {
        let sum = cost(flowKW, in: steps, of: grid)
        guard let period else { return sum * 365.25 * 24 / (Double(grid.count) * grid.stepHours) }
        let clock = WallClock(timeZone: grid.timeZone) ?? .utc
        let periods = Set((0..<grid.count).map { period.name(at: grid.boundary($0), clock) }).count
        return sum / Double(max(1, periods)) * period.countInYear
    }

    // MARK: - Day by day

    /// As it is over the steps of `part`: what was reached in another period counts no more.
    func part(_ part: TimeGrid) -> BilledPeak {
        guard let period, let soFarIn else { return self }
        var next = self
        if period.name(at: part.start, WallClock(timeZone: part.timeZone) ?? .utc) != soFarIn {
            (next.soFarKW, next.days) = (0, [:])
        }
        next.soFarIn = nil
        return next
    }

    /// Once `flowKW` has been over the steps of `part`.
    func following(_ flowKW: (Int) -> Double, in steps: [Int], of part: TimeGrid) -> BilledPeak {
        let now = self.part(part)
        guard let last = now.spans(steps, of: part).last else { return now }
        var next = now
        next.soFarKW = highest(flowKW, in: last.steps, of: part, from: last.floorKW)
        if averageOf != nil { next.days = dailyPeaks(flowKW, last, part) }
        next.soFarIn = period == nil ? nil : last.name
        return next
    }
}

// MARK: - In the program

extension BilledPeak {
    /// Adds what is billed in each period, and its cost, to `model`.
    ///
    /// - Parameter flow: of the site in a step, kW.
    func constrain(
        _ model: inout SchedulingModel, line: CostLineIndex, label: NameTable.Family, steps: [Int],
        flow: (Int) -> LinearExpression
    ) {
        let grid = model.scenario.grid
        for span in spans(steps, of: grid) {
            let billed = billed(span, &model, label, flow)
            if tiers.isEmpty {
                model.program.addCost(line, billed, ratePerKW)
            } else {
                addTiers(of: billed, &model, line, label)
            }
        }
    }

    private func means(_ steps: [Int], _ grid: TimeGrid, _ flow: (Int) -> LinearExpression) -> [(Int, LinearExpression)]
    {
        intervals(steps, of: grid).map { interval in
            var mean = LinearExpression()
            for step in interval { mean.add(flow(step), times: 1 / Double(interval.count)) }
            return (interval[0], mean)
        }
    }

    private func billed(
        _ span: Span, _ model: inout SchedulingModel, _ label: NameTable.Family, _ flow: (Int) -> LinearExpression
    ) -> Column {
        let grid = model.scenario.grid
        guard let averageOf else {
            return Peak.add(
                over: means(span.steps, grid, flow), floor: max(span.floorKW, minimumKW), to: &model.program,
                label: label)
        }
        // The sum of the n highest is the least of n t + sum max(0, peak - t) over t.
        let today = byDay(span.steps, of: grid)
        var known = span.days
        let own = today.map { day in
            Peak.add(
                over: means(day.steps, grid, flow), floor: known.removeValue(forKey: day.date) ?? 0, to: &model.program,
                label: label)
        }
        let count = min(averageOf, own.count + known.count)
        let billed = model.program.addColumn(label(), lower: minimumKW)
        guard count > 0 else { return billed }
        let threshold = model.program.addColumn(label())
        var sum = LinearExpression(threshold, Double(count))
        for peak in own.map({ LinearExpression($0) })
            + known.sorted(by: { $0.key < $1.key }).map({ LinearExpression(constant: $0.value) })
        {
            let above = model.program.addColumn(label())
            model.program.addRow(
                label(), LinearExpression(above) + LinearExpression(threshold) - peak, lower: 0)
            sum.add(above)
        }
        model.program.addRow(label(), LinearExpression(billed) - (1 / Double(count)) * sum, lower: 0)
        return billed
    }

    /// Money by the tier in which the billed power lies: exactly one of the binaries is 1.
    private func addTiers(
        of billed: Column, _ model: inout SchedulingModel, _ line: CostLineIndex, _ label: NameTable.Family
    ) {
        var (one, room) = (LinearExpression(), LinearExpression(billed, -1))
        // Beyond every tier the last one's money is paid: as much as any connection can be.
        let most = max(1e5, tiers.map(\.toKW).filter(\.isFinite).max() ?? 0)
        for (index, tier) in tiers.enumerated() {
            let isIn = model.program.addBinary(label())
            one.add(isIn)
            room.add(isIn, index + 1 < tiers.count ? tier.toKW : most)
            model.program.addCost(line, isIn, tier.money)
        }
        model.program.addRow(label(), one, lower: 1, upper: 1)
        model.program.addRow(label(), room, lower: 0)
    }
}

extension SectionReader {
    /// The keys `rate_per_kw` and `period`. Nil, and findings, where they are wrong.
    func billedPeak(example: String, soFarKW: Double = 0, hasTiers: Bool = false) -> BilledPeak? {
        let unit = "\(value.currency)/kW"
        let rate =
            hasTiers
            ? number("rate_per_kw", .nonNegative, unit: unit, default: 0)
            : number("rate_per_kw", .nonNegative, unit: unit, example: example)
        var period: BillingPeriod?
        if let given = optional("period") {
            guard let name = given.choice(BillingPeriod.allCases.map(\.rawValue), what: "period") else { return nil }
            period = BillingPeriod(rawValue: name)
        }
        return rate.map { BilledPeak(ratePerKW: $0, period: period, soFarKW: soFarKW) }
    }
}
