import Scenarios

extension SoCTrace {
    /// Reads a trace from a CSV with a time column, a state of charge (0...1), and maybe `temperature_c`.
    ///
    /// `v2x schedule --format csv` writes such a file: its first column that ends in `soc` is taken.
    ///
    /// - Parameters:
    ///   - column: the column of the state of charge; nil: the only one whose name ends in `soc`.
    ///   - temperatureC: where the file has no column `temperature_c`, degC.
    /// - Throws: `InputError` with every finding.
    package init(path: String, column: String?, temperatureC: Double) throws(InputError) {
        let file = try SourceFile(path: path)
        let (name, bytes) = (file.name, file.bytes)
        let header = SoCTrace.header(bytes)
        let candidates = header.filter { $0.lowercased().hasSuffix("soc") }
        if column == nil, candidates.count > 1 {
            throw .invalid([
                Finding(
                    file: name,
                    message: "has several states of charge: name one (\(candidates.joined(separator: ", ")))")
            ])
        }
        let log = FindingLog()
        let soc = SoCTrace.samples(bytes, name, column ?? candidates.first ?? "soc", log)
        let temperatures =
            header.contains("temperature_c") ? SoCTrace.samples(bytes, name, "temperature_c", log) : nil
        for (row, value) in (soc?.values ?? []).enumerated() where value < -1e-6 || value > 1 + 1e-6 {
            log.add(Finding(file: name, message: "row \(row + 1): a state of charge lies in 0...1, got \(value)"))
            break
        }
        guard let soc, !log.hasErrors else { throw .invalid(log.sorted(mainFile: name)) }
        self.init(
            stepHours: soc.stepHours, soc: soc.values.map { min(1, max(0, $0)) },
            temperatureC: temperatures?.values ?? Array(repeating: temperatureC, count: soc.values.count))
    }

    private static func header(_ bytes: [UInt8]) -> [String] {
        var text = CSVText(bytes)
        guard let line = text.nextLine() else { return [] }
        text.findSeparator(inHeader: line)
        var fields: [Range<Int>] = []
        text.split(line, into: &fields)
        return fields.map { text.text($0) }
    }

    private static func samples(
        _ bytes: [UInt8], _ name: String, _ column: String, _ log: FindingLog
    ) -> (stepHours: Double, values: [Double])? {
        let problems = FeedProblems(file: name, log: log)
        var options = FeedOptions(clock: .utc)
        options.column = column
        let feed = FeedRegistry.read(bytes, as: CSVFeed(), options: options, problems: problems)?.table
        for fault in feed?.faults ?? [] { problems.add(line: fault.line, column: fault.column, fault.message) }
        problems.finish()
        guard let intervals = feed?.table.intervals, let first = intervals.first, problems.count == 0 else {
            return nil
        }
        for (left, right) in zip(intervals, intervals.dropFirst()) where left.end != right.start {
            log.add(
                Finding(
                    file: name,
                    message:
                        "has a gap at \(WallClock.utc.iso8601(Instant(epochSeconds: left.end))): samples must be evenly spaced"
                ))
            return nil
        }
        return (Double(first.end - first.start) / 3600, intervals.map(\.value))
    }
}
