import Foundation
import Scenarios

/// A sweep's rows as text, in the order of the runs.
public struct SweepExport {
    let database: SweepDatabase
    let columns: [String]

    /// - Parameters:
    ///   - database: the finished runs.
    ///   - showsSeconds: whether the timing is in it (then no two sweeps are the same).
    public init(_ database: SweepDatabase, showsSeconds: Bool) throws(SweepDatabase.Problem) {
        self.database = database
        let about = try database.about()
        columns =
            ["run"] + about.axes
            + about.question.columns.map(\.name).filter { showsSeconds || $0 != ResultColumn.timing }
    }

    /// Comma-separated (RFC 4180), a header first; null is an empty field.
    public func csv() throws(SweepDatabase.Problem) -> String {
        var out = columns.map(\.csvField).joined(separator: ",") + "\n"
        try database.forEachRow(columns) { out += $0.map(\.text.csvField).joined(separator: ",") + "\n" }
        return out
    }

    /// `{"name", "question", "currency", "digest", "version", "runs": [{...}]}`, one run per line, null left out.
    public func json() throws(SweepDatabase.Problem) -> String {
        let about = try database.about()
        var out = "{\n"
        for (key, value) in [
            ("name", about.name), ("question", about.question.rawValue), ("currency", about.currency),
            ("digest", about.digest), ("version", about.version),
        ] { out += "\(SweepExport.quoted(key)): \(SweepExport.quoted(value)),\n" }
        out += "\"runs\": ["
        var isFirst = true
        try database.forEachRow(columns) { row in
            let entries = zip(columns, row).compactMap { name, value -> String? in
                switch value {
                case .null: nil
                case .text(let text): "\(SweepExport.quoted(name)): \(SweepExport.quoted(text))"
                case .integer, .real: "\(SweepExport.quoted(name)): \(value.text)"
                }
            }
            out += "\(isFirst ? "" : ",")\n{\(entries.joined(separator: ", "))}"
            isFirst = false
        }
        return out + "\n]\n}\n"
    }

    private static func quoted(_ text: String) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        return (try? encoder.encode(text)).map { String(decoding: $0, as: UTF8.self) } ?? "\"\""
    }
}
