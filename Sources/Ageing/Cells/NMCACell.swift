import Foundation

/// NMC against graphite, 75 Ah, cell A: ages very little by time at low charge, and by cycling above all.
///
/// Source: NREL, fitted in BLAST-Lite 1.1.1 (nmc_gr_75Ah_A_2019).
package struct NMCACell: CellModel {
    package let name = "nmc-a"
    package let title = "NMC-graphite 75 Ah (A)"
    package let source = "BLAST-Lite 1.1.1, nmc_gr_75Ah_A_2019"
    package let validity = CellValidity(temperatureC: 10...45, maxChargeRate: 2, maxDischargeRate: 2)
    package let calendarExponent = 0.578
    package let cycleExponent = 1.11

    package func calendarRate(soc: Double, temperatureK: Double) -> Double {
        let t = GraphiteAnode.normalised(temperatureK: temperatureK)
        // The model counts in thousand days.
        return 8.71e-7 * exp(10 * t * t * t / cbrt(GraphiteAnode.normalised(soc: soc))) * pow(1e-3, calendarExponent)
    }

    package func cycleRate(_ stress: CycleStress) -> Double {
        let t = GraphiteAnode.normalised(temperatureK: stress.temperatureK)
        let depth = sqrt(stress.depth)
        let sum =
            0.0267 + 1.64 * t * t * t * depth + 0.011 * exp(stress.cRate * stress.cRate / sqrt(t))
            - 0.44 * exp(depth * t * t * sqrt(stress.cRate))
        // The model counts in ten thousand cycles.
        return abs(sum) * pow(1e-4, cycleExponent)
    }
}
