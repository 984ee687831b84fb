import Yams

extension YAMLText {
    /// A dump in YAML, as Home Assistant's developer tools show attributes, as JSON; nil, and a problem, where it is none.
    static func json(_ bytes: [UInt8], _ problems: FeedProblems) -> [UInt8]? {
        let node: Node
        do {
            node = try root(bytes, file: "")
        } catch {
            let finding: Finding? =
                switch error {
                case .notReadable(let finding): finding
                case .invalid(let findings): findings.first
                }
            problems.add(line: finding?.line, column: finding?.column, finding?.message ?? "is not YAML")
            return nil
        }
        var out: [UInt8] = []
        // Aliases repeat what they name: a small text must not become a large one.
        let most = max(1 << 20, bytes.count * 16)
        guard write(node, into: &out, most: most, depth: 0) else {
            problems.add("is YAML that repeats itself too often, or is nested too deep")
            return nil
        }
        return out
    }

    private static func write(_ node: Node, into out: inout [UInt8], most: Int, depth: Int) -> Bool {
        guard out.count < most, depth < JSONDocument.mostDepth else { return false }
        switch node {
        case .scalar(let scalar):
            let isPlain = scalar.style == .plain || scalar.style == .any
            let text = scalar.string
            if isPlain, ["", "~", "null", "Null", "NULL", ".nan", ".NaN"].contains(text) {
                out += "null".utf8
            } else if isPlain, ["true", "True", "false", "False"].contains(text) {
                out += text.lowercased().utf8
            } else if isPlain, Double(plain: text) != nil, text.first != "+", text.first != "." {
                out += text.utf8
            } else {
                string(text, into: &out)
            }
        case .sequence(let items):
            out.append(91)
            for (index, item) in items.enumerated() {
                if index > 0 { out.append(44) }
                guard write(item, into: &out, most: most, depth: depth + 1) else { return false }
            }
            out.append(93)
        case .mapping(let mapping):
            out.append(123)
            for (index, entry) in mapping.enumerated() {
                if index > 0 { out.append(44) }
                string(entry.key.scalar?.string ?? "?", into: &out)
                out.append(58)
                guard write(entry.value, into: &out, most: most, depth: depth + 1) else { return false }
            }
            out.append(125)
        case .alias: out += "null".utf8
        }
        return true
    }

    private static func string(_ text: String, into out: inout [UInt8]) {
        out.append(34)
        for byte in text.utf8 {
            switch byte {
            case 34, 92: out += [92, byte]
            case 10: out += [92, 110]
            case 0..<32: out += "\\u00".utf8 + [byte < 16 ? 48 : 49] + Array(String(byte & 15, radix: 16).utf8)
            default: out.append(byte)
            }
        }
        out.append(34)
    }
}
