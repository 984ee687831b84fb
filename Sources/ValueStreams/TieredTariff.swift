import LinearPrograms
import ScenarioFiles
import Scenarios
import Scheduling

/// Tiered tariff: what is paid on top of the import price in each block of the billing period's kWh.
///
///     cost  F(E0 + E) - F(E0),   E = sum_t h imp[t] over the period's steps,   F piecewise linear through the blocks
///
/// | symbol | meaning | unit |
/// |---|---|---|
/// | E0 | `imported_so_far_kwh`: imported in the period before the horizon | kWh |
/// | F | `surcharge` of each block times the kWh in it | money |
///
/// Surcharges may rise (convex: an LP) or fall (a discount for much: binaries, only where the hull breaks). None is below
/// zero. Adds a row, and one column per block. Source: Scheduling.docc/Model.md section 5; the form follows
/// block tariffs such as Flanders' former or California's tiered ones.
package struct TieredTariff: ValueStream, ServiceSection {
    package static let key = "tiered_tariff"
    package var key: String { TieredTariff.key }

    /// A block ends at `toKWh` (infinite for the last).
    struct Block: Sendable, Equatable {
        var toKWh: Double
        var surchargePerKWh: Double
    }
    var blocks: [Block]
    var importedSoFarKWh: Double
    var times: EventTimes

    package static let schema = Schema.map(
        [
            Schema.key("imported_so_far_kwh", .number(.nonNegative), "Before the horizon, kWh (0)."),
            Schema.required(
                "blocks",
                .list(
                    .map([
                        Schema.key(
                            "up_to_kwh", .number(.nonNegative), "Where the block ends, kWh; the last has no end."),
                        Schema.required("surcharge", .number(.nonNegative), "On the price in it, money per kWh."),
                    ]), minCount: 1), "Of energy imported."),
        ] + Schema.eventTimes)

    package static func decode(_ value: InputValue, in context: ServiceContext) -> (any Sendable)? {
        guard let reader = value.section() else { return nil }
        defer { reader.finish() }
        let soFar = reader.number("imported_so_far_kwh", .nonNegative, unit: "kWh", default: 0)
        let times = reader.eventTimes()
        guard
            let items = reader.required("blocks", "[{ up_to_kwh: 200, surcharge: 0 }, { surcharge: 0.08 }]")?.list()
        else { return nil }
        var blocks: [Block] = []
        for (index, item) in items.enumerated() {
            guard let block = item.section() else { return nil }
            defer { block.finish() }
            let end = block.optional("up_to_kwh")
            let to = end.map { $0.number(.nonNegative, unit: "kWh") } ?? .infinity
            let surcharge = block.number(
                "surcharge", .nonNegative, unit: "\(value.currency)/kWh", example: "0.08")
            guard let to, let surcharge else { return nil }
            if to <= blocks.last?.toKWh ?? 0 {
                (end ?? item).error("must be more than the block before it ends at, kWh")
                return nil
            }
            if index + 1 < items.count, to == .infinity {
                item.error("up_to_kwh is missing: only the last block has no end")
                return nil
            }
            blocks.append(Block(toKWh: to, surchargePerKWh: surcharge))
        }
        guard let times, !blocks.isEmpty else {
            if blocks.isEmpty { value.error("blocks must hold at least one block") }
            return nil
        }
        return TieredTariff(blocks: blocks, importedSoFarKWh: soFar, times: times)
    }

    /// The whole charge of `kwh` imported in the period, money; beyond the last block its surcharge goes on.
    private func charge(_ kwh: Double) -> Double {
        var (sum, from) = (0.0, 0.0)
        for (index, block) in blocks.enumerated() {
            let to = index + 1 < blocks.count ? block.toKWh : .infinity
            sum += block.surchargePerKWh * max(0, min(kwh, to) - from)
            from = to
        }
        return sum
    }

    /// What `kwh` more cost than has been paid already, as a function over `0...most`.
    private func curve(most: Double) -> PiecewiseLinear {
        var xs = [0.0]
        for block in blocks.dropLast() {
            let x = block.toKWh - importedSoFarKWh
            if x > 1e-9, x < most - 1e-9 { xs.append(x) }
        }
        xs.append(most)
        return PiecewiseLinear(
            points: xs.map { PiecewiseLinear.Point($0, charge(importedSoFarKWh + $0) - charge(importedSoFarKWh)) })
    }

    package func constrain(_ model: inout SchedulingModel) {
        let line = model.program.costLine(key)
        let grid = model.scenario.grid
        var energy = LinearExpression()
        for step in times.steps(grid) { energy.add(model.site.importKW[step], times: grid.stepHours) }
        var most = energy.constant
        for term in energy.terms { most += max(0, term.coefficient) * model.program.columnUpper[term.column.index] }
        guard !energy.isConstant, most > 0 else {
            model.program.addCost(line, constant: curve(most: max(energy.constant, 1e-6))(energy.constant))
            return
        }
        let curve = curve(most: most)
        let label = model.program.family("tiered_kwh")
        if curve.isConvex {
            ConvexCurve.add(
                curve, of: energy, to: &model.program, line: line, label: label, member: nil, index: 0, block: nil)
        } else {
            NonconvexCurve.add(
                curve, of: energy, to: &model.program, sink: .cost(line), label: label, member: nil, index: 0,
                block: nil)
        }
    }

    private func importedKWh(_ schedule: Schedule, _ grid: TimeGrid) -> Double {
        times.steps(grid).reduce(0) { $0 + schedule.importKW[$1] * grid.stepHours }
    }

    package func publish(_ model: SchedulingModel, values: [Double], schedule: Schedule) -> [ServiceSeries] { [] }

    package func settle(_ schedule: Schedule, in scenario: Scenario) -> Double {
        charge(importedSoFarKWh + importedKWh(schedule, scenario.grid)) - charge(importedSoFarKWh)
    }

    package func following(_ schedule: Schedule, over steps: Range<Int>, of grid: TimeGrid) -> any ValueStream {
        var next = self
        next.importedSoFarKWh += importedKWh(schedule, grid.part(steps))
        return next
    }
}
