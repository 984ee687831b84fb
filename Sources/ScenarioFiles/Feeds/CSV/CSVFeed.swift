import Scenarios

/// Separated values of any dialect: a header, then rows that hold a time and values.
///
/// The header, the first rows and what is known of the source decide which column is what (`CSVColumns`); a whole column
/// decides how its dates and its numbers are written. Where that leaves a choice the scenario has to make it. Lines that
/// begin with `#` are comments. A row lasts to the next one (`RowLengths`), unless it has an end.
struct CSVFeed: Feed {
    let name = "csv"
    let title = "CSV of any dialect: a header, then a time and values in each row"

    func read(_ content: FeedContent, options: FeedOptions, problems: FeedProblems) -> FeedTable? {
        var reader = CSVReader(CSVPrelude.table(content.bytes), options, problems)
        return reader.table()
    }
}

/// Files whose table does not begin with a header that names its columns.
enum CSVPrelude {
    /// The bytes from the header on.
    static func table(_ bytes: [UInt8]) -> [UInt8] {
        func begins(_ text: String) -> Bool { bytes.starts(with: text.utf8) }
        if begins("MARGINALPDBC") {
            // OMIE: a title, rows without a header, and an asterisk.
            let lines = bytes.split(whereSeparator: { $0 == 10 || $0 == 13 }).dropFirst().filter { $0.first != 42 }
            return Array("year;month;day;period;MarginalPT;MarginalES;\n".utf8) + lines.joined(separator: [10])
        }
        if begins("C,") {
            // AEMO's reports: comments, then tables whose headers begin with I and whose rows with D.
            let lines = bytes.split(whereSeparator: { $0 == 10 || $0 == 13 })
            let price = Array("RRP".utf8)
            guard
                let header = lines.first(where: {
                    $0.first == 73 && $0.split(separator: 44).contains { $0.elementsEqual(price) }
                })
            else { return bytes }
            func kind(_ line: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
                Array(line.split(separator: 44).prefix(4).dropFirst())
            }
            let rows = lines.filter { $0.first == 68 && kind($0) == kind(header) }
            return Array(([header] + rows).joined(separator: [10]))
        }
        return bytes
    }
}

private struct CSVReader {
    var text: CSVText
    let options: FeedOptions
    let problems: FeedProblems
    private var header: [String] = []
    private var rows: [Row] = []
    private var faults: [Fault] = []

    private struct Row {
        var line: Int
        var place: Int
        var time: RowTime
        var end: RowTime?
        var field: Range<Int>
        /// Where the time stands.
        var stamp: Range<Int>
        var value: Double?
        var zone: Range<Int>?
        /// The row's own length, `PT15M`.
        var length: Range<Int>?
        /// Moments, once they are known.
        var start = 0
        var second: Int?
        var stop: Int?
        /// The other moment that its end can be, in the hour that repeats.
        var otherStop: Int?
        var isBad = false
    }

    /// A row that cannot be read: of its own time, or of one between its neighbours'.
    private struct Fault {
        var row: Int
        var hasTime: Bool
        var line: Int
        var column: Int
        var message: String
    }

    init(_ bytes: [UInt8], _ options: FeedOptions, _ problems: FeedProblems) {
        text = CSVText(bytes)
        self.options = options
        self.problems = problems
    }

    /// The first rows, from which columns are known.
    private static let sampleSize = 200

    mutating func table() -> FeedTable? {
        guard let first = text.nextLine() else {
            problems.add("is empty")
            return nil
        }
        var fields: [Range<Int>] = []
        text.findSeparator(inHeader: first)
        text.split(first, into: &fields)
        while fields.count > 1, fields.last?.isEmpty == true { fields.removeLast() }
        header = fields.map { text.text($0) }
        guard checkHeader(fields, first) else { return nil }
        let source = CSVSources.recognised(header)
        zoneNames = Set(source?.zones ?? [])
        readUnits(&fields)
        var sampler = text
        var sample: [[Range<Int>]] = []
        while sample.count < CSVReader.sampleSize, let line = sampler.nextLine() {
            sampler.split(line, into: &fields)
            sample.append(fields)
        }
        guard !sample.isEmpty else {
            problems.add("holds 0 rows; at least two are needed to know how long a row lasts")
            return nil
        }
        var kinds = CSVColumns.kinds(text, rows: sample, width: header.count)
        // A table of two columns is a time and a value, whatever is in them.
        if header.count == 2, CSVColumns.time(header, kinds, source) == nil { kinds[0] = .stamp }
        guard let time = CSVColumns.time(header, kinds, source) else {
            problems.add(
                line: 1, column: 1,
                "has no column of times (columns: \(listed(header)); set format if it is not a CSV file)"
            )
            return nil
        }
        guard let value = valueColumn(kinds, time, source) else { return nil }
        guard let filters = filters(sample) else { return nil }
        let zoneColumn = header.firstIndex { ["time zone", "timezone", "zeitzone", "tz"].contains($0.lowercased()) }
        readRows(time, value, filters, zoneColumn)
        guard checkIdentities(filters) else { return nil }
        return finish(time, value, source, kinds)
    }

