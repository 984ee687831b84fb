import Scenarios

/// A first scenario from a few answers: YAML with a comment to each part, to be changed by hand.
package struct ScenarioTemplate: Sendable {
    /// What energy costs.
    package enum Prices: Sendable, Equatable {
        /// Money per kWh, always.
        case flat(Double)
        /// Money per kWh from 23:00 to 07:00, and else.
        case nightAndDay(Double, Double)
        /// A file as the scenario names it; the unit where the file itself has none.
        case file(String, unit: String?)
    }

    package var timeZone = "Europe/Amsterdam"
    package var currency = "EUR"
    package var prices = Prices.nightAndDay(0.20, 0.32)
    /// Money per kWh fed back; nil: as bought.
    package var exportPrice: Double?
    package var capacityKWh = 60.0
    package var chargeKW = 11.0
    /// 0: it cannot.
    package var dischargeKW = 10.0
    /// Times of day, `18:00`.
    package var arrives = "18:00"
    package var leaves = "07:30"
    /// 0...1
    package var departureSoC = 0.8
    /// What the house takes, kWh a day; 0: nothing.
    package var loadKWhPerDay = 10.0
    /// Rated power of the solar panels, kW; 0: none.
    package var pvKW = 0.0
    /// Usable capacity of a battery in the house, kWh; 0: none.
    package var houseBatteryKWh = 0.0
    /// Wall times, `2024-01-15T12:00`.
    package var start: String
    package var end: String
    /// `15min`
    package var step = "15min"

    /// - Parameters:
    ///   - start: wall time at which the plan begins.
    ///   - end: wall time at which it ends.
    package init(start: String, end: String) {
        self.start = start
        self.end = end
    }

    /// The scenario's text.
    package var yaml: String {
        """
        # Written by `v2x init`. Try:  v2x schedule FILE,  v2x compare FILE,  v2x explain FILE
        name: my car
        currency: \(currency)

        # What is planned: wall times in the time zone.
        horizon:
          start: \(start)
          end: \(end)
          step: \(step)
          timezone: \(timeZone)
          beyond: require          # a target after the end is met, as far as charging after it cannot reach it

        \(tariff)
        # The connection. Limits that are not here do not bind.
        site:
          import_limit_kw: \(max(17, chargeKW).short)        # a fuse of 3 x 25 A is 17 kW
        \(house)
        vehicles:
          - id: car
            battery:
              capacity_kwh: \(capacityKWh.short)
              soc_min: 0.1             # never below this while plugged in
              soc_start: 0.5           # what is in it now, or on arrival
              ageing: { cell: nmc, price_per_kwh: 100 }   # v2x cells lists the cells; `none` leaves wear out
            charger:
              charge_kw: \(chargeKW.short)
        \(discharging)      charge_efficiency: 0.92
              discharge_efficiency: 0.92
            # When it is plugged in, and how full it must be when it leaves.
            plugged:
              - { daily: ["\(arrives)", "\(leaves)"], departure_soc: \(departureSoC.short), trip_kwh: \(tripKWh.short) }

        """
    }

    /// Shares of a day's load in its hours, one for each hour, 24 in all; a weekday of a household.
    private static let loadShape: [(from: String, to: String, share: Double)] = [
        ("06:00", "09:00", 1.2), ("09:00", "17:00", 0.9), ("17:00", "23:00", 1.65), ("23:00", "06:00", 0.47),
    ]
    /// Shares of the panels' rated power on a day on which each kW of them gives 3 kWh.
    private static let pvShape: [(from: String, to: String, share: Double)] = [
        ("08:00", "10:00", 0.15), ("10:00", "12:00", 0.4), ("12:00", "14:00", 0.5), ("14:00", "16:00", 0.35),
        ("16:00", "18:00", 0.1),
    ]

    /// Load, generation and battery of the house, as lines of `site`.
    private var house: String {
        func table(_ shape: [(from: String, to: String, share: Double)], _ kW: Double, rest: Bool) -> String {
            let rows = shape.map {
                "{ from: \"\($0.from)\", to: \"\($0.to)\", value: \((($0.share * kW) * 1000).rounded() / 1000) }"
            }
            return "{ hours: [\((rows + (rest ? ["{ value: 0 }"] : [])).joined(separator: ", "))] }"
        }
        var out =
            loadKWhPerDay > 0
            ? "  # What the house takes, by a usual day; or a number, or { file: load.csv }.\n"
                + "  load_kw: \(table(ScenarioTemplate.loadShape, loadKWhPerDay / 24, rest: false))\n"
            : "  # load_kw: 0.4               # what the house takes: a number, or { file: load.csv }\n"
        out +=
            pvKW > 0
            ? "  # What the roof gives on a fair day; or a forecast, { file: pv.csv } (v2x feeds lists the formats).\n"
                + "  pv_kw: \(table(ScenarioTemplate.pvShape, pvKW, rest: true))\n"
            : "  # pv_kw: { file: pv.csv }    # what the roof gives\n"
        guard houseBatteryKWh > 0 else { return out }
        let kW = (houseBatteryKWh / 2 * 10).rounded() / 10
        return out + """
              batteries:
                - id: house
                  battery: { capacity_kwh: \(houseBatteryKWh.short), soc_start: 0.5, ageing: { cell: lfp } }
                  charger: { charge_kw: \(kW.short), discharge_kw: \(kW.short), charge_efficiency: 0.95, discharge_efficiency: 0.95 }

            """
    }

    private var tripKWh: Double { min(8, (capacityKWh * departureSoC / 4).rounded()) }

    private var discharging: String {
        dischargeKW > 0
            ? "      discharge_kw: \(dischargeKW.short)\n"
            : "      # discharge_kw: 10       # what it can give back, where the charger can\n"
    }

    private var tariff: String {
        var out = "# Prices per kWh"
        let export = exportPrice.map { "  export: \($0.short)\n" }
        switch prices {
        case .flat(let price):
            out += ", always the same. A file of prices is { file: prices.csv, unit: \(currency)/MWh }.\ntariff:\n"
            out += "  import: \(price.short)\n" + (export ?? "  export: \(price.short)\n")
        case .nightAndDay(let night, let day):
            let table =
                "{ hours: [{ from: \"23:00\", to: \"07:00\", value: \(night.short) }, { value: \(day.short) }] }"
            out += ", by night and by day.\ntariff:\n  import: \(table)\n" + (export ?? "  export: \(table)\n")
        case .file(let name, let unit):
            let quoted = "\"" + name.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
            let said = unit.map { ", unit: \($0)" } ?? ""
            out += " from a file; `scale: 1.21, offset: 0.05` in the braces adds taxes and fees.\ntariff:\n"
            out += "  import: { file: \(quoted)\(said) }\n"
            out += export ?? "  export: { file: \(quoted)\(said) }\n"
        }
        return out
    }
}

