import Scenarios

/// Prices and other series as JSON, of any source in `JSONSources`.
struct JSONFeed: Feed {
    /// The source's name; any source where the file is known by its content.
    let name: String
    let title: String
    private let wanted: String?

    init(name: String?, title: String) {
        wanted = name
        self.name = name ?? "json"
        self.title = title
    }

    func read(_ content: FeedContent, options: FeedOptions, problems: FeedProblems) -> FeedTable? {
        let bytes: [UInt8]
        switch content.kind {
        case .yaml:
            guard let json = YAMLText.json(content.bytes, problems) else { return nil }
            bytes = json
        case .json: bytes = content.bytes
        case .xml, .table:
            problems.add("is not JSON (\(wanted ?? "json")): it is \(content.kind == .xml ? "XML" : "a table of text")")
            return nil
        }
        guard let tree = JSONTree(bytes, problems) else { return nil }
        let finds = JSONFinder(tree, named: wanted).finds
        guard let first = finds.first else {
            refuse(tree, problems)
            return nil
        }
        var reader = JSONReader(first.source, options, problems)
        if let next = tree["next"]?.text { problems.warn("is one page of several; the next is \(excerpt(next))") }
        return reader.table(finds)
    }

    /// Says what a document is of which no source is known.
    private func refuse(_ tree: JSONTree, _ problems: FeedProblems) {
        if let message = JSONFeed.errorMessage(tree) {
            problems.add("is an error answer: \"\(excerpt(message))\"")
            return
        }
        if JSONFeed.isEmpty(tree) {
            problems.add("holds no values")
            return
        }
        let keys = (tree.entries ?? tree.first?.entries ?? []).map(\.key)
        let what = wanted.map { "is JSON, but not of \($0)" } ?? "is JSON of no known feed"
        problems.add("\(what) (keys: \(keys.isEmpty ? "none" : listed(keys))); v2x feeds lists the known formats")
    }

    /// The message of an error answer.
    static func errorMessage(_ tree: JSONTree) -> String? {
        for key in ["errors", "error", "fault", "Error"] {
            guard let found = tree[key] else { continue }
            if let text = found.text { return text }
            let item = found.first ?? found
            for inner in ["message", "detail", "title", "description", "faultstring", "text"] {
                if let text = item[inner]?.text { return text }
            }
            if let text = item.text { return text }
            return tree["message"]?.text ?? key
        }
        if let message = tree["message"]?.text ?? tree["detail"]?.text ?? tree["Message"]?.text,
            (tree.entries?.count ?? 0) <= 6
        {
            return message
        }
        return nil
    }

    /// Whether all lists in it are empty.
    private static func isEmpty(_ tree: JSONTree) -> Bool {
        if let list = tree.list { return list.allSatisfy(isEmpty) }
        guard let entries = tree.entries else { return false }
        let lists = entries.filter { $0.value.list != nil }
        return !lists.isEmpty && lists.allSatisfy { isEmpty($0.value) }
    }
}

private struct JSONReader {
    let source: JSONSource
    let options: FeedOptions
    let problems: FeedProblems
    private var entries: [FeedIntervals.Entry] = []
    private var records: [JSONTree] = []
    private var faults: [FeedFault] = []
    private var usesZone = false

    init(_ source: JSONSource, _ options: FeedOptions, _ problems: FeedProblems) {
        self.source = source
        self.options = options
        self.problems = problems
    }

