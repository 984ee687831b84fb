import GLPKSolver
import LinearPrograms

/// From a solution of the linear part to one in which every disjunction holds: block by block, each as a small program of its own
/// with all its disjunctions and the columns of no block, the other blocks held.
///
/// Each step keeps every row, and does not raise the cost of a solution whose disjunctions hold, so that it can be stopped
/// anywhere after the first round.
struct BlockDescent {
    private let program: LinearProgram
    private(set) var values: [Double]
    let limits: SolveLimits
    private(set) var iterations = 0

    /// By block: columns, entries, costs, disjunctions.
    struct Part {
        var columns: [Int32] = []
        var entries: [Int] = []
        var costs: [LinearProgram.CostEntry] = []
        var disjunctions: [Int] = []
        var rows: [Int32] = []
    }
    private var blocks: [Part] = []
    private var free = Part()
    /// The blocks that are stores.
    private var chains: [Int: StoreChain] = [:]
    /// Disjunctions that touch more than one block, which no block can solve.
    private var hasForeignDisjunctions = false
    private let isLinking: [Bool]
    /// Activity of the blocks in each linking row.
    private var activity: [Double]

    /// Of `program` (no integers of its own within blocks) at `values`, which hold its rows.
    init(_ program: LinearProgram, values: [Double], limits: SolveLimits) {
        self.program = program
        self.values = values
        self.limits = limits
        let count = Int(program.columnBlock.max() ?? -1) + 1
        blocks = Array(repeating: Part(), count: count)
        for (column, block) in program.columnBlock.enumerated() {
            if block < 0 {
                free.columns.append(Int32(column))
            } else {
                blocks[Int(block)].columns.append(Int32(column))
            }
        }
        let unseen: Int32 = -2
        var blockOfRow = [Int32](repeating: unseen, count: program.rowCount)
        for (row, column) in zip(program.entryRow, program.entryColumn) {
            let block = program.columnBlock[Int(column)]
            let known = blockOfRow[Int(row)]
            if known == unseen { blockOfRow[Int(row)] = block } else if known != block { blockOfRow[Int(row)] = -1 }
        }
        isLinking = blockOfRow.map { $0 < 0 }
        for (row, block) in blockOfRow.enumerated() where block >= 0 { blocks[Int(block)].rows.append(Int32(row)) }
        free.rows = blockOfRow.indices.filter { blockOfRow[$0] < 0 }.map { Int32($0) }
        for chain in program.chains { chains[chain.block] = chain }
        activity = Array(repeating: 0, count: program.rowCount)
        for index in program.entryRow.indices {
            let (row, column) = (Int(program.entryRow[index]), Int(program.entryColumn[index]))
            let block = program.columnBlock[column]
            if block < 0 {
                free.entries.append(index)
            } else {
                blocks[Int(block)].entries.append(index)
                if isLinking[row] { activity[row] += program.entryValue[index] * values[column] }
            }
        }
        for entry in program.costs {
            let block = program.columnBlock[Int(entry.column)]
            if block < 0 { free.costs.append(entry) } else { blocks[Int(block)].costs.append(entry) }
        }
        for (index, disjunction) in program.disjunctions.enumerated() {
            if let block = disjunction.block(in: program) {
                blocks[block].disjunctions.append(index)
            } else if disjunction.columns.allSatisfy({ program.columnBlock[$0.index] < 0 }) {
                free.disjunctions.append(index)
            } else {
                hasForeignDisjunctions = true
            }
        }
    }

    var objective: Double { program.totalCost(at: values) }

    /// Blocks in which a disjunction is broken.
    private var brokenBlocks: [Int] {
        blocks.indices.filter { block in
            !program.holdsDisjunctions(blocks[block].disjunctions, at: values)
        }
    }

    private var isBroken: Bool {
        !program.holdsDisjunctions(free.disjunctions, at: values) || !brokenBlocks.isEmpty
    }

    /// Makes every disjunction hold. False where that fails.
    mutating func repair() throws -> Bool {
        guard !hasForeignDisjunctions else { return false }
        for _ in 0..<Parameters.Descent.maxRounds {
            let broken = brokenBlocks
            if broken.isEmpty, !isBroken { return true }
            // The columns that link have conditions of their own: a step with any block holds them too.
            for block in broken.isEmpty ? Array(blocks.indices.prefix(1)) : broken {
                if limits.isPast { return false }
                try step(block)
            }
        }
        return !isBroken
    }

