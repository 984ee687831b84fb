import LinearPrograms
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

/// A rate per kW of the highest power of a billing period, with what was reached before the horizon.
///
///     p[b] >= flow[t] in every step t of period b,   p[0] >= peak_so_far,   cost rate sum_b p[b]
///
/// Without a `period` the whole horizon is one. Source: MODEL.md sections 5 and 6.
struct BilledPeak: Sendable, Equatable {
    /// Money per kW and period.
    var ratePerKW: Double
    var period: BillingPeriod?
    /// Reached before the horizon, kW.
    var soFarKW: Double
    /// The period in which that was reached; nil: the one in which the horizon begins.
    var soFarIn: String?

    /// The steps of the horizon that are billed together.
    struct Span {
        var name: String
        var steps: [Int]
        /// Reached before the horizon, kW.
        var floorKW: Double
    }

    static let schema: [Schema.Property] = [
        Schema.key(
            "period", .choice(BillingPeriod.allCases.map(\.rawValue)),
            "The rate is charged once in each; left out: once for the horizon.")
    ]

    /// `steps` by billing period, in order of time; never empty.
    func spans(_ steps: [Int], of grid: TimeGrid) -> [Span] {
        guard let period else { return [Span(name: "", steps: steps, floorKW: soFarKW)] }
        let clock = WallClock(timeZone: grid.timeZone) ?? .utc
        let reachedIn = soFarIn ?? period.name(at: grid.start, clock)
        var spans: [Span] = []
        for step in steps {
            let name = period.name(at: grid.boundary(step), clock)
            if spans.last?.name == name {
                spans[spans.count - 1].steps.append(step)
            } else {
                spans.append(Span(name: name, steps: [step], floorKW: name == reachedIn ? soFarKW : 0))
            }
        }
        // What was reached is billed in its period, also where none of the steps is.
        let start = period.name(at: grid.start, clock)
        if start == reachedIn, spans.first?.name != start, soFarKW > 0 || spans.isEmpty {
            spans.insert(Span(name: start, steps: [], floorKW: soFarKW), at: 0)
        }
        return spans.isEmpty ? [Span(name: start, steps: [], floorKW: 0)] : spans
    }

    /// The highest of `flowKW` (one value a step of `grid`) in each span.
    func peaks(_ flowKW: (Int) -> Double, in steps: [Int], of grid: TimeGrid) -> [Double] {
        spans(steps, of: grid).map { span in span.steps.reduce(span.floorKW) { max($0, flowKW($1)) } }
    }

    /// What a year comes to, money: each period at the mean of those in `grid`, or the horizon's amount in proportion.
    func yearlyCost(_ flowKW: (Int) -> Double, in steps: [Int], of grid: TimeGrid) -> Double {
        let sum = ratePerKW * peaks(flowKW, in: steps, of: grid).reduce(0, +)
        guard let period else { return sum * 365.25 * 24 / (Double(grid.count) * grid.stepHours) }
        let clock = WallClock(timeZone: grid.timeZone) ?? .utc
        let periods = Set((0..<grid.count).map { period.name(at: grid.boundary($0), clock) }).count
        return sum / Double(max(1, periods)) * period.countInYear
    }

    /// As it is over the steps of `part`: what was reached in another period counts no more.
    func part(_ part: TimeGrid) -> BilledPeak {
        guard let period, let soFarIn else { return self }
        var next = self
        if period.name(at: part.start, WallClock(timeZone: part.timeZone) ?? .utc) != soFarIn { next.soFarKW = 0 }
        next.soFarIn = nil
        return next
    }

    /// Once `flowKW` has been over the steps of `part`.
    func following(_ flowKW: (Int) -> Double, in steps: [Int], of part: TimeGrid) -> BilledPeak {
        let now = self.part(part)
        guard let last = now.spans(steps, of: part).last else { return now }
        var next = now
        next.soFarKW = last.steps.reduce(last.floorKW) { max($0, flowKW($1)) }
        next.soFarIn = period == nil ? nil : last.name
        return next
    }
}

extension SectionReader {
    /// The keys `rate_per_kw` and `period`. Nil, and findings, where they are wrong.
    func billedPeak(example: String, soFarKW: Double = 0) -> BilledPeak? {
        let rate = number("rate_per_kw", .nonNegative, unit: "\(value.currency)/kW", example: example)
        var period: BillingPeriod?
        if let given = optional("period") {
            guard let name = given.choice(BillingPeriod.allCases.map(\.rawValue), what: "period") else { return nil }
            period = BillingPeriod(rawValue: name)
        }
        return rate.map { BilledPeak(ratePerKW: $0, period: period, soFarKW: soFarKW) }
    }
}
