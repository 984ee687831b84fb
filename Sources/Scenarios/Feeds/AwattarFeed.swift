/// aWATTar's market prices: epoch milliseconds, EUR/MWh, without value-added tax.
struct AwattarFeed: Feed {
    static let name = "awattar"
    static let title = "aWATTar market prices (JSON), EUR/MWh without VAT"
    static func recognises(_ start: String) -> Bool { start.contains("\"marketprice\"") }

    static func read(_ bytes: [UInt8], options: FeedOptions, problems: FeedProblems) -> FeedTable? {
        guard let tree = JSONTree(bytes, problems) else { return nil }
        guard let data = tree["data"]?.list ?? tree.list else {
            problems.add("has no data")
            return nil
        }
        var found = FeedIntervals()
        var units: Set<String> = []
        for (index, entry) in data.enumerated() {
            guard let start = entry["start_timestamp"]?.number, let end = entry["end_timestamp"]?.number,
                let price = entry["marketprice"]?.number, abs(start) < 1e15, abs(end) < 1e15
            else {
                problems.add("data[\(index)] has no start_timestamp, end_timestamp and marketprice")
                return nil
            }
            units.insert((entry["unit"]?.text ?? "Eur/MWh").lowercased())
            found.entries.append(.init(start: Int(start / 1000), end: Int(end / 1000), value: price))
        }
        guard units.isSubset(of: ["eur/mwh"]) else {
            problems.add("has prices in \(units.sorted().joined(separator: ", ")), not in EUR/MWh")
            return nil
        }
        return found.joined(problems).map { FeedTable(table: $0, unit: "EUR/MWh") }
    }
}
