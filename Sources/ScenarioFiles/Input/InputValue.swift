import Scenarios
import Yams

/// What reading an input needs to know everywhere.
final class InputContext {
    /// The file as the user named it.
    let file: String
    /// Folder that relative paths in the file start from.
    let directory: String
    let log: FindingLog
    var currency = "EUR"
    /// The steps of the horizon; a stand-in where `horizon` is wrong, so that the rest is read and checked all the same.
    var grid: TimeGrid?
    /// Whether `grid` is the horizon's: what depends on its length is not checked against a stand-in.
    var isHorizonKnown = false
    var clock = WallClock.utc
    /// What `start: now` means; nil until it is asked for: then the system's clock.
    var now: Instant?
    /// Whether the horizon starts now, so that what is written down may be over.
    var startsNow = false
    /// The time after the horizon's own end that is planned with the last known day's values; nil: none is.
    var repeating: Repeating?
    /// 20 degC in each step, for batteries whose temperature is not written.
    var roomTemperature: [Double] = []
    /// Files of series, each read once.
    var tables: [String: ReadFile] = [:]
    /// What came of reading a file: nothing, and findings, where it was wrong.
    struct ReadFile { var table: FeedTable? }

    /// Told of every key that is asked for, with the path of its map; nil where keys are not recorded.
    var onAsked: ((_ map: String, _ key: String) -> Void)?
    /// The fleet that is being read: the file's row of the vehicle at hand; nil elsewhere.
    var fleet: FleetReading?
    /// Files that other scenarios read too; nil where there are no others.
    var shared: SeriesFiles?
    /// Digests of the shared files that were read, by path.
    var digests: [String: UInt64] = [:]

    init(file: String, directory: String, log: FindingLog = FindingLog()) {
        self.file = file
        self.directory = directory
        self.log = log
    }
}

/// The time that is planned after what is known.
struct Repeating {
    /// The horizon's own end; nil until the horizon is read.
    var from: Instant?
    /// The last target.
    var until: Instant
    /// The first series that knows less than a day before its end; nil where all can be repeated.
    var tooShort: String?
}

