/// Values over half-open intervals of time, rising and disjoint; gaps are possible.
public struct SeriesTable: Sendable, Equatable {
    /// A value and how long it holds.
    public struct Interval: Sendable, Equatable {
        /// Seconds since 1970-01-01T00:00:00Z.
        public var start: Int
        /// Seconds since 1970-01-01T00:00:00Z; the first second that is not part of it.
        public var end: Int
        /// In the unit of the table.
        public var value: Double
        /// Memberwise.
        public init(start: Int, end: Int, value: Double) {
            self.start = start
            self.end = end
            self.value = value
        }
    }

    /// In order of time.
    public var intervals: [Interval]
    /// From intervals in order of time.
    public init(intervals: [Interval]) { self.intervals = intervals }

    /// The mean over each step of `grid`, or the first moment that nothing is known of.
    ///
    /// - Parameter fillsWithPrevious: whether a gap (or the time after the last interval) takes the value before it.
    func resampled(to grid: TimeGrid, fillsWithPrevious: Bool) -> Result<[Double], MissingTime> {
        var index = firstInterval(endingAfter: grid.start.epochSeconds)
        var result = [Double](repeating: 0, count: grid.count)
        for step in 0..<grid.count {
            let start = grid.boundary(step).epochSeconds
            var mean = StepMean(seconds: grid.stepSeconds)
            var at = start
            while at < start + grid.stepSeconds {
                while index < intervals.count, intervals[index].end <= at { index += 1 }
                let isKnown = index < intervals.count && intervals[index].start <= at
                guard isKnown || (fillsWithPrevious && index > 0) else {
                    return .failure(MissingTime(at: Instant(epochSeconds: at)))
                }
                let until = isKnown ? intervals[index].end : index < intervals.count ? intervals[index].start : .max
                let next = min(start + grid.stepSeconds, until)
                mean.add(intervals[isKnown ? index : index - 1].value, seconds: next - at)
                at = next
            }
            result[step] = mean.value
        }
        return .success(result)
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

    /// The first moment of the horizon that a series knows nothing of.
    struct MissingTime: Error { var at: Instant }
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
