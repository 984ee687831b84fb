import ScenarioFiles
import Scenarios

/// A finding with its place, as answers in JSON have it.
package struct FindingEntry: Encodable, Sendable {
    /// `error` or `warning`.
    package var severity: String
    package var file: String
    /// From 1 on; nil where the finding is about the whole file.
    package var line: Int?
    package var column: Int?
    /// The key that it is about: `vehicles[0].charger.phases`.
    package var key: String
    package var message: String

    package init(_ finding: Finding) {
        (severity, file, line, column) = (finding.severity.rawValue, finding.file, finding.line, finding.column)
        (key, message) = (finding.keyPath, finding.message)
    }
}
