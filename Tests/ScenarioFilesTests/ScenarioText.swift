import Foundation
import ScenarioFiles
import Scenarios
import TestSupport
import Testing

/// A good scenario, line by line, for tests to spoil.
enum ScenarioText {
    static let good = """
        name: one night
        currency: EUR
        horizon:
          start: 2024-01-15T12:00
          end: 2024-01-16T12:00
          step: 15min
          timezone: Europe/Amsterdam
        tariff:
          import: 0.25
        vehicles:
          - id: ev1
            battery:
              capacity_kwh: 60
              soc_min: 0.1
              soc_start: 0.6
              ageing: none
            charger:
              charge_kw: 11
              discharge_kw: 10
            plugged:
              - { from: 2024-01-15T17:40, to: 2024-01-16T07:25, departure_soc: 0.8, trip_kwh: 9 }
        """

    /// `good` with `old` replaced by `new`.
    static func with(_ old: String, _ new: String) -> String {
        precondition(good.contains(old), "the text to spoil is there")
        return good.replacing(old, with: new)
    }

    /// What loading says: the findings of a bad scenario, the warnings of a good one.
    static func findings(_ text: String, directory: String = "") -> [String] {
        do {
            return try ScenarioLoader().load(text: text, named: "s.yaml", directory: directory).warnings.map(
                \.description)
        } catch {
            switch error {
            case .notReadable(let finding): return [finding.description]
            case .invalid(let findings): return findings.map(\.description)
            }
        }
    }

    /// The scenario, which must be good.
    static func load(_ text: String, directory: String = "") throws -> Scenario {
        try ScenarioLoader().load(text: text, named: "s.yaml", directory: directory).scenario
    }

    /// A folder with the files given, removed when `body` is done.
    static func withFolder<Result>(_ files: [String: String], _ body: (String) throws -> Result) throws -> Result {
        try TemporaryFolder.with(files) { try body($0.path) }
    }
}
