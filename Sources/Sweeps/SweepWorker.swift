import Accounting
import Ageing
import BlockAngular
import ScenarioFiles
import Scenarios
import Scheduling
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
