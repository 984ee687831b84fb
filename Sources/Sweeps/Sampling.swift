import Foundation
import Scenarios

extension SeededGenerator {
    /// `0..<count` in random order (Fisher, Yates).
    mutating func permutation(_ count: Int) -> [Int] {
        var order = Array(0..<count)
        for last in stride(from: count - 1, to: 0, by: -1) {
            order.swapAt(last, Int(next() % UInt64(last + 1)))
        }
        return order
    }

    /// `count` shares, one in each of as many equal parts of 0...1, in random order: a column of a Latin hypercube
    /// (McKay, Beckman, Conover 1979).
    mutating func stratified(_ count: Int) -> [Double] {
        permutation(count).map { (Double($0) + share()) / Double(count) }
    }
}

/// How a random number is spread.
enum Spread: Sendable, Equatable {
    case uniform(from: Double, to: Double)
    case normal(mean: Double, standardDeviation: Double)

    /// The value below which a share of all values lies.
    func quantile(_ share: Double) -> Double {
        switch self {
        case .uniform(let from, let to): return from + (to - from) * share
        case .normal(let mean, let standardDeviation):
            // Halving: no table of coefficients, and exact to the last digits.
            var (low, high) = (-40.0, 40.0)
            for _ in 0..<100 {
                let middle = (low + high) / 2
                if 0.5 * erfc(-middle / 2.0.squareRoot()) < share { low = middle } else { high = middle }
            }
            return mean + standardDeviation * (low + high) / 2
        }
    }
}
