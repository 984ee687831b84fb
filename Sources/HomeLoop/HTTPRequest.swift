import Foundation

/// A request to a device or hub on the home's network: plain HTTP/1.1, one answer, then the connection ends.
///
/// Foundation's own client needs a library that cannot be linked into one static binary.
struct HTTPRequest: Equatable, Sendable {
    var host: String
    var port: UInt16
    /// With its query.
    var path: String
    var method = "GET"
    /// For `Authorization: Bearer`.
    var token: String?

    /// `http://host[:port]/path`; nil for anything else.
    init?(_ address: String) {
        guard address.hasPrefix("http://") else { return nil }
        let rest = address.dropFirst("http://".count)
        let slash = rest.firstIndex(of: "/") ?? rest.endIndex
        let parts = rest[..<slash].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard let name = parts.first, !name.isEmpty, !rest.contains(where: { $0.isWhitespace || $0.isNewline }) else {
            return nil
        }
        if parts.count > 1 {
            guard let number = UInt16(parts[1]) else { return nil }
            port = number
        } else {
            port = 80
        }
        host = String(name)
        path = slash == rest.endIndex ? "/" : String(rest[slash...])
    }

    /// The body of the answer.
    ///
    /// - Throws: `TCPConnection.Failure`, also where the status is no success.
    func answer(within seconds: Double = 10, most: Int = 4 << 20) throws(TCPConnection.Failure) -> [UInt8] {
        let connection = try TCPConnection(host: host, port: port, within: seconds)
        defer { connection.close() }
        var head =
            "\(method) \(path) HTTP/1.1\r\nHost: \(host):\(port)\r\nConnection: close\r\nAccept: application/json\r\n"
        if let token { head += "Authorization: Bearer \(token)\r\n" }
        if method != "GET" { head += "Content-Length: 0\r\n" }
        try connection.send(Array((head + "\r\n").utf8))
        var bytes: [UInt8] = []
        let end = ContinuousClock.now + .seconds(seconds)
        while true {
            if let body = try HTTPRequest.body(of: bytes, isWhole: false) { return body }
            guard ContinuousClock.now < end else { throw .init(message: "\(host):\(port): no answer") }
            do throws(TCPConnection.Failure) {
                guard let more = try connection.receive(within: seconds) else {
                    throw TCPConnection.Failure(message: "\(host):\(port): no answer")
                }
                bytes += more
            } catch {
                // The end of the connection is that of a body without a length.
                if let body = try HTTPRequest.body(of: bytes, isWhole: true) { return body }
                throw error
            }
            guard bytes.count <= most else { throw .init(message: "\(host):\(port): the answer is too long") }
        }
    }

    /// The body in what has arrived; nil where some is missing.
    ///
    /// - Parameter isWhole: whether nothing more comes.
    /// - Throws: where it is no answer, or none of success.
    static func body(of bytes: [UInt8], isWhole: Bool) throws(TCPConnection.Failure) -> [UInt8]? {
        let mark = Array("\r\n\r\n".utf8)
        guard let found = bytes.indices.first(where: { bytes[$0...].starts(with: mark) }) else { return nil }
        let lines = String(decoding: bytes[..<found], as: UTF8.self).components(separatedBy: "\r\n")
        let status = lines[0].split(separator: " ")
        guard status.count > 1, lines[0].hasPrefix("HTTP/1."), let code = Int(status[1]) else {
            throw .init(message: "the answer is not HTTP")
        }
        guard (200..<300).contains(code) else { throw .init(message: "the answer has status \(code)") }
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { continue }
            headers[line[..<colon].lowercased()] = line[line.index(after: colon)...].trimmingCharacters(
                in: .whitespaces)
        }
        let body = Array(bytes[(found + 4)...])
        if headers["transfer-encoding"]?.lowercased() == "chunked" { return try unchunked(body) }
        if let length = headers["content-length"].flatMap(Int.init) {
            return body.count >= length ? Array(body.prefix(length)) : nil
        }
        return isWhole ? body : nil
    }

    private static func unchunked(_ bytes: [UInt8]) throws(TCPConnection.Failure) -> [UInt8]? {
        var (out, rest) = ([UInt8](), bytes[...])
        while let end = rest.firstIndex(of: 10) {
            let text = String(decoding: rest[..<end], as: UTF8.self).prefix { $0 != ";" && $0 != "\r" }
            guard let size = Int(text, radix: 16), size >= 0, size < 1 << 30 else {
                throw .init(message: "a chunk of the answer is wrong")
            }
            if size == 0 { return out }
            rest = rest[(end + 1)...]
            guard rest.count >= size + 2 else { return nil }
            out += rest.prefix(size)
            rest = rest.dropFirst(size + 2)
        }
        return nil
    }
}
