import ScenarioFiles
import Scenarios
import VehicleToAnything

/// What the site's loads have done until now, assuming that they followed the last plan.
///
/// | load | set | unless |
/// |---|---|---|
/// | `energy`, in a span that has begun | `taken_kwh` | the scenario has it |
/// | `run` that has started | `started` | the scenario has it |
/// | `heat` | `start_kwh` | the scenario has another one than for the last plan |
struct LoadsByLastPlan {
    let input: ScenarioInput
    private let plan: PlanReport?
    private let heatStarts: [String: String]

    /// - Parameters:
    ///   - input: the scenario, before any of this is set.
    ///   - heatStarts: `start_kwh` of each heat store in the scenario of the last plan.
    init(_ input: ScenarioInput, after plan: PlanReport?, heatStarts: [String: String]) {
        (self.input, self.plan, self.heatStarts) = (input, plan, heatStarts)
    }

    /// `start_kwh` of each heat store as the scenario has it.
    static func heatStarts(_ input: ScenarioInput, _ plan: PlanReport) -> [String: String] {
        var starts: [String: String] = [:]
        for load in plan.report.scenario.site.flexibleLoads {
            starts[load.id] = input.text(ofLoad: load.id, "heat", "start_kwh")
        }
        return starts
    }

    /// The keys to set for a plan that starts with the step of `now`.
    func values(at now: Instant) -> [(key: ScenarioKey, value: ScenarioValue)] {
        guard let plan else { return [] }
        let (scenario, loads) = (plan.report.scenario, plan.report.result.loads ?? [])
        let grid = scenario.grid
        // Beyond its horizon the last plan says nothing.
        guard let step = grid.step(at: now), let clock = WallClock(timeZone: grid.timeZone) else { return [] }
        let start = grid.boundary(step)
        var values: [(key: ScenarioKey, value: ScenarioValue)] = []
        func set(_ load: FlexibleLoad, _ key: String, _ value: ScenarioValue) {
            if let key = ScenarioKey("site.loads[\(load.id)].\(key)") { values.append((key, value)) }
        }
        for load in scenario.site.flexibleLoads {
            guard let planned = loads.first(where: { $0.id == load.id }) else { continue }
            func over(_ span: FlexibleLoad.Span) -> Range<Int> {
                grid.steps(from: span.from, to: span.to).clamped(to: 0..<step)
            }
            switch load.kind {
            case .energy(let wanted):
                guard input.text(ofLoad: load.id, "energy", "taken_kwh") == nil,
                    let span = wanted.spans.first(where: { $0.from < start && start < $0.to })
                else { continue }
                let taken = over(span).reduce(span.takenKWh) { $0 + planned.kW[$1] * grid.stepHours }
                set(load, "energy.taken_kwh", .number(taken))
            case .run(let run):
                guard input.text(ofLoad: load.id, "run", "started") == nil,
                    let span = run.spans.first(where: { $0.from < start && start < $0.to })
                else { continue }
                let lead = run.profileKW.firstIndex { $0 > 0 } ?? 0
                let first = span.stepsRun.map { -$0 } ?? over(span).first { planned.kW[$0] > 1e-6 }.map { $0 - lead }
                guard let first, first < step else { continue }
                let started = grid.start.adding(seconds: first * grid.stepSeconds)
                set(load, "run.started", .scalar(clock.iso8601(started), isQuoted: true))
            case .heat(let store):
                guard let file = heatStarts[load.id], file == input.text(ofLoad: load.id, "heat", "start_kwh"),
                    let level = planned.energyKWh?[step]
                else { continue }
                set(load, "heat.start_kwh", .number(min(store.capacityKWh, max(0, level))))
            }
        }
        return values
    }
}
