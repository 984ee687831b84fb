import Foundation
import Synchronization

/// The HTTP service: it listens, hands each request to `Routes`, and stops gracefully.
///
///     let service = try Service(ServiceOptions())
///     service.run()       // until `stop()`
///
/// The server is written here: with what is needed (limits, timeouts, a graceful stop) it is shorter than what a dependency
/// brings, whose networking cannot be linked statically.
public final class Service: Sendable {
    /// The port that it listens on.
    public let port: UInt16
    private let options: ServiceOptions
    private let log: ServiceLog
    private let socket: Socket
    private let pool: WorkerPool
    private let connections = Connections(most: 512)
    private let isStopAsked = Atomic<Bool>(false)
    private let cancellation: Cancellation
    private let events: Cancellation
    private let routes: Routes

    /// Why a service does not start.
    public struct Failure: Error, Sendable {
        /// A sentence.
        public var message: String
    }

    private final class Cancellation: Sendable { let isAsked = Atomic<Bool>(false) }

    /// Listens from now on; `run` answers.
    ///
    /// - Throws: `Failure` where the options make no service, or the port cannot be had.
    public init(_ options: ServiceOptions, log: ServiceLog = ServiceLog()) throws(Failure) {
        if let problem = options.problem { throw Failure(message: problem) }
        let host = options.host == "localhost" ? "127.0.0.1" : options.host
        do throws(Socket.Failure) { (socket, port) = try Socket.listening(host: host, port: options.port) } catch {
            throw Failure(message: "cannot listen on \(options.host):\(options.port): \(error.message)")
        }
        self.options = options
        self.log = log
        pool = WorkerPool(workers: options.workers, maxWaiting: options.maxWaiting)
        let (cancellation, events) = (Cancellation(), Cancellation())
        (self.cancellation, self.events) = (cancellation, events)
        var routes = Routes(
            options: options, pool: pool, metrics: Metrics(),
            isStopping: { cancellation.isAsked.load(ordering: .relaxed) })
        routes.isClosing = { events.isAsked.load(ordering: .relaxed) }
        do { try routes.openJobs() } catch {
            socket.close()
            throw Failure(message: "the folder for jobs cannot be used: \(options.jobs ?? "")")
        }
        self.routes = routes
    }

    /// Answers requests until `stop()`, then those that run, the grace at most. It blocks.
    public func run() {
        while !isStopAsked.load(ordering: .relaxed) {
            if let caller = socket.accepted(within: 50) { connections.serve(caller) { self.serve($0) } }
        }
        socket.close()
        log.note("stopping", "no new requests are taken")
        connections.stop()
        // Callers that follow a job's events would be waited for.
        events.isAsked.store(true, ordering: .relaxed)
        wait(options.graceSeconds)
        cancellation.isAsked.store(true, ordering: .relaxed)
        wait(1)
        pool.stop()
        routes.jobs?.stop()
        log.note("stopped", connections.count == 0 ? "every request is answered" : "some requests are not answered")
    }

    /// Ends `run`. It returns at once, from any thread.
    public func stop() { isStopAsked.store(true, ordering: .relaxed) }

    private func wait(_ seconds: Double) {
        let end = ContinuousClock.now + .seconds(seconds)
        while connections.count > 0, ContinuousClock.now < end { usleep(10_000) }
    }

    /// Answers the requests of one connection, one after the other.
    private func serve(_ socket: Socket) {
        var reader = RequestReader(
            maxBodyBytes: options.maxBodyBytes,
            more: { socket.read(most: 1 << 16, within: $0) },
            onContinue: { socket.write(Data("HTTP/1.1 100 Continue\r\n\r\n".utf8)) })
        while true {
            let start = ContinuousClock.now
            switch reader.next() {
            case .end: return
            case .refused(let status, let title):
                let reply = Problem(status, title).reply
                note(Call(method: "", path: ""), reply, since: start)
                socket.write(reply.bytes(keepsAlive: false))
                drain(socket)
                return
            case .call(let call, let keepsAlive):
                let start = ContinuousClock.now
                let reply = routes.reply(to: call)
                note(call, reply, since: start)
                let stays = keepsAlive && !connections.areStopping && reply.stream == nil
                if let stream = reply.stream {
                    if socket.write(reply.bytes(keepsAlive: false)) { stream { socket.write($0) } }
                    return
                }
                guard socket.write(reply.bytes(keepsAlive: stays, hasBody: call.method != "HEAD")), stays else {
                    return
                }
            }
        }
    }

    private func note(_ call: Call, _ reply: Reply, since start: ContinuousClock.Instant) {
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        let known = Routes.jobPath(call)?.template ?? (Routes.methods[call.path] == call.method ? call.path : nil)
        let method = ["GET", "POST", "DELETE"].contains(call.method) ? call.method : "other"
        routes.metrics.add(method: method, path: known ?? "other", status: reply.status, seconds: seconds)
        log.answered(call, reply, seconds: seconds)
    }

    /// Reads what the caller still sends, for a while: else it does not come to read the answer.
    private func drain(_ socket: Socket) {
        socket.endWriting()
        let end = ContinuousClock.now + .seconds(2)
        while ContinuousClock.now < end, let bytes = socket.read(most: 1 << 16, within: 0.5), !bytes.isEmpty {}
    }
}
