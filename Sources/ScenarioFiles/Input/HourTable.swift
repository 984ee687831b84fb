import Scenarios

extension InputValue {
    /// A time-of-use table in wall time: the first entry that matches a moment decides. One value per step, a mean where
    /// the entry changes within it.
    ///
    /// - Parameter holidays: days that count as Sundays; nil where they are wrong.
    func hourTable(_ grid: TimeGrid, holidays: Set<Int>?) -> [Double]? {
        guard let entries = hourEntries(), let holidays else { return nil }
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
                guard let entry = entries.first(where: { $0.matches(wall, holidays) }) else {
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
        let (months, dates) = (reader.optional("months"), reader.optional("dates"))
        let value = reader.number("value", example: "0.30")
        let times = (from.map { ClockText.seconds($0) } ?? 0, to.map { ClockText.seconds($0) } ?? 86_400)
        let wanted = days.map { $0.dayKinds() } ?? DayKinds(weekdays: Set(Weekday.allCases), holidays: true)
        let wantedMonths = months.map { $0.months() } ?? Set(1...12)
        let wantedDates = dates.map { $0.dateSpans() } ?? []
        if (from == nil) != (to == nil) {
            error("must have both from and to, or neither")
            return nil
        }
        guard let value, let start = times.0, let end = times.1, let wanted, let wantedMonths, let wantedDates else {
            return nil
        }
        return HourEntry(
            from: start, to: end, days: wanted, months: wantedMonths, dates: dates == nil ? nil : wantedDates,
            value: value)
    }

    /// A list of days on which an entry of a table holds: `[mon, tue, holiday]`.
    private func dayKinds() -> DayKinds? {
        guard let items = list() else { return nil }
        if items.isEmpty { error("must name at least one day") }
        let names = items.map { $0.choice(Weekday.allCases.map(\.rawValue) + ["holiday"], what: "day") }
        guard !items.isEmpty, !names.contains(where: { $0 == nil }) else { return nil }
        let known = names.compactMap { $0 }
        return DayKinds(weekdays: Set(known.compactMap { Weekday(rawValue: $0) }), holidays: known.contains("holiday"))
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

/// Days of the week, and whether holidays are meant by name.
struct DayKinds {
    var weekdays: Set<Weekday>
    var holidays: Bool

    /// A holiday counts as a Sunday.
    func contains(_ wall: WallTime, isHoliday: Bool) -> Bool {
        isHoliday ? holidays || weekdays.contains(.sun) : weekdays.contains(wall.weekday)
    }
}

private struct HourEntry {
    /// Seconds since midnight; a range that ends before it starts goes over midnight.
    var from: Int
    var to: Int
    /// The days on which the range starts.
    var days: DayKinds
    var months: Set<Int>
    /// Nil: all.
    var dates: [DateSpan]?
    var value: Double

    func matches(_ wall: WallTime, _ holidays: Set<Int>) -> Bool {
        let second = wall.secondOfDay
        if from < to { return second >= from && second < to && holds(on: wall, holidays) }
        let yesterday = WallTime(secondsSince1970: wall.secondsSince1970 - 86_400)
        return (second >= from && holds(on: wall, holidays)) || (second < to && holds(on: yesterday, holidays))
    }

    private func holds(on wall: WallTime, _ holidays: Set<Int>) -> Bool {
        guard days.contains(wall, isHoliday: holidays.contains(wall.dayNumber)) else { return false }
        if months.count == 12, dates == nil { return true }
        let (_, month, day) = WallTime.civil(wall.dayNumber)
        return months.contains(month)
            && (dates.map { $0.contains { $0.contains(dayNumber: wall.dayNumber, month, day) } } ?? true)
    }
}
