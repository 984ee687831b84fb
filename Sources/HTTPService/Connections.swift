import Foundation

/// The connections that are open, each on a thread of its own; their number is limited.
final class Connections: @unchecked Sendable {
    private let lock = NSLock()
    private var open: Set<Int32> = []
    private var isStopping = false
    private let most: Int

    init(most: Int) { self.most = most }

    var count: Int { lock.withLock { open.count } }

    /// Serves `socket` on a new thread, and closes it then; where too many are open, it is closed at once.
    func serve(_ socket: Socket, _ body: @escaping @Sendable (Socket) -> Void) {
        let isTaken = lock.withLock {
            guard !isStopping, open.count < most else { return false }
            open.insert(socket.descriptor)
            return true
        }
        guard isTaken else {
            socket.write(Problem(503, "too many connections are open").reply.bytes(keepsAlive: false), within: 0.1)
            socket.close()
            return
        }
        let thread = Thread { [self] in
            body(socket)
            // Forgotten before it is closed: the number may be given again at once.
            lock.withLock { _ = open.remove(socket.descriptor) }
            socket.close()
        }
        thread.stackSize = 1 << 20
        thread.start()
    }

    /// Nothing more is read: connections end with the answers that are under way.
    func stop() {
        lock.withLock {
            isStopping = true
            for descriptor in open { Socket(descriptor: descriptor).endReading() }
        }
    }

    var areStopping: Bool { lock.withLock { isStopping } }
}

extension Reply {
    /// As HTTP/1.1 sends it.
    func bytes(keepsAlive: Bool, hasBody: Bool = true) -> Data {
        var head = "HTTP/1.1 \(status) \(Reply.phrases[status] ?? "Status")\r\n"
        var all = headers
        all["Content-Type"] = contentType
        // The end of a stream is the connection's.
        if stream == nil, status != 204 { all["Content-Length"] = "\(body.count)" }
        all["Cache-Control"] = "no-store"
        all["X-Content-Type-Options"] = "nosniff"
        all["Connection"] = keepsAlive ? "keep-alive" : "close"
        for (name, value) in all.sorted(by: { $0.key < $1.key }) { head += "\(name): \(value)\r\n" }
        return Data((head + "\r\n").utf8) + (hasBody ? body : Data())
    }

    private static let phrases = [
        200: "OK", 202: "Accepted", 204: "No Content", 400: "Bad Request", 401: "Unauthorized", 404: "Not Found",
        405: "Method Not Allowed",
        408: "Request Timeout", 409: "Conflict", 413: "Content Too Large", 421: "Misdirected Request",
        422: "Unprocessable Content",
        431: "Request Header Fields Too Large", 500: "Internal Server Error", 503: "Service Unavailable",
        504: "Gateway Timeout",
    ]
}
