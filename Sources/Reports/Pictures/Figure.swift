/// What a figure is made of, drawn with its top at 0.
protocol FigurePanel {
    /// By what the plot, without titles and labels, is stretched upwards.
    var stretch: Double { get set }
    /// Of the plot, stretched.
    var plotHeight: Double { get }
    /// With titles and labels, in a figure of this width.
    func height(_ width: Double) -> Double
    func markup(_ width: Double) -> String
}

/// A picture that stands alone: a title that says what it shows, panels one below the other, and nothing that needs
/// colour to be told apart.
///
/// Coordinates are those of letters of 12; a style with other letters scales the whole.
struct Figure {
    static let left = 76.0
    static let right = 24.0

    var title: String
    var subtitle: String
    var style: PictureStyle
    private var panels: [any FigurePanel] = []

    init(title: String, subtitle: String, style: PictureStyle = PictureStyle()) {
        self.title = style.title ?? title
        self.subtitle = subtitle
        self.style = style
    }

    /// Adds a panel below the others.
    mutating func add(_ panel: any FigurePanel) { panels.append(panel) }

    /// The file.
    var svg: String {
        let scale = style.fontSize / 12
        let width = style.width.map { $0 / scale } ?? 800
        let titles = title.isEmpty ? [] : Figure.lines(title, width: width - 24, letter: 8.6)
        let subtitles = Figure.lines(subtitle, width: width - 24, letter: 6.3)
        let head = 4 + Double(titles.count) * 20 + Double(subtitles.count) * 16 + 22
        let natural = panels.reduce(head + 8) { $0 + $1.height(width) }
        let plots = panels.reduce(0) { $0 + $1.plotHeight }
        var panels = panels
        if let wanted = style.height, plots > 0 {
            let stretch = max(0.3, (wanted / scale - natural + plots) / plots)
            for index in panels.indices { panels[index].stretch = stretch }
        }
        var body = ""
        var y = head
        for panel in panels {
            body += "<g transform=\"translate(0 \(Figure.at(y)))\">\n\(panel.markup(width))</g>\n"
            y += panel.height(width)
        }
        var out = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(Figure.at(width)) \(Figure.at(y + 8))\" "
        out += "width=\"\(Figure.at(width * scale))\" height=\"\(Figure.at((y + 8) * scale))\" role=\"img\" "
        out += "font-family=\"\(Markup.escaped(style.font))\" font-size=\"12\">\n"
        out += "<title>\(Markup.escaped(title.isEmpty ? subtitle : title))</title>\n"
        out += "<defs><pattern id=\"hatch\" width=\"5\" height=\"5\" patternUnits=\"userSpaceOnUse\" "
        out += "patternTransform=\"rotate(45)\"><rect width=\"5\" height=\"5\" fill=\"#fff\"/>"
        out += "<rect width=\"2\" height=\"5\" fill=\"#b35806\"/></pattern></defs>\n"
        out += "<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n"
        var line = 4.0
        for words in titles {
            line += 20
            out += Figure.text(words, 12, line, size: 16)
        }
        for words in subtitles {
            line += 16
            out += Figure.text(words, 12, line + 3, colour: "#444")
        }
        return out + body + "</svg>\n"
    }

