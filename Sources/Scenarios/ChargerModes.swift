/// A way in which a charger runs: a direction, and the phases that it is on.
package struct ChargerMode: Sendable, Equatable {
    package enum Direction: Sendable, Equatable { case charging, discharging }

    package var direction: Direction
    /// The connection's phases that it is on, 1...3.
    package var phases: [Int]
    /// Minimum and maximum AC power in it, kW.
    package var lowKW: Double
    package var highKW: Double
}

extension Charger {
    /// The modes of one direction, fewest phases first; empty where it has none.
    ///
    ///     n / n_min min_kw <= power <= n / n_max max_kw
    ///
    /// | symbol | meaning |
    /// |---|---|
    /// | n | number of phases of the mode |
    /// | n_min, n_max | minimum and maximum number of phases that it may be on |
    /// | min_kw, max_kw | its minimum power (on the fewest phases) and its maximum power (on the most phases) |
    package func modes(_ direction: ChargerMode.Direction) -> [ChargerMode] {
        let (most, least) = direction == .charging ? (chargeKW, minChargeKW) : (dischargeKW, minDischargeKW)
        guard most > 0 else { return [] }
        let choices = fewerPhases + [phases]
        return choices.compactMap { choice in
            // The ratio first: of the same number of phases it is 1, and the powers are exactly those of the charger.
            let low = least * (Double(choice.count) / Double(choices[0].count))
            let high = most * (Double(choice.count) / Double(phases.count))
            guard low <= high + 1e-9 else { return nil }
            return ChargerMode(direction: direction, phases: choice, lowKW: min(low, high), highKW: high)
        }
    }

    /// All modes, those that charge first.
    package var modes: [ChargerMode] { modes(.charging) + modes(.discharging) }

    /// The powers that no mode of a direction has, rising, kW: each is above `low` and below `high`.
    package func gapsKW(_ direction: ChargerMode.Direction) -> [(low: Double, high: Double)] {
        var gaps: [(low: Double, high: Double)] = []
        var reached = 0.0
        for mode in modes(direction).sorted(by: { $0.lowKW < $1.lowKW }) {
            if mode.lowKW > reached + 1e-9 { gaps.append((reached, mode.lowKW)) }
            reached = max(reached, mode.highKW)
        }
        return gaps
    }

    /// The phases that it is on at a power (below 0: discharging), kW: the most phases of which a mode has that power.
    package func phases(atKW kW: Double) -> [Int] {
        guard !fewerPhases.isEmpty, kW != 0 else { return phases }
        let modes = modes(kW > 0 ? .charging : .discharging)
        return modes.last { $0.lowKW - 1e-6 <= abs(kW) && abs(kW) <= $0.highKW + 1e-6 }?.phases
            // A mean over a part of a step may be in no mode.
            ?? modes.first { $0.highKW >= abs(kW) }?.phases ?? phases
    }

    /// What flows through one phase of the connection at a power (below 0: discharging), kW.
    package func phaseKW(_ phase: Int, atKW kW: Double) -> Double {
        let phases = phases(atKW: kW)
        return phases.contains(phase) ? kW / Double(phases.count) : 0
    }

    /// The phases that it may be on at a power (below 0: discharging), kW; those of `phases(atKW:)` first.
    package func phaseChoices(atKW kW: Double) -> [[Int]] {
        guard !fewerPhases.isEmpty, kW != 0 else { return [phases] }
        let first = phases(atKW: kW)
        let others = modes(kW > 0 ? .charging : .discharging)
            .filter { $0.phases != first && $0.lowKW - 1e-6 <= abs(kW) && abs(kW) <= $0.highKW + 1e-6 }
        return [first] + others.map(\.phases)
    }

    /// Whether it has a cost or a minimum length of its runs.
    package var hasRuns: Bool { switchCost > 0 || minRunSteps > 1 }
}
