import ArgumentParser
import Foundation
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
    static func of(_ error: InputError) -> ExitCode {
        switch error {
        case .notReadable(let finding): return say(finding.description, noInput)
        case .invalid(let findings):
            for finding in findings { Terminal.error(finding.description) }
            let count = findings.filter { $0.severity == .error }.count
            return say("v2x: \(count) \(count == 1 ? "error" : "errors"), no schedule made", badInput)
        }
    }

    /// Says why there is no schedule, and gives the code to throw.
    static func of(_ outcome: ScheduleOutcome, _ scenario: Scenario) -> ExitCode {
        switch outcome {
        case .schedule: return .success
        case .infeasible(let why):
            let clock = WallClock(timeZone: scenario.grid.timeZone) ?? .utc
            return say(
                "v2x: no schedule exists: \(why.limit) cannot hold at \(clock.dateTime(why.at)): "
                    + "exceeded by \(decimal(why.amount)) \(why.unit) at least", failed)
        case .limitReached(let words): return say("v2x: \(words)", limit)
        case .failed(let words): return say("v2x: \(words)", internalError)
        }
    }

    private static func decimal(_ value: Double) -> String {
        let rounded = (value * 1000).rounded() / 1000
        return rounded == rounded.rounded() ? "\(Int(rounded))" : "\(rounded)"
    }
}

/// Standard output and standard error.
enum Terminal {
    static func error(_ message: String) { FileHandle.standardError.write(Data((message + "\n").utf8)) }
    static var showsColour: Bool {
        isatty(STDOUT_FILENO) == 1 && ProcessInfo.processInfo.environment["NO_COLOR"] == nil
    }
}

/// Where results go.
struct Destination {
    /// `-` is standard output.
    let path: String

    /// Refuses a place that cannot be written to before any work is done.
    init(_ path: String) throws {
        self.path = path
        guard path != "-" else { return }
        var isDirectory: ObjCBool = false
        if FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory), isDirectory.boolValue {
            throw Ending.say("\(path): is a directory, not a file to write to", Ending.notWritable)
        }
        let folder = (path as NSString).deletingLastPathComponent
        let place = folder.isEmpty ? "." : folder
        guard FileManager.default.fileExists(atPath: place, isDirectory: &isDirectory), isDirectory.boolValue else {
            throw Ending.say("\(path): there is no folder \(place) to write to", Ending.notWritable)
        }
        guard FileManager.default.isWritableFile(atPath: place) else {
            throw Ending.say("\(path): the folder \(place) cannot be written to", Ending.notWritable)
        }
    }

    var isTerminal: Bool { path == "-" && isatty(STDOUT_FILENO) == 1 }

    /// Writes `text`: a file appears whole or not at all.
    func write(_ text: String) throws {
        let data = Data(text.utf8)
        if path == "-" {
            do { try FileHandle.standardOutput.write(contentsOf: data) } catch {
                throw Ending.say("standard output: cannot be written to", Ending.notWritable)
            }
            return
        }
        do { try data.write(to: URL(fileURLWithPath: path), options: .atomic) } catch {
            throw Ending.say("\(path): cannot be written to (\(error.localizedDescription))", Ending.notWritable)
        }
    }
}
