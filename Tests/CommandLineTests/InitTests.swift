import Foundation
import Testing

/// `v2x init` as users meet it. Lost, the first scenario of a new user does not run, or an old one is gone.
@Suite struct InitTests {
    private typealias Command = CommandLineTests

    @Test(
        "what it writes is a scenario that schedules at once, whatever the answers",
        arguments: [
            [], ["--prices", "0.31", "--discharge", "0", "--timezone", "America/New_York"],
            ["--prices=-0.02,0.4", "--export", "same", "--battery", "37.5", "--charge", "3.7", "--target", "95"],
            ["--prices", "PRICES", "--export", "0.05"],
            ["--load", "14", "--pv", "6.5", "--house-battery", "10"], ["--load", "0", "--pv", "0.5"],
            ["--arrives", "9:05", "--leaves", "17:10", "--currency", "GBP"],
        ])
    func runs(options: [String]) throws {
        try Command.withFolder { folder in
            let file = folder.appendingPathComponent("first.yaml").path
            let prices = Command.root.appendingPathComponent("scenarios/prices/nl-2024-03-30.csv").path
            let given = options.map { $0 == "PRICES" ? prices : $0 }
            let made = try Command.v2x(["init", file, "--yes", "--start", "2024-01-15"] + given)
            #expect(made.code == 0 && made.err.hasSuffix("wrote \(file); next: v2x schedule \(file)\n"), "\(made.err)")
            let text = try String(contentsOfFile: file, encoding: .utf8)
            #expect(text.split(separator: "\n").count { $0.contains("#") } >= 8, "it says what its keys mean")
            let run = try Command.v2x(["schedule", file, "--strict"])
            #expect(run.code == 0 && run.err == "" && run.out.contains("optimal, proven"), "\(run.err)")
            // The same answers, the same file.
            #expect(try Command.v2x(["init", "-", "--yes", "--start", "2024-01-15"] + given).out == text)
        }
    }

    /// A first schedule in which discharging does nothing teaches a new user that the program does nothing.
    @Test("by the usual answers the car feeds the house at the dear hours, at a gain over charging alone")
    func showsSomething() throws {
        try Command.withFolder { folder in
            let file = folder.appendingPathComponent("first.yaml").path
            #expect(try Command.v2x(["init", file, "--yes", "--start", "2024-01-15"]).code == 0)
            func objective(_ mode: String) throws -> Double {
                let run = try Command.v2x(["schedule", file, "--mode", mode, "--format", "json"])
                let result = try JSONSerialization.jsonObject(with: Data(run.out.utf8)) as? [String: Any]
                return try #require(result?["objective"] as? Double)
            }
            let (v2x, v1x) = (try objective("v2x"), try objective("v1x"))
            #expect(v2x < v1x - 0.1)
        }
    }

    @Test("answers come from standard input line by line, empty ones and missing ones are as usual")
    func interview() throws {
        let made = try Command.v2x(
            ["init", "-", "--start", "2024-01-15"], input: Data("Europe/London\n\n0.1,0.3\n\n77\n7.4\n0\n".utf8))
        #expect(made.code == 0)
        for line in [
            "currency: GBP", "timezone: Europe/London", "value: 0.1 }", "export: 0.08", "capacity_kwh: 77",
            "charge_kw: 7.4", "# discharge_kw: 10", "daily: [\"18:00\", \"07:30\"], departure_soc: 0.8",
        ] { #expect(made.out.contains(line), "\(line)") }
        #expect(made.err.hasPrefix("Time zone [") && made.err.contains("Currency [GBP]: "))
    }

    @Test("a file that is there stays, unless --force says otherwise")
    func force() throws {
        try Command.withFolder { folder in
            let file = folder.appendingPathComponent("mine.yaml").path
            try "precious".write(toFile: file, atomically: true, encoding: .utf8)
            let refused = try Command.v2x(["init", file, "--yes"])
            #expect(refused.code == 73 && refused.err == "\(file): is there already; --force replaces it\n")
            #expect(try String(contentsOfFile: file, encoding: .utf8) == "precious")
            #expect(try Command.v2x(["init", file, "--yes", "--force"]).code == 0)
            #expect(try String(contentsOfFile: file, encoding: .utf8).hasPrefix("# Written by `v2x init`"))
        }
    }

    @Test(
        "an answer that cannot be used ends it with the question, and nothing is written",
        arguments: [
            (["--timezone", "Mars/Base"], "Time zone: Mars/Base: not known: an IANA name such as Europe/Amsterdam"),
            (
                ["--prices", "nowhere.csv"],
                "Price per kWh: one, night,day, or a file of prices: nowhere.csv: no such file"
            ),
            (["--battery", "0"], "Battery, kWh usable: 0: must be a number from 1 on"),
            (["--target", "800"], "Full by then, %: 800: must be a number up to 100"),
            (["--leaves", "7"], "Leaves at: 7: must be a time of day such as 18:00"),
            (["--start", "tomorrow"], "The plan begins at noon on: tomorrow: must be a day such as 2024-01-15"),
        ])
    func slips(options: [String], says: String) throws {
        try Command.withFolder { folder in
            let file = folder.appendingPathComponent("none.yaml").path
            let refused = try Command.v2x(["init", file, "--yes"] + options)
            #expect(refused.code == 64 && refused.err == says + "\n", "\(refused.err)")
            #expect(!FileManager.default.fileExists(atPath: file))
        }
    }
}
