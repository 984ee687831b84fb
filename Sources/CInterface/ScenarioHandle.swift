import Foundation
import ScenarioFiles
import Scenarios
import VehicleToAnything

/// A checked scenario, its parsed text, and the files that it read.
final class ScenarioHandle: @unchecked Sendable {
    let prepared: PreparedScenario
    /// Used under `lock` alone: the nodes of a parsed text are one thread's at a time.
    private let input: ScenarioInput
    /// The same one in all scenarios that come of a text: they share nodes.
    private let lock: NSLock
    private let files: SeriesFiles

    /// - Throws: `Failure`.
    convenience init(text: String?, options json: String?) throws(Failure) {
        var options = try Options(json)
        let path = try options.text("path")
        let name = try options.text("name")
        let directory = try options.text("directory")
        let access = try FileAccess(&options)
        let changes = try Changes(&options)
        try options.finish()
        guard (text == nil) != (path == nil) else { throw .usage("either a text or the option path must be given") }
        var input: ScenarioInput
        do throws(InputError) {
            if let text {
                input = try ScenarioInput(text: text, named: name ?? "<text>", directory: directory ?? "")
            } else {
                input = try ScenarioInput(path: path ?? "")
            }
        } catch { throw Failure(error) }
        input.access = access
        try changes.apply(to: &input)
        try self.init(input, lock: NSLock(), files: SeriesFiles())
    }

    private init(_ input: ScenarioInput, lock: NSLock, files: SeriesFiles) throws(Failure) {
        (self.input, self.lock, self.files) = (input, lock, files)
        do throws(InputError) { prepared = try PreparedScenario(input, files: files) } catch { throw Failure(error) }
    }

    /// The same with other values at some keys.
    ///
    /// - Throws: `Failure`.
    func changed(_ json: String?) throws(Failure) -> ScenarioHandle {
        var options = try Options(json)
        let changes = try Changes(&options)
        try options.finish()
        lock.lock()
        defer { lock.unlock() }
        var input = input
        try changes.apply(to: &input)
        return try ScenarioHandle(input, lock: lock, files: files)
    }
}

/// What is put where in a scenario, and what its `now` means.
private struct Changes {
    private var settings: [(key: ScenarioKey, value: ScenarioValue)] = []
    private var now: Instant?

    init(_ options: inout Options) throws(Failure) {
        for (name, text) in try options.pairs("changes") {
            guard let key = ScenarioKey(name) else { throw .usage("changes: \(name) is no key of a scenario") }
            do throws(InputError) { settings.append((key, try ScenarioValue(yaml: text))) } catch {
                throw .usage("changes: the value of \(name) is neither YAML nor JSON")
            }
        }
        if let text = try options.text("now") {
            guard let instant = WallClock.utc.instantWithOffset(text) else {
                throw .usage("now must be a time with an offset, such as 2026-11-27T18:03+01:00, got \(text)")
            }
            now = instant
        }
    }

    func apply(to input: inout ScenarioInput) throws(Failure) {
        if let now { input.now = now }
        for (key, value) in settings {
            do throws(ScenarioKey.Problem) { try input.set(value, at: key) } catch {
                throw Failure(
                    .invalid([Finding(file: "changes", keyPath: key.description, message: error.message)]))
            }
        }
    }
}

extension FileAccess {
    fileprivate init(_ options: inout Options) throws(Failure) {
        let readsFiles = try options.flag("reads_files") ?? true
        let folder = try options.text("only_folder")
        self = readsFiles ? folder.map { .folder($0) } ?? .all : .none
    }
}

extension ScenarioHandle {
    /// What a caller wants to know of a scenario before it asks anything.
    func report() throws(Failure) -> String {
        let scenario = prepared.scenario
        let clock = WallClock(timeZone: scenario.grid.timeZone) ?? .utc
        return try JSONText.of(
            Report(
                name: scenario.name, currency: scenario.currency, timeZone: scenario.grid.timeZone,
                start: clock.iso8601(scenario.grid.start), end: clock.iso8601(scenario.grid.end),
                stepSeconds: scenario.grid.stepSeconds, steps: scenario.grid.count,
                vehicles: scenario.vehicles.filter { !$0.isStationary }.map(\.id),
                batteries: scenario.vehicles.filter(\.isStationary).map(\.id),
                loads: scenario.site.flexibleLoads.map(\.id), digest: prepared.digest,
                warnings: prepared.warnings.map(FindingEntry.init)))
    }

    private struct Report: Encodable {
        var name: String
        var currency: String
        var timeZone: String
        var start: String
        var end: String
        var stepSeconds: Int
        var steps: Int
        var vehicles: [String]
        var batteries: [String]
        var loads: [String]
        var digest: String
        var warnings: [FindingEntry]

        enum CodingKeys: String, CodingKey {
            case name, currency, start, end, steps, vehicles, batteries, loads, digest, warnings
            case timeZone = "time_zone"
            case stepSeconds = "step_seconds"
        }
    }
}
