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

    // The block at hand.
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

    // A number a column.
    let lower: Numbers
    let upper: Numbers
    let cost: Numbers
    let reduced: Numbers
    let value: Numbers
    let below: Numbers
    let above: Numbers
    let belowPrice: Numbers
    let abovePrice: Numbers
    let weight: Numbers
    let gradient: Numbers
    let product: Numbers
    let step: Numbers
    let belowStep: Numbers
    let aboveStep: Numbers
    // A number a row, own and linking ones.
    let rowPrice: Numbers
    let rowStep: Numbers
    let targetRow: Numbers
    let missed: Numbers
    let diagonal: Numbers

    /// What a round adds up: the linking rows' matrix (as `linkPattern` keeps it), what the blocks put into these rows, and what
    /// their step has to make up for, now and for each unit by which the target falls.
    let matrix: Numbers
    let used: Numbers
    let right: Numbers
    let rightOfTarget: Numbers
    var sums = BlockwiseSums()

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
        (value, below, above) = (take(columns), take(columns), take(columns))
        (belowPrice, abovePrice, weight) = (take(columns), take(columns), take(columns))
        (gradient, product, step) = (take(columns), take(columns), take(columns))
        (belowStep, aboveStep) = (take(columns), take(columns))
        (rowPrice, rowStep, targetRow) = (take(rows), take(rows), take(rows))
        (missed, diagonal) = (take(rows), take(rows))
        factors = take(patterns.map { max($0.inner.count, $0.whole.factorCount) }.max() ?? 0)
        let mostLinks = patterns.map(\.links.count).max() ?? 0
        localMatrix = take(mostLinks * mostLinks)
        matrix = take(links.size)
        (used, right, rightOfTarget) = (take(linkingCount), take(linkingCount), take(linkingCount))
        allocated = made
    }

    func deallocate() {
        factor.deallocate()
        singleRow.deallocate()
        for pointer in allocated { pointer.deallocate() }
    }

    func clear() {
        sums = BlockwiseSums()
        for pointer in [used, right, rightOfTarget] { pointer.update(repeating: 0, count: linkingCount) }
        matrix.update(repeating: 0, count: linkPattern.size)
    }

    /// What a round is to do.
    struct Round {
        var prices: [Double]
        /// What each distance to a bound times its price is to become.
        var target: Double
        enum Kind {
            /// The blocks have no point yet, or one without prices: each goes to its middle.
            case middle(isNew: Bool)
            /// One step each, from where they are. Blocks that get no further than this share of it find their middle again.
            case step(straggling: Double)
        }
        var kind: Kind
        /// Whether columns that stand at a bound stay there.
        var holds = false
    }

    /// Takes each block along the step that the linking rows' new prices mean for it, as far as it can go by itself, and adds
    /// up what the next step of these prices needs.
    func go(_ problem: CompactBlocks, _ state: BlockwiseState, _ round: Round) {
        clear()
        for number in blocks {
            load(problem.blocks[number], round.prices, state)
            var (most, straggling) = (BlockwiseLane.mostSteps, 1.0)
            switch round.kind {
            case .middle(isNew: true):
                open()
            case .middle(isNew: false):
                resume(state, holds: round.holds)
                rowPrice.update(repeating: 0, count: pattern.rowCount)
                price(round.target)
            case .step(let given):
                (most, straggling) = (1, given)
                resume(state, holds: round.holds)
                for column in 0..<moving {
                    belowPrice[column] = Double(state.belowPrice[block.columnStart + column])
                    abovePrice[column] = Double(state.abovePrice[block.columnStart + column])
                }
                for column in moving..<count { (belowPrice[column], abovePrice[column]) = (round.target, round.target) }
                for column in held {
                    (belowPrice[Int(column)], abovePrice[Int(column)]) = (round.target, round.target)
                }
            }
            loadMissed()
            advance(target: round.target, most: most, straggling: straggling)
            store(state)
            measure()
            link(target: round.target)
        }
    }
    private static let mostSteps = 60

    /// The block's numbers, and its costs at the linking rows' prices.
    func load(_ block: CompactBlock, _ prices: [Double], _ state: BlockwiseState) {
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
                reduced[column] -= numbers[entry] * prices[Int(pattern.links[Int(pattern.entryRow[entry]) - own])]
            }
        }
        for column in multi..<moving where Int(singleRow[column - multi]) >= own {
            reduced[column] -=
                singles[column - multi] * prices[Int(pattern.links[Int(singleRow[column - multi]) - own])]
        }
        // Filling that does nothing.
        for column in moving..<count { (lower[column], upper[column], reduced[column]) = (-1, 1, 0) }
    }

    func resume(_ state: BlockwiseState, holds: Bool) {
        for column in 0..<moving {
            let value = state.value[block.columnStart + column]
            if holds, value == lower[column] || value == upper[column] {
                held.append(Int32(column))
                self.value[column] = value
                (lower[column], upper[column]) = (value, value)
                (below[column], above[column]) = (1, 1)
            } else {
                place(column, value)
            }
        }
        for column in moving..<count { place(column, 0) }
        rowPrice.update(from: state.rowPrice + block.rowStart, count: pattern.rowCount)
    }

    func store(_ state: BlockwiseState) {
        (state.value + block.columnStart).update(from: value, count: moving)
        for column in 0..<moving {
            state.belowPrice[block.columnStart + column] = Float(belowPrice[column])
            state.abovePrice[block.columnStart + column] = Float(abovePrice[column])
        }
        (state.rowPrice + block.rowStart).update(from: rowPrice, count: pattern.rowCount)
    }

    @inline(__always)
    func place(_ column: Int, _ start: Double) {
        let (low, high) = (lower[column], upper[column])
        value[column] = start
        below[column] = low.isFinite ? max(start - low, BlockwiseLane.nearest) : InteriorPoint.far
        above[column] = high.isFinite ? max(high - start, BlockwiseLane.nearest) : InteriorPoint.far
    }
    private static let nearest = 1e-14

    /// The middle of the bounds.
    private func open() {
        for column in 0..<count {
            let (low, high) = (lower[column], upper[column])
            switch (low.isFinite, high.isFinite) {
            case (true, true): place(column, 0.5 * (low + high))
            case (true, false): place(column, low + 1)
            case (false, true): place(column, high - 1)
            case (false, false): place(column, 0)
            }
        }
        rowPrice.update(repeating: 0, count: pattern.rowCount)
        price(BlockwiseLane.firstTarget)
    }
    private static let firstTarget = 1e-2

    private func price(_ target: Double) {
        for column in 0..<count {
            belowPrice[column] = target / below[column]
            abovePrice[column] = target / above[column]
        }
    }

    /// What the own rows miss.
    func loadMissed() {
        let (own, multi) = (pattern.rowCount, pattern.columnCount)
        missed.update(from: rights, count: own)
        for column in 0..<multi {
            let amount = value[column]
            for entry in Int(pattern.columnStart[column])..<Int(pattern.ownEnd[column]) {
                missed[Int(pattern.entryRow[entry])] -= numbers[entry] * amount
            }
        }
        for column in multi..<moving where Int(singleRow[column - multi]) < own {
            missed[Int(singleRow[column - multi])] -= singles[column - multi] * value[column]
        }
    }
}
