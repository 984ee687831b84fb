/// An interior-point method for many blocks, in which each block has its own step length.
///
/// It is a primal-dual method, as `InteriorPoint` is, but a round is one visit to each block, in the cache, and a block stores
/// nothing between rounds but its point and its duals. In a visit the block first takes its step for the linking rows' new duals,
/// with its own step length: its bounds do not hold up the others. Then it adds to the linking rows what their next step needs:
/// its activity, how that changes with the duals, and what its own next step would change. The residual that different step
/// lengths leave in the linking rows is part of the next step. The few blocks with a very short step are centered again at the
/// present duals.
///
/// It starts from the duals of a sample of the blocks, at which every block is centered. It takes some thirty rounds, and
/// stores three numbers per column. Blocks are dealt to a fixed number of lanes, each summed up in its own order, so that the
/// answer is the same on any number of threads.
final class BlockwiseInteriorPoint {
    /// Where it starts: the duals of the linking rows, and the columns of no block.
    struct Beginning {
        var centeringTarget: Double
        var duals: [Double]
        var border: [Double]
        var borderDuals: (lower: [Double], upper: [Double])?
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
    private(set) var duals: [Double] = []
    private(set) var rounds = 0
    /// What each slack times its dual is to become.
    private var centeringTarget = 0.0
    private(set) var sums = BlockwiseSums()
    /// Residuals of the linking rows, and the largest, relative.
    private var linkResidual: [Double] = []
    private(set) var residual = Double.infinity
    /// The best dual bound of all rounds.
    private(set) var bound = -Double.infinity

    init(
        _ problem: CompactBlocks, border: EquationBlock, right: [Double], links: LinkPattern, workers: WorkerThreads?
    ) {
        self.problem = problem
        self.border = BlockwiseBorder(border, barrierWeight: problem.blocks.reduce(0) { $0 + $1.multiplicity })
        self.workers = workers
        linkRight = right
        state = BlockwiseState(columns: problem.columnCount, rows: problem.rowCount)
        self.links = links
        let blocks = problem.blocks.count
        lanes = (0..<Parameters.Blockwise.lanes).compactMap { lane in
            BlockwiseLane(
                problem, blocks: Array(stride(from: lane, to: blocks, by: Parameters.Blockwise.lanes)),
                links: links)
        }
        matrix = .allocate(capacity: links.size + 1)
    }

    deinit {
        matrix.deallocate()
        for lane in lanes { lane.deallocate() }
    }

    /// Runs `work` for each lane, on all threads.
    private func forEachLane(_ work: @escaping @Sendable (BlockwiseLane) -> Void) {
        WorkerThreads.forEach(lanes, on: workers, work)
    }

    /// - Parameters:
    ///   - gap: relative gap to reach.
    ///   - constant: added to the objective, for the relative gap.
    ///   - shouldContinue: asked after each round; false ends it.
    /// - Returns: whether it converged.
    func run(
        from beginning: Beginning, gap: Double, constant: Double, shouldContinue: (BlockwiseInteriorPoint) -> Bool
    ) -> Bool {
        duals = beginning.duals
        border.start(at: beginning.border, centeringTarget: beginning.centeringTarget, duals: beginning.borderDuals)
        centeringTarget = beginning.centeringTarget
        return iterate(
            from: .middle(isNew: true), holds: false, gap: gap, constant: constant,
            maxRounds: Parameters.Blockwise.maxRounds,
            shouldContinue: shouldContinue)
    }

    /// Continues to a gap so small that columns at their bounds stand out from the others; where that fails, returns to
    /// where it was.
    func deepen(gap: Double, constant: Double, shouldContinue: (BlockwiseInteriorPoint) -> Bool) -> Bool {
        let (kept, at, edge, duals, bound) = (BlockwiseState(copying: state), centeringTarget, border, duals, bound)
        let isDone = iterate(
            from: .step(recenteringThreshold: Parameters.Blockwise.minRecenteringThreshold), holds: false, gap: gap,
            constant: constant,
            maxRounds: Parameters.Blockwise.maxDeepRounds, shouldContinue: shouldContinue)
        if !isDone {
            state.take(kept)
            (centeringTarget, border, self.duals, self.bound) = (at, edge, duals, max(bound, self.bound))
        }
        return isDone
    }

    /// Minimises another cost on the optimal face: columns that `restoreFeasibility` moved onto a bound stay there. To be
    /// called after it.
    ///
    /// - Parameters:
    ///   - cost: of each block's columns, in the order of the compact blocks.
    ///   - borderCost: of the columns of no block.
    func minimiseOnOptimalFace(
        cost: [Double], borderCost: [Double], gap: Double, shouldContinue: (BlockwiseInteriorPoint) -> Bool
    ) -> Bool {
        state.cost = cost
        border.cost = borderCost
        duals = Array(repeating: 0, count: linkingCount)
        let largest = max(cost.reduce(0) { max($0, abs($1)) }, borderCost.reduce(0) { max($0, abs($1)) })
        centeringTarget = Parameters.Blockwise.startTarget * max(largest, Parameters.Blockwise.minLargestCost)
        border.start(at: border.value, centeringTarget: centeringTarget, holds: true)
        bound = -.infinity
        return iterate(
            from: .middle(isNew: false), holds: true, gap: gap, constant: 0, maxRounds: Parameters.Blockwise.maxRounds,
            shouldContinue: shouldContinue)
    }

