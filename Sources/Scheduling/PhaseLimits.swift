import LinearPrograms
import Scenarios

/// The fuse of each phase: single-phase chargers on a three-phase connection.
///
///     -L <= (load[t] - pv[t] + curtailed[t] + l[t]) / 3 + sum over chargers i on the phase of (c_i[t] - d_i[t]) / n_i <= L
///
/// | symbol | meaning | unit |
/// |---|---|---|
/// | L | `phase_limit_a` times `volts` | kW |
/// | n_i | number of phases that charger i is on (in its mode of the step, where it chooses) | 1 |
///
/// Loads and sun are taken to be balanced over the three phases.
extension SchedulingModel {
    mutating func addPhaseLimits() {
        guard let limit = scenario.site.phaseLimitKW else { return }
        let label = program.family("phase")
        for step in 0..<grid.count {
            let base = (scenario.site.loadKW[step] - scenario.site.pvKW[step]) / 3
            let flexible = flexibleKW(step)
            for phase in 1...3 {
                var flow = (1.0 / 3) * site.curtailedKW[step] + LinearExpression(constant: base)
                flow.add(flexible, times: 1.0 / 3)
                for index in vehicles.indices { flow.add(phaseFlowKW(vehicle: index, step: step, phase: phase)) }
                guard !isWithin(flow, limit) else { continue }
                if let over = overflow(of: "site.phase_limit_a", at: grid.boundary(step), unit: "kW") {
                    program.addRow(label(nil, step, part: 2 * phase - 2), flow - LinearExpression(over), upper: limit)
                    program.addRow(label(nil, step, part: 2 * phase - 1), flow + LinearExpression(over), lower: -limit)
                } else {
                    let row = program.addRow(label(nil, step, part: phase - 1), flow, lower: -limit, upper: limit)
                    site.phaseRows[step, default: []].append((phase, row))
                }
            }
        }
    }

    /// Whether an expression stays within `limit` either way whatever its columns do.
    private func isWithin(_ flow: LinearExpression, _ limit: Double) -> Bool {
        var (low, high) = (flow.constant, flow.constant)
        for term in flow.terms {
            let ends = [
                term.coefficient * program.columnLower[term.column.index],
                term.coefficient * program.columnUpper[term.column.index],
            ]
            low += min(ends[0], ends[1])
            high += max(ends[0], ends[1])
        }
        return low >= -limit && high <= limit
    }
}
