import Scenarios
import Scheduling
import VehicleToAnything
import Verification

extension PlanReport {
    /// `5.75 EUR from 18:00 to 08:00; ev1 charges 7.40 kW ...`
    var summary: String {
        let (scenario, result) = (report.scenario, report.result)
        let clock = WallClock(timeZone: scenario.grid.timeZone) ?? .utc
        var words =
            "\((result.objective * 100).rounded() / 100) \(scenario.currency) until \(clock.dayTime(scenario.grid.end))"
        for vehicle in scenario.vehicles.prefix(4) {
            if let now = actions.first(where: { $0.vehicle == vehicle.id }) { words += "; \(vehicle.id) \(now.what)" }
        }
        return words
    }
}
