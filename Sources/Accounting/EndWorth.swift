import Scenarios
import Scheduling
import Sensitivity

/// What the energy that a plan leaves in the batteries is worth beside what a reference plan leaves (the cost line
/// `stored` of comparisons).
///
///     stored = sum_v w[v] (e*[v] - e[v])
///
/// | symbol | meaning | unit |
/// |---|---|---|
/// | e*, e | energy at the horizon's end in the reference and in the plan | kWh |
/// | w | `end_value_per_kwh`, or else what one kWh more at the end would cost the reference | money/kWh |
///
/// A plan that leaves less has to buy the difference later. Source: Scheduling.docc/Model.md section 6.
package struct EndWorth: Sendable {
    /// Worth of a kWh at the horizon's end, money, one per vehicle.
    package var perKWh: [Double]
    /// What the reference leaves in each battery, kWh.
    package var energyKWh: [Double]
    /// Which vehicles have an `end_value_per_kwh`: their plans' cost line `end_value` counts the energy already.
    private let isInBill: [Bool]

    fileprivate init(perKWh: [Double], energyKWh: [Double], scenario: Scenario) {
        self.perKWh = perKWh
        self.energyKWh = energyKWh
        isInBill = scenario.vehicles.map { $0.battery.endValuePerKWh != nil }
    }

    /// The line `stored`, money.
    ///
    /// - Parameter energyKWh: at the horizon's end, one per vehicle.
    package func stored(leaving energyKWh: [Double]) -> Double { sum(energyKWh) { _ in true } }

    /// The line `stored` of the vehicles whose energy no other cost line counts, money.
    func storedBesideEndValue(leaving energyKWh: [Double]) -> Double { sum(energyKWh) { !isInBill[$0] } }

    private func sum(_ left: [Double], _ isCounted: (Int) -> Bool) -> Double {
        perKWh.indices.reduce(0) { sum, index in
            guard isCounted(index) else { return sum }
            let difference = energyKWh[index] - left[index]
            // A smaller difference is rounding.
            return abs(difference) > 1e-6 ? sum + perKWh[index] * difference : sum
        }
    }

    /// Cost lines of a plan with the line `stored`. The line `end_value` is then that of the reference's energy: what the
    /// plan leaves more or less is in `stored`, and is not counted twice.
    ///
    /// - Parameter energyKWh: what the plan leaves at the horizon's end, one per vehicle.
    package func lines(_ costs: [String: Double], leaving energyKWh: [Double]) -> [String: Double] {
        var lines = costs
        let stored = stored(leaving: energyKWh)
        if let endValue = costs["end_value"] {
            lines["end_value"] = endValue - (stored - storedBesideEndValue(leaving: energyKWh))
        }
        lines["stored"] = stored
        return lines
    }
}

extension Planner {
    /// More vehicles and steps than this are not solved once more for the worth of their energy.
    private static let maxVehicleSteps = 20_000

    /// The worth of energy at the end, with `solved` (an optimum in mode `v2x` or `v1x` of this planner) as the reference.
    ///
    /// For more than 20,000 vehicle steps, and where no kWh can be had more or less, a kWh is worth what it costs to charge
    /// at the mean price of import.
    package func endWorth(of solved: SolvedSchedule) -> EndWorth {
        let scenario = scheduler.scenario
        let energy = solved.schedule.vehicles.map { $0.energyKWh.last ?? 0 }
        let mean = scenario.importPricePerKWh.reduce(0, +) / Double(max(1, scenario.grid.count))
        var perKWh = scenario.vehicles.map {
            $0.battery.endValuePerKWh ?? mean / $0.charger.chargeEfficiency.nominal
        }
        if perKWh.count * scenario.grid.count <= Planner.maxVehicleSteps,
            scenario.vehicles.contains(where: { $0.battery.endValuePerKWh == nil })
        {
            let open = scenario.vehicles.indices.filter { scenario.vehicles[$0].battery.endValuePerKWh == nil }
            for (index, price) in scheduler.endEnergyPrices(of: solved, vehicles: open) { perKWh[index] = price }
        }
        return EndWorth(perKWh: perKWh, energyKWh: energy, scenario: scenario)
    }
}
