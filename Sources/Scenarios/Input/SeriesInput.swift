import Foundation

extension InputValue {
    /// One value a step, from any of the forms that a series is written in: a number, a list, `values` + `step`, a
    /// `file`, or a table of `hours`. Nil, and findings, where it is none.
    ///
    /// - Parameters:
    ///   - quantity: what it measures: decides the unit of bare numbers and the units that may be named.
    ///   - range: what each value may be, after unit, scale and offset.
    public func series(_ quantity: Quantity, _ range: NumberRange = .any) -> [Double]? {
        guard let grid = context.grid else { return nil }
        let unit = quantity.baseUnit(context.currency)
        switch node {
        case .scalar: return number(range, unit: unit).map { Array(repeating: $0, count: grid.count) }
        case .sequence:
            guard let items = list() else { return nil }
            let values = items.map { $0.number(range, unit: unit) }
            guard items.count == grid.count else {
                error("must hold one value a step (\(grid.count)), got \(items.count)")
                return nil
            }
            return values.contains { $0 == nil } ? nil : values.compactMap { $0 }
        case .mapping: return section().flatMap { mappedSeries($0, quantity, range, grid) }
        case .alias: return nil
        }
    }

    private func mappedSeries(
        _ reader: SectionReader, _ quantity: Quantity, _ range: NumberRange, _ grid: TimeGrid
    ) -> [Double]? {
        defer { reader.finish() }
        let factor = unitFactor(reader, quantity)
        let scale = reader.number("scale", default: 1)
        let offset = reader.number("offset", default: 0)
        var fills = false
        if let fill = reader.optional("fill") { fills = fill.choice(["previous"], what: "way to fill gaps") != nil }
        let forms = (reader.optional("values"), reader.optional("file"), reader.optional("hours"))
        let (step, column, format) = (reader.optional("step"), reader.optional("column"), reader.optional("format"))

        let raw: [Double]?
        switch forms {
        case (let values?, nil, nil): raw = heldValues(values, step, grid, fills)
        case (nil, let file?, nil): raw = fileValues(file, column, format, grid, fills)
        case (nil, nil, let hours?): raw = hours.hourTable(grid)
        default:
            error("must have one of values (with step), file or hours")
            raw = nil
        }
        guard let raw, let factor else { return nil }
        let result = raw.map { $0 * factor * scale + offset }
        if let step = result.indices.first(where: { range.complaint(about: result[$0], text: "", unit: "") != nil }) {
            let text = "\(result[step])"
            let complaint = range.complaint(about: result[step], text: text, unit: " \(quantity.baseUnit(currency))") ?? ""
            error("\(complaint) at \(context.clock.iso8601(grid.boundary(step)))")
            return nil
        }
        return result
    }

    private func unitFactor(_ reader: SectionReader, _ quantity: Quantity) -> Double? {
        guard let unit = reader.optional("unit") else { return 1 }
        guard let text = unit.text() else { return nil }
        if let factor = quantity.factor(of: text, currency: currency) { return factor }
        let slash = text.firstIndex(of: "/") ?? text.endIndex
        let code = text[..<slash]
        if code.count == 3, code.allSatisfy({ $0.isUppercase }), String(code) != currency,
            quantity.factor(of: currency + text[slash...], currency: currency) != nil
        {
            unit.error("is in \(code), but the scenario's currency is \(currency): convert it with scale")
        } else {
            unit.error("unit \(text) does not fit here (\(quantity.allowed(currency)))")
        }
        return nil
    }

    private func resampled(_ table: SeriesTable, _ grid: TimeGrid, fills: Bool, hint: String) -> [Double]? {
        switch table.resampled(to: grid, fillsWithPrevious: fills) {
        case .success(let values): return values
        case .failure(let missing):
            error("has no value for \(context.clock.iso8601(missing.at))\(hint)")
            return nil
        }
    }

    private func heldValues(_ values: InputValue, _ step: InputValue?, _ grid: TimeGrid, _ fills: Bool) -> [Double]? {
        guard let items = values.list() else { return nil }
        let numbers = items.map { $0.number() }
        guard let step else {
            guard items.count == grid.count else {
                values.error("must hold one value a step (\(grid.count)), got \(items.count); or say step")
                return nil
            }
            return numbers.contains { $0 == nil } ? nil : numbers.compactMap { $0 }
        }
        guard let seconds = step.duration(), !numbers.contains(where: { $0 == nil }) else { return nil }
        let table = SeriesTable(
            intervals: numbers.compactMap { $0 }.enumerated().map { index, value in
                let start = grid.start.epochSeconds + index * seconds
                return .init(start: start, end: start + seconds, value: value)
            })
        return values.resampled(
            table, grid, fills: fills, hint: ": \(items.count) values of \(seconds / 60) min end before the horizon does")
    }

    private func fileValues(
        _ file: InputValue, _ column: InputValue?, _ format: InputValue?, _ grid: TimeGrid, _ fills: Bool
    ) -> [Double]? {
        guard let name = file.text() else { return nil }
        var feed: any Feed.Type = CSVFeed.self
        if let format {
            guard let wanted = format.text() else { return nil }
            if FeedRegistry.planned.contains(wanted) {
                format.error("the feed \(wanted) is not built in yet")
                return nil
            }
            guard let known = FeedRegistry.named(wanted) else {
                _ = format.choice(FeedRegistry.all.map { $0.name }, what: "format")
                return nil
            }
            feed = known
        }
        let columnName = column?.text()
        let path = name.hasPrefix("/") || context.directory.isEmpty ? name : context.directory + "/" + name
        let key = "\(feed.name)|\(path)|\(columnName ?? "")"
        if context.tables[key] == nil {
            do {
                let bytes = try FileReading.bytes(path, most: FileReading.mostTableBytes)
                let options = FeedOptions(column: columnName, clock: context.clock)
                context.tables[key] =
                    feed.read(bytes, options: options) { line, column, message in
                        context.log.add(Finding(file: name, line: line, column: column, message: message))
                    } ?? SeriesTable(intervals: [])
            } catch {
                switch error {
                case .notReadable(let why), .notUsable(let why): file.error("\(name): \(why)")
                }
                context.tables[key] = SeriesTable(intervals: [])
            }
        }
        // An empty table stands for one that was found wrong before.
        guard let table = context.tables[key], !table.intervals.isEmpty else { return nil }
        return file.resampled(table, grid, fills: fills, hint: " (\(name)); say fill: previous to repeat the value before it")
    }
}
