import Scenarios

/// An element of an XML document; attributes, comments and instructions are passed over.
///
/// For the plain documents of data portals, and by hand: Foundation's parser needs libxml2 at run time and costs every
/// start of the program, also where no XML is read. A year of quarters has 100,000 elements: they are places in the text,
/// and nothing is copied before it is asked for.
struct XMLTree {
    private let document: XMLDocument
    private let index: Int

    /// Without its namespace's prefix.
    var name: String { String(decoding: document.bytes[document.elements[index].name], as: UTF8.self) }
    /// 1-based.
    var line: Int { document.elements[index].line }

    /// The element's own text.
    var text: String {
        if let several = document.severalTexts[index] { return several }
        return XMLDocument.unescaped(String(decoding: document.bytes[document.elements[index].text], as: UTF8.self))
    }

    func children(_ name: String) -> [XMLTree] {
        var found: [XMLTree] = []
        forEach(name) { found.append($0) }
        return found
    }

    /// Calls `body` with each child of that name.
    func forEach(_ name: String, _ body: (XMLTree) -> Void) {
        var name = name
        name.withUTF8 { wanted in
            var next = document.elements[index].firstChild
            while next > 0 {
                if document.isNamed(next, wanted) { body(XMLTree(document: document, index: next)) }
                next = document.elements[next].nextSibling
            }
        }
    }

    func child(_ name: String) -> XMLTree? {
        var name = name
        return name.withUTF8 { wanted in
            var next = document.elements[index].firstChild
            while next > 0 {
                if document.isNamed(next, wanted) { return XMLTree(document: document, index: next) }
                next = document.elements[next].nextSibling
            }
            return nil
        }
    }

    /// The text of a child; nil where there is none.
    func text(_ name: String) -> String? { child(name).map { XMLTree.trimmed($0.text) } }

    /// The number that a child's text is; nil where it is none.
    func number(_ name: String) -> Double? {
        guard let child = child(name) else { return nil }
        let element = document.elements[child.index]
        if document.severalTexts[child.index] == nil,
            let plain = DecimalText.number(document.bytes, element.text)
        {
            return plain
        }
        return Double(plain: XMLTree.trimmed(child.text))
    }

    private static func trimmed(_ text: String) -> String {
        String(text.drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
    }

    /// The document's root; nil, and a problem, where it is not well-formed.
    static func root(_ bytes: [UInt8], _ problems: FeedProblems) -> XMLTree? {
        do { return XMLTree(document: try XMLDocument(bytes), index: 0) } catch {
            problems.add(line: error.line, column: 1, "is not XML: \(error.words)")
            return nil
        }
    }
}

/// The elements of a document, each with its first child and its next sibling.
private final class XMLDocument: Sendable {
    struct Element: Sendable {
        var name: Range<Int>
        var line: Int
        /// The first text within it.
        var text: Range<Int>
        /// 0: there is none (the root is nobody's child).
        var firstChild = 0
        var nextSibling = 0
        var lastChild = 0
    }

    struct Fault: Error {
        var line: Int
        var words: String
    }

    let bytes: [UInt8]
    let elements: [Element]
    /// Texts of elements that have them in several pieces, with comments or elements between.
    let severalTexts: [Int: String]

    func isNamed(_ index: Int, _ name: UnsafeBufferPointer<UInt8>) -> Bool {
        let own = elements[index].name
        return own.count == name.count && bytes[own].elementsEqual(name)
    }

    static func unescaped(_ text: String) -> String {
        guard text.contains("&") else { return text }
        var text = text
        for (name, character) in [("lt", "<"), ("gt", ">"), ("quot", "\""), ("apos", "'"), ("amp", "&")] {
            text = text.replacing("&\(name);", with: character)
        }
        return text
    }

    init(_ bytes: [UInt8]) throws(Fault) {
        var scanner = Scanner(bytes: bytes)
        try scanner.scan()
        self.bytes = bytes
        elements = scanner.elements
        severalTexts = scanner.severalTexts
    }

