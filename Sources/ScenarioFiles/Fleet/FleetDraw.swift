import Scenarios
import Yams

/// What a fleet without measurements is drawn from.
///
/// The defaults are homes. Read off publications:
/// - Electric Nation (Western Power Distribution, United Kingdom, 700 homes, 140,000 sessions, 2019): cars are plugged in for
///   more than 12 hours on average, about three times a week, arriving more than half full.
/// - Sagewell, "The basics of EV charging behavior" (United States): 200 to 250 kWh a month through a home charger.
///   225 kWh a month are 7.4 kWh a day: that is `energy_kwh` where every day has a session. With three sessions a week
///   (`plug_in_share: 0.43`) it is 17.3 kWh a session.
/// - For car parks by day, EVnetNL's public posts (Netherlands, 2015): on working days most sessions begin around 08:51 and end
///   around 17:12, 8.4 kWh on average.
///
/// Assumed, since these sources do not report it: the spreads, arrival at 18:00 and departure at 07:30 (their distance fits the
/// twelve hours), normal curves, batteries of 40 to 77 kWh, and 11 or 7.4 kW at the charger.
enum FleetDefaults {
    static let arrival = Distribution.normal(mean: 18 * 3600, deviation: 2 * 3600, within: (12 * 3600)...(24 * 3600))
    static let departure = Distribution.normal(mean: 7.5 * 3600, deviation: 3600, within: (4.5 * 3600)...(10.5 * 3600))
    static let energyKWh = Distribution.normal(mean: 7.4, deviation: 3.7, within: 0...18.5)
    static let batteryKWh: [(capacityKWh: Double, weight: Double)] = [(40, 0.2), (52, 0.3), (60, 0.3), (77, 0.2)]
    static let chargerKW: [(chargeKW: Double, weight: Double)] = [(11, 0.7), (7.4, 0.3)]
}

/// The keys of `vehicles` that go with `count`.
struct FleetDrawInput {
    let seed: InputValue?
    let arrival: InputValue?
    let departure: InputValue?
    let energy: InputValue?
    let days: InputValue?
    let share: InputValue?
    let batteries: InputValue?
    let chargers: InputValue?

    init(_ reader: SectionReader) {
        seed = reader.optional("seed")
        arrival = reader.optional("arrival")
        departure = reader.optional("departure")
        energy = reader.optional("energy_kwh")
        days = reader.optional("days")
        share = reader.optional("plug_in_share")
        batteries = reader.optional("batteries")
        chargers = reader.optional("chargers")
    }

    var places: [InputValue] {
        [seed, arrival, departure, energy, days, share, batteries, chargers].compactMap { $0 }
    }
}

extension FleetForm {
    /// A fleet larger than this is a slip of the hand.
    private static let maxVehicles = 1_000_000.0

    /// `count` vehicles `ev1`, `ev2`, ... with a battery, a charger and a session a day drawn for each.
    ///
    /// A vehicle is the same whatever `count` is, and a day of it whatever the horizon: each has random numbers of its own.
    func drawn(_ count: InputValue, _ input: FleetDrawInput) -> [ReadVehicle]? {
        func clock(_ value: InputValue) -> Double? { ClockText.seconds(value).map(Double.init) }
        func length(_ value: InputValue) -> Double? { value.duration().map(Double.init) }
        func energy(_ value: InputValue) -> Double? { value.number(.nonNegative, unit: "kWh") }
        let number = count.number(.positive)
        if let number, number != number.rounded() || number > FleetForm.maxVehicles {
            count.error("must be a whole number up to 1000000, got \(count.described)")
            return nil
        }
        let seed = input.seed.map { $0.number(.nonNegative) } ?? 1
        let arrival =
            input.arrival.map { $0.distribution(least: -.infinity, spread: length, clock) } ?? FleetDefaults.arrival
        let departure =
            input.departure.map { $0.distribution(least: -.infinity, spread: length, clock) } ?? FleetDefaults.departure
        let need =
            input.energy.map { $0.distribution(least: 0, spread: energy, energy) } ?? FleetDefaults.energyKWh
        let days = input.days.map { $0.weekdays() } ?? Set(Weekday.allCases)
        let share = input.share.map { $0.number(.share) } ?? 1
        let batteries = parts(
            "battery", input.batteries, usual: FleetDefaults.batteryKWh.map { ("capacity_kwh", $0.0, $0.1) })
        let chargers = parts(
            "charger", input.chargers, usual: FleetDefaults.chargerKW.map { ("charge_kw", $0.0, $0.1) })
        guard let number, let seed, let arrival, let departure, let need, let days, let share, let batteries,
            let chargers
        else { return nil }
        let draw = FleetDraw(
            seed: UInt64(seed.rounded(.down)), arrival: arrival, departure: departure, energyKWh: need, days: days,
            plugInShare: share, clock: place.context.clock, grid: grid)
        return drawn(Int(saturating: number), draw, batteries, chargers)
    }