    /// A second line of the header with units below the names: they are read as part of these.
    private mutating func readUnits(_ fields: inout [Range<Int>]) {
        var ahead = text
        guard let line = ahead.nextLine() else { return }
        ahead.split(line, into: &fields)
        guard fields.count == header.count, fields.contains(where: { !$0.isEmpty }) else { return }
        let cells = fields.map { ahead.text($0) }
        guard cells.allSatisfy({ $0.isEmpty || MoneyUnit(within: $0) != nil || PowerUnit.unit(within: $0) != nil })
        else { return }
        for (column, cell) in cells.enumerated() where !cell.isEmpty { header[column] += " " + cell }
        text = ahead
    }

    private func checkHeader(_ fields: [Range<Int>], _ line: Range<Int>) -> Bool {
        if let cell = fields.first, LooseTime(text.bytes, cell) != nil {
            problems.add(line: text.line, column: 1, "has no header: the first line must name the columns")
            return false
        }
        guard header.count >= 2 else {
            problems.add(
                line: text.line, column: 1,
                "the header must name a time column and a value column, got \"\(excerpt(text.text(line)))\"")
            return false
        }
        return true
    }

    // MARK: Columns

    /// Columns of the source that name a zone by a word that elsewhere means something else.
    private var zoneNames: Set<String> = []

    private func chooser(_ column: Int) -> FeedOptions.Key? {
        zoneNames.contains(header[column]) ? .zone : FeedDimension.option(header[column])
    }

    /// The value column: the one the scenario names, or the only one that can be it.
    private func valueColumn(_ kinds: [CSVColumns.Cell], _ time: CSVColumns.Time, _ source: CSVSource?) -> Int? {
        let others = header.indices.filter { !time.columns.contains($0) && !header[$0].isEmpty }
        if let wanted = options.column {
            options.used.note(.column)
            let found =
                others.first { header[$0] == wanted } ?? others.first { FeedDimension.agree(header[$0], wanted) }
            if let found { return found }
            let names = others.map { header[$0] }
            let hint = nearestWord(to: wanted, among: names).map { "; did you mean \(excerpt($0))?" } ?? ""
            problems.add(
                line: 1, column: 1, "has no value column \"\(excerpt(wanted))\"\(hint) (\(listed(names)))")
            return nil
        }
        var known = (source?.values ?? []).flatMap { name in
            others.filter { column in
                name.hasSuffix("*")
                    ? header[column].hasPrefix(name.dropLast()) : header[column].lowercased() == name.lowercased()
            }
        }
        if known.count > 1, let currency = options.currency {
            let fitting = known.filter { FeedMoney.currency(ofName: header[$0]) == currency }
            if !fitting.isEmpty { known = fitting }
        }
        if known.count == 1 || (known.count > 1 && source?.unit == "currency/MWh") { return known[0] }
        var candidates = known.isEmpty ? CSVColumns.candidates(header, kinds, time) : known
        if header.count == 2 || candidates.isEmpty, others.count == 1 { return others.first }
        let priced = candidates.filter { MoneyUnit(within: header[$0]) != nil }
        if known.isEmpty, !priced.isEmpty, options.quantity.map({ $0 == .energyPrice }) ?? true { candidates = priced }
        if candidates.count > 1, let currency = options.currency {
            let fitting = candidates.filter { MoneyUnit(within: header[$0])?.currency == currency }
            if fitting.count == 1 { candidates = fitting }
        }
        if candidates.count == 1 { return candidates[0] }
        if candidates.isEmpty {
            problems.add(line: 1, column: 1, "has no column of numbers (columns: \(listed(header)))")
        } else {
            problems.add(
                line: 1, column: 1,
                "has several value columns: choose one with column: (\(listed(candidates.map { header[$0] })))")
        }
        return nil
    }