    /// `text` in lines of about `width`, whole words each.
    static func lines(_ text: String, width: Double, letter: Double) -> [String] {
        let most = max(10, Int(saturating: (width / letter).rounded(.down)))
        var lines: [String] = []
        for word in text.split(separator: " ") {
            if let last = lines.last, last.count + 1 + word.count <= most {
                lines[lines.count - 1] = "\(last) \(word)"
            } else {
                lines.append(String(word))
            }
        }
        return lines
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
struct LinePanel: FigurePanel {
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
    var usualHeight = 150.0
    var stretch = 1.0

    /// The most lines that a legend has room for.
    static let maxLines = 8

    var plotHeight: Double { usualHeight * stretch }
    func height(_ width: Double) -> Double {
        plotHeight + 66 + (axisTitle.isEmpty ? 0 : 16) + Double(legend(width).rows - 1) * 16
    }

    /// Where each line's name stands: at the right of the title, or in rows below it where that has no room.
    private func legend(_ width: Double) -> (places: [(x: Double, row: Int)], rows: Int) {
        guard lines.count > 1 || lines.contains(where: { !$0.name.isEmpty }) else { return ([], 1) }
        let lengths = lines.map { Double($0.name.count) * 6.5 + 46 }
        let end = width - Figure.right
        let start = end - lengths.reduce(0, +)
        var (x, row) = (start, 0)
        if start < Double(title.count + unit.count + 2) * 6.3 + 20 { (x, row) = (12, 1) }
        var places: [(x: Double, row: Int)] = []
        for length in lengths {
            if row > 0, x + length > end, x > 12 { (x, row) = (12, row + 1) }
            places.append((x, row))
            x += length
        }
        return (places, row + 1)
    }

    func markup(_ width: Double) -> String {
        let axis = ValueAxis(
            lines.flatMap { $0.points.compactMap(\.y) }, includesZero: includesZero,
            count: max(2, min(8, Int(saturating: plotHeight / 36))))
        let legend = legend(width)
        let (left, right, top) = (Figure.left, width - Figure.right, 24.0 + Double(legend.rows - 1) * 16)
        func x(_ share: Double) -> Double { left + share * (right - left) }
        func y(_ value: Double) -> Double { top + axis.fromTop(value) * plotHeight }
        var out = Figure.text("\(title), \(unit)", 12, 12)
        for (index, (line, place)) in zip(lines, legend.places).enumerated() {
            let y = 12 + Double(place.row) * 16
            out += "<path d=\"M\(Figure.at(place.x)),\(Figure.at(y - 4))h26\" \(LineStyle.stroke(index))/>\n"
            out += Figure.text(line.name, place.x + 32, y)
        }
        for tick in axis.ticks {
            out += "<path d=\"M\(Figure.at(left)),\(Figure.at(y(tick)))H\(Figure.at(right))\" "
            out += "stroke=\"\(abs(tick) < 1e-12 ? "#555" : "#ddd")\"/>\n"
            out += Figure.text(axis.label(tick), left - 6, y(tick) + 4, anchor: "end", size: 11)
        }
        // As many labels as have room.
        let longest = Double(ticks.map(\.label.count).max() ?? 1) * 6.4 + 8
        let every = max(1, Int(saturating: (longest * Double(ticks.count) / (right - left)).rounded(.up)))
        for (number, tick) in ticks.enumerated() where number % every == 0 {
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
struct HeatPanel: FigurePanel {
    var columns: [String]
    var rows: [String]
    /// By row, then column; nil where there is none.
    var values: [[Double?]]
    var columnTitle: String
    var rowTitle: String
    /// What the numbers are.
    var unit: String

    var stretch = 1.0

    private var cellHeight: Double { min(34, max(12, 420 / Double(max(1, rows.count)))) * stretch }
    var plotHeight: Double { Double(rows.count) * cellHeight }
    private func titles(_ width: Double) -> [String] {
        Figure.lines("\(rowTitle) (upwards) over \(columnTitle); \(unit)", width: width - 24, letter: 6.6)
    }
    /// Where the cells begin.
    private func top(_ width: Double) -> Double { 6 + Double(titles(width).count) * 16 }
    func height(_ width: Double) -> Double { top(width) + plotHeight + 82 }

    func markup(_ width: Double) -> String {
        let known = values.flatMap { $0 }.compactMap { $0 }
        let (low, high) = (known.min() ?? 0, known.max() ?? 1)
        let left = Figure.left + 30
        let cellWidth = (width - Figure.right - left) / Double(max(1, columns.count))
        let decimals = HeatPanel.decimals(low, high)
        let size = min(12, min(cellHeight * 0.62, cellWidth / Double(max(3, HeatPanel.width(known, decimals))) * 1.55))
        let top = top(width)
        var out = ""
        for (number, words) in titles(width).enumerated() { out += Figure.text(words, 12, 12 + Double(number) * 16) }
        for (row, line) in values.enumerated() {
            let y = top + Double(rows.count - 1 - row) * cellHeight
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
        let bottom = top + plotHeight
        // As many labels as have room.
        let longest = Double(columns.map(\.count).max() ?? 1) * 6.4 + 8
        let every = max(1, Int(saturating: (longest / cellWidth).rounded(.up)))
        for (column, name) in columns.enumerated() where column % every == 0 {
            out += Figure.text(
                name, left + (Double(column) + 0.5) * cellWidth, bottom + 15, anchor: "middle", size: 11)
        }
        out += Figure.text(columnTitle, (left + width - Figure.right) / 2, bottom + 33, anchor: "middle")
        let part = min(12, cellWidth * Double(columns.count) / 20 * 0.7)
        for number in 0..<20 {
            out += "<rect x=\"\(Figure.at(left + Double(number) * part))\" y=\"\(Figure.at(bottom + 48))\" "
            out +=
                "width=\"\(Figure.at(part))\" height=\"10\" fill=\"\(HeatPanel.shade((Double(number) + 0.5) / 20))\"/>\n"
        }
        out += Figure.text(fixed(low, decimals), left - 6, bottom + 57, anchor: "end", size: 11)
        return out + Figure.text(fixed(high, decimals), left + 20 * part + 6, bottom + 57, size: 11)
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
struct TornadoPanel: FigurePanel {
    /// The longest first.
    var bars: [TornadoTable.Row]
    var middle: Double
    /// What is shown, with its unit.
    var title: String
    var stretch = 1.0

    private var rowHeight: Double { 30 * stretch }
    var plotHeight: Double { Double(bars.count) * rowHeight }
    private static let top = 44.0
    func height(_ width: Double) -> Double { TornadoPanel.top + plotHeight + 44 }

    func markup(_ width: Double) -> String {
        let decimals =
            HeatPanel.decimals(
                (bars.flatMap { [$0.low, $0.high] } + [middle]).min() ?? 0,
                (bars.flatMap { [$0.low, $0.high] } + [middle]).max() ?? 1) + 1
        // Room for names at the left, and for the labels of the longest bars at both ends.
        let names = min(width * 0.4, Double(bars.map(\.name.count).max() ?? 1) * 6.4 + 24)
        let room = Double(bars.flatMap { [$0.lowLabel.count, $0.highLabel.count] }.max() ?? 1) * 6 + 12
        let axis = ValueAxis(
            bars.flatMap { [$0.low, $0.high] } + [middle], includesZero: false,
            count: max(2, Int(saturating: (width - names - 2 * room) / 80)))
        let (left, right) = (names + room, width - Figure.right - room)
        func x(_ value: Double) -> Double { right - axis.fromTop(value) * (right - left) }
        var out = "<rect x=\"12\" y=\"3\" width=\"14\" height=\"10\" fill=\"url(#hatch)\" stroke=\"#b35806\"/>\n"
        out += Figure.text("input at its lowest", 32, 12, size: 11)
        out += "<rect x=\"162\" y=\"3\" width=\"14\" height=\"10\" fill=\"#08519c\"/>\n"
        out += Figure.text("at its highest", 182, 12, size: 11)
        let (top, bottom) = (TornadoPanel.top, TornadoPanel.top + plotHeight)
        for tick in axis.ticks {
            out += "<path d=\"M\(Figure.at(x(tick))),\(Figure.at(top - 4))V\(Figure.at(bottom))\" stroke=\"#ddd\"/>\n"
            out += Figure.text(axis.label(tick), x(tick), bottom + 16, anchor: "middle", size: 11)
        }
        for (index, bar) in bars.enumerated() {
            let y = top + Double(index) * rowHeight
            let middleOfRow = y + rowHeight / 2
            out += Figure.text(bar.name, 12, middleOfRow + 4, size: 11.5)
            // The longer first: where both lie on one side, the shorter is drawn on it, and labelled on the other side.
            let ends = [
                (value: bar.low, label: bar.lowLabel, fill: "url(#hatch)", stroke: "#b35806"),
                (value: bar.high, label: bar.highLabel, fill: "#08519c", stroke: "#08519c"),
            ].sorted { abs($0.value - middle) > abs($1.value - middle) }
            let isLongerLeft = ends[0].value < middle
            for (place, end) in ends.enumerated() {
                let (from, to) = (min(x(middle), x(end.value)), max(x(middle), x(end.value)))
                out += "<rect x=\"\(Figure.at(from))\" y=\"\(Figure.at(y + rowHeight * 0.15))\" "
                out += "width=\"\(Figure.at(max(0.5, to - from)))\" height=\"\(Figure.at(rowHeight * 0.7))\" "
                out += "fill=\"\(end.fill)\" stroke=\"\(end.stroke)\"/>\n"
                let isLeft = (place == 0) == isLongerLeft
                let isOverTheLonger =
                    place == 1 && abs(end.value - middle) > 1e-12 && (end.value < middle) == isLongerLeft
                let edge = isOverTheLonger ? x(middle) : isLeft ? from : to
                out += Figure.text(
                    end.label, isLeft ? edge - 5 : edge + 5, middleOfRow + 4, anchor: isLeft ? "end" : "start",
                    size: 10.5)
            }
        }
        out += Figure.text(title, (left + right) / 2, bottom + 34, anchor: "middle")
        out += Figure.text(fixed(middle, decimals), x(middle), top - 8, anchor: "middle", size: 11)
        out += "<path d=\"M\(Figure.at(x(middle))),\(Figure.at(top - 4))V\(Figure.at(bottom))\" stroke=\"#222\"/>\n"
        return out
    }
}
