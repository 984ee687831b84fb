import Scenarios

/// A vehicle and the group that it names.
struct ReadVehicle {
    var vehicle: Vehicle
    var group: InputValue?
}

extension InputContext {
    /// Room temperature where nothing is written: one array for all vehicles.
    func usualTemperature(_ grid: TimeGrid) -> [Double] {
        if roomTemperature.count != grid.count { roomTemperature = Array(repeating: 20, count: grid.count) }
        return roomTemperature
    }
}

extension InputValue {
    /// The `vehicles` section, a list or a fleet; ids are unique.
    func vehicles(_ grid: TimeGrid, cellNames: Set<String>?) -> [ReadVehicle]? {
        if case .mapping = node { return fleet(grid, cellNames: cellNames) }
        guard let items = list() else { return nil }
        if items.isEmpty { error("must hold at least one vehicle") }
        var ids: Set<String> = []
        let vehicles = items.map { $0.vehicle(grid, cellNames: cellNames, ids: &ids) }
        return items.isEmpty || vehicles.contains { $0 == nil } ? nil : vehicles.compactMap { $0 }
    }

    /// One vehicle: an entry of `vehicles`, or a fleet's `defaults` with what its file says of one vehicle.
    ///
    /// - Parameter sessions: when it is there and what it needs, where that is not written here.
    func vehicle(
        _ grid: TimeGrid, cellNames: Set<String>?, ids: inout Set<String>, sessions: VehicleSessions? = nil
    ) -> ReadVehicle? {
        guard let reader = section() else { return nil }
        defer { reader.finish() }
        let idValue = reader.required("id", "ev1")
        let id = idValue?.text()
        if let id, !ids.insert(id).inserted { idValue?.error("\"\(id)\" is the id of another vehicle") }
        let readBattery = reader.required("battery", "{ capacity_kwh: 60, soc_start: 0.5 }")?.shared {
            $0.battery(grid, cellNames: cellNames, startsByEnergy: sessions?.decidesStart ?? false)
        }
        let charger = reader.required("charger", "{ charge_kw: 11 }")?.shared { $0.charger() }
        let windows: [LocatedWindow]?
        if sessions == nil {
            windows = reader.required("plugged", "[{ from: 2024-01-15T17:40, to: 2024-01-16T07:25 }]")?.shared {
                $0.windows(grid)
            }
        } else {
            reader.optional("plugged")?.error("does not go with sessions: they tell when each vehicle is plugged in")
            windows = []
        }
        let actualValue = reader.optional("actual")
        let gain = reader.number("min_gain_per_kwh", .nonNegative, unit: "\(currency)/kWh", default: 0)
        let tariff = reader.optional("tariff").map { $0.shared { $0.vehicleTariff(grid) } }
        let priority = reader.number("priority", .positive, default: 1)
        let group = reader.optional("group")
        guard let id, var battery = readBattery, var charger, var windows else { return nil }
        if let sessions {
            windows = sessions.windows(&battery, &charger, grid).map { LocatedWindow(window: $0, place: self) }
        }
        // Each vehicle of a fleet has errors of its own.
        let actual = actualValue?.actualWindows(windows.map(\.window), grid, salt: UInt64(ids.count))
        for located in windows {
            if let soc = located.window.departureSoC, soc * battery.capacityKWh > battery.ceilingKWh + 1e-9 {
                located.place.warning(
                    "departure_soc \(soc.short) is above soc_max (\(battery.socMax.short)) and cannot be reached")
            }
            if located.window.tripKWh > battery.capacityKWh {
                located.place.warning(
                    "trip_kwh \(located.window.tripKWh.short) is more than the battery holds (\(battery.capacityKWh.short) kWh)"
                )
            }
        }
        var vehicle = Vehicle(
            id: id, battery: battery, charger: charger, windows: windows.map(\.window), actualWindows: actual,
            minGainPerKWh: gain)
        vehicle.priority = priority
        vehicle.tariff = tariff ?? nil
        return ReadVehicle(vehicle: vehicle, group: group)
    }

