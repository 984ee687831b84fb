/// An interior-point method for many blocks, in which each block makes its step by itself.
///
/// Primal and dual together, as in `InteriorPoint`; but a round is one visit to each block, in the cache, and a block keeps
/// nothing between rounds but its point and its prices: first it goes along with what the linking rows' new prices mean for
/// it, *as far as it can go* (its bounds do not hold up the others), then it says what the next step of these prices needs: what
/// it puts into the linking rows, how that changes with their prices, and what its next step would still change. What the
/// blocks' different lengths of step leave undone in the linking rows is part of the next step. The few blocks that get
/// hardly anywhere find their middle at the prices as they are.
///
/// It begins from prices of a sample of the blocks, at which every block goes to its middle.
/// Some thirty rounds; memory for three numbers a column. Blocks are dealt to a fixed number of lanes, each summed up in its own
/// order, so that the answer is the same on any number of threads.
final class BlockwiseInteriorPoint {
    /// Where to begin: the prices of the linking rows, and the columns of no block.
    struct Beginning {
        var target: Double
        var prices: [Double]
        var border: [Double]
        var borderPrices: (below: [Double], above: [Double])?
    }

    let problem: CompactBlocks
    let state: BlockwiseState
    private(set) var border: BlockwiseBorder
    private let linkRight: [Double]
    private let lanes: [BlockwiseLane]
    let workers: WorkerThreads?
    private let matrix: UnsafeMutablePointer<Double>
    private let links: LinkPattern
    private var linkingCount: Int { linkRight.count }
    private(set) var prices: [Double] = []
    private(set) var rounds = 0
    /// What each distance to a bound times its price is to become.
    private var target = 0.0
    private(set) var sums = BlockwiseSums()
    /// What the linking rows miss, and the most of it, relative.
    private var left: [Double] = []
    private(set) var missed = Double.infinity
    /// Of all rounds the best that the prices prove.
    private(set) var bound = -Double.infinity

    private static let laneCount = 8
    private static let mostRounds = 80
    private static let mostDeepRounds = 25
    /// How fast the target falls where blocks come along well.
    private static let fall = 0.4
    private static let comingAlong = 0.85
    /// The target waits where what rows miss is worth more than this many times what is left of the gap.
    private static let lag = 2.0
    /// The target ends at this share of the gap.
    private static let leastShare = 0.25
    /// A block that gets no further than this share of its step finds its middle anew; fewer do where they are many.
    private static let straggling = 0.1
    private static let leastStraggling = 0.003
    private static let mostStragglers = 0.03
    /// Near the end (the target within so many times its least) hardly any does: it would upset prices that are all but there.
    private static let late = 30.0

    init(
        _ problem: CompactBlocks, border: EquationBlock, right: [Double], links: LinkPattern, workers: WorkerThreads?
    ) {
        self.problem = problem
        self.border = BlockwiseBorder(border, share: problem.blocks.reduce(0) { $0 + $1.weight })
        self.workers = workers
        linkRight = right
        state = BlockwiseState(columns: problem.columnCount, rows: problem.rowCount)
        self.links = links
        let blocks = problem.blocks.count
        lanes = (0..<BlockwiseInteriorPoint.laneCount).compactMap { lane in
            BlockwiseLane(
                problem, blocks: Array(stride(from: lane, to: blocks, by: BlockwiseInteriorPoint.laneCount)),
                links: links)
        }
        matrix = .allocate(capacity: links.size + 1)
    }

    deinit {
        matrix.deallocate()
        for lane in lanes { lane.deallocate() }
    }

    /// Runs `work` for each lane, on all threads.
    private func onLanes(_ work: @escaping @Sendable (BlockwiseLane) -> Void) {
        WorkerThreads.forEach(lanes, on: workers, work)
    }

    /// - Parameters:
    ///   - gap: relative gap to reach.
    ///   - constant: what the objective is more by, for the relative gap.
    ///   - goesOn: asked after each round; false ends it.
    /// - Returns: whether it converged.
    func run(
        from beginning: Beginning, gap: Double, constant: Double, goesOn: (BlockwiseInteriorPoint) -> Bool
    ) -> Bool {
        prices = beginning.prices
        border.start(at: beginning.border, target: beginning.target, prices: beginning.borderPrices)
        target = beginning.target
        return iterate(
            from: .middle(isNew: true), holds: false, gap: gap, constant: constant,
            most: BlockwiseInteriorPoint.mostRounds,
            goesOn: goesOn)
    }

    /// Goes further, to a gap so small that what is at its bound stands out from what is not; where that does not come
    /// about, back to where it was.
    func deepen(gap: Double, constant: Double, goesOn: (BlockwiseInteriorPoint) -> Bool) -> Bool {
        let (kept, at, edge, prices, bound) = (BlockwiseState(copying: state), target, border, prices, bound)
        let isDone = iterate(
            from: .step(straggling: BlockwiseInteriorPoint.leastStraggling), holds: false, gap: gap, constant: constant,
            most: BlockwiseInteriorPoint.mostDeepRounds, goesOn: goesOn)
        if !isDone {
            state.take(kept)
            (target, border, self.prices, self.bound) = (at, edge, prices, max(bound, self.bound))
        }
        return isDone
    }

