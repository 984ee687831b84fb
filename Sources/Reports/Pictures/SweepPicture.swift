/// A sweep's rows as one SVG: means of one column over one or two axes, or what each axis does by itself.
package struct SweepPicture {
    /// Of the sweep.
    package var name: String
    /// The column that is shown, and its unit (may be empty).
    package var value: String
    package var unit: String
    /// Runs that have a value.
    package var count: Int
    /// Whether the inputs of a tornado vary one at a time, from the base scenario.
    package var isFromBase: Bool
    package var style: PictureStyle

    /// Memberwise.
    package init(
        name: String, value: String, unit: String, count: Int, isFromBase: Bool = false,
        style: PictureStyle = PictureStyle()
    ) {
        self.name = name
        self.value = value
        self.unit = unit
        self.count = count
        self.isFromBase = isFromBase
        self.style = style
    }

    /// Means over two axes; nil where there is no run.
    package func heatMap(
        columns: [String], rows: [String], values: [[Double?]], columnTitle: String, rowTitle: String
    ) -> String {
        let panel = HeatPanel(
            columns: columns, rows: rows, values: values, columnTitle: columnTitle, rowTitle: rowTitle, unit: label)
        return svg(panel, "means of \(count) runs")
    }

    /// Means along one axis, a line for each value of another.
    ///
    /// - Parameter positions: of the axis' values where they are numbers; else they are evenly spread.
    package func lines(
        axis: String, labels: [String], positions: [Double]?, series: [(name: String, values: [Double?])]
    ) -> String {
        var places = labels.indices.map { Double($0) / Double(max(1, labels.count - 1)) }
        var ticks: [(position: Double, label: String)] = []
        if let positions, let low = positions.min(), let high = positions.max(), high > low {
            places = positions.map { ($0 - low) / (high - low) }
            let axis = ValueAxis(positions, includesZero: false, count: 8)
            ticks = axis.ticks.filter { $0 >= low - 1e-9 && $0 <= high + 1e-9 }.map {
                (($0 - low) / (high - low), axis.label($0))
            }
        } else {
            let every = max(
                1, Int((Double(labels.map(\.count).max() ?? 1) * 6.5 * Double(labels.count) / 680).rounded(.up)))
            ticks = labels.indices.filter { $0 % every == 0 }.map { (places[$0], labels[$0]) }
        }
        let panel = LinePanel(
            title: value.replacing("_", with: " "), unit: unit.isEmpty ? "mean" : "\(unit), mean",
            lines: series.map { line in
                LinePanel.Line(name: line.name, points: zip(places, line.values).map { (x: $0, y: $1) })
            }, includesZero: false, ticks: ticks, axisTitle: axis, usualHeight: 300)
        return svg(panel, "means of \(count) runs")
    }

    /// What each axis does: from its lowest value to its highest.
    package func tornado(middle: Double, rows: [TornadoTable.Row]) -> String {
        svg(
            TornadoPanel(bars: rows, middle: middle, title: label),
            isFromBase
                ? "one input at a time, the others as in the base" : "means of \(count) runs over all other inputs")
    }

    private var label: String { value.replacing("_", with: " ") + (unit.isEmpty ? "" : ", \(unit)") }

    private func svg(_ panel: some FigurePanel, _ how: String) -> String {
        var figure = Figure(title: name, subtitle: "\(label): \(how)", style: style)
        figure.add(panel)
        return figure.svg
    }
}
