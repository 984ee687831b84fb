import Accounting
import Foundation
import LinearPrograms
import ScenarioFiles
import Scenarios
import Scheduling
import VehicleToAnything

/// A request as the routes see it: a plain value, which knows no server.
struct Call: Sendable {
    var method: String
    var path: String
    var query: [String: String] = [:]
    /// Names in lower case.
    var headers: [String: String] = [:]
    var body = Data()
}

/// From a call to its reply.
struct Routes: Sendable {
    let options: ServiceOptions
    let pool: WorkerPool
    let metrics: Metrics
    /// Whether the service is stopping: then what runs is cancelled where it can be.
    let isStopping: @Sendable () -> Bool
    /// Whether callers that only listen are to be sent away.
    var isClosing: @Sendable () -> Bool = { false }
    /// Nil where there is no folder for them.
    var jobs: JobStore?

    /// Each path with its method.
    static let methods: [String: String] = {
        var methods = [
            "/v1/health": "GET", "/metrics": "GET", "/v1/openapi.json": "GET", "/optimize/health": "GET",
            "/optimize/charge-schedule": "POST", "/v1/check": "POST", "/v1/scenario": "GET",
        ]
        for path in PageFiles.all.keys { methods[path] = "GET" }
        for question in Question.allCases { methods["/v1/\(question.rawValue)"] = "POST" }
        return methods
    }()

    func reply(to call: Call) -> Reply {
        let job = Routes.jobPath(call)
        let method = Routes.methods[call.path]
        guard method != nil || job != nil else {
            return Problem(404, "there is no such route", detail: "/v1/openapi.json tells of all").reply
        }
        guard isHostKnown(call) else { return Problem(421, "the request is for another host").reply }
        let isOpen = call.path == "/v1/health" || call.path == "/optimize/health" || PageFiles.all[call.path] != nil
        guard isOpen || isAllowed(call) else { return Problem(401, "a bearer token is needed").reply }
        if let job { return call.body.count <= options.maxBodyBytes ? jobReply(call, job) : Routes.tooLarge(options) }
        guard let method, call.method == method else {
            return Problem.wrongMethod(allowed: [method].compactMap { $0 })
        }
        guard call.body.count <= options.maxBodyBytes else { return Routes.tooLarge(options) }
        if let part = PageFiles.reply(call.path) { return part }
        switch call.path {
        case "/v1/scenario": return ownScenario
        case "/v1/health": return Reply(json: ["status": "healthy", "version": ProgramVersion.text])
        case "/optimize/health":
            return Reply(json: ["status": "healthy", "message": "v2x \(ProgramVersion.text) is running"])
        case "/v1/openapi.json": return Reply(text: OpenAPI.text)
        case "/metrics":
            let load = pool.load
            return Reply(
                text: metrics.text(running: load.running, waiting: load.waiting),
                contentType: "text/plain; version=0.0.4; charset=utf-8")
        default:
            let reply = pool.run { [self] in solved(call, timeLimitSeconds: options.timeLimitSeconds) }
            return reply ?? Problem(503, "too many requests wait").reply
        }
    }

    static func tooLarge(_ options: ServiceOptions) -> Reply {
        Problem(413, "the body is too large", detail: "at most \(options.maxBodyBytes) bytes are read").reply
    }

    /// Without a token a web page must not reach the service under a name of its own.
    private func isHostKnown(_ call: Call) -> Bool {
        guard options.token == nil, let host = call.headers["host"] else { return true }
        let name = host.split(separator: ":").first.map(String.init) ?? ""
        return name == "localhost" || name.hasPrefix("127.") || name == options.host
    }

    /// Every byte is compared, so that the time tells nothing.
    private func isAllowed(_ call: Call) -> Bool {
        guard let token = options.token else { return true }
        let (given, wanted) = (Array((call.headers["authorization"] ?? "").utf8), Array("Bearer \(token)".utf8))
        var difference = given.count ^ wanted.count
        for (index, byte) in wanted.enumerated() {
            difference |= Int(byte ^ (index < given.count ? given[index] : 0))
        }
        return difference == 0
    }

