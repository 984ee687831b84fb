import Scenarios

enum StationaryBatteryKeys {
    /// Every key of an entry of `site.batteries`.
    static let all: [SectionKey<Vehicle>] = [
        .ofReader(Schema.required("id", .text, "Unique among batteries and vehicles.")),
        .ofReader(Schema.required("battery", .defined("battery"), "What it stores.")),
        .ofReader(Schema.required("charger", .defined("charger"), "Its inverter.")),
        .ofReader(Schema.key("feeds_vehicles", .flag, "Whether its energy may go into vehicles (true).")),
        VehicleKeys.minGain, VehicleKeys.priority,
    ]
}

extension SchemaDefinitions {
    /// An entry of `site.loads`: one of `energy`, `run` and `heat`.
    static let flexibleLoad: [Schema.Property] = {
        let span = [
            Schema.key("from", .time, "Earliest (the horizon's start)."),
            Schema.key("to", .time, "Latest (the horizon's end)."),
            Schema.key("daily", .defined("daily"), "From and to, every day."),
            Schema.key("days", .defined("days"), "On which daily spans start (all)."),
        ]
        return [
            Schema.required("id", .text, "Unique among the loads."),
            Schema.key(
                "energy",
                .map(
                    [
                        Schema.required("energy_kwh", .number(.nonNegative), "Wanted in each span, kWh."),
                        Schema.required("max_kw", .number(.positive), "Maximum power, kW."),
                        Schema.key("min_kw", .number(.nonNegative), "Minimum power when it runs, kW (0)."),
                        Schema.key(
                            "taken_kwh", .number(.nonNegative),
                            "Taken before the horizon in a span that has begun, kWh (of a daily span: evenly)."),
                    ] + span), "Energy by a deadline."),
            Schema.key(
                "run",
                .map(
                    [
                        Schema.required(
                            "profile_kw", .list(.number(.nonNegative), minCount: 1), "kW in each step of a run."),
                        Schema.key("started", .time, "When the run of a span that has begun started (not yet)."),
                    ] + span), "A run of a given profile, once in each span."),
            Schema.key(
                "heat",
                .map([
                    Schema.required("capacity_kwh", .number(.positive), "Capacity, kWh of heat."),
                    Schema.required("start_kwh", .number(.nonNegative), "Heat at the horizon's start, kWh."),
                    Schema.key("min_kwh", .number(.nonNegative), "Minimum heat, kWh (0)."),
                    Schema.key("loss_per_hour", .number(.share), "Share of the heat lost in an hour (0)."),
                    Schema.key("demand_kw", .series, "Heat that is taken, kW (0)."),
                    Schema.key("cop", .series, "Heat from a kWh of electricity, kWh (1)."),
                    Schema.required("max_kw", .number(.positive), "Maximum power, kW."),
                    Schema.key("min_kw", .number(.nonNegative), "Minimum power when it runs, kW (0)."),
                ]), "A store of heat."),
            Schema.key(
                "priority", .number(.positive), "Weight of its shortfalls where not all targets can be met (1)."),
        ]
    }()
}

extension InputValue {
    /// The `site.batteries` list: stores that are plugged in throughout.
    func stationaryBatteries(_ grid: TimeGrid, cellNames: Set<String>?) -> [Vehicle]? {
        guard let items = list() else { return nil }
        var ids: Set<String> = []
        let read = items.map { $0.stationaryBattery(grid, cellNames: cellNames, ids: &ids) }
        return read.contains { $0 == nil } ? nil : read.compactMap { $0 }
    }

