import LinearPrograms
import Scenarios

/// Reads a schedule in plain kW off the columns' values.
extension SchedulingModel {
    /// The schedule that `values`, one per column, stand for.
    package func schedule(at values: [Double], streams: [any ValueStream]) -> Schedule {
        let vehicleSchedules = scenario.vehicles.indices.map { index in
            let vehicle = vehicles[index]
            var charge = vehicle.chargeKW.map { clean($0, values) }
            var discharge = vehicle.dischargeKW.map { clean($0, values) }
            for step in 0..<grid.count where charge[step] > 0 && discharge[step] > 0 {
                // Both are positive by rounding only: the solver saw to that.
                if charge[step] < discharge[step] { charge[step] = 0 } else { discharge[step] = 0 }
            }
            return VehicleSchedule(
                id: scenario.vehicles[index].id, chargeKW: charge, dischargeKW: discharge,
                energyKWh: vehicle.energyKWh.map { max(0, $0.value(at: values)) })
        }
        let curtailed = site.curtailedKW.map { Self.tidy($0.value(at: values)) }
        let unserved = unservedKW(at: values)
        let loadSchedules = zip(scenario.site.flexibleLoads, loads).map { load, expressions in
            load.schedule(expressions, at: values)
        }
        let net = SchedulingModel.netKW(
            of: vehicleSchedules, loads: loadSchedules, scenario: scenario, curtailed: curtailed, unserved: unserved)
        var schedule = Schedule(
            vehicles: vehicleSchedules, importKW: net.map { max(0, $0) },
            exportKW: net.map { max(0, -$0) }, curtailedKW: curtailed,
            unservedKW: unserved, shortfalls: shortfalls(at: values))
        schedule.loads = loadSchedules
        for stream in streams {
            schedule.services[stream.key] = stream.publish(self, values: values, schedule: schedule)
        }
        return schedule
    }

    /// Power drawn at the connection in each step, kW; below 0: fed in.
    static func netKW(
        of vehicles: [VehicleSchedule], loads: [LoadSchedule] = [], scenario: Scenario, curtailed: [Double],
        unserved: [Double] = []
    ) -> [Double] {
        (0..<scenario.grid.count).map { step in
            var net = scenario.site.loadKW[step] - scenario.site.pvKW[step] + curtailed[step]
            if !unserved.isEmpty { net -= unserved[step] }
            for vehicle in vehicles { net += vehicle.chargeKW[step] - vehicle.dischargeKW[step] }
            for load in loads { net += load.kW[step] }
            return Self.tidy(net)
        }
    }

    private func unservedKW(at values: [Double]) -> [Double] {
        guard scenario.site.isIsland.contains(true) else { return [] }
        var unserved = Array(repeating: 0.0, count: grid.count)
        for meaning in shortfallMeanings where meaning.kind == .outage {
            if let step = grid.step(at: meaning.at) {
                unserved[step] = max(0, Self.tidy(values[meaning.column.index])) / grid.stepHours
            }
        }
        return unserved
    }

    private func clean(_ column: Column?, _ values: [Double]) -> Double {
        guard let column else { return 0 }
        return min(max(0, Self.tidy(values[column.index])), program.columnUpper[column.index])
    }

    fileprivate static func tidy(_ value: Double) -> Double { abs(value) < 1e-9 ? 0 : value }

    private func shortfalls(at values: [Double]) -> [Shortfall] {
        shortfallMeanings.compactMap { meaning in
            let missing = values[meaning.column.index] / meaning.perKWh
            guard missing > 1e-6 else { return nil }
            var at = meaning.at
            if let load = meaning.load, case .heat(let store) = scenario.site.flexibleLoads[load].kind {
                let heat = loads[load].heatKWh.map { $0.value(at: values) }
                at = grid.boundary(store.deepest(heat, hours: grid.stepHours).boundary)
            }
            if meaning.kind == .floor, let vehicle = meaning.vehicle {
                at = lowestBelowFloor(vehicle: vehicle, window: meaning.window, values) ?? at
            }
            return Shortfall(
                kind: meaning.kind, vehicle: meaning.vehicle.map { scenario.vehicles[$0].id },
                load: meaning.load.map { scenario.site.flexibleLoads[$0].id }, window: meaning.window, at: at,
                kwh: missing,
                reachedSoC: meaning.vehicle.map {
                    (meaning.targetKWh + (meaning.kind == .ceiling ? missing : -missing))
                        / scenario.vehicles[$0].battery.capacityKWh
                })
        }
    }

    private func lowestBelowFloor(vehicle: Int, window: Int?, _ values: [Double]) -> Instant? {
        guard let floor = timelines[vehicle].floors.first(where: { $0.window == window }) else { return nil }
        let depths = zip(floor.boundaries, floor.energyKWh).map { boundary, energy in
            (boundary, energy - vehicles[vehicle].energyKWh[boundary].value(at: values))
        }
        return depths.max { $0.1 < $1.1 - 1e-9 }.map { grid.boundary($0.0) }
    }
}

extension FlexibleLoad {
    /// Its part of the schedule that `values` stand for. Binaries are whole numbers there, but for rounding.
    fileprivate func schedule(_ expressions: SchedulingModel.LoadExpressions, at values: [Double]) -> LoadSchedule {
        var kW = expressions.powerKW.map { max(0, SchedulingModel.tidy($0.value(at: values))) }
        if case .run = kind {
            var whole = values
            for expression in expressions.powerKW {
                for term in expression.terms {
                    whole[term.column.index] = min(1, max(0, values[term.column.index].rounded()))
                }
            }
            kW = expressions.powerKW.map { $0.value(at: whole) }
        }
        return LoadSchedule(
            id: id, kW: kW,
            heatKWh: expressions.heatKWh.isEmpty ? nil : expressions.heatKWh.map { $0.value(at: values) })
    }
}
