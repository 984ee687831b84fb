import Foundation
import Scenarios

/// What a schedule does to a battery by the cell model itself, not linearised: calendar at the true state of charge,
/// cycling by rainflow depth at the cycle's own rate.
///
/// Losses are those that the price counts (the life's average at the end of life, or the slope at the present age), so
/// that they can be set beside what the schedule paid. Where a scenario gives the two functions instead of a cell, they
/// are the model: calendar by the trapezoid rule over each step, as in the optimum, cycling along the depth segments to
/// each cycle's depth.
package struct DegradationAccount: Sendable, Equatable {
    /// Relative capacity lost by existing.
    package var calendarLoss: Double
    /// Relative capacity lost by cycling.
    package var cycleLoss: Double
    /// Equivalent full cycles: half the distance that the state of charge went.
    package var equivalentFullCycles: Double
    package var meanSoC: Double
    /// Price of one unit of relative capacity, money.
    package var pricePerCapacity: Double

    package var loss: Double { calendarLoss + cycleLoss }
    /// The loss in money.
    package var cost: Double { loss * pricePerCapacity }

    /// The account of `energyKWh` (T + 1 values on `grid`).
    ///
    /// - Throws: `AgeingError` where the cell is not known.
    package init(vehicle: Vehicle, grid: TimeGrid, energyKWh: [Double]) throws(AgeingError) {
        let battery = vehicle.battery
        let soc = energyKWh.map { $0 / battery.capacityKWh }
        let means = zip(soc, soc.dropFirst()).map { ($0 + $1) / 2 }
        meanSoC = means.reduce(0, +) / Double(max(1, means.count))
        equivalentFullCycles = zip(soc, soc.dropFirst()).reduce(0) { $0 + abs($1.1 - $1.0) } / 2
        calendarLoss = 0
        cycleLoss = 0
        let h = grid.stepHours
        switch battery.ageing {
        case .none:
            pricePerCapacity = CellAgeing().pricePerKWh * battery.capacityKWh / (1 - CellAgeing().endOfLife)
        case .functions(let calendar, let cycle):
            pricePerCapacity = CellAgeing().pricePerKWh * battery.capacityKWh / (1 - CellAgeing().endOfLife)
            calendarLoss +=
                h * DegradationAccount.trapezoids(soc) { _, soc in DegradationAccount.value(of: calendar, at: soc) }
                / pricePerCapacity
            for found in Rainflow.cycles(of: soc) {
                cycleLoss +=
                    found.count
                    * DegradationAccount.cost(of: cycle, depth: found.range, capacityKWh: battery.capacityKWh)
                    / pricePerCapacity
            }
        case .cell(let ageing):
            let pricing = try CellPricing(ageing, capacityKWh: battery.capacityKWh, chargeKW: vehicle.charger.chargeKW)
            pricePerCapacity = pricing.pricePerCapacity
            calendarLoss +=
                h
                * DegradationAccount.trapezoids(soc) { step, soc in
                    pricing.calendarLossPerHour(soc: soc, temperatureC: battery.temperatureC[step])
                }
            let temperature = battery.temperatureC.reduce(0, +) / Double(max(1, battery.temperatureC.count))
            for found in Rainflow.cycles(of: soc) {
                let rate = DegradationAccount.meanRate(soc, found.start, found.end, h)
                cycleLoss +=
                    found.count
                    * pricing.cycleLoss(
                        depth: found.range, cRate: rate, temperatureC: temperature, meanSoC: found.mean)
            }
        }
    }

    /// `sum_t (f_t(soc[t]) + f_t(soc[t+1])) / 2`.
    private static func trapezoids(_ soc: [Double], _ value: (_ step: Int, _ soc: Double) -> Double) -> Double {
        zip(soc, soc.dropFirst()).enumerated().reduce(0) { sum, step in
            sum + (value(step.offset, step.element.0) + value(step.offset, step.element.1)) / 2
        }
    }

    /// Mean |dSoC/dt| while the state of charge moves between two points of the path, 1/h.
    private static func meanRate(_ soc: [Double], _ start: Int, _ end: Int, _ h: Double) -> Double {
        var (distance, hours) = (0.0, 0.0)
        for step in start..<max(start + 1, end) where step + 1 < soc.count && soc[step + 1] != soc[step] {
            distance += abs(soc[step + 1] - soc[step])
            hours += h
        }
        return hours > 0 ? distance / hours : 0
    }

    private static func value(of points: [CalendarCostPoint], at soc: Double) -> Double {
        guard let right = points.firstIndex(where: { $0.soc >= soc }) else { return points.last?.costPerHour ?? 0 }
        guard right > 0 else { return points[0].costPerHour }
        let (a, b) = (points[right - 1], points[right])
        return a.costPerHour + (b.costPerHour - a.costPerHour) * (soc - a.soc) / (b.soc - a.soc)
    }

    /// Money of one full cycle of `depth`.
    private static func cost(of segments: [CycleCostSegment], depth: Double, capacityKWh: Double) -> Double {
        var (sum, previous) = (0.0, 0.0)
        for segment in segments {
            let part = min(depth, segment.depth) - previous
            if part <= 0 { break }
            sum += part * capacityKWh * segment.costPerKWh
            previous = segment.depth
        }
        return sum
    }
}
