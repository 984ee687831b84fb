import Scenarios
import Scheduling

/// From a horizon's cost lines to those of a year of 365.25 days.
package enum YearlyCosts {
    /// In proportion to the horizon's length, but for what is charged by billing period: that is charged once in each.
    ///
    /// - Parameters:
    ///   - costs: of the whole horizon, money.
    ///   - streams: as they were when the horizon began.
    ///   - importKW: of the site in each step, kW; as many values as steps were lived through.
    ///   - exportKW: the same.
    ///   - grid: the scenario's steps, of which the first `importKW.count` count.
    package static func lines(
        _ costs: [String: Double], streams: [any ValueStream], importKW: [Double], exportKW: [Double], grid: TimeGrid
    ) -> [String: Double] {
        var lived = grid
        lived.count = importKW.count
        var yearly = costs.mapValues { $0 * factor(lived) }
        for stream in streams {
            if let cost = stream.yearlyCost(importKW: importKW, exportKW: exportKW, over: lived) {
                yearly[stream.key] = cost
            }
        }
        return yearly
    }

    /// Horizons in a year.
    package static func factor(_ grid: TimeGrid) -> Double {
        365.25 * 24 / (Double(max(1, grid.count)) * grid.stepHours)
    }
}
