import Foundation

/// Sanyo UR18650E, NMC111 against graphite, 2.15 Ah: the cell of Schmalstieg's holistic ageing model.
///
/// Ageing depends on the cell's voltage; the straight line `V = 3.3324 + 0.8263 s` through its open-circuit voltage makes
/// the calendar price linear in the state of charge.
/// Source: Schmalstieg et al. 2014, J. Power Sources 257, 325; coefficients as in BLAST-Lite 1.1.1.
public struct NMC111Cell: CellModel {
    public let name = "nmc111"
    public let title = "NMC111-graphite 2.15 Ah (Sanyo)"
    public let source = "Schmalstieg 2014; BLAST-Lite 1.1.1"
    public let validity = CellValidity(temperatureC: 20...40, mostChargeRate: 1, mostDischargeRate: 1)
    public let calendarExponent = 0.75
    public let cycleExponent = 0.5
    private let capacityAh = 2.15

    /// Open-circuit voltage at a state of charge, V.
    func voltage(soc: Double) -> Double { 3.3324 + 0.8263 * soc }

    public func calendarRate(soc: Double, temperatureK: Double) -> Double {
        (7.543 * voltage(soc: soc) - 23.75) * 1e6 * exp(-6976 / temperatureK)
    }

    public func cycleRate(_ stress: CycleStress) -> Double {
        let excess = voltage(soc: stress.meanSoC) - 3.667
        // The model counts in Ah of throughput.
        return (7.348e-3 * excess * excess + 7.6e-4 + 4.081e-3 * stress.depth) * sqrt(2 * capacityAh)
    }
}
