import ScenarioFiles
import Scenarios
import Testing

/// What a series means on the steps: a price on the wrong quarter is a car charged at the wrong time.
@Suite struct SeriesTests {
    private func importPrices(_ series: String, files: [String: String] = [:], horizon: String = "") throws -> [Double]
    {
        var text = ScenarioText.with("import: 0.25", "import: \(series)")
        if !horizon.isEmpty {
            text = text.replacing("  start: 2024-01-15T12:00\n  end: 2024-01-16T12:00\n  step: 15min\n", with: horizon)
                .replacing("from: 2024-01-15T17:40, to: 2024-01-16T07:25", with: "daily: [\"18:00\", \"07:00\"]")
        }
        return try ScenarioText.withFolder(files) { try ScenarioText.load(text, directory: $0).importPricePerKWh }
    }

    private func complaint(_ series: String, file: String) throws -> [String] {
        try ScenarioText.withFolder(["p.csv": file]) {
            ScenarioText.findings(ScenarioText.with("import: 0.25", "import: \(series)"), directory: $0)
        }
    }

    /// 24 hourly rows from noon, EUR/MWh 1, 2, 3 ...
    static let hourly: String =
        "time,price\n"
        + (0..<24).map { hour in
            let day = hour < 12 ? "2024-01-15" : "2024-01-16"
            let clock = (hour + 12) % 24
            return "\(day)T\(clock < 10 ? "0" : "")\(clock):00:00+01:00,\(hour + 1)\n"
        }.joined()

    @Test("unit, then scale, then offset: an invoice is made in that order")
    func unitScaleOffset() throws {
        let prices = try importPrices("{ values: [100], step: 24h, unit: EUR/MWh, scale: 1.21, offset: 0.05 }")
        #expect(prices.allSatisfy { abs($0 - 0.171) < 1e-12 })
        #expect(try importPrices("{ values: [25], step: 24h, unit: ct/kWh }")[0] == 0.25)
    }

    @Test("hourly prices are held over their quarters, and shorter ones averaged")
    func resampling() throws {
        let prices = try importPrices("{ file: p.csv, unit: EUR/MWh }", files: ["p.csv": SeriesTests.hourly])
        #expect(prices.count == 96)
        #expect(prices[0...4].map { ($0 * 1000).rounded() } == [1, 1, 1, 1, 2])
        let averaged = try importPrices(
            "{ values: [1, 3], step: 30min, fill: previous }",
            horizon: "  start: 2024-01-15T12:00\n  end: 2024-01-15T14:00\n  step: 1h\n")
        #expect(averaged == [2, 3])
    }

    @Test("separator, decimal comma, byte-order mark, quotes, comments: one file in every dialect")
    func dialects() throws {
        let expected = try importPrices("{ file: p.csv, unit: EUR/kWh }", files: ["p.csv": SeriesTests.hourly])
        let semicolons = SeriesTests.hourly.replacing(",", with: ";").replacing(";1\n", with: ";1,0\n")
        for file in [
            semicolons, "\u{FEFF}# from somewhere\n" + SeriesTests.hourly.replacing("\n", with: "\r\n"),
            SeriesTests.hourly.replacing(",", with: "\t"),
            SeriesTests.hourly.replacing("time,price", with: "\"time\",\"price\""),
            SeriesTests.hourly.replacing("+01:00", with: ""), SeriesTests.hourly.replacing("T", with: " "),
        ] {
            #expect(try importPrices("{ file: p.csv, unit: EUR/kWh }", files: ["p.csv": file]) == expected)
        }
    }