    private func stationaryBattery(_ grid: TimeGrid, cellNames: Set<String>?, ids: inout Set<String>) -> Vehicle? {
        guard let reader = section() else { return nil }
        defer { reader.finish() }
        let id = reader.uniqueID("wall", of: "battery", in: &ids)
        let battery = reader.required("battery", "{ capacity_kwh: 10, soc_start: 0.5 }")?.battery(
            grid, cellNames: cellNames)
        let charger = reader.required("charger", "{ charge_kw: 5, discharge_kw: 5 }")?.charger()
        let feedsVehicles = reader.optional("feeds_vehicles").map { $0.flag() } ?? true
        var store = Vehicle.unread
        _ = reader.read(StationaryBatteryKeys.all, into: &store)
        guard let id, let battery, let charger, let feedsVehicles else { return nil }
        (store.id, store.battery, store.charger) = (id, battery, charger)
        store.windows = [PlugWindow(from: grid.start, to: grid.end)]
        store.isStationary = true
        store.feedsVehicles = feedsVehicles
        return store
    }

    /// The `site.loads` list.
    func flexibleLoads(_ grid: TimeGrid) -> [FlexibleLoad]? {
        guard let items = list() else { return nil }
        var ids: Set<String> = []
        let read = items.map { $0.flexibleLoad(grid, ids: &ids) }
        return read.contains { $0 == nil } ? nil : read.compactMap { $0 }
    }

    private func flexibleLoad(_ grid: TimeGrid, ids: inout Set<String>) -> FlexibleLoad? {
        guard let reader = section() else { return nil }
        defer { reader.finish() }
        let id = reader.uniqueID("boiler", of: "load", in: &ids)
        let kinds = [reader.optional("energy"), reader.optional("run"), reader.optional("heat")]
        let priority = reader.number("priority", .positive, default: 1)
        guard kinds.compactMap({ $0 }).count == 1 else {
            error("must have one of energy, run and heat")
            return nil
        }
        let kind: FlexibleLoad.Kind?
        if let energy = kinds[0] {
            kind = energy.energyByDeadline(grid).map { .energy($0) }
        } else if let run = kinds[1] {
            kind = run.run(grid).map { .run($0) }
        } else {
            kind = kinds[2]?.heatStore(grid).map { .heat($0) }
        }
        guard let id, let kind else { return nil }
        return FlexibleLoad(id: id, kind: kind, priority: priority)
    }

    private func energyByDeadline(_ grid: TimeGrid) -> FlexibleLoad.EnergyByDeadline? {
        guard let reader = section() else { return nil }
        defer { reader.finish() }
        let energy = reader.number("energy_kwh", .nonNegative, unit: "kWh", example: "4")
        let powers = reader.loadPowers()
        let taken = reader.optional("taken_kwh")
        let takenKWh = taken?.number(.nonNegative, unit: "kWh")
        guard let energy, let powers, var spans = reader.spans(grid) else { return nil }
        // A daily span that began before the horizon needs only the share of its energy that falls inside, unless `taken_kwh` is
        // set.
        let isDaily = reader.optional("daily") != nil
        for index in spans.indices where spans[index].from < grid.start {
            spans[index].takenKWh = takenKWh ?? (isDaily ? energy * spans[index].share(before: grid.start) : 0)
        }
        if takenKWh != nil, !spans.contains(where: { $0.from < grid.start }) {
            taken?.warning("is of no use: no span has begun when the horizon starts")
        }
        return FlexibleLoad.EnergyByDeadline(
            energyKWh: energy, minKW: powers.least, maxKW: powers.most, spans: spans)
    }

    private func run(_ grid: TimeGrid) -> FlexibleLoad.Run? {
        guard let reader = section() else { return nil }
        defer { reader.finish() }
        let profile = reader.required("profile_kw", "[2, 0.1, 0.1, 1.5]")?.list()
        let powers = profile?.map { $0.number(.nonNegative, unit: "kW") }
        if let profile, profile.isEmpty { reader.value.error("profile_kw must hold at least one power") }
        let startedValue = reader.optional("started")
        let started = startedValue?.instant()
        guard var spans = reader.spans(grid), let powers, !powers.isEmpty, !powers.contains(where: { $0 == nil }) else {
            return nil
        }
        let length = powers.count * grid.stepSeconds
        if let started, started < grid.start {
            for index in spans.indices where started >= spans[index].from && started < spans[index].to {
                spans[index].stepsRun = (grid.start.epochSeconds - started.epochSeconds) / grid.stepSeconds
            }
        }
        if started != nil, !spans.contains(where: { $0.stepsRun != nil }) {
            startedValue?.warning("is of no use: no span that has begun when the horizon starts holds it")
        }
        // Where the rest of a daily span is shorter than the run, the run is taken to be over.
        if reader.optional("daily") != nil {
            spans.removeAll {
                $0.stepsRun == nil && $0.from < grid.start && $0.to.epochSeconds - grid.start.epochSeconds < length
            }
        }
        for span in spans where span.stepsRun == nil && span.to.epochSeconds - span.from.epochSeconds < length {
            let clock = context.clock
            warning(
                "takes \((Double(length) / 3600).short) h, which is more than there is from "
                    + "\(clock.dateTime(span.from)) to \(clock.dateTime(span.to))")
        }
        return FlexibleLoad.Run(profileKW: powers.compactMap { $0 }, spans: spans)
    }

