import Foundation
import Scenarios
import TestSupport
import Testing

@testable import ScenarioFiles

/// If this breaks: a slip ends in a message that nobody understands, or in a crash.
@Suite("Files that are not scenarios")
struct DocumentTests {
    private func findings(_ text: String) -> [String] { findings(Array(text.utf8)) }

    private func findings(_ bytes: [UInt8]) -> [String] {
        do {
            return try TemporaryFolder.with(bytes: ["s.yaml": bytes]) { url in
                let folder = url.path
                do { return try ScenarioLoader().load(path: folder + "/s.yaml").warnings.map(\.description) } catch let
                    error
                    as InputError
                { return error.lines.map { $0.replacingOccurrences(of: folder + "/", with: "") } }
            }
        } catch { return ["\(error)"] }
    }

    @Test(
        "text that is no YAML, or no map",
        arguments: [
            ("", "s.yaml: is empty"),
            ("# nothing here\n", "s.yaml: is empty"),
            ("hello\n", "s.yaml:1:1: must be a map, got hello"),
            ("- a\n- b\n", "s.yaml:1:1: must be a map, got a list"),
            ("name: x\nhorizon:\n\tstart: 2024-01-15\n", "s.yaml:3:1: is indented with a tab; YAML needs spaces"),
            ("name: x\r\nhorizon:\r\n\tstart: 2024\r\n", "s.yaml:3:1: is indented with a tab; YAML needs spaces"),
            ("name: [a, b\nhorizon: 3\n", "s.yaml:2:8: is not YAML: did not find expected ',' or ']'"),
            ("name: a\n---\nname: b\n", "s.yaml:2:1: holds a second document (after ---); one file is one scenario"),
            ("name: *a\n", "s.yaml:1:7: is not YAML: found undefined alias"),
            ("name: é\nb: a\u{1}b\n", "s.yaml:2:5: is not YAML: control characters are not allowed"),
            ("name: a\u{0}b\n", "s.yaml: is not text (it holds a zero byte)"),
            ("name: x\nhorizon: {}\nname: y\n", "s.yaml:3:1: the key name is there twice"),
            (
                "vehicles:\n  - id: a\n    battery:\n      soc_min: 1\n      soc_min: 2\n",
                "s.yaml:5:7: the key soc_min is there twice"
            ),
            ("name: x\nhorizon: { start: 1, start: 2 }\n", "s.yaml:2:12: the key start is there twice"),
        ])
    func notAScenario(text: String, finding: String) {
        #expect(findings(text) == [finding])
    }

    @Test("bytes that are no UTF-8 are found where they stand")
    func encodings() {
        #expect(findings(Array("name: é\nx: é".utf8) + [0xFF, 10]) == ["s.yaml:2:5: is not text in UTF-8"])
        #expect(findings([0xFF, 0xFE] + [0x6E, 0]) == ["s.yaml: is text in UTF-16; save it as UTF-8"])
        #expect(findings([0x7F, 0x45, 0x4C, 0x46, 0, 0]) == ["s.yaml: is not text (it holds a zero byte)"])
    }

    @Test("nesting without end does not end the process")
    func deepNesting() {
        #expect(findings(String(repeating: "[", count: 100_000)).count == 1)
        #expect(findings("name: " + String(repeating: "[", count: 100_000)).count == 1)
    }

    @Test("a missing file and a directory cannot be read (exit 66), a file of 1 GB is refused unread (exit 65)")
    func unreadable() throws {
        try TemporaryFolder.with { url in
            let folder = url.path
            #expect(try error(of: folder).lines == ["\(folder): is a directory, not a file"])
            #expect(try error(of: folder).isNotReadable)
            #expect(try error(of: folder + "/none.yaml").lines == ["\(folder)/none.yaml: no such file"])
            #expect(try error(of: folder + "/none.yaml").isNotReadable)
            let big = folder + "/big.yaml"
            #expect(FileManager.default.createFile(atPath: big, contents: nil))
            #expect(truncate(big, 1 << 30) == 0)
            let tooLarge = try error(of: big)
            #expect(tooLarge.lines == ["\(big): is larger than 64 MB (1024 MB)"])
            #expect(!tooLarge.isNotReadable)
        }
    }

    /// The error that reading `path` must end in.
    private func error(of path: String) throws -> InputError {
        try #require(throws: InputError.self) { try ScenarioLoader().load(path: path) }
    }

    @Test("a device that never ends is left alone, and standard input is not a series' file")
    func devices() throws {
        #expect(try error(of: "/dev/zero").lines == ["/dev/zero: is larger than 4 MB"])
        #expect(try Sample(tariff: "{ import: { file: \"-\" } }").messages() == ["tariff.import.file: -: no such file"])
    }