    /// Solves each block that has disjunctions again, until nothing is gained or `target` is reached.
    mutating func improve(to target: Double) throws {
        var before = objective
        while before > target {
            for block in blocks.indices where !blocks[block].disjunctions.isEmpty {
                if limits.isPast { return }
                try step(block)
            }
            let now = objective
            if before - now < Parameters.Descent.minShareOfGap * (before - target) { return }
            before = now
        }
    }

    /// Solves one block and the columns that link, the rest held; keeps what is found.
    private mutating func step(_ block: Int) throws {
        let part = blocks[block]
        var own = [Double](repeating: 0, count: 0)
        var ownActivity: [Int: Double] = [:]
        for index in part.entries where isLinking[Int(program.entryRow[index])] {
            ownActivity[Int(program.entryRow[index]), default: 0] +=
                program.entryValue[index] * values[Int(program.entryColumn[index])]
        }
        var small = LinearProgram(namesOf: program)
        var columnAt: [Int32: Column] = [:]
        for column in free.columns + part.columns {
            let index = Int(column)
            let (label, lower, upper) = (
                program.columnLabels[index], program.columnLower[index], program.columnUpper[index]
            )
            let home = program.columnBlock[index] < 0 ? nil : 0
            columnAt[column] =
                program.columnIsInteger[index]
                ? small.addInteger(label, lower: lower, upper: upper, block: home)
                : small.addColumn(label, lower: lower, upper: upper, block: home)
            own.append(values[index])
        }
        var rowAt: [Int32: Row] = [:]
        for row in free.rows + part.rows {
            let index = Int(row)
            let others = isLinking[index] ? activity[index] - (ownActivity[index] ?? 0) : 0
            rowAt[row] = small.addRow(
                program.rowLabels[index], LinearExpression(), lower: program.rowLower[index] - others,
                upper: program.rowUpper[index] - others)
        }
        for index in free.entries + part.entries {
            guard let column = columnAt[program.entryColumn[index]], let row = rowAt[program.entryRow[index]] else {
                continue
            }
            small.add(program.entryValue[index], column, to: row)
        }
        for entry in free.costs + part.costs {
            guard let column = columnAt[entry.column] else { continue }
            small.addCost(program.costLine(at: Int(entry.line)), column, entry.coefficient)
        }
        for index in free.disjunctions + part.disjunctions {
            small.add(
                program.disjunctions[index].moved(
                    column: { columnAt[Int32($0.index)] ?? $0 }, row: { rowAt[Int32($0.index)] ?? $0 }))
        }
        if let chain = chains[block] {
            let column = { columnAt[Int32($0.index)] ?? $0 }
            let row = { rowAt[Int32($0.index)] ?? $0 }
            small.connections = program.connections.map { $0.moved(column: column, row: row) }
            small.chains = [chain.moved(block: 0, column: column, row: row, connection: { $0 })]
        }
        let nodes = chains[block] == nil ? Parameters.Descent.maxNodes : Parameters.Descent.maxNodesOfStore
        let share = SolveLimits(iterations: Parameters.Descent.maxPivots, nodes: nodes)
        let options = SolveOptions(
            relativeGap: Parameters.Descent.blockGap, limits: limits.within(share), breaksTies: false)
        guard case .solved(let solution) = DirectSolver().solve(small, options: options) else { return }
        iterations += solution.iterations
        let wasBroken = !program.holdsDisjunctions(free.disjunctions + part.disjunctions, at: values)
        let cost = small.totalCost(at: own)
        guard wasBroken || solution.objective < cost - Parameters.Descent.minGain * max(1, abs(cost)) else { return }
        for (place, column) in (free.columns + part.columns).enumerated() {
            values[Int(column)] = solution.values[place]
        }
        for index in part.entries where isLinking[Int(program.entryRow[index])] {
            let row = Int(program.entryRow[index])
            if let before = ownActivity.removeValue(forKey: row) { activity[row] -= before }
            activity[row] += program.entryValue[index] * values[Int(program.entryColumn[index])]
        }
    }
}
