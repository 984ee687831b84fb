import Scenarios

/// Sessions of a source in `SessionSources`: a table or JSON whose columns or keys have the source's names.
///
/// A session without energy, or one that has no end yet, is left out with a warning.
struct NamedSessions: SessionFeed {
    let name: String
    let title: String
    private var sources: [SessionSource] { SessionSources.all.filter { $0.name == name } }

    func recognises(_ start: String) -> Bool { sources.contains { $0.recognises(start) } }

    func read(_ bytes: [UInt8], clock: WallClock, problems: FeedProblems) -> [ChargingSession]? {
        let start = String(decoding: bytes.prefix(8192), as: UTF8.self)
        guard let source = sources.first(where: { $0.recognises(start) }) ?? sources.first else { return nil }
        return SessionReader(source: source).read(bytes, clock: clock, problems: problems)
    }
}

extension SessionSource {
    /// Whether a file that begins like this has the columns or keys of the source.
    func recognises(_ start: String) -> Bool {
        if isJSON {
            guard let mark = start.first(where: { !$0.isWhitespace }), mark == "{" || mark == "[" else { return false }
            return needs.allSatisfy { start.contains("\"\($0)\"") }
        }
        guard let header = start.split(whereSeparator: \.isNewline).first(where: { !$0.hasPrefix("#") }) else {
            return false
        }
        let names = Set(header.split { ",;\t".contains($0) }.map { FeedDimension.fold(String($0)) })
        return needs.allSatisfy { names.contains(FeedDimension.fold($0)) }
    }
}

/// Reads a file of one source.
private struct SessionReader {
    let source: SessionSource

