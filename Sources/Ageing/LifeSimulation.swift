import Foundation

/// Years of the same day (or week), by the cell model: loss in state-equation form, `dz = k p (z/k)^((p-1)/p) dx`, the
/// first step `z = k dx^p` (BLAST-Lite's convention). For a repeated day the calendar loss is `k L^p` exactly.
public struct LifeSimulation: Sendable {
    /// Which depth and rate a chunk of the path is cycled at.
    public enum Convention: Sendable {
        /// Each cycle by its own rainflow depth and rate.
        case rainflow
        /// The chunk's range, and its mean |dSoC/dt|, as BLAST-Lite does; throughput shrinks with the capacity.
        case blastLite
    }

    /// Relative capacity lost by existing.
    public private(set) var calendarLoss = 0.0
    /// Relative capacity lost by cycling.
    public private(set) var cycleLoss = 0.0
    public var loss: Double { calendarLoss + cycleLoss }

    /// Runs `days` repetitions of one day.
    ///
    /// - Parameters:
    ///   - soc: state of charge at each boundary of the day, T + 1 values.
    ///   - stepHours: length of a step, h.
    ///   - temperatureC: constant, degC.
    public init(
        _ cell: any CellModel, soc: [Double], stepHours: Double, temperatureC: Double, days: Int,
        convention: Convention = .rainflow
    ) {
        let kelvin = temperatureC + 273.15
        let rates = soc.map { cell.calendarRate(soc: $0, temperatureK: kelvin) }
        // Trapezoid over the day.
        let calendarRate = zip(rates, rates.dropFirst()).reduce(0) { $0 + ($1.0 + $1.1) / 2 } / Double(soc.count - 1)
        let dayLength = Double(soc.count - 1) * stepHours / 24
        let distance = zip(soc, soc.dropFirst()).reduce(0) { $0 + abs($1.1 - $1.0) }
        let throughput = distance / 2
        let cycleRate: Double
        switch convention {
        case .blastLite:
            let range = (soc.max() ?? 0) - (soc.min() ?? 0)
            var speeds = zip(soc, soc.dropFirst()).map { abs($1 - $0) / stepHours }
            for index in speeds.indices where speeds[index] < 1e-2 { speeds[index] = 0 }
            let mean = zip(speeds, speeds.dropFirst()).reduce(0) { $0 + ($1.0 + $1.1) / 2 } * stepHours / 24 / dayLength
            let meanSquare = soc.reduce(0) { $0 + $1 } / Double(soc.count)
            cycleRate = cell.cycleRate(
                CycleStress(depth: range, cRate: mean, temperatureK: kelvin, meanSoC: meanSquare))
        case .rainflow:
            // Each cycle's rate, weighted by the throughput that it carries.
            var sum = 0.0
            for found in Rainflow.cycles(of: soc) {
                var (moved, hours) = (0.0, 0.0)
                for step in found.start..<found.end where soc[step + 1] != soc[step] {
                    moved += abs(soc[step + 1] - soc[step])
                    hours += stepHours
                }
                let stress = CycleStress(
                    depth: found.range, cRate: hours > 0 ? moved / hours : 0, temperatureK: kelvin, meanSoC: found.mean)
                sum += found.count * found.range * cell.cycleRate(stress)
            }
            cycleRate = throughput > 0 ? sum / throughput : 0
        }
        for _ in 0..<days {
            // The calendar law is a power of time: the state form of a constant rate is exact.
            let health = convention == .blastLite ? 1 - loss : 1
            let dCalendar = LifeSimulation.step(calendarLoss, calendarRate, cell.calendarExponent, dayLength)
            let dCycle = LifeSimulation.step(cycleLoss, cycleRate, cell.cycleExponent, throughput * health)
            calendarLoss += dCalendar
            cycleLoss += dCycle
        }
    }

    /// The growth of `z = k x^p` over `dx`, from the state alone.
    static func step(_ z: Double, _ k: Double, _ p: Double, _ dx: Double) -> Double {
        guard dx > 0, k > 0 else { return 0 }
        if z == 0 { return k * pow(dx, p) }
        return k * p * pow(z / k, (p - 1) / p) * dx
    }
}
