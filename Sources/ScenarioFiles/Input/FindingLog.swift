import Scenarios

/// Collects findings while an input is read, so that all of them can be shown at once.
final class FindingLog {
    private(set) var findings: [Finding] = []
    /// How many errors were reported, repeated ones too.
    private(set) var errorCount = 0
    var hasErrors: Bool { errorCount > 0 }
    /// Whether values that are hardly what they are taken for are errors.
    var isStrict = false
    // A series that is used twice, or a daily window, has the same finding again.
    private var said: Set<String> = []
    /// More are counted and not kept.
    private static let most = 1000

    func add(_ found: Finding) {
        var finding = found
        if isStrict, finding.isDoubt { finding.severity = .error }
        if finding.severity == .error { errorCount += 1 }
        guard findings.count < FindingLog.most else { return }
        if said.insert(finding.description).inserted { findings.append(finding) }
    }

    /// In the order of the lines, the scenario's own file first; what is about a file as a whole comes last in it.
    func sorted(mainFile: String) -> [Finding] {
        findings.enumerated().sorted { left, right in
            let (a, b) = (left.element, right.element)
            if (a.file == mainFile) != (b.file == mainFile) { return a.file == mainFile }
            if a.file != b.file { return a.file < b.file }
            let (placeA, placeB) = ((a.line ?? .max, a.column ?? .max), (b.line ?? .max, b.column ?? .max))
            return placeA != placeB ? placeA < placeB : left.offset < right.offset
        }.map(\.element)
    }
}

/// The word of `known` that `word` was probably meant to be: one typing error or two away, or else the same with more
/// or less at its end (`load` for `load_kw`, `monday` for `mon`); nil where there is none.
func nearestWord(to word: String, among known: some Sequence<String>) -> String? {
    let limit = max(1, min(3, word.count / 3))
    let near = known.map { ($0, editDistance(word.lowercased(), $0.lowercased())) }
        .filter { $0.1 <= limit }
        .min { ($0.1, $0.0) < ($1.1, $1.0) }?.0
    if let near { return near }
    let start = word.lowercased()
    return known.filter { min(start.count, $0.count) >= 3 && ($0.hasPrefix(start) || start.hasPrefix($0)) }
        .min { ($0.count, $0) < ($1.count, $1) }
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
