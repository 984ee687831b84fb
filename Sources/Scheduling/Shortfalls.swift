import LinearPrograms
import Scenarios

/// Where targets cannot all be met: who is left short, and how far each could have come.
///
///     1. the minimum sum of the shortfalls, each times its vehicle's priority (any solver of a program with violations)
///     2. among equal sums, the minimum of the largest shortfall of a vehicle, kWh
///     3. the minimum cost among what is left
///
/// Source: Scheduling.docc/Model.md section 2.
extension SchedulingModel {
    /// What each vehicle lacks in all, kWh; vehicles without a target are left out.
    package var shortfallsByVehicle: [LinearExpression] {
        var sums: [Int: LinearExpression] = [:]
        for meaning in shortfallMeanings {
            guard let vehicle = meaning.vehicle else { continue }
            sums[vehicle, default: LinearExpression()].add(meaning.column, 1 / meaning.perKWh)
        }
        return sums.keys.sorted().compactMap { sums[$0] }
    }
}

extension LinearProgram {
    /// Makes the largest of `sums` the objective.
    ///
    /// - Parameter limit: the most that it may be.
    package mutating func minimiseLargest(of sums: [LinearExpression], upTo limit: Double = .infinity) {
        let label = family("largest_shortfall_kwh")
        let largest = addColumn(label())
        setBounds(largest, upper: limit)
        for (index, sum) in sums.enumerated() {
            addRow(label(nil, index), LinearExpression(largest) - sum, lower: 0)
        }
        replaceObjective([Term(largest)], named: "largest shortfall")
    }

    /// Holds each of `sums` at or below `largest`, within rounding.
    package mutating func hold(_ sums: [LinearExpression], atMost largest: Double) {
        let label = family("shortfall_kwh.share")
        let upper = largest + LinearProgram.rounding(of: largest)
        for (index, sum) in sums.enumerated() { addRow(label(nil, index), sum, upper: upper) }
    }
}

extension Scheduler {
    /// Beyond this many vehicles shortfalls are not shared.
    package static let maxSharing = 500
    /// Relative gap of the largest shortfall, where the sum is held to what the simplex method's tolerances let it be.
    private static let gapOfSharing = 4e-6

    /// An optimum in which the largest shortfall of a vehicle is as small as the sum of all allows.
    func shared(_ optimum: Optimum, _ options: SolveOptions) -> Optimum {
        let sums = optimum.model.shortfallsByVehicle
        let largest = sums.map { $0.value(at: optimum.solution.values) }.max() ?? 0
        guard sums.count > 1, sums.count <= Scheduler.maxSharing, largest > 1e-6 else { return optimum }
        // Most often there is none that is smaller, which is found out sooner than the minimum.
        let smaller = largest - max(1e-6, Scheduler.gapOfSharing * largest)
        var held = optimum.model
        held.program.holdViolations(to: optimum.solution.violation)
        guard let least = minLargest(held, options, upTo: smaller) else { return optimum }
        var model = optimum.model
        model.program.hold(sums, atMost: least)
        guard case .solved(let solution) = solver.solve(model.program, options: options) else { return optimum }
        return Optimum(model: model, solution: checked(solution, of: model.program))
    }

    /// The minimum of the largest shortfall of a vehicle, kWh, among schedules with the minimum sum; nil where nothing is shared, or
    /// it is not known, or above the limit.
    func minLargest(
        _ model: SchedulingModel, _ options: SolveOptions, upTo limit: Double = .infinity
    ) -> Double? {
        let sums = model.shortfallsByVehicle
        guard sums.count > 1, sums.count <= Scheduler.maxSharing else { return nil }
        var fairest = model.program
        fairest.tieBreakers = []
        fairest.minimiseLargest(of: sums, upTo: limit)
        var plain = options
        plain.breaksTies = false
        plain.relativeGap = max(plain.relativeGap, Scheduler.gapOfSharing)
        guard case .solved(let found) = solver.solve(fairest, options: plain), found.isProven else { return nil }
        return sums.map { $0.value(at: found.values) }.max()
    }
}
