import LinearPrograms
import ScenarioFiles
import Scenarios
import Scheduling

/// Demand charge: money per kW of the highest import of a billing window.
///
///     p >= imp[t] in every step that overlaps the window,   p >= peak_so_far,   cost rate p
///
/// | symbol | meaning | unit |
/// |---|---|---|
/// | p | the peak that is billed, one a billing period | kW |
/// | imp | average import of a step (or of a billing `interval`) | kW |
/// | rate | `rate_per_kw`, or the step function `tiers` of p | money/kW |
///
/// Several windows (peak, off-peak) are a list of such sections, each billed by itself. `peak_so_far_kw` is the ratchet:
/// what has been reached in the first billing period is paid for already. With `average_of: n, per: day` p is the mean of the
/// n highest daily peaks (`peaks_so_far_kw`: those before the horizon); `minimum_kw` is billed at least (`BilledPeak`).
/// Adds one column per window and billing period, and one row per step. Source: Scheduling.docc/Model.md sections 5, 6 and 10.
package struct DemandCharge: ValueStream, ServiceSection {
    package static let key = "demand_charge"
    package var key: String { DemandCharge.key }

    /// A billing window.
    struct Window: Sendable, Equatable {
        var billed: BilledPeak
        var times: EventTimes

        /// The highest import in each billing period, kW.
        func peaks(_ importKW: [Double], _ grid: TimeGrid) -> [Double] {
            billed.peaks({ importKW[$0] }, in: times.steps(grid), of: grid)
        }
    }
    var windows: [Window]

    package static let schema = Schema.oneOrMore(
        .map(
            [
                Schema.key("rate_per_kw", .number(.nonNegative), "Money per kW of the highest import."),
                Schema.key("peak_so_far_kw", .number(.nonNegative), "Reached before the horizon, kW (0)."),
                Schema.key("interval", .duration, "Over which import is averaged; a multiple of the step (the step)."),
                Schema.key(
                    "average_of", .number(.positive), "How many daily peaks are averaged; left out: the highest counts."
                ),
                Schema.key("per", .choice(["day"]), "Goes with average_of: one peak per day."),
                Schema.key(
                    "peaks_so_far_kw", .list(.number(.nonNegative)), "Daily peaks of the period before the horizon, kW."
                ),
                Schema.key("minimum_kw", .number(.nonNegative), "What is billed at least, kW (0)."),
                Schema.key(
                    "tiers", .list(.pair(.number(.positive), .number(.nonNegative)), minCount: 1),
                    "Instead of a rate: [kW up to, money] of a period; the last has no end."),
            ] + BilledPeak.schema + Schema.eventTimes))

    package static func decode(_ value: InputValue, in context: ServiceContext) -> (any Sendable)? {
        let items = value.isList ? value.list() : [value]
        guard let windows = items?.map({ window($0) }), windows.allSatisfy({ $0 != nil }) else { return nil }
        return DemandCharge(windows: windows.compactMap { $0 })
    }

    private static func window(_ value: InputValue) -> Window? {
        guard let reader = value.section() else { return nil }
        defer { reader.finish() }
        let soFar = reader.number("peak_so_far_kw", .nonNegative, unit: "kW", default: 0)
        let tierValue = reader.optional("tiers")
        let billed = reader.billedPeak(example: "0.35", soFarKW: soFar, hasTiers: tierValue != nil)
        let minimum = reader.number("minimum_kw", .nonNegative, unit: "kW", default: 0)
        let tiers = tierValue.map { $0.tiers() } ?? []
        let interval = reader.optional("interval").map { $0.billingInterval() } ?? nil
        let days = reader.dailyPeaks()
        guard let times = reader.eventTimes(), var billed, let tiers, let days else { return nil }
        billed.minimumKW = minimum
        billed.tiers = tiers
        billed.intervalSeconds = interval
        billed.averageOf = days.averageOf
        for (index, peak) in days.peaks.enumerated() { billed.days["before \(index + 1)"] = peak }
        return Window(billed: billed, times: times)
    }

    package func constrain(_ model: inout SchedulingModel) {
        let line = model.program.costLine(key)
        let grid = model.scenario.grid
        for (index, window) in windows.enumerated() {
            let label = model.program.family(windows.count > 1 ? "demand_charge\(index + 1)_kw" : "demand_charge_kw")
            let flows = model.site.importKW
            window.billed.constrain(&model, line: line, label: label, steps: window.times.steps(grid)) { flows[$0] }
        }
    }

    /// One entry per window and billing period.
    package func publish(_ model: SchedulingModel, values: [Double], schedule: Schedule) -> [ServiceSeries] {
        windows.flatMap { $0.peaks(schedule.importKW, model.scenario.grid).map { ServiceSeries(levelKW: $0) } }
    }

    package func settle(_ schedule: Schedule, in scenario: Scenario) -> Double {
        windows.reduce(0) { sum, window in
            sum + window.peaks(schedule.importKW, scenario.grid).reduce(0) { $0 + window.billed.cost($1) }
        }
    }

    package func yearlyCost(importKW: [Double], exportKW: [Double], over grid: TimeGrid) -> Double? {
        windows.reduce(0) { sum, window in
            sum + window.billed.yearlyCost({ importKW[$0] }, in: window.times.steps(grid), of: grid)
        }
    }

    package var isChargedOncePerHorizon: Bool {
        windows.contains { $0.billed.period == nil && ($0.billed.ratePerKW > 0 || !$0.billed.tiers.isEmpty) }
    }

    /// Billing windows that lie outside have nothing to bill: only what they owe already.
    package func part(_ steps: Range<Int>, of grid: TimeGrid) -> any ValueStream {
        let part = grid.part(steps)
        return DemandCharge(
            windows: windows.filter { !$0.times.steps(part).isEmpty }.map {
                Window(billed: $0.billed.part(part), times: $0.times)
            })
    }

    package func following(_ schedule: Schedule, over steps: Range<Int>, of grid: TimeGrid) -> any ValueStream {
        let part = grid.part(steps)
        return DemandCharge(
            windows: windows.map { window in
                let billed = window.billed.following(
                    { schedule.importKW[$0] }, in: window.times.steps(part), of: part)
                return Window(billed: billed, times: window.times)
            })
    }

    package var owed: Double { windows.reduce(0) { $0 + $1.billed.owed } }

    package func problems(of schedule: Schedule, in scenario: Scenario) -> [String] {
        guard let published = schedule.services[key] else { return [] }
        let text = StreamText(scenario)
        let peaks = windows.flatMap { $0.peaks(schedule.importKW, scenario.grid) }
        return zip(peaks, published).compactMap { peak, series in
            guard let level = series.levelKW, abs(level - peak) > StreamText.allowance(peak) else { return nil }
            return "demand_charge: level_kw is \(text.number(level)), the highest import is \(text.number(peak)) kW"
        }
    }
}

