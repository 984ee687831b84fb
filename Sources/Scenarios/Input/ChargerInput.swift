extension InputValue {
    /// The `charger` section.
    func charger() -> Charger? {
        guard let reader = section() else { return nil }
        defer { reader.finish() }
        let chargeKW = reader.number("charge_kw", .nonNegative, unit: "kW", example: "11")
        let dischargeKW = reader.number("discharge_kw", .nonNegative, unit: "kW", default: 0)
        let minimums = (reader.optional("min_charge_kw"), reader.optional("min_discharge_kw"))
        let minCharge = minimums.0?.number(.nonNegative, unit: "kW") ?? 0
        let minDischarge = minimums.1?.number(.nonNegative, unit: "kW") ?? 0
        let efficiencies = (reader.optional("charge_efficiency"), reader.optional("discharge_efficiency"))
        guard let chargeKW else { return nil }
        if minCharge > chargeKW {
            minimums.0?.error("must be <= charge_kw (\(chargeKW.short) kW), got \(minCharge.short)")
        }
        if minDischarge > dischargeKW, dischargeKW > 0 {
            minimums.1?.error("must be <= discharge_kw (\(dischargeKW.short) kW), got \(minDischarge.short)")
        }
        let charge = efficiencies.0.map { $0.efficiency(ratedKW: chargeKW, isCharging: true) } ?? .constant(1)
        let discharge = efficiencies.1.map { $0.efficiency(ratedKW: dischargeKW, isCharging: false) } ?? .constant(1)
        guard let charge, let discharge else { return nil }
        return Charger(
            chargeKW: chargeKW, dischargeKW: dischargeKW, minChargeKW: minCharge,
            minDischargeKW: dischargeKW > 0 ? minDischarge : 0, chargeEfficiency: charge, dischargeEfficiency: discharge)
    }

    /// One number, or a curve of [AC kW, efficiency].
    private func efficiency(ratedKW: Double, isCharging: Bool) -> Efficiency? {
        if scalarText != nil { return number(.positiveShare).map { .constant($0) } }
        guard let pairs = pairs("[AC kW, efficiency]") else { return nil }
        var previous = (kw: 0.0, cells: 0.0)
        for pair in pairs {
            if pair.1 <= previous.kw {
                pair.0.error("powers must rise from above 0 kW, got \(pair.1.short) after \(previous.kw.short)")
                return nil
            }
            if !(pair.2 > 0 && pair.2 <= 1) {
                pair.0.error(NumberRange.positiveShare.complaint(about: pair.2, text: pair.2.short, unit: "") ?? "")
                return nil
            }
            let cells = isCharging ? pair.1 * pair.2 : pair.1 / pair.2
            if cells < previous.cells {
                pair.0.error("battery-side power falls from \(previous.cells.short) to \(cells.short) kW: more AC power must not move less energy")
                return nil
            }
            previous = (pair.1, cells)
        }
        if previous.kw < ratedKW {
            error("must reach the rated \(ratedKW.short) kW, ends at \(previous.kw.short) kW")
            return nil
        }
        return .curve(pairs.map { EfficiencyPoint(acKW: $0.1, efficiency: $0.2) })
    }
}
