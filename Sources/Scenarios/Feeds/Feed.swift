/// A format that prices and other series come in.
///
/// To add one: a file in this folder, and a line in `FeedRegistry`.
protocol Feed: Sendable {
    /// The name that `format:` says.
    static var name: String { get }
    /// What it is, for `v2x feeds`.
    static var title: String { get }
    /// Whether a file that begins like this (some kilobytes) is one, where no `format` says it.
    static func recognises(_ start: String) -> Bool
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
    /// The column to take (of an OpenADR event: the type of payload); nil: the only one.
    var column: String?
    /// ENTSO-E: which of several auctions.
    var sequence: Int?
    /// Octopus: whether prices are those with value-added tax.
    var includesVAT = true
    /// Nord Pool: the bidding area.
    var area: String?
    /// For wall times without an offset.
    var clock: WallClock
}

/// Where a feed says what is wrong with a file: the first twenty problems in full, the rest as a number.
final class FeedProblems {
    private let file: String
    private let log: FindingLog
    private(set) var count = 0
    /// Whether there was anything to say, be it a warning.
    private(set) var hasSpoken = false
    private static let mostShown = 20

    init(file: String, log: FindingLog) {
        self.file = file
        self.log = log
    }

    /// Adds a problem; lines and columns are 1-based.
    func add(line: Int? = nil, column: Int? = nil, _ message: String) {
        count += 1
        hasSpoken = true
        guard count <= FeedProblems.mostShown else { return }
        log.add(Finding(file: file, line: line, column: column, message: message))
    }

    /// Adds something that does not stop it.
    func warn(_ message: String) {
        hasSpoken = true
        log.add(Finding(severity: .warning, file: file, message: message))
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
    static let all: [any Feed.Type] = [
        CSVFeed.self, EntsoeFeed.self, OctopusFeed.self, AwattarFeed.self, NordpoolFeed.self, TibberFeed.self,
        OpenadrFeed.self, EvccFeed.self,
    ]

    static func named(_ name: String) -> (any Feed.Type)? { all.first { $0.name == name } }

    /// What a file is by its content: CSV where it is nothing else.
    static func recognised(_ bytes: [UInt8]) -> any Feed.Type {
        let start = String(decoding: bytes.prefix(8192), as: UTF8.self)
        return all.first { $0.recognises(start) } ?? CSVFeed.self
    }
}

extension String {
    /// Its first character that is no white space (nor a byte order mark).
    var firstMark: Character? { first { !$0.isWhitespace && $0 != "\u{FEFF}" } }
}
