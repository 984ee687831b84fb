import Accounting
import Scenarios
import Sensitivity

/// `v2x offer` for people and for spreadsheets.
package enum OfferTable {
    private static let width = 79

    /// A line or more an offer: quantity, and the prices at which it changes, in columns. Offers that repeat the one before are left
    /// out.
    package static func text(_ offers: MarketOffers) -> String {
        let unit = PriceUnit(currency: offers.currency)
        func price(_ point: MarketOffers.Point) -> String { unit.number(point.price) }
        func kW(_ point: MarketOffers.Point) -> String { fixed(point.kw, 2) }
        let later = offers.offers.flatMap { $0.points.dropFirst() }
        let priceWidth = later.map { price($0).count }.max() ?? 0
        let kWWidth = max(5, offers.offers.flatMap { $0.points.map { kW($0).count } }.max() ?? 0)
        let first = 2 + 5 + 2 + kWWidth
        let cell = 3 + priceWidth + 2 + kWWidth
        let inALine = max(1, (width - first) / max(1, cell))

        var out = "\(offers.scenario): market offers\n"
        out += "net import in kW (negative sells); then from each price on, in \(unit.perKWh), the kW\n"
        var date = ""
        var last: [MarketOffers.Point]?
        for offer in offers.offers {
            if date != offer.start.prefix(10) {
                date = String(offer.start.prefix(10))
                out += "\n  \(WallTime(iso8601: offer.start).map { "\($0.weekday.shortName) " } ?? "")\(date)\n"
                last = nil
            }
            if offer.points == last { continue }
            last = offer.points
            out += "  \(offer.start.dropFirst(11).prefix(5))  "
            out += padded(offer.points.first.map(kW) ?? "-", kWWidth, right: true)
            for (index, point) in offer.points.dropFirst().enumerated() {
                if index > 0, index % inALine == 0 { out += "\n" + String(repeating: " ", count: first) }
                out += "   " + padded(price(point), priceWidth, right: true)
                out += ": " + padded(kW(point), kWWidth, right: true)
            }
            out += "\n"
        }
        return out + "\na line holds until the next one\n"
    }

    /// One row per point; the sign is in the column's name.
    package static func csv(_ offers: MarketOffers) -> String {
        var out = "time,hours,price_\(offers.currency.lowercased())_per_kwh,net_import_kw\r\n"
        for offer in offers.offers {
            for point in offer.points { out += "\(offer.start),\(offer.hours),\(point.price),\(point.kw)\r\n" }
        }
        return out
    }
}
