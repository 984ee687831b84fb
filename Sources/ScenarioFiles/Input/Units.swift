import Scenarios

/// What a series measures, and so which units it may be written in.
package enum Quantity: Sendable, Equatable {
    /// Money per kWh.
    case energyPrice
    /// Money per kW and hour.
    case capacityPrice
    /// kW.
    case power
    /// g/kWh.
    case carbonIntensity
    /// degC.
    case temperature
    /// A share of the whole, 0...1.
    case share

    /// The unit that a bare number has.
    func baseUnit(_ currency: String) -> String {
        switch self {
        case .energyPrice: "\(currency)/kWh"
        case .capacityPrice: "\(currency)/kW/h"
        case .power: "kW"
        case .carbonIntensity: "g/kWh"
        case .temperature: "degC"
        case .share: "of 1"
        }
    }

    /// What a value in `unit` is multiplied by; nil where the unit measures something else.
    func factor(of unit: String, currency: String) -> Double? {
        switch self {
        // Not folded: mW would be a million times less than MW.
        case .power: return ["W": 0.001, "kW": 1, "KW": 1, "kw": 1, "MW": 1000][unit]
        case .carbonIntensity:
            return Quantity.folded(
                unit,
                [
                    "g/kWh": 1, "gCO2/kWh": 1, "gCO2eq/kWh": 1, "gCO₂/kWh": 1, "gCO₂eq/kWh": 1, "kg/MWh": 1,
                    "kgCO2/MWh": 1, "kg/kWh": 1000, "t/MWh": 1000, "tCO2/MWh": 1000,
                ])
        case .temperature: return ["degC": 1, "°C": 1, "C": 1][unit]
        case .share: return ["%": 0.01, "1": 1][unit]
        case .energyPrice:
            return MoneyUnit(unit)?.factor(in: currency)
                ?? money(unit, currency, per: ["/kWh": 1, "/MWh": 0.001, "/Wh": 1000])
        case .capacityPrice:
            return money(unit, currency, per: ["/kW/h": 1, "/MW/h": 0.001, "/kWh": 1, "/MWh": 0.001])
        }
    }

    private func money(_ unit: String, _ currency: String, per: [String: Double]) -> Double? {
        guard let slash = unit.firstIndex(of: "/"), let scale = per[String(unit[slash...])] else { return nil }
        switch String(unit[..<slash]) {
        case currency: return scale
        case "ct", "cent", "c": return scale / 100
        case "p", "pence": return currency == "GBP" ? scale / 100 : nil
        default: return nil
        }
    }

    /// Units of power and of grams, whatever the case of their letters.
    private static func folded(_ unit: String, _ factors: [String: Double]) -> Double? {
        let compact = unit.lowercased().filter { !$0.isWhitespace }
        return factors.first { $0.key.lowercased() == compact }?.value
    }

    /// The units that a message should name.
    func allowed(_ currency: String) -> String {
        switch self {
        case .power: "W, kW, MW"
        case .carbonIntensity: "g/kWh, kg/MWh, t/MWh"
        case .temperature: "degC"
        case .share: "%"
        case .energyPrice: "\(currency)/kWh, \(currency)/MWh, ct/kWh"
        case .capacityPrice: "\(currency)/kW/h, \(currency)/MW/h"
        }
    }
}

extension Quantity {
    /// What a value in the unit that stands at `value` is multiplied by; nil, and a finding, where it does not fit.
    func factor(of value: InputValue) -> Double? {
        guard let text = value.text() else { return nil }
        return factor(of: text, at: value)
    }

    /// What a value in `unit` is multiplied by; nil, and a finding at `value`, where it does not fit.
    func factor(of unit: String, at value: InputValue) -> Double? {
        let currency = value.currency
        if let factor = factor(of: unit, currency: currency) { return factor }
        if case .energyPrice = self, let money = MoneyUnit(unit), let names = money.currencies {
            refuseMoney(names.sorted().joined(separator: " or "), at: value)
            return nil
        }
        let code = unit.prefix { $0 != "/" }
        let isOtherMoney =
            ["p", "pence"].contains(code) || (code.count == 3 && code.allSatisfy { $0.isASCII && $0.isUppercase })
        if isOtherMoney, factor(of: currency + unit.dropFirst(code.count), currency: currency) != nil {
            refuseMoney(code.count == 3 ? String(code) : "GBP", at: value)
        } else {
            value.error("unit \(unit) does not fit here (\(allowed(currency)))")
        }
        return nil
    }

    /// Says that values are other money than the scenario's.
    func refuseMoney(_ name: String, at value: InputValue) {
        value.error("is in \(name), but the scenario's currency is \(value.currency): convert it with scale")
    }
}