    mutating func table(_ all: [JSONFind]) -> FeedTable? {
        guard let finds = chosenLists(all),
            let sample = finds.first(where: { $0.node.first != nil || $0.source.shape != .records })
        else { return nil }
        let first = sample.node.first.map(JSONSource.record) ?? sample.node
        guard let value = value(first, finds) else { return nil }
        let maps = sample.around.reversed().map(\.node)
        let hints = JSONHints([first] + maps)
        if let contradiction = hints.contradiction {
            problems.add(contradiction)
            return nil
        }
        var zoneName: String?
        let clock = clock(&zoneName)
        for find in finds {
            guard read(find, value.value, clock) else { return nil }
        }
        guard checkIdentities(), checkUnits(hints) else { return nil }
        var found = FeedIntervals()
        found.entries = entries
        found.stampsAreEnds = stampsAreEnds(value.value)
        found.isHeld = source.isHeld || source.shape == .keyed
        let (list, skip, source) = (records, Set([source.start, source.end ?? "", value.value.path]), source)
        found.fields = { record in
            (list[record].entries ?? []).compactMap { entry in
                skip.contains(entry.key) ? nil : entry.value.scalarText.map { (entry.key, $0) }
            }.filter { !JSONReader.isNumberOfValue($0.0, source) }
        }
        guard let series = found.joined(options, problems) else {
            for fault in faults.prefix(5) { problems.add(fault.message) }
            return nil
        }
        var result = FeedTable(table: series)
        result.faults = faults
        setUnit(&result, value.value, hints)
        result.column = value.others.isEmpty ? nil : value.shown
        result.otherColumns = value.others
        result.isRetail = value.value.isRetail
        result.zone = usesZone ? zoneName : nil
        result.stampsAreEnds = found.stampsAreEnds
        result.source = source.name
        result.title = source.title
        if source.shape == .keyed, value.shown == "watt_hours_period" { JSONReader.makePower(&result) }
        return result
    }

    private static func isNumberOfValue(_ key: String, _ source: JSONSource) -> Bool {
        source.values.contains { $0.path == key || $0.path.split(separator: "+").contains { $0 == key } }
    }

    // MARK: Choices

    /// The lists of one home, zone or column.
    private func chosenLists(_ finds: [JSONFind]) -> [JSONFind]? {
        switch source.listKey {
        case "zone":
            return chosen(finds, .zone, options.zone) { [$0.key] }
        case "column":
            let names = Set(finds.map(\.key))
            if let wanted = options.column, names.contains(where: { FeedDimension.agree($0, wanted) }) {
                options.used.note(.column)
                return finds.filter { FeedDimension.agree($0.key, wanted) }
            }
            if options.column != nil, !names.isEmpty, source.values.count == 1 { return columnMissing(Array(names)) }
            if source.name == "evcc", options.isExport, !names.contains("feedin") {
                problems.add("has no feedin prices: set column: \(names.sorted()[0]) to be paid those")
                return nil
            }
            let usual =
                source.name == "evcc"
                ? (options.isExport ? ["feedin"] : ["grid", "planner"])
                : source.name == "energyzero" ? ["base", "Prices"] : ["watts"]
            for name in usual where names.contains(name) { return finds.filter { $0.key == name } }
            if names.count == 1 { return finds }
            problems.add("has several lists: choose one with column: (\(listed(names.sorted())))")
            return nil
        case "home":
            return chosen(finds, .home, options.home) { find in
                // Homes are items of a list, or keys of a map.
                if let item = find.around.last(where: { $0.key == "homes" && $0.index != nil }) {
                    let names = [
                        item.node["appNickname"]?.text, item.node["address"]?["address1"]?.text, item.node["id"]?.text,
                    ]
                    let found = names.compactMap { $0 }
                    return found.isEmpty ? ["\((item.index ?? 0) + 1)"] : found
                }
                return find.around.contains { $0.key == "prices" || find.key == "prices" }
                    && source.start == "start_time"
                    ? [find.key] : [""]
            }
        default: return finds
        }
    }

