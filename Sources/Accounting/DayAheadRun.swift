import Ageing
import Scenarios
import Scheduling

/// A long horizon scheduled day by day, as a day-ahead market is: each day knows its own prices to the end, begins with
/// the energy that the day before left, and with the peaks that were reached before it.
package struct DayAheadRun: Sendable {
    /// Cost lines of the whole horizon, money; what a ratchet owes is counted once. Worth of energy at the end
    /// (`end_value`) is that of the last day.
    package var costs: [String: Double] = [:]
    /// Stored energy at each boundary of the horizon, kWh: one path per vehicle.
    package var energyKWh: [[Double]]
    /// Average import and export of each step, kW.
    package var importKW: [Double] = []
    package var exportKW: [Double] = []
    /// At the chargers, AC kWh, all vehicles.
    package var chargedKWh = 0.0
    package var dischargedKWh = 0.0
    /// Sum of what targets missed, kWh.
    package var shortfallKWh = 0.0
    /// Days whose optimum was not proven.
    package var unprovenDays = 0
    /// Of a rule: where the site's limits changed what it does.
    package var cuts = ChargingRule.Cuts()
    /// The last day, and its schedule.
    private(set) var lastDay: (planner: Planner, solved: SolvedSchedule)?

    /// Why a day has no schedule.
    package struct Failure: Error, Sendable {
        /// The day's first step.
        package var at: Instant
        package var mode: ScheduleMode
        package var outcome: ScheduleOutcome

        /// When and why, where the limits of the scenario leave V1X no schedule: a study continues without V1X then. Load that
        /// only discharging can serve is such a case. Nil for any other failure, which ends a study.
        func whyV1XIsImpossible(in grid: TimeGrid) -> String? { outcome.whyV1XIsImpossible(mode, at: at, in: grid) }
    }

    /// Schedules each day of `scheduler`'s scenario in `mode`.
    ///
    /// - Parameter days: steps of each day, in order and without gaps.
    /// - Parameter onDay: called after each day.
    /// - Throws: `Failure`, of the first day that has no schedule.
    package init(
        _ scheduler: Scheduler, mode: ScheduleMode, days: [Range<Int>], onDay: () -> Void = {}
    ) throws(Failure) {
        let scenario = scheduler.scenario
        var streams = scheduler.streams
        var energy = scenario.vehicles.map(\.battery.startKWh)
        energyKWh = energy.map { [$0] }
        var progress = LoadProgress(scenario.site.flexibleLoads)
        for stream in streams { costs[stream.key] = stream.owed }
        for day in days {
            let parts = streams.map { $0.part(day, of: scenario.grid) }
            let planner = Planner(
                Scheduler(
                    scenario: scenario.part(day, startKWh: energy, progress: progress),
                    ageing: scheduler.ageing.map { $0.part(day) },
                    streams: parts, solver: scheduler.solver))
            let outcome = planner.schedule(mode, toleratesLoad: true)
            guard case .schedule(let solved) = outcome else {
                throw Failure(at: scenario.grid.boundary(day.lowerBound), mode: mode, outcome: outcome)
            }
            let schedule = solved.schedule
            cuts.steps += solved.cuts.steps
            cuts.overloads += solved.cuts.overloads
            for line in solved.costs where line.name != "end_value" { costs[line.name, default: 0] += line.amount }
            for part in parts { costs[part.key, default: 0] -= part.owed }
            costs["end_value"] = solved.costs.first { $0.name == "end_value" }?.amount
            for (index, plan) in schedule.vehicles.enumerated() {
                energyKWh[index] += plan.energyKWh.dropFirst()
                energy[index] = plan.energyKWh.last ?? energy[index]
                chargedKWh += plan.chargeKW.reduce(0, +) * scenario.grid.stepHours
                dischargedKWh += plan.dischargeKW.reduce(0, +) * scenario.grid.stepHours
            }
            for (index, load) in schedule.loads.enumerated() {
                progress.add(load: index, kW: load.kW, heatKWh: load.heatKWh?.last)
            }
            importKW += schedule.importKW
            exportKW += schedule.exportKW
            shortfallKWh += schedule.shortfalls.reduce(0) { $0 + $1.kwh }
            if mode == .v2x || mode == .v1x, solved.status != .optimal { unprovenDays += 1 }
            streams = streams.map { $0.following(schedule, over: day, of: scenario.grid) }
            lastDay = (planner, solved)
            onDay()
        }
    }

    /// The run's cost lines in a year, money, for the `streams` that it was scheduled with.
    func yearlyCosts(streams: [any ValueStream], grid: TimeGrid) -> [String: Double] {
        YearlyCosts.lines(costs, streams: streams, importKW: importKW, exportKW: exportKW, grid: grid)
    }

    /// What the run did to the batteries by the cell model itself, money: calendar at the true state of charge, cycles
    /// counted by rainflow over the whole run.
    ///
    /// - Throws: `AgeingError` where a cell is not known.
    package func wear(_ scenario: Scenario, days: [Range<Int>]) throws(AgeingError) -> Double {
        var sum = 0.0
        var grid = scenario.grid
        grid.count = importKW.count
        for (index, vehicle) in scenario.vehicles.enumerated() where vehicle.battery.ageing != .none {
            var vehicle = vehicle
            vehicle.battery.temperatureC = days.flatMap { vehicle.battery.temperatureC[$0] }
            sum += try DegradationAccount(vehicle: vehicle, grid: grid, energyKWh: energyKWh[index]).cost
        }
        return sum
    }
}
