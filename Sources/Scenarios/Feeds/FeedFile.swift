/// A file's bytes, read once, whatever it turns out to be.
public struct SourceFile: Sendable {
    /// As the user named it.
    public let name: String
    let bytes: [UInt8]

    /// Reads the file at `path` (`-` is standard input).
    ///
    /// - Throws: `InputError` where it cannot be read.
    public init(path: String) throws(InputError) { try self.init(path: path, most: FileReading.mostTableBytes) }

    /// Reads a file of at most so many bytes.
    init(path: String, most: Int) throws(InputError) {
        name = path == "-" ? "<standard input>" : path
        do {
            bytes = path == "-" ? try FileReading.standardInput(most: most) : try FileReading.bytes(path, most: most)
        } catch {
            switch error {
            case .notReadable(let why): throw .notReadable(Finding(file: name, message: why))
            case .notUsable(let why): throw .invalid([Finding(file: name, message: why)])
            }
        }
    }

    /// Whether its content is that of a file of sessions.
    public var holdsSessions: Bool { SessionFeedRegistry.recognised(bytes) != nil }
}

/// A file of prices (or of another series) by itself, as `v2x feeds FILE` shows it.
public struct FeedFile: Sendable {
    /// The feed's name and what it is.
    public var format: String
    public var title: String
    /// As the file says it; nil where it does not.
    public var unit: String?
    public var intervals: [SeriesTable.Interval]
    public var warnings: [Finding]

    /// The feeds that are built in: name, what they are.
    public static var known: [(name: String, title: String)] { FeedRegistry.all.map { ($0.name, $0.title) } }

    /// How it is to be read; nil: by its content, or the feed's default.
    public struct Options: Sendable {
        public var format: String?
        public var column: String?
        public var sequence: Int?
        public var includesVAT = true
        public var area: String?
        public var clock = WallClock.utc
        public init() {}
    }

    /// Reads the file at `path` (`-` is standard input).
    ///
    /// - Throws: `InputError` with every finding.
    public init(path: String, options: Options) throws(InputError) {
        try self.init(SourceFile(path: path), options: options)
    }

    /// Reads `source`.
    ///
    /// - Throws: `InputError` with every finding.
    public init(_ source: SourceFile, options: Options) throws(InputError) {
        let (name, bytes) = (source.name, source.bytes)
        let feed = options.format.flatMap(FeedRegistry.named) ?? FeedRegistry.recognised(bytes)
        let log = FindingLog()
        let problems = FeedProblems(file: name, log: log)
        let table = feed.read(
            bytes,
            options: FeedOptions(
                column: options.column, sequence: options.sequence, includesVAT: options.includesVAT,
                area: options.area, clock: options.clock), problems: problems)
        problems.finish()
        let findings = log.sorted(mainFile: name)
        guard let table, !log.hasErrors else { throw .invalid(findings) }
        format = feed.name
        title = feed.title
        unit = table.unit
        intervals = table.table.intervals
        warnings = findings
    }

    /// The commonest length of an interval, s.
    public var stepSeconds: Int {
        var counts: [Int: Int] = [:]
        for interval in intervals { counts[interval.end - interval.start, default: 0] += 1 }
        return counts.max { ($0.value, -$0.key) < ($1.value, -$1.key) }?.key ?? 0
    }

    /// Times between intervals of which nothing is known.
    public var gaps: [Range<Instant>] {
        zip(intervals, intervals.dropFirst()).compactMap { left, right in
            left.end < right.start ? Instant(epochSeconds: left.end)..<Instant(epochSeconds: right.start) : nil
        }
    }
}
