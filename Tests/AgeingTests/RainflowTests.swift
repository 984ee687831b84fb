import Foundation
import Scenarios
import Testing

@testable import Ageing

/// Cycles are what cycle ageing is paid by: one counted twice is a battery that dies twice as fast on paper.
@Suite struct RainflowTests {
    @Test("the standard's own example, figure 6 of ASTM E1049-85")
    func standardExample() {
        let cycles = Rainflow.cycles(of: [-2, 1, -3, 5, -1, 3, -4, 4, -2])
        #expect(cycles.map(\.range) == [3, 4, 4, 8, 9, 8, 6])
        #expect(cycles.map(\.count) == [0.5, 0.5, 1, 0.5, 0.5, 0.5, 0.5])
    }

    @Test("steps at rest and steps in one direction make no cycle of their own")
    func monotone() {
        #expect(Rainflow.cycles(of: [0.2, 0.2, 0.4, 0.4, 0.9]).map(\.range) == [0.7])
        #expect(Rainflow.cycles(of: [0.5, 0.5]) == [])
        #expect(Rainflow.cycles(of: []) == [])
    }

    @Test("ranges times counts are half the distance travelled, on any path")
    func throughput() {
        var state: UInt64 = 7
        let path = (0..<500).map { _ -> Double in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Double(state >> 40) / Double(1 << 24)
        }
        let distance = zip(path, path.dropFirst()).reduce(0) { $0 + abs($1.1 - $1.0) }
        let counted = Rainflow.cycles(of: path).reduce(0) { $0 + $1.range * $1.count }
        #expect(abs(counted - distance / 2) < 1e-9)
    }

    @Test(
        "a repeated day of the calendar law alone is k L^p: the daily steps of the state form lose nothing but rounding"
    )
    func repeatedDay() throws {
        let cell = NCACell()
        let day = SoCTrace(stepHours: 1, soc: Array(repeating: 0.6, count: 25), temperatureC: 25)
        let life = LifeSimulation(cell, trace: day, years: 10)
        let exact = cell.calendarRate(soc: 0.6, temperatureK: 298.15) * pow(3650, cell.calendarExponent)
        #expect(abs(life.calendarLoss - exact) < 2e-3 * exact && life.cycleLoss == 0)
    }

    @Test("a cycle that goes there and back settles as one full cycle of its depth")
    func account() throws {
        let grid = TimeGrid(start: Instant(epochSeconds: 0), stepSeconds: 3600, count: 4, timeZone: "UTC")
        let battery = Battery(
            capacityKWh: 60, socStart: 0.8, temperatureC: [25, 25, 25, 25], ageing: .cell(CellAgeing()))
        let vehicle = Vehicle(id: "a", battery: battery, charger: Charger(chargeKW: 12), windows: [])
        let account = try DegradationAccount(vehicle: vehicle, grid: grid, energyKWh: [48, 36, 24, 36, 48])
        let pricing = try CellTests.pricing("nmc")
        #expect(abs(account.equivalentFullCycles - 0.4) < 1e-12)
        let expected = pricing.cycleLoss(depth: 0.4, cRate: 0.2, temperatureC: 25, meanSoC: 0.6)
        #expect(abs(account.cycleLoss - expected) < 1e-15)
    }
}
