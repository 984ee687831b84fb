import GLPKSolver
import LinearPrograms
import Scheduling

/// Which of its two powers an idle vehicle may move while binaries are held.
enum IdleSide: Sendable {
    /// Either: the linear part never has both at once.
    case either
    case charging
    case discharging
}

extension LinearProgram {
    /// Holds binaries and conditions as they are at `values`: a linear program of the moves that are left.
    mutating func holdDecisions(at values: [Double], idle side: IdleSide) {
        for case .exclusive(let pair) in disjunctions {
            let isIdle = max(values[pair.first.index], values[pair.second.index]) <= 1e-7
            if columnBlock[pair.first.index] < 0 {
                // Import and export stay as they are decided: with both open, a price for export above that of import would
                // be earned without an end.
                let less = values[pair.first.index] >= values[pair.second.index] ? pair.second : pair.first
                setBounds(less, lower: 0, upper: 0)
            } else if isIdle, side != .either {
                setBounds(side == .charging ? pair.second : pair.first, lower: 0, upper: 0)
            }
        }
        holdDecisions(at: values)
    }
}

extension Scheduler.Optimum {
    /// The sides by which idle vehicles are to be looked at: both in turn where the linear part would charge and discharge at
    /// once (to sell the charging as a reserve, say).
    func idleSides() throws(GLPKError) -> [IdleSide] {
        let program = solution.finalProgram
        let values = solution.finalValues
        let isIdle = program.disjunctions.contains { condition in
            guard case .exclusive(let pair) = condition, program.columnBlock[pair.first.index] >= 0 else {
                return false
            }
            return max(values[pair.first.index], values[pair.second.index]) <= 1e-7
        }
        guard isIdle else { return [.either] }
        var held = program
        held.holdDecisions(at: values, idle: .either)
        let problem = try GLPKProblem(held)
        try problem.crash(.bixby)
        _ = try problem.simplex(.init(algorithm: .dual, steepestEdge: false, flipsBounds: true))
        let found = try problem.columnValues()
        return program.holdsDisjunctions(at: found) ? [.either] : [.charging, .discharging]
    }
}
