import Ageing
import ScenarioFiles
import Scenarios
import Scheduling
import ValueStreams

/// A checked scenario with all that its questions need: the prices of its batteries' ageing, and its value streams.
///
///     let prepared = try PreparedScenario(ScenarioInput(path: "night.yaml"))
///     let result = try prepared.schedule()
public struct PreparedScenario: Sendable {
    /// Checked and resolved.
    public let scenario: Scenario
    /// Of each vehicle and battery, in the scenario's order.
    package let ageing: [AgeingPrices]
    /// Of the sections of `services`.
    package let streams: [any ValueStream]
    /// Findings that do not stop it: the scenario's in the order of the file, then those about ageing.
    public let warnings: [Finding]
    /// Of the scenario and the files that it reads: sixteen hexadecimal digits.
    public let digest: String
    /// How its programs are solved.
    public var solving: Solving

    /// Reads and checks `input`.
    ///
    /// - Parameters:
    ///   - input: the scenario as it is given.
    ///   - solving: how its programs are solved.
    ///   - files: price and series files that other scenarios read too: each is read once.
    /// - Throws: `InputError`, with all findings at once.
    public init(
        _ input: ScenarioInput, solving: Solving = Solving(), files: SeriesFiles = SeriesFiles()
    ) throws(InputError) {
        let loader = ScenarioLoader(
            sections: StreamRegistry.sections, cellNames: CellRegistry.names, now: input.now)
        // A task-local scope has untyped errors.
        let read: Result<ScenarioLoader.Loaded, InputError> = FileAccess.$current.withValue(input.access) {
            do throws(InputError) { return .success(try loader.load(input.document, files: files)) } catch {
                return .failure(error)
            }
        }
        let loaded = try read.get()
        scenario = loaded.scenario
        digest = loaded.digest
        streams = StreamRegistry.streams(of: loaded.scenario)
        self.solving = solving
        let found = try PreparedScenario.prices(of: loaded.scenario, file: input.name)
        ageing = found.prices
        warnings = loaded.warnings + found.warnings
    }

    /// What each battery's ageing costs, and each warning about it once.
    private static func prices(
        of scenario: Scenario, file: String
    ) throws(InputError) -> (prices: [AgeingPrices], warnings: [Finding]) {
        var prices: [AgeingPrices] = []
        var warnings: [Finding] = []
        for (index, vehicle) in scenario.vehicles.enumerated() {
            let place = "vehicles[\(index)].battery.ageing"
            do throws(AgeingError) {
                let price = try AgeingPrices(vehicle: vehicle, grid: scenario.grid)
                for warning in price.warnings where !warnings.contains(where: { $0.message == warning }) {
                    warnings.append(Finding(severity: .warning, file: file, keyPath: place, message: warning))
                }
                prices.append(price)
            } catch {
                throw .invalid([Finding(file: file, keyPath: place, message: error.message)])
            }
        }
        return (prices, warnings)
    }
}
