import Scenarios
import Simulations

/// `v2x simulate` as one SVG: what each way has cost so far, what it sold each day, and what it did to the battery.
package enum SimulationPicture {
    /// The picture, a file of its own.
    package static func svg(_ simulation: Simulation, style: PictureStyle = PictureStyle()) -> String {
        let modes = SimulationTable.modes(simulation)
        let byMode = Dictionary(grouping: simulation.daily, by: \.mode)
        let starts = (byMode[modes[0]] ?? []).compactMap { WallTime(iso8601: $0.start) }
        let ticks = ticks(starts)
        let count = Double(max(1, starts.count))
        func lines(_ value: ([Simulation.DayEntry]) -> [Double]) -> [LinePanel.Line] {
            modes.map { mode in
                let values = value(byMode[mode] ?? [])
                return LinePanel.Line(
                    name: mode == "v2x" || mode == "v1x" ? mode.uppercased() : mode,
                    points: values.enumerated().map { (x: Double($0.offset + 1) / count, y: $0.element) })
            }
        }
        func sums(_ values: [Double]) -> [Double] {
            var sum = 0.0
            return values.map { value in
                sum += value
                return sum
            }
        }
        var figure = Figure(
            title: simulation.scenario,
            subtitle: "\(fixed(simulation.days, 0)) days, \(simulation.vehicles) "
                + "\(simulation.vehicles == 1 ? "vehicle" : "vehicles"), lived day by day; a year costs "
                + modes.compactMap { mode in
                    simulation.runs[mode].map {
                        "\(mode == "v2x" || mode == "v1x" ? mode.uppercased() : mode) \(fixed($0.total, 0))"
                    }
                }.joined(separator: ", ") + " \(simulation.currency)", style: style)
        for panel in [
            LinePanel(
                title: "cost so far, wear included", unit: simulation.currency,
                lines: lines { sums($0.map(\.total)) }, ticks: ticks),
            LinePanel(
                title: "discharged so far", unit: "kWh", lines: lines { sums($0.map(\.dischargedKWh)) }, ticks: ticks),
            LinePanel(
                title: "capacity lost so far", unit: "%", lines: lines { $0.map { $0.capacityLoss * 100 } },
                ticks: ticks
            ),
        ] { figure.add(panel) }
        return figure.svg
    }

    /// The first of each month, or single days where there are few.
    private static func ticks(_ starts: [WallTime]) -> [(position: Double, label: String)] {
        let count = Double(max(1, starts.count))
        let every = max(1, starts.count / 10)
        return starts.enumerated().compactMap { index, wall in
            let position = Double(index) / count
            if starts.count > 70 {
                let isFirst = index == 0 || starts[index - 1].monthName != wall.monthName
                return isFirst ? (position, wall.monthName) : nil
            }
            return index % every == 0 ? (position, "\(wall.day) \(wall.monthName)") : nil
        }
    }
}
