import LinearPrograms
import Scenarios

/// The maximum that a battery may hold.
///
///     e[k] <= ceiling[k] + x        (x: one excess per vehicle, from `PlugTimeline.excessFrom` on)
///
/// Where the vehicle acts in a step, the ceiling is the upper bound of the energy after it. The excess is there only where
/// targets may give way, and counts with the shortfalls. Source: Scheduling.docc/Model.md section 2.
extension SchedulingModel {
    /// The upper bound of the energy at a boundary, kWh, without the excess.
    func maxEnergyKWh(_ index: Int, _ boundary: Int) -> Double {
        let (timeline, battery) = (timelines[index], scenario.vehicles[index].battery)
        guard targets != .hard, let first = timeline.excessFrom, boundary >= first else {
            return timeline.ceilingKWh[boundary]
        }
        return max(battery.capacityKWh, battery.startKWh)
    }

    /// Rows for what is no column's own bound: the excess, and a ceiling that falls while the vehicle is away.
    mutating func addCeiling(vehicle index: Int) {
        let timeline = timelines[index]
        let label = program.family("ceiling")
        var excess: LinearExpression?
        if targets == .soft, let first = timeline.excessFrom {
            excess = shortfall(
                .ceiling, vehicle: index, window: nil, at: grid.boundary(first), targetKWh: timeline.ceilingKWh[first],
                index: first)
            vehicles[index].ceilingExcess = excess
            vehicles[index].chain = nil
        }
        for boundary in 1...grid.count {
            let energy = vehicles[index].energyKWh[boundary]
            if let excess, let first = timeline.excessFrom, boundary >= first {
                program.addRow(label(index, boundary), energy - excess, upper: timeline.ceilingKWh[boundary])
                continue
            }
            let most = maxEnergyKWh(index, boundary)
            let implied = energy.terms.reduce(energy.constant) {
                $0 + max(0, $1.coefficient) * program.columnUpper[$1.column.index]
            }
            guard implied > most + 1e-9 else { continue }
            if energy.terms.count == 1, energy.terms[0].coefficient == 1, most >= energy.constant {
                program.setBounds(
                    energy.terms[0].column, lower: program.columnLower[energy.terms[0].column.index],
                    upper: most - energy.constant)
            } else {
                program.addRow(label(index, boundary), energy, upper: most)
            }
        }
    }
}
