/// A piecewise-linear function through points that rise in x.
package struct PiecewiseLinear: Sendable, Equatable {
    package struct Point: Sendable, Equatable {
        package var x: Double
        package var y: Double
        package init(_ x: Double, _ y: Double) {
            self.x = x
            self.y = y
        }
    }

    package struct Segment: Sendable, Equatable {
        package var length: Double
        package var slope: Double
    }

    /// At least one; x rising.
    package var points: [Point]

    /// Through `points`, which rise in x.
    package init(points: [Point]) { self.points = points }

    /// The pieces from left to right.
    package var segments: [Segment] {
        zip(points, points.dropFirst()).map { left, right in
            Segment(length: right.x - left.x, slope: (right.y - left.y) / (right.x - left.x))
        }
    }

    /// The value at `x`; beyond the ends the outermost pieces go on.
    package func callAsFunction(_ x: Double) -> Double {
        guard points.count > 1 else { return points.first?.y ?? 0 }
        var right = 1
        while right < points.count - 1, points[right].x < x { right += 1 }
        let (a, b) = (points[right - 1], points[right])
        return a.y + (b.y - a.y) * (x - a.x) / (b.x - a.x)
    }

    /// Whether slopes never fall (by more than rounding).
    package var isConvex: Bool { areSlopes { $1 >= $0 - 1e-9 * max(1e-3, abs($0)) } }
    /// Whether slopes never rise (by more than rounding).
    package var isConcave: Bool { areSlopes { $1 <= $0 + 1e-9 * max(1e-3, abs($0)) } }

    private func areSlopes(_ inOrder: (Double, Double) -> Bool) -> Bool {
        let slopes = segments.map(\.slope)
        return zip(slopes, slopes.dropFirst()).allSatisfy { inOrder($0, $1) }
    }

    /// The part over `low...high`, with points at both ends; one point where the range is empty.
    package func restricted(to low: Double, _ high: Double) -> PiecewiseLinear {
        let margin = 1e-9 * max(1, abs(high))
        guard high > low + margin else { return PiecewiseLinear(points: [Point(low, self(low))]) }
        let inner = points.filter { $0.x > low + margin && $0.x < high - margin }
        return PiecewiseLinear(points: [Point(low, self(low))] + inner + [Point(high, self(high))])
    }

    /// The largest convex function below this one (same ends).
    package var lowerHull: PiecewiseLinear { hull { $0 <= 0 } }
    /// The smallest concave function above this one (same ends).
    package var upperHull: PiecewiseLinear { hull { $0 >= 0 } }

    private func hull(_ drops: (Double) -> Bool) -> PiecewiseLinear {
        var kept: [Point] = []
        for point in points {
            while kept.count >= 2 {
                let (a, b) = (kept[kept.count - 2], kept[kept.count - 1])
                let turn = (b.x - a.x) * (point.y - a.y) - (b.y - a.y) * (point.x - a.x)
                guard drops(turn) else { break }
                kept.removeLast()
            }
            kept.append(point)
        }
        return PiecewiseLinear(points: kept)
    }
}
