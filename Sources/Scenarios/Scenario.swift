/// One scenario, checked and resolved: every series has one value per step, every default is filled in.
///
/// Signs and units are those of the whole project: power in kW at the AC side, energy in kWh, money in
/// `currency`, time in hours; charging and import are positive.
public struct Scenario: Sendable {
    /// The scenario's name; the file's name where the file has none.
    public var name: String
    /// ISO 4217 code of every amount of money.
    public var currency: String
    /// The steps of the horizon.
    public var grid: TimeGrid
    /// Price of imported energy in each step, money per kWh.
    public var importPricePerKWh: [Double]
    /// Price paid for exported energy in each step, money per kWh; 0 where the tariff names no export.
    public var exportPricePerKWh: [Double]
    /// The connection and what else is behind it.
    public var site: Site
    /// The vehicles in the order of the file, then the site's stationary batteries (`Vehicle.isStationary`); ids are unique.
    public var vehicles: [Vehicle]
    /// What "normal use" means when the true cost of degradation is asked for.
    public var baseline: Baseline
    /// How hard to try.
    public var solver: SolverOptions
    /// The tree of feeders and cables between chargers and connection, in the order of the file; empty where there is none.
    public var groups: [VehicleGroup]
    /// How the owner likes the schedule among those that cost the same, or nearly so.
    public var habits: Habits
    /// The decoded sections of `services`, by key: each value is what that key's `ServiceSection` made of it.
    package var services: [String: any Sendable]
    /// What is believed about prices when a simulation plans; nil: they are known. One schedule alone knows its prices.
    public var forecast: Forecast?
    /// Whether targets after the horizon's end are not reported.
    public var ignoresLaterTargets = false

    /// The scenario in which no vehicle discharges; stationary batteries do as before.
    package var oneWay: Scenario {
        var oneWay = self
        for index in vehicles.indices where !vehicles[index].isStationary {
            oneWay.vehicles[index].charger.dischargeKW = 0
            oneWay.vehicles[index].charger.minDischargeKW = 0
        }
        return oneWay
    }

    /// How many of `vehicles` are vehicles: the stationary batteries come after them.
    public var vehicleCount: Int { vehicles.count { !$0.isStationary } }

    /// Memberwise; see the properties for units.
    package init(
        name: String, currency: String, grid: TimeGrid, importPricePerKWh: [Double], exportPricePerKWh: [Double],
        site: Site, vehicles: [Vehicle], groups: [VehicleGroup] = [], baseline: Baseline = Baseline(),
        solver: SolverOptions = SolverOptions(), habits: Habits = Habits(), services: [String: any Sendable] = [:],
        forecast: Forecast? = nil
    ) {
        self.name = name
        self.currency = currency
        self.grid = grid
        self.importPricePerKWh = importPricePerKWh
        self.exportPricePerKWh = exportPricePerKWh
        self.site = site
        self.vehicles = vehicles
        self.groups = groups
        self.baseline = baseline
        self.solver = solver
        self.habits = habits
        self.services = services
        self.forecast = forecast
    }
}

/// What "normal use of the vehicle" means (Scheduling.docc/Model.md section 6).
public struct Baseline: Sendable, Equatable {
    /// How the vehicle would be charged without V2X.
    public enum Rule: String, Sendable, CaseIterable {
        /// Full power on arrival.
        case immediate
        /// Full power as late as the departure target allows.
        case deferred
        /// The optimum without discharging.
        case v1x
    }
    /// The rule that holds.
    public var rule: Rule
    /// State of charge that immediate charging stops at; nil: the larger of `soc_max` and the departure target.
    public var soc: Double?
    /// Memberwise.
    package init(rule: Rule = .immediate, soc: Double? = nil) {
        self.rule = rule
        self.soc = soc
    }
}

/// How hard to try.
public struct SolverOptions: Sendable, Equatable {
    /// Relative gap at which a proof counts as closed.
    public var mipGap: Double
    /// Wall-clock limit, seconds.
    public var timeLimitSeconds: Double
    /// Memberwise.
    package init(mipGap: Double = 1e-6, timeLimitSeconds: Double = 60) {
        self.mipGap = mipGap
        self.timeLimitSeconds = timeLimitSeconds
    }
}
