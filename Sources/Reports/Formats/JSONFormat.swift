import Accounting
import Foundation

/// The result by CONTRACT.md, keys sorted, an array of numbers on one line.
public enum JSONFormat: ReportFormat {
    public static let name = "json"

    public static func text(of report: Report) throws -> String { try text(of: report.result) }

    /// Any value as this program writes JSON.
    public static func text(of value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let lines = String(decoding: try encoder.encode(value), as: UTF8.self)
        return joiningNumberLists(lines) + "\n"
    }

    /// A thousand lines of one number each are no pleasure: lists of plain values go on one line.
    private static func joiningNumberLists(_ text: String) -> String {
        var out: [UInt8] = []
        let bytes = Array(text.utf8)
        out.reserveCapacity(bytes.count)
        var index = 0
        var isInText = false
        while index < bytes.count {
            let byte = bytes[index]
            if byte == UInt8(ascii: "\""), index == 0 || bytes[index - 1] != UInt8(ascii: "\\") { isInText.toggle() }
            if byte == UInt8(ascii: "["), !isInText, let end = plainListEnd(bytes, from: index) {
                for inner in bytes[index...end] where inner != 10 && inner != 32 {
                    out.append(inner)
                    if inner == UInt8(ascii: ",") { out.append(32) }
                }
                index = end + 1
                continue
            }
            out.append(byte)
            index += 1
        }
        return String(decoding: out, as: UTF8.self)
    }

    /// The end of a list that holds numbers only (texts may hold blanks and brackets, so they stay as they are).
    private static func plainListEnd(_ bytes: [UInt8], from start: Int) -> Int? {
        var index = start + 1
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "]"): return index
            case UInt8(ascii: "\""), UInt8(ascii: "["), UInt8(ascii: "{"): return nil
            default: index += 1
            }
        }
        return nil
    }
}
