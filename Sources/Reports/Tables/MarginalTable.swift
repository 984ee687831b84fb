import Sensitivity
import Accounting
import Scenarios

/// `v2x marginal` for people: a row for each run of steps with the same cost, within 80 columns.
package enum MarginalTable {
    /// The table.
    package static func text(_ costs: MarginalCost, scenario: Scenario) -> String {
        let clock = WallClock(timeZone: scenario.grid.timeZone) ?? .utc
        let unit = PriceUnit(currency: costs.currency)
        var out = "\(costs.scenario): marginal cost of V2X, \(unit.perKWh) at the meter\n"
        out += "deliver: one kWh more out of the car costs; absorb: one kWh less saves\n"
        for vehicle in costs.vehicles {
            out += "\n  \(vehicle.id)\n"
            out += "  from  to     price  deliver =  elec. + effic. + cycle + cal. + other   absorb\n"
            var step = 0
            var date = clock.wallTime(at: scenario.grid.boundary(0)).date
            while step < costs.steps.count {
                var end = step + 1
                while end < costs.steps.count, same(vehicle, step, end),
                    scenario.importPricePerKWh[end] == scenario.importPricePerKWh[step]
                {
                    end += 1
                }
                if vehicle.deliverBlockedBy[step] != .away {
                    // The date stands where the time of day alone could be two days'.
                    let start = clock.wallTime(at: scenario.grid.boundary(step)).date
                    if start != date { out += "  \(start)\n" }
                    date = start
                    out += row(vehicle, step, end, scenario, clock, unit)
                }
                step = end
            }
        }
        return out
            + "\npower: not one kWh more, the charger gives (takes) all it can\n"
            + "limit: not one kWh more, a target, the battery or the connection forbids it\n"
            + "hours without a row: away\n"
    }

    private static func same(_ vehicle: MarginalCost.VehicleSide, _ a: Int, _ b: Int) -> Bool {
        close(vehicle.deliver[a], vehicle.deliver[b]) && close(vehicle.absorb[a], vehicle.absorb[b])
            && vehicle.deliverBlockedBy[a] == vehicle.deliverBlockedBy[b]
            && vehicle.absorbBlockedBy[a] == vehicle.absorbBlockedBy[b]
    }

    private static func close(_ a: MarginalCost.Side?, _ b: MarginalCost.Side?) -> Bool {
        guard let a, let b else { return a == nil && b == nil }
        return abs(a.total - b.total) < 5e-6
            && a.parts.keys.allSatisfy { abs((a.parts[$0] ?? 0) - (b.parts[$0] ?? 0)) < 5e-6 }
    }

    private static func row(
        _ vehicle: MarginalCost.VehicleSide, _ step: Int, _ end: Int, _ scenario: Scenario, _ clock: WallClock,
        _ unit: PriceUnit
    ) -> String {
        func cents(_ value: Double?, _ width: Int) -> String {
            padded(value.map { unit.number($0) } ?? "-", width, right: true)
        }
        let deliver = vehicle.deliver[step]
        let known = ["electricity", "efficiency", "cycle", "calendar"]
        let other = deliver.map { side in
            side.parts.filter { !known.contains($0.key) }.sorted { $0.key < $1.key }.reduce(0) { $0 + $1.value }
        }
        var line = "  \(clock.time(scenario.grid.boundary(step))) \(clock.time(scenario.grid.boundary(end)))"
        line += cents(scenario.importPricePerKWh[step], 7)
        line += deliver == nil ? blocked(vehicle.deliverBlockedBy[step]) : cents(deliver?.total, 9)
        line += cents(deliver?.parts["electricity"], 9) + cents(deliver?.parts["efficiency"], 9)
        line += cents(deliver?.parts["cycle"], 8) + cents(deliver?.parts["calendar"], 7) + cents(other, 8)
        let absorb = vehicle.absorb[step]
        return line + (absorb == nil ? blocked(vehicle.absorbBlockedBy[step]) : cents(absorb?.total, 9)) + "\n"
    }

    private static func blocked(_ obstacle: MarginalCost.Obstacle?) -> String {
        padded(obstacle?.rawValue ?? "-", 9, right: true)
    }
}
