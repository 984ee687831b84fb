import Sensitivity
import Foundation
import Reports
import Scenarios
import Scheduling

/// A question about a scenario by its name, answered as the JSON that the command of that name prints.
public enum Question: String, Sendable, CaseIterable {
    /// The schedule: `PreparedScenario.schedule(_:showsSeconds:)`.
    case schedule
    /// All modes side by side: `PreparedScenario.compare()`.
    case compare
    /// Marginal costs: `PreparedScenario.marginalCosts(_:)`.
    case marginal
    /// Market offers: `PreparedScenario.offers(unitSeconds:floor:cap:maxPoints:)`.
    case offer
    /// The worth of each value stream: `PreparedScenario.value(onProgress:)`.
    case value
    /// The reason of each step: `PreparedScenario.explanation(_:)`.
    case explain
    /// The horizon day by day: `PreparedScenario.simulate(_:onProgress:)`.
    case simulate

    /// The answer as JSON text, keys sorted.
    ///
    /// - Parameters:
    ///   - scenario: what the question is about.
    ///   - mode: of `schedule`, `marginal` and `explain`; the others have none.
    ///   - onProgress: of `value` and `simulate`: told the share that is done, 0...1, from any thread.
    /// - Throws: `QuestionError`.
    public func json(
        of scenario: PreparedScenario, mode: ScheduleMode = .v2x,
        onProgress: @escaping @Sendable (Double) -> Void = { _ in }
    ) throws(QuestionError) -> String {
        switch self {
        case .schedule: try Question.text(of: scenario.schedule(mode))
        case .compare: try Question.text(of: scenario.compare())
        case .marginal: try Question.text(of: scenario.marginalCosts(mode))
        case .offer: try Question.text(of: scenario.offers())
        case .value: try Question.text(of: scenario.value(onProgress: onProgress))
        case .explain: try Question.text(of: ExplanationFile(scenario.explanation(mode), scenario: scenario.scenario))
        case .simulate: try Question.text(of: scenario.simulate(onProgress: onProgress))
        }
    }

    private static func text(of answer: some Encodable) throws(QuestionError) -> String {
        do { return try JSONFormat.text(of: answer) } catch {
            throw .solver("the answer holds a number that JSON has not")
        }
    }
}
