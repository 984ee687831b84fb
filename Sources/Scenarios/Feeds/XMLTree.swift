/// The elements of an XML document, with their text; attributes, comments and instructions are passed over.
///
/// For the plain documents of data portals, and by hand: Foundation's parser needs libxml2 at run time and costs every
/// start of the program, also where no XML is read.
final class XMLTree {
    /// Without its namespace's prefix.
    let name: String
    private(set) var text = ""
    private(set) var children: [XMLTree] = []
    /// 1-based.
    let line: Int

    private init(_ name: String, line: Int) {
        self.name = name
        self.line = line
    }

    func children(_ name: String) -> [XMLTree] { children.filter { $0.name == name } }
    func child(_ name: String) -> XMLTree? { children.first { $0.name == name } }

    /// The text of a child; nil where there is none.
    func text(_ name: String) -> String? { child(name).map { XMLTree.trimmed($0.text) } }

    private static func trimmed(_ text: String) -> String {
        String(text.drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
    }

    /// The document's root; nil, and a problem, where it is not well-formed.
    static func root(_ bytes: [UInt8], _ problems: FeedProblems) -> XMLTree? {
        var open: [XMLTree] = []
        var root: XMLTree?
        var line = 1
        var at = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        func refuse(_ words: String) -> XMLTree? {
            problems.add(line: line, column: 1, "is not XML: \(words)")
            return nil
        }
        /// The index after `end`, from `at` on; counts lines.
        func skip(_ end: String) -> Int? {
            let mark = Array(end.utf8)
            var index = at
            while index + mark.count <= bytes.count {
                if bytes[index] == 10 { line += 1 }
                if bytes[index] == mark[0], bytes[index..<(index + mark.count)].elementsEqual(mark) {
                    return index + mark.count
                }
                index += 1
            }
            return nil
        }
        func begins(_ text: String) -> Bool { bytes[at...].starts(with: text.utf8) }
        while at < bytes.count {
            if bytes[at] != 60 {
                let start = at
                while at < bytes.count, bytes[at] != 60 {
                    if bytes[at] == 10 { line += 1 }
                    at += 1
                }
                open.last?.text += unescaped(String(decoding: bytes[start..<at], as: UTF8.self))
                continue
            }
            for (start, end) in [("<!--", "-->"), ("<?", "?>"), ("<!", ">")] where begins(start) {
                guard let after = skip(end) else { return refuse("\(start) does not end") }
                at = after
                break
            }
            guard at < bytes.count, bytes[at] == 60, !begins("<!"), !begins("<?") else { continue }
            let (start, startLine) = (at, line)
            guard let after = skip(">") else { return refuse("a tag does not end") }
            at = after
            var tag = String(decoding: bytes[(start + 1)..<(after - 1)], as: UTF8.self)
            let isEnd = tag.hasPrefix("/")
            let isEmpty = tag.hasSuffix("/")
            if isEnd { tag.removeFirst() }
            if isEmpty { tag.removeLast() }
            let whole = tag.prefix { !$0.isWhitespace }
            let name = String(whole.split(separator: ":").last ?? whole)
            if isEnd {
                guard let last = open.popLast(), last.name == name else { return refuse("</\(name)> has no beginning") }
                continue
            }
            let element = XMLTree(name, line: startLine)
            if let parent = open.last {
                parent.children.append(element)
            } else if root == nil {
                root = element
            } else {
                return refuse("it has two roots")
            }
            if !isEmpty { open.append(element) }
            // A tree is let go of node by node, each inside the one above it.
            if open.count > YAMLGate.mostDepth { return refuse("it is nested more than \(YAMLGate.mostDepth) deep") }
        }
        if let last = open.last { return refuse("<\(last.name)> does not end") }
        return root ?? refuse("it holds no element")
    }

    private static func unescaped(_ text: String) -> String {
        guard text.contains("&") else { return text }
        var text = text
        for (name, character) in [("lt", "<"), ("gt", ">"), ("quot", "\""), ("apos", "'"), ("amp", "&")] {
            text = text.replacing("&\(name);", with: character)
        }
        return text
    }
}
