import LinearPrograms
import Scenarios

/// Prices at a vehicle's own charger, on top of the site's: cost line "vehicle_tariff".
///
///     sum_t h (charge[t] c[t] - discharge[t] d[t])
///
/// | symbol | meaning | unit |
/// |---|---|---|
/// | charge | `vehicles[].tariff.charge`: paid for a kWh charged; below 0: an employer refunds it | money/kWh |
/// | discharge | `vehicles[].tariff.discharge`: earned by a kWh discharged | money/kWh |
///
/// Source: Scheduling.docc/Model.md section 10.
extension SchedulingModel {
    mutating func addVehicleTariffs() {
        for (index, vehicle) in scenario.vehicles.enumerated() {
            guard let tariff = vehicle.tariff else { continue }
            let line = program.costLine(VehicleTariff.costLine)
            for step in 0..<grid.count {
                if let column = vehicles[index].chargeKW[step] {
                    program.addCost(line, column, grid.stepHours * tariff.chargePerKWh[step])
                }
                if let column = vehicles[index].dischargeKW[step] {
                    program.addCost(line, column, -grid.stepHours * tariff.dischargePerKWh[step])
                }
            }
        }
    }
}
