import Foundation

/// Panasonic NCR18650B, NCA against graphite, 3 Ah: a car cell of the first long-range years.
///
/// Calendar ageing rises exponentially with the state of charge (convex everywhere), so that a battery kept full pays
/// for every hour. Cycle ageing barely depends on temperature: the factor `exp(3.34e-11/T) + exp(-2.81e-9/T)` is 2 to
/// nine digits, and is kept because it is the model's.
/// Source: Keil et al. 2016 (calendar), Preger et al. 2020 (cycling), fitted in NREL's BLAST-Lite 1.1.1.
package struct NCACell: CellModel {
    package let name = "nca"
    package let title = "NCA-graphite 3 Ah (Panasonic)"
    package let source = "Keil 2016, Preger 2020; BLAST-Lite 1.1.1"
    package let validity = CellValidity(temperatureC: 15...35, maxChargeRate: 0.5, maxDischargeRate: 2)
    package let calendarExponent = 0.512
    package let cycleExponent = 0.699

    package func calendarRate(soc: Double, temperatureK: Double) -> Double {
        75.4 * exp(-3340 / temperatureK) * exp(353 * soc / temperatureK)
    }

    package func cycleRate(_ stress: CycleStress) -> Double {
        (1.86e-6 + 4.74e-11 * stress.cRate + 1.77e-4 * stress.depth)
            * (exp(3.34e-11 / stress.temperatureK) + exp(-2.81e-9 / stress.temperatureK))
    }
}
