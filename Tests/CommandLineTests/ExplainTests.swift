import Foundation
import Testing

/// `v2x explain` as people type it.
@Suite struct ExplainTests {
    @Test("one step in words, by time of day or by date")
    func oneStep() throws {
        let byTime = try CommandLineTests.v2x(["explain", CommandLineTests.night, "--at", "3:00"])
        let byDate = try CommandLineTests.v2x(["explain", CommandLineTests.night, "--at", "2024-01-16T03:05"])
        #expect(byTime.code == 0 && byTime.err.isEmpty)
        #expect(byTime.out == byDate.out)
        #expect(byTime.out.contains("Tue 2024-01-16 03:00 to 03:15: 14.30 ct/kWh bought, 7.68 sold\n"))
        #expect(byTime.out.contains("  ev1 waits. A kWh taken here would cost 14.30 ct and save 13.71 ct"))
        #expect(byTime.out.split(separator: "\n").allSatisfy { $0.count <= 80 })
    }

    @Test("a time that the horizon does not hold is a usage error that says what it holds")
    func outside() throws {
        let run = try CommandLineTests.v2x(["explain", CommandLineTests.night, "--at", "2024-02-01T03:00"])
        #expect(run.code == 64)
        #expect(
            run.err.contains(
                "--at must be a time within the horizon, 2024-01-15 12:00 to 2024-01-16 12:00, got 2024-02-01T03:00"))
    }

    @Test("every case is explained, and programs can read it")
    func everyCase() throws {
        let cases = CommandLineTests.root.appendingPathComponent("scenarios/cases")
        for folder in try FileManager.default.contentsOfDirectory(atPath: cases.path).sorted() {
            let scenario = cases.appendingPathComponent("\(folder)/scenario.yaml").path
            guard FileManager.default.fileExists(atPath: scenario) else { continue }
            let run = try CommandLineTests.v2x(["explain", scenario, "--format", "json"])
            #expect(run.code == 0, "\(folder): \(run.err)")
            let json = try #require(try JSONSerialization.jsonObject(with: Data(run.out.utf8)) as? [String: Any])
            #expect((json["steps"] as? [Any])?.isEmpty == false)
        }
    }

    @Test("a rule has no reasons of its own")
    func rule() throws {
        let run = try CommandLineTests.v2x(["explain", CommandLineTests.night, "--mode", "immediate"])
        #expect(run.code == 64)
        #expect(run.err.contains("immediate is a rule: there is nothing to explain"))
    }
}
