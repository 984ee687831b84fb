/// ENTSO-E's day-ahead prices (document A44, `Publication_MarketDocument`), of either version of its schema.
///
/// Of several auctions the one that `sequence` says (1, the coupled one), of day-ahead and intraday the day-ahead. Curve A03 leaves
/// out positions that repeat the one before, to the end of their period and never beyond; what is between periods is a gap.
struct EntsoeFeed: Feed {
    static let name = "entsoe"
    static let title = "ENTSO-E transparency platform, A44 day-ahead prices (XML); sequence: 1"
    static func recognises(_ start: String) -> Bool {
        start.firstMark == "<" && (start.contains("_MarketDocument"))
    }

    static func read(_ bytes: [UInt8], options: FeedOptions, problems: FeedProblems) -> FeedTable? {
        guard let root = XMLTree.root(bytes, problems) else { return nil }
        if root.name == "Acknowledgement_MarketDocument" {
            let reason = root.child("Reason")?.text("text") ?? "without a reason"
            problems.add("holds no prices; ENTSO-E says: \(reason)")
            return nil
        }
        guard root.name == "Publication_MarketDocument" else {
            problems.add(line: root.line, column: 1, "is no A44 document: its root is \(root.name)")
            return nil
        }
        guard let chosen = chosen(root.children("TimeSeries"), options, problems) else { return nil }
        var found = FeedIntervals()
        for series in chosen {
            let isA03 = series.text("curveType") == "A03"
            for period in series.children("Period") {
                guard let entries = entries(period, isA03: isA03, problems) else { return nil }
                found.entries += entries
            }
        }
        guard let unit = unit(chosen, problems), let table = found.joined(problems) else { return nil }
        if table.intervals.allSatisfy({ $0.value == 0 }) { problems.warn("every price is 0") }
        return FeedTable(table: table, unit: unit)
    }

    /// The series of one auction.
    private static func chosen(
        _ all: [XMLTree], _ options: FeedOptions, _ problems: FeedProblems
    ) -> [XMLTree]? {
        func contract(_ series: XMLTree) -> String? { series.text("contract_MarketAgreement.type") }
        func sequence(_ series: XMLTree) -> Int? {
            series.text("classificationSequence_AttributeInstanceComponent.position").flatMap { Int($0) }
        }
        let dayAhead = all.contains { contract($0) == "A01" } ? all.filter { contract($0) ?? "A01" == "A01" } : all
        let wanted = options.sequence ?? 1
        let kept = dayAhead.filter { (sequence($0) ?? 1) == wanted }
        guard kept.isEmpty else { return kept }
        let known = Set(dayAhead.map { sequence($0) ?? 1 }).sorted().map { "\($0)" }.joined(separator: ", ")
        problems.add(all.isEmpty ? "holds no TimeSeries" : "has no series of sequence \(wanted) (it has \(known))")
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
        var values = [Double?](repeating: nil, count: count)
        for point in period.children("Point") {
            guard let position = point.text("position").flatMap({ Int($0) }),
                let price = point.text("price.amount").flatMap({ Double(plain: $0) })
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
