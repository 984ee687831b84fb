import Foundation

/// Wall time in a named zone: reads it, writes it, and knows the days on which it is set.
package struct WallClock: Sendable {
    private let zone: TimeZone
    /// IANA name.
    package let name: String

    /// Universal time.
    package static let utc = WallClock(zone: .gmt, name: "UTC")

    private init(zone: TimeZone, name: String) {
        self.zone = zone
        self.name = name
    }

    /// Nil where the zone is not known here.
    package init?(timeZone name: String) {
        if ["UTC", "Etc/UTC", "Z", "GMT"].contains(name) {
            self = WallClock(zone: .gmt, name: name)
            return
        }
        // An abbreviation such as CET would be taken too, without its summer time.
        guard name.contains("/"), let zone = TimeZone(identifier: name) else { return nil }
        self.init(zone: zone, name: name)
    }

    /// Whether clocks of two zones show the same, summer and winter of 2025.
    package func isSame(as other: WallClock) -> Bool {
        name == other.name
            || stride(from: 1_735_689_600, to: 1_767_225_600, by: 30 * 86_400).allSatisfy {
                offsetSeconds(at: Instant(epochSeconds: $0)) == other.offsetSeconds(at: Instant(epochSeconds: $0))
            }
    }

    /// Seconds that wall time is ahead of universal time at a moment.
    package func offsetSeconds(at instant: Instant) -> Int {
        zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(instant.epochSeconds)))
    }

    /// A moment as wall time.
    package func wallTime(at instant: Instant) -> WallTime {
        WallTime(secondsSince1970: instant.epochSeconds + offsetSeconds(at: instant))
    }

    /// The moments at which clocks show `wall`: none in the hour that is skipped, two in the hour that repeats.
    package func instants(of wall: WallTime) -> [Instant] {
        let seconds = wall.secondsSince1970
        var found: [Instant] = []
        for neighbour in [seconds - 86_400, seconds + 86_400] {
            let offset = offsetSeconds(at: Instant(epochSeconds: neighbour))
            let candidate = Instant(epochSeconds: seconds - offset)
            if offsetSeconds(at: candidate) == offset, !found.contains(candidate) { found.append(candidate) }
        }
        return found.sorted()
    }

    /// The moment at which a wall time is reached: the first of two, and for a skipped one the moment of the skip.
    package func firstInstant(of wall: WallTime) -> Instant {
        if let first = instants(of: wall).first { return first }
        let seconds = wall.secondsSince1970
        let after = offsetSeconds(at: Instant(epochSeconds: seconds + 86_400))
        // The clocks go forward after `low` and no later than at `high`.
        var low = seconds - after
        var high = seconds - offsetSeconds(at: Instant(epochSeconds: seconds - 86_400))
        while high - low > 1 {
            let middle = (low + high) / 2
            if offsetSeconds(at: Instant(epochSeconds: middle)) == after { high = middle } else { low = middle }
        }
        return Instant(epochSeconds: high)
    }

    /// `2024-01-15T12:00:00+01:00`
    package func iso8601(_ instant: Instant) -> String {
        let offset = offsetSeconds(at: instant)
        let wall = WallTime(secondsSince1970: instant.epochSeconds + offset)
        let sign = offset < 0 ? "-" : "+"
        let minutes = abs(offset) / 60
        let zone = "\(sign)\(twoDigitText(minutes / 60)):\(twoDigitText(minutes % 60))"
        return "\(wall.date)T\(wall.clock):\(twoDigitText(wall.second))\(zone)"
    }

    /// `17:40`
    package func time(_ instant: Instant) -> String { wallTime(at: instant).clock }
    /// `2024-01-15 17:40`
    package func dateTime(_ instant: Instant) -> String {
        let wall = wallTime(at: instant)
        return "\(wall.date) \(wall.clock)"
    }
    /// `Mon 15 Jan`
    package func day(_ instant: Instant) -> String {
        let wall = wallTime(at: instant)
        return "\(wall.weekday.shortName) \(wall.day) \(wall.monthName)"
    }
    /// `Mon 15 Jan 17:40`
    package func dayTime(_ instant: Instant) -> String { "\(day(instant)) \(wallTime(at: instant).clock)" }
    /// `Mon 2024-01-15 17:40`
    package func dayDateTime(_ instant: Instant) -> String {
        let wall = wallTime(at: instant)
        return "\(wall.weekday.shortName) \(wall.date) \(wall.clock)"
    }
}
