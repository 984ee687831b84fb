import Scenarios

/// A time at a charger and what was needed there, as a file of sessions has it.
package struct ChargingSession: Sendable, Equatable {
    /// As the file names it; unique in the file.
    package var id: String
    /// The vehicle it is of; nil where the file does not know: then it is a vehicle of its own.
    package var vehicle: String?
    /// Plugged in.
    package var from: Instant
    /// Plugged out.
    package var to: Instant
    /// Delivered at the charger, AC kWh; nil where the file has none.
    package var energyKWh: Double?
    /// Power of the charger, kW; nil where the file has none.
    package var powerKW: Double?
    /// State of charge wanted at `to`, 0...1; nil where the file has none.
    package var departureSoC: Double?
    /// Drawn from the battery between `to` and the vehicle's next session, kWh; nil where the file has none.
    package var tripKWh: Double?
    /// Line of the file, 1-based; nil where it has no lines of its own.
    package var line: Int?

    /// Memberwise.
    package init(
        id: String, vehicle: String? = nil, from: Instant, to: Instant, energyKWh: Double? = nil,
        powerKW: Double? = nil, departureSoC: Double? = nil, tripKWh: Double? = nil, line: Int? = nil
    ) {
        self.id = id
        self.vehicle = vehicle
        self.from = from
        self.to = to
        self.energyKWh = energyKWh
        self.powerKW = powerKW
        self.departureSoC = departureSoC
        self.tripKWh = tripKWh
        self.line = line
    }

    /// Time at the charger, h.
    package var stayHours: Double { Double(to.epochSeconds - from.epochSeconds) / 3600 }
}

/// A format that charging sessions come in.
///
/// To add one: a file `...Sessions.swift` in this folder and a line in `SessionFeedRegistry`; a source that differs only in
/// its names is a line in `SessionSources`.
protocol SessionFeed: Sendable {
    /// The name that `format:` takes.
    var name: String { get }
    /// What it is, for `v2x feeds`.
    var title: String { get }
    /// Whether a file that begins like this (some kilobytes) is one, where no `format` is set.
    func recognises(_ start: String) -> Bool
    /// Reads a file's bytes; nil, and at least one problem, where they are wrong.
    ///
    /// - Parameter clock: for wall times without an offset.
    func read(_ bytes: [UInt8], clock: WallClock, problems: FeedProblems) -> [ChargingSession]?
}

/// The formats of sessions that are built in.
enum SessionFeedRegistry {
    static let all: [any SessionFeed] =
        [VehicleTableSessions(), ACNSessions(), EvprofSessions(), EmobpySessions()]
        + SessionSources.names.map { NamedSessions(name: $0.name, title: $0.title) }

    static func named(_ name: String) -> (any SessionFeed)? { all.first { $0.name == name } }

    /// What a file of sessions is by its content; nil: none of them.
    static func recognised(_ bytes: [UInt8]) -> (any SessionFeed)? {
        let content = FeedContent(bytes, FeedProblems(file: "", log: FindingLog()))
        let start = String(decoding: (content?.bytes ?? bytes).prefix(8192), as: UTF8.self)
        return all.first { $0.recognises(start) }
    }

    /// Reads a file as `feed`, whatever letters it is written in.
    static func read(
        _ bytes: [UInt8], as feed: any SessionFeed, clock: WallClock, problems: FeedProblems
    ) -> [ChargingSession]? {
        guard let content = FeedContent(bytes, problems) else { return nil }
        let sessions = feed.read(content.bytes, clock: clock, problems: problems)
        if let sessions { checkEnergies(sessions, problems) }
        return sessions
    }

    /// More than any car takes: the energy may well be in Wh.
    private static let (mostKW, mostKWh) = (400.0, 1000.0)

    private static func checkEnergies(_ sessions: [ChargingSession], _ problems: FeedProblems) {
        let large = sessions.filter { session in
            let energy = session.energyKWh ?? 0
            let hours = Double(session.to.epochSeconds - session.from.epochSeconds) / 3600
            return energy > mostKWh || energy > mostKW * hours
        }
        guard let first = large.first, let energy = first.energyKWh else { return }
        problems.warn(
            "\(large.count) of \(sessions.count) sessions take more than a car can (\(energy.short) kWh in session "
                + "\(excerpt(first.id))): is the energy in Wh?")
    }
}

/// Turns the two times of a session into moments.
///
/// In the hour that repeats, a wall time is one of two moments: where only one pair of them is in order, that is meant; else
/// the first is taken, with a warning.
struct SessionTimes {
    let clock: WallClock
    private var day = (number: Int.min, offsetSeconds: Int?.none)

    init(_ clock: WallClock) { self.clock = clock }

    /// The moments that a time can be; none where clocks skip it.
    mutating func candidates(_ read: TimeText) -> [Instant] {
        let wall = read.wall
        if let offset = read.offsetSeconds { return [Instant(epochSeconds: wall.secondsSince1970 - offset)] }
        if wall.dayNumber != day.number {
            // On a day on which no clock changes, nor on its neighbours, one look at the zone is enough for all rows.
            let midnight = wall.dayNumber * 86_400
            let before = clock.offsetSeconds(at: Instant(epochSeconds: midnight - 86_400))
            let after = clock.offsetSeconds(at: Instant(epochSeconds: midnight + 2 * 86_400))
            day = (wall.dayNumber, before == after ? before : nil)
        }
        if let offset = day.offsetSeconds { return [Instant(epochSeconds: wall.secondsSince1970 - offset)] }
        return clock.instants(of: wall)
    }

