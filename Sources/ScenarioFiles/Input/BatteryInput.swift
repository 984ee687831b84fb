import Scenarios

/// The `battery` section while it is being read.
struct BatteryDraft {
    var battery: Battery
    let grid: TimeGrid
    let cellNames: Set<String>?
    /// Whether the energy of its sessions decides how full it is at the start.
    let startsByEnergy: Bool
    /// `soc_min` and `soc_max`: where they are written, and their values.
    fileprivate var (low, high) = (LimitOfCharge(), LimitOfCharge())
    /// `soc_end`: where it is written, and its value.
    fileprivate var end: (place: InputValue?, soc: Double?)

    fileprivate init(_ value: InputValue, _ grid: TimeGrid, cellNames: Set<String>?, startsByEnergy: Bool) {
        battery = Battery(
            capacityKWh: 0, socStart: 0, temperatureC: value.context.usualTemperature(grid), ageing: .cell(CellAgeing())
        )
        (self.grid, self.cellNames, self.startsByEnergy) = (grid, cellNames, startsByEnergy)
    }

    /// Every key of the section.
    static let keys: [SectionKey<BatteryDraft>] = [
        .requiredNumber(
            "capacity_kwh", .positive, .text("kWh"), example: "60", isColumn: true, "Usable, kWh",
            \.battery.capacityKWh),
        .key(
            Schema.key(
                "soc_min", .any([.number(.share), .series]), "Lowest state of charge while plugged in, 0...1 (0)."),
            isColumn: true
        ) { $1.low.read($0) },
        .key(
            Schema.key("soc_max", .any([.number(.share), .series]), "Highest state of charge, 0...1 (1)."),
            isColumn: true
        ) { $1.high.read($0) },
        .key(
            Schema.key(
                "soc_max_grace", .any([.duration, .zero]),
                "How long a battery that begins above soc_max may stay there (12h).")
        ) { value, draft in
            if let seconds = value?.duration(mayBeZero: true) { draft.battery.socMaxGraceSeconds = seconds }
            return true
        },
        SectionKey(
            property: Schema.required("soc_start", .number(.share), "At the start, or on arrival, 0...1."),
            isColumn: true
        ) { reader, draft in
            if draft.startsByEnergy {
                reader.optional("soc_start")?.error("follows from the energy of the sessions: leave it out")
                draft.battery.socStart = VehicleSessions.unknownStart
                return true
            }
            guard let soc = reader.number("soc_start", .share, example: "0.5") else { return false }
            draft.battery.socStart = soc
            return true
        },
        .key(
            Schema.key(
                "soc_end", .number(.share), "At the horizon's end, where it is plugged in then (soc_start)."),
            isColumn: true
        ) { value, draft in
            draft.end = (value, value?.number(.share))
            return true
        },
        .number(
            "end_value_per_kwh", .any, .pricePerKWh, isColumn: true, "Worth of what is left, money per kWh",
            \.battery.endValuePerKWh),
        .key(Schema.key("temperature_c", .series, "Of the cells, degC (20)."), isColumn: true) { value, draft in
            guard let value else { return true }
            guard let temperatureC = value.shared({ $0.series(.temperature) }) else { return false }
            draft.battery.temperatureC = temperatureC
            if let cold = temperatureC.first(where: { $0 <= -273.15 }) {
                value.error("must be above absolute zero, got \(cold.short) degC")
            }
            return true
        },
        .key(Schema.key("ageing", .defined("ageing"), "What existing and cycling cost ({ cell: nmc }).")) {
            value, draft in
            guard let value else { return true }
            let cellNames = draft.cellNames
            guard let ageing = value.shared({ $0.ageing(cellNames: cellNames) }) else { return false }
            draft.battery.ageing = ageing
            return true
        },
        .key(
            Schema.key(
                "charge_limit_by_soc", .list(.pair(.number(.any), .number(.any)), minCount: 1),
                "[state of charge, kW], ...: power that falls with the charge.")
        ) { value, draft in
            guard let value else { return true }
            guard let limit = value.chargeLimit() else { return false }
            draft.battery.chargeLimit = limit
            return true
        },
        .number(
            "max_cycles_per_day", .nonNegative, isColumn: true,
            "Maximum energy discharged in a day, in capacities", \.battery.maxCyclesPerDay),
    ]

    /// Reports what does not fit together, and fills in what one key has from another.
    fileprivate mutating func combine(isUsable: Bool) {
        for (step, least) in (low.values ?? [0])?.enumerated() ?? [].enumerated() {
            let most = (high.values ?? [1]).map { $0[min(step, $0.count - 1)] } ?? 1
            guard most < least else { continue }
            (high.place ?? low.place)?.error("must be >= soc_min (\(least.short)), got \(most.short)")
            break
        }
        guard isUsable else { return }
        battery.socMin = low.highest ?? 0
        battery.socMax = high.highest ?? 1
        battery.socMinSeries = low.series
        battery.socMaxSeries = high.series
        battery.socEnd = end.soc ?? battery.socStart
        if let soc = end.soc, soc > max(battery.socMax, battery.socStart) {
            end.place?.warning("\(soc.short) is above soc_max (\(battery.socMax.short)) and cannot be reached")
        }
    }
}

extension InputValue {
    /// The `battery` section.
    ///
    /// - Parameter startsByEnergy: whether the energy of its sessions decides how full it is at the start.
    func battery(_ grid: TimeGrid, cellNames: Set<String>?, startsByEnergy: Bool = false) -> Battery? {
        guard let reader = section() else { return nil }
        defer { reader.finish() }
        var draft = BatteryDraft(self, grid, cellNames: cellNames, startsByEnergy: startsByEnergy)
        let isUsable = reader.read(BatteryDraft.keys, into: &draft)
        draft.combine(isUsable: isUsable)
        return isUsable ? draft.battery : nil
    }
}

/// `soc_min` or `soc_max`, and where it is written.
private struct LimitOfCharge {
    var place: InputValue?
    /// One value, or one per step; nil where nothing is written, and nil inside where it is wrong.
    var values: [Double]??

    /// Reads it; false, and findings, where it is wrong.
    mutating func read(_ value: InputValue?) -> Bool {
        (place, values) = (value, value.map { $0.limitOfCharge() })
        return values.map { $0 != nil } ?? true
    }

    var highest: Double? { (values ?? nil)?.max() }
    /// One value per step where it changes.
    var series: [Double]? { (values ?? nil).flatMap { $0.count > 1 ? $0 : nil } }
}

extension InputValue {
    /// `soc_min` or `soc_max`: one value, or one per step where it is a series that changes. Nil, and findings, where it is neither.
    fileprivate func limitOfCharge() -> [Double]? {
        if case .scalar = node { return number(.share).map { [$0] } }
        guard let series = series(.share, .share), let first = series.first else { return nil }
        return series.allSatisfy { $0 == first } ? [first] : series
    }
}

extension InputContext {
    /// Room temperature where nothing is written: one array for all vehicles.
    func usualTemperature(_ grid: TimeGrid) -> [Double] {
        if roomTemperature.count != grid.count { roomTemperature = Array(repeating: 20, count: grid.count) }
        return roomTemperature
    }
}
