import TestSupport
import Testing

/// The documentation's page of keys. What a user would lose: a page that lists keys that are not read, or omits some that are.
@Suite("The page of keys")
struct KeyPageTests {
    @Test("it is what the schema says")
    func pageMatchesSchema() throws {
        try expectRecorded("Sources/ScenarioFiles/ScenarioFiles.docc/ScenarioKeys.md", KeyPage.text, by: "KeyPage")
    }

    @Test("no row is broken")
    func rows() {
        let rows = KeyPage.text.split(separator: "\n").filter { $0.hasPrefix("| `") }
        #expect(rows.count > 150)
        let cells = rows.map { $0.filter { $0 == "|" }.count - $0.ranges(of: "\\|").count - 1 }
        #expect(cells.allSatisfy { $0 == 5 || $0 == 2 })
    }
}
