import Scenarios

extension SchemaDefinitions {
    /// A series in any of its forms.
    static let series = Schema.any([
        .number(.any), .list(.number(.any)),
        .map(
            [
                Schema.key("values", .list(.number(.any)), "One per step, or one per length that step gives."),
                Schema.key("step", .duration, "How long each of values holds."),
                Schema.key("file", .text, "Relative to the scenario: CSV, or any feed of v2x feeds."),
                Schema.key("format", .choice(FeedRegistry.all.map { $0.name }), "By its content where it is missing."),
            ] + FeedOption.all.map(\.property) + [
                Schema.key(
                    "fill",
                    .any([
                        .choice(["previous"]), .map([Schema.required("previous", .duration, "For this long at most.")]),
                    ]),
                    "The value before stands in a gap, for 3h at most."),
                Schema.key(
                    "sum", .list(.series, minCount: 1), "Series that are added, each with its own unit and scale."),
                Schema.key(
                    "hours",
                    .list(
                        .map([
                            Schema.key("from", .clock, "Time of day."), Schema.key("to", .clock, "Time of day."),
                            Schema.key(
                                "days", .list(.choice(Weekday.allCases.map(\.rawValue) + ["holiday"]), minCount: 1),
                                "On which the span starts (all); a holiday counts as a Sunday."),
                            Schema.key(
                                "months", Schema.oneOrMore(.text), "[oct, mar]: the first and the last of a season."),
                            Schema.key("dates", Schema.oneOrMore(.text), "12-24, 2025-12-24, 12-24/01-06."),
                            Schema.required("value", .number(.any), "Value in that time."),
                        ]), minCount: 1), "A time-of-use table in wall time; the first match wins."),
                Schema.key("holidays", Schema.oneOrMore(.text), "Dates, or an iCalendar file, for hours."),
                Schema.key("unit", .text, "EUR/MWh, €/MWh, ct/kWh, öre/kWh, kW, W, MW, g/kWh, ..."),
                Schema.key("scale", .number(.any), "Values are multiplied by it (1)."),
                Schema.key("offset", .any([.number(.any), .series]), "Then it is added (0)."),
            ]),
    ])
}

extension InputValue {
    /// One value per step, from any of the forms that a series is written in: a number, a list, `values` + `step`, a
    /// `file`, a table of `hours`, or a `sum` of series. Nil, and findings, where it is none.
    ///
    /// - Parameters:
    ///   - quantity: what it measures: decides the unit of bare numbers and the units that may be named.
    ///   - range: what each value may be, after unit, scale and offset.
    package func series(_ quantity: Quantity, _ range: NumberRange = .any) -> [Double]? {
        guard let grid = context.grid else { return nil }
        let unit = quantity.baseUnit(currency)
        switch node {
        case .scalar: return number(range, unit: unit).map { Array(repeating: $0, count: grid.count) }
        case .sequence: return onePerStep(grid, range, unit: unit)
        case .mapping:
            guard let reader = section() else { return nil }
            defer { reader.finish() }
            return mappedSeries(reader, quantity, range, grid)
        case .alias:
            error("must be a number, a list or a map, got \(described)")
            return nil
        }
    }

    private func mappedSeries(
        _ reader: SectionReader, _ quantity: Quantity, _ range: NumberRange, _ grid: TimeGrid
    ) -> [Double]? {
        let unit = reader.optional("unit")
        let scale = reader.optional("scale").map { $0.number() } ?? 1
        let offset =
            reader.optional("offset").map { $0.offset(quantity, grid) } ?? Array(repeating: 0, count: grid.count)
        guard let raw = rawSeries(reader, quantity, grid, unit, scale) else { return nil }
        guard let scale, let offset else { return nil }
        // Without a horizon the values are stand-ins.
        guard context.isHorizonKnown else { return raw }
        let result = zip(raw, offset).map { $0 * scale + $1 }
        let base = quantity.baseUnit(currency)
        for (step, value) in result.enumerated() {
            let complaint =
                abs(value) <= .maxOfInput
                ? range.complaint(about: value, text: value.short, unit: " \(base)") : "is too large a number"
            guard let complaint else { continue }
            error("\(complaint) at \(context.clock.iso8601(grid.boundary(step)))")
            return nil
        }
        return result
    }

    /// What is added after scale: a number, or a series of its own in the quantity's unit.
    private func offset(_ quantity: Quantity, _ grid: TimeGrid) -> [Double]? {
        if case .scalar = node { return number().map { Array(repeating: $0, count: grid.count) } }
        return series(quantity)
    }

    /// The values of a series in the quantity's unit, before scale and offset.
    private func rawSeries(
        _ reader: SectionReader, _ quantity: Quantity, _ grid: TimeGrid, _ unit: InputValue?, _ scale: Double?
    ) -> [Double]? {
        let (values, file) = (reader.optional("values"), reader.optional("file"))
        let (hours, sum) = (reader.optional("hours"), reader.optional("sum"))
        let (step, fill, holidays) = (reader.optional("step"), reader.optional("fill"), reader.optional("holidays"))
        let options = FeedOptionInput(reader)
        let bound = fill.map { $0.fillSeconds() } ?? 0
        guard [values, file, hours, sum].compactMap({ $0 }).count == 1 else {
            error("must have one of values (with step), file, hours or sum")
            return nil
        }
        if values == nil { step?.error("goes with values only") }
        if file == nil { for option in options.all { option.error("goes with file only") } }
        if hours == nil { holidays?.error("goes with hours only") }
        if hours != nil || sum != nil { fill?.error("goes with values and file only") }
        if let sum {
            unit?.error("does not go with sum: each of its series has its own unit")
            return sum.summed(quantity, grid)
        }
        if let file {
            return file.fileSeries(options, quantity, grid, fill: bound, unit: unit, scale: scale, owner: self)
        }
        let factor = unit.map { quantity.factor(of: $0) } ?? 1
        let raw: [Double]?
        if let values {
            raw = values.heldValues(step, grid, bound)
        } else {
            raw = hours?.hourTable(grid, holidays: holidays.map { $0.holidays() } ?? [])
        }
        guard let raw, let factor else { return nil }
        return raw.map { $0 * factor }
    }

