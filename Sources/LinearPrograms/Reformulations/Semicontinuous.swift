/// A column is at most `low` or at least `threshold`: `threshold * y <= x <= low + (upper(x) - low) * y`, `y` binary.
///
/// With `low` 0 it is zero or at least its threshold. A column that may be in several ranges has one such condition for each
/// gap between them.
package struct Semicontinuous: Sendable {
    package var column: Column
    /// Where the gap begins.
    package var low: Double
    /// Where the gap ends.
    package var threshold: Double
    /// Values that are in the gap by up to this count as outside.
    package static let tolerance = 1e-7

    /// The column needs a finite upper bound and a lower bound of 0.
    package init(_ column: Column, above low: Double = 0, threshold: Double) {
        self.column = column
        self.low = low
        self.threshold = threshold
    }

    /// Where a value lies: 0 where the gap begins, 1 where it ends.
    package func share(of value: Double) -> Double { (value - low) / (threshold - low) }

    func isBroken(at values: [Double]) -> Bool {
        let value = values[column.index]
        return value > low + Semicontinuous.tolerance && value < threshold - Semicontinuous.tolerance
    }

    func write(into program: inout LinearProgram, near values: [Double]) -> [(binary: Column, value: Double)] {
        let place = program.place(of: column)
        let suffix = low > 0 ? ".above" : ""
        let family = program.family("minimum." + program.familyName(of: column) + suffix)
        let upper = program.columnUpper[column.index]
        let binary = program.addBinary(family(place.member, place.index), block: place.block)
        if upper < threshold { program.setBounds(binary, upper: 0) }
        program.addRow(
            family(place.member, place.index, part: 0),
            LinearExpression(terms: [Term(column), Term(binary, min(0, low - upper))]), upper: low)
        program.addRow(
            family(place.member, place.index, part: 1),
            LinearExpression(terms: [Term(column), Term(binary, -threshold)]), lower: 0)
        return [(binary, share(of: values[column.index]) >= 0.5 ? 1 : 0)]
    }
}
