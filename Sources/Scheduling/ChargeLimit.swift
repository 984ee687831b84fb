import LinearPrograms
import Scenarios

/// Charging power that falls with the state of charge, as batteries take it near the top.
///
///     c[t] <= a[t] L((e[t] + e[t+1]) / (2E))
///
/// | symbol | meaning | unit |
/// |---|---|---|
/// | L | maximum AC power at a state of charge: concave, piecewise linear, constant below its first point | kW |
/// | a[t] | share of the step in which the vehicle is plugged in | 1 |
///
/// L concave is the minimum of its lines, so each line is a row and the feasible set stays convex: no binary is needed. The
/// mean state of charge of the step stands for the whole of it, as in the calendar law: exact for the mean power as long as
/// the step stays on one line.
extension SchedulingModel {
    mutating func addChargeLimit(vehicle index: Int) {
        let battery = scenario.vehicles[index].battery
        let charger = scenario.vehicles[index].charger
        let lines = battery.chargeLimitLines.filter { $0.interceptKW + min(0, $0.slopeKW) < charger.chargeKW }
        guard !lines.isEmpty else { return }
        let label = program.family("charge_limit")
        let path = vehicles[index].energyKWh
        for step in 0..<grid.count {
            guard let charge = vehicles[index].chargeKW[step] else { continue }
            let share = timelines[index].pluggedShare[step]
            for (part, line) in lines.enumerated() {
                var row = LinearExpression(charge)
                row.add(path[step] + path[step + 1], times: -share * line.slopeKW / (2 * battery.capacityKWh))
                program.addRow(label(index, step, part: part), row, upper: share * line.interceptKW)
            }
        }
    }
}
