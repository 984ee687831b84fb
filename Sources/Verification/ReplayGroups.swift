import Scenarios
import Scheduling

/// The cables of a car park, each with what hangs on it.
extension Replay {
    func checkGroups() {
        for group in scenario.groups {
            for step in 0..<scenario.grid.count {
                var net = 0.0
                for member in group.members {
                    net += result.vehicles[member].chargeKW[step] - result.vehicles[member].dischargeKW[step]
                }
                for (what, value, limit) in [
                    ("takes", net, group.importLimitKW[step]), ("gives", -net, group.exportLimitKW[step]),
                ] {
                    expect(
                        // Each vehicle's power was rounded on its own.
                        value <= limit + allowance(limit) * Double(1 + group.members.count),
                        "group \(group.id): \(place(step)): \(what) \(text(value)) kW, \(text(value - limit)) kW beyond "
                            + "its limit of \(text(limit))")
                }
            }
        }
    }
}
