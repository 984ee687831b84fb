import Foundation

/// Sony/Murata US26650FTC1, LFP against graphite, 3 Ah: Naumann's cell, long-lived and studied for stationary storage.
///
/// Both calendar and cycle ageing have a cubic shape around the middle (concave below, convex above).
/// Source: Naumann et al. 2018, J. Energy Storage 17, 153 (calendar); Naumann et al. 2020, J. Power Sources 451 (cycling).
package struct LFPCell: CellModel {
    package let name = "lfp"
    package let title = "LFP-graphite 3 Ah (Sony/Murata)"
    package let source = "Naumann 2018, 2020"
    package let validity = CellValidity(temperatureC: 20...40, maxChargeRate: 1, maxDischargeRate: 2)
    package let calendarExponent = 0.5
    package let cycleExponent = 0.5

    package func calendarRate(soc: Double, temperatureK: Double) -> Double {
        let shape = 2.8575 * pow(soc - 0.5, 3) + 0.60225
        // The model counts in seconds.
        return 1.2571e-5 * exp(-(17126 / 8.314) * (1 / temperatureK - 1 / 298.15)) * shape * sqrt(86_400)
    }

    package func cycleRate(_ stress: CycleStress) -> Double {
        (0.0630 * stress.cRate + 0.0971) * (4.0253 * pow(stress.depth - 0.6, 3) + 1.0923) / 100
    }
}
