import Ageing
import Scenarios
import Scheduling

/// What a schedule costs, from its plain kW alone: nothing here knows of the linear program, so that the sum of the
/// settled lines against the objective is a real check.
package enum Settlement {
    /// The cost lines of `schedule`: energy, calendar, cycle, where asked for end_value, and those of `streams`.
    package static func lines(
        of schedule: Schedule, scenario: Scenario, ageing: [AgeingPrices], streams: [any ValueStream] = []
    ) -> [CostLine] {
        var lines = [CostLine(name: "energy", amount: energy(schedule, scenario))]
        var (calendar, cycle, endValue) = (0.0, 0.0, 0.0)
        for (index, vehicle) in scenario.vehicles.enumerated() {
            let plan = schedule.vehicles[index]
            calendar += AgeingSettlement.calendar(
                energyKWh: plan.energyKWh, capacityKWh: vehicle.battery.capacityKWh, prices: ageing[index],
                stepHours: scenario.grid.stepHours)
            let flows = CellFlows(vehicle: index, of: schedule, scenario: scenario, streams: streams)
            cycle += AgeingSettlement.cycle(
                flows: flows, startKWh: vehicle.battery.startKWh, capacityKWh: vehicle.battery.capacityKWh,
                prices: ageing[index])
            endValue -= (vehicle.battery.endValuePerKWh ?? 0) * (plan.energyKWh.last ?? 0)
        }
        lines.append(CostLine(name: "calendar", amount: calendar))
        lines.append(CostLine(name: "cycle", amount: cycle))
        if scenario.vehicles.contains(where: { $0.battery.endValuePerKWh != nil }) {
            lines.append(CostLine(name: "end_value", amount: endValue))
        }
        if let amount = switching(schedule, scenario) {
            lines.append(CostLine(name: CostLine.switchingName, amount: amount))
        }
        if let amount = vehicleTariffs(schedule, scenario) {
            lines.append(CostLine(name: VehicleTariff.costLine, amount: amount))
        }
        for stream in streams {
            lines.append(CostLine(name: stream.key, amount: stream.settle(schedule, in: scenario)))
        }
        return lines
    }

    /// `sum_v sum_t min_gain_per_kwh[v] h d[v, t]`, money that is asked and not paid; nil where nothing is asked.
    package static func hurdle(of schedule: Schedule, scenario: Scenario) -> Double? {
        guard scenario.vehicles.contains(where: { $0.minGainPerKWh > 0 }) else { return nil }
        return zip(scenario.vehicles, schedule.vehicles).reduce(0) { sum, pair in
            sum + pair.0.minGainPerKWh * scenario.grid.stepHours * pair.1.dischargeKW.reduce(0, +)
        }
    }

    /// `sum_v switch_cost[v] starts[v]`, money; nil where no start costs anything.
    ///
    /// Powers that are no choice of modes (a rule's, whose last step is a mean) start where they begin.
    static func switching(_ schedule: Schedule, _ scenario: Scenario) -> Double? {
        guard scenario.vehicles.contains(where: { $0.charger.switchCost > 0 }) else { return nil }
        return zip(scenario.vehicles, schedule.vehicles).reduce(0) { sum, pair in
            let (vehicle, plan) = pair
            guard vehicle.charger.switchCost > 0 else { return sum }
            let share = PlugTimeline(vehicle: vehicle, grid: scenario.grid).pluggedShare
            let read = ChargerRunReading(
                vehicle.charger, chargeKW: plan.chargeKW, dischargeKW: plan.dischargeKW, pluggedShare: share)
            let starts = read?.starts ?? ChargerRunReading.blocks(plan.chargeKW, plan.dischargeKW)
            return sum + vehicle.charger.switchCost * Double(starts)
        }
    }

    /// `sum_v sum_t h (charge[v, t] c[v, t] - discharge[v, t] d[v, t])`, money; nil where no vehicle has prices of its own.
    static func vehicleTariffs(_ schedule: Schedule, _ scenario: Scenario) -> Double? {
        guard scenario.vehicles.contains(where: { $0.tariff != nil }) else { return nil }
        var sum = 0.0
        for (vehicle, plan) in zip(scenario.vehicles, schedule.vehicles) {
            guard let tariff = vehicle.tariff else { continue }
            for step in 0..<scenario.grid.count {
                sum +=
                    tariff.chargePerKWh[step] * plan.chargeKW[step]
                    - tariff.dischargePerKWh[step] * plan.dischargeKW[step]
            }
        }
        return sum * scenario.grid.stepHours
    }

    /// `sum_t h (buy[t] imp[t] - sell[t] exp[t])`, money.
    package static func energy(_ schedule: Schedule, _ scenario: Scenario) -> Double {
        var sum = 0.0
        for step in 0..<scenario.grid.count {
            sum +=
                scenario.importPricePerKWh[step] * schedule.importKW[step]
                - scenario.exportPricePerKWh[step] * schedule.exportKW[step]
        }
        return sum * scenario.grid.stepHours
    }
}