    private func iterate(
        from first: BlockwiseLane.Round.Kind, holds: Bool, gap: Double, constant: Double, maxRounds: Int,
        shouldContinue: (BlockwiseInteriorPoint) -> Bool
    ) -> Bool {
        let begun = rounds
        var threshold = Parameters.Blockwise.maxRecenteringThreshold
        if case .step(let given) = first { threshold = given }
        while rounds - begun < maxRounds {
            let round = BlockwiseLane.Round(
                duals: duals, centeringTarget: centeringTarget,
                kind: rounds == begun ? first : .step(recenteringThreshold: threshold),
                holds: holds)
            let (problem, state) = (problem, state)
            forEachLane { $0.runRound(problem, state, round) }
            rounds += 1
            collect()
            let isProof = sums.unboundedDual <= Parameters.Proof.unboundedDual
            if isProof { bound = max(bound, sums.bound) }
            if !shouldContinue(self) { return false }
            let scale = max(1, abs(sums.cost + constant))
            guard sums.cost.isFinite, sums.bound.isFinite, residual.isFinite else { return false }
            if isProof, residual <= Parameters.Blockwise.residual, sums.residual <= Parameters.Blockwise.residual,
                abs(sums.cost - bound) <= gap * scale
            {
                return true
            }

            let minTarget = Parameters.Blockwise.minTargetShare * gap * scale / sums.boundCount
            var next = centeringTarget
            if sums.stepLength > Parameters.Blockwise.goodStepLength * Double(sums.steps) {
                let waits =
                    abs(sums.cost - sums.bound - sums.complementarity)
                    / (Parameters.Blockwise.residualLag * sums.boundCount)
                next = max(
                    minTarget, centeringTarget * Parameters.Blockwise.targetDecrease, min(centeringTarget, waits))
            }
            if rounds - begun > 1 {
                let areMany =
                    Double(sums.recentered) > Parameters.Blockwise.maxRecenteredShare * Double(problem.blocks.count)
                threshold =
                    areMany
                    ? max(
                        Parameters.Blockwise.minRecenteringThreshold, threshold / Parameters.Blockwise.thresholdDecrease
                    )
                    : min(
                        next < Parameters.Blockwise.lateTarget * minTarget
                            ? Parameters.Blockwise.minRecenteringThreshold
                            : Parameters.Blockwise.maxRecenteringThreshold,
                        threshold * Parameters.Blockwise.thresholdIncrease)
            }
            var right = linkResidual
            clearMatrix()
            for lane in lanes {
                for row in 0..<linkingCount {
                    right[row] += lane.right[row] + (centeringTarget - next) * lane.rightOfCentering[row]
                }
            }
            border.addToSchurComplement(centeringTarget: next, matrix: matrix, pattern: links, right: &right)
            solve(&right)
            border.takeStep(right, centeringTarget: next)
            for row in 0..<linkingCount { duals[row] += right[row] }
            centeringTarget = next
        }
        return false
    }

    /// Adds up what the lanes found.
    private func collect() {
        sums = BlockwiseSums()
        linkResidual = linkRight
        for lane in lanes { sums.add(lane.sums) }
        sums.cost += problem.constant
        sums.bound += problem.constant
        for row in 0..<linkingCount {
            linkResidual[row] -= problem.held[row]
            sums.bound += linkResidual[row] * duals[row]
            for lane in lanes { linkResidual[row] -= lane.used[row] }
        }
        // Relative to the size of the row, as sums of many blocks have that much rounding.
        let scales = zip(linkResidual, linkRight).map { 1 + abs($0) + abs($1) }
        border.measure(duals, residual: &linkResidual, &sums)
        residual = zip(linkResidual, scales).reduce(0) { max($0, abs($1.0) / $1.1) }
    }

    private func clearMatrix() {
        let size = links.size
        matrix.update(repeating: 0, count: size)
        for lane in lanes { for index in 0..<size { matrix[index] += lane.matrix[index] } }
    }

    private func solve(_ right: inout [Double]) {
        links.factorise(matrix, shift: Parameters.LinearAlgebra.regularisation)
        right.withUnsafeMutableBufferPointer { right in
            if let right = right.baseAddress { links.solve(matrix, right) }
        }
    }

    /// Moves columns that are nearly at a bound onto it, and the others so that the rows hold to rounding. False where that
    /// fails (then the point is of no use).
    func restoreFeasibility(snaps: Bool = true) -> Bool {
        let (problem, state, now) = (problem, state, duals)
        if snaps {
            forEachLane { $0.measureSnapScale(problem, state, duals: now) }
            let scale = lanes.reduce(into: border.snapScale) { $0.add($1.snapScale) }
            forEachLane { $0.snapToBounds(problem, state, scale, duals: now) }
            border.snapToBounds(scale)
        }
        for _ in 0..<Parameters.Blockwise.maxProjections {
            forEachLane { $0.projectionRightHandSide(problem, state, duals: now) }
            collect()
            if max(residual, sums.residual) <= Parameters.Blockwise.projectedResidual { return true }
            clearMatrix()
            border.addProjection(matrix: matrix, pattern: links)
            var right = linkResidual
            for lane in lanes { for row in 0..<linkingCount { right[row] += lane.right[row] } }
            solve(&right)
            let step = right
            forEachLane { $0.projectOntoRows(problem, state, duals: now, step: step) }
            border.projectOntoRows(step)
        }
        return false
    }
}
