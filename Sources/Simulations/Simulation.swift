import Accounting
import Ageing
import Dispatch
import Foundation
import Scenarios
import Scheduling

/// A long horizon lived through with V2X, with V1X, and uncontrolled, side by side (`v2x simulate`).
///
/// Amounts of money and energy are per year (365.25 days), what is charged by billing period once in each; losses of
/// capacity are those of the horizon.
public struct Simulation: Sendable, Codable {
    /// The scenario's name.
    public var scenario: String
    /// ISO 4217 code of every amount of money.
    public var currency: String
    /// Length of the horizon, days.
    public var days: Double
    /// Number of vehicles.
    public var vehicles: Int
    /// How far a plan sees, h.
    public var horizonHours: Double
    /// How much of a plan is carried out, h.
    public var commitHours: Double
    /// By `v2x`, `v1x`, and the rule of the uncontrolled run (`immediate`, `deferred`).
    public var runs: [String: Run]
    /// Why a mode is absent from `runs`: when its limits cannot hold, and by how much. Only V1X can be absent. Nil where no
    /// mode is.
    public var withoutSchedule: [String: String]?
    /// What knowing prices and times before would have been worth, money per year, by `v2x` and `v1x`; nil where all was
    /// known.
    public var valueOfPerfectInformation: [String: Double]?
    /// Day by day, mode by mode.
    public var daily: [DayEntry]

    /// One way of charging.
    public struct Run: Sendable, Codable {
        /// Cost lines per year, as plans pay them, at real prices.
        public var costs: [String: Double]
        /// Their sum.
        public var total: Double
        /// Energy bought at the connection, kWh per year.
        public var importKWh: Double
        /// Energy sold at the connection, kWh per year.
        public var exportKWh: Double
        /// Energy charged at the chargers, AC kWh per year.
        public var chargedKWh: Double
        /// Energy discharged at the chargers, AC kWh per year.
        public var dischargedKWh: Double
        /// Highest import of the horizon, kW.
        public var peakKW: Double
        /// Missed by targets and trips, kWh per year.
        public var shortfallKWh: Double
        /// Equivalent full cycles per year, mean of the vehicles.
        public var efc: Double
        /// Mean state of charge over vehicles and time, 0...1.
        public var meanSoC: Double
        /// Relative capacity lost over the horizon, mean of the vehicles.
        public var capacityLoss: Double
        /// The part of `capacityLoss` that existing causes.
        public var calendarLoss: Double
        /// The part of `capacityLoss` that cycling causes.
        public var cycleLoss: Double
        /// Until the battery is at its end of life, were this horizon repeated: by vehicle; absent beyond 100 years.
        public var yearsToEndOfLife: [String: Double]
        /// Price of the batteries over the years that they last so, money per year; nil where one lasts beyond 100.
        public var batteryCostPerYear: Double?
        /// Plans that were made because a vehicle came or left otherwise than planned.
        public var replans: Int
        /// Days with a plan that was not proven within the gap.
        public var unprovenDays: Int
        /// Of a rule: steps in which the site's limits cut it; nil: none.
        public var cutSteps: Int?
        /// Of a rule: steps in which load or sun alone exceed the site's limits; nil: none.
        public var overloadedSteps: Int?

        enum CodingKeys: String, CodingKey {
            case costs, total, efc, replans
            case importKWh = "import_kwh"
            case exportKWh = "export_kwh"
            case chargedKWh = "charged_kwh"
            case dischargedKWh = "discharged_kwh"
            case peakKW = "peak_kw"
            case shortfallKWh = "shortfall_kwh"
            case meanSoC = "mean_soc"
            case capacityLoss = "capacity_loss"
            case calendarLoss = "calendar_loss"
            case cycleLoss = "cycle_loss"
            case yearsToEndOfLife = "years_to_end_of_life"
            case batteryCostPerYear = "battery_cost_per_year"
            case unprovenDays = "unproven_days"
            case cutSteps = "cut_steps"
            case overloadedSteps = "overloaded_steps"
        }
    }

    /// A day in one mode; amounts are the day's own.
    public struct DayEntry: Sendable, Codable {
        /// Its first moment, ISO 8601 with the zone's offset.
        public var start: String
        /// `v2x`, `v1x`, or the rule of the uncontrolled run.
        public var mode: String
        /// Cost lines at real prices, money.
        public var costs: [String: Double]
        /// Their sum, money.
        public var total: Double
        /// Energy charged at the chargers, AC kWh.
        public var chargedKWh: Double
        /// Energy discharged at the chargers, AC kWh.
        public var dischargedKWh: Double
        /// Energy bought at the connection, kWh.
        public var importKWh: Double
        /// Energy sold at the connection, kWh.
        public var exportKWh: Double
        /// Highest import of a step, kW.
        public var peakKW: Double
        /// Missed by targets and trips, kWh.
        public var shortfallKWh: Double
        /// Mean state of charge of the vehicles at the day's end, 0...1.
        public var socAtEnd: Double
        /// Relative capacity lost since the start of the horizon, mean of the vehicles.
        public var capacityLoss: Double
        /// Plans that were made for the day: 1 where all came as planned.
        public var plans: Int

