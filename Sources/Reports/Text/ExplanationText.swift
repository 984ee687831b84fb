import Sensitivity
import Accounting
import Scenarios

/// `v2x explain` in plain words, within 80 columns: a sentence for each run of steps, or all that is known of one step, and
/// what each target and limit costs.
package struct ExplanationText {
    let explanation: Explanation
    let scenario: Scenario
    let clock: WallClock
    let unit: PriceUnit
    /// What every vehicle does in the step that starts at a time.
    let actions: [String: [String: Explanation.Step]]

    /// In the words of `scenario`'s zone and currency.
    package init(_ explanation: Explanation, scenario: Scenario) {
        self.explanation = explanation
        self.scenario = scenario
        clock = WallClock(timeZone: scenario.grid.timeZone) ?? .utc
        unit = PriceUnit(currency: scenario.currency)
        actions = Dictionary(grouping: explanation.steps, by: \.vehicle).mapValues { steps in
            Dictionary(steps.map { ($0.at, $0) }, uniquingKeysWith: { first, _ in first })
        }
    }

    /// The whole horizon.
    package var overview: String {
        var out = "\(explanation.scenario): why the plan is what it is\n"
        for vehicle in scenario.vehicles {
            let steps = explanation.steps.filter { $0.vehicle == vehicle.id }
            out += "\n  \(vehicle.id)\n"
            var start = 0
            while start < steps.count {
                let run = run(steps, from: start)
                if steps[start].action != .away { out += runLine(run) }
                start += run.count
            }
        }
        return out + "\n" + limits
            + "\n  (v2x explain --at TIME reports all about one step)\n"
    }

    /// One step, for every vehicle.
    package func step(_ index: Int) -> String {
        let grid = scenario.grid
        var out = "\(explanation.scenario)\n\(clock.dayDateTime(grid.boundary(index))) to "
        out += "\(clock.time(grid.boundary(index + 1))): "
        out += "\(unit.number(scenario.importPricePerKWh[index])) \(unit.perKWh) bought, "
        out += "\(unit.number(scenario.exportPricePerKWh[index])) sold\n"
        for step in explanation.steps where step.index == index {
            out += "\n" + wrapped(sentences(step).joined(separator: " "), first: "  ", indent: 2)
        }
        return out + "\n" + limits
    }

    /// What the car does, why, and at which price it would switch.
    func sentences(_ step: Explanation.Step) -> [String] {
        switch step.action {
        case .away: ["\(step.vehicle) is away."]
        case _ where step.heldBy == .outage: inOutage(step)
        case .charge: charging(step)
        case .discharge: discharging(step)
        case .wait: waiting(step)
        }
    }

    /// Without a grid there is no price to compare with.
    func inOutage(_ step: Explanation.Step) -> [String] {
        switch step.action {
        case .charge:
            return ["There is no grid. \(step.vehicle) charges \(power(step)) from what the sun gives beyond the load."]
        case .discharge:
            var words = [
                "There is no grid. \(step.vehicle) discharges \(power(step)): nothing else can feed the site, so that it "
                    + "would at any price."
            ]
            if let cost = step.takesMoreBelow {
                words.append(
                    "A kWh given here costs \(unit.text(cost))"
                        + "\(brackets(parts(step.takeParts) + [insteadOfTaking(step)])).")
            }
            return words
        default: return ["There is no grid. \(step.vehicle) waits: it has nothing to feed, and nothing to charge from."]
        }
    }

    func charging(_ step: Explanation.Step) -> [String] {
        var words = ["\(step.vehicle) charges \(power(step))."]
        let price =
            step.takePrice < 0
            ? "Each kWh taken here is paid \(unit.text(-step.takePrice))"
            : "A kWh taken here costs \(unit.text(step.takePrice))"
        if let worth = step.givesMoreAbove {
            words.append(
                "\(price)\(beyond(step)); without it the rest of the plan would cost \(unit.text(worth)) more"
                    + "\(brackets([insteadOfGiving(step)]))."
            )
            words.append("It would charge less from a price of \(unit.text(worth)).")
        } else {
            words.append("\(price)\(beyond(step)). It must: with less, a target or limit could not hold.")
        }
        if let more = step.takesMoreBelow, step.heldBy == .price {
            words.append("It would charge more below \(unit.text(more)).")
        }
        return words
    }

    func discharging(_ step: Explanation.Step) -> [String] {
        var words = ["\(step.vehicle) discharges \(power(step))."]
        let earns = isImporting(step) ? "saves" : "earns"
        if let cost = step.takesMoreBelow {
            words.append(
                "A kWh given here \(earns) \(unit.text(step.givePrice))\(beyond(step)) and costs \(unit.text(cost))"
                    + "\(brackets(parts(step.takeParts) + [insteadOfTaking(step)])).")
            words.append("It would give less below a price of \(unit.text(cost)).")
        } else {
            words.append(
                "A kWh given here \(earns) \(unit.text(step.givePrice)). With less given, a target or limit could not hold."
            )
        }
        if let more = step.givesMoreAbove, step.heldBy == .price {
            words.append("It would give more above \(unit.text(more)).")
        }
        return words
    }

    func waiting(_ step: Explanation.Step) -> [String] {
        var words = ["\(step.vehicle) waits."]
        if let worth = step.takesMoreBelow {
            words.append(
                "A kWh taken here would cost \(unit.text(step.takePrice))\(beyond(step)) and save \(unit.text(worth))"
                    + "\(brackets([insteadOfTaking(step)])): it would charge below \(unit.text(worth)).")
        } else if step.heldBy == .full {
            words.append("It takes nothing: it is full.")
        } else if let least = minimum(step).charge {
            words.append("It does not charge: less than \(least) is not possible, and that much would not pay.")
        } else {
            words.append("It cannot take a kWh more: no target, limit or later use has room for it.")
        }
        switch (step.heldBy, step.givesMoreAbove) {
        case (.oneWay, _): words.append("Its charger does not discharge.")
        case (_, let cost?):
            words.append(
                "A kWh given here would \(isImporting(step) ? "save" : "earn") \(unit.text(step.givePrice)) and cost "
                    + "\(unit.text(cost))\(brackets(parts(step.giveParts) + [insteadOfGiving(step)])): it would discharge above "
                    + "\(unit.text(cost)).")
        case (.empty, nil): words.append("It cannot give: it is at its floor.")
        case (_, nil) where minimum(step).discharge != nil:
            words.append(
                "It does not discharge: less than \(minimum(step).discharge ?? "") is not possible, and that much would "
                    + "not pay.")
        case (_, nil): words.append("It cannot give: with a kWh less, a target or limit could not hold.")
        }
        return words
    }

    func isImporting(_ step: Explanation.Step) -> Bool {
        step.givePrice == scenario.importPricePerKWh[step.index]
            && step.givePrice != scenario.exportPricePerKWh[step.index]
    }

    /// What limits and services add to the tariff.
    func beyond(_ step: Explanation.Step) -> String {
        guard abs(step.beyondTariff) * unit.perMoney >= 0.005 else { return "" }
        return " and \(unit.text(step.beyondTariff)) more for limits and services that bind"
    }

    /// The charger's least powers, in words, where it has some.
    func minimum(_ step: Explanation.Step) -> (charge: String?, discharge: String?) {
        guard let charger = scenario.vehicles.first(where: { $0.id == step.vehicle })?.charger else {
            return (nil, nil)
        }
        func words(_ kw: Double) -> String? { kw > 0 ? "\(fixed(kw, 2)) kW" : nil }
        return (words(charger.minChargeKW), words(charger.minDischargeKW))
    }

    func power(_ step: Explanation.Step) -> String {
        let kw = "\(fixed(step.kw, 2)) kW"
        switch step.heldBy {
        case .chargerPower: return "\(kw), all that its charger can"
        case .importLimit: return "\(kw), all that the connection's import limit leaves"
        case .exportLimit: return "\(kw), all that the connection's export limit leaves"
        case .groupImportLimit: return "\(kw), all that its group's import limit leaves"
        case .groupExportLimit: return "\(kw), all that its group's export limit leaves"
        case .phaseLimit: return "\(kw), all that the fuse of its phase leaves"
        case .feederLimit: return "\(kw), all that the feeder's limit leaves"
        case .chargeLimit: return "\(kw), all that its battery takes at this state of charge"
        case .cycles: return "\(kw), what is left of the day's ration"
        case .reserve: return "\(kw); the rest of its power or energy is kept for the reserve"
        case .habit:
            return scenario.habits.stay != nil
                ? "\(kw), as the last plan has it" : "\(kw), spread evenly within what smooth may cost"
        case .full: return "\(kw), until it is full"
        case .empty: return "\(kw), down to its floor"
        case .impossible: return "\(kw), all that its targets and limits leave"
        case .price, .oneWay, .outage: return kw
        }
    }

    func brackets(_ words: [String]) -> String {
        let words = words.filter { !$0.isEmpty }
        return words.isEmpty ? "" : " (\(words.joined(separator: ", ")))"
    }

    /// `20.10 for electricity`, `3.00 lost on the way`, ...
    func parts(_ parts: [String: Double]?) -> [String] {
        guard let parts else { return [] }
        var words: [String] = []
        func add(_ amount: Double, _ what: String) {
            if abs(amount * unit.perMoney) >= 0.005 { words.append("\(unit.number(amount)) \(what)") }
        }
        add(parts["electricity"] ?? 0, "for electricity")
        add(parts["efficiency"] ?? 0, "lost on the way")
        add(parts["cycle"] ?? 0, "for cycling the cells")
        add(parts["calendar"] ?? 0, "for their ageing in time")
        let known = ["electricity", "efficiency", "cycle", "calendar"]
        for (name, amount) in parts.sorted(by: { $0.key < $1.key }) where !known.contains(name) {
            add(amount, name.replacing("_", with: " "))
        }
        return words
    }

    /// A kWh given here must come from somewhere.
    func insteadOfGiving(_ step: Explanation.Step) -> String {
        place(step.giveReplacedIn, step) { isDischarging, kwh, time in
            isDischarging ? "\(kwh) kWh less given at \(time)" : "\(kwh) kWh more charged at \(time)"
        }
    }

    /// A kWh taken here goes somewhere.
    func insteadOfTaking(_ step: Explanation.Step) -> String {
        place(step.takeReplacedIn, step) { isDischarging, kwh, time in
            isDischarging ? "\(kwh) kWh more given at \(time)" : "\(kwh) kWh less charged at \(time)"
        }
    }

    func place(
        _ replacements: [MarginalCost.Replacement], _ step: Explanation.Step,
        _ words: (_ isDischarging: Bool, _ kwh: String, _ time: String) -> String
    ) -> String {
        guard let largest = replacements.first(where: { $0.kwh > 0.01 && $0.kwh < 2 }),
            let other = actions[largest.vehicle]?[largest.step]
        else { return "" }
        let sameDay =
            clock.wallTime(at: scenario.grid.boundary(other.index)).date
            == clock.wallTime(at: scenario.grid.boundary(step.index)).date
        let instant = scenario.grid.boundary(other.index)
        let who = largest.vehicle == step.vehicle ? "" : " by \(largest.vehicle)"
        return words(
            other.action == .discharge, fixed(largest.kwh, 2),
            (sameDay ? String(clock.time(instant)) : clock.dayTime(instant)) + who)
    }
}
