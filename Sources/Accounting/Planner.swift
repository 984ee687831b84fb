import Ageing
import Scenarios
import Scheduling

/// Schedules of one scenario in every mode: the optima, and the rules that they are measured against.
package struct Planner: Sendable {
    package let scheduler: Scheduler

    /// From the scheduler of the scenario.
    package init(_ scheduler: Scheduler) { self.scheduler = scheduler }

    /// The schedule in `mode`. A rule's cost lines are settled from its kW; it proves nothing, so its bound is its cost.
    ///
    /// - Parameter toleratesLoad: of a rule: whether load or sun alone may go beyond the site's limits.
    package func schedule(_ mode: ScheduleMode, toleratesLoad: Bool = false) -> ScheduleOutcome {
        switch mode {
        case .v2x, .v1x: return scheduler.schedule(mode: mode)
        case .immediate, .deferred:
            let rule = ChargingRule(mode, scenario: scheduler.scenario, streams: scheduler.streams)
            switch rule.schedule(toleratesLoad: toleratesLoad) {
            case .failure(let limit): return .infeasible(limit.infeasibility)
            case .success(let found):
                var schedule = found.schedule
                let (scenario, streams) = (scheduler.scenario, scheduler.streams)
                schedule.shortfalls += streams.flatMap { $0.shortfalls(of: schedule, in: scenario) }
                let lines = Settlement.lines(
                    of: schedule, scenario: scenario, ageing: scheduler.ageing, streams: streams)
                let objective = lines.reduce(0) { $0 + $1.amount }
                var solved = SolvedSchedule(
                    mode: mode, status: .feasible, schedule: schedule, costs: lines, objective: objective,
                    bound: objective,
                    statistics: SolverStatistics(
                        name: "none", method: "rule", rows: 0, columns: 0, iterations: 0, seconds: 0))
                solved.cuts = found.cuts
                return .schedule(solved)
            }
        }
    }

    /// The baseline that the scenario names: normal use of the same vehicles on the same trips.
    package func baseline() -> ScheduleOutcome {
        switch scheduler.scenario.baseline.rule {
        case .immediate: schedule(.immediate)
        case .deferred: schedule(.deferred)
        case .v1x: schedule(.v1x)
        }
    }

    /// What `schedule` does to each battery, beside what `baseline` would have done.
    ///
    /// - Returns: by vehicle id; nil where no vehicle's ageing is priced.
    /// - Throws: `AgeingError` where a cell is not known.
    package func degradation(
        of schedule: Schedule, against baseline: Schedule
    ) throws(AgeingError) -> [String: DegradationEntry]? {
        let scenario = scheduler.scenario
        var entries: [String: DegradationEntry] = [:]
        for (index, vehicle) in scenario.vehicles.enumerated() where vehicle.battery.ageing != .none {
            let account = try DegradationAccount(
                vehicle: vehicle, grid: scenario.grid, energyKWh: schedule.vehicles[index].energyKWh)
            let usual = try DegradationAccount(
                vehicle: vehicle, grid: scenario.grid, energyKWh: baseline.vehicles[index].energyKWh)
            let paid = ageingPaid(schedule, index)
            entries[vehicle.id] = DegradationEntry(
                calendarLoss: account.calendarLoss, cycleLoss: account.cycleLoss, baselineLoss: usual.loss,
                trueCost: rounded((account.loss - usual.loss) * account.pricePerCapacity),
                linearisationGap: rounded(paid - account.cost))
        }
        return entries.isEmpty ? nil : entries
    }

    /// What the schedule's own prices say that a vehicle's plan costs its battery, money.
    private func ageingPaid(_ schedule: Schedule, _ index: Int) -> Double {
        let plan = schedule.vehicles[index]
        let vehicle = scheduler.scenario.vehicles[index]
        let grid = scheduler.scenario.grid
        return AgeingSettlement.calendar(
            energyKWh: plan.energyKWh, capacityKWh: vehicle.battery.capacityKWh, prices: scheduler.ageing[index],
            stepHours: grid.stepHours)
            + AgeingSettlement.cycle(
                flows: CellFlows(
                    vehicle: index, of: schedule, scenario: scheduler.scenario, streams: scheduler.streams),
                startKWh: vehicle.battery.startKWh,
                capacityKWh: vehicle.battery.capacityKWh, prices: scheduler.ageing[index])
    }
}
