import Scenarios

/// A finding with its place, as answers in JSON have it.
public struct FindingEntry: Encodable, Sendable {
    /// `error` or `warning`.
    public var severity: String
    public var file: String
    /// From 1 on; nil where the finding is about the whole file.
    public var line: Int?
    public var column: Int?
    /// The key that it is about: `vehicles[0].charger.phases`.
    public var key: String
    public var message: String

    public init(_ finding: Finding) {
        (severity, file, line, column) = (finding.severity.rawValue, finding.file, finding.line, finding.column)
        (key, message) = (finding.keyPath, finding.message)
    }
}
