import Foundation
import Scenarios

@testable import ScenarioFiles

/// A file in the shape of one source, made of rows whose times and values are known: what reading it must give is known too.
struct FeedSample: Sendable {
    /// A time, and the number as the file writes it; nil: no value yet.
    struct Row: Equatable, Sendable {
        var start: Int
        var seconds: Int
        var number: Double?
        var end: Int { start + seconds }
    }

    /// What a row that is left out means.
    enum Hole: Sendable { case gap, previous }

    var name: String
    /// The unit that the reader reports; nil where the file names none.
    var unit: String?
    var currency = "EUR"
    var hole = Hole.gap
    /// How an empty value is written; nil: the source leaves the row out.
    var nulls = ["null"]
    /// The steps that the source has, s.
    var steps = [900, 3600]
    /// Whether rows say how long they last.
    var hasLengths = true
    var stampsAreEnds = false
    /// Whether it is a curve that is nothing before its first time of a day and after its last.
    var isCurve = false
    /// Whether it is of prices: other series may have steps of any length.
    var isPrice = true
    /// Whether the file says the zone of its times.
    var namesZone = true
    /// Of its times, where they are wall times; for those in the hour that repeats.
    var zone = "UTC"
    /// What the reader is told.
    var options: @Sendable (inout FeedOptions) -> Void = { _ in }
    /// The file of rows, in their order.
    var text: @Sendable ([Row]) -> String
    /// The same in other units: the unit that reading gives.
    var otherUnits: [String: @Sendable ([Row]) -> String] = [:]

    /// Rows of `days` days from 2025-11-10 in Berlin, each value another one: two decimals, as prices have.
    static func rows(days: Int = 1, step: Int, from start: Int = 1_762_729_200) -> [Row] {
        (0..<(days * 86_400 / step)).map { index in
            let cents = (7919 * (index + 1)) % 19_000 + 1_011
            return Row(
                start: start + index * step, seconds: step, number: Double(cents / 10 * 10 + 1 + index % 9) / 100)
        }
    }

    /// What reading gives.
    struct Reading {
        var table: [SeriesTable.Interval]
        var unit: String?
        var source: String?
        var faults: [FeedFault]
        var warnings: [String]
        var errors: [String]
        var isRead: Bool { errors.isEmpty }
    }

    func read(_ text: String, clock: WallClock? = nil) -> Reading { read(Array(text.utf8), clock: clock) }

    func read(_ bytes: [UInt8], clock: WallClock? = nil) -> Reading {
        let log = FindingLog()
        let problems = FeedProblems(file: "f", log: log)
        var wanted = FeedOptions(clock: clock ?? WallClock(timeZone: zone) ?? .utc)
        wanted.currency = currency
        wanted.quantity = .energyPrice
        options(&wanted)
        let read = FeedRegistry.read(bytes, as: nil, options: wanted, problems: problems)
        return Reading(
            table: read?.table.table.intervals ?? [], unit: read?.table.unit, source: read?.table.source,
            faults: read?.table.faults ?? [],
            warnings: log.findings.filter { $0.severity == .warning }.map(\.message),
            errors: read == nil ? log.findings.filter { $0.severity == .error }.map(\.message) + [""] : [])
    }

    // MARK: Numbers and times

    /// `84.10`
    static func decimal(_ number: Double?, null: String = "null", comma: Bool = false) -> String {
        guard let number else { return null }
        let cents = Int((number * 100).rounded())
        let text = "\(cents < 0 ? "-" : "")\(abs(cents) / 100)\(comma ? "," : ".")\(two(abs(cents) % 100))"
        return text
    }

    static func wall(_ seconds: Int, _ zone: String) -> WallTime {
        (WallClock(timeZone: zone) ?? .utc).wallTime(at: Instant(epochSeconds: seconds))
    }

    /// `2025-11-10 00:15:00`
    static func stamp(_ seconds: Int, _ zone: String, separator: String = " ") -> String {
        let wall = wall(seconds, zone)
        return "\(wall.date)\(separator)\(wall.clock):00"
    }

    /// `10.11.2025 00:15`
    static func german(_ seconds: Int, _ zone: String, separator: String = ".") -> String {
        let wall = wall(seconds, zone)
        let parts = wall.date.split(separator: "-")
        return "\(parts[2])\(separator)\(parts[1])\(separator)\(parts[0]) \(wall.clock)"
    }

    /// `11/10/2025 00:15`
    static func american(_ seconds: Int, _ zone: String) -> String {
        let wall = wall(seconds, zone)
        let parts = wall.date.split(separator: "-")
        return "\(parts[1])/\(parts[2])/\(parts[0]) \(wall.clock)"
    }

    static func iso(_ seconds: Int, _ zone: String = "Europe/Berlin") -> String {
        (WallClock(timeZone: zone) ?? .utc).iso8601(Instant(epochSeconds: seconds))
    }

    private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
