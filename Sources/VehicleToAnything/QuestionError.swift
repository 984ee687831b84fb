import Sensitivity
import Accounting
import Ageing
import ScenarioFiles
import Scenarios
import Scheduling

/// Why a question about a scenario has no answer.
public enum QuestionError: Error, Sendable {
    /// The scenario is wrong, or cannot be read; every finding with its place.
    case input(InputError)
    /// There is no schedule: no plan keeps the hard limits, a limit of the search was reached, or the solver failed. The
    /// sentence names the limit.
    case noSchedule(ScheduleOutcome, sentence: String)
    /// The solver failed after a schedule was found.
    case solver(String)
    /// What was asked makes no sense for this scenario.
    case question(String)
    /// The caller cancelled.
    case cancelled

    /// What is wrong, a sentence each.
    public var sentences: [String] {
        switch self {
        case .input(let error): error.sentences
        case .noSchedule(_, let sentence), .solver(let sentence), .question(let sentence): [sentence]
        case .cancelled: ["the question was cancelled"]
        }
    }

    init(_ failure: MarginalFailure, _ scenario: Scenario) {
        switch failure {
        case .noSchedule(let outcome): self.init(outcome, scenario)
        case .solver(let words): self = .solver(words)
        case .result(let words): self = .question(words)
        }
    }

    init(_ outcome: ScheduleOutcome, _ scenario: Scenario) {
        self = .noSchedule(outcome, sentence: outcome.words(in: scenario.grid) ?? "no schedule was made")
    }
}
