import Testing

@testable import Scenarios

/// If this breaks: the plan charges a car that is not there.
@Suite("Plug-in windows on the grid")
struct PlugTimelineTests {
    /// Hours since a Monday midnight UTC, as a moment.
    private func at(_ hours: Double) -> Instant { Instant(epochSeconds: 1_705_276_800 + Int((hours * 3600).rounded())) }

    private func grid(from: Double = 0, hours: Double, stepMinutes: Int = 15) -> TimeGrid {
        TimeGrid(
            start: at(from), stepSeconds: stepMinutes * 60, count: Int(hours * 60) / stepMinutes, timeZone: "UTC")
    }

    private func timeline(
        _ windows: [PlugWindow], on grid: TimeGrid, socMin: Double = 0.1, socStart: Double = 0.5, socEnd: Double? = nil,
        efficiency: Efficiency = .constant(0.9)
    ) -> PlugTimeline {
        let battery = Battery(
            capacityKWh: 60, socMin: socMin, socStart: socStart, socEnd: socEnd,
            temperatureC: Array(repeating: 20, count: grid.count), ageing: .none)
        let charger = Charger(chargeKW: 10, dischargeKW: 10, chargeEfficiency: efficiency)
        return PlugTimeline(
            vehicle: Vehicle(id: "ev", battery: battery, charger: charger, windows: windows), grid: grid)
    }

    private func isNear(_ left: [Double], _ right: [Double]) -> Bool {
        left.count == right.count && zip(left, right).allSatisfy { abs($0 - $1) < 1e-12 }
    }

    @Test("an arrival at 17:40 gives the 17:30 quarter a = 1/3, a departure at 18:05 the 18:00 quarter the same")
    func cutSteps() {
        let read = timeline([PlugWindow(from: at(17 + 2.0 / 3), to: at(18 + 1.0 / 12))], on: grid(from: 17, hours: 2))
        #expect(isNear(read.pluggedShare, [0, 0, 1.0 / 3, 1, 1.0 / 3, 0, 0, 0]))
        #expect((0..<8).filter(read.isPluggedThroughout) == [3])
    }

    @Test("two short windows in one step add up; the trip between them is drawn in it")
    func twoWindowsInOneStep() {
        let windows = [
            PlugWindow(from: at(0), to: at(1 + 1.0 / 12), tripKWh: 0.6), PlugWindow(from: at(1 + 1.0 / 6), to: at(2)),
        ]
        let read = timeline(windows, on: grid(hours: 2))
        #expect(isNear(read.pluggedShare, [1, 1, 1, 1, 2.0 / 3, 1, 1, 1]))
        #expect(isNear(read.tripKWh, [0, 0, 0, 0, 0.6, 0, 0, 0]))
    }

    @Test("a trip is drawn at a constant rate from its window's end to the next window's start")
    func tripBetweenWindows() {
        let windows = [
            PlugWindow(from: at(0), to: at(0.5), tripKWh: 9), PlugWindow(from: at(0.875), to: at(1.5), tripKWh: 3),
        ]
        let read = timeline(windows, on: grid(hours: 2))
        // 9 kWh over 22.5 minutes; 3 kWh from 01:30 to the horizon's end.
        #expect(isNear(read.tripKWh, [0, 0, 6, 3, 0, 0, 1.5, 1.5]))
        #expect(abs(read.tripKWh.reduce(0, +) - 12) < 1e-12)
    }

    @Test("a trip whose next window starts after the horizon is drawn by the horizon's end, all of it")
    func tripToTheEnd() {
        let windows = [PlugWindow(from: at(0), to: at(1), tripKWh: 4), PlugWindow(from: at(5), to: at(9))]
        #expect(isNear(timeline(windows, on: grid(hours: 2, stepMinutes: 60)).tripKWh, [0, 4]))
    }

    @Test("no trip is drawn from a window that ends with the horizon, or after it")
    func tripAfterTheEnd() {
        for end in [2.0, 3.0] {
            let read = timeline([PlugWindow(from: at(0), to: at(end), tripKWh: 4)], on: grid(hours: 2, stepMinutes: 60))
            #expect(read.tripKWh == [0, 0])
        }
    }

    @Test("a departure on a boundary belongs to the step before it, one inside a step to that step")
    func departureStep() {
        let early = timeline([PlugWindow(from: at(0), to: at(1), departureSoC: 0.8)], on: grid(hours: 2))
        #expect(early.departures == [.init(window: 0, step: 3, at: at(1), energyKWh: 48)])
        let late = timeline([PlugWindow(from: at(0), to: at(1 + 1.0 / 12), departureSoC: 0.8)], on: grid(hours: 2))
        #expect(late.departures.map(\.step) == [4])
    }

