extension InputValue {
    /// The `horizon` section: sets the zone that times are read in, then reads the grid of steps.
    func horizon() -> TimeGrid? {
        guard let reader = section() else { return nil }
        defer { reader.finish() }
        let zone = reader.optional("timezone")
        let clock = zone.map { $0.timeZone() } ?? .utc
        if let clock { context.clock = clock }
        let start = reader.required("start", "2024-01-15T12:00")?.instant()
        let endValue = reader.required("end", "2024-01-16T12:00")
        let end = endValue?.instant()
        let stepValue = reader.required("step", "15min")
        let step = stepValue?.duration()
        guard clock != nil, let start, let end, let endValue, let step, let stepValue else { return nil }
        let length = end.epochSeconds - start.epochSeconds
        if length <= 0 {
            endValue.error("must be after start (\(context.clock.dateTime(start))), got \(context.clock.dateTime(end))")
            return nil
        }
        if step < 60 {
            stepValue.error("must be at least 1 min, got \(stepValue.described)")
            return nil
        }
        if length % step != 0 {
            let hours = Double(length) / 3600
            stepValue.error("\(stepValue.described) does not divide the horizon of \(hours.short) h")
            return nil
        }
        if length / step > 1_000_000 {
            stepValue.error("makes \(length / step) steps; at most 1000000 are possible")
            return nil
        }
        return TimeGrid(start: start, stepSeconds: step, count: length / step, timeZone: context.clock.name)
    }
}

extension InputValue {
    /// A zone by its IANA name.
    func timeZone() -> WallClock? {
        guard let name = text() else { return nil }
        if let clock = WallClock(timeZone: name) { return clock }
        let hint =
            WallClock.nearestZone(to: name).map { "did you mean \($0)?" }
            ?? "give an IANA name such as Europe/Amsterdam"
        error("unknown time zone \"\(name)\"; \(hint)")
        return nil
    }
}

extension Double {
    /// For messages: `24`, `7.25`.
    var short: String { self == rounded() && abs(self) < 1e15 ? "\(Int(self))" : "\(self)" }
}
