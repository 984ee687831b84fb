import Foundation

/// How a kind of cell loses capacity: `z = z_cal + z_cyc`, each a power law `z = k x^p` of days and of equivalent full
/// cycles (EFC), with `k` a function of how the cell is kept and used. `z` is relative capacity, 0...1.
///
/// To add one: a file in `Cells`, and a line in `CellRegistry`.
package protocol CellModel: Sendable {
    /// What scenarios call it.
    var name: String { get }
    /// What the cell is.
    var title: String { get }
    /// Where the coefficients come from.
    var source: String { get }
    /// What was measured; outside it the model extrapolates.
    var validity: CellValidity { get }
    /// `k` of the calendar loss `k days^p`.
    ///
    /// - Parameters:
    ///   - soc: state of charge, 0...1.
    ///   - temperatureK: cell temperature, K.
    func calendarRate(soc: Double, temperatureK: Double) -> Double
    /// `p` of the calendar loss.
    var calendarExponent: Double { get }
    /// `k` of the cycle loss `k EFC^p`.
    func cycleRate(_ stress: CycleStress) -> Double
    /// `p` of the cycle loss.
    var cycleExponent: Double { get }
    /// The state of charge that stands for a path in the cycle law: its mean, for most.
    func representativeSoC(of path: ArraySlice<Double>) -> Double
    /// Equivalent full cycles after which half of the active material would be lost; nil where the cell has no such law.
    func activeMaterialHalfLife(_ stress: CycleStress) -> Double?
    /// The same cell as BLAST-Lite states it, where that differs.
    var inBLASTLite: any CellModel { get }
}

extension CellModel {
    package func representativeSoC(of path: ArraySlice<Double>) -> Double {
        path.reduce(0, +) / Double(max(1, path.count))
    }
    package func activeMaterialHalfLife(_ stress: CycleStress) -> Double? { nil }
    package var inBLASTLite: any CellModel { self }
}

/// How a cell is cycled.
package struct CycleStress: Sendable {
    /// Range of the state of charge, 0...1.
    package var depth: Double
    /// 1/h.
    package var cRate: Double
    /// K.
    package var temperatureK: Double
    /// Mean state of charge of the cycle, 0...1.
    package var meanSoC: Double
    /// Memberwise.
    package init(depth: Double, cRate: Double, temperatureK: Double, meanSoC: Double = 0.5) {
        self.depth = depth
        self.cRate = cRate
        self.temperatureK = temperatureK
        self.meanSoC = meanSoC
    }
}

/// The range in which a cell was measured.
package struct CellValidity: Sendable, Equatable {
    /// degC.
    package var temperatureC: ClosedRange<Double>
    /// 1/h.
    package var maxChargeRate: Double
    /// 1/h.
    package var maxDischargeRate: Double
    /// Memberwise.
    package init(temperatureC: ClosedRange<Double>, maxChargeRate: Double, maxDischargeRate: Double) {
        self.temperatureC = temperatureC
        self.maxChargeRate = maxChargeRate
        self.maxDischargeRate = maxDischargeRate
    }
}

/// The cells that are built in; the first five are those that users pick by a short name.
package enum CellRegistry {
    /// In the order of Ageing.docc/Cells.md section 1.
    package static let all: [any CellModel] = [
        NCACell(), NMCCell(), NMC111Cell(), LFPCell(), LMOCell(), LFPPrismaticCell(), NMCACell(), NMC111KokamCell(),
    ]
    /// Their names.
    package static var names: Set<String> { Set(all.map(\.name)) }
    /// The cell called `name`.
    package static func named(_ name: String) -> (any CellModel)? { all.first { $0.name == name } }
}

/// Potential of a graphite anode.
package enum GraphiteAnode {
    /// Anode-to-reference potential at a state of charge, V. Safari and Delacourt 2011, stoichiometry of Schimpe 2018.
    package static func potential(soc: Double) -> Double {
        let x = 0.0085 + soc * (0.78 - 0.0085)
        return 0.6379 + 0.5416 * exp(-305.5309 * x) + 0.044 * tanh(-(x - 0.1958) / 0.1088)
            - 0.1978 * tanh((x - 1.0571) / 0.0854) - 0.6875 * tanh((x + 0.0117) / 0.0529)
            - 0.0175 * tanh((x - 0.5692) / 0.0875)
    }

    /// The potential over that at about half charge.
    static func normalised(soc: Double) -> Double { potential(soc: soc) / 0.123 }
    /// A temperature over 35 degC, both in K.
    static func normalised(temperatureK: Double) -> Double { temperatureK / 308.15 }
}
