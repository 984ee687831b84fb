import Scenarios
import Yams

extension YAMLText {
    /// A dump in YAML, as Home Assistant's developer tools show attributes, as JSON; nil, and a problem, where it is none.
    static func json(_ bytes: [UInt8], _ problems: FeedProblems) -> [UInt8]? {
        if let line = cutLine(bytes) {
            problems.add("is cut off within \"\(excerpt(line))\": all other such values have more decimals")
            return nil
        }
        if let json = YAMLRecords.json(bytes) { return json }
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
        let limit = max(1 << 20, bytes.count * 16)
        guard write(node, into: &out, upTo: limit, depth: 0) else {
            problems.add("is YAML that repeats itself too often, or is nested too deep")
            return nil
        }
        return out
    }

    /// The last line, where it has no end and its number has fewer decimals than every other one of the same key.
    private static func cutLine(_ bytes: [UInt8]) -> String? {
        guard let last = bytes.last, last != 10, last != 13 else { return nil }
        let lines = bytes.split(whereSeparator: { $0 == 10 || $0 == 13 })
        func parts(_ line: ArraySlice<UInt8>) -> (key: ArraySlice<UInt8>, decimals: Int)? {
            guard let colon = line.lastIndex(of: 58), colon + 2 < line.endIndex, line[colon + 1] == 32 else {
                return nil
            }
            let value = line[(colon + 2)...]
            guard value.allSatisfy({ (48...57).contains($0) || $0 == 45 || $0 == 46 }) else { return nil }
            let point = value.firstIndex(of: 46)
            let key = line[..<colon].drop { $0 == 32 || $0 == 45 }
            return (key, point.map { value.endIndex - $0 - 1 } ?? 0)
        }
        guard let line = lines.last, let cut = parts(line) else { return nil }
        let others = lines.dropLast().lazy.compactMap(parts).filter { $0.key.elementsEqual(cut.key) }.map(\.decimals)
        guard let fewest = others.min(), cut.decimals < fewest else { return nil }
        return String(decoding: line, as: UTF8.self)
    }

    private static func write(_ node: Node, into out: inout [UInt8], upTo limit: Int, depth: Int) -> Bool {
        guard out.count < limit, depth < JSONDocument.maxDepth else { return false }
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
                guard write(item, into: &out, upTo: limit, depth: depth + 1) else { return false }
            }
            out.append(93)
        case .mapping(let mapping):
            out.append(123)
            for (index, entry) in mapping.enumerated() {
                if index > 0 { out.append(44) }
                string(entry.key.scalar?.string ?? "?", into: &out)
                out.append(58)
                guard write(entry.value, into: &out, upTo: limit, depth: depth + 1) else { return false }
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
