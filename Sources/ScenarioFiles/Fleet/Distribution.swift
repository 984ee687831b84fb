import Foundation
import Scenarios

/// How a number of a drawn fleet is spread, as a function of a share: the inverse of its cumulative distribution, so that
/// one random number makes one value, whatever the kind.
enum Distribution: Sendable, Equatable {
    /// Normal, cut to a range (the rest of the mass is spread within it).
    case normal(mean: Double, deviation: Double, within: ClosedRange<Double>)
    case uniform(ClosedRange<Double>)
    /// Values with the share of the weights up to and with each; the last share is 1.
    case choice([(value: Double, upTo: Double)])

    /// The value below which `share` of the mass lies; `share` is above 0 and below 1.
    func value(at share: Double) -> Double {
        switch self {
        case .uniform(let range): range.lowerBound + share * (range.upperBound - range.lowerBound)
        case .choice(let values): values.first { share <= $0.upTo }?.value ?? 0
        case .normal(let mean, let deviation, let range):
            deviation > 0 ? Distribution.normal(share, mean, deviation, range) : mean
        }
    }

    private static func normal(_ share: Double, _ mean: Double, _ deviation: Double, _ range: ClosedRange<Double>)
        -> Double
    {
        func below(_ value: Double) -> Double { erfc((mean - value) / (deviation * 2.0.squareRoot())) / 2 }
        let (least, most) = (below(range.lowerBound), below(range.upperBound))
        let wanted = least + share * (most - least)
        var (low, high) = (range.lowerBound, range.upperBound)
        // Forty halvings of a range of days leave less than a millisecond.
        for _ in 0..<40 {
            let middle = (low + high) / 2
            if below(middle) < wanted { low = middle } else { high = middle }
        }
        return (low + high) / 2
    }

    static func == (left: Distribution, right: Distribution) -> Bool {
        switch (left, right) {
        case (.normal(let a, let b, let c), .normal(let d, let e, let f)): a == d && b == e && c == f
        case (.uniform(let a), .uniform(let b)): a == b
        case (.choice(let a), .choice(let b)): a.elementsEqual(b) { $0.value == $1.value && $0.upTo == $1.upTo }
        default: false
        }
    }

    /// Values with weights, none negative and not all 0.
    init(choices: [(value: Double, weight: Double)]) {
        let sum = choices.reduce(0) { $0 + $1.weight }
        var upTo = 0.0
        var values = choices.map { choice -> (value: Double, upTo: Double) in
            upTo += choice.weight / sum
            return (choice.value, upTo)
        }
        if let last = values.indices.last { values[last].upTo = 1 }
        self = .choice(values)
    }
}

extension InputValue {
    /// A distribution: one value; `{ mean, sd }` (normal, within 3 sd or `min` and `max`); `{ min, max }` (uniform);
    /// `{ values: [...] }` (each as likely, as measured); `{ choice: [[value, weight], ...] }`.
    ///
    /// - Parameters:
    ///   - least: the minimum of all values.
    ///   - spread: reads a width (`sd`), in the unit of the values.
    ///   - read: reads a value.
    func distribution(
        least: Double, spread: (InputValue) -> Double?, _ read: (InputValue) -> Double?
    ) -> Distribution? {
        guard scalarText == nil else { return read(self).map { Distribution(choices: [($0, 1)]) } }
        guard let reader = section() else { return nil }
        defer { reader.finish() }
        let (mean, deviation) = (reader.optional("mean"), reader.optional("sd"))
        let (low, high) = (reader.optional("min"), reader.optional("max"))
        let (values, choice) = (reader.optional("values"), reader.optional("choice"))
        guard [mean, values, choice].compactMap({ $0 }).count + (mean == nil && low != nil ? 1 : 0) == 1 else {
            error("must be one value, or have mean and sd, min and max, values, or choice")
            return nil
        }
        if mean == nil { deviation?.error("goes with mean") }
        if values != nil || choice != nil {
            for end in [low, high] { end?.error("does not go with values or choice") }
        }
        if let values {
            let read = values.list()?.map(read) ?? []
            if read.isEmpty { values.error("must hold at least one value") }
            return read.isEmpty || read.contains { $0 == nil }
                ? nil : Distribution(choices: read.compactMap { $0 }.map { ($0, 1) })
        }
        if let choice { return choice.weightedChoice(read) }
        let (from, to) = (low.map(read), high.map(read))
        if let mean {
            guard let centre = read(mean), let sd = deviation.map(spread) ?? 0 else { return nil }
            guard from != .some(nil), to != .some(nil) else { return nil }
            let range = ((from ?? nil) ?? max(least, centre - 3 * sd), (to ?? nil) ?? centre + 3 * sd)
            guard range.0 <= range.1 else {
                (high ?? low ?? self).error("leaves nothing: min is above max")
                return nil
            }
            return .normal(mean: centre, deviation: sd, within: range.0...range.1)
        }
        guard let high else {
            error("max is missing")
            return nil
        }
        guard let first = from ?? nil, let last = to ?? nil else { return nil }
        guard first <= last else {
            high.error("must be >= min")
            return nil
        }
        return .uniform(first...last)
    }

    /// `[[value, weight], ...]`
    private func weightedChoice(_ read: (InputValue) -> Double?) -> Distribution? {
        guard let items = list() else { return nil }
        var choices: [(value: Double, weight: Double)] = []
        for item in items {
            guard let pair = item.list() else { return nil }
            guard pair.count == 2 else {
                item.error("must be a pair [value, weight], got \(pair.count)")
                return nil
            }
            guard let value = read(pair[0]), let weight = pair[1].number(.nonNegative) else { return nil }
            choices.append((value, weight))
        }
        guard choices.contains(where: { $0.weight > 0 }) else {
            error("must hold at least one pair [value, weight] with a weight above 0")
            return nil
        }
        return Distribution(choices: choices)
    }
}

extension SchemaDefinitions {
    static let distribution: Schema = {
        let value = Schema.any([.number(.any), .text])
        return .any([
            value,
            .map([
                Schema.key("mean", value, "Of a normal curve."), Schema.key("sd", value, "Its standard deviation."),
                Schema.key("min", value, "Minimum of the values."), Schema.key("max", value, "Maximum of the values."),
                Schema.key("values", .list(value, minCount: 1), "Values of equal probability."),
                Schema.key("choice", .list(.pair(value, .number(.nonNegative)), minCount: 1), "[value, weight], ..."),
            ]),
        ])
    }()
}
