import Scenarios

enum ChargerKeys {
    /// Every key of a charger.
    static let all: [SectionKey<Charger>] =
        powers + [
            .ofReader(
                Schema.key("charge_efficiency", efficiency, "One way, or [AC kW, efficiency], ... (1)."),
                isColumn: true),
            .ofReader(
                Schema.key("discharge_efficiency", efficiency, "One way, or [AC kW, efficiency], ... (1)."),
                isColumn: true),
            .ofReader(
                Schema.key(
                    "phases", .any([.number(.positive), .list(phaseChoice, minCount: 1)]),
                    "How many; which ([2], [[1, 2]]); or a choice for each step ([1, 3]: one or three) (3)."),
                isColumn: true),
            .number(
                "switch_cost", .nonNegative, byDefault: 0, "What each start of the charger costs, money",
                \.switchCost),
            .key(Schema.key("min_run", .number(.positive), "Minimum length of a run, steps (1).")) { value, charger in
                guard let value, let steps = value.number(.positive, unit: "steps") else { return true }
                if steps == steps.rounded(), steps <= 1e6 {
                    charger.minRunSteps = Int(steps)
                } else {
                    value.error("must be a whole number of steps, got \(value.described)")
                }
                return true
            },
            .ofReader(Schema.key("volts", .number(.positive), "Voltage of a phase, V (230)."), isColumn: true),
            .flag(
                "from_grid", byDefault: true, "Whether it charges from the grid, or from surplus sun alone",
                \.isFedByGrid),
            .flag(
                "to_grid", byDefault: true, "Whether it discharges into the grid, or into the site alone",
                \.feedsGrid),
        ]

    /// Each power in kW, and in amperes.
    private static let powers: [SectionKey<Charger>] = [
        ("charge", "Most that it charges"), ("discharge", "Most that it discharges"),
        ("min_charge", "Least when it charges at all"), ("min_discharge", "Least when it discharges at all"),
    ].flatMap { name, words in
        [
            .ofReader(Schema.key("\(name)_kw", .number(.nonNegative), "\(words), AC kW."), isColumn: true),
            .ofReader(Schema.key("\(name)_a", .number(.nonNegative), "\(words), A per phase."), isColumn: true),
        ]
    }
    private static let phaseChoice = Schema.any([.number(.positive), .list(.number(.positive), minCount: 1)])
    private static let efficiency = Schema.any([
        .number(.positiveShare), .list(.pair(.number(.positive), .number(.positiveShare)), minCount: 1),
    ])
}

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
        var read = Charger(chargeKW: 0)
        _ = reader.read(ChargerKeys.all, into: &read)
        guard let chargeKW, let dischargeKW, let minCharge, let minDischarge, let charge, let discharge else {
            return nil
        }
        (read.chargeKW, read.dischargeKW) = (chargeKW, dischargeKW)
        (read.minChargeKW, read.minDischargeKW) = (minCharge, dischargeKW > 0 ? minDischarge : 0)
        (read.chargeEfficiency, read.dischargeEfficiency) = (charge, discharge)
        (read.phases, read.fewerPhases, read.volts) = (wiring.phases, wiring.fewerPhases, wiring.volts)
        if read.hasRuns, read.modes.contains(where: { $0.lowKW == 0 }) {
            (reader.optional("min_run") ?? reader.optional("switch_cost"))?.warning(
                "binds little without min_charge_kw"
                    + (dischargeKW > 0 ? " and min_discharge_kw" : "") + ": a run at 0 kW is a run")
        }
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
