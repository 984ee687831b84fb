import Scenarios

/// What several places of a scenario have in common.
enum SchemaDefinitions {
    static let all: [(name: String, schema: Schema)] = [
        ("series", series), ("days", .list(.choice(Weekday.allCases.map(\.rawValue)), minCount: 1)),
        ("daily", .pair(.clock, .clock)), ("distribution", distribution),
        ("vehicle", .map(vehicle(battery: "battery", charger: "charger"))),
        (
            "vehicle_defaults",
            .map(Schema.relaxed(vehicle(battery: "battery_defaults", charger: "charger_defaults")))
        ),
        ("battery", .map(battery)), ("battery_defaults", .map(Schema.relaxed(battery))),
        ("weighted_battery", .map(Schema.relaxed(battery) + [weight])), ("ageing", ageing),
        ("charger", .map(charger)), ("charger_defaults", .map(charger)),
        ("weighted_charger", .map(charger + [weight])), ("window", window),
        ("stationary_battery", .map(stationaryBattery)), ("flexible_load", .map(flexibleLoad)),
    ]

    private static let weight = Schema.key("weight", .number(.nonNegative), "Relative probability (1).")

    private static let series = Schema.any([
        .number(.any), .list(.number(.any)),
        .map([
            Schema.key("values", .list(.number(.any)), "One per step, or one per length that step gives."),
            Schema.key("step", .duration, "How long each of values holds."),
            Schema.key("file", .text, "Relative to the scenario: CSV, or any feed of v2x feeds."),
            Schema.key("format", .choice(FeedRegistry.all.map { $0.name }), "By its content where it is missing."),
            Schema.key("column", .text, "The column, key or type of payload, of several."),
            Schema.key("where", .anyMap, "Rows to take: { LMP_TYPE: LMP }."),
            Schema.key("zone", .text, "The bidding zone, of several."),
            Schema.key("area", .text, "The same as zone."),
            Schema.key("home", .text, "The home, of several."),
            Schema.key("payment", .text, "The way of paying, of several (direct_debit)."),
            Schema.key("resolution", .duration, "The length of rows, of several."),
            Schema.key("sequence", .number(.positive), "ENTSO-E: which auction (1)."),
            Schema.key("vat", .choice(["include", "exclude"]), "With value-added tax or without, of both."),
            Schema.key("timezone", .text, "Of times without an offset (the file's, or the horizon's)."),
            Schema.key("stamp", .choice(["start", "end"]), "What times of rows are (start)."),
            Schema.key("dates", .choice(["day-first", "month-first"]), "Of dates such as 10/11/2025."),
            Schema.key(
                "fill",
                .any([.choice(["previous"]), .map([Schema.required("previous", .duration, "For this long at most.")])]),
                "The value before stands in a gap, for 3h at most."),
            Schema.key("sum", .list(.series, minCount: 1), "Series that are added, each with its own unit and scale."),
            Schema.key(
                "hours",
                .list(
                    .map([
                        Schema.key("from", .clock, "Time of day."), Schema.key("to", .clock, "Time of day."),
                        Schema.key(
                            "days", .list(.choice(Weekday.allCases.map(\.rawValue) + ["holiday"]), minCount: 1),
                            "On which the span starts (all); a holiday counts as a Sunday."),
                        Schema.key(
                            "months", Schema.oneOrMore(.text), "[oct, mar]: the first and the last of a season."),
                        Schema.key("dates", Schema.oneOrMore(.text), "12-24, 2025-12-24, 12-24/01-06."),
                        Schema.required("value", .number(.any), "Value in that time."),
                    ]), minCount: 1), "A time-of-use table in wall time; the first match wins."),
            Schema.key("holidays", Schema.oneOrMore(.text), "Dates, or an iCalendar file, for hours."),
            Schema.key("unit", .text, "EUR/MWh, €/MWh, ct/kWh, öre/kWh, kW, W, MW, g/kWh, ..."),
            Schema.key("scale", .number(.any), "Values are multiplied by it (1)."),
            Schema.key("offset", .any([.number(.any), .series]), "Then it is added (0)."),
        ]),
    ])

