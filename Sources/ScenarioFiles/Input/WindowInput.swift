import Scenarios

/// A plug-in window and where it was written.
struct LocatedWindow {
    var window: PlugWindow
    var place: InputValue
}

extension SchemaDefinitions {
    static let window = Schema.map([
        Schema.key("from", .time, "Plugged in."), Schema.key("to", .time, "Plugged out."),
        Schema.key("daily", .defined("daily"), "Plugged in and out, every day."),
        Schema.key("days", .defined("days"), "On which daily windows start (all)."),
        Schema.key("departure_soc", .number(.share), "Wanted at its end, 0...1."),
        Schema.key("trip_kwh", .number(.nonNegative), "Driven until the next window, kWh (0)."),
        Schema.key(
            "targets",
            .list(
                .map([
                    Schema.required("at", .any([.time, .clock]), "When."),
                    Schema.required("soc", .number(.share), "Wanted then, 0...1."),
                ])), "Wanted on the way."),
    ])
}

extension InputValue {
    /// The `plugged` list: windows in time order, `daily` ones expanded over the horizon.
    func windows(_ grid: TimeGrid) -> [LocatedWindow]? {
        guard let items = list() else { return nil }
        let read = items.map { $0.plugWindows(grid) }
        let windows = read.compactMap { $0 }.flatMap { $0 }.sorted { $0.window.from < $1.window.from }
        var isComplete = !read.contains { $0 == nil }
        // The window that ends last so far, since a short one may lie within a long one.
        var longest: LocatedWindow?
        for next in windows {
            if let before = longest {
                if next.window.from < before.window.to {
                    next.place.error("overlaps the window that ends at \(context.clock.dateTime(before.window.to))")
                    isComplete = false
                } else if before.window.tripKWh > 0, next.window.from == before.window.to {
                    before.place.error(
                        "trip_kwh has no time to be driven in: the next window starts when this one ends")
                    isComplete = false
                }
                if next.window.to <= before.window.to { continue }
            }
            longest = next
        }
        return isComplete ? windows : nil
    }

    /// One entry of `plugged`: one window, or a `daily` rule's many.
    private func plugWindows(_ grid: TimeGrid) -> [LocatedWindow]? {
        guard let reader = section() else { return nil }
        defer { reader.finish() }
        let (daily, days) = (reader.optional("daily"), reader.optional("days"))
        let (from, to) = (reader.optional("from"), reader.optional("to"))
        let soc = reader.optional("departure_soc")
        let departure = soc?.number(.share)
        let targets = reader.optional("targets")
        let trip = reader.optional("trip_kwh").map { $0.number(.nonNegative, unit: "kWh") } ?? 0

        let spans: [(from: Instant, to: Instant)]?
        if let daily {
            for end in [from, to] { end?.error("does not go with daily") }
            spans = daily.dailySpans(days, grid)
        } else {
            days?.error("goes with daily only")
            spans = span(from, to, grid)
        }
        guard let spans, let trip, soc == nil || departure != nil else { return nil }
        let windows = spans.map { span -> LocatedWindow? in
            let wanted = targets.map { $0.windowTargets(span) } ?? []
            guard let wanted else { return nil }
            return LocatedWindow(
                window: PlugWindow(
                    from: span.from, to: span.to, departureSoC: departure, tripKWh: trip, targets: wanted), place: self)
        }
        return windows.contains { $0 == nil } ? nil : windows.compactMap { $0 }
    }

    /// One window; none where the horizon starts now and the window is over, or begins after its end.
    private func span(
        _ from: InputValue?, _ to: InputValue?, _ grid: TimeGrid
    ) -> [(from: Instant, to: Instant)]? {
        guard let from, let to else {
            switch (from, to) {
            case (nil, nil): error("must have from and to, or daily")
            case (nil, _): error("from is missing")
            default: error("to is missing")
            }
            return nil
        }
        let (start, end) = (from.instant(), to.instant())
        guard let start, let end else { return nil }
        let clock = context.clock
        if end <= start {
            to.error("must be after from (\(clock.dateTime(start))), got \(clock.dateTime(end))")
            return nil
        }
        if context.isHorizonKnown, end <= grid.start || start >= grid.end {
            if context.startsNow {
                if end <= grid.start { warning("is over: it ended at \(clock.dateTime(end))") }
                return []
            }
            error("lies outside the horizon (\(clock.dateTime(grid.start)) to \(clock.dateTime(grid.end)))")
            return nil
        }
        return [(start, end)]
    }

    /// `["18:00", "07:30"]` on each of `days` (the days on which the window starts), wherever it touches the horizon.
    package func dailySpans(_ days: InputValue?, _ grid: TimeGrid) -> [(from: Instant, to: Instant)]? {
        let wanted = days.map { $0.weekdays() } ?? Set(Weekday.allCases)
        guard let ends = list() else { return nil }
        guard ends.count == 2 else {
            error("must be two times of day, [\"18:00\", \"07:30\"], got \(ends.count)")
            return nil
        }
        let (from, to) = (ClockText.seconds(ends[0]), ClockText.seconds(ends[1]))
        guard let from, let to, let wanted else { return nil }
        let clock = context.clock
        var spans: [(from: Instant, to: Instant)] = []
        // The window of the evening before reaches into the horizon's first day.
        for day in (clock.wallTime(at: grid.start).dayNumber - 1)...clock.wallTime(at: grid.end).dayNumber {
            let midnight = WallTime(secondsSince1970: day * 86_400)
            guard wanted.contains(midnight.weekday) else { continue }
            let start = clock.firstInstant(of: WallTime(secondsSince1970: midnight.secondsSince1970 + from))
            let length = to > from ? to : to + 86_400
            let end = clock.firstInstant(of: WallTime(secondsSince1970: midnight.secondsSince1970 + length))
            if end > grid.start, start < grid.end, end > start { spans.append((start, end)) }
        }
        return spans
    }
}