    /// Columns and the values that rows must have in them.
    private func filters(_ sample: [[Range<Int>]]) -> [(column: Int, value: String)]? {
        var found: [(column: Int, value: String)] = []
        for filter in options.filters {
            options.used.note(.where)
            guard
                let column = header.firstIndex(of: filter.name)
                    ?? header.firstIndex(where: { FeedDimension.agree($0, filter.name) })
            else {
                let hint = nearestWord(to: filter.name, among: header).map { "; did you mean \(excerpt($0))?" } ?? ""
                problems.add(
                    line: 1, column: 1, "has no column \"\(excerpt(filter.name))\" for where\(hint) (\(listed(header)))"
                )
                return nil
            }
            found.append((column, filter.value))
        }
        for key in FeedDimension.identities {
            guard let wanted = options.filters(key) else { continue }
            let columns = header.indices.filter { chooser($0) == key }
            guard !columns.isEmpty else { continue }
            options.used.note(key)
            let column = columns.first { column in
                sample.contains { column < $0.count && FeedDimension.agree(text.text($0[column]), wanted) }
            }
            found.append((column ?? columns[0], wanted))
        }
        if let wanted = options.sequence, let column = header.firstIndex(where: { $0.lowercased() == "sequence" }) {
            options.used.note(.sequence)
            found.append((column, "\(wanted)"))
        }
        return found
    }

    // MARK: Rows

    private var identityColumns: [Int] = []
    private var identities: [[String: Range<Int>]] = []
    private var known: [Int: Set<String>] = [:]

    private mutating func readRows(
        _ time: CSVColumns.Time, _ value: Int, _ filters: [(column: Int, value: String)], _ zoneColumn: Int?
    ) {
        let width = header.count
        identityColumns = header.indices.filter {
            guard let option = chooser($0) else {
                return header[$0].lowercased() == "contracttype"
            }
            return (option == .zone || option == .payment || option == .sequence) && $0 != value
                && !time.columns.contains($0)
        }
        let lengthColumn = header.indices.first {
            chooser($0) == .resolution && $0 != value && !time.columns.contains($0)
        }
        var lastSeen = [Range<Int>?](repeating: nil, count: width)
        rows.reserveCapacity(text.bytes.count / 24)
        var fields: [Range<Int>] = []
        var seen: Set<String> = []
        var left = 0
        while let line = text.nextLine() {
            text.split(line, into: &fields)
            while fields.count > width, fields.last?.isEmpty == true { fields.removeLast() }
            guard fields.count == width else {
                let hint =
                    fields.count > width && text.separator == CSVText.comma
                    ? "; decimal commas need ; between fields" : ""
                faults.append(
                    Fault(
                        row: rows.count, hasTime: false, line: text.line, column: 1,
                        message:
                            "has \(fields.count) \(fields.count == 1 ? "field" : "fields"), the header \(width)\(hint)")
                )
                continue
            }
            if !filters.isEmpty, !filters.allSatisfy({ agrees(fields[$0.column], $0.value) }) {
                left += 1
                if seen.count < 20 { for filter in filters { seen.insert(text.text(fields[filter.column])) } }
                continue
            }
            for column in identityColumns {
                if let last = lastSeen[column], text.isSame(last, fields[column]) { continue }
                lastSeen[column] = fields[column]
                known[column, default: []].insert(text.text(fields[column]))
            }
            let place = { (field: Range<Int>) in field.lowerBound - line.lowerBound + 1 }
            guard let (start, end) = times(time, fields) else {
                let field = fields[time.columns[0]]
                faults.append(
                    Fault(
                        row: rows.count, hasTime: false, line: text.line, column: place(field),
                        message: "must be a time such as 2024-01-15T17:40, got \"\(excerpt(text.text(field)))\""))
                continue
            }
            rows.append(
                Row(
                    line: text.line, place: place(fields[value]), time: start, end: end, field: fields[value],
                    stamp: fields[time.columns[0]], zone: zoneColumn.map { fields[$0] },
                    length: lengthColumn.map { fields[$0] }))
        }
        if rows.isEmpty, left > 0 {
            let names = filters.map { "\(header[$0.column]): \($0.value)" }.joined(separator: ", ")
            problems.add("has no rows with \(excerpt(names)) (it has \(listed(seen.sorted())))")
        }
    }

    private func agrees(_ field: Range<Int>, _ wanted: String) -> Bool {
        let value = text.text(field)
        return FeedDimension.agree(value, wanted)
            // `Sequence 1`, `Without Sequence`
            || (Int(wanted) != nil && value.lowercased().hasPrefix("sequence") && value.hasSuffix(" " + wanted))
            || (wanted == "1" && value.lowercased() == "without sequence")
    }

