/// Comma-separated values: a header, then a time and values a row.
///
/// The separator is `,`, `;` or a tab (as the header has it); with `;` or a tab a decimal comma is read too. Lines that
/// begin with `#` say where the data is from and are passed over. A row lasts to the next one, the last as long as the
/// file's commonest spacing; a longer spacing leaves a gap.
struct CSVFeed: Feed {
    static let name = "csv"

    static func read(_ bytes: [UInt8], options: FeedOptions, problems: @escaping (Int?, Int?, String) -> Void) -> SeriesTable? {
        var reader = CSVReader(bytes: bytes, options: options, report: problems)
        return reader.table()
    }
}

private struct CSVReader {
    let bytes: [UInt8]
    let options: FeedOptions
    let report: (Int?, Int?, String) -> Void
    private var at = 0
    private var line = 0
    private var separator: UInt8 = 44
    private var problemCount = 0
    private static let mostProblems = 20

    init(bytes: [UInt8], options: FeedOptions, report: @escaping (Int?, Int?, String) -> Void) {
        self.bytes = bytes
        self.options = options
        self.report = report
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { at = 3 }
    }

    private mutating func problem(_ line: Int?, _ column: Int?, _ message: String) {
        problemCount += 1
        if problemCount <= CSVReader.mostProblems { report(line, column, message) }
    }

    /// The next line that is neither blank nor a comment; nil at the end.
    private mutating func nextLine() -> Range<Int>? {
        while at < bytes.count {
            line += 1
            let start = at
            while at < bytes.count, bytes[at] != 10 { at += 1 }
            var end = at
            at += 1
            if end > start, bytes[end - 1] == 13 { end -= 1 }
            var first = start
            while first < end, bytes[first] == 32 || bytes[first] == 9 { first += 1 }
            if first < end, bytes[first] != 35 { return start..<end }
        }
        return nil
    }

    /// The fields of a line: ranges without blanks and quotes around them.
    private func fields(_ line: Range<Int>) -> [Range<Int>] {
        var fields: [Range<Int>] = []
        var start = line.lowerBound
        var isQuoted = false
        for index in line.lowerBound...line.upperBound {
            if index < line.upperBound, bytes[index] == 34 { isQuoted.toggle() }
            guard index == line.upperBound || (bytes[index] == separator && !isQuoted) else { continue }
            var (low, high) = (start, index)
            while low < high, bytes[low] == 32 || bytes[low] == 34 { low += 1 }
            while high > low, bytes[high - 1] == 32 || bytes[high - 1] == 34 { high -= 1 }
            fields.append(low..<high)
            start = index + 1
        }
        return fields
    }

    private func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

    mutating func table() -> SeriesTable? {
        if bytes.contains(0) {
            problem(nil, nil, "is not text (it holds a zero byte)")
            return nil
        }
        guard let header = nextLine() else {
            problem(nil, nil, "is empty")
            return nil
        }
        for candidate: UInt8 in [59, 9, 44] where bytes[header].contains(candidate) {
            separator = candidate
            break
        }
        let names = fields(header).map { text($0) }
        guard names.count >= 2 else {
            problem(line, 1, "the header must name a time column and a value column, got \"\(text(header))\"")
            return nil
        }
        if TimeText(bytes[fields(header)[0]]) != nil {
            problem(line, 1, "has no header: the first line must name the columns")
            return nil
        }
        guard let column = column(among: names) else { return nil }

        var rows: [(start: Int, value: Double, line: Int)] = []
        rows.reserveCapacity(bytes.count / 24)
        while let range = nextLine() {
            let fields = fields(range)
            guard column < fields.count else {
                problem(line, 1, "has \(fields.count) fields, the header \(names.count)")
                continue
            }
            guard let time = time(fields[0], after: rows.last?.start) else { continue }
            guard let value = decimal(fields[column]) else {
                let offset = fields[column].lowerBound - range.lowerBound + 1
                let got = fields[column].isEmpty ? "nothing" : "\"\(text(fields[column]))\""
                problem(line, offset, "must be a finite number, got \(got)")
                continue
            }
            rows.append((time, value, line))
        }
        if problemCount > CSVReader.mostProblems {
            report(nil, nil, "and \(problemCount - CSVReader.mostProblems) more problems like these")
        }
        guard problemCount == 0 else { return nil }
        guard rows.count >= 2 else {
            problem(nil, nil, "holds \(rows.count) rows; two at least are needed to know how long a row lasts")
            return nil
        }
        return joined(rows)
    }

