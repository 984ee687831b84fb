import GLPKSolver
import LinearPrograms

/// Where a solve stands, for who is watching.
public struct DecompositionProgress: Sendable {
    /// Times that blocks were priced.
    public var round: Int
    /// No solution costs less.
    public var bound: Double
    /// Cost of the best solution so far; nil before there is one.
    public var best: Double?
    /// Relative distance between the best solution and the bound.
    public var gap: Double { best.map { max(0, ($0 - bound) / max(1, abs($0))) } ?? .infinity }
    /// Since the solve began, s.
    public var seconds: Double
}

/// Dantzig-Wolfe decomposition: the master combines points of the blocks, the blocks are priced at its duals for better ones, and
/// what they could still gain at those duals bounds what any solution can gain.
///
/// Blocks are gathered in groups with one convexity row each (a point of a group is a point of each of its blocks): fewer
/// rows, and as exact, since the columns of a group can combine to anything that its blocks' can at the optimum.
/// Duals are smoothed towards those of the best bound; at first only a part of the groups is priced each round.
/// The order of everything is fixed, so that any number of threads gives the same answer.
struct ColumnGeneration {
    let structure: BlockStructure
    let constant: Double
    let groups: [BlockGroup]
    let options: SolveOptions
    let limits: SolveLimits
    let start: ContinuousClock.Instant
    let report: (@Sendable (DecompositionProgress) -> Void)?
    let isCancelled: @Sendable () -> Bool
    var master: RestrictedMaster
    private let workers: WorkerThreads
    private let pricers: [ChainPricer]
    private(set) var rounds = 0
    private(set) var bound = -Double.infinity
    private var center: [Double] = []
    /// Duals at which all groups are priced before the first round, beside those of `center`.
    private var firstDuals: [[Double]] = []
    private let keepsProblems: Bool

    /// - Parameter center: duals of the linking rows to start at; empty: none are known.
    init(
        _ structure: BlockStructure, _ program: LinearProgram, center: [Double], options: SolveOptions, threads: Int,
        usesChains: Bool, limits: SolveLimits, start: ContinuousClock.Instant,
        report: (@Sendable (DecompositionProgress) -> Void)?,
        isCancelled: @escaping @Sendable () -> Bool
    ) {
        self.init(
            structure, program, sample: nil, center: center, options: options, threads: threads, usesChains: usesChains,
            limits: limits, start: start, report: report, isCancelled: isCancelled)
    }

    /// - Parameter sample: how many blocks are to stand for all; nil: all.
    private init(
        _ structure: BlockStructure, _ program: LinearProgram, sample: Int?, center known: [Double],
        options: SolveOptions, threads: Int, usesChains: Bool, limits: SolveLimits,
        start: ContinuousClock.Instant, report: (@Sendable (DecompositionProgress) -> Void)?,
        isCancelled: @escaping @Sendable () -> Bool
    ) {
        center = known
        constant = program.costConstants.reduce(0, +)
        self.options = options
        self.limits = limits
        self.start = start
        self.report = report
        self.isCancelled = isCancelled
        let oracles =
            sample.map { ColumnGeneration.sample(structure, $0, usesChains: usesChains) }
            ?? ColumnGeneration.oracles(structure, usesChains: usesChains)
        let size = Parameters.ColumnGeneration.minSample
        if known.isEmpty, oracles.count >= Parameters.ColumnGeneration.minBlocksPerSample * size {
            // A tenth of the blocks, each standing for ten, has nearly the same duals: all start there.
            var coarse = options
            coarse.relativeGap = Parameters.ColumnGeneration.sampleGap
            var smaller = ColumnGeneration(
                structure, program, sample: max(size, oracles.count / Parameters.ColumnGeneration.blocksPerSample),
                center: [], options: coarse,
                threads: threads,
                usesChains: usesChains, limits: limits, start: start, report: nil, isCancelled: isCancelled)
            defer { smaller.finish() }
            if let ending = try? smaller.generate(), case .converged(let answer) = ending {
                center = smaller.center
                firstDuals = smaller.dualsBehind(answer)
            }
        }
        let groups = ColumnGeneration.group(oracles)
        keepsProblems = oracles.count <= Parameters.ColumnGeneration.maxKeptProblems
        self.groups = groups
        var thin = structure
        thin.blocks = []
        self.structure = thin
        // An artificial column must cost more than any dual that can come up; the penalty is raised where it proves too low.
        let largestCost = program.objective().coefficients.reduce(0) { max($0, abs($1)) }
        master = RestrictedMaster(
            thin, program, groupCount: groups.count,
            penalty: Parameters.ColumnGeneration.penaltyFactor
                * max(Parameters.ColumnGeneration.minLargestCost, largestCost))
        let pricers = (0..<threads).map { _ in ChainPricer() }
        self.pricers = pricers
        workers = WorkerThreads(count: threads) { index in
            for number in stride(from: index, to: groups.count, by: threads) {
                for oracle in groups[number].oracles { oracle.release() }
            }
            GLPKProblem.endThread()
        }
    }

