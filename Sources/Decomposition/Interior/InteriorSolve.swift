import GLPKSolver
import LinearPrograms

/// A program's linear part by the interior-point method: the optimum with a bound that its prices prove.
struct InteriorSolve {
    enum Ending {
        case found(values: [Double], bound: Double)
        case infeasible
        /// It has no answer; prices of the linking rows may still be a good beginning for another method.
        case none(linkPrices: [Double])
        /// Stopped from outside.
        case stopped
    }

    private(set) var rounds = 0

    mutating func run(
        _ program: LinearProgram, _ structure: BlockStructure, options: SolveOptions, threads: Int,
        deadline: ContinuousClock.Instant, report: ((DecompositionProgress) -> Void)?, isCancelled: () -> Bool,
        start: ContinuousClock.Instant
    ) -> Ending {
        let constant = program.costConstants.reduce(0, +)
        let problem = InteriorProblem(
            structure, program, cost: program.objective().coefficients, blocks: structure.blocks.map { ($0, 1) })
        let workers = WorkerThreads(count: threads) { _ in }
        defer { workers.stop() }
        let interior = InteriorPoint(problem, workers: workers)
        var isStopped = false
        let ending = interior.run(gap: 0.2 * options.relativeGap, linkPrices: [], constant: constant) { point in
            report?(
                DecompositionProgress(
                    round: point.rounds, bound: point.bound + constant, best: point.measure.missed < 1e-6 ? point.measure.primal + constant : nil,
                    seconds: (ContinuousClock.now - start) / .seconds(1)))
            if threads > 2 { print(point.rounds, point.measure.primal, point.bound, point.measure.missed, point.measure.dualMissed, point.measure.product, point.measure.unboundedPrice) }
            isStopped = ContinuousClock.now >= deadline || isCancelled()
            return !isStopped
        }
        rounds = interior.rounds
        if case .stopped = ending { debugGap(problem, interior.state) }
        if rounds > 0 { print(rounds, ending, interior.measure, interior.bound) }
        switch ending {
        case .infeasible: return .infeasible
        case .stopped where isStopped: return .stopped
        case .stopped: return .none(linkPrices: [])
        case .optimal:
            let before = interior.measure
            let bb = interior.bound
            print("tidy", interior.tidy(), before.primal - bb, interior.measure.primal - bb, interior.measure.missed, ContinuousClock.now - start)
            var values = [Double](repeating: 0, count: program.columnCount)
            for (index, block) in structure.blocks.enumerated() {
                let place = problem.blocks[index]
                for (column, target) in block.columns.enumerated() {
                    values[Int(target)] = interior.state.value[place.columnStart + column]
                }
            }
            let border = problem.blocks[structure.blocks.count]
            for (column, target) in structure.freeColumns.enumerated() {
                values[target] = interior.state.value[border.columnStart + column]
            }
            return .found(values: values, bound: interior.bound + constant)
        }
    }
}
func debugGap(_ p: InteriorProblem, _ s: InteriorState) {
    var list: [(Double, String)] = []
    for (bi, b) in p.blocks.enumerated() {
        for c in 0..<b.columnCount {
            let i = b.columnStart + c
            var t = 0.0
            for e in Int(b.pattern.columnStart[c])..<Int(b.pattern.columnStart[c+1]) {
                let r = Int(b.pattern.entryRow[e])
                t += p.values[b.valueStart + e] * (r < b.pattern.rowCount ? s.rowPrice[b.rowStart + r] : s.rowPrice[p.linkingRow + Int(p.links[b.linkStart + r - b.pattern.rowCount])])
            }
            let g = p.cost[i] - t
            let end = g > 0 ? p.lower[i] : p.upper[i]
            list.append((abs(g * (s.value[i] - (end.isFinite ? end : s.value[i]))), "\(bi) \(c)/\(b.ownColumns) g \(g) x \(s.value[i]) [\(p.lower[i]), \(p.upper[i])] below \(s.below[i]) above \(s.above[i]) zl \(s.belowPrice[i]) zu \(s.abovePrice[i])"))
        }
    }
    for e in list.sorted(by: { $0.0 > $1.0 }).prefix(8) { print(e) }
}
