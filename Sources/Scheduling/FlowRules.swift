import LinearPrograms
import Scenarios

/// Who may feed whom: stores that charge from the sun alone, that feed only the site, or that feed everything but vehicles.
///
///     from_grid: false        sum_i c_i[t] <= max(0, s[t] - load[t])
///     to_grid: false          sum_i d_i[t] <= max(0, load[t] + l[t] + sum over all stores j of c_j[t] - s[t])
///     feeds_vehicles: false   sum_i d_i[t] <= max(0, load[t] + l[t] - s[t]) + exp[t]
///
/// | symbol | meaning | unit |
/// |---|---|---|
/// | i | the stores that a rule is about, all together | |
/// | s[t] | `pv[t] - curtailed[t]` | kW |
/// | l[t] | power of the flexible loads | kW |
///
/// Where the sign of what stands in `max(0, ...)` is known, a rule is a bound or a row. Where it is not, one of two sets of
/// rows holds (`Either`), with the row that follows from both of them in the linear part.
extension SchedulingModel {
    /// Whether some store has such a rule.
    static func hasFlowRules(_ scenario: Scenario) -> Bool {
        scenario.vehicles.contains { !$0.charger.isFedByGrid || !$0.charger.feedsGrid || !$0.feedsVehicles }
    }

    /// Adds the rules; after the site's balance.
    mutating func addFlowRules() {
        guard SchedulingModel.hasFlowRules(scenario) else { return }
        let stores = scenario.vehicles.indices
        let ofSun = stores.filter { !scenario.vehicles[$0].charger.isFedByGrid }
        let ofSite = stores.filter { !scenario.vehicles[$0].charger.feedsGrid }
        let apart = stores.filter { !scenario.vehicles[$0].feedsVehicles }
        let labels = ["from_grid", "to_grid", "feeds_vehicles"].map { program.family($0) }
        for step in 0..<grid.count {
            // Positive: what the sun gives beyond the load.
            var surplus = LinearExpression(constant: scenario.site.pvKW[step] - scenario.site.loadKW[step])
            surplus.add(site.curtailedKW[step], times: -1)
            var need = flexibleKW(step) - surplus
            let isIsland = scenario.site.isIsland[step]
            if !isIsland { limit(ofSun.compactMap { vehicles[$0].chargeKW[step] }, to: surplus, labels[0](nil, step)) }
            if !apart.isEmpty {
                limit(
                    apart.compactMap { vehicles[$0].dischargeKW[step] }, to: need, beside: site.exportKW[step],
                    labels[2](nil, step))
            }
            for vehicle in vehicles { if let charge = vehicle.chargeKW[step] { need.add(charge) } }
            if !isIsland { limit(ofSite.compactMap { vehicles[$0].dischargeKW[step] }, to: need, labels[1](nil, step)) }
        }
    }

    /// `sum of columns <= max(0, room) + extra`.
    private mutating func limit(
        _ columns: [Column], to room: LinearExpression, beside extra: LinearExpression = LinearExpression(),
        _ label: Label
    ) {
        guard !columns.isEmpty else { return }
        let sum = LinearExpression(terms: columns.map { Term($0) })
        let most = program.largestValue(of: room)
        let least = -program.largestValue(of: -1 * room)
        guard program.largestValue(of: sum) > max(0, least) + max(0, -program.largestValue(of: -1 * extra)) else {
            return
        }
        if least >= 0 || most <= 0 {
            var row = sum - extra
            if most > 0 { row.add(room, times: -1) }
            if columns.count == 1, row.terms.count == 1 {
                let upper = min(program.columnUpper[columns[0].index], -row.constant)
                program.setBounds(columns[0], upper: max(0, upper))
            } else {
                program.addRow(label, row, upper: 0)
            }
            return
        }
        let beyond = sum - extra
        let without = extra.isConstant && extra.constant <= 0 ? columns.map { LinearExpression($0) } : [beyond]
        program.add(.either(Either([beyond - room], or: without, label: label)))
        // Both sides lie below the chord of max(0, room) from its minimum to its maximum.
        program.addRow(
            label, beyond - (most / (most - least)) * room, upper: -least * most / (most - least))
    }
}
