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

/// The connection to the grid, the load and the sun behind it. All arrays have one value per step.
public struct Site: Sendable, Equatable {
    /// Import limit, kW; infinite where the scenario sets no limit.
    public var importLimitKW: [Double]
    /// Export limit, kW; infinite where the scenario sets no limit.
    public var exportLimitKW: [Double]
    /// Consumption behind the connection, kW.
    public var loadKW: [Double]
    /// Generation behind the connection, kW.
    public var pvKW: [Double]
    /// Whether generation may be thrown away.
    public var isPVCurtailable: Bool
    /// Steps without a grid (`outages`): what is behind the connection feeds itself, generation may be thrown away, and
    /// load that nothing feeds is a shortfall. The limits are 0 there.
    public var isIsland: [Bool]

    /// Maximum generation that may be curtailed in a step, kW.
    package func maxCurtailedKW(_ step: Int) -> Double { isPVCurtailable || isIsland[step] ? pvKW[step] : 0 }
    /// Limit of each of the connection's three phases, either way, kW; nil where the scenario sets no limit.
    public var phaseLimitKW: Double?
    /// Loads whose time can be chosen, in the order of the file; ids are unique.
    public var flexibleLoads: [FlexibleLoad] = []

    /// A site of `stepCount` steps with nothing behind the connection and no limit.
    package init(unlimitedFor stepCount: Int) {
        importLimitKW = Array(repeating: .infinity, count: stepCount)
        exportLimitKW = importLimitKW
        loadKW = Array(repeating: 0, count: stepCount)
        pvKW = loadKW
        isPVCurtailable = false
        isIsland = Array(repeating: false, count: stepCount)
    }
}

/// Vehicles behind one cable of a car park: their net power at the chargers, all together, stays within its limits.
public struct VehicleGroup: Sendable, Equatable {
    /// Unique among the groups.
    public var id: String
    /// Index of the group that this one is part of; nil: it is directly at the connection.
    public var parent: Int?
    /// Indices of the vehicles behind it, those of its parts too, rising.
    public var members: [Int]
    /// Limit of the vehicles' net charging (charging less discharging) in each step, kW; infinite where there is none.
    public var importLimitKW: [Double]
    /// Limit of their net discharging in each step, kW; infinite where there is none.
    public var exportLimitKW: [Double]

    /// Memberwise.
    package init(
        id: String, parent: Int? = nil, members: [Int], importLimitKW: [Double], exportLimitKW: [Double]
    ) {
        self.id = id
        self.parent = parent
        self.members = members
        self.importLimitKW = importLimitKW
        self.exportLimitKW = exportLimitKW
    }
}

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

/// A battery as the schedule sees it. States of charge are shares of `capacityKWh`, 0...1.
public struct Battery: Sendable, Equatable {
    /// Usable capacity, kWh.
    public var capacityKWh: Double
    /// Lowest state of charge while plugged in; a target that may give way.
    /// Where it changes in time, the highest.
    public var socMin: Double
    /// Highest state of charge.
    public var socMax: Double
    /// At the horizon's start (or on arrival, where the vehicle arrives later).
    public var socStart: Double
    /// At the horizon's end, where the vehicle is plugged in then.
    public var socEnd: Double
    /// Worth of energy left at the horizon's end, money per kWh; nil where the scenario sets none.
    public var endValuePerKWh: Double?
    /// Cell temperature in each step, degC.
    public var temperatureC: [Double]
    /// What existing and cycling cost.
    public var ageing: AgeingSpecification
    /// Maximum charging power at a state of charge, AC kW: concave, rising in SoC to 1; empty where the charger alone limits.
    public var chargeLimit: [ChargeLimitPoint] = []
    /// Maximum energy discharged at the charger in a calendar day, in capacities; nil where the scenario sets no limit.
    public var maxCyclesPerDay: Double?
    /// `soc_min` of each step, T values, where it changes in time; nil: `socMin` holds throughout.
    public var socMinSeries: [Double]?
    /// `soc_max` of each step, T values, where it changes in time; nil: `socMax` holds throughout.
    public var socMaxSeries: [Double]?
    /// How long a battery that begins above `soc_max` may stay there, from the horizon's start or the arrival after it, s.
    public var socMaxGraceSeconds = 12 * 3600

