import Scenarios

/// Puts the rows that a feed found into one series: in order of time, each as long as it lasts, without doubles.
///
/// Rows that are the same are taken once; rows that contradict each other are an error that names what tells them apart
/// and the key that chooses.
struct FeedIntervals {
    /// Intervals of one period; more are a slip: two years of minutes are fewer.
    static let most = 2_000_000

    struct Entry {
        /// Seconds since 1970-01-01T00:00:00Z.
        var start: Int
        /// Nil: to the next row, as `RowLengths` has it.
        var end: Int?
        /// Nil: the source knows this time and has no value for it yet.
        var value: Double?
        /// Lasts until it is replaced, however long that is.
        var isOpen = false
        /// Number of the record in the file, for `fields`.
        var record = 0
    }

    var entries: [Entry] = []
    /// What a record has beside its time and its value, by name: tells contradicting records apart.
    var fields: ((Int) -> [(name: String, value: String)])?
    /// The line of a record, where the file has lines.
    var line: ((Int) -> Int)?
    /// Whether times of entries without an end are the ends of their rows.
    var stampsAreEnds = false
    /// Whether a row without an end lasts until the next one, however far that is.
    var isHeld = false

    /// Where an open end lies: 2100-01-01.
    static let farFuture = 4_102_444_800

    /// The series; nil, and problems, where rows contradict each other or there are none.
    func joined(_ options: FeedOptions, _ problems: FeedProblems) -> SeriesTable? {
        guard !entries.isEmpty else {
            problems.add("holds no values")
            return nil
        }
        guard var rows = timed(options, problems) else { return nil }
        if let wanted = options.resolutionSeconds {
            options.used.note(.resolution)
            let known = Set(rows.map { $0.end - $0.start }).sorted()
            rows = rows.filter { $0.end - $0.start == wanted }
            guard !rows.isEmpty else {
                let names = known.prefix(4).map(DurationText.words).joined(separator: ", ")
                problems.add("has no rows of \(DurationText.words(wanted)) (it has \(names))")
                return nil
            }
        }
        return merged(rows, problems)
    }

    private struct Row {
        var start: Int
        var end: Int
        var value: Double?
        var record: Int

        static func isBefore(_ left: Row, _ right: Row) -> Bool {
            (left.start, left.end, left.record) < (right.start, right.end, right.record)
        }
    }

    /// Each entry with both of its ends, in order of time; of the same time, the shortest first.
    private func timed(_ options: FeedOptions, _ problems: FeedProblems) -> [Row]? {
        let sorted = inOrder()
        let lengths = RowLengths(
            sorted.lazy.filter { $0.end == nil && !$0.isOpen }.map(\.start), clock: options.clock, isEnd: stampsAreEnds)
        // What is no price may well come every three hours, but then always.
        let isPrice = if case .energyPrice? = options.quantity { true } else { false }
        if let lengths, let unusual = lengths.unusual, !isHeld, isPrice || !lengths.isRegular {
            problems.warn("rows are \(DurationText.words(unusual)) apart: each is taken to last that long")
        }
        var rows: [Row] = []
        rows.reserveCapacity(sorted.count)
        var bare = 0
        for (index, entry) in sorted.enumerated() {
            var row = Row(start: entry.start, end: entry.end ?? 0, value: entry.value, record: entry.record)
            if entry.end == nil {
                if isHeld, stampsAreEnds {
                    let before = sorted[..<index].last { $0.start < entry.start }?.start
                    (row.start, row.end) = (before ?? entry.start - (lengths?.usual ?? 3600), entry.start)
                } else if entry.isOpen || isHeld {
                    let next = sorted[(index + 1)...].first { $0.start > entry.start }?.start
                    row.end = next ?? (entry.isOpen ? FeedIntervals.farFuture : entry.start + (lengths?.usual ?? 3600))
                } else if let length = lengths?.length(bare) {
                    if stampsAreEnds {
                        (row.start, row.end) = (entry.start - length, entry.start)
                    } else {
                        row.end = entry.start + length
                    }
                } else {
                    let count = entries.count
                    problems.add(
                        "holds \(count) \(count == 1 ? "row" : "rows"); at least two are needed to know how long a row lasts"
                    )
                    return nil
                }
                if !entry.isOpen { bare += 1 }
            }
            guard row.end > row.start else {
                problems.add(
                    line: line?(row.record), column: 1, "ends before it starts: \(FeedIntervals.time(row.start))")
                return nil
            }
            rows.append(row)
        }
        if stampsAreEnds { rows.sort(by: Row.isBefore) }
        return rows
    }

