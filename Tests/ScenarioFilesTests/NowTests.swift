import Foundation
import Scenarios
import TestSupport
import Testing

@testable import ScenarioFiles

/// A scenario that is written once and planned again every quarter. What a user would lose: a plan that begins in the past,
/// ends before the prices do, or drives off with an empty battery because the target lies after the last price.
@Suite("A horizon that starts now and ends with the prices")
struct NowTests {
    /// Two days of hours, 2026-11-26 and 27 in Amsterdam: the price of an hour is its number, in ct/kWh.
    private static let prices =
        "time,price\n"
        + (0..<48).map { "2026-11-\(26 + $0 / 24)T\($0 % 24 < 10 ? "0" : "")\($0 % 24):00+01:00,\($0)\n" }.joined()

    private static func sample(
        _ horizon: String, plugged: String = "[]", prices: String = prices, charger: String = "{ charge_kw: 10 }",
        battery: String = "{ capacity_kwh: 60, soc_start: 0.5, ageing: none }"
    ) -> Sample {
        Sample(
            horizon: "{ \(horizon), timezone: Europe/Amsterdam }",
            tariff: "{ import: { file: p.csv, unit: ct/kWh }, export: { file: p.csv, unit: ct/kWh, scale: 0.5 } }",
            battery: battery, charger: charger, plugged: plugged, files: ["p.csv": prices])
    }

    private static func loader(_ now: String) -> ScenarioLoader {
        ScenarioLoader(now: WallClock.utc.instantWithOffset(now))
    }

    @Test(
        "now is the step that is running, on the clock of the zone; the prices' end is the last whole step",
        arguments: [
            ("2026-11-27T18:03+01:00", "15min", "2026-11-27T18:00:00+01:00", 24),
            ("2026-11-27T17:14:59Z", "15min", "2026-11-27T18:00:00+01:00", 24),
            ("2026-11-27T18:15+01:00", "15min", "2026-11-27T18:15:00+01:00", 23),
            ("2026-11-27T18:59+01:00", "1h", "2026-11-27T18:00:00+01:00", 6),
            ("2026-11-27T01:30+01:00", "2h", "2026-11-27T00:00:00+01:00", 12),
        ])
    func runningStep(now: String, step: String, start: String, count: Int) throws {
        let grid = try Self.sample("start: now, end: prices, step: \(step)").load(Self.loader(now)).scenario.grid
        #expect(WallClock(timeZone: "Europe/Amsterdam")?.iso8601(grid.start) == start)
        #expect(grid.count == count)
    }

    @Test("now with a given end, a given start with the prices' end, and a length")
    func combinations() throws {
        let loader = Self.loader("2026-11-27T18:03+01:00")
        func count(_ horizon: String) throws -> Int { try Self.sample(horizon).load(loader).scenario.grid.count }
        #expect(try count("start: now, end: 2026-11-27T22:00, step: 15min") == 16)
        #expect(try count("start: 2026-11-26T12:00, end: prices, step: 1h") == 36)
        #expect(try count("start: now, end: 5h, step: 1h") == 5)
        #expect(try count("start: 2026-11-26, end: 36h, step: 1h") == 36)
    }

    @Test("a zone whose clocks are half an hour off: hours begin at the full hour there")
    func halfHourZone() throws {
        var sample = Self.sample("")
        sample.horizon = "{ start: now, end: 2h, step: 1h, timezone: Asia/Kolkata }"
        let grid = try sample.load(Self.loader("2026-11-27T06:10Z")).scenario.grid
        #expect(grid.start == moment("2026-11-27T05:30:00Z"))
    }

    @Test(
        "prices that are over, or have no end, are errors that say so",
        arguments: [
            (
                "2026-11-28T06:10+01:00", "start: now, end: prices, step: 15min",
                "horizon.end: p.csv holds prices to 2026-11-28 00:00 only, and now is 2026-11-28 06:10: it is too old"
            ),
            (
                "2026-11-27T23:50+01:00", "start: 2026-11-28T06:00, end: prices, step: 15min",
                "horizon.end: p.csv holds prices to 2026-11-28 00:00 only, and start is 2026-11-28 06:00: it is too old"
            ),
            (
                "2026-11-28T06:10+01:00", "start: now, end: 2026-11-27T12:00, step: 15min",
                "horizon.end: must be after start (2026-11-28 06:00), got 2026-11-27 12:00"
            ),
            (
                "2026-11-27T06:10+01:00", "start: now, end: price, step: 15min",
                "horizon.end: must be a time such as 2024-01-15T17:40 or 2024-01-15T17:40:00+01:00, got price"
            ),
        ])
    func old(now: String, horizon: String, message: String) throws {
        #expect(try Self.sample(horizon).messages(Self.loader(now)) == [message])
    }

