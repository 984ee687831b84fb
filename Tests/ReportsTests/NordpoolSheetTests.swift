import Sensitivity
import Accounting
import Testing

@testable import Reports

/// Offers that an exchange takes.
@Suite struct NordpoolSheetTests {
    private func offers(_ points: [[(Double, Double)]], hours: Double = 1) -> MarketOffers {
        MarketOffers(
            scenario: "s", currency: "EUR",
            offers: points.enumerated().map { index, points in
                MarketOffers.Offer(
                    start: "2024-01-15T\(12 + index):00:00+01:00", hours: hours,
                    points: points.map { MarketOffers.Point(price: $0.0, kw: $0.1) })
            })
    }

    @Test("a step is two columns a tick apart: bought up to its price, sold from there on, never at a loss")
    func steps() {
        let sheet = NordpoolSheet(
            offers([[(-0.5, 1100), (0.056_784, 0), (0.1, -950)], [(-0.5, 250)]]), floor: -0.5, cap: 4, sites: 1)
        #expect(
            sheet.csv == """
                buy_mw_at_eur_per_mwh,-500.00,56.78,56.79,100.00,100.01,4000.00\r
                2024-01-15T12:00:00+01:00,1.1,1.1,0.0,0.0,-0.9,-0.9\r
                2024-01-15T13:00:00+01:00,0.2,0.2,0.2,0.2,0.2,0.2\r

                """)
        #expect(sheet.notes == ["rounded toward zero to 0.1 MW: up to 50.0 kW of an offer are lost"])
    }

    @Test(
        "a house's offer is rounded to nothing, and told so: the owner would wait for a market that never hears of it")
    func house() {
        let house = offers([[(-0.5, 11), (0.05, -10)], [(-0.5, 0)]])
        let sheet = NordpoolSheet(house, floor: -0.5, cap: 4, sites: 1)
        #expect(sheet.rows.allSatisfy { $0.tenths.allSatisfy { $0 == 0 } })
        #expect(
            sheet.notes == [
                "rounded toward zero to 0.1 MW: up to 11.0 kW of an offer are lost; 1 of 2 offers are empty now "
                    + "(--sites 1000 offers a thousand such sites as one)"
            ])
        let thousand = NordpoolSheet(house, floor: -0.5, cap: 4, sites: 1000)
        #expect(thousand.notes.isEmpty && thousand.rows[0].tenths == [110, 110, -100, -100])
    }

    @Test("a change at the very edge of the prices keeps both compulsory columns and their order")
    func edges() {
        let sheet = NordpoolSheet(
            offers([[(-0.5, 1000), (-0.5, 500), (4, 0)]]), floor: -0.5, cap: 4, sites: 1)
        #expect(sheet.priceTicks == [-50_000, -49_999, 399_999, 400_000])
        #expect(sheet.rows[0].tenths == [10, 5, 5, 0])
    }

    @Test("200 columns at most, each row still falling, and what that costs is reported")
    func many() {
        var rows: [[(Double, Double)]] = []
        for row in 0..<24 {
            var points: [(Double, Double)] = [(-0.5, 2000)]
            for step in 1...19 {
                points.append((0.01 * Double(step) + 0.000_37 * Double(row), 2000 - 200 * Double(step)))
            }
            rows.append(points)
        }
        let sheet = NordpoolSheet(offers(rows), floor: -0.5, cap: 4, sites: 1)
        #expect(sheet.priceTicks.count <= 200 && sheet.priceTicks == sheet.priceTicks.sorted())
        for row in sheet.rows {
            #expect(row.tenths.first == 20 && row.tenths.last == -18)
            #expect(zip(row.tenths, row.tenths.dropFirst()).allSatisfy { $0 >= $1 })
        }
        #expect(sheet.notes.count == 1 && sheet.notes[0].contains("prices merged to 99, for 200 columns at most"))
    }

    @Test("no other choice of prices moves offers less: all were tried", arguments: 0..<40)
    func bruteForce(seed: Int) {
        var state = UInt64(seed) &* 9_973 &+ 7
        func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        let places = Set((0..<(3 + next(7))).map { _ in next(40) }).sorted()
        let weights = places.map { _ in Double(1 + next(9)) }
        func loss(_ moved: [Int]) -> Double {
            zip(zip(places, moved), weights).reduce(0) { $0 + Double(abs($1.0.0 - $1.0.1)) * $1.1 }
        }
        for most in 1...3 {
            let merged = PriceMerging.merged(places, weights: weights, most: most)
            #expect(Set(merged).count <= most)
            var best = Double.infinity
            for choice in 1..<(1 << places.count) where choice.nonzeroBitCount <= most {
                let kept = places.indices.filter { choice & (1 << $0) != 0 }.map { places[$0] }
                best = min(best, loss(places.map { place in kept.min { abs($0 - place) < abs($1 - place) } ?? 0 }))
            }
            #expect(abs(loss(merged) - best) < 1e-9, "\(places) \(weights) \(most)")
        }
    }
}
