/// A vehicle's target after the horizon's end, in the window that it is plugged in for then.
package struct LaterTarget: Sendable, Equatable {
    /// Index into `Scenario.vehicles`.
    package var vehicle: Int
    /// When.
    package var at: Instant
    /// 0...1
    package var soc: Double
    /// Stored energy at the horizon's end from which charging at full power just reaches it, kWh; 0 where an empty battery does.
    package var neededKWh: Double
}

extension Vehicle {
    /// The targets after `end` of the window that holds it, in time order; `index` is the vehicle's own.
    ///
    ///     needed = max(0, soc E - etac Pc (at - end))
    ///
    /// A battery whose charging power falls with its charge needs more: its charging is followed backwards.
    func laterTargets(after end: Instant, index: Int = 0) -> [LaterTarget] {
        guard let window = windows.first(where: { $0.from < end && $0.to > end }) else { return [] }
        var wanted = window.targets.filter { $0.at > end }.map { (at: $0.at, soc: $0.soc) }
        if let soc = window.departureSoC { wanted.append((window.to, soc)) }
        return wanted.map { target in
            let seconds = target.at.epochSeconds - end.epochSeconds
            return LaterTarget(
                vehicle: index, at: target.at, soc: target.soc,
                neededKWh: neededKWh(before: target.soc * battery.capacityKWh, seconds: seconds))
        }
    }

    /// Energy from which charging at full power for so long leads to `energy`.
    private func neededKWh(before energy: Double, seconds: Int) -> Double {
        let efficiency = charger.chargeEfficiency.nominal
        guard !battery.chargeLimit.isEmpty else {
            return max(0, energy - efficiency * charger.chargeKW * Double(seconds) / 3600)
        }
        var left = energy
        var rest = seconds
        while rest > 0, left > 0 {
            let part = min(rest, 60)
            let power = min(charger.chargeKW, battery.chargeLimitKW(atMeanSoC: left / battery.capacityKWh))
            left -= efficiency * power * Double(part) / 3600
            rest -= part
        }
        return max(0, left)
    }
}

extension Scenario {
    /// What vehicles want after the horizon's end while they are plugged in, in the order of the vehicles.
    package var laterTargets: [LaterTarget] {
        vehicles.enumerated().flatMap { $1.laterTargets(after: grid.end, index: $0) }
    }

    /// Targets after the horizon's end, in words: who, how much, when, and what becomes of it; nil where there are none, or
    /// charging after the end reaches all of them.
    package var laterTargetWords: String? {
        let targets = laterTargets.filter { !vehicles[$0.vehicle].meetsLaterTargets || $0.neededKWh > 0 }
        guard let first = targets.first else { return nil }
        let clock = WallClock(timeZone: grid.timeZone) ?? .utc
        let vehicle = vehicles[first.vehicle]
        let percent = (first.soc * 1000).rounded() / 10
        var words =
            "\(vehicle.id) has a target of \(percent.short) % at \(clock.dateTime(first.at)), after the horizon's end"
        if targets.count > 1 {
            words += " (and \(targets.count - 1) more such \(targets.count == 2 ? "target" : "targets"))"
        }
        guard vehicle.meetsLaterTargets else { return words + ": nothing is planned for it" }
        let needed = (first.neededKWh * 100).rounded(.up) / 100
        return words + ": \(needed.short) kWh are required at the end, the rest is charged after it at full power"
    }
}
