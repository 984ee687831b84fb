import Scenarios
import Testing

@Suite struct PlugTimelineTests {
    @Test("an arrival at 17:40 gives the 17:30 quarter a = 1/3: lost, the plan would charge a car that is not there")
    func arrivalCutsAStep() {
        let grid = TimeGrid(start: Instant(epochSeconds: 0), stepSeconds: 900, count: 4, timeZone: "UTC")
        #expect(grid.overlap(of: 0, from: Instant(epochSeconds: 600), to: Instant(epochSeconds: 3600)) == 1.0 / 3)
    }
}
