extension InputValue {
    /// The `vehicles` list; ids are unique.
    func vehicles(_ grid: TimeGrid, cellNames: Set<String>?) -> [Vehicle]? {
        guard let items = list() else { return nil }
        if items.isEmpty { error("must hold at least one vehicle") }
        var ids: Set<String> = []
        let vehicles = items.map { $0.vehicle(grid, cellNames: cellNames, ids: &ids) }
        return items.isEmpty || vehicles.contains { $0 == nil } ? nil : vehicles.compactMap { $0 }
    }

    /// One entry of `vehicles`.
    private func vehicle(_ grid: TimeGrid, cellNames: Set<String>?, ids: inout Set<String>) -> Vehicle? {
        guard let reader = section() else { return nil }
        defer { reader.finish() }
        let idValue = reader.required("id", "ev1")
        let id = idValue?.text()
        if let id, !ids.insert(id).inserted { idValue?.error("\"\(id)\" is the id of another vehicle") }
        let battery = reader.required("battery", "{ capacity_kwh: 60, soc_start: 0.5 }")?.battery(
            grid, cellNames: cellNames)
        let charger = reader.required("charger", "{ charge_kw: 11 }")?.charger()
        let windows = reader.required("plugged", "[{ from: 2024-01-15T17:40, to: 2024-01-16T07:25 }]")?.windows(grid)
        let actualValue = reader.optional("actual")
        let gain = reader.number("min_gain_per_kwh", .nonNegative, unit: "\(currency)/kWh", default: 0)
        guard let id, let battery, let charger, let windows else { return nil }
        let actual = actualValue?.actualWindows(windows.map(\.window), grid)
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
        return Vehicle(
            id: id, battery: battery, charger: charger, windows: windows.map(\.window), actualWindows: actual,
            minGainPerKWh: gain)
    }

    private func battery(_ grid: TimeGrid, cellNames: Set<String>?) -> Battery? {
        guard let reader = section() else { return nil }
        defer { reader.finish() }
        let capacity = reader.number("capacity_kwh", .positive, unit: "kWh", example: "60")
        let (minValue, maxValue) = (reader.optional("soc_min"), reader.optional("soc_max"))
        let socMin = minValue.map { $0.number(.share) } ?? 0
        let socMax = maxValue.map { $0.number(.share) } ?? 1
        if let socMin, let socMax, socMax < socMin {
            (maxValue ?? minValue)?.error("must be >= soc_min (\(socMin.short)), got \(socMax.short)")
        }
        let socStart = reader.number("soc_start", .share, example: "0.5")
        let endValue = reader.optional("soc_end")
        let socEnd = endValue?.number(.share)
        if let socEnd, let socMax, let socStart, socEnd > max(socMax, socStart) {
            endValue?.warning("\(socEnd.short) is above soc_max (\(socMax.short)) and cannot be reached")
        }
        let worth = reader.optional("end_value_per_kwh")?.number(unit: "\(currency)/kWh")
        let temperature = reader.optional("temperature_c")
        let temperatureC = temperature.map { $0.series(.temperature) } ?? Array(repeating: 20, count: grid.count)
        if let cold = temperatureC?.first(where: { $0 <= -273.15 }) {
            temperature?.error("must be above absolute zero, got \(cold.short) degC")
        }
        let ageing = reader.optional("ageing").map { $0.ageing(cellNames: cellNames) } ?? .cell(CellAgeing())
        let limit = reader.optional("charge_limit_by_soc").map { $0.chargeLimit() } ?? []
        let cycles = reader.optional("max_cycles_per_day")?.number(.nonNegative)
        guard let capacity, let socMin, let socMax, let socStart, let temperatureC, let ageing, let limit else {
            return nil
        }
        var battery = Battery(
            capacityKWh: capacity, socMin: socMin, socMax: socMax, socStart: socStart, socEnd: socEnd,
            endValuePerKWh: worth, temperatureC: temperatureC, ageing: ageing)
        battery.chargeLimit = limit
        battery.maxCyclesPerDay = cycles
        return battery
    }
}
