import Sensitivity
import Accounting

/// `v2x offer` for people and for spreadsheets.
package enum OfferTable {
    /// A line an offer: quantity, and the prices at which it changes, within 80 columns.
    package static func text(_ offers: MarketOffers) -> String {
        var out =
            "\(offers.scenario): net import in kW from each price on, ct (of \(offers.currency)) per kWh; negative sells\n\n"
        for offer in offers.offers {
            let start = offer.start.prefix(16).map { $0 == "T" ? " " : String($0) }.joined()
            var line = "  \(start)  "
            for (index, point) in offer.points.enumerated() {
                let cell = index == 0 ? fixed(point.kw, 2) : "| \(fixed(point.price * 100, 2)): \(fixed(point.kw, 2))"
                if line.count + cell.count + 1 > 79 {
                    out += line + "\n"
                    line = String(repeating: " ", count: 20)
                }
                line += cell + " "
            }
            while line.last == " " { line.removeLast() }
            out += line + "\n"
        }
        return out
    }

    /// A row a point; the sign is in the column's name.
    package static func csv(_ offers: MarketOffers) -> String {
        var out = "time,hours,price_\(offers.currency.lowercased())_per_kwh,net_import_kw\r\n"
        for offer in offers.offers {
            for point in offer.points { out += "\(offer.start),\(offer.hours),\(point.price),\(point.kw)\r\n" }
        }
        return out
    }
}