    /// The `battery` section.
    ///
    /// - Parameter startsByEnergy: whether the energy of its sessions decides how full it is at the start.
    func battery(_ grid: TimeGrid, cellNames: Set<String>?, startsByEnergy: Bool = false) -> Battery? {
        guard let reader = section() else { return nil }
        defer { reader.finish() }
        let capacity = reader.number("capacity_kwh", .positive, unit: "kWh", example: "60")
        let (minValue, maxValue) = (reader.optional("soc_min"), reader.optional("soc_max"))
        let (minSeries, maxSeries) = (minValue.map { $0.limitOfCharge() }, maxValue.map { $0.limitOfCharge() })
        let socMin = minSeries.map { $0?.max() } ?? 0
        let socMax = maxSeries.map { $0?.max() } ?? 1
        for (step, low) in (minSeries ?? [0])?.enumerated() ?? [].enumerated() {
            let high = (maxSeries ?? [1]).map { $0[min(step, $0.count - 1)] } ?? 1
            guard high < low else { continue }
            (maxValue ?? minValue)?.error("must be >= soc_min (\(low.short)), got \(high.short)")
            break
        }
        let grace = reader.optional("soc_max_grace")?.duration(mayBeZero: true)
        let socStart: Double?
        if startsByEnergy {
            reader.optional("soc_start")?.error("follows from the energy of the sessions: leave it out")
            socStart = VehicleSessions.unknownStart
        } else {
            socStart = reader.number("soc_start", .share, example: "0.5")
        }
        let endValue = reader.optional("soc_end")
        let socEnd = endValue?.number(.share)
        if let socEnd, let socMax, let socStart, socEnd > max(socMax, socStart) {
            endValue?.warning("\(socEnd.short) is above soc_max (\(socMax.short)) and cannot be reached")
        }
        let worth = reader.optional("end_value_per_kwh")?.number(unit: "\(currency)/kWh")
        let temperature = reader.optional("temperature_c")
        let temperatureC: [Double]? =
            temperature.map { $0.shared { $0.series(.temperature) } ?? nil } ?? context.usualTemperature(grid)
        if let cold = temperatureC?.first(where: { $0 <= -273.15 }) {
            temperature?.error("must be above absolute zero, got \(cold.short) degC")
        }
        let ageing =
            reader.optional("ageing").map { $0.shared { $0.ageing(cellNames: cellNames) } } ?? .cell(CellAgeing())
        let limit = reader.optional("charge_limit_by_soc").map { $0.chargeLimit() } ?? []
        let cycles = reader.optional("max_cycles_per_day")?.number(.nonNegative)
        guard let capacity, let socMin, let socMax, let socStart, let temperatureC, let ageing, let limit else {
            return nil
        }
        var battery = Battery(
            capacityKWh: capacity, socMin: socMin, socMax: socMax, socStart: socStart, socEnd: socEnd,
            endValuePerKWh: worth, temperatureC: temperatureC, ageing: ageing)
        if let series = minSeries ?? nil, series.count > 1 { battery.socMinSeries = series }
        if let series = maxSeries ?? nil, series.count > 1 { battery.socMaxSeries = series }
        if let grace { battery.socMaxGraceSeconds = grace }
        battery.chargeLimit = limit
        battery.maxCyclesPerDay = cycles
        return battery
    }
}

extension InputValue {
    /// `soc_min` or `soc_max`: one value, or one per step where it is a series that changes. Nil, and findings, where it is neither.
    fileprivate func limitOfCharge() -> [Double]? {
        if case .scalar = node { return number(.share).map { [$0] } }
        guard let series = series(.share, .share), let first = series.first else { return nil }
        return series.allSatisfy { $0 == first } ? [first] : series
    }
}

extension InputValue {
    /// The `tariff` section of a vehicle. Nil, and findings, where it is none.
    fileprivate func vehicleTariff(_ grid: TimeGrid) -> VehicleTariff? {
        guard let reader = section() else { return nil }
        defer { reader.finish() }
        let (charge, discharge) = (reader.optional("charge"), reader.optional("discharge"))
        if charge == nil, discharge == nil { error("must have charge or discharge") }
        let none = Array(repeating: 0.0, count: grid.count)
        let paid = charge.map { $0.series(.energyPrice) } ?? none
        let earned = discharge.map { $0.series(.energyPrice) } ?? none
        guard let paid, let earned else { return nil }
        return VehicleTariff(chargePerKWh: paid, dischargePerKWh: earned)
    }
}
