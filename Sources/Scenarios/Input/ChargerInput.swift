extension InputValue {
    /// The `charger` section.
    func charger() -> Charger? {
        guard let reader = section() else { return nil }
        defer { reader.finish() }
        let chargeKW = reader.number("charge_kw", .nonNegative, unit: "kW", example: "11")
        let dischargeKW = reader.optional("discharge_kw").map { $0.number(.nonNegative, unit: "kW") } ?? 0
        let minCharge = reader.optional("min_charge_kw").map { $0.minimumPower(atMost: chargeKW, "charge_kw") } ?? 0
        let minDischarge =
            reader.optional("min_discharge_kw").map { $0.minimumPower(atMost: dischargeKW, "discharge_kw") } ?? 0
        let charge =
            reader.optional("charge_efficiency").map { $0.efficiency(ratedKW: chargeKW, isCharging: true) }
            ?? .constant(1)
        let discharge =
            reader.optional("discharge_efficiency").map { $0.efficiency(ratedKW: dischargeKW, isCharging: false) }
            ?? .constant(1)
        guard let chargeKW, let dischargeKW, let minCharge, let minDischarge, let charge, let discharge else {
            return nil
        }
        return Charger(
            chargeKW: chargeKW, dischargeKW: dischargeKW, minChargeKW: minCharge,
            minDischargeKW: dischargeKW > 0 ? minDischarge : 0, chargeEfficiency: charge, dischargeEfficiency: discharge
        )
    }

    /// A least power; where the greatest is 0 (a charger that does not discharge) it means nothing.
    private func minimumPower(atMost ratedKW: Double?, _ ratedKey: String) -> Double? {
        guard let minimum = number(.nonNegative, unit: "kW") else { return nil }
        if let ratedKW, minimum > ratedKW, ratedKW > 0 {
            error("must be <= \(ratedKey) (\(ratedKW.short) kW), got \(minimum.short)")
            return nil
        }
        return minimum
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
