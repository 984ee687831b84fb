import Accounting
import Ageing
import Scenarios
import Scheduling
import Sensitivity

extension Planner {
    /// `solved` as a result file, with what it does to each battery beside the baseline; and that baseline, where there is
    /// one.
    ///
    /// - Parameter showsSeconds: whether the solver's time is in it (then no two runs are the same).
    /// - Throws: `AgeingError` where a cell is not known.
    package func result(
        of solved: SolvedSchedule, showsSeconds: Bool = false
    ) throws(AgeingError) -> (file: ResultFile, baseline: SolvedSchedule?) {
        var usual: SolvedSchedule?
        if case .schedule(let baseline) = baseline() { usual = baseline }
        let entries = try usual.map { (usual) throws(AgeingError) in
            try degradation(of: solved.schedule, against: usual.schedule)
        }
        let file = ResultFile(
            solved, scenario: scheduler.scenario, degradation: entries.flatMap { $0 }, showsSeconds: showsSeconds)
        return (file, usual)
    }

    /// The schedule that a result holds, as this planner's own: `explanation(of:)` and `marginalCosts(of:)` take it.
    ///
    /// - Throws: `.result` where the result is not of this planner's scenario, or of a rule.
    package func solved(_ result: ResultFile) throws(MarginalFailure) -> SolvedSchedule {
        let solved = try shown(result)
        guard solved.mode == .v2x || solved.mode == .v1x else {
            throw .result("its schedule is a rule's: there is nothing to explain")
        }
        return solved
    }

    /// The schedule that a result holds, of a rule too: what the formats take.
    ///
    /// - Throws: `.result` where the result is not of this planner's scenario.
    package func shown(_ result: ResultFile) throws(MarginalFailure) -> SolvedSchedule {
        let scenario = scheduler.scenario
        let clock = WallClock(timeZone: scenario.grid.timeZone) ?? .utc
        guard let mode = result.scheduleMode else {
            throw .result("mode \"\(result.mode)\" is not known")
        }
        guard result.vehicles.map(\.id) == scenario.vehicles.map(\.id), result.steps.count == scenario.grid.count,
            result.steps.first == clock.iso8601(scenario.grid.start)
        else { throw .result("it is not a result of this scenario: other vehicles or other steps") }
        guard result.isWhole else { throw .result("a list in it is not as long as its steps") }
        let shortfalls = result.shortfalls.map { entry in
            let window = scenario.vehicles.first { $0.id == entry.vehicle }?.windows.firstIndex {
                entry.kind != .end && entry.kind != .ceiling
                    && ($0.to.epochSeconds >= (clock.instant(entry.at)?.epochSeconds ?? .max))
            }
            return Shortfall(
                kind: entry.kind, vehicle: entry.vehicle, load: entry.load, window: window,
                at: clock.instant(entry.at) ?? scenario.grid.end,
                kwh: entry.kwh, reachedSoC: entry.reachedSoC, reachableSoC: entry.reachableSoC)
        }
        var schedule = Schedule(of: result)
        schedule.shortfalls = shortfalls
        // In the order in which a schedule that is made has them.
        let order = Settlement.lines(
            of: schedule, scenario: scenario, ageing: scheduler.ageing, streams: scheduler.streams
        ).map(\.name)
        let names =
            order.filter { result.costs[$0] != nil } + result.costs.keys.filter { !order.contains($0) }.sorted()
        var solved = SolvedSchedule(
            mode: mode, status: result.status == .optimal ? .optimal : .feasible, schedule: schedule,
            costs: names.map { CostLine(name: $0, amount: result.costs[$0] ?? 0) },
            objective: result.objective, bound: result.bound ?? -.infinity,
            statistics: SolverStatistics(
                name: result.solver.name, method: result.solver.method, rows: result.solver.rows,
                columns: result.solver.columns, iterations: result.solver.iterations, seconds: result.solver.seconds))
        solved.hurdle = result.hurdle
        // A rule is made anew in no time.
        if mode == .immediate || mode == .deferred, case .schedule(let rule) = self.schedule(mode) {
            solved.cuts = rule.cuts
        }
        return solved
    }
}
