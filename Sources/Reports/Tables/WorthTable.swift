import Accounting

/// `v2x value` for people (within 80 columns) and for spreadsheets.
package enum WorthTable {
    /// What a stream's key is called.
    static func title(_ stream: String) -> String {
        switch stream {
        case "flat_tariff": "flat tariff: own use, care"
        case "arbitrage": "energy arbitrage"
        default: stream.replacing("_", with: " ")
        }
    }

    private static let modes = [("v1x", "V1X"), ("v2x", "V2X")]

    /// The table of streams, what the whole stack does to the bill, and what it comes to per kW.
    package static func text(_ worth: StreamWorth) -> String {
        let vehicles = worth.vehicles == 1 ? "1 vehicle" : "\(worth.vehicles) vehicles"
        let days = worth.days == 1 ? "1 day" : "\(worth.days) days"
        var out = "\(worth.scenario)\n"
        out += "\(worth.currency) per vehicle and year, net of true degradation; \(days), \(vehicles)\n\n"
        out += ComparisonTable.row("", ["V1X first", "V1X last", "V2X first", "V2X last"])
        for entry in worth.streams {
            var cells: [String] = []
            for (mode, _) in modes {
                cells.append(entry.worth[mode].map { fixed($0.first, 2) } ?? "-")
                cells.append(entry.worth[mode]?.last.map { fixed($0, 2) } ?? "-")
            }
            out += ComparisonTable.row(title(entry.stream), cells)
        }
        out += "first: added to nothing; last: added to all others\n\n"

        out += ComparisonTable.row("", ["\(worth.uncontrolledRule)", "V1X", "V2X"])
        let lines = ["energy"] + worth.uncontrolled.keys.filter { $0 != "energy" && $0 != "wear" }.sorted() + ["wear"]
        for line in lines {
            let bills = modes.map { worth.modes[$0.0]?.bill[line].map { fixed($0, 2) } ?? "-" }
            out += ComparisonTable.row(
                line.replacing("_", with: " "), [worth.uncontrolled[line].map { fixed($0, 2) } ?? "-"] + bills)
        }
        let total = fixed(worth.uncontrolled.values.sorted().reduce(0, +), 2)
        out += ComparisonTable.row(
            "bill with all streams", [total] + each(worth) { fixed($0.bill.values.sorted().reduce(0, +), 2) })
        out += ComparisonTable.row("saved or earned", [""] + each(worth) { fixed($0.gross, 2) })
        out += ComparisonTable.row("true cost of degradation", [""] + each(worth) { fixed($0.trueDegradationCost, 2) })
        out += ComparisonTable.row("worth, net", [""] + each(worth) { fixed($0.net, 2) })
        out += ComparisonTable.row(
            "  per kW of charger", [""] + each(worth) { $0.netPerKW.map { fixed($0, 2) } ?? "-" })
        out += ComparisonTable.row("discharged, kWh", [""] + each(worth) { fixed($0.dischargedKWh, 0) })
        let shortfalls = [worth.uncontrolledShortfallKWh] + modes.compactMap { worth.modes[$0.0]?.shortfallKWh }
        if shortfalls.contains(where: { $0 > 0.005 }) {
            out += ComparisonTable.row(
                "targets missed, kWh",
                [fixed(worth.uncontrolledShortfallKWh, 2)] + each(worth) { fixed($0.shortfallKWh, 2) })
        }
        out += cutNotes(worth.uncontrolledRule, worth.uncontrolledCutSteps, worth.uncontrolledOverloadedSteps)
        for (mode, name) in modes {
            if let why = worth.withoutSchedule?[mode] { out += missingNote(name, why) }
            if let unproven = worth.modes[mode]?.unprovenDays, unproven > 0 {
                out += "\(name): \(unproven) of the daily optima are not proven within the gap\n"
            }
        }
        return out
    }

    /// That a mode has no schedule, and why.
    static func missingNote(_ name: String, _ why: String) -> String {
        wrapped("\(name) is left out, from \(why)", first: "", indent: 2)
    }

    /// What the site's limits did to a rule, in lines.
    static func cutNotes(_ rule: String, _ cut: Int?, _ overloaded: Int?) -> String {
        var out = ""
        if let cut { out += "\(rule): cut to the site's limits in \(cut) \(cut == 1 ? "step" : "steps")\n" }
        if let overloaded {
            out += "\(rule): load or sun alone exceed the site's limits in \(overloaded) "
            out += "\(overloaded == 1 ? "step" : "steps")\n"
        }
        return out
    }

    /// One row per stream and mode; `first` and `last` per vehicle and year, then per kW.
    package static func csv(_ worth: StreamWorth) -> String {
        var out = "stream,mode,first,last,first_per_kw,last_per_kw\n"
        func cell(_ value: Double?) -> String { value.map { fixed($0, 4) } ?? "" }
        for entry in worth.streams {
            for (mode, _) in modes {
                guard let found = entry.worth[mode] else { continue }
                out += "\(entry.stream),\(mode),\(cell(found.first)),\(cell(found.last)),"
                out += "\(cell(found.firstPerKW)),\(cell(found.lastPerKW))\n"
            }
        }
        for (mode, _) in modes {
            guard let found = worth.modes[mode] else { continue }
            out += "all,\(mode),\(cell(found.net)),\(cell(found.net)),\(cell(found.netPerKW)),\(cell(found.netPerKW))\n"
        }
        return out
    }

    private static func each(_ worth: StreamWorth, _ text: (StreamWorth.Mode) -> String) -> [String] {
        modes.map { worth.modes[$0.0].map(text) ?? "-" }
    }
}
