import Scenarios

/// A date and time as people and programs write them: `10.11.2025 00:00`, `7/29/2019 8:17 PM`, `Nov 10, 2025 12:00 AM`,
/// `2025/07/09 00:05:00`, `20251110`, `2025-11-10 02:00 (CEST)`.
///
/// Which of two numbers is the day is left open where the text does not tell: `wall(isDayFirst:)`.
struct LooseTime {
    /// Nil: `first` and `second` are day and month, in an unknown order.
    private var month: Int?
    private var day = 0
    private(set) var first = 0
    private(set) var second = 0
    private var year = 0
    private(set) var secondOfDay = 0
    /// Seconds ahead of universal time, where the text has an offset.
    var offsetSeconds: Int?
    /// Whether the text has a time of day.
    private(set) var hasTime = false
    /// Whether the dates are written with dots, which no country does that puts the month first.
    private(set) var hasDots = false
    /// Whether the time is on a clock of twelve hours.
    private(set) var isTwelveHours = false

    /// Whether day and month could be exchanged.
    var isOpen: Bool { month == nil }

    /// The wall time; nil where the calendar has no such day.
    func wall(isDayFirst: Bool) -> WallTime? {
        let (d, m) = month.map { (day, $0) } ?? (isDayFirst ? (first, second) : (second, first))
        guard let midnight = WallTime(year: year, month: m, day: d) else { return nil }
        return WallTime(secondsSince1970: midnight.secondsSince1970 + secondOfDay)
    }

    /// Reads all of `range`; nil where it is no time.
    init?(_ bytes: [UInt8], _ range: Range<Int>) {
        // The usual form, quickly.
        if let iso = TimeText(bytes, range) {
            self.init(iso, hasTime: range.count > 10)
            return
        }
        var scanner = LooseScanner(bytes: bytes, at: range.lowerBound, end: range.upperBound)
        self.init(&scanner)
        guard scanner.isAtEnd else { return nil }
    }

    /// Two times with a dash between them; the second may be a time of day alone.
    static func interval(_ bytes: [UInt8], _ range: Range<Int>) -> (start: LooseTime, end: LooseTime)? {
        guard let dash = dash(bytes, range), let start = LooseTime(bytes, range.lowerBound..<dash.lowerBound) else {
            return nil
        }
        let rest = dash.upperBound..<range.upperBound
        if let end = LooseTime(bytes, rest) { return (start, end) }
        var scanner = LooseScanner(bytes: bytes, at: rest.lowerBound, end: rest.upperBound)
        var end = start
        guard scanner.clock(&end.secondOfDay, &end.isTwelveHours), scanner.offset(&end.offsetSeconds), scanner.isAtEnd
        else { return nil }
        if end.secondOfDay <= start.secondOfDay { end.secondOfDay += 86_400 }
        return (start, end)
    }

    /// A dash with a blank on both sides.
    private static func dash(_ bytes: [UInt8], _ range: Range<Int>) -> Range<Int>? {
        guard range.count > 6 else { return nil }
        for index in (range.lowerBound + 1)..<(range.upperBound - 1) where bytes[index - 1] == 32 {
            if bytes[index] == 45, bytes[index + 1] == 32 { return (index - 1)..<(index + 2) }
            // – in UTF-8.
            if bytes[index] == 0xE2, index + 3 < range.upperBound, bytes[index + 1] == 0x80, bytes[index + 3] == 32 {
                return (index - 1)..<(index + 4)
            }
        }
        return nil
    }

    private init(_ iso: TimeText, hasTime: Bool) {
        let (year, month, day) = WallTime.civil(iso.wall.dayNumber)
        (self.year, self.month, self.day) = (year, month, day)
        secondOfDay = iso.wall.secondOfDay
        offsetSeconds = iso.offsetSeconds
        self.hasTime = hasTime
    }

    private init?(_ scanner: inout LooseScanner) {
        scanner.skipBlanks()
        guard readDate(&scanner) else { return nil }
        _ = scanner.skip(44)
        scanner.skipBlanks()
        if scanner.skip(84) || scanner.skip(116) { scanner.skipBlanks() }
        if !scanner.isAtEnd, scanner.isDigit {
            guard scanner.clock(&secondOfDay, &isTwelveHours) else { return nil }
            hasTime = true
        }
        guard scanner.offset(&offsetSeconds) else { return nil }
    }

