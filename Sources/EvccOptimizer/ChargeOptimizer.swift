import GLPKSolver
import LinearPrograms

/// Answers requests of evcc's optimizer protocol.
public struct ChargeOptimizer: Sendable {
    /// When a search ends before its proof.
    public var timeLimitSeconds: Double

    /// With a time limit of its own for each request.
    public init(timeLimitSeconds: Double = 10) { self.timeLimitSeconds = timeLimitSeconds }

    /// The plan that is worth most, or a status that says why there is none.
    ///
    /// Where the proof takes longer than the time limit, the batteries are planned at prices of what they share, and narrower
    /// programs are solved, each with plans of the whole one among its own: directions as the sun alone would have them, and
    /// then a linear program, which takes no time.
    public func answer(to request: ChargeRequest) -> ChargeAnswer {
        var program = ChargeProgram(request)
        let end = SolveLimits(seconds: timeLimitSeconds)
        let (outcome, best) = solve(program, within: 0.6, of: end, relativeGap: 1e-9)
        switch outcome {
        case .solved(let solution) where solution.isProven: return program.answer(solution, isProven: true)
        case .infeasible: return ChargeAnswer(.infeasible)
        case .unbounded: return ChargeAnswer(.unbounded)
        case .solved, .limit, .failed: break
        }
        // Plans of each battery at prices of what they share come soon, and are good.
        program.program.connections = []
        program.addChains()
        let ofEach = solve(program, within: 0.5, of: end, relativeGap: 1e-4).solution
        program.program.chains = []
        program.holdDirections()
        let held = solve(program, within: 0.8, of: end, relativeGap: 1e-3).solution
        var found = [best, ofEach, held].compactMap { $0 }
        if found.isEmpty {
            program.holdChoices()
            found = [solve(program, within: 1, of: SolveLimits(seconds: 2), relativeGap: 1e-3).solution].compactMap {
                $0
            }
        }
        guard let solution = found.min(by: { $0.objective < $1.objective }) else {
            return ChargeAnswer(.notSolved)
        }
        return program.answer(solution, isProven: false)
    }

    /// Solves within a share of the time that is left.
    private func solve(
        _ program: ChargeProgram, within share: Double, of end: SolveLimits, relativeGap: Double
    ) -> (outcome: Outcome, solution: Solution?) {
        let seconds = share * (end.remainingSeconds ?? timeLimitSeconds)
        let outcome = DirectSolver().solve(
            program.program, options: SolveOptions(relativeGap: relativeGap, timeLimitSeconds: seconds))
        if case .solved(let solution) = outcome { return (outcome, solution) }
        return (outcome, nil)
    }
}

extension ChargeProgram {
    /// A solution as the protocol tells it.
    func answer(_ solution: Solution, isProven: Bool) -> ChargeAnswer {
        func wattHours(_ column: Column) -> Double {
            let value = solution.values[column.index] * 1000
            return abs(value) < 1e-6 ? 0 : value
        }
        var answer = ChargeAnswer(isProven ? .optimal : .feasible)
        answer.batteries = stores.map { store in
            ChargeAnswer.Battery(
                chargedWh: store.map { wattHours($0.charge) }, dischargedWh: store.map { wattHours($0.discharge) },
                storedWh: store.map { wattHours($0.level) })
        }
        let (limits, series) = (request.grid, request.timeSeries)
        var worth = 0.0
        for (step, columns) in grid.enumerated() {
            func excess(_ limitW: Double?, _ wattHours: Double) -> Double {
                let excess = limitW.map { wattHours - $0 * stepHours(step) } ?? 0
                return excess < 1e-6 ? 0 : excess
            }
            let imported = wattHours(columns.imported)
            let beyond = excess(limits?.importLimitW, imported)
            let lost = excess(limits?.exportLimitW, wattHours(columns.exported))
            let exported = wattHours(columns.exported) - lost
            // Where a limit gives way without a demand rate, the protocol tells of the part within it.
            answer.importWh.append(demandRatePerKW == nil ? imported - beyond : imported)
            answer.exportWh.append(exported)
            answer.flowDirection.append(exported > 0 ? 1 : 0)
            if limits?.importLimitW != nil { answer.importOvershootWh.append(beyond) }
            if limits?.exportLimitW != nil { answer.exportOvershootWh.append(lost) }
            worth += exported * series.exportPricePerWh[step] - imported * series.importPricePerWh[step]
        }
        answer.limitViolations.importLimitExceeded = answer.importOvershootWh.contains { $0 > 0 }
        answer.limitViolations.exportLimitHit = answer.exportOvershootWh.contains { $0 > 0 }
        for (battery, plan) in zip(request.batteries, answer.batteries) {
            if let first = plan.storedWh.first, let last = plan.storedWh.last {
                worth += (last - first) * battery.endValuePerWh
            }
        }
        if let excessPeak, let rate = demandRatePerKW { worth -= rate * solution.values[excessPeak.index] }
        answer.objectiveValue = worth
        return answer
    }
}
