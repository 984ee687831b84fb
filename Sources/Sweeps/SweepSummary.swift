import Foundation

/// A sweep's rows grouped by its axes: what pictures show.
public struct SweepSummary: Sendable {
    /// Names of the axes.
    public let axes: [String]
    /// The column that is averaged.
    public let value: String
    /// Of its numbers; may be empty.
    public let unit: String
    /// Of the sweep.
    public let name: String
    /// Of each axis that varies one at a time, what the base scenario says.
    private let base: [String: SweepValue]
    /// One entry a run that has a value: its axes' values and the number.
    private let rows: [(settings: [SweepValue], value: Double)]

    /// Runs that have a value.
    public var count: Int { rows.count }
    /// Of all of them.
    public var mean: Double { rows.reduce(0) { $0 + $1.value } / Double(max(1, rows.count)) }

    /// More different numbers than this are put into classes of equal width.
    private static let mostValues = 24
    private static let classes = 12

    /// Whether there are axes that vary one at a time.
    public var variesOneAtATime: Bool { !base.isEmpty }

    /// Reads a column of `database`.
    ///
    /// - Parameters:
    ///   - database: the finished runs.
    ///   - value: the column's name; nil: what the sweep's question is about.
    /// - Throws: `SweepDatabase.Problem`, also where there is no such column.
    public init(_ database: SweepDatabase, value: String?) throws(SweepDatabase.Problem) {
        let about = try database.about()
        (axes, name) = (about.axes, about.name)
        let value = value ?? about.question.usualValue
        self.value = value
        let numeric = about.question.columns.filter { $0.unit != nil }
        guard let column = numeric.first(where: { $0.name == value }) else {
            let names = numeric.map(\.name).sorted().joined(separator: ", ")
            throw .another("has no column of numbers \(value) (\(names))")
        }
        unit = column.unit?.words(about.currency) ?? ""
        var rows: [([SweepValue], Double)] = []
        var base: [String: SweepValue] = [:]
        let names = axes
        try database.forEachRow(["run"] + axes + [value]) { cells in
            let settings = Array(cells.dropFirst().dropLast())
            if cells.first == .integer(0) {
                for (name, setting) in zip(names, settings) where about.oneAtATime.contains(name) {
                    base[name] = setting
                }
            }
            if let number = cells.last?.number { rows.append((settings, number)) }
        }
        self.rows = rows
        self.base = base
    }

    /// An axis' different values, in order: numbers by size, texts by name.
    public struct Levels: Sendable {
        public var labels: [String]
        /// Middles of classes, or the values; nil where they are texts.
        public var numbers: [Double]?
        /// For each run of the summary, the index of its level.
        var levelOfRow: [Int]
    }

    /// The levels of an axis; nil where there is no such axis.
    public func levels(_ axis: String) -> Levels? {
        axes.firstIndex(of: axis).map { SweepSummary.levels(rows.map(\.settings), $0) }
    }

    private static func levels(_ settings: [[SweepValue]], _ index: Int) -> Levels {
        let cells = settings.map { $0[index] }
        let numbers = cells.compactMap(\.number)
        guard numbers.count == cells.count, let low = numbers.min(), let high = numbers.max() else {
            let names = Set(cells.map(\.text)).sorted()
            let places = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($0.element, $0.offset) })
            return Levels(labels: names, numbers: nil, levelOfRow: cells.map { places[$0.text] ?? 0 })
        }
        let different = Set(numbers).sorted()
        if different.count <= SweepSummary.mostValues {
            let places = Dictionary(uniqueKeysWithValues: different.enumerated().map { ($0.element, $0.offset) })
            return Levels(
                labels: different.map(SweepSummary.label), numbers: different,
                levelOfRow: numbers.map { places[$0] ?? 0 })
        }
        let width = (high - low) / Double(SweepSummary.classes)
        let middles = (0..<SweepSummary.classes).map { low + (Double($0) + 0.5) * width }
        return Levels(
            labels: middles.map(SweepSummary.label), numbers: middles,
            levelOfRow: numbers.map { min(SweepSummary.classes - 1, Int(saturating: ($0 - low) / width)) })
    }

    private static func label(_ number: Double) -> String {
        let digits = String(format: "%.4g", number)
        return digits
    }

    /// Means by the levels of one axis; nil where no run is.
    public func means(_ levels: Levels) -> [Double?] {
        means(levels, by: Levels(labels: [""], numbers: nil, levelOfRow: rows.map { _ in 0 }))[0]
    }

    /// Means by the levels of two: a row for each level of `other`, a column for each of `levels`.
    public func means(_ levels: Levels, by other: Levels) -> [[Double?]] {
        var sums = Array(
            repeating: Array(repeating: (sum: 0.0, count: 0), count: levels.labels.count), count: other.labels.count)
        for (row, found) in rows.enumerated() {
            sums[other.levelOfRow[row]][levels.levelOfRow[row]].sum += found.value
            sums[other.levelOfRow[row]][levels.levelOfRow[row]].count += 1
        }
        return sums.map { $0.map { $0.count > 0 ? $0.sum / Double($0.count) : nil } }
    }

    /// What an axis does to the value: its lowest and highest setting, and the mean at each. Of an axis of names: the names
    /// with the least and the greatest mean.
    public struct Effect: Sendable, Equatable {
        public var axis: String
        public var lowLabel: String
        public var low: Double
        public var highLabel: String
        public var high: Double
        /// How far it moves the value.
        public var span: Double { abs(high - low) }
    }

    /// What each axis does, the largest first, and the value that it is set beside. Where axes vary one at a time, the others
    /// are as in the base, and that is the middle; else means are taken over all other axes.
    public func effects() -> (middle: Double, effects: [Effect]) {
        /// Rows in which all axes that vary one at a time are as in the base, but for `axis`.
        func others(of axis: String?) -> [(settings: [SweepValue], value: Double)] {
            guard !base.isEmpty else { return rows }
            return rows.filter { row in
                zip(axes, row.settings).allSatisfy { name, cell in name == axis || base[name].map { $0 == cell } ?? true
                }
            }
        }
        var effects: [Effect] = []
        for (index, axis) in axes.enumerated() {
            var chosen = others(of: axis)
            // What the base does not say has no place among numbers.
            if case .text("base")? = base[axis], chosen.contains(where: { $0.settings[index].number != nil }) {
                chosen.removeAll { $0.settings[index].number == nil }
            }
            let levels = SweepSummary.levels(chosen.map(\.settings), index)
            guard levels.labels.count > 1 else { continue }
            var sums = Array(repeating: (sum: 0.0, count: 0.0), count: levels.labels.count)
            for (level, row) in zip(levels.levelOfRow, chosen) {
                sums[level].sum += row.value
                sums[level].count += 1
            }
            var means = zip(levels.labels, sums).filter { $0.1.count > 0 }.map { ($0, $1.sum / $1.count) }
            if levels.numbers == nil { means.sort { $0.1 < $1.1 } }
            guard let low = means.first, let high = means.last else { continue }
            effects.append(Effect(axis: axis, lowLabel: low.0, low: low.1, highLabel: high.0, high: high.1))
        }
        let middle = others(of: nil)
        return (
            middle.reduce(0) { $0 + $1.value } / Double(max(1, middle.count)),
            effects.enumerated().sorted { ($1.element.span, $0.offset) < ($0.element.span, $1.offset) }.map(\.element)
        )
    }
}
