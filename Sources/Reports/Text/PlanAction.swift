import Sensitivity
import Verification
import Accounting
import Scenarios

/// What a vehicle or battery does for a while, and why: a plan in sentences, as an owner reads it.
package struct PlanAction: Encodable, Sendable, Equatable {
    package var vehicle: String
    package var action: Explanation.Action
    /// With offset.
    package var from: String
    package var to: String
    /// Index of its first step, and how many there are.
    package var step: Int
    package var count: Int
    /// Least and most power of its steps, AC kW; 0 where it waits or is away.
    package var minKW: Double
    package var maxKW: Double
    /// `charges 7.40 kW from 02:00 to 06:00`
    package var what: String
    /// The half sentence after `because`; empty where it is away, and where nothing was explained.
    package var because: String

    /// Both as one sentence without its subject.
    package var sentence: String { because.isEmpty ? what : "\(what), because \(because)" }

    enum CodingKeys: String, CodingKey {
        case vehicle, action, from, to, step, what, because
        case count = "steps"
        case minKW = "least_kw"
        case maxKW = "most_kw"
    }
}

extension PlanAction {
    /// What a result's vehicles and batteries do, one after the other, each in the order of time; why is left open.
    package static func all(of result: ResultFile, in scenario: Scenario) -> [PlanAction] {
        zip(scenario.vehicles, result.vehicles).flatMap { vehicle, plan in
            let share = PlugTimeline(vehicle: vehicle, grid: scenario.grid).pluggedShare
            let steps = share.indices.map { step in
                let (charge, discharge) = (plan.chargeKW[step], plan.dischargeKW[step])
                return (
                    action: Explanation.Action(chargeKW: charge, dischargeKW: discharge, pluggedShare: share[step]),
                    kw: max(charge, discharge)
                )
            }
            return runs(steps.map(\.action)).map { run in
                PlanAction(vehicle.id, steps[run.lowerBound].action, run, kw: steps[run].map(\.kw), scenario.grid)
            }
        }
    }

    /// Stretches of one action.
    fileprivate static func runs(_ actions: [Explanation.Action]) -> [Range<Int>] {
        var found: [Range<Int>] = []
        var start = 0
        while start < actions.count {
            let count = actions[start...].prefix { $0 == actions[start] }.count
            found.append(start..<start + count)
            start += count
        }
        return found
    }

    /// - Parameter kw: of each of its steps.
    fileprivate init(
        _ vehicle: String, _ action: Explanation.Action, _ run: Range<Int>, kw: [Double], _ grid: TimeGrid
    ) {
        let clock = WallClock(timeZone: grid.timeZone) ?? .utc
        let (start, end) = (grid.boundary(run.lowerBound), grid.boundary(run.upperBound))
        let isAtRest = action == .wait || action == .away
        (self.vehicle, self.action, step, count) = (vehicle, action, run.lowerBound, run.count)
        (from, to, because) = (clock.iso8601(start), clock.iso8601(end), "")
        (minKW, maxKW) = isAtRest ? (0, 0) : (kw.min() ?? 0, kw.max() ?? 0)
        // A time of the horizon's first day needs no date.
        let isFirstDay = clock.wallTime(at: start).date == clock.wallTime(at: grid.start).date
        let times = "from \(isFirstDay ? clock.time(start) : clock.dayTime(start)) to \(clock.time(end))"
        let (low, high) = (fixed(minKW, 2), fixed(maxKW, 2))
        let size = low == high ? "\(high) kW" : "\(low) to \(high) kW"
        what =
            switch action {
            case .away: "is away \(times)"
            case .wait: "waits \(times)"
            case .charge: "charges \(size) \(times)"
            case .discharge: "discharges \(size) \(times)"
            }
    }
}

extension ExplanationText {
    /// The plan of every vehicle, one after the other, each in the order of time.
    package var planActions: [PlanAction] {
        let steps = Dictionary(grouping: explanation.steps, by: \.vehicle)
        return scenario.vehicles.flatMap { vehicle -> [PlanAction] in
            let own = steps[vehicle.id] ?? []
            return PlanAction.runs(own.map(\.action)).map { run in
                let steps = Array(own[run])
                var action = PlanAction(vehicle.id, steps[0].action, run, kw: steps.map(\.kw), scenario.grid)
                action.because = because(steps) + limit(steps)
                return action
            }
        }
    }

    /// What keeps it from doing more, where it is one thing throughout, and not the price.
    private func limit(_ run: [Explanation.Step]) -> String {
        let holds = Set(run.map(\.heldBy))
        guard let only = holds.first, holds.count == 1, ![.price, .oneWay, .outage].contains(only) else { return "" }
        return run[0].action == .charge || run[0].action == .discharge ? " (limit: \(held(only)))" : ""
    }

    private func because(_ run: [Explanation.Step]) -> String {
        let first = run[0]
        let isDark = run.allSatisfy { $0.heldBy == .outage }
        let (worth, cost) = (run.compactMap(\.takesMoreBelow), run.compactMap(\.givesMoreAbove))
        let hasMore = run.contains { abs(meterPrices($0).take - $0.takePrice) * unit.perMoney >= 0.005 }
        let beyond = hasMore ? " with the limits that bind" : ""
        let price = unit.range(run.map { meterPrices($0).take }) + beyond
        let earned = unit.range(run.map { meterPrices($0).give }) + beyond
        switch first.action {
        case .away: return ""
        case .charge where isDark: return "there is no grid, and the sun gives more than the load takes"
        case .charge where cost.isEmpty: return "with less, a target or limit could not hold"
        case .charge:
            return "a kWh costs \(price) then, and without it the rest of the plan would cost \(unit.range(cost)) more"
        case .discharge where isDark: return "there is no grid, and nothing else can feed the site"
        case .discharge where worth.isEmpty: return "with less given, a target or limit could not hold"
        case .discharge:
            return "a kWh \(run.allSatisfy(isImporting) ? "saves" : "earns") \(earned) then, and costs "
                + "\(unit.range(worth)) with its wear and what replaces it"
        case .wait where isDark: return "there is no grid, and nothing for it to feed or to take"
        case .wait:
            var reasons: [String] = []
            if !worth.isEmpty {
                reasons.append("charging would pay below \(unit.range(worth)), and the price is \(price)")
            } else if run.contains(where: { $0.heldBy == .full }) {
                reasons.append("it is full")
            } else if let least = minimum(first).charge {
                reasons.append("less than \(least) is not possible, and that much would not pay")
            } else {
                reasons.append("nothing more fits in")
            }
            if !run.contains(where: { $0.heldBy == .oneWay }) {
                if cost.isEmpty {
                    reasons.append("nothing can be given")
                } else {
                    reasons.append(
                        "discharging would pay above \(unit.range(cost))"
                            + (earned == price ? "" : ", and a kWh given earns \(earned)"))
                }
            }
            return reasons.joined(separator: "; ")
        }
    }
}

/// An explanation as `v2x explain --format json` writes it: with the plan in sentences.
package struct ExplanationFile: Encodable {
    package var explanation: Explanation
    /// Vehicle by vehicle, in the order of time.
    package var actions: [PlanAction]

    /// In the words of `scenario`'s zone and currency.
    package init(_ explanation: Explanation, scenario: Scenario) {
        self.explanation = explanation
        actions = ExplanationText(explanation, scenario: scenario).planActions
    }

    private enum CodingKeys: String, CodingKey { case actions }

    package func encode(to encoder: any Encoder) throws {
        try explanation.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(actions, forKey: .actions)
    }
}
