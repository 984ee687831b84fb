/// What a function becomes by moves: `min over moves and rises r of (f(x - r) + cost(r))`.
///
/// For one move of slope k, `f(x) - k x` over a sliding window: its least value is taken at the near end of the window
/// where the function falls, at the far end where it rises, and else at a local minimum. Falling pieces are therefore
/// moved by the least rise, rising ones by the most, and each local minimum gives a piece of slope k as long as the
/// window.
extension ValueFunction {
    func moved(by moves: [StoreMove]) -> ValueFunction { moved(by: Array(moves.enumerated())) }

    /// By moves that are known by their numbers.
    func moved(by moves: [(offset: Int, element: StoreMove)]) -> ValueFunction {
        var result = ValueFunction()
        for (index, move) in moves {
            result = ValueFunction.lower(result, moved(by: move, index: Int32(index)))
        }
        result.dropCoveredPoints()
        return result
    }

    private func moved(by move: StoreMove, index: Int32) -> ValueFunction {
        func shifted(_ piece: Piece, rise: Double) -> Piece {
            let cost = move.cost(of: rise)
            return Piece(
                low: piece.low + rise, high: piece.high + rise, atLow: piece.atLow + cost, atHigh: piece.atHigh + cost,
                move: index, hasFixedRise: true, reference: rise)
        }
        guard move.most > move.least else {
            return ValueFunction(
                intervals: intervals.map { shifted($0, rise: move.least) },
                points: points.map { shifted($0, rise: move.least) })
        }
        var falling: [Piece] = []
        var rising: [Piece] = []
        var minima: [(x: Double, value: Double)] = []
        var lastFell = false
        for (number, piece) in intervals.enumerated() {
            let slope = (piece.atHigh - piece.atLow) / (piece.high - piece.low)
            let previous = number > 0 ? intervals[number - 1] : nil
            let touches =
                previous.map { $0.high == piece.low && abs($0.atHigh - piece.atLow) <= ValueFunction.rounding } ?? false
            if slope < move.slope {
                // The end of a falling piece is a minimum unless the next piece goes on falling from there.
                if let previous, lastFell, !touches { minima.append((previous.high, previous.atHigh)) }
                falling.append(shifted(piece, rise: move.least))
                lastFell = true
            } else {
                if let previous, lastFell { minima.append((previous.high, previous.atHigh)) }
                if !touches { minima.append((piece.low, piece.atLow)) }
                rising.append(shifted(piece, rise: move.most))
                lastFell = false
            }
        }
        if lastFell, let last = intervals.last { minima.append((last.high, last.atHigh)) }
        if !points.isEmpty {
            minima += points.map { ($0.low, $0.atLow) }
            minima.sort { $0.x < $1.x }
        }
        let windows = ValueFunction.windows(minima, move, index)
        return ValueFunction(
            intervals: ValueFunction.lower(ValueFunction.lower(falling, rising), windows), points: [])
    }

    /// The least over equal windows, one for each minimum, given by rising x.
    private static func windows(_ minima: [(x: Double, value: Double)], _ move: StoreMove, _ index: Int32) -> [Piece] {
        var kept: [(low: Double, high: Double, level: Double, x: Double, value: Double)] = []
        for minimum in minima {
            let level = minimum.value - move.slope * minimum.x
            let (low, high) = (minimum.x + move.least, minimum.x + move.most)
            while let last = kept.last, last.high > low, last.level > level {
                if last.low >= low {
                    kept.removeLast()
                } else {
                    kept[kept.count - 1].high = low
                    break
                }
            }
            let start = max(low, kept.last?.high ?? low)
            if start < high { kept.append((start, high, level, minimum.x, minimum.value)) }
        }
        return kept.map { window in
            Piece(
                low: window.low, high: window.high,
                atLow: window.value + move.cost(of: window.low - window.x),
                atHigh: window.value + move.cost(of: window.high - window.x), move: index, hasFixedRise: false,
                reference: window.x)
        }
    }
}
