extension Int {
    /// The whole number nearest to `value` that an `Int` can be; 0 for what is no number.
    package init(saturating value: Double) {
        if value.isNaN {
            self = 0
        } else if value >= 9.2e18 {
            self = .max
        } else if value <= -9.2e18 {
            self = .min
        } else {
            self = Int(value)
        }
    }
}

extension Double {
    /// Limit of numbers in an input: no price, power or energy is that large, and products of such numbers leave
    /// what arithmetic can hold.
    package static let maxOfInput = 1e15
}

extension Double {
    /// For messages: `24`, `7.25`.
    package var short: String { self == rounded() && abs(self) < 1e15 ? "\(Int(self))" : "\(self)" }
}