    @Test("a gap inside the horizon names its first missing time, and is only filled where the scenario says so")
    func gaps() throws {
        let gap = SeriesTests.hourly.replacing("2024-01-15T15:00:00+01:00,4\n", with: "")
        #expect(
            try complaint("{ file: p.csv, unit: EUR/kWh }", file: gap) == [
                "s.yaml:9:19: tariff.import.file: has no value for 2024-01-15T15:00:00+01:00 (p.csv); "
                    + "set fill: previous to repeat the value before it"
            ])
        let filled = try importPrices("{ file: p.csv, unit: EUR/kWh, fill: previous }", files: ["p.csv": gap])
        #expect(filled[11] == 3 && filled[12] == 3 && filled[15] == 3 && filled[16] == 5)
    }

    @Test("prices that end early name the first missing time")
    func endsEarly() throws {
        let short = SeriesTests.hourly.split(separator: "\n").prefix(11).joined(separator: "\n")
        #expect(
            try complaint("{ file: p.csv, unit: EUR/kWh }", file: short).first?.contains(
                "has no value for 2024-01-15T22:00:00+01:00")
                == true)
    }

    @Test(
        "rows that are wrong are found where they stand",
        arguments: [
            (
                "2024-01-15T13:00:00+01:00,2", "2024-01-15T13:00:00+01:00,two",
                "p.csv:3:27: must be a finite number, got \"two\""
            ),
            (
                "2024-01-15T13:00:00+01:00,2", "2024-01-15T13:00:00+01:00,",
                "has no value for 2024-01-15T13:00:00+01:00"
            ),
            (
                "2024-01-15T13:00:00+01:00,2", "2024-01-15T13:00:00+01:00,NaN",
                "has no value for 2024-01-15T13:00:00+01:00"
            ),
            (
                "2024-01-15T13:00:00+01:00,2", "soon,2",
                "p.csv:3:1: must be a time such as 2024-01-15T17:40, got \"soon\""
            ),
            (
                "2024-01-15T13:00:00+01:00,2", "2024-01-15T12:00:00+01:00,2",
                "p.csv:3:1: the same time as line 2, and another value"
            ),
            (
                "2024-01-15T13:00:00+01:00,2", "2024-01-15T11:00:00+01:00,2",
                "has no value for 2024-01-15T13:00:00+01:00"
            ),
            (
                "time,price", "time,price,load",
                "p.csv:2:1: has 2 fields, the header 3"
            ),
        ])
    func wrongRows(old: String, new: String, says: String) throws {
        let findings = try complaint(
            "{ file: p.csv, unit: EUR/kWh }", file: SeriesTests.hourly.replacing(old + "\n", with: new + "\n"))
        #expect(findings.contains { $0.contains(says) }, "\(findings)")
    }

    @Test("a time-of-use table reads wall time, goes over midnight, and the first match wins")
    func hours() throws {
        let prices = try importPrices(
            "{ hours: [{ from: \"22:00\", to: \"06:00\", value: 0.12 }, { from: \"17:00\", to: \"21:00\", days: [tue], value: 9 }, { value: 0.3 }] }"
        )
        #expect(prices[39] == 0.3 && prices[40] == 0.12 && prices[71] == 0.12 && prices[72] == 0.3)
        #expect(prices.max() == 0.3, "the horizon's evening is a Monday")
    }

    @Test("a table that leaves an hour open says which")
    func hoursWithHole() {
        let findings = ScenarioText.findings(
            ScenarioText.with("import: 0.25", "import: { hours: [{ from: \"00:00\", to: \"18:00\", value: 1 }] }"))
        #expect(
            findings == [
                "s.yaml:9:20: tariff.import.hours: no entry covers 2024-01-15T18:00:00+01:00; end the table with { value: ... }"
            ])
    }

    @Test("wall time in the hour that repeats: order decides, and both hours are kept")
    func repeatedHour() throws {
        let rows = ["00", "01", "02", "02", "03", "04"].enumerated().map { "2024-10-27T\($1):00,\($0 + 1)\n" }.joined()
        let prices = try importPrices(
            "{ file: p.csv, unit: EUR/kWh }", files: ["p.csv": "time,price\n" + rows],
            horizon: "  start: 2024-10-27T00:00\n  end: 2024-10-27T05:00\n  step: 1h\n")
        #expect(prices == [1, 2, 3, 4, 5, 6])
    }
}
