/// One lane's blocks: each goes through a round by itself, in the cache. Used by one thread at a time.
final class BlockwiseLane: @unchecked Sendable {
    typealias Numbers = UnsafeMutablePointer<Double>
    let blocks: [Int]
    let linkingCount: Int
    let linkPattern: LinkPattern
    var factor: MultifrontalFactor
    let factors: Numbers
    let localMatrix: Numbers
    private var allocated: [Numbers] = []

    // The block that is loaded.
    var block: CompactBlock
    var pattern: BlockwisePattern
    /// Its columns, and these filled up to a multiple of four.
    var moving = 0
    var count = 0
    /// Its numbers as `CompactBlock` orders them, and where the parts begin.
    let numbers: Numbers
    var singles: Numbers
    var rights: Numbers
    let singleRow: UnsafeMutablePointer<Int32>
    /// Columns that are held where they are.
    var held: [Int32] = []

    // One number per column.
    let lower: Numbers
    let upper: Numbers
    let cost: Numbers
    let reduced: Numbers
    let value: Numbers
    let lowerSlack: Numbers
    let upperSlack: Numbers
    let lowerDual: Numbers
    let upperDual: Numbers
    let scaling: Numbers
    let gradient: Numbers
    let product: Numbers
    let step: Numbers
    let lowerDualStep: Numbers
    let upperDualStep: Numbers
    // One number per row, own and linking ones.
    let rowDual: Numbers
    let rowDualStep: Numbers
    let centeringRow: Numbers
    let residual: Numbers
    let diagonal: Numbers

    /// Sums of a round: the Schur complement (as `linkPattern` stores it), the blocks' activity in the linking rows, and the
    /// right-hand side, at the present centering target and per unit by which it falls.
    let matrix: Numbers
    let used: Numbers
    let right: Numbers
    let rightOfCentering: Numbers
    var sums = BlockwiseSums()
    var snapScale = SnapScale()

    init?(_ problem: CompactBlocks, blocks: [Int], links: LinkPattern) {
        guard let first = blocks.first else { return nil }
        self.blocks = blocks
        linkingCount = links.count
        linkPattern = links
        let mine = blocks.map { problem.blocks[$0] }
        block = problem.blocks[first]
        pattern = block.pattern
        let patterns = problem.patterns
        factor = MultifrontalFactor(patterns.map(\.whole))
        let columns = (mine.map(\.order.count).max() ?? 0) + 8
        let rows = (patterns.map { $0.rowCount + $0.links.count }.max() ?? 0) + 8
        var made: [Numbers] = []
        func take(_ count: Int) -> Numbers {
            let pointer = Numbers.allocate(capacity: count + 4)
            pointer.initialize(repeating: 0, count: count + 4)
            made.append(pointer)
            return pointer
        }
        numbers = take(mine.map(\.numberCount).max() ?? 0)
        (singles, rights) = (numbers, numbers)
        singleRow = .allocate(capacity: columns)
        (lower, upper, cost, reduced) = (take(columns), take(columns), take(columns), take(columns))
        (value, lowerSlack, upperSlack) = (take(columns), take(columns), take(columns))
        (lowerDual, upperDual, scaling) = (take(columns), take(columns), take(columns))
        (gradient, product, step) = (take(columns), take(columns), take(columns))
        (lowerDualStep, upperDualStep) = (take(columns), take(columns))
        (rowDual, rowDualStep, centeringRow) = (take(rows), take(rows), take(rows))
        (residual, diagonal) = (take(rows), take(rows))
        factors = take(patterns.map { max($0.inner.count, $0.whole.factorCount) }.max() ?? 0)
        let maxLinks = patterns.map(\.links.count).max() ?? 0
        localMatrix = take(maxLinks * maxLinks)
        matrix = take(links.size)
        (used, right, rightOfCentering) = (take(linkingCount), take(linkingCount), take(linkingCount))
        allocated = made
    }

    func deallocate() {
        factor.deallocate()
        singleRow.deallocate()
        for pointer in allocated { pointer.deallocate() }
    }

    func clear() {
        sums = BlockwiseSums()
        for pointer in [used, right, rightOfCentering] { pointer.update(repeating: 0, count: linkingCount) }
        matrix.update(repeating: 0, count: linkPattern.size)
    }

    /// What a round is to do.
    struct Round {
        var duals: [Double]
        /// What each slack times its dual is to become.
        var centeringTarget: Double
        enum Kind {
            /// The blocks have no point yet, or one without duals: each is centered.
            case middle(isNew: Bool)
            /// One step each. Blocks whose step is shorter than this are centered again.
            case step(recenteringThreshold: Double)
        }
        var kind: Kind
        /// Whether columns at a bound stay at it.
        var holds = false
    }

