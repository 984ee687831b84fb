import LinearPrograms
import Scenarios

/// What chooses among optima: the owner's habits, then what any owner would want.
///
/// 0. `stay`: the minimum sum of distances from a plan that was made before, `sum_t |p[t] - planned[t]|`;
/// 1. `smooth`: the minimum sum of power steps, `sum_t |p[t+1] - p[t]|` with `p = c - d` of each vehicle;
/// 2. the minimum energy through chargers and meter;
/// 3. the earliest charging, discharging and flexible loads (or the latest, `prefer: late`): the minimum sum of kWh times the square root of
///    how late they are. The root grows ever less, so that as much as can be is as early as can be; and what is early in a
///    plan is early in what is left of it when that is planned again.
extension SchedulingModel {
    mutating func addTieBreakers() {
        var throughput: [Term] = []
        var order: [Term] = []
        for vehicle in vehicles {
            for step in 0..<grid.count {
                let place = scenario.habits.prefer == .early ? step : grid.count - 1 - step
                let lateness = (Double(place) / Double(grid.count)).squareRoot()
                for column in [vehicle.chargeKW[step], vehicle.dischargeKW[step]] {
                    guard let column else { continue }
                    throughput.append(Term(column))
                    if lateness > 0 { order.append(Term(column, lateness)) }
                }
            }
        }
        for load in loads {
            for step in 0..<grid.count {
                let place = scenario.habits.prefer == .early ? step : grid.count - 1 - step
                let lateness = (Double(place) / Double(grid.count)).squareRoot()
                order += (lateness * load.powerKW[step]).terms
            }
        }
        if !isVehicleTheConnection {
            for step in 0..<grid.count {
                throughput += site.importKW[step].terms + site.exportKW[step].terms
            }
        }
        program.tieBreakers = [throughput, order]
        if scenario.habits.smoothWithin != nil { program.tieBreakers.insert(powerSteps(), at: 0) }
        if let stay = scenario.habits.stay { program.tieBreakers.insert(distances(from: stay), at: 0) }
        // Who asks for marginal costs or offers asks about the optimum itself.
        program.costOfFirstTieBreaker = keepsConnection ? 0 : scenario.habits.within
    }

    /// The distances from a plan: `p[t] - planned[t] = up - down` wherever the vehicle can act and the plan knows the step.
    private mutating func distances(from stay: Habits.Stay) -> [Term] {
        let label = program.family("distance_kw")
        var sizes: [Term] = []
        for (index, vehicle) in scenario.vehicles.enumerated() {
            guard let planned = stay.plannedKW[vehicle.id] else { continue }
            let most =
                vehicle.charger.chargeKW + vehicle.charger.dischargeKW + (planned.compactMap { $0 }.map(abs).max() ?? 0)
            for step in 0..<grid.count {
                guard let kw = planned[step] else { continue }
                var away = netKW(vehicle: index, step: step)
                guard !away.isConstant else { continue }
                away.constant -= kw
                let up = program.addColumn(label(index, step, part: 0), upper: most, block: index)
                let down = program.addColumn(label(index, step, part: 1), upper: most, block: index)
                away.add(up, -1)
                away.add(down)
                let row = program.addRow(label(index, step), away, lower: 0, upper: 0)
                sizes += [Term(up), Term(down)]
                if let stage = vehicles[index].stageOfStep[step] {
                    vehicles[index].chain?.stages[stage].distance = StoreChain.Distance(
                        row: row, above: up, below: down, planned: kw)
                }
            }
        }
        return sizes
    }

    /// The sizes of all power steps: `p[t+1] - p[t] = up - down` wherever the vehicle can act on either side.
    private mutating func powerSteps() -> [Term] {
        let label = program.family("power_step_kw")
        var sizes: [Term] = []
        for index in vehicles.indices {
            // More than a step can be: without an end the program would have a direction in which nothing costs anything.
            let most = scenario.vehicles[index].charger.chargeKW + scenario.vehicles[index].charger.dischargeKW
            for step in 0..<(grid.count - 1) {
                var change = netKW(vehicle: index, step: step + 1) - netKW(vehicle: index, step: step)
                guard !change.isConstant else { continue }
                let up = program.addColumn(label(index, step, part: 0), upper: most, block: index)
                let down = program.addColumn(label(index, step, part: 1), upper: most, block: index)
                change.add(up, -1)
                change.add(down)
                program.addRow(label(index, step), change, lower: 0, upper: 0)
                sizes += [Term(up), Term(down)]
            }
        }
        return sizes
    }

    private func netKW(vehicle index: Int, step: Int) -> LinearExpression {
        var net = LinearExpression()
        if let charge = vehicles[index].chargeKW[step] { net.add(charge) }
        if let discharge = vehicles[index].dischargeKW[step] { net.add(discharge, -1) }
        return net
    }
}
