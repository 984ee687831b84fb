import Scenarios
import TestSupport
import Testing

@testable import ScenarioFiles

/// The documentation's table of formats. What a user would lose: a page that promises what is not read, or hides what is.
@Suite("The page of formats")
struct FormatPageTests {
    @Test("it is what the tables of sources say")
    func pageMatchesTables() throws {
        let page = "Sources/ScenarioFiles/ScenarioFiles.docc/PriceFormats.md"
        try expectRecorded(page, FormatPage.text, by: "FormatPage")
    }

    @Test("every format has a line, and no line is broken")
    func lines() {
        let lines = FormatPage.text.split(separator: "\n").filter { $0.hasPrefix("| `") && !$0.hasPrefix("| `format`") }
        #expect(lines.allSatisfy { $0.filter { $0 == "|" }.count - $0.ranges(of: "\\|").count == 4 })
        for name in FeedRegistry.all.map({ $0.name }) + SessionFeedRegistry.all.map({ $0.name }) where name != "json" {
            #expect(lines.contains { $0.hasPrefix("| `\(name)` |") }, "\(name)")
        }
        #expect(lines.count >= FeedFile.forms.count + SessionFile.known.count)
    }
}
