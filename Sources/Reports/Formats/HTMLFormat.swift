import Accounting
import Foundation
import Scenarios
import Scheduling

/// One file that any browser opens, offline: what the plan costs and why, in pictures with a cursor, and as tables.
///
/// It loads nothing and sends nothing (its content policy forbids it); light and dark, phone and print; whole without scripts.
package enum HTMLFormat: ReportFormat {
    package static let name = "html"
    package static let isThorough = true
    /// Vehicles that have pictures of their own; all are in the tables.
    static let maxPictured = 8

    package static func text(of report: Report) throws -> String {
        let scenario = report.scenario
        let clock = WallClock(timeZone: scenario.grid.timeZone) ?? .utc
        let data = PageData(report, clock: clock)
        let figures = PageFigures(report, data: data, clock: clock)
        let tables = PageTables(report: report, clock: clock)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let island = Markup.island(String(decoding: try encoder.encode(data), as: UTF8.self))

        var body = heading(report, clock) + cards(report)
        for shortfall in report.shortfalls {
            body += "<p class=\"note\">\(Markup.escaped(TextFormat.words(shortfall, scenario, clock)))</p>\n"
        }
        if let open = report.reachSentence { body += "<p class=\"note\">\(Markup.escaped(open))</p>\n" }
        if !scenario.ignoresLaterTargets, let later = scenario.laterTargetWords {
            body += "<p class=\"note\">\(Markup.escaped(later))</p>\n"
        }
        body += "<h2>What it costs</h2>\n"
        if report.baseline != nil {
            let words = [report.baselineSentence, report.storedSentence].compactMap { $0 }.joined(separator: " ")
            body += "<p class=\"soft\">\(Markup.escaped(words))</p>\n"
        }
        body += tables.costs
        body += "<h2>Price and power</h2>\n" + figures.price
        // The vehicles first, then the batteries.
        let pictured = min(report.result.vehicles.count, maxPictured)
        for index in 0..<pictured { body += figures.power(index) + figures.stateOfCharge(index) }
        if pictured < report.result.vehicles.count {
            body +=
                "<p class=\"soft\">The other \(report.result.vehicles.count - pictured) vehicles are in the table below.</p>\n"
        }
        body += "<h2>The site</h2>\n" + figures.site + (figures.loads ?? "") + (figures.committed ?? "")
        if let wear = tables.wear {
            body +=
                "<h2>Wear of the battery</h2>\n<p class=\"soft\">Capacity lost over the horizon, in millionths, by the "
            body +=
                "cell model itself. The true cost is what is lost beyond normal use (\(report.baselineName)): negative "
            body += "where this plan spares the battery.</p>\n" + wear
        }
        let marginals = (0..<pictured).compactMap(figures.marginal)
        if !marginals.isEmpty {
            body +=
                "<h2>Marginal cost of V2X</h2>\n<p class=\"soft\">What one kWh more out of the car costs the rest of the "
            body +=
                "plan, electricity, losses and wear together, and what one kWh more into it saves: beyond these prices "
            body += "the plan of a step would switch.</p>\n" + marginals.joined()
        }
        body += "<h2 class=\"screen\">Numbers</h2>\n" + tables.steps
        return """
            <!DOCTYPE html>
            <html lang="en"><head><meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; \
            script-src 'unsafe-inline'; img-src data:">
            <link rel="icon" href="data:,">
            <title>\(Markup.escaped(scenario.name)) - v2x</title>
            <style>\(PageStyle.css)</style></head>
            <body><main>
            \(body)<div class="time" hidden><label for="step">Step</label><input id="step" type="range" min="0" value="0" step="1">\
            <output for="step">move over a picture</output></div>
            <footer>\(footer(report))</footer>
            </main>
            <script type="application/json" id="data">\(island)</script>
            <script>\(PageScript.javascript)</script>
            </body></html>

            """
    }

    private static func heading(_ report: Report, _ clock: WallClock) -> String {
        let grid = report.scenario.grid
        return
            "<h1>\(Markup.escaped(report.scenario.name))</h1>\n<p class=\"soft\">\(clock.dayDateTime(grid.start)) to "
            + "\(clock.dayDateTime(grid.end)) (\(Markup.escaped(grid.timeZone))), \(grid.count) steps of "
            + "\(grid.stepSeconds / 60) min. \(Markup.escaped(TextFormat.status(report.result, habits: report.scenario.habits))).</p>\n"
    }

    /// The few numbers that most readers come for.
    private static func cards(_ report: Report) -> String {
        let result = report.result
        let currency = report.scenario.currency
        let h = result.stepHours
        func card(_ title: String, _ value: String, _ more: String = "") -> String {
            "<div><dt>\(Markup.escaped(title))</dt><dd>\(value)\(more.isEmpty ? "" : "<small>\(Markup.escaped(more))</small>")"
                + "</dd></div>\n"
        }
        var out = "<dl class=\"cards\">\n"
        out += card("Total cost", "\(PageTables.number(result.objective, 2, key: "objective")) \(currency)")
        if let usual = report.baselineTotal {
            let saved = usual - result.objective
            let stored = report.baselineCosts?["stored"] ?? 0
            let alike = abs(stored) < 0.005 ? "" : ", counting what is left in the batteries"
            out += card(
                saved >= 0 ? "Saved" : "Costs more", "\(fixed(abs(saved), 2)) \(currency)",
                "against \(report.baselineName)\(alike)")
        }
        if let entries = result.degradation {
            let cost = entries.values.map(\.trueCost).sorted().reduce(0, +)
            out += card(
                cost < 0 ? "Battery spared" : "Battery worn", "\(fixed(abs(cost), 2)) \(currency)",
                "against \(report.baselineName)")
        }
        let charged = result.vehicles.reduce(0) { $0 + $1.chargeKW.reduce(0, +) } * h
        let discharged = result.vehicles.reduce(0) { $0 + $1.dischargeKW.reduce(0, +) } * h
        out += card("Charged", "\(fixed(charged, 1)) kWh", "\(fixed(discharged, 1)) kWh discharged")
        out += card("Highest import", "\(fixed(result.site.importKW.max() ?? 0, 1)) kW")
        if result.shortfallKWh > 0 {
            out += card(
                "Short of its targets", "\(PageTables.number(result.shortfallKWh, 2, key: "shortfall_kwh")) kWh")
        }
        return out + "</dl>\n"
    }

    private static func footer(_ report: Report) -> String {
        let solver = report.result.solver
        let gap =
            report.result.status == .optimal
            ? "proven optimal" : report.result.gap.map { "gap \(fixed($0 * 100, 3)) %" } ?? "no bound"
        let how =
            solver.method == "rule"
            ? "A charging rule, not an optimum."
            : "\(solver.name), \(solver.rows) rows, \(solver.columns) columns, \(gap)."
        return
            "Made by v2x. \(Markup.escaped(how)) Power and prices are means over a step, states of charge hold at its start."
    }
}
