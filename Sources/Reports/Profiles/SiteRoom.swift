import Verification
import Accounting
import Scenarios
import Scheduling

/// What the connection leaves a vehicle in each step, all else as planned; and what it costs when powers move.
struct SiteRoom {
    let scenario: Scenario
    /// Net import of the site in each step, kW.
    private(set) var netKW: [Double]
    /// Net charging of each vehicle in each step, kW, means over the step.
    private(set) var vehicleKW: [[Double]]
    private let curtailedKW: [Double]

    /// A power may lie this far outside: the tenth of a watt that is the finest written.
    private static let tolerance = 1e-4

    init(scenario: Scenario, result: ResultFile) {
        self.scenario = scenario
        netKW = zip(result.site.importKW, result.site.exportKW).map { $0 - $1 }
        vehicleKW = result.vehicles.map { zip($0.chargeKW, $0.dischargeKW).map { $0 - $1 } }
        curtailedKW = result.site.curtailedKW
    }

    /// `sum h (buy import - sell export)`, money.
    var energyCost: Double {
        scenario.grid.stepHours
            * netKW.indices.reduce(0) { sum, step in
                sum + max(0, netKW[step]) * scenario.importPricePerKWh[step]
                    - max(0, -netKW[step]) * scenario.exportPricePerKWh[step]
            }
    }

    /// A vehicle's power in a part of a step becomes another.
    mutating func replace(_ part: PlugSession.Part, vehicle: Int, with kW: Double) {
        let change = (kW - part.kW) * share(part)
        netKW[part.step] += change
        vehicleKW[vehicle][part.step] += change
    }

    /// Powers that the vehicle could have in `part` within the connection's limits, kW.
    func room(_ part: PlugSession.Part, vehicle: Int) -> ClosedRange<Double> {
        let (step, site) = (part.step, scenario.site)
        guard !site.isIsland[step] else { return around(part.kW) }
        var low = -site.exportLimitKW[step] - netKW[step]
        var high = site.importLimitKW[step] - netKW[step]
        if let limit = site.phaseLimitKW {
            let base = (site.loadKW[step] - site.pvKW[step] + curtailedKW[step]) / 3
            let phases = scenario.vehicles[vehicle].charger.phases(atKW: part.kW)
            for phase in phases {
                var flow = base
                for (index, other) in scenario.vehicles.enumerated() {
                    flow += other.charger.phaseKW(phase, atKW: vehicleKW[index][step])
                }
                low = max(low, (-limit - flow) * Double(phases.count))
                high = min(high, (limit - flow) * Double(phases.count))
            }
        }
        // The plan itself is within the limits but for rounding.
        return
            (part.kW + min(0, low / share(part)) - SiteRoom.tolerance)...(part.kW + max(0, high / share(part))
            + SiteRoom.tolerance)
    }

    private func around(_ kW: Double) -> ClosedRange<Double> { (kW - SiteRoom.tolerance)...(kW + SiteRoom.tolerance) }
    private func share(_ part: PlugSession.Part) -> Double {
        Double(part.seconds) / Double(scenario.grid.stepSeconds)
    }
}
