import Accounting
import ArgumentParser
import Foundation

struct VerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Replay a result from the scenario alone: every limit, target, cost line, and the optimality gap.")

    @OptionGroup var input: ScenarioArguments
    @Argument(help: "A result (JSON); - is standard input.", completion: .file(extensions: ["json"]))
    var result: String

    func run() throws {
        let setting = try input.load()
        let result = try ResultFile.read(result)
        let replay = Replay(scenario: setting.scenario, ageing: setting.ageing, result: result)
        guard replay.problems.isEmpty else {
            for problem in replay.problems.prefix(100) { Terminal.error(problem) }
            if replay.problems.count > 100 { Terminal.error("and \(replay.problems.count - 100) more") }
            throw Ending.say(
                "v2x: the result does not hold: \(replay.problems.count) of \(replay.checkCount) checks failed",
                Ending.failed)
        }
        print("the result holds: \(replay.checkCount) checks passed")
    }
}

extension ResultFile {
    /// Reads a result file; `-` is standard input.
    static func read(_ path: String) throws -> ResultFile {
        let data: Data
        if path == "-" {
            data = FileHandle.standardInput.readDataToEndOfFile()
        } else {
            var isDirectory: ObjCBool = false
            guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
                throw Ending.say("\(path): no such file", Ending.noInput)
            }
            guard !isDirectory.boolValue, let contents = FileManager.default.contents(atPath: path) else {
                throw Ending.say("\(path): cannot be read", Ending.noInput)
            }
            data = contents
        }
        do { return try JSONDecoder().decode(ResultFile.self, from: data) } catch {
            throw Ending.say("\(path): is not a result: \(explained(error))", Ending.badInput)
        }
    }

    private static func explained(_ error: any Error) -> String {
        func place(_ context: DecodingError.Context) -> String {
            context.codingPath.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }.joined(separator: ".")
        }
        switch error {
        case DecodingError.keyNotFound(let key, let context):
            return "\(context.codingPath.isEmpty ? "" : place(context) + ".")\(key.stringValue) is missing"
        case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context):
            return "\(place(context)) has the wrong type"
        default: return "it is not JSON"
        }
    }
}