extension FeedFile {
    /// A day's plan that the file has prices for: from the first noon where a day follows, else from the file's start.
    ///
    /// - Returns: wall times and the step; nil where it holds less than a step.
    package func planSpan(_ clock: WallClock) -> (start: String, end: String, step: String)? {
        guard let first = intervals.first?.start, let last = intervals.last?.end else { return nil }
        let seconds = [900, 1800, 3600].contains(stepSeconds) ? stepSeconds : stepSeconds > 3600 ? 3600 : 900
        func wall(_ epoch: Int) -> WallTime { clock.wallTime(at: Instant(epochSeconds: epoch)) }
        let day = wall(first).dayNumber
        let noons = [day, day + 1].map {
            clock.firstInstant(of: WallTime(secondsSince1970: $0 * 86_400 + 43_200)).epochSeconds
        }
        let noon = noons.first { $0 >= first && $0 + 86_400 <= last }
        // Whole steps from a whole hour.
        let start = noon ?? first + (3600 - first % 3600) % 3600
        let end = min(last, start + 86_400)
        let length = (end - start) / seconds * seconds
        guard length > 0 else { return nil }
        func text(_ epoch: Int) -> String { "\(wall(epoch).date)T\(wall(epoch).clock)" }
        return (text(start), text(start + length), seconds == 3600 ? "1h" : "\(seconds / 60)min")
    }
}
