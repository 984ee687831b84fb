import Accounting
import Scenarios

/// The page's numbers: each is a `data` element that holds the result's own value, so that a test (and a program) can hold
/// the page to the JSON.
struct PageTables {
    let report: Report
    let clock: WallClock
    /// Steps beyond which the table of steps is left out.
    static let maxSteps = 700

    /// A number as shown, with its value as the result has it; `key` is its place there.
    static func number(_ value: Double, _ decimals: Int, key: String) -> String {
        "<data value=\"\(value)\" data-key=\"\(Markup.escaped(key))\">\(fixed(value, decimals))</data>"
    }

    /// The colour of a column's bars, before its heading.
    private func swatch(_ style: String) -> String {
        guard report.baseline != nil else { return "" }
        return "<svg class=\"sample\" viewBox=\"0 0 20 10\" aria-hidden=\"true\"><rect class=\"\(style)\" width=\"20\" "
            + "height=\"10\"/></svg>"
    }

    /// Every cost line of the plan beside the baseline's, with a bar each.
    var costs: String {
        let plan = report.result
        // A plan that leaves as much as this one has no line for it.
        let usual = report.baselineCosts?.filter { $0.key != "stored" || abs($0.value) >= 0.00005 }
        let names = report.costs.map(\.name) + (usual?.keys.sorted() ?? []).filter { plan.costs[$0] == nil }
        let largest = max(1e-9, names.map { max(abs(plan.costs[$0] ?? 0), abs(usual?[$0] ?? 0)) }.max() ?? 0)
        let lowest = names.map { min(0, plan.costs[$0] ?? 0, usual?[$0] ?? 0) }.min() ?? 0
        // Zero lies at the left, or in the middle where some line earns.
        let zero = lowest < -1e-9 ? 50.0 : 0
        let scale = (100 - zero) / largest
        func bar(_ amount: Double, _ style: String, _ top: Int) -> String {
            let length = abs(amount) * scale
            let left = amount < 0 ? zero - length : zero
            return "<rect class=\"\(style)\" x=\"\(Markup.coordinate(left))\" y=\"\(top)\" width=\""
                + "\(Markup.coordinate(length))\" height=\"9\"/>"
        }
        var out =
            "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Cost lines\"><table id=\"costs\"><thead><tr>"
        out += "<th scope=\"col\">\(report.scenario.currency)</th><th scope=\"col\">\(swatch("plan"))this plan</th>"
        if usual != nil {
            out += "<th scope=\"col\">\(swatch("rule"))\(report.baselineName)</th><th scope=\"col\">difference</th>"
        }
        out += "<td class=\"bars\" aria-hidden=\"true\"></td></tr></thead>\n<tbody>"
        for name in names {
            let amount = plan.costs[name] ?? 0
            out += "<tr><th scope=\"row\">\(name.replacing("_", with: " "))</th><td>"
            // A line that is the baseline's alone stands in no result.
            out += plan.costs[name] == nil ? fixed(0, 4) : PageTables.number(amount, 4, key: "costs.\(name)")
            out += "</td>"
            var bars = bar(amount, "plan", 1)
            if let usual {
                out += "<td>\(fixed(usual[name] ?? 0, 4))</td><td>\(fixed(amount - (usual[name] ?? 0), 4))</td>"
                bars += bar(usual[name] ?? 0, "rule", 12)
            }
            out +=
                "<td class=\"bars\" aria-hidden=\"true\"><svg viewBox=\"0 0 100 22\" preserveAspectRatio=\"none\">\(bars)"
            out += "<path class=\"zero\" d=\"M\(Markup.coordinate(zero)),0V22\"/></svg></td></tr>\n"
        }
        out += "</tbody>\n<tfoot><tr><th scope=\"row\">total</th><td>"
        out += PageTables.number(plan.objective, 4, key: "objective") + "</td>"
        if let total = report.baselineTotal {
            out += "<td>\(fixed(total, 4))</td><td>\(fixed(plan.objective - total, 4))</td>"
        }
        return out + "<td class=\"bars\"></td></tr></tfoot></table></div>\n"
    }

