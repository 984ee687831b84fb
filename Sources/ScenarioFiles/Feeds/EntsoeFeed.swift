import Scenarios

/// ENTSO-E's day-ahead prices (document A44, `Publication_MarketDocument`), of either version of its schema.
///
/// Of several auctions the one that `sequence` names (1, the coupled one), of day-ahead and intraday the day-ahead. Curve A03
/// leaves out positions that repeat the one before, to the end of their period and never beyond; what is between periods is a
/// gap. A file may hold several documents, one after the other.
struct EntsoeFeed: Feed {
    let name = "entsoe"
    let title = "ENTSO-E transparency platform, A44 day-ahead prices (XML); sequence: 1"

    func read(_ content: FeedContent, options: FeedOptions, problems: FeedProblems) -> FeedTable? {
        var series: [XMLTree] = []
        for document in EntsoeFeed.documents(content.bytes) {
            guard let root = XMLTree.root(document, problems) else { return nil }
            if root.name == "Acknowledgement_MarketDocument" {
                let reason = root.child("Reason")?.text("text") ?? "without a reason"
                problems.add("holds no prices; ENTSO-E says: \(excerpt(reason))")
                return nil
            }
            guard root.name == "Publication_MarketDocument" else {
                problems.add(line: root.line, column: 1, "is not an A44 document: its root is \(excerpt(root.name))")
                return nil
            }
            series += root.children("TimeSeries")
        }
        guard let chosen = chosen(series, options, problems) else { return nil }
        var found = FeedIntervals()
        var owners: [Int] = []
        for (index, series) in chosen.enumerated() {
            let isA03 = series.text("curveType") == "A03"
            for period in series.children("Period") {
                guard let entries = EntsoeFeed.entries(period, isA03: isA03, problems) else { return nil }
                for var entry in entries {
                    entry.record = owners.count
                    owners.append(index)
                    found.entries.append(entry)
                }
            }
        }
        let labels = chosen.map(EntsoeFeed.labels)
        found.fields = { labels[owners[$0]] }
        guard let unit = EntsoeFeed.unit(chosen, problems), let table = found.joined(options, problems) else {
            return nil
        }
        return FeedTable(table: table, unit: unit, currency: String(unit.prefix(3)))
    }

    /// The documents of a file: each begins with an XML declaration.
    private static func documents(_ bytes: [UInt8]) -> [[UInt8]] {
        let mark = Array("<?xml".utf8)
        var starts: [Int] = []
        var at = 0
        while at + mark.count <= bytes.count {
            if bytes[at] == mark[0], bytes[at..<(at + mark.count)].elementsEqual(mark) { starts.append(at) }
            at += 1
        }
        guard starts.count > 1 else { return [bytes] }
        return zip(starts, starts.dropFirst() + [bytes.count]).map { Array(bytes[$0..<$1]) }
    }

    private static func sequence(_ series: XMLTree) -> Int? {
        series.text("classificationSequence_AttributeInstanceComponent.position").flatMap { Int($0) }
    }

    /// What tells one series from another.
    private static func labels(_ series: XMLTree) -> [(name: String, value: String)] {
        [
            ("sequence", "\(sequence(series) ?? 1)"),
            ("contract", series.text("contract_MarketAgreement.type") ?? "A01"),
        ]
    }

