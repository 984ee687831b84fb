/// One lane's blocks: each phase of a round on them. Used by one thread at a time.
final class InteriorLane: @unchecked Sendable {
    private let blocks: [Int]
    private var factor: BlockFactor
    /// The factors of its blocks, one behind the other.
    private let factors: UnsafeMutablePointer<Double>
    private let factorStart: [Int]
    /// Its blocks' part of the linking rows' matrix, lower half by columns, and of their right-hand side.
    let matrix: UnsafeMutablePointer<Double>
    let linkRight: UnsafeMutablePointer<Double>
    /// What its blocks take off the linking rows' right-hand sides.
    let linkMissed: UnsafeMutablePointer<Double>
    /// Of one block: what is solved for, prices, what is missed; its rows and behind them the linking rows.
    fileprivate let local: UnsafeMutablePointer<Double>
    private let prices: UnsafeMutablePointer<Double>
    private let missed: UnsafeMutablePointer<Double>
    private let localMatrix: UnsafeMutablePointer<Double>
    fileprivate let linkingCount: Int

    private(set) var measure = InteriorMeasure()
    /// The longest steps that keep distances and prices positive.
    fileprivate(set) var primalStep = 1.0
    fileprivate(set) var dualStep = 1.0
    private(set) var stepTimesPrice = 0.0
    private(set) var placeTimesStep = 0.0
    private(set) var stepTimesStep = 0.0

    /// Added to the diagonal, so that rows that follow from others do no harm.
    static let shift = 1e-11
    /// A column without bounds has this in place of prices over distances.
    private static let leastInverseWeight = 1e-9

    init(_ problem: InteriorProblem, blocks: [Int]) {
        self.blocks = blocks
        let patterns = blocks.map { problem.blocks[$0].pattern }
        factor = BlockFactor(patterns)
        var starts: [Int] = []
        var total = 0
        for pattern in patterns {
            starts.append(total)
            total += pattern.factorCount
        }
        factorStart = starts
        factors = .allocate(capacity: total + 1)
        linkingCount = problem.linkingCount
        matrix = .allocate(capacity: linkingCount * linkingCount + 1)
        linkRight = .allocate(capacity: linkingCount + 1)
        linkMissed = .allocate(capacity: linkingCount + 1)
        let rows = (patterns.map { $0.rowCount + $0.linkCount }.max() ?? 0) + 1
        local = .allocate(capacity: rows)
        prices = .allocate(capacity: rows)
        missed = .allocate(capacity: rows)
        let links = patterns.map(\.linkCount).max() ?? 0
        localMatrix = .allocate(capacity: links * links + 1)
    }

    func deallocate() {
        factor.deallocate()
        for pointer in [factors, matrix, linkRight, linkMissed, local, prices, missed, localMatrix] {
            pointer.deallocate()
        }
    }

    /// One block with its memory at hand.
    fileprivate struct Place {
        let pattern: BlockPattern
        let weight: Double
        let columnStart: Int
        let columnCount: Int
        let rowStart: Int
        let values: UnsafePointer<Double>
        let links: UnsafePointer<Int32>
        let lower: UnsafePointer<Double>
        let upper: UnsafePointer<Double>
        let cost: UnsafePointer<Double>
        let right: UnsafePointer<Double>
        let entryRow: UnsafePointer<Int32>
        let columnEntries: UnsafePointer<Int32>
        let factor: UnsafeMutablePointer<Double>
    }

