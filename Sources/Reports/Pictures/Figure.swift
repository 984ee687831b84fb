/// A picture that stands alone: a title that says what it shows, panels one below the other, and nothing that needs
/// colour to be told apart.
struct Figure {
    static let width = 800.0
    static let left = 76.0
    static let right = 24.0

    var title: String
    var subtitle: String
    /// What is drawn below the head, and how high it is.
    private var body = ""
    private var height = 62.0

    init(title: String, subtitle: String) {
        self.title = title
        self.subtitle = subtitle
    }

    /// Adds `markup`, drawn with its top at 0.
    mutating func add(_ markup: String, height: Double) {
        body += "<g transform=\"translate(0 \(Figure.at(self.height)))\">\n\(markup)</g>\n"
        self.height += height
    }

    /// The file.
    var svg: String {
        var out =
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(Figure.at(Figure.width)) \(Figure.at(height + 8))\" "
        out += "width=\"\(Figure.at(Figure.width))\" height=\"\(Figure.at(height + 8))\" "
        out += "role=\"img\" font-family=\"sans-serif\" font-size=\"12\">\n<title>\(Markup.escaped(title))</title>\n"
        out += "<defs><pattern id=\"hatch\" width=\"5\" height=\"5\" patternUnits=\"userSpaceOnUse\" "
        out += "patternTransform=\"rotate(45)\"><rect width=\"5\" height=\"5\" fill=\"#fff\"/>"
        out += "<rect width=\"2\" height=\"5\" fill=\"#b35806\"/></pattern></defs>\n"
        out += "<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n"
        out += Figure.text(title, 12, 24, size: 16)
        out += Figure.text(subtitle, 12, 43, colour: "#444")
        return out + body + "</svg>\n"
    }

    static func at(_ value: Double) -> String { Markup.coordinate(value) }

    static func text(
        _ words: String, _ x: Double, _ y: Double, anchor: String = "start", size: Double = 12,
        colour: String = "#222"
    ) -> String {
        "<text x=\"\(at(x))\" y=\"\(at(y))\" text-anchor=\"\(anchor)\" font-size=\"\(at(size))\" fill=\"\(colour)\">"
            + "\(Markup.escaped(words))</text>\n"
    }
}

/// How lines are told apart: by colour, by darkness, and by their dashes.
enum LineStyle {
    private static let all: [(colour: String, dashes: String)] = [
        ("#08519c", ""), ("#d94801", "7 3"), ("#238b45", "2 3"), ("#756bb1", "9 3 2 3"),
        ("#525252", "1 2"), ("#00868b", "12 4"), ("#a50f15", "4 2 1 2 1 2"), ("#8c6d31", "5 5"),
    ]

    static func stroke(_ index: Int) -> String {
        let style = all[index % all.count]
        let dashes = style.dashes.isEmpty ? "" : " stroke-dasharray=\"\(style.dashes)\""
        return "fill=\"none\" stroke=\"\(style.colour)\" stroke-width=\"1.6\"\(dashes)"
    }
}

/// Lines over one horizontal axis.
struct LinePanel {
    struct Line {
        var name: String
        /// Position along the axis 0...1, and value; nil leaves a gap.
        var points: [(x: Double, y: Double?)]
        /// Whether a value holds until the next point (power), or is met there (charge).
        var isSteps = false
    }
    var title: String
    var unit: String
    var lines: [Line]
    var includesZero = true
    /// Marks of the horizontal axis, 0...1.
    var ticks: [(position: Double, label: String)]
    /// What the horizontal axis is; empty where the marks say it.
    var axisTitle = ""
    var plotHeight = 150.0

    /// The most lines that a legend has room for.
    static let maxLines = 8

    var height: Double { plotHeight + 66 + (axisTitle.isEmpty ? 0 : 16) }