    private func chosen(
        _ finds: [JSONFind], _ key: FeedOptions.Key, _ wanted: String?, names: (JSONFind) -> [String]
    ) -> [JSONFind]? {
        let all = finds.map(names)
        let known = Array(Set(all.compactMap(\.first))).sorted()
        if let wanted, known != [""] {
            options.used.note(key)
            let kept = zip(finds, all).filter { $0.1.contains { FeedDimension.agree($0, wanted) } }.map(\.0)
            if !kept.isEmpty { return kept }
            let hint = nearestWord(to: wanted, among: known).map { "; did you mean \(excerpt($0))?" } ?? ""
            problems.add("has no \(key.rawValue) \(excerpt(wanted))\(hint) (\(listed(known)))")
            return nil
        }
        if known.count > 1 {
            problems.add(
                "holds several \(key.rawValue)s (\(listed(known))): choose with \(key.rawValue): \(excerpt(known[0]))")
            return nil
        }
        return finds
    }

    private func columnMissing(_ names: [String]) -> [JSONFind]? {
        let wanted = options.column ?? ""
        let hint = nearestWord(to: wanted, among: names).map { "; did you mean \(excerpt($0))?" } ?? ""
        problems.add("has no column \"\(excerpt(wanted))\"\(hint) (\(listed(names.sorted())))")
        return nil
    }

    /// The value to take of a record: the one that is named, the one in the scenario's currency, or the usual one.
    private func value(
        _ first: JSONTree, _ finds: [JSONFind]
    ) -> (value: JSONSource.Value, shown: String, others: [String])? {
        if source.shape == .keyed { return source.values.first.map { ($0, finds[0].key, []) } }
        if source.zoneMap != nil || source.shape != .records {
            guard source.values.first == nil || source.shape != .records else { return nil }
            return (
                source.values.first ?? .init(path: "", name: "", unit: nil, includesVAT: nil, isRetail: false), "", []
            )
        }
        var values = source.values.filter { value in
            finds.contains { find in find.node.first.map { value.isIn(JSONSource.record($0)) } ?? false }
        }
        let names = values.map(\.name)
        func result(_ value: JSONSource.Value) -> (value: JSONSource.Value, shown: String, others: [String]) {
            (value, value.name, names.filter { $0 != value.name })
        }
        if let wanted = options.column, source.listKey != "column" || !options.used.keys.contains(.column) {
            options.used.note(.column)
            if let found = values.first(where: { FeedDimension.agree($0.name, wanted) }) { return result(found) }
            // A number that the table does not name.
            if first[wanted]?.looseNumber != nil, wanted != source.start {
                return result(.init(path: wanted, name: wanted, unit: nil, includesVAT: nil, isRetail: false))
            }
            _ = columnMissing(names)
            return nil
        }
        if let includesVAT = options.includesVAT, values.contains(where: { $0.includesVAT != nil }) {
            options.used.note(.vat)
            values = values.filter { $0.includesVAT == includesVAT }
            guard let found = values.first else {
                problems.add("has no prices \(includesVAT ? "with" : "without") VAT (\(listed(names)))")
                return nil
            }
            return result(found)
        }
        let currencies = Set(values.compactMap { $0.unit.flatMap { MoneyUnit($0)?.currency } })
        if currencies.count > 1, let currency = options.currency {
            values = values.filter { $0.unit.flatMap { MoneyUnit($0)?.currencies?.contains(currency) } ?? true }
            guard !values.isEmpty else {
                problems.add(
                    "has prices in \(currencies.sorted().joined(separator: " and ")), the scenario is in \(currency): take one with column and convert it with scale"
                )
                return nil
            }
        }
        guard let usual = values.first else {
            problems.add("has no known values (\(listed(source.values.map(\.name))))")
            return nil
        }
        if source.name == "frank", usual.name == "total" {
            problems.warn("total is taken, all taxes in; column: marketPrice is the market's price alone")
        }
        return result(usual)
    }

    // MARK: Records

    private func clock(_ name: inout String?) -> WallClock? {
        if let said = options.timezone {
            name = said.name
            return said
        }
        let known = source.zone.flatMap { WallClock(timeZone: $0) }
        name = known?.name
        return known
    }

