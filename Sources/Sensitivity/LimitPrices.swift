import GLPKSolver
import Scenarios
import Scheduling

/// Every target and limit of a scenario as a small change of that scenario, and what that change saves.
struct LimitPrices {
    /// One for each side of idle vehicles: what a change saves is the most that any of them saves.
    let helds: [HeldOptimum]
    /// The same optimum, once for each side of idle vehicles: for changes after which the linear part charges and discharges at
    /// once.
    let makeBothSides: () throws(GLPKError) -> [HeldOptimum]
    let binding: BindingLimits
    /// What `makeBothSides` made, once it is needed.
    private var bothSides: [HeldOptimum]?

    init(
        helds: [HeldOptimum], binding: BindingLimits, makeBothSides: @escaping () throws(GLPKError) -> [HeldOptimum]
    ) {
        (self.helds, self.binding, self.makeBothSides) = (helds, binding, makeBothSides)
    }

    private var scenario: Scenario { binding.scenario }
    private var held: HeldOptimum { helds[0] }

    /// A target or limit.
    private struct Subject {
        var kind: ShadowPrice.Kind
        var vehicle: Int?
        var group: Int?
        var window: Int?
        var at: Instant?
        var amount: Double?
        /// Where the schedule reaches it.
        var steps: [Int] = []
        /// By how much a kW of the change is more than a unit of `amount`.
        var perUnit = 1.0
        var widening = 0.0
        /// The scenario, asked for a little less or allowed a little more.
        var change: (inout Scenario) -> Void
    }

    /// The price of every target, then of every limit that is worth something.
    mutating func prices(_ shortfalls: [Shortfall]) throws(GLPKError) -> [ShadowPrice] {
        let clock = WallClock(timeZone: scenario.grid.timeZone) ?? .utc
        var prices: [ShadowPrice] = []
        for subject in targets {
            let vehicle = scenario.vehicles[subject.vehicle ?? 0]
            let missing = shortfalls.first {
                $0.kind.rawValue == subject.kind.rawValue && $0.vehicle == vehicle.id
                    && ($0.window == subject.window || subject.kind == .floor)
            }
            var saving: (cost: Double, violation: Double)? = (0, 0)
            if missing == nil, isWorthAsking(subject) { saving = try self.saving(subject) }
            prices.append(
                ShadowPrice(
                    kind: subject.kind, vehicle: vehicle.id, at: subject.at.map { clock.iso8601($0) },
                    amount: subject.amount.map(rounded), price: missing == nil ? saving.map { rounded($0.cost) } : nil,
                    shortfallChange: changed(saving),
                    pricePerPercent: missing == nil
                        ? saving.map { rounded($0.cost * vehicle.battery.capacityKWh / 100) } : nil,
                    shortfallKWh: missing.map { rounded($0.kwh) }, bindsAt: []))
        }
        for subject in limits where isWorthAsking(subject) {
            guard let saving = try saving(subject), saving.cost != 0 || saving.violation != 0 else { continue }
            prices.append(
                ShadowPrice(
                    kind: subject.kind, vehicle: subject.vehicle.map { scenario.vehicles[$0].id },
                    group: subject.group.map { scenario.groups[$0].id }, at: nil, amount: subject.amount.map(rounded),
                    price: rounded(saving.cost), shortfallChange: changed(saving), pricePerPercent: nil,
                    shortfallKWh: nil, bindsAt: subject.steps.map { clock.iso8601(scenario.grid.boundary($0)) }))
        }
        return prices
    }

    private func changed(_ saving: (cost: Double, violation: Double)?) -> Double? {
        saving.flatMap { $0.violation == 0 ? nil : rounded($0.violation) }
    }

    /// A limit that the schedule does not reach costs nothing, unless a service counts on what it leaves.
    private func isWorthAsking(_ subject: Subject) -> Bool { !subject.steps.isEmpty || !binding.streams.isEmpty }

    /// Money and kWh of shortfall saved per unit; nothing below rounding.
    private mutating func saving(_ subject: Subject) throws(GLPKError) -> (cost: Double, violation: Double)? {
        func savings(_ helds: [HeldOptimum]) throws(GLPKError) -> [HeldOptimum.Saving?] {
            try helds.map { held throws(GLPKError) in
                try held.saving(widening: subject.widening, subject.change)
            }
        }
        var found = try savings(helds)
        if helds.count == 1, let only = found[0], only.isBroken {
            if bothSides == nil { bothSides = try makeBothSides() }
            found = try savings(bothSides ?? [])
        }
        var best: (cost: Double, violation: Double)?
        for case let saving? in found {
            let known = best ?? (-.infinity, -.infinity)
            let isSmaller = saving.violation > known.violation + 1e-9
            if isSmaller || (saving.violation > known.violation - 1e-9 && saving.cost > known.cost) {
                best = (saving.cost, saving.violation)
            }
        }
        return best.map { saving in
            func perUnit(_ amount: Double) -> Double {
                let value = amount / HeldOptimum.nudge * subject.perUnit
                return abs(value) > HeldOptimum.tolerance * 10 ? value : 0
            }
            let violation = perUnit(saving.violation)
            // More room never costs, except where it changes who bears what cannot be met.
            return (held.isShort ? perUnit(saving.cost) : max(0, perUnit(saving.cost)), violation)
        }
    }

