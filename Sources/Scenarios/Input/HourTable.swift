extension InputValue {
    /// A time-of-use table in wall time: the first entry that matches a moment decides. One value a step, a mean where
    /// the entry changes within it.
    func hourTable(_ grid: TimeGrid) -> [Double]? {
        guard let entries = hourEntries() else { return nil }
        guard context.isHorizonKnown else { return Array(repeating: 0, count: grid.count) }
        // The times of day at which the entry may change.
        let edges = Set(entries.flatMap { [$0.from % 86_400, $0.to % 86_400] } + [0])
        var result: [Double] = []
        result.reserveCapacity(grid.count)
        for step in 0..<grid.count {
            let end = grid.boundary(step + 1).epochSeconds
            var at = grid.boundary(step).epochSeconds
            var mean = StepMean(seconds: grid.stepSeconds)
            while at < end {
                let wall = context.clock.wallTime(at: Instant(epochSeconds: at))
                guard let entry = entries.first(where: { $0.matches(wall) }) else {
                    error(
                        "no entry covers \(context.clock.iso8601(Instant(epochSeconds: at))); end the table with { value: ... }"
                    )
                    return nil
                }
                let toEdge = edges.map { ($0 - wall.secondOfDay + 86_399) % 86_400 + 1 }.min() ?? 86_400
                // Clocks are changed at full quarters of universal time.
                let toQuarter = 900 - at % 900
                let part = min(end - at, toEdge, toQuarter)
                mean.add(entry.value, seconds: part)
                at += part
            }
            result.append(mean.value)
        }
        return result
    }

    private func hourEntries() -> [HourEntry]? {
        guard let items = list() else { return nil }
        if items.isEmpty { error("must hold at least one entry, { value: 0.30 }") }
        let entries = items.map { $0.hourEntry() }
        return items.isEmpty || entries.contains { $0 == nil } ? nil : entries.compactMap { $0 }
    }

    private func hourEntry() -> HourEntry? {
        guard let reader = section() else { return nil }
        defer { reader.finish() }
        let (from, to, days) = (reader.optional("from"), reader.optional("to"), reader.optional("days"))
        let value = reader.number("value", example: "0.30")
        let times = (from.map { ClockText.seconds($0) } ?? 0, to.map { ClockText.seconds($0) } ?? 86_400)
        let wanted = days.map { $0.weekdays() } ?? Set(Weekday.allCases)
        if (from == nil) != (to == nil) {
            error("must have both from and to, or neither")
            return nil
        }
        guard let value, let start = times.0, let end = times.1, let wanted else { return nil }
        return HourEntry(from: start, to: end, days: wanted, value: value)
    }

    /// A list of days, `[mon, tue]`.
    func weekdays() -> Set<Weekday>? {
        guard let items = list() else { return nil }
        if items.isEmpty { error("must name at least one day") }
        let days = items.map {
            $0.choice(Weekday.allCases.map(\.rawValue), what: "day").flatMap { Weekday(rawValue: $0) }
        }
        return items.isEmpty || days.contains { $0 == nil } ? nil : Set(days.compactMap { $0 })
    }
}

private struct HourEntry {
    /// Seconds since midnight; a range that ends before it starts goes over midnight.
    var from: Int
    var to: Int
    /// The days on which the range starts.
    var days: Set<Weekday>
    var value: Double

    func matches(_ wall: WallTime) -> Bool {
        let second = wall.secondOfDay
        if from < to { return second >= from && second < to && days.contains(wall.weekday) }
        let yesterday = WallTime(secondsSince1970: wall.secondsSince1970 - 86_400)
        return (second >= from && days.contains(wall.weekday)) || (second < to && days.contains(yesterday.weekday))
    }
}
