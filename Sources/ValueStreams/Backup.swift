import LinearPrograms
import ScenarioFiles
import Scenarios
import Scheduling

/// Backup: enough energy in the plugged batteries, at every moment, to carry the critical load through an outage.
///
///     sum_i etad_i (e_i[k] - emin_i) + f >= energy of critical_load over [k, k + duration]
///
/// over the vehicles that are plugged in for the whole of the step that starts at boundary `k` (of step T-1 for k = T),
/// wherever there is one; the load is cut at the horizon's end.
///
/// | symbol | meaning | unit |
/// |---|---|---|
/// | e, emin | stored energy, and the floor that is never used | kWh |
/// | etad | efficiency of discharging, at the largest listed power | 1 |
/// | f | shortfall, one per boundary | kWh |
///
/// It has no price of its own (its cost line is 0): what it costs shows in the other lines.
/// Adds one row per boundary. Source: Scheduling.docc/Model.md section 5.
package struct Backup: ValueStream, ServiceSection {
    package static let key = "backup"
    package var key: String { Backup.key }

    var criticalLoadKW: [Double]
    var durationSeconds: Int

    package static let schema = Schema.map([
        Schema.required("critical_load_kw", .series, "Load that must be fed when the grid fails, kW."),
        Schema.required("duration", .duration, "For how long."),
    ])

    package static func decode(_ value: InputValue, in context: ServiceContext) -> (any Sendable)? {
        guard let reader = value.section() else { return nil }
        defer { reader.finish() }
        let load = reader.series("critical_load_kw", .power, .nonNegative, example: "0.4")
        let duration = reader.required("duration", "2h")?.duration()
        guard let load, let duration else { return nil }
        return Backup(criticalLoadKW: load, durationSeconds: duration)
    }

    /// A boundary that must be backed up: by whom, and with how much, kWh.
    private struct Need {
        var boundary: Int
        var vehicles: [Int]
        var energyKWh: Double
    }

    private func needs(_ scenario: Scenario, _ timelines: [PlugTimeline]) -> [Need] {
        let grid = scenario.grid
        return (0...grid.count).compactMap { boundary in
            let step = min(boundary, grid.count - 1)
            let plugged = timelines.indices.filter { timelines[$0].isPluggedThroughout(step) }
            guard !plugged.isEmpty else { return nil }
            let from = grid.boundary(boundary)
            let to = from.adding(seconds: durationSeconds)
            let energy = grid.steps(from: from, to: to).reduce(0) {
                $0 + criticalLoadKW[$1] * grid.overlap(of: $1, from: from, to: to) * grid.stepHours
            }
            return Need(boundary: boundary, vehicles: plugged, energyKWh: energy)
        }
    }

    package func constrain(_ model: inout SchedulingModel) {
        _ = model.program.costLine(key)
        guard model.targets != .elasticLimits else { return }
        let label = model.program.family("backup_kwh")
        for need in needs(model.scenario, model.timelines) {
            var held = LinearExpression()
            for index in need.vehicles {
                let vehicle = model.scenario.vehicles[index]
                let efficiency = vehicle.charger.dischargeEfficiency.nominal
                held.add(model.vehicles[index].energyKWh[need.boundary], times: efficiency)
                held.constant -= efficiency * vehicle.battery.floorKWh(at: need.boundary)
            }
            if let violation = model.shortfall(
                .backup, vehicle: nil, window: nil, at: model.scenario.grid.boundary(need.boundary),
                targetKWh: need.energyKWh, index: need.boundary)
            {
                held.add(violation, times: 1)
            } else if held.isConstant, held.constant >= need.energyKWh - 1e-9 {
                continue
            }
            model.program.addRow(label(nil, need.boundary), held, lower: need.energyKWh)
        }
    }

    private func held(_ need: Need, _ schedule: Schedule, _ scenario: Scenario) -> Double {
        need.vehicles.reduce(0) { sum, index in
            let vehicle = scenario.vehicles[index]
            return sum + vehicle.charger.dischargeEfficiency.nominal
                * (schedule.vehicles[index].energyKWh[need.boundary]
                    - vehicle.battery.floorKWh(at: need.boundary))
        }
    }

    package func publish(_ model: SchedulingModel, values: [Double], schedule: Schedule) -> [ServiceSeries] { [] }

    package func settle(_ schedule: Schedule, in scenario: Scenario) -> Double { 0 }

    /// What is to be backed up ends with the part, as it ends with the horizon.
    package func part(_ steps: Range<Int>, of grid: TimeGrid) -> any ValueStream {
        var part = self
        part.criticalLoadKW = Array(criticalLoadKW[steps])
        return part
    }

    package func shortfalls(of schedule: Schedule, in scenario: Scenario) -> [Shortfall] {
        let timelines = scenario.vehicles.map { PlugTimeline(vehicle: $0, grid: scenario.grid) }
        return needs(scenario, timelines).compactMap { need in
            let missing = need.energyKWh - held(need, schedule, scenario)
            guard missing > 1e-6 else { return nil }
            return Shortfall(
                kind: .backup, vehicle: nil, window: nil, at: scenario.grid.boundary(need.boundary), kwh: missing,
                reachedSoC: nil)
        }
    }
}