    /// Ends the threads.
    func finish() { workers.stop() }

    /// One oracle a kind of block: twins share it.
    private static func oracles(_ structure: BlockStructure, usesChains: Bool) -> [BlockOracle] {
        structure.kinds().map { kind in
            let oracle = BlockOracle(structure.blocks[kind[0]], usesChains: usesChains, count: Double(kind.count))
            oracle.twins = kind.map { structure.blocks[$0].columns }
            return oracle
        }
    }

    /// Every so many-th block, with the weight of those that it stands for.
    private static func sample(_ structure: BlockStructure, _ count: Int, usesChains: Bool) -> [BlockOracle] {
        let total = structure.blocks.count
        let count = min(count, total)
        return (0..<count).map { index in
            BlockOracle(
                structure.blocks[index * total / count], usesChains: usesChains, count: Double(total) / Double(count))
        }
    }

    /// Neighbours go to different groups.
    private static func group(_ oracles: [BlockOracle]) -> [BlockGroup] {
        let count = min(oracles.count, Parameters.ColumnGeneration.maxGroups)
        return (0..<count).map { index in
            BlockGroup(stride(from: index, to: oracles.count, by: count).map { oracles[$0] })
        }
    }

    private var seconds: Double {
        let elapsed = ContinuousClock.now - start
        return elapsed / .seconds(1)
    }

    /// Prices `chosen` groups at `duals`, on all threads; a group is always priced by the same one.
    ///
    /// - Throws: `Stop` where the time is over before all are priced.
    private func price(_ chosen: [Int], _ duals: [Double]) throws {
        let isChosen = Set(chosen)
        let usesCost = master.usesCost
        let context = PricingContext(groups: groups, pricers: pricers, threads: workers.count)
        let (keeps, limits) = (keepsProblems, limits)
        workers.run { thread in
            for number in stride(from: thread, to: context.groups.count, by: context.threads)
            where isChosen.contains(number) && !limits.isPast {
                context.groups[number].price(
                    duals, number: number, usesCost: usesCost, pricer: context.pricers[thread], keepsProblems: keeps)
            }
        }
        if limits.isPast { throw Stop() }
        for number in chosen { _ = try groups[number].found.get() }
    }

    /// The time is over.
    private struct Stop: Error {}
    /// The best solution so far without artificial columns.
    private var last: RestrictedMaster.Answer?