    var markup: String {
        let axis = ValueAxis(lines.flatMap { $0.points.compactMap(\.y) }, includesZero: includesZero)
        let (left, right, top) = (Figure.left, Figure.width - Figure.right, 24.0)
        func x(_ share: Double) -> Double { left + share * (right - left) }
        func y(_ value: Double) -> Double { top + axis.fromTop(value) * plotHeight }
        var out = Figure.text("\(title), \(unit)", 12, 12)
        var legend = right
        for (index, line) in lines.enumerated().reversed() where lines.count > 1 || !line.name.isEmpty {
            legend -= Double(line.name.count) * 6.5
            out += Figure.text(line.name, legend, 12)
            out += "<path d=\"M\(Figure.at(legend - 32)),8h26\" \(LineStyle.stroke(index))/>\n"
            legend -= 46
        }
        for tick in axis.ticks {
            out += "<path d=\"M\(Figure.at(left)),\(Figure.at(y(tick)))H\(Figure.at(right))\" "
            out += "stroke=\"\(abs(tick) < 1e-12 ? "#555" : "#ddd")\"/>\n"
            out += Figure.text(axis.label(tick), left - 6, y(tick) + 4, anchor: "end", size: 11)
        }
        for tick in ticks {
            let at = Figure.at(x(tick.position))
            out += "<path d=\"M\(at),\(Figure.at(top + plotHeight))v4\" stroke=\"#555\"/>\n"
            out += Figure.text(tick.label, x(tick.position), top + plotHeight + 17, anchor: "middle", size: 11)
        }
        if !axisTitle.isEmpty {
            out += Figure.text(axisTitle, (left + right) / 2, top + plotHeight + 35, anchor: "middle")
        }
        for (index, line) in lines.enumerated() {
            var path = ""
            var isDrawing = false
            for point in line.points {
                guard let value = point.y else {
                    isDrawing = false
                    continue
                }
                let place = "\(Figure.at(x(point.x))),\(Figure.at(y(value)))"
                if !isDrawing {
                    path += "M\(place)"
                } else if line.isSteps {
                    path += "H\(Figure.at(x(point.x)))V\(Figure.at(y(value)))"
                } else {
                    path += "L\(place)"
                }
                isDrawing = true
            }
            out += "<path d=\"\(path)\" \(LineStyle.stroke(index))><title>\(Markup.escaped(line.name))</title></path>\n"
        }
        return out
    }
}

/// Values over two axes, darker where there is more; each cell bears its number where there is room.
struct HeatPanel {
    var columns: [String]
    var rows: [String]
    /// By row, then column; nil where there is none.
    var values: [[Double?]]
    var columnTitle: String
    var rowTitle: String
    /// What the numbers are.
    var unit: String

    private var cellHeight: Double { min(34, max(12, 420 / Double(max(1, rows.count)))) }
    var height: Double { Double(rows.count) * cellHeight + 104 }

    var markup: String {
        let known = values.flatMap { $0 }.compactMap { $0 }
        let (low, high) = (known.min() ?? 0, known.max() ?? 1)
        let left = Figure.left + 30
        let cellWidth = (Figure.width - Figure.right - left) / Double(max(1, columns.count))
        let decimals = HeatPanel.decimals(low, high)
        let size = min(12, min(cellHeight * 0.62, cellWidth / Double(max(3, HeatPanel.width(known, decimals))) * 1.55))
        var out = Figure.text("\(rowTitle) (upwards) over \(columnTitle); \(unit)", 12, 12)
        for (row, line) in values.enumerated() {
            let y = 22 + Double(rows.count - 1 - row) * cellHeight
            out += Figure.text(rows[row], left - 6, y + cellHeight / 2 + 4, anchor: "end", size: min(11, cellHeight))
            for (column, value) in line.enumerated() {
                let x = left + Double(column) * cellWidth
                guard let value else { continue }
                let share = high > low ? (value - low) / (high - low) : 0.5
                let shade = HeatPanel.shade(share)
                out += "<rect x=\"\(Figure.at(x))\" y=\"\(Figure.at(y))\" width=\"\(Figure.at(cellWidth))\" "
                out += "height=\"\(Figure.at(cellHeight))\" fill=\"\(shade)\" stroke=\"#fff\" stroke-width=\"0.5\">"
                out +=
                    "<title>\(Markup.escaped("\(rows[row]), \(columns[column]): \(fixed(value, decimals))"))</title></rect>\n"
                guard size >= 5.5 else { continue }
                out += Figure.text(
                    fixed(value, decimals), x + cellWidth / 2, y + cellHeight / 2 + size * 0.36, anchor: "middle",
                    size: size, colour: share > 0.5 ? "#fff" : "#222")
            }
        }
        let bottom = 22 + Double(rows.count) * cellHeight
        // As many labels as have room.
        let longest = Double(columns.map(\.count).max() ?? 1) * 6.4 + 8
        let every = max(1, Int(saturating: (longest / cellWidth).rounded(.up)))
        for (column, name) in columns.enumerated() where column % every == 0 {
            out += Figure.text(
                name, left + (Double(column) + 0.5) * cellWidth, bottom + 15, anchor: "middle", size: 11)
        }
        out += Figure.text(columnTitle, (left + Figure.width - Figure.right) / 2, bottom + 33, anchor: "middle")
        for part in 0..<20 {
            out += "<rect x=\"\(Figure.at(left + Double(part) * 12))\" y=\"\(Figure.at(bottom + 48))\" width=\"12\" "
            out += "height=\"10\" fill=\"\(HeatPanel.shade((Double(part) + 0.5) / 20))\"/>\n"
        }
        out += Figure.text(fixed(low, decimals), left - 6, bottom + 57, anchor: "end", size: 11)
        return out + Figure.text("\(fixed(high, decimals)) \(unit)", left + 246, bottom + 57, size: 11)
    }

