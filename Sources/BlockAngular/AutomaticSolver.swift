import GLPKSolver
import LinearPrograms

/// Direct where that is faster, decomposition where there are many blocks or where the direct solver finds nothing.
package struct AutomaticSolver: LinearProgramSolver {
    package var name: String { GLPKProblem.name }
    package var direct: LongProgramSolver
    package var decomposition: DecompositionSolver

    /// Blocks from which decomposition is faster, where disjunctions do not matter.
    package static let minBlocks = Parameters.Choice.minBlocks

    package init(direct: DirectSolver = DirectSolver(), decomposition: DecompositionSolver = DecompositionSolver()) {
        self.direct = LongProgramSolver(direct, report: decomposition.report, isCancelled: decomposition.isCancelled)
        self.decomposition = decomposition
    }

    package func solve(_ program: LinearProgram, options: SolveOptions) -> Outcome {
        let blocks = Int(program.columnBlock.max() ?? -1) + 1
        if blocks >= Parameters.Choice.minBlocksWithDisjunctions, program.hasIntegers,
            let outcome = solveNearRelaxation(program, options: options)
        {
            return outcome
        }
        guard blocks > 1, !program.hasIntegers else { return direct.solve(program, options: options) }
        if blocks < Parameters.Choice.minBlocksWithDisjunctions {
            if blocks >= Parameters.Choice.minBlocks {
                var linear = decomposition
                linear.isTentative = true
                let outcome = linear.solve(program, options: options)
                switch outcome {
                case .solved, .infeasible: return outcome
                case .unbounded, .limit, .failed: break
                }
            }
            // One deadline for both: part of the time left is kept for the second.
            var first = options
            if let left = options.limits.remainingSeconds {
                let share =
                    program.chains.count == blocks
                    ? Parameters.Choice.directTimeShareOfStores : Parameters.Choice.directTimeShare
                first.limits = options.limits.within(SolveLimits(seconds: share * left))
            }
            let outcome = direct.solve(program, options: first)
            guard case .limit = outcome else { return outcome }
            // Given up: the caller has another program, and the time for it.
            if options.mayGiveUp, !first.limits.isPast { return outcome }
            return decomposition.solve(program, options: options)
        }
        let outcome = decomposition.solve(program, options: options)
        // Where it fails numerically, the simplex method on the whole program may succeed.
        guard case .failed = outcome else { return outcome }
        return direct.solve(program, options: options)
    }
}

extension AutomaticSolver {
    /// A program of many blocks with integers: the relaxation gives a bound, and with its integers rounded and held the rest is
    /// solved again. Nil where the relaxation has no answer.
    private func solveNearRelaxation(_ program: LinearProgram, options: SolveOptions) -> Outcome? {
        var relaxed = program
        for index in 0..<program.columnCount { relaxed.relaxInteger(program.column(at: index)) }
        relaxed.forgetDisjunctions()
        var quick = options
        quick.breaksTies = false
        quick.limits = options.limits.within(
            SolveLimits(
                seconds: Parameters.Choice.relaxationTimeShare
                    * (options.limits.remainingSeconds ?? Parameters.Choice.unlimitedSeconds)))
        guard case .solved(let relaxation) = decomposition.solve(relaxed, options: quick) else { return nil }
        var best: Solution?
        let small = Parameters.Choice.integrality
        for round in [{ ($0 + small).rounded(.down) }, { $0.rounded() }, { _ in 0.0 }] as [(Double) -> Double] {
            if best != nil, options.limits.isPast { break }
            var values = relaxation.values.map(round)
            for case .semicontinuous(let condition) in program.disjunctions
            where (condition.low..<condition.threshold).contains(values[condition.column.index]) {
                values[condition.column.index] = condition.low
            }
            var held = program
            held.holdIntegers(at: values)
            guard case .solved(let solution) = decomposition.solve(held, options: options) else { continue }
            if solution.objective < best?.objective ?? .infinity { best = solution }
        }
        guard var best, abs(best.violation - relaxation.violation) <= Parameters.Choice.violationTolerance else {
            return nil
        }
        best.bound = min(relaxation.bound, best.objective)
        best.isProven = best.objective - best.bound <= options.relativeGap * max(1, abs(best.objective))
        return .solved(best)
    }
}

extension AutomaticSolver: PartedProgramSolver {
    package func solve(_ parted: PartedProgram, options: SolveOptions) -> (any PartedSolution)? {
        decomposition.solve(parted, options: options)
    }
}
