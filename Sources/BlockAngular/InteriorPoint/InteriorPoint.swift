/// Mehrotra's primal-dual interior-point method on a block-angular program.
///
/// Each round factorises every block's normal matrix by itself (`MultifrontalFactor`), on all threads, and one dense matrix of the
/// linking rows: some twenty to forty rounds whatever the number of blocks, a few microseconds a row and round.
/// Blocks are dealt to a fixed number of lanes, each summed up in its own order, so that the answer is the same on any number
/// of threads.
/// Source: S. J. Wright, Primal-Dual Interior-Point Methods, SIAM 1997, chapters 10 and 11.
final class InteriorPoint {
    enum Ending {
        /// Converged to the gap; what equations miss is rounding.
        case optimal
        /// No values satisfy rows and bounds: proven by prices of the rows.
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
    /// Of all rounds the best that the prices prove.
    private(set) var bound = -Double.infinity

    // The number of lanes is the problem's, whatever the threads; each has a matrix of the linking rows.
    private static let mostLanes = 8
    private static let leastBlocksOfLane = 8
    /// In place of a bound that is not there.
    static let far = 1e100
    /// How far a step may go towards the nearest bound.
    private static let reach = 0.995
    private static let mostRounds = 150
    // Gondzio's correctors: cheaper than a round, as the factors stay.
    private static let mostRefinements = 1
    private static let hope = 0.4
    private static let longEnough = 0.9
    private static let leastGain = 0.1
    private static let mostExtra = 2

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
        let laneCount = min(InteriorPoint.mostLanes, max(1, ranked.count / InteriorPoint.leastBlocksOfLane))
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
    private func onLanes(_ work: @escaping @Sendable (InteriorLane) -> Void) {
        WorkerThreads.forEach(lanes, on: workers, work)
    }

    /// - Parameters:
    ///   - gap: relative gap to reach.
    ///   - constant: what the objective is more by, for the relative gap.
    ///   - goesOn: asked after each round; false ends it.
    func run(gap: Double, constant: Double, goesOn: (InteriorPoint) -> Bool) -> Ending {
        start()
        return iterate(gap: gap, constant: constant, goesOn: goesOn)
    }

    /// Holds what the optimum decides (what `tidy` moved onto a bound stays there) and minimises another cost among what is
    /// left: a choice among optima. To be called after `tidy`.
    ///
    /// - Parameter cost: of each column of the problem.
    func choose(_ cost: [Double], gap: Double, goesOn: (InteriorPoint) -> Bool) -> Ending {
        problem.cost = cost
        let (problem, state) = (problem, state)
        for row in problem.linkingRow..<problem.rowCount { state.rowPrice[row] = 0 }
        onLanes { $0.reprice(problem, state) }
        bound = -.infinity
        return iterate(gap: gap, constant: 0, goesOn: goesOn)
    }

    private func iterate(gap: Double, constant: Double, goesOn: (InteriorPoint) -> Bool) -> Ending {
        let (problem, state) = (problem, state)
        let first = rounds
        var best = Double.infinity
        var (stalls, extra) = (0, 0)
        var steps: (primal: Double, dual: Double)?
        while rounds - first < InteriorPoint.mostRounds {
            let (primal, dual) = (steps?.primal, steps?.dual ?? 0)
            let wantsCertificate = rounds - first > 3 && measure.missed > 1e-6
            if primal != nil {
                for row in problem.linkingRow..<problem.rowCount { state.rowPrice[row] += dual * state.rowStep[row] }
            }
            onLanes {
                $0.begin(problem, state, primal: primal, dual: dual, wantsCertificate: wantsCertificate)
            }
            collect(hasCertificate: wantsCertificate)
            rounds += 1
            if measure.certificate > 1e-6 { return .infeasible }
            if !goesOn(self) { return .stopped }
            let scale = max(1, abs(measure.primal + constant))
            let relative = abs(measure.primal - bound) / scale
            if relative <= gap, measure.missed <= 1e-8, measure.dualMissed <= 1e-8 {
                // A few rounds more cost little and part what is at its bound from what is not.
                extra += 1
                if extra > InteriorPoint.mostExtra || relative <= 1e-3 * gap { return .optimal }
            }
            let badness = max(measure.product / scale, measure.missed, measure.dualMissed)
            if !badness.isFinite { return .stopped }
            stalls = badness < 0.9 * best ? 0 : stalls + 1
            best = min(best, badness)
            if stalls > 25 { return .stopped }
            steps = step()
        }
        return .stopped
    }

    /// Predictor and corrector; how far they can be followed.
    private func step() -> (primal: Double, dual: Double) {
        let (problem, state) = (problem, state)
        // Straight to the optimum: how far that goes says how much of the way to the middle is needed.
        solveLinks(isNew: true)
        onLanes { $0.predict(problem, state) }
        let (primal, dual) = longest
        let now = measure.product
        let then =
            now + primal * sum(\.stepTimesPrice) + dual * sum(\.placeTimesStep) + primal * dual * sum(\.stepTimesStep)
        let ratio = max(0, then / now)
        let target = max(1e-30, ratio * ratio * ratio * now / measure.pairs)
        onLanes { $0.correct(problem, state, target: target) }
        solveLinks(isNew: false)
        onLanes { $0.finish(problem, state) }
        var along = longest
        for _ in 0..<InteriorPoint.mostRefinements where min(along.primal, along.dual) < InteriorPoint.longEnough {
            let hoped = (
                primal: min(1, along.primal + InteriorPoint.hope), dual: min(1, along.dual + InteriorPoint.hope)
            )
            onLanes { $0.refine(problem, state, target: target, primal: hoped.primal, dual: hoped.dual) }
            solveLinks(isNew: false, isRefinement: true)
            onLanes { $0.judge(problem, state, target: target, primal: hoped.primal, dual: hoped.dual) }
            let found = longest
            let gained = found.primal + found.dual - along.primal - along.dual
            guard gained > InteriorPoint.leastGain * InteriorPoint.hope else { break }
            onLanes { $0.accept(problem, state, target: target, primal: hoped.primal, dual: hoped.dual) }
            for row in problem.linkingRow..<problem.rowCount { state.rowStep[row] += state.missed[row] }
            along = found
        }
        return (min(1, InteriorPoint.reach * along.primal), min(1, InteriorPoint.reach * along.dual))
    }

