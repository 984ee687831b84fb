/// A format that prices and other series come in.
///
/// To add one: a file in this folder, and a line in `FeedRegistry`.
protocol Feed: Sendable {
    /// The name that `format:` says.
    static var name: String { get }
    /// Reads a file's bytes; nil, and at least one problem, where they are wrong.
    static func read(_ bytes: [UInt8], options: FeedOptions, problems: FeedProblems) -> FeedTable?
}

/// What a feed makes of a file.
struct FeedTable: Sendable, Equatable {
    /// Half-open intervals of universal time.
    var table: SeriesTable
    /// The unit of the values, as a scenario would write it (`EUR/MWh`); nil where the format does not say.
    var unit: String?
}

/// What a feed may be told.
struct FeedOptions {
    /// The column to take; nil: the only one.
    var column: String?
    /// For wall times without an offset.
    var clock: WallClock
}

/// Where a feed says what is wrong with a file: the first twenty problems in full, the rest as a number.
final class FeedProblems {
    private let file: String
    private let log: FindingLog
    private(set) var count = 0
    private static let mostShown = 20

    init(file: String, log: FindingLog) {
        self.file = file
        self.log = log
    }

    /// Adds a problem; lines and columns are 1-based.
    func add(line: Int? = nil, column: Int? = nil, _ message: String) {
        count += 1
        guard count <= FeedProblems.mostShown else { return }
        log.add(Finding(file: file, line: line, column: column, message: message))
    }

    /// Says how many were not shown.
    func finish() {
        let hidden = count - FeedProblems.mostShown
        guard hidden > 0 else { return }
        log.add(
            Finding(file: file, message: "and \(hidden) more \(hidden == 1 ? "problem" : "problems")"))
    }
}

/// The feeds that are built in.
enum FeedRegistry {
    static let all: [any Feed.Type] = [CSVFeed.self]
    /// Names that the contract has and that this version does not read yet.
    static let planned = ["entsoe", "octopus", "awattar", "nordpool", "tibber", "evcc", "openadr"]

    static func named(_ name: String) -> (any Feed.Type)? { all.first { $0.name == name } }
}
