extension InputValue {
    /// A time-of-use table in wall time: the first entry that matches a moment decides. One value a step.
    func hourTable(_ grid: TimeGrid) -> [Double]? {
        guard let items = list() else { return nil }
        var entries: [HourEntry] = []
        for item in items {
            guard let reader = item.section() else { return nil }
            let from = reader.optional("from").map { ClockText.seconds($0) }
            let to = reader.optional("to").map { ClockText.seconds($0) }
            let days = reader.optional("days").map { $0.weekdays() }
            let value = reader.number("value", example: "0.30")
            reader.finish()
            if (from == nil) != (to == nil) { item.error("must have both from and to, or neither") }
            guard let value, !(from == .some(nil)), !(to == .some(nil)), !(days == .some(nil)) else { return nil }
            entries.append(
                HourEntry(
                    from: from?.flatMap { $0 } ?? 0, to: to?.flatMap { $0 } ?? 86_400, days: days?.flatMap { $0 },
                    value: value))
        }
        var result: [Double] = []
        let edges = Set(entries.flatMap { [$0.from % 86_400, $0.to % 86_400] } + [0])
        for step in 0..<grid.count {
            let start = grid.boundary(step)
            let wall = context.clock.wallTime(at: start)
            // A step in which the value changes is averaged by the minute.
            let isCut = edges.contains { edge in
                let ahead = (edge - wall.secondOfDay + 86_400) % 86_400
                return ahead > 0 && ahead < grid.stepSeconds
            }
            let part = isCut ? 60 : grid.stepSeconds
            var sum = 0.0
            for offset in stride(from: 0, to: grid.stepSeconds, by: part) {
                let moment = isCut ? context.clock.wallTime(at: start.adding(seconds: offset)) : wall
                guard let entry = entries.first(where: { $0.matches(moment) }) else {
                    error(
                        "no entry covers \(context.clock.iso8601(start.adding(seconds: offset))); "
                            + "end the table with { value: ... }")
                    return nil
                }
                sum += entry.value * Double(part) / Double(grid.stepSeconds)
            }
            result.append(sum)
        }
        return result
    }

    /// A list of days, `[mon, tue]`.
    func weekdays() -> Set<Weekday>? {
        guard let items = list() else { return nil }
        var days: Set<Weekday> = []
        for item in items {
            guard let name = item.choice(Weekday.allCases.map(\.rawValue), what: "day"), let day = Weekday(rawValue: name)
            else { return nil }
            days.insert(day)
        }
        if days.isEmpty { error("must name at least one day") }
        return days.isEmpty ? nil : days
    }
}

private struct HourEntry {
    /// Seconds since midnight; a range that ends before it starts goes over midnight.
    var from: Int
    var to: Int
    /// The days on which the range starts; nil: all.
    var days: Set<Weekday>?
    var value: Double

    func matches(_ wall: WallTime) -> Bool {
        let second = wall.secondOfDay
        let yesterday = WallTime(secondsSince1970: wall.secondsSince1970 - 86_400)
        if from < to { return second >= from && second < to && isOn(wall) }
        return (second >= from && isOn(wall)) || (second < to && isOn(yesterday))
    }

    private func isOn(_ wall: WallTime) -> Bool { days?.contains(wall.weekday) ?? true }
}
