import Scenarios

/// What a number may be.
package enum NumberRange: Sendable {
    case any
    case positive
    case nonNegative
    /// 0...1
    case share
    /// Above 0, up to 1.
    case positiveShare

    func complaint(about value: Double, text: String, unit: String) -> String? {
        switch self {
        case .any: return nil
        case .positive: return value > 0 ? nil : "must be > 0\(unit), got \(text)"
        case .nonNegative: return value >= 0 ? nil : "must be >= 0\(unit), got \(text)"
        case .share, .positiveShare:
            let isZeroAllowed = if case .share = self { true } else { false }
            // A share below a part in a billion is a slip, and its inverse no number to reckon with.
            if value <= 1, isZeroAllowed ? value >= 0 : value >= 1e-9 { return nil }
            let hint = value > 1 && value <= 100 ? " (\(text) % is \(value / 100))" : ""
            return "must be \(isZeroAllowed ? "within 0...1" : "> 0 and at most 1"), got \(text)\(hint)"
        }
    }
}

extension Double {
    /// A decimal number and nothing else: no hexadecimal, no words.
    init?(plain text: String) {
        guard !text.isEmpty, text.utf8.allSatisfy({ (48...57).contains($0) || [43, 45, 46, 69, 101].contains($0) }),
            let value = Double(text), value.isFinite
        else { return nil }
        self = value
    }
}