/// Energy into and out of a vehicle's cells in each step, kWh battery-side.
package struct CellFlows: Sendable {
    package var inKWh: [Double]
    /// For discharging and for trips.
    package var outKWh: [Double]

    /// From AC powers, trips, and what streams move.
    package init(vehicle index: Int, of schedule: Schedule, scenario: Scenario, streams: [any ValueStream]) {
        self.init(vehicle: scenario.vehicles[index], plan: schedule.vehicles[index], grid: scenario.grid)
        for stream in streams {
            guard let extra = stream.cellFlows(vehicle: index, of: schedule, in: scenario) else { continue }
            for step in inKWh.indices {
                inKWh[step] += extra.inKWh[step]
                outKWh[step] += extra.outKWh[step]
            }
        }
    }

    /// From AC powers and trips.
    package init(vehicle: Vehicle, plan: VehicleSchedule, grid: TimeGrid) {
        let timeline = PlugTimeline(vehicle: vehicle, grid: grid)
        inKWh = []
        outKWh = []
        for step in 0..<grid.count {
            let share = timeline.pluggedShare[step]
            inKWh.append(
                grid.stepHours * vehicle.charger.cellsPowerCharging(acKW: plan.chargeKW[step], pluggedShare: share))
            outKWh.append(
                timeline.tripKWh[step] + grid.stepHours
                    * vehicle.charger.cellsPowerDischarging(acKW: plan.dischargeKW[step], pluggedShare: share))
        }
    }
}

extension Charger {
    /// Battery-side power while charging, kW: `etac c`, or the efficiency curve scaled by the plugged share.
    package func cellsPowerCharging(acKW: Double, pluggedShare: Double) -> Double {
        switch chargeEfficiency {
        case .constant(let efficiency): acKW * efficiency
        case .curve(let points): Charger.along(points, acKW, pluggedShare) { $0.acKW * $0.efficiency }
        }
    }

    /// Battery-side power while discharging, kW: `d / etad`, or the efficiency curve scaled by the plugged share.
    package func cellsPowerDischarging(acKW: Double, pluggedShare: Double) -> Double {
        switch dischargeEfficiency {
        case .constant(let efficiency): acKW / efficiency
        case .curve(let points): Charger.along(points, acKW, pluggedShare) { $0.acKW / $0.efficiency }
        }
    }

    private static func along(
        _ points: [EfficiencyPoint], _ acKW: Double, _ share: Double, _ cells: (EfficiencyPoint) -> Double
    ) -> Double {
        guard acKW > 0, share > 0 else { return 0 }
        let power = acKW / share
        var left = (x: 0.0, y: 0.0)
        for point in points {
            let right = (x: point.acKW, y: cells(point))
            if power <= right.x { return share * (left.y + (right.y - left.y) * (power - left.x) / (right.x - left.x)) }
            left = right
        }
        // Beyond the last point by rounding only: a charger's rated power is within its curve.
        return share * left.y * power / max(left.x, 1e-12)
    }
}

/// What ageing costs on a given path of stored energy.
package enum AgeingSettlement {
    /// `sum_t h (g_t(e[t]/E) + g_t(e[t+1]/E)) / 2`, money.
    package static func calendar(
        energyKWh: [Double], capacityKWh: Double, prices: AgeingPrices, stepHours: Double
    ) -> Double {
        guard !prices.calendarFunctions.isEmpty else { return 0 }
        var sum = 0.0
        for (step, function) in prices.calendarFunctionOfStep.enumerated() {
            let points = prices.calendarFunctions[function]
            sum += value(of: points, at: energyKWh[step] / capacityKWh)
            sum += value(of: points, at: energyKWh[step + 1] / capacityKWh)
        }
        return sum * stepHours / 2
    }

    private static func value(of points: [CalendarCostPoint], at soc: Double) -> Double {
        guard let upper = points.firstIndex(where: { $0.soc >= soc }) else { return points.last?.costPerHour ?? 0 }
        guard upper > 0 else { return points[0].costPerHour }
        let (a, b) = (points[upper - 1], points[upper])
        return a.costPerHour + (b.costPerHour - a.costPerHour) * (soc - a.soc) / (b.soc - a.soc)
    }

    /// The least that the depth segments can cost along `flows`, money: charging fills the cheapest segments first, what
    /// goes out comes from the cheapest that hold something, and what goes in and out in one step passes through the
    /// cheapest. At the start they are filled from the deepest up.
    package static func cycle(flows: CellFlows, startKWh: Double, capacityKWh: Double, prices: AgeingPrices) -> Double {
        guard !prices.cycle.isEmpty else { return 0 }
        var length: [Double] = []
        var previous = 0.0
        for segment in prices.cycle {
            length.append((segment.depth - previous) * capacityKWh)
            previous = segment.depth
        }
        var level = [Double](repeating: 0, count: length.count)
        var left = startKWh
        for index in length.indices.reversed() {
            level[index] = min(left, length[index])
            left -= level[index]
        }
        let cost = prices.cycle.map(\.costPerKWh)
        let cheapestFirst = cost.indices.sorted { (cost[$0], $0) < (cost[$1], $1) }
        let cheapest = cost[cheapestFirst[0]]
        var sum = 0.0
        for (inflow, outflow) in zip(flows.inKWh, flows.outKWh) {
            let through = min(inflow, outflow)
            sum += through * cheapest
            var rest = inflow - through
            for index in cheapestFirst where rest > 0 {
                let part = min(rest, length[index] - level[index])
                level[index] += part
                rest -= part
            }
            rest = outflow - through
            for index in cheapestFirst where rest > 0 {
                let part = min(rest, level[index])
                level[index] -= part
                rest -= part
                sum += part * cost[index]
            }
            // What is left over is rounding of a battery that is empty to the last digit.
            sum += max(0, rest) * (cost.last ?? 0)
        }
        return sum
    }
}
