import Scenarios

/// Lists of records in YAML, read line by line: what Home Assistant's developer tools show.
///
/// A year of them has 100,000 lines, for which a whole YAML parser takes half a second. Only the plainest form is read here:
/// one key and value per line, nested by blanks, values plain or in quotes without escapes. For anything else the answer is
/// nil, and the whole parser reads it.
struct YAMLRecords {
    private let bytes: [UInt8]
    private var out: [UInt8] = []
    /// The maps and lists that are open.
    private var open: [Level] = []

    private struct Level {
        var indent: Int
        var isList: Bool
        var isEmpty = true
    }

    /// The document as JSON; nil where it is not of this form.
    static func json(_ bytes: [UInt8]) -> [UInt8]? {
        var reader = YAMLRecords(bytes)
        return reader.read() ? reader.out : nil
    }

    private init(_ bytes: [UInt8]) {
        self.bytes = bytes
        out.reserveCapacity(bytes.count + bytes.count / 4)
    }

    private mutating func read() -> Bool {
        var at = 0
        // A key whose value is yet to come, on the lines below it.
        var isWaiting = false
        while at < bytes.count {
            let start = at
            while at < bytes.count, bytes[at] != 10 { at += 1 }
            var end = at
            at += 1
            if end > start, bytes[end - 1] == 13 { end -= 1 }
            while end > start, bytes[end - 1] == 32 { end -= 1 }
            var first = start
            while first < end, bytes[first] == 32 { first += 1 }
            if first == end { continue }
            var indent = first - start
            guard bytes[first] != 9, bytes[first] != 35 else { return false }
            let isItem = bytes[first] == 45 && (first + 1 == end || bytes[first + 1] == 32)
            // A list may stand as deep as the key that it belongs to.
            let isOwnList = isItem && isWaiting && indent == (open.last?.indent ?? -1) && open.last?.isList == false
            if isWaiting, !isOwnList, indent <= (open.last?.indent ?? -1) {
                out += "null".utf8
                isWaiting = false
            }
            if !isWaiting { close(to: indent, isItem: isItem) }
            if isItem {
                guard openLevel(indent, isList: true, &isWaiting) else { return false }
                first += 1
                while first < end, bytes[first] == 32 { first += 1 }
                guard first < end else { return false }
                indent = first - start
                guard let colon = keyEnd(first, end) else {
                    guard scalar(first..<end) else { return false }
                    continue
                }
                isWaiting = true
                guard openLevel(indent, isList: false, &isWaiting), key(first..<colon) else { return false }
                guard value(colon + 1, end, &isWaiting) else { return false }
                continue
            }
            guard let colon = keyEnd(first, end), openLevel(indent, isList: false, &isWaiting), key(first..<colon),
                value(colon + 1, end, &isWaiting)
            else { return false }
        }
        if isWaiting { out += "null".utf8 }
        close(to: -1, isItem: false)
        return !out.isEmpty
    }

    /// Ends what is deeper than `indent`, and a list at it where no item follows.
    private mutating func close(to indent: Int, isItem: Bool) {
        while let last = open.last, last.indent > indent || (last.indent == indent && last.isList && !isItem) {
            out.append(last.isList ? 93 : 125)
            open.removeLast()
        }
    }

    /// The map or list of the line at `indent`, begun where it is not open; false where there is another one.
    private mutating func openLevel(_ indent: Int, isList: Bool, _ isWaiting: inout Bool) -> Bool {
        if !isWaiting, let last = open.last {
            guard last.indent == indent, last.isList == isList else { return false }
            out.append(44)
            return true
        }
        guard isWaiting || open.isEmpty, open.count < YAMLGate.maxDepth else { return false }
        isWaiting = false
        open.append(Level(indent: indent, isList: isList))
        out.append(isList ? 91 : 123)
        return true
    }

    /// The colon after a plain key.
    private func keyEnd(_ start: Int, _ end: Int) -> Int? {
        var index = start
        while index < end {
            let byte = bytes[index]
            if byte == 58 { return index > start && (index + 1 == end || bytes[index + 1] == 32) ? index : nil }
            let isLetter = (byte | 32) >= 97 && (byte | 32) <= 122
            guard isLetter || (byte >= 48 && byte <= 57) || byte == 95 || byte == 45 || byte == 46 else { return nil }
            index += 1
        }
        return nil
    }

    private mutating func key(_ range: Range<Int>) -> Bool {
        out.append(34)
        out += bytes[range]
        out.append(34)
        out.append(58)
        return true
    }

    /// What stands after a key; nothing where it stands below.
    private mutating func value(_ from: Int, _ end: Int, _ isWaiting: inout Bool) -> Bool {
        var start = from
        while start < end, bytes[start] == 32 { start += 1 }
        guard start < end else {
            isWaiting = true
            return true
        }
        return scalar(start..<end)
    }

    /// A scalar as JSON.
    private mutating func scalar(_ range: Range<Int>) -> Bool {
        let first = bytes[range.lowerBound]
        if first == 34 || first == 39 {
            guard range.count >= 2, bytes[range.upperBound - 1] == first else { return false }
            let inner = range.dropFirst().dropLast()
            guard !inner.contains(where: { bytes[$0] == 34 || bytes[$0] == 39 || bytes[$0] == 92 || bytes[$0] < 32 })
            else { return false }
            text(bytes[inner.startIndex..<inner.endIndex])
            return true
        }
        if isNumber(range) {
            out += bytes[range]
            return true
        }
        // Marks that mean something in YAML, and comments, are left to the whole parser.
        let isMark = Array("[]{}&*!|>%@`,?-.~".utf8).contains(first)
        guard !isMark,
            !range.contains(where: { bytes[$0] == 35 || bytes[$0] == 34 || bytes[$0] == 92 || bytes[$0] < 32 })
        else { return false }
        for index in range where bytes[index] == 58 {
            // A colon within a time is plain, one before a blank begins a map.
            if index + 1 == range.upperBound || bytes[index + 1] == 32 { return false }
        }
        switch String(decoding: bytes[range], as: UTF8.self) {
        case "null", "Null", "NULL": out += "null".utf8
        case "true", "True": out += "true".utf8
        case "false", "False": out += "false".utf8
        case "TRUE", "FALSE", "nan", "inf": return false
        default: text(bytes[range])
        }
        return true
    }

    private mutating func text(_ text: ArraySlice<UInt8>) {
        out.append(34)
        out += text
        out.append(34)
    }

    /// Digits with at most one point among them, and a minus before: what JSON calls a number too.
    private func isNumber(_ range: Range<Int>) -> Bool {
        var index = range.lowerBound
        if bytes[index] == 45 { index += 1 }
        let first = index
        var point: Int?
        while index < range.upperBound {
            if bytes[index] == 46 {
                guard point == nil, index > first else { return false }
                point = index
            } else if bytes[index] < 48 || bytes[index] > 57 {
                return false
            }
            index += 1
        }
        let whole = (point ?? range.upperBound) - first
        guard whole > 0, point.map({ $0 + 1 < range.upperBound }) ?? true else { return false }
        return whole == 1 || bytes[first] != 48
    }
}
