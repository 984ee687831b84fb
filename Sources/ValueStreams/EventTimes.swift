import ScenarioFiles
import Scenarios

/// When a stream counts: spans of time, given one by one or as a rule for each day.
///
///     { from: 2024-01-15T17:00, to: 2024-01-15T20:00 }     or     { daily: ["17:00", "20:00"], days: [mon, tue] },
///     the second also within a season: { daily: [...], from: 2024-11-01T00:00, to: 2025-04-01T00:00 }
struct EventTimes: Sendable, Equatable {
    /// In order of time.
    var spans: [Range<Instant>]

    /// The steps that any span overlaps.
    func steps(_ grid: TimeGrid) -> [Int] {
        var found: Set<Int> = []
        for span in spans { found.formUnion(grid.steps(from: span.lowerBound, to: span.upperBound)) }
        return found.sorted()
    }
}

extension SectionReader {
    /// The keys `from` and `to` (each open where it is missing); with `daily` and `days`, a rule that holds between them.
    /// Nil, and findings, where they are wrong.
    func eventTimes() -> EventTimes? {
        guard let daily = optional("daily") else {
            optional("days")?.error("goes with daily only")
            return timeRange().map { EventTimes(spans: [$0]) }
        }
        let days = optional("days")
        guard let season = timeRange(), let grid = value.grid, let spans = daily.dailySpans(days, grid) else {
            return nil
        }
        return EventTimes(
            spans: spans.compactMap { span in
                let (from, to) = (max(span.from, season.lowerBound), min(span.to, season.upperBound))
                return from < to ? from..<to : nil
            })
    }
}
