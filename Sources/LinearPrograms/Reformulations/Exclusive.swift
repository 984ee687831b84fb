/// Not both columns are positive: `x <= upper(x) * y`, `x' <= upper(x') * (1 - y)`, `y` binary.
package struct Exclusive: Sendable {
    package var first: Column
    package var second: Column
    /// Whether a static test says that breaking it can pay.
    package var isLikely: Bool
    /// Smallest value that counts as positive.
    static let tolerance = 1e-7

    /// Both columns need finite upper bounds and a lower bound of 0.
    package init(_ first: Column, _ second: Column, isLikely: Bool = false) {
        self.first = first
        self.second = second
        self.isLikely = isLikely
    }

    func isBroken(at values: [Double]) -> Bool {
        min(values[first.index], values[second.index]) > Exclusive.tolerance
    }

    /// Neither is positive.
    func isOpen(at values: [Double]) -> Bool {
        max(values[first.index], values[second.index]) <= Exclusive.tolerance
    }

    func write(into program: inout LinearProgram, near values: [Double]) -> [(binary: Column, value: Double)] {
        let place = program.place(of: first)
        let family = program.family("exclusive." + program.familyName(of: first))
        let binary = program.addBinary(family(place.member, place.index), block: place.block)
        let firstUpper = program.columnUpper[first.index]
        let secondUpper = program.columnUpper[second.index]
        program.addRow(
            family(place.member, place.index, part: 0),
            LinearExpression(terms: [Term(first), Term(binary, -firstUpper)]), upper: 0)
        program.addRow(
            family(place.member, place.index, part: 1),
            LinearExpression(terms: [Term(second), Term(binary, secondUpper)]), upper: secondUpper)
        return [(binary, values[first.index] >= values[second.index] ? 1 : 0)]
    }
}
