import GLPKSolver
import LinearPrograms
import Scheduling

extension Scheduler {
    /// What one kWh more in each battery at the horizon's end would cost, money per kWh.
    ///
    /// - Parameters:
    ///   - solved: an optimum in mode `v2x` or `v1x` of this scheduler.
    ///   - vehicles: those that are asked about, by index.
    /// - Returns: by the vehicle's index; vehicles for which there is none are left out.
    package func endEnergyPrices(of solved: SolvedSchedule, vehicles: [Int]) -> [Int: Double] {
        guard let optimum: Optimum = optimum(of: solved), let side = try? optimum.idleSides().first,
            let held = try? HeldOptimum(optimum, streams: streams, idle: side)
        else { return [:] }
        var prices: [Int: Double] = [:]
        for vehicle in vehicles {
            let energy = solved.schedule.vehicles[vehicle].energyKWh.last ?? 0
            if let price = try? held.price(ofEnergyAtTheEndOf: vehicle, energyKWh: energy) { prices[vehicle] = price }
        }
        return prices
    }
}

extension HeldOptimum {
    /// What one kWh more in a battery at the horizon's end costs, money per kWh; where none fits, what one less saves. Nil
    /// where neither is possible.
    func price(ofEnergyAtTheEndOf vehicle: Int, energyKWh: Double) throws(GLPKError) -> Double? {
        guard let last = model.vehicles[vehicle].energyKWh.last, last.terms.count == 1,
            last.terms[0].coefficient == 1
        else { return nil }
        let column = last.terms[0].column.index
        let value = energyKWh - last.constant
        guard let base = try cost(holding: column, within: value...(.infinity)) else { return nil }
        if let more = try cost(holding: column, within: (value + HeldOptimum.nudge)...(.infinity)) {
            return (more - base) / HeldOptimum.nudge
        }
        guard value > HeldOptimum.nudge,
            let least = try cost(holding: column, within: 0...(value - HeldOptimum.nudge))
        else { return nil }
        return (base - least) / HeldOptimum.nudge
    }
}
