import Simulations

/// `v2x simulate` for people (within 80 columns) and for spreadsheets.
package enum SimulationTable {
    private static let names = ["v2x": "V2X", "v1x": "V1X"]

    /// What a year costs, what it does to the battery, and what was not known before.
    package static func text(_ simulation: Simulation) -> String {
        let modes = modes(simulation)
        let runs = modes.compactMap { simulation.runs[$0] }
        let vehicles = simulation.vehicles == 1 ? "1 vehicle" : "\(simulation.vehicles) vehicles"
        var out = "\(simulation.scenario)\n"
        let days = "\(fixed(simulation.days, 0)) \(simulation.days == 1 ? "day" : "days")"
        out += "\(simulation.currency) a year; \(days), \(vehicles); planned every "
        out += "\(hours(simulation.commitHours)) for the next \(hours(simulation.horizonHours))\n\n"
        out += ComparisonTable.row("", modes.map { names[$0] ?? $0 })
        func line(_ label: String, _ decimals: Int, _ value: (Simulation.Run) -> Double?) {
            out += ComparisonTable.row(label, runs.map { value($0).map { fixed($0, decimals) } ?? "-" })
        }
        let lines = Set(runs.flatMap(\.costs.keys))
        let first = ["energy", "calendar", "cycle"].filter(lines.contains)
        for name in first + lines.subtracting(first).sorted() {
            line(name.replacing("_", with: " "), 2) { $0.costs[name] }
        }
        line("total", 2) { $0.total }
        out += "\n"
        line("bought, kWh", 0) { $0.importKWh }
        line("sold, kWh", 0) { $0.exportKWh }
        line("discharged, kWh", 0) { $0.dischargedKWh }
        line("peak import, kW", 2) { $0.peakKW }
        line("equivalent full cycles", 1) { $0.efc }
        line("mean SoC, %", 1) { $0.meanSoC * 100 }
        if runs.contains(where: { $0.shortfallKWh > 0.005 }) { line("targets missed, kWh", 2) { $0.shortfallKWh } }
        if runs.contains(where: { $0.replans > 0 }) { line("planned again, times", 0) { Double($0.replans) } }
        if runs.contains(where: { $0.unprovenDays > 0 }) { line("days not proven", 0) { Double($0.unprovenDays) } }
        if runs.contains(where: { $0.capacityLoss > 0 }) {
            out += "\nthe battery, over the \(days)\n"
            line("  capacity lost, %", 3) { $0.capacityLoss * 100 }
            line("    by calendar", 3) { $0.calendarLoss * 100 }
            line("    by cycles", 3) { $0.cycleLoss * 100 }
            line("  years to its end of life", 1) { run in run.yearsToEndOfLife.values.min() }
            line("  its price over those years", 2) { $0.batteryCostPerYear }
        }
        for (mode, run) in zip(modes, runs) where run.cutSteps != nil || run.overloadedSteps != nil {
            out += "\n" + WorthTable.cutNotes(mode, run.cutSteps, run.overloadedSteps)
        }
        for (mode, why) in (simulation.withoutSchedule ?? [:]).sorted(by: { $0.key < $1.key }) {
            out += "\n" + WorthTable.missingNote(names[mode] ?? mode, why)
        }
        if let value = simulation.valueOfPerfectInformation {
            out += "\n" + ComparisonTable.row("worth of perfect information", modes.map { cell(value[$0]) })
        }
        return out
    }

    /// One row per day and mode.
    package static func csv(_ simulation: Simulation) -> String {
        let lines = Set(simulation.daily.flatMap(\.costs.keys)).sorted()
        var out = "day,mode,total," + lines.joined(separator: ",")
        out +=
            ",charged_kwh,discharged_kwh,import_kwh,export_kwh,peak_kw,shortfall_kwh,soc_at_end,capacity_loss,plans\n"
        for day in simulation.daily {
            let money = [day.total] + lines.map { day.costs[$0] ?? 0 }
            let rest = [
                day.chargedKWh, day.dischargedKWh, day.importKWh, day.exportKWh, day.peakKW, day.shortfallKWh,
                day.socAtEnd,
            ]
            out += "\(day.start),\(day.mode),\((money + rest).map { fixed($0, 6) }.joined(separator: ",")),"
            out += "\(fixed(day.capacityLoss, 9)),\(day.plans)\n"
        }
        return out
    }

    /// V2X, V1X, then what nobody controls.
    static func modes(_ simulation: Simulation) -> [String] {
        ["v2x", "v1x"].filter { simulation.runs[$0] != nil }
            + simulation.runs.keys.filter { $0 != "v2x" && $0 != "v1x" }.sorted()
    }

    private static func cell(_ value: Double?) -> String { value.map { fixed($0, 2) } ?? "-" }
    private static func hours(_ value: Double) -> String { "\(fixed(value, value == value.rounded() ? 0 : 2)) h" }
}
