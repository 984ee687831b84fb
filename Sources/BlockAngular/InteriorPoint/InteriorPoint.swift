/// Mehrotra's primal-dual interior-point method on a block-angular program.
///
/// Each round factorises every block's normal matrix by itself (`MultifrontalFactor`), on all threads, and the Schur complement
/// of the linking rows. It takes some twenty to forty rounds whatever the number of blocks, each a few microseconds per row.
/// Blocks are dealt to a fixed number of lanes, each summed up in its own order, so that the answer is the same on any number
/// of threads. Source: S. J. Wright, Primal-Dual Interior-Point Methods, SIAM 1997, chapters 10 and 11.
final class InteriorPoint {
    enum Ending {
        /// Converged to the gap, with residuals of rounding.
        case optimal
        /// No point satisfies rows and bounds: proven by duals of the rows (Farkas).
        case infeasible
        /// A limit, or no progress.
        case stopped
    }

    private(set) var problem: InteriorProblem
    let state: InteriorState
    private let lanes: [InteriorLane]
    private let workers: WorkerThreads?
    private let matrix: UnsafeMutablePointer<Double>
    private let linkRight: UnsafeMutablePointer<Double>
    private(set) var rounds = 0
    private(set) var measure = InteriorMeasure()
    /// The best dual bound of all rounds.
    private(set) var bound = -Double.infinity

    /// - Parameter workers: nil: all is done on the caller's thread.
    init(_ problem: InteriorProblem, workers: WorkerThreads?) {
        self.problem = problem
        self.workers = workers
        state = InteriorState(columns: problem.columnCount, rows: problem.rowCount)
        let count = problem.linkingCount
        // The most work first to each lane in turn.
        let ranked = problem.blocks.indices.sorted {
            (problem.blocks[$0].pattern.factorCount, $1) > (problem.blocks[$1].pattern.factorCount, $0)
        }
        let laneCount = min(
            Parameters.InteriorPoint.maxLanes, max(1, ranked.count / Parameters.InteriorPoint.minBlocksPerLane))
        lanes = (0..<laneCount).map { lane in
            InteriorLane(problem, blocks: stride(from: lane, to: ranked.count, by: laneCount).map { ranked[$0] })
        }
        matrix = .allocate(capacity: problem.linkPattern.size + 1)
        linkRight = .allocate(capacity: count + 1)
    }

    deinit {
        matrix.deallocate()
        linkRight.deallocate()
        for lane in lanes { lane.deallocate() }
    }

    /// Runs `work` for each lane, on all threads.
    private func forEachLane(_ work: @escaping @Sendable (InteriorLane) -> Void) {
        WorkerThreads.forEach(lanes, on: workers, work)
    }

    /// - Parameters:
    ///   - gap: relative gap to reach.
    ///   - constant: added to the objective, for the relative gap.
    ///   - shouldContinue: asked after each round; false ends it.
    func run(gap: Double, constant: Double, shouldContinue: (InteriorPoint) -> Bool) -> Ending {
        start()
        return iterate(gap: gap, constant: constant, shouldContinue: shouldContinue)
    }

    /// Minimises another cost on the optimal face: columns that `restoreFeasibility` moved onto a bound stay there. To be
    /// called after it.
    ///
    /// - Parameter cost: of each column of the problem.
    func minimiseOnOptimalFace(_ cost: [Double], gap: Double, shouldContinue: (InteriorPoint) -> Bool) -> Ending {
        problem.cost = cost
        let (problem, state) = (problem, state)
        for row in problem.linkingRow..<problem.rowCount { state.rowDual[row] = 0 }
        forEachLane { $0.restartDuals(problem, state) }
        bound = -.infinity
        return iterate(gap: gap, constant: 0, shouldContinue: shouldContinue)
    }

