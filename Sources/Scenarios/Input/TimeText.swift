/// A date and time as written: wall time, and the offset where one is given.
struct TimeText {
    var wall: WallTime
    var offsetSeconds: Int?

    /// Reads `2024-01-15`, `2024-01-15T12:00`, `2024-01-15 12:00:30`, `2024-01-15T12:00:00+01:00`, `...Z`.
    init?(_ bytes: some Collection<UInt8>) {
        let text = Array(bytes)
        var at = 0
        func digits(_ count: Int) -> Int? {
            guard at + count <= text.count else { return nil }
            var value = 0
            for index in at..<(at + count) {
                guard (48...57).contains(text[index]) else { return nil }
                value = value * 10 + Int(text[index] - 48)
            }
            at += count
            return value
        }
        func skip(_ allowed: String) -> Bool {
            guard at < text.count, allowed.utf8.contains(text[at]) else { return false }
            at += 1
            return true
        }
        guard let year = digits(4), skip("-"), let month = digits(2), skip("-"), let day = digits(2) else { return nil }
        var (hour, minute, second) = (0, 0, 0)
        if at < text.count {
            guard skip("Tt "), let readHour = digits(2), skip(":"), let readMinute = digits(2) else { return nil }
            (hour, minute) = (readHour, readMinute)
            if skip(":") {
                guard let readSecond = digits(2) else { return nil }
                second = readSecond
                if skip(".") {
                    // Fractions of a second are finer than any step.
                    let start = at
                    while at < text.count, (48...57).contains(text[at]) { at += 1 }
                    if at == start { return nil }
                }
            }
            if skip("Zz") {
                offsetSeconds = 0
            } else if at < text.count, text[at] == 43 || text[at] == 45 {
                let sign = text[at] == 45 ? -1 : 1
                at += 1
                guard let offsetHour = digits(2) else { return nil }
                _ = skip(":")
                guard let offsetMinute = at < text.count ? digits(2) : 0, offsetHour <= 18, offsetMinute < 60 else {
                    return nil
                }
                offsetSeconds = sign * (offsetHour * 3600 + offsetMinute * 60)
            }
        }
        guard at == text.count,
            let wall = WallTime(year: year, month: month, day: day, hour: hour, minute: minute, second: second)
        else { return nil }
        self.wall = wall
    }
}

extension WallClock {
    /// The moment that `text` names, with findings where it names none or two.
    func instant(_ text: String, report value: InputValue) -> Instant? {
        guard let read = TimeText(text.utf8) else {
            value.error("must be a time such as 2024-01-15T17:40 or 2024-01-15T17:40:00+01:00, got \(value.described)")
            return nil
        }
        if let offset = read.offsetSeconds { return Instant(epochSeconds: read.wall.secondsSince1970 - offset) }
        let found = instants(of: read.wall)
        if found.isEmpty {
            value.error("clocks in \(name) skip \(text) (summer time begins); give another time, or an offset")
            return nil
        }
        if found.count > 1 {
            value.warning(
                "clocks in \(name) show \(text) twice (summer time ends); the first is taken, \(iso8601(found[0]))")
        }
        return found[0]
    }
}

/// Lengths of time in words.
enum DurationText {
    /// `15min`, `1h`, `90s`, `2 h`, `1d`, or ISO 8601 (`PT15M`, `PT1H30M`); nil where it is none, or not whole seconds.
    static func seconds(_ text: String) -> Int? {
        let compact = text.filter { !$0.isWhitespace }
        if compact.uppercased().hasPrefix("P") { return iso(compact.uppercased().dropFirst()) }
        let number = compact.prefix { $0.isNumber || $0 == "." }
        guard let value = Double(plain: String(number)) else { return nil }
        let unit: Double
        switch compact.dropFirst(number.count) {
        case "s", "sec": unit = 1
        case "min", "m": unit = 60
        case "h", "hour", "hours": unit = 3600
        case "d", "day", "days": unit = 86_400
        default: return nil
        }
        return whole(value * unit)
    }

    private static func iso(_ text: Substring) -> Int? {
        var seconds = 0.0
        var number = ""
        var isTime = false
        var hasPart = false
        for character in text {
            if character == "T" {
                isTime = true
            } else if character.isNumber || character == "." {
                number.append(character)
            } else {
                guard let value = Double(plain: number) else { return nil }
                number = ""
                hasPart = true
                switch (isTime, character) {
                case (false, "D"): seconds += value * 86_400
                case (true, "H"): seconds += value * 3600
                case (true, "M"): seconds += value * 60
                case (true, "S"): seconds += value
                default: return nil
                }
            }
        }
        return hasPart && number.isEmpty ? whole(seconds) : nil
    }

    private static func whole(_ seconds: Double) -> Int? {
        seconds < 1e9 && seconds == seconds.rounded() ? Int(seconds) : nil
    }
}

/// A time of day, `22:00`, as seconds since midnight (24:00 is allowed).
enum ClockText {
    static func seconds(_ value: InputValue) -> Int? {
        guard let text = value.text() else { return nil }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        if parts.count == 2, parts[1].count == 2, let hour = Int(parts[0]), let minute = Int(parts[1]),
            (0...24).contains(hour), (0...59).contains(minute), hour < 24 || minute == 0
        {
            return hour * 3600 + minute * 60
        }
        value.error("must be a time of day such as \"18:00\", got \(value.described)")
        return nil
    }
}
