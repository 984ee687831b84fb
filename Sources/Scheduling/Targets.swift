import LinearPrograms
import Scenarios

/// What the owner wants: energy at departures, a floor while plugged in, energy at the horizon's end.
///
///     departure: e[t+1] + trip[t] + f >= departure_soc E     (t: the step that holds the window's end)
///     target:    the same at a time within a window
///     floor:     e[k] + f_w >= floor[k]                      (every boundary of window w; one depth f_w a window)
///     end:       e[T] + f >= soc_end E                       (plugged in at the end, no departure there)
///     ceiling:   e[k] - x <= ceiling[k]                      (one excess x a vehicle; `PlugTimeline.ceilingKWh`)
///
/// The shortfalls f and x are there only where the targets cannot all be met (`Targets.soft`); their sum, each times its
/// vehicle's priority, is minimised first.
extension SchedulingModel {
    mutating func addTargets(vehicle index: Int) {
        guard targets != .elasticLimits else {
            noteFloors(vehicle: index)
            return
        }
        let timeline = timelines[index]
        let path = vehicles[index].energyKWh
        let departureLabel = program.family("departure")
        let timed =
            timeline.departures.map { (Shortfall.Kind.departure, $0) } + timeline.targets.map { (.target, $0) }
        for (kind, departure) in timed {
            let violation = shortfall(
                kind, vehicle: index, window: departure.window, at: departure.at,
                targetKWh: departure.energyKWh, index: departure.step)
            var reached = path[departure.step + 1]
            reached.constant += timeline.tripKWh[departure.step]
            let stage = vehicles[index].stage(of: reached)
            if let violation { reached.add(violation, times: 1) }
            let holder = require(reached, atLeast: departure.energyKWh, label: departureLabel(index, departure.step))
            noteShortfall(violation, holder, vehicle: index, stage: stage)
            note(kind, index, departure.window, departure.at, departure.energyKWh, [holder])
        }

        let floorLabel = program.family("floor")
        for floor in timeline.floors where floor.energyKWh.contains(where: { $0 > 0 }) {
            let violation = shortfall(
                .floor, vehicle: index, window: floor.window, at: grid.boundary(floor.boundaries.lowerBound),
                targetKWh: scenario.vehicles[index].battery.floorKWh, index: floor.boundaries.lowerBound)
            var holders: [LowerBound?] = []
            for (boundary, energy) in zip(floor.boundaries, floor.energyKWh) {
                var reached = path[boundary]
                if let violation {
                    reached.add(violation, times: 1)
                    vehicles[index].floorViolation[boundary] = violation
                }
                holders.append(require(reached, atLeast: energy, label: floorLabel(index, boundary)))
            }
            note(
                .floor, index, floor.window, grid.boundary(floor.boundaries.lowerBound),
                scenario.vehicles[index].battery.floorKWh, holders)
        }
        noteFloors(vehicle: index)

        if let energy = timeline.endKWh, energy > 0 {
            let violation = shortfall(
                .end, vehicle: index, window: nil, at: grid.end, targetKWh: energy, index: grid.count)
            var reached = path[grid.count]
            let stage = vehicles[index].stage(of: reached)
            if let violation { reached.add(violation, times: 1) }
            let holder = require(reached, atLeast: energy, label: program.family("end")(index, grid.count))
            noteShortfall(violation, holder, vehicle: index, stage: stage)
            note(.end, index, nil, grid.end, energy, [holder])
        }
    }

    /// Notes what the energy after a stage may lack with that stage.
    private mutating func noteShortfall(
        _ violation: LinearExpression?, _ holder: LowerBound?, vehicle index: Int, stage: Int?
    ) {
        guard let term = violation?.terms.first, let stage, let holder, case .row(let row) = holder.place else {
            return
        }
        vehicles[index].chain?.stages[stage].shortfalls.append(
            StoreChain.Shortfall(
                column: term.column, perAmount: 1 / term.coefficient, row: row, target: holder.lower))
    }

    private mutating func note(
        _ kind: Shortfall.Kind, _ vehicle: Int, _ window: Int?, _ at: Instant, _ energyKWh: Double,
        _ holders: [LowerBound?]
    ) {
        targetMeanings.append(
            TargetMeaning(
                kind: kind, vehicle: vehicle, window: window, at: at, energyKWh: energyKWh,
                holders: holders.compactMap { $0 }))
    }

    private mutating func noteFloors(vehicle index: Int) {
        for floor in timelines[index].floors {
            for (boundary, energy) in zip(floor.boundaries, floor.energyKWh) {
                vehicles[index].floorKWh[boundary] = max(energy, vehicles[index].floorKWh[boundary] ?? 0)
            }
        }
    }

    /// Worth of what is left: cost line "end_value", `-end_value_per_kwh e[T]`.
    mutating func addEndValue() {
        for (index, vehicle) in scenario.vehicles.enumerated() {
            guard let value = vehicle.battery.endValuePerKWh else { continue }
            let line = program.costLine("end_value")
            program.addCost(line, vehicles[index].energyKWh[grid.count], times: -value)
        }
    }
}