    /// The sum of a list of series.
    private func summed(_ quantity: Quantity, _ grid: TimeGrid) -> [Double]? {
        guard let items = list() else { return nil }
        if items.isEmpty { error("must hold at least one series") }
        let terms = items.map { $0.series(quantity) }
        guard !items.isEmpty, !terms.contains(where: { $0 == nil }) else { return nil }
        var total = [Double](repeating: 0, count: grid.count)
        for term in terms.compactMap({ $0 }) { for step in total.indices { total[step] += term[step] } }
        return total
    }

    /// How long a value may stand in for those that are missing, s; nil, and a finding, where it is wrong.
    private func fillSeconds() -> Int? {
        let usual = 3 * 3600
        guard case .mapping = node, let reader = section() else {
            return choice(["previous"], what: "way to fill gaps").map { _ in usual }
        }
        defer { reader.finish() }
        return reader.required("previous", "6h")?.duration()
    }

    private func onePerStep(_ grid: TimeGrid, _ range: NumberRange, unit: String, hint: String = "") -> [Double]? {
        guard let items = list() else { return nil }
        let values = items.map { $0.number(range, unit: unit) }
        guard context.isHorizonKnown else { return Array(repeating: 0, count: grid.count) }
        let own = context.repeating?.from.flatMap(grid.step) ?? grid.count
        guard items.count == own else {
            error("must have one value per step (\(own)), got \(items.count)\(hint)")
            return nil
        }
        guard !values.contains(where: { $0 == nil }) else { return nil }
        let known = values.compactMap { $0 }
        if own == grid.count { return known }
        let table = SeriesTable(
            intervals: known.enumerated().map { step, value in
                .init(
                    start: grid.boundary(step).epochSeconds, end: grid.boundary(step + 1).epochSeconds, value: value)
            })
        return resampled(continued(table, grid), grid, fill: 0, hint: ": the list ends before")
    }

    /// The table, and after its end what it knows of the day before, where the horizon goes on beyond its own end.
    func continued(_ table: SeriesTable, _ grid: TimeGrid) -> SeriesTable {
        // What ends before the horizon's own end has a gap.
        guard let own = context.repeating?.from, let end = table.intervals.last?.end, end >= own.epochSeconds,
            end < grid.end.epochSeconds
        else { return table }
        guard let longer = table.repeatingLastDay(to: grid.end, clock: context.clock) else {
            if context.repeating?.tooShort == nil { context.repeating?.tooShort = path }
            return table
        }
        return longer
    }

    private func heldValues(_ step: InputValue?, _ grid: TimeGrid, _ fill: Int?) -> [Double]? {
        guard let step else { return onePerStep(grid, .any, unit: "", hint: "; or set step") }
        guard let items = list() else { return nil }
        let numbers = items.map { $0.number() }
        guard let seconds = step.duration(), !numbers.contains(where: { $0 == nil }) else { return nil }
        let table = SeriesTable(
            intervals: numbers.compactMap { $0 }.enumerated().map { index, value in
                let start = grid.start.epochSeconds + index * seconds
                return .init(start: start, end: start + seconds, value: value)
            })
        let values = "\(items.count) \(items.count == 1 ? "value" : "values") of \(step.described)"
        if context.isHorizonKnown, let last = table.intervals.last, last.end >= grid.end.epochSeconds + seconds {
            let surplus = DurationText.words(last.end - grid.end.epochSeconds)
            let length = DurationText.words(grid.end.epochSeconds - grid.start.epochSeconds)
            doubt("\(values) are \(surplus) more than the horizon of \(length) has: which of them are not needed?")
        }
        guard let fill else { return nil }
        return resampled(continued(table, grid), grid, fill: fill, hint: ": \(values) end before the horizon does")
    }

    /// The mean over each step, and findings about what is missing or was filled.
    func resampled(_ table: SeriesTable, _ grid: TimeGrid, fill: Int, hint: String) -> [Double]? {
        guard context.isHorizonKnown else { return Array(repeating: 0, count: grid.count) }
        let clock = context.clock
        func words(_ part: SeriesTable.Interval) -> String {
            "\(DurationText.words(part.end - part.start)) from \(clock.dateTime(Instant(epochSeconds: part.start)))"
        }
        switch table.resampled(to: grid, fillSeconds: fill) {
        case .success(let found):
            for part in found.filled.prefix(3) {
                let isEnd = part.start >= (table.intervals.last?.end ?? 0)
                doubt(
                    "filled \(words(part)) on with \(part.value.short)\(isEnd ? ", the last value there is" : ", the value before the gap")"
                )
            }
            if found.filled.count > 3 { doubt("and filled \(found.filled.count - 3) more gaps") }
            return found.values
        case .failure(let missing):
            var text = "has no value for \(clock.iso8601(missing.at))"
            if fill > 0, let part = missing.filled {
                text +=
                    ": fill: previous filled \(words(part)), and stops after \(DurationText.words(fill)); set fill: { previous: 12h } for more"
            } else {
                text += hint
            }
            error(text)
            return nil
        }
    }
}
