import Foundation
import GLPKSolver
import LinearPrograms
import Synchronization

/// How the optimum moves when one vehicle's output of one step is moved: the direction of everything, per kW.
extension MarginalRun {
    /// What is known of a direction.
    enum Move: Sendable {
        /// Moves per kW delivered more, and for how many kW.
        case found(perKW: GLPKProblem.Tableau, upToKW: Double)
        /// Nothing can make up for it.
        case impossible
        /// The vertex is degenerate that way (or another one than the optimum that was reported): ask the simplex method.
        case undecided
    }

    struct Side {
        var deliver: Move
        var absorb: Move
    }

    /// A side that one pivot could not decide.
    struct Open: Sendable {
        var vehicle: Int
        var step: Int
        var hold: Hold
        var sign: Double
    }

    /// kW by which the output is moved: far above the solver's tolerances, far below what a charger does.
    static let nudgeKW = 1e-4
    private static let tiny = 1e-9

    /// Whether the vertex has the output that the reported optimum has (optima can be several).
    func isAtVertex(_ hold: Hold) -> Bool { abs(vertex.rowValues[hold.row.index] - hold.netKW) <= MarginalRun.tiny }

    /// One pivot from the optimal basis: the held row leaves it, and what enters is what keeps the basis dual feasible.
    ///
    /// - Parameters:
    ///   - column: how everything moves with the phantom.
    ///   - shares: the held row of the tableau; nil where the vertex is another one than the optimum.
    ///   - sign: 1 for more delivered, -1 for less.
    func pivoted(
        _ hold: Hold, _ column: GLPKProblem.Tableau, _ shares: GLPKProblem.Tableau?, sign: Double
    ) throws(GLPKError) -> Move {
        guard let shares, hold.idle == nil else { return .undecided }
        // What the phantom does to the held row, that another variable must undo.
        let disturbance = column.rows[hold.row.index]
        if abs(disturbance) <= MarginalRun.tiny {
            // Something in the basis follows the phantom by itself.
            let upToKW = program.reach(vertex, column, hold, sign: sign)
            return upToKW >= MarginalRun.nudgeKW ? .found(perKW: column, upToKW: upToKW) : .undecided
        }
        var best: (variable: GLPKProblem.Variable, share: Double, ratio: Double)?
        func consider(_ variable: GLPKProblem.Variable, _ share: Double, _ status: UInt8, _ reducedCost: Double) {
            guard abs(share) > MarginalRun.tiny else { return }
            let move = -disturbance * sign / share
            switch status {
            case GLPKProblem.Basis.atLower where move > 0: break
            case GLPKProblem.Basis.atUpper where move < 0: break
            case GLPKProblem.Basis.free: break
            default: return
            }
            let ratio = abs(reducedCost / share)
            if let best, ratio > best.ratio || (ratio == best.ratio && abs(share) <= abs(best.share)) { return }
            best = (variable, share, ratio)
        }
        for index in shares.columns.indices where index != hold.phantom.index {
            consider(.column(index), shares.columns[index], basis.columns[index], vertex.reducedCosts[index])
        }
        for index in shares.rows.indices {
            consider(.row(index), shares.rows[index], basis.rows[index], vertex.rowDuals[index])
        }
        guard let best else { return .impossible }
        let factor = -disturbance / best.share
        let entering = try problem.direction(moving: best.variable)
        var moves = column
        for index in moves.columns.indices { moves.columns[index] += factor * entering.columns[index] }
        for index in moves.rows.indices { moves.rows[index] += factor * entering.rows[index] }
        moves.rows[hold.row.index] = 0
        let upToKW = program.reach(vertex, moves, hold, sign: sign)
        return upToKW >= MarginalRun.nudgeKW ? .found(perKW: moves, upToKW: upToKW) : .undecided
    }
}

/// Directions by the dual simplex method: the output is moved a little, and the basis that is optimal there has it.
struct DirectionSearch: Sendable {
    let program: LinearProgram
    /// Optimal where nothing is moved.
    let basis: GLPKProblem.Basis

    /// Fewer than this to a thread are not worth one.
    private static let fewestToThread = 8