    private func stampsAreEnds(_ value: JSONSource.Value) -> Bool {
        if let said = options.stampsAreEnds, source.end == nil {
            options.used.note(.stamp)
            return said
        }
        return source.stampsAreEnds || (source.shape == .keyed && options.column == "watt_hours_period")
    }

    /// Adds the rows of a list; false, and a problem, where it cannot be read.
    private mutating func read(_ find: JSONFind, _ value: JSONSource.Value, _ clock: WallClock?) -> Bool {
        switch source.shape {
        case .records: return readRecords(find, value, clock)
        case .columns:
            let (times, values) = (find.node[source.start]?.list ?? [], find.node[value.path]?.list ?? [])
            guard times.count == values.count else {
                problems.add("has \(times.count) times in \(source.start), but \(values.count) values in \(value.path)")
                return false
            }
            for (time, item) in zip(times, values) {
                guard let start = instant(time, clock) else {
                    return refuseTime(time, "\(source.start)[\(records.count)]")
                }
                add(start, nil, item.isNull ? (nil, false) : (item.looseNumber, item.looseNumber == nil), item)
            }
            return true
        case .pairs:
            var isGood = true
            find.node.forEach { pair in
                guard isGood, let parts = pair.list, parts.count == 2, let start = instant(parts[0], clock) else {
                    if isGood { isGood = refuseTime(pair, "series[\(records.count)]") }
                    return
                }
                add(
                    start, nil, parts[1].isNull ? (nil, false) : (parts[1].looseNumber, parts[1].looseNumber == nil),
                    pair)
            }
            return isGood
        case .keyed: return readKeys(find, clock)
        }
    }

    private mutating func readRecords(_ find: JSONFind, _ value: JSONSource.Value, _ clock: WallClock?) -> Bool {
        var isGood = true
        let zone = source.zoneMap == nil ? "" : self.zone(find)
        guard let zone else { return false }
        let name = find.key.isEmpty ? "item " : "\(find.key) "
        find.node.forEach { item in
            guard isGood else { return }
            let record = JSONSource.record(item)
            guard keeps(record) else { return }
            let place = "\(name)\(records.count)"
            guard let time = record[source.start], let start = instant(time, clock) else {
                isGood = refuseTime(record[source.start], "\(place): \(source.start)")
                return
            }
            var end: Int?
            if let key = source.end, let node = record[key] {
                end = instant(node, clock)
                if end == nil {
                    isGood = refuseTime(node, "\(place): \(key)")
                    return
                }
            }
            var from = start
            if end == nil, let key = source.length, let text = record[key]?.text, let seconds = length(text) {
                if source.stampsAreEnds { (from, end) = (start - seconds, start) } else { end = start + seconds }
            }
            if let map = source.zoneMap {
                let node = record[map]?[zone]
                add(from, end, (node?.looseNumber, node != nil && node?.looseNumber == nil), record)
            } else {
                add(from, end, value.number(record), record)
            }
        }
        return isGood
    }

    /// A length of time, s; mostly the one of the record before.
    private mutating func length(_ text: String) -> Int? {
        if lastLength?.text != text { lastLength = (text, DurationText.seconds(text)) }
        return lastLength?.seconds
    }
    private var lastLength: (text: String, seconds: Int?)?

    /// Whether a record has what `where`, `zone` and `payment` ask for.
    private func keeps(_ record: JSONTree) -> Bool {
        for filter in options.filters {
            options.used.note(.where)
            guard let text = record[filter.name]?.scalarText, FeedDimension.agree(text, filter.value) else {
                return false
            }
        }
        if options.zone == nil && options.payment == nil { return true }
        for key in [FeedOptions.Key.zone, .payment] {
            guard let wanted = options.filters(key), source.listKey != key.rawValue,
                source.zoneMap == nil || key != .zone
            else { continue }
            let fields = (record.entries ?? []).filter { FeedDimension.option($0.key) == key }
            guard !fields.isEmpty else { continue }
            options.used.note(key)
            if !fields.contains(where: { $0.value.scalarText.map { FeedDimension.agree($0, wanted) } ?? false }) {
                return false
            }
        }
        return true
    }

