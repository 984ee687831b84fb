import Scenarios
import TestSupport
import Testing

@testable import ScenarioFiles

/// If this breaks: a car is planned an hour early twice a year.
@Suite("Plug-in windows in wall time")
struct WallTimeWindowTests {
    private func shares(_ horizon: String, _ plugged: String) throws -> [Double] {
        let scenario = try Sample(horizon: horizon, plugged: plugged).scenario()
        return PlugTimeline(vehicle: scenario.vehicles[0], grid: scenario.grid).pluggedShare
    }

    @Test(
        "the night of the spring change is an hour shorter, that of the autumn change an hour longer",
        arguments: [
            ("2024-03-30T18:00", "2024-03-31T12:00", 17, 12.5), ("2024-10-26T18:00", "2024-10-27T12:00", 19, 14.5),
            ("2024-01-15T18:00", "2024-01-16T12:00", 18, 13.5),
        ])
    func clockChanges(start: String, end: String, steps: Int, plugged: Double) throws {
        let horizon = "{ start: \(start), end: \(end), step: 1h, timezone: Europe/Amsterdam }"
        for windows in ["[{ from: \(start), to: \(end.prefix(10))T07:30 }]", "[{ daily: [\"18:00\", \"07:30\"] }]"] {
            let shares = try shares(horizon, windows)
            #expect(shares.count == steps)
            #expect(abs(shares.reduce(0, +) - plugged) < 1e-12)
        }
    }

    @Test("a window may cut into the repeated hour: the first round is meant, and said")
    func windowInRepeatedHour() throws {
        let sample = Sample(
            horizon: "{ start: 2024-10-27T00:00, end: 2024-10-27T06:00, step: 1h, timezone: Europe/Amsterdam }",
            plugged: "[{ from: 2024-10-27T02:30, to: 2024-10-27T04:00 }]")
        let read = try sample.load()
        #expect(read.scenario.vehicles[0].windows[0].from == moment("2024-10-27T00:30:00Z"))
        #expect(
            read.warnings.map(\.description) == [
                "s.yaml:9:23: warning: vehicles[0].plugged[0].from: clocks in Europe/Amsterdam show 2024-10-27T02:30 twice (summer time ends); the first is taken, 2024-10-27T02:30:00+02:00"
            ])
    }

    @Test("daily windows: the one that started the evening before counts, those that miss the horizon are dropped")
    func dailyExpansion() throws {
        let sample = Sample(
            horizon: "{ start: 2024-01-15T06:00, end: 2024-01-17T20:00, step: 1h, timezone: Europe/Amsterdam }",
            plugged: "[{ daily: [\"18:00\", \"07:30\"], departure_soc: 0.8, trip_kwh: 9 }]")
        let windows = try sample.vehicle().windows
        let clock = try #require(WallClock(timeZone: "Europe/Amsterdam"))
        #expect(
            windows.map { "\(clock.dateTime($0.from)) to \(clock.dateTime($0.to))" } == [
                "2024-01-14 18:00 to 2024-01-15 07:30", "2024-01-15 18:00 to 2024-01-16 07:30",
                "2024-01-16 18:00 to 2024-01-17 07:30", "2024-01-17 18:00 to 2024-01-18 07:30",
            ])
        #expect(windows.allSatisfy { $0.departureSoC == 0.8 && $0.tripKWh == 9 })
    }

    @Test("days are those on which the window starts")
    func dailyOnSomeDays() throws {
        let sample = Sample(
            horizon: "{ start: 2024-01-15T00:00, end: 2024-01-22T00:00, step: 1h, timezone: Europe/Amsterdam }",
            plugged:
                "[{ daily: [\"22:00\", \"06:00\"], days: [fri, sun] }, { daily: [\"09:00\", \"17:00\"], days: [mon] }]")
        let clock = try #require(WallClock(timeZone: "Europe/Amsterdam"))
        #expect(
            try sample.vehicle().windows.map { clock.dayTime($0.from) } == [
                "Sun 14 Jan 22:00", "Mon 15 Jan 09:00", "Fri 19 Jan 22:00", "Sun 21 Jan 22:00",
            ])
    }

    @Test("a daily time that clocks skip is reached when they skip it")
    func dailyInSkippedHour() throws {
        let sample = Sample(
            horizon: "{ start: 2024-03-31T00:00, end: 2024-03-31T06:00, step: 1h, timezone: Europe/Amsterdam }",
            plugged: "[{ daily: [\"02:30\", \"05:00\"], days: [sun] }]")
        #expect(try sample.vehicle().windows.map(\.from) == [moment("2024-03-31T01:00:00Z")])
    }
}
