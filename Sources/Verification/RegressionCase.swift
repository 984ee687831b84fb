import Accounting
import Ageing
import BlockAngular
import Foundation
import LinearPrograms
import ScenarioFiles
import Scenarios
import Scheduling
import ValueStreams

/// A case folder, a scenario with the result that was recorded for it, run again (`v2x regress`): what moved, and whether
/// the program has become better or worse by it.
package struct RegressionCase: Sendable, Encodable {
    /// What came of it.
    package enum Verdict: String, Sendable, Encodable {
        /// Cost lines and schedule are as recorded.
        case same
        /// Another schedule at the same cost, line by line; the recorded one still holds: the optimum is not unique.
        case anotherOptimum = "another-optimum"
        /// The same total, spread otherwise over the cost lines.
        case moved
        /// The new optimum costs less (or misses its targets by less) than the recorded one, which still holds.
        case better
        /// The recorded schedule still holds and is better than what is found now: the program has become worse.
        case worse
        /// The recorded schedule no longer holds, or is not settled as it was: the scenario or the model has changed.
        case otherModel = "other-model"
        /// What is found now does not pass `verify`.
        case invalid
        /// No schedule is found, or the scenario cannot be read.
        case none = "no-schedule"
        /// There is no recorded result that could be read.
        case new

        /// Whether somebody must look at it.
        package var isChange: Bool { self != .same && self != .anotherOptimum }
    }

    /// Of the folder, below the one that was asked for.
    package var name: String
    package var verdict: Verdict
    /// Money; nil where there is no result.
    package var recordedObjective: Double?
    package var objective: Double?
    /// What differs, the objective and the cost lines first.
    package var differences: [Comparison.Difference]
    /// Why, in sentences: what cannot be read, what the recorded schedule breaks, what the new one does.
    package var reasons: [String]
    /// Wall-clock seconds of reading, solving and replaying.
    package var seconds: Double
    /// What was found now; nil where nothing was.
    package var result: ResultFile?

    enum CodingKeys: String, CodingKey {
        case name, verdict, objective, differences, reasons
        case recordedObjective = "recorded_objective"
    }

    /// The folder's files.
    package static let scenarioNames = ["scenario.yaml", "scenario.yml", "scenario.json"]
    package static let resultName = "expected.json"

    /// The case folders in and below `directory`, by their path below it (`.` for itself), in order.
    package static func folders(in directory: String) -> [String] {
        var found: [String] = []
        let manager = FileManager.default
        func look(_ path: String, _ name: String) {
            let entries = (try? manager.contentsOfDirectory(atPath: path)) ?? []
            if scenarioNames.contains(where: entries.contains) { found.append(name.isEmpty ? "." : name) }
            for entry in entries.sorted() where !entry.hasPrefix(".") {
                var isFolder: ObjCBool = false
                let below = path + "/" + entry
                guard manager.fileExists(atPath: below, isDirectory: &isFolder), isFolder.boolValue else { continue }
                look(below, name.isEmpty ? entry : "\(name)/\(entry)")
            }
        }
        look(directory, "")
        return found
    }

    /// Runs the case in `folder` and compares it with what was recorded.
    package init(
        folder: String, name: String, tolerances: Comparison.Tolerances,
        solver: any LinearProgramSolver = AutomaticSolver()
    ) {
        self.name = name
        verdict = .none
        differences = []
        reasons = []
        seconds = 0
        let start = ContinuousClock.now
        run(folder, tolerances, solver)
        seconds = (ContinuousClock.now - start) / .seconds(1)
    }

    private mutating func run(
        _ folder: String, _ tolerances: Comparison.Tolerances, _ solver: any LinearProgramSolver
    ) {
        let recorded = recordedResult(folder + "/" + RegressionCase.resultName)
        recordedObjective = recorded?.objective
        let planner: Planner
        do {
            planner = try RegressionCase.planner(folder, solver)
            let mode = recorded?.scheduleMode ?? .v2x
            let outcome = planner.schedule(mode)
            guard case .schedule(let solved) = outcome else {
                reasons.append(outcome.words(in: planner.scheduler.scenario.grid) ?? "no schedule")
                return
            }
            result = try planner.result(of: solved).file
        } catch let error as InputError {
            reasons.append(contentsOf: error.sentences)
            return
        } catch let error as AgeingError {
            reasons.append(error.message)
            return
        } catch {
            reasons.append("\(error)")
            return
        }
        guard let result else { return }
        objective = result.objective
        let problems = RegressionCase.problems(of: result, planner)
        guard problems.isEmpty else {
            verdict = .invalid
            reasons += problems.map { "now: \($0)" }
            return
        }
        guard let recorded else {
            verdict = .new
            return
        }
        judge(recorded, result, planner, tolerances)
    }

    /// Both schedules hold by `verify`, or the recorded one does not: which is the better one?
    private mutating func judge(
        _ recorded: ResultFile, _ result: ResultFile, _ planner: Planner, _ tolerances: Comparison.Tolerances
    ) {
        differences = Comparison(recorded, result, tolerances: tolerances).differences
        let problems = RegressionCase.problems(of: recorded, planner)
        guard problems.isEmpty else {
            verdict = .otherModel
            reasons += problems.map { "recorded: \($0)" }
            return
        }
        let allowed = max(
            tolerances.absolute, tolerances.relative * max(abs(recorded.objective), abs(result.objective)))
        let missed = result.shortfallKWh - recorded.shortfallKWh
        let dearer = result.objective - recorded.objective
        // Targets come first: what misses them by less is better, whatever it costs.
        if abs(missed) > max(1e-6, tolerances.schedule ?? 0) {
            verdict = missed < 0 ? .better : .worse
        } else if abs(dearer) > allowed {
            verdict = dearer < 0 ? .better : .worse
        } else if differences.contains(where: { $0.what == "status" }) {
            verdict = result.status == .optimal ? .better : .worse
        } else if differences.isEmpty {
            verdict = .same
        } else if differences.contains(where: { RegressionCase.isHeadOrMoney($0.what) }) {
            verdict = .moved
        } else {
            verdict = .anotherOptimum
        }
    }

    private static func isHeadOrMoney(_ what: String) -> Bool {
        what.hasPrefix("costs.") || ["scenario", "mode", "currency", "vehicles", "steps"].contains(what)
    }

    private mutating func recordedResult(_ path: String) -> ResultFile? {
        guard let data = FileManager.default.contents(atPath: path) else {
            reasons.append("there is no \(RegressionCase.resultName) that can be read")
            return nil
        }
        do { return try JSONDecoder().decode(ResultFile.self, from: data) } catch {
            reasons.append("\(RegressionCase.resultName) is not a result")
            return nil
        }
    }

    private static func planner(_ folder: String, _ solver: any LinearProgramSolver) throws -> Planner {
        let name = scenarioNames.first { FileManager.default.fileExists(atPath: folder + "/" + $0) }
        let scenario = try ScenarioLoader(sections: StreamRegistry.sections, cellNames: CellRegistry.names).load(
            path: folder + "/" + (name ?? scenarioNames[0])
        ).scenario
        let ageing = try scenario.vehicles.map { try AgeingPrices(vehicle: $0, grid: scenario.grid) }
        return Planner(
            Scheduler(
                scenario: scenario, ageing: ageing, streams: StreamRegistry.streams(of: scenario), solver: solver))
    }

    private static func problems(of result: ResultFile, _ planner: Planner) -> [String] {
        let scheduler = planner.scheduler
        return Replay(
            scenario: scheduler.scenario, ageing: scheduler.ageing, result: result, streams: scheduler.streams
        ).problems
    }
}
