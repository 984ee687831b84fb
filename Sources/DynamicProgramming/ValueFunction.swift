/// The least cost of reaching an amount (or of what is to come from it): piecewise linear, infinite where nothing is
/// defined. It need be neither convex nor continuous.
struct ValueFunction {
    /// Pieces of positive length that rise in `low` and do not overlap.
    var intervals: [Piece] = []
    /// Single amounts, rising, each below what `intervals` say there.
    var points: [Piece] = []

    var isEmpty: Bool { intervals.isEmpty && points.isEmpty }
    var count: Int { intervals.count + points.count }

    /// Amounts closer than this are one.
    static let width = 1e-9
    /// Values closer than this are one.
    static let rounding = 1e-12

    /// The least value and where it is taken.
    var least: (x: Double, value: Double)? {
        var best: (x: Double, value: Double)?
        for piece in intervals + points {
            if piece.atLow < best?.value ?? .infinity { best = (piece.low, piece.atLow) }
            if piece.atHigh < best?.value ?? .infinity { best = (piece.high, piece.atHigh) }
        }
        return best
    }

    /// The piece that is lowest at `x`, within rounding of `x`.
    func piece(at x: Double, tolerance: Double) -> Piece? {
        var best: Piece?
        var value = Double.infinity
        func look(_ pieces: [Piece]) {
            // The first piece that ends at or after x.
            var (low, high) = (0, pieces.count)
            while low < high {
                let middle = (low + high) / 2
                if pieces[middle].high < x - tolerance { low = middle + 1 } else { high = middle }
            }
            while low < pieces.count, pieces[low].low <= x + tolerance {
                let found = pieces[low].value(at: min(max(x, pieces[low].low), pieces[low].high))
                if found < value { (best, value) = (pieces[low], found) }
                low += 1
            }
        }
        look(intervals)
        look(points)
        return best
    }

    /// The value at `x`; nil where the function is infinite.
    func value(at x: Double, tolerance: Double = ValueFunction.width) -> Double? {
        piece(at: x, tolerance: tolerance).map { $0.value(at: min(max(x, $0.low), $0.high)) }
    }

    /// The lower of two functions.
    static func lower(_ one: ValueFunction, _ two: ValueFunction) -> ValueFunction {
        ValueFunction(
            intervals: lower(one.intervals, two.intervals), points: mergedPoints(one.points, two.points))
    }

    /// The lower envelope of two lists of pieces, each rising and without overlaps.
    static func lower(_ one: [Piece], _ two: [Piece]) -> [Piece] {
        if one.isEmpty { return two }
        if two.isEmpty { return one }
        var kept: [Piece] = []
        kept.reserveCapacity(one.count + two.count)
        // The source of the last piece kept: pieces cut from one source without a gap are joined again.
        var source = (-1, -1)
        func keep(_ piece: Piece, _ from: Double, _ to: Double, _ list: Int, _ index: Int) {
            guard to > from else { return }
            if source == (list, index), let last = kept.last, last.high == from {
                kept[kept.count - 1].high = to
                kept[kept.count - 1].atHigh = piece.value(at: to)
                return
            }
            source = (list, index)
            kept.append(piece.cut(from, to))
        }
        var (i, j) = (0, 0)
        var x = -Double.infinity
        while i < one.count || j < two.count {
            if j == two.count || (i < one.count && one[i].high <= max(x, two[j].low)) {
                keep(one[i], max(x, one[i].low), one[i].high, 0, i)
                x = max(x, one[i].high)
                i += 1
                continue
            }
            if i == one.count || two[j].high <= max(x, one[i].low) {
                keep(two[j], max(x, two[j].low), two[j].high, 1, j)
                x = max(x, two[j].high)
                j += 1
                continue
            }
            let (p, q) = (one[i], two[j])
            let start = max(x, min(p.low, q.low))
            if p.low > start {
                keep(q, start, p.low, 1, j)
                x = p.low
                continue
            }
            if q.low > start {
                keep(p, start, q.low, 0, i)
                x = q.low
                continue
            }
            let end = min(p.high, q.high)
            let left = q.value(at: start) - p.value(at: start)
            let right = q.value(at: end) - p.value(at: end)
            let same = rounding * max(1, abs(p.atLow))
            if left >= -same, right >= -same {
                keep(p, start, end, 0, i)
            } else if left <= same, right <= same {
                keep(q, start, end, 1, j)
            } else {
                let crossing = min(max(start + (end - start) * left / (left - right), start), end)
                let firstIsOne = left > 0
                keep(firstIsOne ? p : q, start, crossing, firstIsOne ? 0 : 1, firstIsOne ? i : j)
                keep(firstIsOne ? q : p, crossing, end, firstIsOne ? 1 : 0, firstIsOne ? j : i)
            }
            x = end
            if p.high <= end { i += 1 }
            if q.high <= end { j += 1 }
        }
        return kept
    }

