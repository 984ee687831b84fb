/// One of two sets of rows holds: every expression of `first` is at most 0, or every expression of `second` is.
///
///     first_i <= M_i (1 - y),   second_j <= M_j y,   y binary,   M: the largest value within the columns' bounds
///
/// What follows from either side with other rows of the program may be said beside it, and tightens the relaxation:
///
///     sided_k <= a_k y + b_k (1 - y),   a_k: the most of the expression while the first set holds, b_k: the second
package struct Either: Sendable {
    package var first: [LinearExpression]
    package var second: [LinearExpression]
    /// Bounds that every solution of the program keeps while one side holds.
    package var sided: [SidedBound]
    /// Names its binary and its rows.
    private var label: Label
    /// The most of an expression while each side holds.
    package struct SidedBound: Sendable {
        package var expression: LinearExpression
        package var whileFirst: Double
        package var whileSecond: Double

        package init(_ expression: LinearExpression, whileFirst: Double, whileSecond: Double) {
            self.expression = expression
            self.whileFirst = whileFirst
            self.whileSecond = whileSecond
        }
    }

    /// Values up to this count as 0.
    static let tolerance = 1e-7

    /// The columns need finite bounds on the side on which an expression grows.
    package init(
        _ first: [LinearExpression], or second: [LinearExpression], sided: [SidedBound] = [], label: Label
    ) {
        self.first = first
        self.second = second
        self.sided = sided
        self.label = label
    }

    var columns: [Column] { (first + second).flatMap { $0.terms.map(\.column) } }

    func moved(column: (Column) -> Column) -> Either {
        func moved(_ expression: LinearExpression) -> LinearExpression {
            LinearExpression(
                terms: expression.terms.map { Term(column($0.column), $0.coefficient) }, constant: expression.constant)
        }
        return Either(
            first.map(moved), or: second.map(moved),
            sided: sided.map {
                SidedBound(moved($0.expression), whileFirst: $0.whileFirst, whileSecond: $0.whileSecond)
            }, label: label)
    }

    private func excess(_ side: [LinearExpression], _ values: [Double]) -> Double {
        side.map { $0.value(at: values) }.max() ?? 0
    }

    func isBroken(at values: [Double]) -> Bool {
        min(excess(first, values), excess(second, values)) > Either.tolerance
    }

    func write(into program: inout LinearProgram, near values: [Double]) -> [(binary: Column, value: Double)] {
        let family = program.family(program.names.families[Int(label.family)] + ".either")
        let member = label.member >= 0 ? Int(label.member) : nil
        let index = label.index >= 0 ? Int(label.index) : nil
        let part = label.part >= 0 ? Int(label.part) : 0
        let binary = program.addBinary(family(member, index, part: part))
        let rows = program.family(program.names.families[Int(label.family)] + ".side")
        for (number, expression) in (first + second).enumerated() {
            let isFirst = number < first.count
            let most = max(0, program.largestValue(of: expression))
            var row = expression
            row.add(binary, isFirst ? most : -most)
            program.addRow(rows(member, index, part: 16 * part + number), row, upper: isFirst ? most : 0)
        }
        for (number, bound) in sided.enumerated() {
            var row = bound.expression
            row.add(binary, bound.whileSecond - bound.whileFirst)
            let part = 16 * part + first.count + second.count + number
            program.addRow(rows(member, index, part: part), row, upper: bound.whileSecond)
        }
        return [(binary, excess(first, values) <= excess(second, values) ? 1 : 0)]
    }
}

extension LinearProgram {
    /// The largest value that an expression takes within its columns' bounds; infinite where they are.
    package func largestValue(of expression: LinearExpression) -> Double {
        expression.merged().reduce(expression.constant) { sum, term in
            let bound = term.coefficient > 0 ? columnUpper[term.column.index] : columnLower[term.column.index]
            return sum + term.coefficient * bound
        }
    }
}
