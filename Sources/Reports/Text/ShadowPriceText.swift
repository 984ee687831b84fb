import Sensitivity
import Accounting
import Scenarios

/// What targets and limits cost, a line each.
extension ExplanationText {
    /// What each target and limit costs.
    var limits: String {
        var out = "  What targets and limits cost\n"
        for price in explanation.shadowPrices
        where price.kind.isTarget || abs(price.price ?? 0) * unit.perMoney >= 0.005 || price.shortfallChange != nil {
            out += wrapped(words(price), first: "    ", indent: 6)
        }
        return explanation.shadowPrices.isEmpty ? out + "    nothing: there are none that bind\n" : out
    }

    private func words(_ price: ShadowPrice) -> String {
        let capacity = scenario.vehicles.first { $0.id == price.vehicle }?.battery.capacityKWh ?? 1
        let percent = price.amount.map { " of \(fixed($0 / capacity * 100, 1)) %" } ?? ""
        let at = price.at.flatMap { text in explainedTime(text) } ?? ""
        let who = price.vehicle.map { "\($0): " } ?? ""
        switch price.kind {
        case .departure: return "\(who)departure\(percent) at \(at): \(target(price))"
        case .target: return "\(who)target\(percent) at \(at): \(target(price))"
        case .floor: return "\(who)floor\(percent) from \(at): \(target(price))"
        case .end: return "\(who)end\(percent) at \(at): \(target(price))"
        case .chargePower: return "\(who)charging power\(limit(price, "kW"))"
        case .dischargePower: return "\(who)discharging power\(limit(price, "kW"))"
        case .chargeLimit: return "\(who)charging power that the battery takes\(limit(price, "kW"))"
        case .cycles: return "\(who)a day's ration\(limit(price, "kWh", ofDays: true))"
        case .ceiling: return "\(who)ceiling\(percent)\(limit(price, "kWh", amount: false))"
        case .importLimit: return "import limit\(limit(price, "kW"))"
        case .phaseLimit: return "limit of a phase\(limit(price, "A"))"
        case .feederLimit: return "the feeder's limit\(limit(price, "kW"))"
        case .groupImportLimit: return "group \(price.group ?? ""): import limit\(limit(price, "kW"))"
        case .groupExportLimit: return "group \(price.group ?? ""): export limit\(limit(price, "kW"))"
        case .exportLimit: return "export limit\(limit(price, "kW"))"
        }
    }

    private func target(_ price: ShadowPrice) -> String {
        if let missing = price.shortfallKWh { return "cannot be met, \(fixed(missing, 2)) kWh short" }
        if let change = price.shortfallChange { return shortfall(change, "kWh", "less asked", price.price ?? 0) }
        if let cost = price.price, cost < 0 { return "a kWh less asked \(sharesOtherwise(cost))" }
        guard let cost = price.price, cost > 0 else { return "costs nothing" }
        let percent = price.pricePerPercent.map { " (\(unit.text($0)) per 1 % of SoC)" } ?? ""
        return "\(unit.text(cost)) per kWh\(percent)"
    }

    private func limit(
        _ price: ShadowPrice, _ measure: String, amount hasAmount: Bool = true, ofDays: Bool = false
    ) -> String {
        let (when, steps) = ofDays ? ("used up on", "day") : ("binds in", "step")
        let amount = hasAmount ? price.amount.map { " of \(fixed($0, 2)) \(measure)" } ?? "" : ""
        let count = price.bindsAt.count
        var binds = ""
        if let first = price.bindsAt.first.flatMap({ clock.instant($0) }) {
            let place = ofDays ? (on: "", time: clock.day(first)) : (on: "at ", time: clock.dayTime(first))
            binds = "; \(when) \(count) \(count == 1 ? steps : steps + "s"), "
            binds += "\(count == 1 ? "" : "first ")\(place.on)\(place.time)"
        }
        if let change = price.shortfallChange {
            return "\(amount): \(shortfall(change, measure, "more", price.price ?? 0))\(binds)"
        }
        if let worth = price.price, worth < 0 {
            return "\(amount): one \(measure) more \(sharesOtherwise(worth))\(binds)"
        }
        return "\(amount): one \(measure) more is worth \(unit.text(price.price ?? 0))\(binds)"
    }

    /// Of a change that costs money while as much stays short in all.
    private func sharesOtherwise(_ saved: Double) -> String {
        "costs \(unit.text(-saved)) more, since the targets that fall short share otherwise"
    }

    /// What a change does to what is missing, and to the bill: the targets come first.
    ///
    /// A unit that would leave less short than there is, is too much to speak of.
    private func shortfall(_ kwhPerUnit: Double, _ measure: String, _ change: String, _ savedPerUnit: Double) -> String
    {
        let short = explanation.shadowPrices.reduce(0) { $0 + ($1.shortfallKWh ?? 0) }
        let size = [1, 0.1, 0.01].first { short <= 0 || kwhPerUnit * $0 <= short + 0.005 } ?? 0.001
        let one = size < 1 ? "\(size)" : measure == "kWh" && change != "more" ? "a" : "one"
        let (kwh, saved, what) = (kwhPerUnit * size, savedPerUnit * size, "\(one) \(measure) \(change)")
        var words = "\(what) leaves \(fixed(abs(kwh), 2)) kWh \(kwh > 0 ? "less" : "more") short"
        if abs(saved) * unit.perMoney >= 0.005 {
            words += " and costs \(unit.text(abs(saved))) \(saved < 0 ? "more" : "less")"
        }
        return words
    }

    /// `Mon 07:15` of a time as the result writes it.
    private func explainedTime(_ text: String) -> String? {
        guard let instant = clock.instant(text) else { return nil }
        return clock.dayTime(instant)
    }
}
