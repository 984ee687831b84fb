/// A convex piecewise-linear function over a range, infinite beyond it, as its corners from left to right.
struct ConvexFunction {
    var xs: [Double]
    var ys: [Double]

    var low: Double { xs[0] }
    var high: Double { xs[xs.count - 1] }

    /// Kinks closer than this are joined.
    private static let width = 1e-8

    /// Zero over `low...high`.
    init(over low: Double, _ high: Double) {
        if high - low > ConvexFunction.width {
            (xs, ys) = ([low, high], [0, 0])
        } else {
            (xs, ys) = ([0.5 * (low + high)], [0])
        }
    }

    /// The largest convex function below the corners, of which there is at least one.
    init(hullOf corners: [(x: Double, y: Double)]) {
        (xs, ys) = ([], [])
        for corner in corners.sorted(by: { ($0.x, $0.y) < ($1.x, $1.y) }) {
            if let last = xs.last, corner.x - last <= 1e-13 { continue }
            while xs.count >= 2 {
                let (a, b) = (xs.count - 2, xs.count - 1)
                let turn = (xs[b] - xs[a]) * (corner.y - ys[a]) - (ys[b] - ys[a]) * (corner.x - xs[a])
                guard turn <= 0 else { break }
                xs.removeLast()
                ys.removeLast()
            }
            xs.append(corner.x)
            ys.append(corner.y)
        }
    }

    /// The largest convex function of the rise below the moves' costs.
    init(hullOf moves: [StoreMove]) {
        self.init(hullOf: moves.flatMap { [(x: $0.least, y: $0.cost), (x: $0.most, y: $0.cost(of: $0.most))] })
    }

    /// The largest convex function below a cost over a range.
    init(hullOf cost: HoldingCost, over low: Double, _ high: Double) {
        let inner = cost.points.dropFirst().dropLast().map(\.x).filter { $0 > low && $0 < high }
        let corners = ([low] + inner + [high]).map { (x: $0, y: cost($0)) }
        self.init(hullOf: corners)
    }

    func value(at x: Double) -> Double {
        guard xs.count > 1 else { return ys[0] }
        var right = 1
        while right < xs.count - 1, xs[right] < x { right += 1 }
        let share = (x - xs[right - 1]) / (xs[right] - xs[right - 1])
        return ys[right - 1] + (ys[right] - ys[right - 1]) * min(max(share, 0), 1)
    }

    /// Adds a function over the same range.
    mutating func add(_ other: ConvexFunction) {
        if other.xs.count <= 2 {
            for index in xs.indices { ys[index] += other.value(at: xs[index]) }
            return
        }
        var (sumX, sumY): ([Double], [Double]) = ([], [])
        var (i, j) = (0, 0)
        while i < xs.count || j < other.xs.count {
            let x: Double
            if j == other.xs.count || (i < xs.count && xs[i] <= other.xs[j]) {
                x = xs[i]
                i += 1
            } else {
                x = other.xs[j]
                j += 1
            }
            if let last = sumX.last, x - last <= ConvexFunction.width { continue }
            sumX.append(x)
            sumY.append(value(at: x) + other.value(at: x))
        }
        (xs, ys) = (sumX, sumY)
    }

    /// `min over r of (self(x - r) + other(r))`: the pieces of both, by rising slope.
    func convolved(with other: ConvexFunction) -> ConvexFunction {
        var result = self
        result.xs = [low + other.low]
        result.ys = [ys[0] + other.ys[0]]
        var (i, j) = (1, 1)
        func append(_ length: Double, _ rise: Double) {
            let last = result.xs.count - 1
            result.xs.append(result.xs[last] + length)
            result.ys.append(result.ys[last] + rise)
        }
        while i < xs.count || j < other.xs.count {
            let one = i < xs.count ? (ys[i] - ys[i - 1]) / (xs[i] - xs[i - 1]) : .infinity
            let two =
                j < other.xs.count
                ? (other.ys[j] - other.ys[j - 1]) / (other.xs[j] - other.xs[j - 1]) : .infinity
            if one <= two {
                append(xs[i] - xs[i - 1], ys[i] - ys[i - 1])
                i += 1
            } else {
                append(other.xs[j] - other.xs[j - 1], other.ys[j] - other.ys[j - 1])
                j += 1
            }
        }
        return result
    }

    mutating func shift(by distance: Double) {
        for index in xs.indices { xs[index] += distance }
    }

    /// The part within `lower...upper`; nil where there is none.
    func clipped(_ lower: Double, _ upper: Double) -> ConvexFunction? {
        let (from, to) = (max(low, lower), min(high, upper))
        guard to - from > ConvexFunction.width else {
            guard to - from >= -ConvexFunction.width else { return nil }
            let at = min(max(0.5 * (from + to), low), high)
            var point = self
            (point.xs, point.ys) = ([at], [value(at: at)])
            return point
        }
        if from <= low, to >= high { return self }
        var part = self
        (part.xs, part.ys) = ([from], [value(at: from)])
        for index in xs.indices
        where xs[index] > from + ConvexFunction.width && xs[index] < to - ConvexFunction.width {
            part.xs.append(xs[index])
            part.ys.append(ys[index])
        }
        part.xs.append(to)
        part.ys.append(value(at: to))
        return part
    }

    /// As a value function.
    var pieces: ValueFunction {
        func piece(_ left: Int, _ right: Int) -> Piece {
            Piece(
                low: xs[left], high: xs[right], atLow: ys[left], atHigh: ys[right], move: -1, hasFixedRise: true,
                reference: 0)
        }
        if xs.count == 1 { return ValueFunction(points: [piece(0, 0)]) }
        return ValueFunction(intervals: (1..<xs.count).map { piece($0 - 1, $0) })
    }
}
