/// A column (variable) of a `LinearProgram`: an index and nothing else.
package struct Column: Hashable, Sendable {
    package let index: Int
    init(_ index: Int) { self.index = index }
}

/// A row (constraint) of a `LinearProgram`.
package struct Row: Hashable, Sendable {
    package let index: Int
    init(_ index: Int) { self.index = index }
}

/// A named part of the objective, such as "energy".
package struct CostLineIndex: Hashable, Sendable {
    package let index: Int
    init(_ index: Int) { self.index = index }
}

/// A mixed-integer linear program as a plain value: it is minimised, and it knows no solver.
///
///     minimise   sum over cost lines of (constant + cost' x)
///     such that  rowLower <= A x <= rowUpper,   columnLower <= x <= columnUpper,   x_j in {0, 1} where integer
///
/// Beside the linear part it carries
/// - *cost lines*: the objective split by where it arises,
/// - *blocks*: which block (a vehicle, say) a column belongs to, nil for columns that link blocks,
/// - *violations*: columns whose sum is minimised before anything else,
/// - *tie-breakers*: objectives that choose among optima, in order,
/// - *disjunctions*: conditions that no linear program can state, which are written out with binaries where they matter,
/// - *chains* and *connections*: which of its columns and rows are stores over time, and where their flows meet.
package struct LinearProgram: Sendable {
    package internal(set) var columnLower: [Double] = []
    package internal(set) var columnUpper: [Double] = []
    package internal(set) var columnIsInteger: [Bool] = []
    /// Block of each column, -1 for a linking column.
    package internal(set) var columnBlock: [Int32] = []
    package internal(set) var columnLabels: [Label] = []

    package internal(set) var rowLower: [Double] = []
    package internal(set) var rowUpper: [Double] = []
    package internal(set) var rowLabels: [Label] = []

    /// The matrix as triplets: `A[entryRow[i], entryColumn[i]] = entryValue[i]`; a position appears once at most.
    package internal(set) var entryRow: [Int32] = []
    package internal(set) var entryColumn: [Int32] = []
    package internal(set) var entryValue: [Double] = []

    package internal(set) var costLineNames: [String] = []
    package internal(set) var costConstants: [Double] = []
    package internal(set) var costs: [CostEntry] = []

    /// Columns (each >= 0) whose sum is minimised first.
    package internal(set) var violations: [Column] = []
    /// Objectives that choose among optima, in order of importance.
    package var tieBreakers: [[Term]] = []
    /// What may be spent beyond the optimum for the first tie-breaker (then it is more than a tie that is broken).
    package var costOfFirstTieBreaker = 0.0
    package internal(set) var disjunctions: [Disjunction] = []
    /// Parts of the program that are stores over time, for solvers that make use of it.
    package var chains: [StoreChain] = []
    /// Rows in which the chains' flows meet what comes in and goes out.
    package var connections: [Connection] = []
    package internal(set) var names = NameTable()

    /// One coefficient of one cost line.
    package struct CostEntry: Sendable {
        package var column: Int32
        package var line: Int32
        package var coefficient: Double
    }

    /// An empty program.
    package init() {}

    /// An empty program with the names and the cost lines of another one: labels and line indices mean the same in both.
    package init(namesOf other: LinearProgram) {
        names = other.names
        costLineNames = other.costLineNames
        costConstants = Array(repeating: 0, count: other.costLineNames.count)
    }

    package var columnCount: Int { columnLower.count }
    package var rowCount: Int { rowLower.count }
    package var hasIntegers: Bool { columnIsInteger.contains(true) }

    /// Room for a program of about that size, so that building it does not copy.
    package mutating func reserve(columns: Int, rows: Int, entries: Int) {
        columnLower.reserveCapacity(columns)
        columnUpper.reserveCapacity(columns)
        columnIsInteger.reserveCapacity(columns)
        columnBlock.reserveCapacity(columns)
        columnLabels.reserveCapacity(columns)
        rowLower.reserveCapacity(rows)
        rowUpper.reserveCapacity(rows)
        rowLabels.reserveCapacity(rows)
        entryRow.reserveCapacity(entries)
        entryColumn.reserveCapacity(entries)
        entryValue.reserveCapacity(entries)
    }

    /// A new column within `lower...upper` (infinite ends allowed).
    package mutating func addColumn(
        _ label: Label, lower: Double = 0, upper: Double = .infinity, block: Int? = nil
    ) -> Column {
        columnLower.append(lower)
        columnUpper.append(upper)
        columnIsInteger.append(false)
        columnBlock.append(Int32(block ?? -1))
        columnLabels.append(label)
        return Column(columnLower.count - 1)
    }

    /// Puts `coefficient * column` into a row in which the column does not stand yet.
    package mutating func add(_ coefficient: Double, _ column: Column, to row: Row) {
        addEntry(row, column, coefficient)
    }

    /// A new column that is 0 or 1.
    package mutating func addBinary(_ label: Label, block: Int? = nil) -> Column {
        let column = addColumn(label, lower: 0, upper: 1, block: block)
        columnIsInteger[column.index] = true
        return column
    }

    /// A new column that is a whole number within `lower...upper`.
    package mutating func addInteger(_ label: Label, lower: Double, upper: Double, block: Int? = nil) -> Column {
        let column = addColumn(label, lower: lower, upper: upper, block: block)
        columnIsInteger[column.index] = true
        return column
    }

    /// A new row `lower <= expression <= upper`; the expression's constant is moved to the bounds.
    @discardableResult
    package mutating func addRow(
        _ label: Label, _ expression: LinearExpression, lower: Double = -.infinity, upper: Double = .infinity
    ) -> Row {
        rowLower.append(lower - expression.constant)
        rowUpper.append(upper - expression.constant)
        rowLabels.append(label)
        let row = Row(rowLower.count - 1)
        for term in expression.merged() { addEntry(row, term.column, term.coefficient) }
        return row
    }

    /// Writes `coefficient` at a position of the matrix that is still empty.
    mutating func addEntry(_ row: Row, _ column: Column, _ coefficient: Double) {
        guard coefficient != 0 else { return }
        entryRow.append(Int32(row.index))
        entryColumn.append(Int32(column.index))
        entryValue.append(coefficient)
    }

    /// The cost line called `name`, made where there is none yet.
    package mutating func costLine(_ name: String) -> CostLineIndex {
        if let index = costLineNames.firstIndex(of: name) { return CostLineIndex(index) }
        costLineNames.append(name)
        costConstants.append(0)
        return CostLineIndex(costLineNames.count - 1)
    }

    /// Adds `coefficient * column` to a cost line (adding up with what is there).
    package mutating func addCost(_ line: CostLineIndex, _ column: Column, _ coefficient: Double) {
        guard coefficient != 0 else { return }
        costs.append(CostEntry(column: Int32(column.index), line: Int32(line.index), coefficient: coefficient))
    }

    /// Adds `factor * expression` to a cost line.
    package mutating func addCost(_ line: CostLineIndex, _ expression: LinearExpression, times factor: Double = 1) {
        for term in expression.terms { addCost(line, term.column, factor * term.coefficient) }
        costConstants[line.index] += factor * expression.constant
    }

    /// Adds `amount` to a cost line, whatever the columns do.
    package mutating func addCost(_ line: CostLineIndex, constant amount: Double) {
        costConstants[line.index] += amount
    }

    /// Narrows a column's bounds to those given.
    package mutating func setBounds(_ column: Column, lower: Double? = nil, upper: Double? = nil) {
        if let lower { columnLower[column.index] = lower }
        if let upper { columnUpper[column.index] = upper }
    }

    /// Replaces a row's bounds.
    package mutating func setBounds(_ row: Row, lower: Double, upper: Double) {
        rowLower[row.index] = lower
        rowUpper[row.index] = upper
    }

    /// Drops the conditions that are left: those who hold them otherwise say so.
    package mutating func forgetDisjunctions() { disjunctions = [] }

    /// States a condition that the linear part alone does not hold.
    package mutating func add(_ disjunction: Disjunction) { disjunctions.append(disjunction) }

    /// The total cost of each column, and of nothing.
    package func objective() -> (coefficients: [Double], constant: Double) {
        var coefficients = [Double](repeating: 0, count: columnCount)
        for entry in costs { coefficients[Int(entry.column)] += entry.coefficient }
        return (coefficients, costConstants.reduce(0, +))
    }

    /// The amount of each cost line at `values` (one per column), in the order of `costLineNames`.
    package func costLineAmounts(at values: [Double]) -> [Double] {
        var amounts = costConstants
        for entry in costs { amounts[Int(entry.line)] += entry.coefficient * values[Int(entry.column)] }
        return amounts
    }

    /// The sum of all cost lines at `values` (one per column), constants included.
    package func totalCost(at values: [Double]) -> Double { costLineAmounts(at: values).reduce(0, +) }
}

