import Foundation
import Testing

/// Checks a page of the documentation that a program writes: it must be in the repository as `text`.
///
/// With V2X_RECORD set it is written, and the test fails so that nobody takes the run for a check.
///
/// - Parameters:
///   - path: from the repository's root.
///   - text: what the page should be.
///   - test: the name of the suite, for the message that tells how to write it.
package func expectRecorded(_ path: String, _ text: String, by test: String) throws {
    let file = Repository.folder(path)
    if ProcessInfo.processInfo.environment["V2X_RECORD"] != nil {
        try text.write(to: file, atomically: true, encoding: .utf8)
        Issue.record("recorded: run again without V2X_RECORD")
    }
    let written = try String(contentsOf: file, encoding: .utf8)
    #expect(written == text, "V2X_RECORD=1 swift test --filter \(test) writes it anew")
}
