import ScenarioFiles
import Scenarios
import Simulations

/// Reads a sweep's file.
///
/// ```yaml
/// name: batteries and days
/// base: ../cases/020-default-cell/scenario.yaml     # relative to this file
/// question: schedule                                # schedule (default), compare, value or simulate
/// combine: grid                                     # grid (default), zip, each (one at a time), or latin with samples and seed
/// axes:
///   - { path: "vehicles[*].battery.capacity_kwh", values: [40, 60, 80] }
///   - { path: "vehicles[0].charger.discharge_kw", range: { from: 0, to: 10, step: 2 } }
///   - { path: "vehicles[0].battery.soc_start", factors: [0.8, 1.2] }     # of what the base says
///   - { days: { file: ../../prices/nl-2024-year.csv } }
///   - { cells: [nmc, lfp] }
///   - { temperatures: [0, 10, 20, 30] }
///   - combine: latin                                # axes that vary together
///     samples: 100
///     seed: 7
///     axes: [...]
/// ```
public struct SweepFile {
    /// What reads each run's scenario.
    let loader: ScenarioLoader

    /// - Parameter loader: what reads each run's scenario; its cells are those of an axis `cells: all`.
    package init(_ loader: ScenarioLoader) { self.loader = loader }

    /// With everything that is built in.
    public static var standard: SweepFile { SweepFile(SweepWorker.loader) }

    /// What a file says: the plan, and findings that do not stop it.
    public struct Loaded: Sendable {
        public var plan: SweepPlan
        public var warnings: [Finding]
    }

    /// Reads and checks the sweep at `path`; the base scenario is parsed, each run's is checked when it is run.
    ///
    /// - Throws: `InputError`, with all findings at once.
    public func load(path: String) throws(InputError) -> Loaded {
        try load(ScenarioSource(path: path))
    }

    /// The same, of a text that was read before.
    ///
    /// - Parameters:
    ///   - source: the sweep's file.
    ///   - base: the scenario that it begins with; nil: the file that its key `base` names.
    public func load(_ source: ScenarioSource, base: ScenarioSource? = nil) throws(InputError) -> Loaded {
        let document = try InputDocument(source)
        var plan: SweepPlan?
        var problem: InputError?
        do throws(InputError) {
            plan = try self.plan(document, fallbackName: source.name, given: base)
        } catch { problem = error }
        // What the sweep's own file says comes first: a base that cannot be read may be named wrongly there.
        let warnings = try document.finish()
        if let problem { throw problem }
        guard let plan else { throw .invalid(warnings) }
        return Loaded(plan: plan, warnings: warnings)
    }

    private func plan(
        _ document: InputDocument, fallbackName: String, given: ScenarioSource?
    ) throws(InputError) -> SweepPlan? {
        guard let reader = document.root.section() else { return nil }
        defer { reader.finish() }
        let name = reader.optional("name")?.text()
        let place = given == nil ? reader.required("base", "scenario.yaml") : nil
        let wanted = (
            combine: reader.optional("combine"), axes: reader.required("axes", "[{ cells: all }]"),
            samples: reader.optional("samples"), seed: reader.optional("seed")
        )
        let question = question(reader)
        let base: ScenarioSource
        if let given {
            base = given
        } else {
            guard let file = place?.text() else { return nil }
            let isFound = file.hasPrefix("/") || document.directory.isEmpty
            base = try ScenarioSource(path: isFound ? file : document.directory + "/" + file)
        }
        let scenario = try ScenarioDocument(base)
        guard let question else { return nil }
        let axes = AxisReader(
            base: scenario, directory: base.directory, cells: loader.cellNames ?? [], question: question.kind)
        let dimensions = axes.dimensions(
            combine: wanted.combine, axes: wanted.axes, samples: wanted.samples, seed: wanted.seed,
            at: document.root, isTopmost: true)
        guard let dimensions, !dimensions.isEmpty else { return nil }
        axes.check(dimensions, with: loader)
        let plan = SweepPlan(
            name: name ?? fallbackName, base: base, document: scenario, question: question, dimensions: dimensions)
        if plan == nil { wanted.axes?.error("are more than \(SweepPlan.mostRuns) runs together") }
        return plan
    }

    /// The keys `question` and `simulate`; nil where they are wrong.
    private func question(_ reader: SectionReader) -> SweepQuestion? {
        let (wanted, simulate) = (reader.optional("question"), reader.optional("simulate"))
        let names = SweepQuestion.Kind.allCases.map(\.rawValue)
        let name = wanted.map { $0.choice(names, what: "question") } ?? "schedule"
        guard let kind = name.flatMap({ SweepQuestion.Kind(rawValue: $0) }) else { return nil }
        var question = SweepQuestion(kind: kind)
        guard let simulate else { return question }
        guard kind == .simulate else {
            simulate.error("goes with question: simulate")
            return nil
        }
        guard let section = simulate.section() else { return nil }
        defer { section.finish() }
        let (horizon, commit) = (section.optional("horizon"), section.optional("commit"))
        let perfect = section.optional("perfect").map { $0.flag() } ?? false
        let (horizonSeconds, commitSeconds) = (horizon?.duration(), commit?.duration())
        guard let perfect, (horizon == nil) == (horizonSeconds == nil), (commit == nil) == (commitSeconds == nil) else {
            return nil
        }
        question.simulation = RollingRun.Options(
            horizonSeconds: horizonSeconds, commitSeconds: commitSeconds, isInformed: perfect)
        guard question.simulation.horizonSeconds >= question.simulation.commitSeconds else {
            (horizon ?? commit ?? simulate).error("horizon must be at least commit")
            return nil
        }
        return question
    }
}
