import Scenarios

/// A user's own cell: rates read from tables by linear interpolation, held at their edges.
package struct TableCell: CellModel {
    package let name: String
    package var title: String { "\(name) (tables of the scenario)" }
    package let source = "the scenario"
    package let validity: CellValidity
    private let tables: CustomCell

    /// - Parameter tables: as the scenario has them: rising axes, one row per temperature.
    package init(name: String, tables: CustomCell) {
        self.name = name
        self.tables = tables
        let temperatures = tables.calendarTemperatureC
        validity = CellValidity(
            temperatureC: (temperatures.first ?? 0)...(temperatures.last ?? 0), maxChargeRate: .infinity,
            maxDischargeRate: .infinity)
    }

    package var calendarExponent: Double { tables.calendarExponent }
    package var cycleExponent: Double { tables.cycleExponent }

    package func calendarRate(soc: Double, temperatureK: Double) -> Double {
        let (row, weight) = TableCell.place(temperatureK - 273.15, in: tables.calendarTemperatureC)
        let low = TableCell.interpolate(soc, tables.calendarSoC, tables.calendarRate[row])
        guard weight > 0 else { return low }
        return low + weight * (TableCell.interpolate(soc, tables.calendarSoC, tables.calendarRate[row + 1]) - low)
    }

    package func cycleRate(_ stress: CycleStress) -> Double {
        TableCell.interpolate(stress.depth, tables.cycleDepth, tables.cycleRate)
    }

    private static func interpolate(_ x: Double, _ xs: [Double], _ ys: [Double]) -> Double {
        let (index, weight) = place(x, in: xs)
        return weight > 0 ? ys[index] + weight * (ys[index + 1] - ys[index]) : ys[index]
    }

    /// The interval of `xs` that holds `x`, and how far in it `x` is (0 at the edges and beyond).
    private static func place(_ x: Double, in xs: [Double]) -> (index: Int, weight: Double) {
        guard let first = xs.first, x > first else { return (0, 0) }
        guard let right = xs.firstIndex(where: { $0 >= x }) else { return (xs.count - 1, 0) }
        return (right - 1, (x - xs[right - 1]) / (xs[right] - xs[right - 1]))
    }
}
