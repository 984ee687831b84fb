import GLPKSolver
import LinearPrograms
import Scenarios
import Scheduling

/// The marginal cost of V2X (MODEL.md section 6): what one more kWh delivered by a vehicle in a step costs, and what one
/// kWh less saves, split by where the cost arises.
///
/// In the optimal program the vehicle's net output of the step is held at its optimum plus `delta / h`, the site keeps
/// seeing the optimum's part, and everything else moves: the slope of the optimal cost on either side of zero. A vehicle
/// and step at a time, from the optimal basis by the dual simplex method; the split is that basis's direction.
/// Binaries are held where the optimum has them; so is the state of a charger at its minimum power or on a piece of its
/// efficiency curve where it needed none.
public struct MarginalCost: Sendable, Encodable {
    /// One side of zero.
    public struct Side: Sendable, Encodable, Equatable {
        /// Money per AC kWh.
        public var total: Double
        /// `electricity` (the replacement energy as if nothing were lost), `efficiency` (what is bought only to be lost),
        /// and every other cost line; they sum to `total`.
        public var parts: [String: Double]
        /// How many kWh it holds for.
        public var upToKWh: Double
        /// Where the kWh is made up for: start of the step, and AC kWh charged more (or discharged less) there per kWh.
        public var replacedIn: [Replacement]

        enum CodingKeys: String, CodingKey {
            case total, parts
            case upToKWh = "up_to_kwh"
            case replacedIn = "replaced_in"
        }
    }

    public struct Replacement: Sendable, Encodable, Equatable {
        public var vehicle: String
        public var step: String
        public var kwh: Double
    }

    public struct VehicleSide: Sendable, Encodable {
        public var id: String
        /// Cost of one more kWh delivered, one a step; nil where none is possible.
        public var deliver: [Side?]
        /// Saving of one kWh less delivered (or one more absorbed), one a step; nil where none is possible.
        public var absorb: [Side?]
        /// Why none is possible (its cost is infinite); nil where one is.
        public var deliverBlockedBy: [Obstacle?]
        public var absorbBlockedBy: [Obstacle?]

        enum CodingKeys: String, CodingKey {
            case id, deliver, absorb
            case deliverBlockedBy = "deliver_blocked_by"
            case absorbBlockedBy = "absorb_blocked_by"
        }
    }

    /// Why not one kWh more is possible.
    public enum Obstacle: String, Sendable, Encodable {
        /// Not plugged in.
        case away
        /// The charger already gives (or takes) all it can.
        case power
        /// A target, a floor, the battery's limits or the connection's: nothing else can make up for it.
        case limit
    }

    public var scenario: String
    public var currency: String
    public var steps: [String]
    public var vehicles: [VehicleSide]
}

extension Planner {
    /// Why there are no marginal costs.
    public enum MarginalFailure: Error {
        case noSchedule(ScheduleOutcome)
        case solver(String)
    }

    /// The marginal costs of every vehicle and step of the optimum in `mode` (`v2x` or `v1x`).
    public func marginalCosts(mode: ScheduleMode = .v2x) throws(MarginalFailure) -> MarginalCost {
        guard case .optimum(let optimum) = scheduler.optimum(mode: mode, keepsConnection: true) else {
            throw .noSchedule(schedule(mode))
        }
        do {
            return try marginalCosts(of: optimum)
        } catch {
            throw .solver(error.description)
        }
    }

    /// The same, of an optimum that keeps its connection.
    func marginalCosts(of optimum: Scheduler.Optimum) throws(GLPKError) -> MarginalCost {
        try MarginalRun(optimum).costs()
    }
}

/// The optimal program with a phantom delivery for every vehicle and step, living in GLPK.
private struct MarginalRun {
    private let model: SchedulingModel
    private let program: LinearProgram
    private let problem: GLPKProblem
    private let basis: GLPKProblem.Basis
    private let holds: [[Hold?]]
    private let clock: WallClock
    private let steps: [String]
    /// Cost coefficients by line: (column, coefficient).
    private let lines: [(name: String, terms: [(column: Int, coefficient: Double)])]
    private let positions: [Int: (vehicle: Int, step: Int, sign: Double)]

    /// kWh by which the output is moved: far above the solver's tolerances, far below a charger's quarter of an hour.
    private static let nudgeKWh = 1e-4

