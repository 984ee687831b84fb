/// What a vehicle's windows mean on the grid of steps: Scheduling.docc/Model.md sections 1 and 2, read once for everybody.
package struct PlugTimeline: Sendable, Equatable {
    /// `a[t]`: share of each step in which the vehicle is plugged in, 0...1.
    package var pluggedShare: [Double]
    /// `trip[t]`: energy drawn from the battery for driving in each step, kWh.
    package var tripKWh: [Double]
    /// Energy wanted at departures within the horizon.
    package var departures: [Departure]
    /// Energy wanted at times within windows, in the same terms as at departures.
    package var targets: [Departure]
    /// The maximum that the battery may hold at each boundary, kWh, T + 1 values: `soc_max`; where it begins above that, what is
    /// left of its charge, for the time of grace (with a charger that cannot discharge: throughout).
    package var ceilingKWh: [Double]
    /// The first boundary at which the battery may be forced to hold more (then the excess is a shortfall); nil: nowhere.
    package var excessFrom: Int?
    /// The floor over each window that holds a boundary of the horizon.
    package var floors: [Floor]
    /// Energy wanted at the horizon's end, kWh; nil where the vehicle is away then, or departs then with a target of its own.
    package var endKWh: Double?

    /// A departure target: energy after the charging and discharging of `step`, before the trip draws, is at least `energyKWh`.
    package struct Departure: Sendable, Equatable {
        /// Index into `Vehicle.windows`.
        package var window: Int
        /// The step that holds the window's end; an end on a boundary belongs to the step before it.
        package var step: Int
        /// The window's end.
        package var at: Instant
        /// kWh.
        package var energyKWh: Double
    }

    /// A floor target: stored energy at each boundary of `boundaries` is at least that boundary's value.
    package struct Floor: Sendable, Equatable {
        /// Index into `Vehicle.windows`.
        package var window: Int
        /// Boundaries inside the window, its ends included.
        package var boundaries: ClosedRange<Int>
        /// One value per boundary, kWh: `soc_min`, or less where the vehicle arrived below it and cannot be there yet.
        package var energyKWh: [Double]
    }

    /// Reads `vehicle`'s windows on `grid`.
    package init(vehicle: Vehicle, grid: TimeGrid) {
        let battery = vehicle.battery
        pluggedShare = Array(repeating: 0, count: grid.count)
        tripKWh = pluggedShare
        departures = []
        targets = []
        floors = []
        ceilingKWh = []

        for (index, window) in vehicle.windows.enumerated() {
            for step in grid.steps(from: window.from, to: window.to) {
                // Sums, since two short windows can share a step.
                pluggedShare[step] = min(
                    1, pluggedShare[step] + grid.overlap(of: step, from: window.from, to: window.to))
            }
            let tripEnd = index + 1 < vehicle.windows.count ? min(vehicle.windows[index + 1].from, grid.end) : grid.end
            if window.tripKWh > 0, window.to < tripEnd {
                let perStep =
                    window.tripKWh * Double(grid.stepSeconds)
                    / Double(tripEnd.epochSeconds - window.to.epochSeconds)
                for step in grid.steps(from: window.to, to: tripEnd) {
                    tripKWh[step] += perStep * grid.overlap(of: step, from: window.to, to: tripEnd)
                }
            }
            if let soc = window.departureSoC, window.to > grid.start, window.to <= grid.end {
                departures.append(
                    Departure(
                        window: index, step: grid.stepEnding(atOrAfter: window.to), at: window.to,
                        energyKWh: soc * battery.capacityKWh))
            }
            for target in window.targets where target.at > grid.start && target.at <= grid.end {
                targets.append(
                    Departure(
                        window: index, step: grid.stepEnding(atOrAfter: target.at), at: target.at,
                        energyKWh: target.soc * battery.capacityKWh))
            }
            if let boundaries = grid.boundaries(in: window.from...window.to) {
                floors.append(
                    Floor(
                        window: index, boundaries: boundaries,
                        energyKWh: boundaries.map(battery.floorKWh(at:))))
            }
        }

        // A vehicle that arrives below the floor is asked only for what charging at full power could have reached.
        readCeiling(vehicle, grid)
        if let first = floors.first, first.window == 0, battery.startKWh < battery.floorKWh {
            let window = vehicle.windows[0]
            let perFullStep = grid.stepHours * vehicle.charger.chargeEfficiency.nominal * vehicle.charger.chargeKW
            // Before the first boundary of the window only a part of the step before it can have charged.
            var reached = battery.startKWh
            if first.boundaries.lowerBound > 0 {
                reached +=
                    perFullStep * grid.overlap(of: first.boundaries.lowerBound - 1, from: window.from, to: window.to)
            }
            for (offset, boundary) in first.boundaries.enumerated() {
                floors[0].energyKWh[offset] = min(first.energyKWh[offset], reached)
                if boundary < grid.count {
                    reached += perFullStep * grid.overlap(of: boundary, from: window.from, to: window.to)
                }
            }
        }

        let pluggedAtEnd = vehicle.windows.first { $0.from < grid.end && $0.to >= grid.end }
        if let last = pluggedAtEnd, !(last.to == grid.end && last.departureSoC != nil) {
            endKWh = battery.socEnd * battery.capacityKWh
        }
        if vehicle.meetsLaterTargets {
            let needed = vehicle.laterTargets(after: grid.end).map(\.neededKWh).max() ?? 0
            // More than the battery can hold is not asked for at the end: that target is missed after it.
            if let end = endKWh { endKWh = max(end, min(needed, battery.ceilingKWh)) }
        }
    }

    private mutating func readCeiling(_ vehicle: Vehicle, _ grid: TimeGrid) {
        let battery = vehicle.battery
        let canDischarge = vehicle.charger.dischargeKW > 0
        let arrival = max(grid.start, vehicle.windows.first?.from ?? grid.start)
        let graceEnd = arrival.adding(seconds: battery.socMaxGraceSeconds)
        let startsAbove = battery.startKWh > battery.fullKWh(at: 0) + 1e-9
        var left = battery.startKWh
        ceilingKWh = (0...grid.count).map { boundary in
            if boundary > 0 { left -= tripKWh[boundary - 1] }
            let full = battery.fullKWh(at: boundary)
            guard startsAbove, !canDischarge || grid.boundary(boundary) <= graceEnd else { return full }
            return max(full, left)
        }
        if battery.socMaxSeries != nil {
            excessFrom = 0
        } else if startsAbove, canDischarge {
            excessFrom = (0...grid.count).first { grid.boundary($0) > graceEnd }
        }
    }

    /// Whether the vehicle is plugged in for the whole of `step`.
    package func isPluggedThroughout(_ step: Int) -> Bool { pluggedShare[step] >= 1 - 1e-12 }
}

