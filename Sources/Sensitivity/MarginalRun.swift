import GLPKSolver
import LinearPrograms
import Scenarios
import Scheduling

/// The optimal program with a phantom delivery for every vehicle and step, living in GLPK.
struct MarginalRun {
    private let model: SchedulingModel
    let program: LinearProgram
    let problem: GLPKProblem
    let basis: GLPKProblem.Basis
    /// The vertex that `basis` stands for.
    let vertex: GLPKProblem.BasicSolution
    private let holds: [[Hold?]]
    private let clock: WallClock
    private let steps: [String]
    /// Cost coefficients by line: (column, coefficient).
    private let lines: [(name: String, terms: [(column: Int, coefficient: Double)])]
    private let positions: [Int: (vehicle: Int, step: Int, sign: Double)]

    /// The phantom delivery of a vehicle in a step, and the row that holds the vehicle's net output.
    struct Hold: Sendable {
        var phantom: Column
        var row: Row
        /// Net output at the optimum, kW.
        var netKW: Double
        /// The powers of an idle vehicle of which one is closed, with their upper bounds: a move opens the one that it needs.
        var idle: (charge: Column, chargeUpper: Double, discharge: Column, dischargeUpper: Double)?
    }

    init(_ optimum: Scheduler.Optimum, idle side: IdleSide) throws(GLPKError) {
        let model = optimum.model
        let values = optimum.solution.finalValues
        self.model = model
        var program = optimum.solution.finalProgram
        let open = program
        program.holdDecisions(at: values, idle: side)
        // The basis of the program as it is: in the larger one the phantoms rest at zero, and the rows that hold are free.
        let plain = try GLPKProblem(program)
        try plain.crash(.bixby)
        _ = try plain.simplex(.init(algorithm: .dual, steepestEdge: false, flipsBounds: true))
        var basis = try plain.basis()
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
                // The fuses of its phases see the optimum's part too.
                let plannedKW = (charge.map { values[$0.index] } ?? 0) - (discharge.map { values[$0.index] } ?? 0)
                let phases = model.scenario.vehicles[index].charger.phases(atKW: plannedKW)
                for (phase, row) in model.site.phaseRows[step] ?? [] where phases.contains(phase) {
                    program.add(1 / Double(phases.count), phantom, to: row)
                }
                var net = LinearExpression(phantom, -1)
                if let charge { net.add(charge, -1) }
                if let discharge { net.add(discharge) }
                let netKW = (discharge.map { values[$0.index] } ?? 0) - (charge.map { values[$0.index] } ?? 0)
                var hold = Hold(phantom: phantom, row: program.addRow(holdLabel(index, step), net), netKW: netKW)
                if side != .either, let charge, let discharge,
                    max(values[charge.index], values[discharge.index]) <= 1e-7
                {
                    hold.idle = (
                        charge, open.columnUpper[charge.index], discharge, open.columnUpper[discharge.index]
                    )
                }
                row.append(hold)
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
        basis.columns += Array(
            repeating: GLPKProblem.Basis.fixed, count: program.columnCount - basis.columns.count)
        basis.rows += Array(repeating: GLPKProblem.Basis.basic, count: program.rowCount - basis.rows.count)
        problem = try GLPKProblem(program)
        try problem.setBasis(basis)
        _ = try problem.simplex(.init(algorithm: .dual, steepestEdge: false, flipsBounds: true))
        self.basis = try problem.basis()
        vertex = try problem.solution()
    }

    func costs() throws(GLPKError) -> MarginalCost {
        // Most directions are read from the optimal basis itself; only then the others, which change it.
        var found: [[Side]] = []
        for row in holds {
            var sides: [Side] = []
            for hold in row {
                guard let hold else {
                    sides.append(Side(deliver: .impossible, absorb: .impossible))
                    continue
                }
                let column = try problem.direction(moving: .column(hold.phantom.index))
                let shares = isAtVertex(hold) ? try problem.tableauRow(hold.row.index) : nil
                sides.append(
                    Side(
                        deliver: try pivoted(hold, column, shares, sign: 1),
                        absorb: try pivoted(hold, column, shares, sign: -1)))
            }
            found.append(sides)
        }
        try decideOpen(&found)
        var vehicles: [MarginalCost.VehicleSide] = []
        for (index, vehicle) in model.scenario.vehicles.enumerated() {
            var sides = MarginalCost.VehicleSide(
                id: vehicle.id, deliver: [], absorb: [], deliverBlockedBy: [], absorbBlockedBy: [])
            for step in 0..<model.scenario.grid.count {
                let hold = holds[index][step]
                let deliver = side(found[index][step].deliver, index, step)
                let absorb = side(found[index][step].absorb, index, step)
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

    private func decideOpen(_ sides: inout [[Side]]) throws(GLPKError) {
        var open: [Open] = []
        for vehicle in sides.indices {
            for step in sides[vehicle].indices {
                guard let hold = holds[vehicle][step] else { continue }
                for (move, sign) in [(sides[vehicle][step].deliver, 1.0), (sides[vehicle][step].absorb, -1.0)] {
                    guard case .undecided = move else { continue }
                    open.append(Open(vehicle: vehicle, step: step, hold: hold, sign: sign))
                }
            }
        }
        for (side, move) in zip(open, try DirectionSearch(program: program, basis: basis).moves(of: open)) {
            if side.sign > 0 {
                sides[side.vehicle][side.step].deliver = move
            } else {
                sides[side.vehicle][side.step].absorb = move
            }
        }
    }

    private func obstacle(_ hold: Hold?, _ vehicle: Int, _ step: Int, sign: Double) -> MarginalCost.Obstacle {
        guard let hold else { return .away }
        let columns = model.vehicles[vehicle]
        func most(_ column: Column?) -> Double { column.map { program.columnUpper[$0.index] } ?? 0 }
        let limit = sign > 0 ? most(columns.dischargeKW[step]) : most(columns.chargeKW[step])
        return sign * hold.netKW >= limit - 1e-6 ? .power : .limit
    }

    /// The cost of a move, per kWh; nil where there is none.
    private func side(_ move: Move, _ vehicle: Int, _ step: Int) -> MarginalCost.Side? {
        guard case .found(let perKW, let upToKW) = move else { return nil }
        let h = model.scenario.grid.stepHours
        let moves = perKW.columns.map { $0 / h }
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
            upToKWh: upToKW.isFinite ? rounded(upToKW * h) : 1e6,
            replacedIn: replacements(moves, vehicle, step, h))
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