    /// The zone of a map with a value for each.
    private func zone(_ find: JSONFind) -> String? {
        var known: Set<String> = []
        find.node.forEach { record in
            for entry in source.zoneMap.flatMap({ record[$0]?.entries }) ?? [] { known.insert(entry.key) }
        }
        let zones = known.sorted()
        if let wanted = options.zone {
            options.used.note(.zone)
            if let found = zones.first(where: { FeedDimension.agree($0, wanted) }) { return found }
            let hint = nearestWord(to: wanted, among: zones).map { "; did you mean \($0)?" } ?? ""
            problems.add("has no zone \(excerpt(wanted))\(hint) (\(listed(zones)))")
            return nil
        }
        if zones.count == 1 { return zones[0] }
        problems.add("holds several zones (\(listed(zones))): choose with zone: \(zones.first ?? "")")
        return nil
    }

    private mutating func readKeys(_ find: JSONFind, _ clock: WallClock?) -> Bool {
        let said = find.around.lazy.compactMap { $0.node["message"]?["info"]?["timezone"]?.text }.first.flatMap {
            WallClock(timeZone: $0)
        }
        let clock = clock ?? said ?? options.clock
        var days: Set<Int> = []
        for entry in find.node.entries ?? [] {
            let bytes = Array(entry.key.utf8)
            guard let time = LooseTime(bytes, 0..<bytes.count), let wall = time.wall(isDayFirst: true) else {
                problems.add("\(find.key): \"\(excerpt(entry.key))\" is not a time")
                return false
            }
            if time.offsetSeconds == nil {
                usesZone = true
                if options.timezone != nil { options.used.note(.timezone) }
            }
            let start =
                time.offsetSeconds.map { wall.secondsSince1970 - $0 } ?? clock.firstInstant(of: wall).epochSeconds
            days.insert(wall.dayNumber)
            add(
                start, nil, (entry.value.looseNumber, entry.value.looseNumber == nil && !entry.value.isNull),
                entry.value)
        }
        // Whole days are known: nothing comes before sunrise, nor after sunset.
        func midnight(_ day: Int) -> Int {
            clock.firstInstant(of: WallTime(secondsSince1970: day * 86_400)).epochSeconds
        }
        if let first = days.min(), let last = days.max() {
            // A day that ends with power was cut off.
            let isWhole = entries.max { $0.start < $1.start }?.value == 0
            for time in [midnight(first)] + (isWhole ? [midnight(last + 1)] : [])
            where !entries.contains(where: { $0.start == time }) {
                add(time, nil, (0, false), find.node)
            }
        }
        return true
    }

    private mutating func add(_ start: Int, _ end: Int?, _ value: (value: Double?, isWrong: Bool), _ record: JSONTree) {
        if value.isWrong {
            let text = record.scalarText ?? ""
            faults.append(
                FeedFault(
                    start: start, end: end ?? start + 3600, line: nil, column: nil,
                    message:
                        "has a value that is no number at \(FeedIntervals.time(start))\(text.isEmpty ? "" : ": \(excerpt(text))")"
                ))
        }
        entries.append(
            .init(
                start: start, end: end, value: value.isWrong ? nil : value.value,
                isOpen: end == nil && source.isOpen, record: records.count))
        records.append(record)
    }

    private func refuseTime(_ node: JSONTree?, _ place: String) -> Bool {
        let text = node?.scalarText.map { "\"\(excerpt($0))\"" } ?? "nothing"
        let bytes = Array((node?.text ?? "").utf8)
        if LooseTime(bytes, 0..<bytes.count) != nil {
            problems.add("\(place) has no offset (\(text)): set timezone")
        } else {
            problems.add("\(place) is not a time: \(text)")
        }
        return false
    }

