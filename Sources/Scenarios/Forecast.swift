import Foundation

/// What is believed about prices when a plan is made.
public enum Forecast: Sendable, Equatable {
    /// Series beside the real ones, money per kWh, one value per step.
    case series(importPricePerKWh: [Double], exportPricePerKWh: [Double])
    /// The last prices that are known when the plan is made, that many seconds of wall time before (or
    /// the smallest multiple of it).
    case persistence(seconds: Int)
    /// The real prices with an error that drifts: normal, of this standard deviation (money per kWh), and from one hour to
    /// the next correlated by this much. The same for import and export, whose market is one.
    case noise(standardDeviation: Double, correlation: Double, seed: UInt64)

    /// Prices as a plan sees them that is made at the beginning of step `now`.
    ///
    /// - Parameter steps: what is planned; `now` or later.
    package func prices(
        at now: Int, over steps: Range<Int>, of scenario: Scenario
    ) -> (importPricePerKWh: [Double], exportPricePerKWh: [Double]) {
        switch self {
        case .series(let importPrice, let exportPrice): return (Array(importPrice[steps]), Array(exportPrice[steps]))
        case .persistence(let seconds):
            // Before anything is known the prices are those of the same hours: a first plan needs some.
            let sources = steps.map { step -> Int in
                guard step >= now else { return step }
                // By the clock: yesterday at 18:00 stands for today at 18:00, also when clocks were set in between.
                var lags = (step - now) * scenario.grid.stepSeconds / seconds + 1
                var back = scenario.step(wallSeconds: -lags * seconds, after: step)
                while back >= now {
                    lags += 1
                    back = scenario.step(wallSeconds: -lags * seconds, after: step)
                }
                return back >= 0 ? back : step
            }
            return (
                sources.map { scenario.importPricePerKWh[$0] }, sources.map { scenario.exportPricePerKWh[$0] }
            )
        case .noise(let deviation, let correlation, let seed):
            var generator = SeededGenerator(seed: seed)
            // The error belongs to the step, whenever it is planned: drawn from the first step on.
            let perStep = pow(correlation, scenario.grid.stepHours)
            let fresh = (1 - perStep * perStep).squareRoot()
            var error = generator.normal() * deviation
            var errors: [Double] = []
            errors.reserveCapacity(steps.upperBound)
            for _ in 0..<steps.upperBound {
                errors.append(error)
                error = perStep * error + fresh * deviation * generator.normal()
            }
            return (
                steps.map { scenario.importPricePerKWh[$0] + errors[$0] },
                steps.map { scenario.exportPricePerKWh[$0] + errors[$0] }
            )
        }
    }
}
