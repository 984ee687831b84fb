import Accounting

/// `v2x value` as one SVG: for each stream four bars, V1X and V2X, added first (filled) and added last (hatched, so that
/// it reads in black and white too).
package enum WorthPicture {
    /// The picture, a file of its own.
    package static func svg(_ worth: StreamWorth, style: PictureStyle = PictureStyle()) -> String {
        var rows: [WorthPanel.Row] = worth.streams.map { entry in
            var bars: [WorthPanel.Bar] = []
            for mode in ["v1x", "v2x"] {
                guard let found = entry.worth[mode] else { continue }
                bars.append(.init(mode: mode, isLast: false, value: found.first))
                if let last = found.last { bars.append(.init(mode: mode, isLast: true, value: last)) }
            }
            return .init(title: WorthTable.title(entry.stream), bars: bars)
        }
        rows.append(
            .init(
                title: "all together",
                bars: ["v1x", "v2x"].compactMap { mode in
                    worth.modes[mode].map { .init(mode: mode, isLast: false, value: $0.net) }
                }))
        var figure = Figure(
            title: worth.scenario,
            subtitle:
                "\(worth.currency) per vehicle and year, net of true degradation, against \(worth.uncontrolledRule) charging; "
                + "\(worth.days) \(worth.days == 1 ? "day" : "days"), \(worth.vehicles) \(worth.vehicles == 1 ? "vehicle" : "vehicles")",
            style: style)
        figure.add(WorthPanel(rows: rows, currency: worth.currency))
        return figure.svg
    }
}

/// Groups of bars, to both sides of zero.
private struct WorthPanel: FigurePanel {
    struct Row {
        var title: String
        var bars: [Bar]
    }
    struct Bar {
        var mode: String
        var isLast: Bool
        var value: Double
    }
    var rows: [Row]
    var currency: String
    var stretch = 1.0

    private static let colours = ["v1x": "#9ecae1", "v2x": "#08519c"]
    private static let legendWidth = 135.0

    private var barHeight: Double { 9 * stretch }
    private var gap: Double { 12 * stretch }
    var plotHeight: Double { rows.reduce(0) { $0 + Double($1.bars.count) * barHeight + gap } }
    /// The legend's four entries beside each other, or two and two.
    private func legendColumns(_ width: Double) -> Int { width - 24 < 4 * WorthPanel.legendWidth ? 2 : 4 }
    private func top(_ width: Double) -> Double { legendColumns(width) == 4 ? 32 : 48 }
    func height(_ width: Double) -> Double { top(width) + plotHeight + 24 }

    func markup(_ width: Double) -> String {
        let left = min(width * 0.4, Double(rows.map(\.title.count).max() ?? 1) * 6.4 + 28)
        let right = width - Figure.right
        let axis = ValueAxis(
            rows.flatMap { $0.bars.map(\.value) }, includesZero: true, count: max(2, Int((right - left) / 90)))
        func x(_ value: Double) -> Double { right - axis.fromTop(value) * (right - left) }
        var out = "<defs>\n"
        for (mode, colour) in WorthPanel.colours.sorted(by: { $0.key < $1.key }) {
            out += "<pattern id=\"\(mode)-last\" width=\"5\" height=\"5\" patternUnits=\"userSpaceOnUse\" "
            out += "patternTransform=\"rotate(45)\"><rect width=\"5\" height=\"5\" fill=\"#fff\"/>"
            out += "<rect width=\"2\" height=\"5\" fill=\"\(colour)\"/></pattern>\n"
        }
        out += "</defs>\n"
        let entries = [("v1x", false), ("v1x", true), ("v2x", false), ("v2x", true)]
        for (index, (mode, isLast)) in entries.enumerated() {
            let (row, column) = index.quotientAndRemainder(dividingBy: legendColumns(width))
            let (entryX, entryY) = (12 + Double(column) * WorthPanel.legendWidth, Double(row) * 16)
            out += "<rect x=\"\(Figure.at(entryX))\" y=\"\(Figure.at(entryY))\" width=\"14\" height=\"10\" "
            out += "\(paint(mode, isLast))/>\n"
            out += Figure.text("\(mode.uppercased()) added \(isLast ? "last" : "first")", entryX + 19, entryY + 9)
        }
        let bottom = top(width) + plotHeight
        for tick in axis.ticks {
            out += "<path d=\"M\(Figure.at(x(tick))),\(Figure.at(top(width) - 8))V\(Figure.at(bottom))\" "
            out += "stroke=\"\(abs(tick) < 1e-9 ? "#333" : "#ddd")\"/>\n"
            out += Figure.text(axis.label(tick), x(tick), bottom + 16, anchor: "middle")
        }
        var y = top(width)
        for row in rows {
            let height = Double(row.bars.count) * barHeight
            out += Figure.text(row.title, left - 8, y + height / 2 + 4, anchor: "end")
            for bar in row.bars {
                let (from, to) = (min(x(0), x(bar.value)), max(x(0), x(bar.value)))
                out +=
                    "<rect x=\"\(Figure.at(from))\" y=\"\(Figure.at(y))\" width=\"\(Figure.at(max(0.5, to - from)))\" "
                out += "height=\"\(Figure.at(barHeight * 0.89))\" \(paint(bar.mode, bar.isLast))>"
                out +=
                    "<title>\(Markup.escaped(row.title)), \(bar.mode.uppercased()), \(bar.isLast ? "last" : "first"): "
                out += "\(fixed(bar.value, 2)) \(Markup.escaped(currency))</title></rect>\n"
                y += barHeight
            }
            y += gap
        }
        return out
    }

    private func paint(_ mode: String, _ isLast: Bool) -> String {
        let colour = WorthPanel.colours[mode] ?? "#000"
        return "fill=\"\(isLast ? "url(#\(mode)-last)" : colour)\" stroke=\"\(colour)\""
    }
}
