/// Comma-separated values: a header, then a time and values a row.
///
/// The separator is `,`, `;` or a tab (as the header has it); with `;` or a tab a decimal comma is read too. Lines that
/// begin with `#` say where the data is from and are passed over. A row lasts to the next one, the last as long as the
/// file's commonest spacing; a longer spacing leaves a gap. The unit stands in the scenario.
struct CSVFeed: Feed {
    static let name = "csv"
    static let title = "CSV: a header, then a time and values a row; the scenario says unit"
    static func recognises(_ start: String) -> Bool { false }

    static func read(_ bytes: [UInt8], options: FeedOptions, problems: FeedProblems) -> FeedTable? {
        var reader = CSVReader(text: CSVText(bytes), options: options, problems: problems)
        return reader.table().map { FeedTable(table: $0) }
    }
}

private struct CSVReader {
    var text: CSVText
    let options: FeedOptions
    let problems: FeedProblems
    private var rows: [Row] = []
    private var day = (number: Int.min, offsetSeconds: Int?.none)

    private struct Row {
        /// Seconds since 1970-01-01T00:00:00Z.
        var start: Int
        /// The other moment that the row's wall time can mean, in the hour that repeats.
        var second: Int?
        var value: Double
        var line: Int
    }

    init(text: CSVText, options: FeedOptions, problems: FeedProblems) {
        self.text = text
        self.options = options
        self.problems = problems
    }

    mutating func table() -> SeriesTable? {
        if text.bytes.contains(0) {
            problems.add("is not text (it holds a zero byte)")
            return nil
        }
        guard let header = text.nextLine() else {
            problems.add("is empty")
            return nil
        }
        var fields: [Range<Int>] = []
        text.findSeparator(inHeader: header)
        text.split(header, into: &fields)
        while fields.count > 1, fields.last?.isEmpty == true { fields.removeLast() }
        guard let column = column(among: fields, header: header) else { return nil }

        let width = fields.count
        rows.reserveCapacity(text.bytes.count / 24)
        while let line = text.nextLine() {
            text.split(line, into: &fields)
            while fields.count > width, fields.last?.isEmpty == true { fields.removeLast() }
            if fields.count != width {
                let hint =
                    fields.count > width && text.separator == CSVText.comma
                    ? "; decimal commas need ; between fields" : ""
                problems.add(
                    line: text.line, column: 1,
                    "has \(fields.count) \(fields.count == 1 ? "field" : "fields"), the header \(width)\(hint)")
                continue
            }
            guard var row = row(at: fields[0], place: fields[0].lowerBound - line.lowerBound + 1) else { continue }
            guard let value = text.number(fields[column]) else {
                let got = fields[column].isEmpty ? "nothing" : "\"\(text.text(fields[column]))\""
                problems.add(
                    line: text.line, column: fields[column].lowerBound - line.lowerBound + 1,
                    "must be a finite number, got \(got)")
                continue
            }
            row.value = value
            rows.append(row)
        }
        decideRepeatedHours()
        guard problems.count == 0 else { return nil }
        guard rows.count >= 2 else {
            problems.add(
                "holds \(rows.count) \(rows.count == 1 ? "row" : "rows"); two at least are needed to know how long a row lasts"
            )
            return nil
        }
        return joined()
    }

    /// The value column: the one the scenario names, or the only one.
    private func column(among fields: [Range<Int>], header: Range<Int>) -> Int? {
        let names = fields.map { text.text($0) }
        if TimeText(text.bytes, fields[0]) != nil {
            problems.add(line: text.line, column: 1, "has no header: the first line must name the columns")
            return nil
        }
        guard names.count >= 2 else {
            problems.add(
                line: text.line, column: 1,
                "the header must name a time column and a value column, got \"\(text.text(header))\"")
            return nil
        }
        let values = names.dropFirst()
        guard let wanted = options.column else {
            if names.count == 2 { return 1 }
            problems.add(
                line: text.line, column: 1,
                "has several value columns: say which with column: (\(values.joined(separator: ", ")))")
            return nil
        }
        if let index = values.firstIndex(of: wanted) { return index }
        let hint = nearestWord(to: wanted, among: values).map { "; did you mean \($0)?" } ?? ""
        problems.add(
            line: text.line, column: 1, "has no value column \"\(wanted)\"\(hint) (\(values.joined(separator: ", ")))")
        return nil
    }

