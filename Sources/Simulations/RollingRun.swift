import Accounting
import Ageing
import Scenarios
import Scheduling

/// A long horizon as it would be lived: planned again each day with what is known then, carried out for that day, settled
/// on what really happened; batteries keep their charge and age, and tomorrow's plan is priced for tomorrow's battery.
///
/// A plan looks `horizonSeconds` ahead and is carried out for `commitSeconds` (both on the wall clock), or until a vehicle
/// comes or leaves otherwise than planned: then the rest of the day is planned again.
public struct RollingRun: Sendable {
    /// How it is planned.
    public struct Options: Sendable, Equatable {
        /// How far a plan sees.
        public var horizonSeconds: Int
        /// How much of it is carried out.
        public var commitSeconds: Int
        /// Whether plans see the real prices and times, whatever the scenario says of forecasts.
        public var isInformed: Bool

        /// Memberwise; by default a day-ahead market's: from noon to the end of the next day.
        public init(horizonSeconds: Int = 36 * 3600, commitSeconds: Int = 24 * 3600, isInformed: Bool = false) {
            self.horizonSeconds = horizonSeconds
            self.commitSeconds = commitSeconds
            self.isInformed = isInformed
        }

        /// As `v2x simulate` reads them: what is nil is a day-ahead market's, or with perfect foresight nine days of which a
        /// week is carried out; a plan sees at least what is carried out of it.
        package init(horizonSeconds: Int?, commitSeconds: Int?, isInformed: Bool) {
            let commit = commitSeconds ?? (isInformed ? 168 : 24) * 3600
            self.init(
                horizonSeconds: horizonSeconds ?? max(commit, (isInformed ? 216 : 36) * 3600), commitSeconds: commit,
                isInformed: isInformed)
        }
    }

    /// What was carried out between two plans that were due.
    package struct Day: Sendable {
        /// Its steps in the horizon.
        package var steps: Range<Int>
        /// Cost lines at real prices, money; what a ratchet owes is in the day on which it grew (the first, for what was
        /// reached before).
        package var costs: [String: Double]
        /// At the chargers, AC kWh, all vehicles.
        package var chargedKWh: Double
        package var dischargedKWh: Double
        package var importKWh: Double
        package var exportKWh: Double
        /// Highest import of a step, kW.
        package var peakKW: Double
        /// What targets and trips missed, kWh.
        package var shortfallKWh: Double
        /// Mean state of charge of the vehicles at its end.
        package var socAtEnd: Double
        /// Relative capacity lost since the start, mean of the vehicles.
        package var capacityLoss: Double
        /// Plans made for it: 1 where nothing surprised.
        package var plans: Int
        /// Whether each of them was proven optimal (a rule proves nothing).
        package var isProven: Bool

        /// The sum of its cost lines.
        package var total: Double { costs.sorted { $0.key < $1.key }.reduce(0) { $0 + $1.value } }
    }

    package private(set) var days: [Day] = []
    /// Each vehicle's battery at the end.
    package private(set) var lives: [BatteryLife]
    /// Stored energy at each boundary, kWh: one path per vehicle.
    package private(set) var energyKWh: [[Double]]
    /// Average import and export of each step, kW.
    private(set) var importKW: [Double] = []
    private(set) var exportKW: [Double] = []
    /// Of a rule: where the site's limits changed what it plans, replanned steps counted again.
    private(set) var cuts = ChargingRule.Cuts()

    /// Why it cannot go on.
    package enum Failure: Error, Sendable {
        case plan(at: Instant, mode: ScheduleMode, outcome: ScheduleOutcome)
        case ageing(AgeingError)
    }

    private let scheduler: Scheduler
    private let mode: ScheduleMode
    private let options: Options
    private let beliefs: [PlugBelief]
    private var streams: [any ValueStream]
    /// What the flexible loads did until the day at hand.
    private var progress: LoadProgress

    /// Lives through the scenario of `scheduler` in `mode`.
    ///
    /// - Parameter onDay: called after each day.
    /// - Throws: `Failure`, of the first plan that has no schedule.
    package init(
        _ scheduler: Scheduler, mode: ScheduleMode, options: Options = Options(), onDay: () -> Void = {}
    ) throws(Failure) {
        let scenario = scheduler.scenario
        self.scheduler = scheduler
        self.mode = mode
        self.options = options
        streams = scheduler.streams
        beliefs = scenario.vehicles.map(PlugBelief.init)
        progress = LoadProgress(scenario.site.flexibleLoads)
        energyKWh = scenario.vehicles.map { [$0.battery.startKWh] }
        lives = []
        for vehicle in scenario.vehicles {
            do { lives.append(try BatteryLife(vehicle: vehicle, stepHours: scenario.grid.stepHours)) } catch {
                throw .ageing(error)
            }
        }
        let surprises = Set(beliefs.flatMap(\.surprises).map { Self.step(atOrAfter: $0, scenario.grid) })
        for steps in scenario.parts(ofSeconds: options.commitSeconds) {
            let replanned = options.isInformed ? [] : surprises.filter { steps.contains($0) && $0 != steps.lowerBound }
            try live(steps, replannedAt: replanned.sorted())
            onDay()
        }
        for index in lives.indices { lives[index].end() }
    }

    private static func step(atOrAfter time: Instant, _ grid: TimeGrid) -> Int {
        let seconds = time.epochSeconds - grid.start.epochSeconds
        return seconds <= 0 ? 0 : (seconds + grid.stepSeconds - 1) / grid.stepSeconds
    }

