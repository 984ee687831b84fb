import LinearPrograms
import Scenarios

/// A daily ration of cycling, for owners who want one beside (or instead of) a price of wear.
///
///     sum over the steps that begin on a day of h d[t] <= max_cycles_per_day E
///
/// | symbol | meaning | unit |
/// |---|---|---|
/// | d[t] | discharging power, AC | kW |
/// | E | usable capacity | kWh |
///
/// Days are calendar days in the scenario's zone; one of which the horizon holds a part has its whole ration. Trips are not
/// counted: they are not the schedule's to choose.
extension SchedulingModel {
    mutating func addCycleLimit(vehicle index: Int) {
        let battery = scenario.vehicles[index].battery
        guard let cycles = battery.maxCyclesPerDay else { return }
        let label = program.family("cycles_kwh")
        for (number, steps) in grid.calendarDays.enumerated() {
            var discharged = LinearExpression()
            for step in steps {
                if let column = vehicles[index].dischargeKW[step] { discharged.add(column, grid.stepHours) }
            }
            if !discharged.isConstant {
                program.addRow(label(index, number), discharged, upper: cycles * battery.capacityKWh)
            }
        }
    }

    /// What a discharged kWh must gain: `min_gain_per_kwh h d[t]`. It is not paid; it is what the owner asks a kWh to earn
    /// beyond every cost before the battery is used for it.
    mutating func addMinimumGain() {
        for (index, vehicle) in scenario.vehicles.enumerated() where vehicle.minGainPerKWh > 0 {
            let line = program.costLine(CostLine.hurdleName)
            for case let column? in vehicles[index].dischargeKW {
                program.addCost(line, column, vehicle.minGainPerKWh * grid.stepHours)
            }
        }
    }
}

extension TimeGrid {
    /// The steps of each calendar day in the grid's zone, by the day on which a step begins.
    public var calendarDays: [Range<Int>] {
        let clock = WallClock(timeZone: timeZone) ?? .utc
        var days: [Range<Int>] = []
        var start = 0
        for step in 1..<(count + 1)
        where step == count || clock.wallTime(at: boundary(step)).date != clock.wallTime(at: boundary(start)).date {
            days.append(start..<step)
            start = step
        }
        return days
    }
}
