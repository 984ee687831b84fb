/// A convex piecewise-linear function of one number, without its height: kinks and the slopes between them.
///
/// It is infinite before its first kink and after its last. Raw memory, as it is rewritten some million times a second.
struct ConvexPieces {
    private(set) var kinks: UnsafeMutablePointer<Double>
    /// `slopes[i]` from `kinks[i]` to `kinks[i + 1]`.
    private(set) var slopes: UnsafeMutablePointer<Double>
    private(set) var capacity: Int
    /// Number of kinks.
    var count = 0
    /// How fast the kinks move along the next state while the present one moves by 1.
    var velocity = 0.0
    /// The piece that the present place lies in: -1 before the first kink, `count - 1` after the last.
    var segment = 0

    init(capacity: Int) {
        self.capacity = capacity
        kinks = .allocate(capacity: capacity)
        slopes = .allocate(capacity: capacity)
    }

    func deallocate() {
        kinks.deallocate()
        slopes.deallocate()
    }

    /// Room for `wanted` kinks; what is there stays.
    mutating func ensure(_ wanted: Int) {
        guard wanted > capacity else { return }
        let grown = max(wanted, 2 * capacity)
        for keyPath in [\ConvexPieces.kinks, \ConvexPieces.slopes] {
            let larger = UnsafeMutablePointer<Double>.allocate(capacity: grown)
            larger.update(from: self[keyPath: keyPath], count: count)
            self[keyPath: keyPath].deallocate()
            if keyPath == \ConvexPieces.kinks { kinks = larger } else { slopes = larger }
        }
        capacity = grown
    }

    /// Slope of a piece; outside the domain infinite.
    @inline(__always) func slope(_ piece: Int) -> Double {
        if piece < 0 { return -.infinity }
        return piece >= count - 1 ? .infinity : slopes[piece]
    }

    /// Adds the piece up to `kink`; pieces that are too short, or go on as the one before, are joined with it.
    @inline(__always) mutating func append(_ kink: Double, slope: Double) {
        if count >= 2, abs(slopes[count - 2] - slope) <= Parameters.Chain.slopeTolerance * max(1, abs(slope)) {
            kinks[count - 1] = kink
            return
        }
        if kink - kinks[count - 1] < Parameters.Chain.minPiece {
            if count >= 2 { kinks[count - 1] = kink }
            return
        }
        slopes[count - 1] = slope
        kinks[count] = kink
        count += 1
    }

    mutating func start(at kink: Double) {
        kinks[0] = kink
        count = 1
    }

    /// The sum of the functions, and of a linear one, where all are defined, cut to `low...high`; written into `sum`.
    static func sum(
        _ parts: UnsafeMutableBufferPointer<ConvexPieces>, slope linear: Double, low: Double, high: Double,
        into sum: inout ConvexPieces
    ) {
        var (low, high) = (low, high)
        var room = 2
        for part in parts {
            low = max(low, part.kinks[0])
            high = min(high, part.kinks[part.count - 1])
            room += part.count
        }
        sum.ensure(room)
        sum.start(at: low)
        guard high > low else { return }
        for index in parts.indices {
            var piece = 0
            while piece < parts[index].count - 2, parts[index].kinks[piece + 1] <= low { piece += 1 }
            parts[index].segment = piece
        }
        var place = low
        while place < high {
            var next = high
            var slope = linear
            for part in parts where part.count > 1 {
                slope += part.slopes[part.segment]
                if part.segment < part.count - 2 { next = min(next, part.kinks[part.segment + 1]) }
            }
            sum.append(next, slope: slope)
            for index in parts.indices
            where parts[index].segment < parts[index].count - 2 && parts[index].kinks[parts[index].segment + 1] <= next
            { parts[index].segment += 1 }
            place = next
        }
    }
}
