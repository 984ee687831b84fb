import Ageing
import Scenarios
import Scheduling

/// What each value stream is worth, alone and stacked (`v2x value`). All money is per vehicle and year, unless said.
///
/// The worth of a set of streams is what the uncontrolled bill for that set loses when charging is optimised for it, less
/// the true cost of degradation (the optimum's wear less the uncontrolled one's, by the cell model). *First* is a stream
/// alone: its set's worth less that of no stream at all. *Last* is what the stack would lose without it. The two differ
/// where streams want the same kW at the same time.
///
/// Energy arbitrage is the stream that makes prices change in time: without it every kWh is bought, and sold, at the
/// horizon's mean price. What a run leaves less in the batteries than the V2X run of all streams is charged at what a kWh
/// more would cost that run at the end of its last day, or counted at the vehicle's own `end_value_per_kwh`: the bill's
/// line `stored` (`EndWorth`). What is left then, with no stream at all, is `flat_tariff`: self-consumption and care of
/// the battery.
public struct StreamWorth: Sendable, Codable {
    /// The scenario's name.
    public var scenario: String
    /// ISO 4217 code of every amount of money.
    public var currency: String
    /// Days that were scheduled; amounts are those of a year of 365.25, what is charged by billing period once in each.
    public var days: Int
    /// Number of vehicles that amounts are divided by.
    public var vehicles: Int
    /// The rule of the uncontrolled bill.
    public var uncontrolledRule: String
    /// The uncontrolled bill by cost line, with all streams; calendar and cycle as the cell model counts them, together
    /// under `wear`.
    public var uncontrolled: [String: Double]
    /// `flat_tariff` first, then `arbitrage`, then the scenario's services.
    public var streams: [Entry]
    /// All streams at once, by mode (`v1x`, `v2x`).
    public var modes: [String: Mode]
    /// Why a mode is absent from `modes` and from each stream's worth: when its limits cannot hold, and by how much. Only
    /// V1X can be absent. Nil where no mode is.
    public var withoutSchedule: [String: String]?

    /// A stream, by mode (`v1x`, `v2x`).
    public struct Entry: Sendable, Codable {
        /// `flat_tariff`, `arbitrage`, or the key of a section of `services`.
        public var stream: String
        /// What the stream is worth, by mode; a mode without a schedule is absent.
        public var worth: [String: Worth]
    }

    /// Money per vehicle and year, net of true degradation.
    public struct Worth: Sendable, Codable {
        /// Added to nothing.
        public var first: Double
        /// Added to all others; nil for `flat_tariff`, which is never absent.
        public var last: Double?
        /// The same per kW of the chargers (discharging in V2X, charging in V1X); nil where there are none.
        public var firstPerKW: Double?
        /// `last` per kW of the chargers; nil where there are none, or `last` is nil.
        public var lastPerKW: Double?

        enum CodingKeys: String, CodingKey {
            case first, last
            case firstPerKW = "first_per_kw"
            case lastPerKW = "last_per_kw"
        }
    }

    /// All streams at once.
    public struct Mode: Sendable, Codable {
        /// The bill by cost line, as `uncontrolled`.
        public var bill: [String: Double]
        /// What is saved or earned, before wear.
        public var gross: Double
        /// True cost of degradation against the uncontrolled charging: negative where the battery is spared.
        public var trueDegradationCost: Double
        /// `gross` less `trueDegradationCost`.
        public var net: Double
        /// `net` per kW of the chargers; nil where there are none.
        public var netPerKW: Double?
        /// Power of the chargers that `per kW` divides by, kW a vehicle.
        public var chargerKW: Double
        /// Energy charged at the chargers, AC kWh per vehicle and year.
        public var chargedKWh: Double
        /// Energy discharged at the chargers, AC kWh per vehicle and year.
        public var dischargedKWh: Double
        /// Targets missed, kWh per vehicle and year, beside `uncontrolled_shortfall_kwh`.
        public var shortfallKWh: Double
        /// Days whose optimum was not proven within the gap, over all sets of streams.
        public var unprovenDays: Int

        enum CodingKeys: String, CodingKey {
            case bill, gross, net
            case trueDegradationCost = "true_degradation_cost"
            case netPerKW = "net_per_kw"
            case chargerKW = "charger_kw"
            case chargedKWh = "charged_kwh"
            case dischargedKWh = "discharged_kwh"
            case shortfallKWh = "shortfall_kwh"
            case unprovenDays = "unproven_days"
        }
    }
    /// Targets missed by the uncontrolled charging, kWh per vehicle and year.
    public var uncontrolledShortfallKWh: Double
    /// Steps in which the site's limits cut the uncontrolled charging; nil: none.
    public var uncontrolledCutSteps: Int?
    /// Steps in which load or sun alone exceed the site's limits; nil: none.
    public var uncontrolledOverloadedSteps: Int?

