import Scenarios

/// How a column writes its numbers: which mark stands before decimals, which between thousands.
struct DecimalStyle: Equatable {
    var decimalMark: UInt8 = 46
    var groupMark: UInt8?

    private static let point: UInt8 = 46
    private static let comma: UInt8 = 44

    /// From all of a column's fields.
    ///
    /// `1.234,56` shows both marks. A comma alone stands before decimals, unless every field that has one has it before
    /// three digits only and others have points; `1,234` alone is taken as the separator between fields suggests: where
    /// fields are separated by commas, a comma within quotes is between thousands.
    init(_ bytes: [UInt8], _ fields: [Range<Int>], separator: UInt8) {
        var (commaDecimal, pointDecimal, commaGroup, pointGroup) = (0, 0, 0, 0)
        var (commas, points) = (0, 0)
        for field in fields {
            var last: (mark: UInt8, at: Int)?
            var (ownCommas, ownPoints) = (0, 0)
            for index in field where bytes[index] == DecimalStyle.comma || bytes[index] == DecimalStyle.point {
                last = (bytes[index], index)
                if bytes[index] == DecimalStyle.comma { ownCommas += 1 } else { ownPoints += 1 }
            }
            guard let last else { continue }
            let digits = field.upperBound - last.at - 1
            if ownCommas > 0, ownPoints > 0 {
                if last.mark == DecimalStyle.comma {
                    commaDecimal += 1; pointGroup += 1
                } else {
                    pointDecimal += 1; commaGroup += 1
                }
            } else if ownCommas > 1 {
                commaGroup += 1
            } else if ownPoints > 1 {
                pointGroup += 1
            } else if ownCommas == 1 {
                if digits != 3 { commaDecimal += 1 }
                commas += 1
            } else {
                if digits != 3 { pointDecimal += 1 }
                points += 1
            }
        }
        let commaIsDecimal =
            commaDecimal > 0 || (commaGroup == 0 && commas > 0 && pointDecimal == 0 && separator != DecimalStyle.comma)
        if commaIsDecimal, pointDecimal == 0 {
            decimalMark = DecimalStyle.comma
            // A point before exactly three digits, beside decimal commas, is between thousands.
            if pointGroup > 0 || points > 0 { groupMark = DecimalStyle.point }
        } else if !commaIsDecimal, commas + commaGroup > 0 {
            groupMark = DecimalStyle.comma
        } else if commaIsDecimal {
            // Both marks before decimals: each field has to be read as it is; see `number`.
            isMixed = true
        }
    }

    /// Whether some fields have a decimal comma and others a decimal point.
    private(set) var isMixed = false

    /// The number in a field; nil where it is none.
    func number(_ bytes: [UInt8], _ field: Range<Int>) -> Double? {
        if isMixed, bytes[field].contains(DecimalStyle.comma) {
            return DecimalText.number(bytes, field, decimalMark: DecimalStyle.comma)
        }
        return DecimalText.number(bytes, field, decimalMark: decimalMark, groupMark: groupMark)
    }

    /// For `v2x feeds`.
    var words: String {
        let decimals =
            isMixed
            ? "decimal points and commas" : decimalMark == DecimalStyle.comma ? "decimal commas" : "decimal points"
        return groupMark.map { "\(decimals), \($0 == DecimalStyle.comma ? "," : ".") between thousands" } ?? decimals
    }
}
