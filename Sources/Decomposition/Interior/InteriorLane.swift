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
    private let local: UnsafeMutablePointer<Double>
    private let localMatrix: UnsafeMutablePointer<Double>
    private let linkingCount: Int

    private(set) var measure = InteriorMeasure()
    /// The longest steps that keep distances and prices positive.
    private(set) var primalStep = 1.0
    private(set) var dualStep = 1.0
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
        local = .allocate(capacity: (patterns.map { $0.rowCount + $0.linkCount }.max() ?? 0) + 1)
        let links = patterns.map(\.linkCount).max() ?? 0
        localMatrix = .allocate(capacity: links * links + 1)
    }

    func deallocate() {
        factor.deallocate()
        for pointer in [factors, matrix, linkRight, linkMissed, local, localMatrix] { pointer.deallocate() }
    }

    /// One block with its memory at hand.
    private struct Place {
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

    private func forEachBlock(_ problem: InteriorProblem, _ work: (Place) -> Void) {
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
    private func times(_ place: Place, _ column: Int) -> Double {
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
    private func add(_ amount: Double, _ place: Place, _ column: Int) {
        var entry = Int(place.columnEntries[column])
        let end = Int(place.columnEntries[column + 1])
        while entry < end {
            local[Int(place.entryRow[entry])] += place.values[entry] * amount
            entry &+= 1
        }
    }

    /// Brings the block's and the linking rows' part of `rows` to `local`.
    private func load(_ rows: UnsafeMutablePointer<Double>, _ problem: InteriorProblem, _ place: Place) {
        let own = place.pattern.rowCount
        local.update(from: rows + place.rowStart, count: own)
        for link in 0..<place.pattern.linkCount {
            local[own + link] = rows[problem.linkingRow + Int(place.links[link])]
        }
    }

    // MARK: - The start

    /// The middle of the bounds, with weights by their width.
    func begin(_ problem: InteriorProblem, _ state: InteriorState) {
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

    /// Ends the start: moves to the nearest point of the rows, as far as that stays inside, and sets the first prices.
    func place(_ problem: InteriorProblem, _ state: InteriorState) {
        forEachBlock(problem) { place in
            load(state.rowStep, problem, place)
            BlockFactor.backwards(place.pattern, factor: place.factor, local)
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
            load(state.rowPrice, problem, place)
            for column in 0..<place.columnCount {
                let index = place.columnStart + column
                guard state.below[index] > 0 else { continue }
                let gradient = place.cost[column] - times(place, column)
                let middle = InteriorLane.firstPrice
                state.belowPrice[index] =
                    place.lower[column].isFinite ? max(gradient, 0) + middle / min(1, state.below[index]) : 1e-102
                state.abovePrice[index] =
                    place.upper[column].isFinite ? max(-gradient, 0) + middle / min(1, state.above[index]) : 1e-102
            }
        }
    }
    private static let firstPrice = 0.02

    // MARK: - A round

    /// What the point misses, costs and proves.
    func measure(_ problem: InteriorProblem, _ state: InteriorState) {
        var total = InteriorMeasure()
        linkMissed.update(repeating: 0, count: linkingCount)
        forEachBlock(problem) { place in
            let own = place.pattern.rowCount
            let weight = place.weight
            load(state.rowPrice, problem, place)
            for row in 0..<own {
                let price = local[row]
                total.bound += weight * place.right[row] * price
                total.certificate += weight * place.right[row] * price
                total.largestPrice = max(total.largestPrice, abs(price))
            }
            for column in 0..<place.columnCount {
                let index = place.columnStart + column
                let product = times(place, column)
                let gradient = place.cost[column] - product
                state.step[index] = gradient
                let (low, high) = (place.lower[column], place.upper[column])
                let end = gradient > 0 ? low : high
                if end.isFinite {
                    total.bound += weight * gradient * end
                } else {
                    total.unboundedPrice = max(total.unboundedPrice, abs(gradient))
                }
                let other = product < 0 ? low : high
                if other.isFinite {
                    total.certificate -= weight * product * other
                } else {
                    total.unboundedCertificate = max(total.unboundedCertificate, abs(product))
                }
                total.primal += weight * place.cost[column] * state.value[index]
                let (below, above) = (state.below[index], state.above[index])
                guard below > 0 else {
                    state.weight[index] = 0
                    continue
                }
                let (lowPrice, highPrice) = (state.belowPrice[index], state.abovePrice[index])
                total.dualMissed = max(
                    total.dualMissed, abs(gradient - lowPrice + highPrice) / (1 + abs(place.cost[column])))
                total.product += weight * (below * lowPrice + above * highPrice)
                total.pairs += 2 * weight
                state.weight[index] = 1 / (lowPrice / below + highPrice / above + InteriorLane.leastInverseWeight)
            }
            for row in 0..<own { local[row] = place.right[row] }
            for row in own..<(own + place.pattern.linkCount) { local[row] = 0 }
            for column in 0..<place.columnCount { add(-state.value[place.columnStart + column], place, column) }
            for row in 0..<own {
                state.missed[place.rowStart + row] = local[row]
                total.missed = max(total.missed, abs(local[row]) / (1 + abs(place.right[row])))
            }
            for link in 0..<place.pattern.linkCount {
                linkMissed[Int(place.links[link])] += weight * local[own + link]
            }
        }
        measure = total
    }

    /// Factorises, and solves the first half of the predictor (at the start: of the nearest point).
    func factorise(_ problem: InteriorProblem, _ state: InteriorState, isStart: Bool = false) {
        matrix.update(repeating: 0, count: linkingCount * linkingCount)
        linkRight.update(repeating: 0, count: linkingCount)
        forEachBlock(problem) { place in
            if isStart {
                for column in 0..<place.columnCount {
                    let index = place.columnStart + column
                    let width = min(state.below[index], state.above[index], 10)
                    state.weight[index] = width * width
                }
            }
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
            solveForwards(state, place, isStart: isStart)
        }
    }

    /// The right-hand side from `missed` and the columns' `step`, and the first half of its solve.
    @inline(__always)
    private func solveForwards(_ state: InteriorState, _ place: Place, isStart: Bool = false) {
        let own = place.pattern.rowCount
        local.update(from: state.missed + place.rowStart, count: own)
        for row in own..<(own + place.pattern.linkCount) { local[row] = 0 }
        if !isStart {
            for column in 0..<place.columnCount {
                let index = place.columnStart + column
                add(state.weight[index] * state.step[index], place, column)
            }
        }
        BlockFactor.forwards(place.pattern, factor: place.factor, local)
        (state.rowStep + place.rowStart).update(from: local, count: own)
        for link in 0..<place.pattern.linkCount {
            linkRight[Int(place.links[link])] += place.weight * local[own + link]
        }
    }

    /// Longest steps so far, by the ratios that bind.
    @inline(__always)
    private func limit(_ along: inout Double, _ distance: Double, _ step: Double) {
        if step < 0, -along * step > distance { along = -distance / step }
    }

    /// The second half of the predictor, and how far it reaches.
    func predict(_ problem: InteriorProblem, _ state: InteriorState) {
        var (primal, dual) = (1.0, 1.0)
        var (first, second, third) = (0.0, 0.0, 0.0)
        forEachBlock(problem) { place in
            load(state.rowStep, problem, place)
            BlockFactor.backwards(place.pattern, factor: place.factor, local)
            let weight = place.weight
            for column in 0..<place.columnCount {
                let index = place.columnStart + column
                let (below, above) = (state.below[index], state.above[index])
                guard below > 0 else { continue }
                let (lowPrice, highPrice) = (state.belowPrice[index], state.abovePrice[index])
                let step = state.weight[index] * (times(place, column) - state.step[index])
                state.predicted[index] = step
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

    /// How far distance times price is from its target, second-order terms of the predictor included.
    @inline(__always)
    private func residuals(_ state: InteriorState, _ index: Int, _ target: Double) -> (low: Double, high: Double) {
        let (below, above) = (state.below[index], state.above[index])
        let (lowPrice, highPrice) = (state.belowPrice[index], state.abovePrice[index])
        let step = state.predicted[index]
        let lowStep = -lowPrice - lowPrice * step / below
        let highStep = -highPrice + highPrice * step / above
        return (target - below * lowPrice - step * lowStep, target - above * highPrice + step * highStep)
    }

    /// The first half of the corrector.
    func correct(_ problem: InteriorProblem, _ state: InteriorState, target: Double) {
        linkRight.update(repeating: 0, count: linkingCount)
        forEachBlock(problem) { place in
            for column in 0..<place.columnCount {
                let index = place.columnStart + column
                let below = state.below[index]
                guard below > 0 else { continue }
                let (low, high) = residuals(state, index, target)
                state.step[index] +=
                    state.abovePrice[index] - state.belowPrice[index] - low / below + high / state.above[index]
            }
            solveForwards(state, place)
        }
    }

    /// The second half of the corrector, and how far the whole step can go.
    func finish(_ problem: InteriorProblem, _ state: InteriorState, target: Double) {
        var (primal, dual) = (1.0 / 0.5, 1.0 / 0.5)
        forEachBlock(problem) { place in
            load(state.rowStep, problem, place)
            BlockFactor.backwards(place.pattern, factor: place.factor, local)
            (state.rowStep + place.rowStart).update(from: local, count: place.pattern.rowCount)
            for column in 0..<place.columnCount {
                let index = place.columnStart + column
                let (below, above) = (state.below[index], state.above[index])
                guard below > 0 else {
                    state.step[index] = 0
                    continue
                }
                let step = state.weight[index] * (times(place, column) - state.step[index])
                state.step[index] = step
                let (low, high) = residuals(state, index, target)
                limit(&primal, below, step)
                limit(&primal, above, -step)
                limit(&dual, state.belowPrice[index], (low - state.belowPrice[index] * step) / below)
                limit(&dual, state.abovePrice[index], (high + state.abovePrice[index] * step) / above)
            }
        }
        (primalStep, dualStep) = (primal, dual)
    }

    /// Goes along the step.
    func move(
        _ problem: InteriorProblem, _ state: InteriorState, target: Double, primal: Double, dual: Double
    ) {
        forEachBlock(problem) { place in
            for row in 0..<place.pattern.rowCount {
                state.rowPrice[place.rowStart + row] += dual * state.rowStep[place.rowStart + row]
            }
            for column in 0..<place.columnCount {
                let index = place.columnStart + column
                let (below, above) = (state.below[index], state.above[index])
                guard below > 0 else { continue }
                let step = state.step[index]
                let (low, high) = residuals(state, index, target)
                state.belowPrice[index] += dual * (low - state.belowPrice[index] * step) / below
                state.abovePrice[index] += dual * (high + state.abovePrice[index] * step) / above
                state.value[index] += primal * step
                if below < InteriorPoint.far { state.below[index] = below + primal * step }
                if above < InteriorPoint.far { state.above[index] = above - primal * step }
            }
        }
    }
}