    private func drawn(
        _ count: Int, _ draw: FleetDraw, _ batteries: WeightedParts, _ chargers: WeightedParts
    ) -> [ReadVehicle]? {
        guard let template = template() else { return nil }
        let base = place.path + ".defaults."
        // One reading for each pair of a battery and a charger, so that their arrays are shared.
        var readings: [Int: FleetReading] = [:]
        let notes = FleetNotes()
        var table = SessionsOfFleet(place: place, file: place.context.file, knowsEnergy: true)
        table.place = place
        let days = draw.sessionDays
        var ids: Set<String> = []
        var read: [ReadVehicle] = []
        for index in 0..<count {
            var generator = draw.generator(vehicle: index)
            let battery = Int(batteries.which.value(at: generator.share()))
            let charger = Int(chargers.which.value(at: generator.share()))
            let key = battery * chargers.parts.count + charger
            let fleet = readings[key] ?? FleetReading(paths: [base + "id"])
            readings[key] = fleet
            fleet.cells = [
                base + "id": InputValue(node: Node("ev\(index + 1)"), path: base + "id", context: place.context)
            ]
            if let part = batteries.parts[battery] { fleet.cells[base + "battery"] = part }
            if let part = chargers.parts[charger] { fleet.cells[base + "charger"] = part }
            let own = sessions(
                draw.sessions(vehicle: index, days, notes), of: table, isBatteryAssumed: false, notes)
            let vehicle = reading(fleet) {
                template.vehicle(grid, cellNames: cellNames, ids: &ids, sessions: own)
            }
            // What is wrong with one is wrong with all.
            guard let vehicle else { return nil }
            read.append(vehicle)
        }
        notes.report(at: place)
        return read
    }

    /// Batteries or chargers, and how likely each is.
    private struct WeightedParts {
        /// Nil: as `defaults` has it.
        var parts: [InputValue?]
        /// Values are indices of `parts`.
        var which: Distribution
    }

    /// The entries of `batteries` or `chargers`, each a `section` with `weight`, over that section of `defaults`.
    private func parts(
        _ section: String, _ list: InputValue?, usual: [(key: String, value: Double, weight: Double)]
    ) -> WeightedParts? {
        let common: Node.Mapping
        if case .mapping(let mapping)? = defaults?.node.mapping?[section] { common = mapping } else { common = [:] }
        func merged(_ over: Node.Mapping) -> Node {
            var all = common
            for (key, value) in over where key.scalar?.string != "weight" { all[key] = value }
            return .mapping(all)
        }
        guard let list else {
            let isSaid = usual.first.map { common[$0.key] != nil } ?? true
            if isSaid || (section == "charger" && common["charge_a"] != nil) {
                return WeightedParts(parts: [nil], which: Distribution(choices: [(0, 1)]))
            }
            let mark = (defaults ?? place).node.mark
            return WeightedParts(
                parts: usual.map { entry in
                    InputValue(
                        node: merged([Node(entry.key): Node("\(entry.value)")]),
                        path: "\(place.path).defaults.\(section)", context: place.context,
                        cell: mark.map { ($0.line, $0.column) })
                },
                which: Distribution(choices: usual.enumerated().map { (Double($0.offset), $0.element.weight) }))
        }
        guard let items = list.list() else { return nil }
        var parts: [InputValue?] = []
        var weights: [(value: Double, weight: Double)] = []
        for item in items {
            guard let reader = item.section(), case .mapping(let mapping) = item.node else { return nil }
            guard let weight = reader.optional("weight").map({ $0.number(.nonNegative) }) ?? 1 else { return nil }
            weights.append((Double(parts.count), weight))
            let mark = item.node.mark
            parts.append(
                InputValue(
                    node: merged(mapping), path: item.path, context: item.context,
                    cell: mark.map { ($0.line, $0.column) }))
        }
        guard weights.contains(where: { $0.weight > 0 }) else {
            list.error("must hold at least one entry with a weight above 0")
            return nil
        }
        return WeightedParts(parts: parts, which: Distribution(choices: weights))
    }
}