    // MARK: - Targets

    private var targets: [Subject] {
        let nudge = HeldOptimum.nudge
        var subjects: [Subject] = []
        for (index, vehicle) in scenario.vehicles.enumerated() {
            let (battery, timeline) = (vehicle.battery, binding.timelines[index])
            let path = binding.schedule.vehicles[index].energyKWh
            /// The boundaries at which the energy is no more than asked for.
            func tight(_ boundaries: [(boundary: Int, energyKWh: Double)]) -> [Int] {
                boundaries.filter { path[$0.boundary] < $0.energyKWh + 2 * nudge }.map(\.boundary)
            }
            func at(_ departure: PlugTimeline.Departure) -> (boundary: Int, energyKWh: Double) {
                (departure.step + 1, departure.energyKWh - timeline.tripKWh[departure.step])
            }
            for departure in timeline.departures {
                subjects.append(
                    Subject(
                        kind: .departure, vehicle: index, window: departure.window, at: departure.at,
                        amount: departure.energyKWh, steps: tight([at(departure)])
                    ) { $0.vehicles[index].windows[departure.window].departureSoC? -= nudge / battery.capacityKWh })
            }
            for target in timeline.targets {
                subjects.append(
                    Subject(
                        kind: .target, vehicle: index, window: target.window, at: target.at, amount: target.energyKWh,
                        steps: tight([at(target)])
                    ) { scenario in
                        for number in scenario.vehicles[index].windows[target.window].targets.indices
                        where scenario.vehicles[index].windows[target.window].targets[number].at == target.at {
                            scenario.vehicles[index].windows[target.window].targets[number].soc -=
                                nudge / battery.capacityKWh
                        }
                    })
            }
            let floors = timeline.floors.flatMap { floor in
                zip(floor.boundaries, floor.energyKWh).map { (boundary: $0, energyKWh: $1) }
            }
            if battery.floorKWh > 0, battery.socMinSeries == nil, let first = floors.first {
                subjects.append(
                    Subject(
                        kind: .floor, vehicle: index, at: scenario.grid.boundary(first.boundary),
                        amount: battery.floorKWh, steps: tight(floors)
                    ) { $0.vehicles[index].battery.socMin -= nudge / battery.capacityKWh })
            }
            if let energy = timeline.endKWh, energy > 0 {
                subjects.append(
                    Subject(
                        kind: .end, vehicle: index, at: scenario.grid.end, amount: energy,
                        steps: tight([(scenario.grid.count, energy)])
                    ) { scenario in
                        let less = nudge / battery.capacityKWh
                        scenario.vehicles[index].battery.socEnd -= less
                        // Targets after the end may be what asks for it.
                        guard vehicle.meetsLaterTargets else { return }
                        let end = scenario.grid.end
                        for window in scenario.vehicles[index].windows.indices
                        where scenario.vehicles[index].windows[window].to > end {
                            scenario.vehicles[index].windows[window].departureSoC? -= less
                            for target in scenario.vehicles[index].windows[window].targets.indices
                            where scenario.vehicles[index].windows[window].targets[target].at > end {
                                scenario.vehicles[index].windows[window].targets[target].soc -= less
                            }
                        }
                    })
            }
        }
        return subjects
    }

    // MARK: - Limits

    private var limits: [Subject] {
        scenario.vehicles.indices.flatMap(limits(ofVehicle:)) + siteLimits + groupLimits
    }

