import LinearPrograms
import Scenarios

/// A service that a parked battery can sell or save on: it adds its columns, rows and one cost line to the model, and
/// settles that line afterwards from plain kW.
///
/// `declare` runs before the vehicles' energy balances are written (a stream that moves energy adds its flows there);
/// `constrain` runs after, when every vehicle's and the site's expressions stand. What follows them never sees a column.
package protocol ValueStream: Sendable {
    /// The key of its section in `services`, and the name of its cost line.
    var key: String { get }
    /// Adds the columns that the vehicles' balances need.
    func declare(in model: inout SchedulingModel)
    /// Adds rows, the other columns, and the cost line.
    func constrain(_ model: inout SchedulingModel)
    /// What the result publishes under `services.<key>`: from the columns' values, or from the kW of `schedule`.
    func publish(_ model: SchedulingModel, values: [Double], schedule: Schedule) -> [ServiceSeries]

    /// The amount of its cost line, money, from kW and what it published (nothing, where a rule made the schedule).
    func settle(_ schedule: Schedule, in scenario: Scenario) -> Double
    /// What of its conditions a schedule breaks, in words that name step and size.
    func problems(of schedule: Schedule, in scenario: Scenario) -> [String]
    /// The targets of its own that a schedule misses.
    func shortfalls(of schedule: Schedule, in scenario: Scenario) -> [Shortfall]
    /// Energy that it moves through a vehicle's cells in each step beyond charging and discharging, kWh battery-side; nil
    /// where it moves none. Inflow can be negative (charging that is called off).
    func cellFlows(vehicle: Int, of schedule: Schedule, in scenario: Scenario) -> (inKWh: [Double], outKWh: [Double])?

    /// A hard limit of the site's import less export in each step, kW, T values; nil where the stream sets none.
    var netImportLimitKW: [Double]? { get }
    /// The stream with that limit `byKW` higher.
    func widened(byKW: Double) -> any ValueStream

    /// The stream as `scenario` has it, which is its own with a vehicle or limit changed.
    func remade(for scenario: Scenario) -> any ValueStream

    /// The stream over `steps` of its horizon alone, where a long horizon is rolled day by day.
    func part(_ steps: Range<Int>, of grid: TimeGrid) -> any ValueStream
    /// The stream once `schedule` has happened over `steps`: a ratchet holds what was reached.
    func following(_ schedule: Schedule, over steps: Range<Int>, of grid: TimeGrid) -> any ValueStream
    /// What of its cost line is owed already, whatever is scheduled (a ratchet's peak so far), money.
    var owed: Double { get }
    /// What a year of its cost line comes to, money, from the site's import and export in each step of `grid`; nil where the
    /// year's amount is the horizon's in proportion to its length.
    func yearlyCost(importKW: [Double], exportKW: [Double], over grid: TimeGrid) -> Double?
    /// Whether it has a rate per kW that is charged once for the horizon, however long that is.
    var isChargedOncePerHorizon: Bool { get }
}

extension ValueStream {
    /// Most streams move no energy by themselves.
    package func declare(in model: inout SchedulingModel) {}
    package func problems(of schedule: Schedule, in scenario: Scenario) -> [String] { [] }
    package func shortfalls(of schedule: Schedule, in scenario: Scenario) -> [Shortfall] { [] }
    package func cellFlows(
        vehicle: Int, of schedule: Schedule, in scenario: Scenario
    ) -> (inKWh: [Double], outKWh: [Double])? { nil }
    package func part(_ steps: Range<Int>, of grid: TimeGrid) -> any ValueStream { self }
    package func following(_ schedule: Schedule, over steps: Range<Int>, of grid: TimeGrid) -> any ValueStream { self }
    package var owed: Double { 0 }
    package func yearlyCost(importKW: [Double], exportKW: [Double], over grid: TimeGrid) -> Double? { nil }
    package var isChargedOncePerHorizon: Bool { false }
    package var netImportLimitKW: [Double]? { nil }
    package func widened(byKW: Double) -> any ValueStream { self }
    package func remade(for scenario: Scenario) -> any ValueStream { self }
}
