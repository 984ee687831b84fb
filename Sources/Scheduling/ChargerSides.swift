import LinearPrograms
import Scenarios

/// Power at the meter and at the cells, for plans that follow a rule: one power at a time.
///
/// Powers are kW; `share` is the part of a step in which the vehicle is there, 0...1.
extension Charger {
    /// What goes into the cells at a charging power.
    func cellsKW(acKW: Double, share: Double) -> Double {
        share > 0 && acKW > 0 ? share * batterySideCharging(acKW / share) : 0
    }

    /// What leaves the cells at a discharging power.
    func cellsKW(dischargedKW: Double) -> Double { dischargedKW > 0 ? batterySideDischarging(dischargedKW) : 0 }

    /// The AC power at which `cellsKW` go into the cells, at most the rated power.
    func acKW(cellsKW: Double, share: Double) -> Double {
        guard cellsKW > 0, share > 0, chargeKW > 0 else { return 0 }
        return share * batterySideCharging.restricted(to: 0, chargeKW).argument(reaching: cellsKW / share)
    }

    /// The AC power at which `cellsKW` leave the cells, at most the rated power.
    func dischargedKW(cellsKW: Double) -> Double {
        guard cellsKW > 0, dischargeKW > 0 else { return 0 }
        return batterySideDischarging.restricted(to: 0, dischargeKW).argument(reaching: cellsKW)
    }
}

extension PiecewiseLinear {
    /// Where a rising curve reaches `value`; its end where it does not.
    fileprivate func argument(reaching value: Double) -> Double {
        for (a, b) in zip(points, points.dropFirst()) where b.y >= value {
            return b.y > a.y ? a.x + (b.x - a.x) * (value - a.y) / (b.y - a.y) : b.x
        }
        return points.last?.x ?? 0
    }
}
