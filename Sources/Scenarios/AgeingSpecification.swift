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
