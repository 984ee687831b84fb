import LinearPrograms
import ScenarioFiles
import Scenarios
import Scheduling

/// Resource adequacy: capacity that is committed for events, paid per kW of load that is not there.
///
///     0 <= q <= max_kw,   baseline[t] - (imp[t] - exp[t]) >= q in every step that overlaps an event,   cost -payment q
///
/// | symbol | meaning | unit |
/// |---|---|---|
/// | q | the commitment | kW |
/// | baseline | what the site would draw otherwise: a series, or `immediate` | kW |
/// | payment | `payment_per_kw` | money/kW |
///
/// `immediate` is the site's net power when every vehicle charges at full power whenever plugged in, until `soc_max`,
/// whatever the site's limits. Adds one column, and one row per step of an event. Source: Scheduling.docc/Model.md section 5.
package struct ResourceAdequacy: ValueStream, ServiceSection {
    package static let key = "resource_adequacy"
    package var key: String { ResourceAdequacy.key }

    var paymentPerKW: Double
    /// Infinite where the scenario sets none.
    var maxKW: Double
    var events: EventTimes
    var baselineKW: [Double]
    /// Whether the baseline is that of charging at once.
    var isImmediate = false

    package static let schema = Schema.map([
        Schema.required("payment_per_kw", .number(.nonNegative), "Money per kW committed."),
        Schema.key("max_kw", .number(.nonNegative), "Maximum commitment, kW."),
        Schema.required("events", .list(.map(Schema.eventTimes)), "When the commitment must hold."),
        Schema.key(
            "baseline_kw", .any([.choice(["immediate"]), .series]), "What would be imported without (immediate)."),
    ])

    package static func decode(_ value: InputValue, in context: ServiceContext) -> (any Sendable)? {
        guard let reader = value.section() else { return nil }
        defer { reader.finish() }
        let payment = reader.number("payment_per_kw", .nonNegative, unit: "\(value.currency)/kW", example: "0.5")
        let most = reader.number("max_kw", .nonNegative, unit: "kW", default: .infinity)
        let events = reader.required("events", "[{ from: 2024-01-15T17:00, to: 2024-01-15T20:00 }]")?.list()?.map {
            item -> EventTimes? in
            guard let event = item.section() else { return nil }
            defer { event.finish() }
            return event.eventTimes()
        }
        let baseline = reader.optional("baseline_kw")
        let isImmediate = baseline == nil || baseline?.scalarText == "immediate"
        let series =
            isImmediate ? immediateKW(context.site, context.vehicles, context.grid) : baseline?.series(.power)
        guard let payment, let events, events.allSatisfy({ $0 != nil }), let series else { return nil }
        return ResourceAdequacy(
            paymentPerKW: payment, maxKW: most,
            events: EventTimes(spans: events.compactMap { $0 }.flatMap(\.spans)), baselineKW: series,
            isImmediate: isImmediate)
    }

    /// The site's net power when every vehicle charges at full power whenever plugged in, kW.
    static func immediateKW(_ site: Site, _ vehicles: [Vehicle], _ grid: TimeGrid) -> [Double] {
        var net = zip(site.loadKW, site.pvKW).map { $0 - $1 }
        for vehicle in vehicles where !vehicle.isStationary {
            let charging = ChargingRule.fullPowerKW(of: vehicle, on: grid)
            for step in net.indices { net[step] += charging[step] }
        }
        return net
    }

    package func remade(for scenario: Scenario) -> any ValueStream {
        guard isImmediate else { return self }
        var other = self
        other.baselineKW = ResourceAdequacy.immediateKW(scenario.site, scenario.vehicles, scenario.grid)
        return other
    }

    package func constrain(_ model: inout SchedulingModel) {
        let line = model.program.costLine(key)
        let steps = events.steps(model.scenario.grid)
        // Without an event nothing is owed and nothing is paid.
        guard !steps.isEmpty else { return }
        let label = model.program.family("capacity_kw")
        let commitment = model.program.addColumn(label(), upper: maxKW)
        model.program.addCost(line, commitment, -paymentPerKW)
        for step in steps {
            var spared = LinearExpression(constant: baselineKW[step])
            spared.add(model.site.importKW[step], times: -1)
            spared.add(model.site.exportKW[step])
            spared.add(commitment, -1)
            if let over = model.overflow(
                of: "services.resource_adequacy.baseline_kw", at: model.scenario.grid.boundary(step), unit: "kW")
            {
                spared.add(over)
            }
            model.program.addRow(label(nil, step), spared, lower: 0)
        }
    }

    /// Rolled day by day, each day commits anew and is paid by its share of the events.
    package func part(_ steps: Range<Int>, of grid: TimeGrid) -> any ValueStream {
        var part = self
        let all = events.steps(grid)
        part.paymentPerKW *= Double(all.count { steps.contains($0) }) / Double(max(1, all.count))
        part.baselineKW = Array(baselineKW[steps])
        return part
    }

    /// The least that is spared in any step of an event.
    private func spared(_ schedule: Schedule, _ grid: TimeGrid) -> (step: Int, kw: Double)? {
        events.steps(grid).map { ($0, baselineKW[$0] - schedule.importKW[$0] + schedule.exportKW[$0]) }
            .min { $0.1 < $1.1 }
    }

    package func publish(_ model: SchedulingModel, values: [Double], schedule: Schedule) -> [ServiceSeries] {
        let grid = model.scenario.grid
        guard let spared = spared(schedule, grid) else { return [ServiceSeries(levelKW: 0)] }
        let level = min(maxKW, max(0, spared.kw))
        let steps = Set(events.steps(grid))
        return [ServiceSeries(kw: (0..<grid.count).map { steps.contains($0) ? level : 0 }, levelKW: level)]
    }

    private func committed(_ schedule: Schedule) -> Double { schedule.services[key]?.first?.levelKW ?? 0 }

    package func settle(_ schedule: Schedule, in scenario: Scenario) -> Double { -paymentPerKW * committed(schedule) }

    package func problems(of schedule: Schedule, in scenario: Scenario) -> [String] {
        guard schedule.services[key] != nil else { return [] }
        let text = StreamText(scenario)
        let level = committed(schedule)
        var problems: [String] = []
        if level < 0 || level > maxKW + StreamText.allowance(maxKW) {
            problems.append(
                "resource_adequacy: level_kw \(text.number(level)) does not lie in 0 ... \(text.number(maxKW))")
        }
        for step in events.steps(scenario.grid) {
            let spared = baselineKW[step] - schedule.importKW[step] + schedule.exportKW[step]
            if spared < level - StreamText.allowance(baselineKW[step]) {
                problems.append(
                    "resource_adequacy: \(text.step(step)): \(text.number(spared)) kW are spared of the "
                        + "\(text.number(level)) kW committed")
            }
        }
        return problems
    }
}
