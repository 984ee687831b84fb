import Scenarios

/// What the maps around a list tell about its values: unit, currency, whether they are cents.
struct JSONHints {
    private(set) var unit: MoneyUnit?
    private(set) var currency: String?
    /// A unit that is none of a price: of a sensor that measures something else.
    private(set) var otherUnit: String?
    /// Two statements that contradict each other.
    private(set) var contradiction: String?

    private static let unitKeys = [
        "unit_of_measurement", "unit", "priceUnit", "price_unit", "units", "perUnit", "energyUnit",
    ]
    private static let currencyKeys = ["currency", "Currency", "currencyCode", "currency_Unit"]
    private static let centKeys = ["price_in_cents", "use_cent", "use_cents", "priceInCents"]

    /// - Parameter maps: from the innermost outwards.
    init(_ maps: [JSONTree]) {
        var energy: String?
        var cents: Bool?
        var said: [(key: String, unit: MoneyUnit)] = []
        for map in maps {
            for key in JSONHints.unitKeys {
                guard let text = map[key]?.text else { continue }
                if let unit = MoneyUnit(text) {
                    said.append((key, unit))
                } else if ["KWH", "MWH", "WH"].contains(text.uppercased()) {
                    energy = energy ?? text
                } else if otherUnit == nil, ["W", "kW", "MW", "g/kWh", "gCO2eq/kWh", "gCO2/kWh", "°C"].contains(text) {
                    otherUnit = text
                }
            }
            for key in JSONHints.currencyKeys where currency == nil {
                if let code = map[key]?.text?.uppercased(), MoneyUnit.codes.contains(code) { currency = code }
            }
            for key in JSONHints.centKeys where cents == nil { cents = map[key]?.flag }
        }
        if let (_, first) = said.first {
            unit = first
        } else if let energy {
            unit = MoneyUnit("\(currency ?? "currency")/\(energy)")
        }
        if let cents {
            let isCents = unit?.isCents ?? cents
            if let unit, let (key, _) = said.first, unit.isCents != cents {
                contradiction = "says \(key): \(unit.text), but also that prices are \(cents ? "" : "not ")in cents"
            }
            if unit == nil { unit = MoneyUnit("\(currency ?? "currency")/kWh") }
            unit?.isCents = isCents
        }
        if let currency, let found = unit {
            if let codes = found.currencies, !codes.contains(currency) {
                contradiction = "says \(said.first?.key ?? "unit"): \(found.text), but also currency: \(currency)"
            }
            unit?.currencies = [currency]
        }
    }
}
