import Sensitivity
import Accounting

/// Market offers as Nord Pool's curve sheet: one row per market time unit, one column per price step, MW in tenths, positive = buy.
///
/// The corner names what the cells are (`buy_mw_at_eur_per_mwh`), the first and last column are the least and the highest
/// price (both compulsory), there are 200 columns at most. The exchange draws straight lines between the columns, so a step
/// of an offer takes two, a tick (0.01 per MWh) apart: the price up to which the larger quantity is bought, and the next.
/// Sources: Nord Pool, "Single hourly order" and "Excel templates: how to fill in curve orders"; trade lot and tick from
/// its product specifications (2026).
package struct NordpoolSheet: Sendable, Equatable {
    /// Column prices, ticks of 0.01 per MWh, rising.
    package var priceTicks: [Int]
    package var rows: [Row]
    /// What was lost, a sentence each.
    package var notes: [String]
    /// Lower-case code of the money.
    package var currency: String

    package struct Row: Sendable, Equatable {
        /// Start of the market time unit, ISO 8601.
        package var start: String
        /// Tenths of a MW at each column's price; positive buys, falling.
        package var tenths: [Int]
    }

    package static let maxColumns = 200
    /// Tenths of a MW are rounded toward zero within this of the next: what a solver leaves of a round number, MW / 10.
    private static let slack = 1e-6

    /// One change of one offer: from `tenths` more to less at a price.
    private struct Jump {
        var row: Int
        var tick: Int
        var drop: Int
        var hours: Double
    }

    /// - Parameters:
    ///   - floor: least price, money per kWh; every offer's first price.
    ///   - cap: highest price.
    ///   - sites: number of identical sites in one offer.
    package init(_ offers: MarketOffers, floor: Double, cap: Double, sites: Int) {
        let (low, high) = (NordpoolSheet.ticks(floor), NordpoolSheet.ticks(cap))
        currency = offers.currency.lowercased()
        var jumps: [Jump] = []
        var first: [Int] = []
        var (lostKW, empty) = (0.0, 0)
        for (row, offer) in offers.offers.enumerated() {
            let tenths = offer.points.map { point -> Int in
                let exact = point.kw * Double(sites) / 100
                let whole = Quantum.towardZero(exact, slack: NordpoolSheet.slack)
                lostKW = max(lostKW, abs(exact - Double(whole)) * 100)
                return whole
            }
            if tenths.allSatisfy({ $0 == 0 }), offer.points.contains(where: { abs($0.kw) > 1e-6 }) { empty += 1 }
            first.append(tenths.first ?? 0)
            for index in tenths.indices.dropFirst() where tenths[index - 1] != tenths[index] {
                // Bought up to the tick below a price, sold from the one above: never at a loss.
                let tick = Int(saturating: (offer.points[index].price * 100_000 + 1e-6).rounded(.down))
                jumps.append(
                    Jump(
                        row: row, tick: min(max(tick, low), high - 1), drop: tenths[index - 1] - tenths[index],
                        hours: offer.hours))
            }
        }

        // Each distinct price of a change takes two columns, fewer where neighbours share one.
        let distinct = Set(jumps.map(\.tick)).sorted()
        var kept = distinct
        var moved: (euros: Double, farthest: Int) = (0, 0)
        if NordpoolSheet.columns(distinct, low, high).count > NordpoolSheet.maxColumns {
            let weights = distinct.map { tick in
                jumps.filter { $0.tick == tick }.reduce(0) { $0 + Double($1.drop) * $1.hours }
            }
            let merged = PriceMerging.merged(
                distinct, weights: weights, most: (NordpoolSheet.maxColumns - 2) / 2)
            kept = Array(Set(merged)).sorted()
            let place = Dictionary(uniqueKeysWithValues: zip(distinct, merged))
            for index in jumps.indices {
                let tick = place[jumps[index].tick] ?? jumps[index].tick
                let distance = abs(tick - jumps[index].tick)
                // Tenths of a MW, hours, ticks of a cent per MWh.
                moved.euros += Double(jumps[index].drop) / 10 * jumps[index].hours * Double(distance) / 100
                moved.farthest = max(moved.farthest, distance)
                jumps[index].tick = tick
            }
        }
        priceTicks = NordpoolSheet.columns(kept, low, high)
        let ticks = priceTicks
        rows = offers.offers.indices.map { row in
            let own = jumps.filter { $0.row == row }
            return Row(
                start: offers.offers[row].start,
                tenths: ticks.map { tick in
                    first[row] - own.filter { $0.tick < tick }.reduce(0) { $0 + $1.drop }
                })
        }

        notes = []
        if lostKW > 1e-6 {
            let all =
                empty == 0
                ? ""
                : empty == rows.count
                    ? "; nothing is left to offer" : "; \(empty) of \(rows.count) offers are empty now"
            notes.append(
                "rounded toward zero to 0.1 MW: up to \(fixed(lostKW, 1)) kW of an offer are lost\(all)"
                    + (empty > 0 ? " (--sites 1000 offers a thousand such sites as one)" : ""))
        }
        if kept.count < distinct.count {
            notes.append(
                "\(distinct.count) prices merged to \(kept.count), for \(NordpoolSheet.maxColumns) columns at most: by up to "
                    + "\(fixed(Double(moved.farthest) / 100, 2)) \(offers.currency)/MWh, worth "
                    + "\(fixed(moved.euros, 2)) \(offers.currency) at most")
        }
    }

    package var csv: String {
        let header = ["buy_mw_at_\(currency)_per_mwh"] + priceTicks.map { NordpoolSheet.decimal($0, digits: 2) }
        return ([header] + rows.map { [$0.start] + $0.tenths.map { NordpoolSheet.decimal($0, digits: 1) } })
            .map { $0.joined(separator: ",") + "\r\n" }.joined()
    }

    /// Money per kWh to hundredths per MWh.
    private static func ticks(_ perKWh: Double) -> Int { Int(saturating: (perKWh * 100_000).rounded()) }

    /// The columns that changes at `ticks` need.
    private static func columns(_ ticks: [Int], _ low: Int, _ high: Int) -> [Int] {
        Set([low, high] + ticks + ticks.map { $0 + 1 }).sorted()
    }

    private static func decimal(_ units: Int, digits: Int) -> String {
        let scale = digits == 1 ? 10 : 100
        let fraction = String(abs(units) % scale)
        return (units < 0 ? "-" : "") + "\(abs(units) / scale)."
            + String(repeating: "0", count: digits - fraction.count) + fraction
    }
}

