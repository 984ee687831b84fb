import Scenarios

/// ACN-Data (Caltech): sessions of workplace chargers, as JSON. Times are RFC 1123 in GMT; nothing is known of the state of
/// charge, and of the vehicle only now and then: each session is a vehicle of its own.
///
/// `kWhDelivered` is what is needed. `doneChargingTime`, which can lie after `disconnectTime`, and what users asked for
/// (`userInputs`) are passed over.
struct ACNSessions: SessionFeed {
    let name = "acn"
    let title = "ACN-Data (JSON): energy by session, no state of charge"
    func recognises(_ start: String) -> Bool { start.contains("\"kWhDelivered\"") }

    func read(_ bytes: [UInt8], clock: WallClock, problems: FeedProblems) -> [ChargingSession]? {
        guard let tree = JSONTree(bytes, problems) else { return nil }
        guard let items = tree["_items"]?.list ?? tree.list else {
            problems.add("has no _items")
            return nil
        }
        var sessions: [ChargingSession] = []
        var known: [String: ChargingSession] = [:]
        var (empty, twice, open) = (0, 0, 0)
        for (index, item) in items.enumerated() {
            // Somebody is still there.
            if item["connectionTime"] != nil, item["disconnectTime"] == nil, item.child("disconnectTime") != nil {
                open += 1
                continue
            }
            func time(_ key: String) -> Instant? {
                guard let text = item[key]?.text else {
                    problems.add("_items[\(index)] has no \(key)")
                    return nil
                }
                if let instant = RFC1123.instant(text) ?? Instant(withOffset: text) { return instant }
                problems.add("_items[\(index)].\(key) is not a time: \(excerpt(text))")
                return nil
            }
            let (from, to) = (time("connectionTime"), time("disconnectTime"))
            guard let energy = item["kWhDelivered"]?.number, energy >= 0 else {
                problems.add("_items[\(index)] has no kWhDelivered")
                continue
            }
            guard let from, let to else { continue }
            guard from < to else {
                problems.add("_items[\(index)] is disconnected before it is connected")
                continue
            }
            let id = item["sessionID"]?.text ?? "\(index + 1)"
            let session = ChargingSession(id: id, from: from, to: to, energyKWh: energy)
            if let before = known[id] {
                guard before == session else {
                    problems.add("_items[\(index)]: session \(id) is there twice, and differs")
                    continue
                }
                twice += 1
                continue
            }
            known[id] = session
            if energy > 0 { sessions.append(session) } else { empty += 1 }
        }
        if open > 0 { problems.warn("\(open) of \(items.count) sessions have no end yet: left out") }
        if empty > 0 { problems.warn("\(empty) of \(items.count) sessions delivered nothing: left out") }
        if twice > 0 { problems.warn("\(twice) of \(items.count) sessions are there twice: taken once") }
        if let total = tree["_meta"]?["total"]?.number, Int(saturating: total) > items.count {
            problems.warn("is one page of several: \(items.count) of \(Int(saturating: total)) sessions")
        }
        return problems.count == 0 ? sessions : nil
    }
}

/// `Wed, 25 Apr 2018 11:08:04 GMT`
enum RFC1123 {
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    static func instant(_ text: String) -> Instant? {
        let words = text.split(separator: " ")
        guard words.count == 6, ["GMT", "UTC", "+0000"].contains(words[5]), let day = Int(words[1]),
            let month = months.firstIndex(of: String(words[2])), let year = Int(words[3]), (1...9999).contains(year)
        else { return nil }
        let clock = words[4].split(separator: ":").map { Int($0) }
        guard clock.count == 3, let hour = clock[0], let minute = clock[1], let second = clock[2],
            let wall = WallTime(
                year: year, month: month + 1, day: day, hour: hour, minute: minute, second: second)
        else { return nil }
        return Instant(epochSeconds: wall.secondsSince1970)
    }
}
