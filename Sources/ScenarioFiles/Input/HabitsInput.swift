import Scenarios

extension ScenarioSchema {
    static let habits = [
        Schema.key(
            "stay",
            .map([
                Schema.required("plan", .text, "A result of v2x schedule --format json."),
                Schema.key("within", .number(.nonNegative), "What staying near it may cost, money (0)."),
            ]), "As close as possible to the last plan."),
        Schema.key(
            "prefer", .choice(Habits.Preference.allCases.map(\.rawValue)), "When, where it costs the same (early)."),
        Schema.key(
            "smooth",
            .any([
                .flag,
                .map([Schema.required("within", .number(.nonNegative), "What may be spent on smoothness, money.")]),
            ]), "As few and as small changes of power as possible."),
    ]
}

extension InputValue {
    /// The `habits` section: `prefer: early | late`, `smooth: true` (among what costs the same) or `smooth: { within: 0.05 }`,
    /// `stay: { plan: last.json, within: 0.05 }`.
    func habits() -> Habits? {
        guard let reader = section() else { return nil }
        defer { reader.finish() }
        var habits = Habits()
        if let name = reader.optional("prefer")?.choice(Habits.Preference.allCases.map(\.rawValue), what: "preference")
        {
            habits.prefer = Habits.Preference(rawValue: name) ?? .early
        }
        habits.stay = reader.optional("stay").flatMap { $0.stay() }
        if let smooth = reader.optional("smooth") { habits.smoothWithin = smooth.smoothWithin() }
        return habits
    }

    private func smoothWithin() -> Double? {
        if scalarText != nil { return flag() == true ? 0 : nil }
        guard let reader = section() else { return nil }
        defer { reader.finish() }
        return reader.number("within", .nonNegative, unit: currency, example: "0.05")
    }

    /// `targets` of a plug-in window: `[{ at: "02:00", soc: 0.5 }]`; a time of day is its first within the window.
    func windowTargets(_ span: (from: Instant, to: Instant)) -> [WindowTarget]? {
        guard let items = list() else { return nil }
        let read = items.map { item -> WindowTarget? in
            guard let reader = item.section() else { return nil }
            defer { reader.finish() }
            let place = reader.required("at", "\"02:00\"")
            let at = place?.momentWithin(span)
            let soc = reader.number("soc", .share, example: "0.5")
            guard let place, let at, let soc else { return nil }
            guard at > span.from, at <= span.to else {
                let clock = context.clock
                place.error(
                    "must lie within its window (\(clock.dateTime(span.from)) to \(clock.dateTime(span.to))), got "
                        + clock.dateTime(at))
                return nil
            }
            return WindowTarget(at: at, soc: soc)
        }
        guard !read.contains(where: { $0 == nil }) else { return nil }
        return read.compactMap { $0 }.sorted { $0.at < $1.at }
    }

    /// A moment, or a time of day: the first such time after the window's start.
    private func momentWithin(_ span: (from: Instant, to: Instant)) -> Instant? {
        guard let text = scalarText, text.contains(":"), text.count <= 5 else { return instant() }
        guard let seconds = ClockText.seconds(self) else { return nil }
        let clock = context.clock
        let day = clock.wallTime(at: span.from).dayNumber
        for number in [day, day + 1] {
            let at = clock.firstInstant(of: WallTime(secondsSince1970: number * 86_400 + seconds))
            if at > span.from { return at }
        }
        return nil
    }

    /// `charge_limit_by_soc`: `[[0.8, 11], [1, 3]]`, AC kW at a state of charge; concave, falling, to SoC 1.
    func chargeLimit() -> [ChargeLimitPoint]? {
        guard let pairs = pairs("[SoC, AC kW]"), let last = pairs.last else { return nil }
        var isUsable = true
        func complain(_ place: InputValue, _ words: String) {
            place.error(words)
            isUsable = false
        }
        for pair in pairs where pair.second < 0 {
            complain(pair.place, "power must be >= 0 kW, got \(pair.second.short)")
        }
        var slopeBefore = 0.0
        for (left, right) in zip(pairs, pairs.dropFirst()) {
            guard right.first > left.first else {
                complain(
                    right.place, "states of charge must rise, got \(right.first.short) after \(left.first.short)")
                continue
            }
            let slope = (right.second - left.second) / (right.first - left.first)
            if slope > 1e-9 {
                complain(
                    right.place,
                    "power must not rise with the state of charge, got \(right.second.short) kW after "
                        + "\(left.second.short) kW")
            } else if slope > slopeBefore + 1e-9 {
                complain(
                    right.place,
                    "power must fall ever faster (a limit that is not concave cannot be exact); leave out the "
                        + "point before")
            }
            slopeBefore = slope
        }
        if let first = pairs.first, first.first < 0 {
            complain(first.place, "must be within SoC 0...1, got \(first.first.short)")
        }
        if isUsable, last.first != 1 { complain(self, "must end at SoC 1, ends at \(last.first.short)") }
        return isUsable ? pairs.map { ChargeLimitPoint(soc: $0.first, acKW: $0.second) } : nil
    }
}

/// What turns amperes into kW: the charger's phases and the voltage of each.
struct Wiring {
    var phases: [Int]
    /// Fewer phases that may be chosen instead, fewest first.
    var fewerPhases: [[Int]] = []
    var volts: Double