/// Fewer prices for weighted points on a line, with the least sum of weight times distance: exactly, by dynamic programming
/// (a group's best place is its weighted median).
enum PriceMerging {
    /// - Parameters:
    ///   - places: rising.
    ///   - weights: of each, positive.
    ///   - most: groups at most.
    /// - Returns: the place that each one moves to, one of `places`.
    static func merged(_ places: [Int], weights: [Double], most: Int) -> [Int] {
        let count = places.count
        guard count > most, most > 0 else { return places }
        // Prefix sums of weight, and of weight times place.
        var weight = [0.0]
        var moment = [0.0]
        for (place, share) in zip(places, weights) {
            weight.append((weight.last ?? 0) + share)
            moment.append((moment.last ?? 0) + share * Double(place))
        }
        func median(_ first: Int, _ last: Int) -> Int {
            let half = (weight[first] + weight[last + 1]) / 2
            var (low, high) = (first, last)
            while low < high {
                let middle = (low + high) / 2
                if weight[middle + 1] < half { low = middle + 1 } else { high = middle }
            }
            return low
        }
        func loss(_ first: Int, _ last: Int) -> Double {
            let middle = median(first, last)
            let place = Double(places[middle])
            return place * (weight[middle + 1] - weight[first]) - (moment[middle + 1] - moment[first])
                + (moment[last + 1] - moment[middle + 1]) - place * (weight[last + 1] - weight[middle + 1])
        }
        var losses = [Double](repeating: 0, count: count * count)
        for first in 0..<count { for last in first..<count { losses[first * count + last] = loss(first, last) } }
        var best = [0.0] + [Double](repeating: .infinity, count: count)
        var cuts: [[Int]] = []
        for groups in 1...most {
            var next = [Double](repeating: .infinity, count: count + 1)
            var cut = [Int](repeating: 0, count: count + 1)
            for end in groups...count {
                for start in (groups - 1)..<end where best[start] + losses[start * count + end - 1] < next[end] {
                    next[end] = best[start] + losses[start * count + end - 1]
                    cut[end] = start
                }
            }
            best = next
            cuts.append(cut)
        }
        var moved = places
        var end = count
        for cut in cuts.reversed() {
            let start = cut[end]
            for index in start..<end { moved[index] = places[median(start, end - 1)] }
            end = start
        }
        return moved
    }
}
