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
                // Of the row's sum, and of the sum with its sign turned.
                var (least, leastTurned) = (0.0, 0.0)
                for (column, coefficient) in terms where coefficient != 0 {
                    let ends = (coefficient * lower[column], coefficient * upper[column])
                    least += min(ends.0, ends.1)
                    leastTurned -= max(ends.0, ends.1)
                }
                for term in terms {
                    guard let threshold = thresholds[term.column], upper[term.column] > 0, lower[term.column] <= 0,
                        term.coefficient != 0
                    else { continue }
                    // The flow's own part of either is 0.
                    let (limit, others) =
                        term.coefficient > 0 ? (program.rowUpper[row], least) : (-program.rowLower[row], leastTurned)
                    if limit - others < abs(term.coefficient) * threshold - 1e-7 * max(1, abs(limit)) {
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
}
