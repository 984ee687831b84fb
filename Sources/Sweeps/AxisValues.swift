import Foundation
import ScenarioFiles
import Scenarios
import Scheduling

extension InputValue {
    /// The items of a list, read; nil where one is wrong (all are read, so that all findings are shown).
    fileprivate func each<T>(_ read: (InputValue) -> T?) -> [T]? {
        guard let items = list() else { return nil }
        let found = items.map(read)
        return found.contains { $0 == nil } ? nil : found.compactMap { $0 }
    }
}

/// The values of one axis, from any of the forms that they are written in.
struct AxisValues {
    let reader: AxisReader
    let keys: [ScenarioKey]
    /// Whether a group takes samples of the axis (then a range or a random number needs no count).
    let isSampled: Bool

    private static let mostValues = 1_000_000

    func read(_ kind: String, _ value: InputValue) -> Axis.Values? {
        let values: Axis.Values?
        switch kind {
        case "values": values = value.list().map { .list($0.map { Setting($0.anyValue, at: keys) }) }
        case "range": values = range(value)
        case "factors": values = factors(value)
        case "random": values = random(value)
        case "files": values = files(value)
        case "days": values = days(value).map { .list($0) }
        case "cells": values = cells(value)
        case "temperatures": values = temperatures(value)
        default: values = modes(value)
        }
        if case .list(let settings) = values, settings.isEmpty {
            value.error("holds no value")
            return nil
        }
        return values
    }

    /// `{ from: 20, to: 80, step: 20 }` or `{ from: 20, to: 80, count: 4 }`, both ends included.
    private func range(_ value: InputValue) -> Axis.Values? {
        guard let section = value.section() else { return nil }
        defer { section.finish() }
        let from = section.number("from", example: "0")
        let to = section.number("to", example: "10")
        let (step, count) = (section.optional("step"), section.optional("count"))
        let (stepNumber, countNumber) = (step?.number(.positive), count?.count(most: AxisValues.mostValues))
        guard let from, let to else { return nil }
        if to < from {
            value.error("to must be >= from (\(ScenarioValue.number(from).text)), got \(ScenarioValue.number(to).text)")
            return nil
        }
        switch (step, count) {
        case (nil, nil):
            if isSampled { return .spread(.uniform(from: from, to: to), keys) }
            value.error("must have step or count")
            return nil
        case (_?, _?):
            value.error("must have step or count, not both")
            return nil
        case (_?, nil):
            guard let stepNumber else { return nil }
            let steps = ((to - from) / stepNumber + 1e-9).rounded(.down)
            guard steps < Double(AxisValues.mostValues) else {
                step?.error("gives more than \(AxisValues.mostValues) values")
                return nil
            }
            return numbers((0...Int(steps)).map { AxisValues.plain(from + Double($0) * stepNumber) })
        case (nil, _?):
            guard let countNumber else { return nil }
            guard countNumber > 1 else { return numbers([from]) }
            return numbers(
                (0..<countNumber).map { AxisValues.plain(from + (to - from) * Double($0) / Double(countNumber - 1)) })
        }
    }

    /// 0.30000000000000004 is 0.3: what a step's rounding adds is nobody's wish.
    private static func plain(_ value: Double) -> Double {
        guard value != 0, value.isFinite else { return value }
        let scale = pow(10, 12 - (log10(abs(value))).rounded(.up))
        let rounded = (value * scale).rounded() / scale
        return rounded.isFinite && scale.isFinite ? rounded : value
    }

    /// The base scenario's own number at each key, times each factor; the first key's is shown.
    private func factors(_ value: InputValue) -> Axis.Values? {
        guard let factors = value.each({ $0.number() }) else { return nil }
        var own: [(key: ScenarioKey, number: Double)] = []
        for key in keys {
            guard let number = reader.base.value(at: key)?.number else {
                value.error("the base scenario has no number at \(key), or several")
                return nil
            }
            own.append((key, number))
        }
        guard let first = own.first else { return nil }
        return .list(
            factors.map { factor in
                var setting = Setting(.number(AxisValues.plain(first.number * factor)), at: [])
                setting.changes = own.map { .set($0.key, .number(AxisValues.plain($0.number * factor))) }
                return setting
            })
    }

    private func numbers(_ values: [Double]) -> Axis.Values { .list(values.map { Setting(.number($0), at: keys) }) }

    /// `{ from: 0.2, to: 0.9, count: 50, seed: 1 }` (uniform) or `{ mean: 12, sd: 3, ... }` (normal).
    private func random(_ value: InputValue) -> Axis.Values? {
        guard let section = value.section() else { return nil }
        defer { section.finish() }
        let (from, to) = (section.optional("from"), section.optional("to"))
        let (mean, deviation) = (section.optional("mean"), section.optional("sd"))
        let (count, seed) = (section.optional("count"), section.optional("seed"))
        let spread: Spread
        switch (from, to, mean, deviation) {
        case (let from?, let to?, nil, nil):
            guard let low = from.number(), let high = to.number() else { return nil }
            guard high >= low else {
                to.error("must be >= from (\(ScenarioValue.number(low).text)), got \(ScenarioValue.number(high).text)")
                return nil
            }
            spread = .uniform(from: low, to: high)
        case (nil, nil, let mean?, let deviation?):
            guard let middle = mean.number(), let width = deviation.number(.nonNegative) else { return nil }
            spread = .normal(mean: middle, standardDeviation: width)
        default:
            value.error("must have from and to (uniform), or mean and sd (normal)")
            return nil
        }
        if isSampled {
            for option in [count, seed] { option?.error("is the group's where axes are sampled together") }
            return .spread(spread, keys)
        }
        guard let count else {
            value.error("count is missing (for example 100)")
            return nil
        }
        guard let number = count.count(most: AxisValues.mostValues),
            let seed = seed.map({ $0.count(least: 0, most: 1 << 52) }) ?? 0
        else { return nil }
        var generator = SeededGenerator(seed: UInt64(seed))
        return numbers((0..<number).map { _ in spread.quantile(generator.share()) })
    }