    /// Runs to the gap, a limit, or the proof that there is no solution.
    mutating func run() throws -> LinearEnding {
        do {
            var ending = try generate()
            for _ in 0..<Parameters.ColumnGeneration.maxPenaltyIncreases {
                guard case .infeasibleAtPenalty = ending else { break }
                // Is there any solution? The minimal sum of artificial columns tells.
                master.usesCost = false
                let usual = master.penalty
                master.penalty = 1
                bound = -.infinity
                let feasibility = try generate()
                master.usesCost = true
                if case .infeasibleAtPenalty = feasibility { return .infeasible }
                if case .stopped = feasibility { return .limit }
                master.penalty = usual * Parameters.ColumnGeneration.penaltyIncrease
                bound = -.infinity
                ending = try generate()
            }
            switch ending {
            case .infeasibleAtPenalty: return .infeasible
            case .stopped(nil): return .limit
            case .stopped(let answer?):
                return .found(values: try values(answer), bound: bound + constant, isProven: false)
            case .converged(let answer):
                return .found(values: try values(answer), bound: bound + constant, isProven: true)
            }
        } catch let failure as BlockOracle.Failure {
            return failure == .infeasible ? .infeasible : .unbounded
        } catch is Stop {
            guard master.usesCost, let last else { return .limit }
            return .found(values: try values(last), bound: bound + constant, isProven: false)
        }
    }

    private enum Stage {
        case converged(RestrictedMaster.Answer)
        /// The optimum has artificial columns at the present penalty.
        case infeasibleAtPenalty
        /// By a limit, with the best solution without artificial columns.
        case stopped(RestrictedMaster.Answer?)
    }

    private mutating func generate() throws -> Stage {
        let all = Array(groups.indices)
        if center.isEmpty {
            // First duals: the linking rows with the blocks doing nothing.
            guard let idle = try idleDuals() else { return .stopped(nil) }
            center = idle
        }
        try price(all, center)
        rounds += 1
        bound = max(bound, lagrangian(center))
        for group in groups { master.add(try group.found.get()) }
        for duals in firstDuals {
            try price(all, duals)
            rounds += 1
            for group in groups { master.add(try group.found.get()) }
        }
        firstDuals = []

        let usual = Parameters.ColumnGeneration.smoothing
        var weight = usual
        var asksPart = groups.count >= Parameters.ColumnGeneration.minGroupsInParts
        var part = 0
        var isStuck = false
        last = nil
        while true {
            guard let answer = try master.solve(limits) else {
                if limits.isPast { throw Stop() }
                throw GLPKError.noOptimum
            }
            let isClean = answer.infeasibility <= Parameters.ColumnGeneration.infeasibility
            if isClean { last = answer }
            let gap = (answer.objective - bound) / max(1, abs(answer.objective + constant))
            report?(
                DecompositionProgress(
                    round: rounds, bound: bound + constant,
                    best: isClean && master.usesCost ? answer.objective + constant : nil,
                    seconds: seconds))
            if !master.usesCost {
                if isClean { return .converged(answer) }
                if bound > Parameters.ColumnGeneration.infeasibility { return .infeasibleAtPenalty }
            }
            if gap <= Parameters.ColumnGeneration.gapShare * options.relativeGap
                || (isStuck && gap <= options.relativeGap)
            {
                return isClean ? .converged(answer) : .infeasibleAtPenalty
            }
            let isSpent = limits.iterations.map { rounds >= $0 } ?? false
            if isSpent || limits.isPast || isCancelled() { return .stopped(last) }
            if gap < Parameters.ColumnGeneration.gapForAllGroups { asksPart = false }

            let smoothed = zip(center, answer.duals).map { weight * $0 + (1 - weight) * $1 }
            let parts = Parameters.ColumnGeneration.parts
            let asksAll = !asksPart || part == parts || isStuck
            let chosen = asksAll ? all : all.filter { $0 % parts == part }
            part = asksAll ? 0 : part + 1
            try price(chosen, smoothed)
            rounds += 1
            var added = 0
            for number in chosen {
                let column = try groups[number].found.get()
                let reduced = column.reducedCost(answer.duals, answer.groupDuals[number], usesCost: master.usesCost)
                if reduced < -Parameters.ColumnGeneration.reducedCost * max(1, abs(answer.objective))
                    / Double(groups.count)
                {
                    master.add(column)
                    added += 1
                }
            }
            if asksAll {
                let found = lagrangian(smoothed)
                if found > bound {
                    bound = found
                    center = smoothed
                    weight = usual
                }
            }
            if added == 0 {
                if isStuck {
                    // Nothing left to add at the master's own duals: what remains of the gap is rounding.
                    return isClean
                        ? (gap <= Parameters.ColumnGeneration.maxStuckGapRatio * options.relativeGap
                            ? .converged(answer) : .stopped(last)) : .infeasibleAtPenalty
                }
                weight *= Parameters.ColumnGeneration.smoothingDecrease
                if weight < Parameters.ColumnGeneration.minSmoothing || asksAll {
                    weight = weight < Parameters.ColumnGeneration.negligibleSmoothing ? 0 : weight
                }
                isStuck = weight == 0
            } else {
                isStuck = false
                if weight == 0 { weight = Parameters.ColumnGeneration.smoothingAfterStall }
            }
            if added > 0 {
                master.dropColumns(
                    answer,
                    maxCount: Parameters.ColumnGeneration.maxColumnsPerRow
                        * (structure.linkingRows.count + groups.count))
            }
        }
    }

