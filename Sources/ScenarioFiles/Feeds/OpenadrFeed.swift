import Scenarios

/// An OpenADR 3.1 event (or a list of them): intervals with payloads of a type; PRICE, unless `column` names another
/// (EXPORT_PRICE, GHG, IMPORT_CAPACITY_LIMIT, EXPORT_CAPACITY_LIMIT).
struct OpenadrFeed: Feed {
    let name = "openadr"
    let title = "OpenADR 3.1 event (JSON); column: PRICE, EXPORT_PRICE, GHG, ..."

    func read(_ content: FeedContent, options: FeedOptions, problems: FeedProblems) -> FeedTable? {
        guard let tree = JSONTree(content.bytes, problems) else { return nil }
        options.used.note(.column)
        let type = options.column ?? "PRICE"
        var found = FeedIntervals()
        var units: Set<String> = []
        var types: Set<String> = []
        for event in tree.list ?? [tree] {
            guard let intervals = event["intervals"]?.list else {
                problems.add("has no intervals")
                return nil
            }
            var last: String?
            for interval in intervals {
                interval["payloads"]?.forEach { payload in
                    guard let type = payload["type"]?.text, type != last else { return }
                    last = type
                    types.insert(type)
                }
            }
            guard OpenadrFeed.add(intervals, of: event, type, to: &found, problems) else { return nil }
            let descriptor = (event["payloadDescriptors"]?.list ?? []).first { $0["payloadType"]?.text == type }
            guard let descriptor, let unit = OpenadrFeed.unit(descriptor, type) else {
                problems.add(
                    "has no payloadDescriptor with units for \(excerpt(type)): a number without a unit is refused")
                return nil
            }
            units.insert(unit)
        }
        guard units.count == 1 else {
            problems.add("has \(type) in \(units.sorted().joined(separator: " and "))")
            return nil
        }
        return found.joined(options, problems).map {
            FeedTable(
                table: $0, unit: units.first, currency: units.first.flatMap { MoneyUnit($0)?.currency }, column: type,
                otherColumns: types.subtracting([type]).sorted())
        }
    }

    private static func unit(_ descriptor: JSONTree, _ type: String) -> String? {
        let units = descriptor["units"]?.text?.uppercased()
        switch type {
        case "PRICE", "EXPORT_PRICE":
            guard let currency = descriptor["currency"]?.text, let per = ["KWH": "kWh", "MWH": "MWh"][units ?? ""]
            else {
                return nil
            }
            return "\(currency)/\(per)"
        case "GHG": return ["G/KWH": "g/kWh", "GHG": "g/kWh"][units ?? ""]
        default: return ["W": "W", "KW": "kW", "MW": "MW"][units ?? ""]
        }
    }

    /// An interval without a period of its own follows the one before it, as long as the event's period is.
    private static func add(
        _ intervals: [JSONTree], of event: JSONTree, _ type: String, to found: inout FeedIntervals,
        _ problems: FeedProblems
    ) -> Bool {
        let common = event["intervalPeriod"]
        let commonLength = common?["duration"]?.text
        var lengths: [String: Int] = [:]
        var next = common?["start"]?.text
        var moment: Int?
        for (index, interval) in intervals.enumerated() {
            let own = interval["intervalPeriod"]
            if let start = own?["start"]?.text { (next, moment) = (start, nil) }
            if moment == nil {
                guard let text = next else {
                    problems.add("interval \(index) has no start, nor has the event")
                    return false
                }
                if text.hasPrefix("0001-01-01") {
                    problems.add("starts now (0001-01-01): the file does not tell when that was")
                    return false
                }
                guard let start = Instant(withOffset: text) else {
                    problems.add("interval \(index) has no valid start: \(excerpt(text))")
                    return false
                }
                moment = start.epochSeconds
            }
            let length = own?["duration"]?.text ?? commonLength
            if let length, lengths[length] == nil { lengths[length] = DurationText.seconds(length) }
            guard let start = moment, let length, let seconds = lengths[length], seconds > 0 else {
                problems.add("interval \(index) has no duration")
                return false
            }
            moment = start + seconds
            let payloads = interval["payloads"]?.list ?? []
            guard let payload = payloads.first(where: { $0["type"]?.text == type }) else { continue }
            guard let node = payload["values"]?.list?.first, !node.isNull else { continue }
            guard let value = node.number else {
                problems.add("interval \(index): \(type) has no number")
                return false
            }
            found.entries.append(.init(start: start, end: start + seconds, value: value))
        }
        return true
    }
}
