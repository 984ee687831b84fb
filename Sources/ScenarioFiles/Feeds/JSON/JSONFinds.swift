import Scenarios

/// A list of times and values that was found in a document, and what stands around it.
struct JSONFind {
    var source: JSONSource
    var node: JSONTree
    /// The maps that the list is in, the innermost last, and the key that each is under.
    var around: [JSONFindPath.Step]
    /// The key that the list stands under; empty for none.
    var key: String
}

/// The way from the document's root to a value.
struct JSONFindPath {
    struct Step {
        var key: String
        var node: JSONTree
        /// Place in a list, where it is an item of one.
        var index: Int?
    }

    var steps: [Step] = []
}

/// Looks for lists that a source could have written, whatever they are wrapped in.
struct JSONFinder {
    let sources: [JSONSource]
    private(set) var finds: [JSONFind] = []

    init(_ tree: JSONTree, named name: String?) {
        sources = name.map { name in JSONSources.all.filter { $0.name == name } } ?? JSONSources.all
        walk(tree, key: "", around: [], depth: 0)
        // All of one source: the first in the table that fits anything.
        guard let best = finds.map(\.source.rank).min() else { return }
        finds.removeAll { $0.source.rank != best }
    }

    private mutating func walk(_ node: JSONTree, key: String, around: [JSONFindPath.Step], depth: Int) {
        if let source = sources.first(where: { $0.fits(node, key: key) }) {
            finds.append(JSONFind(source: source, node: node, around: around, key: key))
            return
        }
        guard depth < 24 else { return }
        if let entries = node.entries {
            for entry in entries {
                walk(
                    entry.value, key: entry.key, around: around + [.init(key: key, node: node, index: nil)],
                    depth: depth + 1)
            }
        } else if let first = node.first, first.isObject || first.first != nil {
            for (index, item) in (node.list ?? []).enumerated() {
                // An item keeps the name of its list.
                walk(item, key: key, around: around + [.init(key: key, node: item, index: index)], depth: depth + 1)
            }
        }
    }
}

extension JSONSource {
    /// Its place in the table.
    var rank: Int { JSONSources.all.firstIndex { $0.title == title } ?? .max }

    /// Whether a value is a list (or a map) of this source.
    func fits(_ node: JSONTree, key: String) -> Bool {
        guard lists.isEmpty || lists.contains(key) else { return false }
        if isListKeyZone, !JSONSource.isZone(key) { return false }
        switch shape {
        case .records:
            guard let record = node.first.map(JSONSource.record), record.isObject, record.child(start) != nil,
                needs.allSatisfy({ record.child($0) != nil })
            else { return false }
            if let zoneMap { return record.child(zoneMap) != nil }
            return values.contains { $0.isIn(record) }
        case .columns:
            guard let times = node[start], times.first != nil else { return false }
            return values.contains { node[$0.path]?.first != nil }
        case .pairs:
            guard let pair = node.first?.list, pair.count == 2 else { return false }
            return pair[0].number != nil
        case .keyed:
            guard let first = node.entries?.first, first.value.number != nil else { return false }
            let bytes = Array(first.key.utf8)
            return LooseTime(bytes, 0..<bytes.count)?.hasTime == true
        }
    }

    /// What is in an `edges` item is its `node`.
    static func record(_ node: JSONTree) -> JSONTree { node["node"].flatMap { $0.isObject ? $0 : nil } ?? node }

    /// `SE3`, `DK1`, `NL`, `GER`, `DE-LU`.
    private static func isZone(_ key: String) -> Bool {
        ["GER", "SYS", "TEL", "DE-LU", "DE_LU", "IT-North"].contains(key)
            || ((2...3).contains(key.count) && key.prefix(2).allSatisfy { $0.isUppercase && $0.isASCII }
                && key.dropFirst(2).allSatisfy(\.isNumber))
    }
}

extension JSONSource.Value {
    /// Whether a record has it, be it null.
    /// A sum is there where more than its first part is: without taxes and markup a market price is no total.
    func isIn(_ record: JSONTree) -> Bool {
        guard terms.first.flatMap({ node(record, $0) }) != nil else { return false }
        return terms.count == 1 || terms.dropFirst().contains { node(record, $0) != nil }
    }

    /// The number in a record; nil where there is none, and whether what stands there is something else.
    func number(_ record: JSONTree) -> (value: Double?, isWrong: Bool) {
        if terms.count == 1 {
            guard let node = node(record, terms[0]), !node.isNull else { return (nil, false) }
            let number = node.looseNumber
            if number == nil, let text = node.text, CSVText(Array(text.utf8)).isMissing(0..<text.utf8.count) {
                return (nil, false)
            }
            return (number, number == nil)
        }
        var sum = 0.0
        for term in terms {
            guard let node = node(record, term) else { continue }
            // A part that the record does not name is nothing; one that is null is not known yet.
            if node.isNull { return (nil, false) }
            guard let number = node.looseNumber else { return (nil, true) }
            sum += number
        }
        return (sum, false)
    }

    private func node(_ record: JSONTree, _ keys: [String]) -> JSONTree? {
        var found: JSONTree? = record
        for key in keys { found = found?.child(key) }
        return found
    }
}
