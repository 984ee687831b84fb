import Foundation
import ScenarioFiles
import Scenarios
import Scheduling
import Sensitivity
import VehicleToAnything
import Verification

/// Plans a home again and again, from its present state: as each step begins, and as an input changes.
///
///     let watch = try Watch(options) { try write($0) }
///     watch.run { isStopped }
public final class Watch {
    private let options: Options
    private let clock: () -> Instant
    private let fetch: (HTTPRequest) throws -> [UInt8]
    private let write: (PlanReport) throws -> Void
    private let log: (String) -> Void
    private let messages: HomeAssistantMessages

    private var trigger = PlanTrigger()
    private var state: [String: StateValue] = [:]
    private var watched: [String] = []
    private var polledAt: Instant?
    private(set) var plan: PlanReport?
    /// `start_kwh` of each heat store in the scenario that the last plan was made of.
    private var heatStarts: [String: String] = [:]
    /// How many plans there were.
    private var planNumber = 0
    private var unexplained = false
    private let reasons = PlanReasons()
    private var evcc: EvccModes?
    /// The last problem of each part, so that it is logged once.
    private var problems: [String: String] = [:]
    /// What the broker should hold, by topic.
    private(set) var retained: [String: MQTTMessage] = [:]
    /// What is to be published next, in order.
    private var outbox: [MQTTMessage] = []

    /// - Parameters:
    ///   - clock: says when now is.
    ///   - log: takes a sentence.
    ///   - write: takes each plan; what it throws is logged.
    package convenience init(
        _ options: Options, clock: @escaping () -> Instant = { .now },
        log: @escaping (String) -> Void, write: @escaping (PlanReport) throws -> Void
    ) {
        self.init(options, clock: clock, fetch: { try $0.answer(within: 5) }, log: log, write: write)
    }

    /// - Parameter fetch: the body at an address.
    init(
        _ options: Options, clock: @escaping () -> Instant, fetch: @escaping (HTTPRequest) throws -> [UInt8],
        log: @escaping (String) -> Void, write: @escaping (PlanReport) throws -> Void
    ) {
        (self.options, self.clock, self.log, self.write, self.fetch) = (options, clock, log, write, fetch)
        messages = HomeAssistantMessages(node: options.node, prefix: options.discoveryPrefix)
        evcc = options.evcc.map {
            EvccModes(address: $0, loadpoints: options.loadpoints, tellsBatteries: options.tellsEvccBatteries)
        }
        watched = [options.scenario]
    }

    /// Plans until `isStopped`; a look each second.
    ///
    /// - Parameters:
    ///   - once: whether it ends with the first plan, told to all.
    ///   - isStopped: asked each second: true ends it.
    /// - Returns: whether a plan was made and, where there is a broker, told.
    @discardableResult
    public func run(once: Bool = false, isStopped: () -> Bool) -> Bool {
        var broker: MQTTClient?
        var (pause, nextTry) = (1.0, 0.0)
        defer {
            if let broker {
                // Home Assistant shows the entities as gone; the will is for what is lost.
                try? broker.publish(MQTTMessage(messages.availabilityTopic, once ? "online" : "offline"))
                broker.close()
            }
        }
        while !isStopped() {
            if options.broker != nil, broker == nil, MQTTClient.uptime() >= nextTry {
                do {
                    broker = try connected()
                    pause = 1
                    fixed("broker")
                } catch {
                    say("broker", words(error))
                    nextTry = MQTTClient.uptime() + pause
                    pause = min(60, pause * 2)
                }
            }
            look()
            if let client = broker {
                do {
                    if once { explain() } else { explainAside() }
                    try send(to: client)
                    for message in try client.messages(within: once ? 0 : 1) { received(message) }
                } catch {
                    say("broker", words(error))
                    client.close()
                    broker = nil
                }
            } else if !once || options.broker != nil {
                usleep(1_000_000)
            }
            // A broker that does not answer is tried for some seconds.
            if once, options.broker == nil || broker != nil || pause > 8 {
                return plan != nil && (options.broker == nil || broker != nil)
            }
        }
        return plan != nil
    }

    private func send(to client: MQTTClient) throws {
        while let message = outbox.first {
            try client.publish(message)
            outbox.removeFirst()
        }
    }

