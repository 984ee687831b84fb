import Ageing
import LinearPrograms
import Scenarios

/// From a scenario to a schedule: writes the model, has it solved, and reads the answer back in plain kW.
package struct Scheduler: Sendable {
    package var scenario: Scenario
    /// One entry per vehicle.
    package var ageing: [AgeingPrices]
    package var streams: [any ValueStream]
    package var solver: any LinearProgramSolver
    /// When everything that is solved ends; nil: each schedule has the scenario's time limit from when it is asked for.
    package var limits: SolveLimits?

    /// - Parameter ageing: the prices of each vehicle's ageing, in the scenario's order.
    package init(
        scenario: Scenario, ageing: [AgeingPrices], streams: [any ValueStream] = [],
        solver: any LinearProgramSolver
    ) {
        precondition(ageing.count == scenario.vehicles.count, "one AgeingPrices per vehicle")
        self.scenario = scenario
        self.ageing = ageing
        self.streams = streams
        self.solver = solver
    }

    /// The scenario as `mode` sees it: in `v1x` no vehicle discharges.
    package func scenario(for mode: ScheduleMode) -> Scenario { mode == .v1x ? scenario.oneWay : scenario }

    /// An optimum with the model and the solution it came from, for further questions (marginal costs, offers).
    package struct Optimum: Sendable {
        package var model: SchedulingModel
        package var solution: Solution
    }

    func options(breaksTies: Bool) -> SolveOptions {
        SolveOptions(
            relativeGap: scenario.solver.mipGap,
            limits: limits ?? SolveLimits(seconds: scenario.solver.timeLimitSeconds), breaksTies: breaksTies)
    }

    /// What came of solving: an optimum, or the answer that there is none.
    package enum Answer: Sendable {
        case optimum(Optimum)
        case none(ScheduleOutcome)
    }

    /// The optimal schedule in `mode` (`v2x` or `v1x`; the rules `immediate` and `deferred` need no program).
    package func schedule(mode: ScheduleMode = .v2x) -> ScheduleOutcome {
        let clock = ContinuousClock()
        let start = clock.now
        // One deadline for all that is tried in turn.
        var limited = self
        limited.limits = limits ?? SolveLimits(seconds: scenario.solver.timeLimitSeconds)
        if let outcome = limited.scheduleInParts(mode: mode, start: start) { return outcome }
        switch limited.optimum(mode: mode) {
        case .none(let outcome): return outcome
        case .optimum(let optimum):
            let elapsed = clock.now - start
            let seconds = Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) * 1e-18
            return .schedule(solved(optimum, mode: mode, seconds: seconds))
        }
    }

    /// What comes of a large fleet; nil where it shares more than a connection, or its targets cannot all be met.
    private func scheduleInParts(mode: ScheduleMode, start: ContinuousClock.Instant) -> ScheduleOutcome? {
        let scenario = scenario(for: mode)
        guard let solver = solver as? any PartedProgramSolver,
            let fleet = FleetParts(scenario, ageing, streams: streams)
        else { return nil }
        let options = options(breaksTies: false)
        guard var solution = solver.solve(fleet.program, options: options),
            let read = fleet.schedule(of: &solution)
        else {
            // As one program it would take longer still.
            return options.limits.isPast
                ? .limitReached("the time limit was reached before any schedule was found") : nil
        }
        let objective = read.costs.reduce(0) { $0 + $1.amount }
        let gap = (objective - solution.bound) / max(1, abs(objective))
        let solved = SolvedSchedule(
            mode: mode, status: gap <= options.relativeGap + 1e-9 ? .optimal : .feasible, schedule: read.schedule,
            costs: read.costs, objective: objective, bound: min(objective, solution.bound),
            statistics: SolverStatistics(
                name: solution.solverName, method: solution.method, rows: solution.size.rows,
                columns: solution.size.columns,
                iterations: solution.iterations, seconds: (ContinuousClock.now - start) / .seconds(1)))
        return .schedule(solved)
    }

    /// The optimum with its model. Targets are hard at first: only where they cannot all be met may they give way.
    package func optimum(
        mode: ScheduleMode = .v2x, breaksTies: Bool = true, keepsConnection: Bool = false
    ) -> Answer {
        let scenario = scenario(for: mode)
        var options = options(breaksTies: breaksTies)
        for targets in [SchedulingModel.Targets.hard, .soft] {
            // Whether all targets can be met may be hard to find out; with soft ones there is always a schedule.
            options.mayGiveUp = targets == .hard
            let model = SchedulingModel(
                scenario: scenario, ageing: ageing, streams: streams, targets: targets, keepsConnection: keepsConnection
            )
            switch solver.solve(model.program, options: options) {
            case .solved(let solution):
                let optimum = Optimum(model: model, solution: checked(solution, of: model.program))
                return .optimum(targets == .soft ? shared(optimum, options) : optimum)
            case .infeasible: continue
            case .unbounded:
                return .none(.failed("the cost has no lower limit: a price or a power limit is missing"))
            case .limit where targets == .hard && !options.limits.isPast: continue
            case .limit:
                return .none(.limitReached("the time limit was reached before any schedule was found"))
            case .failed(let words): return .none(.failed(words))
            }
        }
        return .none(explainInfeasibility(scenario, options))
    }

    /// A schedule that `schedule` made as values of a model, for further questions: import and export are columns of
    /// their own, charging and discharging have the schedule's kW, and what else there is (energy in segments, reserve) is
    /// best for them.
    ///
    /// - Parameter solved: of this scheduler, in mode `v2x` or `v1x`.
    /// - Returns: nil where the model does not hold the schedule.
    package func optimum(of solved: SolvedSchedule) -> Optimum? {
        var options = options(breaksTies: false)
        options.limits = SolveLimits(seconds: scenario.solver.timeLimitSeconds)
        let model = SchedulingModel(
            scenario: scenario(for: solved.mode), ageing: ageing, streams: streams,
            targets: solved.schedule.shortfalls.isEmpty ? .hard : .soft, keepsConnection: true)
        // Rounding of the schedule's own may stand between its kW and a bound.
        for band in [0, 1e-8, 1e-6] {
            var program = model.program
            // Nothing is left to search for.
            program.chains = []
            var held: [(column: Column, kw: Double)] = []
            for (vehicle, plan) in zip(model.vehicles, solved.schedule.vehicles) {
                for step in 0..<model.scenario.grid.count {
                    if let column = vehicle.chargeKW[step] { held.append((column, plan.chargeKW[step])) }
                    if let column = vehicle.dischargeKW[step] { held.append((column, plan.dischargeKW[step])) }
                }
            }
            for (column, kw) in held {
                let (lower, upper) = (program.columnLower[column.index], program.columnUpper[column.index])
                program.setBounds(
                    column, lower: min(max(lower, kw - band), upper), upper: max(min(upper, kw + band), lower))
            }
            guard case .solved(var solution) = solver.solve(program, options: options) else { continue }
            let sums = model.shortfallsByVehicle
            if sums.count > 1, sums.count <= Scheduler.maxSharing {
                let largest = sums.map { $0.value(at: solution.finalValues) }.max() ?? 0
                solution.finalProgram.hold(sums, atMost: largest)
            }
            for (column, kw) in held {
                let bounds = (model.program.columnLower[column.index], model.program.columnUpper[column.index])
                solution.finalProgram.setBounds(column, lower: bounds.0, upper: bounds.1)
                solution.values[column.index] = kw
                solution.finalValues[column.index] = kw
            }
            return Optimum(model: model, solution: solution)
        }
        return nil
    }

    /// A solution as a solver returned it, proven only if it is one: every disjunction holds at its values, and they cost
    /// what its objective is.
    func checked(_ solution: Solution, of program: LinearProgram) -> Solution {
        let cost = program.totalCost(at: solution.values)
        let isSame = abs(cost - solution.objective) <= 1e-6 * max(1, abs(solution.objective))
        if isSame && program.holdsDisjunctions(at: solution.values) { return solution }
        var checked = solution
        checked.isProven = false
        return checked
    }

    /// The program that an independent solver must be given: disjunctions written out, and where the targets cannot all
    /// be met, the sum of the shortfalls held at its minimum.
    ///
    /// - Parameter relaxed: the linear part alone, without binaries.
    package func exportableProgram(mode: ScheduleMode = .v2x, relaxed: Bool = false) -> Result<LinearProgram, NoProgram>
    {
        // Only whether the targets can be met is asked here, and if not, by how little they can be missed: the other
        // solver is to find the optimum.
        let scenario = scenario(for: mode)
        var options = options(breaksTies: false)
        options.relativeGap = SolveOptions().relativeGap
        for targets in [SchedulingModel.Targets.hard, .soft] {
            options.mayGiveUp = targets == .hard
            let model = SchedulingModel(scenario: scenario, ageing: ageing, streams: streams, targets: targets)
            var feasibility = model.program
            feasibility.replaceObjective([], named: "nothing")
            switch solver.solve(feasibility, options: options) {
            case .solved(let solution):
                var program = model.program
                if !program.violations.isEmpty {
                    let largest = minLargest(model, options)
                    program.holdViolations(to: solution.violation)
                    if let largest { program.hold(model.shortfallsByVehicle, atMost: largest) }
                }
                return .success(relaxed ? program : program.writtenOut())
            case .infeasible: continue
            case .limit where targets == .hard && !options.limits.isPast: continue
            case .unbounded: return .failure(NoProgram(outcome: .failed("the program is unbounded")))
            case .limit:
                return .failure(
                    NoProgram(outcome: .limitReached("the time limit was reached before any schedule was found")))
            case .failed(let words): return .failure(NoProgram(outcome: .failed(words)))
            }
        }
        return .failure(NoProgram(outcome: explainInfeasibility(scenario, options)))
    }

    /// Why there is nothing to export.
    package struct NoProgram: Error { package var outcome: ScheduleOutcome }

    private func explainInfeasibility(_ scenario: Scenario, _ options: SolveOptions) -> ScheduleOutcome {
        let model = SchedulingModel(scenario: scenario, ageing: ageing, streams: streams, targets: .elasticLimits)
        guard case .solved(let solution) = solver.solve(model.program, options: options) else {
            return .infeasible(
                Infeasibility(limit: "the limits together", at: scenario.grid.start, amount: 0, unit: "kW"))
        }
        let first = model.limitMeanings
            .filter { solution.values[$0.column.index] > 1e-7 }
            .min { $0.at < $1.at }
        guard let first else {
            // Nothing has to give way: it is the arithmetic that fails, and no fact about the scenario.
            return .failed(
                "no schedule was found, and no limit that forbids one: the scenario's numbers are too far apart in size"
            )
        }
        return .infeasible(
            Infeasibility(
                limit: first.limit, at: first.at, amount: solution.values[first.column.index], unit: first.unit))
    }

    /// Proven, and nothing was spent beyond the minimum cost (for example for smoothness).
    private func isOptimal(_ solution: Solution) -> Bool {
        let beyond = solution.objective - solution.bound
        return solution.isProven && beyond <= scenario.solver.mipGap * max(1, abs(solution.objective)) + 1e-9
    }

    private func solved(_ optimum: Optimum, mode: ScheduleMode, seconds: Double) -> SolvedSchedule {
        let solution = optimum.solution
        let amounts =
            optimum.model.program.costLineNames.isEmpty
            ? [] : solution.finalProgram.costLineAmounts(at: solution.finalValues)
        var schedule = optimum.model.schedule(at: solution.values, streams: streams)
        schedule.shortfalls = reachable(schedule.shortfalls, in: optimum.model.scenario)
        return SolvedSchedule(
            mode: mode, status: isOptimal(solution) ? .optimal : .feasible, schedule: schedule,
            costs: zip(solution.finalProgram.costLineNames, amounts).map { CostLine(name: $0, amount: $1) },
            objective: solution.objective, bound: solution.bound,
            statistics: SolverStatistics(
                name: solution.solverName ?? solver.name, method: solution.method, rows: solution.finalProgram.rowCount,
                columns: solution.finalProgram.columnCount, iterations: solution.iterations, seconds: seconds))
    }
}