    private func iterate(gap: Double, constant: Double, shouldContinue: (InteriorPoint) -> Bool) -> Ending {
        let (problem, state) = (problem, state)
        let first = rounds
        var best = Double.infinity
        var (stagnation, extraRounds) = (0, 0)
        var steps: (primal: Double, dual: Double)?
        while rounds - first < Parameters.InteriorPoint.maxRounds {
            let (primal, dual) = (steps?.primal, steps?.dual ?? 0)
            let wantsCertificate =
                rounds - first > Parameters.InteriorPoint.roundsBeforeCertificate
                && measure.residual > Parameters.InteriorPoint.certificateResidual
            if primal != nil {
                for row in problem.linkingRow..<problem.rowCount { state.rowDual[row] += dual * state.rowDualStep[row] }
            }
            forEachLane {
                $0.beginRound(problem, state, primal: primal, dual: dual, wantsCertificate: wantsCertificate)
            }
            collect(hasCertificate: wantsCertificate)
            rounds += 1
            if measure.certificate > Parameters.InteriorPoint.certificate { return .infeasible }
            if !shouldContinue(self) { return .stopped }
            let scale = max(1, abs(measure.primal + constant))
            let relative = abs(measure.primal - bound) / scale
            if relative <= gap, measure.residual <= Parameters.InteriorPoint.residual,
                measure.dualResidual <= Parameters.InteriorPoint.residual
            {
                // A few more rounds cost little and separate columns at a bound from the others.
                extraRounds += 1
                if extraRounds > Parameters.InteriorPoint.maxRoundsAfterOptimum
                    || relative <= Parameters.InteriorPoint.clearGapShare * gap
                {
                    return .optimal
                }
            }
            let merit = max(measure.complementarity / scale, measure.residual, measure.dualResidual)
            if !merit.isFinite { return .stopped }
            stagnation = merit < Parameters.InteriorPoint.progress * best ? 0 : stagnation + 1
            best = min(best, merit)
            if stagnation > Parameters.InteriorPoint.maxStagnation { return .stopped }
            steps = step()
        }
        return .stopped
    }

    /// Predictor and correctors; the step lengths.
    private func step() -> (primal: Double, dual: Double) {
        let (problem, state) = (problem, state)
        // The affine step: how far it can go says how much centering is needed (Mehrotra).
        solveLinks(isNew: true)
        forEachLane { $0.predict(problem, state) }
        let (primal, dual) = longestStep
        let now = measure.complementarity
        let then =
            now + primal * sum(\.stepTimesDual) + dual * sum(\.slackTimesDualStep) + primal * dual
            * sum(\.stepTimesDualStep)
        let ratio = max(0, then / now)
        let centeringTarget = max(
            Parameters.InteriorPoint.minCenteringTarget, ratio * ratio * ratio * now / measure.boundCount)
        forEachLane { $0.correct(problem, state, centeringTarget: centeringTarget) }
        solveLinks(isNew: false)
        forEachLane { $0.finishCorrector(problem, state) }
        var stepLength = longestStep
        for _ in 0..<Parameters.InteriorPoint.maxCorrectors
        where min(stepLength.primal, stepLength.dual) < Parameters.InteriorPoint.correctorSkipsAbove {
            let wanted = (
                primal: min(1, stepLength.primal + Parameters.InteriorPoint.correctorStepIncrease),
                dual: min(1, stepLength.dual + Parameters.InteriorPoint.correctorStepIncrease)
            )
            forEachLane {
                $0.beginExtraCorrector(
                    problem, state, centeringTarget: centeringTarget, primal: wanted.primal, dual: wanted.dual)
            }
            solveLinks(isNew: false, isRefinement: true)
            forEachLane {
                $0.finishExtraCorrector(
                    problem, state, centeringTarget: centeringTarget, primal: wanted.primal, dual: wanted.dual)
            }
            let found = longestStep
            let gained = found.primal + found.dual - stepLength.primal - stepLength.dual
            guard gained > Parameters.InteriorPoint.correctorMinGain * Parameters.InteriorPoint.correctorStepIncrease
            else { break }
            forEachLane {
                $0.acceptExtraCorrector(
                    problem, state, centeringTarget: centeringTarget, primal: wanted.primal, dual: wanted.dual)
            }
            for row in problem.linkingRow..<problem.rowCount { state.rowDualStep[row] += state.residual[row] }
            stepLength = found
        }
        return (
            min(1, Parameters.InteriorPoint.stepToBoundary * stepLength.primal),
            min(1, Parameters.InteriorPoint.stepToBoundary * stepLength.dual)
        )
    }

    /// Duals of the linking rows.
    var linkDuals: [Double] { (0..<problem.linkingCount).map { state.rowDual[problem.linkingRow + $0] } }

    /// The longest step that all lanes allow.
    private var longestStep: (primal: Double, dual: Double) {
        (lanes.map(\.primalStep).min() ?? 1, lanes.map(\.dualStep).min() ?? 1)
    }

