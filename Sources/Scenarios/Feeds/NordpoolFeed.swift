/// Nord Pool's day-ahead prices from its data portal: an entry a market time unit, in it a price for each bidding area.
struct NordpoolFeed: Feed {
    static let name = "nordpool"
    static let title = "Nord Pool data portal (JSON), per MWh; area: SE3"
    static func recognises(_ start: String) -> Bool { start.contains("\"entryPerArea\"") }

    static func read(_ bytes: [UInt8], options: FeedOptions, problems: FeedProblems) -> FeedTable? {
        guard let tree = JSONTree(bytes, problems) else { return nil }
        guard let entries = tree.deepList("multiIndexEntries") ?? tree.deepList("multiAreaEntries") else {
            problems.add("has no multiIndexEntries or multiAreaEntries")
            return nil
        }
        let areas = Set(entries.flatMap { $0["entryPerArea"]?.entries?.map(\.key) ?? [] }).sorted()
        guard let area = options.area ?? (areas.count == 1 ? areas[0] : nil) else {
            problems.add("has several areas: say which with area: (\(areas.joined(separator: ", ")))")
            return nil
        }
        guard areas.contains(area) else {
            let hint = nearestWord(to: area, among: areas).map { "; did you mean \($0)?" } ?? ""
            problems.add("has no area \(area)\(hint) (\(areas.joined(separator: ", ")))")
            return nil
        }
        var found = FeedIntervals()
        for (index, entry) in entries.enumerated() {
            guard let start = entry["deliveryStart"]?.text.flatMap(Instant.init(withOffset:)),
                let end = entry["deliveryEnd"]?.text.flatMap(Instant.init(withOffset:))
            else {
                problems.add("entry \(index) has no deliveryStart and deliveryEnd")
                return nil
            }
            // An area that has no price yet is a gap.
            guard let price = entry["entryPerArea"]?[area]?.number else { continue }
            found.entries.append(.init(start: start.epochSeconds, end: end.epochSeconds, value: price))
        }
        let currencies = Set(tree.all("currency").compactMap(\.text))
        guard currencies.count <= 1 else {
            problems.add("has prices in \(currencies.sorted().joined(separator: " and "))")
            return nil
        }
        return found.joined(problems).map { FeedTable(table: $0, unit: currencies.first.map { "\($0)/MWh" }) }
    }
}
