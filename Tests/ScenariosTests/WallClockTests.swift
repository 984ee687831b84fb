import Scenarios
import TestSupport
import Testing

/// If this breaks: every plan is an hour off on half the days.
@Suite("Wall time")
struct WallClockTests {
    private func amsterdam() throws -> WallClock { try #require(WallClock(timeZone: "Europe/Amsterdam")) }

    @Test(
        "ISO 8601 with the offset of the moment, winter and summer",
        arguments: [
            ("2024-01-15T11:00:00Z", "2024-01-15T12:00:00+01:00"),
            ("2024-07-15T10:00:00Z", "2024-07-15T12:00:00+02:00"),
            ("2024-10-27T00:30:00Z", "2024-10-27T02:30:00+02:00"),
            ("2024-10-27T01:30:00Z", "2024-10-27T02:30:00+01:00"),
            ("2024-03-31T00:59:59Z", "2024-03-31T01:59:59+01:00"),
            ("2024-03-31T01:00:00Z", "2024-03-31T03:00:00+02:00"),
            ("1969-12-31T23:30:00Z", "1970-01-01T00:30:00+01:00"),
        ])
    func iso8601(instant: String, text: String) throws {
        #expect(try amsterdam().iso8601(moment(instant)) == text)
    }

    @Test("zones west of Greenwich and of half hours")
    func otherZones() throws {
        let newfoundland = try #require(WallClock(timeZone: "America/St_Johns"))
        #expect(newfoundland.iso8601(moment("2024-01-15T12:00:00Z")) == "2024-01-15T08:30:00-03:30")
        #expect(WallClock.utc.iso8601(moment("2024-01-15T12:00:00Z")) == "2024-01-15T12:00:00+00:00")
    }

    @Test("the short forms of tables and messages")
    func shortForms() throws {
        let clock = try amsterdam()
        let arrival = moment("2024-01-15T16:40:00Z")
        #expect(clock.time(arrival) == "17:40")
        #expect(clock.dateTime(arrival) == "2024-01-15 17:40")
        #expect(clock.dayDateTime(arrival) == "Mon 2024-01-15 17:40")
        #expect(clock.dayTime(arrival) == "Mon 15 Jan 17:40")
        #expect(clock.dayTime(moment("2024-02-29T23:00:00Z")) == "Fri 1 Mar 00:00")
    }

    @Test("a wall time is one moment, two in the hour that repeats, none in the one that is skipped")
    func instants() throws {
        let clock = try amsterdam()
        let repeated = try #require(WallTime(year: 2024, month: 10, day: 27, hour: 2, minute: 30))
        #expect(clock.instants(of: repeated) == [moment("2024-10-27T00:30:00Z"), moment("2024-10-27T01:30:00Z")])
        let skipped = try #require(WallTime(year: 2024, month: 3, day: 31, hour: 2, minute: 30))
        #expect(clock.instants(of: skipped).isEmpty)
        #expect(clock.firstInstant(of: skipped) == moment("2024-03-31T01:00:00Z"))
        #expect(clock.firstInstant(of: repeated) == moment("2024-10-27T00:30:00Z"))
    }

    @Test("days that no calendar has are refused")
    func impossibleDays() {
        #expect(WallTime(year: 2023, month: 2, day: 29) == nil)
        #expect(WallTime(year: 2024, month: 2, day: 29) != nil)
        #expect(WallTime(year: 1900, month: 2, day: 29) == nil)
        #expect(WallTime(year: 2024, month: 4, day: 31) == nil)
        #expect(WallTime(year: 2024, month: 1, day: 1, hour: 24, minute: 1) == nil)
        #expect(WallTime(year: 2024, month: 1, day: 1, hour: 24) == WallTime(year: 2024, month: 1, day: 2))
    }

    @Test("an abbreviation is no zone: CET has no summer time")
    func abbreviations() {
        #expect(WallClock(timeZone: "CET") == nil)
        #expect(WallClock(timeZone: "Europe/Nowhere") == nil)
    }
}
