extension InputValue {
    /// One entry of `vehicles`.
    func vehicle(_ grid: TimeGrid, cellNames: Set<String>?) -> Vehicle? {
        guard let reader = section() else { return nil }
        defer { reader.finish() }
        let id = reader.required("id", "ev1")?.text()
        let battery = reader.required("battery", "{ capacity_kwh: 60, soc_start: 0.5 }")?.battery(grid, cellNames: cellNames)
        let charger = reader.required("charger", "{ charge_kw: 11 }")?.charger()
        let windows = reader.required("plugged", "[{ from: 2024-01-15T17:40, to: 2024-01-16T07:25 }]")?.windows(grid)
        guard let id, let battery, let charger, let windows else { return nil }
        for (window, place) in windows {
            if let soc = window.departureSoC, soc * battery.capacityKWh > battery.ceilingKWh + 1e-9 {
                place.warning(
                    "departure_soc \(soc.short) is above soc_max (\(battery.socMax.short)) and cannot be reached")
            }
            if window.tripKWh > battery.capacityKWh {
                place.warning("trip_kwh \(window.tripKWh.short) is more than the battery holds (\(battery.capacityKWh.short) kWh)")
            }
        }
        return Vehicle(id: id, battery: battery, charger: charger, windows: windows.map(\.0))
    }

    private func battery(_ grid: TimeGrid, cellNames: Set<String>?) -> Battery? {
        guard let reader = section() else { return nil }
        defer { reader.finish() }
        let capacity = reader.number("capacity_kwh", .positive, unit: "kWh", example: "60")
        let socMin = reader.number("soc_min", .share, default: 0)
        let socMaxValue = reader.optional("soc_max")
        let socMax = socMaxValue?.number(.share) ?? 1
        let socStart = reader.number("soc_start", .share, example: "0.5")
        let socEnd = reader.optional("soc_end")
        let end = socEnd?.number(.share)
        let endValue = reader.optional("end_value_per_kwh")?.number(unit: "\(currency)/kWh")
        let temperature = reader.optional("temperature_c")
        let temperatureC = temperature.map { $0.series(.temperature) } ?? Array(repeating: 20, count: grid.count)
        if let cold = temperatureC?.first(where: { $0 <= -273.15 }) {
            temperature?.error("must be above absolute zero, got \(cold.short) degC")
        }
        let ageingValue = reader.optional("ageing")
        let ageing = ageingValue.map { $0.ageing(cellNames: cellNames) } ?? .cell(CellAgeing())
        if socMax < socMin {
            (socMaxValue ?? value(of: reader)).error("must be >= soc_min (\(socMin.short)), got \(socMax.short)")
        }
        if let end, end > socMax, end > (socStart ?? 1) {
            socEnd?.warning("is above soc_max (\(socMax.short)) and cannot be reached")
        }
        guard let capacity, let socStart, let temperatureC, let ageing else { return nil }
        return Battery(
            capacityKWh: capacity, socMin: socMin, socMax: socMax, socStart: socStart, socEnd: end,
            endValuePerKWh: endValue, temperatureC: temperatureC, ageing: ageing)
    }

    private func value(of reader: SectionReader) -> InputValue { reader.value }

    /// The `plugged` list: windows in time order, `daily` ones expanded over the horizon.
    private func windows(_ grid: TimeGrid) -> [(PlugWindow, InputValue)]? {
        guard let items = list() else { return nil }
        var windows: [(PlugWindow, InputValue)] = []
        var isComplete = true
        for item in items {
            guard let reader = item.section() else { return nil }
            let daily = reader.optional("daily")
            let days = reader.optional("days")
            let (from, to) = (reader.optional("from"), reader.optional("to"))
            let soc = reader.optional("departure_soc")
            let departure = soc?.number(.share)
            let trip = reader.number("trip_kwh", .nonNegative, unit: "kWh", default: 0)
            reader.finish()
            if soc != nil, departure == nil { isComplete = false }
            if let daily {
                if from != nil || to != nil { item.error("has both daily and from/to") }
                guard let expanded = daily.dailyWindows(days, grid) else {
                    isComplete = false
                    continue
                }
                windows += expanded.map {
                    (PlugWindow(from: $0.from, to: $0.to, departureSoC: departure, tripKWh: trip), item)
                }
                continue
            }
            days?.error("goes with daily only")
            guard let from, let to else {
                item.error("must have from and to, or daily")
                isComplete = false
                continue
            }
            guard let start = from.instant(), let end = to.instant() else {
                isComplete = false
                continue
            }
            if end <= start {
                to.error("must be after from (\(context.clock.dateTime(start))), got \(context.clock.dateTime(end))")
                isComplete = false
            } else if end <= grid.start || start >= grid.end {
                item.error(
                    "lies outside the horizon (\(context.clock.dateTime(grid.start)) to \(context.clock.dateTime(grid.end)))")
                isComplete = false
            } else {
                windows.append((PlugWindow(from: start, to: end, departureSoC: departure, tripKWh: trip), item))
            }
        }
        windows.sort { $0.0.from < $1.0.from }
        for (left, right) in zip(windows, windows.dropFirst()) {
            if right.0.from < left.0.to {
                right.1.error("overlaps the window that ends at \(context.clock.dateTime(left.0.to))")
                isComplete = false
            } else if left.0.tripKWh > 0, right.0.from == left.0.to {
                left.1.error("trip_kwh has no time to be driven in: the next window starts when this one ends")
                isComplete = false
            }
        }
        return isComplete ? windows : nil
    }

    /// `["18:00", "07:30"]` on each of `days` (the days on which the window starts), wherever it touches the horizon.
    private func dailyWindows(_ days: InputValue?, _ grid: TimeGrid) -> [(from: Instant, to: Instant)]? {
        guard let ends = list() else { return nil }
        guard ends.count == 2 else {
            error("must be two times of day, [\"18:00\", \"07:30\"], got \(ends.count)")
            return nil
        }
        guard let from = ClockText.seconds(ends[0]), let to = ClockText.seconds(ends[1]) else { return nil }
        let wanted = days.map { $0.weekdays() } ?? Set(Weekday.allCases)
        guard let wanted else { return nil }
        let clock = context.clock
        var windows: [(from: Instant, to: Instant)] = []
        for day in (clock.wallTime(at: grid.start).dayNumber - 1)...clock.wallTime(at: grid.end).dayNumber {
            let midnight = WallTime(secondsSince1970: day * 86_400)
            guard wanted.contains(midnight.weekday) else { continue }
            let start = clock.firstInstant(of: WallTime(secondsSince1970: midnight.secondsSince1970 + from))
            let length = to > from ? to : to + 86_400
            let end = clock.firstInstant(of: WallTime(secondsSince1970: midnight.secondsSince1970 + length))
            if end > grid.start, start < grid.end, end > start { windows.append((start, end)) }
        }
        return windows
    }
}
