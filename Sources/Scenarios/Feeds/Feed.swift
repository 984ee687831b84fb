/// A format that prices and other series come in.
///
/// To add one: a file in this folder, and a line in `FeedRegistry`.
protocol Feed: Sendable {
    /// The name that `format:` says.
    static var name: String { get }
    /// Reads the file's bytes. Findings (with the place in that file) go to `problems`.
    static func read(_ bytes: [UInt8], options: FeedOptions, problems: @escaping (Int?, Int?, String) -> Void) -> SeriesTable?
}

/// What a feed may be told.
struct FeedOptions {
    /// The column to take; nil: the only one.
    var column: String?
    /// For wall times without an offset.
    var clock: WallClock
}

/// The feeds that are built in.
enum FeedRegistry {
    static let all: [any Feed.Type] = [CSVFeed.self]
    /// Names that the contract has and that this version does not read yet.
    static let planned = ["entsoe", "octopus", "awattar", "nordpool", "tibber", "evcc", "openadr"]

    static func named(_ name: String) -> (any Feed.Type)? { all.first { $0.name == name } }
}
