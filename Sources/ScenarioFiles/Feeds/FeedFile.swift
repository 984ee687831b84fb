import Scenarios

/// A file's bytes, read once, whatever it turns out to be.
package struct SourceFile: Sendable {
    /// As the user named it.
    package let name: String
    let bytes: [UInt8]

    /// Reads the file at `path` (`-` is standard input).
    ///
    /// - Throws: `InputError` where it cannot be read.
    package init(path: String) throws(InputError) { try self.init(path: path, upTo: FileReading.maxTableBytes) }

    /// Reads a file of at most so many bytes.
    init(path: String, upTo limit: Int) throws(InputError) {
        name = path == "-" ? "<standard input>" : path
        do {
            bytes = path == "-" ? try FileReading.standardInput(upTo: limit) : try FileReading.bytes(path, upTo: limit)
        } catch {
            switch error {
            case .notReadable(let why): throw .notReadable(Finding(file: name, message: why))
            case .notUsable(let why): throw .invalid([Finding(file: name, message: why)])
            }
        }
    }

    /// Whether its content is that of a file of sessions.
    package var holdsSessions: Bool { SessionFeedRegistry.recognised(bytes) != nil }
}

/// A file of prices (or of another series) by itself, as `v2x feeds FILE` shows it.
package struct FeedFile: Sendable {
    /// The feed's name and what it is.
    package var format: String
    package var title: String
    /// The source that was recognised beyond the format; nil where there is none.
    package var source: String?
    /// As it is in the file; nil where it is not.
    package var unit: String?
    package var intervals: [SeriesTable.Interval]
    package var warnings: [Finding]
    /// The column (key, type) that was taken, and those that could be.
    package var column: String?
    package var otherColumns: [String]
    /// The zone of times without an offset; nil where all have one.
    package var zone: String?
    package var stampsAreEnds: Bool
    /// How a table is laid out; nil for others.
    package var layout: String?

    /// The feeds that are built in: name, what they are.
    package static var known: [(name: String, title: String)] { FeedRegistry.all.map { ($0.name, $0.title) } }

    /// Every form that is known by its content: the feed's name and what it is, a line each.
    package static var forms: [(name: String, title: String)] {
        let json = JSONSources.all.map { ($0.name, $0.title) }
        var tables: [(String, String)] = []
        for source in CSVSources.all where !tables.contains(where: { $0.1 == source.name }) {
            tables.append(("csv", source.name))
        }
        return FeedRegistry.all.filter { !($0 is JSONFeed) }.map { ($0.name, $0.title) } + tables + json
    }

    /// How it is to be read; nil: by its content, or the feed's default.
    package typealias Options = FeedOptions

    /// Reads the file at `path` (`-` is standard input).
    ///
    /// - Throws: `InputError` with every finding.
    package init(path: String, options: Options) throws(InputError) {
        try self.init(SourceFile(path: path), options: options)
    }

    /// Reads `source`.
    ///
    /// - Throws: `InputError` with every finding.
    package init(_ source: SourceFile, options: Options) throws(InputError) {
        let log = FindingLog()
        let problems = FeedProblems(file: source.name, log: log)
        let read = FeedRegistry.read(
            source.bytes, as: options.format.flatMap(FeedRegistry.named), options: options.forAnotherFile(),
            problems: problems)
        for fault in read?.table.faults ?? [] { problems.add(line: fault.line, column: fault.column, fault.message) }
        if let values = read?.table.table.intervals, values.count > 1, values.allSatisfy({ $0.value == 0 }) {
            problems.warn("every value is 0")
        }
        problems.finish()
        let findings = log.sorted(mainFile: source.name)
        guard let (feed, table) = read, !log.hasErrors else { throw .invalid(findings) }
        format = feed.name
        title = table.title ?? feed.title
        self.source = table.source
        unit = table.unit
        intervals = table.table.intervals
        warnings = findings
        column = table.column
        otherColumns = table.otherColumns
        zone = table.zone
        stampsAreEnds = table.stampsAreEnds
        layout = table.layout
    }

    /// The commonest length of an interval, s.
    package var stepSeconds: Int {
        var counts: [Int: Int] = [:]
        for interval in intervals { counts[interval.end - interval.start, default: 0] += 1 }
        return counts.max { ($0.value, -$0.key) < ($1.value, -$1.key) }?.key ?? 0
    }

    /// Whether the last value lasts until it is replaced.
    package var lastsForEver: Bool { (intervals.last?.end ?? 0) >= FeedIntervals.farFuture }

    /// Times between intervals of which nothing is known.
    package var gaps: [Range<Instant>] {
        zip(intervals, intervals.dropFirst()).compactMap { left, right in
            left.end < right.start ? Instant(epochSeconds: left.end)..<Instant(epochSeconds: right.start) : nil
        }
    }
}
