import Foundation
import Scenarios

/// A battery's life by the cell model: a trace of states of charge, repeated for years.
///
/// Loss grows in state form: over a chunk of the trace, `dz = k p (z/k)^((p-1)/p) dx`, where `x` is days or equivalent full
/// cycles and `k` the chunk's mean rate; the first step is `z = k dx^p`. A repeated day therefore gives `k L^p`.
/// Source: BLAST-Lite 1.1.1 (NREL), `degradation_model.py`, which `scripts/cross-check-ageing` runs beside this.
package struct LifeSimulation: Sendable {
    /// How a trace is cut, and which depth and rate a chunk is cycled at.
    package enum Convention: String, Sendable, CaseIterable {
        /// Each cycle by its own rainflow depth and rate; chunks of a day, or of one equivalent full cycle.
        case rainflow
        /// BLAST-Lite's: a chunk's range, and its mean |dSoC/dt|, both of which carry less charge as the capacity fades
        /// (`is_conserve_energy_throughput=False`). Its chunks do not overlap, and its clock skips the step between two.
        case blastLite = "blast-lite"
        /// BLAST-Lite's for a trace that is repeated as it stands (`is_constant_input=True`): one chunk, rates of the
        /// first round.
        case blastLiteConstant = "blast-lite-constant"
    }

    /// Relative capacity lost by existing.
    package private(set) var calendarLoss = 0.0
    /// Relative capacity lost by cycling.
    package private(set) var cycleLoss = 0.0
    /// Active material lost, where the cell has such a law.
    package private(set) var activeMaterialLoss = ActiveMaterial.start
    /// Days simulated.
    package private(set) var days = 0.0
    /// Equivalent full cycles of the present capacity.
    package private(set) var equivalentFullCycles = 0.0

    /// Relative capacity lost: lithium and active material limit the capacity each by itself.
    package var loss: Double { max(calendarLoss + cycleLoss, activeMaterialLoss - ActiveMaterial.reserve) }

    private let cell: any CellModel

    /// Repeats `trace` until `years` (of 365 days) are over.
    package init(_ cell: any CellModel, trace: SoCTrace, years: Double, convention: Convention = .rainflow) {
        self.cell = convention == .rainflow ? cell : cell.inBLASTLite
        guard trace.soc.count >= 2, years > 0 else { return }
        switch convention {
        case .rainflow: runRainflow(trace, days: years * 365)
        case .blastLite: runBLASTLite(trace, years: years)
        case .blastLiteConstant: runConstant(trace, years: years)
        }
    }

    private mutating func runRainflow(_ trace: SoCTrace, days limit: Double) {
        let chunks = LifeChunk.byRainflow(of: trace, cell: cell)
        while true {
            for chunk in chunks {
                guard days < limit * (1 - 1e-9) else { return }
                // The last chunk of the life may be cut short.
                advance(chunk, share: min(1, (limit - days) / chunk.days))
            }
        }
    }

    private mutating func runBLASTLite(_ trace: SoCTrace, years: Double) {
        let parts = BLASTLiteChunks.ranges(of: trace)
        while true {
            for part in parts {
                advance(BLASTLiteChunks.chunk(part, of: trace, cell: cell, health: 1 - loss))
                if days / 365 > years { return }
            }
        }
    }

    private mutating func runConstant(_ trace: SoCTrace, years: Double) {
        let chunk = BLASTLiteChunks.chunk(trace.soc.indices, of: trace, cell: cell, health: 1)
        repeat { advance(chunk) } while days / 365 <= years
    }

    /// A battery that has lost something already, by calendar and by cycles: the state that `advance` goes on from.
    init(_ cell: any CellModel, calendarLoss: Double, cycleLoss: Double) {
        self.cell = cell
        (self.calendarLoss, self.cycleLoss) = (calendarLoss, cycleLoss)
    }

    /// Years (of 365 days) until `limit` of the capacity is lost, were `trace` to go on from here; nil beyond `most`.
    func years(to limit: Double, repeating trace: SoCTrace, most: Double = 100) -> Double? {
        var life = self
        let chunks = LifeChunk.byRainflow(of: trace, cell: cell)
        guard chunks.contains(where: { $0.days > 0 }) else { return nil }
        let start = days
        while true {
            for chunk in chunks {
                let (before, beforeDays) = (life.loss, life.days)
                if before >= limit { return (beforeDays - start) / 365 }
                life.advance(chunk)
                if life.loss >= limit {
                    let share = (limit - before) / (life.loss - before)
                    return (beforeDays - start + share * chunk.days) / 365
                }
                if life.days - start > most * 365 { return nil }
            }
        }
    }

    mutating func advance(_ chunk: LifeChunk, share: Double = 1) {
        let cycles = chunk.equivalentFullCycles * share
        calendarLoss += LifeSimulation.step(
            calendarLoss, chunk.calendarRate, cell.calendarExponent, chunk.days * share)
        cycleLoss += LifeSimulation.step(cycleLoss, chunk.cycleRate, cell.cycleExponent, cycles)
        if let halfLife = chunk.activeMaterialHalfLife {
            activeMaterialLoss += ActiveMaterial.step(activeMaterialLoss, halfLife: halfLife, cycles: cycles)
        }
        days += chunk.days * share
        equivalentFullCycles += cycles
    }

    /// The growth of `z = k x^p` over `dx`, from the state alone.
    static func step(_ z: Double, _ k: Double, _ p: Double, _ dx: Double) -> Double {
        guard dx > 0, k > 0 else { return 0 }
        if z == 0 { return k * pow(dx, p) }
        return k * p * pow(z / k, (p - 1) / p) * dx
    }
}

/// Electrode material lost: nothing for long, then a knee (a sigmoid in equivalent full cycles).
///
/// `y = 1 - 2/(1 + exp((x/x_half)^10))`, in state form as BLAST-Lite has it (`_update_sigmoid_state`, y_inf = 1).
package enum ActiveMaterial {
    /// What BLAST-Lite begins with, so that the state form can start.
    package static let start = 1e-8
    /// Electrodes are built with this share more than the lithium needs.
    package static let reserve = 0.01
    private static let exponent = 10.0

    static func step(_ y: Double, halfLife: Double, cycles: Double) -> Double {
        guard cycles > 0, y < 1 else { return 0 }
        let z = log(-(2 / (y - 1)) - 1)
        let passed = halfLife * pow(z, 1 / exponent)
        return 2 * exponent * exp(z) * z / (passed * pow(exp(z) + 1, 2)) * cycles
    }
}
