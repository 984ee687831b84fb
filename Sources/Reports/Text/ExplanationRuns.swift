import Sensitivity
import Accounting
import Scenarios

/// A sentence for a run of steps: as many as do the same for the same reason, with prices that one sentence can tell.
extension ExplanationText {
    /// The steps from `start` on that one sentence tells of: the same action for the same reason, and prices on one side.
    func run(_ steps: [Explanation.Step], from start: Int) -> [Explanation.Step] {
        let first = steps[start]
        var run = [first]
        // Of all steps so far: the greatest that must lie below the least.
        var (below, above) = bounds(first)
        for step in steps[(start + 1)...] {
            guard first.action == step.action, first.heldBy == step.heldBy,
                (first.takesMoreBelow == nil) == (step.takesMoreBelow == nil),
                (first.givesMoreAbove == nil) == (step.givesMoreAbove == nil)
            else { break }
            let next = bounds(step)
            below = zip(below, next.below).map(max)
            above = zip(above, next.above).map(min)
            guard first.action == .away || zip(below, above).allSatisfy({ $0 <= $1 + 1e-4 }) else { break }
            run.append(step)
        }
        return run
    }

    /// Pairs of prices by which the action of a step stands: each of the first at most its partner of the second.
    func bounds(_ step: Explanation.Step) -> (below: [Double], above: [Double]) {
        let (take, give) = meterPrices(step)
        let (worth, cost) = (step.takesMoreBelow ?? -.infinity, step.givesMoreAbove ?? .infinity)
        switch step.action {
        case .away: return ([], [])
        case .charge: return ([take], [cost])
        case .discharge: return ([worth], [give])
        case .wait: return ([worth, give], [take, cost])
        }
    }

    /// What a kWh taken costs and one given brings at the meter; where a limit is the very reason, by the tariff alone.
    func meterPrices(_ step: Explanation.Step) -> (take: Double, give: Double) {
        let isHeldByLimit = [.importLimit, .exportLimit, .phaseLimit, .feederLimit].contains(step.heldBy)
        let beyond = isHeldByLimit ? 0 : step.beyondTariff
        return (step.takePrice + beyond, step.givePrice + beyond)
    }

    func runLine(_ run: [Explanation.Step]) -> String {
        guard let first = run.first, let last = run.last else { return "" }
        let times =
            "  \(clock.dayTime(scenario.grid.boundary(first.index)))-\(clock.time(scenario.grid.boundary(last.index + 1)))  "
        let takes = run.compactMap(\.takesMoreBelow)
        let gives = run.compactMap(\.givesMoreAbove)
        let prices = run.map(meterPrices)
        let hasMore = run.contains {
            abs(meterPrices($0).take - $0.takePrice) * unit.perMoney >= 0.005
        }
        let beyond = hasMore ? " with the limits that bind" : ""
        let price = unit.range(prices.map(\.take)) + beyond
        let giving = unit.range(prices.map(\.give)) + beyond
        let powers = run.map(\.kw)
        let (low, high) = (fixed(powers.min() ?? 0, 2), fixed(powers.max() ?? 0, 2))
        let size = low == high ? high : "\(low) to \(high)"
        var words: String
        switch first.action {
        case .away: return ""
        case .charge where first.heldBy == .outage:
            words = "charges \(size) kW (no grid: what the sun gives beyond the load)"
        case .wait where first.heldBy == .outage: words = "waits: no grid, and nothing for it to feed or to take"
        case .charge:
            words = "charges \(size) kW (\(held(first.heldBy))): costs \(price)"
            words += gives.isEmpty ? ", and must" : ", worth \(unit.range(gives))\(brackets([insteadOfGiving(first)]))"
        case .discharge where first.heldBy == .outage:
            words = "discharges \(size) kW (no grid: nothing else can feed the site)"
            if !takes.isEmpty { words += ", costs \(unit.range(takes))\(brackets([insteadOfTaking(first)]))" }
        case .discharge:
            words = "discharges \(size) kW (\(held(first.heldBy))): "
            words += "\(isImporting(first) ? "saves" : "earns") \(giving)"
            words += takes.isEmpty ? ", and must" : ", costs \(unit.range(takes))\(brackets([insteadOfTaking(first)]))"
        case .wait:
            words = "waits: "
            words +=
                takes.isEmpty
                ? minimum(first).charge.map { "less than \($0) is not possible and that much would not pay" }
                    ?? "nothing more fits in" : "would charge below \(unit.range(takes)), the price is \(price)"
            if first.heldBy != .oneWay {
                words +=
                    gives.isEmpty
                    ? "; nothing can be given"
                    : "; would discharge above \(unit.range(gives))" + (giving == price ? "" : ", it earns \(giving)")
            }
        }
        return wrapped(words, first: times, indent: times.count)
    }

    func held(_ hold: Explanation.Hold) -> String {
        switch hold {
        case .price, .oneWay: "more would not pay"
        case .chargerPower: "full power"
        case .importLimit: "import limit"
        case .exportLimit: "export limit"
        case .groupImportLimit: "its group's import limit"
        case .groupExportLimit: "its group's export limit"
        case .phaseLimit: "its phase's limit"
        case .feederLimit: "the feeder's limit"
        case .chargeLimit: "all that the battery takes at this SoC"
        case .cycles: "the day's ration"
        case .outage: "no grid"
        case .reserve: "the rest is kept for the reserve"
        case .habit: scenario.habits.stay != nil ? "as the last plan has it" : "spread evenly"
        case .full: "full then"
        case .empty: "at its floor then"
        case .impossible: "all that fits"
        }
    }
}
