import Sensitivity
import Accounting
import Scenarios

/// What a vehicle or battery does for a while, and why: a plan in sentences, as an owner reads it.
public struct PlanAction: Encodable, Sendable, Equatable {
    public var vehicle: String
    public var action: Explanation.Action
    /// With offset.
    public var from: String
    public var to: String
    /// Index of its first step, and how many there are.
    public var step: Int
    public var count: Int
    /// Least and most power of its steps, AC kW; 0 where it waits or is away.
    public var leastKW: Double
    public var mostKW: Double
    /// `charges 7.40 kW (full power) from 02:00 to 06:00`
    public var what: String
    /// The half sentence after `because`; empty where it is away.
    public var because: String

    /// Both as one sentence without its subject.
    public var sentence: String { because.isEmpty ? what : "\(what), because \(because)" }

    enum CodingKeys: String, CodingKey {
        case vehicle, action, from, to, step, what, because
        case count = "steps"
        case leastKW = "least_kw"
        case mostKW = "most_kw"
    }
}

extension ExplanationText {
    /// The plan of every vehicle, one after the other, each in the order of time.
    public var planActions: [PlanAction] {
        scenario.vehicles.flatMap { vehicle in
            let steps = explanation.steps.filter { $0.vehicle == vehicle.id }
            var found: [PlanAction] = []
            var start = 0
            while start < steps.count {
                let run = Array(steps[start...].prefix { $0.action == steps[start].action })
                found.append(action(run))
                start += run.count
            }
            return found
        }
    }

    private func action(_ run: [Explanation.Step]) -> PlanAction {
        let first = run[0]
        let (from, to) = (scenario.grid.boundary(first.index), scenario.grid.boundary(first.index + run.count))
        let powers = run.map(\.kw)
        let (least, most) = (powers.min() ?? 0, powers.max() ?? 0)
        let isAtRest = first.action == .wait || first.action == .away
        return PlanAction(
            vehicle: first.vehicle, action: first.action, from: clock.iso8601(from), to: clock.iso8601(to),
            step: first.index, count: run.count, leastKW: isAtRest ? 0 : least, mostKW: isAtRest ? 0 : most,
            what: what(run, from, to), because: because(run))
    }

    private func what(_ run: [Explanation.Step], _ from: Instant, _ to: Instant) -> String {
        // A time of the horizon's first day needs no date.
        let isFirstDay = clock.wallTime(at: from).date == clock.wallTime(at: scenario.grid.start).date
        let times = "from \(isFirstDay ? clock.time(from) : clock.dayTime(from)) to \(clock.time(to))"
        let (low, high) = (fixed(run.map(\.kw).min() ?? 0, 2), fixed(run.map(\.kw).max() ?? 0, 2))
        let size = low == high ? "\(high) kW" : "\(low) to \(high) kW"
        let holds = Set(run.map(\.heldBy))
        var limit = ""
        if let only = holds.first, holds.count == 1, ![.price, .oneWay, .outage].contains(only) {
            limit = " (\(held(only)))"
        }
        return switch run[0].action {
        case .away: "is away \(times)"
        case .wait: "waits \(times)"
        case .charge: "charges \(size)\(limit) \(times)"
        case .discharge: "discharges \(size)\(limit) \(times)"
        }
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
public struct ExplanationFile: Encodable {
    public var explanation: Explanation
    /// Vehicle by vehicle, in the order of time.
    public var actions: [PlanAction]

    /// In the words of `scenario`'s zone and currency.
    public init(_ explanation: Explanation, scenario: Scenario) {
        self.explanation = explanation
        actions = ExplanationText(explanation, scenario: scenario).planActions
    }

    private enum CodingKeys: String, CodingKey { case actions }

    public func encode(to encoder: any Encoder) throws {
        try explanation.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(actions, forKey: .actions)
    }
}
