import Scenarios
import Synchronization

/// What a feed may be told, beside the file's name.
package struct FeedOptions: Sendable {
    /// An option of a series, by the key that it has in a scenario.
    package enum Key: String, CaseIterable, Sendable {
        case column, sequence, vat, area, zone, home, payment, resolution, `where`, timezone, stamp, dates
    }

    /// The feed's name; nil: as the content tells.
    package var format: String?
    /// The column, key or type of payload to take; nil: the only one, or the usual one.
    package var column: String?
    /// ENTSO-E: which of several auctions.
    package var sequence: Int?
    /// Whether prices are those with value-added tax; nil: with.
    package var includesVAT: Bool?
    /// The bidding zone.
    package var zone: String?
    /// Tibber: the home.
    package var home: String?
    /// Octopus: the way of paying.
    package var payment: String?
    /// Length of the rows to take, s.
    package var resolutionSeconds: Int?
    /// Rows to take: those that have these values in these columns.
    package var filters: [Filter] = []
    /// For wall times without an offset; nil: the file's, or the horizon's.
    package var timezone: WallClock?
    /// Whether stamps are the ends of rows; nil: as in the file, or their starts.
    package var stampsAreEnds: Bool?
    /// Whether the day is before the month in dates such as 10/11/2025; nil: as the file shows.
    package var isDayFirst: Bool?
    /// The horizon's zone.
    package var clock: WallClock
    /// The scenario's currency; nil where there is no scenario.
    package var currency: String?
    /// What the series measures; nil where there is no scenario.
    var quantity: Quantity?
    /// Whether the series is what is paid for energy fed in.
    var isExport = false
    /// Options that were of use.
    private(set) var used = UsedOptions()

    package struct Filter: Equatable, Sendable {
        var name: String
        var value: String
    }

    package init(clock: WallClock = .utc) { self.clock = clock }

    /// The same options for another file: none was of use yet.
    func forAnotherFile() -> FeedOptions {
        var options = self
        options.used = UsedOptions()
        return options
    }

    /// The options that were given.
    var given: Set<Key> { Set(FeedOption.all.filter { $0.isGiven(self) }.map(\.key)) }

    /// Sets an option as a command line has it.
    ///
    /// - Returns: what the text must be, where it is something else.
    package mutating func set(_ key: Key, to text: String) -> String? {
        FeedOption.all.first { $0.key == key }?.parse(text, &self)
    }

    /// What a filter's key would be called in a scenario.
    func filters(_ key: Key) -> String? {
        switch key {
        case .zone: zone
        case .home: home
        case .payment: payment
        default: nil
        }
    }
}

/// An option of a series' file, declared once: its key in a scenario, its place in the schema, and what `v2x feeds` takes.
struct FeedOption: Sendable {
    let key: FeedOptions.Key
    let property: Schema.Property
    let isGiven: @Sendable (FeedOptions) -> Bool
    /// Reads it from a scenario: false, and findings, where it is wrong.
    let read: @Sendable (InputValue, inout FeedOptions) -> Bool
    /// Reads it from a command line; what it must be, where it is something else.
    let parse: @Sendable (String, inout FeedOptions) -> String?

    typealias Place<Value> = WritableKeyPath<FeedOptions, Value?> & Sendable

    /// Every option, in the order of the schema.
    static let all: [FeedOption] = [
        .text(.column, "The column, key or type of payload, of several.", \.column),
        FeedOption(
            key: .where, property: Schema.key("where", .anyMap, "Rows to take: { LMP_TYPE: LMP }."),
            isGiven: { !$0.filters.isEmpty },
            read: { value, options in
                guard case .map(let entries) = value.anyValue, !entries.isEmpty else {
                    value.error("must be a map of columns and values, { LMP_TYPE: LMP }")
                    return false
                }
                options.filters = entries.map { .init(name: $0.key, value: $0.value.text) }
                return true
            },
            parse: { text, options in
                guard let equals = text.firstIndex(of: "=") else { return "must be COLUMN=VALUE" }
                options.filters.append(
                    .init(name: String(text[..<equals]), value: String(text[text.index(after: equals)...])))
                return nil
            }),
        .text(.zone, "The bidding zone, of several.", \.zone),
        .text(.area, "The same as zone.", \.zone, isAlias: true),
        .text(.home, "The home, of several.", \.home),
        .text(.payment, "The way of paying, of several (direct_debit).", \.payment),
        FeedOption(
            key: .resolution, property: Schema.key("resolution", .duration, "The length of rows, of several."),
            isGiven: { $0.resolutionSeconds != nil },
            read: { value, options in
                options.resolutionSeconds = value.duration()
                return options.resolutionSeconds != nil
            },
            parse: { text, options in
                options.resolutionSeconds = DurationText.seconds(text)
                return options.resolutionSeconds == nil ? "must be a length of time such as 15min" : nil
            }),
        FeedOption(
            key: .sequence, property: Schema.key("sequence", .number(.positive), "ENTSO-E: which auction (1)."),
            isGiven: { $0.sequence != nil },
            read: { value, options in
                if let number = value.number(.positive), number == number.rounded(), number < 1000 {
                    options.sequence = Int(saturating: number)
                    return true
                }
                if value.scalarText.flatMap({ Double(plain: $0) }) != nil { value.error("must be a whole number") }
                return false
            },
            parse: { text, options in
                options.sequence = Int(text)
                return options.sequence == nil ? "must be a whole number" : nil
            }),
        .either(
            .vat, ["include", "exclude"], yes: "include", what: "way to treat VAT",
            "With value-added tax or without, of both.", \.includesVAT),
        FeedOption(
            key: .timezone,
            property: Schema.key("timezone", .text, "Of times without an offset (the file's, or the horizon's)."),
            isGiven: { $0.timezone != nil },
            read: { value, options in
                options.timezone = value.timeZone()
                return options.timezone != nil
            },
            parse: { text, options in
                options.timezone = WallClock(timeZone: text)
                return options.timezone == nil ? "must be an IANA name" : nil
            }),
        .either(
            .stamp, ["start", "end"], yes: "end", what: "place of stamps", "What times of rows are (start).",
            \.stampsAreEnds),
        .either(
            .dates, ["day-first", "month-first"], yes: "day-first", what: "order of dates",
            "Of dates such as 10/11/2025.", \.isDayFirst),
    ]