        enum CodingKeys: String, CodingKey {
            case start, mode, costs, total, plans
            case chargedKWh = "charged_kwh"
            case dischargedKWh = "discharged_kwh"
            case importKWh = "import_kwh"
            case exportKWh = "export_kwh"
            case peakKW = "peak_kw"
            case shortfallKWh = "shortfall_kwh"
            case socAtEnd = "soc_at_end"
            case capacityLoss = "capacity_loss"
        }
    }

    enum CodingKeys: String, CodingKey {
        case scenario, currency, days, vehicles, runs, daily
        case withoutSchedule = "without_schedule"
        case horizonHours = "horizon_hours"
        case commitHours = "commit_hours"
        case valueOfPerfectInformation = "value_of_perfect_information"
    }

    /// Lives through the scenario of `scheduler`, the runs side by side on all cores.
    ///
    /// - Parameter onProgress: the share that is done, from any thread.
    /// - Throws: the first `RollingRun.Failure`, in the order v2x, v1x, uncontrolled; V1X without a schedule is left out.
    package init(
        _ scheduler: Scheduler, options: RollingRun.Options = RollingRun.Options(),
        onProgress: @escaping @Sendable (Double) -> Void = { _ in }
    ) throws(RollingRun.Failure) {
        let scenario = scheduler.scenario
        let rule: ScheduleMode = scenario.baseline.rule == .deferred ? .deferred : .immediate
        let isUncertain =
            !options.isInformed && (scenario.forecast != nil || scenario.vehicles.contains { $0.actualWindows != nil })
        var informed = options
        informed.isInformed = true
        var wanted: [(mode: ScheduleMode, options: RollingRun.Options)] = [
            (.v2x, options), (.v1x, options), (rule, options),
        ]
        if isUncertain { wanted += [(.v2x, informed), (.v1x, informed)] }
        let found = try Simulation.run(scheduler, wanted, onProgress)

        let days = Double(scenario.grid.count) * scenario.grid.stepHours / 24
        let perYear = 365.25 / days
        self.scenario = scenario.name
        currency = scenario.currency
        self.days = days
        vehicles = scenario.vehicleCount
        horizonHours = Double(options.horizonSeconds) / 3600
        commitHours = Double(options.commitSeconds) / 3600
        let isLeftOut = found.missing != nil
        withoutSchedule = found.missing.map { [ScheduleMode.v1x.rawValue: $0] }
        /// One entry per run; nil for V1X where it is left out.
        let yearly = found.runs.map { run in
            run.map { Run($0, scenario: scenario, streams: scheduler.streams, perYear: perYear) }
        }
        runs = [:]
        daily = []
        let clock = WallClock(timeZone: scenario.grid.timeZone) ?? .utc
        for (index, (mode, _)) in wanted.prefix(3).enumerated() {
            guard let run = found.runs[index], !(isLeftOut && mode == .v1x) else { continue }
            runs[mode.rawValue] = yearly[index]
            daily += run.days.map {
                DayEntry($0, start: clock.iso8601(scenario.grid.boundary($0.steps.lowerBound)), mode: mode)
            }
        }
        daily.sort { ($0.start, $0.mode) < ($1.start, $1.mode) }
        guard isUncertain else { return }
        var value: [String: Double] = [:]
        for (mode, uncertain, sure) in [("v2x", 0, 3), ("v1x", 1, 4)] where runs[mode] != nil {
            if let planned = yearly[uncertain], let known = yearly[sure] {
                value[mode] = rounded(planned.total - known.total)
            }
        }
        valueOfPerfectInformation = value
    }