    private func times(_ time: CSVColumns.Time, _ fields: [Range<Int>]) -> (RowTime, RowTime?)? {
        let bytes = text.bytes
        func stamp(_ column: Int) -> RowTime? {
            let field = fields[column]
            if let iso = TimeText(bytes, field) { return .wall(iso.wall.secondsSince1970, offset: iso.offsetSeconds) }
            return LooseTime(bytes, field).map { .loose($0) }
        }
        func epoch(_ column: Int) -> RowTime? {
            guard let number = DecimalText.number(bytes, fields[column]), abs(number) < 1e14 else { return nil }
            return .universal(Int(saturating: abs(number) >= 1e11 ? number / 1000 : number))
        }
        func day(_ column: Int) -> LooseTime? { LooseTime(bytes, fields[column]) }
        switch time {
        case .stamp(let start, let end): return stamp(start).map { ($0, end.flatMap(stamp)) }
        case .epoch(let start, let end): return epoch(start).map { ($0, end.flatMap(epoch)) }
        case .interval(let column):
            return LooseTime.interval(bytes, fields[column]).map { (.loose($0.start), .loose($0.end)) }
        case .dateAndClock(let date, let from, let to):
            guard let day = day(date) else { return nil }
            if let range = ClockCell.range(bytes, fields[from]) {
                return (.onDay(day, seconds: range.from), .onDay(day, seconds: range.to))
            }
            guard let start = ClockCell.seconds(bytes, fields[from]) else { return nil }
            guard let to else { return (.onDay(day, seconds: start), nil) }
            guard let end = ClockCell.seconds(bytes, fields[to]) else { return nil }
            return (.onDay(day, seconds: start), .onDay(day, seconds: end <= start ? end + 86_400 : end))
        case .dateAndNumber(let date, let number):
            guard let day = day(date), let number = ClockCell.number(bytes, fields[number]) else { return nil }
            return (.period(day, number: number), nil)
        case .parts(let year, let month, let day, let number):
            func digits(_ column: Int) -> String { twoDigitText(Int(text.text(fields[column])) ?? 99) }
            let date = Array("\(text.text(fields[year]))-\(digits(month))-\(digits(day))".utf8)
            guard let read = LooseTime(date, 0..<date.count) else { return nil }
            guard let number else { return (.onDay(read, seconds: 0), nil) }
            guard let period = ClockCell.number(bytes, fields[number]) else { return nil }
            return (.period(read, number: period), nil)
        }
    }

    /// Two zones, two ways of paying, two auctions: one of them has to be chosen.
    private func checkIdentities(_ filters: [(column: Int, value: String)]) -> Bool {
        guard problems.count == 0 else { return false }
        var done: Set<FeedOptions.Key> = []
        for column in identityColumns {
            let values = (known[column] ?? []).filter { !$0.isEmpty }.sorted()
            let option = chooser(column)
            // A zone may be named in several columns.
            if let option {
                if done.contains(option)
                    || filters.contains(where: { chooser($0.column) == option })
                {
                    continue
                }
                if values.count > 1 { done.insert(option) }
            }
            if values.count > 1, !filters.contains(where: { $0.column == column }) {
                let choice =
                    option == .zone
                    ? "zone: \(excerpt(values[0]))" : FeedDimension.choice(header[column], excerpt(values[0]))
                problems.add(
                    "holds rows of several \(excerpt(header[column])) (\(listed(values))): choose with \(choice)")
                return false
            }
        }
        return true
    }

    // MARK: Moments and values

    private mutating func finish(
        _ time: CSVColumns.Time, _ value: Int, _ source: CSVSource?, _ kinds: [CSVColumns.Cell]
    ) -> FeedTable? {
        let style = DecimalStyle(text.bytes, rows.map(\.field), separator: text.separator)
        for index in rows.indices {
            let row = rows[index]
            if text.isMissing(row.field) { continue }
            rows[index].value = style.number(text.bytes, row.field)
            if rows[index].value == nil {
                rows[index].isBad = true
                faults.append(
                    Fault(
                        row: index, hasTime: true, line: row.line, column: row.place,
                        message: "must be a finite number, got \"\(excerpt(text.text(row.field)))\""))
            }
        }
        checkLastLine(style, time)
        let loose = rows.flatMap { row in [row.time, row.end].compactMap { $0?.looseTime } }
        guard let isDayFirst = dayFirst(loose, source) else { return nil }
        guard let (clock, zoneName) = clock(time, source, loose.isEmpty) else { return nil }
        let endsBySource = source?.stampsAreEnds ?? false
        var stampsAreEnds = endsBySource || stampIsEnd(time)
        if let said = options.stampsAreEnds, hasNoEnds {
            options.used.note(.stamp)
            stampsAreEnds = said
        }
        place(clock, isDayFirst)
        if source?.name == "NYISO", options.stampsAreEnds == nil, isEveryFiveMinutes { stampsAreEnds = true }
        if hasNoEnds { options.used.note(.stamp) }
        guard problems.count == 0 else { return nil }
        var found = FeedIntervals()
        found.stampsAreEnds = stampsAreEnds && hasNoEnds
        found.isHeld = source?.isHeld ?? false
        found.entries.reserveCapacity(rows.count)
        for (index, row) in rows.enumerated() where row.start != .min {
            found.entries.append(.init(start: row.start, end: row.stop, value: row.value, record: index))
        }
        let lines = rows
        found.line = { lines[$0].line }
        let (table, names, skip) = (text, header, Set(time.columns + [value]))
        found.fields = { record in CSVReader.fields(of: lines[record].line, table, names, skip) }
        if found.entries.isEmpty, !faults.isEmpty {
            // The problems of the rows tell why there are none.
            for fault in faults { problems.add(line: fault.line, column: fault.column, fault.message) }
            return nil
        }
        guard let series = found.joined(options, problems) else { return nil }
        var result = FeedTable(table: series)
        result.faults = located(series, stampsAreEnds: found.stampsAreEnds)
        setUnit(&result, value, source)
        result.column = header.count - time.columns.count > 1 ? header[value] : nil
        result.otherColumns = CSVColumns.candidates(header, kinds, time).filter { $0 != value }.map { header[$0] }
        result.zone = zoneName
        result.stampsAreEnds = found.stampsAreEnds
        result.source = source?.name
        result.layout = layout(style, isDayFirst, loose)
        return result
    }

