import Foundation
import Scenarios

/// Where the present state of a vehicle, or of a key of the scenario, is read: `[KEY=]PLACE[#PATH]`.
///
///     ev1=/run/ev1.json#soc
///     ev1=http://evcc.local:7070/api/state#loadpoints.0.vehicleSoc
///     ev1=mqtt:home/car/soc
///     state.json                      an object: { "ev1": 43, "vehicles[0].plugged[0].departure_soc": 0.9 }
public struct StateSource: Sendable, Equatable {
    enum Place: Sendable, Equatable {
        case file(String)
        case http(HTTPRequest)
        case mqtt(topic: String)
    }

    /// A vehicle's or battery's id, or a key of the scenario; nil: the value is an object of those, or the only vehicle's
    /// state of charge.
    let key: String?
    let place: Place
    /// Keys and indices into the JSON that is found there.
    let path: [String]
    /// As it was written.
    public let description: String

    /// Nil where `text` is no such place.
    public init?(_ text: String) {
        description = text
        var rest = text[...]
        // An address may hold an equals sign; a key has no slash.
        if let equals = rest.firstIndex(of: "="), !rest[..<equals].contains(where: { $0 == "/" || $0 == ":" }) {
            guard equals > rest.startIndex else { return nil }
            key = String(rest[..<equals])
            rest = rest[rest.index(after: equals)...]
        } else {
            key = nil
        }
        if let mark = rest.lastIndex(of: "#") {
            path = rest[rest.index(after: mark)...].split(separator: ".").map(String.init)
            guard !path.isEmpty else { return nil }
            rest = rest[..<mark]
        } else {
            path = []
        }
        guard !rest.isEmpty else { return nil }
        if rest.hasPrefix("mqtt:") {
            let topic = String(rest.dropFirst("mqtt:".count))
            guard !topic.isEmpty, !topic.contains(where: { "+#".contains($0) }) else { return nil }
            place = .mqtt(topic: topic)
        } else if rest.contains("://") {
            guard let request = HTTPRequest(String(rest)) else { return nil }
            place = .http(request)
        } else {
            place = .file(String(rest))
        }
    }

    /// Its topic, where MQTT brings it.
    public var topic: String? {
        if case .mqtt(let topic) = place { return topic }
        return nil
    }

    /// Why a state is of no use.
    struct Problem: Error, Equatable { var message: String }

    /// What `text` says of the state: a value for each vehicle's id or key of the scenario.
    ///
    /// A vehicle's value is its state of charge in percent, with or without the sign. What a hub calls unknown or unavailable
    /// is left out.
    ///
    /// - Throws: `Problem` where it cannot be read.
    func values(in text: String) throws(Problem) -> [String: StateValue] {
        let trimmed = text.trimmingCharacters(in: .whitespacesAndNewlines)
        var found: Any =
            (try? JSONSerialization.jsonObject(with: Data(trimmed.utf8), options: .fragmentsAllowed)) ?? trimmed
        for part in path {
            if let object = found as? [String: Any], let inner = object[part] {
                found = inner
            } else if let list = found as? [Any], let index = Int(part), list.indices.contains(index) {
                found = list[index]
            } else {
                throw Problem(message: "has no \(path.joined(separator: "."))")
            }
        }
        if let key { return try StateValue(found, of: key).map { [key: $0] } ?? [:] }
        guard let object = found as? [String: Any] else {
            return try StateValue(found, of: StateValue.onlyVehicle).map { [StateValue.onlyVehicle: $0] } ?? [:]
        }
        var values: [String: StateValue] = [:]
        for (key, value) in object {
            if let value = try StateValue(value, of: key) { values[key] = value }
        }
        return values
    }
}

/// A part of the present state.
enum StateValue: Sendable, Equatable {
    /// 0...1.
    case stateOfCharge(Double)
    /// What a key of the scenario becomes, as YAML.
    case text(String)

    /// Stands for the first vehicle where no name is given.
    static let onlyVehicle = "0"

    /// Nil where nothing is known.
    init?(_ found: Any, of key: String) throws(StateSource.Problem) {
        let text = "\(found)".trimmingCharacters(in: .whitespaces)
        if found is NSNull || ["", "unknown", "unavailable", "none", "null"].contains(text.lowercased()) { return nil }
        guard !key.contains(where: { $0 == "." || $0 == "[" }) else {
            self = .text(try StateValue.yaml(found, key))
            return
        }
        let isFlag = text == "true" || text == "false"
        let digits = (text.hasSuffix("%") ? String(text.dropLast()) : text).trimmingCharacters(in: .whitespaces)
        guard !isFlag, let percent = Double(digits), (0...100).contains(percent) else {
            throw .init(message: "\(key): a state of charge must be 0 to 100 percent, got \(text.prefix(60))")
        }
        self = .stateOfCharge((percent * 1e7).rounded() / 1e9)
    }

    private static func yaml(_ found: Any, _ key: String) throws(StateSource.Problem) -> String {
        // JSON is YAML too.
        guard let data = try? JSONSerialization.data(withJSONObject: found, options: [.fragmentsAllowed, .sortedKeys])
        else { throw .init(message: "\(key): the value cannot be read") }
        return String(decoding: data, as: UTF8.self)
    }

    /// Whether a plan for `other` holds for this too: a battery's charge that moved a little waits for the next step.
    func isNear(_ other: StateValue?) -> Bool {
        switch (self, other) {
        case (.stateOfCharge(let now), .stateOfCharge(let then)): abs(now - then) < StateValue.minChange
        default: self == other
        }
    }
    /// Of a state of charge: a percent.
    private static let minChange = 0.01
}
