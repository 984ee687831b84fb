/// The lines and fields of a table of separated values, read in place.
struct CSVText {
    let bytes: [UInt8]
    /// 1-based number of the line that `nextLine` gave last.
    private(set) var line = 0
    /// `,` until `findSeparator` says otherwise.
    private(set) var separator = CSVText.comma
    private var at = 0

    static let comma: UInt8 = 44
    private static let semicolon: UInt8 = 59
    private static let tab: UInt8 = 9
    private static let quote: UInt8 = 34
    private static let blank: UInt8 = 32
    private static let hash: UInt8 = 35

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { at = 3 }
    }

    /// The next line that is neither blank nor a comment; nil at the end.
    mutating func nextLine() -> Range<Int>? {
        while at < bytes.count {
            line += 1
            let start = at
            while at < bytes.count, bytes[at] != 10 { at += 1 }
            var end = at
            at += 1
            if end > start, bytes[end - 1] == 13 { end -= 1 }
            var first = start
            while first < end, bytes[first] == CSVText.blank || bytes[first] == CSVText.tab { first += 1 }
            if first < end, bytes[first] != CSVText.hash { return start..<end }
        }
        return nil
    }

    /// Takes the separator from the header: `;` where it has one outside quotes, else a tab, else a comma.
    mutating func findSeparator(inHeader header: Range<Int>) {
        for candidate in [CSVText.semicolon, CSVText.tab] {
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
        var start = line.lowerBound
        var isQuoted = false
        for index in line {
            let byte = bytes[index]
            if byte == CSVText.quote {
                isQuoted.toggle()
            } else if byte == separator, !isQuoted {
                fields.append(trimmed(start..<index))
                start = index + 1
            }
        }
        fields.append(trimmed(start..<line.upperBound))
    }

    private func trimmed(_ range: Range<Int>) -> Range<Int> {
        var (low, high) = (range.lowerBound, range.upperBound)
        while low < high, bytes[low] == CSVText.blank || bytes[low] == CSVText.quote { low += 1 }
        while high > low, bytes[high - 1] == CSVText.blank || bytes[high - 1] == CSVText.quote { high -= 1 }
        return low..<high
    }

    /// For messages and names.
    func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

    /// A finite decimal number, with a decimal comma too where commas do not separate; exact to the last digit.
    func number(_ field: Range<Int>) -> Double? {
        var index = field.lowerBound
        let isNegative = index < field.upperBound && bytes[index] == 45
        if isNegative || (index < field.upperBound && bytes[index] == 43) { index += 1 }
        var (mantissa, digits, decimals) = (0, 0, 0)
        var hasPoint = false
        while index < field.upperBound {
            let byte = bytes[index]
            if (48...57).contains(byte), digits < 15 {
                mantissa = mantissa * 10 + Int(byte - 48)
                digits += 1
                if hasPoint { decimals += 1 }
            } else if !hasPoint, byte == 46 || (byte == CSVText.comma && separator != CSVText.comma) {
                hasPoint = true
            } else {
                return longNumber(field)
            }
            index += 1
        }
        guard digits > 0 else { return nil }
        // Both are exact below 2^53, so the quotient is the nearest number there is.
        let value = Double(mantissa) / CSVText.powers[decimals]
        return isNegative ? -value : value
    }
    private static let powers: [Double] = (0...15).map { exponent in
        (0..<exponent).reduce(1.0) { power, _ in power * 10 }
    }

    /// More digits than are exact, or an exponent: left to the standard library.
    private func longNumber(_ field: Range<Int>) -> Double? {
        var field = bytes[field]
        if separator != CSVText.comma, let comma = field.firstIndex(of: CSVText.comma) { field[comma] = 46 }
        return Double(plain: String(decoding: field, as: UTF8.self))
    }
}
