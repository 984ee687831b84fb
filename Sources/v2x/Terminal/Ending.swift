import ArgumentParser
import Foundation
import ScenarioFiles
import Scenarios
import Scheduling

/// How a command can end, as exit codes of the contract.
enum Ending {
    static let failed = ExitCode(1)
    static let badInput = ExitCode(65)
    static let noInput = ExitCode(66)
    static let internalError = ExitCode(70)
    static let notWritable = ExitCode(73)
    static let limit = ExitCode(75)

    /// Says why on standard error, and gives the code to throw.
    static func say(_ message: String, _ code: ExitCode) -> ExitCode {
        Terminal.error(message)
        return code
    }

    /// Shows an input's findings, and gives the code to throw.
    static func of(_ error: InputError, consequence: String = "no schedule made") -> ExitCode {
        switch error {
        case .notReadable(let finding): return say(finding.description, noInput)
        case .invalid(let findings):
            Terminal.show(findings)
            let count = findings.filter { $0.severity == .error }.count
            return say("v2x: \(count) \(count == 1 ? "error" : "errors"), \(consequence)", badInput)
        }
    }

    /// Writes why there is no schedule, and returns the code to throw.
    static func of(_ outcome: ScheduleOutcome, _ scenario: Scenario) -> ExitCode {
        switch outcome {
        case .schedule: return .success
        case .infeasible: return say("v2x: \(outcome.words(in: scenario.grid) ?? "")", failed)
        case .limitReached(let words): return say("v2x: \(words)", limit)
        case .failed(let words): return say("v2x: \(words)", internalError)
        }
    }
}
