/// The sizes by which slacks and duals are compared where columns are moved onto their bounds: their sums over all bounds, so that
/// the choice does not depend on the units of columns and costs.
struct SnapScale {
    private var slack = 0.0
    private var dual = 0.0
    private var boundCount = 0.0

    /// Adds the bounds of a column that stands for `multiplicity` of them; infinite slacks are left out.
    @inline(__always)
    mutating func add(
        _ lowerSlack: Double, _ upperSlack: Double, _ lowerDual: Double, _ upperDual: Double, multiplicity: Double
    ) {
        if lowerSlack < Parameters.InteriorPoint.infiniteSlack {
            slack += multiplicity * lowerSlack
            dual += multiplicity * lowerDual
            boundCount += multiplicity
        }
        if upperSlack < Parameters.InteriorPoint.infiniteSlack {
            slack += multiplicity * upperSlack
            dual += multiplicity * upperDual
            boundCount += multiplicity
        }
    }

    mutating func add(_ other: SnapScale) {
        slack += other.slack
        dual += other.dual
        boundCount += other.boundCount
    }

    /// Whether a bound is active: its slack is small beside the mean one, and beside its own dual.
    func isActive(_ slack: Double, _ dual: Double) -> Bool {
        slack * boundCount < Parameters.Snapping.maxSlack * self.slack
            && slack * self.dual < Parameters.Snapping.maxRatio * dual * self.slack
    }
}
