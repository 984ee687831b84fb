import ArgumentParser
import Reports
import Scheduling
import Sensitivity
import Verification

/// What commands that ask about an optimal schedule have in common.
struct OptimumArguments: ParsableArguments {
    enum Format: String, ExpressibleByArgument, CaseIterable { case text, json }

    @Option(name: .shortAndLong, help: "text or json.") var format: Format?
    @Option(name: .shortAndLong, help: "Where to write it; - is standard output.", completion: .file())
    var output = "-"
    @Option(help: "v2x: both ways; v1x: without discharging.") var mode = ScheduleMode.v2x
    @Option(
        help: "A result of schedule --format json, whose plan is used instead of a new one.",
        completion: .file(extensions: ["json"]))
    var result: String?

    /// - Throws: where the mode is a rule; `why` says what a rule does not have.
    func refuseRules(_ why: String) throws {
        if mode == .immediate || mode == .deferred { throw ValidationError("\(mode.rawValue) is a rule: \(why)") }
    }

    /// The format to write in.
    func chosenFormat() throws -> Format { try OutputFormats.chosen(format, output: output, usual: .text) }

    /// How the program ends where there is no answer.
    func ending(of failure: MarginalFailure, _ input: ScenarioArguments, _ setting: Setting) -> any Error {
        switch failure {
        case .noSchedule(let outcome): Ending.of(outcome, setting.scenario)
        case .solver(let words): Ending.say("v2x: \(words)", Ending.internalError)
        case .result(let words): Ending.say("\(result ?? input.scenario): \(words)", Ending.badInput)
        }
    }
}
