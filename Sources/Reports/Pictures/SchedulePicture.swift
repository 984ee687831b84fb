import Verification
import Accounting
import Scenarios

/// A result as one SVG: prices, power of each vehicle (charging up, discharging down), charge, and the connection.
package enum SchedulePicture {
    /// The picture, a file of its own. More vehicles than a legend has room for are shown by their sums and mean.
    package static func svg(_ result: ResultFile, style: PictureStyle = PictureStyle()) -> String {
        let count = result.steps.count
        let walls = result.steps.compactMap(WallTime.init(iso8601:))
        let time = TimeAxis(walls, stepSeconds: Int(saturating: (result.stepHours * 3600).rounded()))
        let ticks = time.ticks.map { (position: $0.position, label: $0.label) }
        func steps(_ values: [Double]) -> [(x: Double, y: Double?)] {
            let all = values + [values.last ?? 0]
            return all.enumerated().map { (Double($0.offset) / Double(max(1, count)), $0.element) }
        }
        func path(_ values: [Double]) -> [(x: Double, y: Double?)] {
            values.enumerated().map { (Double($0.offset) / Double(max(1, values.count - 1)), $0.element) }
        }
        let isFew = result.vehicles.count <= LinePanel.maxLines
        let lines = result.costs.sorted { $0.key < $1.key }.map {
            "\($0.key.replacing("_", with: " ")) \(fixed($0.value, 2))"
        }
        var figure = Figure(
            title: result.scenario,
            subtitle:
                "\(result.mode.uppercased()), \(result.status.rawValue): \(fixed(result.objective, 2)) \(result.currency)"
                + " (\(lines.joined(separator: ", ")))", style: style)
        if let prices = result.prices, prices.importPerKWh.count == count, prices.exportPerKWh.count == count {
            let unit = PriceUnit(currency: result.currency)
            // One line where energy costs what it earns.
            let isOne = prices.importPerKWh == prices.exportPerKWh
            var priced = [
                LinePanel.Line(
                    name: isOne ? "import and export" : "import",
                    points: steps(prices.importPerKWh.map { $0 * unit.perMoney }),
                    isSteps: true)
            ]
            if !isOne {
                priced.append(
                    .init(
                        name: "export", points: steps(prices.exportPerKWh.map { $0 * unit.perMoney }), isSteps: true))
            }
            figure.add(LinePanel(title: "price", unit: unit.perKWh, lines: priced, ticks: ticks, usualHeight: 110))
        }
        let powers = result.vehicles.map { zip($0.chargeKW, $0.dischargeKW).map { $0 - $1 } }
        let total = (0..<count).map { step in powers.reduce(0) { $0 + $1[step] } }
        let power = LinePanel(
            title: "power (discharging below zero)", unit: "kW",
            lines: isFew
                ? zip(result.vehicles, powers).map { .init(name: $0.id, points: steps($1), isSteps: true) }
                : [.init(name: "all \(powers.count) vehicles", points: steps(total), isSteps: true)], ticks: ticks)
        figure.add(power)
        let mean = (0...count).map { k in
            result.vehicles.reduce(0) { $0 + $1.soc[k] } / Double(max(1, result.vehicles.count)) * 100
        }
        let soc = LinePanel(
            title: "state of charge", unit: "%",
            lines: isFew
                ? result.vehicles.map { .init(name: $0.id, points: path($0.soc.map { $0 * 100 })) }
                : [.init(name: "mean", points: path(mean))], ticks: ticks)
        figure.add(soc)
        let site = LinePanel(
            title: "at the connection", unit: "kW",
            lines: [
                .init(name: "import", points: steps(result.site.importKW), isSteps: true),
                .init(name: "export", points: steps(result.site.exportKW), isSteps: true),
            ], ticks: ticks)
        figure.add(site)
        for (title, all) in [
            ("flexible loads", NamedPower.loads(of: result)),
            ("reserve that is sold", NamedPower.reserve(of: result)),
        ] {
            let committed = all.filter { $0.kw.count == count }
            if committed.isEmpty { continue }
            let sold = LinePanel(
                title: title, unit: "kW",
                lines: committed.prefix(LinePanel.maxLines).map {
                    .init(name: $0.name, points: steps($0.kw), isSteps: true)
                }, ticks: ticks)
            figure.add(sold)
        }
        return figure.svg
    }
}
