import Foundation

/// Sanyo UR18650E, NMC111 against graphite, 2.15 Ah: the cell of Schmalstieg's holistic ageing model.
///
/// Ageing depends on the cell's voltage; the straight line `V = 3.3324 + 0.8263 s` through its open-circuit voltage makes
/// the calendar price linear in the state of charge. BLAST-Lite reads the voltage from a table instead, which its
/// convention does too; cycling follows the root mean square of the voltage.
/// Source: Schmalstieg et al. 2014, J. Power Sources 257, 325; coefficients as in BLAST-Lite 1.1.1.
package struct NMC111Cell: CellModel {
    package let name = "nmc111"
    package let title = "NMC111-graphite 2.15 Ah (Sanyo)"
    package let source = "Schmalstieg 2014; BLAST-Lite 1.1.1"
    package let validity = CellValidity(temperatureC: 20...40, maxChargeRate: 1, maxDischargeRate: 1)
    package let calendarExponent = 0.75
    package let cycleExponent = 0.5
    private let capacityAh = 2.15
    private let readsTable: Bool

    /// With the straight line through the open-circuit voltage.
    package init() { readsTable = false }

    private init(readsTable: Bool) { self.readsTable = readsTable }

    package var inBLASTLite: any CellModel { NMC111Cell(readsTable: true) }

    /// Open-circuit voltage at a state of charge, V.
    func voltage(soc: Double) -> Double {
        readsTable ? NMC111Cell.table.voltage(soc: soc) : 3.3324 + 0.8263 * soc
    }

    /// The state of charge whose voltage is the root mean square of the path's.
    package func representativeSoC(of path: ArraySlice<Double>) -> Double {
        let squares = path.map { pow(voltage(soc: $0), 2) }
        let volts = sqrt(squares.reduce(0, +) / Double(max(1, squares.count)))
        return readsTable ? NMC111Cell.table.soc(voltage: volts) : (volts - 3.3324) / 0.8263
    }

    package func calendarRate(soc: Double, temperatureK: Double) -> Double {
        (7.543 * voltage(soc: soc) - 23.75) * 1e6 * exp(-6976 / temperatureK)
    }

    package func cycleRate(_ stress: CycleStress) -> Double {
        let excess = voltage(soc: stress.meanSoC) - 3.667
        // The model counts in Ah of throughput.
        return (7.348e-3 * excess * excess + 7.6e-4 + 4.081e-3 * stress.depth) * sqrt(2 * capacityAh)
    }
}

extension NMC111Cell {
    /// Open-circuit voltage as the package has it: measured every 1.81 % of charge.
    private static let measuredSoC: [Double] = {
        let even = (0...54).map { index -> Double in 0.008637153 + 0.0181423611 * Double(index) }
        return [0] + even + [0.998220486, 1]
    }()

    private static let table = VoltageTable(
        soc: measuredSoC,
        volts: [
            3.331, 3.345014187, 3.37917149, 3.411603677, 3.440585632, 3.466289865, 3.490268982, 3.511315401,
            3.529946658, 3.547197821, 3.561688798, 3.574972194, 3.586357962, 3.597053683, 3.605506753, 3.613442288,
            3.620342753, 3.626380661, 3.632073544, 3.63690387, 3.642079219, 3.646909545, 3.652084894, 3.657605266,
            3.663470662, 3.670198615, 3.677444104, 3.686759732, 3.696420384, 3.708323686, 3.720572012, 3.734372943,
            3.749553967, 3.765252525, 3.781123596, 3.797857224, 3.814590852, 3.832532062, 3.849783226, 3.866861877,
            3.884458064, 3.900846669, 3.917752809, 3.934831461, 3.953462717, 3.971921462, 3.991415276, 4.011771649,
            4.03195551, 4.05196686, 4.070770628, 4.087849279, 4.104237884, 4.120108955, 4.135980025, 4.152541142,
            4.160649189, 4.162,
        ])
}

/// A voltage that rises with the state of charge, by linear interpolation.
private struct VoltageTable: Sendable {
    let soc: [Double]
    let volts: [Double]

    func voltage(soc value: Double) -> Double { VoltageTable.interpolate(value, soc, volts) }
    func soc(voltage: Double) -> Double { VoltageTable.interpolate(voltage, volts, soc) }

    private static func interpolate(_ x: Double, _ xs: [Double], _ ys: [Double]) -> Double {
        guard let right = xs.firstIndex(where: { $0 >= x }) else { return ys[ys.count - 1] }
        guard right > 0 else { return ys[0] }
        return ys[right - 1] + (ys[right] - ys[right - 1]) * (x - xs[right - 1]) / (xs[right] - xs[right - 1])
    }
}
