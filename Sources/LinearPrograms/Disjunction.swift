/// A condition that no linear program can state. The linear part is solved without it; where the solution breaks it,
/// `write(into:)` states it exactly with binaries.
package enum Disjunction: Sendable {
    /// Not both columns are positive.
    case exclusive(Exclusive)
    /// A column is outside a gap: zero or at least its threshold.
    case semicontinuous(Semicontinuous)
    /// A value follows a function that is not convex.
    case curve(NonconvexCurve)
    /// One of two sets of rows holds.
    case either(Either)

    /// Whether `values` (one per column) break it by more than rounding.
    package func isBroken(at values: [Double]) -> Bool {
        switch self {
        case .exclusive(let condition): condition.isBroken(at: values)
        case .semicontinuous(let condition): condition.isBroken(at: values)
        case .curve(let condition): condition.isBroken(at: values)
        case .either(let condition): condition.isBroken(at: values)
        }
    }

    /// Whether breaking it is likely to pay: then it is written out together with the first one that is found broken.
    package var isLikely: Bool {
        if case .exclusive(let condition) = self { return condition.isLikely }
        return false
    }

    /// Writes it into `program` with binaries. Returns the new binaries, each with the value that is nearest to `values`.
    package func write(into program: inout LinearProgram, near values: [Double]) -> [(binary: Column, value: Double)] {
        switch self {
        case .exclusive(let condition): condition.write(into: &program, near: values)
        case .semicontinuous(let condition): condition.write(into: &program, near: values)
        case .curve(let condition): condition.write(into: &program, near: values)
        case .either(let condition): condition.write(into: &program, near: values)
        }
    }
}

extension Disjunction {
    /// The block that all its columns belong to; nil where they belong to none, or to several.
    package func block(in program: LinearProgram) -> Int? {
        let blocks = Set(columns.map { program.columnBlock[$0.index] })
        guard blocks.count == 1, let block = blocks.first, block >= 0 else { return nil }
        return Int(block)
    }

    /// The columns that it is about.
    package var columns: [Column] {
        switch self {
        case .exclusive(let condition): [condition.first, condition.second]
        case .semicontinuous(let condition): [condition.column]
        case .curve(let condition): condition.ownColumns
        case .either(let condition): condition.columns
        }
    }

    /// The same condition in a program in which its columns and rows stand elsewhere.
    package func moved(column: (Column) -> Column, row: (Row) -> Row) -> Disjunction {
        switch self {
        case .exclusive(let condition):
            .exclusive(
                Exclusive(column(condition.first), column(condition.second), isLikely: condition.isLikely))
        case .semicontinuous(let condition):
            .semicontinuous(
                Semicontinuous(column(condition.column), above: condition.low, threshold: condition.threshold))
        case .curve(let condition): .curve(condition.moved(column: column, row: row))
        case .either(let condition): .either(condition.moved(column: column))
        }
    }
}

extension LinearProgram {
    /// Whether `values` (one per column) hold every disjunction that is not written out, within rounding.
    package func holdsDisjunctions(at values: [Double]) -> Bool { !disjunctions.contains { $0.isBroken(at: values) } }

    /// Whether `values` (one per column) hold the disjunctions at `indices`, within rounding.
    package func holdsDisjunctions(_ indices: [Int], at values: [Double]) -> Bool {
        !indices.contains { disjunctions[$0].isBroken(at: values) }
    }

    /// The indices of the disjunctions that `values` (one per column) break by more than rounding, in ascending order.
    package func brokenDisjunctions(at values: [Double]) -> [Int] {
        disjunctions.indices.filter { disjunctions[$0].isBroken(at: values) }
    }

    /// Whether a value follows a function that is not convex.
    package var hasCurves: Bool {
        disjunctions.contains { if case .curve = $0 { true } else { false } }
    }

    /// Writes out the disjunctions at `indices`, which are then no longer among `disjunctions`.
    ///
    /// - Returns: the new binaries, each with the value that is nearest to `values`.
    @discardableResult
    package mutating func writeDisjunctions(
        at indices: [Int], near values: [Double]
    ) -> [(binary: Column, value: Double)] {
        var binaries: [(binary: Column, value: Double)] = []
        for index in indices { binaries += disjunctions[index].write(into: &self, near: values) }
        for index in indices.sorted().reversed() { disjunctions.remove(at: index) }
        return binaries
    }

    /// The whole program with every disjunction written out: what an independent solver must be given.
    package func writtenOut() -> LinearProgram {
        var program = self
        program.writeDisjunctions(
            at: Array(disjunctions.indices), near: [Double](repeating: 0, count: columnCount))
        return program
    }

    /// Holds every integer and every condition as it is at `values`: a linear program of the moves that are left. What can
    /// move either way from there stays as the linear part has it.
    package mutating func holdDecisions(at values: [Double]) {
        holdIntegers(at: values)
        let held = disjunctions.indices.filter { index in
            switch disjunctions[index] {
            case .exclusive(let pair): !pair.isOpen(at: values)
            case .curve(let curve): !curve.isOpen(at: values)
            case .semicontinuous, .either: true
            }
        }
        for (binary, value) in writeDisjunctions(at: held, near: values) {
            setBounds(binary, lower: value, upper: value)
            relaxInteger(binary)
        }
        disjunctions = []
    }

    /// The values of a solution in which disjunctions were written out, as one of this program: the columns of its curves say
    /// what the curves are.
    package func completed(_ values: [Double]) -> [Double] {
        var completed = values
        for case .curve(let curve) in disjunctions { curve.place(in: &completed) }
        return completed
    }

    /// By how much a value that is held may be missed: what arithmetic loses of a large one.
    package static func rounding(of value: Double) -> Double { 1e-9 + 1e-12 * abs(value) }

    /// The sum of the violations at `values` (one per column), at least 0.
    package func totalViolation(at values: [Double]) -> Double {
        max(0, violations.reduce(0) { $0 + values[$1.index] })
    }

    /// Makes the sum of the violations the objective.
    package mutating func minimiseViolations() {
        replaceObjective(violations.map { Term($0) }, named: "violations")
    }

    /// Lets the violations be what they may: they are minimised no more.
    package mutating func freeViolations() { violations = [] }

    /// Holds the sum of the violations at or below `total`, within rounding.
    package mutating func holdViolations(to total: Double) {
        let label = family("violations.total")
        let upper = total + LinearProgram.rounding(of: total)
        addRow(label(), LinearExpression(terms: violations.map { Term($0) }), upper: upper)
    }
}