    private mutating func readDate(_ scanner: inout LooseScanner) -> Bool {
        if let named = scanner.monthName() {
            // Nov 10, 2025
            scanner.skipBlanks()
            guard let day = scanner.number(maxDigits: 2) else { return false }
            _ = scanner.skip(44)
            scanner.skipBlanks()
            guard let year = scanner.number(maxDigits: 4), year > 99 else { return false }
            (self.month, self.day, self.year) = (named, day, year)
            return true
        }
        let start = scanner.at
        guard let one = scanner.number(maxDigits: 14) else { return false }
        let digits = scanner.at - start
        if digits == 8 || digits == 12 || digits == 14 {
            let date = digits == 8 ? one : digits == 12 ? one / 10_000 : one / 1_000_000
            (year, month, day) = (date / 10_000, date / 100 % 100, date % 100)
            if digits > 8 {
                let clock = digits == 12 ? one % 10_000 * 100 : one % 1_000_000
                secondOfDay = clock / 10_000 * 3600 + clock / 100 % 100 * 60 + clock % 100
                hasTime = true
            }
            return true
        }
        guard digits <= 4, let mark = scanner.mark() else { return false }
        if let named = scanner.monthName() {
            // 10-Nov-2025, 10 Nov 2025
            guard scanner.mark() != nil, let year = scanner.number(maxDigits: 4) else { return false }
            (month, day, self.year) = (named, one, year < 100 ? year + 2000 : year)
            return digits <= 2
        }
        guard mark != 32, let two = scanner.number(maxDigits: 2), scanner.skip(mark),
            let three = scanner.number(maxDigits: 4)
        else {
            return false
        }
        hasDots = mark == 46
        if digits == 4 {
            (year, month, day) = (one, two, three)
            return three < 32
        }
        (first, second, year) = (one, two, three < 100 ? three + 2000 : three)
        return true
    }
}

/// Reads the pieces of dates and times.
private struct LooseScanner {
    let bytes: [UInt8]
    var at: Int
    let end: Int
    var isAtEnd: Bool { at >= end }
    var isDigit: Bool { at < end && (48...57).contains(bytes[at]) }

    mutating func skipBlanks() { while at < end, bytes[at] == 32 || bytes[at] == 0xA0 || bytes[at] == 0xC2 { at += 1 } }

    mutating func skip(_ byte: UInt8) -> Bool {
        guard at < end, bytes[at] == byte else { return false }
        at += 1
        return true
    }

    /// One of `-/. `.
    mutating func mark() -> UInt8? {
        guard at < end, [45, 46, 47, 32].contains(bytes[at]) else { return nil }
        at += 1
        return bytes[at - 1]
    }

    mutating func number(maxDigits: Int) -> Int? {
        let start = at
        var value = 0
        while at < end, at - start < maxDigits, (48...57).contains(bytes[at]) {
            value = value * 10 + Int(bytes[at] - 48)
            at += 1
        }
        return at > start ? value : nil
    }

    /// Minutes: `5` is a time that was cut off.
    private mutating func twoDigits() -> Int? {
        let start = at
        guard let value = number(maxDigits: 2), at == start + 2 else { return nil }
        return value
    }

    private mutating func word() -> String {
        let start = at
        while at < end, bytes[at] >= 128 || (65...90).contains(bytes[at]) || (97...122).contains(bytes[at]) { at += 1 }
        return String(decoding: bytes[start..<at], as: UTF8.self).lowercased()
    }

    /// An English or German name, whole or its first letters.
    mutating func monthName() -> Int? {
        let start = at
        let word = word()
        if word.count >= 3, let index = LooseScanner.months.firstIndex(where: { $0.contains(String(word.prefix(3))) }) {
            _ = skip(46)
            return index + 1
        }
        at = start
        return nil
    }
    private static let months: [[String]] = [
        ["jan"], ["feb"], ["mar", "mär"], ["apr"], ["may", "mai"], ["jun"], ["jul"], ["aug"], ["sep"], ["oct", "okt"],
        ["nov"], ["dec", "dez"],
    ]