    /// Holds what the optimum decides (what `tidy` moved onto a bound stays there) and minimises another cost among what is
    /// left: a choice among optima. To be called after `tidy`.
    ///
    /// - Parameters:
    ///   - cost: of each block's columns, in the order of the compact blocks.
    ///   - borderCost: of the columns of no block.
    func choose(
        cost: [Double], borderCost: [Double], gap: Double, goesOn: (BlockwiseInteriorPoint) -> Bool
    ) -> Bool {
        state.cost = cost
        border.cost = borderCost
        prices = Array(repeating: 0, count: linkingCount)
        let largest = max(cost.reduce(0) { max($0, abs($1)) }, borderCost.reduce(0) { max($0, abs($1)) })
        target = BlockwiseInteriorPoint.firstTarget * max(largest, 1e-6)
        border.start(at: border.value, target: target, holds: true)
        bound = -.infinity
        return iterate(
            from: .middle(isNew: false), holds: true, gap: gap, constant: 0, most: BlockwiseInteriorPoint.mostRounds,
            goesOn: goesOn)
    }
    private static let firstTarget = 1e-2

    private func iterate(
        from first: BlockwiseLane.Round.Kind, holds: Bool, gap: Double, constant: Double, most: Int,
        goesOn: (BlockwiseInteriorPoint) -> Bool
    ) -> Bool {
        let begun = rounds
        var straggling = BlockwiseInteriorPoint.straggling
        if case .step(let given) = first { straggling = given }
        while rounds - begun < most {
            let round = BlockwiseLane.Round(
                prices: prices, target: target, kind: rounds == begun ? first : .step(straggling: straggling),
                holds: holds)
            let (problem, state) = (problem, state)
            onLanes { $0.go(problem, state, round) }
            rounds += 1
            collect()
            let isProof = sums.unboundedPrice <= 1e-9
            if isProof { bound = max(bound, sums.bound) }
            if !goesOn(self) { return false }
            let scale = max(1, abs(sums.cost + constant))
            guard sums.cost.isFinite, sums.bound.isFinite, missed.isFinite else { return false }
            if isProof, missed <= 1e-8, sums.missed <= 1e-8, abs(sums.cost - bound) <= gap * scale { return true }

            let least = BlockwiseInteriorPoint.leastShare * gap * scale / sums.pairs
            var next = target
            if sums.along > BlockwiseInteriorPoint.comingAlong * Double(sums.steps) {
                let waits = abs(sums.cost - sums.bound - sums.product) / (BlockwiseInteriorPoint.lag * sums.pairs)
                next = max(least, target * BlockwiseInteriorPoint.fall, min(target, waits))
            }
            if rounds - begun > 1 {
                let isMany =
                    Double(sums.stragglers) > BlockwiseInteriorPoint.mostStragglers * Double(problem.blocks.count)
                straggling =
                    isMany
                    ? max(BlockwiseInteriorPoint.leastStraggling, straggling / 3)
                    : min(
                        next < BlockwiseInteriorPoint.late * least
                            ? BlockwiseInteriorPoint.leastStraggling : BlockwiseInteriorPoint.straggling,
                        straggling * 1.5)
            }
            var right = left
            clearMatrix()
            for lane in lanes {
                for row in 0..<linkingCount {
                    right[row] += lane.right[row] + (target - next) * lane.rightOfTarget[row]
                }
            }
            border.link(target: next, matrix: matrix, pattern: links, right: &right)
            solve(&right)
            border.move(right, target: next)
            for row in 0..<linkingCount { prices[row] += right[row] }
            target = next
        }
        return false
    }

    /// Adds up what the lanes found.
    private func collect() {
        sums = BlockwiseSums()
        left = linkRight
        for lane in lanes { sums.add(lane.sums) }
        sums.cost += problem.constant
        sums.bound += problem.constant
        for row in 0..<linkingCount {
            left[row] -= problem.held[row]
            sums.bound += left[row] * prices[row]
            for lane in lanes { left[row] -= lane.used[row] }
        }
        // Relative to what stands in the row, as sums of many blocks have that much rounding.
        let scales = zip(left, linkRight).map { 1 + abs($0) + abs($1) }
        border.measure(prices, left: &left, &sums)
        missed = zip(left, scales).reduce(0) { max($0, abs($1.0) / $1.1) }
    }

    private func clearMatrix() {
        let size = links.size
        matrix.update(repeating: 0, count: size)
        for lane in lanes { for index in 0..<size { matrix[index] += lane.matrix[index] } }
    }

    private func solve(_ right: inout [Double]) {
        links.factorise(matrix, shift: BlockwiseLane.shift)
        right.withUnsafeMutableBufferPointer { right in
            if let right = right.baseAddress { links.solve(matrix, right) }
        }
    }

    /// Moves what is all but at a bound onto it, and the rest so that the rows hold to the last digits. False where that does
    /// not come about (then the point is spoilt).
    func tidy(snaps: Bool = true) -> Bool {
        let (problem, state, now) = (problem, state, prices)
        if snaps {
            onLanes { $0.snap(problem, state, nearness: BlockwiseInteriorPoint.nearness, prices: now) }
            border.snap(nearness: BlockwiseInteriorPoint.nearness)
        }
        for _ in 0..<BlockwiseInteriorPoint.mostTidyings {
            onLanes { $0.approach(problem, state, prices: now) }
            collect()
            if max(missed, sums.missed) <= BlockwiseInteriorPoint.tidied { return true }
            clearMatrix()
            border.approach(matrix: matrix, pattern: links)
            var right = left
            for lane in lanes { for row in 0..<linkingCount { right[row] += lane.right[row] } }
            solve(&right)
            let step = right
            onLanes { $0.adjust(problem, state, prices: now, step: step) }
            border.adjust(step)
        }
        return false
    }
    private static let nearness = 1e-4
    private static let mostTidyings = 8
    /// Relative; rounding of sums of some hundred terms.
    private static let tidied = 1e-11
}
