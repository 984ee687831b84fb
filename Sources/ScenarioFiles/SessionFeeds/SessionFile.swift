import Scenarios

/// A file of charging sessions by itself, as `v2x feeds FILE` shows it.
package struct SessionFile: Sendable {
    /// The file as the user named it.
    package var name: String
    /// The feed's name and what it is.
    package var format: String
    package var title: String
    /// In order of time.
    package var sessions: [ChargingSession]
    package var warnings: [Finding]

    /// The formats of sessions that are built in: name, what they are.
    package static var known: [(name: String, title: String)] { SessionFeedRegistry.all.map { ($0.name, $0.title) } }

    /// Reads `source`.
    ///
    /// - Parameters:
    ///   - format: the feed's name; nil: by its content.
    ///   - clock: for wall times without an offset.
    /// - Throws: `InputError` with every finding.
    package init(_ source: SourceFile, format: String?, clock: WallClock) throws(InputError) {
        let feed = format.flatMap(SessionFeedRegistry.named) ?? SessionFeedRegistry.recognised(source.bytes)
        let log = FindingLog()
        let problems = FeedProblems(file: source.name, log: log)
        let read = feed.flatMap { SessionFeedRegistry.read(source.bytes, as: $0, clock: clock, problems: problems) }
        problems.finish()
        if let read, read.isEmpty { problems.add("holds no sessions") }
        let findings = log.sorted(mainFile: source.name)
        guard let feed, let read, !log.hasErrors else { throw .invalid(findings) }
        name = source.name
        self.format = feed.name
        title = feed.title
        sessions = read.sorted { ($0.from, $0.to) < ($1.from, $1.to) }
        warnings = findings
    }

    /// Vehicles that are named, or else the sessions, each of which is one.
    package var vehicleCount: Int { Set(sessions.map { $0.vehicle ?? $0.id }).count }

    /// How many are plugged in at once, over time.
    package var occupancy: [SeriesTable.Interval] {
        var changes: [Int: Int] = [:]
        for session in sessions {
            changes[session.from.epochSeconds, default: 0] += 1
            changes[session.to.epochSeconds, default: 0] -= 1
        }
        let times = changes.keys.sorted()
        var count = 0
        return zip(times, times.dropFirst()).map { time, next in
            count += changes[time] ?? 0
            return .init(start: time, end: next, value: Double(count))
        }
    }
}
