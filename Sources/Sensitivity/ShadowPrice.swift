/// What a target or a limit costs: how much less the optimum would cost if it asked for, or allowed, a little less or more.
///
/// The scenario is changed by a little, and the program of the changed scenario is solved from the optimal basis: the slope on
/// the side of relief, with everything that the limit stands in (a reserve's headroom, a commitment's baseline). Binaries are
/// held as the schedule has them. Where targets fall short, what is missing is minimised first, as in any schedule: a limit may
/// then change the shortfall, and the cost with it.
public struct ShadowPrice: Sendable, Encodable, Equatable {
    /// What is asked for, or allowed.
    public enum Kind: String, Sendable, Encodable {
        /// A state of charge at departure.
        case departure
        /// A state of charge on the way.
        case target
        /// `soc_min` while plugged in.
        case floor
        /// A state of charge at the horizon's end.
        case end
        /// The charger's charging power.
        case chargePower = "charge_kw"
        /// The charger's discharging power.
        case dischargePower = "discharge_kw"
        /// The connection's import limit.
        case importLimit = "import_limit_kw"
        /// The connection's export limit.
        case exportLimit = "export_limit_kw"
        /// A group's import limit.
        case groupImportLimit = "group_import_limit_kw"
        /// A group's export limit.
        case groupExportLimit = "group_export_limit_kw"
        /// The connection's limit of each phase.
        case phaseLimit = "phase_limit_a"
        /// The battery takes less power near the top.
        case chargeLimit = "charge_limit_by_soc"
        /// The energy that may be discharged in a day.
        case cycles = "max_cycles_per_day"
        /// What a stream allows the site's net import to be (`network_deferral.limit_kw`).
        case feederLimit = "feeder_limit_kw"
        /// `soc_max`.
        case ceiling = "soc_max"

        /// Whether it is something that is asked for, in kWh.
        public var isTarget: Bool { [.departure, .target, .floor, .end].contains(self) }
    }

    /// Which target or limit it is.
    public var kind: Kind
    /// The vehicle's id; nil for a limit of the site.
    public var vehicle: String?
    /// The group's id, for a limit of a group.
    public var group: String?
    /// When a target is due (a floor: from when on), nil for a limit.
    public var at: String?
    /// What is asked for or allowed, in the unit of `price`; nil where the limit changes in time.
    public var amount: Double?
    /// What is saved by asking for a kWh less of a target, or allowing one unit more of a limit over the whole horizon, money:
    /// per kWh (targets, `soc_max`, and `max_cycles_per_day`, a day), per A (`phase_limit_a`), per kW (all others). Below zero
    /// only where a shortfall is made smaller by it. Nil for a target that is not met.
    public var price: Double?
    /// By how much one unit more (of a target: one kWh less) makes the sum of the shortfalls smaller, kWh; nil for nothing.
    public var shortfallChange: Double?
    /// Money per % of the battery, for a target that can be met.
    public var pricePerPercent: Double?
    /// What is missing of a target that cannot be met, kWh.
    public var shortfallKWh: Double?
    /// The steps in which the schedule reaches a limit, by their starts; empty for a target.
    public var bindsAt: [String]

    enum CodingKeys: String, CodingKey {
        case kind, vehicle, group, at, amount, price
        case shortfallChange = "shortfall_change"
        case pricePerPercent = "price_per_percent"
        case shortfallKWh = "shortfall_kwh"
        case bindsAt = "binds_at"
    }
}