/// A value somewhere in an input: it knows its path and its place.
package struct InputValue {
    let node: Node
    /// `vehicles[0].battery`
    package let path: String
    let context: InputContext
    /// Where it stands, where it is not a YAML node but a cell of a table. Lines and columns are 1-based.
    var cell: (line: Int, column: Int)?

    init(node: Node, path: String, context: InputContext, cell: (line: Int, column: Int)? = nil) {
        self.node = node
        self.path = path
        self.context = context
        self.cell = cell
    }

    /// The steps of the horizon.
    package var grid: TimeGrid? { context.grid }
    /// The scenario's currency.
    package var currency: String { context.currency }

    /// Reports an error here.
    package func error(_ message: String) { report(message, .error) }
    /// Reports something that does not stop the scenario.
    package func warning(_ message: String) { report(message, .warning) }

    /// Reports values that are hardly what they are taken for: an error where the user is strict.
    func doubt(_ message: String) { report(message, .warning, isDoubt: true) }

    private func report(_ message: String, _ severity: Finding.Severity, isDoubt: Bool = false) {
        context.log.add(
            Finding(
                severity: severity, file: context.file, line: cell?.line ?? node.mark?.line,
                column: cell?.column ?? node.mark?.column, keyPath: path, message: message,
                isDoubt: isDoubt))
    }

    /// Whether a list stands here.
    package var isList: Bool {
        if case .sequence = node { return true }
        return false
    }

    /// The scalar's text where this is one; nil for maps and lists.
    package var scalarText: String? {
        if case .scalar(let scalar) = node { return scalar.string }
        return nil
    }

    /// Whether nothing stands here (`key:` or `key: null`).
    var isNull: Bool {
        guard case .scalar(let scalar) = node, scalar.style == .plain || scalar.style == .any else { return false }
        return ["", "~", "null", "Null", "NULL"].contains(scalar.string)
    }

    private var isQuoted: Bool {
        if case .scalar(let scalar) = node { return scalar.style == .singleQuoted || scalar.style == .doubleQuoted }
        return false
    }

    /// What stands here, for a message: `"text"`, `a list`, `a map`, `nothing`.
    var described: String {
        switch node {
        case .mapping: "a map"
        case .sequence: "a list"
        case .scalar(let scalar):
            isNull ? "nothing" : isQuoted ? "\"\(excerpt(scalar.string))\"" : excerpt(scalar.string)
        case .alias: "an alias"
        }
    }

    /// The finite number here; nil, and a finding, where there is none.
    package func number(_ range: NumberRange = .any, unit: String = "") -> Double? {
        let unitText = unit.isEmpty ? "" : " \(unit)"
        guard let text = scalarText, !isNull, !isQuoted else {
            error("must be a number\(unit.isEmpty ? "" : " (\(unit))"), got \(described)")
            return nil
        }
        guard let value = Double(plain: text) else {
            let isSpecial = [".nan", "nan", ".inf", "-.inf", "+.inf", "inf", "-inf", "infinity"].contains(
                text.lowercased())
            error(
                isSpecial
                    ? "must be a finite number, got \(text)"
                    : "must be a number\(unit.isEmpty ? "" : " (\(unit))"), got \(described)")
            return nil
        }
        if abs(value) > .maxOfInput {
            error("is too large a number, got \(excerpt(text))")
            return nil
        }
        if let complaint = range.complaint(about: value, text: excerpt(text), unit: unitText) {
            error(complaint)
            return nil
        }
        return value
    }

    /// The text here; nil, and a finding, where there is a map, a list or nothing.
    package func text() -> String? {
        guard let text = scalarText, !isNull, !text.isEmpty else {
            error("must be text, got \(described)")
            return nil
        }
        guard !text.unicodeScalars.contains(where: { $0.isControl && $0 != "\n" && $0 != "\t" }) else {
            error("must be text without control characters, got \(described.withoutControls)")
            return nil
        }
        return text
    }

    /// `true` or `false` (YAML 1.2: `yes` and `no` are texts).
    package func flag() -> Bool? {
        switch scalarText {
        case "true", "True", "TRUE": return true
        case "false", "False", "FALSE": return false
        default:
            error("must be true or false, got \(described)")
            return nil
        }
    }

    /// One of `names`.
    package func choice(_ names: [String], what: String) -> String? {
        guard let text = text() else { return nil }
        if names.contains(text) { return text }
        let hint = nearestWord(to: text, among: names).map { "; did you mean \($0)?" } ?? ""
        error("unknown \(what) \"\(text)\"\(hint) (\(names.joined(separator: ", ")))")
        return nil
    }

    /// The values of a list; nil, and a finding, where this is none.
    package func list() -> [InputValue]? {
        guard case .sequence(let sequence) = node else {
            error("must be a list, got \(described)")
            return nil
        }
        return sequence.enumerated().map { InputValue(node: $1, path: "\(path)[\($0)]", context: context) }
    }

    /// A reader of the map here; nil, and a finding, where this is none.
    package func section() -> SectionReader? {
        guard case .mapping(let mapping) = node else {
            error("must be a map, got \(described)")
            return nil
        }
        return SectionReader(mapping: mapping, value: self)
    }

    /// A moment: wall time in the scenario's zone, or with an offset.
    package func instant() -> Instant? {
        guard let text = text() else { return nil }
        return context.clock.instant(text, report: self)
    }

    /// A length of time in seconds: `15min`, `1h`, `60s`, `PT15M`.
    ///
    /// - Parameter mayBeZero: whether no time at all is a length too.
    package func duration(mayBeZero: Bool = false) -> Int? {
        guard let text = text() else { return nil }
        if mayBeZero, text == "0" { return 0 }
        guard let seconds = DurationText.seconds(text), seconds > 0 || mayBeZero else {
            error("must be a length of time such as 15min, 1h or PT15M, got \(described)")
            return nil
        }
        return seconds
    }

    /// A list of pairs of numbers; `what` is the pair's form, for messages.
    func pairs(_ what: String) -> [LocatedPair]? {
        guard let items = list() else { return nil }
        if items.isEmpty { error("must hold at least one pair \(what)") }
        let pairs = items.map { item -> LocatedPair? in
            guard case .sequence(let sequence) = item.node, sequence.count == 2, let values = item.list() else {
                item.error("must be a pair \(what), got \(item.described)")
                return nil
            }
            let (first, second) = (values[0].number(), values[1].number())
            guard let first, let second else { return nil }
            return LocatedPair(place: item, first: first, second: second)
        }
        return items.isEmpty || pairs.contains { $0 == nil } ? nil : pairs.compactMap { $0 }
    }
}

/// A pair of numbers and where it stands.
struct LocatedPair {
    var place: InputValue
    var first: Double
    var second: Double
}