    /// Prices of the linking rows.
    var linkPrices: [Double] { (0..<problem.linkingCount).map { state.rowPrice[problem.linkingRow + $0] } }

    /// How far the step can go.
    private var longest: (primal: Double, dual: Double) {
        (lanes.map(\.primalStep).min() ?? 1, lanes.map(\.dualStep).min() ?? 1)
    }

    /// Moves what is all but at a bound onto it, and the rest so that the rows hold to the last digits: without this every
    /// column would be a little off its bounds. False where that does not come about (then the point is spoilt).
    func tidy(snaps: Bool = true) -> Bool {
        let (problem, state) = (problem, state)
        if snaps { onLanes { $0.snap(problem, state, nearness: 1e-4) } }
        for _ in 0..<InteriorPoint.mostTidyings {
            onLanes { $0.approach(problem, state) }
            collect(hasCertificate: false)
            if measure.missed <= InteriorPoint.tidy { return true }
            solveLinks(isNew: true)
            onLanes { $0.adjust(problem, state) }
        }
        return false
    }
    private static let mostTidyings = 7
    /// Relative; rounding of sums of some hundred terms.
    private static let tidy = 1e-11

    private func sum(_ part: KeyPath<InteriorLane, Double>) -> Double { lanes.reduce(0) { $0 + $1[keyPath: part] } }

    private func collect(hasCertificate: Bool) {
        let (problem, state) = (problem, state)
        var total = InteriorMeasure()
        for lane in lanes { total.add(lane.measure) }
        var missed = total.missed
        for row in 0..<problem.linkingCount {
            let place = problem.linkingRow + row
            let right = problem.right[place]
            let price = state.rowPrice[place]
            total.bound += right * price
            total.certificate += right * price
            total.largestPrice = max(total.largestPrice, abs(price))
            var left = right
            for lane in lanes { left += lane.linkMissed[row] }
            state.missed[place] = left
            missed = max(missed, abs(left) / (1 + abs(right)))
        }
        total.missed = missed
        total.certificate = total.certificate / max(1, total.largestPrice)
        if total.unboundedPrice > 1e-9 { total.bound = -.infinity }
        if !hasCertificate || total.unboundedCertificate > 1e-9 * max(1, total.largestPrice) {
            total.certificate = -.infinity
        }
        bound = max(bound, total.bound)
        measure = total
    }

    /// Solves for the linking rows' step; `rowStep` of the linking rows is written.
    private func solveLinks(isNew: Bool, isRefinement: Bool = false) {
        let count = problem.linkingCount
        let start = problem.linkingRow
        if isNew {
            let size = problem.linkPattern.size
            matrix.update(repeating: 0, count: size)
            for lane in lanes { for index in 0..<size { matrix[index] += lane.matrix[index] } }
            problem.linkPattern.factorise(matrix, shift: InteriorLane.shift)
        }
        for row in 0..<count {
            var total = isRefinement ? 0 : state.missed[start + row]
            for lane in lanes { total += lane.linkRight[row] }
            linkRight[row] = total
        }
        problem.linkPattern.solve(matrix, linkRight)
        ((isRefinement ? state.missed : state.rowStep) + start).update(from: linkRight, count: count)
    }

    /// A first point well inside all bounds: the nearest to their middle that satisfies the rows, moved inwards.
    private func start() {
        let (problem, state) = (problem, state)
        onLanes { $0.open(problem, state) }
        onLanes { $0.approach(problem, state) }
        collect(hasCertificate: false)
        solveLinks(isNew: true)
        onLanes { $0.place(problem, state) }
        bound = -.infinity
    }
}

/// Where a round stands.
struct InteriorMeasure {
    /// Cost of the point, and what the prices prove (where `unboundedPrice` is no more than rounding).
    var primal = 0.0
    var bound = 0.0
    /// Largest price that pulls a column towards a bound it has not.
    var unboundedPrice = 0.0
    /// Beyond 0: no point satisfies the rows (where `unboundedCertificate` is no more than rounding).
    var certificate = 0.0
    var unboundedCertificate = 0.0
    var largestPrice = 0.0
    /// Distance times price, over all bounds, and the number of bounds.
    var product = 0.0
    var pairs = 0.0
    /// What equations and prices miss, relative.
    var missed = 0.0
    var dualMissed = 0.0

    mutating func add(_ other: InteriorMeasure) {
        primal += other.primal
        bound += other.bound
        certificate += other.certificate
        product += other.product
        pairs += other.pairs
        unboundedPrice = max(unboundedPrice, other.unboundedPrice)
        unboundedCertificate = max(unboundedCertificate, other.unboundedCertificate)
        largestPrice = max(largestPrice, other.largestPrice)
        missed = max(missed, other.missed)
        dualMissed = max(dualMissed, other.dualMissed)
    }
}
