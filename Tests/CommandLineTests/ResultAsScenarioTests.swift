import Foundation
import Testing

/// A result in a scenario's place. What a user would lose: one plan a day that goes to the page, the charger and the calendar,
/// instead of three plans that were each solved anew.
@Suite struct ResultAsScenarioTests {
    private static let text = """
        horizon: { start: now, end: prices, step: 1h, timezone: Europe/Amsterdam }
        tariff: { import: { file: p.csv, unit: ct/kWh } }
        vehicles:
          - id: ev1
            battery: { capacity_kwh: 60, soc_start: 0.5, ageing: { cell: nmc, price_per_kwh: 100 } }
            charger: { charge_kw: 8, min_charge_kw: 4.2, charge_efficiency: 0.9 }
            plugged: [{ daily: ["17:00", "22:00"], departure_soc: 0.9 }]
        """

    private static func withResult(
        _ options: [String] = ["--soc", "ev1=43%", "--now", "2026-11-27T18:03+01:00"],
        _ body: (_ scenario: String, _ result: String, URL) throws -> Void
    ) throws {
        try CommandLineTests.withFolder { folder in
            let prices = "time,price\n" + (10..<24).map { "2026-11-27T\($0):00+01:00,\($0)\n" }.joined()
            try prices.write(to: folder.appendingPathComponent("p.csv"), atomically: true, encoding: .utf8)
            let scenario = folder.appendingPathComponent("s.yaml").path
            try text.write(toFile: scenario, atomically: true, encoding: .utf8)
            let result = folder.appendingPathComponent("plan.json").path
            let run = try CommandLineTests.v2x(["schedule", scenario, "-o", result] + options)
            #expect(run.code == 0, "\(run.err)")
            try body(scenario, result, folder)
        }
    }

    @Test("every format of a result is what the scenario gives, also after --soc and at a later time")
    func formats() throws {
        try Self.withResult { scenario, result, _ in
            let options = ["--soc", "ev1=43%", "--now", "2026-11-27T18:03+01:00"]
            for format in [
                "text", "json", "csv", "html", "ocpp1.6", "ocpp2.0.1", "ocpp2.1", "iso15118", "evcc", "ical",
            ] {
                let made = try CommandLineTests.v2x(["schedule", scenario, "--format", format] + options)
                let shown = try CommandLineTests.v2x(["schedule", result, "--format", format])
                #expect(shown.code == 0 && made.out == shown.out, "\(format) \(shown.err)")
            }
        }
    }

    @Test("modes by rule too")
    func rule() throws {
        try Self.withResult(["--mode", "immediate", "--now", "2026-11-27T18:03+01:00"]) { scenario, result, _ in
            let made = try CommandLineTests.v2x(
                ["schedule", scenario, "--mode", "immediate", "--now", "2026-11-27T18:03+01:00"])
            #expect(try CommandLineTests.v2x(["schedule", result]).out == made.out)
            let other = try CommandLineTests.v2x(["schedule", result, "--mode", "v1x"])
            #expect(other.code == 64 && other.err.contains("is a result of mode immediate"))
        }
    }

    @Test("the other commands take it too: of its plan, or of its scenario")
    func commands() throws {
        try Self.withResult { scenario, result, _ in
            let options = ["--soc", "ev1=43%", "--now", "2026-11-27T18:03+01:00"]
            for command in ["explain", "marginal", "compare", "offer"] {
                let shown = try CommandLineTests.v2x([command, result])
                let made = try CommandLineTests.v2x([command, scenario] + options)
                #expect(shown.code == 0 && shown.out == made.out, "\(command) \(shown.err)")
            }
            #expect(try CommandLineTests.v2x(["check", result]).code == 0)
            let verified = try CommandLineTests.v2x(["verify", result])
            #expect(verified.code == 0 && verified.out.hasPrefix("the result holds"))
            #expect(try CommandLineTests.v2x(["verify", scenario, "--now", "2026-11-27T18:03+01:00"]).code == 64)
        }
    }

    @Test("a result whose scenario has changed, is missing, or is not named is refused with the reason")
    func lost() throws {
        try Self.withResult { scenario, result, folder in
            let set = try CommandLineTests.v2x(["schedule", result, "--set", "tariff.import=0.2"])
            #expect(set.code == 64 && set.err.contains("is a result, its plan is made"))
            let piped = try CommandLineTests.v2x(
                ["schedule", "-"], input: try Data(contentsOf: URL(fileURLWithPath: result)))
            #expect(piped.code == 0 && piped.out.contains("optimal"))

            // Beside each other, wherever they are moved to.
            let moved = folder.appendingPathComponent("moved")
            try FileManager.default.createDirectory(at: moved, withIntermediateDirectories: true)
            for name in ["s.yaml", "p.csv", "plan.json"] {
                try FileManager.default.moveItem(
                    at: folder.appendingPathComponent(name), to: moved.appendingPathComponent(name))
            }
            let there = moved.appendingPathComponent("plan.json").path
            #expect(try CommandLineTests.v2x(["schedule", there]).code == 0)

            let prices = moved.appendingPathComponent("p.csv")
            let text = try String(contentsOf: prices, encoding: .utf8)
            try text.replacing(",18\n", with: ",19\n").write(to: prices, atomically: true, encoding: .utf8)
            let changed = try CommandLineTests.v2x(["schedule", there])
            #expect(changed.code == 65 && changed.err.contains("has changed since"))

            let renamed = moved.appendingPathComponent("other.yaml").path
            try text.write(to: prices, atomically: true, encoding: .utf8)
            try FileManager.default.moveItem(atPath: moved.appendingPathComponent("s.yaml").path, toPath: renamed)
            let gone = try CommandLineTests.v2x(["schedule", there])
            #expect(gone.code == 66 && gone.err.contains("give its path with --scenario FILE"))
            #expect(try CommandLineTests.v2x(["schedule", there, "--scenario", renamed]).code == 0)
            let none = try CommandLineTests.v2x(["schedule", renamed, "--scenario", renamed])
            #expect(none.code == 64 && none.err.contains("--scenario goes with a result"))

            let plan = try String(contentsOfFile: there, encoding: .utf8)
            let unnamed = plan.replacing("\"scenario_file\"", with: "\"was_scenario_file\"")
            try unnamed.write(toFile: there, atomically: true, encoding: .utf8)
            let lost = try CommandLineTests.v2x(["schedule", there])
            #expect(lost.code == 65 && lost.err.contains("is a result that does not name its scenario"))
            _ = scenario
        }
    }

    @Test("a result that was cut by hand is refused, not read past its end")
    func cut() throws {
        try Self.withResult { _, result, _ in
            var object =
                try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: result))) as? [String: Any]
                ?? [:]
            var site = object["site"] as? [String: Any] ?? [:]
            site["import_kw"] = [1.0]
            object["site"] = site
            try JSONSerialization.data(withJSONObject: object).write(to: URL(fileURLWithPath: result))
            let run = try CommandLineTests.v2x(["schedule", result, "--format", "csv"])
            #expect(run.code == 65 && run.err.contains("a list in it is not as long as its steps"))
        }
    }
}
