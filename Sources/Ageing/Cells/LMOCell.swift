import Foundation

/// LMO against graphite, 66 Ah, from a second-life Nissan Leaf: every cycle costs about the same, and time a great deal.
///
/// Source: NREL, fitted in BLAST-Lite 1.1.1 (lmo_gr_NissanLeaf66Ah_2ndLife_2020).
public struct LMOCell: CellModel {
    public let name = "lmo"
    public let title = "LMO-graphite 66 Ah (Nissan Leaf)"
    public let source = "BLAST-Lite 1.1.1, lmo_gr_NissanLeaf66Ah_2ndLife_2020"
    public let validity = CellValidity(temperatureC: 20...30, mostChargeRate: 1, mostDischargeRate: 1)
    public let calendarExponent = 0.464
    public let cycleExponent = 1.08

    public func calendarRate(soc: Double, temperatureK: Double) -> Double {
        3.25e8 * exp(-7580 / temperatureK) * exp(162 * soc / temperatureK)
    }

    public func cycleRate(_ stress: CycleStress) -> Double { 7.58e-5 }
}
