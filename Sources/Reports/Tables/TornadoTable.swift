/// What each input of a sweep moves, for people: a row an input, the one that moves the result most first, within 80 columns.
package enum TornadoTable {
    /// An input at its lowest and its highest value, and the result at each.
    package struct Row: Sendable {
        package var name: String
        package var lowLabel: String
        package var low: Double
        package var highLabel: String
        package var high: Double

        /// Memberwise.
        package init(name: String, lowLabel: String, low: Double, highLabel: String, high: Double) {
            self.name = name
            self.lowLabel = lowLabel
            self.low = low
            self.highLabel = highLabel
            self.high = high
        }
    }

    /// - Parameters:
    ///   - name: of the sweep.
    ///   - value: what is moved, with its unit.
    ///   - middle: the result that the inputs move.
    ///   - isFromBase: whether the other inputs are as in the base scenario; else the results are means over them.
    package static func text(name: String, value: String, middle: Double, isFromBase: Bool, rows: [Row]) -> String {
        let values = rows.flatMap { [$0.low, $0.high] } + [middle]
        let decimals = min(4, HeatPanel.decimals(values.min() ?? 0, values.max() ?? 1) + 1)
        var out = "\(name): what moves \(value)\n"
        out += isFromBase ? "one input at a time; base: " : "means over all other inputs; mean of all: "
        out += fixed(middle, decimals) + "\n\n"
        out += "  " + padded("input", 24) + padded("from", 11, right: true) + padded("to", 11, right: true)
        out +=
            padded("at from", 11, right: true) + padded("at to", 11, right: true) + padded("moves", 9, right: true)
            + "\n"
        for row in rows {
            // What the column has no room for has a line of its own.
            out +=
                "  "
                + (row.name.count < 24 ? padded(row.name, 24) : row.name + "\n" + String(repeating: " ", count: 26))
            for label in [row.lowLabel, row.highLabel] {
                out += padded(label.count > 10 ? label.prefix(9) + "~" : label, 11, right: true)
            }
            out +=
                padded(fixed(row.low, decimals), 11, right: true) + padded(fixed(row.high, decimals), 11, right: true)
            out += padded(fixed(abs(row.high - row.low), decimals), 9, right: true) + "\n"
        }
        return out
    }
}