    /// A new connection: what the broker should hold is published again, and states are asked for.
    private func connected() throws -> MQTTClient {
        let client = try MQTTClient(
            MQTTClient.Options(
                host: options.broker ?? "", port: options.brokerPort, user: options.brokerUser,
                password: options.brokerPassword, client: "v2x-\(options.node)",
                will: MQTTMessage(messages.availabilityTopic, "offline")))
        let topics = Set(options.sources.compactMap(\.topic))
        var arrived = try client.subscribe(topics.sorted())
        // What the broker keeps comes at once: the first plan is made from it.
        let end = MQTTClient.uptime() + 1
        while !topics.isSubset(of: arrived.map(\.topic)), MQTTClient.uptime() < end {
            arrived += try client.messages(within: 0.1)
        }
        for message in arrived { received(message) }
        try client.publish(MQTTMessage(messages.availabilityTopic, "online"))
        outbox = retained.values.sorted { $0.topic < $1.topic }
        return client
    }

    /// One look: reads the state, and plans where a plan is due.
    func look() {
        let now = clock()
        readState(now)
        var inputs = inputs()
        defer { tellEvccBatteries(now) }
        guard let reason = trigger.reason(at: now, inputs) else { return }
        // Those that wait for their reasons get none of a plan that is over.
        unexplained = false
        do {
            let made = try made(at: now)
            plan = made
            planNumber += 1
            unexplained = true
            // The files that it read are known now. Of those known before, the stamp from before they were read counts: a change
            // while the plan was made is a change.
            inputs.files = self.inputs().files.merging(inputs.files) { _, before in before }
            let grid = made.report.scenario.grid
            trigger.planned(inputs, until: grid.boundary((grid.step(at: now) ?? 0) + 1))
            fixed("plan")
            log("planned: \(made.summary) (\(reason))")
            do { try write(made) } catch { say("output", words(error)) }
            publishPlan(at: now)
        } catch {
            trigger.failed(inputs, at: now)
            say("plan", words(error))
            // The last plan goes on.
            publishPlan(at: now)
        }
        tellEvcc(now)
    }

    /// Publishes the reasons of the last plan, where they are not known yet.
    func explain() {
        guard unexplained else { return }
        unexplained = false
        if let explained = plan?.explained { publishReasons(explained) }
    }

    /// The same beside the loop: reasons take longer than a plan, and the next plan must not wait for them.
    private func explainAside() {
        if let found = reasons.take(), found.number == planNumber, let explained = found.plan {
            publishReasons(explained)
        }
        guard unexplained, let plan, reasons.begin() else { return }
        unexplained = false
        let (number, reasons) = (planNumber, reasons)
        Thread.detachNewThread { reasons.end(number, plan.explained) }
    }

    /// The reasons may arrive after a later plan has failed: the problem stays.
    func publishReasons(_ explained: PlanReport) {
        plan = explained
        publishPlan(at: clock())
    }

    /// The last plan, and why there is no newer one.
    private func publishPlan(at now: Instant) {
        let current = plan.map { messages.plan($0, at: now) } ?? []
        let name = plan?.report.scenario.name ?? options.scenario
        publish(current + messages.health(problem: problems["plan"], name: name))
    }

    private func made(at now: Instant) throws -> PlanReport {
        var input = try ScenarioInput(path: options.scenario)
        let notes = FileNotes()
        input.access = .noting(notes)
        input.now = now
        for (key, value) in options.changes { try set(value, key, &input) }
        guard input.startsNow else {
            throw StateSource.Problem(message: "horizon.start must be now: the plan is made anew as time goes on")
        }
        // States that are given count more than what follows from the last plan.
        let loads = LoadsByLastPlan(input, after: plan, heatStarts: heatStarts)
        for (key, value) in loads.values(at: now) { try set(value, key, &input) }
        for (name, value) in state.sorted(by: { $0.key < $1.key }) { try set(value, name, &input) }
        defer {
            let own = Set((options.outputs + [options.scenario]).map(Watch.resolved))
            watched = [options.scenario] + notes.all.filter { !own.contains($0) }
        }
        let made = try PreparedScenario(input).planReport(options.mode)
        heatStarts = LoadsByLastPlan.heatStarts(loads.input, made)
        return made
    }

