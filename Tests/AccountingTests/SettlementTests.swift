import Ageing
import Scenarios
import Scheduling
import Testing

@testable import Accounting

/// Cost lines against sums done by hand.
@Suite struct SettlementTests {
    private let grid = TimeGrid(start: Instant(epochSeconds: 0), stepSeconds: 1800, count: 4, timeZone: "UTC")

    private func vehicle(charger: Charger, from: Int = 0, endValue: Double? = nil) -> Vehicle {
        Vehicle(
            id: "ev1",
            battery: Battery(
                capacityKWh: 40, socStart: 0.5, endValuePerKWh: endValue, temperatureC: [20, 20, 20, 20], ageing: .none),
            charger: charger,
            windows: [
                PlugWindow(from: grid.start.adding(seconds: from), to: grid.start.adding(seconds: 5400), tripKWh: 2)
            ])
    }

    private func scenario(_ vehicle: Vehicle) -> Scenario {
        Scenario(
            name: "", currency: "EUR", grid: grid, importPricePerKWh: [0.1, 0.2, -0.3, 0.4],
            exportPricePerKWh: [0, 0.1, 0, 0.5], site: Site(unlimitedFor: 4), vehicles: [vehicle])
    }

    private func schedule(energyKWh: [Double] = [20, 20, 20, 20, 20]) -> Schedule {
        Schedule(
            vehicles: [
                VehicleSchedule(
                    id: "ev1", chargeKW: [0, 0, 0, 0], dischargeKW: [0, 0, 0, 0], energyKWh: energyKWh)
            ],
            importKW: [4, 0, 6, 0], exportKW: [0, 3, 0, 8], curtailedKW: [0, 0, 0, 0])
    }

    private let free = AgeingPrices(calendarFunctions: [], calendarFunctionOfStep: [], cycle: [])

    @Test("energy: half hours of import bought and export sold, negative prices too")
    func energy() {
        let scenario = scenario(vehicle(charger: Charger(chargeKW: 8)))
        // 0.5 h (0.1 * 4 - 0.1 * 3 - 0.3 * 6 - 0.5 * 8)
        #expect(abs(Settlement.energy(schedule(), scenario) - 0.5 * (0.4 - 0.3 - 1.8 - 4)) < 1e-12)
    }

    @Test("end_value: money for what is left, a line only where asked for")
    func endValue() {
        let with = scenario(vehicle(charger: Charger(chargeKW: 8), endValue: 0.05))
        let lines = Settlement.lines(of: schedule(energyKWh: [20, 20, 20, 20, 30]), scenario: with, ageing: [free])
        #expect(lines.map(\.name) == ["energy", "calendar", "cycle", "end_value"])
        #expect(abs(lines[3].amount + 1.5) < 1e-12)
        let without = scenario(vehicle(charger: Charger(chargeKW: 8)))
        let names = Settlement.lines(of: schedule(), scenario: without, ageing: [free]).map(\.name)
        #expect(names == ["energy", "calendar", "cycle"])
    }

    @Test("calendar: the trapezoid rule on a curve that is not convex, each step with its own function")
    func calendar() {
        let hump = [
            CalendarCostPoint(soc: 0, costPerHour: 0.01), CalendarCostPoint(soc: 0.5, costPerHour: 0.09),
            CalendarCostPoint(soc: 1, costPerHour: 0.03),
        ]
        let flat = [CalendarCostPoint(soc: 0, costPerHour: 0.2), CalendarCostPoint(soc: 1, costPerHour: 0.2)]
        let prices = AgeingPrices(
            calendarFunctions: [hump, flat], calendarFunctionOfStep: [0, 0, 0, 1], cycle: [])
        // At 0.25, 0.75, 0.5 and 1 the hump is 0.05, 0.06, 0.09 and 0.03; its value at the mean of a step is another.
        let sum = AgeingSettlement.calendar(
            energyKWh: [10, 30, 20, 40, 0], capacityKWh: 40, prices: prices, stepHours: 0.5)
        let trapezoids = [(0.05 + 0.06) / 2, (0.06 + 0.09) / 2, (0.09 + 0.03) / 2, 0.2]
        #expect(abs(sum - 0.5 * trapezoids.reduce(0, +)) < 1e-12)
    }

    @Test("cycle: the start is filled from the deepest segment up, whatever its price")
    func start() {
        let prices = AgeingPrices(
            calendarFunctions: [], calendarFunctionOfStep: [],
            cycle: [.init(depth: 0.5, costPerKWh: 1), .init(depth: 1, costPerKWh: 3)])
        var flows = CellFlows(
            vehicle: vehicle(charger: Charger(chargeKW: 8)), plan: schedule().vehicles[0], grid: grid)
        flows.inKWh = [0, 6, 0, 0]
        flows.outKWh = [4, 0, 6, 1]
        // Half full: all of it in the deep segment. 4 at 3; 6 in at 1; 6 out at 1; 1 out at 3.
        let cost = AgeingSettlement.cycle(flows: flows, startKWh: 20, capacityKWh: 40, prices: prices)
        #expect(abs(cost - (12 + 6 + 3)) < 1e-12)
    }

    @Test("efficiency: a constant, and a curve between its points, scaled by the plugged share")
    func efficiency() {
        let curve = Charger(
            chargeKW: 10, dischargeKW: 10,
            chargeEfficiency: .curve([.init(acKW: 2, efficiency: 0.5), .init(acKW: 10, efficiency: 0.9)]),
            dischargeEfficiency: .curve([.init(acKW: 2, efficiency: 0.5), .init(acKW: 10, efficiency: 0.8)]))
        // Charging: (0,0), (2,1), (10,9): 1 kW to the cells at 2, 5 at 6, 0.5 at 1.
        #expect(abs(curve.cellsPowerCharging(acKW: 6, pluggedShare: 1) - 5) < 1e-12)
        #expect(abs(curve.cellsPowerCharging(acKW: 1, pluggedShare: 1) - 0.5) < 1e-12)
        // A third of the step at 6 kW is 2 kW on average, and 5/3 to the cells.
        #expect(abs(curve.cellsPowerCharging(acKW: 2, pluggedShare: 1 / 3.0) - 5 / 3.0) < 1e-12)
        // Discharging: (0,0), (2,4), (10,12.5).
        #expect(abs(curve.cellsPowerDischarging(acKW: 6, pluggedShare: 1) - 8.25) < 1e-12)
        let constant = Charger(
            chargeKW: 8, chargeEfficiency: .constant(0.9), dischargeEfficiency: .constant(0.8))
        #expect(abs(constant.cellsPowerCharging(acKW: 5, pluggedShare: 0.5) - 4.5) < 1e-12)
        #expect(abs(constant.cellsPowerDischarging(acKW: 4, pluggedShare: 0.5) - 5) < 1e-12)
    }

    @Test("flows: half hours of power, and the trip from the window's end")
    func flows() {
        let plan = VehicleSchedule(
            id: "ev1", chargeKW: [8, 0, 0, 0], dischargeKW: [0, 4, 0, 0], energyKWh: [20, 24, 22, 22, 20])
        let flows = CellFlows(vehicle: vehicle(charger: Charger(chargeKW: 8, dischargeKW: 4)), plan: plan, grid: grid)
        #expect(flows.inKWh == [4, 0, 0, 0] && flows.outKWh == [0, 2, 0, 2])
    }
}