    private var hasNoEnds: Bool { rows.allSatisfy { $0.end == nil } }
    private var isEveryFiveMinutes: Bool {
        let starts = Set(rows.map(\.start)).sorted()
        return zip(starts, starts.dropFirst()).contains { $1 - $0 <= 300 }
    }

    private func stampIsEnd(_ time: CSVColumns.Time) -> Bool {
        switch time {
        case .stamp(let column, nil), .epoch(let column, nil), .dateAndClock(_, let column, nil):
            return CSVColumns.isEnd(header[column].lowercased())
        default: return false
        }
    }

    private func dayFirst(_ loose: [LooseTime], _ source: CSVSource?) -> Bool? {
        let open = loose.filter(\.isOpen)
        if let said = options.isDayFirst {
            options.used.note(.dates)
            return said
        }
        if let known = source?.isDayFirst { return known }
        if let shown = CSVTimes.isDayFirst(open) { return shown }
        let example = open.first { $0.first != $0.second }
        let text = example.map { "\($0.first)/\($0.second)" } ?? ""
        problems.add(
            "has dates such as \(text), of which day and month cannot be told apart: set dates: day-first or dates: month-first"
        )
        return nil
    }

    /// The zone of times without an offset: that of the scenario, the header, or the source; else the horizon's.
    private func clock(_ time: CSVColumns.Time, _ source: CSVSource?, _ isPlain: Bool) -> (WallClock, String?)? {
        let isUniversal = rows.allSatisfy { row in
            switch row.time {
            case .universal: true
            case .wall(_, let offset): offset != nil
            case .loose(let loose), .onDay(let loose, _): loose.offsetSeconds != nil
            case .period: false
            }
        }
        let header = time.columns.lazy.compactMap { ZoneNames.clock(inHeader: self.header[$0]) }.first
        if let said = options.timezone {
            if isUniversal { return (said, nil) }
            options.used.note(.timezone)
            if let header, !header.isSame(as: said) {
                problems.add(
                    "timezone: \(said.name) does not agree with the header, \"\(excerpt(self.header[time.columns[0]]))\": its times are \(header.name)"
                )
                return nil
            }
            return (said, said.name)
        }
        let clock = header ?? source?.zone.flatMap { WallClock(timeZone: $0) } ?? options.clock
        return (clock, isUniversal ? nil : clock.name)
    }

    /// Moments of all rows; in the hour that repeats, clocks that step back from one row to the next show where its second
    /// round begins.
    private mutating func place(_ clock: WallClock, _ isDayFirst: Bool) {
        countPeriodsFromOne()
        var times = CSVTimes(clock: clock, isDayFirst: isDayFirst)
        let periods = periodSeconds(isDayFirst)
        for index in rows.indices {
            let row = rows[index]
            if let zone = row.zone, !zone.isEmpty, let offset = ZoneNames.offset(text.text(zone)) {
                rows[index].time = row.time.with(offset: offset)
            }
            func moment(_ time: RowTime) -> CSVTimes.Moment { times.moment(time, periodSeconds: periods) }
            func fault(_ message: String) {
                rows[index].start = .min
                faults.append(Fault(row: index, hasTime: false, line: row.line, column: 1, message: message))
            }
            switch moment(rows[index].time) {
            case .one(let start):
                rows[index].start = start
                if case .period(let day, _) = row.time, let wall = day.wall(isDayFirst: isDayFirst) {
                    rows[index].stop = periods(wall.dayNumber).map { start + $0 }
                }
            case .twoDigitText(let first, let second): (rows[index].start, rows[index].second) = (first, second)
            case .skipped: fault("clocks in \(clock.name) skip \(excerpt(text.text(row.stamp))) (summer time begins)")
            case .none:
                if case .period = row.time {
                    fault("the length of the numbered periods of this day is unknown: set resolution")
                } else {
                    fault("there is no such day")
                }
            }
            if row.end == nil, let length = row.length, rows[index].start != .min, rows[index].stop == nil,
                let seconds = rowSeconds(length)
            {
                rows[index].stop = rows[index].start + seconds
            }
            guard let end = row.end, rows[index].start != .min else { continue }
            switch moment(row.zone.flatMap { ZoneNames.offset(text.text($0)) }.map { end.with(offset: $0) } ?? end) {
            case .one(let stop): rows[index].stop = stop
            // The end that comes first after the start.
            case .twoDigitText(let first, let second):
                rows[index].stop = first > rows[index].start ? first : second
                rows[index].otherStop = second
            case .skipped, .none: rows[index].stop = nil
            }
        }
        decideRepeatedHours(clock)
    }

