import Scenarios

/// The schema of a scenario.
package struct ScenarioSchema: Sendable {
    /// The scenario's own keys.
    let root: [Schema.Property]
    /// What several places have in common, by name.
    let definitions: [(name: String, schema: Schema)]

    /// - Parameter sections: what reads `services`: each has the schema of its section.
    package init(sections: [any ServiceSection.Type]) {
        definitions = SchemaDefinitions.all
        root = [
            Schema.key("name", .text, "What it is called in reports."),
            Schema.key("currency", .text, "ISO 4217 code of every amount of money (EUR)."),
            Schema.required("horizon", .map(ScenarioSchema.horizon), "The time that is planned, in steps."),
            Schema.required("tariff", .map(ScenarioSchema.tariff), "What energy costs."),
            Schema.key("site", .map(ScenarioSchema.site), "The connection and what else is behind it."),
            Schema.key(
                "vehicles", .any([.list(.defined("vehicle"), minCount: 1), .map(ScenarioSchema.fleet)]),
                "Vehicles one by one, or a fleet from tables or distributions; needed where the site has no batteries or loads."
            ),
            Schema.key(
                "groups", .list(.map(ScenarioSchema.group)), "The tree of cables between chargers and connection."),
            Schema.key(
                "services",
                .map(sections.map { Schema.key($0.key, $0.schema, "Value stream.") }),
                "What a parked battery can sell besides energy."),
            Schema.key(
                "baseline", .map(ScenarioSchema.baseline),
                "How vehicles would be charged without V2X: what degradation is measured against."),
            Schema.key("solver", .map(ScenarioSchema.solver), "Limits of the search."),
            Schema.key("habits", .map(ScenarioSchema.habits), "Preferences among schedules that cost the same."),
            Schema.key("forecast", .map(ScenarioSchema.forecast), "What a simulation believes of prices."),
        ]
    }

    /// As JSON Schema, draft 2020-12.
    package var json: String {
        SchemaText.document(root, title: "v2x scenario", definitions: definitions)
    }

    private static let horizon = [
        Schema.required(
            "start", .any([.time, .choice(["now"])]),
            "Wall time in timezone, or with an offset; now: the step that is running."),
        Schema.required(
            "end", .any([.time, .duration, .choice(["prices"])]),
            "Wall time in timezone, or with an offset; a length from the start; prices: as far as the price files know."
        ),
        Schema.required("step", .duration, "5min, 15min, 30min, 1h."),
        Schema.key("timezone", .text, "IANA name, as Europe/Amsterdam (UTC)."),
        Schema.key(
            "beyond", .choice(BeyondRule.allCases.map(\.rawValue)),
            "Targets after the end: a warning (warn), nothing (ignore), energy at the end (require), a longer horizon (repeat)."
        ),
    ]
    private static let tariff = [
        Schema.required("import", .series, "Price of energy bought, money per kWh."),
        Schema.key("export", .series, "Price of energy sold, money per kWh (0)."),
    ]
    private static let site = [
        Schema.key("import_limit_kw", .series, "Import limit, kW."),
        Schema.key("export_limit_kw", .series, "Export limit, kW."),
        Schema.key("load_kw", .series, "Consumption behind the connection, kW."),
        Schema.key("pv_kw", .series, "Generation behind the connection, kW."),
        Schema.key("pv_curtailable", .flag, "Whether generation may be thrown away (false)."),
        Schema.key(
            "outages",
            .list(
                .map([Schema.key("from", .time, "When the grid goes."), Schema.key("to", .time, "When it is back.")])),
            "Times without a grid."),
        Schema.key("batteries", .list(.defined("stationary_battery")), "Stationary batteries."),
        Schema.key("loads", .list(.defined("flexible_load")), "Loads whose time can be chosen."),
        Schema.key("volts", .number(.positive), "Voltage of a phase, V (230)."),
        Schema.key("phase_limit_a", .number(.nonNegative), "Limit of each phase, A."),
    ]
    private static let group = [
        Schema.required("id", .text, "Unique among the groups."),
        Schema.key("parent", .text, "The group that this one is part of."),
        Schema.key("import_limit_kw", .series, "Limit of its vehicles' net charging (charging less discharging), kW."),
        Schema.key("export_limit_kw", .series, "Limit of its vehicles' net discharging, kW."),
        Schema.key("vehicles", .list(.text), "Ids, or ranges of them: ev3..ev12."),
    ]
    private static let baseline = [
        Schema.key("rule", .choice(Baseline.Rule.allCases.map(\.rawValue)), "How it would be charged (immediate)."),
        Schema.key("baseline_soc", .number(.share), "Where immediate charging stops, 0...1."),
    ]
    private static let solver = [
        Schema.key("mip_gap", .number(.nonNegative), "Relative gap at which a proof counts as closed (1e-6)."),
        Schema.key("time_limit", .duration, "Wall-clock limit (60s)."),
    ]
    private static let habits = [
        Schema.key(
            "stay",
            .map([
                Schema.required("plan", .text, "A result of v2x schedule --format json."),
                Schema.key("within", .number(.nonNegative), "What staying near it may cost, money (0)."),
            ]), "As close as possible to the last plan."),
        Schema.key(
            "prefer", .choice(Habits.Preference.allCases.map(\.rawValue)), "When, where it costs the same (early)."),
        Schema.key(
            "smooth",
            .any([
                .flag,
                .map([Schema.required("within", .number(.nonNegative), "What may be spent on smoothness, money.")]),
            ]), "As few and as small changes of power as possible."),
    ]
    private static let forecast = [
        Schema.key("import", .series, "Prices that are believed, money per kWh."),
        Schema.key("export", .series, "Prices that are believed, money per kWh."),
        Schema.key("persistence", .duration, "The price this long ago: 24h."),
        Schema.key(
            "noise",
            .map([
                Schema.required("sd", .number(.nonNegative), "Standard deviation, money per kWh."),
                Schema.key("correlation", .number(.share), "From step to step (0.9)."),
                Schema.key("seed", .number(.nonNegative), "Of the random numbers (1)."),
            ]), "The prices with an error."),
    ]
    private static let fleet = [
        Schema.key("file", .text, "Table of vehicles (CSV)."),
        Schema.key(
            "sessions",
            .any([
                .text,
                .map([
                    Schema.required("file", .text, "Relative to the scenario."),
                    Schema.key(
                        "format", .choice(SessionFeedRegistry.all.map { $0.name }),
                        "By its content where it is missing."),
                    Schema.key("timezone", .text, "Of wall times in the file (the horizon's)."),
                ]),
            ]), "When each vehicle is there and what it needs."),
        Schema.key("defaults", .defined("vehicle_defaults"), "A vehicle's keys, where the tables have none."),
        Schema.key("departure_soc", .number(.share), "Wanted on departure where sessions know only energy (0.8)."),
        Schema.key("count", .number(.positive), "How many vehicles to draw."),
        Schema.key("seed", .number(.nonNegative), "Of the random numbers (1)."),
        Schema.key("arrival", .defined("distribution"), "Time of day (mean 18:00, sd 2h)."),
        Schema.key("departure", .defined("distribution"), "Time of day (mean 07:30, sd 1h)."),
        Schema.key("energy_kwh", .defined("distribution"), "AC, a session (mean 7.4, sd 3.7)."),
        Schema.key("days", .defined("days"), "On which sessions begin (all)."),
        Schema.key("plug_in_share", .number(.share), "How likely a session is on each day (1)."),
        Schema.key(
            "batteries", .list(.defined("weighted_battery"), minCount: 1), "Drawn by weight, over defaults.battery."),
        Schema.key(
            "chargers", .list(.defined("weighted_charger"), minCount: 1), "Drawn by weight, over defaults.charger."),
    ]
}
