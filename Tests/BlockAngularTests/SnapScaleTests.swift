import Testing

@testable import BlockAngular

/// Which bounds are active at the end of an interior-point method. If this breaks: a schedule in another currency, or in other
/// units, has other powers at their limits.
@Suite("Active bounds")
struct SnapScaleTests {
    @Test(
        "the choice does not depend on the units of columns and costs",
        arguments: [1, 1e-3, 1e3], [1, 0.01, 150])
    func units(column: Double, cost: Double) {
        var scale = SnapScale()
        let infinite = Parameters.InteriorPoint.infiniteSlack
        scale.add(10 * column, 2 * column, 0.1 * cost / column, 0, multiplicity: 3)
        scale.add(4 * column, infinite, 0, 1e-102, multiplicity: 1)
        // The mean slack is 40 / 7, the sum of the duals 0.3.
        func isActive(_ slack: Double, _ dual: Double) -> Bool {
            scale.isActive(slack * column, dual * cost / column)
        }
        #expect(isActive(1e-6, 0.1))
        #expect(!isActive(1e-3, 0.1), "too far from its bound")
        #expect(!isActive(1e-6, 1e-7), "a tie: its dual vanishes too")
        #expect(!isActive(1e-6, 0))
    }
}
