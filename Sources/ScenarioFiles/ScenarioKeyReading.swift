import Yams

extension ScenarioDocument {
    /// What stands at `key`; nil where nothing does, or where the items that it means (`[*]`) differ.
    package func value(at key: ScenarioKey) -> ScenarioValue? {
        let found = ScenarioDocument.values(at: key.parts[...], in: root)
        guard let first = found.first, found.allSatisfy({ $0 == first }) else { return nil }
        return first
    }

    private static func values(at parts: ArraySlice<ScenarioKey.Part>, in node: Node?) -> [ScenarioValue?] {
        guard let node else { return [nil] }
        guard let part = parts.first else { return [ScenarioValue(node)] }
        let rest = parts.dropFirst()
        switch part {
        case .key(let key): return values(at: rest, in: node.mapping?[key])
        case .index(let index):
            guard let items = node.sequence, items.indices.contains(index) else { return [nil] }
            return values(at: rest, in: items[index])
        case .every: return (node.sequence.map(Array.init) ?? []).flatMap { values(at: rest, in: $0) }
        case .id(let id):
            return values(at: rest, in: node.sequence?.first { $0.mapping?["id"]?.scalar?.string == id })
        }
    }
}