    @Test("a window that ends after the horizon has no departure in it, but an end to meet")
    func departureAfterTheEnd() {
        let read = timeline([PlugWindow(from: at(0), to: at(3), departureSoC: 0.8)], on: grid(hours: 2))
        #expect(read.departures.isEmpty)
        #expect(read.endKWh == 30)
    }

    @Test("a window that ends with the horizon: its departure target stands for the end, if it has one")
    func endingWithTheHorizon() {
        let target = timeline([PlugWindow(from: at(0), to: at(2), departureSoC: 0.8)], on: grid(hours: 2))
        #expect(target.departures.map(\.step) == [7])
        #expect(target.endKWh == nil)
        #expect(timeline([PlugWindow(from: at(0), to: at(2))], on: grid(hours: 2), socEnd: 0.7).endKWh == 42)
    }

    @Test("a vehicle that is away at the end, or arrives just then, has no end target")
    func awayAtTheEnd() {
        #expect(timeline([PlugWindow(from: at(0), to: at(1.99))], on: grid(hours: 2)).endKWh == nil)
        #expect(timeline([PlugWindow(from: at(2), to: at(3))], on: grid(hours: 2)).endKWh == nil)
        #expect(timeline([], on: grid(hours: 2)).endKWh == nil)
    }

    @Test("the floor holds at every boundary inside a window, its ends included")
    func floorBoundaries() {
        let windows = [
            PlugWindow(from: at(0.25), to: at(0.75)), PlugWindow(from: at(0.8), to: at(0.9)),
            PlugWindow(from: at(1.3), to: at(9)),
        ]
        let floors = timeline(windows, on: grid(hours: 2)).floors
        #expect(floors.map(\.window) == [0, 2])
        #expect(floors.map(\.boundaries) == [1...3, 6...8])
        #expect(floors[0].energyKWh == [6, 6, 6])
    }

    @Test("a car that arrives below the floor is asked for what full power can have reached, and no more")
    func arrivalBelowTheFloor() {
        // 3 kWh at 00:10, 9 kW into the cells: 0.75 kWh by 00:15, then 2.25 kWh a quarter, up to 6 kWh.
        let read = timeline(
            [PlugWindow(from: at(1.0 / 6), to: at(1))], on: grid(hours: 1), socMin: 0.1, socStart: 0.05)
        #expect(read.floors.map(\.boundaries) == [1...4])
        #expect(isNear(read.floors[0].energyKWh, [3.75, 6, 6, 6]))
    }

    @Test("plugged in from before the horizon, charging counts from the horizon's start")
    func belowTheFloorFromBefore() {
        let read = timeline([PlugWindow(from: at(-5), to: at(2))], on: grid(hours: 1), socMin: 0.2, socStart: 0)
        #expect(isNear(read.floors[0].energyKWh, [0, 2.25, 4.5, 6.75, 9]))
    }

    @Test("the relief is the first window's alone: later floors are the floor")
    func laterFloors() {
        let windows = [PlugWindow(from: at(0), to: at(0.25)), PlugWindow(from: at(0.5), to: at(1))]
        let read = timeline(windows, on: grid(hours: 1), socMin: 0.2, socStart: 0)
        #expect(isNear(read.floors[0].energyKWh, [0, 2.25]))
        #expect(read.floors[1].energyKWh == [12, 12, 12])
    }

    @Test("with an efficiency curve, full power means the efficiency at the largest listed power")
    func floorWithCurve() {
        let curve = Efficiency.curve([
            EfficiencyPoint(acKW: 2, efficiency: 0.5), EfficiencyPoint(acKW: 10, efficiency: 0.8),
        ])
        let read = timeline(
            [PlugWindow(from: at(0), to: at(1))], on: grid(hours: 1), socMin: 0.1, socStart: 0, efficiency: curve)
        #expect(isNear(read.floors[0].energyKWh, [0, 2, 4, 6, 6]))
    }

    @Test("a year plugged in below the floor is read in no time")
    func longHorizon() {
        let grid = grid(hours: 24 * 365)
        let duration = ContinuousClock().measure {
            let read = timeline([PlugWindow(from: at(0), to: at(24 * 365))], on: grid, socMin: 0.2, socStart: 0)
            #expect(read.floors[0].energyKWh.count == 35_041)
        }
        #expect(duration < .seconds(2))
    }
}