    /// The scenario with the vehicles as they are at step `now`, their windows as `windows` has them.
    private func scenarioNow(_ now: Int, windows: (Int) -> [PlugWindow]) -> Scenario {
        var scenario = scheduler.scenario
        let days = Double(now) * scenario.grid.stepHours / 24
        for index in lives.indices {
            scenario.vehicles[index] = lives[index].vehicleNow(afterDays: days)
            scenario.vehicles[index].windows = windows(index)
            scenario.vehicles[index].actualWindows = nil
        }
        return scenario
    }

    private mutating func live(_ day: Range<Int>, replannedAt: [Int]) throws(Failure) {
        let grid = scheduler.scenario.grid
        let real = scenarioNow(day.lowerBound) { beliefs[$0].actual }
        let prices = try ageing(real.part(day, startKWh: energyKWh.map { $0[$0.count - 1] }))
        var execution = Execution(
            scenario: real, day: day, startKWh: energyKWh.map { $0[$0.count - 1] },
            progress: progress)
        var isProven = true
        let cuts = [day.lowerBound] + replannedAt + [day.upperBound]
        for (now, end) in zip(cuts, cuts.dropFirst()) {
            let believed = belief(
                at: now, energyKWh: execution.energyKWh, progress: execution.progress, day: day)
            let solved = try plan(believed, from: now)
            self.cuts.steps += solved.cuts.steps
            self.cuts.overloads += solved.cuts.overloads
            execution.carryOut(solved.schedule, believed: believed, from: now, until: end)
            if mode == .v2x || mode == .v1x, solved.status != .optimal { isProven = false }
        }
        var schedule = execution.schedule
        schedule.shortfalls += execution.missedByLoads
        progress = execution.progress
        let parts = streams.map { $0.part(day, of: grid) }
        let lines = Settlement.lines(of: schedule, scenario: execution.scenario, ageing: prices, streams: parts)
        var costs: [String: Double] = [:]
        for line in lines { costs[line.name, default: 0] += line.amount }
        // What was owed before the horizon is charged with its first day.
        for part in parts where !days.isEmpty { costs[part.key, default: 0] -= part.owed }
        // What is left at the end of a day is used on the next.
        if day.upperBound < grid.count { costs["end_value"] = nil }
        streams = streams.map { $0.following(schedule, over: day, of: grid) }

        importKW += schedule.importKW
        exportKW += schedule.exportKW
        let h = grid.stepHours
        for (index, plan) in schedule.vehicles.enumerated() {
            energyKWh[index] += plan.energyKWh.dropFirst()
            do {
                try lives[index].live(
                    energyKWh: plan.energyKWh, temperatureC: execution.scenario.vehicles[index].battery.temperatureC)
            } catch { throw .ageing(error) }
        }
        let count = Double(max(1, lives.count))
        days.append(
            Day(
                steps: day, costs: costs,
                chargedKWh: schedule.vehicles.reduce(0) { $0 + $1.chargeKW.reduce(0, +) } * h,
                dischargedKWh: schedule.vehicles.reduce(0) { $0 + $1.dischargeKW.reduce(0, +) } * h,
                importKWh: schedule.importKW.reduce(0, +) * h, exportKWh: schedule.exportKW.reduce(0, +) * h,
                peakKW: schedule.importKW.max() ?? 0,
                shortfallKWh: execution.missedKWh + schedule.shortfalls.reduce(0) { $0 + $1.kwh },
                socAtEnd: zip(lives, energyKWh).reduce(0) { $0 + ($1.1.last ?? 0) / $1.0.capacityKWh } / count,
                capacityLoss: lives.reduce(0) { $0 + $1.loss } / count, plans: cuts.count - 1, isProven: isProven))
    }

    private func ageing(_ scenario: Scenario) throws(Failure) -> [AgeingPrices] {
        var prices: [AgeingPrices] = []
        for vehicle in scenario.vehicles {
            do { prices.append(try AgeingPrices(vehicle: vehicle, grid: scenario.grid)) } catch {
                throw .ageing(error)
            }
        }
        return prices
    }

    /// What lies ahead as it is seen at step `now` of `day`.
    private func belief(at now: Int, energyKWh: [Double], progress: LoadProgress, day: Range<Int>) -> Scenario {
        let moment = scheduler.scenario.grid.boundary(now)
        let seen = scenarioNow(now) { options.isInformed ? beliefs[$0].actual : beliefs[$0].windows(at: moment) }
        let end = max(day.upperBound, seen.step(wallSeconds: options.horizonSeconds, after: day.lowerBound))
        var part = seen.part(now..<end, startKWh: energyKWh, progress: progress)
        if let forecast = scheduler.scenario.forecast, !options.isInformed {
            (part.importPricePerKWh, part.exportPricePerKWh) = forecast.prices(
                at: day.lowerBound, over: now..<end, of: scheduler.scenario)
        }
        return part
    }

    /// The schedule that is best for what is believed.
    private func plan(_ believed: Scenario, from now: Int) throws(Failure) -> SolvedSchedule {
        let grid = scheduler.scenario.grid
        let steps = now..<(now + believed.grid.count)
        let planner = Planner(
            Scheduler(
                scenario: believed, ageing: try ageing(believed), streams: streams.map { $0.part(steps, of: grid) },
                solver: scheduler.solver))
        let outcome = planner.schedule(mode, toleratesLoad: true)
        guard case .schedule(let solved) = outcome else {
            throw .plan(at: believed.grid.start, mode: mode, outcome: outcome)
        }
        return solved
    }
}
