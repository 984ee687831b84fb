import Foundation
import Scenarios
import TestSupport
import Testing

@testable import ScenarioFiles

/// If this breaks: a gap or a typing error in a price file becomes a price.
@Suite("CSV feeds")
struct CSVFeedTests {
    private static let night =
        "{ start: 2024-01-15T00:00, end: 2024-01-15T04:00, step: 1h, timezone: Europe/Amsterdam }"
    private static let good =
        "time,price\n2024-01-15T00:00,1\n2024-01-15T01:00,2\n2024-01-15T02:00,3\n2024-01-15T03:00,4\n"

    private func sample(_ csv: String, options: String = "", horizon: String = night) -> Sample {
        Sample(
            horizon: horizon, tariff: "{ import: { file: prices.csv, unit: EUR/kWh\(options) } }",
            files: ["prices.csv": csv])
    }

    /// A file of one column with these rows.
    private func rows(_ rows: String...) -> String { (["time,price"] + rows).joined(separator: "\n") + "\n" }

    @Test(
        "separators, decimal commas, quotes, comments, blank lines, BOM and line ends",
        arguments: [
            good,
            good.replacingOccurrences(of: ",", with: ";"),
            good.replacingOccurrences(of: ",", with: "\t"),
            good.replacingOccurrences(of: "\n", with: "\r\n"),
            "\u{FEFF}" + good,
            "# source: ENTSO-E, CC BY 4.0\n#\n\n" + good,
            good.replacingOccurrences(of: "price", with: "\"price, all in\""),
            good.replacingOccurrences(of: ":00,", with: ":00 , "),
            "time;price\n2024-01-15T00:00;1,0\n2024-01-15T01:00;+2,0\n2024-01-15T02:00;3\n2024-01-15T03:00;4,000000000000000000\n",
            "time,price\n\"2024-01-15T00:00\",\"1\"\n2024-01-15 01:00,2e0\n2024-01-15T02:00:00+01:00,3.\n2024-01-15T02:00Z,4",
            "time,price,\n2024-01-15T00:00,1,\n2024-01-15T01:00,2,\n2024-01-15T02:00,3,\n2024-01-15T03:00,4,,\n",
        ])
    func spellings(csv: String) throws {
        #expect(try sample(csv).messages() == [])
        #expect(try sample(csv).prices() == [1, 2, 3, 4])
    }

    @Test("numbers are read to the last digit")
    func exactNumbers() throws {
        let csv = rows(
            "2024-01-15T00:00,0.1", "2024-01-15T01:00,-83.27", "2024-01-15T02:00,123456789.123456789",
            "2024-01-15T03:00,0.30000000000000004")
        #expect(try sample(csv).prices() == [0.1, -83.27, 123456789.123456789, 0.30000000000000004])
    }

