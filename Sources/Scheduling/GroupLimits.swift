import LinearPrograms
import Scenarios

/// The cables of a car park: each group of chargers within its own limits, in the tree that the scenario describes.
///
///     -X_g[t] <= sum over vehicles i of the group and of its parts of (c_i[t] - d_i[t]) <= M_g[t]
///
/// | symbol | meaning | unit |
/// |---|---|---|
/// | M_g, X_g | `import_limit_kw` and `export_limit_kw` of group g | kW |
///
/// What one vehicle of a group gives, another one may take: the limits hold the net power. Load and sun are behind the
/// connection, not behind a group. With nothing charged and nothing discharged every limit holds: where there is no schedule,
/// it is a trip that cannot be driven, or the connection, that the answer names. A row that no charger could ever cross is left out; the others link the blocks of the
/// vehicles behind them alone.
extension SchedulingModel {
    mutating func addGroupLimits() {
        let label = program.family("group")
        for (number, group) in scenario.groups.enumerated() {
            for step in 0..<grid.count {
                var flow = LinearExpression()
                var (most, least) = (0.0, 0.0)
                for member in group.members {
                    if let charge = vehicles[member].chargeKW[step] {
                        flow.add(charge)
                        most += program.columnUpper[charge.index]
                    }
                    if let discharge = vehicles[member].dischargeKW[step] {
                        flow.add(discharge, -1)
                        least -= program.columnUpper[discharge.index]
                    }
                }
                let upper = most > group.importLimitKW[step] ? group.importLimitKW[step] : .infinity
                let lower = least < -group.exportLimitKW[step] ? -group.exportLimitKW[step] : -.infinity
                guard upper < .infinity || lower > -.infinity else { continue }
                let row = program.addRow(label(nil, step, part: number), flow, lower: lower, upper: upper)
                groupRows[number, default: []].append(GroupRow(step: step, row: row))
            }
        }
    }
}
