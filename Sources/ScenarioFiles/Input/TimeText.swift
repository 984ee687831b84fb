import Scenarios

/// A date and time as written: wall time, and the offset where one is given.
struct TimeText {
    var wall: WallTime
    var offsetSeconds: Int?

    init(wall: WallTime, offsetSeconds: Int?) {
        self.wall = wall
        self.offsetSeconds = offsetSeconds
    }

    /// Reads `2024-01-15`, `2024-01-15T12:00`, `2024-01-15 12:00:30`, `2024-01-15T12:00:00+01:00`, `...Z`.
    init?(_ text: String) {
        let bytes = Array(text.utf8)
        self.init(bytes, 0..<bytes.count)
    }

    /// The same, of a part of `bytes`; in place, since a file has one of these in every row.
    init?(_ bytes: [UInt8], _ range: Range<Int>) {
        var scanner = DigitScanner(bytes: bytes, at: range.lowerBound, end: range.upperBound)
        guard let year = scanner.digits(4), scanner.skip(45), let month = scanner.digits(2), scanner.skip(45),
            let day = scanner.digits(2)
        else { return nil }
        var (hour, minute, second) = (0, 0, 0)
        if !scanner.isAtEnd {
            // T, t or a blank.
            guard scanner.skip(84) || scanner.skip(116) || scanner.skip(32) else { return nil }
            guard let readHour = scanner.digits(2), scanner.skip(58), let readMinute = scanner.digits(2) else {
                return nil
            }
            (hour, minute) = (readHour, readMinute)
            if scanner.skip(58) {
                guard let readSecond = scanner.digits(2) else { return nil }
                second = readSecond
                // Fractions of a second are finer than any step.
                if scanner.skip(46), !scanner.skipDigits() { return nil }
            }
            if scanner.skip(90) || scanner.skip(122) {
                offsetSeconds = 0
            } else if let sign = scanner.skip(43) ? 1 : scanner.skip(45) ? -1 : nil {
                guard let offsetHour = scanner.digits(2) else { return nil }
                _ = scanner.skip(58)
                guard let offsetMinute = scanner.isAtEnd ? 0 : scanner.digits(2), offsetHour <= 18, offsetMinute < 60
                else { return nil }
                offsetSeconds = sign * (offsetHour * 3600 + offsetMinute * 60)
            }
        }
        guard scanner.isAtEnd,
            let wall = WallTime(year: year, month: month, day: day, hour: hour, minute: minute, second: second)
        else { return nil }
        self.wall = wall
    }
}

private struct DigitScanner {
    let bytes: [UInt8]
    var at: Int
    let end: Int
    var isAtEnd: Bool { at == end }

    mutating func digits(_ count: Int) -> Int? {
        guard at + count <= end else { return nil }
        var value = 0
        for index in at..<(at + count) {
            guard (48...57).contains(bytes[index]) else { return nil }
            value = value * 10 + Int(bytes[index] - 48)
        }
        at += count
        return value
    }

    mutating func skip(_ byte: UInt8) -> Bool {
        guard at < end, bytes[at] == byte else { return false }
        at += 1
        return true
    }

    mutating func skipDigits() -> Bool {
        let start = at
        while at < end, (48...57).contains(bytes[at]) { at += 1 }
        return at > start
    }
}

extension WallClock {
    /// The first moment that `text`, wall time or with an offset, names; nil where it names none.
    package func instant(_ text: String) -> Instant? {
        guard let read = TimeText(text) else { return nil }
        if let offset = read.offsetSeconds { return Instant(epochSeconds: read.wall.secondsSince1970 - offset) }
        return instants(of: read.wall).first
    }

    /// The moment that a time with an offset names; nil where it has none.
    package func instantWithOffset(_ text: String) -> Instant? {
        TimeText(text)?.offsetSeconds == nil ? nil : instant(text)
    }

    /// The moment that `text` names, with findings where it names none or two.
    func instant(_ text: String, report value: InputValue) -> Instant? {
        guard let read = TimeText(text) else {
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
package enum DurationText {
    /// `15min`, `1h`, `90s`, `2 h`, `1d`, or ISO 8601 (`PT15M`, `PT1H30M`); nil where it is none, or not whole seconds.
    package static func seconds(_ text: String) -> Int? {
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
            } else if character.isNumber || character == "." || character == "," {
                number.append(character == "," ? "." : character)
            } else {
                guard let value = Double(plain: number) else { return nil }
                number = ""
                hasPart = true
                switch (isTime, character) {
                // Months and years have no length of their own: a zero, or longer than anything (P9999Y: for ever).
                case (false, "Y"): seconds += value == 0 ? 0 : value * 31_556_952
                case (false, "M"): if value != 0 { return nil }
                case (false, "W"): seconds += value * 604_800
                case (false, "D"): seconds += value * 86_400
                case (true, "H"): seconds += value * 3600
                case (true, "M"): seconds += value * 60
                case (true, "S"): seconds += value
                default: return nil
                }
            }
        }
        guard hasPart, number.isEmpty else { return nil }
        return seconds >= mostSeconds ? Int(mostSeconds) : whole(seconds)
    }

    /// Some thirty years: what lasts longer lasts for ever.
    private static let mostSeconds = 1e9

    /// For messages: `15 min`, `1 h`, `1.5 h`, `30 s`.
    static func words(_ seconds: Int) -> String {
        if seconds % 86_400 == 0, seconds > 86_400 { return "\(seconds / 86_400) days" }
        if seconds % 3600 == 0 { return "\(seconds / 3600) h" }
        if seconds % 60 == 0 { return "\(seconds / 60) min" }
        return "\(seconds) s"
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
