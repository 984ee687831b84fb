/// A number as ISO 15118-20 writes it: `Value * 10^Exponent`, the value in 16 bits.
public struct RationalNumber: Sendable, Equatable, Encodable {
    public var exponent: Int
    public var value: Int

    enum CodingKeys: String, CodingKey {
        case exponent = "Exponent"
        case value = "Value"
    }

    /// The finest that a value of 16 bits holds, no finer than a tenth: 0.1 up to 3276.7, 1 up to 32767, then 10, 100 ...
    ///
    /// Rounded toward zero, so that what was possible stays possible; a trailing zero moves into the exponent.
    public init(towardZero number: Double) {
        let tenths = Quantum.towardZero(number * 10, slack: 1e-2)
        var (value, exponent) = (tenths, -1)
        while abs(value) > Int(Int16.max) {
            value /= 10
            exponent += 1
        }
        while value != 0, value % 10 == 0 {
            value /= 10
            exponent += 1
        }
        self.value = value
        self.exponent = value == 0 ? 0 : exponent
    }

    public var number: Double {
        var scale = 1
        for _ in 0..<abs(exponent) { scale *= 10 }
        return exponent < 0 ? Double(value) / Double(scale) : Double(value * scale)
    }
}

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
        let whole = Int((abs(number) + slack).rounded(.down))
        return number < 0 ? -whole : whole
    }

    /// Tenths of the rate that stand for a power, toward zero. A mW (the model's own tolerance) is no power.
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
