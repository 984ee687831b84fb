import Accounting
import Ageing
import BlockAngular
import ScenarioFiles
import Scenarios
import Scheduling
import Simulations
import ValueStreams

/// Runs scenarios one after the other: one thread's alone, since the parsed base is.
struct SweepWorker {
    let plan: SweepPlan
    let version: String
    private let base: ScenarioDocument
    private let loader = SweepWorker.loader
    private let files: SeriesFiles

    /// What reads a scenario of a sweep.
    static let loader = ScenarioLoader(sections: StreamRegistry.sections, cellNames: CellRegistry.names)

    /// - Throws: `InputError` where the base is not YAML.
    init(_ plan: SweepPlan, version: String, files: SeriesFiles) throws(InputError) {
        self.plan = plan
        self.version = version
        self.files = files
        base = try ScenarioDocument(plan.base)
    }

    /// Run number `run`, 0 ..< `plan.count`: whatever happens, there is a row.
    func record(_ run: Int) -> RunRecord {
        let start = ContinuousClock.now
        let settings = plan.settings(of: run)
        var record = RunRecord(run: run, settings: settings, version: version)
        do {
            try fill(&record, settings)
        } catch let error as InputError {
            record.status = .invalid
            record.error = SweepWorker.words(error)
        } catch let problem as ScenarioKey.Problem {
            record.status = .invalid
            record.error = problem.message
        } catch let problem as AgeingError {
            record.status = .invalid
            record.error = problem.message
        } catch {
            record.status = .failed
            record.error = "\(error)"
        }
        let elapsed = (ContinuousClock.now - start).components
        record.seconds = Double(elapsed.seconds) + Double(elapsed.attoseconds) * 1e-18
        return record
    }

    private func fill(_ record: inout RunRecord, _ settings: [Setting]) throws {
        var document = base
        let mode = try document.apply(settings)
        var digest = Digest()
        digest.add(document.canonicalText)
        digest.add(mode.rawValue)
        let loaded = try loader.load(document, files: files)
        for file in loaded.fileDigests { digest.add(" \(file)") }
        record.digest = digest.text

        let scenario = loaded.scenario
        var prices: [AgeingPrices] = []
        for vehicle in scenario.vehicles { prices.append(try AgeingPrices(vehicle: vehicle, grid: scenario.grid)) }
        let planner = Planner(
            Scheduler(
                scenario: scenario, ageing: prices, streams: StreamRegistry.streams(of: scenario),
                solver: AutomaticSolver(decomposition: DecompositionSolver(threads: 1))))
        switch plan.question.kind {
        case .schedule: try fill(&record, planner, mode)
        case .compare: try compare(&record, planner)
        case .value: try value(&record, planner.scheduler)
        case .simulate: try simulate(&record, planner.scheduler)
        }
    }

    private func fill(_ record: inout RunRecord, _ planner: Planner, _ mode: ScheduleMode) throws {
        let scenario = planner.scheduler.scenario
        let outcome = planner.schedule(mode)
        guard case .schedule(let solved) = outcome else {
            record.status = outcome.runStatus
            record.error = outcome.words(in: scenario.grid)
            return
        }
        var baseline: SolvedSchedule?
        if case .schedule(let usual) = planner.baseline() { baseline = usual }
        record.status = solved.status == .optimal ? .optimal : .feasible
        let account = try planner.account(solved, baseline: baseline)
        record.objective = account.objective
        record.hurdle = solved.hurdle.map(nineDecimals)
        record.bound = solved.bound.isFinite ? nineDecimals(solved.bound) : nil
        record.gap = solved.status == .optimal ? 0 : solved.gap.isFinite ? nineDecimals(solved.gap) : nil
        record.account = account
        record.peakExportKW = nineDecimals(solved.schedule.exportKW.max() ?? 0)
        record.shortfalls = solved.schedule.shortfalls.count
        record.method = solved.statistics.method
        record.iterations = solved.statistics.iterations
    }

    private func compare(_ record: inout RunRecord, _ planner: Planner) throws {
        let (modes, without) = try planner.compare()
        if let (_, outcome) = without.first(where: { $0.mode == .v2x }) {
            record.status = outcome.runStatus
            record.error = outcome.words(in: planner.scheduler.scenario.grid)
            return
        }
        let isProven = modes.allSatisfy { $0.account.isProven || ![ScheduleMode.v2x, .v1x].contains($0.mode) }
        record.status = isProven ? .optimal : .feasible
        record.figures = ComparedFigures.values(modes)
    }

    private func value(_ record: inout RunRecord, _ scheduler: Scheduler) throws {
        do throws(StreamWorth.Problem) {
            let worth = try StreamWorth(scheduler)
            record.status = worth.modes.values.allSatisfy { $0.unprovenDays == 0 } ? .optimal : .feasible
            record.figures = WorthFigures.values(worth)
        } catch {
            switch error {
            case .ageing(let problem): throw problem
            case .day(let failure):
                record.status = failure.outcome.runStatus
                record.error = SweepWorker.words(failure.outcome, failure.mode, failure.at, scheduler.scenario.grid)
            }
        }
    }

    private func simulate(_ record: inout RunRecord, _ scheduler: Scheduler) throws {
        do throws(RollingRun.Failure) {
            let simulation = try Simulation(scheduler, options: plan.question.simulation)
            record.status = simulation.runs.values.allSatisfy { $0.unprovenDays == 0 } ? .optimal : .feasible
            record.figures = SimulatedFigures.values(simulation)
        } catch {
            switch error {
            case .ageing(let problem): throw problem
            case .plan(let at, let mode, let outcome):
                record.status = outcome.runStatus
                record.error = SweepWorker.words(outcome, mode, at, scheduler.scenario.grid)
            }
        }
    }

    /// Why a part of a long horizon has no plan.
    private static func words(_ outcome: ScheduleOutcome, _ mode: ScheduleMode, _ at: Instant, _ grid: TimeGrid)
        -> String
    {
        let clock = WallClock(timeZone: grid.timeZone) ?? .utc
        return "no \(mode.rawValue) plan at \(clock.dateTime(at)): \(outcome.words(in: grid) ?? "")"
    }

    /// The first finding, and how many more there are.
    private static func words(_ error: InputError) -> String {
        let errors = error.sentences
        guard let first = errors.first else { return "no scenario" }
        return errors.count == 1 ? first : "\(first) (and \(errors.count - 1) more)"
    }
}

extension ScheduleOutcome {
    fileprivate var runStatus: RunRecord.Status {
        switch self {
        case .schedule: .optimal
        case .infeasible: .infeasible
        case .limitReached: .limit
        case .failed: .failed
        }
    }
}

/// As result files have numbers: what is behind is rounding. Never minus zero.
private func nineDecimals(_ value: Double) -> Double {
    guard value.isFinite, abs(value) < 1e6 else { return value }
    return (value * 1e9).rounded() / 1e9 + 0
}
