import Scenarios
import TestSupport
import Testing

@testable import ScenarioFiles

/// What a user would lose: a scenario with the usual sections, which examples are copied from.
@Suite("A scenario with the usual sections")
struct ContractTests {
    private static let scenario = """
        name: one night in January
        currency: EUR
        horizon:
          start: 2024-01-15T12:00          # wall time in `timezone`, or with an offset
          end: 2024-01-16T12:00
          step: 15min
          timezone: Europe/Amsterdam
        tariff:
          import: { file: prices.csv, unit: EUR/MWh, scale: 1.21, offset: 0.05 }
          export: { file: prices.csv, unit: EUR/MWh }
        site:
          import_limit_kw: 17
          export_limit_kw: 17
          load_kw: { file: load.csv }
          pv_kw: { values: [0, 0, 1.2], step: 8h }
          pv_curtailable: true
        vehicles:
          - id: ev1
            battery:
              capacity_kwh: 60
              soc_min: 0.1
              soc_max: 1.0
              soc_start: 0.6
              soc_end: 0.6
              end_value_per_kwh: 0.05
              temperature_c: 20
              ageing:
                calendar_cost: [[0, 0.004], [0.5, 0.006], [1, 0.018]]
                cycle_cost: [[0.2, 0.004], [0.5, 0.012], [1, 0.03]]
                price_per_kwh: 100
                end_of_life: 0.8
                service_life_years: 10
                age_days: 0
            charger:
              charge_kw: 11
              discharge_kw: 10
              min_charge_kw: 1.4
              charge_efficiency: [[1.4, 0.78], [3.7, 0.88], [11, 0.93]]
              discharge_efficiency: 0.95
            plugged:
              - { from: 2024-01-15T17:40, to: 2024-01-16T07:25, departure_soc: 0.8, trip_kwh: 9 }
        baseline: { rule: immediate, baseline_soc: 0.8 }
        solver: { mip_gap: 1e-6, time_limit: 60s }
        """

    @Test func reads() throws {
        let prices =
            "time,price_eur_per_mwh\n"
            + (0..<48).map { hour in
                "2024-01-\(15 + hour / 24)T\(hour % 24 < 10 ? "0" : "")\(hour % 24):00:00+01:00,\(hour * 10)\n"
            }.joined()
        let files = [
            "prices.csv": prices, "load.csv": prices.replacing("eur_per_mwh", with: "kw"),
        ]
        let read = try TemporaryFolder.with(files) { folder in
            try ScenarioLoader().load(text: Self.scenario, named: "scenario.yaml", directory: folder.path)
        }
        #expect(read.warnings == [])
        let scenario = read.scenario
        #expect(scenario.name == "one night in January")
        #expect(
            scenario.grid
                == TimeGrid(
                    start: moment("2024-01-15T11:00:00Z"), stepSeconds: 900, count: 96, timeZone: "Europe/Amsterdam"))
        // 12:00 costs 120 EUR/MWh.
        #expect(abs(scenario.importPricePerKWh[0] - (0.12 * 1.21 + 0.05)) < 1e-12)
        #expect(abs(scenario.exportPricePerKWh[0] - 0.12) < 1e-12)
        #expect(scenario.site.loadKW[95] == 350)
        #expect(scenario.site.pvKW[63...64] == [0, 1.2])
        #expect(scenario.baseline == Baseline(rule: .immediate, soc: 0.8))
        let vehicle = scenario.vehicles[0]
        #expect(
            vehicle.windows == [
                PlugWindow(
                    from: moment("2024-01-15T16:40:00Z"), to: moment("2024-01-16T06:25:00Z"), departureSoC: 0.8,
                    tripKWh: 9)
            ])
        let timeline = PlugTimeline(vehicle: vehicle, grid: scenario.grid)
        #expect(abs(timeline.pluggedShare[22] - 1.0 / 3) < 1e-12)
        #expect(timeline.departures.map(\.step) == [77])
        #expect(abs(timeline.tripKWh.reduce(0, +) - 9) < 1e-12)
        #expect(timeline.endKWh == nil)
    }
}