    /// A list of files or a pattern, `prices/*.csv`; relative to the base scenario.
    private func files(_ value: InputValue) -> Axis.Values? {
        if value.isList {
            return value.each { $0.text() }.map { .list($0.map { Setting(.scalar($0), at: keys) }) }
        }
        guard let pattern = value.text() else { return nil }
        let isFound = pattern.hasPrefix("/") || reader.directory.isEmpty
        let prefix = isFound ? "" : reader.directory + "/"
        var found = glob_t()
        defer { globfree(&found) }
        guard glob(prefix + pattern, 0, nil, &found) == 0 else {
            value.error("no file is called \(pattern)\(isFound ? "" : " (from the base scenario's folder)")")
            return nil
        }
        let names = (0..<Int(found.gl_pathc)).compactMap { found.gl_pathv[$0].map { String(cString: $0) } }
        return .list(names.map { String($0.dropFirst(prefix.count)) }.sorted().map { Setting(.scalar($0), at: keys) })
    }

    private func cells(_ value: InputValue) -> Axis.Values? {
        let all = reader.cells.sorted()
        guard let names = value.scalarText == "all" ? all : value.each({ $0.choice(all, what: "cell") }) else {
            return nil
        }
        let usual = [ScenarioKey("vehicles[*].battery.ageing.cell")].compactMap { $0 }
        return .list(names.map { Setting(.scalar($0), at: keys.isEmpty ? usual : keys) })
    }

    /// Of the cells, °C, the whole horizon long: a list or a range.
    private func temperatures(_ value: InputValue) -> Axis.Values? {
        let usual = [ScenarioKey("vehicles[*].battery.temperature_c")].compactMap { $0 }
        let axis = AxisValues(reader: reader, keys: keys.isEmpty ? usual : keys, isSampled: isSampled)
        if value.isList { return value.each { $0.number() }.map { axis.numbers($0) } }
        return axis.range(value)
    }

    private func modes(_ value: InputValue) -> Axis.Values? {
        let all = ScheduleMode.allCases.map(\.rawValue)
        let names = value.scalarText == "all" ? all : value.each { $0.choice(all, what: "mode") }
        return names.map { names in
            .list(names.compactMap { ScheduleMode(rawValue: $0) }.map { Setting(shown: $0.rawValue, [.mode($0)]) })
        }
    }

    /// Days on which the horizon starts: a list, or `{ file, from, to, every, sample, seed }`; every other time of the
    /// scenario moves with it, and the file is put at the axis' path, where it has one.
    private func days(_ value: InputValue) -> [Setting]? {
        if value.isList {
            return value.each { $0.dayNumber() }?.map { setting(day: $0, file: nil) }
        }
        guard let section = value.section() else { return nil }
        defer { section.finish() }
        let file = section.optional("file")
        let (column, format) = (section.optional("column"), section.optional("format"))
        let (from, to) = (section.optional("from"), section.optional("to"))
        let every = section.optional("every").map { $0.count(most: 100_000) } ?? 1
        let sample = section.optional("sample")
        let seed = section.optional("seed").map { $0.count(least: 0, most: 1 << 52) } ?? 0
        if file == nil, !keys.isEmpty {
            value.error("file is missing: path says where it goes")
            return nil
        }
        var possible: Set<Int>?
        if let file {
            guard let clock = reader.base.clock,
                let span = file.timeSpan(from: reader.directory, column: column, format: format, clock: clock)
            else { return nil }
            possible = Set(reader.base.startDays(within: span))
        } else if from == nil || to == nil {
            value.error("must have file, or from and to")
            return nil
        }
        let (first, last) = (from?.dayNumber(), to?.dayNumber())
        guard let every, let seed, (from == nil) == (first == nil), (to == nil) == (last == nil) else { return nil }
        guard let low = first ?? possible?.min(), let high = last ?? possible?.max(), low <= high else {
            value.error("holds no day on which the whole horizon fits")
            return nil
        }
        var days = stride(from: low, through: high, by: every).filter { possible?.contains($0) ?? true }
        if let sample {
            guard let wanted = sample.count(most: days.count) else { return nil }
            var generator = SeededGenerator(seed: UInt64(seed))
            days = generator.permutation(days.count).prefix(wanted).sorted().map { days[$0] }
        }
        return days.map { setting(day: $0, file: file?.scalarText) }
    }

    private func setting(day: Int, file: String?) -> Setting {
        Setting(
            shown: WallTime(secondsSince1970: day * 86_400).date,
            [.startDay(day)] + (file.map { name in keys.map { .set($0, .scalar(name)) } } ?? []))
    }
}