    private func set(_ value: StateValue, _ name: String, _ input: inout ScenarioInput) throws {
        switch value {
        case .text(let yaml):
            guard let key = ScenarioKey(name) else { throw StateSource.Problem(message: "\(name) is no key") }
            try set(try ScenarioValue(yaml: yaml), key, &input)
        case .stateOfCharge(let share):
            let places = ["vehicles", "site.batteries"].compactMap { ScenarioKey("\($0)[\(name)].battery.soc_start") }
            guard let key = places.first(where: input.hasPlace) else {
                throw StateSource.Problem(message: "the scenario lists no vehicle or battery \(name)")
            }
            try set(.number(share), key, &input)
        }
    }

    private func set(_ value: ScenarioValue, _ key: ScenarioKey, _ input: inout ScenarioInput) throws {
        do throws(ScenarioKey.Problem) { try input.set(value, at: key) } catch {
            throw StateSource.Problem(message: "\(key): \(error.message)")
        }
    }

    // MARK: - State

    private func readState(_ now: Instant) {
        let polls = polledAt.map { now.epochSeconds - $0.epochSeconds >= options.pollSeconds } ?? true
        if polls { polledAt = now }
        for source in options.sources {
            switch source.place {
            case .mqtt: break
            case .file(let path):
                take(source) {
                    guard let data = FileManager.default.contents(atPath: path) else {
                        throw StateSource.Problem(message: "cannot be read")
                    }
                    return String(decoding: data, as: UTF8.self)
                }
            case .http(var request) where polls:
                request.token = options.stateToken
                take(source) { String(decoding: try fetch(request), as: UTF8.self) }
            case .http: break
            }
        }
    }

    /// A message from the broker.
    func received(_ message: MQTTMessage) {
        for source in options.sources where source.topic == message.topic {
            take(source) {
                guard let text = message.text else { throw StateSource.Problem(message: "is not UTF-8") }
                return text
            }
        }
    }

    /// What is known stays, where nothing new can be read.
    private func take(_ source: StateSource, _ text: () throws -> String) {
        do {
            state.merge(try source.values(in: try text())) { _, new in new }
            fixed(source.description)
        } catch { say(source.description, words(error)) }
    }

    private func inputs() -> PlanTrigger.Inputs {
        var inputs = PlanTrigger.Inputs(state: state)
        for path in watched { inputs.files[path] = .some(FileStamp(path: path)) }
        return inputs
    }

    private static func resolved(_ path: String) -> String {
        guard let text = realpath(path, nil) else { return path }
        defer { free(text) }
        return String(cString: text)
    }

    // MARK: - Telling

    /// Entities that are no more are taken back.
    private func publish(_ new: [MQTTMessage]) {
        guard options.broker != nil else { return }
        var kept = retained
        for message in new { kept[message.topic] = message }
        if plan != nil {
            let topics = Set(new.map(\.topic))
            for topic in kept.keys.sorted() where !topics.contains(topic) {
                outbox.append(MQTTMessage(topic, ""))
                kept[topic] = nil
            }
        }
        outbox += new.filter { retained[$0.topic] != $0 }
        retained = kept
    }

    private func tellEvcc(_ now: Instant) {
        guard let plan, let evcc else { return }
        for (vehicle, mode, request) in evcc.due(evcc.modes(of: plan, at: now)) {
            do {
                _ = try fetch(request)
                self.evcc?.told(vehicle, mode)
                fixed("evcc")
            } catch { say("evcc", words(error)) }
        }
    }

    /// At each look: evcc forgets the mode of its batteries.
    private func tellEvccBatteries(_ now: Instant) {
        guard let plan, let evcc, let mode = evcc.batteryMode(of: plan, at: now),
            let request = evcc.due(mode, at: now)
        else { return }
        do {
            _ = try fetch(request)
            self.evcc?.told(mode, at: now)
            fixed("evcc's batteries")
        } catch {
            self.evcc?.failed(at: now)
            say("evcc's batteries", words(error))
        }
    }

    private func say(_ part: String, _ problem: String) {
        guard problems.updateValue(problem, forKey: part) != problem else { return }
        log("\(part): \(problem)")
    }

    private func fixed(_ part: String) {
        if problems.removeValue(forKey: part) != nil { log("\(part): well again") }
    }

    private func words(_ error: any Error) -> String {
        switch error {
        case let wrong as InputError: wrong.sentences.joined(separator: "\n")
        case let wrong as QuestionError: wrong.sentences.joined(separator: "\n")
        case let wrong as StateSource.Problem: wrong.message
        case let wrong as TCPConnection.Failure: wrong.message
        default: "\(error)"
        }
    }
}