    /// Memberwise.
    package init(
        capacityKWh: Double, socMin: Double = 0, socMax: Double = 1, socStart: Double, socEnd: Double? = nil,
        endValuePerKWh: Double? = nil, temperatureC: [Double], ageing: AgeingSpecification
    ) {
        self.capacityKWh = capacityKWh
        self.socMin = socMin
        self.socMax = socMax
        self.socStart = socStart
        self.socEnd = socEnd ?? socStart
        self.endValuePerKWh = endValuePerKWh
        self.temperatureC = temperatureC
        self.ageing = ageing
    }

    /// Energy at the start, kWh.
    public var startKWh: Double { socStart * capacityKWh }
    /// The floor while plugged in, kWh.
    public var floorKWh: Double { socMin * capacityKWh }
    /// The maximum that it may ever hold, kWh: the highest `soc_max` or, where that is more, what was there at the start.
    /// `PlugTimeline.ceilingKWh` gives the limit of each boundary.
    public var ceilingKWh: Double { max(socMax * capacityKWh, startKWh) }
    /// The floor at a boundary, kWh: that of the step which begins there (the last, at the horizon's end).
    package func floorKWh(at boundary: Int) -> Double { value(socMinSeries, boundary, socMin) * capacityKWh }
    /// `soc_max` at a boundary, kWh, in the same way.
    package func fullKWh(at boundary: Int) -> Double { value(socMaxSeries, boundary, socMax) * capacityKWh }

    private func value(_ series: [Double]?, _ boundary: Int, _ constant: Double) -> Double {
        series.map { $0[min(boundary, $0.count - 1)] } ?? constant
    }
}

extension Battery {
    /// The lines whose minimum is the charging limit: power at SoC 0, and its change to SoC 1, kW.
    package var chargeLimitLines: [(interceptKW: Double, slopeKW: Double)] {
        guard let first = chargeLimit.first else { return [] }
        let slopes = zip(chargeLimit, chargeLimit.dropFirst()).map { left, right in
            let slope = (right.acKW - left.acKW) / (right.soc - left.soc)
            return (interceptKW: left.acKW - slope * left.soc, slopeKW: slope)
        }
        return [(first.acKW, 0)] + slopes
    }

