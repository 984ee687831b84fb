import Scenarios

/// What a schedule does, in plain kW and kWh: no trace of how it was found. T is the number of steps.
public struct Schedule: Sendable, Equatable {
    /// One entry per vehicle, in the scenario's order.
    public var vehicles: [VehicleSchedule]
    /// One entry a flexible load of the site, in the scenario's order.
    public var loads: [LoadSchedule] = []
    /// Average import in each step, kW, T values.
    public var importKW: [Double]
    /// Average export in each step, kW, T values.
    public var exportKW: [Double]
    /// Generation thrown away in each step, kW, T values.
    public var curtailedKW: [Double]
    /// Load that is not fed in each step of an outage, kW, T values; empty where there is no outage.
    public var unservedKW: [Double]
    /// Targets that gave way, each above 1e-6 kWh.
    public var shortfalls: [Shortfall]
    /// What the value streams publish, by the stream's key.
    public var services: [String: [ServiceSeries]]

    /// Memberwise; see the properties.
    package init(
        vehicles: [VehicleSchedule], importKW: [Double], exportKW: [Double], curtailedKW: [Double],
        unservedKW: [Double] = [], shortfalls: [Shortfall] = [], services: [String: [ServiceSeries]] = [:]
    ) {
        self.vehicles = vehicles
        self.importKW = importKW
        self.exportKW = exportKW
        self.curtailedKW = curtailedKW
        self.unservedKW = unservedKW
        self.shortfalls = shortfalls
        self.services = services
    }
}

extension Schedule {
    /// Load that is not fed in outages, one shortfall per step, as `unservedKW` has it.
    package func outageShortfalls(on grid: TimeGrid) -> [Shortfall] {
        unservedKW.enumerated().compactMap { step, power in
            let missing = power * grid.stepHours
            guard missing > 1e-6 else { return nil }
            return Shortfall(
                kind: .outage, vehicle: nil, window: nil, at: grid.boundary(step), kwh: missing, reachedSoC: nil)
        }
    }
}

/// One vehicle's part of a schedule.
public struct VehicleSchedule: Sendable, Equatable {
    /// The vehicle's or stationary battery's id.
    public var id: String
    /// AC charging power in each step, kW, T values.
    public var chargeKW: [Double]
    /// AC discharging power in each step, kW, T values.
    public var dischargeKW: [Double]
    /// Stored energy at each boundary, kWh, T + 1 values.
    public var energyKWh: [Double]

    /// Memberwise.
    package init(id: String, chargeKW: [Double], dischargeKW: [Double], energyKWh: [Double]) {
        self.id = id
        self.chargeKW = chargeKW
        self.dischargeKW = dischargeKW
        self.energyKWh = energyKWh
    }
}

/// A flexible load's part of a schedule.
public struct LoadSchedule: Sendable, Equatable {
    /// The load's id.
    public var id: String
    /// Average power in each step, kW, T values.
    public var kW: [Double]
    /// Heat at each boundary, kWh, T + 1 values; nil where it is not a heat store.
    public var heatKWh: [Double]?

    /// Memberwise.
    package init(id: String, kW: [Double], heatKWh: [Double]? = nil) {
        self.id = id
        self.kW = kW
        self.heatKWh = heatKWh
    }
}

/// What a value stream publishes: a product's numbers (`q`, `p`) and its series over the steps.
public struct ServiceSeries: Sendable, Equatable, Codable {
    /// `up`, `down`, `symmetric` for a reserve product; nil where the stream has no direction.
    public var direction: String?
    /// Committed or used power in each step, kW, T values; nil where the stream is one number.
    public var kw: [Double]?
    /// The stream's one number, where it has one (peak `p`, committed `q`), kW.
    public var levelKW: Double?
    /// Which vehicle holds what part of it, where that matters.
    public var shares: [Share]?

    /// A vehicle's part of a reserve product, in one direction.
    public struct Share: Sendable, Equatable, Codable {
        /// The vehicle's id.
        public var vehicle: String
        /// `up` or `down`.
        public var direction: String
        /// Flow that it would give up (charging upward, discharging downward), kW, T values.
        public var givenUpKW: [Double]
        /// Flow that it would add, kW, T values.
        public var heldKW: [Double]

        enum CodingKeys: String, CodingKey {
            case vehicle, direction
            case givenUpKW = "given_up_kw"
            case heldKW = "held_kw"
        }

        /// Memberwise.
        package init(vehicle: String, direction: String, givenUpKW: [Double], heldKW: [Double]) {
            self.vehicle = vehicle
            self.direction = direction
            self.givenUpKW = givenUpKW
            self.heldKW = heldKW
        }
    }

    enum CodingKeys: String, CodingKey {
        case direction, kw, shares
        case levelKW = "level_kw"
    }

    /// Memberwise.
    package init(direction: String? = nil, kw: [Double]? = nil, levelKW: Double? = nil, shares: [Share]? = nil) {
        self.direction = direction
        self.kw = kw
        self.levelKW = levelKW
        self.shares = shares
    }
}

/// A target that gave way.
public struct Shortfall: Sendable, Equatable {
    /// What kind of target gave way.
    public enum Kind: String, Sendable, Codable {
        /// A state of charge at departure.
        case departure
        /// A state of charge on the way.
        case target
        /// `soc_min` while plugged in.
        case floor
        /// A state of charge at the horizon's end.
        case end
        /// `soc_max` after its time of grace.
        case ceiling
        /// Energy that is kept for an outage.
        case backup
        /// Load in an outage.
        case outage
        /// The energy or heat of a flexible load.
        case load
    }
    /// What kind of target it is.
    public var kind: Kind
    /// The vehicle's or stationary battery's id; nil for a target of the whole site (backup, load in an outage).
    public var vehicle: String?
    /// The flexible load's id, where it is one's.
    public var load: String?
    /// Index into the vehicle's windows or the load's spans; nil where the target belongs to none.
    public var window: Int?
    /// When the target is due (for a floor: the first boundary that lies lowest below it).
    public var at: Instant
    /// What is missing, kWh.
    public var kwh: Double
    /// The state of charge that this schedule reaches; nil for a target of the whole site.
    public var reachedSoC: Double?
    /// The most that could have been reached if this target were the only one, as a state of charge, at most what is asked
    /// for; nil for a target of the whole site, and where it is not known.
    public var reachableSoC: Double?

    /// Memberwise.
    package init(
        kind: Kind, vehicle: String?, load: String? = nil, window: Int?, at: Instant, kwh: Double,
        reachedSoC: Double?, reachableSoC: Double? = nil
    ) {
        self.load = load
        self.reachedSoC = reachedSoC
        self.kind = kind
        self.vehicle = vehicle
        self.window = window
        self.at = at
        self.kwh = kwh
        self.reachableSoC = reachableSoC
    }
}