    @Test("a byte order mark, Windows line ends and JSON are read like anything else")
    func otherSpellings() throws {
        let text = Sample().text
        let windows = text.replacingOccurrences(of: "\n", with: "\r\n")
        for spelling in [windows, "\u{FEFF}" + text, "\u{FEFF}" + windows] { #expect(findings(spelling) == []) }
        let json = """
            {"horizon": {"start": "2024-01-15T00:00", "end": "2024-01-15T04:00", "step": "PT1H"}, "tariff": {"import": 0.3},
             "vehicles": [{"id": "ev1", "battery": {"capacity_kwh": 60.0, "soc_start": 5E-1, "ageing": "none"},
             "charger": {"charge_kw": 11}, "plugged": []}]}
            """
        #expect(findings(json) == [])
    }

    @Test("YAML 1.2: no is a text, a date is a text, 0o14 is no number")
    func yaml12() throws {
        let named = try Sample(head: "name: no\ncurrency: NOK\n").scenario()
        #expect(named.name == "no")
        #expect(try Sample(head: "name: 2024-01-15\n").scenario().name == "2024-01-15")
        #expect(
            try Sample(tail: "site: { pv_curtailable: yes }").messages() == [
                "site.pv_curtailable: must be true or false, got yes"
            ])
        #expect(
            try Sample(tariff: "{ import: 0o14 }").messages() == ["tariff.import: must be a number (EUR/kWh), got 0o14"]
        )
        #expect(
            try Sample(tariff: "{ import: 1_000 }").messages() == [
                "tariff.import: must be a number (EUR/kWh), got 1_000"
            ])
        #expect(
            try Sample(tariff: "{ import: \"0.3\" }").messages() == [
                "tariff.import: must be a number (EUR/kWh), got \"0.3\""
            ])
    }

    @Test("all findings come at once, in the order of the file, each at its value or its key")
    func allAtOnce() throws {
        var sample = Sample(head: "name: x\ncurency: EUR\n")
        sample.horizon = "{ start: 2024-01-15T00:00, end: 2024-01-15T04:00, step: 7min }"
        sample.battery = "{ capacity_kwh: -40, soc_start: 60, soc_mim: 0.1 }"
        sample.charger = "{ charge_kw: eleven }"
        #expect(
            try sample.findings() == [
                "s.yaml:2:1: curency: unknown key; did you mean currency?",
                "s.yaml:3:66: horizon.step: 7min does not divide the horizon of 4 h",
                "s.yaml:7:30: vehicles[0].battery.capacity_kwh: must be > 0 kWh, got -40",
                "s.yaml:7:46: vehicles[0].battery.soc_start: must be within 0...1, got 60 (60 % is 0.6)",
                "s.yaml:7:50: vehicles[0].battery.soc_mim: unknown key; did you mean soc_min?",
                "s.yaml:8:27: vehicles[0].charger.charge_kw: must be a number (kW), got eleven",
            ])
    }

    @Test("what is missing is named with an example")
    func missingKeys() {
        #expect(
            findings("name: x\n") == [
                "s.yaml:1:1: horizon is missing (for example { start: 2024-01-15T12:00, end: 2024-01-16T12:00, step: 15min })",
                "s.yaml:1:1: tariff is missing (for example { import: 0.30 })",
                "s.yaml:1:1: vehicles is missing (for example [{ id: ev1, ... }])",
            ])
    }

    @Test("defaults: the file's name, EUR, UTC, no limits, the nmc cell, immediate charging, 60 s")
    func defaults() throws {
        let scenario = try ScenarioLoader().load(
            text: """
                horizon: { start: 2024-01-15, end: 2024-01-16, step: 1h }
                tariff: { import: 0.3 }
                vehicles: [{ id: ev1, battery: { capacity_kwh: 60, soc_start: 0.5 }, charger: { charge_kw: 11 }, plugged: [] }]
                """, named: "s.yaml"
        ).scenario
        #expect(scenario.name == "s.yaml")
        #expect(scenario.currency == "EUR")
        #expect(
            scenario.grid
                == TimeGrid(start: moment("2024-01-15T00:00:00Z"), stepSeconds: 3600, count: 24, timeZone: "UTC"))
        #expect(scenario.exportPricePerKWh == Array(repeating: 0, count: 24))
        #expect(scenario.site == Site(unlimitedFor: 24))
        #expect(scenario.baseline == Baseline())
        #expect(scenario.solver == SolverOptions(mipGap: 1e-6, timeLimitSeconds: 60))
        let vehicle = scenario.vehicles[0]
        #expect(vehicle.battery.ageing == .cell(CellAgeing(cell: "nmc")))
        #expect(vehicle.battery.temperatureC == Array(repeating: 20, count: 24))
        #expect((vehicle.battery.socMin, vehicle.battery.socMax, vehicle.battery.socEnd) == (0, 1, 0.5))
        #expect(vehicle.charger == Charger(chargeKW: 11))
    }

    @Test(
        "the head, baseline and solver",
        arguments: [
            ("currency: eur\n", "", "currency: must be a three-letter ISO 4217 code such as EUR, got eur"),
            (
                "", "baseline: { rule: imediate }",
                "baseline.rule: unknown rule \"imediate\"; did you mean immediate? (immediate, deferred, v1x)"
            ),
            ("", "baseline: { baseline_soc: 80 }", "baseline.baseline_soc: must be within 0...1, got 80 (80 % is 0.8)"),
            (
                "", "solver: { time_limit: 60 }",
                "solver.time_limit: must be a length of time such as 15min, 1h or PT15M, got 60"
            ),
            ("", "solver: { mip_gap: -1 }", "solver.mip_gap: must be >= 0, got -1"),
            ("", "solver: fast", "solver: must be a map, got fast"),
        ])
    func headAndTail(head: String, tail: String, message: String) throws {
        #expect(try Sample(head: head, tail: tail).messages() == [message])
    }
}