    enum CodingKeys: String, CodingKey {
        case scenario, currency, days, vehicles, uncontrolled, streams, modes
        case withoutSchedule = "without_schedule"
        case uncontrolledRule = "uncontrolled_rule"
        case uncontrolledShortfallKWh = "uncontrolled_shortfall_kwh"
        case uncontrolledCutSteps = "uncontrolled_cut_steps"
        case uncontrolledOverloadedSteps = "uncontrolled_overloaded_steps"
    }

    /// Why there is no answer.
    package enum Problem: Error {
        case day(DayAheadRun.Failure)
        case ageing(AgeingError)
    }

    static let arbitrage = "arbitrage"
    static let flatTariff = "flat_tariff"
    static let modes: [ScheduleMode] = [.v1x, .v2x]

    /// Schedules every day once for each set of streams and mode, on all cores.
    ///
    /// - Parameter onProgress: the share of the work that is done, 0...1, from any thread.
    /// - Throws: `Problem`.
    package init(
        _ scheduler: Scheduler, onProgress: @escaping @Sendable (Double) -> Void = { _ in }
    ) throws(Problem) {
        let scenario = scheduler.scenario
        let days = scenario.days
        let runs = StreamRuns(scheduler, days: days)
        let found = try runs.all(onProgress: onProgress)
        let perVehicle = 1 / Double(max(1, scenario.vehicleCount))
        let perVehicleYear = runs.perYear * perVehicle

        self.scenario = scenario.name
        currency = scenario.currency
        self.days = days.count
        vehicles = scenario.vehicleCount
        uncontrolledRule = runs.rule.rawValue
        uncontrolled = found.base.bill.mapValues { rounded($0 * perVehicle) }
        uncontrolledShortfallKWh = rounded(found.base.run.shortfallKWh * perVehicleYear)
        let cuts = found.base.run.cuts
        uncontrolledCutSteps = cuts.steps > 0 ? cuts.steps : nil
        uncontrolledOverloadedSteps = cuts.overloads > 0 ? cuts.overloads : nil
        let kW: [ScheduleMode: Double] = [
            .v1x: scenario.vehicles.prefix(vehicles).reduce(0) { $0 + $1.charger.chargeKW } * perVehicle,
            .v2x: scenario.vehicles.prefix(vehicles).reduce(0) { $0 + $1.charger.dischargeKW } * perVehicle,
        ]
        func perKW(_ amount: Double, _ mode: ScheduleMode) -> Double? {
            guard let kW = kW[mode], kW > 0 else { return nil }
            return rounded(amount / kW)
        }
        let all = Set(runs.names)
        withoutSchedule = found.whyV1XIsImpossible.map { [ScheduleMode.v1x.rawValue: $0] }
        streams = ([StreamWorth.flatTariff] + runs.names).map { name in
            var worth: [String: Worth] = [:]
            for mode in StreamWorth.modes where found.runs[StreamRuns.Key(streams: all, mode: mode)] != nil {
                let nothing = found.net([], mode)
                let first = (name == StreamWorth.flatTariff ? nothing : found.net([name], mode) - nothing)
                let last =
                    name == StreamWorth.flatTariff
                    ? nil : found.net(all, mode) - found.net(all.subtracting([name]), mode)
                worth[mode.rawValue] = Worth(
                    first: rounded(first * perVehicle), last: last.map { rounded($0 * perVehicle) },
                    firstPerKW: perKW(first * perVehicle, mode),
                    lastPerKW: last.flatMap { perKW($0 * perVehicle, mode) })
            }
            return Entry(stream: name, worth: worth)
        }
        modes = [:]
        for mode in StreamWorth.modes {
            guard let stack = found.runs[StreamRuns.Key(streams: all, mode: mode)] else { continue }
            let worn = (stack.wear - found.base.wear) * perVehicle
            let net = found.net(all, mode) * perVehicle
            modes[mode.rawValue] = Mode(
                bill: stack.bill.mapValues { rounded($0 * perVehicle) }, gross: rounded(net + worn),
                trueDegradationCost: rounded(worn), net: rounded(net), netPerKW: perKW(net, mode),
                chargerKW: kW[mode] ?? 0, chargedKWh: rounded(stack.run.chargedKWh * perVehicleYear),
                dischargedKWh: rounded(stack.run.dischargedKWh * perVehicleYear),
                shortfallKWh: rounded(stack.run.shortfallKWh * perVehicleYear),
                unprovenDays: found.runs.filter { $0.key.mode == mode }.reduce(0) { $0 + $1.value.run.unprovenDays })
        }
    }
}