    /// The moves of `sides`, over the machine's cores.
    func moves(of sides: [MarginalRun.Open]) throws(GLPKError) -> [MarginalRun.Move] {
        let threads = max(1, min(ProcessInfo.processInfo.activeProcessorCount, sides.count / Self.fewestToThread))
        let found = Mutex<[Int: Result<MarginalRun.Move, GLPKError>]>([:])
        DispatchQueue.concurrentPerform(iterations: threads) { thread in
            let results = part(sides, from: thread, by: threads)
            found.withLock { $0.merge(results) { first, _ in first } }
        }
        let all = found.withLock { $0 }
        var moves: [MarginalRun.Move] = []
        for index in sides.indices { moves.append(try all[index]?.get() ?? .impossible) }
        return moves
    }

    private func part(
        _ sides: [MarginalRun.Open], from first: Int, by count: Int
    ) -> [Int: Result<MarginalRun.Move, GLPKError>] {
        var results: [Int: Result<MarginalRun.Move, GLPKError>] = [:]
        do throws(GLPKError) {
            // A problem belongs to the thread that makes it.
            let problem = try GLPKProblem(program)
            for index in stride(from: first, to: sides.count, by: count) {
                results[index] = .success(try move(sides[index].hold, sides[index].sign, problem))
            }
        } catch {
            for index in stride(from: first, to: sides.count, by: count) { results[index] = .failure(error) }
        }
        return results
    }

    private func move(
        _ hold: MarginalRun.Hold, _ sign: Double, _ problem: GLPKProblem
    ) throws(GLPKError) -> MarginalRun.Move {
        let row = [Int32(hold.row.index)]
        let column = [Int32(hold.phantom.index)]
        // The row holds output less phantom at the optimum; moving the phantom moves the output.
        try problem.setBasis(basis)
        try problem.setRowBounds(row, lower: [hold.netKW], upper: [hold.netKW])
        defer {
            try? problem.setRowBounds(row, lower: [-.infinity], upper: [.infinity])
            try? problem.setColumnBounds(column, lower: [0], upper: [0])
        }
        func bound(_ column: Column, _ upper: Double) throws(GLPKError) {
            try problem.setColumnBounds([Int32(column.index)], lower: [0], upper: [upper])
        }
        if let idle = hold.idle {
            try bound(idle.charge, sign > 0 ? 0 : idle.chargeUpper)
            try bound(idle.discharge, sign > 0 ? idle.dischargeUpper : 0)
        }
        defer {
            if let idle = hold.idle {
                try? bound(idle.charge, program.columnUpper[idle.charge.index])
                try? bound(idle.discharge, program.columnUpper[idle.discharge.index])
            }
        }
        let nudged = sign * MarginalRun.nudgeKW
        try problem.setColumnBounds(column, lower: [nudged], upper: [nudged])
        guard case .optimal = try problem.simplex(.init(algorithm: .dual, steepestEdge: false)) else {
            return .impossible
        }
        let near = try problem.solution()
        let perKW = try problem.direction(moving: .column(hold.phantom.index))
        return .found(perKW: perKW, upToKW: program.reach(near, perKW, hold, sign: sign) + MarginalRun.nudgeKW)
    }
}

extension LinearProgram {
    /// How far a direction can be followed from `point` before a column or row meets its bound, kW.
    fileprivate func reach(
        _ point: GLPKProblem.BasicSolution, _ moves: GLPKProblem.Tableau, _ hold: MarginalRun.Hold, sign: Double
    ) -> Double {
        var least = Double.infinity
        for column in moves.columns.indices where column != hold.phantom.index && abs(moves.columns[column]) > 1e-7 {
            let move = sign * moves.columns[column]
            let bound = move > 0 ? columnUpper[column] : columnLower[column]
            guard bound.isFinite else { continue }
            least = min(least, max(0, (bound - point.columnValues[column]) / move))
        }
        for row in moves.rows.indices where row != hold.row.index && abs(moves.rows[row]) > 1e-7 {
            let move = sign * moves.rows[row]
            let bound = move > 0 ? rowUpper[row] : rowLower[row]
            guard bound.isFinite else { continue }
            least = min(least, max(0, (bound - point.rowValues[row]) / move))
        }
        return least
    }
}