    private static func mergedPoints(_ one: [Piece], _ two: [Piece]) -> [Piece] {
        if one.isEmpty { return two }
        if two.isEmpty { return one }
        var kept: [Piece] = []
        kept.reserveCapacity(one.count + two.count)
        var (i, j) = (0, 0)
        while i < one.count || j < two.count {
            let next: Piece
            if j == two.count || (i < one.count && one[i].low <= two[j].low) {
                next = one[i]
                i += 1
            } else {
                next = two[j]
                j += 1
            }
            if let last = kept.last, next.low - last.low <= width {
                if next.atLow < last.atLow { kept[kept.count - 1] = next }
            } else {
                kept.append(next)
            }
        }
        return kept
    }

    /// Drops the points that no interval lies above.
    mutating func dropCoveredPoints() {
        guard !points.isEmpty, !intervals.isEmpty else { return }
        var at = 0
        let intervals = intervals
        points.removeAll { point in
            while at < intervals.count, intervals[at].high < point.low - ValueFunction.width { at += 1 }
            var next = at
            while next < intervals.count, intervals[next].low <= point.low + ValueFunction.width {
                let x = min(max(point.low, intervals[next].low), intervals[next].high)
                if intervals[next].value(at: x) <= point.atLow + ValueFunction.rounding { return true }
                next += 1
            }
            return false
        }
    }

    /// Leaves what lies within `lower...upper`. An interval of which one end is left becomes a point.
    mutating func clip(_ lower: Double, _ upper: Double) {
        let width = ValueFunction.width
        var ends: [Piece] = []
        if intervals.contains(where: { $0.low < lower || $0.high > upper }) {
            var kept: [Piece] = []
            kept.reserveCapacity(intervals.count)
            for piece in intervals {
                let (low, high) = (max(piece.low, lower), min(piece.high, upper))
                if high - low > width {
                    kept.append(piece.cut(low, high))
                } else if high - low >= -width {
                    let at = min(max(0.5 * (low + high), piece.low), piece.high)
                    ends.append(piece.cut(at, at))
                }
            }
            intervals = kept
        }
        points.removeAll { $0.low < lower - width || $0.low > upper + width }
        if !ends.isEmpty { points = ValueFunction.mergedPoints(points, ends) }
    }

    /// Adds a cost to every value.
    mutating func raise(by cost: Double) {
        guard cost != 0 else { return }
        for index in intervals.indices {
            intervals[index].atLow += cost
            intervals[index].atHigh += cost
        }
        for index in points.indices {
            points[index].atLow += cost
            points[index].atHigh += cost
        }
    }

    /// Moves every amount by `distance`; where a piece came from stays as it is.
    mutating func shift(by distance: Double) {
        guard distance != 0 else { return }
        for index in intervals.indices {
            intervals[index].low += distance
            intervals[index].high += distance
        }
        for index in points.indices {
            points[index].low += distance
            points[index].high += distance
        }
    }

    /// Adds a cost of the amount.
    mutating func add(_ cost: HoldingCost) {
        if cost.points.isEmpty, cost.slope == 0 { return }
        for index in points.indices {
            let more = cost(points[index].low)
            points[index].atLow += more
            points[index].atHigh += more
        }
        var kept: [Piece] = []
        kept.reserveCapacity(intervals.count + cost.points.count)
        // Kinks inside the range of points; beyond the ends the outermost pieces go on.
        let kinks = cost.points.dropFirst().dropLast().map(\.x)
        var kink = 0
        for piece in intervals {
            var low = piece.low
            while kink < kinks.count, kinks[kink] <= low { kink += 1 }
            while kink < kinks.count, kinks[kink] < piece.high {
                kept.append(piece.cut(low, kinks[kink]).raised(by: cost))
                low = kinks[kink]
                kink += 1
            }
            kept.append(piece.cut(low, piece.high).raised(by: cost))
        }
        intervals = kept
    }
}

/// A linear piece of a value function, and how its amounts were reached.
struct Piece {
    var low: Double
    var high: Double
    var atLow: Double
    var atHigh: Double
    /// The move by which its amounts were reached.
    var move: Int32
    /// Whether every amount was reached by one rise, `reference`; otherwise from one amount, `reference`.
    var hasFixedRise: Bool
    var reference: Double

    func value(at x: Double) -> Double {
        if x <= low { return atLow }
        if x >= high { return atHigh }
        return atLow + (atHigh - atLow) * (x - low) / (high - low)
    }

    func cut(_ from: Double, _ to: Double) -> Piece {
        var part = self
        part.low = from
        part.high = to
        part.atLow = value(at: from)
        part.atHigh = value(at: to)
        return part
    }

    func raised(by cost: HoldingCost) -> Piece {
        var part = self
        // Taken from inside, so that at a kink the piece that lies above this interval is used.
        part.atLow += cost(low)
        part.atHigh += cost(high)
        return part
    }
}
