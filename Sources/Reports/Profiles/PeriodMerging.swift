/// Fewer periods for a power that changes often, with the least energy moved to another time.
///
/// A piece of neighbouring parts becomes one period of their mean power, so that the energy at the meter of each period is
/// the plan's. The loss of a piece is what happens earlier or later than planned:
///
///     loss = 1/2 * sum over its parts of |power - mean| * hours        [kWh]
///
/// The least sum over at most N pieces is found by dynamic programming over the last cut: exactly, up to `maxExact` parts;
/// beyond that the neighbours that cost least are joined first.
struct PeriodMerging {
    /// Neighbouring parts, and their mean.
    struct Run: Equatable {
        var parts: Range<Int>
        var seconds: Int
        /// Their mean power, kW.
        var kW: Double
        /// What the site leaves room for in all of its parts, kW; nil: no other power than each part's own.
        var room: ClosedRange<Double>?
        /// Whether all are written as one number: then nothing is merged.
        var isOnePower = true
    }

    /// What came of it.
    struct Merged: Equatable {
        /// Of the parts, without a gap.
        var pieces: [Range<Int>]
        /// Energy at another time than planned, kWh.
        var movedKWh: Double
    }

    static let maxExact = 1000

    let parts: [PlugSession.Part]
    /// Of one power each.
    private let runs: [Run]
    private let isSame: (Double, Double) -> Bool
    private let room: [ClosedRange<Double>]
    /// The charger cannot hold a mean power within these, kW; it can hold both ends.
    private let gaps: [Range<Double>]

    /// - Parameters:
    ///   - room: power that the site leaves the vehicle in each part, kW.
    ///   - gaps: powers that the charger cannot hold: above 0 and below its least.
    ///   - isSame: whether two neighbouring powers are written as the same number.
    init(
        _ parts: [PlugSession.Part], room: [ClosedRange<Double>], gaps: [Range<Double>],
        isSame: @escaping (Double, Double) -> Bool
    ) {
        self.parts = parts
        self.gaps = gaps
        self.isSame = isSame
        self.room = room
        var runs: [Run] = []
        for (index, part) in parts.enumerated() {
            let next = Run(index, part, room[index])
            if let last = runs.last, isSame(last.kW, part.kW) {
                runs[runs.count - 1] = PeriodMerging.joined(last, next, isSame)
            } else {
                runs.append(next)
            }
        }
        self.runs = runs
    }

    /// Changes of power in the plan, counted as periods.
    var runCount: Int { runs.count }

    /// The least loss with `most` periods at most; nil where the limits leave no way.
    func merged(most: Int) -> Merged? {
        guard runs.count > most else { return merged(runs.map(\.parts)) }
        guard let runs = smallest(most: max(most, PeriodMerging.maxExact)) else { return nil }
        guard runs.count > most else { return merged(runs.map(\.parts)) }
        let count = runs.count
        let loss = losses(runs)
        // best[j]: the least loss of the first j runs in so many pieces as there are `cuts`.
        var best = [Double](repeating: .infinity, count: count + 1)
        best[0] = 0
        var cuts: [[Int]] = []
        var least: (loss: Double, pieces: Int) = (.infinity, 0)
        for pieces in 1...max(1, most) {
            var next = [Double](repeating: .infinity, count: count + 1)
            var cut = [Int](repeating: 0, count: count + 1)
            for end in pieces...count {
                for start in (pieces - 1)..<end where best[start] + loss[start * count + end - 1] < next[end] {
                    next[end] = best[start] + loss[start * count + end - 1]
                    cut[end] = start
                }
            }
            best = next
            cuts.append(cut)
            // Where limits forbid some pieces, fewer can be better than more.
            if best[count] < least.loss { least = (best[count], pieces) }
        }
        guard least.pieces > 0 else { return nil }
        var pieces: [Range<Int>] = []
        var end = count
        for cut in cuts[..<least.pieces].reversed() {
            pieces.append(runs[cut[end]].parts.lowerBound..<runs[end - 1].parts.upperBound)
            end = cut[end]
        }
        return merged(pieces.reversed())
    }

    /// Mean power of a piece, kW.
    func meanKW(_ piece: Range<Int>) -> Double {
        let seconds = parts[piece].reduce(0) { $0 + $1.seconds }
        return parts[piece].reduce(0) { $0 + $1.kW * Double($1.seconds) } / Double(seconds)
    }

