import Scenarios

/// A span of days of one year, or of every year: `2025-12-24`, `12-24`, `12-24/01-06`.
struct DateSpan {
    private enum Day {
        /// Since 1970-01-01.
        case number(Int)
        case ofYear(month: Int, day: Int)
    }
    private var first: Day
    private var last: Day

    /// Nil where `text` is none.
    init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), let first = DateSpan.day(parts[0]),
            let last = DateSpan.day(parts[parts.count - 1])
        else { return nil }
        switch (first, last) {
        case (.number, .number), (.ofYear, .ofYear): break
        default: return nil
        }
        (self.first, self.last) = (first, last)
    }

    private static func day(_ text: Substring) -> Day? {
        if text.count == 10, let time = TimeText(String(text)) { return .number(time.wall.dayNumber) }
        // A leap year, so that 29 February is a day.
        guard text.count == 5, let time = TimeText("2024-" + text) else { return nil }
        let (_, month, day) = WallTime.civil(time.wall.dayNumber)
        return .ofYear(month: month, day: day)
    }

    func contains(dayNumber: Int, _ month: Int, _ day: Int) -> Bool {
        switch (first, last) {
        case (.number(let from), .number(let to)): return (from...max(from, to)).contains(dayNumber)
        case (.ofYear(let fromMonth, let fromDay), .ofYear(let toMonth, let toDay)):
            let (from, to, at) = (fromMonth * 100 + fromDay, toMonth * 100 + toDay, month * 100 + day)
            return from <= to ? (from...to).contains(at) : at >= from || at <= to
        default: return false
        }
    }
}

extension InputValue {
    private static let monthNames = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ]

    /// Months of the year: two are the first and the last of a season (`[oct, mar]`), more are each by itself.
    func months() -> Set<Int>? {
        let items = isList ? list() : [self]
        guard let items else { return nil }
        if items.isEmpty { error("must name at least one month") }
        var found: [[Int]] = []
        for item in items {
            guard let text = item.text() else { return nil }
            let ends = text.split(separator: "-").map { name in
                InputValue.monthNames.firstIndex(of: name.lowercased()).map { $0 + 1 }
            }
            guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1] else {
                _ = item.choice(InputValue.monthNames, what: "month")
                return nil
            }
            found.append(InputValue.season(first, last))
        }
        if items.count == 2, found[0].count == 1, found[1].count == 1 {
            return Set(InputValue.season(found[0][0], found[1][0]))
        }
        return items.isEmpty ? nil : Set(found.flatMap { $0 })
    }

    private static func season(_ first: Int, _ last: Int) -> [Int] {
        first <= last ? Array(first...last) : Array(first...12) + Array(1...last)
    }

    /// Days of the calendar, or spans of them.
    func dateSpans() -> [DateSpan]? {
        let items = isList ? list() : [self]
        guard let items else { return nil }
        if items.isEmpty { error("must name at least one date") }
        let spans = items.map { item -> DateSpan? in
            guard let text = item.text() else { return nil }
            let span = DateSpan(text)
            if span == nil {
                item.error("must be a date such as 12-24, 2025-12-24 or 12-24/01-06, got \(item.described)")
            }
            return span
        }
        return items.isEmpty || spans.contains { $0 == nil } ? nil : spans.compactMap { $0 }
    }

    /// Holidays, in days since 1970-01-01: a list of dates, or an iCalendar file.
    func holidays() -> Set<Int>? {
        guard !isList else {
            guard let items = list() else { return nil }
            let days = items.map { $0.dayNumber() }
            return days.contains { $0 == nil } ? nil : Set(days.compactMap { $0 })
        }
        guard let name = text() else { return nil }
        let path = name.hasPrefix("/") || context.directory.isEmpty ? name : context.directory + "/" + name
        do {
            let bytes = try FileReading.bytes(path, upTo: FileReading.maxScenarioBytes)
            guard let days = CalendarFile.days(String(decoding: bytes, as: UTF8.self)) else {
                error("\(name): is no iCalendar file (it has no BEGIN:VCALENDAR)")
                return nil
            }
            if days.isEmpty { warning("\(name): has no events") }
            return days
        } catch {
            switch error {
            case .notReadable(let why), .notUsable(let why): self.error("\(name): \(why)")
            }
            return nil
        }
    }
}

/// The days of an iCalendar file's events (RFC 5545): all-day events, each from its start up to its end; those that recur
/// every year, for a hundred years.
enum CalendarFile {
    /// Nil where `text` is no calendar.
    static func days(_ text: String) -> Set<Int>? {
        // Lines that begin with a blank go on with the one before.
        var lines: [Substring] = []
        for line in text.split(whereSeparator: \.isNewline) {
            if let first = line.first, first == " " || first == "\t", let last = lines.last {
                lines[lines.count - 1] = last + line.dropFirst()
            } else {
                lines.append(line)
            }
        }
        guard lines.contains(where: { $0.uppercased() == "BEGIN:VCALENDAR" }) else { return nil }
        var days: Set<Int> = []
        var (start, end) = (Int?.none, Int?.none)
        var isYearly = false
        for line in lines {
            let name = line.prefix { $0 != ":" && $0 != ";" }.uppercased()
            let value = line.split(separator: ":", maxSplits: 1).last ?? ""
            switch name {
            case "BEGIN" where value.uppercased() == "VEVENT": (start, end, isYearly) = (nil, nil, false)
            case "DTSTART": start = day(value)
            case "DTEND": end = day(value)
            case "RRULE": isYearly = value.uppercased().contains("FREQ=YEARLY")
            case "END" where value.uppercased() == "VEVENT":
                guard let first = start else { continue }
                for day in first..<max(first + 1, min(end ?? first + 1, first + 366)) {
                    let (year, month, date) = WallTime.civil(day)
                    days.insert(day)
                    guard isYearly else { continue }
                    for later in 1...100 {
                        if let next = WallTime(year: year + later, month: month, day: date) {
                            days.insert(next.dayNumber)
                        }
                    }
                }
            default: break
            }
        }
        return days
    }

    /// `20251225`, also before a time of day.
    private static func day(_ text: Substring) -> Int? {
        let digits = text.prefix(8)
        guard digits.count == 8, let number = Int(digits) else { return nil }
        return WallTime(year: number / 10_000, month: number / 100 % 100, day: number % 100)?.dayNumber
    }
}
