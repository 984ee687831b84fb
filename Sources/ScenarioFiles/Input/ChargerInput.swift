import Scenarios

extension InputValue {
    /// The `charger` section.
    func charger() -> Charger? {
        guard let reader = section() else { return nil }
        defer { reader.finish() }
        let wiring = reader.wiring()
        let charging = reader.power("charge", wiring)
        if charging.place == nil { _ = reader.required("charge_kw", "11") }
        let chargeKW = charging.kW
        let discharging = reader.power("discharge", wiring)
        let dischargeKW = discharging.orZero
        let minCharge = reader.power("min_charge", wiring).minimum(atMost: charging, wiring)
        let minDischarge = reader.power("min_discharge", wiring).minimum(atMost: discharging, wiring)
        let charge =
            reader.optional("charge_efficiency").map { $0.efficiency(ratedKW: chargeKW, isCharging: true) }
            ?? .constant(1)
        let discharge =
            reader.optional("discharge_efficiency").map { $0.efficiency(ratedKW: dischargeKW, isCharging: false) }
            ?? .constant(1)
        let (fromGrid, toGrid) = (reader.optional("from_grid"), reader.optional("to_grid"))
        let (isFedByGrid, feedsGrid) = (fromGrid?.flag() ?? true, toGrid?.flag() ?? true)
        let switchCost = reader.number("switch_cost", .nonNegative, default: 0)
        let minRun = reader.optional("min_run")
        var minRunSteps = 1
        if let minRun, let steps = minRun.number(.positive, unit: "steps") {
            if steps == steps.rounded(), steps <= 1e6 {
                minRunSteps = Int(steps)
            } else {
                minRun.error("must be a whole number of steps, got \(minRun.described)")
            }
        }
        guard let chargeKW, let dischargeKW, let minCharge, let minDischarge, let charge, let discharge else {
            return nil
        }
        var read = Charger(
            chargeKW: chargeKW, dischargeKW: dischargeKW, minChargeKW: minCharge,
            minDischargeKW: dischargeKW > 0 ? minDischarge : 0, chargeEfficiency: charge, dischargeEfficiency: discharge
        )
        read.phases = wiring.phases
        read.fewerPhases = wiring.fewerPhases
        read.switchCost = switchCost
        read.minRunSteps = minRunSteps
        if read.hasRuns, read.modes.contains(where: { $0.lowKW == 0 }) {
            (minRun ?? reader.optional("switch_cost"))?.warning(
                "binds little without min_charge_kw"
                    + (dischargeKW > 0 ? " and min_discharge_kw" : "") + ": a run at 0 kW is a run")
        }
        read.volts = wiring.volts
        read.isFedByGrid = isFedByGrid
        read.feedsGrid = feedsGrid
        return read
    }

    /// One number, or a curve of [AC kW, efficiency] that reaches the rated power.
    private func efficiency(ratedKW: Double?, isCharging: Bool) -> Efficiency? {
        if scalarText != nil { return number(.positiveShare).map { .constant($0) } }
        guard let pairs = pairs("[AC kW, efficiency]") else { return nil }
        var isUsable = true
        var previous = (kw: 0.0, cells: 0.0)
        for pair in pairs {
            let (kw, efficiency) = (pair.first, pair.second)
            let cells = isCharging ? kw * efficiency : kw / efficiency
            var complaint = NumberRange.positiveShare.complaint(about: efficiency, text: efficiency.short, unit: "")
                .map { "efficiency \($0)" }
            if kw <= previous.kw {
                complaint = "powers must rise from above 0 kW, got \(kw.short) after \(previous.kw.short)"
            } else if complaint == nil, cells < previous.cells {
                complaint =
                    "battery-side power falls from \(previous.cells.short) to \(cells.short) kW: "
                    + "more AC power must not move less energy"
            }
            if let complaint {
                pair.place.error(complaint)
                isUsable = false
            }
            previous = (kw, cells)
        }
        if let ratedKW, previous.kw < ratedKW {
            error("must reach the rated \(ratedKW.short) kW, ends at \(previous.kw.short) kW")
            isUsable = false
        }
        return isUsable ? .curve(pairs.map { EfficiencyPoint(acKW: $0.first, efficiency: $0.second) }) : nil
    }
}
