import Foundation
import Scenarios

@testable import ScenarioFiles

/// A file for each line of `JSONSources`, and OpenADR.
extension FeedSample {
    private typealias S = FeedSample

    static let json: [FeedSample] = JSONSources.all.map(sample) + [openadr]

    static let all = tables + json

    private static func sample(_ source: JSONSource) -> FeedSample {
        let usual = source.values.first
        let unitText = usual?.unit ?? source.unit
        let currency = unitText.flatMap { MoneyUnit($0)?.currencies?.sorted().first } ?? "EUR"
        let isMoney = unitText.map { MoneyUnit($0) != nil } ?? false
        let unit = unitText.map { text in
            guard var unit = MoneyUnit(text) else { return text }
            if unit.currencies == nil, !unit.isCents { unit.currencies = [currency] }
            return unit.text
        }
        return FeedSample(
            name: source.title, unit: isMoney || unitText != nil ? unit : nil, currency: currency,
            hole: source.isHeld || source.shape == .keyed ? .previous : .gap,
            nulls: source.isHeld || source.shape == .keyed ? [] : ["null"],
            hasLengths: source.end != nil || source.length != nil, stampsAreEnds: source.stampsAreEnds,
            isCurve: source.shape == .keyed, isPrice: unitText.map { !["kW", "W", "g/kWh"].contains($0) } ?? true,
            zone: source.zone ?? "UTC",
            options: { options in
                if source.shape == .keyed { options.timezone = WallClock(timeZone: "Europe/Berlin") }
                if let unitText, ["kW", "W"].contains(unitText) { options.quantity = .power }
                if unitText == "g/kWh" { options.quantity = .carbonIntensity }
            },
            text: { document(source, $0) },
            otherUnits: usual?.unit == nil && isMoney && source.shape == .records && source.zoneMap == nil
                ? [
                    "ct/kWh": { "{\"unit\": \"ct/kWh\", \"data\": \(document(source, $0))}" },
                    "\(currency)/Wh": {
                        "{\"unit_of_measurement\": \"\(currency)/Wh\", \"data\": \(document(source, $0))}"
                    },
                ] : [:])
    }

    /// The list of a source within what it stands in.
    private static func document(_ source: JSONSource, _ rows: [Row]) -> String {
        let list: String
        switch source.shape {
        case .records: list = "[" + rows.map { record(source, $0) }.joined(separator: ",\n") + "]"
        case .columns:
            let (times, values) = (rows.map { "\($0.start)" }, rows.map { S.decimal($0.number) })
            return """
                {"license_info": "CC BY 4.0", "\(source.start)": [\(times.joined(separator: ","))],
                "\(source.values[0].path)": [\(values.joined(separator: ","))], "unit": "EUR / MWh", "deprecated": false}
                """
        case .pairs:
            list = "[" + rows.map { "[\($0.start * 1000), \(S.decimal($0.number))]" }.joined(separator: ",\n") + "]"
        case .keyed:
            list =
                "{"
                + rows.map { "\"\(S.stamp($0.start, "Europe/Berlin"))\": \(S.decimal($0.number))" }.joined(
                    separator: ",\n")
                + "}"
        }
        var key = source.lists.sorted().last { !$0.isEmpty } ?? (source.lists.isEmpty ? "data" : "")
        if source.lists.isEmpty, source.listKey == "zone" { key = source.isListKeyZone ? "SE3" : "ee" }
        if source.listKey == "column" { key = ["energyzero": "base", "forecastsolar": "watts"][source.name] ?? "grid" }
        if source.listKey == "home", source.lists.isEmpty { return "{\"prices\": {\"home\": \(list)}}\n" }
        let more = source.zoneMap == nil ? "" : ", \"currency\": \"EUR\""
        return key.isEmpty ? list + "\n" : "{\"\(key)\": \(list)\(more)}\n"
    }

    private static func record(_ source: JSONSource, _ row: Row) -> String {
        let value = S.decimal(row.number)
        var parts: [String] = []
        func time(_ seconds: Int) -> String {
            switch source.start {
            case "start_timestamp", "millisUTC": "\(seconds * 1000)"
            case "timestamp": "\(seconds)"
            default:
                source.zone.map { "\"\(S.stamp(seconds, $0, separator: "T"))\"" } ?? "\"\(S.iso(seconds))\""
            }
        }
        parts.append("\"\(source.start)\": \(time(source.stampsAreEnds ? row.end : row.start))")
        if let end = source.end { parts.append("\"\(end)\": \(time(row.end))") }
        if let length = source.length { parts.append("\"\(length)\": \"PT\(row.seconds / 60)M\"") }
        if let zoneMap = source.zoneMap {
            parts.append("\"\(zoneMap)\": {\"SE3\": \(value)}")
        } else if let path = source.values.first?.path {
            let terms = path.split(separator: "+").map(String.init)
            for (index, term) in terms.enumerated() {
                let number = index == 0 ? value : row.number == nil ? "null" : "0"
                let keys = term.split(separator: ".")
                parts.append(
                    keys.count == 2 ? "\"\(keys[0])\": {\"\(keys[1])\": \(number)}" : "\"\(term)\": \(number)")
            }
        }
        for key in source.needs where !source.values.contains(where: { $0.path == key }) {
            parts.append("\"\(key)\": 1")
        }
        return "{" + parts.joined(separator: ", ") + "}"
    }

    private static let openadr = FeedSample(
        name: "OpenADR event", unit: "EUR/kWh", nulls: [],
        text: { rows in
            let intervals = rows.enumerated().map { index, row in
                "{\"id\": \(index), \"intervalPeriod\": {\"start\": \"\(S.iso(row.start, "UTC"))\", \"duration\": "
                    + "\"PT\(row.seconds / 60)M\"}, \"payloads\": [{\"type\": \"PRICE\", \"values\": [\(S.decimal(row.number))]}]}"
            }
            return """
                {"objectType": "EVENT", "payloadDescriptors": [{"payloadType": "PRICE", "units": "KWH", "currency": "EUR"}],
                "intervals": [\(intervals.joined(separator: ",\n"))]}

                """
        })
}
