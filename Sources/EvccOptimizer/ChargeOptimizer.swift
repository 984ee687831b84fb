import GLPKSolver
import LinearPrograms

/// Answers requests of evcc's optimizer protocol.
public struct ChargeOptimizer: Sendable {
    /// When a search ends before its proof.
    public var timeLimitSeconds: Double

    /// With a time limit of its own for each request.
    public init(timeLimitSeconds: Double = 10) { self.timeLimitSeconds = timeLimitSeconds }

    /// The plan that is worth most, or a status that says why there is none.
    public func answer(to request: ChargeRequest) -> ChargeAnswer {
        let program = ChargeProgram(request)
        let options = SolveOptions(relativeGap: 1e-7, timeLimitSeconds: timeLimitSeconds)
        switch DirectSolver().solve(program.program, options: options) {
        case .solved(let solution): return program.answer(solution)
        case .infeasible: return ChargeAnswer(.infeasible)
        case .unbounded: return ChargeAnswer(.unbounded)
        case .limit: return ChargeAnswer(.notSolved)
        case .failed: return ChargeAnswer(.undefined)
        }
    }
}

extension ChargeProgram {
    /// A solution as the protocol tells it.
    func answer(_ solution: Solution) -> ChargeAnswer {
        func wattHours(_ column: Column?) -> Double {
            guard let column else { return 0 }
            let value = solution.values[column.index] * 1000
            return abs(value) < 1e-6 ? 0 : value
        }
        var answer = ChargeAnswer(solution.isProven ? .optimal : .feasible)
        answer.batteries = stores.map { store in
            ChargeAnswer.Battery(
                chargedWh: store.map { wattHours($0.charge) }, dischargedWh: store.map { wattHours($0.discharge) },
                storedWh: store.map { wattHours($0.level) })
        }
        let (limits, series) = (request.grid, request.timeSeries)
        var worth = 0.0
        for (step, columns) in grid.enumerated() {
            let imported = wattHours(columns.imported) + wattHours(columns.importedBeyond)
            let beyond = limits?.importLimitW.map { max(0, imported - $0 * stepHours(step)) } ?? 0
            let (exported, lost) = (wattHours(columns.exported), wattHours(columns.exportedBeyond))
            // Where a limit gives way without a demand rate, the protocol tells of the part within it.
            answer.importWh.append(demandRatePerKW == nil ? imported - beyond : imported)
            answer.exportWh.append(exported)
            answer.flowDirection.append(exported > 0 ? 1 : 0)
            if limits?.importLimitW != nil { answer.importOvershootWh.append(beyond < 1e-6 ? 0 : beyond) }
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