    /// From light to dark: it reads in black and white.
    private static func shade(_ share: Double) -> String {
        func hex(_ from: Double, _ to: Double) -> String {
            let value = Int(saturating: (from + (to - from) * share).rounded())
            return String(value, radix: 16).count == 1 ? "0\(String(value, radix: 16))" : String(value, radix: 16)
        }
        return "#\(hex(247, 8))\(hex(251, 48))\(hex(255, 107))"
    }

    /// As many as tell the values apart.
    static func decimals(_ low: Double, _ high: Double) -> Int {
        let span = max(high - low, abs(high) * 1e-6, 1e-9)
        var (decimals, unit) = (0, span)
        while unit < 50, decimals < 6 {
            unit *= 10
            decimals += 1
        }
        return decimals
    }

    private static func width(_ values: [Double], _ decimals: Int) -> Int {
        values.map { fixed($0, decimals).count }.max() ?? 1
    }
}

/// What each assumption does to one number: bars to both sides of the middle, the longest first.
struct TornadoPanel {
    struct Bar {
        var name: String
        var lowLabel: String
        var highLabel: String
        var low: Double
        var high: Double
    }
    var bars: [Bar]
    var middle: Double
    var unit: String

    var height: Double { Double(bars.count) * 30 + 70 }

    var markup: String {
        let sorted = bars.sorted { abs($0.high - $0.low) > abs($1.high - $1.low) }
        let axis = ValueAxis(sorted.flatMap { [$0.low, $0.high] } + [middle], includesZero: false, count: 6)
        let (left, right) = (250.0, Figure.width - 70)
        func x(_ value: Double) -> Double { right - axis.fromTop(value) * (right - left) }
        var out = Figure.text("mean over all other axes, \(unit)", 12, 12)
        out +=
            "<rect x=\"\(Figure.at(right - 190))\" y=\"3\" width=\"14\" height=\"10\" fill=\"url(#hatch)\" stroke=\"#b35806\"/>\n"
        out += Figure.text("lowest value", right - 172, 12, size: 11)
        out += "<rect x=\"\(Figure.at(right - 80))\" y=\"3\" width=\"14\" height=\"10\" fill=\"#08519c\"/>\n"
        out += Figure.text("highest value", right - 62, 12, size: 11)
        let bottom = 26 + Double(sorted.count) * 30
        for tick in axis.ticks {
            out += "<path d=\"M\(Figure.at(x(tick))),22V\(Figure.at(bottom))\" stroke=\"#ddd\"/>\n"
            out += Figure.text(axis.label(tick), x(tick), bottom + 16, anchor: "middle", size: 11)
        }
        for (index, bar) in sorted.enumerated() {
            let y = 26 + Double(index) * 30
            out += Figure.text(bar.name, 12, y + 15, size: 11.5)
            for (value, label, fill) in [
                (bar.low, bar.lowLabel, "url(#hatch)"), (bar.high, bar.highLabel, "#08519c"),
            ] {
                let (from, to) = (min(x(middle), x(value)), max(x(middle), x(value)))
                out +=
                    "<rect x=\"\(Figure.at(from))\" y=\"\(Figure.at(y + 2))\" width=\"\(Figure.at(max(0.5, to - from)))\" "
                out += "height=\"20\" fill=\"\(fill)\" stroke=\"\(fill == "#08519c" ? fill : "#b35806")\"/>\n"
                let isLeft = x(value) < x(middle)
                out += Figure.text(
                    label, isLeft ? from - 5 : to + 5, y + 16, anchor: isLeft ? "end" : "start", size: 10.5)
            }
        }
        return out + "<path d=\"M\(Figure.at(x(middle))),22V\(Figure.at(bottom))\" stroke=\"#222\"/>\n"
    }
}
