import Sensitivity
import Accounting
import Scenarios

/// `v2x offer` as one SVG: the net position over time and price, darker where more is bought.
package enum OfferPicture {
    private static let maxRows = 24

    /// The picture, a file of its own. Prices at which nothing changes are left out.
    package static func svg(_ offers: MarketOffers, style: PictureStyle = PictureStyle()) -> String {
        let unit = PriceUnit(currency: offers.currency)
        // The first price of an offer is the market's floor.
        let changes = Set(offers.offers.flatMap { $0.points.dropFirst().map(\.price) }).sorted()
        var levels = changes
        if levels.count > maxRows {
            levels = (0..<maxRows).map { changes[$0 * (changes.count - 1) / (maxRows - 1)] }
        }
        func kW(_ offer: MarketOffers.Offer, _ price: Double) -> Double? {
            (offer.points.last { $0.price <= price + 1e-12 } ?? offer.points.first)?.kw
        }
        var rows = [("below", offers.offers.map { $0.points.first?.kw })]
        rows += levels.map { level in (fixed(level * unit.perMoney, 1), offers.offers.map { kW($0, level) }) }
        let panel = HeatPanel(
            columns: offers.offers.map { String($0.start.dropFirst(11).prefix(5)) }, rows: rows.map(\.0),
            values: rows.map(\.1), columnTitle: "time", rowTitle: "price from \(unit.perKWh)",
            unit: "kW, negative sells")
        var figure = Figure(
            title: "Market offers: \(offers.scenario)",
            subtitle: "net import from each price on, from \(offers.offers.first?.start.prefix(10) ?? "")", style: style
        )
        figure.add(panel)
        return figure.svg
    }
}
