import Ageing
import Dispatch
import Foundation
import Scenarios
import Scheduling

/// The schedules behind `StreamWorth`: one day-ahead run for each set of streams and mode, and the uncontrolled one.
struct StreamRuns: Sendable {
    /// A set of streams (by name) and how it is served.
    struct Key: Hashable, Sendable {
        var streams: Set<String>
        var mode: ScheduleMode
    }

    /// A run with what it did to the batteries, money.
    struct Measured: Sendable {
        var run: DayAheadRun
        /// Cost lines in a year, money, with wear as the cell model counts it. The line `stored` is the worth of what the run
        /// leaves less in the batteries than the V2X run of all streams does (`EndWorth`; a vehicle with an end value of its
        /// own has that in the line `end_value`).
        var bill: [String: Double]
        var wear: Double { bill["wear"] ?? 0 }
    }

    /// All of them.
    struct Found: Sendable {
        /// Uncontrolled, settled for every stream.
        var base: Measured
        /// The uncontrolled energy at mean prices, money a year.
        var baseFlatEnergy: Double
        var runs: [Key: Measured]
        /// Why V1X has no schedule; its runs are absent then.
        var whyV1XIsImpossible: String?

        /// What a set of streams is worth in a mode in a year, net of true degradation, money.
        func net(_ streams: Set<String>, _ mode: ScheduleMode) -> Double {
            guard let found = runs[Key(streams: streams, mode: mode)] else { return .nan }
            func line(_ name: String) -> Double { base.bill[name] ?? 0 }
            var before = line("wear") + line("stored") + line("end_value") + line(VehicleTariff.costLine)
            before += line(CostLine.switchingName)
            before += streams.contains(StreamWorth.arbitrage) ? line("energy") : baseFlatEnergy
            for name in streams where name != StreamWorth.arbitrage { before += line(name) }
            return before - found.bill.values.reduce(0, +)
        }
    }

    let scheduler: Scheduler
    let days: [Range<Int>]
    /// Names of the streams, arbitrage first.
    let names: [String]
    /// What nobody controls.
    let rule: ScheduleMode
    /// Horizons in a year.
    let perYear: Double
    /// Mean prices over the horizon, money per kWh.
    private let meanImport: Double
    private let meanExport: Double

    init(_ scheduler: Scheduler, days: [Range<Int>]) {
        self.scheduler = scheduler
        self.days = days
        names = [StreamWorth.arbitrage] + scheduler.streams.map(\.key)
        rule = scheduler.scenario.baseline.rule == .deferred ? .deferred : .immediate
        let steps = days.flatMap { Array($0) }
        let count = Double(max(1, steps.count))
        perYear = 365.25 * 24 / (count * scheduler.scenario.grid.stepHours)
        meanImport = steps.reduce(0) { $0 + scheduler.scenario.importPricePerKWh[$1] } / count
        // A mean that pays more for feeding in than buying costs would be arbitrage without end.
        meanExport = min(meanImport, steps.reduce(0) { $0 + scheduler.scenario.exportPricePerKWh[$1] } / count)
    }

    /// Nothing, each alone, all but one, all; each set once.
    private var sets: [Set<String>] {
        let all = Set(names)
        var sets: [Set<String>] = [all, []]
        for name in names {
            for set in [Set([name]), all.subtracting([name])] where !sets.contains(set) { sets.append(set) }
        }
        return sets
    }

    /// The scheduler for a set of streams alone.
    private func scheduler(for set: Set<String>) -> Scheduler {
        var reduced = scheduler
        reduced.streams = scheduler.streams.filter { set.contains($0.key) }
        if !set.contains(StreamWorth.arbitrage) {
            let count = scheduler.scenario.grid.count
            reduced.scenario.importPricePerKWh = Array(repeating: meanImport, count: count)
            reduced.scenario.exportPricePerKWh = Array(repeating: meanExport, count: count)
        }
        return reduced
    }

