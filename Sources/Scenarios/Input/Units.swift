/// What a series measures, and so which units it may be written in.
public enum Quantity: Sendable, Equatable {
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

    /// The unit that a bare number has.
    func baseUnit(_ currency: String) -> String {
        switch self {
        case .energyPrice: "\(currency)/kWh"
        case .capacityPrice: "\(currency)/kW/h"
        case .power: "kW"
        case .carbonIntensity: "g/kWh"
        case .temperature: "degC"
        }
    }

    /// What a value in `unit` is multiplied by; nil where the unit measures something else.
    func factor(of unit: String, currency: String) -> Double? {
        switch self {
        case .power: return ["W": 0.001, "kW": 1, "MW": 1000][unit]
        case .carbonIntensity:
            return ["g/kWh": 1, "gCO2/kWh": 1, "kg/MWh": 1, "kg/kWh": 1000, "t/MWh": 1000][unit]
        case .temperature: return ["degC": 1, "°C": 1, "C": 1][unit]
        case .energyPrice: return money(unit, currency, per: ["/kWh": 1, "/MWh": 0.001, "/Wh": 1000])
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

    /// The units that a message should name.
    func allowed(_ currency: String) -> String {
        switch self {
        case .power: "W, kW, MW"
        case .carbonIntensity: "g/kWh, kg/MWh, t/MWh"
        case .temperature: "degC"
        case .energyPrice: "\(currency)/kWh, \(currency)/MWh, ct/kWh"
        case .capacityPrice: "\(currency)/kW/h, \(currency)/MW/h"
        }
    }
}
