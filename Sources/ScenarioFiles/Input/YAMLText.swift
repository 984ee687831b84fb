import Scenarios
import Yams

/// YAML as text, with its errors as findings.
enum YAMLText {
    /// Both 1-based, columns in characters.
    private struct Place {
        var line: Int
        var column: Int
        init(line: Int, column: Int) { (self.line, self.column) = (line, column) }
        init(_ mark: Mark) { (line, column) = (mark.line, mark.column) }
    }

    /// The document in `bytes`.
    static func root(_ bytes: [UInt8], file: String) throws(InputError) -> Node {
        func invalid(_ mark: Place?, _ message: String) -> InputError {
            .invalid([Finding(file: file, line: mark?.line, column: mark?.column, message: message)])
        }
        if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
            throw invalid(nil, "is text in UTF-16; save it as UTF-8")
        }
        if bytes.contains(0) { throw invalid(nil, "is not text (it holds a zero byte)") }
        let body = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes[3...] : bytes[...]
        let text = String(decoding: body, as: UTF8.self)
        // Where the text was repaired, it differs from the bytes.
        if let broken = zip(text.utf8, body).enumerated().first(where: { $1.0 != $1.1 })?.offset {
            throw invalid(place(ofByte: broken, in: body), "is not text in UTF-8")
        }
        if let problem = YAMLGate.problem(body) {
            throw invalid(Place(line: problem.line, column: problem.column), problem.words)
        }
        do {
            guard let node = try Yams.compose(yaml: text) else { throw invalid(nil, "is empty") }
            return node
        } catch let error as YamlError {
            switch error {
            case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _):
                throw invalid(
                    Place(mark),
                    isIndentedWithTab(line: mark.line, of: body)
                        ? "is indented with a tab; YAML needs spaces" : "is not YAML: \(problem)")
            case .composer(_, let problem, let mark, _):
                throw invalid(
                    Place(mark),
                    problem.hasSuffix("another document")
                        ? "holds a second document (after ---); one file is one scenario" : "is not YAML: \(problem)")
            case .reader(let problem, _, let value, _):
                // Control characters are ASCII, so the byte is the character.
                let offset = body.firstIndex { Int32($0) == value }.map { $0 - body.startIndex }
                throw invalid(offset.map { place(ofByte: $0, in: body) }, "is not YAML: \(problem)")
            case .duplicatedKeysInMapping(let keys, let context):
                throw .invalid(
                    keys.map { key in
                        let place = secondPlace(of: key, after: Place(context.mark), in: body) ?? Place(context.mark)
                        return Finding(
                            file: file, line: place.line, column: place.column, message: "the key \(key) is there twice"
                        )
                    })
            default: throw invalid(nil, "is not YAML: \(error)")
            }
        } catch let error as InputError {
            throw error
        } catch {
            throw invalid(nil, "is not YAML: \(error)")
        }
    }

    private static func place(ofByte offset: Int, in bytes: ArraySlice<UInt8>) -> Place {
        let before = bytes.prefix(offset)
        let line = before.count { $0 == 10 } + 1
        let start = before.lastIndex(of: 10).map { $0 + 1 } ?? before.startIndex
        let column = String(decoding: before[start...], as: UTF8.self).unicodeScalars.count + 1
        return Place(line: line, column: column)
    }

    private static func lines(_ bytes: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
        bytes.split(separator: 10, omittingEmptySubsequences: false)
    }

    private static func isIndentedWithTab(line: Int, of bytes: ArraySlice<UInt8>) -> Bool {
        let all = lines(bytes)
        guard all.indices.contains(line - 1) else { return false }
        return all[line - 1].prefix { $0 == 32 || $0 == 9 }.contains(9)
    }

    /// Where `key` stands for the second time in the block map that begins at `mark`; Yams knows only where the map begins.
    private static func secondPlace(of key: String, after mark: Place, in bytes: ArraySlice<UInt8>) -> Place? {
        var found = 0
        for (offset, line) in lines(bytes).enumerated().dropFirst(mark.line - 1) {
            let text = offset == mark.line - 1 ? line.dropFirst(mark.column - 1) : line.drop { $0 == 32 }
            let column = text.startIndex - line.startIndex + 1
            if column < mark.column, !text.isEmpty, text.first != 35, text.first != 13 { return nil }
            guard column == mark.column, text.starts(with: key.utf8) else { continue }
            guard text.dropFirst(key.utf8.count).first(where: { $0 != 32 }) == 58 else { continue }
            found += 1
            if found == 2 { return Place(line: offset + 1, column: column) }
        }
        return nil
    }
}