    private struct Scanner {
        let bytes: [UInt8]
        var elements: [Element] = []
        var severalTexts: [Int: String] = [:]
        private var open: [Int] = []
        private var line = 1
        private var at = 0

        init(bytes: [UInt8]) {
            self.bytes = bytes
            elements.reserveCapacity(bytes.count / 32)
            at = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        }

        mutating func scan() throws(Fault) {
            while at < bytes.count {
                guard bytes[at] == 60 else {
                    readText()
                    continue
                }
                if begins("<!--") {
                    try skip("-->", of: "<!--")
                } else if begins("<?") {
                    try skip("?>", of: "<?")
                } else if begins("<!") {
                    try skip(">", of: "<!")
                } else {
                    try readTag()
                }
            }
            if let last = open.last { throw refusal("<\(name(last))> does not end") }
            if elements.isEmpty { throw refusal("it holds no element") }
        }

        private func refusal(_ words: String) -> Fault { Fault(line: line, words: words) }
        private func name(_ index: Int) -> String { String(decoding: bytes[elements[index].name], as: UTF8.self) }

        private func begins(_ text: StaticString) -> Bool {
            guard at + text.utf8CodeUnitCount <= bytes.count else { return false }
            for index in 0..<text.utf8CodeUnitCount where bytes[at + index] != text.utf8Start[index] { return false }
            return true
        }

        private mutating func skip(_ end: StaticString, of start: String) throws(Fault) {
            while at < bytes.count {
                if begins(end) {
                    at += end.utf8CodeUnitCount
                    return
                }
                if bytes[at] == 10 { line += 1 }
                at += 1
            }
            throw refusal("\(start) does not end")
        }

        private mutating func readText() {
            let start = at
            var isBlank = true
            while at < bytes.count, bytes[at] != 60 {
                if bytes[at] == 10 { line += 1 }
                if bytes[at] > 32 { isBlank = false }
                at += 1
            }
            guard !isBlank, let owner = open.last else { return }
            if elements[owner].text.isEmpty {
                elements[owner].text = start..<at
            } else {
                let before =
                    severalTexts[owner]
                    ?? XMLDocument.unescaped(String(decoding: bytes[elements[owner].text], as: UTF8.self))
                severalTexts[owner] =
                    before + XMLDocument.unescaped(String(decoding: bytes[start..<at], as: UTF8.self))
            }
        }

        private mutating func readTag() throws(Fault) {
            let startLine = line
            at += 1
            let isEnd = at < bytes.count && bytes[at] == 47
            if isEnd { at += 1 }
            var start = at
            var end: Int?
            while at < bytes.count, bytes[at] != 62 {
                switch bytes[at] {
                case 10:
                    line += 1
                    end = end ?? at
                case 32, 9, 13: end = end ?? at
                case 58: if end == nil { start = at + 1 }
                default: break
                }
                at += 1
            }
            guard at < bytes.count else { throw refusal("a tag does not end") }
            let isEmpty = bytes[at - 1] == 47 && !isEnd
            let name = start..<max(start, min(end ?? at, isEmpty ? at - 1 : at))
            at += 1
            if isEnd {
                guard let last = open.popLast(), bytes[elements[last].name].elementsEqual(bytes[name]) else {
                    throw refusal("</\(String(decoding: bytes[name], as: UTF8.self))> has no beginning")
                }
                return
            }
            let index = elements.count
            if let parent = open.last {
                if elements[parent].firstChild == 0 {
                    elements[parent].firstChild = index
                } else {
                    elements[elements[parent].lastChild].nextSibling = index
                }
                elements[parent].lastChild = index
            } else if index > 0 {
                throw refusal("it has two roots")
            }
            elements.append(Element(name: name, line: startLine, text: start..<start))
            if !isEmpty { open.append(index) }
            if open.count > YAMLGate.maxDepth {
                throw refusal("it is nested more than \(YAMLGate.maxDepth) deep")
            }
        }
    }
}