    /// The phantom delivery of a vehicle in a step, and the row that holds the vehicle's net output.
    private struct Hold {
        var phantom: Column
        var row: Row
        /// Net output at the optimum, kW.
        var netKW: Double
    }

    init(_ optimum: Scheduler.Optimum) throws(GLPKError) {
        let model = optimum.model
        let values = optimum.solution.finalValues
        self.model = model
        var program = optimum.solution.finalProgram
        program.holdDecisions(at: values)
        let phantomLabel = program.family("phantom_kw")
        let holdLabel = program.family("held_output")
        var holds: [[Hold?]] = []
        var positions: [Int: (vehicle: Int, step: Int, sign: Double)] = [:]
        for (index, vehicle) in model.vehicles.enumerated() {
            var row: [Hold?] = []
            for step in 0..<model.scenario.grid.count {
                let (charge, discharge) = (vehicle.chargeKW[step], vehicle.dischargeKW[step])
                guard charge != nil || discharge != nil, let balance = model.site.balanceRows[step] else {
                    row.append(nil)
                    continue
                }
                if let charge { positions[charge.index] = (index, step, 1) }
                if let discharge { positions[discharge.index] = (index, step, -1) }
                let phantom = program.addColumn(phantomLabel(index, step), lower: 0, upper: 0, block: index)
                program.add(1, phantom, to: balance)
                var net = LinearExpression(phantom, -1)
                if let charge { net.add(charge, -1) }
                if let discharge { net.add(discharge) }
                let netKW = (discharge.map { values[$0.index] } ?? 0) - (charge.map { values[$0.index] } ?? 0)
                row.append(Hold(phantom: phantom, row: program.addRow(holdLabel(index, step), net), netKW: netKW))
            }
            holds.append(row)
        }
        self.holds = holds
        self.positions = positions
        clock = WallClock(timeZone: model.scenario.grid.timeZone) ?? .utc
        let clock = clock
        let grid = model.scenario.grid
        steps = (0..<grid.count).map { clock.iso8601(grid.boundary($0)) }
        var lines = program.costLineNames.map { (name: $0, terms: [(column: Int, coefficient: Double)]()) }
        for entry in program.costs { lines[Int(entry.line)].terms.append((Int(entry.column), entry.coefficient)) }
        self.lines = lines
        self.program = program
        problem = try GLPKProblem(program)
        try problem.crash(.bixby)
        _ = try problem.simplex(.init(algorithm: .dual, steepestEdge: false, flipsBounds: true))
        basis = try problem.basis()
    }

    func costs() throws(GLPKError) -> MarginalCost {
        var vehicles: [MarginalCost.VehicleSide] = []
        for (index, vehicle) in model.scenario.vehicles.enumerated() {
            var sides = MarginalCost.VehicleSide(
                id: vehicle.id, deliver: [], absorb: [], deliverBlockedBy: [], absorbBlockedBy: [])
            for step in 0..<model.scenario.grid.count {
                let hold = holds[index][step]
                let deliver = try hold.map { (hold) throws(GLPKError) in try side(hold, index, step, sign: 1) } ?? nil
                let absorb = try hold.map { (hold) throws(GLPKError) in try side(hold, index, step, sign: -1) } ?? nil
                sides.deliver.append(deliver)
                sides.absorb.append(absorb)
                sides.deliverBlockedBy.append(deliver == nil ? obstacle(hold, index, step, sign: 1) : nil)
                sides.absorbBlockedBy.append(absorb == nil ? obstacle(hold, index, step, sign: -1) : nil)
            }
            vehicles.append(sides)
        }
        return MarginalCost(
            scenario: model.scenario.name, currency: model.scenario.currency, steps: steps, vehicles: vehicles)
    }

    private func obstacle(_ hold: Hold?, _ vehicle: Int, _ step: Int, sign: Double) -> MarginalCost.Obstacle {
        guard let hold else { return .away }
        let columns = model.vehicles[vehicle]
        func most(_ column: Column?) -> Double { column.map { program.columnUpper[$0.index] } ?? 0 }
        let limit = sign > 0 ? most(columns.dischargeKW[step]) : most(columns.chargeKW[step])
        return sign * hold.netKW >= limit - 1e-6 ? .power : .limit
    }