    /// The reply of a route that solves, on one of the pool's threads.
    private func solved(
        _ call: Call, timeLimitSeconds: Double, onProgress: @escaping @Sendable (Double) -> Void = { _ in },
        isCancelled: @escaping @Sendable () -> Bool = { false }
    ) -> Reply {
        if call.path == "/optimize/charge-schedule" {
            return Reply.evcc(call.body, timeLimitSeconds: min(10, options.timeLimitSeconds))
        }
        let name = String(call.path.dropFirst("/v1/".count))
        let mode: ScheduleMode
        if let text = call.query["mode"] {
            guard let known = ScheduleMode(rawValue: text) else {
                let modes = ScheduleMode.allCases.map(\.rawValue).joined(separator: ", ")
                return Problem(400, "the mode is not known", detail: "modes: \(modes)").reply
            }
            mode = known
        } else {
            mode = .v2x
        }
        do throws(QuestionError) {
            let isCancelled: @Sendable () -> Bool = { [isStopping] in isStopping() || isCancelled() }
            let (input, prepared): (ScenarioInput, PreparedScenario)
            do { (input, prepared) = try read(call.body, timeLimitSeconds, isCancelled: isCancelled) } catch {
                switch error {
                case let problem as Problem: return problem.reply
                case let wrong as InputError: throw .input(wrong)
                default: throw .solver("\(error)")
                }
            }
            guard let question = Question(rawValue: name) else { return Reply(json: Checked(prepared, input)) }
            let size = prepared.scenario.vehicles.count * prepared.scenario.grid.count
            guard size <= options.maxVehicleSteps else {
                return Problem(
                    413, "the scenario is too large",
                    detail: "at most \(options.maxVehicleSteps) vehicles times steps are solved here, got \(size)"
                ).reply
            }
            return Reply(text: try question.json(of: prepared, mode: mode, onProgress: onProgress))
        } catch {
            // A search that was cancelled looks like one that a limit ended.
            return Problem(isStopping() || isCancelled() ? .cancelled : error).reply
        }
    }

    /// Makes the folder for jobs, where there is to be one, and goes on with those that are in it.
    mutating func openJobs() throws {
        guard let folder = options.jobs else { return }
        let (routes, limit) = (self, options.jobTimeLimitSeconds)
        jobs = try JobStore(folder: folder, workers: options.jobWorkers, maxWaiting: options.maxJobsWaiting) {
            routes.solved($0, timeLimitSeconds: limit, onProgress: $1, isCancelled: $2)
        }
    }

    /// What a body asks about, checked.
    ///
    /// - Throws: `Problem` or `InputError`.
    private func read(
        _ body: Data, _ timeLimitSeconds: Double, isCancelled: @escaping @Sendable () -> Bool
    ) throws -> (ScenarioInput, PreparedScenario) {
        var solving = Solving(isCancelled: isCancelled)
        solving.endsBetweenSolves = true
        solving.threads = 1
        solving.limits = SolveLimits(seconds: timeLimitSeconds)
        let input = try ScenarioRequest(body).input(own: options.scenario, root: options.root)
        var prepared = try PreparedScenario(input, solving: solving)
        prepared.solving.limits = SolveLimits(seconds: prepared.scenario.solver.timeLimitSeconds)
            .within(solving.limits ?? SolveLimits())
        return (input, prepared)
    }

    /// The text of the service's own scenario.
    private var ownScenario: Reply {
        guard let path = options.scenario else {
            return Problem(404, "there is no scenario", detail: "the service was started without").reply
        }
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            return Problem(500, "the scenario cannot be read").reply
        }
        return Reply(text: text, contentType: "application/yaml")
    }

    /// A scenario that is right, with its warnings and what it holds.
    private struct Checked: Encodable {
        var findings: [FindingEntry]
        var scenario: ScenarioOutline
        init(_ prepared: PreparedScenario, _ input: ScenarioInput) {
            findings = prepared.warnings.map(FindingEntry.init)
            scenario = ScenarioOutline(prepared, of: input)
        }
    }
}