    /// Epoch seconds or milliseconds, or a text; a wall time only where its zone is known.
    private mutating func instant(_ node: JSONTree, _ clock: WallClock?) -> Int? {
        if let range = node.textRange, let read = TimeText(node.document.bytes, range) {
            if let offset = read.offsetSeconds { return read.wall.secondsSince1970 - offset }
            guard let clock else { return nil }
            usesZone = true
            if options.timezone != nil { options.used.note(.timezone) }
            return clock.firstInstant(of: read.wall).epochSeconds
        }
        guard let number = node.looseNumber, abs(number) < 1e14, abs(number) > 1e8 else { return nil }
        return Int(saturating: abs(number) >= 1e11 ? number / 1000 : number)
    }

    // MARK: What is in the file

    /// Two zones or two ways of paying in one list: one of them has to be chosen.
    private func checkIdentities() -> Bool {
        guard source.shape == .records, let first = records.first?.entries else { return true }
        for entry in first {
            guard let key = FeedDimension.option(entry.key), key == .zone, let value = entry.value.scalarText,
                source.zoneMap == nil
            else { continue }
            let others = Set(records.compactMap { $0[entry.key]?.scalarText }).sorted()
            guard others.count > 1, options.filters(key) == nil else { continue }
            problems.add(
                "holds several \(excerpt(entry.key)) (\(listed(others))): choose with \(FeedDimension.choice(entry.key, excerpt(value)))"
            )
            return false
        }
        return true
    }

    /// Records with another unit or currency than the first.
    private func checkUnits(_ hints: JSONHints) -> Bool {
        for key in ["unit", "currency", "unit_of_measurement"] {
            guard let first = records.first?[key]?.text else { continue }
            if let other = records.lazy.compactMap({ $0[key]?.text }).first(where: { $0 != first }) {
                problems.add("has prices in \(excerpt(first)) and \(excerpt(other))")
                return false
            }
        }
        return true
    }

    private func setUnit(_ result: inout FeedTable, _ value: JSONSource.Value, _ hints: JSONHints) {
        if let own = value.unit ?? (value.name == value.path ? FeedMoney.unitText(ofName: value.path) : nil) {
            set(&result, own, nil, hints.currency ?? hints.unit?.currency)
        } else if let said = hints.unit {
            var unit = said
            // A source that has the energy's unit, beside a document that has the currency only.
            let currency = hints.currency ?? (unit.isCents ? nil : source.unit.flatMap { MoneyUnit($0)?.currency })
            if unit.currencies == nil, let currency { unit.currencies = [currency] }
            set(&result, unit.text, unit, hints.currency)
        } else if let other = hints.otherUnit {
            result.unit = other
        } else if let usual = source.unit {
            set(&result, usual, nil, hints.currency)
        } else {
            result.currency = hints.currency
        }
        if result.currency == nil { result.currency = hints.currency }
    }

    /// A unit by its text, with `currency` standing for the document's or the scenario's.
    private func set(_ result: inout FeedTable, _ text: String, _ known: MoneyUnit?, _ currency: String?) {
        guard var unit = known ?? MoneyUnit(text) else {
            result.unit = text
            return
        }
        result.currency = unit.currency
        if unit.currencies == nil, !unit.isCents {
            guard let currency = currency ?? options.currency else {
                result.unit = unit.perKWh == 1 ? nil : "currency/\(unit.perKWh == 1000 ? "Wh" : "MWh")"
                return
            }
            unit.currencies = [currency]
            result.currency = currency
        }
        result.unit = unit.text
    }

    /// Energies of periods, Wh, as mean powers, W.
    private static func makePower(_ result: inout FeedTable) {
        for index in result.table.intervals.indices {
            let interval = result.table.intervals[index]
            result.table.intervals[index].value = interval.value * 3600 / Double(interval.end - interval.start)
        }
    }
}

extension FeedMoney {
    /// The unit in a key: `price_ct_per_kwh`.
    static func unitText(ofName name: String) -> String? { MoneyUnit(within: name)?.text }
}