/// Draws the sessions of a fleet's vehicles.
struct FleetDraw {
    var seed: UInt64
    /// Seconds after midnight on the wall clock, more than a day's where it is past midnight.
    var arrival: Distribution
    /// Seconds after midnight: the first such time after arrival.
    var departure: Distribution
    /// AC, a session.
    var energyKWh: Distribution
    /// On which a session may begin.
    var days: Set<Weekday>
    /// How likely it is on each of them.
    var plugInShare: Double
    var clock: WallClock
    var grid: TimeGrid

    /// Random numbers of a vehicle's own.
    func generator(vehicle: Int) -> SeededGenerator {
        var first = SeededGenerator(seed: seed)
        var own = SeededGenerator(seed: first.next() ^ UInt64(vehicle))
        return SeededGenerator(seed: own.next())
    }

    /// The days on which a session that touches the horizon can begin, each with its midnight's offset from universal time
    /// (nil where clocks change around it).
    var sessionDays: [(number: Int, offsetSeconds: Int?)] {
        let (first, last) = (clock.wallTime(at: grid.start).dayNumber, clock.wallTime(at: grid.end).dayNumber)
        return ((first - 2)...last).filter {
            days.contains(WallTime(secondsSince1970: $0 * 86_400).weekday)
        }.map { day in
            let before = clock.offsetSeconds(at: Instant(epochSeconds: (day - 1) * 86_400))
            let after = clock.offsetSeconds(at: Instant(epochSeconds: (day + 3) * 86_400))
            return (day, before == after ? before : nil)
        }
    }

    func sessions(
        vehicle: Int, _ days: [(number: Int, offsetSeconds: Int?)], _ notes: FleetNotes
    ) -> [ChargingSession] {
        var found: [ChargingSession] = []
        for day in days {
            var first = generator(vehicle: vehicle)
            var own = SeededGenerator(seed: first.next() ^ UInt64(bitPattern: Int64(day.number)))
            let (isThere, arrives, departs, needs) = (own.share(), own.share(), own.share(), own.share())
            guard isThere < plugInShare else { continue }
            let from = (arrival.value(at: arrives) / 60).rounded() * 60
            var to = (departure.value(at: departs) / 60).rounded() * 60
            to += 86_400 * (((from - to) / 86_400).rounded(.down) + 1)
            let session = ChargingSession(
                id: "\(day.number)", from: instant(day, Int(from)), to: instant(day, Int(to)),
                energyKWh: (energyKWh.value(at: needs) * 100).rounded() / 100)
            guard session.to > grid.start, session.from < grid.end, session.from < session.to else { continue }
            if let last = found.last, session.from <= last.to {
                notes.leftOut += 1
            } else {
                found.append(session)
            }
        }
        return found
    }

    private func instant(_ day: (number: Int, offsetSeconds: Int?), _ seconds: Int) -> Instant {
        let wall = day.number * 86_400 + seconds
        if let offset = day.offsetSeconds { return Instant(epochSeconds: wall - offset) }
        return clock.firstInstant(of: WallTime(secondsSince1970: wall))
    }
}
