/// Puts what a feed found into one series: in order of time, without doubles.
struct FeedIntervals {
    struct Entry {
        /// Seconds since 1970-01-01T00:00:00Z.
        var start: Int
        /// Nil: until the next one starts (the last: as long as most).
        var end: Int?
        var value: Double
    }

    var entries: [Entry] = []

    /// The series; nil, and problems, where times contradict each other.
    func joined(_ problems: FeedProblems) -> SeriesTable? {
        guard !entries.isEmpty else {
            problems.add("holds no prices")
            return nil
        }
        // Feeds come newest first, in pieces, or twice.
        let sorted = entries.sorted { ($0.start, $0.end ?? .max) < ($1.start, $1.end ?? .max) }
        var kept: [Entry] = []
        for entry in sorted {
            if let last = kept.last, last.start == entry.start,
                last.end == entry.end || last.end == nil || entry.end == nil
            {
                guard last.value == entry.value else {
                    problems.add(
                        "has two values for \(time(entry.start)): \(last.value.short) and \(entry.value.short)")
                    return nil
                }
                if last.end == nil { kept[kept.count - 1] = entry }
                continue
            }
            kept.append(entry)
        }
        var spacings: [Int: Int] = [:]
        for (left, right) in zip(kept, kept.dropFirst()) { spacings[right.start - left.start, default: 0] += 1 }
        let usual = spacings.max { ($0.value, -$0.key) < ($1.value, -$1.key) }?.key ?? 3600
        var intervals: [SeriesTable.Interval] = []
        for (index, entry) in kept.enumerated() {
            let next = index + 1 < kept.count ? kept[index + 1].start : nil
            let end = entry.end ?? min(next ?? entry.start + usual, entry.start + usual)
            guard end > entry.start else {
                problems.add("ends before it starts: \(time(entry.start))")
                return nil
            }
            if let next, next < end {
                problems.add(
                    "has a value from \(time(entry.start)) to \(time(end)), and another one from \(time(next))")
                return nil
            }
            intervals.append(.init(start: entry.start, end: end, value: entry.value))
        }
        return SeriesTable(intervals: intervals)
    }

    private func time(_ seconds: Int) -> String { WallClock.utc.iso8601(Instant(epochSeconds: seconds)) }
}

extension Instant {
    /// A moment in ISO 8601 with an offset or `Z`; with neither, nil.
    init?(withOffset text: String) {
        guard let time = TimeText(text), let offset = time.offsetSeconds else { return nil }
        self.init(epochSeconds: time.wall.secondsSince1970 - offset)
    }
}
