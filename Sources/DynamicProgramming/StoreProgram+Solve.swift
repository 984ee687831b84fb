/// The exact dynamic program, forward in time: `F[t+1](x)` is the least cost of reaching the amount x after stage t.
///
/// Amounts that cannot be part of an optimum are left out: those from which, by a lower bound of what is to come, more
/// would be spent than a threshold. Where nothing is left at the end the threshold was too low and is raised. Where too
/// many pieces are left, the lower bound is made closer (`CostToGo`).
extension StoreProgram {
    /// - Parameter work: pieces of value functions that may be made; it limits time, and is the same on every machine.
    package func solved(work: Int = 20_000_000) -> StoreOutcome {
        guard !stages.isEmpty else {
            return .optimal(StorePlan(cost: 0, moves: [], rises: [], amounts: [start]))
        }
        guard var toGo = CostToGo(convex: self), let least = toGo.functions[0].value(at: start, tolerance: 1e-8) else {
            return .infeasible
        }
        var left = work
        var bound = least
        var cells = 16
        var margin = StoreProgram.firstMargin * max(StoreProgram.leastScale, abs(bound))
        while true {
            var spent = min(left, StoreProgram.workBeforeCells * cells / 16)
            let allowed = spent
            let reached = forward(toGo, threshold: bound + margin, work: &spent)
            left -= allowed - spent
            switch reached {
            case .functions(let functions):
                if let plan = plan(functions) { return .optimal(plan) }
                // With no threshold nothing is left out: then there is no plan.
                if margin == .infinity { return .infeasible }
                margin = margin > StoreProgram.lastMargin * max(1, abs(bound)) ? .infinity : 4 * margin
            case .tooMuch:
                guard left > 0, cells < StoreProgram.mostCells else { return .limit(bound: bound) }
                cells *= 4
                guard let closer = CostToGo(self, cells: cells),
                    let value = closer.functions[0].value(at: start, tolerance: 1e-8)
                else { return .infeasible }
                left -= closer.functions.reduce(0) { $0 + $1.count }
                toGo = closer
                if value > bound {
                    margin = max(margin - (value - bound), StoreProgram.firstMargin * max(0.01, abs(value)) / 16)
                    bound = value
                }
            }
        }
    }

    /// The first threshold lies so far above the bound, as a share of it.
    private static let firstMargin = 1e-3
    private static let leastScale = 0.1
    private static let lastMargin = 1e6
    private static let mostCells = 16_384
    private static let workBeforeCells = 40_000

    private enum Forward {
        /// For each boundary one function for each state of the runs.
        case functions([[ValueFunction]])
        case tooMuch
    }

    /// The value functions at the boundaries; `.functions` with too few boundaries: nothing is left.
    private func forward(_ toGo: CostToGo, threshold: Double, work: inout Int) -> Forward {
        let states = RunStates(modes: modeCount, leastRun: leastRun)
        let sources = [false, true].map { ends in
            (0..<states.count).map { states.sources(of: $0, endsRuns: ends) }
        }
        var values = [ValueFunction](repeating: ValueFunction(), count: states.count)
        values[0] = ValueFunction(points: [
            Piece(low: start, high: start, atLow: 0, atHigh: 0, move: -1, hasFixedRise: true, reference: 0)
        ])
        var functions = [values]
        functions.reserveCapacity(stages.count + 1)
        for (index, stage) in stages.enumerated() {
            var next = [ValueFunction](repeating: ValueFunction(), count: states.count)
            // Those of no mode first.
            var movesOfMode = [[(offset: Int, element: StoreMove)]](repeating: [], count: states.modes + 1)
            for move in stage.moves.enumerated() { movesOfMode[(move.element.mode ?? -1) + 1].append(move) }
            for state in 0..<states.count {
                let moves = movesOfMode[(states.mode(state) ?? -1) + 1]
                guard !moves.isEmpty else { continue }
                var before = ValueFunction()
                for source in sources[stage.endsRuns ? 1 : 0][state] {
                    var value = values[source.state]
                    guard !value.isEmpty else { continue }
                    if source.isStart { value.raise(by: moves[0].element.startCost) }
                    before = before.isEmpty ? value : ValueFunction.lower(before, value)
                }
                guard !before.isEmpty else { continue }
                var value = before.moved(by: moves)
                value.shift(by: -stage.drawn)
                value.clip(stage.lower, stage.upper)
                value.add(stage.holding)
                if threshold < .infinity {
                    let rounding = 1e-10 * max(1, abs(threshold))
                    value = value.pruned(by: toGo.functions[index + 1], threshold: threshold + rounding)
                }
                work -= value.count
                next[state] = value
            }
            if next.allSatisfy(\.isEmpty) { return .functions(functions) }
            if work < 0 { return .tooMuch }
            functions.append(next)
            values = next
        }
        return .functions(functions)
    }

    /// The cheapest plan that the value functions tell of; nil where nothing is left at the end.
    private func plan(_ functions: [[ValueFunction]]) -> StorePlan? {
        guard functions.count == stages.count + 1 else { return nil }
        let states = RunStates(modes: modeCount, leastRun: leastRun)
        var end: (state: Int, x: Double, value: Double)?
        for state in 0..<states.count where runMayBeCut || states.hasEnded(state) {
            guard let least = functions[stages.count][state].least else { continue }
            if least.value < end?.value ?? .infinity { end = (state, least.x, least.value) }
        }
        guard let end else { return nil }
        var plan = StorePlan(
            cost: end.value, moves: Array(repeating: 0, count: stages.count),
            rises: Array(repeating: 0, count: stages.count), amounts: Array(repeating: 0, count: stages.count + 1))
        var (state, x) = (end.state, end.x)
        plan.amounts[stages.count] = x
        for index in stages.indices.reversed() {
            guard let piece = functions[index + 1][state].piece(at: x, tolerance: 1e-7) else { return nil }
            let stage = stages[index]
            let move = stage.moves[Int(piece.move)]
            var before = piece.hasFixedRise ? x + stage.drawn - piece.reference : piece.reference
            if index == 0 { before = start }
            plan.moves[index] = Int(piece.move)
            plan.rises[index] = min(max(x + stage.drawn - before, move.least), move.most)
            plan.amounts[index] = before
            // Of the states that the run may have been in before, the cheapest.
            var best = Double.infinity
            for source in states.sources(of: state, endsRuns: stage.endsRuns) {
                guard let value = functions[index][source.state].value(at: before, tolerance: 1e-7) else { continue }
                let cost = value + (source.isStart ? move.startCost : 0)
                if cost < best { (best, state) = (cost, source.state) }
            }
            guard best < .infinity else { return nil }
            x = before
        }
        return plan
    }
}
