import Scenarios

/// A JSON text as a flat list of its values, each of which knows where the next one begins: read in place, without an
/// object for every value, since a year of quarter-hours has hundreds of thousands.
final class JSONDocument: Sendable {
    enum Kind: Sendable { case object, list, text, number, flag, null }

    struct Value: Sendable {
        var kind: Kind
        /// Bytes of the value; of a text, those within its quotes.
        var start: Int
        var end: Int
        /// Number of the value after this one and all that is in it.
        var next: Int
    }

    let bytes: [UInt8]
    /// In the order of the text; of an object, each key is a text before its value.
    let values: [Value]

    /// Deeper nesting is refused: no feed has it.
    static let maxDepth = 256

    /// What is wrong with a text, and where (1-based).
    struct Fault: Error, Equatable {
        var line: Int
        var column: Int
        var message: String
    }

    init(_ bytes: [UInt8]) throws(Fault) {
        self.bytes = bytes
        var parser = JSONParser(bytes)
        values = try parser.values()
    }

    /// The text of a value, its escapes resolved.
    func text(_ value: Value) -> String {
        let part = bytes[value.start..<value.end]
        guard part.contains(92) else { return String(decoding: part, as: UTF8.self) }
        var units: [UInt16] = []
        var at = value.start
        var plain = at
        func flush(_ end: Int) { units += Array(String(decoding: bytes[plain..<end], as: UTF8.self).utf16) }
        while at < value.end {
            guard bytes[at] == 92, at + 1 < value.end else {
                at += 1
                continue
            }
            flush(at)
            at += 1
            switch bytes[at] {
            case 110: units.append(10)
            case 116: units.append(9)
            case 114: units.append(13)
            case 98: units.append(8)
            case 102: units.append(12)
            case 117:
                let digits = String(decoding: bytes[min(at + 1, value.end)..<min(at + 5, value.end)], as: UTF8.self)
                units.append(UInt16(digits, radix: 16) ?? 0xFFFD)
                at += 4
            default: units.append(UInt16(bytes[at]))
            }
            at += 1
            plain = at
        }
        if plain < value.end { flush(value.end) }
        return String(decoding: units, as: UTF16.self)
    }
}

private struct JSONParser {
    let bytes: [UInt8]
    var at = 0
    var found: [JSONDocument.Value] = []

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        found.reserveCapacity(bytes.count / 12)
    }

    mutating func values() throws(JSONDocument.Fault) -> [JSONDocument.Value] {
        try value(depth: 0)
        skipSpace()
        if at < bytes.count { throw fault("the text goes on after its end") }
        return found
    }

    private mutating func value(depth: Int) throws(JSONDocument.Fault) {
        if depth > JSONDocument.maxDepth { throw fault("is nested more than \(JSONDocument.maxDepth) deep") }
        skipSpace()
        guard at < bytes.count else { throw fault("the text ends where a value is missing") }
        switch bytes[at] {
        case 123: try object(depth)
        case 91: try list(depth)
        case 34: try text()
        case 45, 48...57: try number()
        case 116: try word("true", .flag)
        case 102: try word("false", .flag)
        case 110: try word("null", .null)
        // Python writes these; neither is a number.
        case 78: try word("NaN", .null)
        default: throw fault("no value begins with \(character())")
        }
    }

    private mutating func object(_ depth: Int) throws(JSONDocument.Fault) {
        let own = open(.object)
        skipSpace()
        if at < bytes.count, bytes[at] == 125 { return close(own) }
        while true {
            skipSpace()
            guard at < bytes.count else { throw fault("the text ends within an object") }
            guard bytes[at] == 34 else { throw fault("a key must be in quotes, got \(character())") }
            try text()
            skipSpace()
            guard at < bytes.count else { throw fault("the text ends within an object") }
            guard bytes[at] == 58 else { throw fault("a key must be followed by :, got \(character())") }
            at += 1
            try value(depth: depth + 1)
            if try isLast(125, "an object") { return close(own) }
        }
    }

    private mutating func list(_ depth: Int) throws(JSONDocument.Fault) {
        let own = open(.list)
        skipSpace()
        if at < bytes.count, bytes[at] == 93 { return close(own) }
        while true {
            try value(depth: depth + 1)
            if try isLast(93, "a list") { return close(own) }
        }
    }

    private mutating func isLast(_ end: UInt8, _ what: String) throws(JSONDocument.Fault) -> Bool {
        skipSpace()
        guard at < bytes.count else { throw fault("the text ends within \(what)") }
        if bytes[at] == end { return true }
        guard bytes[at] == 44 else { throw fault("expected , or the end of \(what), got \(character())") }
        at += 1
        return false
    }

    private mutating func open(_ kind: JSONDocument.Kind) -> Int {
        found.append(.init(kind: kind, start: at, end: at, next: 0))
        at += 1
        return found.count - 1
    }

    private mutating func close(_ own: Int) {
        at += 1
        found[own].end = at
        found[own].next = found.count
    }

    private mutating func add(_ kind: JSONDocument.Kind, _ start: Int, _ end: Int) {
        found.append(.init(kind: kind, start: start, end: end, next: found.count + 1))
    }

    private mutating func text() throws(JSONDocument.Fault) {
        let start = at + 1
        at = start
        while at < bytes.count, bytes[at] != 34 {
            if bytes[at] == 92 { at += 1 }
            if at < bytes.count, bytes[at] == 10 { throw fault("a text does not end on its line") }
            at += 1
        }
        guard at < bytes.count else {
            at = bytes.count
            throw fault("the text ends within quotes")
        }
        add(.text, start, at)
        at += 1
    }

    private mutating func number() throws(JSONDocument.Fault) {
        let start = at
        while at < bytes.count {
            switch bytes[at] {
            case 48...57, 43, 45, 46, 69, 101: at += 1
            default:
                add(.number, start, at)
                return
            }
        }
        add(.number, start, at)
    }

    private mutating func word(_ word: StaticString, _ kind: JSONDocument.Kind) throws(JSONDocument.Fault) {
        let count = word.utf8CodeUnitCount
        guard at + count <= bytes.count,
            bytes[at..<(at + count)].elementsEqual(UnsafeBufferPointer(start: word.utf8Start, count: count))
        else { throw fault("no value begins with \(character())") }
        add(kind, at, at + count)
        at += count
    }

    private mutating func skipSpace() {
        while at < bytes.count, bytes[at] == 32 || bytes[at] == 10 || bytes[at] == 13 || bytes[at] == 9 { at += 1 }
    }

    private func character() -> String {
        guard at < bytes.count else { return "nothing" }
        let first = String(decoding: bytes[at..<min(bytes.count, at + 4)], as: UTF8.self).first
        return "\"\(first.map(String.init) ?? "")\""
    }

    private func fault(_ message: String) -> JSONDocument.Fault {
        let before = bytes[..<min(at, bytes.count)]
        let line = before.lazy.filter { $0 == 10 }.count + 1
        let start = before.lastIndex(of: 10).map { $0 + 1 } ?? 0
        let column = String(decoding: bytes[start..<min(at, bytes.count)], as: UTF8.self).count + 1
        return JSONDocument.Fault(line: line, column: column, message: message)
    }
}
