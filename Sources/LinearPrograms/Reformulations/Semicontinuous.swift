/// A column is zero or at least `threshold`: `threshold * y <= x <= upper(x) * y`, `y` binary.
public struct Semicontinuous: Sendable {
    public var column: Column
    public var threshold: Double
    /// Values up to this count as 0.
    public static let tolerance = 1e-7

    /// The column needs a finite upper bound and a lower bound of 0.
    public init(_ column: Column, threshold: Double) {
        self.column = column
        self.threshold = threshold
    }

    func isBroken(at values: [Double]) -> Bool {
        let value = values[column.index]
        return value > Semicontinuous.tolerance && value < threshold - Semicontinuous.tolerance
    }

    func write(into program: inout LinearProgram, near values: [Double]) -> [(binary: Column, value: Double)] {
        let place = program.place(of: column)
        let family = program.family("minimum." + program.familyName(of: column))
        let upper = program.columnUpper[column.index]
        let binary = program.addBinary(family(place.member, place.index), block: place.block)
        if upper < threshold { program.setBounds(binary, upper: 0) }
        program.addRow(
            family(place.member, place.index, part: 0),
            LinearExpression(terms: [Term(column), Term(binary, -upper)]), upper: 0)
        program.addRow(
            family(place.member, place.index, part: 1),
            LinearExpression(terms: [Term(column), Term(binary, -threshold)]), lower: 0)
        return [(binary, values[column.index] >= threshold / 2 ? 1 : 0)]
    }
}