    /// Takes each block's step for the linking rows' new duals, as long as its own bounds allow, and adds up what the next step
    /// of these duals needs.
    func runRound(_ problem: CompactBlocks, _ state: BlockwiseState, _ round: Round) {
        clear()
        for number in blocks {
            load(problem.blocks[number], round.duals, state)
            var (maxSteps, threshold) = (Parameters.Blockwise.maxStepsToCenter, 1.0)
            switch round.kind {
            case .middle(isNew: true):
                startAtMidpoint()
            case .middle(isNew: false):
                resume(state, holds: round.holds)
                rowDual.update(repeating: 0, count: pattern.rowCount)
                startDuals(round.centeringTarget)
            case .step(let given):
                (maxSteps, threshold) = (1, given)
                resume(state, holds: round.holds)
                for column in 0..<moving {
                    lowerDual[column] = Double(state.lowerDual[block.columnStart + column])
                    upperDual[column] = Double(state.upperDual[block.columnStart + column])
                }
                for column in moving..<count {
                    (lowerDual[column], upperDual[column]) = (round.centeringTarget, round.centeringTarget)
                }
                for column in held {
                    (lowerDual[Int(column)], upperDual[Int(column)]) = (round.centeringTarget, round.centeringTarget)
                }
            }
            loadResidual()
            takeSteps(centeringTarget: round.centeringTarget, maxSteps: maxSteps, recenteringThreshold: threshold)
            store(state)
            measure()
            addToSchurComplement(centeringTarget: round.centeringTarget)
        }
    }

    /// The block's numbers, and its costs at the linking rows' duals.
    func load(_ block: CompactBlock, _ duals: [Double], _ state: BlockwiseState) {
        self.block = block
        pattern = block.pattern
        moving = block.columnCount
        count = (moving + 3) & ~3
        block.decode(into: numbers)
        let multi = pattern.columnCount
        singles = numbers + pattern.entryCount
        let lowers = singles + block.singleRows.count
        let uppers = lowers + block.order.count
        lower.update(from: lowers, count: moving)
        upper.update(from: uppers, count: moving)
        if let given = state.cost {
            given.withUnsafeBufferPointer { given in
                if let base = given.baseAddress { cost.update(from: base + block.columnStart, count: moving) }
            }
        } else {
            cost.update(from: uppers + moving, count: moving)
        }
        rights = uppers + 2 * moving
        held.removeAll(keepingCapacity: true)
        for index in block.singleRows.indices { singleRow[index] = Int32(block.singleRows[index]) }
        reduced.update(from: cost, count: moving)
        let own = pattern.rowCount
        for column in 0..<multi {
            for entry in Int(pattern.ownEnd[column])..<Int(pattern.columnStart[column + 1]) {
                reduced[column] -= numbers[entry] * duals[Int(pattern.links[Int(pattern.entryRow[entry]) - own])]
            }
        }
        for column in multi..<moving where Int(singleRow[column - multi]) >= own {
            reduced[column] -=
                singles[column - multi] * duals[Int(pattern.links[Int(singleRow[column - multi]) - own])]
        }
        // Padding without effect.
        for column in moving..<count { (lower[column], upper[column], reduced[column]) = (-1, 1, 0) }
    }

    func resume(_ state: BlockwiseState, holds: Bool) {
        for column in 0..<moving {
            let value = state.value[block.columnStart + column]
            if holds, value == lower[column] || value == upper[column] {
                held.append(Int32(column))
                self.value[column] = value
                (lower[column], upper[column]) = (value, value)
                (lowerSlack[column], upperSlack[column]) = (1, 1)
            } else {
                setValue(column, value)
            }
        }
        for column in moving..<count { setValue(column, 0) }
        rowDual.update(from: state.rowDual + block.rowStart, count: pattern.rowCount)
    }

    func store(_ state: BlockwiseState) {
        (state.value + block.columnStart).update(from: value, count: moving)
        for column in 0..<moving {
            state.lowerDual[block.columnStart + column] = Float(lowerDual[column])
            state.upperDual[block.columnStart + column] = Float(upperDual[column])
        }
        (state.rowDual + block.rowStart).update(from: rowDual, count: pattern.rowCount)
    }

    @inline(__always)
    func setValue(_ column: Int, _ start: Double) {
        let (low, high) = (lower[column], upper[column])
        value[column] = start
        lowerSlack[column] =
            low.isFinite ? max(start - low, Parameters.Blockwise.minSlack) : Parameters.InteriorPoint.infiniteSlack
        upperSlack[column] =
            high.isFinite ? max(high - start, Parameters.Blockwise.minSlack) : Parameters.InteriorPoint.infiniteSlack
    }

    /// Starts at the middle of the bounds.
    private func startAtMidpoint() {
        for column in 0..<count {
            let (low, high) = (lower[column], upper[column])
            switch (low.isFinite, high.isFinite) {
            case (true, true): setValue(column, 0.5 * (low + high))
            case (true, false): setValue(column, low + Parameters.InteriorPoint.startDistance)
            case (false, true): setValue(column, high - Parameters.InteriorPoint.startDistance)
            case (false, false): setValue(column, 0)
            }
        }
        rowDual.update(repeating: 0, count: pattern.rowCount)
        startDuals(Parameters.Blockwise.startTarget)
    }

    private func startDuals(_ centeringTarget: Double) {
        for column in 0..<count {
            lowerDual[column] = centeringTarget / lowerSlack[column]
            upperDual[column] = centeringTarget / upperSlack[column]
        }
    }

    /// Residuals of the own rows.
    func loadResidual() {
        let (own, multi) = (pattern.rowCount, pattern.columnCount)
        residual.update(from: rights, count: own)
        for column in 0..<multi {
            let amount = value[column]
            for entry in Int(pattern.columnStart[column])..<Int(pattern.ownEnd[column]) {
                residual[Int(pattern.entryRow[entry])] -= numbers[entry] * amount
            }
        }
        for column in multi..<moving where Int(singleRow[column - multi]) < own {
            residual[Int(singleRow[column - multi])] -= singles[column - multi] * value[column]
        }
    }
}