    /// Nil where clocks skip that time.
    mutating func instant(_ read: TimeText, line: Int, _ problems: FeedProblems) -> Instant? {
        let found = candidates(read)
        if found.count > 1 { warn(read, line, problems) }
        return found.first
    }

    /// From one moment to another; nil where clocks skip one of them. The end may lie before the start.
    mutating func span(_ from: TimeText, _ to: TimeText, line: Int, _ problems: FeedProblems) -> (Instant, Instant)? {
        let (starts, ends) = (candidates(from), candidates(to))
        let pairs = starts.flatMap { start in ends.map { (start, $0) } }.filter { $0.0 < $0.1 }
        guard let first = pairs.first ?? starts.first.flatMap({ start in ends.first.map { (start, $0) } }) else {
            return nil
        }
        if pairs.count > 1 { warn(starts.count > 1 ? from : to, line, problems) }
        return first
    }

    private func warn(_ read: TimeText, _ line: Int, _ problems: FeedProblems) {
        problems.warn(
            "line \(line): clocks in \(clock.name) show \(read.wall.date) \(read.wall.clock) twice (summer time ends); the first is taken"
        )
    }
}

/// A table whose header names its columns, read row by row.
struct SessionTable {
    private(set) var text: CSVText
    private(set) var header: [String] = []
    private var fields: [Range<Int>] = []
    private var lineStart = 0
    let problems: FeedProblems

    /// Nil, and a problem, where there is no header.
    init?(_ bytes: [UInt8], _ problems: FeedProblems) {
        text = CSVText(bytes)
        self.problems = problems
        if bytes.contains(0) {
            problems.add("is not text (it holds a zero byte)")
            return nil
        }
        guard let line = text.nextLine() else {
            problems.add("is empty")
            return nil
        }
        text.findSeparator(inHeader: line)
        text.split(line, into: &fields)
        header = fields.map { text.text($0) }
        while header.count > 1, header.last == "" { header.removeLast() }
    }

    /// 1-based number of the row at hand.
    var line: Int { text.line }

    /// The place of a column; nil where there is none.
    func column(_ name: String) -> Int? { header.firstIndex(of: name) }

    /// The place of a column; nil, and a problem, where there is none.
    func neededColumn(_ name: String) -> Int? {
        if let found = column(name) { return found }
        problems.add(line: line, column: 1, "has no column \(name)")
        return nil
    }

    /// Moves to the next row; false at the end. A row with another number of fields is a problem, and passed over.
    mutating func next() -> Bool {
        while let line = text.nextLine() {
            text.split(line, into: &fields)
            lineStart = line.lowerBound
            while fields.count > header.count, fields.last?.isEmpty == true { fields.removeLast() }
            if fields.count == header.count { return true }
            problems.add(
                line: text.line, column: 1,
                "has \(fields.count) \(fields.count == 1 ? "field" : "fields"), the header \(header.count)")
        }
        return false
    }

    /// 1-based column in the file of a field of the row at hand.
    func place(_ column: Int) -> Int { fields[column].lowerBound - lineStart + 1 }
    func isEmpty(_ column: Int) -> Bool { fields[column].isEmpty }
    func string(_ column: Int) -> String { text.text(fields[column]) }
    /// A finite number.
    func number(_ column: Int) -> Double? { text.number(fields[column]) }
    /// With a point, where the table has decimal commas.
    func plainString(_ column: Int) -> String {
        let field = string(column)
        guard text.separator != CSVText.comma, text.number(fields[column]) != nil else { return field }
        return field.replacing(",", with: ".")
    }
    func time(_ column: Int) -> TimeText? { TimeText(text.bytes, fields[column]) }

    /// A problem at a field of the row at hand.
    func complain(_ column: Int, _ message: String) {
        problems.add(line: text.line, column: place(column), "\(header[column]): \(message)")
    }

    /// The moment in a field; nil, and a problem, where there is none.
    func instant(_ column: Int, _ times: inout SessionTimes) -> Instant? {
        guard let read = time(column) else {
            let got = isEmpty(column) ? "nothing" : "\"\(string(column))\""
            complain(column, "must be a time such as 2024-01-15T17:40 or 2024-01-15T17:40:00+01:00, got \(got)")
            return nil
        }
        guard let instant = times.instant(read, line: line, problems) else {
            complain(column, "clocks in \(times.clock.name) skip \(string(column)) (summer time begins)")
            return nil
        }
        return instant
    }

    /// The moments in two fields; nil, and a problem, where one is none.
    func span(_ from: Int, _ to: Int, _ times: inout SessionTimes) -> (Instant, Instant)? {
        guard let start = time(from), let end = time(to) else {
            // Reports which of them is wrong.
            let (a, b) = (instant(from, &times), instant(to, &times))
            return a.flatMap { a in b.map { (a, $0) } }
        }
        guard let found = times.span(start, end, line: line, problems) else {
            let skipped = times.candidates(start).isEmpty ? from : to
            complain(skipped, "clocks in \(times.clock.name) skip \(string(skipped)) (summer time begins)")
            return nil
        }
        return found
    }
}
