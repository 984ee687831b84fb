import LinearPrograms
import Scenarios

/// Normal use of a vehicle: charging by a rule that nobody optimises (MODEL.md section 6), in the full scenario.
///
/// - `immediate`: full power on arrival, until `baseline_soc` (default: the larger of `soc_max` and the departure target).
/// - `deferred`: full power as late as the departure target allows; where a window has none, as late as `soc_end` (at the
///   horizon's end) or `baseline_soc` (elsewhere) allows.
///
/// Vehicles behind a connection that is too small for all of them share what is left of it in proportion to what each
/// would take.
public struct ChargingRule: Sendable {
    private let scenario: Scenario
    private let isDeferred: Bool

    /// - Parameter mode: `immediate` or `deferred`.
    public init(_ mode: ScheduleMode, scenario: Scenario) {
        self.scenario = scenario
        isDeferred = mode == .deferred
    }

    /// The schedule that comes of it, or the first hard limit that does not hold.
    public func schedule() -> Result<Schedule, Limit> {
        let grid = scenario.grid
        let timelines = scenario.vehicles.map { PlugTimeline(vehicle: $0, grid: grid) }
        var wanted = scenario.vehicles.indices.map { earliestSteps(vehicle: $0, timelines[$0], from: nil) }
        var energy = scenario.vehicles.map { [$0.battery.startKWh] }
        var charge = scenario.vehicles.map { _ in [Double]() }
        var (imported, exported, curtailed): ([Double], [Double], [Double]) = ([], [], [])
        var unservedKW: [Double] = []
        for step in 0..<grid.count {
            var power = scenario.vehicles.indices.map { index -> Double in
                if isDeferred, let window = window(starting: step, of: index) {
                    wanted[index] = earliestSteps(
                        vehicle: index, timelines[index], from: (window, step, energy[index][step]),
                        previous: wanted[index])
                }
                return self.power(
                    vehicle: index, step, timelines[index], energy[index][step], isDeferred ? wanted[index] : nil)
            }
            // Without a grid, load that the sun does not feed is not served: nobody discharges by this rule.
            let unserved =
                scenario.site.isIsland[step] ? max(0, scenario.site.loadKW[step] - scenario.site.pvKW[step]) : 0
            unservedKW.append(unserved)
            let base = scenario.site.loadKW[step] - unserved - scenario.site.pvKW[step]
            let room = max(0, scenario.site.importLimitKW[step] - base)
            let sum = power.reduce(0, +)
            if sum > room { power = power.map { $0 * room / sum } }
            let net = base + power.reduce(0, +)
            let over = max(0, -net - scenario.site.exportLimitKW[step])
            let most = scenario.site.mostCurtailedKW(step)
            guard over <= most + 1e-9, net <= scenario.site.importLimitKW[step] + 1e-9 else {
                let isImport = net > scenario.site.importLimitKW[step]
                return .failure(
                    Limit(
                        infeasibility: Infeasibility(
                            limit: isImport ? "site.import_limit_kw" : "site.export_limit_kw", at: grid.boundary(step),
                            amount: isImport ? net - scenario.site.importLimitKW[step] : over - most, unit: "kW")))
            }
            curtailed.append(min(over, most))
            imported.append(max(0, net + min(over, most)))
            exported.append(max(0, -net - min(over, most)))
            for index in scenario.vehicles.indices {
                let charger = scenario.vehicles[index].charger
                let share = timelines[index].pluggedShare[step]
                let next =
                    energy[index][step]
                    + grid.stepHours * ChargingRule.cellsKW(charger, acKW: power[index], share: share)
                    - timelines[index].tripKWh[step]
                guard next >= -1e-9 else {
                    return .failure(
                        Limit(
                            infeasibility: Infeasibility(
                                limit: "vehicles[\(scenario.vehicles[index].id)].trip_kwh", at: grid.boundary(step),
                                amount: -next, unit: "kWh")))
                }
                charge[index].append(power[index])
                energy[index].append(max(0, next))
            }
        }
        let vehicles = scenario.vehicles.indices.map { index in
            VehicleSchedule(
                id: scenario.vehicles[index].id, chargeKW: charge[index],
                dischargeKW: Array(repeating: 0, count: grid.count), energyKWh: energy[index])
        }
        var schedule = Schedule(
            vehicles: vehicles, importKW: imported, exportKW: exported, curtailedKW: curtailed,
            unservedKW: scenario.site.isIsland.contains(true) ? unservedKW : [],
            shortfalls: scenario.vehicles.indices.flatMap { shortfalls($0, timelines[$0], energy[$0]) })
        schedule.shortfalls += schedule.outageShortfalls(on: grid)
        return .success(schedule)
    }

    /// Charging at full power whenever plugged in, until `soc_max`, whatever the site's limits; AC kW in each step.
    public static func fullPowerKW(of vehicle: Vehicle, on grid: TimeGrid) -> [Double] {
        let timeline = PlugTimeline(vehicle: vehicle, grid: grid)
        var energy = vehicle.battery.startKWh
        return (0..<grid.count).map { step in
            let share = timeline.pluggedShare[step]
            let room = (vehicle.battery.socMax * vehicle.battery.capacityKWh - energy) / grid.stepHours
            let power = acKW(vehicle.charger, cellsKW: room, share: share)
            energy += grid.stepHours * cellsKW(vehicle.charger, acKW: power, share: share) - timeline.tripKWh[step]
            return power
        }
    }