extension TimeGrid {
    /// The steps that `from ..< to` touches.
    package func steps(from: Instant, to: Instant) -> Range<Int> {
        let low = max(0, floorDivide(from.epochSeconds - start.epochSeconds, stepSeconds))
        let high = min(count, ceilDivide(to.epochSeconds - start.epochSeconds, stepSeconds))
        return low < high ? low..<high : 0..<0
    }

    /// The step that holds `time`, where a time on a boundary belongs to the step before it.
    func stepEnding(atOrAfter time: Instant) -> Int {
        ceilDivide(time.epochSeconds - start.epochSeconds, stepSeconds) - 1
    }

    /// The boundaries of the horizon inside `range`, its ends included.
    func boundaries(in range: ClosedRange<Instant>) -> ClosedRange<Int>? {
        let low = max(0, ceilDivide(range.lowerBound.epochSeconds - start.epochSeconds, stepSeconds))
        let high = min(count, floorDivide(range.upperBound.epochSeconds - start.epochSeconds, stepSeconds))
        return low <= high ? low...high : nil
    }
}

private func floorDivide(_ numerator: Int, _ denominator: Int) -> Int {
    Int((Double(numerator) / Double(denominator)).rounded(.down))
}

private func ceilDivide(_ numerator: Int, _ denominator: Int) -> Int {
    Int((Double(numerator) / Double(denominator)).rounded(.up))
}