    private func side(_ hold: Hold, _ vehicle: Int, _ step: Int, sign: Double) throws(GLPKError) -> MarginalCost.Side? {
        let h = model.scenario.grid.stepHours
        let row = [Int32(hold.row.index)]
        let column = [Int32(hold.phantom.index)]
        // The row holds output less phantom at the optimum; moving the phantom moves the output.
        try problem.setBasis(basis)
        try problem.setRowBounds(row, lower: [hold.netKW], upper: [hold.netKW])
        defer {
            try? problem.setRowBounds(row, lower: [-.infinity], upper: [.infinity])
            try? problem.setColumnBounds(column, lower: [0], upper: [0])
        }
        let nudged = sign * MarginalRun.nudgeKWh / h
        try problem.setColumnBounds(column, lower: [nudged], upper: [nudged])
        guard case .optimal = try problem.simplex(.init(algorithm: .dual, steepestEdge: false, flipsBounds: true))
        else {
            return nil
        }
        let near = try problem.solution()
        // Per kWh delivered more, in the basis that is optimal there.
        let perKW = try problem.direction(moving: hold.phantom.index)
        let moves = perKW.columns.map { $0 / h }
        let activities = perKW.rows.map { $0 / h }

        var amounts: [String: Double] = [:]
        var total = 0.0
        for line in lines {
            let amount = line.terms.reduce(0) { $0 + $1.coefficient * moves[$1.column] }
            total += amount
            if line.name != "energy" { amounts[line.name] = rounded(amount) }
        }
        let energy =
            total
            - lines.filter { $0.name != "energy" }
            .reduce(0) { sum, line in sum + line.terms.reduce(0) { $0 + $1.coefficient * moves[$1.column] } }
        var boughtKWh = 0.0
        for step in 0..<model.scenario.grid.count {
            for term in model.site.importKW[step].terms { boughtKWh += h * term.coefficient * moves[term.column.index] }
            for term in model.site.exportKW[step].terms { boughtKWh -= h * term.coefficient * moves[term.column.index] }
        }
        // What is bought for the kWh, at the mean price of that, as if a kWh bought were a kWh delivered.
        let electricity = boughtKWh > 1e-6 ? energy / boughtKWh : energy
        amounts["electricity"] = rounded(electricity)
        amounts["efficiency"] = rounded(energy - electricity)
        return MarginalCost.Side(
            total: rounded(total), parts: amounts,
            upToKWh: rounded(reach(near, moves, activities, hold, sign: sign)),
            replacedIn: replacements(moves, vehicle, step, h))
    }

    /// How far the direction can be followed before a column or row meets its bound, kWh.
    private func reach(
        _ point: GLPKProblem.BasicSolution, _ moves: [Double], _ activity: [Double], _ hold: Hold, sign: Double
    ) -> Double {
        var least = Double.infinity
        for column in moves.indices where column != hold.phantom.index && abs(moves[column]) > 1e-7 {
            let move = sign * moves[column]
            let bound = move > 0 ? program.columnUpper[column] : program.columnLower[column]
            guard bound.isFinite else { continue }
            least = min(least, max(0, (bound - point.columnValues[column]) / move))
        }
        for row in activity.indices where row != hold.row.index && abs(activity[row]) > 1e-7 {
            let move = sign * activity[row]
            let bound = move > 0 ? program.rowUpper[row] : program.rowLower[row]
            guard bound.isFinite else { continue }
            least = min(least, max(0, (bound - point.rowValues[row]) / move))
        }
        return least.isFinite ? least + MarginalRun.nudgeKWh : 1e6
    }

    private func replacements(_ moves: [Double], _ vehicle: Int, _ step: Int, _ h: Double) -> [MarginalCost.Replacement]
    {
        var found: [Int: Double] = [:]
        for (column, position) in positions where abs(moves[column]) * h > 1e-6 {
            guard position.vehicle != vehicle || position.step != step else { continue }
            found[position.vehicle * model.scenario.grid.count + position.step, default: 0] +=
                position.sign * moves[column] * h
        }
        return found.sorted { (-abs($0.value), $0.key) < (-abs($1.value), $1.key) }.prefix(4)
            .filter { abs($0.value) > 1e-6 }
            .map {
                MarginalCost.Replacement(
                    vehicle: model.scenario.vehicles[$0.key / model.scenario.grid.count].id,
                    step: steps[$0.key % model.scenario.grid.count], kwh: rounded($0.value))
            }
    }
}