    fileprivate func forEachBlock(_ problem: InteriorProblem, _ work: (Place) -> Void) {
        problem.values.withUnsafeBufferPointer { values in
            problem.links.withUnsafeBufferPointer { links in
                problem.lower.withUnsafeBufferPointer { lower in
                    problem.upper.withUnsafeBufferPointer { upper in
                        problem.cost.withUnsafeBufferPointer { cost in
                            problem.right.withUnsafeBufferPointer { right in
                                guard let values = values.baseAddress, let links = links.baseAddress,
                                    let lower = lower.baseAddress, let upper = upper.baseAddress,
                                    let cost = cost.baseAddress, let right = right.baseAddress
                                else { return }
                                for (index, number) in blocks.enumerated() {
                                    let block = problem.blocks[number]
                                    block.pattern.entryRow.withUnsafeBufferPointer { rows in
                                        block.pattern.columnStart.withUnsafeBufferPointer { starts in
                                            guard let rows = rows.baseAddress, let starts = starts.baseAddress else {
                                                return
                                            }
                                            work(
                                                Place(
                                                    pattern: block.pattern, weight: block.weight,
                                                    columnStart: block.columnStart, columnCount: block.columnCount,
                                                    rowStart: block.rowStart, values: values + block.valueStart,
                                                    links: links + block.linkStart, lower: lower + block.columnStart,
                                                    upper: upper + block.columnStart,
                                                    cost: cost + block.columnStart, right: right + block.rowStart,
                                                    entryRow: rows, columnEntries: starts,
                                                    factor: factors + factorStart[index]))
                                        }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    /// `A' y` of one column, with the block's row prices in `local`.
    @inline(__always)
    fileprivate func times(_ place: Place, _ column: Int) -> Double {
        var total = 0.0
        var entry = Int(place.columnEntries[column])
        let end = Int(place.columnEntries[column + 1])
        while entry < end {
            total += place.values[entry] * local[Int(place.entryRow[entry])]
            entry &+= 1
        }
        return total
    }

    /// Adds `amount * column` to `local`.
    @inline(__always)
    fileprivate func add(_ amount: Double, _ place: Place, _ column: Int) {
        var entry = Int(place.columnEntries[column])
        let end = Int(place.columnEntries[column + 1])
        while entry < end {
            local[Int(place.entryRow[entry])] += place.values[entry] * amount
            entry &+= 1
        }
    }

    /// Brings the block's and the linking rows' part of `rows` together.
    fileprivate func load(
        _ rows: UnsafeMutablePointer<Double>, _ problem: InteriorProblem, _ place: Place,
        into local: UnsafeMutablePointer<Double>
    ) {
        let own = place.pattern.rowCount
        local.update(from: rows + place.rowStart, count: own)
        for link in 0..<place.pattern.linkCount {
            local[own + link] = rows[problem.linkingRow + Int(place.links[link])]
        }
    }

    // MARK: - The start

    /// The middle of the bounds, with weights by their width.
    func open(_ problem: InteriorProblem, _ state: InteriorState) {
        forEachBlock(problem) { place in
            for column in 0..<place.columnCount {
                let (low, high) = (place.lower[column], place.upper[column])
                let index = place.columnStart + column
                let value: Double
                switch (low.isFinite, high.isFinite) {
                case (true, true): value = 0.5 * (low + high)
                case (true, false): value = low + 1
                case (false, true): value = high - 1
                case (false, false): value = 0
                }
                state.value[index] = value
                let isFixed = low.isFinite && high - low <= 1e-11 * max(1, abs(low))
                state.below[index] = isFixed ? 0 : (low.isFinite ? value - low : InteriorPoint.far)
                state.above[index] = isFixed ? 0 : (high.isFinite ? high - value : InteriorPoint.far)
            }
            let own = place.pattern.rowCount
            for row in 0..<own { state.rowPrice[place.rowStart + row] = 0 }
        }
    }

    /// What the rows miss, and the first half of the way to the nearest point that misses nothing: columns near a bound move
    /// less.
    func approach(_ problem: InteriorProblem, _ state: InteriorState) {
        var total = InteriorMeasure()
        linkMissed.update(repeating: 0, count: linkingCount)
        matrix.update(repeating: 0, count: linkingCount * linkingCount)
        linkRight.update(repeating: 0, count: linkingCount)
        forEachBlock(problem) { place in
            measure(problem, state, place, &total, wantsCertificate: false)
            for index in place.columnStart..<(place.columnStart + place.columnCount) {
                let width = min(state.below[index], state.above[index], 10)
                state.weight[index] = width > 0 ? max(width * width, 1e-6) : 0
            }
            let own = place.pattern.rowCount
            local.update(from: state.missed + place.rowStart, count: own)
            (local + own).update(repeating: 0, count: place.pattern.linkCount)
            factorise(state, place)
            solveForwards(state, place)
        }
        measure = total
    }

    /// Ends the start: moves to the nearest point of the rows, as far as that stays inside, and sets the first prices.
    func place(_ problem: InteriorProblem, _ state: InteriorState) {
        forEachBlock(problem) { place in
            solveBackwards(problem, state, place)
            for column in 0..<place.columnCount {
                let index = place.columnStart + column
                guard state.below[index] > 0 else { continue }
                let step = state.weight[index] * times(place, column)
                let (low, high) = (place.lower[column], place.upper[column])
                var value = state.value[index] + step
                if low.isFinite, high.isFinite {
                    let inset = 0.1 * (high - low)
                    value = min(max(value, low + inset), high - inset)
                } else if low.isFinite {
                    value = max(value, low + 0.5)
                } else if high.isFinite {
                    value = min(value, high - 0.5)
                }
                state.value[index] = value
                if low.isFinite { state.below[index] = value - low }
                if high.isFinite { state.above[index] = high - value }
            }
            price(problem, state, place)
        }
    }

    /// First prices of another cost, from a point that keeps the rows.
    func reprice(_ problem: InteriorProblem, _ state: InteriorState) {
        forEachBlock(problem) { place in
            (state.rowPrice + place.rowStart).update(repeating: 0, count: place.pattern.rowCount)
            price(problem, state, place)
        }
    }

    private func price(_ problem: InteriorProblem, _ state: InteriorState, _ place: Place) {
        load(state.rowPrice, problem, place, into: local)
        for column in 0..<place.columnCount {
            let index = place.columnStart + column
            let (below, above) = (state.below[index], state.above[index])
            guard below > 0 else { continue }
            let gradient = place.cost[column] - times(place, column)
            state.belowPrice[index] =
                below < InteriorPoint.far ? max(gradient, 0) + InteriorLane.firstPrice / min(1, below) : 1e-102
            state.abovePrice[index] =
                above < InteriorPoint.far ? max(-gradient, 0) + InteriorLane.firstPrice / min(1, above) : 1e-102
        }
    }
    private static let firstPrice = 0.02

    // MARK: - A round

    /// Goes along the step, says what the point misses, costs and proves, factorises, and solves the first half of the
    /// predictor: all that can be done of a block while its numbers are at hand.
    ///
    /// - Parameters:
    ///   - primal: how far along the step; nil where there is none yet.
    ///   - wantsCertificate: whether to look for a proof that there is no point.
    func begin(
        _ problem: InteriorProblem, _ state: InteriorState, primal: Double?, dual: Double, wantsCertificate: Bool
    ) {
        var total = InteriorMeasure()
        linkMissed.update(repeating: 0, count: linkingCount)
        matrix.update(repeating: 0, count: linkingCount * linkingCount)
        linkRight.update(repeating: 0, count: linkingCount)
        forEachBlock(problem) { place in
            if let primal { move(state, place, primal: primal, dual: dual) }
            measure(problem, state, place, &total, wantsCertificate: wantsCertificate)
            factorise(state, place)
            solveForwards(state, place)
        }
        measure = total
    }

    private func move(_ state: InteriorState, _ place: Place, primal: Double, dual: Double) {
        for row in place.rowStart..<(place.rowStart + place.pattern.rowCount) {
            state.rowPrice[row] += dual * state.rowStep[row]
        }
        for index in place.columnStart..<(place.columnStart + place.columnCount) {
            let (below, above) = (state.below[index], state.above[index])
            guard below > 0 else { continue }
            let step = primal * state.step[index]
            state.belowPrice[index] += dual * state.belowStep[index]
            state.abovePrice[index] += dual * state.aboveStep[index]
            state.value[index] += step
            if below < InteriorPoint.far { state.below[index] = below + step }
            if above < InteriorPoint.far { state.above[index] = above - step }
        }
    }

    /// Adds the block's part to `total` and `linkMissed`; sets weights, gradients (`step`) and the predictor's right-hand
    /// side (`local`).
    fileprivate func measure(
        _ problem: InteriorProblem, _ state: InteriorState, _ place: Place, _ total: inout InteriorMeasure,
        wantsCertificate: Bool
    ) {
        let own = place.pattern.rowCount
        let rows = own + place.pattern.linkCount
        let weight = place.weight
        load(state.rowPrice, problem, place, into: prices)
        local.update(repeating: 0, count: rows)
        missed.update(repeating: 0, count: rows)
        for row in 0..<own {
            let price = prices[row]
            missed[row] = place.right[row]
            total.bound += weight * place.right[row] * price
            total.largestPrice = max(total.largestPrice, abs(price))
        }
        for column in 0..<place.columnCount {
            let index = place.columnStart + column
            let (low, high) = (place.lower[column], place.upper[column])
            let (start, end) = (Int(place.columnEntries[column]), Int(place.columnEntries[column + 1]))
            var product = 0.0
            var entry = start
            while entry < end {
                product += place.values[entry] * prices[Int(place.entryRow[entry])]
                entry &+= 1
            }
            let gradient = place.cost[column] - product
            let value = state.value[index]
            state.step[index] = gradient
            let nearest = gradient > 0 ? low : high
            if nearest.isFinite {
                total.bound += weight * gradient * nearest
            } else {
                total.unboundedPrice = max(total.unboundedPrice, abs(gradient))
            }
            if wantsCertificate {
                let other = product < 0 ? low : high
                if other.isFinite {
                    total.certificate -= weight * product * other
                } else {
                    total.unboundedCertificate = max(total.unboundedCertificate, abs(product))
                }
            }
            total.primal += weight * place.cost[column] * value
            let (below, above) = (state.below[index], state.above[index])
            var share = 0.0
            if below > 0 {
                let (lowPrice, highPrice) = (state.belowPrice[index], state.abovePrice[index])
                total.dualMissed = max(
                    total.dualMissed, abs(gradient - lowPrice + highPrice) / (1 + abs(place.cost[column])))
                total.product += weight * (below * lowPrice + above * highPrice)
                total.pairs += 2 * weight
                share = 1 / (lowPrice / below + highPrice / above + InteriorLane.leastInverseWeight)
            }
            state.weight[index] = share
            let amount = share * gradient
            entry = start
            while entry < end {
                let row = Int(place.entryRow[entry])
                let coefficient = place.values[entry]
                missed[row] -= coefficient * value
                local[row] += coefficient * amount
                entry &+= 1
            }
        }
        if wantsCertificate {
            for row in 0..<own { total.certificate += weight * place.right[row] * prices[row] }
        }
        for row in 0..<own {
            state.missed[place.rowStart + row] = missed[row]
            total.missed = max(total.missed, abs(missed[row]) / (1 + abs(place.right[row])))
            local[row] += missed[row]
        }
        for link in 0..<place.pattern.linkCount {
            linkMissed[Int(place.links[link])] += weight * missed[own + link]
        }
    }

    fileprivate func factorise(_ state: InteriorState, _ place: Place) {
        factor.factorise(
            place.pattern, values: place.values, weights: state.weight + place.columnStart,
            shift: InteriorLane.shift, factor: place.factor, links: localMatrix)
        let count = place.pattern.linkCount
        for column in 0..<count {
            let target = matrix + Int(place.links[column]) * linkingCount
            let source = localMatrix + column * count
            var row = column
            while row < count {
                target[Int(place.links[row])] += place.weight * source[row]
                row &+= 1
            }
        }
    }

    /// The first half of the solve whose right-hand side is in `local`.
    fileprivate func solveForwards(
        _ state: InteriorState, _ place: Place, into rows: UnsafeMutablePointer<Double>? = nil
    ) {
        let own = place.pattern.rowCount
        factor.forwards(place.pattern, factor: place.factor, local)
        ((rows ?? state.rowStep) + place.rowStart).update(from: local, count: own)
        for link in 0..<place.pattern.linkCount {
            linkRight[Int(place.links[link])] += place.weight * local[own + link]
        }
    }

    /// The second half, once the linking rows' `rowStep` is known: the rows' steps are in `local`.
    fileprivate func solveBackwards(
        _ problem: InteriorProblem, _ state: InteriorState, _ place: Place,
        from rows: UnsafeMutablePointer<Double>? = nil
    ) {
        load(rows ?? state.rowStep, problem, place, into: local)
        factor.backwards(place.pattern, factor: place.factor, local)
    }

    /// Longest steps so far, by the ratios that bind.
    @inline(__always)
    fileprivate func limit(_ along: inout Double, _ distance: Double, _ step: Double) {
        if step < 0, -along * step > distance { along = -distance / step }
    }

    /// The second half of the predictor, and how far it reaches.
    func predict(_ problem: InteriorProblem, _ state: InteriorState) {
        var (primal, dual) = (1.0, 1.0)
        var (first, second, third) = (0.0, 0.0, 0.0)
        forEachBlock(problem) { place in
            solveBackwards(problem, state, place)
            let weight = place.weight
            for column in 0..<place.columnCount {
                let index = place.columnStart + column
                let (below, above) = (state.below[index], state.above[index])
                guard below > 0 else { continue }
                let (lowPrice, highPrice) = (state.belowPrice[index], state.abovePrice[index])
                let step = state.weight[index] * (times(place, column) - state.step[index])
                state.belowStep[index] = step
                let lowStep = -lowPrice - lowPrice * step / below
                let highStep = -highPrice + highPrice * step / above
                limit(&primal, below, step)
                limit(&primal, above, -step)
                limit(&dual, lowPrice, lowStep)
                limit(&dual, highPrice, highStep)
                first += weight * step * (lowPrice - highPrice)
                second += weight * (below * lowStep + above * highStep)
                third += weight * step * (lowStep - highStep)
            }
        }
        (primalStep, dualStep) = (primal, dual)
        (stepTimesPrice, placeTimesStep, stepTimesStep) = (first, second, third)
    }

    /// The first half of the corrector: every distance times its price is to become `target`, the predictor's second-order
    /// terms included.
    func correct(_ problem: InteriorProblem, _ state: InteriorState, target: Double) {
        linkRight.update(repeating: 0, count: linkingCount)
        forEachBlock(problem) { place in
            let own = place.pattern.rowCount
            local.update(from: state.missed + place.rowStart, count: own)
            (local + own).update(repeating: 0, count: place.pattern.linkCount)
            for column in 0..<place.columnCount {
                let index = place.columnStart + column
                let (below, above) = (state.below[index], state.above[index])
                guard below > 0 else { continue }
                let (lowPrice, highPrice) = (state.belowPrice[index], state.abovePrice[index])
                let step = state.belowStep[index]
                let lowStep = -lowPrice - lowPrice * step / below
                let highStep = -highPrice + highPrice * step / above
                let low = target - below * lowPrice - step * lowStep
                let high = target - above * highPrice + step * highStep
                state.belowStep[index] = low
                state.aboveStep[index] = high
                let right = state.step[index] + highPrice - lowPrice - low / below + high / above
                state.step[index] = right
                add(state.weight[index] * right, place, column)
            }
            solveForwards(state, place)
        }
    }

    /// The second half of the corrector, and how far the whole step can go.
    func finish(_ problem: InteriorProblem, _ state: InteriorState) {
        // A step longer than 1 is cut to it once it is shortened a little.
        var (primal, dual) = (2.0, 2.0)
        forEachBlock(problem) { place in
            solveBackwards(problem, state, place)
            (state.rowStep + place.rowStart).update(from: local, count: place.pattern.rowCount)
            for column in 0..<place.columnCount {
                let index = place.columnStart + column
                let (below, above) = (state.below[index], state.above[index])
                guard below > 0 else { continue }
                let (lowPrice, highPrice) = (state.belowPrice[index], state.abovePrice[index])
                let step = state.weight[index] * (times(place, column) - state.step[index])
                let lowStep = (state.belowStep[index] - lowPrice * step) / below
                let highStep = (state.aboveStep[index] + highPrice * step) / above
                state.step[index] = step
                state.belowStep[index] = lowStep
                state.aboveStep[index] = highStep
                limit(&primal, below, step)
                limit(&primal, above, -step)
                limit(&dual, lowPrice, lowStep)
                limit(&dual, highPrice, highStep)
            }
        }
        (primalStep, dualStep) = (primal, dual)
    }
}

// MARK: - Further correctors

extension InteriorLane {
    /// What is wanted of one distance times its price, where a step of the length hoped for would leave it far from `target`.
    @inline(__always)
    private func wanted(_ place: Double, _ price: Double, _ target: Double) -> Double {
        let product = place * price
        let (least, most) = (0.1 * target, 10 * target)
        if product < least { return least - product }
        return product > most ? max(most - product, -most) : 0
    }

    @inline(__always)
    private func wanted(
        _ state: InteriorState, _ index: Int, target: Double, primal: Double, dual: Double
    ) -> (low: Double, high: Double) {
        let step = primal * state.step[index]
        return (
            wanted(state.below[index] + step, state.belowPrice[index] + dual * state.belowStep[index], target),
            wanted(state.above[index] - step, state.abovePrice[index] + dual * state.aboveStep[index], target)
        )
    }

    /// The first half of a further corrector, for steps as long as `primal` and `dual`.
    func refine(_ problem: InteriorProblem, _ state: InteriorState, target: Double, primal: Double, dual: Double) {
        linkRight.update(repeating: 0, count: linkingCount)
        forEachBlock(problem) { place in
            let own = place.pattern.rowCount
            local.update(repeating: 0, count: own + place.pattern.linkCount)
            for column in 0..<place.columnCount {
                let index = place.columnStart + column
                let (below, above) = (state.below[index], state.above[index])
                guard below > 0 else { continue }
                let (low, high) = wanted(state, index, target: target, primal: primal, dual: dual)
                let right = high / above - low / below
                state.trial[index] = right
                if right != 0 { add(state.weight[index] * right, place, column) }
            }
            solveForwards(state, place, into: state.missed)
        }
    }

    /// The second half, and how far the step with it could go.
    func judge(_ problem: InteriorProblem, _ state: InteriorState, target: Double, primal: Double, dual: Double) {
        var (longest, longestDual) = (2.0, 2.0)
        forEachBlock(problem) { place in
            solveBackwards(problem, state, place, from: state.missed)
            (state.missed + place.rowStart).update(from: local, count: place.pattern.rowCount)
            for column in 0..<place.columnCount {
                let index = place.columnStart + column
                let (below, above) = (state.below[index], state.above[index])
                guard below > 0 else { continue }
                let (low, high) = wanted(state, index, target: target, primal: primal, dual: dual)
                let (lowPrice, highPrice) = (state.belowPrice[index], state.abovePrice[index])
                let more = state.weight[index] * (times(place, column) - state.trial[index])
                state.trial[index] = more
                let step = state.step[index] + more
                limit(&longest, below, step)
                limit(&longest, above, -step)
                limit(&longestDual, lowPrice, state.belowStep[index] + (low - lowPrice * more) / below)
                limit(&longestDual, highPrice, state.aboveStep[index] + (high + highPrice * more) / above)
            }
        }
        (primalStep, dualStep) = (longest, longestDual)
    }

    /// Makes the corrector part of the step.
    func accept(_ problem: InteriorProblem, _ state: InteriorState, target: Double, primal: Double, dual: Double) {
        forEachBlock(problem) { place in
            for row in place.rowStart..<(place.rowStart + place.pattern.rowCount) {
                state.rowStep[row] += state.missed[row]
            }
            for index in place.columnStart..<(place.columnStart + place.columnCount) {
                let (below, above) = (state.below[index], state.above[index])
                guard below > 0 else { continue }
                let (low, high) = wanted(state, index, target: target, primal: primal, dual: dual)
                let more = state.trial[index]
                state.step[index] += more
                state.belowStep[index] += (low - state.belowPrice[index] * more) / below
                state.aboveStep[index] += (high + state.abovePrice[index] * more) / above
            }
        }
    }
}

// MARK: - The end

extension InteriorLane {
    /// Moves columns that are within `nearness` of a bound which their price holds them at onto it: they are fixed there.
    func snap(_ problem: InteriorProblem, _ state: InteriorState, nearness: Double) {
        forEachBlock(problem) { place in
            for column in 0..<place.columnCount {
                let index = place.columnStart + column
                let (below, above) = (state.below[index], state.above[index])
                guard below > 0 else { continue }
                if below < nearness, below < state.belowPrice[index] * InteriorLane.snapRatio {
                    hold(state, index, at: place.lower[column])
                } else if above < nearness, above < state.abovePrice[index] * InteriorLane.snapRatio {
                    hold(state, index, at: place.upper[column])
                }
            }
        }
    }
    /// A distance (kW, kWh) this many times a price (money) is small.
    private static let snapRatio = 1.0

    private func hold(_ state: InteriorState, _ index: Int, at bound: Double) {
        state.value[index] = bound
        state.below[index] = 0
        state.above[index] = 0
    }

    /// Ends the nearest point of the rows: moves there; columns that would leave their bounds stop at them.
    func adjust(_ problem: InteriorProblem, _ state: InteriorState) {
        forEachBlock(problem) { place in
            solveBackwards(problem, state, place)
            for column in 0..<place.columnCount {
                let index = place.columnStart + column
                guard state.below[index] > 0 else { continue }
                let step = state.weight[index] * times(place, column)
                if step <= -state.below[index] {
                    hold(state, index, at: place.lower[column])
                } else if step >= state.above[index] {
                    hold(state, index, at: place.upper[column])
                } else {
                    state.value[index] += step
                    if state.below[index] < InteriorPoint.far { state.below[index] += step }
                    if state.above[index] < InteriorPoint.far { state.above[index] -= step }
                }
            }
        }
    }
}