    private static let distribution: Schema = {
        let value = Schema.any([.number(.any), .text])
        return .any([
            value,
            .map([
                Schema.key("mean", value, "Of a normal curve."), Schema.key("sd", value, "Its standard deviation."),
                Schema.key("min", value, "Minimum of the values."), Schema.key("max", value, "Maximum of the values."),
                Schema.key("values", .list(value, minCount: 1), "Values of equal probability."),
                Schema.key("choice", .list(.pair(value, .number(.nonNegative)), minCount: 1), "[value, weight], ..."),
            ]),
        ])
    }()

    private static func vehicle(battery: String, charger: String) -> [Schema.Property] {
        [
            Schema.required("id", .text, "Unique in the scenario."),
            Schema.required("battery", .defined(battery), "What it stores."),
            Schema.required("charger", .defined(charger), "What it is plugged into."),
            Schema.required("plugged", .list(.defined("window")), "When it is plugged in."),
            Schema.key(
                "actual",
                .any([
                    .list(.defined("window")),
                    .map([
                        Schema.key("arrival_sd", .duration, "Standard deviation."),
                        Schema.key("departure_sd", .duration, "Standard deviation."),
                        Schema.key("seed", .number(.nonNegative), "Of the random numbers (1)."),
                    ]),
                ]), "When it is really there, in a simulation."),
            Schema.key(
                "min_gain_per_kwh", .number(.nonNegative), "What a kWh discharged must gain, money per kWh (0)."),
            Schema.key(
                "tariff",
                .map([
                    Schema.key("charge", .series, "Paid for a kWh charged, on top of the site's price."),
                    Schema.key("discharge", .series, "Earned by a kWh discharged, on top of the site's price."),
                ]), "Prices at its own charger, money per kWh."),
            Schema.key(
                "priority", .number(.positive), "Weight of its shortfalls where not all targets can be met (1)."),
            Schema.key("group", .text, "The group that it is in."),
        ]
    }

    private static let window = Schema.map([
        Schema.key("from", .time, "Plugged in."), Schema.key("to", .time, "Plugged out."),
        Schema.key("daily", .defined("daily"), "Plugged in and out, every day."),
        Schema.key("days", .defined("days"), "On which daily windows start (all)."),
        Schema.key("departure_soc", .number(.share), "Wanted at its end, 0...1."),
        Schema.key("trip_kwh", .number(.nonNegative), "Driven until the next window, kWh (0)."),
        Schema.key(
            "targets",
            .list(
                .map([
                    Schema.required("at", .any([.time, .clock]), "When."),
                    Schema.required("soc", .number(.share), "Wanted then, 0...1."),
                ])), "Wanted on the way."),
    ])

    private static let battery = [
        Schema.required("capacity_kwh", .number(.positive), "Usable, kWh."),
        Schema.key(
            "soc_min", .any([.number(.share), .series]), "Lowest state of charge while plugged in, 0...1 (0)."),
        Schema.key("soc_max", .any([.number(.share), .series]), "Highest state of charge, 0...1 (1)."),
        Schema.key(
            "soc_max_grace", .any([.duration, .zero]),
            "How long a battery that begins above soc_max may stay there (12h)."),
        Schema.required("soc_start", .number(.share), "At the start, or on arrival, 0...1."),
        Schema.key("soc_end", .number(.share), "At the horizon's end, where it is plugged in then (soc_start)."),
        Schema.key("end_value_per_kwh", .number(.any), "Worth of what is left, money per kWh."),
        Schema.key("temperature_c", .series, "Of the cells, degC (20)."),
        Schema.key("ageing", .defined("ageing"), "What existing and cycling cost ({ cell: nmc })."),
        Schema.key(
            "charge_limit_by_soc", .list(.pair(.number(.any), .number(.any)), minCount: 1),
            "[state of charge, kW], ...: power that falls with the charge."),
        Schema.key("max_cycles_per_day", .number(.nonNegative), "Maximum energy discharged in a day, in capacities."),
    ]

