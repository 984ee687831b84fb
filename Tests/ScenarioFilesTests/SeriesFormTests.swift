import Scenarios
import Testing

@testable import ScenarioFiles

/// If this breaks: a price is a thousand times too high, or that of another hour.
@Suite("Series in their forms")
struct SeriesFormTests {
    private func prices(_ series: String, horizon: String? = nil) throws -> [Double] {
        var sample = Sample(tariff: "{ import: \(series) }")
        if let horizon { sample.horizon = horizon }
        return try sample.prices()
    }

    @Test(
        "every form gives one value a step",
        arguments: [
            ("0.3", [0.3, 0.3, 0.3, 0.3]), ("-1", [-1, -1, -1, -1]), ("[1, 2, 3, 4]", [1, 2, 3, 4]),
            ("{ values: [1, 2, 3, 4] }", [1, 2, 3, 4]),
            ("{ values: [1, 2], step: 2h }", [1, 1, 2, 2]),
            ("{ values: [1, 2, 3], step: 2h }", [1, 1, 2, 2]),
            ("{ values: [1, 3, 5, 7, 9, 11, 13, 15], step: 30min }", [2, 6, 10, 14]),
            ("{ values: [1, 2, 3], step: 90min }", [1, 1.5, 2, 3]),
            ("{ values: [1, 2], step: 1h, fill: previous }", [1, 2, 2, 2]),
            ("{ values: [1000, 2000, 3000, 4000], unit: EUR/MWh }", [1, 2, 3, 4]),
            ("{ values: [100, 200, 300, 400], unit: ct/kWh }", [1, 2, 3, 4]),
            ("{ values: [1, 2, 3, 4], unit: EUR/kWh, scale: 2, offset: -1 }", [1, 3, 5, 7]),
            ("{ values: [1000, 2000, 3000, 4000], unit: EUR/MWh, scale: 2, offset: 0.5 }", [2.5, 4.5, 6.5, 8.5]),
            ("{ hours: [{ value: 0.2 }], scale: 2 }", [0.4, 0.4, 0.4, 0.4]),
        ] as [(String, [Double])])
    func forms(series: String, expected: [Double]) throws {
        #expect(try prices(series) == expected)
    }

    @Test("a flat price stays flat to the last digit, whatever the intervals: ties must stay ties")
    func flatStaysFlat() throws {
        let thirds = "{ values: [\(Array(repeating: "0.1", count: 48).joined(separator: ", "))], step: 5min }"
        #expect(try Set(prices(thirds)) == [0.1])
    }

    @Test(
        "what is no series",
        arguments: [
            ("[1, 2, 3]", "tariff.import: must have one value per step (4), got 3"),
            ("{ values: [1, 2, 3] }", "tariff.import.values: must have one value per step (4), got 3; or set step"),
            (
                "{ values: [1, 2], step: 1h }",
                "tariff.import.values: has no value for 2024-01-15T02:00:00+01:00: 2 values of 1h end before the horizon does"
            ),
            ("{}", "tariff.import: must have one of values (with step), file, hours or sum"),
            (
                "{ values: [1, 2, 3, 4], hours: [{ value: 1 }] }",
                "tariff.import: must have one of values (with step), file, hours or sum"
            ),
            ("{ values: [1, 2, 3, 4], column: a }", "tariff.import.column: goes with file only"),
            ("{ hours: [{ value: 1 }], step: 1h }", "tariff.import.step: goes with values only"),
            ("{ hours: [{ value: 1 }], fill: previous }", "tariff.import.fill: goes with values and file only"),
            (
                "{ values: [1, 2, 3, 4], fill: next }",
                "tariff.import.fill: unknown way to fill gaps \"next\" (previous)"
            ),
            ("{ values: [1, 2, 3, 4], scal: 2 }", "tariff.import.scal: unknown key; did you mean scale?"),
            ("[1, .nan, 3, 4]", "tariff.import[1]: must be a finite number, got .nan"),
            ("{ values: [1, 2, -.inf, 4] }", "tariff.import.values[2]: must be a finite number, got -.inf"),
            (
                "{ values: [1, 1e14, 3, 4], scale: 1e9 }",
                "tariff.import: is too large a number at 2024-01-15T01:00:00+01:00"
            ),
            ("1e999", "tariff.import: must be a number (EUR/kWh), got 1e999"),
            ("~", "tariff: import is missing (for example { file: prices.csv, unit: EUR/MWh })"),
            ("prices.csv", "tariff.import: must be a number (EUR/kWh), got prices.csv"),
        ])
    func findings(series: String, message: String) throws {
        #expect(try Sample(tariff: "{ import: \(series) }").messages() == [message])
    }