    /// - Parameter isAlias: whether it is another option by a second name: it is the other one that is given then.
    private static func text(
        _ key: FeedOptions.Key, _ note: String, _ place: Place<String>, isAlias: Bool = false
    ) -> FeedOption {
        FeedOption(
            key: key, property: Schema.key(key.rawValue, .text, note),
            isGiven: { !isAlias && $0[keyPath: place] != nil },
            read: { value, options in
                options[keyPath: place] = value.text()
                return options[keyPath: place] != nil
            },
            parse: { text, options in
                options[keyPath: place] = text
                return nil
            })
    }

    /// One of two names, of which `yes` stands for true.
    private static func either(
        _ key: FeedOptions.Key, _ names: [String], yes: String, what: String, _ note: String, _ place: Place<Bool>
    ) -> FeedOption {
        FeedOption(
            key: key, property: Schema.key(key.rawValue, .choice(names), note), isGiven: { $0[keyPath: place] != nil },
            read: { value, options in
                options[keyPath: place] = value.choice(names, what: what).map { $0 == yes }
                return options[keyPath: place] != nil
            },
            parse: { text, options in
                guard names.contains(text) else { return "must be " + names.joined(separator: " or ") }
                options[keyPath: place] = text == yes
                return nil
            })
    }
}

/// Which options a feed made use of: one that it did not is an error.
final class UsedOptions: Sendable {
    private let noted = Mutex<Set<FeedOptions.Key>>([])
    var keys: Set<FeedOptions.Key> { noted.withLock { $0 } }
    func note(_ key: FeedOptions.Key) { noted.withLock { _ = $0.insert(key) } }
}

/// Fields that tell several series of one file apart, and the key of a scenario that chooses among them.
enum FeedDimension {
    /// The option that chooses among the values of a field; nil: `where`.
    static func option(_ field: String) -> FeedOptions.Key? { options[fold(field)] }

    private static let options: [String: FeedOptions.Key] = {
        var found: [String: FeedOptions.Key] = [:]
        for name in [
            "pricearea", "areacode", "mapcode", "area", "areadisplayname", "areaname", "region", "regionid", "zone",
            "biddingzone", "geoname", "geoid", "market", "country", "node", "nodeid", "pnodename", "pnodeid", "inarea",
        ] { found[name] = .zone }
        found["paymentmethod"] = .payment
        found["home"] = .home
        found["resolution"] = .resolution
        found["resolutioncode"] = .resolution
        found["sequence"] = .sequence
        return found
    }()

    /// Fields that name one thing in two ways: the first of each decides.
    static let identities: [FeedOptions.Key] = [.zone, .payment, .home]

    /// Small letters and digits only: `DIRECT_DEBIT` and `direct debit` are the same.
    static func fold(_ text: String) -> String {
        String(
            text.lowercased().unicodeScalars.filter { $0.properties.isAlphabetic || ("0"..."9").contains($0) }.map(
                Character.init))
    }

    static func agree(_ value: String, _ wanted: String) -> Bool {
        value == wanted || (!fold(wanted).isEmpty && fold(value) == fold(wanted))
    }

    /// How a scenario chooses one value of a field.
    static func choice(_ field: String, _ value: String) -> String {
        switch option(field) {
        case .zone: "zone: \(value)"
        case .payment: "payment: \(value.lowercased())"
        case .home: "home: \(value)"
        case .resolution: "resolution: \(value)"
        case .sequence: "sequence: \(value)"
        default: "where: { \(field): \(value) }"
        }
    }
}
