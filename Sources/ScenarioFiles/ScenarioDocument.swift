import Scenarios
import Yams

/// The text of a scenario, read once, to be parsed wherever it is needed.
public struct ScenarioSource: Sendable {
    /// The file as the user named it.
    public let name: String
    /// Folder that relative paths in it start from; empty for the current one.
    public let directory: String
    let bytes: [UInt8]

    /// Reads the file at `path`; `-` is standard input (its files are looked up in the current folder).
    ///
    /// - Throws: `InputError` where it cannot be read.
    public init(path: String) throws(InputError) {
        let file = try SourceFile(path: path, upTo: FileReading.maxScenarioBytes)
        (name, bytes) = (file.name, file.bytes)
        // A pipe, `v2x check <(...)`, has no folder of its own.
        let isPipe = path.hasPrefix("/dev/")
        directory = isPipe ? "" : path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
    }

    /// A text that is no file's; relative paths in it start from `directory`.
    public init(text: String, named name: String, directory: String = "") {
        self.name = name
        self.directory = directory
        bytes = Array(text.utf8)
    }
}

/// A scenario as a tree of keys that are not checked yet: what a sweep changes before each run. One thread's alone.
package struct ScenarioDocument {
    let source: ScenarioSource
    var root: Node

    /// Parses `source`.
    ///
    /// - Throws: `InputError` where it is not YAML.
    package init(_ source: ScenarioSource) throws(InputError) {
        self.source = source
        root = try YAMLText.root(source.bytes, file: source.name)
    }

    /// Puts `value` at `key`, in place of what is there.
    ///
    /// - Throws: `ScenarioKey.Problem` where the scenario has no such place.
    package mutating func set(_ value: ScenarioValue, at key: ScenarioKey) throws(ScenarioKey.Problem) {
        root = try key.setting(value, in: root)
    }

    /// What stands at the keys `path`, one inside the other; nil where nothing does.
    package func text(_ path: String...) -> String? {
        var node: Node? = root
        for key in path { node = node?.mapping?[key] }
        return node?.scalar?.string
    }

    /// What stands at `path` in the entry of a list that has this `id`; nil where nothing does.
    package func text(ofEntry id: String, in list: [String], _ path: String...) -> String? {
        var node: Node? = root
        for key in list { node = node?.mapping?[key] }
        var entry = node?.sequence?.first { $0.mapping?["id"]?.scalar?.string == id }
        for key in path { entry = entry?.mapping?[key] }
        return entry?.scalar?.string
    }

    /// The tree as text: the same for two documents with the same content in the same order, whatever their layout.
    package var canonicalText: String {
        var text = ""
        ScenarioDocument.write(ScenarioValue(root), into: &text)
        return text
    }

    private static func write(_ value: ScenarioValue, into text: inout String) {
        switch value {
        case .scalar(let scalar, let isQuoted): text += "\(isQuoted ? "'" : "")\(scalar.utf8.count):\(scalar)"
        case .list(let items):
            text += "["
            for item in items { write(item, into: &text) }
            text += "]"
        case .map(let entries):
            text += "{"
            for entry in entries {
                write(.scalar(entry.key), into: &text)
                write(entry.value, into: &text)
            }
            text += "}"
        }
    }
}

// MARK: - Other days

extension ScenarioDocument {
    /// The day of the calendar on which the horizon starts, in days since 1970-01-01; nil where it has none.
    package var startDay: Int? { text("horizon", "start").flatMap { TimeText($0) }?.wall.dayNumber }

    /// The clock of the horizon's zone; nil where the zone is not known.
    package var clock: WallClock? { text("horizon", "timezone").map { WallClock(timeZone: $0) } ?? .utc }

    /// Start days on which the whole horizon lies within `span`.
    package func startDays(within span: Range<Instant>) -> [Int] {
        guard let clock, let start = text("horizon", "start").flatMap({ TimeText($0) })?.wall,
            let end = text("horizon", "end").flatMap({ TimeText($0) })?.wall
        else { return [] }
        let first = clock.wallTime(at: span.lowerBound).dayNumber - 1
        return (first...clock.wallTime(at: span.upperBound).dayNumber).filter { day in
            let moved = (day - start.dayNumber) * 86_400
            let from = clock.firstInstant(of: WallTime(secondsSince1970: start.secondsSince1970 + moved))
            let to = clock.firstInstant(of: WallTime(secondsSince1970: end.secondsSince1970 + moved))
            return from >= span.lowerBound && to <= span.upperBound
        }
    }

    /// Moves every time of the scenario by the same number of days, so that the horizon starts on `day`: clocks show the
    /// same times of day.
    ///
    /// - Throws: `ScenarioKey.Problem` where a time has an offset (its wall time on another day cannot be known).
    package mutating func move(toStartDay day: Int) throws(ScenarioKey.Problem) {
        guard let startDay else { throw ScenarioKey.Problem(message: "horizon.start is missing") }
        root = try ScenarioDocument.moved(root, by: day - startDay, at: "")
    }

    private static func moved(_ node: Node, by days: Int, at path: String) throws(ScenarioKey.Problem) -> Node {
        switch node {
        case .scalar(var scalar):
            guard path != "name", let time = TimeText(scalar.string) else { return node }
            if time.offsetSeconds != nil {
                throw ScenarioKey.Problem(
                    message: "\(path): \(scalar.string) has an offset: only wall times can be moved to other days")
            }
            let date = WallTime(secondsSince1970: (time.wall.dayNumber + days) * 86_400).date
            // 24:00 is the next day's start already.
            scalar.string =
                time.wall.date == scalar.string.prefix(10)
                ? date + scalar.string.dropFirst(10)
                : WallTime(secondsSince1970: (time.wall.dayNumber - 1 + days) * 86_400).date
                    + scalar.string.dropFirst(10)
            return .scalar(scalar)
        case .sequence(var items):
            for index in items.indices { items[index] = try moved(items[index], by: days, at: "\(path)[\(index)]") }
            return .sequence(items)
        case .mapping(var mapping):
            for index in mapping.indices {
                let (key, value) = mapping[index]
                let name = key.scalar?.string ?? "?"
                mapping[index] = (key, try moved(value, by: days, at: path.isEmpty ? name : "\(path).\(name)"))
            }
            return .mapping(mapping)
        case .alias: return node
        }
    }
}