    /// The length in a cell, s: `PT15M`; nil for words of another kind.
    private mutating func rowSeconds(_ field: Range<Int>) -> Int? {
        if let last = lastLength, text.isSame(last.field, field) { return last.seconds }
        let words = text.text(field)
        let seconds = words.uppercased().hasPrefix("P") ? DurationText.seconds(words) : nil
        lastLength = (field, seconds.flatMap { $0 >= 60 ? $0 : nil })
        return lastLength?.seconds
    }
    private var lastLength: (field: Range<Int>, seconds: Int?)?

    /// A last line that has no end, and is shorter than it should be: the file is cut off within it.
    ///
    /// - Parameter time: the columns of times.
    private mutating func checkLastLine(_ style: DecimalStyle, _ time: CSVColumns.Time) {
        let bytes = text.bytes
        let end = bytes.count
        guard let last = rows.last else { return }
        if rows.count == 1, last.field.upperBound == end {
            problems.warn("holds one row, whose line has no end: is the file cut off?")
            return
        }
        var words: String?
        if last.field.upperBound == end {
            func decimals(_ field: Range<Int>) -> Int {
                field.last { bytes[$0] == style.decimalMark }.map { field.upperBound - $0 - 1 } ?? 0
            }
            var fewest = Int.max
            for row in rows.dropLast() where row.value != nil {
                fewest = min(fewest, decimals(row.field))
                if fewest == 0 { break }
            }
            if fewest < .max, decimals(last.field) < fewest {
                words = "all other values have \(fewest) \(fewest == 1 ? "decimal" : "decimals")"
            }
        } else if last.stamp.upperBound == end, case .stamp = time,
            rows.dropLast().allSatisfy({ $0.stamp.count > last.stamp.count })
        {
            words = "all other times are longer"
        }
        guard let words else { return }
        rows[rows.count - 1].isBad = true
        rows[rows.count - 1].value = nil
        let start = text.bytes[..<end].lastIndex { $0 == 10 || $0 == 13 }.map { $0 + 1 } ?? 0
        faults.append(
            Fault(
                row: rows.count - 1, hasTime: false, line: last.line, column: 1,
                message: "the file is cut off within \"\(excerpt(text.text(start..<end)))\": \(words)"))
    }

    /// Numbered periods begin with 1; where the file has a 0, it counts from there.
    private mutating func countPeriodsFromOne() {
        var (lowest, highest) = (Int.max, Int.min)
        for row in rows {
            guard case .period(_, let number) = row.time else { continue }
            (lowest, highest) = (min(lowest, number), max(highest, number))
        }
        guard lowest < .max else { return }
        if lowest == 0 {
            for index in rows.indices {
                if case .period(let day, let number) = rows[index].time {
                    rows[index].time = .period(day, number: number + 1)
                }
            }
        } else if lowest > 1, highest < 24 {
            problems.warn(
                "has numbered hours from \(lowest) to \(highest): hour 1 is taken for the one that begins at midnight")
        }
    }

    /// Length of the numbered periods of each day: by how many there are of them.
    private func periodSeconds(_ isDayFirst: Bool) -> (Int) -> Int? {
        var highest: [Int: Int] = [:]
        for row in rows {
            guard case .period(let day, let number) = row.time, let wall = day.wall(isDayFirst: isDayFirst) else {
                continue
            }
            highest[wall.dayNumber] = max(highest[wall.dayNumber] ?? 0, number)
        }
        guard !highest.isEmpty else { return { _ in nil } }
        if let wanted = options.resolutionSeconds {
            options.used.note(.resolution)
            return { _ in wanted }
        }
        // Quarters since 1 October 2025 in the coupled markets.
        let quartersFrom = WallTime(year: 2025, month: 10, day: 1)?.dayNumber ?? 0
        let isMarket = header.contains("MarginalES")
        return { day in
            guard let count = highest[day] else { return nil }
            if isMarket { return day >= quartersFrom ? 900 : 3600 }
            switch count {
            case 23...25: return 3600
            case 46, 48, 50: return 1800
            case 92, 96, 100: return 900
            default: return count < 23 ? highest.values.contains { $0 > 25 } ? nil : 3600 : nil
            }
        }
    }

