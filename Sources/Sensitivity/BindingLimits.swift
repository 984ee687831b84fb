import Scenarios
import Scheduling

/// The limits that hold a schedule, read from its kW and the scenario alone: which of them is reached in which step.
struct BindingLimits {
    let scenario: Scenario
    let schedule: Schedule
    let streams: [any ValueStream]
    let timelines: [PlugTimeline]

    /// A limit and the step in which it is reached count as such within this, kW or kWh.
    private static let tolerance = 1e-6

    private func isReached(_ value: Double, _ limit: Double) -> Bool {
        limit.isFinite && value > limit - BindingLimits.tolerance
    }
    private var steps: Range<Int> { 0..<scenario.grid.count }

    func isAtImportLimit(_ step: Int) -> Bool {
        !scenario.site.isIsland[step] && isReached(schedule.importKW[step], scenario.site.importLimitKW[step])
    }

    func isAtExportLimit(_ step: Int) -> Bool {
        !scenario.site.isIsland[step] && isReached(schedule.exportKW[step], scenario.site.exportLimitKW[step])
    }

    /// Whether charging (or discharging) more is kept from by the fuse of one of a vehicle's phases.
    func isAtPhaseLimit(_ step: Int, vehicle: Int, charging: Bool) -> Bool {
        guard let limit = scenario.site.phaseLimitKW else { return false }
        let plan = schedule.vehicles[vehicle]
        let netKW = plan.chargeKW[step] - plan.dischargeKW[step]
        return scenario.vehicles[vehicle].charger.phases(atKW: netKW).contains {
            isReached((charging ? 1 : -1) * phaseFlowKW(step, $0), limit)
        }
    }

    private func phaseFlowKW(_ step: Int, _ phase: Int) -> Double {
        let flexible = schedule.loads.reduce(0) { $0 + $1.kW[step] }
        var flow = (scenario.site.loadKW[step] + flexible - scenario.site.pvKW[step] + schedule.curtailedKW[step]) / 3
        for (vehicle, plan) in zip(scenario.vehicles, schedule.vehicles) {
            flow += vehicle.charger.phaseKW(phase, atKW: plan.chargeKW[step] - plan.dischargeKW[step])
        }
        return flow
    }

    func isAtGroupLimit(_ step: Int, group: Int, charging: Bool) -> Bool {
        let group = scenario.groups[group]
        let flow = group.members.reduce(0) {
            $0 + schedule.vehicles[$1].chargeKW[step] - schedule.vehicles[$1].dischargeKW[step]
        }
        return charging ? isReached(flow, group.importLimitKW[step]) : isReached(-flow, group.exportLimitKW[step])
    }

    func isAtFeederLimit(_ step: Int) -> Bool {
        streams.contains { stream in
            guard let limits = stream.netImportLimitKW else { return false }
            return isReached(schedule.importKW[step] - schedule.exportKW[step], limits[step])
        }
    }

    /// Whether the battery takes no more power at its mean state of charge of the step.
    func isAtChargeLimit(_ step: Int, vehicle: Int) -> Bool {
        let battery = scenario.vehicles[vehicle].battery
        guard !battery.chargeLimit.isEmpty else { return false }
        let plan = schedule.vehicles[vehicle]
        let soc = (plan.energyKWh[step] + plan.energyKWh[step + 1]) / (2 * battery.capacityKWh)
        let limit = timelines[vehicle].pluggedShare[step] * battery.chargeLimitKW(atMeanSoC: soc)
        return plan.chargeKW[step] > 0 && isReached(plan.chargeKW[step], limit)
    }

    /// Whether the ration of the day to which a step belongs is used up.
    func isAtCycleLimit(_ step: Int, vehicle: Int) -> Bool {
        let battery = scenario.vehicles[vehicle].battery
        guard let cycles = battery.maxCyclesPerDay,
            let day = scenario.grid.calendarDays.first(where: { $0.contains(step) })
        else { return false }
        let used = day.reduce(0) { $0 + schedule.vehicles[vehicle].dischargeKW[$1] } * scenario.grid.stepHours
        return isReached(used, cycles * battery.capacityKWh)
    }

    /// The steps in which something is reached.
    func steps(where isReached: (Int) -> Bool) -> [Int] { steps.filter(isReached) }
}
