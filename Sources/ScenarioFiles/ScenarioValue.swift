import Scenarios
import Yams

/// A value as it can stand at a key of a scenario: a scalar, a list or a map, without the place it was written at.
public indirect enum ScenarioValue: Sendable, Equatable {
    /// A number, a text or a flag as it is written; a quoted one is always a text.
    case scalar(String, isQuoted: Bool = false)
    /// A list of values.
    case list([ScenarioValue])
    /// A map, its entries in the order of the text.
    case map([Entry])

    /// A key of a map and what stands there.
    public struct Entry: Sendable, Equatable {
        /// The key.
        public var key: String
        /// The value at the key.
        public var value: ScenarioValue
        /// Memberwise.
        public init(key: String, value: ScenarioValue) {
            self.key = key
            self.value = value
        }
    }

    /// The value of a piece of YAML, such as `0.3`, `[1, 3]` or `{ cell: nmc }`.
    ///
    /// - Throws: `InputError` where it is none.
    public init(yaml text: String) throws(InputError) {
        self.init(text.isEmpty ? Node("") : try YAMLText.root(Array(text.utf8), file: "--set"))
    }

    /// A number, in as many digits as give it back.
    public static func number(_ value: Double) -> ScenarioValue { .scalar(value.short) }

    /// The number that it is, where it is one.
    public var number: Double? {
        if case .scalar(let text, isQuoted: false) = self { return Double(plain: text) }
        return nil
    }

    /// As YAML in one line.
    public var text: String {
        switch self {
        case .scalar(let text, _): text
        case .list(let items): "[\(items.map(\.text).joined(separator: ", "))]"
        case .map(let entries): "{\(entries.map { "\($0.key): \($0.value.text)" }.joined(separator: ", "))}"
        }
    }

    init(_ node: Node) {
        switch node {
        case .scalar(let scalar):
            self = .scalar(scalar.string, isQuoted: scalar.style == .singleQuoted || scalar.style == .doubleQuoted)
        case .sequence(let items): self = .list(items.map { ScenarioValue($0) })
        case .mapping(let mapping):
            self = .map(mapping.map { Entry(key: $0.key.scalar?.string ?? "?", value: ScenarioValue($0.value)) })
        case .alias: self = .scalar("")
        }
    }

    /// A new node: Yams' own are classes inside, and one thread's alone.
    var node: Node {
        switch self {
        case .scalar(let text, let isQuoted): Node(text, .implicit, isQuoted ? .doubleQuoted : .plain)
        case .list(let items): Node(items.map(\.node))
        case .map(let entries): Node(entries.map { (Node($0.key), $0.value.node) })
        }
    }
}

extension InputValue {
    /// What stands here, whatever it is.
    package var anyValue: ScenarioValue { ScenarioValue(node) }
}
