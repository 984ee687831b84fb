import Accounting
import Scenarios

/// What targets and limits cost, a line each.
extension ExplanationText {
    /// What each target and limit costs.
    var limits: String {
        var out = "  What targets and limits cost\n"
        for price in explanation.shadowPrices where price.bindsAt.isEmpty || (price.price ?? 0) * unit.perMoney >= 0.005
        {
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
        case .chargePower: return "\(who)charging power\(limit(price))"
        case .dischargePower: return "\(who)discharging power\(limit(price))"
        case .importLimit: return "import limit\(limit(price))"
        case .groupImportLimit: return "group \(price.group ?? ""): import limit\(limit(price))"
        case .groupExportLimit: return "group \(price.group ?? ""): export limit\(limit(price))"
        case .exportLimit: return "export limit\(limit(price))"
        }
    }

    private func target(_ price: ShadowPrice) -> String {
        if let missing = price.shortfallKWh { return "cannot be met, \(fixed(missing, 2)) kWh short" }
        guard let cost = price.price, cost > 0 else { return "costs nothing" }
        let percent = price.pricePerPercent.map { " (\(unit.text($0)) per 1 % of SoC)" } ?? ""
        return "\(unit.text(cost)) per kWh\(percent)"
    }

    private func limit(_ price: ShadowPrice) -> String {
        let amount = price.amount.map { " of \(fixed($0, 2)) kW" } ?? ""
        let first = price.bindsAt.first.flatMap { explainedTime($0) } ?? ""
        let count = price.bindsAt.count
        return "\(amount): one kW more would save \(unit.text(price.price ?? 0)); binds in "
            + "\(count) \(count == 1 ? "step" : "steps"), \(count == 1 ? "at" : "first at") \(first)"
    }

    /// `Mon 07:15` of a time as the result writes it.
    private func explainedTime(_ text: String) -> String? {
        guard let instant = clock.instant(text) else { return nil }
        return clock.dayTime(instant)
    }
}
