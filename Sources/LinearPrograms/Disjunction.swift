/// A condition that no linear program can state. The linear part is solved without it; where the solution breaks it,
/// `write(into:)` states it exactly with binaries.
public enum Disjunction: Sendable {
    /// Not both columns are positive.
    case exclusive(Exclusive)
    /// A column is zero or at least its threshold.
    case semicontinuous(Semicontinuous)
    /// A value follows a function that is not convex.
    case curve(NonconvexCurve)

    /// Whether `values` (one a column) break it by more than rounding.
    public func isBroken(at values: [Double]) -> Bool {
        switch self {
        case .exclusive(let condition): condition.isBroken(at: values)
        case .semicontinuous(let condition): condition.isBroken(at: values)
        case .curve(let condition): condition.isBroken(at: values)
        }
    }

    /// Whether breaking it is likely to pay: then it is written out together with the first one that is found broken.
    public var isLikely: Bool {
        if case .exclusive(let condition) = self { return condition.isLikely }
        return false
    }

    /// Writes it into `program` with binaries. Returns the new binaries, each with the value that is nearest to `values`.
    public func write(into program: inout LinearProgram, near values: [Double]) -> [(binary: Column, value: Double)] {
        switch self {
        case .exclusive(let condition): condition.write(into: &program, near: values)
        case .semicontinuous(let condition): condition.write(into: &program, near: values)
        case .curve(let condition): condition.write(into: &program, near: values)
        }
    }
}

extension LinearProgram {
    /// The whole program with every disjunction written out: what an independent solver must be given.
    public func writtenOut() -> LinearProgram {
        var program = self
        let nowhere = [Double](repeating: 0, count: columnCount)
        for disjunction in disjunctions { _ = disjunction.write(into: &program, near: nowhere) }
        program.disjunctions = []
        return program
    }

    /// Holds the sum of the violations at or below `total`.
    public mutating func holdViolations(to total: Double) {
        let label = family("violations.total")
        addRow(label(), LinearExpression(terms: violations.map { Term($0) }), upper: total)
    }
}
