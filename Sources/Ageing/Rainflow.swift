/// Rainflow counting by ASTM E1049-85, section 5.4.4: the cycles that a path of states of charge is made of.
public enum Rainflow {
    /// A full cycle (count 1) or half a one (count 0.5).
    public struct Cycle: Sendable, Equatable {
        /// Distance between its extremes.
        public var range: Double
        public var mean: Double
        public var count: Double
        /// Where in the path it begins and ends.
        public var start: Int
        public var end: Int
        /// Memberwise.
        public init(range: Double, mean: Double, count: Double, start: Int, end: Int) {
            self.range = range
            self.mean = mean
            self.count = count
            self.start = start
            self.end = end
        }
    }

    /// The cycles of `path`, in the order in which they close, then what is left as half cycles.
    public static func cycles(of path: [Double]) -> [Cycle] {
        var cycles: [Cycle] = []
        var points: [(index: Int, value: Double)] = []
        func cycle(_ a: (index: Int, value: Double), _ b: (index: Int, value: Double), _ count: Double) -> Cycle {
            Cycle(
                range: abs(a.value - b.value), mean: (a.value + b.value) / 2, count: count, start: a.index, end: b.index
            )
        }
        for point in reversals(of: path) {
            points.append(point)
            while points.count >= 3 {
                let last = points.count - 1
                let newest = abs(points[last].value - points[last - 1].value)
                let before = abs(points[last - 1].value - points[last - 2].value)
                if newest < before { break }
                if points.count == 3 {
                    // The range holds the path's beginning: half a cycle, and the beginning moves on.
                    cycles.append(cycle(points[0], points[1], 0.5))
                    points.removeFirst()
                } else {
                    cycles.append(cycle(points[last - 2], points[last - 1], 1))
                    points.removeSubrange((last - 2)...(last - 1))
                }
            }
        }
        for (a, b) in zip(points, points.dropFirst()) { cycles.append(cycle(a, b, 0.5)) }
        return cycles
    }

    /// The ends of the path and the points at which its direction changes; of a rest at a turn, its end.
    private static func reversals(of path: [Double]) -> [(index: Int, value: Double)] {
        guard let first = path.first else { return [] }
        var found = [(index: 0, value: first)]
        var previous = first
        var direction = 0.0
        for (index, value) in path.enumerated().dropFirst() where value != previous {
            let step = value - previous
            if direction * step < 0 { found.append((index - 1, previous)) }
            direction = step
            previous = value
        }
        if direction != 0 { found.append((path.count - 1, previous)) }
        return found
    }
}