    /// Duals of the linking rows where the blocks do nothing.
    private mutating func idleDuals() throws -> [Double]? {
        var alone = master
        alone.columns(
            replacedBy: groups.indices.map {
                MasterColumn(
                    group: $0, cost: 0, activity: Array(repeating: 0, count: structure.linkingRows.count), duals: [],
                    usesCost: true, points: [])
            })
        return try alone.solve(limits)?.duals
    }

    /// The duals at which the columns in use were priced, each once.
    private func dualsBehind(_ answer: RestrictedMaster.Answer) -> [[Double]] {
        var kept: [[Double]] = []
        for (column, weight) in zip(master.columns, answer.weights)
        where weight > Parameters.ColumnGeneration.weightOfDuals && !kept.contains(column.duals) {
            kept.append(column.duals)
        }
        return kept
    }

    private func lagrangian(_ duals: [Double]) -> Double {
        groups.reduce(master.bound(duals)) { $0 + $1.minReducedCost }
    }

    /// All columns' values from the master's weights.
    private func values(_ answer: RestrictedMaster.Answer) throws -> [Double] {
        let count =
            structure.freeColumns.count
            + groups.reduce(0) { total, group in
                total + group.oracles.reduce(0) { $0 + $1.twins.count * $1.block.columns.count }
            }
        let store = ValueStore(count: count)
        for (index, column) in structure.freeColumns.enumerated() { store.values[column] = answer.freeValues[index] }
        let used = master.columns.indices.filter { answer.weights[$0] > Parameters.ColumnGeneration.weightOfPoints }
        let columns = used.map { master.columns[$0] }
        let weights = used.map { answer.weights[$0] }
        var totals = [Double](repeating: 0, count: groups.count)
        for (index, column) in columns.enumerated() { totals[column.group] += weights[index] }
        let context = PricingContext(groups: groups, pricers: pricers, threads: workers.count)
        let sums = totals
        workers.run { thread in
            for index in columns.indices where columns[index].group % context.threads == thread {
                let column = columns[index]
                let group = context.groups[column.group]
                let weight = weights[index] / sums[column.group]
                guard let points = try? group.points(of: column, pricer: context.pricers[thread]) else { continue }
                for (oracle, point) in zip(group.oracles, points) {
                    for twin in oracle.twins {
                        for (place, value) in zip(twin, point) { store.values[Int(place)] += weight * value }
                    }
                }
            }
        }
        return Array(store.values)
    }
}

/// What the pricing threads share: each touches its own groups and its own pricer only.
private struct PricingContext: @unchecked Sendable {
    let groups: [BlockGroup]
    let pricers: [ChainPricer]
    let threads: Int
}

/// Values written by several threads, each at its own blocks' places.
private final class ValueStore: @unchecked Sendable {
    let values: UnsafeMutableBufferPointer<Double>
    init(count: Int) {
        values = .allocate(capacity: count)
        values.initialize(repeating: 0)
    }
    deinit { values.deallocate() }
}
