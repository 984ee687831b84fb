import Foundation
import Scenarios

/// A battery that ages while it is used: what it has lost so far, day by day.
///
/// The cell's laws in state form (`LifeSimulation`); cycles are counted by rainflow over everything since the start, each
/// on the day on which it closes. Where a scenario gives two cost functions instead of a cell, they are the law, and the
/// loss is linear in them (as `DegradationAccount`).
package struct BatteryLife: Sendable {
    /// The battery as the scenario describes it: its capacity is the capacity at the start.
    package let vehicle: Vehicle
    /// From the start on: states of charge and temperatures.
    package private(set) var trace: SoCTrace
    private var life: LifeSimulation?
    private let cell: (any CellModel)?
    private let lossAtStart: Double
    private var counter = RainflowCounter()
    private var motion: MotionSums
    /// What two functions come to.
    private var linearCalendarLoss = 0.0
    private var linearCycleLoss = 0.0
    private var travelled = 0.0

    /// A battery at the start of a simulation. One that is `age_days` old then has lost what rest at half charge and its
    /// expected cycles of half the depth cost it; `capacity_kwh` is what was left.
    ///
    /// - Throws: `AgeingError` where the cell is not known.
    package init(vehicle: Vehicle, stepHours: Double) throws(AgeingError) {
        self.vehicle = vehicle
        trace = SoCTrace(stepHours: stepHours, soc: [], temperatureC: [])
        motion = MotionSums(stepHours: stepHours)
        guard case .cell(let ageing) = vehicle.battery.ageing else {
            (cell, lossAtStart) = (nil, 0)
            return
        }
        let battery = vehicle.battery
        let pricing = try CellPricing(ageing, capacityKWh: battery.capacityKWh, chargeKW: vehicle.charger.chargeKW)
        let cell = pricing.cell
        let temperatureK = battery.temperatureC.reduce(0, +) / Double(max(1, battery.temperatureC.count)) + 273.15
        let rest = cell.calendarRate(soc: 0.5, temperatureK: temperatureK)
        let stress = CycleStress(depth: 0.5, cRate: pricing.cRate, temperatureK: temperatureK)
        let cycles = ageing.efcPerYear * ageing.ageDays / 365
        let life = LifeSimulation(
            cell, calendarLoss: ageing.ageDays > 0 ? rest * pow(ageing.ageDays, cell.calendarExponent) : 0,
            cycleLoss: cycles > 0 ? cell.cycleRate(stress) * pow(cycles, cell.cycleExponent) : 0)
        self.cell = cell
        self.life = life
        lossAtStart = life.loss
        startCalendarLoss = life.calendarLoss
        startCycleLoss = life.cycleLoss
    }

    private var startCalendarLoss = 0.0
    private var startCycleLoss = 0.0

    /// Relative capacity lost since the start by existing, of the capacity when new.
    package var calendarLoss: Double { life.map { $0.calendarLoss - startCalendarLoss } ?? linearCalendarLoss }
    /// Relative capacity lost since the start by cycling.
    package var cycleLoss: Double { life.map { $0.cycleLoss - startCycleLoss } ?? linearCycleLoss }
    /// Relative capacity lost since the start: more than the two where active material limits.
    package var loss: Double { life.map { $0.loss - lossAtStart } ?? linearCalendarLoss + linearCycleLoss }
    /// Equivalent full cycles since the start: half the distance that the state of charge went.
    package var equivalentFullCycles: Double { travelled / 2 }
    /// Usable capacity now, kWh.
    package var capacityKWh: Double { vehicle.battery.capacityKWh * max(0.01, 1 - loss / (1 - lossAtStart)) }

    /// The vehicle as it is now: capacity and age are today's.
    package func vehicleNow(afterDays days: Double) -> Vehicle {
        var now = vehicle
        now.battery.capacityKWh = capacityKWh
        if case .cell(var ageing) = now.battery.ageing {
            ageing.ageDays += days
            now.battery.ageing = .cell(ageing)
        }
        return now
    }

    /// Lives through a day (or what is planned at once).
    ///
    /// - Parameters:
    ///   - energyKWh: stored energy at each boundary, kWh; the first is where the day before ended.
    ///   - temperatureC: of each step, degC.
    /// - Throws: `AgeingError` where the cell is not known.
    package mutating func live(energyKWh: [Double], temperatureC: [Double]) throws(AgeingError) {
        let soc = energyKWh.map { min(1, max(0, $0 / capacityKWh)) }
        guard soc.count >= 2 else { return }
        travelled += zip(soc, soc.dropFirst()).reduce(0) { $0 + abs($1.1 - $1.0) }
        let temperatures = temperatureC + [temperatureC[temperatureC.count - 1]]
        // The boundary between two days is one sample.
        let fresh = trace.soc.isEmpty ? 0 : 1
        var sums = LifeChunk.CycleSums()
        var closed: [Rainflow.Cycle] = []
        for sample in fresh..<soc.count {
            motion.add(soc: soc[sample], temperatureC: temperatures[sample])
            closed += counter.add(soc[sample])
        }
        trace.soc += soc[fresh...]
        trace.temperatureC += temperatures[fresh...]
        guard let cell else {
            guard case .functions = vehicle.battery.ageing else { return }
            let grid = TimeGrid(
                start: Instant(epochSeconds: 0), stepSeconds: Int((trace.stepHours * 3600).rounded()),
                count: soc.count - 1, timeZone: "UTC")
            var day = vehicleNow(afterDays: 0)
            day.battery.temperatureC = temperatureC
            let account = try DegradationAccount(vehicle: day, grid: grid, energyKWh: energyKWh)
            linearCalendarLoss += account.calendarLoss
            linearCycleLoss += account.cycleLoss
            return
        }
        for cycle in closed { sums.add(cycle, motion, cell) }
        let day = SoCTrace(stepHours: trace.stepHours, soc: soc, temperatureC: temperatures)
        var chunk = LifeChunk(
            days: day.days, equivalentFullCycles: 0,
            calendarRate: LifeChunk.calendarRate(0..<soc.count, of: day, cell: cell), cycleRate: 0)
        chunk.cycled(sums)
        life?.advance(chunk)
    }

    /// Counts the cycles that are open still, as halves: the end of a simulation.
    package mutating func end() {
        guard let cell else { return }
        var sums = LifeChunk.CycleSums()
        for cycle in counter.rest { sums.add(cycle, motion, cell) }
        var chunk = LifeChunk(days: 0, equivalentFullCycles: 0, calendarRate: 0, cycleRate: 0)
        chunk.cycled(sums)
        life?.advance(chunk)
    }

    /// Years (of 365 days) from the start to the end of life, were it to go on as it did; nil beyond 100, or without a law.
    package var yearsToEndOfLife: Double? {
        let simulated = trace.days / 365
        switch vehicle.battery.ageing {
        case .none: return nil
        case .functions:
            guard loss > 0, simulated > 0 else { return nil }
            let years = simulated * (1 - CellAgeing().endOfLife) / loss
            return years <= 100 ? years : nil
        case .cell(let ageing):
            let limit = 1 - ageing.endOfLife
            guard let life, trace.soc.count >= 2 else { return nil }
            if life.loss >= limit {
                return min(simulated, simulated * (limit - lossAtStart) / (life.loss - lossAtStart))
            }
            return life.years(to: limit, repeating: trace).map { $0 + simulated }
        }
    }

    /// Price of a new battery, money; nil where the scenario has none.
    package var price: Double? {
        switch vehicle.battery.ageing {
        case .none: nil
        case .functions: CellAgeing().pricePerKWh * vehicle.battery.capacityKWh
        case .cell(let ageing): ageing.pricePerKWh * vehicle.battery.capacityKWh / (1 - lossAtStart)
        }
    }
}
