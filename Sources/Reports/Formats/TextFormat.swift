import Verification
import Accounting
import Scenarios
import Scheduling

/// For people at a terminal: what it costs, what each vehicle does, what gave way, and a chart, within 80 columns.
package enum TextFormat: ReportFormat {
    package static let name = "text"
    static let width = 80

    package static func text(of report: Report) -> String {
        let result = report.result
        let scenario = report.scenario
        let clock = WallClock(timeZone: scenario.grid.timeZone) ?? .utc
        var out = "\(report.scenario.name)\n"
        let minutes = scenario.grid.stepSeconds / 60
        out += "\(clock.dayDateTime(scenario.grid.start)) to \(clock.dayDateTime(scenario.grid.end)) "
        out += "(\(scenario.grid.timeZone))\n\(scenario.grid.count) steps of \(minutes) min. "
        out += status(result, habits: scenario.habits) + "\n\n"
        out += costTable(report) + "\n"
        out += vehicleTable(report) + "\n"
        if report.cuts.steps > 0 {
            out += "  the rule is cut to the site's limits in \(report.cuts.steps) "
            out += "\(report.cuts.steps == 1 ? "step" : "steps")\n\n"
        }
        for shortfall in report.shortfalls {
            out += wrapped(words(shortfall, scenario, clock), first: "  ! ", indent: 4)
        }
        if let open = report.reachSentence { out += wrapped(open, first: "  ! ", indent: 4) }
        if !report.shortfalls.isEmpty { out += "\n" }
        if !scenario.ignoresLaterTargets, let later = scenario.laterTargetWords {
            out += wrapped(later, first: "  ! ", indent: 4) + "\n"
        }
        out += Chart(report: report, clock: clock).text
        out += "\n" + planTable(report, clock)
        for power in NamedPower.loads(of: result) + NamedPower.reserve(of: result) {
            out += runs(of: power, report, clock)
        }
        return out
    }

    static func status(_ result: ResultFile, habits: Habits = Habits()) -> String {
        let mode = ["v2x": "V2X", "v1x": "V1X (no discharging)"][result.mode] ?? result.mode
        switch (result.status, result.solver.method) {
        case (_, "rule"): return "\(mode) charging: a rule, not an optimum"
        case (.optimal, _) where result.shortfallKWh > 0:
            return "\(mode): optimal, proven; targets fall \(fixed(result.shortfallKWh, 2)) kWh short"
        case (.optimal, _): return "\(mode): optimal, proven"
        case (.feasible, _)
        where habits.within > 0
            && result.objective + (result.hurdle ?? 0) - (result.bound ?? -.infinity) <= habits.within + 1e-6:
            let why = habits.stay != nil ? "to stay near the last plan" : "for smooth power"
            return "\(mode): within \(fixed(habits.within, 4)) \(result.currency) of the optimum, \(why)"
        case (.feasible, _):
            guard let gap = result.gap else { return "\(mode): a limit stopped the search before any proof" }
            return "\(mode): a limit stopped the proof; at most \(fixed(gap * 100, 3)) % above the optimum"
        }
    }

    /// A power beside the stores', a line for each run of steps in which it is the same.
    private static func runs(of power: NamedPower, _ report: Report, _ clock: WallClock) -> String {
        let grid = report.scenario.grid
        var lines: [String] = []
        var step = 0
        while step < grid.count {
            var end = step + 1
            while end < grid.count, abs(power.kw[end] - power.kw[step]) < 0.005 { end += 1 }
            if power.kw[step] >= 0.005 {
                lines.append(
                    "    \(clock.dateTime(grid.boundary(step))) to \(clock.time(grid.boundary(end)))  "
                        + "\(padded(power.verb, 9)) \(padded(fixed(power.kw[step], 2), 7, right: true)) kW")
            }
            step = end
        }
        if lines.isEmpty { lines = ["    \(power.idle)"] }
        let more = lines.count > 24 ? "    and \(lines.count - 24) more blocks (--format csv has every step)\n" : ""
        return "  \(power.name)\n" + lines.prefix(24).joined(separator: "\n") + "\n" + more
    }

    private static func costTable(_ report: Report) -> String {
        let currency = report.scenario.currency
        var rows = report.costs.filter { abs($0.amount) > 5e-7 || $0.name == "energy" }
            .map { ($0.name.replacing("_", with: " "), $0.amount) }
        let total = rows.count
        rows.append(("total", report.result.objective))
        if let hurdle = report.result.hurdle { rows.append(("min gain (asked, not paid)", hurdle)) }
        let labelWidth = rows.map(\.0.count).max() ?? 0
        let amounts = rows.map { fixed($0.1, 4) }
        let amountWidth = amounts.map(\.count).max() ?? 0
        var out = ""
        for (index, row) in rows.enumerated() {
            if index == total {
                out += "  " + String(repeating: "-", count: labelWidth + amountWidth + 6) + "\n"
            }
            out += "  \(padded(row.0, labelWidth))  \(padded(amounts[index], amountWidth, right: true)) \(currency)\n"
        }
        return out
    }

    /// Energy in a column of the table.
    private static func kWh(_ energy: Double) -> String { fixed(energy, energy < 10_000 ? 2 : 0) + " kWh" }

    private static func vehicleTable(_ report: Report) -> String {
        let h = report.result.stepHours
        var out = "  vehicle         charged   discharged    lowest   highest       end\n"
        let vehicles = report.result.vehicles.count - report.result.batteryCount
        let shown =
            report.result.vehicles.prefix(min(20, vehicles)) + report.result.vehicles.dropFirst(vehicles).prefix(20)
        for vehicle in shown {
            let charged = vehicle.chargeKW.reduce(0, +) * h
            let discharged = vehicle.dischargeKW.reduce(0, +) * h
            let socs = [vehicle.soc.min() ?? 0, vehicle.soc.max() ?? 0, vehicle.soc.last ?? 0]
            out += "  \(padded(String(vehicle.id.prefix(12)), 12))"
            out += padded(kWh(charged), 11, right: true)
            out += padded(kWh(discharged), 13, right: true)
            for soc in socs { out += padded(fixed(soc * 100, 1) + " %", 10, right: true) }
            out += "\n"
        }
        if shown.count < report.result.vehicles.count {
            out += "  and \(report.result.vehicles.count - shown.count) more\n"
        }
        for load in report.result.loads ?? [] {
            out += "  \(padded(String(load.id.prefix(12)), 12))"
            out += padded(kWh(load.kW.reduce(0, +) * h), 11, right: true)
            if let heat = load.energyKWh {
                out += "  heat \(fixed(heat.min() ?? 0, 2)) to \(fixed(heat.max() ?? 0, 2)) kWh, "
                out += "\(fixed(heat.last ?? 0, 2)) at the end"
            }
            out += "\n"
        }
        return out
    }

    /// How far the vehicle comes, in this plan and at most.
    private static func reach(_ shortfall: Shortfall) -> String {
        guard shortfall.kind != .ceiling, let reached = shortfall.reachedSoC else { return "" }
        let plan = " It reaches \(fixed(reached * 100, 1)) %"
        guard let most = shortfall.reachableSoC else { return plan + "." }
        return most > reached + 5e-4
            ? plan + "; were this the only target, it would be \(fixed(most * 100, 1)) %."
            : plan + ", the most that is possible."
    }

    static func words(_ shortfall: Shortfall, _ scenario: Scenario, _ clock: WallClock) -> String {
        let vehicle = scenario.vehicles.first { $0.id == shortfall.vehicle }
        let missing = "\(fixed(shortfall.kwh, 2)) kWh short"
        let reach = reach(shortfall)
        var window = ""
        if let vehicle, let index = shortfall.window {
            let plug = vehicle.windows[index]
            window = " (plugged in \(clock.dayDateTime(plug.from)) to \(clock.dayDateTime(plug.to)))"
        }
        let who = shortfall.vehicle ?? "The site"
        switch shortfall.kind {
        case .departure:
            let target =
                vehicle.flatMap { vehicle in shortfall.window.flatMap { vehicle.windows[$0].departureSoC } } ?? 0
            return
                "\(who) leaves at \(clock.dayDateTime(shortfall.at))\(window) \(missing) of its \(fixed(target * 100, 1)) %.\(reach)"
        case .target:
            let asked = vehicle.flatMap { vehicle in
                shortfall.window.flatMap { vehicle.windows[$0].targets.first { $0.at == shortfall.at }?.soc }
            }
            return
                "\(who) stands at \(clock.dayDateTime(shortfall.at))\(window) \(missing) of its \(fixed((asked ?? 0) * 100, 1)) %.\(reach)"
        case .floor:
            return "\(who) is below its floor at \(clock.dayDateTime(shortfall.at))\(window): \(missing).\(reach)"
        case .end:
            let asked = vehicle.map { vehicle in
                (PlugTimeline(vehicle: vehicle, grid: scenario.grid).endKWh ?? 0) / vehicle.battery.capacityKWh
            }
            return "\(who) ends the horizon \(missing) of its \(fixed((asked ?? 0) * 100, 1)) %.\(reach)"
        case .ceiling:
            return
                "\(who) is above soc_max from \(clock.dayDateTime(shortfall.at)) on: \(fixed(shortfall.kwh, 2)) kWh too much."
        case .backup: return "\(who) holds too little for an outage at \(clock.dayDateTime(shortfall.at)): \(missing)."
        case .load:
            return "\(shortfall.load ?? "a load") at \(clock.dayDateTime(shortfall.at)): \(missing)."
        case .outage: return "load at \(clock.dayDateTime(shortfall.at)), without a grid, is not served: \(missing)."
        }
    }

    /// The vehicles and batteries whose plan is written out: three of each at most.
    private static func planned(_ result: ResultFile) -> [Int] {
        let vehicles = result.vehicles.count - result.batteryCount
        return Array(0..<min(3, vehicles)) + Array(vehicles..<min(vehicles + 3, result.vehicles.count))
    }

    /// Runs of steps in which nothing changes, for each vehicle.
    private static func planTable(_ report: Report, _ clock: WallClock) -> String {
        let grid = report.scenario.grid
        var out = ""
        let shown = planned(report.result)
        for index in shown {
            let vehicle = report.result.vehicles[index]
            let timeline = PlugTimeline(vehicle: report.scenario.vehicles[index], grid: grid)
            out += "  \(vehicle.id)\n"
            var step = 0
            var lines: [String] = []
            while step < grid.count {
                let power = vehicle.chargeKW[step] - vehicle.dischargeKW[step]
                let isPlugged = timeline.pluggedShare[step] > 0
                var end = step + 1
                while end < grid.count, abs(vehicle.chargeKW[end] - vehicle.dischargeKW[end] - power) < 0.005,
                    (timeline.pluggedShare[end] > 0) == isPlugged
                {
                    end += 1
                }
                if power != 0 {
                    let soc = "\(fixed(vehicle.soc[step] * 100, 1)) -> \(fixed(vehicle.soc[end] * 100, 1)) %"
                    let what = power > 0 ? "charge" : "discharge"
                    lines.append(
                        "    \(clock.dateTime(grid.boundary(step))) to \(clock.time(grid.boundary(end)))  "
                            + "\(padded(what, 9)) \(padded(fixed(abs(power), 2), 7, right: true)) kW   \(soc)")
                }
                step = end
            }
            if lines.isEmpty { lines = ["    neither charges nor discharges"] }
            out += lines.prefix(24).joined(separator: "\n") + "\n"
            if lines.count > 24 { out += "    and \(lines.count - 24) more changes (--format csv has every step)\n" }
        }
        if report.result.vehicles.count > shown.count { out += "  (--format csv has every vehicle and step)\n" }
        return out
    }
}

