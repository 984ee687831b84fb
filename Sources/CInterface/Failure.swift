import Foundation
import LinearPrograms
import ScenarioFiles
import Scenarios
import Scheduling
import VehicleToAnything

/// What a call returns; `v2x_status` of the header.
enum Status: Int32, Sendable {
    case ok = 0
    case input, noSchedule, limit, question, solver, cancelled, usage

    /// As the JSON of a failure has it.
    var name: String {
        switch self {
        case .ok: "ok"
        case .input: "input"
        case .noSchedule: "no_schedule"
        case .limit: "limit"
        case .question: "question"
        case .solver: "solver"
        case .cancelled: "cancelled"
        case .usage: "usage"
        }
    }
}

/// Why a call has no answer.
struct Failure: Error, Sendable {
    var status: Status
    var message: String
    var findings: [Finding]?

    init(_ status: Status, _ message: String) { (self.status, self.message) = (status, message) }

    static func usage(_ message: String) -> Failure { Failure(.usage, message) }

    init(_ error: InputError) {
        self.init(.input, error.sentences.first ?? "there is no scenario")
        findings =
            switch error {
            case .notReadable(let finding): [finding]
            case .invalid(let all): all
            }
    }

    init(_ error: QuestionError) {
        let message = error.sentences.joined(separator: "; ")
        switch error {
        case .input(let error): self.init(error)
        case .noSchedule(.infeasible, _): self.init(.noSchedule, message)
        case .noSchedule(.limitReached, _): self.init(.limit, message)
        case .noSchedule, .solver: self.init(.solver, message)
        case .question: self.init(.question, message)
        case .cancelled: self.init(.cancelled, message)
        }
    }

    /// As the header describes it.
    var json: String {
        let content = Content(error: status.name, message: message, findings: findings?.map(FindingEntry.init))
        return (try? JSONText.of(content)) ?? #"{"error":"solver","message":"the failure cannot be written"}"#
    }

    private struct Content: Encodable {
        var error: String
        var message: String
        var findings: [FindingEntry]?
    }
}

/// JSON on one line, keys sorted: the same answer is the same text.
enum JSONText {
    static func of(_ value: some Encodable) throws(Failure) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do { return String(decoding: try encoder.encode(value), as: UTF8.self) } catch {
            throw Failure(.solver, "the answer holds a number that JSON has not")
        }
    }
}
