/// Collects findings while an input is read, so that all of them can be shown at once.
final class FindingLog {
    private(set) var findings: [Finding] = []
    private(set) var hasErrors = false
    // A series that is used twice, or a daily window, says the same thing again.
    private var said: Set<String> = []

    func add(_ finding: Finding) {
        if finding.severity == .error { hasErrors = true }
        if said.insert(finding.description).inserted { findings.append(finding) }
    }

    /// In the order of the lines, the scenario's own file first.
    func sorted(mainFile: String) -> [Finding] {
        findings.enumerated().sorted { left, right in
            let a = (left.element.file != mainFile, left.element.file, left.element.line ?? 0, left.element.column ?? 0)
            let b = (
                right.element.file != mainFile, right.element.file, right.element.line ?? 0, right.element.column ?? 0
            )
            if a.0 != b.0 { return !a.0 }
            if a.1 != b.1 { return a.1 < b.1 }
            if a.2 != b.2 { return a.2 < b.2 }
            if a.3 != b.3 { return a.3 < b.3 }
            return left.offset < right.offset
        }.map(\.element)
    }
}

/// The word of `known` that `word` was probably meant to be; nil where none is near.
func nearestWord(to word: String, among known: some Sequence<String>) -> String? {
    let limit = max(1, min(3, word.count / 3))
    return known.map { ($0, editDistance(word.lowercased(), $0.lowercased())) }
        .filter { $0.1 <= limit }
        .min { ($0.1, $0.0) < ($1.1, $1.0) }?.0
}

/// Optimal string alignment: insertions, deletions, substitutions, swaps of neighbours.
private func editDistance(_ left: String, _ right: String) -> Int {
    let (a, b) = (Array(left.utf8), Array(right.utf8))
    if a.isEmpty || b.isEmpty { return max(a.count, b.count) }
    var beforeLast = [Int](repeating: 0, count: b.count + 1)
    var last = Array(0...b.count)
    for i in 1...a.count {
        var row = [i] + [Int](repeating: 0, count: b.count)
        for j in 1...b.count {
            row[j] = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1))
            if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] { row[j] = min(row[j], beforeLast[j - 2] + 1) }
        }
        beforeLast = last
        last = row
    }
    return last[b.count]
}