    /// A row that starts at a time with an offset, or at wall time in the horizon's zone; its value is still to come.
    private mutating func row(at field: Range<Int>, place: Int) -> Row? {
        guard let read = TimeText(text.bytes, field) else {
            problems.add(
                line: text.line, column: place, "must begin with an ISO 8601 time, got \"\(text.text(field))\"")
            return nil
        }
        let wall = read.wall.secondsSince1970
        if let offset = read.offsetSeconds ?? usualOffset(of: read.wall) {
            return Row(start: wall - offset, value: 0, line: text.line)
        }
        let found = options.clock.instants(of: read.wall).map(\.epochSeconds)
        guard let first = found.first else {
            problems.add(
                line: text.line, column: place,
                "clocks in \(options.clock.name) skip \(text.text(field)) (summer time begins)")
            return nil
        }
        return Row(start: first, second: found.count > 1 ? found[1] : nil, value: 0, line: text.line)
    }

    /// The offset of a day on which no clock changes, nor on its neighbours; nil on the others. Asked for once a day.
    private mutating func usualOffset(of wall: WallTime) -> Int? {
        if wall.dayNumber != day.number {
            let midnight = wall.dayNumber * 86_400
            let before = options.clock.offsetSeconds(at: Instant(epochSeconds: midnight - 86_400))
            let after = options.clock.offsetSeconds(at: Instant(epochSeconds: midnight + 2 * 86_400))
            day = (wall.dayNumber, before == after ? before : nil)
        }
        return day.offsetSeconds
    }

    /// In the hour that repeats, clocks that step back from one row to the next show where its second round begins.
    private mutating func decideRepeatedHours() {
        var index = 0
        while index < rows.count {
            guard rows[index].second != nil else {
                index += 1
                continue
            }
            let first = index
            var turn: Int?
            index += 1
            while index < rows.count, rows[index].second != nil {
                if turn == nil, rows[index].start <= rows[index - 1].start { turn = index }
                index += 1
            }
            guard let turn else {
                problems.add(
                    line: rows[first].line, column: 1,
                    "clocks in \(options.clock.name) show this time twice (summer time ends), the file has it once: give it an offset"
                )
                continue
            }
            for later in turn..<index { rows[later].start = rows[later].second ?? rows[later].start }
        }
    }

    /// Rows in order and without doubles, as intervals.
    private func joined() -> SeriesTable? {
        if zip(rows, rows.dropFirst()).allSatisfy({ $1.start < $0.start }) {
            problems.add(
                line: rows[1].line, column: 1,
                "earlier than line \(rows[0].line), as every row is than the one before it: put the earliest row first")
            return nil
        }
        var spacings: [Int: Int] = [:]
        var lineOfTime: [Int: Int] = [:]
        for (left, right) in zip(rows, rows.dropFirst()) {
            if right.start > left.start {
                spacings[right.start - left.start, default: 0] += 1
                continue
            }
            if lineOfTime.isEmpty {
                lineOfTime = Dictionary(rows.map { ($0.start, $0.line) }, uniquingKeysWith: { first, _ in first })
            }
            let twin = lineOfTime[right.start] ?? right.line
            problems.add(
                line: right.line, column: 1,
                twin < right.line
                    ? "the same time as line \(twin)" : "earlier than line \(left.line): rows must be in order of time")
        }
        guard problems.count == 0 else { return nil }
        let usual = spacings.max { ($0.value, -$0.key) < ($1.value, -$1.key) }?.key ?? 3600
        var intervals: [SeriesTable.Interval] = []
        intervals.reserveCapacity(rows.count)
        for (index, row) in rows.enumerated() {
            let next = index + 1 < rows.count ? rows[index + 1].start : row.start + usual
            intervals.append(.init(start: row.start, end: min(next, row.start + usual), value: row.value))
        }
        return SeriesTable(intervals: intervals)
    }
}