    private static func run(
        _ scheduler: Scheduler, _ wanted: [(mode: ScheduleMode, options: RollingRun.Options)],
        _ onProgress: @escaping @Sendable (Double) -> Void
    ) throws(RollingRun.Failure) -> (runs: [RollingRun?], missing: String?) {
        let kept = Kept(count: wanted.count)
        let parts = scheduler.scenario.parts(ofSeconds: wanted[0].options.commitSeconds).count
        let all = Double(parts * wanted.count)
        DispatchQueue.concurrentPerform(iterations: wanted.count) { index in
            do throws(RollingRun.Failure) {
                let run = try RollingRun(scheduler, mode: wanted[index].mode, options: wanted[index].options) {
                    onProgress(Double(kept.count()) / all)
                }
                kept.keep(.success(run), index)
            } catch { kept.keep(.failure(error), index) }
        }
        var runs: [RollingRun?] = []
        var missing: String?
        for result in kept.results {
            if case .failure(.plan(let at, let mode, let outcome)) = result,
                let words = outcome.whyV1XIsImpossible(mode, at: at, in: scheduler.scenario.grid)
            {
                missing = missing ?? words
                runs.append(nil)
            } else {
                runs.append(try result.get())
            }
        }
        return (runs, missing)
    }

    private final class Kept: @unchecked Sendable {
        private let lock = NSLock()
        private var done = 0
        private var found: [Result<RollingRun, RollingRun.Failure>?]
        init(count: Int) { found = Array(repeating: nil, count: count) }
        var results: [Result<RollingRun, RollingRun.Failure>] { found.compactMap { $0 } }
        func keep(_ result: Result<RollingRun, RollingRun.Failure>, _ index: Int) {
            lock.withLock { found[index] = result }
        }
        func count() -> Int {
            lock.withLock {
                done += 1
                return done
            }
        }
    }
}

extension Simulation.Run {
    fileprivate init(_ run: RollingRun, scenario: Scenario, streams: [any ValueStream], perYear: Double) {
        func sum(_ value: (RollingRun.Day) -> Double) -> Double { run.days.reduce(0) { $0 + value($1) } }
        var amounts: [String: Double] = [:]
        for day in run.days { for (name, amount) in day.costs { amounts[name, default: 0] += amount } }
        costs = YearlyCosts.lines(
            amounts, streams: streams, importKW: run.importKW, exportKW: run.exportKW, grid: scenario.grid
        ).mapValues(rounded)
        total = rounded(costs.sorted { $0.key < $1.key }.reduce(0) { $0 + $1.value })
        importKWh = rounded(sum(\.importKWh) * perYear)
        exportKWh = rounded(sum(\.exportKWh) * perYear)
        chargedKWh = rounded(sum(\.chargedKWh) * perYear)
        dischargedKWh = rounded(sum(\.dischargedKWh) * perYear)
        peakKW = rounded(run.days.map(\.peakKW).max() ?? 0)
        shortfallKWh = rounded(sum(\.shortfallKWh) * perYear)
        let count = Double(max(1, run.lives.count))
        func mean(_ value: (BatteryLife) -> Double) -> Double { run.lives.reduce(0) { $0 + value($1) } / count }
        efc = rounded(mean(\.equivalentFullCycles) * perYear)
        meanSoC = rounded(mean { $0.trace.soc.reduce(0, +) / Double(max(1, $0.trace.soc.count)) })
        capacityLoss = rounded(mean(\.loss))
        calendarLoss = rounded(mean(\.calendarLoss))
        cycleLoss = rounded(mean(\.cycleLoss))
        yearsToEndOfLife = [:]
        var cost: Double? = 0
        for (life, vehicle) in zip(run.lives, scenario.vehicles) {
            let years = life.yearsToEndOfLife
            if let years { yearsToEndOfLife[vehicle.id] = rounded(years) }
            if let years, let price = life.price {
                cost = cost.map { $0 + price / years }
            } else if life.price != nil {
                cost = nil
            }
        }
        batteryCostPerYear = yearsToEndOfLife.isEmpty ? nil : cost.map(rounded)
        replans = run.days.reduce(0) { $0 + $1.plans - 1 }
        unprovenDays = run.days.count { !$0.isProven }
        cutSteps = run.cuts.steps > 0 ? run.cuts.steps : nil
        overloadedSteps = run.cuts.overloads > 0 ? run.cuts.overloads : nil
    }
}

extension Simulation.DayEntry {
    fileprivate init(_ day: RollingRun.Day, start: String, mode: ScheduleMode) {
        self.init(
            start: start, mode: mode.rawValue, costs: day.costs.mapValues(rounded), total: rounded(day.total),
            chargedKWh: rounded(day.chargedKWh), dischargedKWh: rounded(day.dischargedKWh),
            importKWh: rounded(day.importKWh), exportKWh: rounded(day.exportKWh), peakKW: rounded(day.peakKW),
            shortfallKWh: rounded(day.shortfallKWh), socAtEnd: rounded(day.socAtEnd),
            capacityLoss: rounded(day.capacityLoss), plans: day.plans)
    }
}

/// To nine decimals, never minus zero.
private func rounded(_ value: Double) -> Double {
    guard value.isFinite, abs(value) < 1e6 else { return value }
    return (value * 1e9).rounded() / 1e9 + 0
}
