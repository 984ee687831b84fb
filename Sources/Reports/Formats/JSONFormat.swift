import Accounting
import Foundation

/// The result by Reports.docc/Commands.md section 5, keys sorted, a list of numbers or times on one line.
package enum JSONFormat: ReportFormat {
    package static let name = "json"

    package static func text(of report: Report) throws -> String { try text(of: report.result) }

    /// Any value as this program writes JSON.
    package static func text(of value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let lines = String(decoding: try encoder.encode(value), as: UTF8.self)
        return joiningPlainLists(lines) + "\n"
    }

    /// A list of plain values is written on one line: a thousand lines of one number each are hard to read.
    private static func joiningPlainLists(_ text: String) -> String {
        let bytes = Array(text.utf8)
        var out: [UInt8] = []
        out.reserveCapacity(bytes.count)
        var index = 0
        while index < bytes.count {
            let end: Int
            switch bytes[index] {
            case UInt8(ascii: "\""): end = textEnd(bytes, from: index)
            case UInt8(ascii: "["):
                if let plain = plainList(bytes, from: index) {
                    out += plain.line
                    index = plain.end
                    continue
                }
                end = index + 1
            default: end = index + 1
            }
            out += bytes[index..<end]
            index = end
        }
        return String(decoding: out, as: UTF8.self)
    }

    /// The list that starts at `start`, on one line, and where it ends; nil where it holds lists or objects.
    private static func plainList(_ bytes: [UInt8], from start: Int) -> (line: [UInt8], end: Int)? {
        var line: [UInt8] = []
        var index = start
        while index < bytes.count {
            let byte = bytes[index]
            switch byte {
            case UInt8(ascii: "\""):
                let end = textEnd(bytes, from: index)
                line += bytes[index..<end]
                index = end
                continue
            case UInt8(ascii: "{"): return nil
            case UInt8(ascii: "[") where index > start: return nil
            case UInt8(ascii: " "), UInt8(ascii: "\n"): break
            case UInt8(ascii: ","): line += [byte, UInt8(ascii: " ")]
            default: line.append(byte)
            }
            index += 1
            if byte == UInt8(ascii: "]") { return (line, index) }
        }
        return nil
    }

    /// The index after the text that begins at `start`.
    private static func textEnd(_ bytes: [UInt8], from start: Int) -> Int {
        var index = start + 1
        while index < bytes.count, bytes[index] != UInt8(ascii: "\"") {
            index += bytes[index] == UInt8(ascii: "\\") ? 2 : 1
        }
        return min(index + 1, bytes.count)
    }
}