    /// A hard limit that the rule breaks.
    public struct Limit: Error { public var infeasibility: Infeasibility }

    // MARK: - What a vehicle takes

    /// Energy at which immediate charging stops, kWh.
    private func fullKWh(_ vehicle: Vehicle, _ window: PlugWindow?) -> Double {
        let soc = scenario.baseline.soc ?? max(vehicle.battery.socMax, window?.departureSoC ?? 0)
        return soc * vehicle.battery.capacityKWh
    }

    private func window(at step: Int, of index: Int) -> PlugWindow? {
        let (from, to) = (scenario.grid.boundary(step), scenario.grid.boundary(step + 1))
        return scenario.vehicles[index].windows.last { $0.from < to && $0.to > from }
    }

    private func window(starting step: Int, of index: Int) -> PlugWindow? {
        let (from, to) = (scenario.grid.boundary(step), scenario.grid.boundary(step + 1))
        return scenario.vehicles[index].windows.first {
            max($0.from, scenario.grid.start) >= from && max($0.from, scenario.grid.start) < to
        }
    }

    /// AC power in a step, kW: all there is, or what the battery still takes.
    private func power(
        vehicle index: Int, _ step: Int, _ timeline: PlugTimeline, _ energyKWh: Double, _ planned: [Double]?
    ) -> Double {
        let vehicle = scenario.vehicles[index]
        let share = timeline.pluggedShare[step]
        guard share > 0 else { return 0 }
        if let planned { return planned[step] }
        let room = fullKWh(vehicle, window(at: step, of: index)) - energyKWh
        return ChargingRule.acKW(vehicle.charger, cellsKW: room / scenario.grid.stepHours, share: share)
    }

    /// Deferred charging of one window, from its end backwards: full power in its last steps, the first of them in part.
    private func earliestSteps(
        vehicle index: Int, _ timeline: PlugTimeline, from start: (window: PlugWindow, step: Int, energyKWh: Double)?,
        previous: [Double]? = nil
    ) -> [Double] {
        var plan = previous ?? Array(repeating: 0, count: scenario.grid.count)
        guard let start else { return plan }
        let vehicle = scenario.vehicles[index]
        let grid = scenario.grid
        let steps = grid.steps(from: grid.boundary(start.step), to: min(start.window.to, grid.end))
        let target: Double
        if let soc = start.window.departureSoC, start.window.to <= grid.end {
            target = soc * vehicle.battery.capacityKWh
        } else if start.window.to >= grid.end {
            target = vehicle.battery.socEnd * vehicle.battery.capacityKWh
        } else {
            target = fullKWh(vehicle, start.window)
        }
        var missing = min(target, max(vehicle.battery.ceilingKWh, fullKWh(vehicle, start.window))) - start.energyKWh
        for step in steps.reversed() where missing > 1e-12 {
            let power = ChargingRule.acKW(
                vehicle.charger, cellsKW: missing / grid.stepHours, share: timeline.pluggedShare[step])
            plan[step] = power
            missing -=
                grid.stepHours
                * ChargingRule.cellsKW(vehicle.charger, acKW: power, share: timeline.pluggedShare[step])
        }
        return plan
    }

    private static func cellsKW(_ charger: Charger, acKW: Double, share: Double) -> Double {
        share > 0 && acKW > 0 ? share * charger.batterySideCharging(acKW / share) : 0
    }

    /// The AC power at which `cellsKW` go into the cells, at most the rated power.
    private static func acKW(_ charger: Charger, cellsKW: Double, share: Double) -> Double {
        guard cellsKW > 0, share > 0, charger.chargeKW > 0 else { return 0 }
        let curve = charger.batterySideCharging.restricted(to: 0, charger.chargeKW)
        let wanted = cellsKW / share
        for (a, b) in zip(curve.points, curve.points.dropFirst()) where b.y >= wanted {
            return share * (b.y > a.y ? a.x + (b.x - a.x) * (wanted - a.y) / (b.y - a.y) : b.x)
        }
        return share * charger.chargeKW
    }

    // MARK: - Targets

    private func shortfalls(_ index: Int, _ timeline: PlugTimeline, _ energy: [Double]) -> [Shortfall] {
        let vehicle = scenario.vehicles[index]
        var found: [Shortfall] = []
        func add(_ kind: Shortfall.Kind, _ window: Int?, _ at: Instant, _ target: Double, _ reached: Double) {
            guard target - reached > 1e-6 else { return }
            found.append(
                Shortfall(
                    kind: kind, vehicle: vehicle.id, window: window, at: at, kwh: target - reached,
                    reachableSoC: reached / vehicle.battery.capacityKWh))
        }
        for target in timeline.departures {
            add(
                .departure, target.window, target.at, target.energyKWh,
                energy[target.step + 1] + timeline.tripKWh[target.step])
        }
        for floor in timeline.floors {
            let depths = zip(floor.boundaries, floor.energyKWh).map { ($0, $1, $1 - energy[$0]) }
            if let worst = depths.max(by: { $0.2 < $1.2 }) {
                add(.floor, floor.window, scenario.grid.boundary(worst.0), worst.1, energy[worst.0])
            }
        }
        if let end = timeline.endKWh, let last = energy.last { add(.end, nil, scenario.grid.end, end, last) }
        return found
    }
}
