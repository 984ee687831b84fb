import Foundation

/// A sweep's rows grouped by its axes: what pictures show.
public struct SweepSummary: Sendable {
    /// Names of the axes.
    public let axes: [String]
    /// The column that is averaged.
    public let value: String
    /// One entry a run that has a value: its axes' values and the number.
    private let rows: [(settings: [SweepValue], value: Double)]

    /// Runs that have a value.
    public var count: Int { rows.count }
    /// Of all of them.
    public var mean: Double { rows.reduce(0) { $0 + $1.value } / Double(max(1, rows.count)) }

    /// More different numbers than this are put into classes of equal width.
    private static let mostValues = 24
    private static let classes = 12

    /// Reads column `value` of `database`.
    ///
    /// - Throws: `SweepDatabase.Problem`, also where there is no such column.
    public init(_ database: SweepDatabase, value: String) throws(SweepDatabase.Problem) {
        axes = try database.about().axes
        self.value = value
        let numeric = Set(ResultColumn.all.map(\.name)).subtracting(["status", "error", "method", "version"])
        guard numeric.contains(value) else {
            throw .another("has no column of numbers \(value) (\(numeric.sorted().joined(separator: ", ")))")
        }
        var rows: [([SweepValue], Double)] = []
        try database.forEachRow(axes + [value]) { cells in
            if let number = cells.last?.number { rows.append((Array(cells.dropLast()), number)) }
        }
        self.rows = rows
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
        guard let index = axes.firstIndex(of: axis) else { return nil }
        let cells = rows.map { $0.settings[index] }
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
}