    private static let ageing: Schema = {
        let numbers = Schema.list(.number(.any), minCount: 1)
        let cell = Schema.map([
            Schema.key("name", .text, "For reports."),
            Schema.required(
                "calendar",
                .map([
                    Schema.required("soc", numbers, "Columns, 0 to 1."),
                    Schema.required("temperature_c", numbers, "Rows, degC."),
                    Schema.required("rate", .list(numbers, minCount: 1), "k of loss = k days^p."),
                    Schema.required("exponent", .number(.positive), "p."),
                ]), "Loss by time."),
            Schema.required(
                "cycle",
                .map([
                    Schema.required("depth", numbers, "0 to 1."),
                    Schema.required("rate", numbers, "k of loss = k cycles^p."),
                    Schema.required("exponent", .number(.positive), "p."),
                ]), "Loss by cycles."),
        ])
        return .any([
            .choice(["none"]),
            .map([
                Schema.key("cell", .any([.text, cell]), "A built-in cell (v2x cells), or one by tables (nmc)."),
                Schema.key("price_per_kwh", .number(.nonNegative), "Of a new battery, money per kWh (100)."),
                Schema.key("end_of_life", .number(.share), "Relative capacity at which it is worth nothing (0.8)."),
                Schema.key("service_life_years", .number(.positive), "That it is meant to serve (10)."),
                Schema.key("age_days", .number(.nonNegative), "At the start (0)."),
                Schema.key("efc_per_year", .number(.positive), "Equivalent full cycles expected (100)."),
                Schema.key(
                    "pricing", .choice(CellAgeing.Pricing.allCases.map(\.rawValue)), "At which age (end-of-life)."),
                Schema.key(
                    "calendar", .choice(CellAgeing.Calendar.allCases.map(\.rawValue)), "Form of its price (fit)."),
                Schema.key(
                    "calendar_cost", .list(.pair(.number(.share), .number(.any)), minCount: 1),
                    "[state of charge, money per hour], ..."),
                Schema.key(
                    "cycle_cost", .any([.number(.any), .list(.pair(.number(.share), .number(.any)), minCount: 1)]),
                    "Money per kWh out of the cells, or [depth to here, money per kWh], ..."),
            ]),
        ])
    }()

    private static let charger: [Schema.Property] = {
        let phaseChoice = Schema.any([.number(.positive), .list(.number(.positive), minCount: 1)])
        let efficiency = Schema.any([
            .number(.positiveShare), .list(.pair(.number(.positive), .number(.positiveShare)), minCount: 1),
        ])
        let powers = [
            ("charge", "Most that it charges"), ("discharge", "Most that it discharges"),
            ("min_charge", "Least when it charges at all"), ("min_discharge", "Least when it discharges at all"),
        ].flatMap { name, words in
            [
                Schema.key("\(name)_kw", .number(.nonNegative), "\(words), AC kW."),
                Schema.key("\(name)_a", .number(.nonNegative), "\(words), A per phase."),
            ]
        }
        return powers + [
            Schema.key("charge_efficiency", efficiency, "One way, or [AC kW, efficiency], ... (1)."),
            Schema.key("discharge_efficiency", efficiency, "One way, or [AC kW, efficiency], ... (1)."),
            Schema.key(
                "phases", .any([.number(.positive), .list(phaseChoice, minCount: 1)]),
                "How many; which ([2], [[1, 2]]); or a choice for each step ([1, 3]: one or three) (3)."),
            Schema.key("switch_cost", .number(.nonNegative), "What each start of the charger costs, money (0)."),
            Schema.key("min_run", .number(.positive), "Minimum length of a run, steps (1)."),
            Schema.key("volts", .number(.positive), "Voltage of a phase, V (230)."),
            Schema.key("from_grid", .flag, "Whether it charges from the grid, or from surplus sun alone (true)."),
            Schema.key("to_grid", .flag, "Whether it discharges into the grid, or into the site alone (true)."),
        ]
    }()

    /// An entry of `site.batteries`.
    private static let stationaryBattery: [Schema.Property] = [
        Schema.required("id", .text, "Unique among batteries and vehicles."),
        Schema.required("battery", .defined("battery"), "What it stores."),
        Schema.required("charger", .defined("charger"), "Its inverter."),
        Schema.key("feeds_vehicles", .flag, "Whether its energy may go into vehicles (true)."),
        Schema.key("min_gain_per_kwh", .number(.nonNegative), "What a kWh discharged must gain, money per kWh (0)."),
        Schema.key("priority", .number(.positive), "Weight of its shortfalls where not all targets can be met (1)."),
    ]

    /// An entry of `site.loads`: one of `energy`, `run` and `heat`.
    private static let flexibleLoad: [Schema.Property] = {
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
                            "profile_kw", .list(.number(.nonNegative), minCount: 1), "kW in each step of a run.")
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