    /// kW of a current through each of its phases: of all for a maximum power, of the fewest for a minimum one.
    func kW(amperes: Double, isMinimum: Bool) -> Double {
        amperes * volts * Double(isMinimum ? fewestPhases : phases.count) / 1000
    }

    var fewestPhases: Int { fewerPhases.first?.count ?? phases.count }
}

extension SectionReader {
    /// `phases` and `volts`. Phases are a number of them, which of them (`[2]`, `[[1, 2]]`), or a choice that is made in each
    /// step (`[1, 3]`: one or three; `[[2], 3]`: phase 2 or all three).
    func wiring() -> Wiring {
        var wiring = Wiring(phases: [1, 2, 3], volts: 230)
        if let place = optional("phases") {
            var choices: [[Int]] = []
            if place.scalarText != nil {
                choices = [place.phaseCount()].compactMap { $0 }
            } else if let items = place.list() {
                if items.count == 1, items[0].scalarText != nil {
                    choices = [place.namedPhases()].compactMap { $0 }
                } else {
                    choices = items.compactMap { $0.scalarText != nil ? $0.phaseCount() : $0.namedPhases() }
                    if choices.count == items.count, Set(choices.map(\.count)).count != choices.count {
                        place.error("must be numbers of phases that differ, as in [1, 3]")
                        choices = []
                    }
                }
            }
            choices.sort { $0.count < $1.count }
            if let most = choices.popLast() { (wiring.phases, wiring.fewerPhases) = (most, choices) }
        }
        wiring.volts = number("volts", .positive, unit: "V", default: wiring.volts)
        return wiring
    }

    /// A power: `name_kw`, or `name_a` in amperes a phase.
    func power(_ name: String, _ wiring: Wiring) -> ReadPower {
        let (kilowatts, amperes) = (optional("\(name)_kw"), optional("\(name)_a"))
        if let amperes, kilowatts != nil { amperes.error("\(name)_kw and \(name)_a exclude each other") }
        if let kilowatts {
            return ReadPower(kW: kilowatts.number(.nonNegative, unit: "kW"), place: kilowatts, key: "\(name)_kw")
        }
        return ReadPower(
            kW: amperes?.number(.nonNegative, unit: "A").map {
                wiring.kW(amperes: $0, isMinimum: name.hasPrefix("min_"))
            }, place: amperes, key: "\(name)_a")
    }
}

extension InputValue {
    /// A number of phases, as the first so many; nil (and a finding) where it is none.
    fileprivate func phaseCount() -> [Int]? {
        guard let count = number() else { return nil }
        guard count == count.rounded(), (1...3).contains(count) else {
            error("must be 1, 2 or 3, or which of them ([1]), got \(described)")
            return nil
        }
        return Array(1...Int(count))
    }

    /// Phases by their numbers; nil (and a finding) where they are none.
    fileprivate func namedPhases() -> [Int]? {
        guard let items = list() else { return nil }
        let numbers = items.compactMap { $0.number() }
        guard !numbers.isEmpty, Set(numbers).count == items.count, numbers.allSatisfy([1, 2, 3].contains) else {
            error("must name phases 1, 2 or 3, each once")
            return nil
        }
        return numbers.map { Int($0) }.sorted()
    }
}

/// A power and where it was written: nil and nil where it was not, nil and a place (with findings) where it is wrong.
struct ReadPower {
    var kW: Double?
    var place: InputValue?
    var key: String

    /// What is meant where nothing is written: nothing.
    var orZero: Double? { place == nil ? 0 : kW }

    /// As a minimum power; where the maximum is 0 (a charger that does not discharge) it means nothing.
    ///
    /// Where the phases are chosen it is that of the fewest. One in kW that these cannot have is taken for that of the most.
    func minimum(atMost most: ReadPower, _ wiring: Wiring) -> Double? {
        guard let place else { return 0 }
        guard let kW else { return nil }
        let share = Double(wiring.fewestPhases) / Double(wiring.phases.count)
        if let rated = most.orZero, rated > 0, kW > share * rated, kW <= rated, share < 1 {
            guard key.hasSuffix("_kw") else {
                place.error("is more than \(most.key) allows on the fewest phases")
                return nil
            }
            place.warning(
                "\(kW.short) kW is more than \(wiring.fewestPhases == 1 ? "one phase takes" : "the fewest phases take") "
                    + "(\((share * rated).short) kW): taken for the least on \(wiring.phases.count) phases, "
                    + "\((share * kW).short) kW on the fewest")
            return share * kW
        }
        if let rated = most.orZero, kW > rated, rated > 0 {
            // In the unit in which both were written, or else in kW.
            let isSameUnit = key.hasSuffix("_kw") == most.key.hasSuffix("_kw")
            let unit = isSameUnit && key.hasSuffix("_a") ? "A" : "kW"
            let greatest = (isSameUnit ? most.place?.scalarText : nil) ?? rated.short
            let least = isSameUnit ? place.scalarText ?? kW.short : "\(kW.short) kW"
            place.error("must be <= \(most.key) (\(greatest) \(unit)), got \(least)")
            return nil
        }
        return kW
    }
}