    private func heatStore(_ grid: TimeGrid) -> FlexibleLoad.HeatStore? {
        guard let reader = section() else { return nil }
        defer { reader.finish() }
        let capacity = reader.number("capacity_kwh", .positive, unit: "kWh", example: "8")
        let startValue = reader.required("start_kwh", "5")
        let start = startValue?.number(.nonNegative, unit: "kWh")
        let minValue = reader.optional("min_kwh")
        let least = minValue.map { $0.number(.nonNegative, unit: "kWh") } ?? 0
        let loss = reader.number("loss_per_hour", .share, default: 0)
        let none = Array(repeating: 0.0, count: grid.count)
        let demand = reader.optional("demand_kw").map { $0.series(.power, .nonNegative) } ?? none
        let cop = reader.optional("cop").map { $0.series(.share, .positive) } ?? none.map { _ in 1 }
        let powers = reader.loadPowers()
        guard let capacity, let start, let least, let demand, let cop, let powers else { return nil }
        if start > capacity {
            startValue?.error("must be at most capacity_kwh (\(capacity.short)), got \(start.short)")
        }
        if least > capacity {
            minValue?.error("must be at most capacity_kwh (\(capacity.short)), got \(least.short)")
        }
        if loss * grid.stepHours > 1 {
            reader.value.error("loss_per_hour \(loss.short) would lose more than all the heat within one step")
        }
        return FlexibleLoad.HeatStore(
            capacityKWh: capacity, startKWh: start, minKWh: least, lossPerHour: loss, demandKW: demand, cop: cop,
            minKW: powers.least, maxKW: powers.most)
    }
}

extension SectionReader {
    /// The text at `id`, which no other of its kind has.
    fileprivate func uniqueID(_ example: String, of kind: String, in ids: inout Set<String>) -> String? {
        let place = required("id", example)
        let id = place?.text()
        if let id, !ids.insert(id).inserted { place?.error("\"\(id)\" is the id of another \(kind)") }
        return id
    }

    /// `min_kw` and `max_kw`.
    fileprivate func loadPowers() -> (least: Double, most: Double)? {
        let most = number("max_kw", .positive, unit: "kW", example: "2")
        let minValue = optional("min_kw")
        let least = minValue.map { $0.number(.nonNegative, unit: "kW") } ?? 0
        guard let most, let least else { return nil }
        guard least <= most else {
            minValue?.error("must be at most max_kw (\(most.short)), got \(least.short)")
            return nil
        }
        return (least, most)
    }

    /// The spans from `from` to `to`, or of a `daily` rule, in time order. Without these keys the span is the horizon.
    fileprivate func spans(_ grid: TimeGrid) -> [FlexibleLoad.Span]? {
        let (daily, days) = (optional("daily"), optional("days"))
        if let daily {
            for end in ["from", "to"] { optional(end)?.error("does not go with daily") }
            return daily.dailySpans(days, grid)?.map { FlexibleLoad.Span(from: $0.from, to: $0.to) }
        }
        days?.error("goes with daily only")
        guard let range = timeRange() else { return nil }
        return [FlexibleLoad.Span(from: range.lowerBound, to: range.upperBound)]
    }
}
