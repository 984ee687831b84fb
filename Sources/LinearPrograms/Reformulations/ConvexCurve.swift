/// A convex piecewise-linear cost of an expression: one bounded column a piece, the cheapest filled first by itself.
///
///     expression = x_0 + sum_q s_q,   0 <= s_q <= length_q,   cost = y_0 + sum_q slope_q s_q
package enum ConvexCurve {
    /// Adds `curve(expression)` to a cost line.
    ///
    /// - Returns: the columns and the row that state it.
    @discardableResult
    package static func add(
        _ curve: PiecewiseLinear, of expression: LinearExpression, to program: inout LinearProgram, line: CostLineIndex,
        label: NameTable.Family, member: Int?, index: Int, block: Int?
    ) -> (columns: [Column], row: Row) {
        var row = expression
        row.constant -= curve.points[0].x
        program.addCost(line, constant: curve.points[0].y)
        var columns: [Column] = []
        for (part, segment) in curve.segments.enumerated() {
            let column = program.addColumn(label(member, index, part: part), upper: segment.length, block: block)
            program.addCost(line, column, segment.slope)
            row.add(column, -1)
            columns.append(column)
        }
        return (columns, program.addRow(label(member, index), row, lower: 0, upper: 0))
    }
}
