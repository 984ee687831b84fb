import Foundation
import Scenarios
import Testing

@testable import ScenarioFiles

/// The quick readers of YAML dumps and of XML against what they stand for. What a user would lose: a year's file that takes
/// seconds, or one that is read quickly and otherwise.
@Suite("Quick readers")
struct PlainFormTests {
    /// What the whole parser makes of a text, as Foundation's objects.
    private func whole(_ text: String) throws -> NSObject? {
        let log = FindingLog()
        // A comment is what the quick reader leaves to the whole one.
        let bytes = YAMLText.json(Array(("# \n" + text).utf8), FeedProblems(file: "f", log: log))
        return try bytes.flatMap {
            try JSONSerialization.jsonObject(with: Data($0), options: .fragmentsAllowed) as? NSObject
        }
    }

    private func quick(_ text: String) throws -> NSObject? {
        try YAMLRecords.json(Array(text.utf8)).flatMap {
            try JSONSerialization.jsonObject(with: Data($0), options: .fragmentsAllowed) as? NSObject
        }
    }

    @Test(
        "YAML in its plainest form is the same in both readers",
        arguments: [
            "a: 1\nb: two words\nc: \"2025-11-10T00:00:00+01:00\"\nd: 'x'\n",
            "a:\n  - start: 2025-11-10T00:00:00+01:00\n    value: 0.08\n  - start: 2025-11-10T01:00:00+01:00\n    value: -1\nb: EUR/kWh\n",
            "a:\n- x: 1\n  y: null\n- x: 2\n  y: true\n- x: 3\nb:\n  c:\n    d: 5\n  e: false\nf:\ng: 1\n",
            "a:\n  - 1\n  - 2.5\n  - text\nb: 1\n", "- a: 1\n  b: 2\n- a: 3\n",
            "a:\n  - b:\n      - 1\n      - 2\n    c: 3\n",
            "a: 1\r\nb: 2\r\n", "a:\n", "a:\n  b:\nc: 1\n", "a: öre/kWh\n", "a: 0.5\nb: -0.25\nc: 10\n",
            "a:\n    - b: 1\n      c: 2\n    - b: 3\n      c: 4\nd: 1",
        ])
    func sameYAML(text: String) throws {
        let quick = try #require(try quick(text))
        #expect(quick == (try whole(text)), "\(quick)")
    }

    @Test(
        "what is not so plain is left to the whole parser",
        arguments: [
            "a: [1, 2]\n", "a: {b: 1}\n", "a: &x 1\nb: *x\n", "a: |\n  text\n", "a: \"b\\n\"\n", "a: b # comment\n",
            "a: 1\n b: 2\n",
            "a: b: c\n", "? a\n: b\n", "a: ~\n", "a: .5\n", "a: 1e3x\n  b: 2\n", "- - 1\n", "\ta: 1\n", "a: 'it''s'\n",
            "a: word\n  more\n",
        ])
    func leftYAML(text: String) {
        #expect(YAMLRecords.json(Array(text.utf8)) == nil)
    }

    @Test("XML: prefixes, comments within texts, entities, empty elements and attributes")
    func xml() throws {
        let log = FindingLog()
        let text = """
            <?xml version="1.0"?>
            <!-- a -->
            <n:root xmlns:n="u:v" b="x:y">
              <n:a k="1">on<!-- no -->e &amp; &lt;two&gt;</n:a><b/><b x="/"/>
              <c>
                7.5
              </c><c>8</c><d><![CDATA[x]]></d>
            </n:root>
            """
        let root = try #require(XMLTree.root(Array(text.utf8), FeedProblems(file: "f", log: log)))
        #expect(root.name == "root" && root.line == 3)
        #expect(root.text("a") == "one & <two>")
        #expect(root.children("b").count == 2 && root.text("b") == "")
        #expect(root.number("c") == 7.5 && root.children("c").map(\.line) == [5, 7])
        #expect(root.number("a") == nil && root.child("e") == nil)
    }

    @Test(
        "malformed XML is refused with the line of the fault",
        arguments: [
            ("<a><b></a>", "1: is not XML: </a> has no beginning"), ("<a>\n<b>", "2: is not XML: <b> does not end"),
            ("<a/>\n<b/>", "2: is not XML: it has two roots"), ("<a", "1: is not XML: a tag does not end"),
            ("<!-- a", "1: is not XML: <!-- does not end"), ("\n", "2: is not XML: it holds no element"),
        ])
    func badXML(text: String, says: String) {
        let log = FindingLog()
        #expect(XMLTree.root(Array(text.utf8), FeedProblems(file: "f", log: log)) == nil)
        #expect(log.findings.map { "\($0.line ?? 0): \($0.message)" } == [says])
    }
}
