import Scenarios

/// Where a source of JSON has its times and values: a line in `JSONSources`.
struct JSONSource: Sendable {
    /// How values and times are laid out.
    enum Shape: Sendable {
        /// A list of objects, each with a time and values.
        case records
        /// Two lists side by side, of times and of values.
        case columns
        /// A list of pairs, [time, value].
        case pairs
        /// An object whose keys are times.
        case keyed
    }

    struct Value: Sendable {
        /// `total`, `price.value`; a sum is written with +.
        var path: String
        /// Its name, for `column`; the path where there is no other.
        var name: String
        var unit: String?
        /// Whether value-added tax is in it; nil: the option `vat` does not choose it.
        var includesVAT: Bool?
        /// Whether it is a price to pay, taxes and fees in.
        var isRetail: Bool
        /// The keys of each term of `path`, taken apart once.
        let terms: [[String]]

        init(path: String, name: String, unit: String?, includesVAT: Bool?, isRetail: Bool) {
            self.path = path
            self.name = name
            self.unit = unit
            self.includesVAT = includesVAT
            self.isRetail = isRetail
            terms = path.split(separator: "+").map { term in
                term.contains(".") ? term.split(separator: ".").map(String.init) : [String(term)]
            }
        }
    }

    var name: String
    var title: String
    var shape = Shape.records
    /// Keys that the list stands under; empty: any, or none.
    var lists: Set<String> = []
    /// Key of the time; of `columns`, of the list of times.
    var start: String
    var end: String?
    var values: [Value]
    /// Unit of values that have none of their own, where the file has none; `currency` stands for the scenario's.
    var unit: String?
    /// Keys that every record has, to tell it from others.
    var needs: [String] = []
    /// Times are the ends of records.
    var stampsAreEnds = false
    /// Key of the length of a record, ISO 8601.
    var length: String?
    /// A missing end lasts until it is replaced.
    var isOpen = false
    /// Rows last until the next one, however long.
    var isHeld = false
    /// What the key above the list is called, where it tells series apart: `zone`, `home`, `column`.
    var listKey: String?
    /// Only lists whose key is a bidding zone.
    var isListKeyZone = false
    /// A key whose object has a value for each zone.
    var zoneMap: String?
    /// Of times without an offset; nil: those are refused unless the scenario sets `timezone`.
    var zone: String?

    /// Values by `path[=name] [unit]`, the usual one first.
    static func values(_ paths: [String], retail: Set<String> = [], vat: [String: Bool] = [:]) -> [Value] {
        paths.map { text in
            let words = text.split(separator: " ").map(String.init)
            let parts = words[0].split(separator: "=").map(String.init)
            let name = parts.count > 1 ? parts[1] : parts[0]
            return Value(
                path: parts[0], name: name, unit: words.count > 1 ? words[1] : nil, includesVAT: vat[name],
                isRetail: retail.contains(name))
        }
    }
}
