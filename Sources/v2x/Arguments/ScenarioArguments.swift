import Verification
import Accounting
import Ageing
import ArgumentParser
import BlockAngular
import LinearPrograms
import ScenarioFiles
import Scenarios
import Scheduling
import ValueStreams
import VehicleToAnything

/// The scenario that most commands begin with.
struct ScenarioArguments: ParsableArguments {
    @Argument(
        help: "A scenario (YAML or JSON), or a result of schedule --format json; - is standard input.",
        completion: .file(extensions: ["yaml", "yml", "json"]))
    var scenario: String

    @Option(help: "auto: decomposition for fleets, else direct; the optimum is the same.") var solver = Solving
        .Choice.auto

    @Option(
        name: .customLong("set"),
        help: ArgumentHelp(
            "Changes a value of the scenario, such as vehicles[0].battery.soc_max=0.9; may be given again.",
            valueName: "key=value"))
    var changes: [String] = []

    @Option(
        help: ArgumentHelp(
            "A vehicle's charge now, such as ev1=43%; may be given again. One vehicle needs no name: 43%.",
            valueName: "vehicle=share"))
    var soc: [String] = []

    @Option(
        help: ArgumentHelp(
            "What horizon.start: now means, with an offset: 2026-11-27T18:03+01:00; by default the system's clock.",
            valueName: "time"))
    var now: String?

    @Option(
        name: .customLong("scenario"),
        help: "Of a result: the scenario that it was made of, where it is not at the result's path.",
        completion: .file(extensions: ["yaml", "yml", "json"]))
    var resultsScenario: String?

    func validate() throws {
        if let now, WallClock.utc.instantWithOffset(now) == nil {
            throw ValidationError("--now must be a time with an offset, such as 2026-11-27T18:03+01:00, got \(now)")
        }
    }

    /// The scenario's keys that `--set` and `--soc` change, `key=value`.
    ///
    /// - Throws: `ValidationError` where one of them is none.
    func allChanges() throws -> [String] {
        try changes
            + soc.map { text in
                let equals = text.firstIndex(of: "=")
                let vehicle = equals.map { "\(text[..<$0])" } ?? "0"
                let share = equals.map { text[text.index(after: $0)...] } ?? text[...]
                let key = "vehicles[\(vehicle)].battery.soc_start"
                guard ScenarioKey(key) != nil, let value = Self.share(share) else {
                    throw ValidationError(
                        "--soc must be a vehicle and its charge, such as ev1=43% or 0.43, got \(text)")
                }
                return "\(key)=\(ScenarioValue.number(value).text)"
            }
    }

    /// The scenario's name for its result; nil where it has none that lasts.
    var fileName: String? { scenario == "-" || scenario.hasPrefix("/dev/") ? nil : scenario }

    /// What `--set` says.
    ///
    /// - Throws: `ValidationError` where it is no key and value.
    static func settings(_ changes: [String]) throws -> [(key: ScenarioKey, value: ScenarioValue)] {
        var settings: [(key: ScenarioKey, value: ScenarioValue)] = []
        for change in changes {
            guard let equals = change.firstIndex(of: "="), let key = ScenarioKey(String(change[..<equals])) else {
                throw ValidationError("--set must be key=value, such as tariff.import=0.25, got \(change)")
            }
            settings.append((key, try ScenarioValue(yaml: String(change[change.index(after: equals)...]))))
        }
        return settings
    }

    /// `43%` or `0.43` as a share of 1; nil for what is neither.
    private static func share(_ text: Substring) -> Double? {
        let percent = text.hasSuffix("%")
        guard let number = Double(percent ? text.dropLast() : text) else { return nil }
        let share = percent ? (number * 1e9).rounded() / 1e11 : number
        return (0...1).contains(share) ? share : nil
    }

