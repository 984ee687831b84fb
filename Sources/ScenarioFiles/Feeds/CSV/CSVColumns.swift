import Scenarios

/// Which column of a table is what: found by names, by the content of the first rows, and by what is known of the source.
struct CSVColumns {
    /// Where the time of a row stands.
    enum Time: Equatable {
        /// One column; two, where the end has one of its own.
        case stamp(Int, end: Int?)
        /// `10/11/2025 00:00 - 10/11/2025 01:00`
        case interval(Int)
        /// A date, and times of day.
        case dateAndClock(Int, from: Int, to: Int?)
        /// A date, and the number of the hour (or of the quarter): 0...23, 1...24, or 1...96.
        case dateAndNumber(Int, number: Int)
        /// Year, month and day, and the number of the period.
        case parts(year: Int, month: Int, day: Int, number: Int?)
        /// Seconds or milliseconds since 1970.
        case epoch(Int, end: Int?)
    }

    /// What a cell looks like.
    enum Cell { case stamp, date, interval, clock, clockRange, epoch, number, missing, text }

    var time: Time
    var value: Int
    /// Numeric columns that could be the value.
    var candidates: [Int] = []

    /// The kind of each column: what all cells of the first rows that hold something look like.
    static func kinds(_ text: CSVText, rows: [[Range<Int>]], width: Int) -> [Cell] {
        (0..<width).map { column in
            var kind: Cell?
            for row in rows where column < row.count {
                let cell = cell(text, row[column])
                if cell == .missing { continue }
                if kind == nil { kind = cell }
                if let found = kind, found != cell {
                    // A midnight without a time of day, or a small number among large ones.
                    switch (found, cell) {
                    case (.stamp, .date), (.date, .stamp): kind = .stamp
                    case (.epoch, .number), (.number, .epoch): kind = .number
                    default: return .text
                    }
                }
            }
            return kind ?? .missing
        }
    }

    static func cell(_ text: CSVText, _ field: Range<Int>) -> Cell {
        if text.isMissing(field) { return .missing }
        let bytes = text.bytes
        let isPlain = field.allSatisfy { (48...57).contains(bytes[$0]) }
        if isPlain, field.count == 10 || field.count == 13,
            bytes[field.lowerBound] == 49 || bytes[field.lowerBound] == 50
        {
            return .epoch
        }
        if isPlain, field.count == 8, let year = Int(text.text(field.lowerBound..<(field.lowerBound + 4))),
            (1990...2100).contains(year)
        {
            return LooseTime(bytes, field) == nil ? .number : .date
        }
        if isPlain { return .number }
        if text.number(field) != nil || DecimalText.number(bytes, field, decimalMark: 44, groupMark: 46) != nil
            || DecimalText.number(bytes, field, decimalMark: 46, groupMark: 44) != nil
        {
            return .number
        }
        // `HE01`, `H24`: numbered hours.
        if bytes[field.lowerBound] | 32 == 104, ClockCell.number(bytes, field) != nil { return .number }
        if let time = LooseTime(bytes, field) { return time.hasTime ? .stamp : .date }
        if LooseTime.interval(bytes, field) != nil { return .interval }
        if ClockCell.seconds(bytes, field) != nil { return .clock }
        if ClockCell.range(bytes, field) != nil { return .clockRange }
        return .text
    }

    /// Where the time stands; nil where no column holds one.
    static func time(_ header: [String], _ kinds: [Cell], _ source: CSVSource?) -> Time? {
        let names = header.map { $0.lowercased() }
        func place(_ name: String?) -> Int? { name.flatMap { wanted in names.firstIndex(of: wanted.lowercased()) } }
        if let known = place(source?.time) {
            switch kinds[known] {
            case .interval: return .interval(known)
            case .epoch: return .epoch(known, end: place(source?.end))
            default: return .stamp(known, end: place(source?.end))
            }
        }
        func first(_ kind: Cell) -> Int? { kinds.firstIndex(of: kind) }
        if let interval = first(.interval) { return .interval(interval) }
        for (kind, make) in [(Cell.stamp, Time.stamp), (Cell.epoch, Time.epoch)] {
            let columns = kinds.indices.filter {
                kinds[$0] == kind && !isAside(names[$0]) && (kind == .stamp || isTimeName(names[$0]) || $0 == 0)
            }
            guard !columns.isEmpty else { continue }
            let universal = columns.filter { ZoneNames.clock(inHeader: header[$0])?.name == "UTC" }
            let known = universal.isEmpty ? columns : universal
            let start = known.first { !isEnd(names[$0]) } ?? known[0]
            return make(start, known.first { $0 != start && isEnd(names[$0]) })
        }
        if let date = kinds.indices.first(where: { kinds[$0] == .date && !isAside(names[$0]) && !isEnd(names[$0]) })
            ?? first(.date)
        {
            let clocks = kinds.indices.filter { kinds[$0] == .clock || kinds[$0] == .clockRange }
            if let from = clocks.first(where: { !isEnd(names[$0]) }) ?? clocks.first {
                return .dateAndClock(
                    date, from: from, to: clocks.first { $0 != from && isEnd(names[$0]) && kinds[$0] == .clock })
            }
            if let number = kinds.indices.first(where: { kinds[$0] == .number && isNumberName(names[$0]) }) {
                return .dateAndNumber(date, number: number)
            }
            return .stamp(date, end: nil)
        }
        func named(_ options: String...) -> Int? { names.firstIndex { options.contains($0) } }
        if let year = named("year", "año", "ano", "jahr", "år"),
            let month = named("month", "mes", "monat", "mês", "måned"),
            let day = named("day", "dia", "día", "tag", "dag")
        {
            return .parts(year: year, month: month, day: day, number: kinds.indices.first { isNumberName(names[$0]) })
        }
        return nil
    }

