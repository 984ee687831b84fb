import LinearPrograms
import Scenarios
import Scheduling

/// Demand charge: money per kW of the highest import of a billing window.
///
///     p >= imp[t] in every step that overlaps the window,   p >= peak_so_far,   cost rate p
///
/// | symbol | meaning | unit |
/// |---|---|---|
/// | p | the peak that is billed, one a billing period | kW |
/// | imp | average import of a step | kW |
/// | rate | `rate_per_kw` | money/kW |
///
/// Several windows (peak, off-peak) are a list of such sections, each billed by itself. `peak_so_far_kw` is the ratchet:
/// what has been reached in the first billing period is paid for already.
/// Adds a column a window and billing period, and a row a step. Source: MODEL.md sections 5 and 6.
public struct DemandCharge: ValueStream, ServiceSection {
    public static let key = "demand_charge"
    public var key: String { DemandCharge.key }

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

    public static let schema = Schema.oneOrMore(
        .map(
            [
                Schema.required("rate_per_kw", .number(.nonNegative), "Money per kW of the highest import."),
                Schema.key("peak_so_far_kw", .number(.nonNegative), "Reached before the horizon, kW (0)."),
            ] + BilledPeak.schema + Schema.eventTimes))

    public static func decode(_ value: InputValue, in context: ServiceContext) -> (any Sendable)? {
        let items = value.isList ? value.list() : [value]
        guard let windows = items?.map({ window($0) }), windows.allSatisfy({ $0 != nil }) else { return nil }
        return DemandCharge(windows: windows.compactMap { $0 })
    }

    private static func window(_ value: InputValue) -> Window? {
        guard let reader = value.section() else { return nil }
        defer { reader.finish() }
        let soFar = reader.number("peak_so_far_kw", .nonNegative, unit: "kW", default: 0)
        let billed = reader.billedPeak(example: "0.35", soFarKW: soFar)
        guard let times = reader.eventTimes(), let billed else { return nil }
        return Window(billed: billed, times: times)
    }

    public func constrain(_ model: inout SchedulingModel) {
        let line = model.program.costLine(key)
        let grid = model.scenario.grid
        for (index, window) in windows.enumerated() {
            let label = model.program.family(windows.count > 1 ? "demand_charge\(index + 1)_kw" : "demand_charge_kw")
            for span in window.billed.spans(window.times.steps(grid), of: grid) {
                let peak = Peak.add(
                    over: span.steps.map { ($0, model.site.importKW[$0]) }, floor: span.floorKW, to: &model.program,
                    label: label)
                model.program.addCost(line, peak, window.billed.ratePerKW)
            }
        }
    }

    /// One entry a window and billing period.
    public func publish(_ model: SchedulingModel, values: [Double], schedule: Schedule) -> [ServiceSeries] {
        windows.flatMap { $0.peaks(schedule.importKW, model.scenario.grid).map { ServiceSeries(levelKW: $0) } }
    }

    public func settle(_ schedule: Schedule, in scenario: Scenario) -> Double {
        windows.reduce(0) { sum, window in
            sum + window.billed.ratePerKW * window.peaks(schedule.importKW, scenario.grid).reduce(0, +)
        }
    }

    public func yearlyCost(importKW: [Double], exportKW: [Double], over grid: TimeGrid) -> Double? {
        windows.reduce(0) { sum, window in
            sum + window.billed.yearlyCost({ importKW[$0] }, in: window.times.steps(grid), of: grid)
        }
    }

    public var isChargedOncePerHorizon: Bool { windows.contains { $0.billed.period == nil && $0.billed.ratePerKW > 0 } }

    /// Billing windows that lie outside have nothing to bill: only what they owe already.
    public func part(_ steps: Range<Int>, of grid: TimeGrid) -> any ValueStream {
        let part = grid.part(steps)
        return DemandCharge(
            windows: windows.filter { !$0.times.steps(part).isEmpty }.map {
                Window(billed: $0.billed.part(part), times: $0.times)
            })
    }

    public func following(_ schedule: Schedule, over steps: Range<Int>, of grid: TimeGrid) -> any ValueStream {
        let part = grid.part(steps)
        return DemandCharge(
            windows: windows.map { window in
                let billed = window.billed.following(
                    { schedule.importKW[$0] }, in: window.times.steps(part), of: part)
                return Window(billed: billed, times: window.times)
            })
    }

    public var owed: Double { windows.reduce(0) { $0 + $1.billed.ratePerKW * $1.billed.soFarKW } }

    public func problems(of schedule: Schedule, in scenario: Scenario) -> [String] {
        guard let published = schedule.services[key] else { return [] }
        let text = StreamText(scenario)
        let peaks = windows.flatMap { $0.peaks(schedule.importKW, scenario.grid) }
        return zip(peaks, published).compactMap { peak, series in
            guard let level = series.levelKW, abs(level - peak) > StreamText.allowance(peak) else { return nil }
            return "demand_charge: level_kw is \(text.number(level)), the highest import is \(text.number(peak)) kW"
        }
    }
}
