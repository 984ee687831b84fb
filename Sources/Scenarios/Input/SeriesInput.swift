extension InputValue {
    /// One value a step, from any of the forms that a series is written in: a number, a list, `values` + `step`, a
    /// `file`, or a table of `hours`. Nil, and findings, where it is none.
    ///
    /// - Parameters:
    ///   - quantity: what it measures: decides the unit of bare numbers and the units that may be named.
    ///   - range: what each value may be, after unit, scale and offset.
    public func series(_ quantity: Quantity, _ range: NumberRange = .any) -> [Double]? {
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
        let offset = reader.optional("offset").map { $0.number() } ?? 0
        guard let raw = rawSeries(reader, grid) else {
            _ = unit.map { quantity.factor(of: $0) }
            return nil
        }
        guard let factor = factor(quantity, said: unit, feed: raw.feedUnit), let scale, let offset else { return nil }
        if unit == nil, raw.feedUnit == nil, raw.isFromFile { quantity.warnOfLargePrices(raw.values, at: self) }
        // Without a horizon the values are stand-ins.
        guard context.isHorizonKnown else { return raw.values }
        let result = raw.values.map { $0 * factor * scale + offset }
        let base = quantity.baseUnit(currency)
        for (step, value) in result.enumerated() {
            let complaint =
                value.isFinite
                ? range.complaint(about: value, text: value.short, unit: " \(base)") : "is too large a number"
            guard let complaint else { continue }
            error("\(complaint) at \(context.clock.iso8601(grid.boundary(step)))")
            return nil
        }
        return result
    }

    /// The values of a series before unit, scale and offset.
    private struct RawSeries {
        var values: [Double]
        var isFromFile = false
        /// The unit that the file's format says.
        var feedUnit: String?
    }

    private func rawSeries(_ reader: SectionReader, _ grid: TimeGrid) -> RawSeries? {
        let (values, file, hours) = (reader.optional("values"), reader.optional("file"), reader.optional("hours"))
        let (step, fill) = (reader.optional("step"), reader.optional("fill"))
        let options = FeedOptionInput(
            column: reader.optional("column"), format: reader.optional("format"),
            sequence: reader.optional("sequence"), vat: reader.optional("vat"), area: reader.optional("area"))
        let fills = fill.map { $0.choice(["previous"], what: "way to fill gaps") != nil } ?? false
        guard [values, file, hours].compactMap({ $0 }).count == 1 else {
            error("must have one of values (with step), file or hours")
            return nil
        }
        if values == nil { step?.error("goes with values only") }
        if file == nil { for option in options.all { option.error("goes with file only") } }
        if hours != nil { fill?.error("goes with values and file only") }
        if let values { return values.heldValues(step, grid, fills).map { RawSeries(values: $0) } }
        if let file {
            guard let table = file.feedTable(options) else { return nil }
            let hint = " (\(file.scalarText ?? "")); say fill: previous to repeat the value before it"
            return file.resampled(table.table, grid, fills: fills, hint: hint)
                .map { RawSeries(values: $0, isFromFile: true, feedUnit: table.unit) }
        }
        return hours?.hourTable(grid).map { RawSeries(values: $0) }
    }

    /// What a value is multiplied by: as the scenario says it, or the file's format, which must agree.
    private func factor(_ quantity: Quantity, said unit: InputValue?, feed: String?) -> Double? {
        guard let feed else { return unit.map { quantity.factor(of: $0) } ?? 1 }
        guard let factor = quantity.factor(of: feed, at: unit ?? self) else { return nil }
        if let unit {
            guard let said = quantity.factor(of: unit) else { return nil }
            if said != factor {
                unit.error("is \(unit.described), but the file itself says \(feed)")
                return nil
            }
        }
        return factor
    }

    private func resampled(_ table: SeriesTable, _ grid: TimeGrid, fills: Bool, hint: String) -> [Double]? {
        guard context.isHorizonKnown else { return Array(repeating: 0, count: grid.count) }
        switch table.resampled(to: grid, fillsWithPrevious: fills) {
        case .success(let values): return values
        case .failure(let missing):
            error("has no value for \(context.clock.iso8601(missing.at))\(hint)")
            return nil
        }
    }

    private func onePerStep(_ grid: TimeGrid, _ range: NumberRange, unit: String, hint: String = "") -> [Double]? {
        guard let items = list() else { return nil }
        let values = items.map { $0.number(range, unit: unit) }
        guard context.isHorizonKnown else { return Array(repeating: 0, count: grid.count) }
        guard items.count == grid.count else {
            error("must hold one value a step (\(grid.count)), got \(items.count)\(hint)")
            return nil
        }
        return values.contains { $0 == nil } ? nil : values.compactMap { $0 }
    }

    private func heldValues(_ step: InputValue?, _ grid: TimeGrid, _ fills: Bool) -> [Double]? {
        guard let step else { return onePerStep(grid, .any, unit: "", hint: "; or say step") }
        guard let items = list() else { return nil }
        let numbers = items.map { $0.number() }
        guard let seconds = step.duration(), !numbers.contains(where: { $0 == nil }) else { return nil }
        let table = SeriesTable(
            intervals: numbers.compactMap { $0 }.enumerated().map { index, value in
                let start = grid.start.epochSeconds + index * seconds
                return .init(start: start, end: start + seconds, value: value)
            })
        let values = "\(items.count) \(items.count == 1 ? "value" : "values") of \(step.described)"
        return resampled(table, grid, fills: fills, hint: ": \(values) end before the horizon does")
    }

    /// The file's table, read once for all series that name it.
    func feedTable(_ input: FeedOptionInput) -> FeedTable? {
        guard let name = text(), let options = input.options(context.clock) else { return nil }
        var known: (any Feed.Type)?
        if let format = input.format {
            guard let choice = format.choice(FeedRegistry.all.map { $0.name }, what: "format") else { return nil }
            known = FeedRegistry.named(choice)
        }
        let path = name.hasPrefix("/") || context.directory.isEmpty ? name : context.directory + "/" + name
        let key = "\(known?.name ?? "?")|\(path)|\(input.key)"
        if let read = context.tables[key] { return read.table }
        let sharedKey = "\(key)|\(context.clock.name)"
        if let found = context.shared?.entry(sharedKey) {
            context.digests[key] = found.digest
            return found.table
        }
        var table: FeedTable?
        do {
            let bytes = try FileReading.bytes(path, most: FileReading.mostTableBytes)
            let feed = known ?? FeedRegistry.recognised(bytes)
            let problems = FeedProblems(file: name, log: context.log)
            if input.fits(feed) { table = feed.read(bytes, options: options, problems: problems) }
            problems.finish()
            // A file that there is something to say about is read anew, so that it is said each time.
            if let shared = context.shared, let table, !problems.hasSpoken {
                var digest = Digest()
                digest.add(bytes)
                shared.keep(.init(table: table, digest: digest.value), sharedKey)
                context.digests[key] = digest.value
            }
        } catch {
            switch error {
            case .notReadable(let why), .notUsable(let why): self.error("\(name): \(why)")
            }
        }
        context.tables[key] = .init(table: table)
        return table
    }
}

