import Verification
import Accounting
import Foundation
import TestSupport
import Testing

/// Every case folder against its expected result: a program that finds another optimum than last year's says so.
@Suite struct GoldenTests {
    static let root = Repository.cases

    static let cases: [String] =
        ((try? FileManager.default.contentsOfDirectory(atPath: root.path)) ?? []).filter { !$0.hasPrefix(".") }.sorted()

    @Test("there are the fifteen cases and more that the README shows") func enough() {
        #expect(GoldenTests.cases.count >= 15)
    }

    @Test(arguments: cases) func moneyIsAsRecorded(name: String) {
        let found = RegressionCase(
            folder: GoldenTests.root.appendingPathComponent(name).path, name: name,
            tolerances: .init(absolute: 1e-6, relative: 1e-6, schedule: nil))
        // Optima can differ in their schedules on another machine; their cost cannot.
        #expect([.same, .anotherOptimum, .moved].contains(found.verdict), "\(found.reasons) \(found.differences)")
    }
}
