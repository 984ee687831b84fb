import LinearPrograms

extension ChainSearch {
    /// Holds at 0 each flow whose least positive value no shared row leaves room for, within the present bounds.
    ///
    /// A charger that is on or off behind a limit below its power is off; the linear part would run it in part. Where one
    /// charger of several is held on, others may have to be off.
    func holdUnreachable() throws(GLPKError) {
        guard !thresholds.isEmpty else { return }
        var changed: Set<Int> = []
        func exclude(_ column: Int) {
            guard upper[column] > 0, lower[column] <= 0 else { return }
            upper[column] = 0
            changed.insert(column)
        }
        for column in thresholds.keys where lower[column] > 0 { partners[column, default: []].forEach(exclude) }
        for _ in 0..<ChainSearch.passesOfPropagation {
            let before = changed.count
            for (row, terms) in rowsOfThresholds {
                var (least, most) = (Activity(), Activity())
                for term in terms {
                    least.add(term.coefficient, from: lower[term.column], to: upper[term.column])
                    most.add(-term.coefficient, from: lower[term.column], to: upper[term.column])
                }
                for term in terms {
                    guard let threshold = thresholds[term.column], upper[term.column] > 0, lower[term.column] <= 0,
                        term.coefficient != 0
                    else { continue }
                    // The flow's own part of either is 0.
                    let room =
                        term.coefficient > 0 ? program.rowUpper[row] - least.value : -program.rowLower[row] - most.value
                    if room < abs(term.coefficient) * threshold - 1e-7 * max(1, abs(program.rowUpper[row])) {
                        exclude(term.column)
                    }
                }
            }
            if changed.count == before { break }
        }
        guard !changed.isEmpty else { return }
        narrowed.formUnion(changed)
        let columns = changed.sorted()
        try problem.setColumnBounds(
            columns.map { Int32($0) }, lower: columns.map { lower[$0] }, upper: columns.map { upper[$0] })
    }
    private static let passesOfPropagation = 3

    /// The least value of a sum of columns within their bounds.
    private struct Activity {
        private var sum = 0.0

        var value: Double { sum }

        mutating func add(_ coefficient: Double, from low: Double, to high: Double) {
            let bound = coefficient > 0 ? low : high
            if coefficient != 0 { sum += coefficient * bound }
        }
    }
}
