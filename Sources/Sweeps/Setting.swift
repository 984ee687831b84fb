import ScenarioFiles
import Scenarios
import Scheduling

/// One value of an axis: what its column says, and what it changes in the base scenario.
public struct Setting: Sendable, Equatable {
    /// In the axis' column.
    public var shown: SweepValue
    var changes: [Change]

    enum Change: Sendable, Equatable {
        case set(ScenarioKey, ScenarioValue)
        /// The horizon, and every other time, moved to start on this day (since 1970-01-01).
        case startDay(Int)
        case mode(ScheduleMode)
    }

    /// `value` at each of `keys`.
    init(_ value: ScenarioValue, at keys: [ScenarioKey]) {
        shown = value.number.map { .real($0) } ?? .text(value.text)
        changes = keys.map { .set($0, value) }
    }

    init(shown: String, _ changes: [Change]) {
        self.shown = .text(shown)
        self.changes = changes
    }

    /// The value that `base` has where this setting changes it, as a setting that changes nothing. The text `base` where it has
    /// none, or one that does not fit into a cell of the table.
    func unchanged(in base: ScenarioDocument) -> Setting {
        var same = Setting(shown: "base", [])
        for change in changes {
            switch change {
            case .mode: same.shown = .text(ScheduleMode.v2x.rawValue)
            case .startDay:
                guard let day = base.startDay else { continue }
                same.shown = .text(WallTime(secondsSince1970: day * 86_400).date)
            case .set(let key, _):
                guard case .scalar(let text, _)? = base.value(at: key) else { continue }
                same.shown = Double(text).map { .real($0) } ?? .text(text)
            }
            break
        }
        return same
    }

    /// For digests: two settings that do the same have the same text.
    var canonicalText: String {
        "\(shown.text)|"
            + changes.map { change in
                switch change {
                case .set(let key, let value): "\(key)=\(value.text)"
                case .startDay(let day): "day=\(day)"
                case .mode(let mode): "mode=\(mode.rawValue)"
                }
            }.joined(separator: ";")
    }
}

/// What stands in a cell of the table of results.
public enum SweepValue: Sendable, Equatable {
    case null
    case integer(Int)
    case real(Double)
    case text(String)

    init(_ number: Double?) { self = number.map { .real($0) } ?? .null }

    /// The number, where it is one.
    public var number: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .real(let value): value
        case .null, .text: nil
        }
    }

    /// Numbers in as many digits as give them back; nothing for null.
    public var text: String {
        switch self {
        case .null: ""
        case .integer(let value): "\(value)"
        case .real(let value): ScenarioValue.number(value).text
        case .text(let text): text
        }
    }
}
