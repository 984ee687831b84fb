import Ageing
import GLPKSolver
import LinearPrograms
import Scenarios
import Scheduling

/// The linear program of an optimum's binaries, living in GLPK at its optimal basis: for asking what a change of the scenario
/// would do.
final class HeldOptimum {
    let model: SchedulingModel
    /// Values of the model's columns as the schedule has them.
    let values: [Double]
    /// Duals of the optimal basis.
    let duals: GLPKProblem.BasicSolution
    private let streams: [any ValueStream]
    private let problem: GLPKProblem
    private let basis: GLPKProblem.Basis
    private let held: LinearProgram
    private let objective: Double
    /// Least sum of the shortfalls, kWh.
    private let violation: Double

    /// Whether some target cannot be met.
    var isShort: Bool { violation > 1e-6 }

    /// By how much bounds are moved, kWh or kW: far above the solver's tolerances, far below what anybody asks for.
    static let nudge = 1e-3
    /// Money per unit below this is rounding.
    static let tolerance = 1e-6

    private let side: IdleSide

    /// - Parameters:
    ///   - streams: those that the model was made with.
    ///   - side: what idle vehicles may do.
    init(_ optimum: Scheduler.Optimum, streams: [any ValueStream], idle side: IdleSide) throws(GLPKError) {
        self.side = side
        model = optimum.model
        self.streams = streams
        values = optimum.solution.values
        let program = HeldOptimum.held(model, at: values, idle: side)
        violation = try HeldOptimum.minViolation(of: program)
        held = try HeldOptimum.holding(program, violation, sharing: model)
        problem = try GLPKProblem(held)
        try problem.crash(.bixby)
        guard let cost = try HeldOptimum.solve(problem) else { throw GLPKError.noOptimum }
        objective = cost
        duals = try problem.solution()
        basis = try problem.basis()
    }

    /// A model's program with its binaries and conditions as they are at `values`.
    private static func held(_ model: SchedulingModel, at values: [Double], idle side: IdleSide) -> LinearProgram {
        var program = model.program
        program.holdDecisions(at: values, idle: side)
        return program
    }

    private static func minViolation(of program: LinearProgram) throws(GLPKError) -> Double {
        guard !program.violations.isEmpty else { return 0 }
        var first = program
        first.minimiseViolations()
        let problem = try GLPKProblem(first)
        try problem.crash(.bixby)
        guard let least = try solve(problem) else { throw GLPKError.noOptimum }
        return max(0, least)
    }

    /// The program with its shortfalls held as any schedule has them: the least sum, and of those the least largest one of a
    /// vehicle.
    private static func holding(
        _ program: LinearProgram, _ violation: Double, sharing model: SchedulingModel
    ) throws(GLPKError) -> LinearProgram {
        guard !program.violations.isEmpty else { return program }
        var held = program
        held.holdViolations(to: violation)
        let sums = model.shortfallsByVehicle
        guard sums.count > 1, sums.count <= Scheduler.maxSharing, violation > 1e-6 else { return held }
        var fairest = held
        fairest.minimiseLargest(of: sums)
        let problem = try GLPKProblem(fairest)
        try problem.crash(.bixby)
        guard let largest = try solve(problem) else { throw GLPKError.noOptimum }
        held.hold(sums, atMost: max(0, largest))
        return held
    }

    /// The least cost; nil where there is no solution.
    private static func solve(_ problem: GLPKProblem) throws(GLPKError) -> Double? {
        guard
            case .optimal(let cost) = try problem.simplex(
                .init(algorithm: .dual, steepestEdge: false, flipsBounds: true))
        else { return nil }
        return cost
    }

    /// What a change of the scenario saves.
    struct Saving {
        /// Money.
        var cost: Double
        /// Shortfall, kWh.
        var violation: Double
        /// Whether the linear part charges and discharges a vehicle at once, which no charger does: the vehicle's idle sides
        /// must be looked at one by one then.
        var isBroken = false
    }

