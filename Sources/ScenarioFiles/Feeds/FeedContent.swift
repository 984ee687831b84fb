import Scenarios

/// A file's text as UTF-8, and what kind of text it is.
struct FeedContent {
    enum Kind { case json, xml, yaml, table }

    let bytes: [UInt8]
    let kind: Kind

    /// Nil, and a problem with what the file is, where it is not a text that a feed can read.
    init?(_ raw: [UInt8], _ problems: FeedProblems) {
        if let what = FeedContent.archive(raw) {
            problems.add(what)
            return nil
        }
        guard let text = FeedContent.utf8(raw), !text.contains(0) else {
            problems.add("is not text (it holds a zero byte)")
            return nil
        }
        bytes = text
        guard let kind = FeedContent.kind(text) else {
            let title = FeedContent.pageTitle(text).map { ": \"\(excerpt($0))\"" } ?? ""
            problems.add("is a web page (HTML), not data\(title)")
            return nil
        }
        self.kind = kind
    }

    /// What a file is that holds other files, or no text at all.
    private static func archive(_ raw: [UInt8]) -> String? {
        if raw.starts(with: [0x50, 0x4B, 3, 4]) || raw.starts(with: [0x50, 0x4B, 5, 6]) {
            let start = String(decoding: raw.prefix(4096), as: UTF8.self)
            if start.contains("[Content_Types].xml") || start.contains("xl/") {
                return "is an Excel workbook: save it as CSV"
            }
            return "is a zip archive: unpack it, and name the file that is in it"
        }
        if raw.starts(with: [0x1F, 0x8B]) { return "is compressed (gzip): unpack it first" }
        if raw.starts(with: [0x42, 0x5A, 0x68]) { return "is compressed (bzip2): unpack it first" }
        if raw.starts(with: [0xFD, 0x37, 0x7A, 0x58, 0x5A]) { return "is compressed (xz): unpack it first" }
        if raw.starts(with: [0x28, 0xB5, 0x2F, 0xFD]) { return "is compressed (zstd): unpack it first" }
        if raw.starts(with: [0x37, 0x7A, 0xBC, 0xAF]) {
            return "is a 7z archive: unpack it, and name the file that is in it"
        }
        if raw.starts(with: "%PDF".utf8) { return "is a PDF document, not data" }
        if raw.starts(with: [0xD0, 0xCF, 0x11, 0xE0]) { return "is an old Excel workbook (xls): save it as CSV" }
        if raw.starts(with: "SQLite format 3".utf8) { return "is an SQLite database, not a table of text" }
        if raw.starts(with: "PAR1".utf8) { return "is a Parquet file: write it as CSV" }
        return nil
    }

    /// The text in UTF-8 without a byte order mark: from UTF-16, or from Windows' Western letters, where it is those.
    private static func utf8(_ raw: [UInt8]) -> [UInt8]? {
        if raw.starts(with: [0xEF, 0xBB, 0xBF]) { return Array(raw.dropFirst(3)) }
        if raw.starts(with: [0xFF, 0xFE]) { return utf16(raw.dropFirst(2), isBig: false) }
        if raw.starts(with: [0xFE, 0xFF]) { return utf16(raw.dropFirst(2), isBig: true) }
        // UTF-16 without its mark: every second byte of plain letters is zero.
        let start = raw.prefix(64)
        if start.count >= 4, start.count % 2 == 0 {
            let zeros = start.enumerated().filter { $0.element == 0 }
            if zeros.count == start.count / 2, zeros.allSatisfy({ $0.offset % 2 == 1 }) {
                return utf16(raw[...], isBig: false)
            }
            if zeros.count == start.count / 2, zeros.allSatisfy({ $0.offset % 2 == 0 }) {
                return utf16(raw[...], isBig: true)
            }
        }
        if raw.allSatisfy({ $0 < 128 }) || String(validating: raw, as: UTF8.self) != nil { return raw }
        return raw.flatMap { byte -> [UInt8] in
            byte < 128 ? [byte] : Array(String(windows[byte] ?? Character(UnicodeScalar(byte))).utf8)
        }
    }
    private static let windows: [UInt8: Character] = [
        0x80: "€", 0x91: "‘", 0x92: "’", 0x93: "“", 0x94: "”", 0x96: "–", 0x97: "—",
    ]

    private static func utf16(_ raw: ArraySlice<UInt8>, isBig: Bool) -> [UInt8]? {
        guard raw.count % 2 == 0 else { return nil }
        var units: [UInt16] = []
        units.reserveCapacity(raw.count / 2)
        for index in stride(from: raw.startIndex, to: raw.endIndex, by: 2) {
            let (first, second) = (UInt16(raw[index]), UInt16(raw[index + 1]))
            units.append(isBig ? first << 8 | second : second << 8 | first)
        }
        return Array(String(decoding: units, as: UTF16.self).utf8)
    }

    /// Nil: a web page.
    private static func kind(_ text: [UInt8]) -> Kind? {
        guard let first = text.firstIndex(where: { ![9, 10, 13, 32].contains($0) }) else { return .table }
        switch text[first] {
        case 123, 91: return .json
        case 60:
            let start = String(decoding: text[first..<min(text.count, first + 64)], as: UTF8.self).lowercased()
            return start.hasPrefix("<!doctype html") || start.hasPrefix("<html") || start.hasPrefix("<head")
                ? nil : .xml
        default: return isYAML(text) ? .yaml : .table
        }
    }

    /// Whether the first line with content is a key of YAML, or an item of a list.
    private static func isYAML(_ text: [UInt8]) -> Bool {
        for line in text.prefix(4096).split(separator: 10).prefix(20) {
            var words = String(decoding: line, as: UTF8.self)
            while let last = words.last, last.isWhitespace { words.removeLast() }
            let bare = words.drop { $0 == " " }
            if bare.isEmpty || bare.hasPrefix("#") || bare == "---" { continue }
            let item = bare.hasPrefix("- ") ? bare.dropFirst(2) : bare
            let key = item.prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "-" || $0 == "." || $0 == "\"" }
            let rest = item.dropFirst(key.count)
            return !key.isEmpty && (rest == ":" || rest.hasPrefix(": "))
        }
        return false
    }

    private static func pageTitle(_ text: [UInt8]) -> String? {
        let page = String(decoding: text.prefix(8192), as: UTF8.self)
        guard let start = page.range(of: "<title>")?.upperBound ?? page.range(of: "<TITLE>")?.upperBound else {
            return nil
        }
        return String(page[start...].prefix { $0 != "<" })
    }
}

extension String {
    /// The first place of `text` in it.
    fileprivate func range(of text: String) -> Range<String.Index>? { ranges(of: text).first }
}