    /// `00:00`, `8:17 PM`, `05:00:00.000`, `24:00`.
    mutating func clock(_ seconds: inout Int, _ isTwelveHours: inout Bool) -> Bool {
        skipBlanks()
        guard var hour = number(maxDigits: 2), skip(58), let minute = twoDigits(), minute < 60 else { return false }
        var second = 0
        if skip(58) {
            guard let read = number(maxDigits: 2), read < 60 else { return false }
            second = read
            if skip(46) || skip(44) { _ = number(maxDigits: 9) }
        }
        let before = at
        skipBlanks()
        let word = word().filter { $0 != "." }
        if word == "am" || word == "pm" {
            guard (1...12).contains(hour) else { return false }
            hour = hour % 12 + (word == "pm" ? 12 : 0)
            isTwelveHours = true
        } else {
            at = before
        }
        guard hour < 24 || (hour == 24 && minute == 0 && second == 0) else { return false }
        seconds = hour * 3600 + minute * 60 + second
        return true
    }

    /// `Z`, `+01:00`, `UTC`, `(CEST)`; true too where nothing stands.
    mutating func offset(_ seconds: inout Int?) -> Bool {
        skipBlanks()
        if isAtEnd { return true }
        if bytes[at] == 43 || bytes[at] == 45 {
            let sign = bytes[at] == 43 ? 1 : -1
            at += 1
            guard let hour = number(maxDigits: 2) else { return false }
            _ = skip(58)
            let minute = isDigit ? number(maxDigits: 2) ?? 0 : 0
            guard hour <= 18, minute < 60 else { return false }
            seconds = sign * (hour * 3600 + minute * 60)
        } else {
            let isBracketed = skip(40)
            guard let known = ZoneNames.offset(word()) else { return false }
            if isBracketed, !skip(41) { return false }
            seconds = known
        }
        skipBlanks()
        return true
    }
}

/// What zones are called in headers and beside times.
enum ZoneNames {
    /// Seconds ahead of universal time of an abbreviation that stands beside a time.
    static func offset(_ name: String) -> Int? { offsets[name.lowercased()].map { Int($0 * 3600) } }

    private static let offsets: [String: Double] = [
        "z": 0, "utc": 0, "gmt": 0, "wet": 0, "west": 1, "bst": 1, "cet": 1, "mez": 1, "cest": 2, "mesz": 2, "eet": 2,
        "eest": 3, "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7, "aest": 10,
        "aedt": 11, "acst": 9.5, "acdt": 10.5, "awst": 8, "nzst": 12, "nzdt": 13, "akst": -9, "akdt": -8, "hst": -10,
    ]

    /// The zone of a column's times by the column's name: `HourUTC`, `DateTime(UTC)`, `MTU (CET/CEST)`,
    /// `INTERVALSTARTTIME_GMT`, `datetime_beginning_ept`, `Transaction Date (Pacific Time)`.
    static func clock(inHeader header: String) -> WallClock? {
        let lower = header.lowercased()
        let words = lower.split { !($0.isLetter || $0.isNumber) }.map(String.init)
        func has(_ names: String...) -> Bool { names.contains { words.contains($0) } }
        if has("utc", "gmt", "zulu") || header.hasSuffix("UTC") || header.hasPrefix("UTC") || header.hasSuffix("GMT") {
            return .utc
        }
        let name: String? =
            if has("cest", "mesz") || has("cet") { "Europe/Brussels" } else if has("eest", "eet") {
                "Europe/Helsinki"
            } else if has("ept", "eastern", "edt") || has("est") {
                "America/New_York"
            } else if has("cpt", "central", "cdt") { "America/Chicago" } else if has("pacific", "ppt", "pdt") {
                "America/Los_Angeles"
            } else if ["HourDK", "TimeDK"].contains(header) { "Europe/Copenhagen" } else { nil }
        return name.flatMap { WallClock(timeZone: $0) }
    }
}
