import Foundation

/// LMO against graphite, 66 Ah, from a second-life Nissan Leaf: every cycle costs about the same, and time a great deal.
///
/// Source: NREL, fitted in BLAST-Lite 1.1.1 (lmo_gr_NissanLeaf66Ah_2ndLife_2020).
package struct LMOCell: CellModel {
    package let name = "lmo"
    package let title = "LMO-graphite 66 Ah (Nissan Leaf)"
    package let source = "BLAST-Lite 1.1.1, lmo_gr_NissanLeaf66Ah_2ndLife_2020"
    package let validity = CellValidity(temperatureC: 20...30, maxChargeRate: 1, maxDischargeRate: 1)
    package let calendarExponent = 0.464
    package let cycleExponent = 1.08

    package func calendarRate(soc: Double, temperatureK: Double) -> Double {
        3.25e8 * exp(-7580 / temperatureK) * exp(162 * soc / temperatureK)
    }

    package func cycleRate(_ stress: CycleStress) -> Double { 7.58e-5 }
}
