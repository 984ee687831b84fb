import Scenarios
import Yams

/// Reads a map key by key, and reports what is missing, wrong, or not known.
package final class SectionReader {
    /// Unknown keys of one map that are named.
    private static let maxUnknown = 20

    private let entries: [(key: Node, name: String, value: Node)]
    /// The map itself.
    package let value: InputValue
    private var known: [String] = []

    init(mapping: Node.Mapping, value: InputValue) {
        // Looked up by text: a node's own comparison works out its tag each time.
        entries = mapping.map { ($0.key, $0.key.scalar?.string ?? "?", $0.value) }
        self.value = value
    }

    /// The value at `key`, nil where it is absent or null; the key counts as known from now on.
    package func optional(_ key: String) -> InputValue? {
        known.append(key)
        value.context.onAsked?(value.path, key)
        let path = value.path.isEmpty ? key : "\(value.path).\(key)"
        if let cell = value.context.fleet?.cells[path] { return cell }
        guard let node = entries.first(where: { $0.name == key })?.value else { return nil }
        let found = InputValue(node: node, path: path, context: value.context)
        return found.isNull ? nil : found
    }

    /// The value at `key`; a finding where it is absent.
    package func required(_ key: String, _ example: String) -> InputValue? {
        if let found = optional(key) { return found }
        (value.context.fleet?.row ?? value).error("\(key) is missing (for example \(example))")
        return nil
    }

    /// The number at `key`, or `fallback` where it is absent.
    package func number(
        _ key: String, _ range: NumberRange = .any, unit: String = "", default fallback: Double
    ) -> Double {
        optional(key)?.number(range, unit: unit) ?? fallback
    }

    /// The number at `key`; a finding where it is absent.
    package func number(_ key: String, _ range: NumberRange = .any, unit: String = "", example: String) -> Double? {
        required(key, example)?.number(range, unit: unit)
    }

    /// One value per step at `key`; a finding where it is absent.
    package func series(_ key: String, _ quantity: Quantity, _ range: NumberRange = .any, example: String) -> [Double]?
    {
        required(key, example)?.series(quantity, range)
    }

    /// One value per step at `key`; nil where it is absent, or wrong (then there are findings).
    package func optionalSeries(_ key: String, _ quantity: Quantity, _ range: NumberRange = .any) -> [Double]? {
        optional(key)?.series(quantity, range)
    }

    /// The time from the key `from` to the key `to`; a missing one is open (the horizon's start or end). Nil, and
    /// findings, where they are no times or end before they start.
    package func timeRange() -> Range<Instant>? {
        let (from, to) = (optional("from"), optional("to"))
        guard let grid = value.grid else { return nil }
        let (start, end) = (from.map { $0.instant() } ?? grid.start, to.map { $0.instant() } ?? grid.end)
        guard let start, let end else { return nil }
        guard start < end else {
            let clock = value.context.clock
            (to ?? from)?.error("must be after from (\(clock.dateTime(start))), got \(clock.dateTime(end))")
            return nil
        }
        return start..<end
    }

    /// Reports every unknown key.
    package func finish() {
        let asked = Set(known)
        let unknown = entries.filter { !asked.contains($0.name) }
        for (key, name, _) in unknown.prefix(SectionReader.maxUnknown) {
            let path = value.path.isEmpty ? excerpt(name) : "\(value.path).\(excerpt(name))"
            let hint = nearestWord(to: excerpt(name), among: known).map { "; did you mean \($0)?" } ?? ""
            InputValue(node: key, path: path, context: value.context).error("unknown key\(hint)")
        }
        if unknown.count > SectionReader.maxUnknown {
            value.error("has \(unknown.count - SectionReader.maxUnknown) more unknown keys")
        }
    }
}
