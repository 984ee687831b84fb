import Scenarios

/// Something about an input that its author should know, and where it is.
public struct Finding: Sendable, Equatable, CustomStringConvertible {
    /// An error stops the scenario, a warning does not.
    public enum Severity: String, Sendable {
        /// Nothing comes of the input.
        case error
        /// The input is used all the same.
        case warning
    }

    /// Whether it stops the scenario.
    public var severity: Severity
    /// The file as the user named it.
    public var file: String
    /// 1-based; nil where the finding is about the file as a whole.
    public var line: Int?
    /// 1-based; nil where only the line, or nothing, is known.
    public var column: Int?
    /// The key's path, `vehicles[0].battery.capacity_kwh`; empty for the file as a whole.
    public var keyPath: String
    /// What is wrong, without place and path.
    public var message: String
    /// A warning about values that are hardly what they are taken for: an error where the user is strict.
    public var isDoubt: Bool

    /// Memberwise.
    package init(
        severity: Severity = .error, file: String, line: Int? = nil, column: Int? = nil, keyPath: String = "",
        message: String, isDoubt: Bool = false
    ) {
        self.severity = severity
        self.file = file
        self.line = line
        self.column = column
        self.keyPath = keyPath
        self.message = message
        self.isDoubt = isDoubt
    }

    /// `scenario.yaml:14:7: vehicles[0].battery.capacity_kwh: must be > 0 kWh, got -40`
    public var description: String {
        var text = file
        if let line { text += ":\(line)" }
        if line != nil, let column { text += ":\(column)" }
        text += ": "
        if severity == .warning { text += "warning: " }
        if !keyPath.isEmpty { text += keyPath + ": " }
        return text + message
    }
}

/// Why no scenario came of an input.
public enum InputError: Error, Sendable {
    /// There is no such file, or it cannot be read (exit 66).
    case notReadable(Finding)
    /// The input was read and is wrong (exit 65); every finding, in the order of the file.
    case invalid([Finding])

    /// Every error, a sentence each.
    public var sentences: [String] {
        switch self {
        case .notReadable(let finding): [finding.description]
        case .invalid(let findings): findings.filter { $0.severity == .error }.map(\.description)
        }
    }
}
