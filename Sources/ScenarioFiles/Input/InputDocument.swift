import Scenarios

/// A YAML file that is no scenario, read with the same care: values know their place, findings are collected.
package struct InputDocument {
    /// The whole document.
    package let root: InputValue
    /// Folder that relative paths in it start from; empty for the current one.
    package let directory: String

    /// Parses `source`.
    ///
    /// - Throws: `InputError` where it is not YAML.
    package init(_ source: ScenarioSource) throws(InputError) {
        directory = source.directory
        root = InputValue(
            node: try YAMLText.root(source.bytes, file: source.name), path: "",
            context: InputContext(file: source.name, directory: source.directory))
    }

    /// Findings so far, in the order of the file.
    ///
    /// - Throws: `InputError` with all of them where one is an error.
    package func finish() throws(InputError) -> [Finding] {
        let findings = root.context.log.sorted(mainFile: root.context.file)
        if root.context.log.hasErrors { throw .invalid(findings) }
        return findings
    }
}

extension InputValue {
    /// The time that the series in the file named here covers; nil, and findings, where there is none.
    ///
    /// - Parameters:
    ///   - directory: what a relative name starts from.
    ///   - clock: for wall times in the file.
    package func timeSpan(
        from directory: String, column: InputValue?, format: InputValue?, clock: WallClock
    ) -> Range<Instant>? {
        let inner = InputContext(file: context.file, directory: directory, log: context.log)
        inner.clock = clock
        let value = InputValue(node: node, path: path, context: inner)
        guard let intervals = value.feedTable(FeedOptionInput(column: column, format: format), nil)?.table.intervals,
            let first = intervals.first,
            let last = intervals.last
        else { return nil }
        return Instant(epochSeconds: first.start)..<Instant(epochSeconds: last.end)
    }

    /// A day of the calendar, `2024-01-15`, in days since 1970-01-01.
    package func dayNumber() -> Int? {
        guard let text = text() else { return nil }
        guard text.count == 10, let time = TimeText(text) else {
            error("must be a day such as 2024-01-15, got \(described)")
            return nil
        }
        return time.wall.dayNumber
    }

    /// What stands here, for a message.
    package var forMessage: String { described }
}
