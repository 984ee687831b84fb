import Scenarios
import Testing

@testable import ScenarioFiles

/// If this breaks: a time that people write is refused, or read as another.
@Suite("Times and lengths of time as text")
struct TimeTextTests {
    @Test(
        "ISO times of every usual form",
        arguments: [
            ("2024-01-15", 0, nil), ("2024-01-15T12:30", 45_000, nil), ("2024-01-15 12:30:15", 45_015, nil),
            ("2024-01-15T12:30Z", 45_000, 0), ("2024-01-15T12:30:00.000+01:00", 45_000, 3600),
            ("2024-01-15T12:30-0330", 45_000, -12_600), ("2024-01-15T12:30+01", 45_000, 3600),
        ] as [(String, Int, Int?)])
    func timeText(text: String, secondOfDay: Int, offset: Int?) throws {
        let read = try #require(TimeText(text))
        #expect(read.wall.secondOfDay == secondOfDay)
        #expect(read.offsetSeconds == offset)
    }

    @Test(
        "and nothing else",
        arguments: [
            "", "2024", "2024-1-15", "15-01-2024", "2024-01-15T", "2024-01-15T12", "2024-01-15T25:00",
            "2024-01-15T12:60",
            "2024-02-30T12:00", "2024-01-15T12:00+1", "2024-01-15T12:00 CET", "2024-01-15T12:00:00.", "x2024-01-15",
        ])
    func noTime(text: String) {
        #expect(TimeText(text) == nil)
    }

    @Test(
        "lengths of time",
        arguments: [
            ("15min", 900), ("5min", 300), ("30min", 1800), ("1h", 3600), ("PT15M", 900), ("PT1H30M", 5400),
            ("P1D", 86_400),
            ("60s", 60), ("1.5h", 5400), ("2 h", 7200),
        ])
    func durations(text: String, seconds: Int) {
        #expect(DurationText.seconds(text) == seconds)
    }

    @Test("and what is none", arguments: ["", "15", "h", "PT", "P", "15minutes", "-1h", "PT15", "1.0001s"])
    func noDuration(text: String) {
        #expect(DurationText.seconds(text) == nil)
    }
}
