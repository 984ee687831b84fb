/// Prices a block in chain form by dynamic programming: the linear program's optimum, by sorting and adding slopes.
///
///     V_k(s) = min over s' of  sum of pair rows (s, s')  +  W_{k+1}(s'),     W_k = V_k + cost_k s + single rows
///
/// For a fixed s everything is convex and piecewise linear in s'; as s grows, the kinks of each row move along s' at that
/// row's own velocity, those of W stand still, and the best s' rides on one of them. Each piece of V is the time between
/// two meetings of kinks: one sweep over s finds V and the best s' exactly, however the rows are slanted.
/// Its memory is used again from block to block.
struct ChainSweep {
    private var families: UnsafeMutableBufferPointer<ConvexPieces>
    private var singles: UnsafeMutableBufferPointer<ConvexPieces>
    private var value = ConvexPieces(capacity: Parameters.Chain.valueCapacity)
    /// The best s' at each kink of the sweep, pair by pair.
    private var pathFrom: [Double] = []
    private var pathTo: [Double] = []
    private var pathStart: [Int] = []
    /// Leaves of one row, cheapest first: index, coefficient times bounds, and cost per unit.
    private var leaf: [(column: Int, coefficient: Double, least: Double, most: Double, price: Double)] = []
    private var sums: [Double] = []

    init() {
        families = .allocate(capacity: Parameters.Chain.maxFamilies)
        singles = .allocate(capacity: Parameters.Chain.maxFamilies)
        for index in 0..<Parameters.Chain.maxFamilies {
            families.initializeElement(at: index, to: ConvexPieces(capacity: Parameters.Chain.rowCapacity))
            singles.initializeElement(at: index, to: ConvexPieces(capacity: Parameters.Chain.rowCapacity))
        }
    }

    func deallocate() {
        for index in 0..<Parameters.Chain.maxFamilies {
            families[index].deallocate()
            singles[index].deallocate()
        }
        value.deallocate()
        families.deallocate()
        singles.deallocate()
    }

    /// The cheapest values of the block's columns at `costs`; nil where the sweep loses its way (rounding), or there is
    /// no finite optimum.
    mutating func cheapest(_ form: ChainForm, costs: [Double]) -> [Double]? {
        var values = form.lower
        for column in form.loose {
            values[column] = costs[column] < 0 ? form.upper[column] : form.lower[column]
            if !values[column].isFinite {
                guard costs[column] == 0 else { return nil }
                values[column] = form.lower[column].isFinite ? form.lower[column] : min(0, form.upper[column])
            }
        }
        for chain in form.chains {
            guard price(chain, form, costs, &values) else { return nil }
        }
        return values
    }

    private mutating func price(
        _ chain: ChainForm.Chain, _ form: ChainForm, _ costs: [Double], _ values: inout [Double]
    ) -> Bool {
        let last = chain.states.count - 1
        pathFrom.removeAll(keepingCapacity: true)
        pathTo.removeAll(keepingCapacity: true)
        pathStart.removeAll(keepingCapacity: true)
        // Backwards. After each pass `value` is V_k; W_k is made from it in the family that stands still.
        value.start(at: chain.low[last])
        value.append(chain.high[last], slope: 0)
        for k in stride(from: last, through: 0, by: -1) {
            guard chain.singles[k].count < Parameters.Chain.maxFamilies else { return false }
            for (index, row) in chain.singles[k].enumerated() {
                guard write(row, form, costs, into: &singles[index]) else { return false }
            }
            let parts = chain.singles[k].count
            swap(&singles[parts], &value)
            ConvexPieces.sum(
                UnsafeMutableBufferPointer(rebasing: singles[0...parts]), slope: costs[chain.states[k]],
                low: chain.low[k], high: chain.high[k], into: &families[0])
            swap(&singles[parts], &value)
            if k == 0 { break }
            let rows = chain.pairs[k - 1]
            guard rows.count < Parameters.Chain.maxFamilies else { return false }
            for (index, row) in rows.enumerated() {
                guard write(row, form, costs, into: &families[index + 1]) else { return false }
            }
            families[0].velocity = 0
            guard sweep(rows.count + 1, from: chain.low[k - 1], to: chain.high[k - 1]) else { return false }
        }
        // Forwards: the best first state, then along the paths.
        let first = families[0]
        var place = 0
        while place < first.count - 1, first.slopes[place] < 0 { place += 1 }
        var state = first.kinks[place]
        values[chain.states[0]] = state
        for k in chain.pairs.indices {
            let next = follow(pair: chain.pairs.count - 1 - k, from: state)
            values[chain.states[k + 1]] = min(max(next, chain.low[k + 1]), chain.high[k + 1])
            state = values[chain.states[k + 1]]
        }
        for k in chain.states.indices {
            for row in chain.singles[k] { fill(row, at: row.alpha * values[chain.states[k]], form, costs, &values) }
        }
        for k in chain.pairs.indices {
            for row in chain.pairs[k] {
                let total = row.alpha * values[chain.states[k]] + row.beta * values[chain.states[k + 1]]
                fill(row, at: total, form, costs, &values)
            }
        }
        return true
    }

