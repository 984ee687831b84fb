import Scenarios

/// A key of a section, declared once: its reader, its place in the schema and on the page of keys, and its column in a
/// fleet's table all come from this.
///
///     .number("max_cycles_per_day", .nonNegative, isColumn: true, "Maximum energy discharged in a day, in capacities",
///         \.battery.maxCyclesPerDay)
///
/// An optional key that is wrong has a finding, and the section is read on as though it were absent. A required one that
/// is wrong or absent leaves no section.
struct SectionKey<Section>: Sendable {
    /// The key in the schema.
    let property: Schema.Property
    /// Whether a fleet's table of vehicles may have a column of this name.
    let isColumn: Bool
    /// Reads it into a section: false, and findings, where the section cannot be used then.
    let read: @Sendable (_ reader: SectionReader, _ section: inout Section) -> Bool

    /// Where a value of a section goes.
    typealias Place<Value> = WritableKeyPath<Section, Value> & Sendable

    /// A number that may be left out: then it is `byDefault`.
    ///
    /// - Parameters:
    ///   - unit: the unit in messages of bad values.
    ///   - sentence: meaning and unit, without full stop and default.
    static func number(
        _ key: String, _ range: NumberRange, _ unit: MessageUnit = .none, byDefault: Double, isColumn: Bool = false,
        _ sentence: String, _ place: Place<Double>
    ) -> SectionKey {
        let note = "\(sentence) (\(SectionKeyText.number(byDefault)))."
        return SectionKey(property: Schema.key(key, .number(range), note), isColumn: isColumn) { reader, section in
            section[keyPath: place] = reader.number(key, range, unit: unit.text(reader), default: byDefault)
            return true
        }
    }

    /// A number without a default: nil where it is left out.
    static func number(
        _ key: String, _ range: NumberRange, _ unit: MessageUnit = .none, isColumn: Bool = false, _ sentence: String,
        _ place: Place<Double?>
    ) -> SectionKey {
        SectionKey(property: Schema.key(key, .number(range), sentence + "."), isColumn: isColumn) { reader, section in
            section[keyPath: place] = reader.optional(key)?.number(range, unit: unit.text(reader))
            return true
        }
    }

    /// A number that must be there.
    static func requiredNumber(
        _ key: String, _ range: NumberRange, _ unit: MessageUnit = .none, example: String, isColumn: Bool = false,
        _ sentence: String, _ place: Place<Double>
    ) -> SectionKey {
        SectionKey(property: Schema.required(key, .number(range), sentence + "."), isColumn: isColumn) {
            reader, section in
            guard let value = reader.number(key, range, unit: unit.text(reader), example: example) else { return false }
            section[keyPath: place] = value
            return true
        }
    }

    /// `true` or `false`; `byDefault` where it is left out.
    static func flag(_ key: String, byDefault: Bool, _ sentence: String, _ place: Place<Bool>) -> SectionKey {
        SectionKey(property: Schema.key(key, .flag, "\(sentence) (\(byDefault))."), isColumn: false) {
            reader, section in
            section[keyPath: place] = reader.optional(key)?.flag() ?? byDefault
            return true
        }
    }

    /// One value per step, of a quantity whose unit the sentence names; as it was where it is left out.
    static func series(
        _ key: String, _ quantity: Quantity, _ range: NumberRange, _ sentence: String, _ place: Place<[Double]>
    ) -> SectionKey {
        SectionKey(property: Schema.key(key, .series, sentence + "."), isColumn: false) { reader, section in
            if let values = reader.optionalSeries(key, quantity, range) { section[keyPath: place] = values }
            return true
        }
    }

    /// One of the names of `Choice`; `byDefault` where it is left out.
    ///
    /// - Parameter what: what a name is of, for messages.
    static func choice<Choice: RawRepresentable<String> & CaseIterable & Sendable>(
        _ key: String, what: String, byDefault: Choice, _ sentence: String, _ place: Place<Choice>
    ) -> SectionKey {
        let names = Choice.allCases.map(\.rawValue)
        let note = "\(sentence) (\(byDefault.rawValue))."
        return SectionKey(property: Schema.key(key, .choice(names), note), isColumn: false) { reader, section in
            let name = reader.optional(key)?.choice(names, what: what)
            section[keyPath: place] = name.flatMap(Choice.init) ?? byDefault
            return true
        }
    }

    /// A key that is read in a way of its own.
    static func key(
        _ property: Schema.Property, isColumn: Bool = false,
        read: @escaping @Sendable (_ value: InputValue?, _ section: inout Section) -> Bool
    ) -> SectionKey {
        SectionKey(property: property, isColumn: isColumn) { reader, section in
            read(reader.optional(property.key), &section)
        }
    }

    /// A key that the section's reader asks for by itself, since what it means depends on other keys.
    static func ofReader(_ property: Schema.Property, isColumn: Bool = false) -> SectionKey {
        SectionKey(property: property, isColumn: isColumn) { _, _ in true }
    }
}

/// The unit of a number in messages of bad values.
enum MessageUnit: Sendable {
    case none
    case text(String)
    /// Money per kWh.
    case pricePerKWh

    func text(_ reader: SectionReader) -> String {
        switch self {
        case .none: ""
        case .text(let text): text
        case .pricePerKWh: "\(reader.value.currency)/kWh"
        }
    }
}

private enum SectionKeyText {
    /// `0.8`, `100`, `1e-6`
    static func number(_ value: Double) -> String { value.short.replacing("e-0", with: "e-") }
}

extension SectionReader {
    /// Reads every key into `section`: false, and findings, where a key that it cannot do without is wrong or absent.
    func read<Section>(_ keys: [SectionKey<Section>], into section: inout Section) -> Bool {
        var isUsable = true
        for key in keys where !key.read(self, &section) { isUsable = false }
        return isUsable
    }
}

extension [Schema.Property] {
    /// The keys of a section in the schema.
    init<Section>(_ keys: [SectionKey<Section>]) { self = keys.map(\.property) }
}
