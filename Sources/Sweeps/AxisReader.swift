import ScenarioFiles
import Scenarios
import Scheduling

/// Reads `axes`: lists of axes and groups of axes, and how they are combined.
final class AxisReader {
    let base: ScenarioDocument
    /// Folder of the base scenario: files that an axis names are looked up from there, as in the scenario itself.
    let directory: String
    let cells: Set<String>
    private var places: [String: InputValue] = [:]

    /// A group has at most as many points; only the topmost grid, which is never written out, has more.
    private static let mostPoints = 5_000_000
    private let question: SweepQuestion.Kind
    private let reserved: Set<String>

    init(base: ScenarioDocument, directory: String, cells: Set<String>, question: SweepQuestion.Kind) {
        self.question = question
        reserved = Set(question.columns.map(\.name) + ["run"])
        self.base = base
        self.directory = directory
        self.cells = cells
    }

    /// The dimensions of a group; one alone unless it is the topmost grid.
    func dimensions(
        combine: InputValue?, axes: InputValue?, samples: InputValue?, seed: InputValue?, at place: InputValue,
        isTopmost: Bool
    ) -> [Dimension]? {
        let how = combine.map { $0.choice(["grid", "zip", "each", "latin"], what: "way to combine") } ?? "grid"
        let isLatin = how == "latin"
        if !isLatin { for option in [samples, seed] { option?.error("goes with combine: latin only") } }
        let sampleCount = samples?.count(most: AxisReader.mostPoints)
        let seedNumber = seed.map { $0.count(least: 0, most: 1 << 52) } ?? 0
        if isLatin, samples == nil { place.error("samples is missing (for example 100)") }
        guard let items = axes?.list() else { return nil }
        if items.isEmpty { axes?.error("must hold at least one axis") }
        if isLatin {
            let read = items.map { axis($0, isSampled: true) }
            guard let sampleCount, let seedNumber, !read.contains(where: { $0 == nil }), !items.isEmpty else {
                return nil
            }
            return [.latin(read.compactMap { $0 }, samples: sampleCount, seed: UInt64(seedNumber))]
        }
        let read = items.map { item($0) }
        guard let how, !read.contains(where: { $0 == nil }), !items.isEmpty else { return nil }
        let dimensions = read.compactMap { $0 }
        if how == "zip" {
            let counts = Set(dimensions.map(\.points.count))
            if counts.count > 1 {
                axes?.error("are zipped, so all must have as many values, got \(counts.sorted())")
                return nil
            }
            return [.zip(dimensions)]
        }
        if how == "each" { return [.each(dimensions, in: base)] }
        if isTopmost { return dimensions }
        let points = dimensions.reduce(1.0) { $0 * Double($1.points.count) }
        guard points <= Double(AxisReader.mostPoints) else {
            axes?.error("have more than \(AxisReader.mostPoints) points together")
            return nil
        }
        return [.grid(dimensions)]
    }

    /// An axis, or a group that has `axes` of its own.
    private func item(_ value: InputValue) -> Dimension? {
        if value.hasKey("axes") {
            guard let reader = value.section() else { return nil }
            defer { reader.finish() }
            return dimensions(
                combine: reader.optional("combine"), axes: reader.optional("axes"),
                samples: reader.optional("samples"), seed: reader.optional("seed"), at: value, isTopmost: false)?.first
        }
        guard let axis = axis(value, isSampled: false), case .list(let settings) = axis.values else { return nil }
        return Dimension(columns: [axis.name], points: settings.map { [$0] })
    }

    private func axis(_ value: InputValue, isSampled: Bool) -> Axis? {
        guard let reader = value.section() else { return nil }
        defer { reader.finish() }
        let name = reader.optional("name")
        let path = reader.optional("path")
        let kinds = ["values", "range", "factors", "random", "files", "days", "cells", "temperatures", "modes"]
        let found = kinds.compactMap { kind in reader.optional(kind).map { (kind: kind, value: $0) } }
        let nameText = name?.text()
        guard found.count == 1, let (kind, body) = found.first else {
            value.error("must have one of \(kinds.joined(separator: ", "))")
            return nil
        }
        let paths = path.map { $0.isList ? $0.list() ?? [] : [$0] } ?? []
        let keys = paths.map { $0.scenarioKey() }
        if path == nil, ["values", "range", "factors", "random", "files"].contains(kind) {
            value.error("path is missing (for example vehicles[0].battery.capacity_kwh)")
            return nil
        }
        if kind == "modes", question != .schedule {
            body.error("goes with question: schedule only: \(question.rawValue) has its own modes")
        }
        if kind == "modes" { path?.error("does not go with modes") }
        guard !keys.contains(where: { $0 == nil }), name == nil || nameText != nil else { return nil }
        let values = AxisValues(reader: self, keys: keys.compactMap { $0 }, isSampled: isSampled).read(kind, body)
        let usual =
            ["days": "day", "cells": "cell", "temperatures": "temperature_c", "modes": "mode"][kind] ?? paths.first?
            .scalarText ?? kind
        let column = nameText ?? usual
        guard !reserved.contains(column.lowercased()) else {
            (name ?? value).error("\"\(column)\" is already a column of the results: set another name")
            return nil
        }
        // Column names of a database do not know capitals from small letters.
        guard places.updateValue(path ?? value, forKey: column.lowercased()) == nil else {
            (name ?? value).error("another axis is called \"\(column)\" too: say name")
            return nil
        }
        return values.map { Axis(name: column, values: $0) }
    }

    /// Reports keys that no scenario has, by the first value of each axis: every run would fail.
    func check(_ dimensions: [Dimension], with loader: ScenarioLoader) {
        var document = base
        var keys: [(key: ScenarioKey, place: InputValue)] = []
        for dimension in dimensions {
            for (column, setting) in zip(dimension.columns, dimension.points.first ?? []) {
                guard let place = places[column.lowercased()] else { continue }
                do throws(ScenarioKey.Problem) {
                    var trial = document
                    _ = try trial.apply([setting])
                    document = trial
                } catch { place.error(error.message) }
                for case .set(let key, _) in setting.changes { keys.append((key, place)) }
            }
        }
        do throws(InputError) {
            _ = try loader.load(document)
        } catch {
            guard case .invalid(let findings) = error else { return }
            for finding in findings where finding.message.hasPrefix("unknown key") {
                for (key, place) in keys where key.isSamePlace(as: finding.keyPath) {
                    place.error("\(finding.keyPath): \(finding.message)")
                }
            }
        }
    }
}

extension InputValue {
    /// A whole number.
    func count(least: Int = 1, most: Int) -> Int? {
        guard let number = number() else { return nil }
        guard number == number.rounded(), number >= Double(least), number <= Double(most) else {
            error("must be a whole number of \(least)...\(most), got \(forMessage)")
            return nil
        }
        return Int(saturating: number)
    }

    fileprivate func scenarioKey() -> ScenarioKey? {
        guard let text = text() else { return nil }
        guard let key = ScenarioKey(text) else {
            error("must be a scenario's key such as vehicles[0].battery.capacity_kwh, got \(forMessage)")
            return nil
        }
        return key
    }

    fileprivate func hasKey(_ key: String) -> Bool {
        if case .map(let entries) = anyValue { return entries.contains { $0.key == key } }
        return false
    }
}

extension ScenarioKey {
    /// Whether `path` is this key or one above it, whichever item of each list is meant.
    fileprivate func isSamePlace(as path: String) -> Bool {
        func plain(_ text: String) -> [Substring] {
            text.split(separator: ".").map { $0.prefix { $0 != "[" } }
        }
        return plain(description).starts(with: plain(path))
    }
}
