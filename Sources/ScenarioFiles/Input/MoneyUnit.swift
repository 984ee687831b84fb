import Scenarios

/// A price's unit as people write it: `EUR/MWh`, `€/MWh`, `ct/kWh`, `öre/kWh`, `NOK_per_kWh`, `$/MWHr`.
struct MoneyUnit: Equatable, Sendable {
    /// ISO 4217 codes that the money may be; nil where it names none (`ct/kWh`), so that it is the scenario's.
    var currencies: Set<String>?
    /// Whether values are hundredths.
    var isCents: Bool
    /// What a value is multiplied by to be per kWh: 1, 0.001 (per MWh), 1000 (per Wh).
    var perKWh: Double

    /// Nil where `text` is not a unit of an energy price.
    init?(_ text: String) {
        let compact = MoneyUnit.compact(text)
        guard let slash = compact.firstIndex(of: "/"),
            let perKWh = MoneyUnit.energies[String(compact[compact.index(after: slash)...])],
            let money = MoneyUnit.money(String(compact[..<slash]))
        else { return nil }
        (currencies, isCents) = money
        self.perKWh = perKWh
    }

    /// A part of `text` in brackets, or its end, that is such a unit: `Price (EUR/MWh)`, `value_eur_per_kwh`.
    init?(within text: String) {
        if let whole = MoneyUnit(text) {
            self = whole
            return
        }
        for (open, close) in [("[", "]"), ("(", ")")] {
            for part in text.split(separator: open).dropFirst() {
                guard let inner = part.split(separator: close, omittingEmptySubsequences: false).first,
                    let unit = MoneyUnit(String(inner))
                else { continue }
                self = unit
                return
            }
        }
        // `price_ct_per_kwh`, `Price EUR/MWh`: the last words.
        let spaced = text.lowercased().replacing("_per_", with: "/")
        let words = spaced.split { $0 == "_" || $0 == " " }
        guard let last = words.last else { return nil }
        // `price_eur_mwh`
        let apart = ["mwh", "kwh"].contains(last) ? words.dropLast().last.flatMap { MoneyUnit("\($0)/\(last)") } : nil
        guard let unit = MoneyUnit(String(last)) ?? apart else { return nil }
        self = unit
    }

    /// What a value is multiplied by in a scenario of this currency; nil where it is other money.
    func factor(in currency: String) -> Double? {
        if let currencies, !currencies.contains(currency) { return nil }
        return isCents ? perKWh / 100 : perKWh
    }

    /// As a scenario would write it.
    var text: String {
        let energy = perKWh == 1 ? "kWh" : perKWh == 1000 ? "Wh" : "MWh"
        let code = currencies.flatMap { $0.count == 1 ? $0.first : nil }
        if isCents { return (code == "GBP" ? "p" : "ct") + "/" + energy }
        if currencies == MoneyUnit.dollars { return "$/" + energy }
        if currencies == MoneyUnit.crowns { return "kr/" + energy }
        return "\(code ?? currencies?.sorted().joined(separator: " or ") ?? "money")/\(energy)"
    }

    /// The one currency that it names.
    var currency: String? { currencies.flatMap { $0.count == 1 ? $0.first : nil } }

    private static func compact(_ text: String) -> String {
        var out = text.lowercased().filter { !$0.isWhitespace && !"[]()".contains($0) }
        for word in ["_per_", "per"] where !out.contains("/") { out = out.replacing(word, with: "/") }
        return out
    }

    private static let energies: [String: Double] = [
        "kwh": 1, "kwhr": 1, "mwh": 0.001, "mwhr": 0.001, "wh": 1000,
    ]

    private static let dollars: Set<String> = ["USD", "AUD", "CAD", "NZD", "SGD", "HKD"]
    private static let crowns: Set<String> = ["SEK", "NOK", "DKK", "ISK"]
    private static let names: [String: (Set<String>?, Bool)] = [
        "€": (["EUR"], false), "euro": (["EUR"], false), "euros": (["EUR"], false), "£": (["GBP"], false),
        "$": (dollars, false), "us$": (["USD"], false), "a$": (["AUD"], false), "au$": (["AUD"], false),
        "ca$": (["CAD"], false), "nz$": (["NZD"], false), "kr": (crowns, false), "kr.": (crowns, false),
        "zł": (["PLN"], false), "zl": (["PLN"], false), "kč": (["CZK"], false), "ft": (["HUF"], false),
        "lei": (["RON"], false), "fr.": (["CHF"], false), "currency": (nil, false),
        "ct": (nil, true), "cts": (nil, true), "c": (nil, true), "cent": (nil, true), "cents": (nil, true),
        "¢": (nil, true), "öre": (["SEK"], true), "øre": (["NOK", "DKK"], true), "ore": (crowns, true),
        "p": (["GBP"], true), "pence": (["GBP"], true), "penny": (["GBP"], true), "snt": (["EUR"], true),
        "eurocent": (["EUR"], true), "€ct": (["EUR"], true), "ct€": (["EUR"], true), "€-ct": (["EUR"], true),
        "c€": (["EUR"], true), "€cent": (["EUR"], true), "rp": (["CHF"], true), "rp.": (["CHF"], true),
        "gr": (["PLN"], true), "c$": (dollars, true),
    ]

    /// Codes that a word is taken for money by: a word of three letters is not enough (`GWh/MWh`).
    static let codes: Set<String> = [
        "EUR", "USD", "GBP", "AUD", "CAD", "NZD", "CHF", "SEK", "NOK", "DKK", "ISK", "PLN", "CZK", "HUF", "RON", "BGN",
        "RSD", "TRY", "UAH", "JPY", "INR", "CNY", "KRW", "BRL", "MXN", "ZAR", "SGD", "HKD", "ILS", "AED", "THB",
    ]

    private static func money(_ word: String) -> (Set<String>?, Bool)? {
        if let known = names[word] { return known }
        let code = word.uppercased()
        if codes.contains(code) { return ([code], false) }
        // `EURct`, `ctEUR`, `EURcent`, `AUDc`.
        for cents in ["cents", "cent", "ct", "c"] {
            if code.hasSuffix(cents.uppercased()), codes.contains(String(code.dropLast(cents.count))) {
                return ([String(code.dropLast(cents.count))], true)
            }
            if code.hasPrefix(cents.uppercased()), codes.contains(String(code.dropFirst(cents.count))) {
                return ([String(code.dropFirst(cents.count))], true)
            }
        }
        return nil
    }
}

/// What prices of energy usually are, to tell a wrong unit by.
enum UsualPrices {
    /// How many units of a currency are about a euro.
    static func perEuro(_ currency: String) -> Double {
        [
            "SEK": 11, "NOK": 11.5, "DKK": 7.5, "ISK": 145, "PLN": 4.3, "CZK": 25, "HUF": 400, "RON": 5, "JPY": 160,
            "INR": 95, "CNY": 8, "KRW": 1500, "BRL": 6, "MXN": 20, "ZAR": 20, "HKD": 9, "THB": 38, "TRY": 40, "UAH": 45,
            "RSD": 117, "AED": 4, "ILS": 4,
        ][currency] ?? 1
    }
}
