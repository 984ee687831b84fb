import Scenarios

/// A format that prices and other series come in.
///
/// To add one: a file in this folder and a line in `FeedRegistry`; a JSON source or a CSV source that differs only in its
/// names is a line in `JSONSources` or `CSVSources`.
protocol Feed: Sendable {
    /// The name that `format:` takes.
    var name: String { get }
    /// What it is, for `v2x feeds`.
    var title: String { get }
    /// Reads a file; nil, and at least one problem, where it is wrong.
    func read(_ content: FeedContent, options: FeedOptions, problems: FeedProblems) -> FeedTable?
}

/// What a feed makes of a file.
struct FeedTable: Sendable, Equatable {
    /// Half-open intervals of universal time.
    var table: SeriesTable
    /// The unit of the values, as a scenario would write it (`EUR/MWh`); nil where the file has none.
    var unit: String?
    /// ISO 4217 code where the file names its currency beside a unit that does not (`ct/kWh`).
    var currency: String?
    /// Rows that are wrong; they matter where they lie in the horizon.
    var faults: [FeedFault] = []
    /// Name of the column, key or type that the values are from; nil where there is no choice.
    var column: String?
    /// Columns, keys or types that could be chosen instead.
    var otherColumns: [String] = []
    /// Whether taxes and fees are part of the values: a price to pay, not one to be paid.
    var isRetail = false
    /// The zone of times without an offset, as it was decided; nil where all have one.
    var zone: String?
    /// Whether the stamps of the file are the ends of rows.
    var stampsAreEnds = false
    /// How the file is laid out, for `v2x feeds`: `; between fields, decimal commas, dates dd.mm.yyyy`.
    var layout: String?
    /// What was recognised beyond the format's name.
    var source: String?
    /// What the form is, where the format has several.
    var title: String?
}

/// A row that cannot be read, and the time that it may stand for.
struct FeedFault: Sendable, Equatable {
    /// Seconds since 1970-01-01T00:00:00Z.
    var start: Int
    var end: Int
    var line: Int?
    var column: Int?
    var message: String

    /// In an order that files have.
    static func isBefore(_ left: FeedFault, _ right: FeedFault) -> Bool {
        (left.line ?? 0, left.column ?? 0) < (right.line ?? 0, right.column ?? 0)
    }
}

/// Where a feed reports what is wrong with a file: the first twenty problems in full, the rest as a number.
final class FeedProblems {
    private let file: String
    private let log: FindingLog
    private(set) var count = 0
    /// Whether anything was reported, be it a warning.
    private(set) var hasSpoken = false
    private static let maxShown = 20

    init(file: String, log: FindingLog) {
        self.file = file
        self.log = log
    }

    /// Adds a problem; lines and columns are 1-based.
    func add(line: Int? = nil, column: Int? = nil, _ message: String) {
        count += 1
        hasSpoken = true
        guard count <= FeedProblems.maxShown else { return }
        log.add(Finding(file: file, line: line, column: column, message: message))
    }

    /// Adds something that does not stop it.
    func warn(_ message: String) {
        hasSpoken = true
        log.add(Finding(severity: .warning, file: file, message: message))
    }

    /// Reports how many were not shown.
    func finish() {
        let hidden = count - FeedProblems.maxShown
        guard hidden > 0 else { return }
        log.add(
            Finding(file: file, message: "and \(hidden) more \(hidden == 1 ? "problem" : "problems")"))
    }
}

/// A part of a file for a message: one line, at most 60 characters.
func excerpt(_ text: String) -> String {
    let flat = text.prefix(200).map { $0.isNewline || ($0.isASCII && $0.asciiValue ?? 32 < 32) ? " " : $0 }
    return flat.count > 60 ? String(flat.prefix(59)) + "…" : String(flat)
}

/// Names for a message: the first ones, and how many more there are; at most about 120 characters.
func listed(_ names: some Collection<String>) -> String {
    var out = ""
    for (index, name) in names.enumerated() {
        let next = index == 0 ? excerpt(name) : ", " + excerpt(name)
        if out.count + next.count > 100, index > 0 { return out + " and \(names.count - index) more" }
        out += next
    }
    return out
}