    @Test("a tariff without files has no end")
    func noFile() throws {
        var sample = Self.sample("start: now, end: prices, step: 1h")
        sample.tariff = "{ import: { hours: [{ from: \"22:00\", to: \"06:00\", value: 0.1 }, { value: 0.3 }] } }"
        #expect(
            try sample.messages(Self.loader("2026-11-27T06:10+01:00")) == [
                "horizon.end: no price file tells where the prices end: give a time, or a length such as 24h"
            ])
    }

    @Test("of several files the one that ends first, also within a sum")
    func earliestEnd() throws {
        var sample = Self.sample("start: now, end: prices, step: 1h")
        sample.files["q.csv"] = Self.prices.split(separator: "\n").prefix(41).joined(separator: "\n") + "\n"
        sample.tariff =
            "{ import: { sum: [{ file: p.csv, unit: ct/kWh }, { file: q.csv, unit: ct/kWh }, 0.1] }, export: 0.1 }"
        let scenario = try sample.load(Self.loader("2026-11-27T12:30+01:00")).scenario
        #expect(scenario.grid.count == 4)
        #expect(abs(scenario.importPricePerKWh[0] - 0.82) < 1e-12)
    }

    @Test("windows that are over are left out with a word, later ones without")
    func pastWindows() throws {
        let plugged =
            "[{ from: 2026-11-25T18:00, to: 2026-11-26T07:00, departure_soc: 0.9 }, { from: 2026-11-27T18:00, "
            + "to: 2026-11-27T23:00 }, { from: 2026-11-29T18:00, to: 2026-11-30T07:00 }]"
        let loaded = try Self.sample("start: now, end: prices, step: 1h", plugged: plugged).load(
            Self.loader("2026-11-27T12:30+01:00"))
        #expect(loaded.scenario.vehicles[0].windows.count == 1)
        #expect(
            loaded.warnings.map(\.words) == ["warning: vehicles[0].plugged[0]: is over: it ended at 2026-11-26 07:00"])
    }

    // MARK: - Targets after the end

    private static let night = "[{ from: 2026-11-27T17:00, to: 2026-11-28T03:00, departure_soc: 0.9 }]"

    @Test("an explicit horizon: a warning, and the optimum is as ever")
    func onlyWarned() throws {
        let loaded = try Self.sample("start: 2026-11-27T18:00, end: 2026-11-28T00:00, step: 1h", plugged: Self.night)
            .load()
        #expect(
            loaded.warnings.map(\.words) == [
                "warning: horizon.end: ev1 has a target of 90 % at 2026-11-28 03:00, after the horizon's end: nothing is planned "
                    + "for it; set beyond: require or beyond: repeat"
            ])
        let scenario = loaded.scenario
        #expect(PlugTimeline(vehicle: scenario.vehicles[0], grid: scenario.grid).endKWh == 30)
        #expect(
            try Self.sample(
                "start: 2026-11-27T18:00, end: 2026-11-28T00:00, step: 1h, beyond: ignore", plugged: Self.night
            ).messages() == [])
    }

    @Test("the end holds what charging at full power after it cannot reach: 54 kWh less 3 h of 5 kW at 90 %")
    func required() throws {
        for horizon in [
            "start: 2026-11-27T18:00, end: 2026-11-28T00:00, step: 1h, beyond: require",
            "start: 2026-11-27T18:00, end: prices, step: 1h",
        ] {
            let loaded = try Self.sample(
                horizon, plugged: Self.night, charger: "{ charge_kw: 5, charge_efficiency: 0.9 }"
            ).load()
            let scenario = loaded.scenario
            let end = PlugTimeline(vehicle: scenario.vehicles[0], grid: scenario.grid).endKWh
            #expect(abs((end ?? 0) - 40.5) < 1e-9)
            #expect(loaded.warnings.first?.words.contains("40.5 kWh are required at the end") == true)
        }
    }

    @Test("soc_end stands where it asks for more, and targets on the way count")
    func otherTargets() throws {
        let plugged =
            "[{ from: 2026-11-27T17:00, to: 2026-11-28T03:00, departure_soc: 0.6, targets: [{ at: \"01:00\", soc: 0.8 }] }]"
        func end(_ battery: String) throws -> Double? {
            let scenario = try Self.sample(
                "start: 2026-11-27T18:00, end: prices, step: 1h", plugged: plugged,
                charger: "{ charge_kw: 5, charge_efficiency: 1 }", battery: battery
            ).load().scenario
            return PlugTimeline(vehicle: scenario.vehicles[0], grid: scenario.grid).endKWh
        }
        #expect(try end("{ capacity_kwh: 60, soc_start: 0.5, ageing: none }") == 43)
        #expect(try end("{ capacity_kwh: 60, soc_start: 0.5, soc_end: 0.9, ageing: none }") == 54)
    }

    @Test("a battery that charges slowly near the top needs more at the end")
    func taper() throws {
        let scenario = try Self.sample(
            "start: 2026-11-27T18:00, end: prices, step: 1h", plugged: Self.night,
            charger: "{ charge_kw: 5, charge_efficiency: 1 }",
            battery:
                "{ capacity_kwh: 60, soc_start: 0.5, ageing: none, charge_limit_by_soc: [[0.5, 5], [1, 0.01]] }"
        ).load().scenario
        let end = PlugTimeline(vehicle: scenario.vehicles[0], grid: scenario.grid).endKWh ?? 0
        // dE/dt = 5 - (E - 30) / 6, near enough, from E(0) to E(3 h) = 54: E = 60 - 6 exp(3 / 6).
        #expect(abs(end - (60 - 6 * exp(0.5))) < 0.03)
    }

    @Test("beyond: repeat goes on to the target, with the values of the day before where none are known")
    func repeated() throws {
        var sample = Self.sample("start: now, end: prices, step: 1h, beyond: repeat", plugged: Self.night)
        sample.tail = "site: { load_kw: { values: [1, 2, 3, 4, 5, 6, 7, 8, 9], step: 1h } }"
        let loaded = try sample.load(Self.loader("2026-11-27T18:10+01:00"))
        let scenario = loaded.scenario
        #expect(scenario.grid.count == 9)
        #expect(
            scenario.importPricePerKWh.map { ($0 * 100).rounded() } == [42, 43, 44, 45, 46, 47, 24, 25, 26])
        #expect(scenario.exportPricePerKWh.map { ($0 * 200).rounded() } == [42, 43, 44, 45, 46, 47, 24, 25, 26])
        #expect(scenario.site.loadKW == [1, 2, 3, 4, 5, 6, 7, 8, 9])
        let timeline = PlugTimeline(vehicle: scenario.vehicles[0], grid: scenario.grid)
        #expect(timeline.departures.map(\.energyKWh) == [54] && timeline.endKWh == nil)
        #expect(
            loaded.warnings.map(\.words) == [
                "warning: horizon.end: the horizon goes on from 2026-11-28 00:00 to 2026-11-28 03:00, to the last target, "
                    + "with the values of the day before where none are known"
            ])
    }

    @Test("a list of one value a step is repeated as well, where it holds a day")
    func repeatedList() throws {
        let values = (0..<24).map { "\($0)" }.joined(separator: ", ")
        var sample = Self.sample(
            "start: 2026-11-27T00:00, end: 24h, step: 1h, beyond: repeat", plugged: Self.night)
        sample.tariff = "{ import: [\(values)], export: { values: [\(values)], step: 1h } }"
        let scenario = try sample.scenario()
        let expected = (Array(0..<24) + [0, 1, 2]).map(Double.init)
        #expect(scenario.importPricePerKWh == expected && scenario.exportPricePerKWh == expected)
        sample.horizon = "{ start: 2026-11-27T18:00, end: 6h, step: 1h, beyond: repeat, timezone: Europe/Amsterdam }"
        sample.tariff = "{ import: [1, 2, 3, 4, 5, 6] }"
        #expect(try sample.scenario().grid.count == 6)
        #expect(
            try sample.messages().first?.contains("tariff.import is known for less than a day before it") == true)
    }

    @Test("prices after the horizon's own end that are known are used, not repeated")
    func knownIsUsed() throws {
        let prices = try Self.sample(
            "start: 2026-11-26T18:00, end: 2026-11-26T20:00, step: 1h, beyond: repeat",
            plugged: "[{ from: 2026-11-26T17:00, to: 2026-11-26T22:00, departure_soc: 0.9 }]"
        ).load().scenario.importPricePerKWh
        #expect(prices.map { ($0 * 100).rounded() } == [18, 19, 20, 21])
    }

    @Test("where less than a day is known, or the target is weeks away, energy at the end is required instead")
    func cannotRepeat() throws {
        let short = "time,price\n" + Self.prices.split(separator: "\n").suffix(6).joined(separator: "\n") + "\n"
        let loaded = try Self.sample(
            "start: now, end: prices, step: 1h, beyond: repeat", plugged: Self.night, prices: short
        ).load(Self.loader("2026-11-27T18:10+01:00"))
        #expect(loaded.scenario.grid.count == 6)
        #expect(
            loaded.warnings.first?.words.contains("tariff.import.file is known for less than a day before it") == true)
        let holiday = "[{ from: 2026-11-27T17:00, to: 2026-12-20T03:00, departure_soc: 0.9 }]"
        let away = try Self.sample("start: now, end: prices, step: 1h, beyond: repeat", plugged: holiday).load(
            Self.loader("2026-11-27T18:10+01:00"))
        #expect(away.scenario.grid.count == 6)
        #expect(away.warnings.first?.words.contains("7 days are repeated at most") == true)
        #expect(away.scenario.vehicles[0].meetsLaterTargets)
    }

    @Test("a day of 25 hours is repeated by the clock")
    func clockChange() throws {
        // 2026-10-24 in Amsterdam; the clocks go back the night after.
        let prices =
            "time,price\n"
            + (0..<24).map { "2026-10-24T\($0 < 10 ? "0" : "")\($0):00+02:00,\($0)\n" }.joined()
        let scenario = try Self.sample(
            "start: 2026-10-24T22:00, end: prices, step: 1h, beyond: repeat",
            plugged: "[{ from: 2026-10-24T17:00, to: 2026-10-25T05:00, departure_soc: 0.9 }]", prices: prices
        ).load().scenario
        #expect(scenario.importPricePerKWh.map { ($0 * 100).rounded() } == [22, 23, 0, 1, 2, 2, 3, 4])
    }
}
