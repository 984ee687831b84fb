import Foundation

/// The log on standard error: a JSON object a line. No body and no token is in it.
public struct ServiceLog: Sendable {
    private let write: @Sendable (String) -> Void

    /// - Parameter write: takes each line; by default it goes to standard error.
    public init(
        _ write: @escaping @Sendable (String) -> Void = {
            try? FileHandle.standardError.write(contentsOf: Data(($0 + "\n").utf8))
        }
    ) { self.write = write }

    private struct Line: Encodable {
        var time = Date.now.formatted(.iso8601)
        var event: String
        var method: String?
        var path: String?
        var status: Int?
        var milliseconds: Double?
        var bytes: Int?
        var message: String?
    }

    func answered(_ call: Call, _ reply: Reply, seconds: Double) {
        line(
            Line(
                event: "request", method: String(call.method.prefix(16)), path: String(call.path.prefix(200)),
                status: reply.status, milliseconds: (seconds * 1e6).rounded() / 1000, bytes: call.body.count))
    }

    func note(_ event: String, _ message: String) { line(Line(event: event, message: message)) }

    private func line(_ line: Line) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        if let data = try? encoder.encode(line) { write(String(decoding: data, as: UTF8.self)) }
    }
}
