import EvccOptimizer
import Foundation
import ScenarioFiles
import Scenarios
import VehicleToAnything

/// What a route answers: a plain value, which knows no server.
public struct Reply: Sendable {
    public var status: Int
    public var contentType = "application/json"
    public var headers: [String: String] = [:]
    public var body: Data
    /// Writes the body part by part, as long as the function that it is given says true; nil: `body` is all.
    var stream: (@Sendable ((Data) -> Bool) -> Void)?

    init(_ status: Int = 200, text: String, contentType: String = "application/json") {
        self.status = status
        self.contentType = contentType
        body = Data(text.utf8)
    }

    init(_ status: Int = 200, json: some Encodable) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        self.status = status
        // Numbers of a reply are finite; should one not be, the caller learns of it.
        if let data = try? encoder.encode(json) {
            body = data
        } else {
            self.status = 500
            body = Data(#"{"title":"the answer holds a number that JSON has not","status":500}"#.utf8)
        }
    }
}

/// A refusal as `application/problem+json` (RFC 9457), with findings where an input is wrong.
struct Problem: Encodable, Error {
    var title: String
    var status: Int
    var detail: String?
    var findings: [FindingEntry]?

    init(_ status: Int, _ title: String, detail: String? = nil) {
        (self.status, self.title, self.detail) = (status, title, detail)
    }

    init(_ error: InputError) {
        self.init(422, "the scenario is wrong")
        switch error {
        case .notReadable(let finding): findings = [FindingEntry(finding)]
        case .invalid(let all): findings = all.prefix(100).map(FindingEntry.init)
        }
    }

    init(_ error: QuestionError) {
        switch error {
        case .input(let error): self.init(error)
        case .noSchedule(.infeasible, let words): self.init(422, "no schedule exists", detail: words)
        case .noSchedule(.limitReached, let words):
            self.init(504, "the time limit was reached before a schedule was found", detail: words)
        case .noSchedule(_, let words), .solver(let words): self.init(500, "the solver failed", detail: words)
        case .question(let words): self.init(422, "the question cannot be answered", detail: words)
        case .cancelled: self.init(503, "the service is stopping")
        }
    }

    /// The reply to a method that a route does not know: 405, with those that it knows (RFC 9110).
    static func wrongMethod(allowed: [String]) -> Reply {
        let methods = allowed.joined(separator: ", ")
        var reply = Problem(405, "the route is for \(methods)").reply
        reply.headers["Allow"] = methods
        return reply
    }

    var reply: Reply {
        var reply = Reply(status, json: self)
        reply.contentType = "application/problem+json"
        if status == 503 { reply.headers["Retry-After"] = "1" }
        if status == 401 { reply.headers["WWW-Authenticate"] = "Bearer" }
        return reply
    }
}

extension Reply {
    /// The answer to a request of evcc's optimizer protocol.
    static func evcc(_ body: Data, timeLimitSeconds: Double) -> Reply {
        do throws(RequestRefusal) {
            let request = try ChargeRequest(json: body)
            return Reply(json: ChargeOptimizer(timeLimitSeconds: timeLimitSeconds).answer(to: request))
        } catch { return Reply(400, json: error) }
    }
}