    private mutating func decideRepeatedHours(_ clock: WallClock) {
        guard rows.contains(where: { $0.second != nil }) else { return }
        // Newest first is read from its end.
        let isReversed = (rows.last?.start ?? 0) < (rows.first?.start ?? 0)
        if isReversed { rows.reverse() }
        defer { if isReversed { rows.reverse() } }
        let count = rows.count
        var index = 0
        while index < count {
            guard rows[index].second != nil else {
                index += 1
                continue
            }
            let first = index
            var turn: Int?
            index += 1
            while index < count, rows[index].second != nil {
                if turn == nil, rows[index].start <= rows[index - 1].start { turn = index }
                index += 1
            }
            guard let turn, isInOrder(around: first..<index) else {
                decideByLength(first..<index, clock, isReversed: isReversed)
                continue
            }
            for later in turn..<index {
                rows[later].start = rows[later].second ?? rows[later].start
                if let stop = rows[later].stop, stop <= rows[later].start { rows[later].stop = stop + 3600 }
            }
        }
    }

    /// Whether the rows before and after those of the hour that repeats rise: in a file without order theirs tells nothing.
    private func isInOrder(around group: Range<Int>) -> Bool {
        let near = rows[max(0, group.lowerBound - 6)..<min(rows.count, group.upperBound + 6)]
        let times = near.lazy.filter { $0.second == nil && $0.start != .min }.map(\.start)
        return zip(times, times.dropFirst()).allSatisfy { $0 <= $1 }
            && rows[..<group.lowerBound].last.map { $0.start <= rows[group.lowerBound].start } ?? true
    }

    /// Rows of the hour that repeats which the file has once: of which round each is, by its own end and by how long
    /// rows usually are; where that leaves both, a fault.
    private mutating func decideByLength(_ group: Range<Int>, _ clock: WallClock, isReversed: Bool) {
        var counts: [Int: Int] = [:]
        for row in rows where row.second == nil && row.otherStop == nil && row.start != .min {
            if let stop = row.stop { counts[stop - row.start, default: 0] += 1 }
        }
        let usual = counts.max { ($0.value, -$0.key) < ($1.value, -$1.key) }?.key
        for index in group {
            let row = rows[index]
            let second = row.second ?? row.start
            let ends = [row.stop, row.otherStop].compactMap { $0 }
            let isFirst = ends.contains { $0 - row.start == usual }
            let isSecond = ends.contains { $0 - second == usual }
            if isFirst != isSecond {
                guard isSecond else { continue }
                rows[index].start = second
                rows[index].stop = usual.map { second + $0 }
                continue
            }
            // A row that is longer than others: from 02:00 to 06:00.
            if !isFirst, let stop = row.stop, stop > row.start + 3600 { continue }
            rows[index].isBad = true
            faults.append(
                Fault(
                    row: isReversed ? rows.count - 1 - index : index, hasTime: true, line: row.line, column: 1,
                    message:
                        "clocks in \(clock.name) show this time twice (summer time ends), the file has it once: give it an offset"
                ))
        }
    }

    /// Faults at the times that they may stand for.
    private func located(_ series: SeriesTable, stampsAreEnds: Bool) -> [FeedFault] {
        let far = (series.intervals.first?.start ?? 0, series.intervals.last?.end ?? 0)
        return faults.map { fault in
            var (start, end) = (far.0 - 86_400, far.1 + 86_400)
            if fault.hasTime, rows.indices.contains(fault.row) {
                start = rows[fault.row].start
                end = rows[fault.row].stop ?? start + 3600
                // What a row whose stamp is its end stands for lies before it.
                if stampsAreEnds { start -= 3600 }
            } else {
                let before = rows[..<min(fault.row, rows.count)].last { $0.start != .min }?.start
                let after = rows[min(fault.row, rows.count)...].first { $0.start != .min && $0.line > fault.line }?
                    .start
                if let before, let after {
                    (start, end) = (min(before, after), max(before, after) + 1)
                } else if let near = before ?? after {
                    // The first row or the last: on the side that its order suggests.
                    let isRising = (rows.last?.start ?? 0) >= (rows.first?.start ?? 0)
                    if (before != nil) == isRising {
                        (start, end) = (near, near + 86_400)
                    } else {
                        (start, end) = (near - 86_400, near)
                    }
                }
            }
            return FeedFault(start: start, end: end, line: fault.line, column: fault.column, message: fault.message)
        }.sorted(by: FeedFault.isBefore)
    }