    /// Moves columns that are nearly at a bound onto it, and the others so that the rows hold to rounding: an interior point is a
    /// little off every bound. False where that fails (then the point is of no use).
    func restoreFeasibility(snaps: Bool = true) -> Bool {
        let (problem, state) = (problem, state)
        if snaps {
            forEachLane { $0.measureSnapScale(problem, state) }
            let scale = lanes.reduce(into: SnapScale()) { $0.add($1.snapScale) }
            forEachLane { $0.snapToBounds(problem, state, scale) }
        }
        for _ in 0..<Parameters.InteriorPoint.maxProjections {
            forEachLane { $0.projectionRightHandSide(problem, state) }
            collect(hasCertificate: false)
            if measure.residual <= Parameters.InteriorPoint.projectedResidual { return true }
            solveLinks(isNew: true)
            forEachLane { $0.projectOntoRows(problem, state) }
        }
        return false
    }

    private func sum(_ part: KeyPath<InteriorLane, Double>) -> Double { lanes.reduce(0) { $0 + $1[keyPath: part] } }

    private func collect(hasCertificate: Bool) {
        let (problem, state) = (problem, state)
        var total = InteriorMeasure()
        for lane in lanes { total.add(lane.measure) }
        var residual = total.residual
        for row in 0..<problem.linkingCount {
            let index = problem.linkingRow + row
            let right = problem.right[index]
            let dual = state.rowDual[index]
            total.bound += right * dual
            total.certificate += right * dual
            total.largestDual = max(total.largestDual, abs(dual))
            var rest = right
            for lane in lanes { rest += lane.linkResidual[row] }
            state.residual[index] = rest
            residual = max(residual, abs(rest) / (1 + abs(right)))
        }
        total.residual = residual
        total.certificate = total.certificate / max(1, total.largestDual)
        if total.unboundedDual > Parameters.Proof.unboundedDual { total.bound = -.infinity }
        if !hasCertificate || total.unboundedCertificate > Parameters.Proof.unboundedDual * max(1, total.largestDual) {
            total.certificate = -.infinity
        }
        bound = max(bound, total.bound)
        measure = total
    }

    /// Solves the Schur complement for the step of the linking rows' duals.
    private func solveLinks(isNew: Bool, isRefinement: Bool = false) {
        let count = problem.linkingCount
        let start = problem.linkingRow
        if isNew {
            let size = problem.linkPattern.size
            matrix.update(repeating: 0, count: size)
            for lane in lanes { for index in 0..<size { matrix[index] += lane.matrix[index] } }
            problem.linkPattern.factorise(matrix, shift: Parameters.LinearAlgebra.regularisation)
        }
        for row in 0..<count {
            var total = isRefinement ? 0 : state.residual[start + row]
            for lane in lanes { total += lane.linkRight[row] }
            linkRight[row] = total
        }
        problem.linkPattern.solve(matrix, linkRight)
        ((isRefinement ? state.residual : state.rowDualStep) + start).update(from: linkRight, count: count)
    }

    /// A first point well inside all bounds: the middle, projected onto the rows and moved inwards.
    private func start() {
        let (problem, state) = (problem, state)
        forEachLane { $0.startAtMidpoint(problem, state) }
        forEachLane { $0.projectionRightHandSide(problem, state) }
        collect(hasCertificate: false)
        solveLinks(isNew: true)
        forEachLane { $0.startAtProjection(problem, state) }
        bound = -.infinity
    }
}

/// What a round computes of a point.
struct InteriorMeasure {
    /// Cost of the point, and the dual bound (valid where `unboundedDual` is rounding).
    var primal = 0.0
    var bound = 0.0
    /// Largest reduced cost that pulls a column towards a bound it does not have.
    var unboundedDual = 0.0
    /// Above 0: no point satisfies the rows (valid where `unboundedCertificate` is rounding).
    var certificate = 0.0
    var unboundedCertificate = 0.0
    var largestDual = 0.0
    /// Sum of slack times dual over all bounds, and the number of bounds: their ratio is mu.
    var complementarity = 0.0
    var boundCount = 0.0
    /// Relative primal and dual residual.
    var residual = 0.0
    var dualResidual = 0.0

    mutating func add(_ other: InteriorMeasure) {
        primal += other.primal
        bound += other.bound
        certificate += other.certificate
        complementarity += other.complementarity
        boundCount += other.boundCount
        unboundedDual = max(unboundedDual, other.unboundedDual)
        unboundedCertificate = max(unboundedCertificate, other.unboundedCertificate)
        largestDual = max(largestDual, other.largestDual)
        residual = max(residual, other.residual)
        dualResidual = max(dualResidual, other.dualResidual)
    }
}
