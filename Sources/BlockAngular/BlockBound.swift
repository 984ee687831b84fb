import GLPKSolver
import LinearPrograms

/// The Lagrangian bound of a program of blocks with disjunctions, from duals of the linking rows:
///
///     bound = sum over linking rows of y * (the side that y is the dual of)
///             + sum over blocks of min over X_b of (c_b - A_b'y) x_b + the same for the columns of no block
///
/// X_b are a block's own rows, bounds and disjunctions: each is a small program, solved or bounded by itself. The linear
/// part's bound relaxes the disjunctions in every block; with many blocks this one is all but the optimum, since what is not
/// convex in each evens out. Source: Aubin and Ekeland 1976, "Estimates of the duality gap in nonconvex optimization".
struct BlockBound {
    private let program: LinearProgram
    /// One dual per row of the program, 0 where it does not link.
    private let duals: [Double]
    /// By block, the last one for the columns of none: columns, own rows, entries and disjunctions.
    private var parts: [BlockDescent.Part]
    private var chains: [Int: StoreChain] = [:]

    /// - Parameter linking: duals of some rows, by the row's index.
    init(_ program: LinearProgram, linking: [Int: Double]) {
        self.program = program
        let count = Int(program.columnBlock.max() ?? -1) + 1
        var parts = Array(repeating: BlockDescent.Part(), count: count + 1)
        func part(_ column: Int) -> Int { program.columnBlock[column] < 0 ? count : Int(program.columnBlock[column]) }
        let unseen = -2
        var owner = [Int](repeating: unseen, count: program.rowCount)
        for (row, column) in zip(program.entryRow, program.entryColumn) {
            let home = part(Int(column))
            if owner[Int(row)] == unseen {
                owner[Int(row)] = home
            } else if owner[Int(row)] != home {
                owner[Int(row)] = -1
            }
        }
        var duals = [Double](repeating: 0, count: program.rowCount)
        for (row, price) in linking where owner[row] == -1 { duals[row] = price }
        self.duals = duals
        for column in 0..<program.columnCount { parts[part(column)].columns.append(Int32(column)) }
        for (row, home) in owner.enumerated() where home >= 0 { parts[home].rows.append(Int32(row)) }
        for index in program.entryRow.indices { parts[part(Int(program.entryColumn[index]))].entries.append(index) }
        for entry in program.costs { parts[part(Int(entry.column))].costs.append(entry) }
        for (index, disjunction) in program.disjunctions.enumerated() {
            let homes = Set(disjunction.columns.map { part($0.index) })
            // One that several blocks share is left out: the bound holds without it.
            if homes.count == 1, let home = homes.first { parts[home].disjunctions.append(index) }
        }
        for chain in program.chains { chains[chain.block] = chain }
        self.parts = parts
    }

    /// The bound, and the blocks' points at the duals (the columns of no block stay as in `linear`); nil where a block is
    /// unbounded at the duals, or a limit is reached.
    func value(linear: [Double], threads: Int, limits: SolveLimits) -> (bound: Double, values: [Double])? {
        var total = program.costConstants.reduce(0, +)
        for row in duals.indices where duals[row] != 0 {
            let side = duals[row] > 0 ? program.rowLower[row] : program.rowUpper[row]
            if side.isFinite {
                total += duals[row] * side
            } else if abs(duals[row]) > Parameters.Proof.openRowDual {
                return nil
            }
        }
        let kinds = kinds()
        let workers = max(1, min(threads, kinds.count))
        let found = WorkerThreads.map(workers) { worker in
            stride(from: worker, to: kinds.count, by: workers).map { kind in
                limits.isPast ? nil : bound(of: kinds[kind][0], limits)
            }
        }
        var values = linear
        for (number, kind) in kinds.enumerated() {
            guard let (bound, chosen) = found[number % workers][number / workers] else { return nil }
            total += Double(kind.count) * bound
            for part in kind where part < parts.count - 1 {
                for (place, column) in parts[part].columns.enumerated() { values[Int(column)] = chosen[place] }
            }
        }
        return (total, values)
    }

    /// Parts that are the same but for their names.
    private func kinds() -> [[Int]] {
        var kinds: [[Int]] = []
        var known: [Int: [Int]] = [:]
        for part in parts.indices where !parts[part].columns.isEmpty {
            let key = fingerprint(part)
            if let kind = known[key]?.first(where: { areTwins(kinds[$0][0], part) }) {
                kinds[kind].append(part)
            } else {
                known[key, default: []].append(kinds.count)
                kinds.append([part])
            }
        }
        return kinds
    }