    private func limits(ofVehicle index: Int) -> [Subject] {
        let nudge = HeldOptimum.nudge
        let vehicle = scenario.vehicles[index]
        let columns = held.model.vehicles[index]
        let battery = vehicle.battery
        var subjects: [Subject] = []
        // A curve ends at the rated power: what more power would lose is not known.
        if case .constant = vehicle.charger.chargeEfficiency {
            subjects.append(
                Subject(
                    kind: .chargePower, vehicle: index, amount: vehicle.charger.chargeKW,
                    steps: binding.steps { columns.chargeKW[$0].map(held.isAtUpper) ?? false }
                ) { $0.vehicles[index].charger.chargeKW += nudge })
        }
        if case .constant = vehicle.charger.dischargeEfficiency, vehicle.charger.dischargeKW > 0 {
            subjects.append(
                Subject(
                    kind: .dischargePower, vehicle: index, amount: vehicle.charger.dischargeKW,
                    steps: binding.steps { columns.dischargeKW[$0].map(held.isAtUpper) ?? false }
                ) { $0.vehicles[index].charger.dischargeKW += nudge })
        }
        if !battery.chargeLimit.isEmpty {
            subjects.append(
                Subject(
                    kind: .chargeLimit, vehicle: index,
                    steps: binding.steps { binding.isAtChargeLimit($0, vehicle: index) }
                ) { scenario in
                    for point in scenario.vehicles[index].battery.chargeLimit.indices {
                        scenario.vehicles[index].battery.chargeLimit[point].acKW += nudge
                    }
                })
        }
        if let cycles = battery.maxCyclesPerDay {
            subjects.append(
                Subject(
                    kind: .cycles, vehicle: index, amount: cycles * battery.capacityKWh,
                    // The day on which it is used up, by its first step.
                    steps: scenario.grid.calendarDays.map(\.lowerBound).filter {
                        binding.isAtCycleLimit($0, vehicle: index)
                    }
                ) { $0.vehicles[index].battery.maxCyclesPerDay = cycles + nudge / battery.capacityKWh })
        }
        if battery.socMax < 1, battery.socMaxSeries == nil, binding.timelines[index].excessFrom == nil {
            let path = binding.schedule.vehicles[index].energyKWh
            subjects.append(
                Subject(
                    kind: .ceiling, vehicle: index, amount: battery.ceilingKWh,
                    steps: binding.steps { path[$0 + 1] > battery.ceilingKWh - 1e-6 }
                ) { $0.vehicles[index].battery.socMax += nudge / battery.capacityKWh })
        }
        return subjects
    }

    private var siteLimits: [Subject] {
        let nudge = HeldOptimum.nudge
        let site = scenario.site
        let grid = scenario.grid
        func constant(_ limits: [Double]) -> Double? {
            limits.first.flatMap { first in limits.allSatisfy { $0 == first } ? first : nil }
        }
        var subjects = [
            Subject(
                kind: .importLimit, amount: constant(site.importLimitKW),
                steps: binding.steps(where: binding.isAtImportLimit)
            ) { scenario in
                for step in 0..<grid.count where !site.isIsland[step] { scenario.site.importLimitKW[step] += nudge }
            },
            Subject(
                kind: .exportLimit, amount: constant(site.exportLimitKW),
                steps: binding.steps(where: binding.isAtExportLimit)
            ) { scenario in
                for step in 0..<grid.count where !site.isIsland[step] { scenario.site.exportLimitKW[step] += nudge }
            },
        ]
        if let limit = site.phaseLimitKW {
            let volts = scenario.vehicles.first?.charger.volts ?? 230
            subjects.append(
                Subject(
                    kind: .phaseLimit, amount: limit / volts * 1000,
                    steps: binding.steps { step in
                        scenario.vehicles.indices.contains { vehicle in
                            [true, false].contains { binding.isAtPhaseLimit(step, vehicle: vehicle, charging: $0) }
                        }
                    }, perUnit: volts / 1000
                ) { $0.site.phaseLimitKW = limit + nudge })
        }
        if binding.streams.contains(where: { $0.netImportLimitKW != nil }) {
            subjects.append(
                Subject(
                    kind: .feederLimit, steps: binding.steps(where: binding.isAtFeederLimit), widening: nudge
                ) { _ in })
        }
        return subjects
    }

    private var groupLimits: [Subject] {
        let nudge = HeldOptimum.nudge
        return scenario.groups.enumerated().flatMap { number, group in
            [true, false].map { isImport in
                let limits = isImport ? group.importLimitKW : group.exportLimitKW
                let isConstant = limits.first.map { first in limits.allSatisfy { $0 == first } } ?? false
                return Subject(
                    kind: isImport ? .groupImportLimit : .groupExportLimit, group: number,
                    amount: isConstant ? limits.first : nil,
                    steps: binding.steps { binding.isAtGroupLimit($0, group: number, charging: isImport) }
                ) { scenario in
                    for step in limits.indices {
                        if isImport {
                            scenario.groups[number].importLimitKW[step] += nudge
                        } else {
                            scenario.groups[number].exportLimitKW[step] += nudge
                        }
                    }
                }
            }
        }
    }
}
