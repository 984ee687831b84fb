import Foundation
import Testing

/// The documentation's page of keys. What a user would lose: a page that lists keys that are not read, or omits some that are.
@Suite("The page of keys")
struct KeyPageTests {
    private static let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../Sources/ScenarioFiles/ScenarioFiles.docc/ScenarioKeys.md").standardizedFileURL

    @Test("it is what the schema says")
    func pageMatchesSchema() throws {
        if ProcessInfo.processInfo.environment["V2X_RECORD"] != nil {
            try KeyPage.text.write(to: Self.file, atomically: true, encoding: .utf8)
            Issue.record("recorded: run again without V2X_RECORD")
        }
        let written = try String(contentsOf: Self.file, encoding: .utf8)
        #expect(written == KeyPage.text, "V2X_RECORD=1 swift test --filter KeyPage writes it anew")
    }

    @Test("no row is broken")
    func rows() {
        let rows = KeyPage.text.split(separator: "\n").filter { $0.hasPrefix("| `") }
        #expect(rows.count > 150)
        #expect(rows.allSatisfy { $0.filter { $0 == "|" }.count - $0.ranges(of: "\\|").count == 6 })
    }
}