extension LinearProgram {
    /// The cost line at `index` of `costLineNames`.
    package func costLine(at index: Int) -> CostLineIndex { CostLineIndex(index) }

    /// The column at `index`, 0 ..< columnCount.
    package func column(at index: Int) -> Column { Column(index) }

    /// The row at `index`, 0 ..< rowCount.
    package func row(at index: Int) -> Row { Row(index) }

    /// Lets an integer column take any value in its bounds.
    package mutating func relaxInteger(_ column: Column) { columnIsInteger[column.index] = false }

    /// Holds every integer column at the nearest whole number to its value: what is left is linear.
    package mutating func holdIntegers(at values: [Double]) {
        for index in 0..<columnCount where columnIsInteger[index] {
            let value = values[index].rounded()
            setBounds(column(at: index), lower: value, upper: value)
            relaxInteger(column(at: index))
        }
    }

    /// Replaces the objective by one line; the other lines stay, at zero, since disjunctions may refer to them.
    ///
    /// Holding an amount costs nothing then, in the chains too.
    package mutating func replaceObjective(_ terms: [Term], named name: String) {
        for chain in chains.indices {
            for stage in chains[chain].stages.indices {
                chains[chain].stages[stage].holding = nil
                chains[chain].stages[stage].holdingConstant = 0
            }
        }
        replaceCosts(terms, named: name)
    }