    /// What a change of the scenario saves. Nil where the changed scenario has no schedule with these binaries.
    ///
    /// - Parameter widening: by how much streams let the site's net import be more, kW.
    func saving(
        widening: Double = 0, _ change: (inout Scenario) -> Void
    ) throws(GLPKError) -> Saving? {
        var scenario = model.scenario
        change(&scenario)
        // The price of wear goes by the charger's rate.
        var ageing = model.ageing
        for (index, vehicle) in scenario.vehicles.enumerated()
        where vehicle.charger != model.scenario.vehicles[index].charger {
            if let priced = try? AgeingPrices(vehicle: vehicle, grid: scenario.grid) { ageing[index] = priced }
        }
        let changed = SchedulingModel(
            scenario: scenario, ageing: ageing,
            streams: streams.map { $0.remade(for: scenario).widened(byKW: widening) }, targets: model.targets,
            keepsConnection: true)
        guard changed.program.columnCount == model.program.columnCount else {
            return try savingFromNothing(changed)
        }
        let program = HeldOptimum.held(changed, at: values, idle: side)
        let least = try HeldOptimum.minViolation(of: program)
        let other = try HeldOptimum.holding(program, least, sharing: changed)
        guard other.hasSameMatrix(as: held) else {
            let fresh = try GLPKProblem(other)
            try fresh.crash(.bixby)
            return try saved(fresh, of: changed, least)
        }
        try problem.setBasis(basis)
        let rows = (0..<other.rowCount).filter {
            other.rowLower[$0] != held.rowLower[$0] || other.rowUpper[$0] != held.rowUpper[$0]
        }
        let columns = (0..<other.columnCount).filter {
            other.columnLower[$0] != held.columnLower[$0] || other.columnUpper[$0] != held.columnUpper[$0]
        }
        func bound(_ program: LinearProgram) throws(GLPKError) {
            try problem.setRowBounds(
                rows.map(Int32.init), lower: rows.map { program.rowLower[$0] },
                upper: rows.map { program.rowUpper[$0] })
            try problem.setColumnBounds(
                columns.map(Int32.init), lower: columns.map { program.columnLower[$0] },
                upper: columns.map { program.columnUpper[$0] })
        }
        try bound(other)
        defer { try? bound(held) }
        return try saved(problem, of: changed, least)
    }

    /// Solves the changed program; nil where it has no solution.
    private func saved(
        _ problem: GLPKProblem, of changed: SchedulingModel, _ least: Double
    ) throws(GLPKError) -> Saving? {
        guard let cost = try HeldOptimum.solve(problem) else { return nil }
        let values = try problem.columnValues()
        return Saving(
            cost: objective - cost, violation: violation - least,
            isBroken: changed.program.disjunctions.contains { condition in
                guard case .exclusive = condition else { return false }
                return condition.isBroken(at: values)
            })
    }

    /// Where the change brings or takes away columns, the linear part is solved from nothing.
    private func savingFromNothing(_ changed: SchedulingModel) throws(GLPKError) -> Saving? {
        let program = changed.program
        guard program.disjunctions.isEmpty else { return nil }
        let least = try HeldOptimum.minViolation(of: program)
        let problem = try GLPKProblem(HeldOptimum.holding(program, least, sharing: changed))
        try problem.crash(.bixby)
        return try saved(problem, of: changed, least)
    }

    /// The least cost with a column held within `range` (its own upper bound holds too); nil where that is impossible.
    func cost(holding column: Int, within range: ClosedRange<Double>) throws(GLPKError) -> Double? {
        let index = [Int32(column)]
        let most = min(range.upperBound, held.columnUpper[column])
        guard range.lowerBound <= most + 1e-9 else { return nil }
        try problem.setBasis(basis)
        try problem.setColumnBounds(index, lower: [min(range.lowerBound, most)], upper: [most])
        defer {
            try? problem.setColumnBounds(index, lower: [held.columnLower[column]], upper: [held.columnUpper[column]])
        }
        return try HeldOptimum.solve(problem)
    }

    /// Whether a column stands at its upper bound in the schedule, and that bound is not 0 for want of a choice.
    func isAtUpper(_ column: Column) -> Bool {
        let upper = model.program.columnUpper[column.index]
        return upper > 1e-9 && values[column.index] > upper - 1e-7
    }

    /// Marginal cost of a kWh taken at the meter in a step, money per kWh: the tariff, and what limits and services add.
    /// Nil where the step has no balance.
    func meterPrice(_ step: Int) -> Double? {
        model.site.balanceRows[step].map { -duals.rowDuals[$0.index] / model.scenario.grid.stepHours }
    }
}

extension LinearProgram {
    /// Whether two programs differ in bounds alone.
    fileprivate func hasSameMatrix(as other: LinearProgram) -> Bool {
        rowCount == other.rowCount && columnCount == other.columnCount && entryRow == other.entryRow
            && entryColumn == other.entryColumn && entryValue == other.entryValue
            && objective().coefficients == other.objective().coefficients
            && objective().constant == other.objective().constant
    }
}
