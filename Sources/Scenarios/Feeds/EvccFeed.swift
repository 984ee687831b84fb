/// What evcc's tariffs and Home Assistant's price sensors hold: `[{start, end, value}]`, `{rates: [...]}` or
/// `raw_today` and `raw_tomorrow`; the currency is the scenario's, per kWh.
struct EvccFeed: Feed {
    static let name = "evcc"
    static let title = "evcc tariff or Home Assistant sensor (JSON), currency/kWh"
    static func recognises(_ start: String) -> Bool {
        guard let mark = start.firstMark, mark == "[" || mark == "{" else { return false }
        return ["\"raw_today\"", "\"rates\"", "\"start\""].contains(where: start.contains)
    }

    static func read(_ bytes: [UInt8], options: FeedOptions, problems: FeedProblems) -> FeedTable? {
        guard let tree = JSONTree(bytes, problems) else { return nil }
        let sensors = ["raw_today", "raw_tomorrow"].flatMap { tree.deepList($0) ?? [] }
        guard let rates = tree.list ?? tree.deepList("rates") ?? (sensors.isEmpty ? nil : sensors) else {
            problems.add("is neither a list of rates, nor has it rates or raw_today")
            return nil
        }
        var found = FeedIntervals()
        for (index, rate) in rates.enumerated() {
            // evcc before 0.200 wrote `price`.
            guard let value = rate["value"]?.number ?? rate["price"]?.number,
                let start = rate["start"]?.text.flatMap(Instant.init(withOffset:))
            else {
                problems.add("rate \(index) has no value and start with an offset")
                return nil
            }
            var end: Instant?
            if let text = rate["end"]?.text {
                end = Instant(withOffset: text)
                guard end != nil else {
                    problems.add("rate \(index): end is no time with an offset: \(text)")
                    return nil
                }
            }
            found.entries.append(.init(start: start.epochSeconds, end: end?.epochSeconds, value: value))
        }
        return found.joined(problems).map { FeedTable(table: $0, unit: nil) }
    }
}
