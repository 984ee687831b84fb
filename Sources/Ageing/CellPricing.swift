import Foundation
import Scenarios

/// From loss to money (Ageing.docc/Cells.md section 2): the two functions of the schedule, from a cell model.
///
/// | symbol | meaning | unit |
/// |---|---|---|
/// | Cpu | price of one unit of relative capacity, `price_per_kwh capacity / (1 - end_of_life)` | money |
/// | L | service life | days |
/// | N | equivalent full cycles over the service life | 1 |
package struct CellPricing: Sendable {
    package let cell: any CellModel
    package let ageing: CellAgeing
    package let capacityKWh: Double
    /// Rated charging power over capacity, 1/h.
    package let cRate: Double

    /// - Throws: `AgeingError` where the cell is not known.
    package init(_ ageing: CellAgeing, capacityKWh: Double, chargeKW: Double) throws(AgeingError) {
        if let custom = ageing.custom {
            cell = TableCell(name: ageing.cell, tables: custom)
        } else if let known = CellRegistry.named(ageing.cell) {
            cell = known
        } else {
            throw AgeingError(
                message: "unknown cell \"\(ageing.cell)\" (\(CellRegistry.all.map(\.name).joined(separator: ", ")))")
        }
        self.ageing = ageing
        self.capacityKWh = capacityKWh
        cRate = chargeKW / capacityKWh
    }

    /// Cpu, money per unit of relative capacity.
    package var pricePerCapacity: Double { ageing.pricePerKWh * capacityKWh / (1 - ageing.endOfLife) }

    /// What `k` is multiplied by to be a loss per day: `L^(p-1)` at the end of life, or the slope at the present age.
    private var dailyFactor: Double {
        let p = cell.calendarExponent
        switch ageing.pricing {
        case .endOfLife: return pow(ageing.serviceLifeYears * 365, p - 1)
        // The slope of a power law is infinite at age zero: the first day counts as a day.
        case .present: return p * pow(max(1, ageing.ageDays), p - 1)
        }
    }

    private var cycleFactor: Double {
        let p = cell.cycleExponent
        switch ageing.pricing {
        case .endOfLife: return pow(ageing.efcPerYear * ageing.serviceLifeYears, p - 1)
        case .present: return p * pow(max(1, ageing.efcPerYear * ageing.ageDays / 365), p - 1)
        }
    }

    /// Relative capacity lost in an hour of existing.
    package func calendarLossPerHour(soc: Double, temperatureC: Double) -> Double {
        cell.calendarRate(soc: soc, temperatureK: temperatureC + 273.15) * dailyFactor / 24
    }

    /// Money per hour of existing: `g(s, T) = Cpu L^(p-1) k(s, T) / 24`.
    package func calendarCostPerHour(soc: Double, temperatureC: Double) -> Double {
        pricePerCapacity * calendarLossPerHour(soc: soc, temperatureC: temperatureC)
    }

    /// `Phi(d) = k_cyc(d) d N^(p-1)`: relative capacity lost by one full cycle of depth `depth`.
    package func cycleLoss(depth: Double, cRate: Double, temperatureC: Double, meanSoC: Double = 0.5) -> Double {
        guard depth > 0 else { return 0 }
        let stress = CycleStress(depth: depth, cRate: cRate, temperatureK: temperatureC + 273.15, meanSoC: meanSoC)
        return cell.cycleRate(stress) * depth * cycleFactor
    }

    /// The calendar price as the schedule sees it, points from SoC 0 to 1.
    package func calendarPoints(temperatureC: Double) -> [CalendarCostPoint] {
        func cost(_ soc: Double) -> Double { calendarCostPerHour(soc: soc, temperatureC: temperatureC) }
        switch ageing.calendar {
        case .exact:
            return ([0, 0.05] + (1...10).map { Double($0) / 10 }).map {
                CalendarCostPoint(soc: $0, costPerHour: cost($0))
            }
        case .fit:
            let knots = ConvexFit.knots(ConvexFit.samples.map(cost))
            return knots.enumerated().map {
                // Least squares may dip below zero where the model is almost nothing; a maximum of convex functions is
                // convex, and no hour pays for existing.
                CalendarCostPoint(
                    soc: Double($0.offset) / Double(ConvexFit.pieceCount), costPerHour: max(0, $0.element))
            }
        case .hull: return tangents(of: ConvexFit.samples.map { (x: $0, y: cost($0)) })
        }
    }

    /// Ten tangents of the lower convex hull of samples: a convex function that is nowhere above them.
    private func tangents(of samples: [(x: Double, y: Double)]) -> [CalendarCostPoint] {
        var hull: [(x: Double, y: Double)] = []
        for point in samples {
            while hull.count >= 2 {
                let (a, b) = (hull[hull.count - 2], hull[hull.count - 1])
                guard (b.x - a.x) * (point.y - a.y) - (b.y - a.y) * (point.x - a.x) <= 0 else { break }
                hull.removeLast()
            }
            hull.append(point)
        }
        var lines: [(slope: Double, intercept: Double)] = []
        for piece in 0..<ConvexFit.pieceCount {
            let x = (Double(piece) + 0.5) / Double(ConvexFit.pieceCount)
            guard let right = hull.firstIndex(where: { $0.x >= x }), right > 0 else { continue }
            let (a, b) = (hull[right - 1], hull[right])
            let slope = (b.y - a.y) / (b.x - a.x)
            if let last = lines.last, slope <= last.slope + 1e-15 { continue }
            lines.append((slope, a.y - slope * a.x))
        }
        var points: [CalendarCostPoint] = []
        for (left, right) in zip(lines, lines.dropFirst()) {
            let x = (left.intercept - right.intercept) / (right.slope - left.slope)
            points.append(CalendarCostPoint(soc: x, costPerHour: left.intercept + left.slope * x))
        }
        guard let first = lines.first, let last = lines.last else { return [] }
        return [CalendarCostPoint(soc: 0, costPerHour: first.intercept)] + points
            + [CalendarCostPoint(soc: 1, costPerHour: last.intercept + last.slope)]
    }

    /// Eight depth segments of the cycle price: `Cpu (Phi(d2) - Phi(d1)) / ((d2 - d1) capacity)`, Phi made convex from
    /// below, money per kWh out of the cells; neighbours of one price are one segment.
    package func depthSegments(temperatureC: Double) -> [CycleCostSegment] {
        let count = 8
        var hull: [(x: Double, y: Double)] = []
        for step in 0...(count * 8) {
            let depth = Double(step) / Double(count * 8)
            let point = (x: depth, y: cycleLoss(depth: depth, cRate: cRate, temperatureC: temperatureC))
            while hull.count >= 2 {
                let (a, b) = (hull[hull.count - 2], hull[hull.count - 1])
                guard (b.x - a.x) * (point.y - a.y) - (b.y - a.y) * (point.x - a.x) <= 0 else { break }
                hull.removeLast()
            }
            hull.append(point)
        }
        func convex(_ x: Double) -> Double {
            guard let right = hull.firstIndex(where: { $0.x >= x - 1e-12 }), right > 0 else { return 0 }
            let (a, b) = (hull[right - 1], hull[right])
            return a.y + (b.y - a.y) * (x - a.x) / (b.x - a.x)
        }
        var segments: [CycleCostSegment] = []
        for segment in 0..<count {
            let (low, high) = (Double(segment) / Double(count), Double(segment + 1) / Double(count))
            let cost = pricePerCapacity * (convex(high) - convex(low)) / ((high - low) * capacityKWh)
            if let last = segments.last, abs(last.costPerKWh - cost) <= 1e-9 * max(1e-6, abs(cost)) {
                segments[segments.count - 1].depth = high
            } else {
                segments.append(CycleCostSegment(depth: high, costPerKWh: cost))
            }
        }
        return segments
    }

    /// What lies outside the range in which the cell was measured, a sentence each.
    package func warnings(temperatureC: [Double], dischargeKW: Double) -> [String] {
        var warnings: [String] = []
        let range = cell.validity.temperatureC
        if let low = temperatureC.min(), let high = temperatureC.max(),
            low < range.lowerBound || high > range.upperBound
        {
            warnings.append(
                "the cell \(cell.name) was measured at \(range.lowerBound) to \(range.upperBound) degC, "
                    + "the scenario has \(low) to \(high): the price of ageing is extrapolated")
        }
        if cRate > cell.validity.maxChargeRate || dischargeKW / capacityKWh > cell.validity.maxDischargeRate {
            warnings.append(
                "the cell \(cell.name) was not measured at this charger's rates: the price of ageing is extrapolated")
        }
        return warnings
    }
}
