import Sensitivity
import Foundation
import LinearPrograms
import Scheduling
import Simulations
import VehicleToAnything

/// A question with its options, read and checked; it knows no scenario yet.
struct Asking: Sendable {
    private let question: Question
    private var seconds: Double?
    private var threads: Int?
    private var choice = Solving.Choice.auto
    private var mode = ScheduleMode.v2x
    private var showsSeconds = false
    private var unitSeconds: Int?
    private var floor = -0.5
    private var cap = 4.0
    private var maxPoints = 200
    private var run = RollingRun.Options()

    /// - Throws: `Failure`, where there is no such question or option.
    init(_ name: String, options json: String?) throws(Failure) {
        guard let question = Question(rawValue: name) else {
            let known = Question.allCases.map(\.rawValue).joined(separator: ", ")
            throw .usage("there is no question \(name); questions: \(known)")
        }
        self.question = question
        var options = try Options(json)
        seconds = try options.number("seconds")
        if let seconds, !(seconds > 0) { throw .usage("seconds must be above 0, got \(seconds)") }
        threads = try options.count("threads", in: 1...4096)
        choice = try options.choice("solver", of: Solving.Choice.self) ?? choice
        switch question {
        case .schedule:
            mode = try options.choice("mode", of: ScheduleMode.self) ?? mode
            showsSeconds = try options.flag("shows_seconds") ?? showsSeconds
        case .marginal, .explain: mode = try options.choice("mode", of: ScheduleMode.self) ?? mode
        case .offer:
            unitSeconds = try options.count("unit_seconds", in: 1...Int(Int32.max))
            floor = try options.number("floor") ?? floor
            cap = try options.number("cap") ?? cap
            maxPoints = try options.count("max_points", in: 1...1_000_000) ?? maxPoints
        case .simulate: run = try Asking.run(&options)
        case .compare, .value: break
        }
        try options.finish()
    }

    private static func run(_ options: inout Options) throws(Failure) -> RollingRun.Options {
        func seconds(_ hours: Double?, _ name: String, _ fallback: Int) throws(Failure) -> Int {
            guard let hours else { return fallback * 3600 }
            guard hours * 3600 >= 1, hours < 1e6 else { throw .usage("\(name) must be above 0, got \(hours)") }
            return Int((hours * 3600).rounded())
        }
        let isInformed = try options.flag("is_informed") ?? false
        let wanted = (commit: try options.number("commit_hours"), horizon: try options.number("horizon_hours"))
        let commit = try seconds(wanted.commit, "commit_hours", isInformed ? 168 : 24)
        let usual = max(isInformed ? 216 : 36, (commit + 3599) / 3600)
        let horizon = try seconds(wanted.horizon, "horizon_hours", usual)
        if horizon < commit { throw .usage("horizon_hours must be at least commit_hours") }
        return RollingRun.Options(horizonSeconds: horizon, commitSeconds: commit, isInformed: isInformed)
    }

    /// The answer as JSON text.
    ///
    /// - Parameters:
    ///   - isCancelled: true ends the search.
    ///   - onProgress: told the share that is done, from any thread.
    /// - Throws: `Failure`.
    func answer(
        about given: PreparedScenario, isCancelled: @escaping @Sendable () -> Bool,
        onProgress: @escaping @Sendable (Double) -> Void
    ) throws(Failure) -> String {
        var scenario = given
        scenario.solving = Solving(choice, isCancelled: isCancelled)
        scenario.solving.endsBetweenSolves = true
        scenario.solving.threads = threads
        // A limit of all that is solved stands in place of each schedule's own: where there is one schedule, both hold.
        let own = question == .schedule ? scenario.scenario.solver.timeLimitSeconds : .infinity
        scenario.solving.limits = seconds.map { SolveLimits(seconds: min($0, own)) }
        let found: any Encodable
        do throws(QuestionError) { found = try answer(of: scenario, onProgress: onProgress) } catch {
            // A search that was cancelled looks like one that a limit ended.
            throw Failure(isCancelled() ? .cancelled : error)
        }
        return try JSONText.of(found)
    }

    private func answer(
        of scenario: PreparedScenario, onProgress: @escaping @Sendable (Double) -> Void
    ) throws(QuestionError) -> any Encodable {
        switch question {
        case .schedule: try scenario.schedule(mode, showsSeconds: showsSeconds)
        case .compare: try scenario.compare()
        case .marginal: try scenario.marginalCosts(mode)
        case .offer: try scenario.offers(unitSeconds: unitSeconds, floor: floor, cap: cap, maxPoints: maxPoints)
        case .value: try scenario.value(onProgress: onProgress)
        case .explain: try scenario.explanation(mode)
        case .simulate: try scenario.simulate(run, onProgress: onProgress)
        }
    }
}
