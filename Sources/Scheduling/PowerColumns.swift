import LinearPrograms
import Scenarios

/// Charging and discharging power of each vehicle in each step, within what the plug and the charger allow.
///
///     0 <= c[t] <= a[t] Pc,   0 <= d[t] <= a[t] Pd,   not both,   c[t] = 0 or c[t] in a[t] [low_m, high_m] of a mode m
///
/// | symbol | meaning | unit |
/// |---|---|---|
/// | a[t] | share of the step in which the vehicle is plugged in | 1 |
/// | Pc, Pd | the charger's rated powers | kW |
/// | low_m, high_m | minimum and maximum power on the phases of mode m (`ChargerMode`); likewise for d[t] | kW |
extension SchedulingModel {
    mutating func addPowerColumns() {
        let chargeLabel = program.family("charge_kw")
        let dischargeLabel = program.family("discharge_kw")
        // Alone behind an empty connection the vehicle is the connection: its limits are bounds, and no balance is needed.
        let isDirect = isVehicleTheConnection
        for (index, vehicle) in scenario.vehicles.enumerated() {
            let charger = vehicle.charger
            let timeline = timelines[index]
            var charge: [Column?] = Array(repeating: nil, count: grid.count)
            var discharge = charge
            for step in 0..<grid.count where timeline.pluggedShare[step] > 0 {
                let share = timeline.pluggedShare[step]
                var maxCharge = share * charger.chargeKW
                var maxDischarge = share * charger.dischargeKW
                if isDirect {
                    maxCharge = min(maxCharge, scenario.site.importLimitKW[step])
                    maxDischarge = min(maxDischarge, scenario.site.exportLimitKW[step])
                }
                if maxCharge > 0 {
                    let column = program.addColumn(chargeLabel(index, step), upper: maxCharge, block: index)
                    charge[step] = column
                    addGaps(of: column, charger, .charging, share: share)
                }
                if maxDischarge > 0 {
                    let column = program.addColumn(dischargeLabel(index, step), upper: maxDischarge, block: index)
                    discharge[step] = column
                    addGaps(of: column, charger, .discharging, share: share)
                }
                if let first = charge[step], let second = discharge[step] {
                    let burns = burningPays(vehicle: index, step: step)
                    program.add(.exclusive(Exclusive(first, second, isLikely: burns)))
                }
            }
            vehicles[index].chargeKW = charge
            vehicles[index].dischargeKW = discharge
        }
    }

    private mutating func addGaps(
        of column: Column, _ charger: Charger, _ direction: ChargerMode.Direction, share: Double
    ) {
        for gap in gaps(of: column, charger, direction, share: share) {
            program.add(.semicontinuous(Semicontinuous(column, above: gap.low, threshold: gap.high)))
        }
    }

    /// The powers that a column within its bounds does not take, kW, where the vehicle is plugged in for a share of the step.
    func gaps(
        of column: Column, _ charger: Charger, _ direction: ChargerMode.Direction, share: Double
    ) -> [StoreChain.Gap] {
        let most = program.columnUpper[column.index]
        return charger.gapsKW(direction).filter { share * $0.low < most }.map { gap in
            let high = share * gap.high
            // A range of one power may not lose it to rounding.
            return StoreChain.Gap(low: share * gap.low, high: high > most && high <= most + 1e-9 ? most : high)
        }
    }

    /// Whether the site is one vehicle and nothing else, so that import is its charging and export its discharging.
    var isVehicleTheConnection: Bool {
        !keepsConnection && !isPart && scenario.vehicles.count == 1 && !scenario.site.loadKW.contains { $0 != 0 }
            && !scenario.site.pvKW.contains { $0 != 0 } && scenario.site.flexibleLoads.isEmpty
            && !SchedulingModel.hasFlowRules(scenario)
    }

    /// Whether charging and discharging at once can pay by prices alone: energy bought, lost and sold at a gain.
    private func burningPays(vehicle: Int, step: Int) -> Bool {
        let charger = scenario.vehicles[vehicle].charger
        let buy = scenario.importPricePerKWh[step]
        let sell = scenario.exportPricePerKWh[step]
        let cheapest = ageing[vehicle].cycle.map(\.costPerKWh).min() ?? 0
        return buy / charger.chargeEfficiency.nominal - sell * charger.dischargeEfficiency.nominal + cheapest < 0
            || buy < 0
    }
}
