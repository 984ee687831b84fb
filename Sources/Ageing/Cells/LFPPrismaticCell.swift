import Foundation

/// LFP against graphite, 250 Ah prismatic: a large modern cell that ages little by time and visibly by cycling.
///
/// Source: NREL, fitted in BLAST-Lite 1.1.1 (lfp_gr_250AhPrismatic_2019).
public struct LFPPrismaticCell: CellModel {
    public let name = "lfp-prismatic"
    public let title = "LFP-graphite 250 Ah (prismatic)"
    public let source = "BLAST-Lite 1.1.1, lfp_gr_250AhPrismatic_2019"
    public let validity = CellValidity(temperatureC: 10...45, mostChargeRate: 0.65, mostDischargeRate: 1)
    public let calendarExponent = 0.526
    public let cycleExponent = 0.828

    public func calendarRate(soc: Double, temperatureK: Double) -> Double {
        8.37e4 * exp(-5210 / temperatureK) * exp(-3560 * GraphiteAnode.potential(soc: soc) / temperatureK)
    }

    public func cycleRate(_ stress: CycleStress) -> Double {
        (4.38e-8 + 1.55e-8 * stress.depth + 1.68e-7 * stress.cRate)
            * (exp(2190 / stress.temperatureK) + exp(-1.55e5 / stress.temperatureK))
    }
}
