/// A target `expression >= target` that may give way: `expression + violation >= target`, where the sum of the
/// violations is minimised before any cost.
package enum SoftTarget {
    /// A violation, to be shared by the rows that it softens.
    package static func addViolation(to program: inout LinearProgram, _ label: Label, block: Int?) -> Column {
        let column = program.addColumn(label, block: block)
        program.violations.append(column)
        return column
    }
}
