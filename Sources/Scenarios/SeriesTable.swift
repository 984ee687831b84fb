/// Values over half-open intervals of time, rising and disjoint; gaps are possible.
public struct SeriesTable: Sendable, Equatable {
    public struct Interval: Sendable, Equatable {
        /// Seconds since 1970-01-01T00:00:00Z.
        public var start: Int
        public var end: Int
        public var value: Double
        public init(start: Int, end: Int, value: Double) {
            self.start = start
            self.end = end
            self.value = value
        }
    }

    public var intervals: [Interval]
    public init(intervals: [Interval]) { self.intervals = intervals }

    /// The mean over each step of `grid`, or the first moment that nothing is known of.
    ///
    /// - Parameter fillsWithPrevious: whether a gap (or the time after the last interval) takes the value before it.
    func resampled(to grid: TimeGrid, fillsWithPrevious: Bool) -> Result<[Double], MissingTime> {
        var result = [Double](repeating: 0, count: grid.count)
        // The first interval that ends after the horizon's start.
        var low = 0
        var high = intervals.count
        while low < high {
            let middle = (low + high) / 2
            if intervals[middle].end <= grid.start.epochSeconds { low = middle + 1 } else { high = middle }
        }
        var index = low
        for step in 0..<grid.count {
            var at = grid.boundary(step).epochSeconds
            let end = at + grid.stepSeconds
            var sum = 0.0
            while at < end {
                while index < intervals.count, intervals[index].end <= at { index += 1 }
                let value: Double
                let upTo: Int
                if index < intervals.count, intervals[index].start <= at {
                    value = intervals[index].value
                    upTo = min(end, intervals[index].end)
                } else if fillsWithPrevious, index > 0 {
                    value = intervals[index - 1].value
                    upTo = index < intervals.count ? min(end, intervals[index].start) : end
                } else {
                    return .failure(MissingTime(at: Instant(epochSeconds: at)))
                }
                // A step inside one interval keeps its value to the last digit.
                if upTo - at == grid.stepSeconds { sum = value } else {
                    sum += value * Double(upTo - at) / Double(grid.stepSeconds)
                }
                at = upTo
            }
            result[step] = sum
        }
        return .success(result)
    }

    /// The first moment of the horizon that a series knows nothing of.
    struct MissingTime: Error { var at: Instant }
}
