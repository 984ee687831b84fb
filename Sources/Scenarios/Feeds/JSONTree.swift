import Foundation

/// A JSON document, read leniently enough for feeds: keys that nobody asks for are nobody's business.
struct JSONTree {
    let value: Any

    /// Nil, and a problem, where `bytes` are no JSON.
    init?(_ bytes: [UInt8], _ problems: FeedProblems) {
        let body = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Data(bytes.dropFirst(3)) : Data(bytes)
        guard let value = try? JSONSerialization.jsonObject(with: body, options: .fragmentsAllowed) else {
            problems.add("is not JSON")
            return nil
        }
        self.value = value
    }

    private init(_ value: Any) { self.value = value }

    subscript(_ key: String) -> JSONTree? {
        guard let found = (value as? [String: Any])?[key], !(found is NSNull) else { return nil }
        return JSONTree(found)
    }
    var list: [JSONTree]? { (value as? [Any])?.map(JSONTree.init) }
    var entries: [(key: String, value: JSONTree)]? {
        (value as? [String: Any])?.map { ($0.key, JSONTree($0.value)) }.sorted { $0.0 < $1.0 }
    }
    var text: String? { value as? String }
    /// A finite number; not a flag, and not a text that looks like one.
    var number: Double? {
        guard let number = value as? NSNumber, !isFlag(number), number.doubleValue.isFinite else {
            return nil
        }
        return number.doubleValue
    }

    /// The first list under a key, however deep: answers come wrapped in `data`, `viewer`, `homes`.
    func deepList(_ key: String) -> [JSONTree]? {
        if let list = self[key]?.list { return list }
        for child in entries?.map(\.value) ?? list ?? [] {
            if let found = child.deepList(key) { return found }
        }
        return nil
    }

    /// Every value under a key, however deep.
    func all(_ key: String) -> [JSONTree] {
        var found: [JSONTree] = []
        if let own = self[key] { found.append(own) }
        for child in entries?.map(\.value) ?? list ?? [] { found += child.all(key) }
        return found
    }
}

/// Whether a number was `true` or `false` in the file: those are kept as characters.
private func isFlag(_ number: NSNumber) -> Bool { String(cString: number.objCType) == "c" }
