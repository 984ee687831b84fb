import GLPKSolver
import LinearPrograms
import Scenarios
import Scheduling

/// What a target or a limit costs: how much less the optimum would cost if it asked for, or allowed, a little less or more.
///
/// It is the dual value of the limit's bounds, taken on the side of relief: in the optimal basis the bounds are moved by a
/// little and the dual simplex method follows. (Where the basis is degenerate the dual itself is any number between the
/// two one-sided slopes; the slope on the side of relief is the one that means something to the owner.)
/// Binaries, where the optimum needed any, are held.
public struct ShadowPrice: Sendable, Encodable, Equatable {
    public enum Kind: String, Sendable, Encodable {
        case departure, target, floor, end
        case chargePower = "charge_kw"
        case dischargePower = "discharge_kw"
        case importLimit = "import_limit_kw"
        case exportLimit = "export_limit_kw"
        case groupImportLimit = "group_import_limit_kw"
        case groupExportLimit = "group_export_limit_kw"
    }

    public var kind: Kind
    /// The vehicle's id; nil for a limit of the site.
    public var vehicle: String?
    /// The group's id, for a limit of a group.
    public var group: String?
    /// When a target is due (a floor: from when on), nil for a limit.
    public var at: String?
    /// What is asked for or allowed, kWh or kW; nil where the limit changes in time.
    public var amount: Double?
    /// Money per kWh of a target, or per kW of a limit over the whole horizon; >= 0. Nil where the target cannot be met.
    public var price: Double?
    /// Money per % of the battery, for a target that can be met.
    public var pricePerPercent: Double?
    /// What is missing of a target that cannot be met, kWh.
    public var shortfallKWh: Double?
    /// The steps in which a limit binds, by their starts; empty for a target.
    public var bindsAt: [String]

    enum CodingKeys: String, CodingKey {
        case kind, vehicle, group, at, amount, price
        case pricePerPercent = "price_per_percent"
        case shortfallKWh = "shortfall_kwh"
        case bindsAt = "binds_at"
    }
}

/// An optimum living in GLPK with its integers held, so that its bounds can be moved from the optimal basis.
final class HeldOptimum {
    let model: SchedulingModel
    /// Values of the model's columns as the schedule has them.
    let values: [Double]
    /// Duals of the optimal basis.
    let duals: GLPKProblem.BasicSolution
    private let problem: GLPKProblem
    private let basis: GLPKProblem.Basis
    private let objective: Double
    private var lower: [Double]
    private var upper: [Double]
    private let rowLower: [Double]
    private let rowUpper: [Double]

    /// By how much bounds are moved, kWh or kW: far above the solver's tolerances, far below what anybody asks for.
    static let nudge = 1e-3
    /// Money per unit below this is rounding.
    static let tolerance = 1e-6

    init(_ optimum: Scheduler.Optimum) throws(GLPKError) {
        model = optimum.model
        values = optimum.solution.finalValues
        var program = optimum.solution.finalProgram
        program.holdDecisions(at: values)
        lower = program.columnLower
        upper = program.columnUpper
        var rowLower = program.rowLower
        var rowUpper = program.rowUpper
        // A row with one column left free (the others are held binaries) is that column's bound, and is moved as such.
        HeldOptimum.turnSingletonsIntoBounds(program, &lower, &upper, &rowLower, &rowUpper)
        // Import and export that exclude each other stay as they are decided: with both open, a price for export above that
        // of import would be earned without an end.
        var closed: Set<Int> = []
        for case .exclusive(let pair) in optimum.model.program.disjunctions
        where program.columnBlock[pair.first.index] < 0 {
            let (one, two) = (pair.first.index, pair.second.index)
            let less = values[one] >= values[two] ? two : one
            closed.insert(less)
            upper[less] = 0
        }
        // The meter's columns are bounded by what can be behind them: a charger that grows must not meet that.
        let site = optimum.model.scenario.site
        for (expressions, limits) in [
            (optimum.model.site.importKW, site.importLimitKW), (optimum.model.site.exportKW, site.exportLimitKW),
        ] {
            for (expression, limit) in zip(expressions, limits) {
                guard let column = expression.terms.first?.column.index, !closed.contains(column) else { continue }
                if upper[column] == optimum.model.program.columnUpper[column] { upper[column] = limit }
            }
        }
        self.rowLower = rowLower
        self.rowUpper = rowUpper
        problem = try GLPKProblem(program)
        let rows = (0..<Int32(program.rowCount)).map { $0 }
        try problem.setRowBounds(rows, lower: rowLower, upper: rowUpper)
        try problem.setColumnBounds((0..<Int32(program.columnCount)).map { $0 }, lower: lower, upper: upper)
        try problem.crash(.bixby)
        guard
            case .optimal(let cost) = try problem.simplex(
                .init(algorithm: .dual, steepestEdge: false, flipsBounds: true))
        else { throw GLPKError.noOptimum }
        objective = cost
        duals = try problem.solution()
        basis = try problem.basis()
    }

