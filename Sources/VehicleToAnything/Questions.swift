import Sensitivity
import Verification
import Accounting
import Ageing
import Scenarios
import Scheduling
import Simulations

// The questions of the command line, each as a typed answer. `Question` gives the same answers as JSON.
extension PreparedScenario {
    /// The schedule in `mode`, with its costs and what it does to each battery.
    ///
    /// - Parameters:
    ///   - mode: what the schedule may do, or the rule that makes it.
    ///   - showsSeconds: whether the solver's time is in it (then no two answers are the same).
    /// - Throws: `QuestionError`.
    public func schedule(
        _ mode: ScheduleMode = .v2x, showsSeconds: Bool = false
    ) throws(QuestionError) -> ResultFile {
        try checkCancellation()
        let planner = planner
        let outcome = planner.schedule(mode)
        guard case .schedule(let solved) = outcome else { throw QuestionError(outcome, scenario) }
        do throws(AgeingError) {
            var result = try planner.result(of: solved, showsSeconds: showsSeconds).file
            result.scenarioDigest = digest
            return result
        } catch { throw .question(error.message) }
    }

    /// All modes side by side; those that have no schedule are left out.
    ///
    /// - Throws: `QuestionError`, where no mode has a schedule.
    public func compare() throws(QuestionError) -> ModesFile {
        try checkCancellation()
        let accounts: [(mode: ScheduleMode, account: ModeAccount)]
        let without: [(mode: ScheduleMode, outcome: ScheduleOutcome)]
        do throws(AgeingError) { (accounts, without) = try planner.compare() } catch {
            throw .question(error.message)
        }
        if accounts.isEmpty, let first = without.first { throw QuestionError(first.outcome, scenario) }
        return ModesFile(accounts, scenario: scenario)
    }

    /// The marginal cost of delivering and of absorbing a kWh (AC), of each vehicle and step, money per kWh.
    ///
    /// - Parameter mode: `v2x` or `v1x`: a rule has no marginal cost.
    /// - Throws: `QuestionError`.
    public func marginalCosts(_ mode: ScheduleMode = .v2x) throws(QuestionError) -> MarginalCost {
        try checkIsOptimum(mode)
        do throws(MarginalFailure) { return try planner.scheduler.marginalCosts(mode: mode) } catch {
            throw QuestionError(error, scenario)
        }
    }

    /// The optimal net import of each market time unit as a function of its price.
    ///
    /// - Parameters:
    ///   - unitSeconds: length of a market time unit, a whole number of steps; nil: 15 minutes, or a longer step.
    ///   - floor: lowest price, money per kWh.
    ///   - cap: highest price, money per kWh.
    ///   - maxPoints: maximum number of points of an offer.
    /// - Throws: `QuestionError`.
    public func offers(
        unitSeconds: Int? = nil, floor: Double = -0.5, cap: Double = 4, maxPoints: Int = 200
    ) throws(QuestionError) -> MarketOffers {
        try checkCancellation()
        let step = scenario.grid.stepSeconds
        let unit = unitSeconds ?? MarketOffers.usualUnitSeconds(stepSeconds: step)
        guard unit > 0, unit % step == 0 else {
            throw .question("a market time unit must be a whole number of steps of \(step / 60) min")
        }
        guard floor > -1e9, cap < 1e9, cap > floor, maxPoints >= 1 else {
            throw .question("the cap must be above the floor, and an offer has one point at least")
        }
        do throws(MarginalFailure) {
            return try planner.scheduler.offers(unitSteps: unit / step, floor: floor, cap: cap, maxPoints: maxPoints)
        } catch { throw QuestionError(error, scenario) }
    }

    /// Why each step is what it is, and what each target and limit costs.
    ///
    /// - Parameter mode: `v2x` or `v1x`: a rule has nothing to explain.
    /// - Throws: `QuestionError`.
    public func explanation(_ mode: ScheduleMode = .v2x) throws(QuestionError) -> Explanation {
        try checkIsOptimum(mode)
        do throws(MarginalFailure) { return try planner.scheduler.explanation(mode: mode) } catch {
            throw QuestionError(error, scenario)
        }
    }

    /// What each value stream is worth, alone and stacked, money per vehicle and year.
    ///
    /// - Parameter onProgress: told the share that is done, 0...1, from any thread.
    /// - Throws: `QuestionError`.
    public func value(onProgress: @escaping @Sendable (Double) -> Void = { _ in }) throws(QuestionError) -> StreamWorth
    {
        try checkCancellation()
        do throws(StreamWorth.Problem) { return try StreamWorth(oneThreaded, onProgress: onProgress) } catch {
            switch error {
            case .ageing(let problem): throw .question(problem.message)
            case .day(let failure): throw QuestionError(failure.outcome, scenario)
            }
        }
    }

    /// The horizon lived day by day, with batteries that age meanwhile.
    ///
    /// - Parameters:
    ///   - options: how far ahead each plan looks, and how much of it is lived.
    ///   - onProgress: told the share that is done, 0...1, from any thread.
    /// - Throws: `QuestionError`.
    public func simulate(
        _ options: RollingRun.Options = RollingRun.Options(),
        onProgress: @escaping @Sendable (Double) -> Void = { _ in }
    ) throws(QuestionError) -> Simulation {
        try checkCancellation()
        do throws(RollingRun.Failure) {
            return try Simulation(oneThreaded, options: options, onProgress: onProgress)
        } catch {
            switch error {
            case .ageing(let problem): throw .question(problem.message)
            case .plan(_, _, let outcome): throw QuestionError(outcome, scenario)
            }
        }
    }

    /// For questions that solve many programs side by side.
    private var oneThreaded: Scheduler {
        var prepared = self
        prepared.solving.threads = 1
        return prepared.scheduler
    }

    private func checkCancellation() throws(QuestionError) {
        if solving.isCancelled() { throw .cancelled }
    }

    private func checkIsOptimum(_ mode: ScheduleMode) throws(QuestionError) {
        try checkCancellation()
        guard mode == .v2x || mode == .v1x else {
            throw .question("\(mode.rawValue) is a rule: it has no marginal cost")
        }
    }
}
