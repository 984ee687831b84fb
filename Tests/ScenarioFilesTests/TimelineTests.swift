import ScenarioFiles
import Scenarios
import Testing

/// What plug-in windows mean on the steps: a quarter too many, and the plan charges a car that has left.
@Suite struct TimelineTests {
    private func timeline(_ windows: String, _ change: (String) -> String = { $0 }) throws -> (Scenario, PlugTimeline) {
        let line = "      - { from: 2024-01-15T17:40, to: 2024-01-16T07:25, departure_soc: 0.8, trip_kwh: 9 }"
        let scenario = try ScenarioText.load(change(ScenarioText.with(line, windows)))
        return (scenario, PlugTimeline(vehicle: scenario.vehicles[0], grid: scenario.grid))
    }

    @Test("an arrival at 17:40 gives the 17:30 quarter a = 1/3, a departure at 07:25 the 07:15 quarter a = 2/3")
    func windowsCutSteps() throws {
        let (_, timeline) = try timeline(
            "      - { from: 2024-01-15T17:40, to: 2024-01-16T07:25, departure_soc: 0.8, trip_kwh: 9 }")
        #expect(timeline.pluggedShare[21] == 0)
        #expect(abs(timeline.pluggedShare[22] - 1.0 / 3) < 1e-12)
        #expect(timeline.pluggedShare[23] == 1)
        #expect(abs(timeline.pluggedShare[77] - 2.0 / 3) < 1e-12)
        #expect(timeline.pluggedShare[78] == 0)
        #expect(timeline.departures.map(\.step) == [77])
        #expect(timeline.departures.map(\.energyKWh) == [48])
        #expect(timeline.floors.map(\.boundaries) == [23...77])
    }

    @Test("a trip is drawn at a constant rate from the window's end to the horizon's, all of it and once")
    func tripsAreDrawn() throws {
        let (_, timeline) = try timeline(
            "      - { from: 2024-01-15T17:40, to: 2024-01-16T07:25, departure_soc: 0.8, trip_kwh: 9 }")
        #expect(abs(timeline.tripKWh.reduce(0, +) - 9) < 1e-12)
        #expect(abs(timeline.tripKWh[77] - 9.0 * 5 / 275) < 1e-12)
        #expect(abs(timeline.tripKWh[78] - 9.0 * 15 / 275) < 1e-12)
        #expect(timeline.tripKWh[76] == 0)
    }

    @Test("between two windows the first one's trip is drawn, and the next window has its own")
    func severalWindows() throws {
        let (_, timeline) = try timeline(
            "      - { from: 2024-01-15T13:00, to: 2024-01-15T15:00, trip_kwh: 4 }\n"
                + "      - { from: 2024-01-15T17:00, to: 2024-01-16T09:00, trip_kwh: 6 }")
        #expect(abs(timeline.tripKWh[12..<20].reduce(0, +) - 4) < 1e-12)
        #expect(abs(timeline.tripKWh[84...].reduce(0, +) - 6) < 1e-12)
        #expect(timeline.floors.map(\.boundaries) == [4...12, 20...84])
        #expect(timeline.endKWh == nil, "away at the end")
    }

    @Test("an end on a boundary belongs to the step before it")
    func departureOnABoundary() throws {
        let (_, timeline) = try timeline("      - { from: 2024-01-15T17:00, to: 2024-01-16T07:00, departure_soc: 0.8 }")
        #expect(timeline.departures.map(\.step) == [75])
        #expect(timeline.pluggedShare[75] == 1 && timeline.pluggedShare[76] == 0)
    }

    @Test("plugged in at the end: soc_end counts, unless a departure target is due just then")
    func endTarget() throws {
        let after = try timeline("      - { from: 2024-01-15T17:00, to: 2024-01-16T18:00, departure_soc: 0.8 }").1
        #expect(after.departures.isEmpty && after.endKWh == 36)
        let just = try timeline("      - { from: 2024-01-15T17:00, to: 2024-01-16T12:00, departure_soc: 0.8 }").1
        #expect(just.departures.count == 1 && just.endKWh == nil)
    }

    @Test("arriving below the floor, the floor rises as fast as full power could, and no faster")
    func arrivalBelowTheFloor() throws {
        let (_, timeline) = try timeline("      - { from: 2024-01-15T17:40, to: 2024-01-16T07:25 }") {
            $0.replacing("soc_start: 0.6", with: "soc_start: 0.02")
        }
        // 1.2 kWh at 17:40; 11 kW (efficiency 1) for 5 min, then quarters, up to 6 kWh.
        let expected = [1.2 + 11.0 / 12, 1.2 + 11.0 / 12 + 2.75, 6]
        for (value, wanted) in zip(timeline.floors[0].energyKWh, expected) { #expect(abs(value - wanted) < 1e-9) }
    }

    @Test(
        "a daily window keeps its wall time over both clock changes",
        arguments: [("2024-03-30", "2024-03-31", 92), ("2024-10-26", "2024-10-27", 100)])
    func dailyOverClockChanges(first: String, second: String, steps: Int) throws {
        let (scenario, timeline) = try timeline("      - { daily: [\"18:00\", \"07:30\"] }") {
            $0.replacing("start: 2024-01-15T12:00", with: "start: \(first)T12:00")
                .replacing("end: 2024-01-16T12:00", with: "end: \(second)T12:00")
        }
        #expect(scenario.grid.count == steps)
        let clock = try #require(WallClock(timeZone: "Europe/Amsterdam"))
        let window = try #require(scenario.vehicles[0].windows.first)
        #expect(clock.dateTime(window.from) == "\(first) 18:00" && clock.dateTime(window.to) == "\(second) 07:30")
        #expect(timeline.pluggedShare.filter { $0 > 0 }.count == steps - 42)
    }

    @Test("daily windows on named days start on those days, also the one of the evening before the horizon")
    func dailyOnDays() throws {
        let (scenario, _) = try timeline("      - { daily: [\"18:00\", \"13:30\"], days: [sun, tue] }")
        let clock = try #require(WallClock(timeZone: "Europe/Amsterdam"))
        #expect(scenario.vehicles[0].windows.map { clock.dateTime($0.from) } == ["2024-01-14 18:00"])
    }

    @Test("ISO 8601 with the zone's own offset: results are read by other programs")
    func wallClockText() throws {
        let clock = try #require(WallClock(timeZone: "Europe/Amsterdam"))
        let summer = Instant(epochSeconds: 1_719_828_000)
        #expect(clock.iso8601(summer) == "2024-07-01T12:00:00+02:00")
        #expect(WallClock.utc.iso8601(summer) == "2024-07-01T10:00:00+00:00")
        #expect(clock.dayDateTime(summer) == "Mon 2024-07-01 12:00")
        let newYork = try #require(WallClock(timeZone: "America/New_York"))
        #expect(newYork.iso8601(summer) == "2024-07-01T06:00:00-04:00")
        #expect(WallClock(timeZone: "Mars/Olympus") == nil)
    }
}
