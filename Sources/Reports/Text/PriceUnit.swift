/// What people say at the meter: hundredths of the currency, where those have a name.
package struct PriceUnit: Sendable {
    /// `ct`, `p`, `öre`, or the currency's code.
    package let money: String
    /// How many of them one unit of the currency is.
    package let perMoney: Double
    /// Of a price.
    package var perKWh: String { "\(money)/kWh" }

    /// Of an ISO 4217 code.
    package init(currency: String) {
        switch currency {
        case "EUR", "USD", "AUD", "CAD", "NZD": (money, perMoney) = ("ct", 100)
        case "GBP": (money, perMoney) = ("p", 100)
        case "SEK": (money, perMoney) = ("öre", 100)
        case "DKK", "NOK": (money, perMoney) = ("øre", 100)
        default: (money, perMoney) = (currency, 1)
        }
    }

    /// An amount of the currency in this unit, `21.30 ct`.
    func text(_ amount: Double) -> String { "\(number(amount)) \(money)" }
    /// The same without the unit.
    func number(_ amount: Double) -> String { fixed(amount * perMoney, perMoney == 1 ? 4 : 2) }
    /// `6.10 to 8.00 ct`, or one amount where that is all.
    func range(_ amounts: [Double]) -> String {
        guard let low = amounts.min(), let high = amounts.max() else { return "-" }
        return number(low) == number(high) ? text(low) : "\(number(low)) to \(text(high))"
    }
}
