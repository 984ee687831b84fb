import Foundation
import Testing

/// `v2x feeds` as users meet it.
@Suite struct FeedsTests {
    private typealias Command = CommandLineTests

    @Test(
        "feeds lists what is built in; of a file it says span, step, gaps and range, within 80 columns, and makes a CSV of it"
    )
    func feeds() throws {
        let list = try Command.v2x(["feeds"])
        #expect(list.code == 0)
        #expect(list.out.split(separator: "\n").allSatisfy { $0.count <= 80 })
        for name in [
            "csv", "entsoe", "octopus", "awattar", "nordpool", "tibber", "evcc", "openadr", "table", "acn", "evprof",
            "emobpy",
        ] {
            #expect(list.out.contains("\n\(name) ") || list.out.hasPrefix("\(name) "), "\(name)")
        }
        try Command.withFolder { folder in
            let path = folder.appendingPathComponent("prices.json").path
            try """
            [{"start": "2026-01-15T00:00:00Z", "end": "2026-01-15T01:00:00Z", "value": 0.25},
             {"start": "2026-01-15T02:00:00Z", "end": "2026-01-15T03:00:00Z", "value": -0.05}]
            """.write(toFile: path, atomically: true, encoding: .utf8)
            let text = try Command.v2x(["feeds", path, "--timezone", "Europe/Amsterdam"])
            #expect(text.code == 0 && text.out.contains("evcc"))
            #expect(text.out.contains("gaps      1") && text.out.contains("2026-01-15 02:00 to 2026-01-15 03:00"))
            #expect(text.out.contains("lowest    -0.0500 at 2026-01-15 03:00"))
            let lines = text.out.split(separator: "\n").dropFirst()
            #expect(lines.allSatisfy { $0.count <= 80 }, "\(text.out)")
            let csv = try Command.v2x(["feeds", path, "--format", "csv"])
            #expect(csv.out == "time,value\n2026-01-15T00:00:00+00:00,0.25\n2026-01-15T02:00:00+00:00,-0.05\n")
            #expect(try XMLCheck(Command.v2x(["feeds", path, "--format", "svg"]).out).isWellFormed)
            let json = try Command.v2x(["feeds", path, "--format", "json"])
            let object = try JSONSerialization.jsonObject(with: Data(json.out.utf8)) as? [String: Any]
            #expect(object?["count"] as? Int == 2 && object?["lowest"] as? Double == -0.05)
            #expect(try Command.v2x(["feeds", path, "--as", "tibber"]).code == 65)
            #expect(try Command.v2x(["feeds", "nowhere.json"]).code == 66)
            #expect(try Command.v2x(["feeds", path, "--as", "nothing"]).code == 64)
        }
    }

    @Test("of every file that people sent, feeds says what it is within 80 columns")
    func samples() throws {
        let folder = Command.root.appendingPathComponent("Tests/ScenarioFilesTests/Files")
        var shown = 0
        for name in try FileManager.default.subpathsOfDirectory(atPath: folder.path).sorted() {
            let path = folder.appendingPathComponent(name).path
            guard name.contains("/"), !name.hasSuffix("scenario.yaml") else { continue }
            let run = try Command.v2x(["feeds", path, "--timezone", "Europe/Berlin"])
            #expect([0, 65].contains(run.code) && run.out.isEmpty == (run.code == 65), "\(name): \(run.err)")
            let lines = run.out.components(separatedBy: "\n")
            #expect(lines.allSatisfy { $0.count <= 80 }, "\(name)\n\(run.out)")
            if run.code == 0 {
                let file = name.split(separator: "/").last ?? ""
                #expect(lines[0].contains("/\(file): ") && !run.out.contains("\n\n\n"), "\(run.out)")
                shown += 1
            }
            // A message never repeats the file.
            #expect(
                run.err.replacing(path, with: "").split(separator: "\n").allSatisfy { $0.count <= 300 }, "\(run.err)")
        }
        #expect(shown >= 25)
    }

    @Test("of a file of sessions feeds says span, energy, stays and how many at once; its CSV is a fleet's table")
    func sessions() throws {
        try Command.withFolder { folder in
            let path = folder.appendingPathComponent("sessions.csv").path
            try """
            Session,ConnectionStartDateTime,ConnectionEndDateTime,Energy,Power
            a,2018-10-08T06:00:00Z,2018-10-08T10:00:00Z,12.6,3.7
            b,2018-10-08T08:00:00Z,2018-10-08T18:00:00Z,20,11
            c,2018-10-08T08:00:00Z,2018-10-08T09:00:00Z,NA,11
            """.write(toFile: path, atomically: true, encoding: .utf8)
            let text = try Command.v2x(["feeds", path, "--timezone", "Europe/Amsterdam"])
            #expect(text.code == 0 && text.out.contains(": evprof\n"))
            for line in [
                "from      2018-10-08 08:00 (Europe/Amsterdam)", "sessions  2", "energy    32.6 kWh, 16.3 a session",
                "power     3.7 to 11.0 kW", "stay      7.0 h on average, at most 10.0 h from 2018-10-08 10:00",
                "at once   2 at most, at 2018-10-08 10:00",
            ] { #expect(text.out.contains(line + "\n"), "\(text.out)") }
            #expect(
                text.out.components(separatedBy: "\n").dropFirst().allSatisfy { $0.count <= 80 }, "\(text.out)")
            #expect(text.err.contains("1 of 3 sessions have no energy: left out"))
            let csv = try Command.v2x(["feeds", path, "--format", "csv"]).out
            #expect(
                csv == """
                    vehicle,from,to,energy_kwh,power_kw
                    a,2018-10-08T06:00:00+00:00,2018-10-08T10:00:00+00:00,12.6,3.7
                    b,2018-10-08T08:00:00+00:00,2018-10-08T18:00:00+00:00,20.0,11.0

                    """)
            try csv.write(toFile: path, atomically: true, encoding: .utf8)
            #expect(try Command.v2x(["feeds", path, "--format", "csv"]).out == csv)
            #expect(try XMLCheck(Command.v2x(["feeds", path, "--format", "svg"]).out).isWellFormed)
            let json = try Command.v2x(["feeds", path, "--format", "json"])
            let object = try JSONSerialization.jsonObject(with: Data(json.out.utf8)) as? [String: Any]
            #expect(object?["sessions"] as? Int == 2 && object?["most_at_once"] as? Int == 2)
            #expect(try Command.v2x(["feeds", path, "--as", "acn"]).code == 65)
        }
    }
}