/// What stands beside `file`: how it is to be read.
struct FeedOptionInput {
    var column: InputValue?
    var format: InputValue?
    var sequence: InputValue?
    var vat: InputValue?
    var area: InputValue?

    var all: [InputValue] { [column, format, sequence, vat, area].compactMap { $0 } }

    /// Tells two readings of one file apart.
    var key: String { [column, sequence, vat, area].map { $0?.scalarText ?? "" }.joined(separator: "|") }

    /// Nil, and findings, where one of them is wrong.
    func options(_ clock: WallClock) -> FeedOptions? {
        var options = FeedOptions(column: nil, clock: clock)
        if let column {
            guard let text = column.text() else { return nil }
            options.column = text
        }
        if let area {
            guard let text = area.text() else { return nil }
            options.area = text
        }
        if let sequence {
            guard let number = sequence.number(.positive) else { return nil }
            guard number == number.rounded(), number < 1000 else {
                sequence.error("must be a whole number")
                return nil
            }
            options.sequence = Int(number)
        }
        if let vat {
            guard let choice = vat.choice(["include", "exclude"], what: "way to treat VAT") else { return nil }
            options.includesVAT = choice == "include"
        }
        return options
    }

    /// Whether each option is one of the feed's own; findings where not.
    func fits(_ feed: any Feed.Type) -> Bool {
        var isFitting = true
        for (value, owner) in [(sequence, EntsoeFeed.name), (vat, OctopusFeed.name), (area, NordpoolFeed.name)] {
            guard let value, feed.name != owner else { continue }
            value.error("goes with format \(owner) only, this is \(feed.name)")
            isFitting = false
        }
        return isFitting
    }
}