    private static func turnSingletonsIntoBounds(
        _ program: LinearProgram, _ lower: inout [Double], _ upper: inout [Double], _ rowLower: inout [Double],
        _ rowUpper: inout [Double]
    ) {
        var free = [Int](repeating: 0, count: program.rowCount)
        var held = [Double](repeating: 0, count: program.rowCount)
        var last = [Int](repeating: -1, count: program.rowCount)
        var hasHeld = [Bool](repeating: false, count: program.rowCount)
        for entry in program.entryValue.indices {
            let (row, column) = (Int(program.entryRow[entry]), Int(program.entryColumn[entry]))
            if lower[column] == upper[column] {
                held[row] += program.entryValue[entry] * lower[column]
                hasHeld[row] = true
            } else {
                free[row] += 1
                last[row] = entry
            }
        }
        for row in 0..<program.rowCount where free[row] == 1 && hasHeld[row] {
            let (column, factor) = (Int(program.entryColumn[last[row]]), program.entryValue[last[row]])
            let ends = [(rowLower[row] - held[row]) / factor, (rowUpper[row] - held[row]) / factor]
            lower[column] = max(lower[column], factor > 0 ? ends[0] : ends[1])
            upper[column] = max(lower[column], min(upper[column], factor > 0 ? ends[1] : ends[0]))
            rowLower[row] = -.infinity
            rowUpper[row] = .infinity
        }
    }

    /// Cost saved per unit where the upper bound of each column rises by its weight; 0 where none is at its bound.
    func relief(raising columns: [(column: Int, weight: Double)]) throws(GLPKError) -> Double {
        let binding = columns.filter { isAtUpper($0.column) }
        guard !binding.isEmpty else { return 0 }
        let indices = binding.map { Int32($0.column) }
        try problem.setBasis(basis)
        try problem.setColumnBounds(
            indices, lower: binding.map { lower[$0.column] },
            upper: binding.map { upper[$0.column] + HeldOptimum.nudge * $0.weight })
        defer {
            try? problem.setColumnBounds(
                indices, lower: binding.map { lower[$0.column] }, upper: binding.map { upper[$0.column] })
        }
        return try saved()
    }

    /// Cost saved per unit where the upper (or lower) bound of each row is moved out; 0 where none is at its bound.
    func relief(widening rows: [SchedulingModel.GroupRow], upper isUpper: Bool) throws(GLPKError) -> Double {
        let indices = rows.filter { isBinding($0, upper: isUpper) }.map { Int32($0.row.index) }
        guard !indices.isEmpty else { return 0 }
        let low = indices.map { rowLower[Int($0)] }
        let high = indices.map { rowUpper[Int($0)] }
        try problem.setBasis(basis)
        try problem.setRowBounds(
            indices, lower: low.map { isUpper ? $0 : $0 - HeldOptimum.nudge },
            upper: high.map { isUpper ? $0 + HeldOptimum.nudge : $0 })
        defer { try? problem.setRowBounds(indices, lower: low, upper: high) }
        return try saved()
    }

