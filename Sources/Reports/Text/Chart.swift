import Accounting
import Scenarios

/// Price, power and state of charge over the horizon, in block characters within 80 columns.
struct Chart {
    let report: Report
    let clock: WallClock
    private static let labelWidth = 9
    private static let plotWidth = 70

    /// Steps to a column (a whole number, so that columns are equal) and the number of columns.
    private var columns: [Range<Int>] {
        let count = report.scenario.grid.count
        if count <= Chart.plotWidth {
            // Wide steps: each takes several columns.
            let each = max(1, Chart.plotWidth / count)
            return (0..<(count * each)).map { ($0 / each)..<($0 / each + 1) }
        }
        return (0..<Chart.plotWidth).map { column in
            let low = column * count / Chart.plotWidth
            return low..<max(low + 1, (column + 1) * count / Chart.plotWidth)
        }
    }

    var text: String {
        let columns = columns
        func means(_ values: [Double]) -> [Double] {
            columns.map { values[$0].reduce(0, +) / Double($0.count) }
        }
        let result = report.result
        let unit = PriceUnit(currency: report.scenario.currency)
        let prices = report.scenario.importPricePerKWh.map { $0 * unit.perMoney }
        let highest = prices.max() ?? 0
        var out = row(
            "price", unit.perKWh, means(prices), height: 4, from: priceFloor(prices), to: highest <= 0 ? 0 : nil,
            colour: "33")
        out += axis(columns)
        var net = [Double](repeating: 0, count: result.steps.count)
        for vehicle in result.vehicles {
            for step in net.indices { net[step] += vehicle.chargeKW[step] - vehicle.dischargeKW[step] }
        }
        let most = max(net.map(abs).max() ?? 0, 1e-9)
        let power = means(net)
        out += row("charge", "kW", power.map { max(0, $0) }, height: 4, from: 0, to: most, colour: "32")
        if net.contains(where: { $0 < -1e-9 }) {
            out += row(
                "discharge", "kW", power.map { max(0, -$0) }, height: 4, from: 0, to: most, colour: "31", down: true)
        }
        out += axis(columns)
        let capacity = report.scenario.vehicles.map(\.battery.capacityKWh).reduce(0, +)
        let stored = result.steps.indices.map { step in
            result.vehicles.reduce(0) { $0 + $1.energyKWh[step + 1] } / max(capacity, 1e-9) * 100
        }
        out += row("SoC", "%", means(stored), height: 4, from: 0, to: 100, colour: "36")
        return out + axis(columns, hours: true)
    }

    /// Prices that stay well above zero would look like a wall: their axis begins a little below the lowest, and is labelled so.
    private func priceFloor(_ prices: [Double]) -> Double {
        guard let low = prices.min(), let high = prices.max() else { return 0 }
        if low <= 0 { return low }
        // One price for every hour is a wall whatever is done.
        if high - low < 1e-6 * high { return 0 }
        return high > low * 4 ? 0 : max(0, low - (high - low) / 8)
    }

    private func row(
        _ title: String, _ unit: String, _ values: [Double], height: Int, from low: Double, to top: Double? = nil,
        colour: String, down: Bool = false
    ) -> String {
        let blocks = Array(" ▁▂▃▄▅▆▇█")
        let high = max(top ?? values.max() ?? 1, low + 1e-9)
        var lines: [String] = []
        for line in 0..<height {
            // Counted from the baseline outwards.
            let level = down ? line : height - 1 - line
            var cells = ""
            for value in values {
                let eighths = Int(saturating: ((value - low) / (high - low) * Double(8 * height)).rounded()) - 8 * level
                let filled = min(8, max(0, eighths))
                // Downward bars have only whole and half blocks.
                cells.append(down ? (filled >= 6 ? "█" : filled >= 2 ? "▀" : " ") : blocks[filled])
            }
            let label: String
            switch (line, down) {
            case (0, false), (height - 1, true): label = short(high)
            case (height - 1, false): label = low == 0 ? "0" : short(low)
            case (0, true): label = title
            default: label = line == 1 ? (down ? unit : title) : line == 2 && !down ? unit : ""
            }
            let body = report.usesColour ? "\u{1B}[\(colour)m\(cells)\u{1B}[0m" : trimmed(cells)
            lines.append(padded(label, Chart.labelWidth - 1, right: true) + "│" + body)
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private func trimmed(_ cells: String) -> String {
        var cells = cells[...]
        while cells.last == " " { cells.removeLast() }
        return String(cells)
    }

    private func short(_ value: Double) -> String {
        abs(value) >= 100 || value == value.rounded() ? fixed(value, 0) : fixed(value, abs(value) < 1 ? 2 : 1)
    }

    /// A line under a plot, with marks; below the last one, hours.
    private func axis(_ columns: [Range<Int>], hours: Bool = false) -> String {
        let grid = report.scenario.grid
        var line = Array(repeating: Character("─"), count: columns.count)
        var labels = Array(repeating: Character(" "), count: columns.count + 6)
        let span = Double(grid.count * grid.stepSeconds) / 3600
        let every = span <= 12 ? 1 : span <= 30 ? 3 : span <= 60 ? 6 : span <= 120 ? 12 : 24
        var free = 0
        for (column, steps) in columns.enumerated() {
            let isFirst = column == 0 || columns[column - 1] != steps
            guard isFirst else { continue }
            // The first step of the column that begins at a marked hour.
            guard
                let step = steps.first(where: { step in
                    let wall = clock.wallTime(at: grid.boundary(step))
                    return wall.secondOfDay % 3600 < grid.stepSeconds && wall.secondOfDay / 3600 % every == 0
                })
            else { continue }
            line[column] = "┬"
            let wall = clock.wallTime(at: grid.boundary(step))
            let label = every == 24 ? String(wall.date.suffix(5)) : String(clock.time(grid.boundary(step)))
            if column >= free {
                // A label that would leave the page is left out.
                guard column + label.count <= Chart.plotWidth + 1 else { continue }
                for (offset, character) in label.enumerated() { labels[column + offset] = character }
                free = column + label.count + 1
            }
        }
        let indent = String(repeating: " ", count: Chart.labelWidth - 1)
        let rule = indent + "└" + String(line) + "\n"
        return hours ? rule + indent + " " + trimmed(String(labels)) + "\n" : rule
    }
}
