import Accounting
import ArgumentParser
import Foundation
import HomeLoop
import Reports
import Scenarios
import Scheduling
import VehicleToAnything

struct WatchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch",
        abstract: "Plan again as each step begins and each input changes, from the present state.",
        discussion: """
            The scenario's horizon starts now. A state is [KEY=]PLACE[#PATH]: KEY a vehicle's id (its charge in percent) or a key \
            of the scenario; PLACE a file, http://..., or mqtt:TOPIC; PATH leads into JSON. Without KEY it is an object of \
            those. With --mqtt Home Assistant finds setpoint, next action, cost and saving by itself. V2X_MQTT_PASSWORD and \
            V2X_STATE_TOKEN hold the secrets. SIGTERM or Ctrl-C ends it.
            """)

    @Argument(
        help: "A scenario (YAML or JSON) with horizon.start: now.",
        completion: .file(extensions: ["yaml", "yml", "json"]))
    var scenario: String
    @Option(
        name: .shortAndLong,
        help: ArgumentHelp(
            "A file for each plan, in a format by its ending or by name (homeassistant=ha.json); may be given again.",
            valueName: "[format=]file"))
    var output: [String] = []
    @Option(help: ArgumentHelp("Where the present state is read; may be given again.", valueName: "[key=]place[#path]"))
    var state: [String] = []
    @Option(help: ArgumentHelp("Between two looks at an HTTP address.", valueName: "seconds")) var poll = 60
    @Option(
        name: .customLong("set"),
        help: ArgumentHelp("Changes a value of the scenario; may be given again.", valueName: "key=value"))
    var changes: [String] = []
    @Option(help: "v2x: both ways; v1x: without discharging; immediate, deferred: by rule.") var mode = ScheduleMode.v2x
    @Option(help: ArgumentHelp("An MQTT broker, for states and for Home Assistant.", valueName: "host[:port]"))
    var mqtt: String?
    @Option(help: "The broker's user.") var mqttUser: String?
    @Option(help: "Tells several of these on one broker apart: a-z, 0-9, _.") var node = "home"
    @Option(help: "Of Home Assistant's discovery topics.") var discoveryPrefix = "homeassistant"
    @Option(help: ArgumentHelp("evcc, whose loadpoints are told to charge or not.", valueName: "http://host:port"))
    var evcc: String?
    @Option(help: ArgumentHelp("evcc's loadpoint of a vehicle; may be given again.", valueName: "vehicle=number"))
    var loadpoint: [String] = []
    @Flag(help: "Tell evcc the mode of its batteries too: normal, hold or charge.") var evccBatteries = false
    @Flag(help: "Plan once, tell all, and end.") var once = false

    /// A file for each plan.
    private struct Output {
        var format: any ReportFormat.Type
        var destination: Destination
    }

    private func outputs() throws -> [Output] {
        try output.map { text in
            let known = FormatRegistry.all.map { $0.name }
            let equals = text.firstIndex(of: "=")
            let named = equals.flatMap { FormatRegistry.named(String(text[..<$0])) }
            let path = named == nil ? text : equals.map { String(text[text.index(after: $0)...]) } ?? text
            let format = try named ?? FormatRegistry.named(OutputFormats.name(of: path, known: known) ?? "json")
            guard let format else { throw ValidationError("the format of \(text) is not known") }
            return Output(format: format, destination: try Destination(path))
        }
    }

    private func options() throws -> Watch.Options {
        var options = Watch.Options(scenario: scenario)
        options.changes = try ScenarioArguments.settings(changes)
        options.mode = mode
        options.sources = try state.map { text in
            guard let source = StateSource(text) else {
                throw ValidationError(
                    "--state must be [KEY=]PLACE[#PATH], PLACE a file, http://... or mqtt:TOPIC, got \(text)")
            }
            guard source.topic == nil || mqtt != nil else { throw ValidationError("--state \(text) needs --mqtt") }
            return source
        }
        guard poll >= 1 else { throw ValidationError("--poll must be at least 1") }
        options.pollSeconds = poll
        let environment = ProcessInfo.processInfo.environment
        options.stateToken = environment["V2X_STATE_TOKEN"]
        if let mqtt {
            let parts = mqtt.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard let host = parts.first, !host.isEmpty, let port = parts.count > 1 ? UInt16(parts[1]) : 1883 else {
                throw ValidationError("--mqtt must be host or host:port, got \(mqtt)")
            }
            (options.broker, options.brokerPort) = (String(host), port)
            (options.brokerUser, options.brokerPassword) = (mqttUser, environment["V2X_MQTT_PASSWORD"])
        }
        guard !node.isEmpty, node.allSatisfy({ ("a"..."z").contains($0) || ("0"..."9").contains($0) || $0 == "_" })
        else {
            throw ValidationError("--node must be made of a-z, 0-9 and _, got \(node)")
        }
        (options.node, options.discoveryPrefix) = (node, discoveryPrefix)
        if let evcc, !evcc.hasPrefix("http://") { throw ValidationError("--evcc must begin with http://, got \(evcc)") }
        options.evcc = evcc.map { $0.hasSuffix("/") ? String($0.dropLast()) : $0 }
        guard evcc != nil || !evccBatteries else { throw ValidationError("--evcc-batteries goes with --evcc") }
        options.tellsEvccBatteries = evccBatteries
        for text in loadpoint {
            let parts = text.split(separator: "=").map(String.init)
            guard evcc != nil, parts.count == 2, let number = Int(parts[1]), number >= 1 else {
                throw ValidationError("--loadpoint must be vehicle=number and go with --evcc, got \(text)")
            }
            options.loadpoints[parts[0]] = number
        }
        return options
    }

    func validate() throws { _ = try options() }

    func run() throws {
        try OpenFiles.require()
        let outputs = try outputs()
        var options = try options()
        options.outputs = outputs.map(\.destination.path)
        Interruption.listen()
        let watch = Watch(options, log: { Terminal.error("\(Date.now.formatted(.iso8601)) \($0)") }) { plan in
            for output in outputs {
                let made = try output.format.output(of: plan.report)
                try output.destination.write(made.text)
            }
        }
        let isPlanned = watch.run(once: once) { Interruption.isAsked }
        if once, !isPlanned { throw Ending.failed }
    }
}
