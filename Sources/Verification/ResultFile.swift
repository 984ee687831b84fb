import Accounting
import Scheduling

/// A result as `v2x schedule --format json` writes it and `verify` and `diff` read it (Scenarios.docc/Commands.md section 5).
///
/// Money in `currency`, power in kW (AC), energy in kWh; arrays hold T values, `energyKWh` and `soc` T + 1.
public struct ResultFile: Codable, Sendable, Equatable {
    public enum Status: String, Codable, Sendable { case optimal, feasible }

    public var scenario: String
    public var status: Status
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
    public var shortfallKWh: Double
    /// Every cost line that is present, by name.
    public var costs: [String: Double]
    public var shortfalls: [ShortfallEntry]
    public var stepHours: Double
    /// Start of each step, ISO 8601 with the zone's offset.
    public var steps: [String]
    public var site: SiteEntry
    /// The vehicles, then the site's stationary batteries, which stand under a key of their own (`batteries`).
    public var vehicles: [VehicleEntry]
    /// How many of `vehicles` are stationary batteries, the last ones.
    public var batteryCount = 0
    /// One entry a flexible load; nil where there is none.
    public var loads: [LoadEntry]?
    public var services: [String: [ServiceSeries]]?
    public var degradation: [String: DegradationEntry]?
    public var solver: SolverEntry
    /// What a kWh costs and earns in each step, money; nil in results of others.
    public var prices: PricesEntry?
    /// The version of the program that made it, and a digest of the scenario that it was made of.
    public var version: String?
    public var scenarioDigest: String?
    /// The scenario's file as the user named it, and what `--set` and `--soc` changed in it (`key=value`); nil where it has no
    /// name, or the result is of others.
    public var scenarioFile: String?
    public var scenarioChanges: [String]?
    /// How the schedule was made: `v2x`, `v1x`, `immediate` or `deferred`.
    public var mode: String

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

    public struct ShortfallEntry: Codable, Sendable, Equatable {
        public var vehicle: String?
        public var load: String?
        public var kind: Shortfall.Kind
        public var at: String
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
        public init(
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

    public struct SiteEntry: Codable, Sendable, Equatable {
        public var importKW: [Double]
        public var exportKW: [Double]
        public var curtailedKW: [Double]
        /// Load that is not fed in an outage; nil where the scenario has none.
        public var unservedKW: [Double]?
        enum CodingKeys: String, CodingKey {
            case unservedKW = "unserved_kw"
            case importKW = "import_kw"
            case exportKW = "export_kw"
            case curtailedKW = "curtailed_kw"
        }
        public init(
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
        public var importPerKWh: [Double]
        public var exportPerKWh: [Double]
        enum CodingKeys: String, CodingKey {
            case importPerKWh = "import"
            case exportPerKWh = "export"
        }
        public init(importPerKWh: [Double], exportPerKWh: [Double]) {
            self.importPerKWh = importPerKWh
            self.exportPerKWh = exportPerKWh
        }
    }

    public struct VehicleEntry: Codable, Sendable, Equatable {
        public var id: String
        public var chargeKW: [Double]
        public var dischargeKW: [Double]
        public var energyKWh: [Double]
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
        public init(
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
        public var id: String
        public var kW: [Double]
        public var energyKWh: [Double]?
        enum CodingKeys: String, CodingKey {
            case id
            case kW = "kw"
            case energyKWh = "energy_kwh"
        }
        public init(id: String, kW: [Double], energyKWh: [Double]? = nil) {
            self.id = id
            self.kW = kW
            self.energyKWh = energyKWh
        }
    }

    public struct SolverEntry: Codable, Sendable, Equatable {
        public var name: String
        public var method: String
        public var rows: Int
        public var columns: Int
        public var iterations: Int
        /// Wall-clock seconds of building and solving; 0 where a reproducible file was asked for.
        public var seconds: Double
        /// What proved the bound; nil where none is known, or nothing had to be proven.
        public var boundFrom: String?
        enum CodingKeys: String, CodingKey {
            case name, method, rows, columns, iterations, seconds
            case boundFrom = "bound_from"
        }
        public init(
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

    public init(
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
