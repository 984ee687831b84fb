import Scenarios

/// Values over half-open intervals of time, rising and disjoint; gaps are possible.
package struct SeriesTable: Sendable, Equatable {
    /// A value and how long it holds.
    package struct Interval: Sendable, Equatable {
        /// Seconds since 1970-01-01T00:00:00Z.
        package var start: Int
        /// Seconds since 1970-01-01T00:00:00Z; the first second that is not part of it.
        package var end: Int
        /// In the unit of the table.
        package var value: Double
        /// Memberwise.
        package init(start: Int, end: Int, value: Double) {
            self.start = start
            self.end = end
            self.value = value
        }
    }

    /// In order of time.
    package var intervals: [Interval]
    /// From intervals in order of time.
    package init(intervals: [Interval]) { self.intervals = intervals }

    /// The mean over each step of `grid`, and what was filled; or the first moment that nothing is known of.
    ///
    /// - Parameter fillSeconds: how long a gap (or the time after the last interval) may take the value before it.
    func resampled(to grid: TimeGrid, fillSeconds: Int) -> Result<Resampled, MissingTime> {
        var index = firstInterval(endingAfter: grid.start.epochSeconds)
        var result = [Double](repeating: 0, count: grid.count)
        var filled: [Interval] = []
        for step in 0..<grid.count {
            let start = grid.boundary(step).epochSeconds
            var mean = StepMean(seconds: grid.stepSeconds)
            var at = start
            while at < start + grid.stepSeconds {
                while index < intervals.count, intervals[index].end <= at { index += 1 }
                let isKnown = index < intervals.count && intervals[index].start <= at
                // A gap is measured from its beginning, also where that lies before the horizon.
                let limit = isKnown ? .max : index > 0 ? intervals[index - 1].end + fillSeconds : .min
                guard isKnown || at < limit else {
                    return .failure(
                        MissingTime(
                            at: Instant(epochSeconds: at), filled: filled.last.flatMap { $0.end == at ? $0 : nil }))
                }
                let until =
                    isKnown
                    ? intervals[index].end : index < intervals.count ? min(limit, intervals[index].start) : limit
                let next = min(start + grid.stepSeconds, until)
                let value = intervals[isKnown ? index : index - 1].value
                if !isKnown {
                    if let last = filled.last, last.end == at {
                        filled[filled.count - 1].end = next
                    } else {
                        filled.append(.init(start: at, end: next, value: value))
                    }
                }
                mean.add(value, seconds: next - at)
                at = next
            }
            result[step] = mean.value
        }
        return .success(Resampled(values: result, filled: filled))
    }

    /// The table with what it knows of the day before its end, repeated by the clock up to `moment`; nil where it knows less.
    func repeatingLastDay(to moment: Instant, clock: WallClock) -> SeriesTable? {
        guard let last = intervals.last else { return nil }
        var longer = self
        var at = last.end
        while at < moment.epochSeconds {
            let wall = clock.wallTime(at: Instant(epochSeconds: at))
            let source = clock.firstInstant(of: WallTime(secondsSince1970: wall.secondsSince1970 - 86_400)).epochSeconds
            let index = longer.firstInterval(endingAfter: source)
            guard index < longer.intervals.count, longer.intervals[index].start <= source else { return nil }
            // Where clocks are set, the day before has an hour more or less: by quarters nothing is passed over.
            let length = min(longer.intervals[index].end - source, 900 - at.flooredRemainder(900))
            longer.intervals.append(.init(start: at, end: at + length, value: longer.intervals[index].value))
            at += length
        }
        return longer
    }

    private func firstInterval(endingAfter moment: Int) -> Int {
        var low = 0
        var high = intervals.count
        while low < high {
            let middle = (low + high) / 2
            if intervals[middle].end <= moment { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Values on the steps, and the times for which the value before stands in.
    struct Resampled {
        var values: [Double]
        var filled: [Interval]
    }

    /// The first moment of the horizon that a series knows nothing of, and what was filled up to it.
    struct MissingTime: Error {
        var at: Instant
        var filled: Interval?
    }
}

/// The mean over a step of values that hold for parts of it; exactly the value where there is only one.
struct StepMean {
    private let seconds: Int
    private var weightedSum = 0.0
    private var only: Double?
    private var isMixed = false

    init(seconds: Int) { self.seconds = seconds }

    mutating func add(_ value: Double, seconds part: Int) {
        weightedSum += value * Double(part)
        if let only, only != value { isMixed = true }
        only = value
    }

    var value: Double { isMixed ? weightedSum / Double(seconds) : only ?? 0 }
}
