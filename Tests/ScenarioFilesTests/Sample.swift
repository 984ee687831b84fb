import Foundation
import ScenarioFiles
import Scenarios
import TestSupport

/// A small scenario whose parts a test replaces: four hours of a January night, one car.
struct Sample {
    var head = "name: test\ncurrency: EUR\n"
    var horizon = "{ start: 2024-01-15T00:00, end: 2024-01-15T04:00, step: 1h, timezone: Europe/Amsterdam }"
    var tariff = "{ import: 0.3 }"
    var battery = "{ capacity_kwh: 60, soc_start: 0.5, ageing: none }"
    var charger = "{ charge_kw: 11, discharge_kw: 10 }"
    var plugged = "[]"
    var tail = ""
    /// Files beside the scenario, by name.
    var files: [String: String] = [:]

    var text: String {
        """
        \(head)horizon: \(horizon)
        tariff: \(tariff)
        vehicles:
          - id: ev1
            battery: \(battery)
            charger: \(charger)
            plugged: \(plugged)
        \(tail)
        """
    }

    /// What reading it gives.
    func load(_ loader: ScenarioLoader = ScenarioLoader()) throws -> ScenarioLoader.Loaded {
        try TemporaryFolder.with(files) { folder in
            try loader.load(text: text, named: "s.yaml", directory: folder.path)
        }
    }

    func scenario() throws -> Scenario { try load().scenario }
    func vehicle() throws -> Vehicle { try scenario().vehicles[0] }
    /// The import price of each step.
    func prices() throws -> [Double] { try scenario().importPricePerKWh }

    /// The findings, as they are shown; warnings too.
    func findings(_ loader: ScenarioLoader = ScenarioLoader()) throws -> [String] {
        do { return try load(loader).warnings.map(\.description) } catch let error as InputError { return error.lines }
    }

    /// The findings without their line and column.
    func messages(_ loader: ScenarioLoader = ScenarioLoader()) throws -> [String] {
        do { return try load(loader).warnings.map(\.words) } catch let error as InputError { return error.words }
    }
}

extension InputError {
    var findings: [Finding] {
        switch self {
        case .notReadable(let finding): [finding]
        case .invalid(let findings): findings
        }
    }
    var isNotReadable: Bool { if case .notReadable = self { true } else { false } }
    var lines: [String] { findings.map(\.description) }
    var words: [String] { findings.map(\.words) }
}

extension Finding {
    /// Severity, path and message, without the place.
    var words: String {
        let prefix = severity == .warning ? "warning: " : ""
        return prefix + (keyPath.isEmpty ? message : "\(keyPath): \(message)")
    }
}
