/// A number as ISO 15118-20 writes it: `Value * 10^Exponent`, the value in 16 bits.
package struct RationalNumber: Sendable, Equatable, Encodable {
    package var exponent: Int
    package var value: Int

    enum CodingKeys: String, CodingKey {
        case exponent = "Exponent"
        case value = "Value"
    }

    /// The finest that a value of 16 bits holds, no finer than a tenth: 0.1 up to 3276.7, 1 up to 32767, then 10, 100 ...
    ///
    /// Rounded toward zero, so that what was possible stays possible; a trailing zero moves into the exponent.
    package init(towardZero number: Double) {
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

    package var number: Double {
        var scale = 1
        for _ in 0..<abs(exponent) { scale *= 10 }
        return exponent < 0 ? Double(value) / Double(scale) : Double(value * scale)
    }
}