    /// Sorts a row's leaves, its own slack among them, by cost per unit of the row.
    private mutating func sortLeaves(_ row: ChainForm.Row, _ form: ChainForm, _ costs: [Double]) {
        leaf.removeAll(keepingCapacity: true)
        leaf.append((-1, -1, -row.upper, -row.lower, 0))
        for index in row.leaves {
            let (column, value) = (form.leafColumn[index], form.leafCoefficient[index])
            let ends = (value * form.lower[column], value * form.upper[column])
            var place = leaf.count
            let entry = (column, value, min(ends.0, ends.1), max(ends.0, ends.1), costs[column] / value)
            leaf.append(entry)
            while place > 0, leaf[place - 1].price > entry.4 {
                leaf[place] = leaf[place - 1]
                place -= 1
            }
            leaf[place] = entry
        }
    }

    /// Writes the sums of the leaves with the first i at their greatest and the others at their least, i = 0 ... count.
    private mutating func sumLeaves() {
        sums.removeAll(keepingCapacity: true)
        var sum = 0.0
        for entry in leaf { sum += entry.least }
        sums.append(sum)
        if sum.isFinite {
            for entry in leaf {
                sum += entry.most - entry.least
                sums.append(sum)
            }
            return
        }
        // With infinite ends differences would be no numbers.
        for first in 1...leaf.count {
            sum = 0
            for index in leaf.indices { sum += index < first ? leaf[index].most : leaf[index].least }
            sums.append(sum)
        }
    }

    /// A row as a function of `s' - velocity s` (of s for a row on one state). False where it has no finite optimum.
    private mutating func write(
        _ row: ChainForm.Row, _ form: ChainForm, _ costs: [Double], into pieces: inout ConvexPieces
    ) -> Bool {
        sortLeaves(row, form, costs)
        sumLeaves()
        let isPair = row.beta != 0
        let scale = isPair ? row.beta : row.alpha
        pieces.velocity = isPair ? row.velocity : 0
        let count = leaf.count
        pieces.ensure(count + 2)
        // The leaves sum to y = -scale z: in the direction of z, slopes rise either way.
        let isTurned = scale > 0
        for step in 0...count {
            let index = isTurned ? count - step : step
            let z = -sums[index] / scale
            if z.isNaN { return false }
            if step == 0 {
                pieces.start(at: z)
            } else {
                let price = leaf[isTurned ? index : index - 1].price
                if z > pieces.kinks[pieces.count - 1] { pieces.append(z, slope: -scale * price) }
            }
        }
        return true
    }

    /// Sets a row's leaves, cheapest first, so that they balance its states' part `total`.
    private mutating func fill(
        _ row: ChainForm.Row, at total: Double, _ form: ChainForm, _ costs: [Double], _ values: inout [Double]
    ) {
        guard !row.leaves.isEmpty else { return }
        sortLeaves(row, form, costs)
        var least = 0.0
        for entry in leaf { least += entry.least }
        var before = 0.0
        for index in leaf.indices {
            let entry = leaf[index]
            var others = before + least - entry.least
            if !others.isFinite {
                others = 0
                for other in leaf.indices where other != index {
                    others += other < index ? leaf[other].most : leaf[other].least
                }
            }
            least -= entry.least
            before += entry.most
            guard entry.column >= 0 else { continue }
            let amount = min(max(-total - others, entry.least), entry.most)
            values[entry.column] = amount / entry.coefficient
        }
    }

    /// The best next state, from the sweep of the pair that was swept `pair`-th.
    private func follow(pair: Int, from state: Double) -> Double {
        var low = pathStart[pair]
        var high = (pair + 1 < pathStart.count ? pathStart[pair + 1] : pathFrom.count) - 1
        if state <= pathFrom[low] { return pathTo[low] }
        if state >= pathFrom[high] { return pathTo[high] }
        while high - low > 1 {
            let middle = (low + high) / 2
            if pathFrom[middle] <= state { low = middle } else { high = middle }
        }
        let width = pathFrom[high] - pathFrom[low]
        guard width > 0 else { return pathTo[low] }
        return pathTo[low] + (pathTo[high] - pathTo[low]) * (state - pathFrom[low]) / width
    }

    @inline(__always) private func place(_ family: Int, _ kink: Int, _ state: Double) -> Double {
        families[family].kinks[kink] + families[family].velocity * state
    }