extension InputValue {
    /// `[[2, 50], [5, 90], [10, 160]]`: money of a period by its billed kW. Nil, and findings, where it is none.
    fileprivate func tiers() -> [BilledPeak.Tier]? {
        guard let items = list() else { return nil }
        var tiers: [BilledPeak.Tier] = []
        for item in items {
            guard let pair = item.list(), pair.count == 2, let to = pair[0].number(.positive, unit: "kW"),
                let money = pair[1].number(.nonNegative, unit: currency)
            else {
                item.error("must be a pair [kW up to, \(currency)]")
                return nil
            }
            if let last = tiers.last, to <= last.toKW {
                item.error("must end above the tier before it, at more than \(last.toKW) kW")
                return nil
            }
            tiers.append(BilledPeak.Tier(toKW: to, money: money))
        }
        if tiers.isEmpty { error("must hold at least one pair [kW up to, \(currency)]") }
        return tiers.isEmpty ? nil : tiers
    }

    /// A billing interval, s; nil, and a finding, where it is no multiple of the step.
    fileprivate func billingInterval() -> Int? {
        guard let seconds = duration(), let step = grid?.stepSeconds else { return nil }
        guard seconds % step == 0 else {
            error("must be a multiple of the step of \(step / 60) min")
            return nil
        }
        return seconds
    }
}

extension SectionReader {
    /// The keys `average_of`, `per` and `peaks_so_far_kw`. Nil, and findings, where they are wrong.
    fileprivate func dailyPeaks() -> (averageOf: Int?, peaks: [Double])? {
        let (count, per, list) = (optional("average_of"), optional("per"), optional("peaks_so_far_kw"))
        if let per, per.choice(["day"], what: "per") == nil { return nil }
        guard let count else {
            (per ?? list)?.error("goes with average_of")
            return per == nil && list == nil ? (nil, []) : nil
        }
        guard let number = count.number(.positive), number == number.rounded(), number <= 366 else {
            count.error("must be a whole number of days")
            return nil
        }
        var peaks: [Double] = []
        if let list {
            guard let items = list.list() else { return nil }
            for item in items {
                guard let peak = item.number(.nonNegative, unit: "kW") else { return nil }
                peaks.append(peak)
            }
        }
        return (Int(number), peaks)
    }
}
