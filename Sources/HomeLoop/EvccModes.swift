import Accounting
import Foundation
import Scenarios
import Sensitivity
import VehicleToAnything
import Verification

/// The plan as modes of evcc's loadpoints, by its REST interface (`POST /api/loadpoints/ID/mode/MODE`).
///
/// evcc takes modes, not watts: a step that charges is `now`, any other is `off`. It is told when the mode changes.
struct EvccModes {
    enum Mode: String, Equatable { case now, off }

    /// Where evcc is: `http://evcc.local:7070`.
    let address: String
    /// evcc's loadpoint, from 1, by vehicle.
    let loadpoints: [String: Int]
    /// What it was told last, by vehicle.
    private var told: [String: Mode] = [:]

    init(address: String, loadpoints: [String: Int]) { (self.address, self.loadpoints) = (address, loadpoints) }

    /// What each loadpoint should do at a moment.
    func modes(of plan: PlanReport, at now: Instant) -> [String: Mode] {
        let (scenario, result) = (plan.report.scenario, plan.report.result)
        guard let step = scenario.grid.step(at: now) else { return [:] }
        var modes: [String: Mode] = [:]
        for (index, vehicle) in scenario.vehicles.enumerated() where loadpoints[vehicle.id] != nil {
            modes[vehicle.id] = result.vehicles[index].chargeKW[step] > 0 ? .now : .off
        }
        return modes
    }

    /// The requests that are due, by vehicle, in order.
    func due(_ modes: [String: Mode]) -> [(vehicle: String, mode: Mode, request: HTTPRequest)] {
        modes.sorted { $0.key < $1.key }.compactMap { vehicle, mode in
            guard told[vehicle] != mode, let loadpoint = loadpoints[vehicle],
                var request = HTTPRequest("\(address)/api/loadpoints/\(loadpoint)/mode/\(mode.rawValue)")
            else { return nil }
            request.method = "POST"
            return (vehicle, mode, request)
        }
    }

    mutating func told(_ vehicle: String, _ mode: Mode) { told[vehicle] = mode }
}
