import Scenarios

extension InputValue {
    /// The values of the file named here, in the quantity's unit.
    ///
    /// - Parameters:
    ///   - fill: how long the value before a gap may stand in for it, s.
    ///   - owner: the series that the file is of.
    func fileSeries(
        _ options: FeedOptionInput, _ quantity: Quantity, _ grid: TimeGrid, fill: Int?, unit: InputValue?,
        scale: Double?,
        owner: InputValue
    ) -> [Double]? {
        let said = unit.map { $0.text() }
        guard let feed = feedTable(options, quantity) else { return nil }
        guard let factor = factor(feed, quantity, unit, scale, owner), let fill else { return nil }
        guard context.isHorizonKnown else { return Array(repeating: 0, count: grid.count) }
        let name = scalarText ?? ""
        let (start, end) = (grid.start.epochSeconds, grid.end.epochSeconds)
        let faults = feed.faults.filter { $0.start < end && $0.end > start }
        if !faults.isEmpty {
            let problems = FeedProblems(file: name, log: context.log)
            for fault in faults { problems.add(line: fault.line, column: fault.column, fault.message) }
            problems.finish()
            return nil
        }
        let check = SeriesCheck(feed: feed, quantity: quantity, factor: factor, owner: owner, grid: grid)
        guard check.unitIsKnown(isSaid: said != nil) else { return nil }
        guard let values = resampled(continued(feed.table, grid), grid, fill: fill, hint: hint(feed, grid)) else {
            return nil
        }
        check.warn()
        return values.map { $0 * factor }
    }

    /// Why a value is missing, and what can be done about it.
    private func hint(_ feed: FeedTable, _ grid: TimeGrid) -> String {
        let name = scalarText ?? ""
        let (first, last) = (feed.table.intervals.first?.start ?? 0, feed.table.intervals.last?.end ?? 0)
        func time(_ seconds: Int) -> String { context.clock.dateTime(Instant(epochSeconds: seconds)) }
        if grid.start.epochSeconds < first { return " (\(name) begins at \(time(first)))" }
        if last < grid.end.epochSeconds, feed.table.isWhole(from: grid.start.epochSeconds, to: last) {
            return " (\(name) ends at \(time(last)))"
        }
        return " (\(name)); set fill: previous to repeat the value before it"
    }

    /// What a value is multiplied by: the scenario's factor, or the file's, which must agree.
    private func factor(
        _ feed: FeedTable, _ quantity: Quantity, _ unit: InputValue?, _ scale: Double?, _ owner: InputValue
    ) -> Double? {
        let isPrice = quantity == .energyPrice
        if isPrice, let other = feed.currency, other != currency {
            // A scale beside the file's own unit is the rate of exchange.
            if let said = unit?.scalarText.flatMap({ MoneyUnit($0) }), said.currencies?.contains(other) == true,
                let scale, scale != 1
            {
                return said.factor(in: other)
            }
            quantity.refuseMoney(other, at: unit ?? owner)
            return nil
        }
        guard let text = feed.unit else { return unit.map { quantity.factor(of: $0) } ?? 1 }
        guard let factor = quantity.factor(of: text, at: unit ?? owner) else { return nil }
        if let unit {
            guard let said = quantity.factor(of: unit) else { return nil }
            if said != factor {
                unit.error("is \(unit.described), but the file itself has \(text)")
                return nil
            }
        }
        return factor
    }

    /// The file's table, read once for all series that name it in the same way.
    func feedTable(_ input: FeedOptionInput, _ quantity: Quantity?) -> FeedTable? {
        guard let name = text(), var options = input.options(context.clock) else { return nil }
        options.currency = currency
        options.quantity = quantity
        options.isExport = path.contains("export")
        var known: (any Feed)?
        if let format = input.format {
            guard let choice = format.choice(FeedRegistry.all.map { $0.name }, what: "format") else { return nil }
            known = FeedRegistry.named(choice)
        }
        let path = name.hasPrefix("/") || context.directory.isEmpty ? name : context.directory + "/" + name
        let role = "\(quantity.map { "\($0)" } ?? "")|\(currency)|\(options.isExport)"
        let key = "\(known?.name ?? "?")|\(path)|\(input.key)|\(role)"
        if let read = context.tables[key] { return read.table }
        let sharedKey = "\(key)|\(context.clock.name)"
        if let found = context.shared?.entry(sharedKey) {
            context.digests[key] = found.digest
            return found.table
        }
        var table: FeedTable?
        do {
            let bytes = try FileReading.bytes(path, upTo: FileReading.maxTableBytes)
            let problems = FeedProblems(file: name, log: context.log)
            table = FeedRegistry.read(bytes, as: known, options: options, problems: problems)?.table
            problems.finish()
            // A file that there is something to report about is read anew, so that it is reported each time.
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
    var format: InputValue?
    private var values: [FeedOptions.Key: InputValue] = [:]

    /// What a file by itself may have.
    init(column: InputValue? = nil, format: InputValue? = nil) {
        self.format = format
        values[.column] = column
    }

    /// From the map of a series.
    init(_ reader: SectionReader) {
        format = reader.optional("format")
        for key in FeedOptions.Key.allCases { values[key] = reader.optional(key.rawValue) }
    }

    var all: [InputValue] { [format].compactMap { $0 } + FeedOptions.Key.allCases.compactMap { values[$0] } }

    /// Tells two readings of one file apart.
    var key: String {
        FeedOptions.Key.allCases.map { values[$0]?.anyValue.text ?? "" }.joined(separator: "|")
    }

    /// Nil, and findings, where one of them is wrong.
    func options(_ clock: WallClock) -> FeedOptions? {
        var options = FeedOptions(clock: clock)
        var isGood = true
        for option in FeedOption.all {
            if let value = values[option.key], !option.read(value, &options) { isGood = false }
        }
        if let zone = values[.zone], values[.area] != nil {
            zone.error("is the same as area: set only one of them")
            isGood = false
        }
        return isGood ? options : nil
    }
}
