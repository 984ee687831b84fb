import Accounting
import Foundation
import Scenarios
import Sensitivity
import VehicleToAnything
import Verification

/// The plan as modes of evcc's loadpoints and of its batteries, by its REST interface
/// (`POST /api/loadpoints/ID/mode/MODE`, `POST /api/batterymode/MODE`).
///
/// evcc takes modes, not watts. A step in which a vehicle charges is `now`, any other is `off`; evcc is told when the mode
/// changes. The mode of the batteries is one for all that evcc controls, and evcc forgets it after 60 s: it is told again.
struct EvccModes {
    enum Mode: String, Equatable { case now, off }

    /// What the batteries do: as their inverter decides, not discharge, or charge from the grid.
    enum BatteryMode: String, Equatable { case normal, hold, charge }

    /// Where evcc is: `http://evcc.local:7070`.
    let address: String
    /// evcc's loadpoint, from 1, by vehicle.
    let loadpoints: [String: Int]
    /// Whether the batteries' mode is told too.
    let tellsBatteries: Bool
    /// What it was told last, by vehicle.
    private var told: [String: Mode] = [:]
    private var toldBatteries: (mode: BatteryMode?, at: Instant?, tried: Instant?)
    /// evcc forgets the batteries' mode after 60 s.
    private static let secondsToRepeat = 30
    private static let secondsToRetry = 10

    init(address: String, loadpoints: [String: Int], tellsBatteries: Bool = false) {
        (self.address, self.loadpoints, self.tellsBatteries) = (address, loadpoints, tellsBatteries)
    }

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

    /// What the batteries should do at a moment; nil where they are not told, or the plan is over.
    ///
    /// `charge` where they charge while the site imports; `normal` where they discharge, or charge from what the sun gives;
    /// `hold` where they rest.
    func batteryMode(of plan: PlanReport, at now: Instant) -> BatteryMode? {
        let (scenario, result) = (plan.report.scenario, plan.report.result)
        let batteries = result.vehicles.suffix(result.batteryCount)
        guard tellsBatteries, !batteries.isEmpty, let step = scenario.grid.step(at: now) else { return nil }
        if batteries.contains(where: { $0.dischargeKW[step] > 0 }) { return .normal }
        guard batteries.contains(where: { $0.chargeKW[step] > 0 }) else { return .hold }
        return result.site.importKW[step] > 0 ? .charge : .normal
    }

    /// The request for the batteries' mode, where it has changed or evcc is about to forget it.
    func due(_ mode: BatteryMode, at now: Instant) -> HTTPRequest? {
        let last = toldBatteries
        if last.mode == mode, let at = last.at, now < at.adding(seconds: EvccModes.secondsToRepeat) { return nil }
        // Where evcc does not answer, it is not asked each second.
        if let tried = last.tried, now < tried.adding(seconds: EvccModes.secondsToRetry) { return nil }
        var request = HTTPRequest("\(address)/api/batterymode/\(mode.rawValue)")
        request?.method = "POST"
        return request
    }

    mutating func told(_ mode: BatteryMode, at now: Instant) { toldBatteries = (mode, now, nil) }
    mutating func failed(at now: Instant) { toldBatteries.tried = now }
}