    /// The maximum AC power that the battery takes at a mean state of charge, kW; infinite where nothing limits it.
    package func chargeLimitKW(atMeanSoC soc: Double) -> Double {
        chargeLimitLines.map { $0.interceptKW + $0.slopeKW * soc }.min() ?? .infinity
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

/// A point of the charging power that a battery takes at a state of charge.
public struct ChargeLimitPoint: Sendable, Equatable {
    /// State of charge, 0...1.
    public var soc: Double
    /// AC power, kW.
    public var acKW: Double
    /// Memberwise.
    package init(soc: Double, acKW: Double) {
        self.soc = soc
        self.acKW = acKW
    }
}

/// Where the costs of ageing come from.
public enum AgeingSpecification: Sendable, Equatable {
    /// Degradation is switched off.
    case none
    /// The two functions, as the user wrote them.
    case functions(calendar: [CalendarCostPoint], cycle: [CycleCostSegment])
    /// A built-in cell or a user's own, priced by Ageing.docc/Cells.md section 2.
    case cell(CellAgeing)
}

/// A point of the calendar cost: money per hour of existing at a state of charge.
public struct CalendarCostPoint: Sendable, Equatable {
    /// State of charge, 0...1.
    public var soc: Double
    /// Money per hour.
    public var costPerHour: Double
    /// Memberwise.
    package init(soc: Double, costPerHour: Double) {
        self.soc = soc
        self.costPerHour = costPerHour
    }
}

/// A depth segment of the cycle cost: from the previous segment's depth (0 for the first) to `depth`.
public struct CycleCostSegment: Sendable, Equatable {
    /// Deep end of the segment, share of the capacity.
    public var depth: Double
    /// Money per kWh taken out of the cells.
    public var costPerKWh: Double
    /// Memberwise.
    package init(depth: Double, costPerKWh: Double) {
        self.depth = depth
        self.costPerKWh = costPerKWh
    }
}

/// A cell model and its price.
public struct CellAgeing: Sendable, Equatable {
    /// How the loss of a year's capacity is spread over the cell's life.
    public enum Pricing: String, Sendable, CaseIterable {
        /// The price of a loss at the end of life: the same at every age.
        case endOfLife = "end-of-life"
        /// The price of a loss at the present age: higher for a young battery.
        case present
    }
    /// How a calendar price that is not convex enters the schedule.
    public enum Calendar: String, Sendable, CaseIterable {
        /// The convex hull from below.
        case hull
        /// The convex function with the smallest error.
        case fit
        /// The function itself, with binaries.
        case exact
    }

    /// A built-in cell's name (see `v2x cells`), or the name of `custom`.
    public var cell: String
    /// The user's own cell, where the scenario describes one.
    public var custom: CustomCell?
    /// Price of a new battery, money per kWh of capacity.
    public var pricePerKWh: Double
    /// Relative capacity at which the battery is worth nothing.
    public var endOfLife: Double
    /// Years that the battery is meant to serve.
    public var serviceLifeYears: Double
    /// Age of the pack at the horizon's start, days.
    public var ageDays: Double
    /// Equivalent full cycles expected in a year.
    public var efcPerYear: Double
    /// At which age the price is taken.
    public var pricing: Pricing
    /// How the calendar price enters the schedule.
    public var calendar: Calendar

    /// Memberwise, with the defaults of Ageing.docc/Cells.md section 2.
    package init(
        cell: String = "nmc", custom: CustomCell? = nil, pricePerKWh: Double = 100, endOfLife: Double = 0.8,
        serviceLifeYears: Double = 10, ageDays: Double = 0, efcPerYear: Double = 100, pricing: Pricing = .endOfLife,
        calendar: Calendar = .fit
    ) {
        self.cell = cell
        self.custom = custom
        self.pricePerKWh = pricePerKWh
        self.endOfLife = endOfLife
        self.serviceLifeYears = serviceLifeYears
        self.ageDays = ageDays
        self.efcPerYear = efcPerYear
        self.pricing = pricing
        self.calendar = calendar
    }
}

/// A cell described by tables: loss = k x^p, with k read from the tables by linear interpolation.
public struct CustomCell: Sendable, Equatable {
    /// States of charge of the calendar table's columns, rising, first 0 and last 1.
    public var calendarSoC: [Double]
    /// Temperatures of the calendar table's rows, degC, rising.
    public var calendarTemperatureC: [Double]
    /// k of the calendar loss `k * days^p`: one row per temperature, one column per state of charge.
    public var calendarRate: [[Double]]
    /// p of the calendar loss.
    public var calendarExponent: Double
    /// Depths of the cycle table, rising, first 0 and last 1.
    public var cycleDepth: [Double]
    /// k of the cycle loss `k * EFC^p` at those depths.
    public var cycleRate: [Double]
    /// p of the cycle loss.
    public var cycleExponent: Double
    /// Memberwise.
    package init(
        calendarSoC: [Double], calendarTemperatureC: [Double], calendarRate: [[Double]], calendarExponent: Double,
        cycleDepth: [Double], cycleRate: [Double], cycleExponent: Double
    ) {
        self.calendarSoC = calendarSoC
        self.calendarTemperatureC = calendarTemperatureC
        self.calendarRate = calendarRate
        self.calendarExponent = calendarExponent
        self.cycleDepth = cycleDepth
        self.cycleRate = cycleRate
        self.cycleExponent = cycleExponent
    }
}

/// A charger, as seen from the meter (AC) side.
public struct Charger: Sendable, Equatable {
    /// Maximum charging power, kW.
    public var chargeKW: Double
    /// Maximum discharging power, kW; 0 is V1X.
    public var dischargeKW: Double
    /// Minimum charging power when it charges, kW.
    public var minChargeKW: Double
    /// Minimum discharging power when it discharges, kW.
    public var minDischargeKW: Double
    /// From the meter into the battery.
    public var chargeEfficiency: Efficiency
    /// From the battery to the meter.
    public var dischargeEfficiency: Efficiency
    /// The connection's phases that it is on, 1...3, its power shared equally among them; at full power where it chooses.
    public var phases: [Int] = [1, 2, 3]
    /// Fewer phases that it may be on instead, chosen in each step; fewest first, empty where there is no choice.
    public var fewerPhases: [[Int]] = []
    /// What a start costs, money (`ChargerRuns`).
    public var switchCost = 0.0
    /// Steps that a run lasts at least.
    public var minRunSteps = 1
    /// Voltage of each phase, for schedules that are written in amperes.
    public var volts: Double = 230
    /// Whether it may charge from the grid, or only from what the sun gives beyond the load.
    public var isFedByGrid = true
    /// Whether it may discharge into the grid, or only into what the site consumes.
    public var feedsGrid = true

    /// Memberwise.
    package init(
        chargeKW: Double, dischargeKW: Double = 0, minChargeKW: Double = 0, minDischargeKW: Double = 0,
        chargeEfficiency: Efficiency = .constant(1), dischargeEfficiency: Efficiency = .constant(1)
    ) {
        self.chargeKW = chargeKW
        self.dischargeKW = dischargeKW
        self.minChargeKW = minChargeKW
        self.minDischargeKW = minDischargeKW
        self.chargeEfficiency = chargeEfficiency
        self.dischargeEfficiency = dischargeEfficiency
    }
}

/// One-way efficiency of a charger.
public enum Efficiency: Sendable, Equatable {
    /// The same at every power, 0...1.
    case constant(Double)
    /// Efficiency at listed AC powers, rising in power; battery-side power is piecewise linear through (0,0) and them.
    case curve([EfficiencyPoint])

    /// The one number where a single efficiency is needed: that at the largest listed power.
    public var nominal: Double {
        switch self {
        case .constant(let value): value
        case .curve(let points): points.last?.efficiency ?? 1
        }
    }
}

/// A point of an efficiency curve.
public struct EfficiencyPoint: Sendable, Equatable {
    /// AC power, kW.
    public var acKW: Double
    /// One-way efficiency there, 0...1.
    public var efficiency: Double
    /// Memberwise.
    package init(acKW: Double, efficiency: Double) {
        self.acKW = acKW
        self.efficiency = efficiency
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

/// How the owner likes the schedule among those that cost the same, or nearly so.
public struct Habits: Sendable, Equatable {
    /// When to charge, where it costs the same.
    public enum Preference: String, Sendable, CaseIterable {
        /// As early as possible.
        case early
        /// As late as possible.
        case late
    }
    /// When to charge, where it costs the same.
    public var prefer: Preference
    /// What may be spent beyond the minimum cost for power that changes as little as it can, money; nil: no smoothing.
    public var smoothWithin: Double?
    /// A plan to stay near; nil: none.
    public var stay: Stay?

    /// The plan that was made last, and what staying near it may cost.
    public struct Stay: Sendable, Equatable {
        /// Money beyond the optimum.
        public var within: Double
        /// Net power (charging less discharging) by vehicle's id in each step, kW; nil where the plan knows nothing.
        public var plannedKW: [String: [Double?]]
        /// Memberwise.
        package init(within: Double, plannedKW: [String: [Double?]]) {
            self.within = within
            self.plannedKW = plannedKW
        }
    }

    /// What habits may cost beyond the optimum, money.
    public var within: Double { stay?.within ?? smoothWithin ?? 0 }
    /// Memberwise.
    package init(prefer: Preference = .early, smoothWithin: Double? = nil) {
        self.prefer = prefer
        self.smoothWithin = smoothWithin
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
