import LinearPrograms
import Scenarios
import Scheduling

/// Demand charge: money per kW of the highest import of a billing window.
///
///     p >= imp[t] in every step that overlaps the window,   p >= peak_so_far,   cost rate p
///
/// | symbol | meaning | unit |
/// |---|---|---|
/// | p | the peak that is billed | kW |
/// | imp | average import of a step | kW |
/// | rate | `rate_per_kw` | money/kW |
///
/// Several windows (peak, off-peak) are a list of such sections, each billed by itself. `peak_so_far_kw` is the ratchet:
/// what has been reached in the billing period is paid for already.
/// Adds a column a window and a row a step. Source: MODEL.md section 5.
public struct DemandCharge: ValueStream, ServiceSection {
    public static let key = "demand_charge"
    public var key: String { DemandCharge.key }

    /// A billing window.
    struct Window: Sendable, Equatable {
        var ratePerKW: Double
        var peakSoFarKW: Double
        var times: EventTimes
    }
    var windows: [Window]

    public static let schema = Schema.oneOrMore(
        .map(
            [
                Schema.required("rate_per_kw", .number(.nonNegative), "Money per kW of the highest import."),
                Schema.key("peak_so_far_kw", .number(.nonNegative), "Reached before the horizon, kW (0)."),
            ] + Schema.eventTimes))

    public static func decode(_ value: InputValue, in context: ServiceContext) -> (any Sendable)? {
        let items = value.isList ? value.list() : [value]
        guard let windows = items?.map({ window($0) }), windows.allSatisfy({ $0 != nil }) else { return nil }
        return DemandCharge(windows: windows.compactMap { $0 })
    }

    private static func window(_ value: InputValue) -> Window? {
        guard let reader = value.section() else { return nil }
        defer { reader.finish() }
        let rate = reader.number("rate_per_kw", .nonNegative, unit: "\(value.currency)/kW", example: "0.35")
        let peak = reader.number("peak_so_far_kw", .nonNegative, unit: "kW", default: 0)
        guard let times = reader.eventTimes(), let rate else { return nil }
        return Window(ratePerKW: rate, peakSoFarKW: peak, times: times)
    }

    public func constrain(_ model: inout SchedulingModel) {
        let line = model.program.costLine(key)
        let grid = model.scenario.grid
        for (index, window) in windows.enumerated() {
            let label = model.program.family(windows.count > 1 ? "demand_charge\(index + 1)_kw" : "demand_charge_kw")
            let peak = Peak.add(
                over: window.times.steps(grid).map { ($0, model.site.importKW[$0]) }, floor: window.peakSoFarKW,
                to: &model.program, label: label)
            model.program.addCost(line, peak, window.ratePerKW)
        }
    }

    private func peak(_ window: Window, _ schedule: Schedule, _ grid: TimeGrid) -> Double {
        window.times.steps(grid).reduce(window.peakSoFarKW) { max($0, schedule.importKW[$1]) }
    }

    public func publish(_ model: SchedulingModel, values: [Double], schedule: Schedule) -> [ServiceSeries] {
        windows.map { ServiceSeries(levelKW: peak($0, schedule, model.scenario.grid)) }
    }

    public func settle(_ schedule: Schedule, in scenario: Scenario) -> Double {
        windows.reduce(0) { $0 + $1.ratePerKW * peak($1, schedule, scenario.grid) }
    }

    /// Billing windows that lie outside have nothing to bill: only what they owe already.
    public func part(_ steps: Range<Int>, of grid: TimeGrid) -> any ValueStream {
        let part = grid.part(steps)
        return DemandCharge(windows: windows.filter { !$0.times.steps(part).isEmpty })
    }

    public func following(_ schedule: Schedule, over steps: Range<Int>, of grid: TimeGrid) -> any ValueStream {
        let part = grid.part(steps)
        var next = self
        for index in windows.indices { next.windows[index].peakSoFarKW = peak(windows[index], schedule, part) }
        return next
    }

    public var owed: Double { windows.reduce(0) { $0 + $1.ratePerKW * $1.peakSoFarKW } }

    public func problems(of schedule: Schedule, in scenario: Scenario) -> [String] {
        guard let published = schedule.services[key] else { return [] }
        let text = StreamText(scenario)
        return zip(windows, published).compactMap { window, series in
            let peak = peak(window, schedule, scenario.grid)
            guard let level = series.levelKW, abs(level - peak) > StreamText.allowance(peak) else { return nil }
            return "demand_charge: level_kw is \(text.number(level)), the highest import is \(text.number(peak)) kW"
        }
    }
}