    private func measured(
        _ set: Set<String>, _ mode: ScheduleMode, onDay: () -> Void
    ) throws(StreamWorth.Problem) -> Measured {
        let run: DayAheadRun
        let reduced = scheduler(for: set)
        let grid = reduced.scenario.grid
        do { run = try DayAheadRun(reduced, mode: mode, days: days, onDay: onDay) } catch {
            throw .day(error)
        }
        do {
            var bill = run.yearlyCosts(streams: reduced.streams, grid: grid)
                .filter { $0.key != "calendar" && $0.key != "cycle" }
            bill["wear"] = try run.wear(scheduler.scenario, days: days) * perYear
            return Measured(run: run, bill: bill)
        } catch {
            throw .ageing(error)
        }
    }

    /// Runs them on all cores: which thread takes which changes no number.
    func all(onProgress: @escaping @Sendable (Double) -> Void) throws(StreamWorth.Problem) -> Found {
        let keys = sets.flatMap { set in StreamWorth.modes.map { Key(streams: set, mode: $0) } }
        let total = Double((keys.count + 1) * days.count)
        let shared = Shared()
        let step: @Sendable () -> Void = { onProgress(Double(shared.count()) / total) }
        let base = try measured(Set(names), rule, onDay: step)
        DispatchQueue.concurrentPerform(iterations: keys.count) { index in
            guard !shared.hasFailed else { return }
            do throws(StreamWorth.Problem) {
                shared.keep(try measured(keys[index].streams, keys[index].mode, onDay: step), keys[index])
            } catch {
                if case .day(let failure) = error, let words = failure.whyV1XIsImpossible(in: scheduler.scenario.grid) {
                    shared.drop(words, index)
                } else {
                    shared.fail(error, index)
                }
            }
        }
        if let problem = shared.problem { throw problem }
        let flat =
            perYear * scheduler.scenario.grid.stepHours
            * (meanImport * base.run.importKW.reduce(0, +) - meanExport * base.run.exportKW.reduce(0, +))
        var (found, runs) = (base, shared.runs)
        let impossible = shared.impossible
        if impossible != nil { runs = runs.filter { $0.key.mode != .v1x } }
        if let last = runs[Key(streams: Set(names), mode: .v2x)]?.run.lastDay {
            let worth = last.planner.endWorth(of: last.solved)
            func settle(_ measured: inout Measured) {
                let left = measured.run.energyKWh.map { $0.last ?? 0 }
                measured.bill["stored"] = worth.storedBesideEndValue(leaving: left) * perYear
            }
            settle(&found)
            for key in keys {
                if var measured = runs[key] {
                    settle(&measured)
                    runs[key] = measured
                }
            }
        }
        return Found(base: found, baseFlatEnergy: flat, runs: runs, whyV1XIsImpossible: impossible)
    }

    /// What the threads hand in.
    private final class Shared: @unchecked Sendable {
        private let lock = NSLock()
        private var done = 0
        private(set) var runs: [Key: Measured] = [:]
        private var firstProblem: (index: Int, problem: StreamWorth.Problem)?
        private var firstImpossible: (index: Int, words: String)?

        var problem: StreamWorth.Problem? { lock.withLock { firstProblem?.problem } }
        /// Of the first set of streams without a V1X schedule.
        var impossible: String? { lock.withLock { firstImpossible?.words } }
        var hasFailed: Bool { problem != nil }
        func count() -> Int {
            lock.withLock {
                done += 1
                return done
            }
        }
        func keep(_ run: Measured, _ key: Key) { lock.withLock { runs[key] = run } }
        func drop(_ words: String, _ index: Int) {
            lock.withLock {
                if firstImpossible.map({ index < $0.index }) ?? true { firstImpossible = (index, words) }
            }
        }
        func fail(_ problem: StreamWorth.Problem, _ index: Int) {
            lock.withLock {
                if firstProblem.map({ index < $0.index }) ?? true { firstProblem = (index, problem) }
            }
        }
    }
}
