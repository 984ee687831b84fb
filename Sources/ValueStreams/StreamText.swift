import Scenarios

/// Places and numbers in the words of findings.
struct StreamText {
    let grid: TimeGrid
    private let clock: WallClock

    init(_ scenario: Scenario) {
        grid = scenario.grid
        clock = WallClock(timeZone: scenario.grid.timeZone) ?? .utc
    }

    func step(_ step: Int) -> String { "step \(step) (\(clock.dateTime(grid.boundary(step))))" }
    func boundary(_ k: Int) -> String { "boundary \(k) (\(clock.dateTime(grid.boundary(k))))" }

    /// Up to six decimals.
    func number(_ value: Double) -> String {
        let rounded = (value * 1e6).rounded() / 1e6
        return rounded == rounded.rounded() && abs(rounded) < 1e12 ? "\(Int(rounded))" : "\(rounded)"
    }

    /// Powers and energies may be off by this much, kW and kWh: nine decimals are written.
    static func allowance(_ size: Double) -> Double { 2e-6 + 1e-9 * abs(size) }
}
