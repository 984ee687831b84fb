import ScenarioFiles
import Scenarios

/// What varies in a sweep: a column of its table, and the values in it.
struct Axis {
    enum Values {
        case list([Setting])
        /// Sampled by the group that the axis stands in.
        case spread(Spread, [ScenarioKey])

        /// The value at a share of the way, 0...1.
        func setting(at share: Double) -> Setting {
            switch self {
            case .list(let settings): return settings[min(settings.count - 1, Int(share * Double(settings.count)))]
            case .spread(let spread, let keys): return Setting(.number(spread.quantile(share)), at: keys)
            }
        }
    }
    var name: String
    var values: Values
}

/// Axes that vary together: each point sets all of them.
struct Dimension: Sendable {
    var columns: [String]
    var points: [[Setting]]
    /// Whether all columns but one are as in the base scenario at each point.
    var isOneAtATime = false

    var canonicalText: String {
        columns.joined(separator: "|") + "\n"
            + points.map { $0.map(\.canonicalText).joined(separator: ",") }.joined(separator: "\n")
    }

    /// Each point of the first with each of the second, and so on; the last varies fastest.
    static func grid(_ dimensions: [Dimension]) -> Dimension {
        var product = Dimension(columns: [], points: [[]])
        for dimension in dimensions {
            product.columns += dimension.columns
            product.points = product.points.flatMap { left in dimension.points.map { left + $0 } }
        }
        return product
    }

    /// The first point of each, then the second of each, and so on. All must have as many.
    static func zip(_ dimensions: [Dimension]) -> Dimension {
        let count = dimensions.map(\.points.count).min() ?? 0
        return Dimension(
            columns: dimensions.flatMap(\.columns),
            points: (0..<count).map { index in dimensions.flatMap { $0.points[index] } })
    }

    /// The base scenario, then each value of each with all others as in the base.
    static func each(_ dimensions: [Dimension], in base: ScenarioDocument) -> Dimension {
        let unchanged = dimensions.map { $0.points.first.map { $0.map { $0.unchanged(in: base) } } ?? [] }
        var points = [unchanged.flatMap { $0 }]
        for (index, dimension) in dimensions.enumerated() {
            for point in dimension.points where point.map(\.shown) != unchanged[index].map(\.shown) {
                var parts = unchanged
                parts[index] = point
                points.append(parts.flatMap { $0 })
            }
        }
        return Dimension(columns: dimensions.flatMap(\.columns), points: points, isOneAtATime: true)
    }

    /// A Latin hypercube: each axis' range is cut into `samples` equal parts, and each part is used once.
    static func latin(_ axes: [Axis], samples: Int, seed: UInt64) -> Dimension {
        var seeds = SeededGenerator(seed: seed)
        let columns = axes.map { axis in
            // A generator an axis, so that one more axis leaves those before it alone.
            var generator = SeededGenerator(seed: seeds.next())
            return generator.stratified(samples).map { axis.values.setting(at: $0) }
        }
        return Dimension(columns: axes.map(\.name), points: (0..<samples).map { index in columns.map { $0[index] } })
    }
}
