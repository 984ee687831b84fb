/// Rainflow counting by ASTM E1049-85, section 5.4.4: the cycles that a path of states of charge is made of.
package enum Rainflow {
    /// A full cycle (count 1) or half a one (count 0.5).
    package struct Cycle: Sendable, Equatable {
        /// Distance between its extremes.
        package var range: Double
        package var mean: Double
        package var count: Double
        /// Where in the path it begins and ends.
        package var start: Int
        package var end: Int
        /// Memberwise.
        package init(range: Double, mean: Double, count: Double, start: Int, end: Int) {
            self.range = range
            self.mean = mean
            self.count = count
            self.start = start
            self.end = end
        }
    }

    /// The cycles of `path`, in the order in which they close, then what is left as half cycles.
    package static func cycles(of path: [Double]) -> [Cycle] {
        var counter = RainflowCounter()
        var cycles: [Cycle] = []
        for value in path { cycles += counter.add(value) }
        return cycles + counter.rest
    }
}

/// Counts a path as it comes.
package struct RainflowCounter: Sendable {
    private struct Point: Sendable {
        var index: Int
        var value: Double
    }
    /// Turns that no cycle has taken yet, each range within the one before (but for the newest).
    private var points: [Point] = []
    /// The last value, and where it was.
    private var last: Point?
    private var direction = 0.0

    package init() {}

    /// The next value of the path; gives back the cycles that it closes.
    package mutating func add(_ value: Double) -> [Rainflow.Cycle] {
        guard let before = last else {
            last = Point(index: 0, value: value)
            points = [Point(index: 0, value: value)]
            return []
        }
        last = Point(index: before.index + 1, value: value)
        let step = value - before.value
        guard step != 0 else { return [] }
        // Of a rest at a turn, its end is the turn.
        let closed = direction * step < 0 ? turn(before) : []
        direction = step
        return closed
    }

    /// What is open, were the path to end here: cycles that its end closes, then half cycles.
    package var rest: [Rainflow.Cycle] {
        guard let last, direction != 0 else { return [] }
        var copy = self
        let closed = copy.turn(last)
        return closed + zip(copy.points, copy.points.dropFirst()).map { RainflowCounter.cycle($0, $1, 0.5) }
    }

    private static func cycle(_ a: Point, _ b: Point, _ count: Double) -> Rainflow.Cycle {
        Rainflow.Cycle(
            range: abs(a.value - b.value), mean: (a.value + b.value) / 2, count: count, start: a.index, end: b.index)
    }

    private mutating func turn(_ point: Point) -> [Rainflow.Cycle] {
        var cycles: [Rainflow.Cycle] = []
        points.append(point)
        while points.count >= 3 {
            let last = points.count - 1
            let newest = abs(points[last].value - points[last - 1].value)
            let before = abs(points[last - 1].value - points[last - 2].value)
            if newest < before { break }
            if points.count == 3 {
                // The range holds the path's beginning: half a cycle, and the beginning moves on.
                cycles.append(RainflowCounter.cycle(points[0], points[1], 0.5))
                points.removeFirst()
            } else {
                cycles.append(RainflowCounter.cycle(points[last - 2], points[last - 1], 1))
                points.removeSubrange((last - 2)...(last - 1))
            }
        }
        return cycles
    }
}
