import Scenarios

/// Decimal numbers in a text, read in place and exact to the last digit.
enum DecimalText {
    /// A finite number that fills `range`; nil where it is none.
    ///
    /// - Parameters:
    ///   - decimalMark: the byte before the decimals, `.` or `,`.
    ///   - groupMark: a byte between groups of three digits, which is passed over.
    static func number(
        _ bytes: [UInt8], _ range: Range<Int>, decimalMark: UInt8 = 46, groupMark: UInt8? = nil
    ) -> Double? {
        var index = range.lowerBound
        let isNegative = index < range.upperBound && bytes[index] == 45
        if isNegative || (index < range.upperBound && bytes[index] == 43) { index += 1 }
        var (mantissa, digits, decimals) = (0, 0, 0)
        var hasPoint = false
        while index < range.upperBound {
            let byte = bytes[index]
            if (48...57).contains(byte), digits < 15 {
                mantissa = mantissa * 10 + Int(byte - 48)
                digits += 1
                if hasPoint { decimals += 1 }
            } else if byte == decimalMark, !hasPoint {
                hasPoint = true
            } else if byte == groupMark, !hasPoint, digits > 0,
                isGroup(bytes, index, range.upperBound, decimalMark, byte)
            {
                // Between two groups of digits.
            } else {
                return long(bytes, range, decimalMark, groupMark)
            }
            index += 1
        }
        guard digits > 0 else { return nil }
        // Both are exact below 2^53, so the quotient is the nearest number there is.
        let value = Double(mantissa) / powers[decimals]
        return isNegative ? -value : value
    }

    private static let powers: [Double] = (0...15).map { exponent in
        (0..<exponent).reduce(1.0) { power, _ in power * 10 }
    }

    /// Whether exactly three digits follow, and then no more.
    private static func isGroup(_ bytes: [UInt8], _ index: Int, _ end: Int, _ decimalMark: UInt8, _ mark: UInt8) -> Bool
    {
        var at = index + 1
        while at < end, (48...57).contains(bytes[at]) { at += 1 }
        return at == index + 4 && (at == end || bytes[at] == decimalMark || bytes[at] == mark)
    }

    /// More digits than are exact, or an exponent: left to the standard library.
    private static func long(_ bytes: [UInt8], _ range: Range<Int>, _ decimalMark: UInt8, _ groupMark: UInt8?)
        -> Double?
    {
        let part = bytes[range]
        guard part.count <= 400, !(decimalMark != 46 && part.contains(46) && groupMark != 46) else { return nil }
        if let groupMark, part.contains(groupMark) { return nil }
        let plain = part.map { $0 == decimalMark ? 46 : $0 }
        return Double(plain: String(decoding: plain, as: UTF8.self))
    }
}
