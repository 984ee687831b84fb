import Scenarios
import Yams

/// A place in a scenario: `vehicles[0].battery.capacity_kwh`, `vehicles[ev1].charger`, `vehicles[*].battery.ageing.cell`.
public struct ScenarioKey: Sendable, Equatable, CustomStringConvertible {
    enum Part: Sendable, Equatable {
        case key(String)
        case index(Int)
        /// Each item of a list.
        case every
        /// The item of a list that has this id.
        case id(String)
    }

    let parts: [Part]
    /// As it was written.
    public let description: String

    /// Nil where `text` is no such path.
    public init?(_ text: String) {
        var parts: [Part] = []
        for name in text.split(separator: ".", omittingEmptySubsequences: false) {
            let pieces = name.split(separator: "[", omittingEmptySubsequences: false)
            guard let key = pieces.first, !key.isEmpty, !key.contains("]") else { return nil }
            parts.append(.key(String(key)))
            for piece in pieces.dropFirst() {
                guard piece.last == "]", piece.count > 1 else { return nil }
                let inner = String(piece.dropLast())
                parts.append(inner == "*" ? .every : Int(inner).map(Part.index) ?? .id(inner))
            }
        }
        self.parts = parts
        description = text
    }

    /// Why nothing can be put at a key.
    public struct Problem: Error, Equatable {
        /// What is wrong, without the key.
        public var message: String
    }

    /// `node` with `value` at this key; maps on the way that are missing are made, lists are not.
    func setting(_ value: ScenarioValue, in node: Node) throws(Problem) -> Node {
        try ScenarioKey.setting(value, in: node, at: parts[...], walked: "")
    }

    private static func setting(
        _ value: ScenarioValue, in node: Node, at parts: ArraySlice<Part>, walked: String
    ) throws(Problem) -> Node {
        guard let part = parts.first else { return value.node }
        let rest = parts.dropFirst()
        if case .key(let key) = part {
            let path = walked.isEmpty ? key : "\(walked).\(key)"
            var mapping: Node.Mapping
            switch node {
            case .mapping(let found): mapping = found
            case .scalar(let scalar) where ["", "~", "null"].contains(scalar.string): mapping = Node.Mapping([])
            default: throw Problem(message: "\(walked.isEmpty ? "the scenario" : walked) is not a map")
            }
            mapping[key] = try setting(value, in: mapping[key] ?? Node(""), at: rest, walked: path)
            return .mapping(mapping)
        }
        guard case .sequence(var items) = node else { throw Problem(message: "\(walked) is not a list") }
        let indices: [Int]
        switch part {
        case .index(let index): indices = items.indices.contains(index) ? [index] : []
        case .every: indices = Array(items.indices)
        case .id(let id): indices = items.indices.filter { items[$0].mapping?["id"]?.scalar?.string == id }
        case .key: indices = []
        }
        guard !indices.isEmpty else {
            throw Problem(message: "\(walked) has \(items.count) \(items.count == 1 ? "item" : "items"), not this one")
        }
        for index in indices {
            items[index] = try setting(value, in: items[index], at: rest, walked: "\(walked)[\(index)]")
        }
        return .sequence(items)
    }
}
