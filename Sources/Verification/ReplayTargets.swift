import Scenarios
import Scheduling

/// Departures, floors and ends, against the shortfalls that the result admits.
extension Replay {
    /// What the owner wanted at some moment, and what became of it.
    struct Target {
        var vehicle: Int
        var kind: Shortfall.Kind
        /// The moments at which the result may report it missed.
        var at: [String]
        /// How far it was missed, kWh; negative where there is more than was wanted.
        var missingKWh: Double
        /// Stored energy where it was missed most, kWh.
        var reachedKWh: Double
        /// What charging at full power since the start would have led to there, kWh; nil for a floor, which holds at many
        /// boundaries and not at one.
        var maxKWh: Double?
        var words: String
    }

    func targets(_ index: Int, _ timeline: PlugTimeline) -> [Target] {
        let vehicle = scenario.vehicles[index]
        let energy = result.vehicles[index].energyKWh
        let most = maxReachableKWh(vehicle, timeline)
        var targets: [Target] = []
        let timed =
            timeline.departures.map { (Shortfall.Kind.departure, "leaves", $0) }
            + timeline.targets.map { (.target, "stands", $0) }
        for (kind, verb, departure) in timed {
            let trip = timeline.tripKWh[departure.step]
            let reached = energy[departure.step + 1] + trip
            targets.append(
                Target(
                    vehicle: index, kind: kind, at: [clock.iso8601(departure.at)],
                    missingKWh: departure.energyKWh - reached, reachedKWh: reached,
                    maxKWh: most[departure.step + 1] + trip,
                    words: "\(verb) at \(clock.dateTime(departure.at)) with \(text(reached)) kWh of the "
                        + "\(text(departure.energyKWh)) wanted"))
        }
        for floor in timeline.floors {
            let depths = zip(floor.boundaries, floor.energyKWh).map { ($0, $1 - energy[$0]) }
            guard let lowest = depths.max(by: { $0.1 < $1.1 }) else { continue }
            targets.append(
                Target(
                    vehicle: index, kind: .floor,
                    at: floor.boundaries.map { clock.iso8601(scenario.grid.boundary($0)) },
                    missingKWh: lowest.1, reachedKWh: energy[lowest.0],
                    words: "is \(text(lowest.1)) kWh below its floor at \(boundaryPlace(lowest.0))"))
        }
        if let first = timeline.excessFrom {
            let excess = (first..<energy.count).map {
                (boundary: $0, kwh: energy[$0] - ceilingKWh(vehicle, timeline, $0))
            }
            if let highest = excess.max(by: { $0.kwh < $1.kwh }) {
                targets.append(
                    Target(
                        vehicle: index, kind: .ceiling, at: [clock.iso8601(scenario.grid.boundary(first))],
                        missingKWh: highest.kwh, reachedKWh: energy[highest.boundary],
                        words: "is \(text(highest.kwh)) kWh above its ceiling at \(boundaryPlace(highest.boundary))"))
            }
        }
        if let end = timeline.endKWh, let last = energy.last {
            targets.append(
                Target(
                    vehicle: index, kind: .end, at: [clock.iso8601(scenario.grid.end)], missingKWh: end - last,
                    reachedKWh: last, maxKWh: most[scenario.grid.count],
                    words: "ends with \(text(last)) kWh of the \(text(end)) wanted"))
        }
        return targets
    }

    /// Stored energy at each boundary with charging at full power whenever plugged in, kWh: no schedule holds more.
    private func maxReachableKWh(_ vehicle: Vehicle, _ timeline: PlugTimeline) -> [Double] {
        var energy = vehicle.battery.startKWh
        var path = [energy]
        for step in 0..<scenario.grid.count {
            let share = timeline.pluggedShare[step]
            energy +=
                scenario.grid.stepHours
                * vehicle.charger.cellsPowerCharging(acKW: share * vehicle.charger.chargeKW, pluggedShare: share)
            let isSoft = timeline.excessFrom.map { step + 1 >= $0 } ?? false
            let ceiling = isSoft ? vehicle.battery.capacityKWh : ceilingKWh(vehicle, timeline, step + 1)
            energy = min(energy - timeline.tripKWh[step], ceiling)
            path.append(energy)
        }
        return path
    }

    func checkShortfalls(_ targets: [Target]) {
        var unclaimed = result.shortfalls
        for target in targets {
            let id = scenario.vehicles[target.vehicle].id
            let missing = max(0, target.missingKWh)
            // Windows that touch share a boundary: of two claims there, the nearer one is meant.
            let claim = unclaimed.indices
                .filter {
                    unclaimed[$0].vehicle == id && unclaimed[$0].kind == target.kind
                        && target.at.contains(unclaimed[$0].at)
                }
                .min { abs(unclaimed[$0].kwh - missing) < abs(unclaimed[$1].kwh - missing) }
            let claimed = claim.map { unclaimed.remove(at: $0) }
            expect(
                abs(missing - (claimed?.kwh ?? 0)) <= 2 * allowance(target.reachedKWh),
                "\(id): \(target.words): \(text(missing > Replay.tolerance ? missing : 0)) kWh short, "
                    + "the result says \(text(claimed?.kwh ?? 0))")
            if let soc = claimed?.reachableSoC, let most = target.maxKWh { checkReach(soc, of: target, id, most) }
        }
        for claim in unclaimed where ![.backup, .outage, .load].contains(claim.kind) {
            expect(
                false, "\(claim.vehicle ?? "site"): the \(claim.kind.rawValue) shortfall at \(claim.at) fits no target")
        }
        let sum = result.shortfalls.reduce(0) { $0 + $1.kwh }
        expect(
            abs(sum - result.shortfallKWh) <= allowance(sum) * Double(1 + result.shortfalls.count),
            "shortfall_kwh is \(text(result.shortfallKWh)), the shortfalls sum to \(text(sum))")
    }

    /// The most that could have been reached is no less than what was, and no more than full power leads to.
    private func checkReach(_ soc: Double, of target: Target, _ id: String, _ maxKWh: Double) {
        let capacity = scenario.vehicles[target.vehicle].battery.capacityKWh
        let (low, high) = (target.reachedKWh / capacity, maxKWh / capacity)
        expect(
            soc >= low - 2 * Replay.tolerance && soc <= high + 2 * Replay.tolerance,
            "\(id): \(target.words): reachable_soc is \(text(soc)), it must lie between \(text(low)) (reached) and "
                + "\(text(high)) (full power since the start)")
    }
}