    @Test(
        "what is wrong with a row, and where",
        arguments: [
            ("2024-01-15T01:00,abc", "prices.csv:3:18: must be a finite number, got \"abc\""),
            ("2024-01-15T01:00,-inf", "prices.csv:3:18: must be a finite number, got \"-inf\""),
            ("2024-01-15T01:00,1.2.3", "prices.csv:3:18: must be a finite number, got \"1.2.3\""),
            ("2024-01-15T01:00,0x10", "prices.csv:3:18: must be a finite number, got \"0x10\""),
            ("2024-01-15T01:00,1e999", "prices.csv:3:18: must be a finite number, got \"1e999\""),
            (
                "2024-01-15T01:00,12,5",
                "prices.csv:3:1: has 3 fields, the header 2; decimal commas need ; between fields"
            ),
            ("2024-01-15T01:00", "prices.csv:3:1: has 1 field, the header 2"),
            ("soon,5", "prices.csv:3:1: must be a time such as 2024-01-15T17:40, got \"soon\""),
            ("2024-01-15T00:00,5", "prices.csv:3:1: the same time as line 2, and another value"),
        ])
    func brokenRow(row: String, finding: String) throws {
        #expect(
            try sample(rows("2024-01-15T00:00,1", row, "2024-01-15T02:00,3", "2024-01-15T03:00,4")).findings() == [
                finding
            ])
    }

    @Test("a double further away names its twin")
    func distantTwin() throws {
        let csv = rows(
            "2024-01-15T00:00,1", "2024-01-15T01:00,2", "2024-01-15T02:00,3", "2024-01-15T01:00,9", "2024-01-15T03:00,4"
        )
        #expect(try sample(csv).findings() == ["prices.csv:5:1: the same time as line 3, and another value"])
    }

    @Test(
        "a file as a whole",
        arguments: [
            ("", "prices.csv: is empty"),
            ("# only a comment\n", "prices.csv: is empty"),
            ("time,price\n", "prices.csv: holds 0 rows; at least two are needed to know how long a row lasts"),
            (
                "time,price\n2024-01-15T00:00,1\n",
                "prices.csv: holds 1 row; at least two are needed to know how long a row lasts"
            ),
            (
                "2024-01-15T00:00,1\n2024-01-15T01:00,2\n",
                "prices.csv:1:1: has no header: the first line must name the columns"
            ),
            ("price\n1\n", "prices.csv:1:1: the header must name a time column and a value column, got \"price\""),
            (
                "time,nl,de\n2024-01-15T00:00,1,2\n",
                "prices.csv:1:1: has several value columns: choose one with column: (nl, de)"
            ),
            ("time,pri\u{0}ce\n", "prices.csv: is not text (it holds a zero byte)"),
        ])
    func brokenFile(csv: String, finding: String) throws {
        #expect(try sample(csv).findings() == [finding])
    }

    @Test("twenty problems are shown, the rest are counted")
    func manyProblems() throws {
        let findings = try sample("time,price\n" + String(repeating: "x,1\n", count: 25)).findings()
        #expect(findings.count == 21)
        #expect(findings.last == "prices.csv: and 5 more problems")
    }

    @Test("a column by its name")
    func columns() throws {
        let csv = "time,nl,de\n" + (0..<4).map { "2024-01-15T0\($0):00,\($0),\($0 * 10)\n" }.joined()
        #expect(try sample(csv, options: ", column: de").prices() == [0, 10, 20, 30])
        #expect(
            try sample(csv, options: ", column: dk").findings() == [
                "prices.csv:1:1: has no value column \"dk\"; did you mean de? (nl, de)"
            ])
        #expect(
            try sample(csv, options: ", column: time").findings() == [
                "prices.csv:1:1: has no value column \"time\" (nl, de)"
            ])
        // A broken field of a column that nobody asked for is nobody's business.
        #expect(
            try sample(csv.replacingOccurrences(of: ",20", with: ",n/a"), options: ", column: nl").prices() == [
                0, 1, 2, 3,
            ])
    }

    @Test("longer intervals are held, shorter ones averaged; the last row lasts as long as most do")
    func resampling() throws {
        let quarters =
            "time,price\n"
            + (0..<16).map { "2024-01-15T0\($0 / 4):\($0 % 4 == 0 ? "00" : "\($0 % 4 * 15)"),\($0)\n" }.joined()
        #expect(try sample(quarters).prices() == [1.5, 5.5, 9.5, 13.5])
        let halfHours = Self.night.replacingOccurrences(of: "1h", with: "30min")
        #expect(try sample(Self.good, horizon: halfHours).prices() == [1, 1, 2, 2, 3, 3, 4, 4])
    }

    @Test("intervals that straddle steps weigh as much as they overlap")
    func straddling() throws {
        let csv = rows(
            "2024-01-14T23:30,1", "2024-01-15T00:30,2", "2024-01-15T01:30,4", "2024-01-15T02:30,8",
            "2024-01-15T03:30,16")
        #expect(try sample(csv).prices() == [1.5, 3, 6, 12])
    }

    @Test("a gap, a late start or an early end is an error that names the first missing time")
    func gaps() throws {
        func message(_ time: String) -> String {
            "tariff.import.file: has no value for \(time) (prices.csv); set fill: previous to repeat the value before it"
        }
        func outside(_ time: String, _ words: String) -> [String] {
            ["tariff.import.file: has no value for \(time) (prices.csv \(words))"]
        }
        let gap = rows("2024-01-15T00:00,1", "2024-01-15T01:00,2", "2024-01-15T03:00,4", "2024-01-15T04:00,4")
        #expect(try sample(gap).messages() == [message("2024-01-15T02:00:00+01:00")])
        let early = rows("2024-01-15T00:00,1", "2024-01-15T01:00,2")
        #expect(try sample(early).messages() == outside("2024-01-15T02:00:00+01:00", "ends at 2024-01-15 02:00"))
        let late = rows("2024-01-15T01:00,1", "2024-01-15T02:00,2", "2024-01-15T03:00,2")
        #expect(try sample(late).messages() == outside("2024-01-15T00:00:00+01:00", "begins at 2024-01-15 01:00"))
        #expect(try sample(gap, options: ", fill: previous").prices() == [1, 2, 2, 4])
        #expect(try sample(early, options: ", fill: previous").prices() == [1, 2, 2, 2])
        #expect(
            try sample(late, options: ", fill: previous").messages()
                == outside("2024-01-15T00:00:00+01:00", "begins at 2024-01-15 01:00"))
    }

    @Test("a gap outside the horizon is nobody's business")
    func gapElsewhere() throws {
        let csv = rows("2024-01-10T00:00,9", "2024-01-10T01:00,9") + Self.good.dropFirst("time,price\n".count)
        #expect(try sample(csv).prices() == [1, 2, 3, 4])
    }

    @Test("files that are not there, or are folders, or come in a format to come")
    func unreadableFiles() throws {
        var sample = Sample(tariff: "{ import: { file: none.csv, unit: EUR/MWh } }")
        #expect(try sample.messages() == ["tariff.import.file: none.csv: no such file"])
        sample.tariff = "{ import: { file: ., unit: EUR/MWh } }"
        #expect(try sample.messages() == ["tariff.import.file: .: is a directory, not a file"])
        sample.files = ["prices.csv": Self.good]
        sample.tariff = "{ import: { file: prices.csv, format: entsoe } }"
        #expect(try sample.messages() == ["is not XML: it holds no element"])
        sample.tariff = "{ import: { file: prices.csv, format: entsoo } }"
        #expect(
            try sample.messages() == [
                "tariff.import.format: unknown format \"entsoo\"; did you mean entsoe? (\(FeedRegistry.all.map { $0.name }.joined(separator: ", ")))"
            ])
    }

    @Test("prices per MWh without a unit are asked about")
    func missingUnit() throws {
        let sample = Sample(
            tariff: "{ import: { file: prices.csv } }",
            files: ["prices.csv": Self.good.replacingOccurrences(of: ",4", with: ",83.5")])
        #expect(
            try sample.messages() == [
                "tariff.import: the file has no unit, and 83.5 is not a usual price per kWh: set unit (EUR/MWh, ct/kWh or EUR/kWh)"
            ])
    }

    @Test("import and export from one broken file are complained about once")
    func sharedFile() throws {
        let series = "{ file: prices.csv, unit: EUR/kWh }"
        let sample = Sample(
            tariff: "{ import: \(series), export: \(series) }", files: ["prices.csv": "time,price\nx,1\n"])
        #expect(try sample.findings() == ["prices.csv:2:1: must be a time such as 2024-01-15T17:40, got \"x\""])
    }

    @Test("a year of quarters is read in a blink")
    func speed() throws {
        var csv = "time,price\n"
        let clock = WallClock.utc
        let start = moment("2024-01-01T00:00:00Z")
        for index in 0..<35_136 {
            csv += "\(clock.iso8601(start.adding(seconds: index * 900))),\(index % 97).\(index % 10)\n"
        }
        let year = sample(csv)
        let duration = try ContinuousClock().measure { _ = try year.prices() }
        // Some 5 ms optimised; this guards against a hundred times that.
        #expect(duration < .seconds(3))
    }
}
