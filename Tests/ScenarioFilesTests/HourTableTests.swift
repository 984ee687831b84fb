import Scenarios
import Testing

@testable import ScenarioFiles

/// If this breaks: the night tariff is charged by day.
@Suite("Time-of-use tables")
struct HourTableTests {
    private func prices(_ hours: String, from start: String, to end: String, step: String = "1h") throws -> [Double] {
        let horizon = "{ start: \(start), end: \(end), step: \(step), timezone: Europe/Amsterdam }"
        return try Sample(horizon: horizon, tariff: "{ import: { hours: \(hours) } }").prices()
    }

    private let night = "[{ from: \"22:00\", to: \"06:00\", value: 1 }, { value: 3 }]"

    @Test("a range goes over midnight; the first match wins; the last entry is the rest")
    func overMidnight() throws {
        #expect(
            try prices(night, from: "2024-01-15T20:00", to: "2024-01-16T08:00") == [3, 3, 1, 1, 1, 1, 1, 1, 1, 1, 3, 3])
        let first =
            "[{ from: \"00:00\", to: \"02:00\", value: 1 }, { from: \"01:00\", to: \"03:00\", value: 2 }, { value: 3 }]"
        #expect(try prices(first, from: "2024-01-15T00:00", to: "2024-01-15T04:00") == [1, 1, 2, 3])
    }

    @Test("a range ends at 24:00, and one that ends where it starts is the whole day")
    func edges() throws {
        let late = "[{ from: \"23:00\", to: \"24:00\", value: 1 }, { value: 3 }]"
        #expect(try prices(late, from: "2024-01-15T22:00", to: "2024-01-16T01:00") == [3, 1, 3])
        let whole = "[{ from: \"06:00\", to: \"06:00\", value: 1 }]"
        #expect(try prices(whole, from: "2024-01-15T00:00", to: "2024-01-16T00:00") == Array(repeating: 1, count: 24))
    }

    @Test("days are those on which a range starts: Sunday night is Sunday's until Monday morning")
    func days() throws {
        let weekend =
            "[{ from: \"22:00\", to: \"06:00\", days: [sun], value: 1 }, { days: [mon], value: 2 }, { value: 3 }]"
        #expect(
            try prices(weekend, from: "2024-01-14T20:00", to: "2024-01-15T08:00") == [
                3, 3, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2,
            ])
        #expect(try prices(weekend, from: "2024-01-15T20:00", to: "2024-01-16T02:00") == [2, 2, 2, 2, 3, 3])
    }

    @Test("it is wall time: the night of the change is an hour shorter or longer")
    func clockChanges() throws {
        let spring = try prices(night, from: "2024-03-30T20:00", to: "2024-03-31T08:00")
        #expect(spring == [3, 3, 1, 1, 1, 1, 1, 1, 1, 3, 3])
        let autumn = try prices(night, from: "2024-10-26T20:00", to: "2024-10-27T08:00")
        #expect(autumn == [3, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1, 3, 3])
        // A step of two hours that holds the change: two hours of wall time pass in one.
        let skipped = "[{ from: \"00:00\", to: \"03:00\", value: 1 }, { value: 3 }]"
        #expect(try prices(skipped, from: "2024-03-31T01:00", to: "2024-03-31T08:00", step: "2h") == [2, 3, 3])
    }

    @Test("a change within a step is averaged, in steps of every length")
    func cutSteps() throws {
        let table = "[{ from: \"01:20\", to: \"02:00\", value: 1 }, { value: 4 }]"
        #expect(try prices(table, from: "2024-01-15T00:00", to: "2024-01-15T03:00") == [4, 2, 4])
        let odd = try prices(table, from: "2024-01-15T01:18", to: "2024-01-15T01:24", step: "90s")
        #expect(odd == [4, 2, 1, 1])
        #expect(
            try Set(
                prices(
                    "[{ from: \"00:01\", to: \"00:02\", value: 0.1 }, { value: 0.1 }]", from: "2024-01-15T00:00",
                    to: "2024-01-15T03:00")) == [0.1])
    }

    @Test(
        "what is no table",
        arguments: [
            (
                "[{ from: \"06:00\", to: \"22:00\", value: 3 }]",
                "tariff.import.hours: no entry covers 2024-01-15T00:00:00+01:00; end the table with { value: ... }"
            ),
            ("[]", "tariff.import.hours: must hold at least one entry, { value: 0.30 }"),
            ("[{ from: \"06:00\", value: 3 }]", "tariff.import.hours[0]: must have both from and to, or neither"),
            ("[{ value: cheap }]", "tariff.import.hours[0].value: must be a number, got cheap"),
            (
                "[{ from: \"6\", to: \"22:00\", value: 3 }, { value: 1 }]",
                "tariff.import.hours[0].from: must be a time of day such as \"18:00\", got \"6\""
            ),
            (
                "[{ days: [monday], value: 3 }, { value: 1 }]",
                "tariff.import.hours[0].days[0]: unknown day \"monday\"; did you mean mon? (mon, tue, wed, thu, fri, sat, sun, holiday)"
            ),
            ("[{ days: [], value: 3 }, { value: 1 }]", "tariff.import.hours[0].days: must name at least one day"),
            (
                "[{ val: 3 }]",
                "tariff.import.hours[0]: value is missing (for example 0.30)|tariff.import.hours[0].val: unknown key; did you mean value?"
            ),
        ])
    func findings(hours: String, messages: String) throws {
        #expect(try Sample(tariff: "{ import: { hours: \(hours) } }").messages().joined(separator: "|") == messages)
    }

    private func priced(_ tariff: String, on days: [String], files: [String: String] = [:]) throws -> [Double] {
        try days.map { day in
            let horizon = "{ start: \(day)T12:00, end: \(day)T13:00, step: 1h, timezone: Europe/Amsterdam }"
            return try Sample(horizon: horizon, tariff: "{ import: \(tariff) }", files: files).prices()[0]
        }
    }

    @Test("months: two are a season, also over the new year; more are each by itself")
    func months() throws {
        let days = ["2024-09-30", "2024-10-01", "2025-01-15", "2025-03-31", "2025-04-01"]
        #expect(
            try priced("{ hours: [{ months: [oct, mar], value: 1 }, { value: 3 }] }", on: days) == [3, 1, 1, 1, 3])
        #expect(
            try priced("{ hours: [{ months: [oct, jan, apr], value: 1 }, { value: 3 }] }", on: days) == [3, 1, 1, 3, 1])
        #expect(try priced("{ hours: [{ months: apr-sep, value: 1 }, { value: 3 }] }", on: days) == [1, 3, 3, 3, 1])
    }

    @Test("dates: of every year, of one, and spans over the new year")
    func dates() throws {
        let days = ["2024-12-23", "2024-12-24", "2025-01-06", "2025-01-07", "2025-12-24"]
        #expect(
            try priced("{ hours: [{ dates: [12-24/01-06], value: 1 }, { value: 3 }] }", on: days) == [3, 1, 1, 3, 1])
        #expect(
            try priced("{ hours: [{ dates: [2024-12-24, 2025-01-07], value: 1 }, { value: 3 }] }", on: days)
                == [3, 1, 3, 1, 3])
    }

    @Test("holidays, a list or a calendar, count as Sundays")
    func holidays() throws {
        // Maundy Thursday to Saturday.
        let days = ["2026-04-01", "2026-04-02", "2026-04-03", "2026-04-04"]
        let hours = "hours: [{ days: [mon, tue, wed, thu, fri], value: 3 }, { days: [sun], value: 1 }, { value: 2 }]"
        #expect(try priced("{ \(hours) }", on: days) == [3, 3, 3, 2])
        #expect(try priced("{ holidays: [2026-04-02, 2026-04-03], \(hours) }", on: days) == [3, 1, 1, 2])
        let calendar = """
            BEGIN:VCALENDAR\r
            BEGIN:VEVENT\r
            DTSTART;VALUE=DATE:20260402\r
            DTEND;VALUE=DATE:20260404\r
            END:VEVENT\r
            END:VCALENDAR\r

            """
        #expect(
            try priced("{ holidays: h.ics, \(hours) }", on: days, files: ["h.ics": calendar]) == [3, 1, 1, 2])
    }
}
