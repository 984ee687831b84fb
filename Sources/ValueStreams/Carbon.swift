import LinearPrograms
import ScenarioFiles
import Scenarios
import Scheduling

/// Carbon: a price on the emissions of what is imported, `price_per_tonne intensity[t] h imp[t] / 1e6`.
///
/// | symbol | meaning | unit |
/// |---|---|---|
/// | intensity | emissions of the grid's energy in a step | g/kWh |
/// | price_per_tonne | of CO2 | money/t |
///
/// Adds no column or row: coefficients of the import. Source: Scheduling.docc/Model.md section 5.
package struct Carbon: ValueStream, ServiceSection {
    package static let key = "carbon"
    package var key: String { Carbon.key }

    var intensityGPerKWh: [Double]
    var pricePerTonne: Double

    package static let schema = Schema.map([
        Schema.required("intensity_g_per_kwh", .series, "Of imported energy, g per kWh."),
        Schema.required("price_per_tonne", .number(.nonNegative), "Money per tonne."),
    ])

    package static func decode(_ value: InputValue, in context: ServiceContext) -> (any Sendable)? {
        guard let reader = value.section() else { return nil }
        defer { reader.finish() }
        let intensity = reader.series(
            "intensity_g_per_kwh", .carbonIntensity, .nonNegative, example: "{ file: carbon.csv }")
        let price = reader.number("price_per_tonne", .nonNegative, unit: "\(value.currency)/t", example: "90")
        guard let intensity, let price else { return nil }
        return Carbon(intensityGPerKWh: intensity, pricePerTonne: price)
    }

    /// Money per kWh imported in a step.
    private func pricePerKWh(_ step: Int) -> Double { pricePerTonne * intensityGPerKWh[step] / Carbon.gramsPerTonne }
    private static let gramsPerTonne = 1e6

    package func constrain(_ model: inout SchedulingModel) {
        let line = model.program.costLine(key)
        for step in intensityGPerKWh.indices {
            model.program.addCost(
                line, model.site.importKW[step], times: model.scenario.grid.stepHours * pricePerKWh(step))
        }
    }

    package func publish(_ model: SchedulingModel, values: [Double], schedule: Schedule) -> [ServiceSeries] { [] }

    package func part(_ steps: Range<Int>, of grid: TimeGrid) -> any ValueStream {
        var part = self
        part.intensityGPerKWh = Array(intensityGPerKWh[steps])
        return part
    }

    package func settle(_ schedule: Schedule, in scenario: Scenario) -> Double {
        intensityGPerKWh.indices.reduce(0) {
            $0 + scenario.grid.stepHours * pricePerKWh($1) * schedule.importKW[$1]
        }
    }
}
