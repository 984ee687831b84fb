import FlyingFox
import FlyingSocks
import Foundation
import Synchronization

/// The HTTP service: it listens, hands each request to `Routes`, and stops gracefully.
///
///     let service = try Service(ServiceOptions())
///     try await service.run()       // until `stop()`
public final class Service: Sendable {
    private let options: ServiceOptions
    private let log: ServiceLog
    private let server: HTTPServer
    private let pool: WorkerPool
    private let stopping = Atomic<Bool>(false)
    private let cancelling: Cancelling
    private let calls = OpenCalls()

    private final class Cancelling: Sendable { let flag = Atomic<Bool>(false) }

    /// Why a service does not start.
    public struct Failure: Error, Sendable {
        /// A sentence.
        public var message: String
    }

    /// - Throws: `Failure` where the options make no service.
    public init(_ options: ServiceOptions, log: ServiceLog = ServiceLog()) throws(Failure) {
        if let problem = options.problem { throw Failure(message: problem) }
        let host = options.host == "localhost" ? "127.0.0.1" : options.host
        guard let address = try? sockaddr_in.inet(ip4: host, port: options.port) else {
            throw Failure(message: "\(options.host) is not an IPv4 address")
        }
        self.options = options
        self.log = log
        let cancelling = Cancelling()
        self.cancelling = cancelling
        pool = WorkerPool(workers: options.workers, mostWaiting: options.mostWaiting)
        let routes = Routes(
            options: options, pool: pool, metrics: Metrics(),
            isStopping: { cancelling.flag.load(ordering: .relaxed) })
        // Requests have a time limit of their own; bodies are read here, so none needs to be kept for others.
        server = HTTPServer(
            config: .init(
                address: address, timeout: options.timeLimitSeconds * 100 + 600, sharedRequestReplaySize: 0,
                logger: .disabled),
            handler: Handler(routes: routes, log: log, calls: calls))
    }

    /// Listens until `stop()`.
    ///
    /// - Throws: `Failure` where the port cannot be had.
    public func run() async throws(Failure) {
        do { try await server.run() } catch {
            guard stopping.load(ordering: .relaxed) else {
                throw Failure(message: "cannot listen on \(options.host):\(options.port): \(error)")
            }
        }
        pool.stop()
        log.note("stopped", "all requests are answered or cancelled")
    }

    /// The port, once the service listens; nil where it does not within some seconds.
    public func listeningPort() async -> UInt16? {
        try? await server.waitUntilListening(timeout: 5)
        switch await server.listeningAddress {
        case .ip4(_, let port), .ip6(_, let port): return port
        default: return nil
        }
    }

    /// Answers new requests with 503, and waits for those that run, the grace at most. Then what can be cancelled is.
    public func stop() async {
        guard !stopping.exchange(true, ordering: .relaxed) else { return }
        log.note("stopping", "no new requests are taken")
        pool.stop()
        let end = ContinuousClock.now + .seconds(options.graceSeconds)
        while calls.count > 0, ContinuousClock.now < end { try? await Task.sleep(for: .milliseconds(20)) }
        cancelling.flag.store(true, ordering: .relaxed)
        // The last answers are still being written.
        try? await Task.sleep(for: .milliseconds(50))
        await server.stop(timeout: 0)
    }
}

/// Requests that are not answered yet.
private final class OpenCalls: Sendable {
    private let open = Atomic<Int>(0)
    var count: Int { open.load(ordering: .relaxed) }
    func begin() { open.add(1, ordering: .relaxed) }
    func end() { open.subtract(1, ordering: .relaxed) }
}

/// Between the server's requests and the routes' calls.
private struct Handler: HTTPHandler {
    let routes: Routes
    let log: ServiceLog
    let calls: OpenCalls

    func handleRequest(_ request: HTTPRequest) async throws -> HTTPResponse {
        calls.begin()
        defer { calls.end() }
        let start = ContinuousClock.now
        var call = Call(method: request.method.rawValue, path: request.path)
        for item in request.query { call.query[item.name] = item.value }
        for name in [HTTPHeader.host, .authorization] {
            call.headers[name.rawValue.lowercased()] = request.headers[name]
        }
        let reply: Reply
        if let body = try await body(of: request) {
            call.body = body
            reply = await routes.reply(to: call)
        } else {
            reply = Routes.tooLarge(routes.options)
        }
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        let isKnown = Routes.methods[call.path] == call.method
        routes.metrics.add(
            method: isKnown ? call.method : "other", path: isKnown ? call.path : "other", status: reply.status,
            seconds: seconds)
        log.answered(call, reply, seconds: seconds)
        var headers: HTTPHeaders = [
            .contentType: reply.contentType, .cacheControl: "no-store",
            HTTPHeader("X-Content-Type-Options"): "nosniff",
        ]
        for (name, value) in reply.headers { headers[HTTPHeader(name)] = value }
        return HTTPResponse(
            statusCode: HTTPStatusCode(reply.status, phrase: Handler.phrase(reply.status)), headers: headers,
            body: request.method == .HEAD ? Data() : reply.body)
    }

    /// The body; nil where it is larger than the limit: then it is read to its end, and forgotten, so that the caller
    /// comes to read the answer. Beyond a hundred times the limit the connection is closed.
    private func body(of request: HTTPRequest) async throws -> Data? {
        let most = routes.options.mostBodyBytes
        var body = Data()
        var count = 0
        for try await part in request.bodySequence {
            count += part.count
            if count <= most { body += part } else { body = Data() }
            if count > most * 100 { throw CancellationError() }
        }
        return count <= most ? body : nil
    }

    private static func phrase(_ status: Int) -> String {
        let known: [Int: HTTPStatusCode] = [
            200: .ok, 202: .accepted, 204: .noContent, 400: .badRequest, 401: .unauthorized, 404: .notFound,
            405: .methodNotAllowed, 413: .payloadTooLarge, 421: .misdirectedRequest, 422: .unprocessableContent,
            500: .internalServerError, 503: .serviceUnavailable, 504: .gatewayTimeout,
        ]
        return known[status]?.phrase ?? "Status"
    }
}
