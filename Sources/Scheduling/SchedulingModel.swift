import Ageing
import LinearPrograms
import Scenarios

/// A scenario as a linear program, with the expressions by which laws and streams refer to it.
///
/// `Law.swift` is the table of contents; each law is a file of its own. T is the number of steps.
package struct SchedulingModel: Sendable {
    /// What becomes of the targets (departure, floor, end, backup).
    package enum Targets: Sendable {
        /// They hold: enough wherever they can be met, and the smaller program.
        case hard
        /// Each may fall short; the sum of the shortfalls is minimised first.
        case soft
        /// Targets are left out and hard limits may give way instead: for finding the limit that cannot hold.
        case elasticLimits
    }

    package internal(set) var scenario: Scenario
    package let ageing: [AgeingPrices]
    package let timelines: [PlugTimeline]
    package let targets: Targets
    package var program = LinearProgram()

    /// The site's expressions, T values each.
    package internal(set) var site = SiteExpressions()
    /// One entry per vehicle, stationary batteries last.
    package internal(set) var vehicles: [VehicleExpressions] = []
    /// One entry a flexible load.
    package internal(set) var loads: [LoadExpressions] = []
    /// What each violation column stands for, in the order of `program.violations`.
    package internal(set) var shortfallMeanings: [ShortfallMeaning] = []
    package internal(set) var limitMeanings: [LimitMeaning] = []
    /// The rows of each group's limits, by the group's number, in the steps that have one.
    package internal(set) var groupRows: [Int: [GroupRow]] = [:]
    /// What holds each target, for those who ask what it costs.
    package internal(set) var targetMeanings: [TargetMeaning] = []

    /// What streams keep from `declare` for later, by their key.
    package var declared: [String: any Sendable] = [:]

    /// Power at the connection in each step, kW.
    package struct SiteExpressions: Sendable {
        package internal(set) var importKW: [LinearExpression] = []
        package internal(set) var exportKW: [LinearExpression] = []
        package internal(set) var curtailedKW: [LinearExpression] = []
        /// The rows of the balance; nil where a step has none (nothing can be decided, or the vehicle is the connection).
        package internal(set) var balanceRows: [Row?] = []
        /// The rows of the phases' limits in each step that has some.
        package internal(set) var phaseRows: [Int: [(phase: Int, row: Row)]] = [:]
    }

    /// One vehicle's columns: nil in a step where the vehicle can do nothing.
    package struct VehicleExpressions: Sendable {
        package internal(set) var chargeKW: [Column?] = []
        package internal(set) var dischargeKW: [Column?] = []
        /// Its modes, where they have columns of their own.
        var modes: [ModeColumns] = []
        /// Their rows, by step.
        var modeRows: [Int: [Row]] = [:]
        /// Stored energy at each boundary, kWh, T + 1 values.
        package internal(set) var energyKWh: [LinearExpression] = []
        /// What streams add to the flow into the cells in each step, kW battery-side (empty: nothing).
        package internal(set) var extraInflowKW: [Int: LinearExpression] = [:]
        /// What streams add to the flow out of the cells in each step, kW battery-side (empty: nothing).
        package internal(set) var extraOutflowKW: [Int: LinearExpression] = [:]
        /// The floor's shortfall at each boundary, where a soft floor holds there.
        package internal(set) var floorViolation: [Int: LinearExpression] = [:]
        /// The excess over the ceiling, where a soft ceiling holds there, kWh.
        package internal(set) var ceilingExcess: LinearExpression?
        /// The floor at each boundary of a window, kWh.
        package internal(set) var floorKWh: [Int: Double] = [:]
        /// The vehicle as a store over time; nil where streams move energy of their own, or limits may give way.
        var chain: StoreChain?
        /// The chain's stages by their step, and by the column of the energy after them.
        var stageOfStep: [Int: Int] = [:]
        var stageOfLevel: [Column: Int] = [:]

        /// The stage after which an expression is the stored energy, or that plus a constant.
        func stage(of energy: LinearExpression) -> Int? {
            guard energy.terms.count == 1, energy.terms[0].coefficient == 1 else { return nil }
            return stageOfLevel[energy.terms[0].column]
        }
    }

    /// What a target's violation column stands for.
    package struct ShortfallMeaning: Sendable {
        package var column: Column
        /// The column's value for each kWh that is missing: the vehicle's priority.
        package var perKWh: Double
        package var kind: Shortfall.Kind
        /// Index into the scenario's vehicles; nil for the whole site, and for a load.
        package var vehicle: Int?
        /// Index into the site's flexible loads.
        package var load: Int?
        /// Index into the vehicle's windows, or the load's spans.
        package var window: Int?
        package var at: Instant
        /// What was asked for, kWh.
        package var targetKWh: Double
    }

    /// What a hard limit's overflow column stands for.
    package struct LimitMeaning: Sendable {
        package var column: Column
        package var limit: String
        package var at: Instant
        package var unit: String
    }

    /// A target as it stands in the program.
    package struct TargetMeaning: Sendable {
        package var kind: Shortfall.Kind
        /// Index into the scenario's vehicles.
        package var vehicle: Int
        /// Index into the vehicle's windows; nil where the target belongs to none.
        package var window: Int?
        /// When it is due; for a floor the window's first boundary.
        package var at: Instant
        /// What is asked for, kWh.
        package var energyKWh: Double
        /// The lower bounds that hold it: one, or for a floor one per boundary.
        package var holders: [LowerBound]
    }

    /// The row that holds a group's limits in a step.
    package struct GroupRow: Sendable {
        package var step: Int
        package var row: Row
    }

    /// Where `expression >= bound` went: a column's bound or a row's.
    package struct LowerBound: Sendable {
        package enum Place: Sendable, Hashable { case column(Column), row(Row) }
        package var place: Place
        /// The bound of that column or row.
        package var lower: Double
    }

    /// Whether import and export are columns of their own also where the site is one vehicle and nothing else.
    let keepsConnection: Bool
    /// Whether the vehicles are some of a larger fleet's: then the connection is written as for any of them.
    let isPart: Bool

    /// Writes the model of `scenario`, with one `AgeingPrices` a vehicle.
    ///
    /// - Parameter keepsConnection: whether import and export are columns of their own also where the site is one vehicle
    ///   and nothing else (larger; wanted by those who ask what the vehicle does apart from the meter).
    /// - Parameter isPart: whether the vehicles are some of a larger fleet's (`PartedProgram`).
    package init(
        scenario: Scenario, ageing: [AgeingPrices], streams: [any ValueStream], targets: Targets = .hard,
        keepsConnection: Bool = false, isPart: Bool = false
    ) {
        self.keepsConnection = keepsConnection
        self.isPart = isPart
        self.scenario = scenario
        self.ageing = ageing
        self.targets = targets
        timelines = scenario.vehicles.map { PlugTimeline(vehicle: $0, grid: scenario.grid) }
        vehicles = Array(repeating: VehicleExpressions(), count: scenario.vehicles.count)
        program.setMembers(scenario.vehicles.map(\.id))
        let count = scenario.grid.count * scenario.vehicles.count
        program.reserve(columns: 16 * count, rows: 10 * count, entries: 60 * count)
        for name in ["energy", "calendar", "cycle"] { _ = program.costLine(name) }

        for law in SchedulingModel.powerLaws { law.add(&self) }
        for stream in streams { stream.declare(in: &self) }
        for vehicle in scenario.vehicles.indices {
            for law in SchedulingModel.vehicleLaws { law.add(&self, vehicle) }
        }
        for law in SchedulingModel.siteLaws { law.add(&self) }
        for stream in streams { stream.constrain(&self) }
        for law in SchedulingModel.preferenceLaws { law.add(&self) }
        program.chains = vehicles.compactMap(\.chain) + loads.flatMap { $0.chains.map(\.chain) }
    }

    var grid: TimeGrid { scenario.grid }

    /// `expression >= bound`, as a column's bound where that is all it is.
    ///
    /// - Returns: where it went; nil where it holds whatever is decided.
    @discardableResult
    mutating func require(_ expression: LinearExpression, atLeast bound: Double, label: Label) -> LowerBound? {
        let lower = bound - expression.constant
        if expression.terms.count == 1, expression.terms[0].coefficient == 1 {
            let column = expression.terms[0].column
            // A bound above the upper one is infeasible; the solver is told by a row.
            guard lower <= program.columnUpper[column.index] else {
                return LowerBound(place: .row(program.addRow(label, expression, lower: bound)), lower: lower)
            }
            if lower > program.columnLower[column.index] { program.setBounds(column, lower: lower) }
            return LowerBound(place: .column(column), lower: lower)
        }
        guard !expression.isConstant || expression.constant < bound - 1e-9 else { return nil }
        return LowerBound(place: .row(program.addRow(label, expression, lower: bound)), lower: lower)
    }

    /// Adds `coefficient * column` to what flows into a vehicle's cells, kW battery-side; for streams, in `declare`.
    package mutating func addInflow(_ coefficient: Double, _ column: Column, vehicle: Int, step: Int) {
        vehicles[vehicle].extraInflowKW[step, default: LinearExpression()].add(column, coefficient)
    }

    /// Adds `coefficient * column` to what flows out of a vehicle's cells, kW battery-side; for streams, in `declare`.
    package mutating func addOutflow(_ coefficient: Double, _ column: Column, vehicle: Int, step: Int) {
        vehicles[vehicle].extraOutflowKW[step, default: LinearExpression()].add(column, coefficient)
    }

    /// A column by which a hard limit may be exceeded while its failure is being explained; nil in a real solve.
    package mutating func overflow(of limit: String, at instant: Instant, unit: String, block: Int? = nil) -> Column? {
        guard targets == .elasticLimits else { return nil }
        let label = program.family("overflow")
        let column = SoftTarget.addViolation(to: &program, label(block, limitMeanings.count), block: block)
        limitMeanings.append(LimitMeaning(column: column, limit: limit, at: instant, unit: unit))
        return column
    }

    /// What is missing of a target that may give way, kWh; nil where targets are hard or left out. It is a violation column,
    /// which counts the kWh times the vehicle's priority.
    package mutating func shortfall(
        _ kind: Shortfall.Kind, vehicle: Int?, window: Int?, at instant: Instant, targetKWh: Double, index: Int
    ) -> LinearExpression? {
        guard targets == .soft else { return nil }
        let priority = vehicle.map { scenario.vehicles[$0].priority } ?? 1
        let label = program.family("shortfall.\(kind.rawValue)_kwh")
        let column = SoftTarget.addViolation(to: &program, label(vehicle, index), block: vehicle)
        shortfallMeanings.append(
            ShortfallMeaning(
                column: column, perKWh: priority, kind: kind, vehicle: vehicle, window: window, at: instant,
                targetKWh: targetKWh))
        return LinearExpression(column, 1 / priority)
    }
}