    private func fingerprint(_ part: Int) -> Int {
        var hasher = Hasher()
        hasher.combine(parts[part].columns.count)
        hasher.combine(parts[part].rows.count)
        for column in parts[part].columns { hasher.combine(program.columnUpper[Int(column)]) }
        for row in parts[part].rows { hasher.combine(program.rowUpper[Int(row)]) }
        return hasher.finalize()
    }

    private func areTwins(_ one: Int, _ two: Int) -> Bool {
        guard let first = chains[one], let second = chains[two] else { return false }
        let (a, b) = (parts[one], parts[two])
        guard a.columns.count == b.columns.count, a.rows.count == b.rows.count, a.entries.count == b.entries.count,
            a.costs.count == b.costs.count, a.disjunctions.count == b.disjunctions.count, first.isTwin(of: second)
        else { return false }
        let shift = (column: b.columns[0] - a.columns[0], row: (b.rows.first ?? 0) - (a.rows.first ?? 0))
        return zip(a.columns, b.columns).allSatisfy {
            $1 - $0 == shift.column && program.columnLower[Int($0)] == program.columnLower[Int($1)]
                && program.columnUpper[Int($0)] == program.columnUpper[Int($1)]
        }
            && zip(a.rows, b.rows).allSatisfy {
                $1 - $0 == shift.row && program.rowLower[Int($0)] == program.rowLower[Int($1)]
                    && program.rowUpper[Int($0)] == program.rowUpper[Int($1)]
            }
            && zip(a.entries, b.entries).allSatisfy {
                let (row, other) = (program.entryRow[$0], program.entryRow[$1])
                return program.entryValue[$0] == program.entryValue[$1]
                    && program.entryColumn[$1] - program.entryColumn[$0] == shift.column
                    && (row == other || other - row == shift.row)
            }
            && zip(a.costs, b.costs).allSatisfy {
                $1.column - $0.column == shift.column && $0.coefficient == $1.coefficient
            }
    }

    /// The minimum of one part at the duals, or a bound of it.
    private func bound(of number: Int, _ limits: SolveLimits) -> (bound: Double, values: [Double])? {
        let part = parts[number]
        var small = LinearProgram(namesOf: program)
        var columnAt: [Int32: Column] = [:]
        for column in part.columns {
            let index = Int(column)
            let (label, lower, upper) = (
                program.columnLabels[index], program.columnLower[index], program.columnUpper[index]
            )
            columnAt[column] =
                program.columnIsInteger[index]
                ? small.addInteger(label, lower: lower, upper: upper, block: 0)
                : small.addColumn(label, lower: lower, upper: upper, block: 0)
        }
        var rowAt: [Int32: Row] = [:]
        for row in part.rows {
            let index = Int(row)
            rowAt[row] = small.addRow(
                program.rowLabels[index], LinearExpression(), lower: program.rowLower[index],
                upper: program.rowUpper[index])
        }
        let line = program.costLine(at: 0)
        for entry in part.costs {
            if let column = columnAt[entry.column] {
                small.addCost(program.costLine(at: Int(entry.line)), column, entry.coefficient)
            }
        }
        for index in part.entries {
            guard let column = columnAt[program.entryColumn[index]] else { continue }
            if let row = rowAt[program.entryRow[index]] {
                small.add(program.entryValue[index], column, to: row)
            } else {
                small.addCost(line, column, -program.entryValue[index] * duals[Int(program.entryRow[index])])
            }
        }
        let column = { columnAt[Int32($0.index)] ?? $0 }
        let row = { rowAt[Int32($0.index)] ?? $0 }
        for index in part.disjunctions { small.add(program.disjunctions[index].moved(column: column, row: row)) }
        if let chain = chains[number] {
            small.chains = [chain.moved(block: 0, column: column, row: row, connection: { _ in nil })]
        }
        let nodes = chains[number] == nil ? Parameters.Descent.maxNodes : Parameters.Descent.maxNodesOfStore
        let share = limits.within(SolveLimits(nodes: nodes))
        switch DirectSolver().solve(small, options: SolveOptions(limits: share, breaksTies: false)) {
        case .solved(let solution): return (solution.bound, solution.values)
        case .infeasible, .unbounded, .limit, .failed: return nil
        }
    }
}

extension StoreChain {
    /// Whether the other chain differs in names alone.
    fileprivate func isTwin(of other: StoreChain) -> Bool {
        start == other.start && stages.count == other.stages.count
            && zip(stages, other.stages).allSatisfy { one, two in
                one.drawn == two.drawn && one.holding == two.holding && one.flows.count == two.flows.count
                    && zip(one.flows, two.flows).allSatisfy { $0.rise == $1.rise && $0.gaps == $1.gaps }
            }
    }
}