    /// Sweeps s over `low...high`: `value` becomes V, and the path of the best s' is kept.
    private mutating func sweep(_ count: Int, from low: Double, to high: Double) -> Bool {
        pathStart.append(pathFrom.count)
        var kinkCount = 0
        for family in 0..<count { kinkCount += families[family].count }
        var state = low
        var place = start(count, at: state)
        value.ensure(4 * kinkCount + 16)
        value.start(at: low)
        pathFrom.append(state)
        pathTo.append(place)
        var rounds = 0
        while state < high {
            let carrier = meet(count, at: state, place)
            let velocity = families[carrier].velocity
            var slope = 0.0
            var next = high
            for family in 0..<count where family != carrier {
                let relative = families[family].velocity - velocity
                let segment = families[family].segment
                let inside = families[family].slope(segment)
                if inside.isFinite { slope -= inside * relative }
                if relative > 0, segment >= 0 {
                    let distance = place - self.place(family, segment, state)
                    next = min(next, state + max(0, distance / relative))
                } else if relative < 0, segment + 1 < families[family].count {
                    let distance = self.place(family, segment + 1, state) - place
                    next = min(next, state + max(0, distance / -relative))
                }
            }
            place += velocity * (next - state)
            state = next
            value.ensure(value.count + 2)
            value.append(state, slope: slope)
            pathFrom.append(state)
            pathTo.append(place)
            rounds += 1
            if rounds > Parameters.Chain.maxRoundsPerKink * kinkCount + Parameters.Chain.extraRounds { return false }
        }
        return true
    }

    /// The least best s' at `state`; every family's segment is set to what lies after it.
    private mutating func start(_ count: Int, at state: Double) -> Double {
        var place = -Double.infinity
        for family in 0..<count { place = max(place, self.place(family, 0, state)) }
        for family in 0..<count { families[family].segment = -1 }
        while true {
            var slope = 0.0
            var next = Double.infinity
            var isBefore = false
            for family in 0..<count {
                while families[family].segment + 1 < families[family].count,
                    self.place(family, families[family].segment + 1, state) <= place + Parameters.Chain.meeting
                { families[family].segment += 1 }
                let segment = families[family].segment
                if segment < 0 { isBefore = true } else { slope += families[family].slope(segment) }
                if segment + 1 < families[family].count { next = min(next, self.place(family, segment + 1, state)) }
            }
            if (!isBefore && slope >= 0) || next == .infinity { return place }
            place = next
        }
    }

    /// Kinks that meet at `place` part at their own velocities: finds the one that the best s' rides on from here.
    private mutating func meet(_ count: Int, at state: Double, _ place: Double) -> Int {
        // At most eight families: their numbers and kinks here, slowest first.
        var met: (Int, Int, Int, Int, Int, Int, Int, Int) = (0, 0, 0, 0, 0, 0, 0, 0)
        return withUnsafeMutableBytes(of: &met) { bytes in
            let met = bytes.bindMemory(to: Int.self)
            var metCount = 0
            var steady = 0.0
            var (below, above) = (0, 0)
            for family in 0..<count {
                let segment = families[family].segment
                var kink = -1
                if segment >= 0, place - self.place(family, segment, state) <= Parameters.Chain.meeting {
                    kink = segment
                } else if segment + 1 < families[family].count,
                    self.place(family, segment + 1, state) - place <= Parameters.Chain.meeting
                {
                    kink = segment + 1
                }
                guard kink >= 0 else {
                    let slope = families[family].slope(segment)
                    if slope == -.infinity {
                        below += 1
                    } else if slope == .infinity {
                        above += 1
                    } else {
                        steady += slope
                    }
                    continue
                }
                families[family].segment = kink
                var index = metCount
                while index > 0, families[met[index - 1]].velocity > families[family].velocity {
                    met[index] = met[index - 1]
                    index -= 1
                }
                met[index] = family
                metCount += 1
            }
            guard metCount > 0 else { return 0 }
            var chosen = metCount - 1
            for candidate in 0..<metCount {
                var slope = below > 0 ? -Double.infinity : steady
                for index in 0..<metCount {
                    let family = met[index]
                    let part = families[family].slope(families[family].segment - (index <= candidate ? 0 : 1))
                    if part == -.infinity { slope = -.infinity } else if slope != -.infinity { slope += part }
                }
                if slope >= 0 {
                    chosen = candidate
                    break
                }
            }
            for index in (chosen + 1)..<max(metCount, chosen + 1) { families[met[index]].segment -= 1 }
            return met[chosen]
        }
    }
}

/// A sweep that belongs to one thread.
final class ChainPricer {
    // A struct inside: its methods work on memory known to be theirs alone, without checks at each access.
    private var sweep = ChainSweep()

    deinit { sweep.deallocate() }

    /// See `ChainSweep.cheapest`.
    func cheapest(_ form: ChainForm, costs: [Double]) -> [Double]? { sweep.cheapest(form, costs: costs) }
}