    /// Reads and checks it; findings go to standard error. Of a result: the scenario that it was made of.
    ///
    /// - Parameter given: a result of the scenario, which says when `now` was.
    func load(of given: ResultFile? = nil) throws -> Setting {
        let start = ContinuousClock.now
        let (found, text) = try ResultAsScenario.read(scenario)
        guard let found else {
            if resultsScenario != nil {
                throw ValidationError("--scenario goes with a result, and \(scenario) is none")
            }
            var source: ScenarioSource?
            if scenario == "-", let text {
                source = ScenarioSource(text: String(decoding: text, as: UTF8.self), named: "<standard input>")
            }
            return try setting(source, path: scenario, changes: allChanges(), of: given, start: start)
        }
        guard changes.isEmpty, soc.isEmpty else {
            throw ValidationError("--set and --soc go with a scenario: \(scenario) is a result, its plan is made")
        }
        var setting = try found.scenario(named: resultsScenario) {
            try self.setting(nil, path: $0, changes: $1, of: found.result, start: start)
        }
        setting.result = found.result
        return setting
    }

    private func setting(
        _ source: ScenarioSource?, path: String, changes: [String], of result: ResultFile?,
        start: ContinuousClock.Instant
    ) throws -> Setting {
        do {
            var given = try ScenarioInput(source ?? ScenarioSource(path: path))
            given.now = (now ?? result?.steps.first).flatMap(WallClock.utc.instantWithOffset)
            for (key, value) in try Self.settings(changes) {
                do throws(ScenarioKey.Problem) { try given.set(value, at: key) } catch {
                    throw ValidationError("\(key): \(error.message)")
                }
            }
            let prepared = try PreparedScenario(given, solving: Solving(solver) { Interruption.isAsked })
            Terminal.show(prepared.warnings)
            return Setting(prepared, start: start)
        } catch let error as InputError {
            throw Ending.of(error)
        }
    }
}

/// The scenario of a command, and when the command began.
struct Setting {
    private let prepared: PreparedScenario
    /// The result that was named in the scenario's place; nil where a scenario was.
    fileprivate(set) var result: ResultFile?
    /// When the command began to read it.
    private let start: ContinuousClock.Instant

    init(_ prepared: PreparedScenario, start: ContinuousClock.Instant) {
        self.prepared = prepared
        self.start = start
    }

    var scenario: Scenario { prepared.scenario }
    var ageing: [AgeingPrices] { prepared.ageing }
    var streams: [any ValueStream] { prepared.streams }
    /// Of the scenario and the files that it reads.
    var digest: String { prepared.digest }
    /// The time limit of a command that asks one question: reading and preparing count.
    var limits: SolveLimits {
        SolveLimits(deadline: start + .milliseconds(Int64(min(scenario.solver.timeLimitSeconds, 1e9) * 1000)))
    }

    /// Says which rates per kW the figures of a year charge once for each horizon, where that is shorter than a year.
    func warnOfRatesWithoutPeriod() {
        let days = Double(scenario.grid.count) * scenario.grid.stepHours / 24
        guard days < 364 else { return }
        let length =
            days == 1 ? "1 day" : days == days.rounded() ? "\(Int(days)) days" : "\(Int((days * 24).rounded())) h"
        for stream in streams where stream.isChargedOncePerHorizon {
            Terminal.error(
                "warning: services.\(stream.key): a rate per kW has no period, so a year's figure charges it once for a "
                    + "horizon of \(length); period: month charges it twelve times")
        }
    }

    /// - Parameters:
    ///   - threads: of one solve; nil: as many as there are cores.
    ///   - limits: of everything that is solved; nil: each schedule has the scenario's time limit.
    ///   - report: told after each round of a decomposition.
    func scheduler(
        isVerbose: Bool = false, threads: Int? = nil, limits: SolveLimits? = nil,
        report: (@Sendable (DecompositionProgress) -> Void)? = nil
    ) -> Scheduler {
        var prepared = prepared
        prepared.solving.isVerbose = isVerbose
        prepared.solving.threads = threads
        prepared.solving.limits = limits
        prepared.solving.report = report
        return prepared.scheduler
    }
}

extension Solving.Choice: ExpressibleByArgument {}

extension ScheduleMode: ExpressibleByArgument {}
