import Foundation

/// LFP against graphite, 250 Ah prismatic: a large modern cell that ages little by time and visibly by cycling.
///
/// Source: NREL, fitted in BLAST-Lite 1.1.1 (lfp_gr_250AhPrismatic_2019).
package struct LFPPrismaticCell: CellModel {
    package let name = "lfp-prismatic"
    package let title = "LFP-graphite 250 Ah (prismatic)"
    package let source = "BLAST-Lite 1.1.1, lfp_gr_250AhPrismatic_2019"
    package let validity = CellValidity(temperatureC: 10...45, maxChargeRate: 0.65, maxDischargeRate: 1)
    package let calendarExponent = 0.526
    package let cycleExponent = 0.828

    package func calendarRate(soc: Double, temperatureK: Double) -> Double {
        8.37e4 * exp(-5210 / temperatureK) * exp(-3560 * GraphiteAnode.potential(soc: soc) / temperatureK)
    }

    package func cycleRate(_ stress: CycleStress) -> Double {
        (4.38e-8 + 1.55e-8 * stress.depth + 1.68e-7 * stress.cRate)
            * (exp(2190 / stress.temperatureK) + exp(-1.55e5 / stress.temperatureK))
    }
}
