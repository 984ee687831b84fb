import LinearPrograms
import Scenarios

/// Normal use of a vehicle: charging by a rule, without optimisation (Scheduling.docc/Model.md section 6), in the full scenario.
///
/// - `immediate`: full power on arrival, until `baseline_soc` (default: the larger of `soc_max` and the departure target).
/// - `deferred`: full power as late as the departure target allows; where a window has none, as late as `soc_end` (at the
///   horizon's end) or `baseline_soc` (elsewhere) allows.
///
/// A stationary battery charges from what the sun gives beyond load and vehicles, and discharges into what they need, at full
/// power and down to `soc_min` (`self_consumption`). Flexible loads run as soon as they may, and a store of heat keeps what it
/// begins with. Vehicles that may not charge from the grid take what the sun gives beyond the load.
///
/// Vehicles behind a connection, a fuse, a feeder or a group's cable that is too small for all of them share what is left of
/// it in proportion to what each would take.
package struct ChargingRule: Sendable {
    private let scenario: Scenario
    private let isDeferred: Bool
    /// The maximum net import to which the vehicles' power is cut, kW, T values.
    private let netLimitKW: [Double]

    /// - Parameters:
    ///   - mode: `immediate` or `deferred`.
    ///   - streams: their hard limits of the site's net import are kept as the connection's is.
    package init(_ mode: ScheduleMode, scenario: Scenario, streams: [any ValueStream] = []) {
        self.scenario = scenario
        isDeferred = mode == .deferred
        netLimitKW = streams.compactMap { $0.netImportLimitKW }.reduce(scenario.site.importLimitKW) {
            zip($0, $1).map(min)
        }
    }

    /// Where the site's limits changed what the rule does.
    package struct Cuts: Sendable, Equatable {
        /// Steps in which it charges less than it would.
        package var steps = 0
        /// Steps in which load or sun alone go beyond a limit, with nothing charged at all.
        package var overloads = 0
        /// None.
        package init() {}
    }

    /// The schedule that comes of it, or the first hard limit that does not hold.
    ///
    /// - Parameter toleratesLoad: whether load or sun alone may go beyond the site's limits: they do so in real life too, and
    ///   the rule can do nothing about it.
    package func schedule(toleratesLoad: Bool = false) -> Result<(schedule: Schedule, cuts: Cuts), Limit> {
        var cuts = Cuts()
        let grid = scenario.grid
        let timelines = scenario.vehicles.map { PlugTimeline(vehicle: $0, grid: grid) }
        var wanted = scenario.vehicles.indices.map { earliestSteps(vehicle: $0, timelines[$0], from: nil) }
        var energy = scenario.vehicles.map { [$0.battery.startKWh] }
        var charge = scenario.vehicles.map { _ in [Double]() }
        var discharge = charge
        let loads = scenario.site.flexibleLoads.map { $0.usualSchedule(on: grid) }
        var (imported, exported, curtailed): ([Double], [Double], [Double]) = ([], [], [])
        var unservedKW: [Double] = []
        for step in 0..<grid.count {
            var power = scenario.vehicles.indices.map { index -> Double in
                guard !scenario.vehicles[index].isStationary else { return 0 }
                if isDeferred, let window = window(starting: step, of: index) {
                    wanted[index] = earliestSteps(
                        vehicle: index, timelines[index], from: (window, step, energy[index][step]),
                        previous: wanted[index])
                }
                let power = self.power(
                    vehicle: index, step, timelines[index], energy[index][step], isDeferred ? wanted[index] : nil)
                return taken(power, vehicle: index, energy[index][step], timelines[index].pluggedShare[step])
            }
            // Without a grid, load that the sun does not feed is not served: this rule does not discharge.
            let unserved =
                scenario.site.isIsland[step] ? max(0, scenario.site.loadKW[step] - scenario.site.pvKW[step]) : 0
            let flexible = loads.reduce(0) { $0 + $1.kW[step] }
            let base = scenario.site.loadKW[step] + flexible - unserved - scenario.site.pvKW[step]
            let wish = power.reduce(0, +)
            shareSun(&power, step)
            shareGroups(&power, step)
            let room = max(0, netLimitKW[step] - base)
            let sum = power.reduce(0, +)
            if sum > room { power = power.map { $0 * room / sum } }
            shareFuses(&power, base: base)
            let given = power.reduce(0, +)
            if given < wish - 1e-9 { cuts.steps += 1 }
            let batteries = selfConsumption(
                netKW: base + given + unserved, houseKW: max(0, base + unserved), step, energy.map { $0[step] })
            var dischargeKW = power.map { _ in 0.0 }
            for (index, kW) in batteries {
                power[index] = max(0, kW)
                dischargeKW[index] = max(0, -kW)
            }
            let fromBatteries = dischargeKW.reduce(0, +)
            let served = min(unserved, fromBatteries)
            unservedKW.append(unserved - served)
            let net = base + served + power.reduce(0, +) - fromBatteries
            let flows = phaseFlows(zip(power, dischargeKW).map { $0 - $1 }, base: base + served)
            // What the fuse of a phase does not let out must be curtailed on all three.
            let overFuse = 3 * ((flows.map { -$0 }.max() ?? 0) - (scenario.site.phaseLimitKW ?? .infinity))
            let over = max(0, -net - scenario.site.exportLimitKW[step], overFuse)
            let most = scenario.site.maxCurtailedKW(step)
            let isOver = over > most + 1e-9 || net > scenario.site.importLimitKW[step] + 1e-9
            let isOverFuse = (flows.max() ?? 0) > (scenario.site.phaseLimitKW ?? .infinity) + 1e-9
            if isOver || isOverFuse { cuts.overloads += 1 }
            guard !isOver || toleratesLoad else {
                let isImport = net > scenario.site.importLimitKW[step]
                return .failure(
                    Limit(
                        infeasibility: Infeasibility(
                            limit: isImport ? "site.import_limit_kw" : "site.export_limit_kw", at: grid.boundary(step),
                            amount: isImport ? net - scenario.site.importLimitKW[step] : over - most, unit: "kW")))
            }
            if let fuse = scenario.site.phaseLimitKW, let most = flows.max(), isOverFuse, !toleratesLoad {
                return .failure(
                    Limit(
                        infeasibility: Infeasibility(
                            limit: "site.phase_limit_a", at: grid.boundary(step), amount: most - fuse, unit: "kW")))
            }
            curtailed.append(min(over, most))
            imported.append(max(0, net + min(over, most)))
            exported.append(max(0, -net - min(over, most)))
            for index in scenario.vehicles.indices {
                let charger = scenario.vehicles[index].charger
                let share = timelines[index].pluggedShare[step]
                let next =
                    energy[index][step]
                    + grid.stepHours * charger.cellsKW(acKW: power[index], share: share)
                    - grid.stepHours * charger.cellsKW(dischargedKW: dischargeKW[index])
                    - timelines[index].tripKWh[step]
                guard next >= -1e-9 else {
                    return .failure(
                        Limit(
                            infeasibility: Infeasibility(
                                limit: "vehicles[\(scenario.vehicles[index].id)].trip_kwh", at: grid.boundary(step),
                                amount: -next, unit: "kWh")))
                }
                charge[index].append(power[index])
                discharge[index].append(dischargeKW[index])
                energy[index].append(max(0, next))
            }
        }
        let vehicles = scenario.vehicles.indices.map { index in
            VehicleSchedule(
                id: scenario.vehicles[index].id, chargeKW: charge[index],
                dischargeKW: discharge[index], energyKWh: energy[index])
        }
        var schedule = Schedule(
            vehicles: vehicles, importKW: imported, exportKW: exported, curtailedKW: curtailed,
            unservedKW: scenario.site.isIsland.contains(true) ? unservedKW : [],
            shortfalls: scenario.vehicles.indices.flatMap { shortfalls($0, timelines[$0], energy[$0]) })
        schedule.loads = loads
        schedule.shortfalls += schedule.outageShortfalls(on: grid)
        for load in scenario.site.flexibleLoads.indices {
            schedule.shortfalls += scenario.site.flexibleLoads[load].missing(in: loads[load], on: grid)
        }
        return .success((schedule, cuts))
    }

    /// Charging at full power whenever plugged in, until `soc_max`, whatever the site's limits; AC kW in each step.
    package static func fullPowerKW(of vehicle: Vehicle, on grid: TimeGrid) -> [Double] {
        let timeline = PlugTimeline(vehicle: vehicle, grid: grid)
        var energy = vehicle.battery.startKWh
        return (0..<grid.count).map { step in
            let share = timeline.pluggedShare[step]
            let room = (vehicle.battery.fullKWh(at: step + 1) - energy) / grid.stepHours
            let power = vehicle.charger.acKW(cellsKW: room, share: share)
            energy += grid.stepHours * vehicle.charger.cellsKW(acKW: power, share: share) - timeline.tripKWh[step]
            return power
        }
    }

    /// A hard limit that the rule breaks.
    package struct Limit: Error { package var infeasibility: Infeasibility }

    /// Cuts the power of vehicles that may not charge from the grid to what the sun gives beyond the load, in proportion.
    private func shareSun(_ power: inout [Double], _ step: Int) {
        let bound = power.indices.filter { !scenario.vehicles[$0].charger.isFedByGrid }
        let sum = bound.reduce(0) { $0 + power[$1] }
        let surplus = max(0, scenario.site.pvKW[step] - scenario.site.loadKW[step])
        guard sum > surplus else { return }
        for index in bound { power[index] *= surplus / sum }
    }

    /// What each stationary battery does in a step, in the order of the scenario, kW at its inverter: charging is positive.
    ///
    /// - Parameters:
    ///   - netKW: what the site would import without them; below 0, what it would export.
    ///   - houseKW: what load needs beyond the sun: what a battery may feed that feeds no vehicles.
    private func selfConsumption(
        netKW: Double, houseKW: Double, _ step: Int, _ energyKWh: [Double]
    ) -> [(vehicle: Int, kW: Double)] {
        var net = netKW
        var found: [(vehicle: Int, kW: Double)] = []
        for (index, store) in scenario.vehicles.enumerated() where store.isStationary {
            let h = scenario.grid.stepHours
            if net < 0 {
                let room = max(0, store.battery.fullKWh(at: step + 1) - energyKWh[index]) / h
                var kW = min(-net, store.charger.acKW(cellsKW: room, share: 1))
                kW = taken(kW, vehicle: index, energyKWh[index], 1)
                if kW < store.charger.minChargeKW - 1e-9 { kW = 0 }
                net += kW
                found.append((index, kW))
            } else {
                let need = store.feedsVehicles ? net : min(net, houseKW)
                let left = max(0, energyKWh[index] - store.battery.floorKWh(at: step + 1)) / h
                var kW = min(need, store.charger.dischargedKW(cellsKW: left))
                if kW < store.charger.minDischargeKW - 1e-9 { kW = 0 }
                net -= kW
                found.append((index, -kW))
            }
        }
        return found
    }

    /// Cuts the power of vehicles in a group that is too small for them, in proportion; parts before the groups they are in.
    private func shareGroups(_ power: inout [Double], _ step: Int) {
        for group in scenario.groups.sorted(by: { $0.members.count < $1.members.count }) {
            let sum = group.members.reduce(0) { $0 + power[$1] }
            guard sum > group.importLimitKW[step] else { continue }
            for member in group.members { power[member] *= group.importLimitKW[step] / sum }
        }
    }

    /// What flows in each phase, kW, with the stores' net power.
    private func phaseFlows(_ power: [Double], base: Double) -> [Double] {
        (1...3).map { phase in
            zip(scenario.vehicles, power).reduce(base / 3) { $0 + $1.0.charger.phaseKW(phase, atKW: $1.1) }
        }
    }

    /// Cuts the power of vehicles on a phase whose fuse is too small for them, in proportion.
    private func shareFuses(_ power: inout [Double], base: Double) {
        guard let fuse = scenario.site.phaseLimitKW else { return }
        for phase in 1...3 {
            let flow = phaseFlows(power, base: base)[phase - 1]
            let charging = flow - base / 3
            guard flow > fuse, charging > 0 else { continue }
            let share = max(0, fuse - base / 3) / charging
            for index in power.indices
            where scenario.vehicles[index].charger.phases(atKW: power[index]).contains(phase) {
                power[index] *= share
            }
        }
    }

    // MARK: - What a vehicle takes

    /// As much of `power` as the battery takes at the step's mean state of charge, kW: the point where both agree.
    private func taken(_ power: Double, vehicle index: Int, _ energyKWh: Double, _ share: Double) -> Double {
        let vehicle = scenario.vehicles[index]
        guard !vehicle.battery.chargeLimit.isEmpty, power > 0 else { return power }
        func isWithin(_ power: Double) -> Bool {
            let rise = scenario.grid.stepHours * vehicle.charger.cellsKW(acKW: power, share: share)
            let soc = (energyKWh + rise / 2) / vehicle.battery.capacityKWh
            return power <= share * vehicle.battery.chargeLimitKW(atMeanSoC: soc)
        }
        if isWithin(power) { return power }
        // What the battery takes falls as power raises its charge: one crossing, found to the last bit.
        var (low, high) = (0.0, power)
        while true {
            let middle = (low + high) / 2
            guard middle > low, middle < high else { return low }
            if isWithin(middle) { low = middle } else { high = middle }
        }
    }

    /// Energy at which immediate charging stops in a step, kWh.
    private func fullKWh(_ vehicle: Vehicle, _ window: PlugWindow?, _ step: Int) -> Double {
        if let soc = scenario.baseline.soc { return soc * vehicle.battery.capacityKWh }
        return max(vehicle.battery.fullKWh(at: step + 1), (window?.departureSoC ?? 0) * vehicle.battery.capacityKWh)
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
        let room = fullKWh(vehicle, window(at: step, of: index), step) - energyKWh
        return vehicle.charger.acKW(cellsKW: room / scenario.grid.stepHours, share: share)
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
            target = timeline.endKWh ?? vehicle.battery.socEnd * vehicle.battery.capacityKWh
        } else {
            target = fullKWh(vehicle, start.window, steps.last ?? start.step)
        }
        // Each target in time order, and the window's own at last: what is still missing is charged as late as can be.
        let ceiling = max(vehicle.battery.ceilingKWh, fullKWh(vehicle, start.window, start.step))
        var deadlines = start.window.targets.filter { $0.at > grid.start && $0.at <= grid.end }.map {
            (step: grid.steps(from: grid.start, to: $0.at).last ?? 0, kwh: $0.soc * vehicle.battery.capacityKWh)
        }
        deadlines.append((steps.last ?? start.step, target))
        for step in steps { plan[step] = 0 }
        // The trip before it takes its last part in the step of the arrival.
        var planned = start.energyKWh - (steps.count > 1 ? timeline.tripKWh[start.step] : 0)
        for deadline in deadlines {
            let standing = planned
            var missing = min(deadline.kwh, ceiling) - planned
            for step in steps.reversed() where step <= deadline.step && missing > 1e-12 {
                let share = timeline.pluggedShare[step]
                guard share > 0 else { continue }
                let before = grid.stepHours * vehicle.charger.cellsKW(acKW: plan[step], share: share)
                var power = vehicle.charger.acKW(
                    cellsKW: (missing + before) / grid.stepHours, share: share)
                // At the charge that the step ends with, so that the forward pass can keep it.
                let end = standing + missing
                power = min(
                    power, share * vehicle.battery.chargeLimitKW(atMeanSoC: end / vehicle.battery.capacityKWh))
                guard power > plan[step] else { continue }
                plan[step] = power
                let added = grid.stepHours * vehicle.charger.cellsKW(acKW: power, share: share) - before
                missing -= added
                planned += added
            }
        }
        return plan
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
                    reachedSoC: reached / vehicle.battery.capacityKWh))
        }
        let timed = timeline.departures.map { (Shortfall.Kind.departure, $0) } + timeline.targets.map { (.target, $0) }
        for (kind, target) in timed {
            add(
                kind, target.window, target.at, target.energyKWh,
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
