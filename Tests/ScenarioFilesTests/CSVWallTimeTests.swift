import Scenarios
import Testing

@testable import ScenarioFiles

/// If this breaks: prices move by an hour twice a year.
@Suite("CSV in wall time")
struct CSVWallTimeTests {
    private func sample(_ rows: [String], day: String, next: String, step: String = "1h") -> Sample {
        Sample(
            horizon: "{ start: \(day), end: \(next), step: \(step), timezone: Europe/Amsterdam }",
            tariff: "{ import: { file: prices.csv, unit: EUR/kWh } }",
            files: ["prices.csv": "time,price\n" + rows.enumerated().map { "\($1),\($0)\n" }.joined()])
    }

    private func hours(_ day: String, _ hours: [Int]) -> [String] {
        hours.map { "\(day)T\($0 < 10 ? "0" : "")\($0):00" }
    }

    @Test("a day of 25 hours: the second 02:00 is the second hour")
    func autumn() throws {
        let rows = hours("2024-10-27", [0, 1, 2, 2] + Array(3...23))
        #expect(try sample(rows, day: "2024-10-27", next: "2024-10-28").prices() == (0..<25).map(Double.init))
    }

    @Test("quarters of the repeated hour: the clock that steps back begins its second round")
    func autumnQuarters() throws {
        let hour = ["00", "15", "30", "45"]
        let rows = [1, 2, 2, 3].flatMap { h in hour.map { "2024-10-27T0\(h):\($0)" } }
        let read = try sample(rows, day: "2024-10-27T01:00", next: "2024-10-27T04:00", step: "15min").prices()
        #expect(read == (0..<16).map(Double.init))
    }

    @Test("one round of the repeated hour could be either: it needs an offset")
    func autumnOnce() throws {
        let rows = hours("2024-10-27", Array(0...23))
        #expect(
            try sample(rows, day: "2024-10-27", next: "2024-10-28").findings() == [
                "prices.csv:4:1: clocks in Europe/Amsterdam show this time twice (summer time ends), the file has it once: give it an offset"
            ])
        let told = rows.map { $0.contains("T02") ? $0 + "+02:00" : $0 }
        #expect(
            try sample(told, day: "2024-10-27", next: "2024-10-28").messages() == [
                "tariff.import.file: has no value for 2024-10-27T02:00:00+01:00 (prices.csv); set fill: previous to repeat the value before it"
            ])
    }

    @Test("a day of 23 hours has no 02:00")
    func spring() throws {
        let rows = hours("2024-03-31", [0, 1] + Array(3...23))
        #expect(try sample(rows, day: "2024-03-31", next: "2024-04-01").prices() == (0..<23).map(Double.init))
        #expect(
            try sample(hours("2024-03-31", Array(0...23)), day: "2024-03-31", next: "2024-04-01").findings() == [
                "prices.csv:4:1: clocks in Europe/Amsterdam skip 2024-03-31T02:00 (summer time begins)"
            ])
    }

    @Test("offsets decide by themselves, whatever the horizon's zone")
    func offsets() throws {
        let rows = [
            "2024-10-27T01:00+02:00", "2024-10-27T02:00+02:00", "2024-10-27T02:00+01:00", "2024-10-27T03:00+01:00",
        ]
        #expect(try sample(rows, day: "2024-10-27T01:00", next: "2024-10-27T04:00").prices() == [0, 1, 2, 3])
    }
}
