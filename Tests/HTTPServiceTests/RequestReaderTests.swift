import Foundation
import Testing

@testable import HTTPService

@Suite struct RequestReaderTests {
    /// A reader of `text`, a few bytes at a time.
    private func reader(_ text: String, pieces: Int = 7, maxBodyBytes: Int = 100) -> RequestReader {
        var rest = Array(text.utf8)
        return RequestReader(maxBodyBytes: maxBodyBytes) { _ in
            let piece = Array(rest.prefix(pieces))
            rest.removeFirst(piece.count)
            return piece
        }
    }

    /// The second request of a connection would be read with what is left of the first.
    @Test(arguments: [1, 7, 1000])
    func requestsOfAConnectionAreKeptApart(pieces: Int) {
        let text =
            "POST /v1/schedule?mode=v1x&a=b%20c HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc"
            + "POST /x HTTP/1.1\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n3\r\nabc\r\n2;x\r\nde\r\n0\r\n\r\n"
        var reader = reader(text, pieces: pieces)
        guard case .call(let first, true) = reader.next() else { return #expect(Bool(false), "no first request") }
        #expect(first.path == "/v1/schedule")
        #expect(first.query == ["mode": "v1x", "a": "b c"])
        #expect(first.body == Data("abc".utf8))
        guard case .call(let second, false) = reader.next() else { return #expect(Bool(false), "no second request") }
        #expect(second.body == Data("abcde".utf8))
        guard case .end = reader.next() else { return #expect(Bool(false), "no end") }
    }

    /// A request with two meanings would reach the service past a proxy's rules; a long one would fill the memory.
    @Test(arguments: [
        ("hello\r\n\r\n", 400), ("GET x HTTP/1.1\r\n\r\n", 400), ("GET / HTTP/2\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", 400),
        ("POST / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nContent-Length: 101\r\n\r\n", 413), ("GET / HTTP/1.1\r\nbad header: 1\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nffff\r\n", 413),
        ("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n", 400),
        ("GET /" + String(repeating: "a", count: 20_000), 431),
    ])
    func whatIsNoRequestIsRefused(text: String, status: Int) {
        var reader = reader(text)
        guard case .refused(let found, _) = reader.next() else { return #expect(Bool(false), "not refused") }
        #expect(found == status)
    }
}