    /// Replaces the costs by one line, where holding an amount costs what it did: the prices of other columns change.
    package mutating func replaceCosts(_ terms: [Term], named name: String) {
        costs = []
        costConstants = Array(repeating: 0, count: costLineNames.count)
        let line = costLine(name)
        for term in terms { addCost(line, term.column, term.coefficient) }
    }

    /// The cost as an objective among others.
    package var costTerms: [Term] {
        let costs = objective().coefficients
        return costs.indices.filter { costs[$0] != 0 }.map { Term(column(at: $0), costs[$0]) }
    }

    /// Adds a price to each violation, in a cost line of its own.
    ///
    /// It is the last one: `removeLastCostLine` takes it away again.
    package mutating func addPriceOfViolations(_ price: Double) {
        let line = costLine("violations")
        for column in violations { addCost(line, column, price) }
    }

    /// Removes the cost line that was made last.
    package mutating func removeLastCostLine() {
        costLineNames.removeLast()
        costConstants.removeLast()
        let count = costLineNames.count
        costs.removeAll { $0.line >= count }
    }

    /// Takes the objective of another program, which has all columns that it has a cost of, and the same chains.
    package mutating func restoreObjective(of other: LinearProgram) {
        costLineNames = other.costLineNames
        costConstants = other.costConstants
        costs = other.costs
        for chain in chains.indices {
            for stage in chains[chain].stages.indices {
                chains[chain].stages[stage].holding = other.chains[chain].stages[stage].holding
                chains[chain].stages[stage].holdingConstant = other.chains[chain].stages[stage].holdingConstant
            }
        }
    }

    /// A program of its own, in which the first tie-breaker is the objective, and the cost is held within its budget.
    ///
    /// - Parameters:
    ///   - first: the terms of the first tie-breaker.
    ///   - least: the minimum cost.
    package func budgeted(_ first: [Term], least: Double) -> LinearProgram {
        var budgeted = self
        let cost = LinearExpression(terms: costTerms, constant: objective().constant)
        budgeted.addRow(budgeted.family("budget")(), cost, upper: least + costOfFirstTieBreaker)
        budgeted.replaceObjective(first, named: "first tie-breaker")
        return budgeted
    }
}
