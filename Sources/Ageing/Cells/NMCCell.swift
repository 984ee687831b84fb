import Foundation

/// NMC against graphite, 50 Ah, cell B1: a large automotive cell, and the default of a scenario.
///
/// Calendar ageing follows the anode's potential: it rises with the state of charge, with plateaus (not convex).
/// Source: NREL, fitted in BLAST-Lite 1.1.1 (nmc_gr_50Ah_B1_2020).
package struct NMCCell: CellModel {
    package let name = "nmc"
    package let title = "NMC-graphite 50 Ah (B1)"
    package let source = "BLAST-Lite 1.1.1, nmc_gr_50Ah_B1_2020"
    package let validity = CellValidity(temperatureC: 10...45, maxChargeRate: 1.75, maxDischargeRate: 1.75)
    package let calendarExponent = 0.708
    package let cycleExponent = 0.467

    package func calendarRate(soc: Double, temperatureK: Double) -> Double {
        let t = GraphiteAnode.normalised(temperatureK: temperatureK)
        // The model counts in ten thousand days.
        return 36.2 * exp(-4.4 / (t * t * t) * cbrt(GraphiteAnode.normalised(soc: soc))) * pow(1e-4, calendarExponent)
    }

    package func cycleRate(_ stress: CycleStress) -> Double {
        let t = GraphiteAnode.normalised(temperatureK: stress.temperatureK)
        // The model counts in a hundred thousand cycles.
        return 0.844 * pow(stress.depth * stress.depth * t * t * t * sqrt(stress.cRate), 0.458)
            * pow(1e-5, cycleExponent)
    }
}
