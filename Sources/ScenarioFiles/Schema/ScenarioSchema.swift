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
            Schema.required("tariff", .map(TariffKeys.all), "What energy costs."),
            Schema.key("site", .map(.init(SiteKeys.all)), "The connection and what else is behind it."),
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
                "baseline", .map(.init(BaselineKeys.all)),
                "How vehicles would be charged without V2X: what degradation is measured against."),
            Schema.key("solver", .map(.init(SolverKeys.all)), "Limits of the search."),
            Schema.key("habits", .map(ScenarioSchema.habits), "Preferences among schedules that cost the same."),
            Schema.key("forecast", .map(ScenarioSchema.forecast), "What a simulation believes of prices."),
        ]
    }

    /// As JSON Schema, draft 2020-12.
    package var json: String {
        SchemaText.document(root, title: "v2x scenario", definitions: definitions)
    }

}
