import Scenarios

/// How long rows last that have one time only: to the next row, where that is no further than rows of that day usually are
/// apart; a longer spacing is a gap.
///
/// The usual spacing is decided day by day, so that a file may change from hours to quarters (1 October 2025).
struct RowLengths {
    /// The commonest spacing of the file, s.
    let usual: Int
    /// The spacing, where it is none that prices usually have.
    var unusual: Int? { RowLengths.known.contains(usual) ? nil : usual }

    /// Whether all rows are as far apart.
    let isRegular: Bool

    private let lengths: [Int]

    /// Spacings that price files have, s.
    static let known: Set<Int> = [60, 300, 600, 900, 1200, 1800, 3600]

    /// Nil where there are fewer than two different times.
    ///
    /// - Parameters:
    ///   - times: in rising order; doubles are possible.
    ///   - isEnd: whether they are the ends of rows: then a row begins where the one before it ends.
    init?(_ times: some Sequence<Int>, clock: WallClock, isEnd: Bool) {
        var unique: [Int] = []
        var place: [Int] = []
        for time in times {
            if unique.last != time { unique.append(time) }
            place.append(unique.count - 1)
        }
        guard unique.count >= 2, let first = unique.first else { return nil }
        // An end is a start on a clock that runs backwards.
        let offset = clock.offsetSeconds(at: Instant(epochSeconds: first))
        let starts = isEnd ? unique.reversed().map { -$0 } : unique
        let found = RowLengths.lengths(starts, dayOffset: isEnd ? -offset : offset)
        usual = found.usual
        isRegular = zip(starts, starts.dropFirst()).allSatisfy { $1 - $0 == found.usual }
        lengths = place.map { found.lengths[isEnd ? unique.count - 1 - $0 : $0] }
    }

    /// Of the time with this number.
    func length(_ index: Int) -> Int { lengths[index] }

    private static func lengths(_ starts: [Int], dayOffset: Int) -> (usual: Int, lengths: [Int]) {
        let count = starts.count
        var spacings = [Int](repeating: 0, count: count - 1)
        for index in spacings.indices { spacings[index] = starts[index + 1] - starts[index] }
        let usual = commonest(spacings[...])?.spacing ?? 3600
        var lengths = [Int](repeating: usual, count: count)
        var days: [Range<Int>] = []
        var from = 0
        while from < count {
            let day = (starts[from] + dayOffset).flooredQuotient(86_400)
            var to = from
            while to < count, (starts[to] + dayOffset).flooredQuotient(86_400) == day { to += 1 }
            days.append(from..<to)
            from = to
        }
        func own(_ day: Range<Int>) -> ArraySlice<Int> { spacings[day.lowerBound..<min(day.upperBound, count - 1)] }
        func isRegular(_ number: Int) -> Bool {
            guard days.indices.contains(number), let first = own(days[number]).first else { return true }
            return own(days[number]).allSatisfy { $0 == first }
        }
        for (number, day) in days.enumerated() {
            let (from, to) = (day.lowerBound, day.upperBound)
            let step = self.step(
                of: own(day), usual: usual, before: from > 0 ? lengths[from - 1] : nil,
                isBesideGaps: !isRegular(number - 1) || !isRegular(number + 1))
            for index in from..<to {
                let spacing = index < count - 1 ? spacings[index] : step
                let isCarriedOver =
                    index > 0 && spacing == spacings[index - 1] && spacing == lengths[index - 1]
                    && known.contains(spacing)
                lengths[index] = spacing <= step || isCarriedOver ? spacing : step
            }
        }
        return (usual, lengths)
    }

    /// The usual spacing of a day; a coarser one than the file's needs more than one row to be believed, and no gaps on the
    /// days beside it: where rows are missing, a few are that far apart by chance.
    private static func step(of own: ArraySlice<Int>, usual: Int, before: Int?, isBesideGaps: Bool) -> Int {
        guard let day = commonest(own) else { return before ?? usual }
        if day.spacing == usual { return usual }
        guard known.contains(day.spacing) else { return usual }
        if day.spacing < usual { return day.spacing }
        let isWhole = day.count == own.count && day.count >= 2
        return (isWhole && !isBesideGaps) || day.count >= (isBesideGaps ? 12 : 3) ? day.spacing : usual
    }

    /// The commonest; of several, the shortest.
    private static func commonest(_ spacings: ArraySlice<Int>) -> (spacing: Int, count: Int)? {
        guard let first = spacings.first else { return nil }
        if spacings.allSatisfy({ $0 == first }) { return (first, spacings.count) }
        var counts: [Int: Int] = [:]
        for spacing in spacings { counts[spacing, default: 0] += 1 }
        return counts.max { ($0.value, -$0.key) < ($1.value, -$1.key) }.map { ($0.key, $0.value) }
    }
}

extension Int {
    /// Rounded down, for negative numbers too.
    func flooredQuotient(_ divisor: Int) -> Int {
        let quotient = self / divisor
        return self % divisor < 0 ? quotient - 1 : quotient
    }

    /// What `flooredQuotient` leaves: 0 to `divisor` - 1.
    func flooredRemainder(_ divisor: Int) -> Int { self - flooredQuotient(divisor) * divisor }
}