    /// Whether a row stands at its upper (or lower) bound in the optimal basis.
    func isBinding(_ row: SchedulingModel.GroupRow, upper isUpper: Bool) -> Bool {
        let value = duals.rowValues[row.row.index]
        return isUpper ? value > rowUpper[row.row.index] - 1e-7 : value < rowLower[row.row.index] + 1e-7
    }

    /// Cost saved per kWh where the lower bounds that hold a target fall, as far as no other target holds them up.
    func relief(
        lowering target: SchedulingModel.TargetMeaning, beside others: [SchedulingModel.TargetMeaning]
    ) throws(GLPKError) -> Double {
        var columns: [Int32: Double] = [:]
        var rows: [Int32: Double] = [:]
        for holder in target.holders {
            switch holder.place {
            case .row(let row): rows[Int32(row.index)] = rowLower[row.index] - HeldOptimum.nudge
            case .column(let column):
                let others = others.flatMap(\.holders).filter { $0.place == holder.place }.map(\.lower).max() ?? 0
                columns[Int32(column.index)] = max(0, others, holder.lower - HeldOptimum.nudge)
            }
        }
        let columnIndices = columns.keys.sorted()
        let rowIndices = rows.keys.sorted()
        try problem.setBasis(basis)
        try problem.setColumnBounds(
            columnIndices, lower: columnIndices.map { min(columns[$0] ?? 0, lower[Int($0)]) },
            upper: columnIndices.map { upper[Int($0)] })
        try problem.setRowBounds(
            rowIndices, lower: rowIndices.map { rows[$0] ?? 0 }, upper: rowIndices.map { rowUpper[Int($0)] })
        defer {
            try? problem.setColumnBounds(
                columnIndices, lower: columnIndices.map { lower[Int($0)] }, upper: columnIndices.map { upper[Int($0)] })
            try? problem.setRowBounds(
                rowIndices, lower: rowIndices.map { rowLower[Int($0)] }, upper: rowIndices.map { rowUpper[Int($0)] })
        }
        return try saved()
    }

    /// Whether a column stands at its upper bound in the schedule, and that bound is not 0 for want of a choice.
    func isAtUpper(_ column: Int) -> Bool { upper[column] > 1e-9 && values[column] > upper[column] - 1e-7 }

    /// The least cost with a column held within `range` (its own upper bound holds too); nil where that is impossible.
    func cost(holding column: Int, within range: ClosedRange<Double>) throws(GLPKError) -> Double? {
        let index = [Int32(column)]
        let most = min(range.upperBound, upper[column])
        guard range.lowerBound <= most + 1e-9 else { return nil }
        try problem.setBasis(basis)
        try problem.setColumnBounds(index, lower: [min(range.lowerBound, most)], upper: [most])
        defer { try? problem.setColumnBounds(index, lower: [lower[column]], upper: [upper[column]]) }
        guard
            case .optimal(let cost) = try problem.simplex(
                .init(algorithm: .dual, steepestEdge: false, flipsBounds: true))
        else { return nil }
        return cost
    }

    private func saved() throws(GLPKError) -> Double {
        guard
            case .optimal(let cost) = try problem.simplex(
                .init(algorithm: .dual, steepestEdge: false, flipsBounds: true))
        else { throw GLPKError.noOptimum }
        let price = (objective - cost) / HeldOptimum.nudge
        return price > HeldOptimum.tolerance ? price : 0
    }

    /// Marginal cost of a kWh taken at the meter in a step, money per kWh: the tariff, and what limits and services add.
    /// Nil where the step has no balance.
    func meterPrice(_ step: Int) -> Double? {
        model.site.balanceRows[step].map { -duals.rowDuals[$0.index] / model.scenario.grid.stepHours }
    }
}

