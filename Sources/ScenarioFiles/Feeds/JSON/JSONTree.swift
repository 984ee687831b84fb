import Scenarios

/// A value of a JSON document, read leniently enough for feeds: unknown keys are passed over.
struct JSONTree {
    let document: JSONDocument
    let index: Int

    /// Nil, and a problem with its line and column, where `bytes` are no JSON.
    init?(_ bytes: [UInt8], _ problems: FeedProblems) {
        do {
            document = try JSONDocument(bytes)
            index = 0
        } catch {
            problems.add(line: error.line, column: error.column, "is not JSON: \(error.message)")
            return nil
        }
    }

    private init(_ document: JSONDocument, _ index: Int) {
        self.document = document
        self.index = index
    }

    private var value: JSONDocument.Value { document.values[index] }
    var isNull: Bool { value.kind == .null }
    var isObject: Bool { value.kind == .object }
    var isFlag: Bool { value.kind == .flag }

    /// The value at a key, null too; nil where there is none.
    func child(_ key: String) -> JSONTree? {
        guard value.kind == .object else { return nil }
        var key = key
        return key.withUTF8 { wanted in
            let values = document.values
            var at = index + 1
            while at < value.next {
                let name = values[at]
                if name.end - name.start == wanted.count, document.bytes[name.start..<name.end].elementsEqual(wanted) {
                    return JSONTree(document, at + 1)
                }
                at = values[at + 1].next
            }
            return nil
        }
    }

    subscript(_ key: String) -> JSONTree? { child(key).flatMap { $0.isNull ? nil : $0 } }

    /// Calls `body` with each value of a list.
    func forEach(_ body: (JSONTree) -> Void) {
        guard value.kind == .list else { return }
        var at = index + 1
        while at < value.next {
            body(JSONTree(document, at))
            at = document.values[at].next
        }
    }

    var list: [JSONTree]? {
        guard value.kind == .list else { return nil }
        var found: [JSONTree] = []
        forEach { found.append($0) }
        return found
    }

    /// The first value of a list.
    var first: JSONTree? {
        value.kind == .list && index + 1 < value.next ? JSONTree(document, index + 1) : nil
    }

    /// Keys and values of an object, in the order of the text.
    var entries: [(key: String, value: JSONTree)]? {
        guard value.kind == .object else { return nil }
        var found: [(key: String, value: JSONTree)] = []
        var at = index + 1
        while at < value.next {
            found.append((document.text(document.values[at]), JSONTree(document, at + 1)))
            at = document.values[at + 1].next
        }
        return found
    }

    var text: String? { value.kind == .text ? document.text(value) : nil }
    /// `true` or `false`.
    var flag: Bool? { value.kind == .flag ? document.bytes[value.start] == 116 : nil }

    /// A finite number; not a flag, and not a text that looks like one.
    var number: Double? {
        guard value.kind == .number else { return nil }
        return DecimalText.number(document.bytes, value.start..<value.end)
    }

    /// A number, or a text that holds nothing else (some sources quote theirs, one with a decimal comma).
    var looseNumber: Double? {
        switch value.kind {
        case .number: return DecimalText.number(document.bytes, value.start..<value.end)
        case .text:
            return DecimalText.number(document.bytes, value.start..<value.end, decimalMark: 46)
                ?? DecimalText.number(document.bytes, value.start..<value.end, decimalMark: 44)
        default: return nil
        }
    }

    /// A scalar as it is written.
    var scalarText: String? {
        switch value.kind {
        case .text: document.text(value)
        case .number, .flag: String(decoding: document.bytes[value.start..<value.end], as: UTF8.self)
        default: nil
        }
    }

    /// The bytes of a text, for reading times in place.
    var textRange: Range<Int>? { value.kind == .text ? value.start..<value.end : nil }

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
