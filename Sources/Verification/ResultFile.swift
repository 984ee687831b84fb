import Accounting
import Scheduling

/// A result as `v2x schedule --format json` writes it and `verify` and `diff` read it (Reports.docc/Commands.md section 5).
///
/// Money in `currency`, power in kW (AC), energy in kWh; arrays hold T values, `energyKWh` and `soc` T + 1.
public struct ResultFile: Codable, Sendable, Equatable {
    /// Whether the schedule is proven optimal.
    public enum Status: String, Codable, Sendable {
        /// Proven within the gap that the scenario asks for.
        case optimal
        /// A schedule that is not proven optimal.
        case feasible
    }

    /// The scenario's name.
    public var scenario: String
    /// Whether it is proven optimal.
    public var status: Status
    /// ISO 4217 code of every amount of money.
    public var currency: String
    /// The sum of `costs`.
    public var objective: Double
    /// What `min_gain_per_kwh` asks of the discharged kWh, summed: no cost. Nil where nothing is asked.
    public var hurdle: Double?
    /// No schedule with as little shortfall costs less than this, its hurdle included.
    /// Nil where none is known.
    public var bound: Double?
    /// `(m - bound) / max(1, |m|)` with `m` the sum of `objective` and `hurdle`; 0 where the proof closed, nil where no
    /// bound is known.
    public var gap: Double?
    /// What missed targets lack in all, kWh.
    public var shortfallKWh: Double
    /// Every cost line that is present, by name.
    public var costs: [String: Double]
    /// Each target that gave way.
    public var shortfalls: [ShortfallEntry]
    /// Length of a step, h.
    public var stepHours: Double
    /// Start of each step, ISO 8601 with the zone's offset.
    public var steps: [String]
    /// Powers at the connection.
    public var site: SiteEntry
    /// The vehicles, then the site's stationary batteries, which stand under a key of their own (`batteries`).
    public var vehicles: [VehicleEntry]
    /// How many of `vehicles` are stationary batteries, the last ones.
    public var batteryCount = 0
    /// One entry a flexible load; nil where there is none.
    public var loads: [LoadEntry]?
    /// What each value stream publishes, by the key of its section; nil where there is none.
    public var services: [String: [ServiceSeries]]?
    /// What the schedule does to each battery, by vehicle; nil where no vehicle has a cell model.
    public var degradation: [String: DegradationEntry]?
    /// What the solver did.
    public var solver: SolverEntry
    /// What a kWh costs and earns in each step, money; nil in results of others.
    public var prices: PricesEntry?
    /// The version of the program that made it; nil in results of others.
    public var version: String?
    /// A digest of the scenario that it was made of; nil where it is not known.
    public var scenarioDigest: String?
    /// The scenario's file as the user named it; nil where it has no name, or the result is of others.
    public var scenarioFile: String?
    /// What `--set` and `--soc` changed in the scenario (`key=value`); nil for nothing.
    public var scenarioChanges: [String]?
    /// How the schedule was made: `v2x`, `v1x`, `immediate` or `deferred`.
    public var mode: String
    /// `mode` as a value; nil where it is none that is known, in results of others.
    public var scheduleMode: ScheduleMode? { ScheduleMode(rawValue: mode) }

    /// Whether every list has as many values as there are steps; energies have one more.
    public var isWhole: Bool {
        let count = steps.count
        return [site.importKW, site.exportKW, site.curtailedKW].allSatisfy { $0.count == count }
            && (site.unservedKW ?? []).count <= count
            && vehicles.allSatisfy {
                $0.chargeKW.count == count && $0.dischargeKW.count == count && $0.energyKWh.count == count + 1
                    && $0.soc.count == count + 1
            } && (loads ?? []).allSatisfy { $0.kW.count == count }
    }

    /// A target that gave way.
    public struct ShortfallEntry: Codable, Sendable, Equatable {
        /// The vehicle's or stationary battery's id; nil for a target of the whole site or of a load.
        public var vehicle: String?
        /// The flexible load's id, where the target is one's.
        public var load: String?
        /// What kind of target it is.
        public var kind: Shortfall.Kind
        /// When it is due, ISO 8601 with the zone's offset.
        public var at: String
        /// What is missing, kWh.
        public var kwh: Double
        /// The state of charge that the schedule reaches.
        public var reachedSoC: Double?
        /// The most that could have been reached if this target were the only one, at most what is asked for.
        public var reachableSoC: Double?
        enum CodingKeys: String, CodingKey {
            case vehicle, load, kind, at, kwh
            case reachedSoC = "reached_soc"
            case reachableSoC = "reachable_soc"
        }
        package init(
            vehicle: String?, load: String? = nil, kind: Shortfall.Kind, at: String, kwh: Double,
            reachedSoC: Double? = nil, reachableSoC: Double?
        ) {
            self.load = load
            self.reachedSoC = reachedSoC
            self.vehicle = vehicle
            self.kind = kind
            self.at = at
            self.kwh = kwh
            self.reachableSoC = reachableSoC
        }
    }

    /// Powers at the connection, T values each.
    public struct SiteEntry: Codable, Sendable, Equatable {
        /// Imported in each step, kW.
        public var importKW: [Double]
        /// Exported in each step, kW.
        public var exportKW: [Double]
        /// Generation that is thrown away in each step, kW.
        public var curtailedKW: [Double]
        /// Load that is not fed in an outage; nil where the scenario has none.
        public var unservedKW: [Double]?
        enum CodingKeys: String, CodingKey {
            case unservedKW = "unserved_kw"
            case importKW = "import_kw"
            case exportKW = "export_kw"
            case curtailedKW = "curtailed_kw"
        }
        package init(
            importKW: [Double], exportKW: [Double], curtailedKW: [Double], unservedKW: [Double]? = nil
        ) {
            self.unservedKW = unservedKW
            self.importKW = importKW
            self.exportKW = exportKW
            self.curtailedKW = curtailedKW
        }
    }

