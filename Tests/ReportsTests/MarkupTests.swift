import Testing

@testable import Reports

/// If this breaks: a vehicle's name runs as a script in the owner's browser.
@Suite("Markup of pages")
struct MarkupTests {
    @Test("a quote or bracket is escaped whatever combines with it, and what XML cannot hold is left out")
    func scalars() {
        #expect(Markup.escaped("\"\u{301} onmouseover=x") == "&quot;\u{301} onmouseover=x")
        #expect(Markup.escaped("<\u{338}script>") == "&lt;\u{338}script&gt;")
        #expect(Markup.escaped("a\u{0}b\u{1B}c\u{202E}d") == "abcd")
        #expect(Markup.island("</\u{338}script>") == "\\u003c/\u{338}script>")
        #expect(Markup.coordinate(.nan) == "0" && Markup.coordinate(1e300).first != "-")
    }
}
