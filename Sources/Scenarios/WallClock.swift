import Foundation

/// Wall time in a named zone: reads it, writes it, and knows the days on which it is set.
public struct WallClock: Sendable {
    private let zone: TimeZone
    /// IANA name.
    public let name: String

    /// Universal time.
    public static let utc = WallClock(zone: .gmt, name: "UTC")

    private init(zone: TimeZone, name: String) {
        self.zone = zone
        self.name = name
    }

    /// Nil where the zone is not known here.
    public init?(timeZone name: String) {
        if ["UTC", "Etc/UTC", "Z", "GMT"].contains(name) {
            self = WallClock(zone: .gmt, name: name)
            return
        }
        // An abbreviation such as CET would be taken too, without its summer time.
        guard name.contains("/"), let zone = TimeZone(identifier: name) else { return nil }
        self.init(zone: zone, name: name)
    }

    /// The known zone that `name` was probably meant to be.
    static func nearestZone(to name: String) -> String? {
        nearestWord(to: name, among: TimeZone.knownTimeZoneIdentifiers)
            ?? TimeZone.knownTimeZoneIdentifiers.first { $0.lowercased().hasSuffix("/" + name.lowercased()) }
    }

    /// Seconds that wall time is ahead of universal time at a moment.
    public func offsetSeconds(at instant: Instant) -> Int {
        zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(instant.epochSeconds)))
    }

    /// A moment as wall time.
    public func wallTime(at instant: Instant) -> WallTime {
        WallTime(secondsSince1970: instant.epochSeconds + offsetSeconds(at: instant))
    }

    /// The moments at which clocks show `wall`: none in the hour that is skipped, two in the hour that repeats.
    public func instants(of wall: WallTime) -> [Instant] {
        let seconds = wall.secondsSince1970
        var found: [Instant] = []
        for neighbour in [seconds - 86_400, seconds + 86_400] {
            let offset = offsetSeconds(at: Instant(epochSeconds: neighbour))
            let candidate = Instant(epochSeconds: seconds - offset)
            if offsetSeconds(at: candidate) == offset, !found.contains(candidate) { found.append(candidate) }
        }
        return found.sorted()
    }

    /// The moment at which a wall time is reached: the first of two, and the end of the gap for a skipped one.
    public func firstInstant(of wall: WallTime) -> Instant {
        if let first = instants(of: wall).first { return first }
        let before = offsetSeconds(at: Instant(epochSeconds: wall.secondsSince1970 - 86_400))
        return Instant(epochSeconds: wall.secondsSince1970 - before)
    }

    /// `2024-01-15T12:00:00+01:00`
    public func iso8601(_ instant: Instant) -> String {
        let offset = offsetSeconds(at: instant)
        let wall = WallTime(secondsSince1970: instant.epochSeconds + offset)
        let sign = offset < 0 ? "-" : "+"
        let minutes = abs(offset) / 60
        return "\(wall.date)T\(wall.clock):\(two(wall.second))\(sign)\(two(minutes / 60)):\(two(minutes % 60))"
    }

    /// `17:40`
    public func time(_ instant: Instant) -> String { wallTime(at: instant).clock }
    /// `2024-01-15 17:40`
    public func dateTime(_ instant: Instant) -> String {
        let wall = wallTime(at: instant)
        return "\(wall.date) \(wall.clock)"
    }
    /// `Mon 2024-01-15 17:40`
    public func dayDateTime(_ instant: Instant) -> String {
        let wall = wallTime(at: instant)
        return "\(wall.weekday.rawValue.prefix(1).uppercased())\(wall.weekday.rawValue.dropFirst()) \(wall.date) \(wall.clock)"
    }
}

/// What clocks and calendars show, without saying where.
public struct WallTime: Sendable, Equatable {
    /// Seconds since 1970-01-01T00:00:00 on the same clock.
    public var secondsSince1970: Int

    public init(secondsSince1970: Int) { self.secondsSince1970 = secondsSince1970 }

    /// Nil where the calendar has no such day or the clock no such time (24:00 is the next day's start).
    public init?(year: Int, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0) {
        guard (1...12).contains(month), (1...WallTime.days(in: month, of: year)).contains(day), (0...24).contains(hour),
            (0...59).contains(minute), (0...59).contains(second), hour < 24 || (minute == 0 && second == 0)
        else { return nil }
        secondsSince1970 =
            WallTime.daysSince1970(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second
    }

    public var dayNumber: Int { Int((Double(secondsSince1970) / 86_400).rounded(.down)) }
    /// Seconds since midnight.
    public var secondOfDay: Int { secondsSince1970 - dayNumber * 86_400 }
    public var second: Int { secondOfDay % 60 }
    public var weekday: Weekday { Weekday.allCases[(((dayNumber + 3) % 7) + 7) % 7] }

    /// `2024-01-15`
    public var date: String {
        let (year, month, day) = WallTime.civil(dayNumber)
        return "\(year)-\(two(month))-\(two(day))"
    }
    /// `17:40`
    public var clock: String { "\(two(secondOfDay / 3600)):\(two(secondOfDay / 60 % 60))" }

    private static func days(in month: Int, of year: Int) -> Int {
        switch month {
        case 2: (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    // Proleptic Gregorian calendar, days counted from March so that the leap day is the last (H. Hinnant's derivation).
    private static func daysSince1970(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let y = month <= 2 ? year - 1 : year
        let era = (y >= 0 ? y : y - 399) / 400
        let yearOfEra = y - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    private static func civil(_ dayNumber: Int) -> (Int, Int, Int) {
        let z = dayNumber + 719_468
        let era = (z >= 0 ? z : z - 146_096) / 146_097
        let dayOfEra = z - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shifted + 2) / 5 + 1)
    }
}

/// Days of the week, Monday first; raw values are those of scenario files.
public enum Weekday: String, Sendable, CaseIterable { case mon, tue, wed, thu, fri, sat, sun }

private func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
