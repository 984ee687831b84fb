import Scenarios

/// The least power that a charger can signal, and plans that go below it.
///
/// An AC charger tells the car its current by a duty cycle that begins at 6 A of each phase (IEC 61851-1): a car that is
/// offered less stops. Where a scenario sets no least power, a power below that is written as the least power for a part of
/// its time and as none for the rest, so that each step keeps its energy:
///
///     on = seconds * power / least
///
/// What whole seconds leave over is carried to the next such step, and the last of them takes it.
struct PilotLimit {
    /// Of each phase, A.
    static let amperes = 6.0

    /// Least power that is charged and discharged, kW; 0 where nothing is asked.
    let chargeKW: Double
    let dischargeKW: Double

    /// Of a charger whose least powers the scenario does not set.
    init(_ charger: Charger) {
        chargeKW = charger.minChargeKW > 0 ? 0 : PilotLimit.minKW(charger, most: charger.chargeKW)
        (maxChargeKW, maxDischargeKW) = (charger.chargeKW, charger.dischargeKW)
        dischargeKW = charger.minDischargeKW > 0 ? 0 : PilotLimit.minKW(charger, most: charger.dischargeKW)
    }

    /// 6 A on the phases that it has, or on the fewest that it may choose; a charger whose power does not go so far has fewer of them.
    private static func minKW(_ charger: Charger, most: Double) -> Double {
        let perPhase = amperes * charger.volts / 1000
        let fewest = charger.fewerPhases.first?.count ?? charger.phases.count
        let phases = (1...max(1, fewest)).reversed().first { Double($0) * perPhase <= most + 1e-9 }
        return phases.map { Double($0) * perPhase } ?? max(0, most)
    }

    private let maxChargeKW: Double
    private let maxDischargeKW: Double

    /// The most power in the direction of `kW`.
    private func most(_ kW: Double) -> Double { kW < 0 ? maxDischargeKW : maxChargeKW }

    /// The least power in the direction of `kW`.
    private func least(_ kW: Double) -> Double { kW < 0 ? dischargeKW : chargeKW }

    private func isBelow(_ kW: Double) -> Bool { abs(kW) > 1e-6 && abs(kW) < least(kW) - 1e-6 }

    /// How many powers were below the least.
    struct Count {
        var charging = 0
        var discharging = 0
    }

    /// The parts with no power below the least, and how many had one.
    func kept(_ parts: [PlugSession.Part]) -> (parts: [PlugSession.Part], count: Count) {
        var kept: [PlugSession.Part] = []
        var count = Count()
        // kW times seconds, of the direction that the last part below had.
        var carried = 0.0
        var direction = 0.0
        // After which part none of the same direction follows.
        var isLast = [Bool](repeating: false, count: parts.count)
        var following = 0.0
        for index in parts.indices.reversed() where isBelow(parts[index].kW) {
            isLast[index] = (parts[index].kW < 0) != (following < 0) || following == 0
            following = parts[index].kW
        }
        for (index, part) in parts.enumerated() {
            guard isBelow(part.kW) else {
                kept.append(part)
                continue
            }
            if part.kW < 0 { count.discharging += 1 } else { count.charging += 1 }
            let (least, sign) = (least(part.kW), part.kW < 0 ? -1.0 : 1.0)
            if sign != direction { carried = 0 }
            direction = sign
            let energy = abs(part.kW) * Double(part.seconds) + carried
            let on = min(part.seconds, Int((energy / least + 1e-6).rounded(.down)))
            carried = energy - Double(on) * least
            var (first, second) = (part, part)
            (first.kW, first.seconds) = (sign * least, on)
            // The last one takes what is left, a little above the least.
            if isLast[index], on > 0 { first.kW = sign * min(energy / Double(on), most(part.kW)) }
            (second.kW, second.seconds) = (0, part.seconds - on)
            // Beside a neighbour that is on, so that the charger switches seldom.
            let isOnBefore = (kept.last?.kW ?? 0) * sign > 1e-6
            let isOnAfter = index + 1 < parts.count && parts[index + 1].kW * sign > 1e-6
            if !isOnBefore, isOnAfter { swap(&first, &second) }
            kept += [first, second].filter { $0.seconds > 0 }
        }
        return (kept, count)
    }

    /// What was done to a vehicle's plan, in a sentence; nil where nothing was.
    static func note(_ vehicle: Vehicle, _ count: Count) -> String? {
        let all = count.charging + count.discharging
        guard all > 0 else { return nil }
        let limit = PilotLimit(vehicle.charger)
        var keys: [String] = []
        if count.charging > 0 { keys.append("min_charge_kw: \(fixed(limit.chargeKW, 2))") }
        if count.discharging > 0 { keys.append("min_discharge_kw: \(fixed(limit.dischargeKW, 2))") }
        return
            "\(vehicle.id): \(all) \(all == 1 ? "power" : "powers") below 6 A per phase, which a charger cannot signal, "
            + "\(all == 1 ? "is" : "are") written as the least for a part of the step: the energy holds; "
            + "set \(keys.joined(separator: ", ")) for a plan that keeps it"
    }
}