extension HeldOptimum {
    /// The shadow price of every target, then of every limit that binds somewhere.
    func shadowPrices(_ shortfalls: [Shortfall]) throws(GLPKError) -> [ShadowPrice] {
        let scenario = model.scenario
        let clock = WallClock(timeZone: scenario.grid.timeZone) ?? .utc
        var prices: [ShadowPrice] = []
        for (index, target) in model.targetMeanings.enumerated() {
            let vehicle = scenario.vehicles[target.vehicle]
            let missing = shortfalls.first {
                $0.kind == target.kind && $0.vehicle == vehicle.id && $0.window == target.window
            }
            var price: Double?
            if missing == nil {
                var others = model.targetMeanings
                others.remove(at: index)
                price = try relief(lowering: target, beside: others.filter { $0.vehicle == target.vehicle })
            }
            prices.append(
                ShadowPrice(
                    kind: ShadowPrice.Kind(rawValue: target.kind.rawValue) ?? .departure, vehicle: vehicle.id,
                    at: clock.iso8601(target.at), amount: rounded(target.energyKWh), price: price.map(rounded),
                    pricePerPercent: price.map { rounded($0 * vehicle.battery.capacityKWh / 100) },
                    shortfallKWh: missing.map { rounded($0.kwh) }, bindsAt: []))
        }
        let iso = { (step: Int) in clock.iso8601(scenario.grid.boundary(step)) }
        func append(
            _ kind: ShadowPrice.Kind, vehicle: String?, amount: Double?,
            _ columns: [(step: Int, column: Int, weight: Double)]
        ) throws(GLPKError) {
            let price = try relief(raising: columns.map { ($0.column, $0.weight) })
            guard price > 0 else { return }
            prices.append(
                ShadowPrice(
                    kind: kind, vehicle: vehicle, at: nil, amount: amount, price: rounded(price), pricePerPercent: nil,
                    shortfallKWh: nil, bindsAt: columns.filter { isAtUpper($0.column) }.map { iso($0.step) }))
        }
        for (index, vehicle) in scenario.vehicles.enumerated() {
            // A curve ends at the rated power: what more power would lose is not known.
            for (kind, columns, rated, efficiency) in [
                (
                    ShadowPrice.Kind.chargePower, model.vehicles[index].chargeKW, vehicle.charger.chargeKW,
                    vehicle.charger.chargeEfficiency
                ),
                (
                    .dischargePower, model.vehicles[index].dischargeKW, vehicle.charger.dischargeKW,
                    vehicle.charger.dischargeEfficiency
                ),
            ] {
                guard case .constant = efficiency else { continue }
                let share = model.timelines[index].pluggedShare
                try append(
                    kind, vehicle: vehicle.id, amount: rated,
                    columns.enumerated().compactMap { step, column in column.map { (step, $0.index, share[step]) } })
            }
        }
        for (kind, expressions, limits) in [
            (ShadowPrice.Kind.importLimit, model.site.importKW, scenario.site.importLimitKW),
            (.exportLimit, model.site.exportKW, scenario.site.exportLimitKW),
        ] {
            let isConstant = limits.first.map { first in limits.allSatisfy { $0 == first } } ?? false
            try append(
                kind, vehicle: nil, amount: isConstant ? limits.first : nil,
                expressions.enumerated().compactMap { step, expression in
                    expression.terms.first.map { (step, $0.column.index, 1) }
                })
        }
        for (number, group) in scenario.groups.enumerated() {
            let rows = model.groupRows[number] ?? []
            for (kind, limits, isUpper) in [
                (ShadowPrice.Kind.groupImportLimit, group.importLimitKW, true),
                (.groupExportLimit, group.exportLimitKW, false),
            ] {
                let price = try relief(widening: rows, upper: isUpper)
                guard price > 0 else { continue }
                let isConstant = limits.first.map { first in limits.allSatisfy { $0 == first } } ?? false
                prices.append(
                    ShadowPrice(
                        kind: kind, vehicle: nil, group: group.id, at: nil, amount: isConstant ? limits.first : nil,
                        price: rounded(price), pricePerPercent: nil, shortfallKWh: nil,
                        bindsAt: rows.filter { isBinding($0, upper: isUpper) }.map { iso($0.step) }))
            }
        }
        return prices
    }
}