    func read(_ bytes: [UInt8], clock: WallClock, problems: FeedProblems) -> [ChargingSession]? {
        guard let records = source.isJSON ? json(bytes, problems) : table(bytes, problems) else { return nil }
        let times = records.flatMap { [$0.from, $0.to].compactMap { $0 } }
        guard let isDayFirst = source.isDayFirst ?? CSVTimes.isDayFirst(times.filter(\.isOpen)) else {
            problems.add("has dates of which day and month cannot be told apart")
            return nil
        }
        var reader = SessionTimes(source.zone.flatMap { WallClock(timeZone: $0) } ?? clock)
        var sessions: [ChargingSession] = []
        var seen: [String: Int] = [:]
        var (empty, open, twice) = (0, 0, 0)
        for record in records {
            func complain(_ message: String) {
                problems.add(line: record.line, column: record.line == nil ? nil : 1, record.place + message)
            }
            guard let from = record.from?.text(isDayFirst) else {
                complain(
                    "\(source.from[0]) is not a time: \(record.fromText.isEmpty ? "nothing" : "\"\(excerpt(record.fromText))\"")"
                )
                continue
            }
            if record.toText.isEmpty {
                open += 1
                continue
            }
            guard let to = record.to?.text(isDayFirst) else {
                complain("\(source.to[0]) is not a time: \"\(excerpt(record.toText))\"")
                continue
            }
            guard let energy = record.energy else {
                if record.energyText.isEmpty {
                    empty += 1
                } else {
                    complain("\(source.energy[0]) is no number: \"\(excerpt(record.energyText))\"")
                }
                continue
            }
            guard let (start, end) = reader.span(from, to, line: record.line ?? sessions.count + 1, problems) else {
                complain("clocks in \(reader.clock.name) skip one of its times (summer time begins)")
                continue
            }
            guard start < end || energy == 0 else {
                complain("ends before it starts")
                continue
            }
            guard energy > 0, start < end else {
                empty += 1
                continue
            }
            let id = record.id ?? "\(sessions.count + 1)"
            let session = ChargingSession(
                id: id, vehicle: record.vehicle, from: start, to: end, energyKWh: energy, powerKW: record.power,
                line: record.line)
            if let other = seen[id] {
                var same = sessions[other]
                same.line = session.line
                guard same == session else {
                    complain("session \(excerpt(id)) is there twice, and differs")
                    continue
                }
                twice += 1
                continue
            }
            seen[id] = sessions.count
            sessions.append(session)
        }
        for (count, words) in [(open, "have no end yet"), (empty, "have no energy"), (twice, "are there twice")]
        where count > 0 {
            problems.warn("\(count) of \(records.count) sessions \(words): left out")
        }
        return problems.count == 0 ? sessions : nil
    }

    private struct Record {
        var line: Int?
        /// Before a message, where there is no line.
        var place = ""
        var from: LooseTime?
        var to: LooseTime?
        var fromText = ""
        var toText = ""
        var energy: Double?
        var energyText = ""
        var id: String?
        var vehicle: String?
        var power: Double?
    }

    private func table(_ bytes: [UInt8], _ problems: FeedProblems) -> [Record]? {
        guard var table = SessionTable(bytes, problems) else { return nil }
        let names = table.header.map(FeedDimension.fold)
        func column(_ name: String) -> Int? { names.firstIndex(of: FeedDimension.fold(name)) }
        let (from, to) = (source.from.compactMap(column), source.to.compactMap(column))
        let energy =
            source.energy.lazy.compactMap(column).first
            ?? names.firstIndex { $0.contains("energy") || $0.contains("kwh") }
        guard from.count == source.from.count, to.count == source.to.count, let energy else {
            problems.add(
                line: table.line, column: 1,
                "has not the columns of \(source.name) (\(listed((source.from + source.to + source.energy))))")
            return nil
        }
        let (id, vehicle, power) = (
            source.id.lazy.compactMap(column).first, source.vehicle.flatMap(column), source.power.flatMap(column)
        )
        let zones = source.zoneColumns.map(column)
        var records: [Record] = []
        while table.next() {
            var record = Record(line: table.line)
            record.fromText = SessionReader.joined(from.map { table.string($0) })
            record.toText = SessionReader.joined(to.map { table.string($0) }).trimmed
            record.from = LooseTime(record.fromText)
            record.to = LooseTime(record.toText)
            for (index, zone) in zones.enumerated() {
                guard let zone, let offset = ZoneNames.offset(table.string(zone)) else { continue }
                if index == 0 { record.from?.offsetSeconds = offset } else { record.to?.offsetSeconds = offset }
            }
            record.energyText = table.isEmpty(energy) ? "" : table.string(energy)
            record.energy = table.number(energy)
            record.id = id.flatMap { table.isEmpty($0) ? nil : table.string($0) }
            record.vehicle = vehicle.flatMap { table.isEmpty($0) ? nil : table.string($0) }
            record.power = power.flatMap { table.number($0) }.flatMap { $0 > 0 ? $0 : nil }
            records.append(record)
        }
        return problems.count == 0 ? records : nil
    }

    /// A date and a time of day; spreadsheets write a date as its midnight.
    private static func joined(_ parts: [String]) -> String {
        guard parts.count > 1, let date = parts.first else { return parts.joined() }
        let midnight = [" 00:00:00", "T00:00:00", " 00:00"].first(where: date.hasSuffix)
        return ([String(date.dropLast(midnight?.count ?? 0))] + parts.dropFirst()).joined(separator: " ")
    }

    private func json(_ bytes: [UInt8], _ problems: FeedProblems) -> [Record]? {
        guard let tree = JSONTree(bytes, problems) else { return nil }
        guard let items = list(tree, depth: 0) else {
            problems.add("has no list of sessions (\(listed(source.needs)))")
            return nil
        }
        func text(_ item: JSONTree, _ keys: [String]) -> String {
            keys.lazy.compactMap { item[$0]?.scalarText }.first ?? ""
        }
        return items.enumerated().map { index, item in
            var record = Record(place: "item \(index): ")
            (record.fromText, record.toText) = (text(item, source.from), text(item, source.to))
            (record.from, record.to) = (LooseTime(record.fromText), LooseTime(record.toText))
            let energy = source.energy.lazy.compactMap { item[$0] }.first
            record.energy = energy?.looseNumber
            record.energyText = energy?.scalarText ?? ""
            let id = text(item, source.id)
            record.id = id.isEmpty ? nil : id
            record.vehicle = source.vehicle.flatMap { item[$0]?.text }.flatMap { $0.isEmpty ? nil : $0 }
            return record
        }
    }

    /// The list whose items have what the source needs, whatever it is wrapped in.
    private func list(_ tree: JSONTree, depth: Int) -> [JSONTree]? {
        if let first = tree.first, source.needs.allSatisfy({ first.child($0) != nil }) { return tree.list }
        guard depth < 5 else { return nil }
        return tree.entries?.lazy.compactMap { list($0.value, depth: depth + 1) }.first
    }
}

extension LooseTime {
    init?(_ text: String) {
        let bytes = Array(text.utf8)
        self.init(bytes, 0..<bytes.count)
    }

    /// As wall time, with the offset where there is one.
    func text(_ isDayFirst: Bool) -> TimeText? {
        wall(isDayFirst: isDayFirst).map { TimeText(wall: $0, offsetSeconds: offsetSeconds) }
    }
}

extension String {
    /// Without blanks at its ends.
    var trimmed: String {
        var text = self[...]
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
