import Scenarios

/// What several places of a scenario have in common.
enum SchemaDefinitions {
    static let all: [(name: String, schema: Schema)] = [
        ("series", series), ("days", .list(.choice(Weekday.allCases.map(\.rawValue)), minCount: 1)),
        ("daily", .pair(.clock, .clock)), ("distribution", distribution),
        ("vehicle", .map(.init(VehicleKeys.all()))),
        (
            "vehicle_defaults",
            .map(Schema.relaxed(.init(VehicleKeys.all(battery: "battery_defaults", charger: "charger_defaults"))))
        ),
        ("battery", .map(battery)), ("battery_defaults", .map(Schema.relaxed(battery))),
        ("weighted_battery", .map(Schema.relaxed(battery) + [weight])),
        ("ageing", .any([.choice(["none"]), .map(.init(AgeingKeys.all))])),
        ("charger", .map(charger)), ("charger_defaults", .map(charger)),
        ("weighted_charger", .map(charger + [weight])), ("window", window),
        ("stationary_battery", .map(.init(StationaryBatteryKeys.all))), ("flexible_load", .map(flexibleLoad)),
    ]

    private static let battery = [Schema.Property](BatteryDraft.keys)
    private static let charger = [Schema.Property](ChargerKeys.all)
    private static let weight = Schema.key("weight", .number(.nonNegative), "Relative probability (1).")
}