    private mutating func column(among names: [String]) -> Int? {
        if let wanted = options.column {
            if let index = names.firstIndex(of: wanted), index > 0 { return index }
            let values = Array(names.dropFirst())
            let hint = nearestWord(to: wanted, among: values).map { "; did you mean \($0)?" } ?? ""
            problem(line, 1, "has no value column \"\(wanted)\"\(hint) (\(values.joined(separator: ", ")))")
            return nil
        }
        if names.count == 2 { return 1 }
        problem(line, 1, "has several value columns: say which with column: (\(names.dropFirst().joined(separator: ", ")))")
        return nil
    }

    /// A time with an offset, or wall time in the horizon's zone, where order decides in the hour that repeats.
    private mutating func time(_ field: Range<Int>, after previous: Int?) -> Int? {
        guard let read = TimeText(bytes[field]) else {
            problem(line, 1, "must begin with an ISO 8601 time, got \"\(text(field))\"")
            return nil
        }
        if let offset = read.offsetSeconds { return read.wall.secondsSince1970 - offset }
        let found = options.clock.instants(of: read.wall)
        if found.isEmpty {
            problem(line, 1, "clocks in \(options.clock.name) skip \(text(field)) (summer time begins)")
            return nil
        }
        if found.count == 2, let previous, previous >= found[0].epochSeconds { return found[1].epochSeconds }
        return found[0].epochSeconds
    }

    /// A decimal number, read exactly where it is short (the usual case), by the library where it is long.
    private func decimal(_ field: Range<Int>) -> Double? {
        var mantissa = 0
        var digits = 0
        var decimals = 0
        var hasPoint = false
        var index = field.lowerBound
        var isNegative = false
        if index < field.upperBound, bytes[index] == 45 || bytes[index] == 43 {
            isNegative = bytes[index] == 45
            index += 1
        }
        while index < field.upperBound {
            let byte = bytes[index]
            if (48...57).contains(byte), digits < 15 {
                mantissa = mantissa * 10 + Int(byte - 48)
                digits += 1
                if hasPoint { decimals += 1 }
            } else if byte == 46 || (byte == 44 && separator != 44), !hasPoint {
                hasPoint = true
            } else {
                return Double(plain: text(field).replacing(separator == 44 ? "" : ",", with: separator == 44 ? "" : "."))
            }
            index += 1
        }
        guard digits > 0 else { return nil }
        let value = Double(mantissa) / CSVReader.powers[decimals]
        return isNegative ? -value : value
    }
    private static let powers: [Double] = (0...15).map { exponent in (0..<exponent).reduce(1.0) { power, _ in power * 10 } }

    /// Rows in order and without doubles, as intervals.
    private mutating func joined(_ rows: [(start: Int, value: Double, line: Int)]) -> SeriesTable? {
        var spacings: [Int: Int] = [:]
        for (left, right) in zip(rows, rows.dropFirst()) {
            if right.start == left.start {
                problem(right.line, 1, "the same time as line \(left.line)")
            } else if right.start < left.start {
                let twin = rows.first { $0.start == right.start && $0.line < right.line }
                problem(right.line, 1, twin.map { "the same time as line \($0.line)" } ?? "earlier than line \(left.line): rows must be in order of time")
            } else {
                spacings[right.start - left.start, default: 0] += 1
            }
        }
        guard problemCount == 0 else { return nil }
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
