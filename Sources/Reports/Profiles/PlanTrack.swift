import Accounting
import Scenarios

/// A vehicle's plan over the whole horizon, away or not: neighbours of one power are one entry.
struct PlanTrack {
    struct Entry: Equatable {
        var start: Instant
        var end: Instant
        /// While it lasts, AC kW: charging positive, discharging negative; to a tenth of a watt.
        var kW: Double
        var isPluggedIn: Bool
    }

    let entries: [Entry]

    init(vehicle index: Int, _ scenario: Scenario, sessions: [PlugSession]) {
        var entries: [Entry] = []
        func append(_ start: Instant, _ end: Instant, _ kW: Double, _ isPluggedIn: Bool) {
            guard start < end else { return }
            let rounded = PlanTrack.tenthWatts(kW)
            if let last = entries.last, last.kW == rounded, last.isPluggedIn == isPluggedIn {
                entries[entries.count - 1].end = end
            } else {
                entries.append(Entry(start: start, end: end, kW: rounded, isPluggedIn: isPluggedIn))
            }
        }
        var now = scenario.grid.start
        for session in sessions where session.vehicle == index {
            append(now, session.start, 0, false)
            now = max(now, session.start)
            for part in session.parts {
                let end = now.adding(seconds: part.seconds)
                append(now, end, part.kW, true)
                now = end
            }
        }
        append(now, scenario.grid.end, 0, false)
        self.entries = entries
    }

    /// kW, to the nearest tenth of a watt.
    private static func tenthWatts(_ kW: Double) -> Double {
        let tenths = (kW * 10_000).rounded()
        return tenths == 0 ? 0 : tenths / 10_000
    }

    /// Watts of a power that is a whole number of tenths of a watt.
    static func watts(_ kW: Double) -> Double { (kW * 10_000).rounded() / 10 }
}

/// One value per step over the horizon: neighbours of one value are one entry.
struct StepTrack<Value: Equatable> {
    struct Entry {
        var start: Instant
        var end: Instant
        var value: Value
    }

    let entries: [Entry]

    init(_ values: [Value], _ grid: TimeGrid) {
        var entries: [Entry] = []
        for (step, value) in values.enumerated() {
            if let last = entries.last, last.value == value {
                entries[entries.count - 1].end = grid.boundary(step + 1)
            } else {
                entries.append(Entry(start: grid.boundary(step), end: grid.boundary(step + 1), value: value))
            }
        }
        self.entries = entries
    }
}
