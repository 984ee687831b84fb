import Foundation
import Testing

/// `v2x verify` and `v2x diff` as processes: what was tampered with is named on standard error, with exit code 1.
@Suite struct VerifyTests {
    typealias Object = [String: Any]

    /// One kind of tampering with the result of the Dutch night.
    struct Tampering: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var change: @Sendable (inout Object) -> Void
        /// The line that names it.
        var finding: String
    }

    /// Changes value `index` of a list of a vehicle (`vehicles`) or of the site (`site`).
    private static func set(_ object: inout Object, _ part: String, _ list: String, _ index: Int, _ value: Double) {
        var vehicles = object["vehicles"] as? [Object] ?? []
        var holder = part == "site" ? object["site"] as? Object ?? [:] : vehicles.first ?? [:]
        var values = holder[list] as? [Double] ?? []
        values[index] = value
        holder[list] = values
        if part == "site" {
            object["site"] = holder
        } else {
            vehicles[0] = holder
            object["vehicles"] = vehicles
        }
    }

    // The night charges 11 kW from 00:00 (step 48) to 01:00 and 6.53 kW in step 71; it never discharges.
    static let tamperings: [Tampering] = [
        Tampering(
            testDescription: "power",
            change: { set(&$0, "vehicles", "charge_kw", 48, 12.5) },
            finding: "ev1: step 48 (2024-01-16 00:00): charging 12.5 kW exceeds the 11 kW limit by 1.5 kW"),
        Tampering(
            testDescription: "discharging while away",
            change: { set(&$0, "vehicles", "discharge_kw", 90, 2) },
            finding:
                "ev1: step 90 (2024-01-16 10:30): discharging 2 kW exceeds the 0 kW limit (plugged in for 0 of it) by 2 kW"
        ),
        Tampering(
            testDescription: "both at once",
            change: { set(&$0, "vehicles", "discharge_kw", 48, 1) },
            finding: "ev1: step 48 (2024-01-16 00:00): charges 11 kW and discharges 1 kW at once"),
        Tampering(
            testDescription: "energy",
            change: { set(&$0, "vehicles", "energy_kwh", 60, 50) },
            finding: "ev1: step 59 (2024-01-16 02:45): stored energy goes to 50 kWh, its flows lead to 46.45"),
        Tampering(
            testDescription: "import",
            change: { set(&$0, "site", "import_kw", 48, 10) },
            finding: "site: step 48 (2024-01-16 00:00): import less export is 10 kW, "
                + "what is behind the connection needs 11"),
        Tampering(
            testDescription: "cost line",
            change: {
                var costs = $0["costs"] as? Object ?? [:]
                costs["cycle"] = 0.058
                $0["costs"] = costs
            },
            finding: "costs: cycle is 0.058, the schedule's is 0.108"),
        Tampering(
            testDescription: "objective", change: { $0["objective"] = 1.5 },
            finding: "objective is 1.5, the costs sum to 1.987807"),
        Tampering(
            testDescription: "bound", change: { $0["bound"] = 2.5 },
            finding: "bound 2.5 is above the objective 1.987807"),
        Tampering(
            testDescription: "shortfall",
            change: {
                $0["shortfalls"] = [
                    ["vehicle": "ev1", "kind": "departure", "at": "2024-01-16T07:25:00+01:00", "kwh": 3.5]
                ]
                $0["shortfall_kwh"] = 3.5
            },
            finding: "ev1: leaves at 2024-01-16 07:25 with 48 kWh of the 48 wanted: 0 kWh short, the result says 3.5"),
        Tampering(
            testDescription: "another currency", change: { $0["currency"] = "GBP" },
            finding: "currency is GBP, the scenario's is EUR"),
    ]

    static let night: Result<Data, any Error> = Result {
        Data(try CommandLineTests.v2x(["schedule", CommandLineTests.night, "--format", "json"]).out.utf8)
    }

    private func verify(_ change: (inout Object) -> Void) throws -> CommandLineTests.Run {
        var object = try #require(JSONSerialization.jsonObject(with: VerifyTests.night.get()) as? Object)
        change(&object)
        let data = try JSONSerialization.data(withJSONObject: object)
        return try CommandLineTests.v2x(["verify", CommandLineTests.night, "-"], input: data)
    }

    @Test("tampering is named", arguments: tamperings)
    func tampering(_ tampering: Tampering) throws {
        let run = try verify(tampering.change)
        #expect(run.code == 1 && run.out.isEmpty)
        let lines = run.err.split(separator: "\n").map(String.init)
        #expect(lines.contains(tampering.finding), "\(run.err)")
        #expect(lines.last?.hasPrefix("v2x: the result does not hold: \(lines.count - 1) of ") == true)
    }

    @Test("a result that does not say how it was found can be verified all the same")
    func bare() throws {
        let run = try verify {
            $0["solver"] = nil
            $0["mode"] = nil
        }
        #expect(run.code == 0 && run.err.isEmpty)
    }

    @Test("what is not a result is 65, what is not there 66: each with one sentence")
    func unreadable() throws {
        try CommandLineTests.withFolder { folder in
            let file = folder.appendingPathComponent("r.json")
            for (text, says) in [
                ("", "is empty"), ("nonsense", "is not a result: it is not JSON"),
                ("[]", "is not a result: it is not an object"), ("{}", "is not a result: scenario is missing"),
                (#"{"scenario": 3}"#, "is not a result: scenario has the wrong type"),
                (
                    #"{"scenario": "x", "status": "splendid"}"#,
                    "is not a result: status holds what no result has there"
                ),
            ] {
                try Data(text.utf8).write(to: file)
                let run = try CommandLineTests.v2x(["verify", CommandLineTests.night, file.path])
                #expect(run.code == 65 && run.out.isEmpty && run.err == "\(file.path): \(says)\n")
            }
            for (path, says) in [
                (folder.path + "/none", "no such file"), (folder.path, "is a directory, not a file"),
            ] {
                let run = try CommandLineTests.v2x(["diff", path, file.path])
                #expect(run.code == 66 && run.err == "\(path): \(says)\n")
            }
        }
    }

    @Test("standard input is one file, not two, and a tolerance is not negative: 64")
    func usage() throws {
        let twice = try CommandLineTests.v2x(["verify", "-", "-"])
        #expect(twice.code == 64)
        #expect(twice.err.hasPrefix("Error: only one of scenario and result can be standard input\n"))
        #expect(try CommandLineTests.v2x(["diff", "-", "-"]).code == 64)
        let negative = try CommandLineTests.v2x(["diff", "a", "b", "--abs=-1"])
        #expect(negative.code == 64 && negative.err.hasPrefix("Error: --abs must be >= 0, got -1.0\n"))
    }

    @Test("diff prints what moved on standard output, and counts it")
    func diff() throws {
        try CommandLineTests.withFolder { folder in
            let (a, b) = (folder.appendingPathComponent("a.json"), folder.appendingPathComponent("b.json"))
            let night = try VerifyTests.night.get()
            try night.write(to: a)
            var object = try #require(JSONSerialization.jsonObject(with: night) as? Object)
            VerifyTests.set(&object, "vehicles", "charge_kw", 48, 10.5)
            object["objective"] = 2
            try JSONSerialization.data(withJSONObject: object).write(to: b)
            let run = try CommandLineTests.v2x(["diff", a.path, b.path])
            #expect(run.code == 1 && run.err == "v2x: 2 differences\n")
            #expect(run.out == "objective: 1.987807 -> 2\nvehicles[ev1].charge_kw[48]: 11 -> 10.5\n")
            let lenient = try CommandLineTests.v2x(["diff", a.path, b.path, "--rel", "0.01", "--schedule", "0.5"])
            #expect(lenient.code == 0 && lenient.out.isEmpty && lenient.err.isEmpty)
            #expect(try CommandLineTests.v2x(["diff", a.path, b.path, "--abs", "0.1", "--money-only"]).code == 0)
        }
    }
}