    /// The fewest periods that the limits allow; nil where they are more than are searched.
    func fewestPeriods() -> Int? {
        guard let runs = smallest(most: PeriodMerging.maxExact) else { return nil }
        let loss = losses(runs)
        var fewest = [0]
        for end in 1...runs.count {
            let starts = (0..<end).filter { loss[$0 * runs.count + end - 1].isFinite }
            fewest.append(1 + (starts.map { fewest[$0] }.min() ?? end - 1))
        }
        return fewest[runs.count]
    }

    /// Loss of every piece `first...last` at `first * count + last`, kWh; infinite where its mean is not allowed.
    private func losses(_ runs: [Run]) -> [Double] {
        let count = runs.count
        var loss = [Double](repeating: .infinity, count: count * count)
        for first in 0..<count {
            var piece = runs[first]
            for last in first..<count {
                if last > first { piece = PeriodMerging.joined(piece, runs[last], isSame) }
                guard isAllowed(piece) else { continue }
                var moved = 0.0
                for run in runs[first...last] { moved += abs(run.kW - piece.kW) * Double(run.seconds) }
                loss[first * count + last] = moved / 7200
            }
        }
        return loss
    }

    private func isAllowed(_ piece: Run) -> Bool {
        if piece.isOnePower { return true }
        // What summing up in floating point leaves of a power that is just at a limit.
        let slack = 1e-9
        guard let room = piece.room, piece.kW > room.lowerBound - slack, piece.kW < room.upperBound + slack else {
            return false
        }
        return !gaps.contains { $0.lowerBound + slack < piece.kW && piece.kW < $0.upperBound - slack }
    }

    /// What a cut may lie between: every part, or where they are too many the plan's powers, and of these at most `most`,
    /// those joined first that cost least; nil where the limits leave more of them.
    private func smallest(most: Int) -> [Run]? {
        if parts.count <= most { return parts.indices.map { Run($0, parts[$0], room[$0]) } }
        var runs = runs
        while runs.count > most {
            var least: (index: Int, run: Run, loss: Double)?
            for index in 1..<runs.count {
                let (left, right) = (runs[index - 1], runs[index])
                let loss =
                    abs(left.kW - right.kW) * Double(left.seconds) * Double(right.seconds)
                    / Double(left.seconds + right.seconds)
                guard loss < least?.loss ?? .infinity else { continue }
                let run = PeriodMerging.joined(left, right, isSame)
                if isAllowed(run) { least = (index, run, loss) }
            }
            guard let least else { return nil }
            runs.replaceSubrange((least.index - 1)...least.index, with: [least.run])
        }
        return runs
    }

    private func merged(_ pieces: [Range<Int>]) -> Merged {
        var moved = 0.0
        for piece in pieces {
            let mean = meanKW(piece)
            // Within one written number nothing moves.
            guard !parts[piece].allSatisfy({ isSame($0.kW, parts[piece.lowerBound].kW) }) else { continue }
            for part in parts[piece] { moved += abs(part.kW - mean) * Double(part.seconds) / 7200 }
        }
        return Merged(pieces: pieces, movedKWh: moved)
    }

    private static func joined(_ left: Run, _ right: Run, _ isSame: (Double, Double) -> Bool) -> Run {
        let seconds = left.seconds + right.seconds
        var room: ClosedRange<Double>?
        if let a = left.room, let b = right.room {
            let (low, high) = (max(a.lowerBound, b.lowerBound), min(a.upperBound, b.upperBound))
            if low <= high { room = low...high }
        }
        return Run(
            parts: left.parts.lowerBound..<right.parts.upperBound, seconds: seconds,
            kW: (left.kW * Double(left.seconds) + right.kW * Double(right.seconds)) / Double(seconds), room: room,
            isOnePower: left.isOnePower && right.isOnePower && isSame(left.kW, right.kW))
    }
}

extension PeriodMerging.Run {
    fileprivate init(_ index: Int, _ part: PlugSession.Part, _ room: ClosedRange<Double>) {
        self.init(parts: index..<(index + 1), seconds: part.seconds, kW: part.kW, room: room)
    }
}
