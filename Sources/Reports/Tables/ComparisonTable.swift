import Accounting
import Scenarios
import Scheduling

/// `v2x compare` for people: one column per mode, within 80 columns.
package enum ComparisonTable {
    /// The table of the modes that have a schedule.
    package static func text(_ modes: [(mode: ScheduleMode, account: ModeAccount)], scenario: Scenario) -> String {
        let names = ["v2x": "V2X", "v1x": "V1X", "immediate": "immediate", "deferred": "deferred"]
        var out = "\(scenario.name)\n\n" + row("", modes.map { names[$0.mode.rawValue] ?? $0.mode.rawValue })
        func line(_ label: String, _ decimals: Int, _ value: (ModeAccount) -> Double?) {
            out += row(label, modes.map { value($0.account).map { fixed($0, decimals) } ?? "-" })
        }
        let currency = scenario.currency
        let lines = Set(modes.flatMap { $0.account.costs.keys })
        let first = ["energy", "calendar", "cycle"].filter(lines.contains)
        let last = ["stored"].filter(lines.contains)
        for name in first + lines.subtracting(first + last).sorted() + last {
            line("\(name.replacing("_", with: " ")), \(currency)", 4) { $0.costs[name] }
        }
        line("total, \(currency)", 4) { $0.objective }
        if modes.contains(where: { abs($0.account.costs["stored"] ?? 0) >= 0.00005 }) {
            out += "stored: worth of what a plan leaves less in the batteries than V2X does\n"
        }
        out += "\n"
        line("bought, kWh", 2) { $0.importKWh }
        line("sold, kWh", 2) { $0.exportKWh }
        line("peak import, kW", 2) { $0.peakKW }
        line("discharged, kWh", 2) { $0.dischargedKWh }
        line("lost in chargers, kWh", 2) { $0.lossKWh }
        line("equivalent full cycles", 3) { $0.efc }
        line("left at the end, kWh", 2) { $0.endKWh }
        line("mean SoC, %", 1) { $0.meanSoC * 100 }
        if modes.contains(where: { $0.account.shortfallKWh > 0 }) { line("shortfall, kWh", 2) { $0.shortfallKWh } }
        let entries = { (account: ModeAccount) in account.degradation.map { Array($0.values) } }
        if modes.contains(where: { entries($0.account) != nil }) {
            out += "\n"
            line("calendar loss, ppm", 2) { entries($0)?.reduce(0) { $0 + $1.calendarLoss * 1e6 } }
            line("cycle loss, ppm", 2) { entries($0)?.reduce(0) { $0 + $1.cycleLoss * 1e6 } }
            out += "\ntrue cost of degradation, \(currency) (negative: the battery is spared)\n"
            for rule in ["immediate", "deferred", "v1x"] {
                line("  against \(names[rule] ?? rule)", 4) { $0.trueCostAgainst[rule] }
            }
            if modes.contains(where: { $0.account.trueCostPerKWhAgainst != nil }) {
                out += "the same in ct per kWh discharged\n"
                for rule in ["immediate", "deferred", "v1x"] {
                    line("  against \(names[rule] ?? rule)", 2) { $0.trueCostPerKWhAgainst?[rule].map { $0 * 100 } }
                }
            }
        }
        return out + spread(modes, currency: currency, names: names)
    }

    /// The V2X schedule in a battery of each built-in cell.
    private static func spread(
        _ modes: [(mode: ScheduleMode, account: ModeAccount)], currency: String, names: [String: String]
    ) -> String {
        guard let account = modes.first(where: { $0.mode == .v2x })?.account, let cells = account.cells else {
            return ""
        }
        let rules = ["immediate", "deferred", "v1x"].filter { rule in
            cells.values.contains { $0.trueCostAgainst[rule] != nil }
        }
        guard !rules.isEmpty else { return "" }
        let perKWh = cells.values.contains { $0.trueCostPerKWhAgainst != nil }
        var out = "\nthe V2X schedule in a battery of another cell: true cost"
        out += perKWh ? ", ct per kWh discharged\n" : ", \(currency)\n"
        out += row("", rules.map { "vs \(names[$0] ?? $0)" } + ["loss, ppm"])
        for (name, verdict) in cells.sorted(by: { $0.key < $1.key }) {
            let costs = rules.map { rule -> String in
                if perKWh { return verdict.trueCostPerKWhAgainst?[rule].map { fixed($0 * 100, 2) } ?? "-" }
                return verdict.trueCostAgainst[rule].map { fixed($0, 4) } ?? "-"
            }
            out += row("  \(name)", costs + [fixed(verdict.loss * 1e6, 2)])
        }
        return out
    }

    /// A label and numbers to its right, as every table of this kind has them.
    static func row(_ label: String, _ cells: [String]) -> String {
        var line = padded(label, 28)
        for cell in cells { line += padded(cell, 12, right: true) }
        while line.last == " " { line.removeLast() }
        return line + "\n"
    }
}
