import Accounting
import Foundation
import ScenarioFiles
import Scenarios
import Sweeps
import VehicleToAnything

/// A sweep whose rows are taken as they come.
final class SweepHandle: @unchecked Sendable {
    private let run: SweepRun
    private let warnings: [Finding]

    private let condition = NSCondition()
    // Under `condition`.
    private var rows: [[SweepValue]] = []
    private var done = 0
    private var hasBegun = false
    private var hasEnded = false
    private var isCancelled = false
    private var failure: Failure?

    /// Runs pause while so many rows wait to be taken.
    private static let mostRows = 10_000

    /// - Throws: `Failure`.
    init(text: String?, options json: String?) throws(Failure) {
        var options = try Options(json)
        let path = try options.text("path")
        let name = try options.text("name")
        let directory = try options.text("directory")
        let base = try SweepHandle.base(&options)
        let threads = try options.count("threads", in: 1...4096) ?? ProcessInfo.processInfo.activeProcessorCount
        try options.finish()
        guard (text == nil) != (path == nil) else { throw .usage("either a text or the option path must be given") }
        let loaded: SweepFile.Loaded
        do throws(InputError) {
            let source =
                if let text {
                    ScenarioSource(text: text, named: name ?? "<text>", directory: directory ?? "")
                } else {
                    try ScenarioSource(path: path ?? "")
                }
            loaded = try SweepFile.standard.load(
                source, base: base.map { (base) throws(InputError) in try base.source() })
        } catch { throw Failure(error) }
        run = SweepRun(loaded.plan, version: ProgramVersion.text, threads: threads)
        warnings = loaded.warnings
    }

    /// Where the base scenario comes from, in place of the sweep's own key.
    private enum Base {
        case path(String)
        case text(String, directory: String)

        func source() throws(InputError) -> ScenarioSource {
            switch self {
            case .path(let path): try ScenarioSource(path: path)
            case .text(let text, let directory): ScenarioSource(text: text, named: "<base>", directory: directory)
            }
        }
    }

    private static func base(_ options: inout Options) throws(Failure) -> Base? {
        let (text, path) = (try options.text("base"), try options.text("base_path"))
        let directory = try options.text("base_directory")
        if text != nil, path != nil { throw .usage("base and base_path exclude each other") }
        return text.map { .text($0, directory: directory ?? "") } ?? path.map { .path($0) }
    }

    func report() throws(Failure) -> String {
        try JSONText.of(
            Report(
                name: run.plan.name, question: run.plan.question.kind.rawValue, currency: run.plan.currency,
                count: run.plan.count, axes: run.plan.axisNames,
                oneAtATime: run.plan.oneAtATime, columns: run.columns,
                usualValue: run.plan.question.kind.usualValue, warnings: warnings.map(FindingEntry.init)))
    }

    private struct Report: Encodable {
        var name: String
        var question: String
        var currency: String
        var count: Int
        var axes: [String]
        var oneAtATime: [String]
        var columns: [String]
        var usualValue: String
        var warnings: [FindingEntry]

        enum CodingKeys: String, CodingKey {
            case name, question, currency, count, axes, columns, warnings
            case oneAtATime = "one_at_a_time"
            case usualValue = "usual_value"
        }
    }

    /// Rows that came since the last call; waits for one so many seconds.
    func next(_ seconds: Double) throws(Failure) -> String {
        let end = Date(timeIntervalSinceNow: min(max(0, seconds), 1e9))
        let batch: Batch
        let failed: Failure?
        do {
            condition.lock()
            defer { condition.unlock() }
            if !hasBegun {
                hasBegun = true
                SolverThreads.start { [self] in work() }
            }
            while rows.isEmpty, !hasEnded {
                guard seconds > 0, condition.wait(until: end) else { break }
            }
            batch = Batch(rows: rows.map { $0.map(Cell.init) }, done: done, count: run.plan.count, isFinished: hasEnded)
            rows = []
            failed = failure
            condition.broadcast()
        }
        if let failed, batch.rows.isEmpty { throw failed }
        return try JSONText.of(batch)
    }

    func cancel() {
        condition.lock()
        isCancelled = true
        condition.broadcast()
        condition.unlock()
    }

    private func work() {
        var failed: Failure?
        do {
            try run.rows(isCancelled: { [self] in mustEnd() }, onRow: { [self] in keep($0) })
        } catch let error as InputError {
            failed = Failure(error)
        } catch {
            failed = Failure(.solver, "\(error)")
        }
        condition.lock()
        failure = failed
        hasEnded = true
        condition.broadcast()
        condition.unlock()
    }

    /// Asked before each run: waits where too many rows are not taken.
    private func mustEnd() -> Bool {
        condition.lock()
        defer { condition.unlock() }
        while rows.count >= SweepHandle.mostRows, !isCancelled { condition.wait() }
        return isCancelled
    }

    private func keep(_ row: [SweepValue]) {
        condition.lock()
        rows.append(row)
        done += 1
        condition.broadcast()
        condition.unlock()
    }

    private struct Batch: Encodable {
        var rows: [[Cell]]
        var done: Int
        var count: Int
        var isFinished: Bool

        enum CodingKeys: String, CodingKey {
            case rows, done, count
            case isFinished = "is_finished"
        }
    }

    private struct Cell: Encodable {
        var value: SweepValue
        init(_ value: SweepValue) { self.value = value }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            switch value {
            case .null: try container.encodeNil()
            case .integer(let value): try container.encode(value)
            case .real(let value): try container.encode(value)
            case .text(let text): try container.encode(text)
            }
        }
    }
}