    private func inOrder() -> [Entry] {
        var sorted = entries
        var isSorted = true
        for index in sorted.indices {
            // A second past the minute, or short of it, is how some sources keep intervals apart.
            sorted[index].start = FeedIntervals.snapped(sorted[index].start)
            if let end = sorted[index].end { sorted[index].end = FeedIntervals.snapped(end) }
            if index > 0, isSorted, FeedIntervals.isBefore(sorted[index], sorted[index - 1]) { isSorted = false }
        }
        if !isSorted { sorted.sort(by: FeedIntervals.isBefore) }
        return sorted
    }

    private static func isBefore(_ left: Entry, _ right: Entry) -> Bool {
        (left.start, left.end ?? .max, left.record) < (right.start, right.end ?? .max, right.record)
    }

    private static func snapped(_ time: Int) -> Int {
        switch time - time.flooredQuotient(60) * 60 {
        case 1: time - 1
        case 59: time + 1
        default: time
        }
    }

    /// Rows one after the other; where two overlap they must agree.
    private func merged(_ rows: [Row], _ problems: FeedProblems) -> SeriesTable? {
        var intervals: [SeriesTable.Interval] = []
        intervals.reserveCapacity(rows.count)
        var owners: [Int] = []
        owners.reserveCapacity(rows.count)
        for (index, row) in rows.enumerated() {
            guard let value = row.value else { continue }
            var start = row.start
            var last = intervals.count - 1
            while last >= 0, intervals[last].end > row.start {
                let before = intervals[last]
                if before.value != value, min(before.end, row.end) > max(before.start, row.start) {
                    contradict(rows[owners[last]], row, problems)
                    return nil
                }
                start = max(start, before.end)
                last -= 1
            }
            guard start < row.end else { continue }
            intervals.append(.init(start: start, end: row.end, value: value))
            owners.append(index)
        }
        guard !intervals.isEmpty else {
            problems.add("holds no values: all of them are missing")
            return nil
        }
        return SeriesTable(intervals: intervals)
    }

    /// Reports two rows that differ, what tells them apart, and the key that chooses.
    private func contradict(_ first: Row, _ second: Row, _ problems: FeedProblems) {
        let place = line?(max(first.record, second.record))
        func add(_ words: String) { problems.add(line: place, column: place == nil ? nil : 1, words) }
        let (a, b) = ((first.value ?? 0).short, (second.value ?? 0).short)
        let at = FeedIntervals.time(max(first.start, second.start))
        if let fields, let (one, other) = FeedIntervals.difference(fields(first.record), fields(second.record)) {
            // Of the parts of a price at a node, the whole is what a user wants.
            let advised = other.value == "LMP" ? other.value : one.value
            add(
                "has two values for \(at): \(a) (\(one.name) \(excerpt(one.value))) and \(b) (\(excerpt(other.value))); "
                    + "choose with \(FeedDimension.choice(one.name, excerpt(advised)))")
            return
        }
        let lengths = (first.end - first.start, second.end - second.start)
        if lengths.0 != lengths.1,
            first.start == second.start || lengths.1 % max(1, lengths.0) == 0 || lengths.0 % max(1, lengths.1) == 0
        {
            add(
                "has two resolutions that differ at \(at): \(a) (\(DurationText.words(lengths.0))) and \(b) "
                    + "(\(DurationText.words(lengths.1))); choose with resolution: \(DurationText.words(max(lengths.0, lengths.1)))"
            )
        } else if first.start == second.start, let line {
            let lines = (line(min(first.record, second.record)), line(max(first.record, second.record)))
            problems.add(line: lines.1, column: 1, "the same time as line \(lines.0), and another value")
        } else if first.start == second.start {
            add("has two values for \(at): \(a) and \(b)")
        } else {
            add(
                "has a value from \(FeedIntervals.time(first.start)) to \(FeedIntervals.time(first.end)), and another one from "
                    + FeedIntervals.time(second.start))
        }
    }

    /// The first field that differs; one that a scenario has a key for comes before the others.
    private static func difference(
        _ left: [(name: String, value: String)], _ right: [(name: String, value: String)]
    ) -> (one: (name: String, value: String), other: (name: String, value: String))? {
        var found: [(one: (name: String, value: String), other: (name: String, value: String))] = []
        for one in left {
            guard let other = right.first(where: { $0.name == one.name }), other.value != one.value else { continue }
            found.append((one, other))
        }
        return found.first { FeedDimension.option($0.one.name) != nil } ?? found.first
    }

    static func time(_ seconds: Int) -> String { WallClock.utc.iso8601(Instant(epochSeconds: seconds)) }
}

extension Instant {
    /// A moment in ISO 8601 with an offset or `Z`; with neither, nil.
    init?(withOffset text: String) {
        guard let time = TimeText(text), let offset = time.offsetSeconds else { return nil }
        self.init(epochSeconds: time.wall.secondsSince1970 - offset)
    }
}
