/// Tibber's prices: today's and tomorrow's (empty until the afternoon), each until the next starts.
struct TibberFeed: Feed {
    static let name = "tibber"
    static let title = "Tibber price info (JSON), currency/kWh, all taxes in"
    static func recognises(_ start: String) -> Bool { start.contains("\"startsAt\"") }

    static func read(_ bytes: [UInt8], options: FeedOptions, problems: FeedProblems) -> FeedTable? {
        guard let tree = JSONTree(bytes, problems) else { return nil }
        let prices = (tree.deepList("today") ?? []) + (tree.deepList("tomorrow") ?? [])
        var found = FeedIntervals()
        for (index, price) in (prices.isEmpty ? tree.list ?? [] : prices).enumerated() {
            guard let start = price["startsAt"]?.text.flatMap(Instant.init(withOffset:)),
                let total = price["total"]?.number
            else {
                problems.add("price \(index) has no total and startsAt with an offset")
                return nil
            }
            found.entries.append(.init(start: start.epochSeconds, end: nil, value: total))
        }
        let currencies = Set(tree.all("currency").compactMap(\.text))
        guard currencies.count <= 1 else {
            problems.add("has prices in \(currencies.sorted().joined(separator: " and "))")
            return nil
        }
        return found.joined(problems).map { FeedTable(table: $0, unit: currencies.first.map { "\($0)/kWh" }) }
    }
}
