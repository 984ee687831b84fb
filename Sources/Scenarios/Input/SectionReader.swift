import Yams

/// Reads a map key by key, and reports what is missing, wrong, or not known.
public final class SectionReader {
    private let mapping: Node.Mapping
    /// The map itself.
    public let value: InputValue
    private var known: [String] = []

    init(mapping: Node.Mapping, value: InputValue) {
        self.mapping = mapping
        self.value = value
    }

    /// The value at `key`, nil where it is absent or null; the key counts as known from now on.
    public func optional(_ key: String) -> InputValue? {
        known.append(key)
        guard let node = mapping[key] else { return nil }
        let path = value.path.isEmpty ? key : "\(value.path).\(key)"
        let found = InputValue(node: node, path: path, context: value.context)
        return found.isNull ? nil : found
    }

    /// The value at `key`; a finding where it is absent.
    public func required(_ key: String, _ example: String) -> InputValue? {
        if let found = optional(key) { return found }
        value.error("\(key) is missing (for example \(example))")
        return nil
    }

    /// The number at `key`, or `fallback` where it is absent.
    public func number(
        _ key: String, _ range: NumberRange = .any, unit: String = "", default fallback: Double
    ) -> Double {
        optional(key)?.number(range, unit: unit) ?? fallback
    }

    /// The number at `key`; a finding where it is absent.
    public func number(_ key: String, _ range: NumberRange = .any, unit: String = "", example: String) -> Double? {
        required(key, example)?.number(range, unit: unit)
    }

    /// The keys in the order of the file.
    public var keys: [InputValue] {
        mapping.map { InputValue(node: $0.key, path: value.path, context: value.context) }
    }

    /// Reports every key that nobody asked for.
    public func finish() {
        for (key, _) in mapping {
            let name = key.scalar?.string ?? "?"
            guard !known.contains(name) else { continue }
            let path = value.path.isEmpty ? name : "\(value.path).\(name)"
            let hint = nearestWord(to: name, among: known).map { "; did you mean \($0)?" } ?? ""
            InputValue(node: key, path: path, context: value.context).error("unknown key\(hint)")
        }
    }
}
