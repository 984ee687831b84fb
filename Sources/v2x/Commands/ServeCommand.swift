import ArgumentParser
import Foundation
import HTTPService

struct ServeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Answer questions about scenarios over HTTP, and evcc's optimizer protocol.",
        discussion: """
            POST a scenario (YAML or JSON) to /v1/schedule, compare, marginal, offer, value, explain or simulate; the answer \
            is the command's JSON. GET /v1/openapi.json describes all routes. The page at / shows plans, and uses those routes. evcc's \
            optimizer protocol is at /optimize. The log has one JSON object per line on standard error. SIGTERM or Ctrl-C \
            ends it when the running requests are answered.
            """)

    @Argument(
        help: "A scenario that requests without one are about, and that the page opens with; it is only read.",
        completion: .file(extensions: ["yaml", "yml", "json"]))
    var scenario: String?
    @Option(help: "The IPv4 address to listen on; beyond 127.0.0.1 a token is needed.") var host = "127.0.0.1"
    @Option(help: "The port; 0: one that is free.") var port: UInt16 = 7050
    @Option(help: "What callers send as Authorization: Bearer; by default the environment's V2X_TOKEN.")
    var token: String?
    @Option(help: "The folder whose files scenarios may read; by default none.", completion: .directory)
    var root: String?
    @Option(help: "Requests that are solved at the same time.") var workers = 2
    @Option(help: "Requests that wait; more are answered 503.") var queue = 64
    @Option(help: "Most bytes of a body.") var maxBody = 4 << 20
    @Option(help: ArgumentHelp("Most seconds for one request.", valueName: "seconds")) var timeLimit = 30.0

    @Option(help: "The folder for jobs; by default there are none.", completion: .directory) var jobs: String?

    private var options: ServiceOptions {
        var options = ServiceOptions()
        (options.host, options.port, options.root) = (host, port, root)
        (options.jobs, options.scenario) = (jobs, scenario)
        let given = token ?? ProcessInfo.processInfo.environment["V2X_TOKEN"] ?? ""
        options.token = given.isEmpty ? nil : given
        (options.workers, options.maxWaiting) = (workers, queue)
        (options.maxBodyBytes, options.timeLimitSeconds) = (maxBody, timeLimit)
        return options
    }

    func validate() throws {
        if let problem = options.problem { throw ValidationError(problem) }
        if scenario == "-" { throw ValidationError("the scenario must be a file: it is read for each request") }
    }

    func run() throws {
        try OpenFiles.require()
        if let scenario, !FileManager.default.isReadableFile(atPath: scenario) {
            throw Ending.say("\(scenario): no such file", Ending.noInput)
        }
        let service: Service
        do throws(Service.Failure) { service = try Service(options) } catch {
            throw Ending.say("v2x: \(error.message)", Ending.failed)
        }
        let sources = [SIGINT, SIGTERM].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { service.stop() }
            source.resume()
            return source
        }
        // The last word is the address: scripts read the port behind its last colon.
        Terminal.error("v2x: listening on http://\(host):\(service.port)")
        service.run()
        for source in sources { source.cancel() }
    }
}
