import Foundation
import ScenarioFiles
import Scenarios

/// A scenario as it is given, not checked yet: a file, a text, or a value that is written as JSON. One thread's alone.
public struct ScenarioInput {
    /// The file's or text's name in findings.
    let name: String
    private(set) var document: ScenarioDocument
    /// What `horizon.start: now` means; nil: the system's clock.
    public var now: Instant?
    /// Which files it may read, beside its own.
    public var access: FileAccess

    /// From a text that was read before.
    ///
    /// - Throws: `InputError` where it is not YAML.
    public init(_ source: ScenarioSource, access: FileAccess = .all) throws(InputError) {
        name = source.name
        document = try ScenarioDocument(source)
        self.access = access
    }

    /// The file at `path`; `-` is standard input. Relative paths in it start from its folder.
    ///
    /// - Throws: `InputError` where it cannot be read, or is not YAML.
    public init(path: String) throws(InputError) { try self.init(ScenarioSource(path: path)) }

    /// YAML or JSON text; `name` stands in findings. Relative paths in it start from `directory` (empty: the current one).
    ///
    /// - Throws: `InputError` where it is not YAML.
    public init(
        text: String, named name: String = "<text>", directory: String = "", access: FileAccess = .all
    ) throws(InputError) {
        try self.init(ScenarioSource(text: text, named: name, directory: directory), access: access)
    }

    /// A value that is encoded as the JSON of a scenario.
    ///
    /// - Throws: `EncodingError` where it has no JSON, such as an infinite number; `InputError` where that is not read.
    public init(json value: some Encodable, directory: String = "", access: FileAccess = .all) throws {
        let text = String(decoding: try JSONEncoder().encode(value), as: UTF8.self)
        try self.init(text: text, named: "<value>", directory: directory, access: access)
    }

    /// Puts `value` at `key`, in place of what is there.
    ///
    /// - Throws: `ScenarioKey.Problem` where the scenario has no such place.
    public mutating func set(_ value: ScenarioValue, at key: ScenarioKey) throws(ScenarioKey.Problem) {
        try document.set(value, at: key)
    }

    /// Whether a value can be put at `key`: whether the scenario has such a place.
    public func hasPlace(for key: ScenarioKey) -> Bool {
        var copy = document
        do throws(ScenarioKey.Problem) { try copy.set(.number(0), at: key) } catch { return false }
        return true
    }

    /// What it says of a load of the site; nil where it says nothing.
    package func text(ofLoad id: String, _ kind: String, _ key: String) -> String? {
        document.text(ofEntry: id, in: ["site", "loads"], kind, key)
    }

    /// Whether its horizon starts at the step that is running.
    public var startsNow: Bool { document.text("horizon", "start") == "now" }
}
