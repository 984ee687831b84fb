import Accounting
import Foundation
import Scheduling
import Sensitivity
import Simulations
import Synchronization
import Verification

// The questions for callers in Swift's concurrency. Each runs on a thread of the library, so that no task of the caller's is
// blocked.
//
// What a cancelled task gets is the same for all: `CancellationError`, and no schedule that is found so far. A solver that
// runs ends between two linear programs, and no other is begun. For the best schedule after so much time, set
// `Solving.limits`.
extension PreparedScenario {
    /// The schedule in `mode`, with its costs and what it does to each battery.
    ///
    /// - Parameters:
    ///   - mode: what the schedule may do, or the rule that makes it.
    ///   - showsSeconds: whether the solver's time is in the answer (then no two answers are the same).
    /// - Throws: `CancellationError` where the task is cancelled: the solver is stopped, and what it has found is not
    ///   returned. Else `QuestionError`.
    public func schedule(_ mode: ScheduleMode = .v2x, showsSeconds: Bool = false) async throws -> ResultFile {
        try await answer { scenario throws(QuestionError) in try scenario.schedule(mode, showsSeconds: showsSeconds) }
    }

    /// All modes side by side; those that have no schedule are left out.
    ///
    /// - Throws: `CancellationError` where the task is cancelled: the solver is stopped. Else `QuestionError`, where no mode
    ///   has a schedule.
    public func compare() async throws -> ModesFile {
        try await answer { scenario throws(QuestionError) in try scenario.compare() }
    }

    /// The marginal cost of delivering and of absorbing a kWh (AC), of each vehicle and step, money per kWh.
    ///
    /// - Parameter mode: `v2x` or `v1x`: a rule has no marginal cost.
    /// - Throws: `CancellationError` where the task is cancelled: the solver is stopped. Else `QuestionError`.
    public func marginalCosts(_ mode: ScheduleMode = .v2x) async throws -> MarginalCost {
        try await answer { scenario throws(QuestionError) in try scenario.marginalCosts(mode) }
    }

    /// The optimal net import of each market time unit as a function of its price.
    ///
    /// - Parameters:
    ///   - unitSeconds: length of a market time unit, a whole number of steps; nil: 15 minutes, or a longer step.
    ///   - floor: lowest price, money per kWh.
    ///   - cap: highest price, money per kWh.
    ///   - maxPoints: maximum number of points of an offer.
    /// - Throws: `CancellationError` where the task is cancelled: the solver is stopped. Else `QuestionError`.
    public func offers(
        unitSeconds: Int? = nil, floor: Double = -0.5, cap: Double = 4, maxPoints: Int = 200
    ) async throws -> MarketOffers {
        try await answer { scenario throws(QuestionError) in
            try scenario.offers(unitSeconds: unitSeconds, floor: floor, cap: cap, maxPoints: maxPoints)
        }
    }

    /// Why each step is what it is, and what each target and limit costs.
    ///
    /// - Parameter mode: `v2x` or `v1x`: a rule has nothing to explain.
    /// - Throws: `CancellationError` where the task is cancelled: the solver is stopped. Else `QuestionError`.
    public func explanation(_ mode: ScheduleMode = .v2x) async throws -> Explanation {
        try await answer { scenario throws(QuestionError) in try scenario.explanation(mode) }
    }

    /// What each value stream is worth, alone and stacked, money per vehicle and year.
    ///
    /// - Parameter onProgress: called with the share that is done, 0...1, from any thread.
    /// - Throws: `CancellationError` where the task is cancelled: the solver is stopped. Else `QuestionError`.
    public func value(onProgress: @escaping @Sendable (Double) -> Void = { _ in }) async throws -> StreamWorth {
        try await answer { scenario throws(QuestionError) in try scenario.value(onProgress: onProgress) }
    }

    /// The horizon lived day by day, with batteries that age meanwhile.
    ///
    /// - Parameters:
    ///   - options: how far ahead each plan looks, and how much of it is lived.
    ///   - onProgress: called with the share that is done, 0...1, from any thread.
    /// - Throws: `CancellationError` where the task is cancelled: the solver is stopped. Else `QuestionError`.
    public func simulate(
        _ options: RollingRun.Options = RollingRun.Options(),
        onProgress: @escaping @Sendable (Double) -> Void = { _ in }
    ) async throws -> Simulation {
        try await answer { scenario throws(QuestionError) in try scenario.simulate(options, onProgress: onProgress) }
    }

    /// The answer to `question` from one of the library's threads, which is told when the task is cancelled.
    private func answer<Answer: Sendable>(
        to question: @escaping @Sendable (PreparedScenario) throws(QuestionError) -> Answer
    ) async throws -> Answer {
        let flag = CancellationFlag()
        let isCancelledBySolving = solving.isCancelled
        var asked = self
        asked.solving.isCancelled = { flag.isSet || isCancelledBySolving() }
        asked.solving.endsBetweenSolves = true
        let prepared = asked
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                SolverThreads.shared.submit {
                    let result: Result<Answer, any Error>
                    do throws(QuestionError) { result = .success(try question(prepared)) } catch {
                        result = .failure(error)
                    }
                    // A search that was stopped looks like one that reached a limit.
                    continuation.resume(with: flag.isSet ? .failure(CancellationError()) : result)
                }
            }
        } onCancel: {
            flag.set()
        }
    }
}

/// Set once, from any thread.
private final class CancellationFlag: Sendable {
    private let value = Atomic(false)

    var isSet: Bool { value.load(ordering: .relaxed) }

    func set() { value.store(true, ordering: .relaxed) }
}
