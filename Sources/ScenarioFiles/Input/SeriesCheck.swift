import Scenarios

/// Whether the values of a file can be what they are taken for: by day, against the day before and against what prices of
/// energy usually are. What is found is doubtful, not wrong: a warning, or an error where the user is strict.
struct SeriesCheck {
    let feed: FeedTable
    let quantity: Quantity
    /// What a value is multiplied by to be money per kWh.
    let factor: Double
    let owner: InputValue
    let grid: TimeGrid

    private var usual: Double { UsualPrices.perEuro(owner.currency) }
    private var clock: WallClock { owner.context.clock }

    /// Asks for the unit where neither the scenario nor the file has one and the values are no prices per kWh.
    func unitIsKnown(isSaid: Bool) -> Bool {
        guard quantity == .energyPrice, !isSaid, feed.unit == nil else { return true }
        let largest = feed.table.intervals.map(\.value).max { abs($0) < abs($1) } ?? 0
        guard abs(largest) > 10 * usual else { return true }
        owner.error(
            "the file has no unit, and \(largest.short) is not a usual price per kWh: set unit (\(owner.currency)/MWh, ct/kWh or \(owner.currency)/kWh)"
        )
        return false
    }

    func warn() {
        guard quantity == .energyPrice else { return }
        let days = relevantDays()
        warnOfZeros()
        warnOfJumps(days)
        warnOfRange()
        if feed.isRetail, owner.path.contains("export") {
            let column = feed.column.map { " (\($0))" } ?? ""
            let other = feed.otherColumns.first.map { "; column: \($0) may be what is paid" } ?? ""
            owner.doubt(
                "taxes and fees are part of these prices\(column): energy fed in is usually paid without them\(other)")
        }
    }

    /// Intervals of the horizon and of the day before, by calendar day.
    private func relevantDays() -> [(day: Int, values: [Double])] {
        let (from, to) = (grid.start.epochSeconds - 86_400, grid.end.epochSeconds)
        let offset = clock.offsetSeconds(at: grid.start)
        var days: [(day: Int, values: [Double])] = []
        for interval in feed.table.intervals where interval.end > from && interval.start < to {
            let day = (interval.start + offset).flooredQuotient(86_400)
            if days.last?.day == day {
                days[days.count - 1].values.append(interval.value)
            } else {
                days.append((day, [interval.value]))
            }
        }
        return days
    }

    /// Runs of exact zeros that come at once after prices that are none: not published yet.
    private func warnOfZeros() {
        let intervals = feed.table.intervals
        let sizes = intervals.map { abs($0.value) }.filter { $0 > 0 }.sorted()
        if sizes.isEmpty {
            owner.doubt("every price of the file is exactly 0: not published yet?")
            return
        }
        let median = sizes[sizes.count / 2]
        var index = 0
        while index < intervals.count {
            guard intervals[index].value == 0 else {
                index += 1
                continue
            }
            let first = index
            while index < intervals.count, intervals[index].value == 0 { index += 1 }
            let (start, end) = (intervals[first].start, intervals[index - 1].end)
            let isSudden = first > 0 && abs(intervals[first - 1].value) >= 0.25 * median
            guard end > grid.start.epochSeconds, start < grid.end.epochSeconds,
                (end - start >= 3 * 3600 && isSudden && index - first > 1) || end - start >= 12 * 3600
            else { continue }
            let from = clock.dateTime(Instant(epochSeconds: start))
            let isLast = index == intervals.count
            let span = isLast ? "from \(from) on" : "from \(from) to \(clock.dateTime(Instant(epochSeconds: end)))"
            owner.doubt("every price \(span) is exactly 0 (\(index - first) in a row): not published yet?")
        }
    }

    /// A day whose prices are a hundred times those of the day before, or a hundredth.
    private func warnOfJumps(_ days: [(day: Int, values: [Double])]) {
        func median(_ values: [Double]) -> Double {
            let sorted = values.map { abs($0) }.sorted()
            return sorted[sorted.count / 2]
        }
        for (before, after) in zip(days, days.dropFirst()) {
            let (a, b) = (median(before.values), median(after.values))
            guard a > 0, b > 0, after.day == before.day + 1, max(a, b) / min(a, b) >= 30 else { continue }
            let date = WallTime(secondsSince1970: after.day * 86_400).date
            let ratio = max(a, b) / min(a, b)
            owner.doubt(
                "prices of \(date) are \(b > a ? "" : "1/")\(ratio > 300 ? "1000" : "100") of those of the day before "
                    + "(half of them above \(b.short), after \(a.short)): is a part of the file in another unit?")
        }
    }

    /// Prices that are far from what energy usually costs.
    private func warnOfRange() {
        let (from, to) = (grid.start.epochSeconds, grid.end.epochSeconds)
        let sizes = feed.table.intervals.lazy.filter { $0.end > from && $0.start < to }.map { abs($0.value * factor) }
            .sorted()
        guard let largest = sizes.last, largest > 0 else { return }
        let median = sizes[sizes.count / 2]
        if median > 3 * usual {
            owner.doubt(
                "half of the prices are above \(median.short) \(owner.currency)/kWh, some \(median > 30 * usual ? "1000" : "100") times what energy costs: is unit right?"
            )
        } else if largest < 0.003 * usual {
            owner.doubt(
                "no price is above \(largest.short) \(owner.currency)/kWh, a hundredth or less of what energy costs: is unit right?"
            )
        }
    }
}

extension SeriesTable {
    /// Whether every moment of a span is known.
    func isWhole(from: Int, to: Int) -> Bool {
        var at = from
        for interval in intervals where interval.end > at {
            if interval.start > at { return false }
            at = interval.end
            if at >= to { return true }
        }
        return at >= to
    }
}