/// A number with a fixed number of decimals, never minus zero; a half goes up, also where arithmetic has lost a little of it.
func fixed(_ value: Double, _ decimals: Int) -> String {
    guard value.isFinite, abs(value) < 1e12 else { return "\(value)" }
    let scale = (0..<decimals).reduce(1) { power, _ in power * 10 }
    let whole = Int(saturating: (abs(value) * Double(scale) + 1e-7).rounded())
    let sign = value < 0 && whole != 0 ? "-" : ""
    guard decimals > 0 else { return "\(sign)\(whole)" }
    let fraction = "\(whole % scale)"
    return "\(sign)\(whole / scale)." + String(repeating: "0", count: decimals - fraction.count) + fraction
}

/// `text` filled with blanks to `width`.
func padded(_ text: String, _ width: Int, right: Bool = false) -> String {
    let blanks = String(repeating: " ", count: max(0, width - text.count))
    return right ? blanks + text : text + blanks
}

/// `sentence` in lines of at most 80 columns, the first after `first`, the others `indent` blanks in.
func wrapped(_ sentence: String, first: String, indent: Int) -> String {
    var lines: [String] = []
    var line = first
    for word in sentence.split(separator: " ") {
        if line.count + word.count + 1 > TextFormat.width {
            lines.append(line)
            line = String(repeating: " ", count: indent)
        }
        line += (line.hasSuffix(" ") || line.isEmpty ? "" : " ") + word
    }
    return (lines + [line]).joined(separator: "\n") + "\n"
}