    @Test(
        "prices may be negative; loads, sun and limits may not",
        arguments: ["load_kw", "pv_kw", "import_limit_kw", "export_limit_kw"])
    func nonNegative(key: String) throws {
        #expect(try Sample(tail: "site: { \(key): -1 }").messages() == ["site.\(key): must be >= 0 kW, got -1"])
        #expect(
            try Sample(tail: "site: { \(key): { values: [1, -2000, 1, 1], unit: W } }").messages() == [
                "site.\(key): must be >= 0 kW, got -2 at 2024-01-15T01:00:00+01:00"
            ])
    }

    @Test("the site, in kW whatever it was written in")
    func site() throws {
        let sample = Sample(
            tail:
                "site: { import_limit_kw: 17, export_limit_kw: 0, load_kw: { values: [500, 1500, 500, 500], unit: W }, pv_kw: { values: [0, 0.002], step: 2h, unit: MW }, pv_curtailable: true }"
        )
        let site = try sample.scenario().site
        #expect(site.importLimitKW == [17, 17, 17, 17])
        #expect(site.exportLimitKW == [0, 0, 0, 0])
        #expect(site.loadKW == [0.5, 1.5, 0.5, 0.5])
        #expect(site.pvKW == [0, 0, 2, 2])
        #expect(site.isPVCurtailable)
    }

    @Test(
        "a unit of the wrong kind, or another country's money",
        arguments: [
            ("kW", "unit kW does not fit here (EUR/kWh, EUR/MWh, ct/kWh)"),
            ("EUR", "unit EUR does not fit here (EUR/kWh, EUR/MWh, ct/kWh)"),
            ("öre/kWh", "is in SEK, but the scenario's currency is EUR: convert it with scale"),
            ("g/kWh", "unit g/kWh does not fit here (EUR/kWh, EUR/MWh, ct/kWh)"),
            ("USD/MWh", "is in USD, but the scenario's currency is EUR: convert it with scale"),
            ("GBP/kWh", "is in GBP, but the scenario's currency is EUR: convert it with scale"),
            ("p/kWh", "is in GBP, but the scenario's currency is EUR: convert it with scale"),
            ("USD/kW", "unit USD/kW does not fit here (EUR/kWh, EUR/MWh, ct/kWh)"),
        ])
    func units(unit: String, message: String) throws {
        #expect(
            try Sample(tariff: "{ import: { values: [1, 2, 3, 4], unit: \(unit) } }").messages() == [
                "tariff.import.unit: \(message)"
            ])
    }

    @Test("pence belong to pounds")
    func pence() throws {
        let sample = Sample(head: "currency: GBP\n", tariff: "{ import: { values: [10, 20, 30, 40], unit: p/kWh } }")
        #expect(try sample.prices() == [0.1, 0.2, 0.3, 0.4])
    }

    @Test("power takes power, temperature takes temperature")
    func otherUnits() throws {
        #expect(
            try Sample(tail: "site: { load_kw: { values: [1, 2, 3, 4], unit: EUR/kWh } }").messages() == [
                "site.load_kw.unit: unit EUR/kWh does not fit here (W, kW, MW)"
            ])
        var sample = Sample(
            battery:
                "{ capacity_kwh: 60, soc_start: 0.5, ageing: none, temperature_c: { values: [-5, 0, 5, 10], unit: degC } }"
        )
        #expect(try sample.vehicle().battery.temperatureC == [-5, 0, 5, 10])
        sample.battery = "{ capacity_kwh: 60, soc_start: 0.5, ageing: none, temperature_c: -300 }"
        #expect(
            try sample.messages() == ["vehicles[0].battery.temperature_c: must be above absolute zero, got -300 degC"])
    }
}
