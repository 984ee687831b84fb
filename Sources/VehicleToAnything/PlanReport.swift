import Accounting
import Ageing
import Reports
import Scenarios
import Scheduling
import Sensitivity
import Verification

/// A schedule as a home lives by it: what every format is made from, normal use beside it, and the plan in sentences.
package struct PlanReport: Sendable {
    /// With normal use and the worth of what is left in the batteries.
    package var report: Report
    /// Vehicle by vehicle, in the order of time: what, and, once it is explained, why.
    package var actions: [PlanAction]
    private let planner: Planner
    private let solved: SolvedSchedule

    /// What it costs less than normal use, money, counting what is left in the batteries; nil where normal use has no schedule.
    package var saving: Double? { report.baselineTotal.map { $0 - report.result.objective } }

    /// Vehicles times steps beyond which `explained` has no reasons: they take two solves a step.
    package static let maxExplained = 3000

    fileprivate init(_ prepared: PreparedScenario, _ mode: ScheduleMode) throws(QuestionError) {
        planner = prepared.planner
        let scenario = prepared.scenario
        let outcome = planner.schedule(mode)
        guard case .schedule(let solved) = outcome else { throw QuestionError(outcome, scenario) }
        self.solved = solved
        do throws(AgeingError) {
            var (result, usual) = try planner.result(of: solved)
            result.scenarioDigest = prepared.digest
            report = Report(scenario: scenario, result: result, solved: solved)
            report.baseline = usual.map { ResultFile($0, scenario: scenario) }
            if mode == .v2x || mode == .v1x { report.endWorth = planner.endWorth(of: solved) }
            actions = PlanAction.all(of: result, in: scenario)
        } catch { throw .question(error.message) }
    }

    /// The same with the reason of each action; nil where it has none: a rule, or too large a fleet.
    package var explained: PlanReport? {
        let scenario = report.scenario
        guard solved.mode == .v2x || solved.mode == .v1x,
            scenario.vehicles.count * scenario.grid.count <= PlanReport.maxExplained,
            let explanation = try? planner.scheduler.explanation(of: solved)
        else { return nil }
        var explained = self
        explained.actions = ExplanationText(explanation, scenario: scenario).planActions
        return explained
    }
}

extension PreparedScenario {
    /// The schedule in `mode` with all that reports need.
    ///
    /// - Throws: `QuestionError`.
    package func planReport(_ mode: ScheduleMode = .v2x) throws(QuestionError) -> PlanReport {
        try PlanReport(self, mode)
    }
}
