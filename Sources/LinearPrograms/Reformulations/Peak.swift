/// The largest of several expressions: `peak >= expression` for each; a positive cost on `peak` makes it the largest.
package enum Peak {
    /// A column that is at least `floor` and at least each of `expressions` (whose indices label the rows).
    package static func add(
        over expressions: [(index: Int, expression: LinearExpression)], floor: Double, upper: Double = .infinity,
        to program: inout LinearProgram, label: NameTable.Family
    ) -> Column {
        let peak = program.addColumn(label(), lower: floor, upper: upper)
        for (index, expression) in expressions {
            program.addRow(label(nil, index), LinearExpression(peak) - expression, lower: 0)
        }
        return peak
    }
}
