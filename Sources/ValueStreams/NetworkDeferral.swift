import LinearPrograms
import Scenarios
import Scheduling

/// Network deferral: what a kW of the feeder's peak costs, this site's part in it included.
///
///     p >= feeder_load[t] + imp[t] - exp[t],   p >= 0,   p <= limit where there is one,   cost rate p
///
/// | symbol | meaning | unit |
/// |---|---|---|
/// | p | peak of the feeder | kW |
/// | feeder_load | everybody else on it | kW |
/// | rate | `rate_per_kw`, the yearly cost of reinforcing it, for the horizon | money/kW |
///
/// Adds a column and a row a step. Source: MODEL.md section 5.
public struct NetworkDeferral: ValueStream, ServiceSection {
    public static let key = "network_deferral"
    public var key: String { NetworkDeferral.key }

    var feederLoadKW: [Double]
    var ratePerKW: Double
    /// What the feeder bears, kW; a hard limit.
    var limitKW: Double?
    /// What has been reached before the horizon begins, kW, where a longer one is rolled day by day.
    var peakSoFarKW = 0.0

    public static let schema = Schema.map([
        Schema.required("feeder_load_kw", .series, "Everybody else's load on the feeder, kW."),
        Schema.required("rate_per_kw", .number(.nonNegative), "Money per kW of the feeder's peak."),
        Schema.key("limit_kw", .number(.nonNegative), "What the feeder bears, kW."),
    ])

    public static func decode(_ value: InputValue, in context: ServiceContext) -> (any Sendable)? {
        guard let reader = value.section() else { return nil }
        defer { reader.finish() }
        let load = reader.series("feeder_load_kw", .power, example: "{ file: feeder.csv }")
        let rate = reader.number("rate_per_kw", .nonNegative, unit: "\(value.currency)/kW", example: "0.15")
        let given = reader.optional("limit_kw")
        let limit = given?.number(.nonNegative, unit: "kW")
        guard let load, let rate, given == nil || limit != nil else { return nil }
        return NetworkDeferral(feederLoadKW: load, ratePerKW: rate, limitKW: limit)
    }

    public func constrain(_ model: inout SchedulingModel) {
        let line = model.program.costLine(key)
        let label = model.program.family("feeder_peak_kw")
        let flows = feederLoadKW.indices.map { step -> (index: Int, expression: LinearExpression) in
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
        let peak = Peak.add(
            over: flows, floor: peakSoFarKW, upper: limitKW ?? .infinity, to: &model.program, label: label)
        model.program.addCost(line, peak, ratePerKW)
    }

    public var netImportLimitKW: [Double]? { limitKW.map { limit in feederLoadKW.map { limit - $0 } } }

    private func peak(_ schedule: Schedule) -> (step: Int, kw: Double) {
        var highest = (step: 0, kw: peakSoFarKW)
        for step in feederLoadKW.indices {
            let flow = feederLoadKW[step] + schedule.importKW[step] - schedule.exportKW[step]
            if flow > highest.kw { highest = (step, flow) }
        }
        return highest
    }

    public func publish(_ model: SchedulingModel, values: [Double], schedule: Schedule) -> [ServiceSeries] {
        let flows = feederLoadKW.indices.map { feederLoadKW[$0] + schedule.importKW[$0] - schedule.exportKW[$0] }
        return [ServiceSeries(kw: flows, levelKW: peak(schedule).kw)]
    }

    public func settle(_ schedule: Schedule, in scenario: Scenario) -> Double { ratePerKW * peak(schedule).kw }

    public func part(_ steps: Range<Int>, of grid: TimeGrid) -> any ValueStream {
        var part = self
        part.feederLoadKW = Array(feederLoadKW[steps])
        return part
    }

    public func following(_ schedule: Schedule, over steps: Range<Int>, of grid: TimeGrid) -> any ValueStream {
        var next = self
        for (offset, step) in steps.enumerated() {
            next.peakSoFarKW = max(
                next.peakSoFarKW, feederLoadKW[step] + schedule.importKW[offset] - schedule.exportKW[offset])
        }
        return next
    }

    public var owed: Double { ratePerKW * peakSoFarKW }

    public func problems(of schedule: Schedule, in scenario: Scenario) -> [String] {
        let text = StreamText(scenario)
        let (step, kw) = peak(schedule)
        var problems: [String] = []
        if let limitKW, kw > limitKW + StreamText.allowance(kw) {
            problems.append(
                "network_deferral: \(text.step(step)): the feeder carries \(text.number(kw)) kW, "
                    + "\(text.number(kw - limitKW)) kW above its limit")
        }
        if let level = schedule.services[key]?.first?.levelKW, abs(level - kw) > StreamText.allowance(kw) {
            problems.append(
                "network_deferral: level_kw is \(text.number(level)), the feeder's peak is \(text.number(kw)) kW")
        }
        return problems
    }
}
