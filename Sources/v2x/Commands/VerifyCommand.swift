import Verification
import Accounting
import ArgumentParser

struct VerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Replay a result from the scenario alone: every limit, target, cost line, and the optimality gap.")

    @OptionGroup var input: ScenarioArguments
    @Argument(
        help: "A result (JSON), where SCENARIO is none itself; - is standard input.",
        completion: .file(extensions: ["json"]))
    var result: String?

    func validate() throws {
        if input.scenario == "-", result == "-" {
            throw ValidationError("only one of scenario and result can be standard input")
        }
    }

    func run() throws {
        let named = try result.map { try ResultFile.read($0) }
        let setting = try input.load(of: named)
        guard let result = named ?? setting.result else {
            throw ValidationError("\(input.scenario) is not a result: name the result to verify")
        }
        let replay = Replay(
            scenario: setting.scenario, ageing: setting.ageing, result: result, streams: setting.streams)
        guard replay.problems.isEmpty else {
            for problem in replay.problems.prefix(100) { Terminal.error(problem) }
            if replay.problems.count > 100 { Terminal.error("and \(replay.problems.count - 100) more") }
            throw Ending.say(
                "v2x: the result does not hold: \(replay.problems.count) of \(replay.checkCount) checks failed",
                Ending.failed)
        }
        try Destination.standardOutput.write("the result holds: \(replay.checkCount) checks passed\n")
    }
}
