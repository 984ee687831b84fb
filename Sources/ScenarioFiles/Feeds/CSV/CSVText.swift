import Scenarios

/// The lines and fields of a table of separated values, read in place.
struct CSVText {
    let bytes: [UInt8]
    /// 1-based number of the line that `nextLine` gave last.
    private(set) var line = 0
    /// `,` until `findSeparator` finds another.
    private(set) var separator = CSVText.comma
    /// Whether a line `sep=;` sets the separator, as spreadsheets write it.
    private(set) var isSeparatorSaid = false
    private var at = 0

    static let comma: UInt8 = 44
    static let semicolon: UInt8 = 59
    static let tab: UInt8 = 9
    static let bar: UInt8 = 124
    private static let quote: UInt8 = 34
    private static let blank: UInt8 = 32
    private static let hash: UInt8 = 35

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { at = 3 }
        let (start, number) = (at, line)
        if let first = nextLine(), first.count <= 7, first.count >= 5,
            text(first.lowerBound..<(first.lowerBound + 4)).lowercased() == "sep="
        {
            separator = bytes[first.lowerBound + 4]
            isSeparatorSaid = true
        } else {
            (at, line) = (start, number)
        }
    }

    /// The next line that is neither blank nor a comment; nil at the end.
    mutating func nextLine() -> Range<Int>? {
        while at < bytes.count {
            line += 1
            let start = at
            while at < bytes.count, bytes[at] != 10, bytes[at] != 13 { at += 1 }
            let end = at
            if at + 1 < bytes.count, bytes[at] == 13, bytes[at + 1] == 10 { at += 1 }
            at += 1
            var first = start
            while first < end, bytes[first] == CSVText.blank || bytes[first] == CSVText.tab { first += 1 }
            if first < end, bytes[first] != CSVText.hash { return start..<end }
        }
        return nil
    }

    /// Takes the separator from the header: `;` where it has one outside quotes, else a tab, a comma or a bar.
    mutating func findSeparator(inHeader header: Range<Int>) {
        if isSeparatorSaid { return }
        for candidate in [CSVText.semicolon, CSVText.tab, CSVText.comma, CSVText.bar] {
            var isQuoted = false
            for index in header {
                if bytes[index] == CSVText.quote { isQuoted.toggle() }
                if bytes[index] == candidate, !isQuoted {
                    separator = candidate
                    return
                }
            }
        }
        separator = CSVText.comma
    }

    /// Cuts `line` into `fields`, each without the blanks and quotes around it.
    func split(_ line: Range<Int>, into fields: inout [Range<Int>]) {
        fields.removeAll(keepingCapacity: true)
        bytes.withUnsafeBufferPointer { bytes in
            var start = line.lowerBound
            var isQuoted = false
            for index in line {
                let byte = bytes[index]
                if byte == CSVText.quote {
                    isQuoted.toggle()
                } else if byte == separator, !isQuoted {
                    fields.append(CSVText.trimmed(bytes, start..<index))
                    start = index + 1
                }
            }
            fields.append(CSVText.trimmed(bytes, start..<line.upperBound))
        }
    }

    private static func trimmed(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Range<Int> {
        var (low, high) = (range.lowerBound, range.upperBound)
        while low < high, bytes[low] == blank || bytes[low] == quote { low += 1 }
        while high > low, bytes[high - 1] == blank || bytes[high - 1] == quote { high -= 1 }
        return low..<high
    }

    /// For messages and names.
    func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

    /// Whether two fields hold the same bytes.
    func isSame(_ left: Range<Int>, _ right: Range<Int>) -> Bool {
        left.count == right.count && bytes[left].elementsEqual(bytes[right])
    }

    /// Whether a field stands for a missing value: nothing, a dash, `N/A`, `null`.
    func isMissing(_ field: Range<Int>) -> Bool {
        if field.isEmpty { return true }
        if field.count > 13 || (48...57).contains(bytes[field.lowerBound]) { return false }
        return CSVText.missing.contains(text(field).lowercased())
    }
    private static let missing: Set<String> = [
        "-", "--", "–", "—", "n/a", "na", "n/e", "nan", "null", "none", "nil", "#n/a", "unknown", "unavailable", "?",
        "..",
        "n.a.", "k.a.",
    ]

    /// A finite decimal number, with a decimal comma too where commas do not separate; exact to the last digit.
    func number(_ field: Range<Int>) -> Double? {
        if separator != CSVText.comma, bytes[field].contains(CSVText.comma) {
            return DecimalText.number(bytes, field, decimalMark: CSVText.comma)
        }
        return DecimalText.number(bytes, field)
    }
}
