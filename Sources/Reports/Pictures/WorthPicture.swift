import Accounting

/// `v2x value` as one SVG: for each stream four bars, V1X and V2X, added first (filled) and added last (hatched, so that
/// it reads in black and white too).
package enum WorthPicture {
    private static let left = 210.0
    private static let width = 760.0
    private static let barHeight = 9.0
    private static let colours = ["v1x": "#9ecae1", "v2x": "#08519c"]

    /// The picture, a file of its own.
    package static func svg(_ worth: StreamWorth) -> String {
        var rows: [(title: String, bars: [(mode: String, isLast: Bool, value: Double)])] = worth.streams.map { entry in
            var bars: [(mode: String, isLast: Bool, value: Double)] = []
            for mode in ["v1x", "v2x"] {
                guard let found = entry.worth[mode] else { continue }
                bars.append((mode, false, found.first))
                if let last = found.last { bars.append((mode, true, last)) }
            }
            return (WorthTable.title(entry.stream), bars)
        }
        rows.append(
            ("all together", ["v1x", "v2x"].compactMap { mode in worth.modes[mode].map { (mode, false, $0.net) } }))
        let axis = ValueAxis(rows.flatMap { $0.bars.map(\.value) }, includesZero: true, count: 6)
        func x(_ value: Double) -> Double { width - 20 - axis.fromTop(value) * (width - 20 - left) }

        var y = 92.0
        var body = ""
        for row in rows {
            let height = Double(row.bars.count) * barHeight
            body += text(row.title, left - 8, y + height / 2 + 4, anchor: "end")
            for bar in row.bars {
                let (from, to) = (min(x(0), x(bar.value)), max(x(0), x(bar.value)))
                let fill = bar.isLast ? "url(#\(bar.mode)-last)" : colours[bar.mode] ?? "#000"
                body += "<rect x=\"\(at(from))\" y=\"\(at(y))\" width=\"\(at(max(0.5, to - from)))\" "
                body += "height=\"\(at(barHeight - 1))\" fill=\"\(fill)\" stroke=\"\(colours[bar.mode] ?? "#000")\">"
                body += "<title>\(row.title), \(bar.mode.uppercased()), \(bar.isLast ? "last" : "first"): "
                body += "\(fixed(bar.value, 2)) \(worth.currency)</title></rect>\n"
                y += barHeight
            }
            y += 12
        }
        let bottom = y
        var out =
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(at(width)) \(at(bottom + 34))\" role=\"img\" "
        out += "font-family=\"sans-serif\" font-size=\"12\">\n"
        out += "<title>What each value stream is worth: \(Markup.escaped(worth.scenario))</title>\n<defs>\n"
        for (mode, colour) in colours.sorted(by: { $0.key < $1.key }) {
            out += "<pattern id=\"\(mode)-last\" width=\"5\" height=\"5\" patternUnits=\"userSpaceOnUse\" "
            out += "patternTransform=\"rotate(45)\"><rect width=\"5\" height=\"5\" fill=\"#fff\"/>"
            out += "<rect width=\"2\" height=\"5\" fill=\"\(colour)\"/></pattern>\n"
        }
        out += "</defs>\n<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n"
        out += text(worth.scenario, 12, 22, size: 15)
        out += text(
            "\(worth.currency) per vehicle and year, net of true degradation, against \(worth.uncontrolledRule) charging; "
                + "\(worth.days) days, \(worth.vehicles) vehicles", 12, 42)
        var legendX = 12.0
        for (mode, isLast) in [("v1x", false), ("v1x", true), ("v2x", false), ("v2x", true)] {
            let fill = isLast ? "url(#\(mode)-last)" : colours[mode] ?? "#000"
            out += "<rect x=\"\(at(legendX))\" y=\"56\" width=\"14\" height=\"10\" fill=\"\(fill)\" "
            out += "stroke=\"\(colours[mode] ?? "#000")\"/>\n"
            out += text("\(mode.uppercased()) added \(isLast ? "last" : "first")", legendX + 19, 65)
            legendX += 135
        }
        for tick in axis.ticks {
            out += "<line x1=\"\(at(x(tick)))\" x2=\"\(at(x(tick)))\" y1=\"80\" y2=\"\(at(bottom))\" "
            out += "stroke=\"\(abs(tick) < 1e-9 ? "#333" : "#ddd")\"/>\n"
            out += text(axis.label(tick), x(tick), bottom + 16, anchor: "middle")
        }
        return out + body + "</svg>\n"
    }

    private static func at(_ value: Double) -> String { Markup.coordinate(value) }

    private static func text(
        _ words: String, _ x: Double, _ y: Double, anchor: String = "start", size: Double = 12
    ) -> String {
        "<text x=\"\(at(x))\" y=\"\(at(y))\" text-anchor=\"\(anchor)\" font-size=\"\(at(size))\" fill=\"#222\">"
            + "\(Markup.escaped(words))</text>\n"
    }
}
