import Foundation

/// Kokam NMC111 against graphite, 75 Ah: cheap to keep at low charge, dear at high charge.
///
/// A loss of active material overtakes this loss of lithium after thousands of cycles, as a knee: it is part of the
/// simulation of a life, and not of a price, since no day of a car's ten years comes near it.
/// Source: Smith et al. 2017, fitted in BLAST-Lite 1.1.1 (nmc111_gr_Kokam75Ah_2017).
package struct NMC111KokamCell: CellModel {
    package let name = "nmc111-kokam"
    package let title = "NMC111-graphite 75 Ah (Kokam)"
    package let source = "Smith 2017; BLAST-Lite 1.1.1"
    package let validity = CellValidity(temperatureC: 0...45, maxChargeRate: 1, maxDischargeRate: 1)
    package let calendarExponent = 0.357
    package let cycleExponent = 0.778

    package func calendarRate(soc: Double, temperatureK: Double) -> Double {
        let t = GraphiteAnode.normalised(temperatureK: temperatureK)
        return 2.66e7 * exp(-17.8 / t) * exp(-5.21 * GraphiteAnode.normalised(soc: soc) / t)
    }

    package func cycleRate(_ stress: CycleStress) -> Double {
        let t = GraphiteAnode.normalised(temperatureK: stress.temperatureK)
        return 3.80e3 * exp(-18.4 / t) * exp(1.04 * exp(stress.depth * stress.depth))
    }

    package func activeMaterialHalfLife(_ stress: CycleStress) -> Double? {
        1e4 + 153 * (stress.temperatureK - 273.15 - 55) * stress.depth * (stress.meanSoC / 0.6)
    }
}
