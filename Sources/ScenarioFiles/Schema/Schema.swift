import Scenarios

/// What may stand at a place of a scenario, for editors: `v2x schema` writes it as JSON Schema (2020-12).
///
/// It describes what can be checked without reading files or other places; the reader checks the rest. A test holds its keys to those
/// that the reader asks for.
package indirect enum Schema: Sendable {
    case number(NumberRange)
    case text
    case flag
    /// Wall time, or with an offset.
    case time
    /// `18:00`
    case clock
    /// `15min`
    case duration
    /// The number 0, for a length of time that may be none.
    case zero
    case choice([String])
    case list(Schema, minCount: Int = 0)
    /// A pair of numbers, or of a value and a number.
    case pair(Schema, Schema)
    case map([Property])
    /// A map whose keys are the user's own.
    case anyMap
    case any([Schema])
    /// One of `SchemaDefinitions`.
    case defined(String)

    /// A key of a map.
    package struct Property: Sendable {
        package var key: String
        package var value: Schema
        /// Unit and meaning.
        package var note: String
        package var isRequired: Bool
    }

    /// A key that may be left out.
    package static func key(_ key: String, _ value: Schema, _ note: String) -> Property {
        Property(key: key, value: value, note: note, isRequired: false)
    }
    /// A key that must be there.
    package static func required(_ key: String, _ value: Schema, _ note: String) -> Property {
        Property(key: key, value: value, note: note, isRequired: true)
    }

    /// One of it, or a list of them.
    package static func oneOrMore(_ schema: Schema) -> Schema { .any([schema, .list(schema)]) }
    /// One value per step, in any form.
    package static var series: Schema { .defined("series") }

    /// When a stream counts: `from` and `to`, or `daily` and `days` between them.
    package static var eventTimes: [Property] {
        [
            key("from", .time, "From when on; open where it is missing."),
            key("to", .time, "Until when; open where it is missing."),
            key("daily", .defined("daily"), "Two times of day, each day between from and to."),
            key("days", .defined("days"), "The days on which a daily span starts."),
        ]
    }

    /// Keys that may all be left out.
    static func relaxed(_ properties: [Property]) -> [Property] {
        properties.map {
            var property = $0
            property.isRequired = false
            return property
        }
    }
}
