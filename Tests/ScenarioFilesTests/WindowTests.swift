import Scenarios
import TestSupport
import Testing

@testable import ScenarioFiles

/// If this breaks: a car is planned in two places at once, or nowhere.
@Suite("Plug-in windows")
struct WindowTests {
    @Test(
        "what cannot be a window",
        arguments: [
            (
                "[{ from: 2024-01-15T03:00, to: 2024-01-15T02:00 }]",
                "plugged[0].to: must be after from (2024-01-15 03:00), got 2024-01-15 02:00"
            ),
            (
                "[{ from: 2024-01-15T03:00, to: 2024-01-15T03:00 }]",
                "plugged[0].to: must be after from (2024-01-15 03:00), got 2024-01-15 03:00"
            ),
            (
                "[{ from: 2024-01-16T03:00, to: 2024-01-16T04:00 }]",
                "plugged[0]: lies outside the horizon (2024-01-15 00:00 to 2024-01-15 04:00)"
            ),
            (
                "[{ from: 2024-01-14T03:00, to: 2024-01-15T00:00 }]",
                "plugged[0]: lies outside the horizon (2024-01-15 00:00 to 2024-01-15 04:00)"
            ),
            (
                "[{ from: 2024-01-15T00:00, to: 2024-01-15T02:00 }, { from: 2024-01-15T01:00, to: 2024-01-15T03:00 }]",
                "plugged[1]: overlaps the window that ends at 2024-01-15 02:00"
            ),
            (
                "[{ from: 2024-01-15T00:00, to: 2024-01-15T04:00 }, { daily: [\"01:00\", \"02:00\"] }]",
                "plugged[1]: overlaps the window that ends at 2024-01-15 04:00"
            ),
            (
                "[{ from: 2024-01-15T00:00, to: 2024-01-15T02:00, trip_kwh: 3 }, { from: 2024-01-15T02:00, to: 2024-01-15T03:00 }]",
                "plugged[0]: trip_kwh has no time to be driven in: the next window starts when this one ends"
            ),
            (
                "[{ from: 2024-01-15T00:00, to: 2024-01-15T02:00, trip_kwh: -3 }]",
                "plugged[0].trip_kwh: must be >= 0 kWh, got -3"
            ),
            (
                "[{ from: 2024-01-15T00:00, to: 2024-01-15T02:00, departure_soc: 80 }]",
                "plugged[0].departure_soc: must be within 0...1, got 80 (80 % is 0.8)"
            ),
            ("[{ from: 2024-01-15T00:00 }]", "plugged[0]: to is missing"),
            ("[{ to: 2024-01-15T00:00 }]", "plugged[0]: from is missing"),
            ("[{ departure_soc: 0.5 }]", "plugged[0]: must have from and to, or daily"),
            (
                "[{ from: 17:40, to: 2024-01-15T02:00 }]",
                "plugged[0].from: must be a time such as 2024-01-15T17:40 or 2024-01-15T17:40:00+01:00, got 17:40"
            ),
            (
                "[{ from: 2024-01-15T00:00, to: 2024-01-15T02:00, days: [mon] }]",
                "plugged[0].days: goes with daily only"
            ),
            ("[{ daily: [\"18:00\", \"07:30\"], from: 2024-01-15T00:00 }]", "plugged[0].from: does not go with daily"),
            ("[{ daily: [\"18:00\"] }]", "plugged[0].daily: must be two times of day, [\"18:00\", \"07:30\"], got 1"),
            (
                "[{ daily: [\"18:00\", \"25:00\"] }]",
                "plugged[0].daily[1]: must be a time of day such as \"18:00\", got \"25:00\""
            ),
            (
                "[{ daily: [\"18:00\", \"07:30\"], days: [mo] }]",
                "plugged[0].days[0]: unknown day \"mo\"; did you mean mon? (mon, tue, wed, thu, fri, sat, sun)"
            ),
            (
                "[{ daily: [\"18:00\", \"07:30\"], departure_sok: 0.8 }]",
                "plugged[0].departure_sok: unknown key; did you mean departure_soc?"
            ),
            ("always", "plugged: must be a list, got always"),
        ])
    func findings(plugged: String, message: String) throws {
        #expect(try Sample(plugged: plugged).messages() == ["vehicles[0].\(message)"])
    }

    @Test("one bad window does not hide the next")
    func allWindows() throws {
        let plugged = "[3, { from: 2024-01-15T03:00, to: 2024-01-15T02:00 }, { daily: [\"18:00\"] }]"
        #expect(try Sample(plugged: plugged).messages().count == 3)
    }

    @Test("windows are put in order; they may begin before the horizon and end after it")
    func order() throws {
        let plugged =
            "[{ from: 2024-01-15T03:00, to: 2024-01-15T09:00 }, { from: 2024-01-14T20:00, to: 2024-01-15T01:00 }]"
        #expect(
            try Sample(plugged: plugged).vehicle().windows.map(\.from) == [
                moment("2024-01-14T19:00:00Z"), moment("2024-01-15T02:00:00Z"),
            ])
    }

    @Test("a daily rule that misses the horizon is no finding")
    func dailyElsewhere() throws {
        #expect(try Sample(plugged: "[{ daily: [\"09:00\", \"10:00\"], days: [sat] }]").vehicle().windows == [])
    }
}
