import Sensitivity
import Foundation
import Testing

/// `v2x regress`, `simulate` and `plot` as users and CI systems meet them.
@Suite struct RegressTests {
    private typealias Command = CommandLineTests

    /// A folder with a copy of two cases.
    private static func withCases(_ body: (URL) throws -> Void) throws {
        try Command.withFolder { folder in
            for name in ["001-one-night", "002-negative-hours"] {
                let cases = Command.root.appendingPathComponent("scenarios/cases")
                let found = try #require(
                    try FileManager.default.contentsOfDirectory(atPath: cases.path).first {
                        $0.hasPrefix(name.prefix(3))
                    })
                try FileManager.default.copyItem(
                    at: cases.appendingPathComponent(found), to: folder.appendingPathComponent("cases/\(name)"))
            }
            let prices = Command.root.appendingPathComponent("scenarios/prices")
            try FileManager.default.createSymbolicLink(
                at: folder.appendingPathComponent("prices"), withDestinationURL: prices)
            try body(folder)
        }
    }

    private static func edit(_ url: URL, _ change: (inout [String: Any]) -> Void) throws {
        var object = try #require(try JSONSerialization.jsonObject(with: Data(contentsOf: url)) as? [String: Any])
        change(&object)
        try JSONSerialization.data(withJSONObject: object, options: .sortedKeys).write(to: url)
    }

    @Test("cases as recorded pass; one whose record is missing or altered fails, is named, and can be accepted")
    func regress() throws {
        try Self.withCases { folder in
            let cases = folder.appendingPathComponent("cases").path
            let same = try Command.v2x(["regress", cases])
            #expect(same.code == 0 && same.out == "2 cases, 0 changed\n", "\(same)")

            let expected = folder.appendingPathComponent("cases/002-negative-hours/expected.json")
            try FileManager.default.removeItem(at: expected)
            let junit = folder.appendingPathComponent("report.xml")
            let new = try Command.v2x(["regress", cases, "--junit", junit.path])
            #expect(new.code == 1 && new.out.contains("002-negative-hours") && new.out.contains("  new\n"), "\(new)")
            let xml = try String(contentsOf: junit, encoding: .utf8)
            #expect(xml.contains("tests=\"2\" failures=\"1\""))
            #expect(xml.contains("<failure type=\"new\" message=\"there is no expected.json that can be read\">"))
            let parser = XMLCheck(xml)
            #expect(parser.isWellFormed)

            let accepted = try Command.v2x(["regress", cases, "--accept", "002-negative-hours"])
            #expect(accepted.code == 0, "\(accepted)")
            #expect(try Command.v2x(["regress", cases]).code == 0)
            #expect(try Command.v2x(["regress", cases, "--accept", "nothing"]).code == 66)
            #expect(try Command.v2x(["regress", folder.appendingPathComponent("none").path]).code == 66)
            #expect(try Command.v2x(["regress", folder.appendingPathComponent("prices").path]).code == 65)
        }
    }

    @Test("a dearer record is told from one that no longer holds")
    func verdicts() throws {
        try Self.withCases { folder in
            let cases = folder.appendingPathComponent("cases").path
            // The rule's schedule, recorded as if it had been the optimum: it holds, and the optimum is better.
            let first = folder.appendingPathComponent("cases/001-one-night")
            let rule = try Command.v2x([
                "schedule", first.appendingPathComponent("scenario.yaml").path, "--mode", "immediate", "--format",
                "json",
                "--output", first.appendingPathComponent("expected.json").path,
            ])
            #expect(rule.code == 0)
            try Self.edit(first.appendingPathComponent("expected.json")) { $0["mode"] = "v2x" }
            // A record with another cost line is no longer what the scenario says.
            try Self.edit(folder.appendingPathComponent("cases/002-negative-hours/expected.json")) { result in
                var costs = result["costs"] as? [String: Double] ?? [:]
                costs["energy"] = (costs["energy"] ?? 0) - 1
                result["costs"] = costs
                result["objective"] = (result["objective"] as? Double ?? 0) - 1
                result["bound"] = result["objective"]
            }
            let run = try Command.v2x(["regress", cases, "--format", "json"])
            #expect(run.code == 1)
            let object = try JSONSerialization.jsonObject(with: Data(run.out.utf8)) as? [String: [[String: Any]]]
            let verdicts = object?["cases"]?.map { $0["verdict"] as? String }
            #expect(verdicts == ["better", "other-model"], "\(run.out)")
        }
    }

    @Test("simulate: text, day by day as CSV, a picture; wrong lengths of time are usage errors")
    func simulate() throws {
        let scenario = Command.root.appendingPathComponent("scenarios/sweeps/night.yaml").path
        let text = try Command.v2x(["simulate", scenario])
        #expect(text.code == 0 && text.err.isEmpty && text.out.contains("years to its end of life"), "\(text)")
        #expect(text.out.split(separator: "\n").allSatisfy { $0.count <= 80 })
        let csv = try Command.v2x(["simulate", scenario, "--format", "csv"])
        #expect(csv.out.split(separator: "\n").count == 4)
        #expect(try Command.v2x(["simulate", scenario, "--horizon", "12h"]).code == 64)
        #expect(try Command.v2x(["simulate", scenario, "--commit", "soon"]).code == 64)
        #expect(try XMLCheck(Command.v2x(["simulate", scenario, "--format", "svg"]).out).isWellFormed)
    }

    @Test("plot knows a result, offers, a simulation and a sweep by their content, and refuses the rest")
    func plot() throws {
        let scenario = Command.root.appendingPathComponent("scenarios/sweeps/night.yaml").path
        try Command.withFolder { folder in
            for (command, title) in [
                ("schedule", "state of charge"), ("offer", "Market offers"), ("simulate", "cost so far"),
            ] {
                let file = folder.appendingPathComponent("\(command).json").path
                #expect(try Command.v2x([command, scenario, "--format", "json", "--output", file]).code == 0)
                let picture = try Command.v2x(["plot", file])
                #expect(picture.code == 0 && picture.out.contains(title) && XMLCheck(picture.out).isWellFormed)
            }
            let sweep = folder.appendingPathComponent("few.yaml").path
            try """
            base: \(scenario)
            axes:
              - { path: "vehicles[0].battery.capacity_kwh", name: capacity_kwh, values: [40, 60] }
              - { path: "vehicles[0].charger.discharge_kw", name: discharge_kw, values: [0, 5, 10] }
            """.write(toFile: sweep, atomically: true, encoding: .utf8)
            let database = folder.appendingPathComponent("few.sqlite").path
            #expect(try Command.v2x(["sweep", sweep, "--output", database]).code == 0)
            let csv = try Command.v2x(["sweep", sweep, "--database", database, "--format", "csv"]).out
            let rows = csv.split(separator: "\n").map { $0.split(separator: ",", omittingEmptySubsequences: false) }
            let objective = try #require(rows[0].firstIndex(of: "objective"))
            // Each cell of the map is one run's number.
            let map = try Command.v2x(["plot", database])
            for row in rows.dropFirst() {
                let number = String(format: "%.2f", try #require(Double(row[objective])))
                #expect(map.out.contains(">\(number)<"), "\(number)")
            }
            for kind in ["heatmap", "lines", "tornado"] {
                #expect(try XMLCheck(Command.v2x(["plot", database, "--kind", kind]).out).isWellFormed)
            }
            #expect(try Command.v2x(["plot", database, "--x", "nothing"]).code == 65)
            #expect(try Command.v2x(["plot", database, "--value", "nothing"]).code == 65)
            #expect(try Command.v2x(["plot", scenario]).code == 65)
        }
    }
}

/// Whether a text is well-formed XML, by somebody else's reader (Python's expat).
struct XMLCheck {
    let isWellFormed: Bool
    init(_ xml: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-c", "import sys, xml.dom.minidom as m; m.parse(sys.stdin.buffer)"]
        let input = Pipe()
        process.standardInput = input
        process.standardError = FileHandle.nullDevice
        do { try process.run() } catch {
            isWellFormed = false
            return
        }
        try? input.fileHandleForWriting.write(contentsOf: Data(xml.utf8))
        try? input.fileHandleForWriting.close()
        process.waitUntilExit()
        isWellFormed = process.terminationStatus == 0
    }
}
