import Foundation

/// Reads the requests of one connection: HTTP/1.1 as RFC 9112 has it, with limits on everything that a caller decides.
struct RequestReader {
    /// More bytes; empty at the end, nil where none came in time.
    private let more: (_ seconds: Double) -> [UInt8]?
    /// Asks a caller that waits for it to send the body.
    private let onContinue: () -> Void
    private let maxBodyBytes: Int
    private var buffer: [UInt8] = []

    /// Lengths of request line and headers together.
    static let maxHeadBytes = 16 << 10
    /// A connection without a request is closed after so many seconds; a request that began has so many to arrive.
    static let idleSeconds = 15.0
    static let requestSeconds = 30.0

    init(maxBodyBytes: Int, more: @escaping (Double) -> [UInt8]?, onContinue: @escaping () -> Void = {}) {
        (self.maxBodyBytes, self.more, self.onContinue) = (maxBodyBytes, more, onContinue)
    }

    /// What came of a connection's next bytes.
    enum Next {
        case call(Call, keepsAlive: Bool)
        /// The reply to what is no request; the connection ends with it.
        case refused(status: Int, title: String)
        case end
    }

    private enum Stop: Error { case end, refused(Int, String) }

    mutating func next() -> Next {
        do throws(Stop) { return try request() } catch {
            switch error {
            case .end: return .end
            case .refused(let status, let title): return .refused(status: status, title: title)
            }
        }
    }

    private mutating func request() throws(Stop) -> Next {
        if buffer.isEmpty {
            guard let bytes = more(RequestReader.idleSeconds), !bytes.isEmpty else { throw .end }
            buffer = bytes
        }
        let end = ContinuousClock.now + .seconds(RequestReader.requestSeconds)
        let lines = try head(until: end)
        let parts = lines[0].split(separator: " ", omittingEmptySubsequences: false)
        guard parts.count == 3, !parts[0].isEmpty, parts[1].hasPrefix("/"), parts[2].hasPrefix("HTTP/1.") else {
            throw .refused(400, "the request line is wrong")
        }
        var call = Call(method: String(parts[0]), path: "")
        let target = parts[1].split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        call.path = String(target[0])
        if target.count > 1 { call.query = RequestReader.query(target[1]) }
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":"), colon > line.startIndex,
                line[..<colon].allSatisfy({ $0.isASCII && !$0.isWhitespace })
            else { throw .refused(400, "a header is wrong") }
            let name = line[..<colon].lowercased()
            let value = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
            // Two lengths, or a length and chunks, are how requests are smuggled.
            if name == "content-length", call.headers[name] != nil { throw .refused(400, "there are two lengths") }
            call.headers[name] = value
        }
        try body(of: &call, until: end)
        let connection = (call.headers["connection"] ?? "").lowercased()
        let keepsAlive = parts[2] == "HTTP/1.1" ? !connection.contains("close") : connection.contains("keep-alive")
        return .call(call, keepsAlive: keepsAlive)
    }

    private static func query(_ text: Substring) -> [String: String] {
        var query: [String: String] = [:]
        for item in text.split(separator: "&").prefix(20) {
            let pair = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map {
                $0.replacingOccurrences(of: "+", with: " ").removingPercentEncoding ?? String($0)
            }
            query[pair[0]] = pair.count > 1 ? pair[1] : ""
        }
        return query
    }

    /// The lines of request line and headers, without the empty one that ends them.
    private mutating func head(until end: ContinuousClock.Instant) throws(Stop) -> [String] {
        var from = 0
        while true {
            if let found = RequestReader.headEnd(buffer, from: from) {
                guard found <= RequestReader.maxHeadBytes else { throw .refused(431, "the headers are too long") }
                guard let text = String(validating: buffer[..<found], as: UTF8.self) else {
                    throw .refused(400, "the headers are not UTF-8")
                }
                buffer.removeFirst(found + 4)
                return text.components(separatedBy: "\r\n")
            }
            guard buffer.count <= RequestReader.maxHeadBytes else { throw .refused(431, "the headers are too long") }
            from = max(0, buffer.count - 3)
            try fill(until: end)
        }
    }

    private static func headEnd(_ bytes: [UInt8], from: Int) -> Int? {
        guard bytes.count >= 4 else { return nil }
        return (from...(bytes.count - 4)).first {
            bytes[$0] == 13 && bytes[$0 + 1] == 10 && bytes[$0 + 2] == 13 && bytes[$0 + 3] == 10
        }
    }

    private mutating func body(of call: inout Call, until end: ContinuousClock.Instant) throws(Stop) {
        let tooLarge = Stop.refused(413, "the body is too large")
        let isAwaited = call.headers["expect"]?.lowercased() == "100-continue"
        if let coding = call.headers["transfer-encoding"] {
            guard coding.lowercased() == "chunked", call.headers["content-length"] == nil else {
                throw .refused(400, "the transfer coding is not known")
            }
            if isAwaited { onContinue() }
            var body: [UInt8] = []
            while true {
                let text = try line(until: end).prefix { $0 != ";" }.trimmingCharacters(in: .whitespaces)
                guard text.count <= 8, let size = Int(text, radix: 16), size >= 0 else {
                    throw .refused(400, "a chunk is wrong")
                }
                if size == 0 { break }
                guard body.count + size <= maxBodyBytes else { throw tooLarge }
                body += try take(size, until: end)
                guard try line(until: end).isEmpty else { throw .refused(400, "a chunk is wrong") }
            }
            // Trailers.
            while try !line(until: end).isEmpty {}
            call.body = Data(body)
        } else if let text = call.headers["content-length"] {
            guard text.allSatisfy(\.isNumber), let length = Int(text) else {
                throw .refused(400, "the length is wrong")
            }
            guard length <= maxBodyBytes else { throw tooLarge }
            if isAwaited, length > 0 { onContinue() }
            call.body = Data(try take(length, until: end))
        }
    }

    private mutating func line(until end: ContinuousClock.Instant) throws(Stop) -> String {
        while true {
            if let found = buffer.firstIndex(of: 10) {
                var bytes = buffer[..<found]
                if bytes.last == 13 { bytes.removeLast() }
                let text = String(decoding: bytes, as: UTF8.self)
                buffer.removeFirst(found + 1)
                return text
            }
            guard buffer.count <= RequestReader.maxHeadBytes else { throw .refused(400, "a chunk is wrong") }
            try fill(until: end)
        }
    }

    private mutating func take(_ count: Int, until end: ContinuousClock.Instant) throws(Stop) -> [UInt8] {
        while buffer.count < count { try fill(until: end) }
        let bytes = Array(buffer[..<count])
        buffer.removeFirst(count)
        return bytes
    }

    private mutating func fill(until end: ContinuousClock.Instant) throws(Stop) {
        let left = (end - .now) / .seconds(1)
        guard left > 0, let bytes = more(left) else { throw .refused(408, "the request did not arrive in time") }
        guard !bytes.isEmpty else { throw .end }
        buffer += bytes
    }
}