    /// The series of one zone and one auction.
    private func chosen(
        _ all: [XMLTree], _ options: FeedOptions, _ problems: FeedProblems
    ) -> [XMLTree]? {
        guard !all.isEmpty else {
            problems.add("holds no TimeSeries")
            return nil
        }
        func zone(_ series: XMLTree) -> String { series.text("in_Domain.mRID") ?? "" }
        let zones = Set(all.map(zone)).sorted()
        var series = all
        if let wanted = options.zone, zones != [""] {
            options.used.note(.zone)
            series = series.filter { FeedDimension.agree(zone($0), wanted) }
            guard !series.isEmpty else {
                problems.add("has no zone \(excerpt(wanted)) (\(listed(zones)))")
                return nil
            }
        } else if zones.count > 1 {
            problems.add("holds several zones (\(listed(zones))): choose with zone: \(zones[0])")
            return nil
        }
        func contract(_ series: XMLTree) -> String? { series.text("contract_MarketAgreement.type") }
        if !series.contains(where: { contract($0) ?? "A01" == "A01" }) {
            let names = Set(series.compactMap(contract)).sorted()
            problems.warn(
                "holds no day-ahead prices: \(listed(names)) only\(names.contains("A07") ? " (A07: intraday auctions)" : "")"
            )
        } else {
            series = series.filter { contract($0) ?? "A01" == "A01" }
        }
        options.used.note(.sequence)
        let wanted = options.sequence ?? 1
        let kept = series.filter { (EntsoeFeed.sequence($0) ?? 1) == wanted }
        guard kept.isEmpty else { return kept }
        let known = Set(series.map { EntsoeFeed.sequence($0) ?? 1 }).sorted().map { "\($0)" }.joined(separator: ", ")
        problems.add("has no series of sequence \(wanted) (it has \(known))")
        return nil
    }

    private static func unit(_ series: [XMLTree], _ problems: FeedProblems) -> String? {
        let units = Set(
            series.map { "\($0.text("currency_Unit.name") ?? "?")/\($0.text("price_Measure_Unit.name") ?? "?")" })
        guard units.count == 1, let only = units.first, only.hasSuffix("/MWH"), !only.hasPrefix("?") else {
            problems.add("has prices in \(units.sorted().joined(separator: " and ")), not in one currency per MWH")
            return nil
        }
        return String(only.dropLast(3)) + "MWh"
    }

    private static func entries(
        _ period: XMLTree, isA03: Bool, _ problems: FeedProblems
    ) -> [FeedIntervals.Entry]? {
        func refuse(_ line: Int, _ words: String) -> [FeedIntervals.Entry]? {
            problems.add(line: line, column: 1, words)
            return nil
        }
        let span = period.child("timeInterval")
        guard let start = span?.text("start").flatMap(Instant.init(withOffset:))?.epochSeconds,
            let end = span?.text("end").flatMap(Instant.init(withOffset:))?.epochSeconds, end > start
        else { return refuse(period.line, "a Period has no timeInterval of start and end") }
        guard let step = period.text("resolution").flatMap(DurationText.seconds), step > 0, (end - start) % step == 0
        else { return refuse(period.line, "a Period's resolution does not divide it") }
        let count = (end - start) / step
        guard count <= FeedIntervals.most else {
            return refuse(
                period.line, "a Period of \(count) intervals is longer than any that is read (\(FeedIntervals.most))")
        }
        var values = [Double?](repeating: nil, count: count)
        for point in period.children("Point") {
            guard let place = point.number("position"), place == place.rounded(), abs(place) < 1e9,
                let price = point.number("price.amount"), case let position = Int(place)
            else { return refuse(point.line, "a Point has no position and price.amount") }
            guard (1...count).contains(position) else {
                return refuse(point.line, "position \(position) lies outside its Period of \(count)")
            }
            guard values[position - 1] == nil else { return refuse(point.line, "position \(position) is there twice") }
            values[position - 1] = price
        }
        var entries: [FeedIntervals.Entry] = []
        var last: Double?
        for (index, value) in values.enumerated() {
            if value == nil, !isA03 {
                return refuse(period.line, "position \(index + 1) of \(count) is missing (curve A01 leaves none out)")
            }
            guard let price = value ?? last else {
                return refuse(period.line, "position 1 is missing: nothing to repeat (curve A03)")
            }
            entries.append(.init(start: start + index * step, end: start + (index + 1) * step, value: price))
            last = price
        }
        return entries
    }
}