    private func setUnit(_ result: inout FeedTable, _ value: Int, _ source: CSVSource?) {
        let name = header[value]
        let currencyColumn = header.firstIndex { ["currency", "währung", "moneda"].contains($0.lowercased()) }
        var unit = MoneyUnit(within: name)
        if unit == nil, let text = source?.unit,
            source?.values.contains(where: { name.hasPrefix($0.filter { $0 != "*" }) }) == true
        {
            unit = MoneyUnit(text == "name/MWh" ? "\(FeedMoney.currency(ofName: name) ?? "currency")/MWh" : text)
        }
        if let quantity = options.quantity, quantity == .power {
            result.unit = PowerUnit.unit(within: name)
            return
        }
        guard var unit, options.quantity.map({ $0 == .energyPrice || $0 == .capacityPrice }) ?? true else { return }
        if (unit.currencies?.count ?? 1) > 1,
            let own = source?.unit.flatMap({ MoneyUnit($0)?.currency }), unit.currencies?.contains(own) == true
        {
            // Of the currencies that are called dollar or crown: the source's.
            unit.currencies = [own]
        }
        if unit.currencies == nil, let column = currencyColumn, let code = currency(column) { unit.currencies = [code] }
        result.unit = unit.currencies == nil && !unit.isCents ? nil : unit.text
        result.currency = unit.currency
        if unit.currencies == nil, !unit.isCents, let currency = options.currency {
            // Per MWh, without a currency: the scenario's.
            unit.currencies = [currency]
            result.unit = unit.text
        }
    }

    /// The currency that every row names.
    private func currency(_ column: Int) -> String? {
        guard let row = rows.first,
            let cell = CSVReader.fields(of: row.line, text, header, []).first(where: { $0.name == header[column] })
        else { return nil }
        return MoneyUnit.codes.contains(cell.value.uppercased()) ? cell.value.uppercased() : nil
    }

    /// The cells of a line, by their columns' names.
    private static func fields(
        of line: Int, _ text: CSVText, _ header: [String], _ skip: Set<Int>
    ) -> [(name: String, value: String)] {
        var lines = CSVText(text.bytes)
        var fields: [Range<Int>] = []
        while let found = lines.nextLine() {
            guard lines.line == line else { continue }
            text.split(found, into: &fields)
            return zip(header.indices, fields).filter { !skip.contains($0.0) }.map { (header[$0.0], text.text($0.1)) }
        }
        return []
    }

    private func layout(_ style: DecimalStyle, _ isDayFirst: Bool, _ loose: [LooseTime]) -> String {
        let marks: [UInt8: String] = [44: "commas", 59: "semicolons", 9: "tabs", 124: "bars"]
        var parts = [
            "\(marks[text.separator] ?? "\"\(Character(UnicodeScalar(text.separator)))\"") between fields", style.words,
        ]
        if loose.contains(where: \.isOpen) { parts.append(isDayFirst ? "day before month" : "month before day") }
        return parts.joined(separator: ", ")
    }
}

extension RowTime {
    /// Where day and month may be open.
    var looseTime: LooseTime? {
        switch self {
        case .loose(let time), .onDay(let time, _), .period(let time, _): time
        case .wall, .universal: nil
        }
    }

    /// The same on a clock that is so far ahead of universal time, where it has no offset itself.
    func with(offset: Int) -> RowTime {
        switch self {
        case .wall(let wall, nil): return .wall(wall, offset: offset)
        case .loose(var time) where time.offsetSeconds == nil:
            time.offsetSeconds = offset
            return .loose(time)
        case .onDay(var time, let seconds) where time.offsetSeconds == nil:
            time.offsetSeconds = offset
            return .onDay(time, seconds: seconds)
        default: return self
        }
    }
}

/// What a column's name tells about money and power.
enum FeedMoney {
    /// `SpotPriceDKK`, `NOK_per_kWh`, `price_eur`.
    static func currency(ofName name: String) -> String? {
        if let unit = MoneyUnit(within: name), let currency = unit.currency { return currency }
        return MoneyUnit.codes.first {
            name.hasSuffix($0) || name.hasPrefix($0 + "_") || name.lowercased().hasSuffix("_" + $0.lowercased())
        }
    }
}

enum PowerUnit {
    /// `Leistung [kW]`, `load_kw`, `Power (W)`.
    static func unit(within name: String) -> String? {
        for unit in ["kW", "MW", "W"] {
            if name.contains("[\(unit)]") || name.contains("(\(unit))") || name.hasSuffix("_\(unit.lowercased())") {
                return unit
            }
        }
        return nil
    }
}