    /// What the plan does to each battery, beside the baseline.
    var wear: String? {
        guard let entries = report.result.degradation, !entries.isEmpty else { return nil }
        var out =
            "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Wear\"><table id=\"wear\"><thead><tr>"
        for head in [
            "vehicle", "calendar, ppm", "cycling, ppm", "\(report.baselineName), ppm",
            "true cost, \(report.scenario.currency)",
        ] { out += "<th scope=\"col\">\(Markup.escaped(head))</th>" }
        out += "</tr></thead>\n<tbody>"
        for vehicle in report.result.vehicles {
            guard let entry = entries[vehicle.id] else { continue }
            out += "<tr><th scope=\"row\">\(Markup.escaped(vehicle.id))</th>"
            for (value, name) in [
                (entry.calendarLoss, "calendar_loss"), (entry.cycleLoss, "cycle_loss"),
                (entry.baselineLoss, "baseline_loss"),
            ] {
                out += "<td><data value=\"\(value)\" data-key=\"degradation.\(Markup.escaped(vehicle.id)).\(name)\">"
                out += "\(fixed(value * 1e6, 2))</data></td>"
            }
            out += "<td class=\"\(entry.trueCost < -5e-5 ? "good" : entry.trueCost > 5e-5 ? "bad" : "")\">"
            out += PageTables.number(entry.trueCost, 4, key: "degradation.\(vehicle.id).true_cost") + "</td></tr>\n"
        }
        return out + "</tbody></table></div>\n"
    }

    /// Every step, for those who read rather than look.
    var steps: String {
        let result = report.result
        guard result.steps.count <= PageTables.maxSteps else {
            return "<p class=\"soft\">\(result.steps.count) steps: <code>--format csv</code> has them all.</p>\n"
        }
        let unit = PriceUnit(currency: report.scenario.currency)
        var out =
            "<details><summary>Every step as a table</summary><div class=\"scroll\" tabindex=\"0\" role=\"region\" "
        out += "aria-label=\"Every step\"><table id=\"steps\"><thead><tr><th scope=\"col\">from</th>"
        out += "<th scope=\"col\">bought, \(unit.perKWh)</th><th scope=\"col\">sold, \(unit.perKWh)</th>"
        out += "<th scope=\"col\">import, kW</th><th scope=\"col\">export, kW</th>"
        for vehicle in result.vehicles {
            for what in ["charge, kW", "discharge, kW", "SoC at the end, %"] {
                out += "<th scope=\"col\">\(Markup.escaped(vehicle.id)): \(what)</th>"
            }
        }
        let committed = NamedPower.loads(of: result) + NamedPower.reserve(of: result)
        for product in committed { out += "<th scope=\"col\">\(Markup.escaped(product.name)), kW</th>" }
        out += "</tr></thead>\n<tbody>"
        for step in result.steps.indices {
            out += "<tr><th scope=\"row\">\(clock.dayTime(report.scenario.grid.boundary(step)))</th>"
            var cells = [
                unit.number(report.scenario.importPricePerKWh[step]),
                unit.number(report.scenario.exportPricePerKWh[step]),
                fixed(result.site.importKW[step], 2), fixed(result.site.exportKW[step], 2),
            ]
            for vehicle in result.vehicles {
                cells += [
                    fixed(vehicle.chargeKW[step], 2), fixed(vehicle.dischargeKW[step], 2),
                    fixed(vehicle.soc[step + 1] * 100, 1),
                ]
            }
            cells += committed.map { fixed($0.kw[step], 2) }
            out += cells.map { "<td>\($0)</td>" }.joined() + "</tr>\n"
        }
        return out + "</tbody></table></div></details>\n"
    }
}
