/// The numbers that a format can write.
enum Quantum: Sendable {
    /// 0.1 W, or 0.1 A of each phase: what OCPP 1.6 and 2.0.1 take.
    case tenths(ProfileOptions.RateUnit)
    /// Watts as `RationalNumber`.
    case rational

    /// Power that is written as one unit of the rate, kW.
    static func kWPerUnit(_ unit: ProfileOptions.RateUnit, _ voltsTimesPhases: Double) -> Double {
        unit == .watts ? 0.001 : voltsTimesPhases / 1000
    }

    /// To a whole number, toward zero; within `slack` of the next one it is that one (what a solver leaves of 11 kW).
    static func towardZero(_ number: Double, slack: Double) -> Int {
        let whole = Int(saturating: (abs(number) + slack).rounded(.down))
        return number < 0 ? -whole : whole
    }

    /// Tenths of the rate that stand for a power, toward zero. A mW (the model's own tolerance) counts as zero.
    static func tenths(_ kW: Double, _ unit: ProfileOptions.RateUnit, voltsTimesPhases: Double) -> Int {
        let perTenth = kWPerUnit(unit, voltsTimesPhases) / 10
        return towardZero(kW / perTenth, slack: min(0.1, 1e-6 / perTenth))
    }

    /// The power that is written for `kW`, kW: toward zero.
    func written(_ kW: Double, voltsTimesPhases: Double) -> Double {
        switch self {
        case .tenths(let unit):
            let tenths = Quantum.tenths(kW, unit, voltsTimesPhases: voltsTimesPhases)
            return unit == .watts ? Double(tenths) / 10_000 : Double(tenths) * voltsTimesPhases / 10_000
        case .rational: return RationalNumber(towardZero: kW * 1000).number / 1000
        }
    }
}
