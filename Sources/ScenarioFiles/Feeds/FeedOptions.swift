import Scenarios

/// What a feed may be told, beside the file's name.
struct FeedOptions {
    /// An option of a series, by the key that it has in a scenario.
    enum Key: String, CaseIterable, Sendable {
        case column, sequence, vat, area, zone, home, payment, resolution, `where`, timezone, stamp, dates
    }

    /// The column, key or type of payload to take; nil: the only one, or the usual one.
    var column: String?
    /// ENTSO-E: which of several auctions.
    var sequence: Int?
    /// Whether prices are those with value-added tax; nil: with.
    var includesVAT: Bool?
    /// The bidding zone.
    var zone: String?
    /// Tibber: the home.
    var home: String?
    /// Octopus: the way of paying.
    var payment: String?
    /// Length of the rows to take, s.
    var resolutionSeconds: Int?
    /// Rows to take: those that have these values in these columns.
    var filters: [Filter] = []
    /// For wall times without an offset; nil: the file's, or the horizon's.
    var timezone: WallClock?
    /// Whether stamps are the ends of rows; nil: as in the file, or their starts.
    var stampsAreEnds: Bool?
    /// Whether the day is before the month in dates such as 10/11/2025; nil: as the file shows.
    var isDayFirst: Bool?
    /// The horizon's zone.
    var clock: WallClock
    /// The scenario's currency; nil where there is no scenario.
    var currency: String?
    /// What the series measures; nil where there is no scenario.
    var quantity: Quantity?
    /// Whether the series is what is paid for energy fed in.
    var isExport = false
    /// Options that were of use.
    let used = UsedOptions()

    struct Filter: Equatable {
        var name: String
        var value: String
    }

    init(clock: WallClock) { self.clock = clock }

    /// The options that were given.
    var given: Set<Key> {
        var keys: Set<Key> = []
        if column != nil { keys.insert(.column) }
        if sequence != nil { keys.insert(.sequence) }
        if includesVAT != nil { keys.insert(.vat) }
        if zone != nil { keys.insert(.zone) }
        if home != nil { keys.insert(.home) }
        if payment != nil { keys.insert(.payment) }
        if resolutionSeconds != nil { keys.insert(.resolution) }
        if !filters.isEmpty { keys.insert(.where) }
        if timezone != nil { keys.insert(.timezone) }
        if stampsAreEnds != nil { keys.insert(.stamp) }
        if isDayFirst != nil { keys.insert(.dates) }
        return keys
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

/// Which options a feed made use of: one that it did not is an error.
final class UsedOptions {
    private(set) var keys: Set<FeedOptions.Key> = []
    func note(_ key: FeedOptions.Key) { keys.insert(key) }
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
