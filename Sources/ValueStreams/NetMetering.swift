import LinearPrograms
import ScenarioFiles
import Scenarios
import Scheduling

/// Net metering: what is fed in is set off against what is bought, kWh for kWh.
///
///     m <= I0 + sum_t h imp[t],   m <= E0 + sum_t h exp[t],   cost -value m
///
/// | symbol | meaning | unit |
/// |---|---|---|
/// | m | energy that is set off in the period | kWh |
/// | I0, E0 | `import_so_far_kwh`, `export_so_far_kwh`: of the period before the horizon | kWh |
/// | value | `value_per_kwh`, beyond what the tariff pays for a kWh fed in | money/kWh |
///
/// Adds a column and two rows. Source: Scheduling.docc/Model.md section 10.
package struct NetMetering: ValueStream, ServiceSection {
    package static let key = "net_metering"
    package var key: String { NetMetering.key }

    var valuePerKWh: Double
    var importSoFarKWh: Double
    var exportSoFarKWh: Double

    package static let schema = Schema.map([
        Schema.required("value_per_kwh", .number(.nonNegative), "Money per kWh that is set off."),
        Schema.key("import_so_far_kwh", .number(.nonNegative), "Bought in the period before the horizon, kWh (0)."),
        Schema.key("export_so_far_kwh", .number(.nonNegative), "Fed in in the period before the horizon, kWh (0)."),
    ])

    package static func decode(_ value: InputValue, in context: ServiceContext) -> (any Sendable)? {
        guard let reader = value.section() else { return nil }
        defer { reader.finish() }
        let worth = reader.number("value_per_kwh", .nonNegative, unit: "\(value.currency)/kWh", example: "0.12")
        let bought = reader.number("import_so_far_kwh", .nonNegative, unit: "kWh", default: 0)
        let sold = reader.number("export_so_far_kwh", .nonNegative, unit: "kWh", default: 0)
        return worth.map { NetMetering(valuePerKWh: $0, importSoFarKWh: bought, exportSoFarKWh: sold) }
    }

    package func constrain(_ model: inout SchedulingModel) {
        let line = model.program.costLine(key)
        let label = model.program.family("net_metering_kwh")
        let h = model.scenario.grid.stepHours
        let setOff = model.program.addColumn(label())
        for (flows, before) in [(model.site.importKW, importSoFarKWh), (model.site.exportKW, exportSoFarKWh)] {
            var room = LinearExpression(setOff, -1)
            room.constant = before
            for flow in flows { room.add(flow, times: h) }
            model.program.addRow(label(), room, lower: 0)
        }
        model.program.addCost(line, setOff, -valuePerKWh)
    }

    package func publish(_ model: SchedulingModel, values: [Double], schedule: Schedule) -> [ServiceSeries] { [] }

    package func settle(_ schedule: Schedule, in scenario: Scenario) -> Double {
        let h = scenario.grid.stepHours
        return -valuePerKWh
            * min(
                importSoFarKWh + schedule.importKW.reduce(0, +) * h,
                exportSoFarKWh + schedule.exportKW.reduce(0, +) * h)
    }

    package func following(_ schedule: Schedule, over steps: Range<Int>, of grid: TimeGrid) -> any ValueStream {
        NetMetering(
            valuePerKWh: valuePerKWh, importSoFarKWh: importSoFarKWh + schedule.importKW.reduce(0, +) * grid.stepHours,
            exportSoFarKWh: exportSoFarKWh + schedule.exportKW.reduce(0, +) * grid.stepHours)
    }

    package var owed: Double { -valuePerKWh * min(importSoFarKWh, exportSoFarKWh) }
}
