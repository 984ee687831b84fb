import Scenarios

/// When a vehicle is there and what it needs, from sessions: windows with targets, and what the battery is at the start.
///
/// Sessions that say `energy_kwh` (AC, at the charger) know no state of charge. Then it is taken that
///
///     n_k = etac * min(energy_k, P * time at the charger within the horizon)       stored by session k, kWh
///     target_k = the session's departure_soc, or the fleet's (0.8); more where n_k does not fit below it
///     arrival of session k = target_k - n_k / E
///
/// so the first arrival is the battery's start, and what a session delivers was driven since the one before it. Where n_k is
/// more than the battery holds between `soc_min` and `soc_max`, an assumed battery is taken to be that much larger; one
/// that the fleet's file names is filled.
struct VehicleSessions {
    /// Within the horizon, in order of time, disjoint.
    var sessions: [ChargingSession]
    /// Wanted on departure where a session has no target of its own; nil: none.
    var targetSoC: Double?
    /// Whether the energy of the sessions decides what is stored at the start.
    var decidesStart: Bool
    var isBatteryAssumed: Bool
    let notes: FleetNotes

    /// Stands for a start that the energy of sessions will decide.
    static let unknownStart = -1.0

    func windows(_ battery: inout Battery, _ charger: inout Charger, _ grid: TimeGrid) -> [PlugWindow] {
        setPower(&charger)
        guard decidesStart else {
            return sessions.map {
                PlugWindow(
                    from: $0.from, to: $0.to, departureSoC: $0.departureSoC ?? targetSoC, tripKWh: $0.tripKWh ?? 0)
            }
        }
        var needs = sessions.map { need($0, charger, grid) }
        let range = battery.socMax - battery.socMin
        if let most = needs.max(), most > range * battery.capacityKWh {
            if isBatteryAssumed, range > 0 {
                notes.grown += 1
                battery.capacityKWh = most / range
            } else {
                notes.filled += 1
                needs = needs.map { min($0, range * battery.capacityKWh) }
            }
        }
        let targets = zip(sessions, needs).map { session, need in
            let wanted = session.departureSoC ?? targetSoC ?? battery.socMax
            // Not lower than `soc_min` on arrival, as far as there is room above.
            return max(wanted, min(battery.socMax, battery.socMin + need / battery.capacityKWh))
        }
        let hasOwnEnd = battery.socEnd != VehicleSessions.unknownStart
        battery.socStart =
            targets.first.map { max(0, $0 - (needs.first ?? 0) / battery.capacityKWh) }
            ?? min(battery.socMax, targetSoC ?? battery.socMax)
        if !hasOwnEnd { battery.socEnd = battery.socStart }
        return sessions.indices.map { index in
            var trip = 0.0
            if index + 1 < sessions.count {
                let arrival = targets[index + 1] - needs[index + 1] / battery.capacityKWh
                trip = max(0, (targets[index] - arrival) * battery.capacityKWh)
            }
            return PlugWindow(
                from: sessions[index].from, to: sessions[index].to, departureSoC: targets[index], tripKWh: trip)
        }
    }

    /// What a session stores, kWh.
    private func need(_ session: ChargingSession, _ charger: Charger, _ grid: TimeGrid) -> Double {
        let start = max(session.from, grid.start)
        let hours = Double(session.to.epochSeconds - start.epochSeconds) / 3600
        let energy = session.energyKWh ?? 0
        let most = charger.chargeKW * hours
        if energy > most * 1.001 { notes.capped += 1 }
        return charger.chargeEfficiency.nominal * min(energy, most)
    }

    /// The charger's power is the one in the file: the smallest of several, since a vehicle has one charger here.
    private func setPower(_ charger: inout Charger) {
        let powers = sessions.compactMap(\.powerKW)
        guard let least = powers.min() else { return }
        if powers.contains(where: { $0 > least * 1.001 }) { notes.severalPowers += 1 }
        charger.chargeKW = least
        if case .curve(let points) = charger.chargeEfficiency, let last = points.last {
            charger.chargeKW = min(least, last.acKW)
        }
        charger.minChargeKW = min(charger.minChargeKW, charger.chargeKW)
    }
}

/// What had to be assumed or cut while sessions became windows: one sentence each, however many vehicles.
final class FleetNotes {
    var capped = 0
    var grown = 0
    var filled = 0
    var severalPowers = 0
    var leftOut = 0

    func report(at place: InputValue) {
        func say(_ count: Int, _ one: String, _ many: String, _ words: String) {
            if count > 0 { place.warning("\(count) \(count == 1 ? one : many) \(words)") }
        }
        say(
            capped, "session delivers", "sessions deliver",
            "more than the charger's power times the stay: what it can is taken")
        say(
            grown, "vehicle needs", "vehicles need",
            "more than the assumed battery holds between soc_min and soc_max: it is taken to be that much larger")
        say(
            filled, "vehicle needs", "vehicles need",
            "more than its battery holds between soc_min and soc_max: it is filled")
        say(
            severalPowers, "vehicle is", "vehicles are",
            "at chargers of several powers: the least holds everywhere, since a vehicle has one charger here")
        say(
            leftOut, "session that was drawn begins", "sessions that were drawn begin",
            "before the vehicle has left: left out")
    }
}
