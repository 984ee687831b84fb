/// A vehicle: a battery, a charger, and when the two are connected.
public struct Vehicle: Sendable, Equatable {
    /// Unique in the scenario.
    public var id: String
    /// What it stores.
    public var battery: Battery
    /// What it is plugged into.
    public var charger: Charger
    /// Plug-in windows in time order, disjoint; `daily` windows are expanded. They may begin before the horizon or end after it.
    public var windows: [PlugWindow]
    /// When it is really there, window by window, where a simulation plans with `windows` and meets these; nil: as planned.
    public var actualWindows: [PlugWindow]?
    /// Minimum gain of a kWh discharged beyond its costs, money per kWh: below it the owner prefers not to cycle.
    public var minGainPerKWh: Double
    /// Weight of its shortfalls, > 0: where not all targets can be met, those of a vehicle with a higher one are met first.
    public var priority = 1.0
    /// Prices at its own charger; nil: the site's alone.
    public var tariff: VehicleTariff?
    /// A battery of the site (`site.batteries`), which is plugged in throughout: V1X, charger profiles and figures per vehicle
    /// leave it alone.
    public var isStationary = false
    /// Whether targets after the horizon's end are required at the end, as far as charging after it cannot reach them
    /// (`horizon.beyond`).
    public var meetsLaterTargets = false
    /// Whether its energy may go into vehicles; only a stationary battery can be kept from it.
    public var feedsVehicles = true

    /// Memberwise.
    package init(
        id: String, battery: Battery, charger: Charger, windows: [PlugWindow], actualWindows: [PlugWindow]? = nil,
        minGainPerKWh: Double = 0
    ) {
        self.id = id
        self.battery = battery
        self.charger = charger
        self.windows = windows
        self.actualWindows = actualWindows
        self.minGainPerKWh = minGainPerKWh
    }
}

/// Prices at a vehicle's charger, on top of the site's.
public struct VehicleTariff: Sendable, Equatable {
    /// The cost line that they make.
    package static let costLine = "vehicle_tariff"
    /// Paid for a kWh charged in each step, money per kWh; T values.
    public var chargePerKWh: [Double]
    /// Earned by a kWh discharged in each step, money per kWh; T values.
    public var dischargePerKWh: [Double]

    /// Memberwise.
    package init(chargePerKWh: [Double], dischargePerKWh: [Double]) {
        self.chargePerKWh = chargePerKWh
        self.dischargePerKWh = dischargePerKWh
    }
}

/// When the vehicle is plugged in, and what it needs when it leaves.
public struct PlugWindow: Sendable, Equatable {
    /// Plugged in.
    public var from: Instant
    /// Plugged out.
    public var to: Instant
    /// State of charge wanted at `to`; nil where none is.
    public var departureSoC: Double?
    /// Energy drawn from the battery between `to` and the next window's start (or the horizon's end), kWh.
    public var tripKWh: Double
    /// States of charge wanted on the way, in time order.
    public var targets: [WindowTarget]
    /// Memberwise.
    package init(
        from: Instant, to: Instant, departureSoC: Double? = nil, tripKWh: Double = 0, targets: [WindowTarget] = []
    ) {
        self.from = from
        self.to = to
        self.departureSoC = departureSoC
        self.tripKWh = tripKWh
        self.targets = targets
    }
}

/// A state of charge wanted at some time in a plug-in window.
public struct WindowTarget: Sendable, Equatable {
    /// When; within the window.
    public var at: Instant
    /// 0...1
    public var soc: Double
    /// Memberwise.
    package init(at: Instant, soc: Double) {
        self.at = at
        self.soc = soc
    }
}
