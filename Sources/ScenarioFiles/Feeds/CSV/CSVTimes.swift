import Scenarios

/// A time as a row has it, before it is known which of two numbers is the day and which of two hours is meant.
enum RowTime {
    /// Seconds since 1970 on the clock of the file, and how far that is ahead of universal time where the row has an offset.
    case wall(Int, offset: Int?)
    case loose(LooseTime)
    /// A date, and a time of day or a number of an hour on it.
    case onDay(LooseTime, seconds: Int)
    /// The hour, half-hour or quarter of a day with this number, from 1.
    case period(LooseTime, number: Int)
    case universal(Int)
}

/// Decides between day and month for a whole column, and turns wall times into moments.
struct CSVTimes {
    let clock: WallClock
    let isDayFirst: Bool
    private var day = (number: Int.min, offsetSeconds: Int?.none)

    init(clock: WallClock, isDayFirst: Bool) {
        self.clock = clock
        self.isDayFirst = isDayFirst
    }

    /// A moment, and the other one that the same wall time can mean, in the hour that repeats.
    enum Moment {
        case one(Int)
        case twoDigitText(Int, Int)
        /// Clocks skip this time.
        case skipped
        /// The calendar has no such day.
        case none
    }

    mutating func moment(_ time: RowTime, periodSeconds: (Int) -> Int?) -> Moment {
        switch time {
        case .universal(let seconds): return .one(seconds)
        case .wall(let wall, let offset): return moment(wall, offset)
        case .loose(let loose):
            guard let wall = loose.wall(isDayFirst: isDayFirst) else { return .none }
            return moment(wall.secondsSince1970, loose.offsetSeconds)
        case .onDay(let loose, let seconds):
            guard let wall = loose.wall(isDayFirst: isDayFirst) else { return .none }
            return moment(wall.secondsSince1970 + seconds, loose.offsetSeconds)
        case .period(let loose, let number):
            guard let wall = loose.wall(isDayFirst: isDayFirst), let length = periodSeconds(wall.dayNumber) else {
                return .none
            }
            let midnight = clock.firstInstant(of: WallTime(secondsSince1970: wall.dayNumber * 86_400))
            return .one(midnight.epochSeconds + (number - 1) * length)
        }
    }

    private mutating func moment(_ wall: Int, _ offset: Int?) -> Moment {
        if let offset { return .one(wall - offset) }
        let time = WallTime(secondsSince1970: wall)
        if let offset = usualOffset(time) { return .one(wall - offset) }
        let found = clock.instants(of: time).map(\.epochSeconds)
        guard let first = found.first else { return .skipped }
        return found.count > 1 ? .twoDigitText(first, found[1]) : .one(first)
    }

    /// The offset of a day on which no clock changes, nor on its neighbours; nil on the others. Asked for once a day.
    private mutating func usualOffset(_ wall: WallTime) -> Int? {
        let number = wall.secondsSince1970.flooredQuotient(86_400)
        if number != day.number {
            let midnight = number * 86_400
            let before = clock.offsetSeconds(at: Instant(epochSeconds: midnight - 86_400))
            let after = clock.offsetSeconds(at: Instant(epochSeconds: midnight + 2 * 86_400))
            day = (number, before == after ? before : nil)
        }
        return day.offsetSeconds
    }

    /// Whether the day stands before the month in these times; nil where both are possible.
    ///
    /// By a number above 12, by dots or a clock of twelve hours, or by which reading makes rows follow each other evenly.
    static func isDayFirst(_ times: [LooseTime]) -> Bool? {
        var (canDayFirst, canMonthFirst, isTwelve, hasDots, isOpen) = (true, true, false, false, false)
        for time in times where time.isOpen {
            if time.first > 12 { canMonthFirst = false }
            if time.second > 12 { canDayFirst = false }
            if time.first != time.second { isOpen = true }
            if time.hasDots { hasDots = true }
            if time.isTwelveHours { isTwelve = true }
        }
        guard isOpen else { return true }
        if canDayFirst != canMonthFirst { return canDayFirst }
        guard canDayFirst else { return nil }
        if hasDots { return true }
        if isTwelve { return false }
        func evenness(_ isDayFirst: Bool) -> Int {
            let walls = times.compactMap { $0.wall(isDayFirst: isDayFirst)?.secondsSince1970 }
            var counts: [Int: Int] = [:]
            for (left, right) in zip(walls, walls.dropFirst()) where abs(right - left) <= 86_400 {
                counts[right - left, default: 0] += 1
            }
            return counts.values.max() ?? 0
        }
        let (day, month) = (evenness(true), evenness(false))
        return day == month ? nil : day > month
    }
}
