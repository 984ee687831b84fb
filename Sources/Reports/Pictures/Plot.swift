/// A picture of series over the horizon, as HTML: an SVG that stretches with the page, with its labels outside it, so that
/// they stay readable on a phone; and a legend in which a cursor's values appear.
struct Plot {
    /// One series.
    struct Series {
        enum Shape {
            /// One value a step; nil leaves a gap.
            case steps([Double?])
            /// The same, filled to zero.
            case bars([Double])
            /// One value a boundary, T + 1.
            case path([Double])
            /// Single points: position along the horizon 0...1, and value.
            case marks([(position: Double, value: Double)])
        }
        var name: String
        /// Chooses colour and stroke in `PageStyle`.
        var style: String
        var shape: Shape
        /// Where the cursor's value is found in the page's data; nil for none.
        var source: String?
        /// By what that value is multiplied to be shown.
        var factor = 1.0
    }

    var id: String
    var title: String
    var unit: String
    /// What the picture shows, for those who cannot see it.
    var summary: String
    var series: [Series]
    /// Spans of the horizon, 0...1, in which the vehicle is away.
    var away: [ClosedRange<Double>] = []
    var includesZero = true
    /// A value that the axis reaches, whatever the series do.
    var fullScale: Double?
    /// Decimals of the cursor's values.
    var decimals = 2
    var isTall = false

    private static let width = 1000.0
    private static let height = 100.0

    func html(_ time: TimeAxis) -> String {
        let axis = ValueAxis(series.flatMap(values) + [fullScale].compactMap { $0 }, includesZero: includesZero)
        func y(_ value: Double) -> String { Markup.coordinate(axis.fromTop(value) * Plot.height) }
        var drawn = ""
        for span in away {
            drawn += "<rect class=\"away\" x=\"\(Markup.coordinate(span.lowerBound * Plot.width))\" y=\"0\" width=\""
            drawn += "\(Markup.coordinate((span.upperBound - span.lowerBound) * Plot.width))\" height=\"100\"/>"
        }
        for tick in axis.ticks {
            drawn += "<path class=\"\(abs(tick) < 1e-12 ? "zero" : "grid")\" d=\"M0,\(y(tick))H1000\"/>"
        }
        for tick in time.ticks {
            drawn += "<path class=\"grid\" d=\"M\(Markup.coordinate(tick.position * Plot.width)),0V100\"/>"
        }
        for one in series { drawn += "<path class=\"s \(one.style)\" d=\"\(path(one.shape, y))\"/>" }

        var out = "<figure class=\"plot\" id=\"\(id)\">\n<figcaption>"
        out += "<h3>\(Markup.escaped(title)) <small>\(Markup.escaped(unit))</small></h3>\n<ul class=\"legend\">"
        for one in series {
            out += "<li>\(Plot.sample(one))<span>\(Markup.escaped(one.name))</span>"
            if let source = one.source {
                out += " <output data-source=\"\(Markup.escaped(source))\" data-factor=\"\(one.factor)\" "
                out += "data-decimals=\"\(decimals)\"></output>"
            }
            out += "</li>"
        }
        if !away.isEmpty {
            out +=
                "<li><svg class=\"sample\" viewBox=\"0 0 20 10\" aria-hidden=\"true\"><rect class=\"away\" width=\"20\" height=\"10\"/></svg><span>away</span></li>"
        }
        out +=
            "</ul></figcaption>\n<div class=\"frame\(isTall ? " tall" : "")\"><div class=\"ys\" aria-hidden=\"true\">"
        for tick in axis.ticks {
            out += "<span style=\"top:\(Markup.coordinate(axis.fromTop(tick) * 100))%\">\(axis.label(tick))</span>"
        }
        out += "</div><div class=\"area\"><svg viewBox=\"0 0 1000 100\" preserveAspectRatio=\"none\" role=\"img\" "
        out += "aria-label=\"\(Markup.escaped(summary))\">\(drawn)</svg><i class=\"cursor\"></i></div>"
        out += "<div class=\"xs\" aria-hidden=\"true\">"
        for tick in time.ticks {
            out += "<span\(tick.isMajor ? "" : " class=\"minor\"") style=\"left:"
            out += "\(Markup.coordinate(tick.position * 100))%\">\(Markup.escaped(tick.label))</span>"
        }
        return out + "</div></div></figure>\n"
    }

    private func values(_ series: Series) -> [Double] {
        switch series.shape {
        case .steps(let values): values.compactMap { $0 }
        case .bars(let values), .path(let values): values
        case .marks(let marks): marks.map(\.value)
        }
    }

    /// The data of an SVG path.
    private func path(_ shape: Series.Shape, _ y: (Double) -> String) -> String {
        func x(_ index: Int, _ count: Int) -> String { Markup.coordinate(Double(index) / Double(count) * Plot.width) }
        switch shape {
        case .steps(let values):
            var out = ""
            var isDrawing = false
            for (index, value) in values.enumerated() {
                guard let value else {
                    isDrawing = false
                    continue
                }
                if !isDrawing {
                    out += "M\(x(index, values.count)),\(y(value))"
                } else if values[index - 1] != value {
                    out += "V\(y(value))"
                }
                isDrawing = true
                let isLastOfRun = index + 1 == values.count || values[index + 1] != value
                if isLastOfRun { out += "H\(x(index + 1, values.count))" }
            }
            return out
        case .bars(let values):
            var out = ""
            var index = 0
            while index < values.count {
                var end = index + 1
                while end < values.count, values[end] == values[index] { end += 1 }
                if values[index] != 0 {
                    out += "M\(x(index, values.count)),\(y(0))V\(y(values[index]))H\(x(end, values.count))V\(y(0))Z"
                }
                index = end
            }
            return out
        case .path(let values):
            return values.enumerated().map { index, value in
                "\(index == 0 ? "M" : "L")\(x(index, values.count - 1)),\(y(value))"
            }.joined()
        case .marks(let marks):
            // A stroke of no length with round ends is a dot, however the picture is stretched.
            return marks.map { "M\(Markup.coordinate($0.position * Plot.width)),\(y($0.value))h0" }.joined()
        }
    }

    private static func sample(_ series: Series) -> String {
        let shape: String
        switch series.shape {
        case .bars: shape = "M0,1H20V9H0Z"
        case .marks: shape = "M10,5h0"
        case .steps, .path: shape = "M0,5H20"
        }
        return
            "<svg class=\"sample\" viewBox=\"0 0 20 10\" aria-hidden=\"true\"><path class=\"s \(series.style)\" d=\"\(shape)\"/></svg>"
    }
}
