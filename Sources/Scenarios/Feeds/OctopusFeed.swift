/// Octopus Agile's unit rates: pence per kWh, half-hours, newest first; one page of an answer that may have more.
struct OctopusFeed: Feed {
    static let name = "octopus"
    static let title = "Octopus Energy unit rates (JSON), pence/kWh; vat: include or exclude"
    static func recognises(_ start: String) -> Bool { start.contains("\"value_inc_vat\"") }

    static func read(_ bytes: [UInt8], options: FeedOptions, problems: FeedProblems) -> FeedTable? {
        guard let tree = JSONTree(bytes, problems) else { return nil }
        guard let results = tree["results"]?.list ?? tree.list else {
            problems.add("has no results")
            return nil
        }
        var found = FeedIntervals()
        for (index, rate) in results.enumerated() {
            let key = options.includesVAT ? "value_inc_vat" : "value_exc_vat"
            guard let value = rate[key]?.number,
                let start = rate["valid_from"]?.text.flatMap(Instant.init(withOffset:))
            else {
                problems.add("results[\(index)] has no \(key) and valid_from")
                return nil
            }
            // A rate without an end holds until the next one, or for good.
            var end: Instant?
            if let text = rate["valid_to"]?.text {
                end = Instant(withOffset: text)
                guard end != nil else {
                    problems.add("results[\(index)].valid_to is no time: \(text)")
                    return nil
                }
            }
            found.entries.append(.init(start: start.epochSeconds, end: end?.epochSeconds, value: value))
        }
        if let next = tree["next"]?.text { problems.warn("is one page of several; the next is \(next)") }
        return found.joined(problems).map { FeedTable(table: $0, unit: "p/kWh") }
    }
}