    /// T values each, money per kWh.
    public struct PricesEntry: Codable, Sendable, Equatable {
        /// What a kWh imported costs in each step.
        public var importPerKWh: [Double]
        /// What a kWh exported earns in each step.
        public var exportPerKWh: [Double]
        enum CodingKeys: String, CodingKey {
            case importPerKWh = "import"
            case exportPerKWh = "export"
        }
        package init(importPerKWh: [Double], exportPerKWh: [Double]) {
            self.importPerKWh = importPerKWh
            self.exportPerKWh = exportPerKWh
        }
    }

    /// A vehicle's or stationary battery's part of the schedule.
    public struct VehicleEntry: Codable, Sendable, Equatable {
        /// Its id.
        public var id: String
        /// Charging power in each step, AC kW, T values.
        public var chargeKW: [Double]
        /// Discharging power in each step, AC kW, T values.
        public var dischargeKW: [Double]
        /// Stored energy at each boundary, kWh, T + 1 values.
        public var energyKWh: [Double]
        /// State of charge at each boundary, 0...1, T + 1 values.
        public var soc: [Double]
        /// At the horizon's end; nil in results of others.
        public var endKWh: Double?
        enum CodingKeys: String, CodingKey {
            case id, soc
            case endKWh = "end_kwh"
            case chargeKW = "charge_kw"
            case dischargeKW = "discharge_kw"
            case energyKWh = "energy_kwh"
        }
        package init(
            id: String, chargeKW: [Double], dischargeKW: [Double], energyKWh: [Double], soc: [Double],
            endKWh: Double? = nil
        ) {
            self.endKWh = endKWh
            self.id = id
            self.chargeKW = chargeKW
            self.dischargeKW = dischargeKW
            self.energyKWh = energyKWh
            self.soc = soc
        }
    }

    /// A flexible load: power in each step, and of a store its heat at each boundary (T + 1 values).
    public struct LoadEntry: Codable, Sendable, Equatable {
        /// The load's id.
        public var id: String
        /// Average power in each step, kW, T values.
        public var kW: [Double]
        /// Heat at each boundary, kWh, T + 1 values; nil where it is no store of heat.
        public var energyKWh: [Double]?
        enum CodingKeys: String, CodingKey {
            case id
            case kW = "kw"
            case energyKWh = "energy_kwh"
        }
        package init(id: String, kW: [Double], energyKWh: [Double]? = nil) {
            self.id = id
            self.kW = kW
            self.energyKWh = energyKWh
        }
    }

    /// What the solver did.
    public struct SolverEntry: Codable, Sendable, Equatable {
        /// Name and version, `GLPK 5.0`.
        public var name: String
        /// `direct`, `decomposition` or `rule`.
        public var method: String
        /// Rows of the last linear program.
        public var rows: Int
        /// Columns of the last linear program.
        public var columns: Int
        /// Pivots of the simplex method, or rounds of a decomposition.
        public var iterations: Int
        /// Wall-clock seconds of building and solving; 0 where a reproducible file was asked for.
        public var seconds: Double
        /// What proved the bound; nil where none is known, or nothing had to be proven.
        public var boundFrom: String?
        enum CodingKeys: String, CodingKey {
            case name, method, rows, columns, iterations, seconds
            case boundFrom = "bound_from"
        }
        package init(
            name: String, method: String, rows: Int, columns: Int, iterations: Int, seconds: Double,
            boundFrom: String? = nil
        ) {
            self.boundFrom = boundFrom
            self.name = name
            self.method = method
            self.rows = rows
            self.columns = columns
            self.iterations = iterations
            self.seconds = seconds
        }
    }

    enum CodingKeys: String, CodingKey {
        case scenario, status, currency, objective, hurdle, bound, gap, costs, shortfalls, steps, site, vehicles
        case batteries, loads
        case services, degradation, solver, mode, prices, version
        case scenarioDigest = "scenario_digest"
        case scenarioFile = "scenario_file"
        case scenarioChanges = "scenario_changes"
        case shortfallKWh = "shortfall_kwh"
        case stepHours = "step_hours"
    }

    package init(
        scenario: String, status: Status, currency: String, objective: Double, hurdle: Double? = nil, bound: Double?,
        gap: Double?, shortfallKWh: Double, costs: [String: Double], shortfalls: [ShortfallEntry], stepHours: Double,
        steps: [String], site: SiteEntry, vehicles: [VehicleEntry], services: [String: [ServiceSeries]]?,
        degradation: [String: DegradationEntry]?, solver: SolverEntry, mode: String,
        prices: PricesEntry? = nil, version: String? = nil, scenarioDigest: String? = nil
    ) {
        self.prices = prices
        self.version = version
        self.scenarioDigest = scenarioDigest
        self.scenario = scenario
        self.status = status
        self.currency = currency
        self.objective = objective
        self.hurdle = hurdle
        self.bound = bound
        self.gap = gap
        self.shortfallKWh = shortfallKWh
        self.costs = costs
        self.shortfalls = shortfalls
        self.stepHours = stepHours
        self.steps = steps
        self.site = site
        self.vehicles = vehicles
        self.services = services
        self.degradation = degradation
        self.solver = solver
        self.mode = mode
    }
}
