import Scenarios

/// A vertical axis: a range that begins and ends on round numbers, and the round numbers within.
struct ValueAxis {
    let low: Double
    let high: Double
    let ticks: [Double]
    private let decimals: Int

    /// Over `values`, with about `count` intervals.
    init(_ values: [Double], includesZero: Bool, count: Int = 4) {
        let finite = values.filter(\.isFinite)
        var (least, most) = (finite.min() ?? 0, finite.max() ?? 1)
        if includesZero { (least, most) = (min(0, least), max(0, most)) }
        if most - least < 1e-9 { most = least + max(1, abs(least) * 0.1) }
        var step = 1.0
        while step * Double(count) > most - least { step /= 10 }
        while step * 10 * Double(count) <= most - least { step *= 10 }
        // About `count` intervals of 1, 2 or 5.
        if let factor = [5.0, 2.0].first(where: { step * $0 * Double(count) <= (most - least) * 1.25 }) {
            step *= factor
        }
        let low = (least / step + 1e-9).rounded(.down) * step
        high = (most / step - 1e-9).rounded(.up) * step
        self.low = low
        ticks = (0...Int(saturating: ((high - low) / step).rounded())).map { low + Double($0) * step }
        var decimals = 0
        var unit = step
        while abs(unit - unit.rounded()) > 1e-9, decimals < 6 {
            unit *= 10
            decimals += 1
        }
        self.decimals = decimals
    }

    /// 0 at the top, 1 at the bottom.
    func fromTop(_ value: Double) -> Double { (high - value) / (high - low) }
    func label(_ tick: Double) -> String { fixed(tick, decimals) }
}

/// Marks along the horizon at round wall times.
struct TimeAxis {
    struct Tick {
        /// 0 at the horizon's start, 1 at its end.
        var position: Double
        var label: String
        /// A mark that a narrow screen has room for too.
        var isMajor: Bool
    }
    let ticks: [Tick]

    init(_ grid: TimeGrid, clock: WallClock) {
        self.init(
            (0..<grid.count).map { clock.wallTime(at: grid.boundary($0)) }, stepSeconds: grid.stepSeconds)
    }

    /// - Parameter walls: when each step begins.
    init(_ walls: [WallTime], stepSeconds: Int) {
        let hours = Double(walls.count * stepSeconds) / 3600
        let days = hours / 24
        // Hours between marks; beyond a few days, whole days.
        let every = hours <= 14 ? 1 : hours <= 30 ? 3 : hours <= 54 ? 6 : days <= 5 ? 12 : 24
        let everyDays = max(1, Int(saturating: (days / 10).rounded(.up)))
        var ticks: [Tick] = []
        var dayNumber = 0
        var lastDate = ""
        for (step, wall) in walls.enumerated() {
            if wall.date != lastDate {
                lastDate = wall.date
                dayNumber += 1
            }
            let seconds = wall.secondOfDay
            guard seconds % 3600 < stepSeconds, seconds / 3600 % every == 0,
                seconds % (every * 3600) < stepSeconds
            else { continue }
            let isDay = seconds < stepSeconds
            guard every < 24 || (isDay && dayNumber % everyDays == 0) else { continue }
            let label =
                isDay
                ? (everyDays > 1 || every == 24
                    ? "\(wall.day) \(wall.monthName)" : "\(wall.weekday.shortName) \(wall.day)")
                : wall.clock
            ticks.append(
                Tick(
                    position: Double(step) / Double(walls.count), label: label,
                    isMajor: every == 24 ? ticks.count % 2 == 0 : seconds / 3600 % (every * 2) == 0))
        }
        self.ticks = ticks
    }
}
