import Verification
import Accounting

/// `v2x regress` for people, and for CI systems.
package enum RegressionTable {
    /// One line a case that moved, and what moved in it; the others are counted.
    package static func text(_ cases: [RegressionCase], showsAll: Bool = false) -> String {
        let shown = cases.filter { showsAll || $0.verdict != .same }
        let width = min(40, max(20, (shown.map(\.name.count).max() ?? 0) + 2))
        var out = ""
        if !shown.isEmpty {
            out += padded("case", width) + padded("recorded", 13, right: true) + padded("now", 13, right: true) + "\n"
        }
        for found in shown {
            let name = found.name.count > width - 2 ? "…" + found.name.suffix(width - 3) : found.name
            out += padded(name, width) + padded(money(found.recordedObjective), 13, right: true)
            out += padded(money(found.objective), 13, right: true) + "  \(found.verdict.rawValue)\n"
            for line in details(found).prefix(maxLines) { out += "  \(line)\n" }
            let more = details(found).count - maxLines
            if more > 0 { out += "  and \(more) more\n" }
        }
        let changed = cases.count { $0.verdict.isChange }
        let others = cases.count { $0.verdict == .anotherOptimum }
        out += "\(cases.count) \(cases.count == 1 ? "case" : "cases"), \(changed) changed"
        return out + (others > 0 ? ", \(others) with another schedule at the same cost\n" : "\n")
    }

    private static let maxLines = 8

    private static func money(_ value: Double?) -> String { value.map { fixed($0, 6) } ?? "-" }

    /// What a verdict means for the recorded schedule, then what moved.
    private static func details(_ found: RegressionCase) -> [String] {
        var lines: [String] = []
        switch found.verdict {
        case .better: lines.append("the recorded schedule still holds, and the new one is better")
        case .worse: lines.append("the recorded schedule still holds, and is better than the new one")
        case .moved: lines.append("the recorded schedule is still optimal")
        case .otherModel: lines.append("the recorded schedule no longer holds: scenario or model have changed")
        case .anotherOptimum: return ["the recorded schedule is still optimal: there is more than one"]
        case .same, .invalid, .none, .new: break
        }
        return lines + found.reasons + found.differences.map { "\($0.what): \($0.left) -> \($0.right)" }
    }

    /// JUnit's XML, as CI systems read it (the schema of Jenkins' xUnit plugin: testsuites, testsuite, testcase, failure).
    package static func junit(_ cases: [RegressionCase], suite: String) -> String {
        let failed = cases.count { $0.verdict.isChange }
        let seconds = fixed(cases.reduce(0) { $0 + $1.seconds }, 3)
        let counts = "tests=\"\(cases.count)\" failures=\"\(failed)\" errors=\"0\" time=\"\(seconds)\""
        var out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites \(counts)>\n"
        out += "<testsuite name=\"\(Markup.escaped(suite))\" \(counts)>\n"
        for found in cases {
            out += "<testcase classname=\"v2x.regress\" name=\"\(Markup.escaped(found.name))\" "
            out += "time=\"\(fixed(found.seconds, 3))\""
            guard found.verdict.isChange else {
                out += "/>\n"
                continue
            }
            let lines = details(found)
            out += ">\n<failure type=\"\(found.verdict.rawValue)\" "
            out += "message=\"\(Markup.escaped(lines.first ?? found.verdict.rawValue))\">"
            out += Markup.escaped(lines.joined(separator: "\n")) + "</failure>\n</testcase>\n"
        }
        return out + "</testsuite>\n</testsuites>\n"
    }
}
