import ScenarioFiles
import Scenarios
import TestSupport
import Testing

/// If this breaks: steps are cut where no clock cuts them.
@Suite("Horizon")
struct HorizonTests {
    @Test(
        "what cannot be a horizon",
        arguments: [
            (
                "{ start: 2024-01-15T12:00, end: 2024-01-15T11:00, step: 15min }",
                "horizon.end: must be after start (2024-01-15 12:00), got 2024-01-15 11:00"
            ),
            (
                "{ start: 2024-01-15T12:00, end: 2024-01-15T12:00, step: 15min }",
                "horizon.end: must be after start (2024-01-15 12:00), got 2024-01-15 12:00"
            ),
            (
                "{ start: 2024-01-15, end: 2024-01-16, step: 7min }",
                "horizon.step: 7min does not divide the horizon of 24 h"
            ),
            (
                "{ start: 2024-01-15, end: 2024-01-16, step: 15 }",
                "horizon.step: must be a length of time such as 15min, 1h or PT15M, got 15"
            ),
            ("{ start: 2024-01-15, end: 2024-01-16, step: 1s }", "horizon.step: must be at least 1 min, got 1s"),
            (
                "{ start: 2022-01-15, end: 2024-01-15, step: 1min }",
                "horizon.step: makes 1051200 steps; at most 1000000 are possible"
            ),
            (
                "{ start: tomorrow, end: 2024-01-16, step: 1h }",
                "horizon.start: must be a time such as 2024-01-15T17:40 or 2024-01-15T17:40:00+01:00, got tomorrow"
            ),
            (
                "{ start: 2024-02-30, end: 2024-03-16, step: 1h }",
                "horizon.start: must be a time such as 2024-01-15T17:40 or 2024-01-15T17:40:00+01:00, got 2024-02-30"
            ),
            ("{ start: 2024-01-15, end: 2024-01-16 }", "horizon: step is missing (for example 15min)"),
            (
                "{ start: 2024-01-15, end: 2024-01-16, step: 1h, timezone: Europe/Amsterdm }",
                "horizon.timezone: unknown time zone \"Europe/Amsterdm\"; did you mean Europe/Amsterdam?"
            ),
            (
                "{ start: 2024-01-15, end: 2024-01-16, step: 1h, timezone: Amsterdam }",
                "horizon.timezone: unknown time zone \"Amsterdam\"; did you mean Europe/Amsterdam?"
            ),
            (
                "{ start: 2024-01-15, end: 2024-01-16, step: 1h, timezone: CET }",
                "horizon.timezone: unknown time zone \"CET\"; give an IANA name such as Europe/Amsterdam"
            ),
            (
                "{ start: 2024-03-31T02:30, end: 2024-03-31T12:00, step: 15min, timezone: Europe/Amsterdam }",
                "horizon.start: clocks in Europe/Amsterdam skip 2024-03-31T02:30 (summer time begins); give another time, or an offset"
            ),
            (
                "{ start: 2024-10-27T02:30, end: 2024-10-27T12:00, step: 15min, timezone: Europe/Amsterdam }",
                "warning: horizon.start: clocks in Europe/Amsterdam show 2024-10-27T02:30 twice (summer time ends); the first is taken, 2024-10-27T02:30:00+02:00"
            ),
        ])
    func findings(horizon: String, message: String) throws {
        #expect(try Sample(horizon: horizon).messages() == [message])
    }

    @Test(
        "a local day has 92, 96 or 100 quarters",
        arguments: [
            ("2024-03-31", "2024-04-01", 92), ("2024-01-15", "2024-01-16", 96), ("2024-10-27", "2024-10-28", 100),
        ])
    func days(start: String, end: String, steps: Int) throws {
        let horizon = "{ start: \(start), end: \(end), step: 15min, timezone: Europe/Amsterdam }"
        #expect(try Sample(horizon: horizon).scenario().grid.count == steps)
    }

    @Test(
        "times with an offset, and steps of every spelling",
        arguments: ["15min", "PT15M", "\"15 min\"", "900s", "0.25h"])
    func spellings(step: String) throws {
        let horizon =
            "{ start: 2024-01-15T12:00:00+01:00, end: 2024-01-15T12:00Z, step: \(step), timezone: Europe/Amsterdam }"
        let grid = try Sample(horizon: horizon).scenario().grid
        #expect(
            grid
                == TimeGrid(
                    start: moment("2024-01-15T11:00:00Z"), stepSeconds: 900, count: 4, timeZone: "Europe/Amsterdam"))
        #expect(grid.stepHours == 0.25)
        #expect(grid.end == moment("2024-01-15T12:00:00Z"))
    }
}