    private static func words(_ name: String) -> Set<String> {
        Set(name.split { !($0.isLetter || $0.isNumber) }.map(String.init))
    }
    /// Times that are not those of the values: when a row was written.
    private static func isAside(_ name: String) -> Bool {
        ["update", "publi", "creat", "modif", "issue", "insert", "version", "written"].contains(where: name.contains)
    }
    static func isEnd(_ name: String) -> Bool {
        let words = words(name)
        return !words.isDisjoint(with: [
            "end", "ending", "bis", "ende", "to", "till", "until", "stop", "fin", "finish", "he",
        ])
            || name.hasSuffix("endtime") || name.hasPrefix("endtime") || name.hasSuffix("endtime_gmt")
            || name.hasPrefix("hourending")
            || name.hasSuffix("_end") || name.hasSuffix("periodend") || name.hasPrefix("enddate")
    }
    private static func isTimeName(_ name: String) -> Bool {
        ["time", "date", "epoch", "unix", "zeit", "tid", "start", "begin", "stamp", "ts", "ms"].contains(
            where: name.contains)
    }
    private static func isNumberName(_ name: String) -> Bool {
        let words = words(name)
        return !words.isDisjoint(with: [
            "hour", "hours", "hora", "stunde", "uur", "heure", "ora", "he", "hr", "period", "periodo", "período",
            "interval",
            "timme", "time", "tunti", "hourending", "opr", "position",
        ]) || name.hasPrefix("hour")
    }

    /// Columns of numbers that may be values: not the time's, not names written in digits.
    static func candidates(_ header: [String], _ kinds: [Cell], _ time: Time) -> [Int] {
        let taken = time.columns
        return kinds.indices.filter { column in
            guard !taken.contains(column), kinds[column] == .number || kinds[column] == .epoch else { return false }
            let name = FeedDimension.fold(header[column])
            if [
                "id", "ptid", "pnodeid", "year", "month", "day", "hour", "hours", "position", "sequence", "pos",
                "group", "versionnbr",
                "oprhr", "oprinterval", "interval", "period", "runno", "intervention", "dispatchinterval", "geoid",
                "nodeid", "index", "nr", "no",
                "latitude", "longitude", "week", "weekday", "resolution",
            ].contains(name) {
                return false
            }
            return !isAside(header[column].lowercased())
        }
    }
}

extension CSVColumns.Time {
    /// Every column that it takes.
    var columns: [Int] {
        switch self {
        case .stamp(let start, let end), .epoch(let start, let end): [start, end].compactMap { $0 }
        case .interval(let column): [column]
        case .dateAndClock(let date, let from, let to): [date, from, to].compactMap { $0 }
        case .dateAndNumber(let date, let number): [date, number]
        case .parts(let year, let month, let day, let number): [year, month, day, number].compactMap { $0 }
        }
    }
}

/// Times of day in a cell of their own.
enum ClockCell {
    /// `00:15`, `1:00 AM`, `24:00`, as seconds since midnight.
    static func seconds(_ bytes: [UInt8], _ range: Range<Int>) -> Int? {
        guard range.count >= 4, range.count <= 12, bytes[range].contains(58) else { return nil }
        let date = Array("2000-01-01 ".utf8)
        guard let time = LooseTime(date + bytes[range], 0..<(date.count + range.count)), time.hasTime,
            time.offsetSeconds == nil
        else { return nil }
        // The end of the day is the start of the next one, on another date.
        let isEndOfDay = time.secondOfDay == 0 && bytes[range].starts(with: "24".utf8)
        return isEndOfDay ? 86_400 : time.secondOfDay
    }

    /// `00:00-01:00`, `00-01`, `23 - 24`.
    static func range(_ bytes: [UInt8], _ range: Range<Int>) -> (from: Int, to: Int)? {
        let parts = bytes[range].split(separator: 45)
        guard parts.count == 2 else { return nil }
        func seconds(_ part: ArraySlice<UInt8>) -> Int? {
            let text = String(decoding: part, as: UTF8.self).filter { $0 != " " && $0 != "h" && $0 != "H" }
            if let hour = Int(text), (0...25).contains(hour), text.count <= 2 { return hour * 3600 }
            let bytes = Array(text.utf8)
            return ClockCell.seconds(bytes, 0..<bytes.count)
        }
        guard let from = seconds(parts[0]), let to = seconds(parts[1]) else { return nil }
        return (from, to <= from ? to + 86_400 : to)
    }

    /// `1`, `01`, `HE01`, `H24`: a number behind letters.
    static func number(_ bytes: [UInt8], _ range: Range<Int>) -> Int? {
        var at = range.lowerBound
        while at < range.upperBound, (65...90).contains(bytes[at]) || (97...122).contains(bytes[at]) || bytes[at] == 32
        { at += 1 }
        let digits = at..<range.upperBound
        guard (1...3).contains(digits.count), digits.allSatisfy({ (48...57).contains(bytes[$0]) }) else { return nil }
        return Int(String(decoding: bytes[digits], as: UTF8.self))
    }
}
