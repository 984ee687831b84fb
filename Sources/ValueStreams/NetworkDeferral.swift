import LinearPrograms
import ScenarioFiles
import Scenarios
import Scheduling

/// Network deferral: what a kW of the feeder's peak costs, this site's part in it included.
///
///     p >= feeder_load[t] + imp[t] - exp[t],   p >= 0,   p <= limit where there is one,   cost rate p
///
/// | symbol | meaning | unit |
/// |---|---|---|
/// | p | peak of the feeder, one a billing period | kW |
/// | feeder_load | everybody else on it | kW |
/// | rate | `rate_per_kw`, the cost of reinforcing it, for the period (or the horizon) | money/kW |
///
/// Adds one column per billing period, and one row per step. Source: Scheduling.docc/Model.md sections 5 and 6.
package struct NetworkDeferral: ValueStream, ServiceSection {
    package static let key = "network_deferral"
    package var key: String { NetworkDeferral.key }

    var feederLoadKW: [Double]
    /// What was reached before the horizon is 0, but where a longer one is rolled day by day.
    var billed: BilledPeak
    /// What the feeder bears, kW; a hard limit.
    var limitKW: Double?

    package static let schema = Schema.map(
        [
            Schema.required("feeder_load_kw", .series, "Everybody else's load on the feeder, kW."),
            Schema.required("rate_per_kw", .number(.nonNegative), "Money per kW of the feeder's peak."),
            Schema.key("limit_kw", .number(.nonNegative), "What the feeder bears, kW."),
        ] + BilledPeak.schema)

    package static func decode(_ value: InputValue, in context: ServiceContext) -> (any Sendable)? {
        guard let reader = value.section() else { return nil }
        defer { reader.finish() }
        let load = reader.series("feeder_load_kw", .power, example: "{ file: feeder.csv }")
        let billed = reader.billedPeak(example: "0.15")
        let given = reader.optional("limit_kw")
        let limit = given?.number(.nonNegative, unit: "kW")
        guard let load, let billed, given == nil || limit != nil else { return nil }
        return NetworkDeferral(feederLoadKW: load, billed: billed, limitKW: limit)
    }

    package func constrain(_ model: inout SchedulingModel) {
        let line = model.program.costLine(key)
        let label = model.program.family("feeder_peak_kw")
        func flow(_ step: Int) -> (index: Int, expression: LinearExpression) {
            var flow = model.site.importKW[step] - model.site.exportKW[step]
            flow.constant += feederLoadKW[step]
            if limitKW != nil,
                let over = model.overflow(
                    of: "services.network_deferral.limit_kw", at: model.scenario.grid.boundary(step), unit: "kW")
            {
                flow.add(over, -1)
            }
            return (step, flow)
        }
        for span in billed.spans(Array(feederLoadKW.indices), of: model.scenario.grid) {
            let peak = Peak.add(
                over: span.steps.map(flow), floor: span.floorKW, upper: limitKW ?? .infinity, to: &model.program,
                label: label)
            model.program.addCost(line, peak, billed.ratePerKW)
        }
    }

    package var netImportLimitKW: [Double]? { limitKW.map { limit in feederLoadKW.map { limit - $0 } } }

    package func widened(byKW: Double) -> any ValueStream {
        NetworkDeferral(feederLoadKW: feederLoadKW, billed: billed, limitKW: limitKW.map { $0 + byKW })
    }

    /// The feeder's load with the site's part in it, kW, T values.
    private func flows(_ importKW: [Double], _ exportKW: [Double]) -> [Double] {
        feederLoadKW.indices.map { feederLoadKW[$0] + importKW[$0] - exportKW[$0] }
    }

    private func peaks(_ schedule: Schedule, _ grid: TimeGrid) -> [Double] {
        let flows = flows(schedule.importKW, schedule.exportKW)
        return billed.peaks({ flows[$0] }, in: Array(flows.indices), of: grid)
    }

    /// The feeder's load, with the peak of the first billing period; then the peaks of the others.
    package func publish(_ model: SchedulingModel, values: [Double], schedule: Schedule) -> [ServiceSeries] {
        let flows = flows(schedule.importKW, schedule.exportKW)
        return peaks(schedule, model.scenario.grid).enumerated().map { index, peak in
            ServiceSeries(kw: index == 0 ? flows : nil, levelKW: peak)
        }
    }

    package func settle(_ schedule: Schedule, in scenario: Scenario) -> Double {
        peaks(schedule, scenario.grid).reduce(0) { $0 + billed.cost($1) }
    }

    package func yearlyCost(importKW: [Double], exportKW: [Double], over grid: TimeGrid) -> Double? {
        let flows = flows(importKW, exportKW)
        return billed.yearlyCost({ flows[$0] }, in: Array(flows.indices), of: grid)
    }

    package var isChargedOncePerHorizon: Bool { billed.period == nil && billed.ratePerKW > 0 }

    package func part(_ steps: Range<Int>, of grid: TimeGrid) -> any ValueStream {
        NetworkDeferral(
            feederLoadKW: Array(feederLoadKW[steps]), billed: billed.part(grid.part(steps)), limitKW: limitKW)
    }

    package func following(_ schedule: Schedule, over steps: Range<Int>, of grid: TimeGrid) -> any ValueStream {
        var next = self
        next.billed = billed.following(
            { feederLoadKW[steps.lowerBound + $0] + schedule.importKW[$0] - schedule.exportKW[$0] },
            in: Array(0..<steps.count), of: grid.part(steps))
        return next
    }

    package var owed: Double { billed.owed }

    package func problems(of schedule: Schedule, in scenario: Scenario) -> [String] {
        let text = StreamText(scenario)
        let flows = flows(schedule.importKW, schedule.exportKW)
        var problems: [String] = []
        if let limitKW, let step = flows.indices.max(by: { flows[$0] < flows[$1] }),
            flows[step] > limitKW + StreamText.allowance(flows[step])
        {
            problems.append(
                "network_deferral: \(text.step(step)): the feeder carries \(text.number(flows[step])) kW, "
                    + "\(text.number(flows[step] - limitKW)) kW above its limit")
        }
        for (peak, series) in zip(peaks(schedule, scenario.grid), schedule.services[key] ?? []) {
            guard let level = series.levelKW, abs(level - peak) > StreamText.allowance(peak) else { continue }
            problems.append(
                "network_deferral: level_kw is \(text.number(level)), the feeder's peak is \(text.number(peak)) kW")
        }
        return problems
    }
}
