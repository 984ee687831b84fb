import Verification
import Accounting
import Scenarios
import Scheduling

/// One stay at the charger, as far as it lies in the horizon, and what the plan does in it.
///
/// A plan's power is the mean over a step; in a step that the stay only partly covers, all of it happens while the vehicle
/// is there: the power then is `(c - d) / a` with the plugged share `a`, from arrival or until departure.
package struct PlugSession: Sendable, Equatable {
    /// A step, or the part of one that the stay covers.
    package struct Part: Sendable, Equatable {
        /// Index of the step in the horizon.
        package var step: Int
        package var seconds: Int
        /// Power while plugged in, AC kW: charging positive, discharging negative.
        package var kW: Double
    }

    /// Index of the vehicle in the scenario.
    package var vehicle: Int
    package var vehicleID: String
    /// Index into the vehicle's windows.
    package var window: Int
    package var start: Instant
    package var end: Instant
    /// Without a gap from `start` to `end`.
    package var parts: [Part]

    package var seconds: Int { end.epochSeconds - start.epochSeconds }
    /// Charged at the meter, kWh.
    package var chargeKWh: Double { parts.reduce(0) { $0 + max(0, $1.kW) * Double($1.seconds) / 3600 } }
    /// Discharged at the meter, kWh.
    package var dischargeKWh: Double { parts.reduce(0) { $0 + max(0, -$1.kW) * Double($1.seconds) / 3600 } }

    /// Every stay of every vehicle that touches the horizon: by vehicle, then by time.
    ///
    /// - Parameter isOfBatteries: the stationary batteries' instead, which are there throughout.
    package static func all(
        in scenario: Scenario, result: ResultFile, isOfBatteries: Bool = false
    ) -> [PlugSession] {
        let grid = scenario.grid
        let indices = scenario.vehicles.indices.filter { scenario.vehicles[$0].isStationary == isOfBatteries }
        return indices.flatMap { index -> [PlugSession] in
            let vehicle = scenario.vehicles[index]
            let plan = result.vehicles[index]
            let timeline = PlugTimeline(vehicle: vehicle, grid: grid)
            return vehicle.windows.indices.compactMap { number -> PlugSession? in
                let window = vehicle.windows[number]
                let (start, end) = (max(window.from, grid.start), min(window.to, grid.end))
                guard start < end else { return nil }
                let parts = grid.steps(from: start, to: end).map { step in
                    let low = max(start, grid.boundary(step))
                    let high = min(end, grid.boundary(step + 1))
                    let share = timeline.pluggedShare[step]
                    let mean = plan.chargeKW[step] - plan.dischargeKW[step]
                    return Part(
                        step: step, seconds: high.epochSeconds - low.epochSeconds, kW: share > 0 ? mean / share : 0)
                }
                return PlugSession(
                    vehicle: index, vehicleID: vehicle.id, window: number, start: start, end: end, parts: parts)
            }
        }
    }
}

extension Instant {
    /// `2024-01-15T16:40:00Z`
    var utcText: String { String(WallClock.utc.iso8601(self).prefix(19)) + "Z" }
}
