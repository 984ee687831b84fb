/// From a file to a checked `Scenario`.
public enum ScenarioLoader {
    /// What came of a file: the scenario, and the warnings (findings that do not stop it).
    public struct Loaded: Sendable {
        public var scenario: Scenario
        public var warnings: [Finding]
    }

    /// Reads and checks the scenario at `path` (`-` is standard input, its files are looked up in the current folder).
    ///
    /// - Throws: `InputError`, with all findings at once.
    public static func load(path: String) throws(InputError) -> Loaded {
        throw .notReadable(Finding(file: path, message: "not written yet"))
    }
}
