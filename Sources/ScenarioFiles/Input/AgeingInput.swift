import Scenarios

enum AgeingKeys {
    /// Every key of `ageing`, where it is a map.
    static let all: [SectionKey<CellAgeing>] = [
        .ofReader(
            Schema.key("cell", .any([.text, customCell]), "A built-in cell (v2x cells), or one by tables (nmc)."),
            isColumn: true),
        .number(
            "price_per_kwh", .nonNegative, .pricePerKWh, byDefault: CellAgeing().pricePerKWh, isColumn: true,
            "Of a new battery, money per kWh", \.pricePerKWh),
        .number(
            "end_of_life", .share, byDefault: CellAgeing().endOfLife, isColumn: true,
            "Relative capacity at which it is worth nothing", \.endOfLife),
        .number(
            "service_life_years", .positive, .text("years"), byDefault: CellAgeing().serviceLifeYears, isColumn: true,
            "That it is meant to serve", \.serviceLifeYears),
        .number(
            "age_days", .nonNegative, .text("days"), byDefault: CellAgeing().ageDays, isColumn: true, "At the start",
            \.ageDays),
        .number(
            "efc_per_year", .positive, .text("cycles"), byDefault: CellAgeing().efcPerYear, isColumn: true,
            "Equivalent full cycles expected", \.efcPerYear),
        .choice("pricing", what: "pricing", byDefault: .endOfLife, "At which age", \.pricing),
        .choice("calendar", what: "form", byDefault: .fit, "Form of its price", \.calendar),
        .ofReader(
            Schema.key(
                "calendar_cost", .list(.pair(.number(.share), .number(.any)), minCount: 1),
                "[state of charge, money per hour], ...")),
        .ofReader(
            Schema.key(
                "cycle_cost", .any([.number(.any), .list(.pair(.number(.share), .number(.any)), minCount: 1)]),
                "Money per kWh out of the cells, or [depth to here, money per kWh], ...")),
    ]

    private static let numbers = Schema.list(.number(.any), minCount: 1)
    private static let customCell = Schema.map([
        Schema.key("name", .text, "For reports."),
        Schema.required(
            "calendar",
            .map([
                Schema.required("soc", numbers, "Columns, 0 to 1."),
                Schema.required("temperature_c", numbers, "Rows, degC."),
                Schema.required("rate", .list(numbers, minCount: 1), "k of loss = k days^p."),
                Schema.required("exponent", .number(.positive), "p."),
            ]), "Loss by time."),
        Schema.required(
            "cycle",
            .map([
                Schema.required("depth", numbers, "0 to 1."),
                Schema.required("rate", numbers, "k of loss = k cycles^p."),
                Schema.required("exponent", .number(.positive), "p."),
            ]), "Loss by cycles."),
    ])
}

extension InputValue {
    /// The `ageing` value: `none`, the two functions, or a cell.
    func ageing(cellNames: Set<String>?) -> AgeingSpecification? {
        if scalarText == "none" { return AgeingSpecification.none }
        guard let reader = section() else { return nil }
        defer { reader.finish() }
        let functions = (reader.optional("calendar_cost"), reader.optional("cycle_cost"))
        let cell = reader.optional("cell")
        let price = cellAgeing(reader)
        if functions.0 != nil || functions.1 != nil {
            cell?.error("a cell and calendar_cost or cycle_cost exclude each other")
            let calendar = functions.0.map { $0.calendarCost() } ?? []
            let cycle = functions.1.map { $0.cycleCost() } ?? []
            guard let calendar, let cycle else { return nil }
            return .functions(calendar: calendar, cycle: cycle)
        }
        guard var price else { return nil }
        if let cell {
            if case .mapping = cell.node {
                guard let custom = cell.customCell() else { return nil }
                price.cell = custom.name
                price.custom = custom.cell
            } else {
                guard let name = cell.text() else { return nil }
                if let cellNames, !cellNames.contains(name) {
                    let hint = nearestWord(to: name, among: cellNames).map { "; did you mean \($0)?" } ?? ""
                    cell.error("unknown cell \"\(name)\"\(hint) (\(cellNames.sorted().joined(separator: ", ")))")
                    return nil
                }
                price.cell = name
            }
        }
        return .cell(price)
    }

    private func cellAgeing(_ reader: SectionReader) -> CellAgeing? {
        var cell = CellAgeing()
        _ = reader.read(AgeingKeys.all, into: &cell)
        if cell.endOfLife >= 1 {
            reader.optional("end_of_life")?.error(
                "must be < 1 (a battery ends its life below its new capacity), got \(cell.endOfLife.short)")
        }
        return cell
    }

    /// `[[0, 0.004], [0.5, 0.006], [1, 0.018]]`: state of charge, money per hour.
    private func calendarCost() -> [CalendarCostPoint]? {
        guard let pairs = pairs("[SoC, \(currency) per hour]"), let first = pairs.first, let last = pairs.last else {
            return nil
        }
        var isUsable = true
        for (left, right) in zip(pairs, pairs.dropFirst()) where right.first <= left.first {
            right.place.error("states of charge must rise, got \(right.first.short) after \(left.first.short)")
            isUsable = false
        }
        if isUsable, first.first != 0 || last.first != 1 {
            error("must go from SoC 0 to SoC 1, got \(first.first.short) to \(last.first.short)")
            isUsable = false
        }
        pairs.first { $0.second < 0 }?.place.warning("a negative cost pays for ageing")
        return isUsable ? pairs.map { CalendarCostPoint(soc: $0.first, costPerHour: $0.second) } : nil
    }

    /// `[[0.2, 0.004], [1, 0.03]]`: depth to here, money per kWh out of the cells; or one number.
    private func cycleCost() -> [CycleCostSegment]? {
        if scalarText != nil {
            guard let cost = number(unit: "\(currency)/kWh") else { return nil }
            if cost < 0 { warning("a negative cost pays for cycling") }
            return [CycleCostSegment(depth: 1, costPerKWh: cost)]
        }
        guard let pairs = pairs("[depth, \(currency) per kWh]"), let last = pairs.last else { return nil }
        var isUsable = true
        var previous = 0.0
        for pair in pairs {
            if pair.first <= previous {
                pair.place.error("depths must rise from above 0, got \(pair.first.short) after \(previous.short)")
                isUsable = false
            }
            previous = pair.first
        }
        if isUsable, last.first != 1 {
            error("the last segment must end at depth 1, got \(last.first.short)")
            isUsable = false
        }
        for (left, right) in zip(pairs, pairs.dropFirst()) where right.second < left.second {
            right.place.warning(
                "cost falls with depth (\(right.second.short) after \(left.second.short)): deep energy is used first")
        }
        pairs.first { $0.second < 0 }?.place.warning("a negative cost pays for cycling")
        return isUsable ? pairs.map { CycleCostSegment(depth: $0.first, costPerKWh: $0.second) } : nil
    }

    /// A user's own cell: `{name, calendar: {soc, temperature_c, rate, exponent}, cycle: {depth, rate, exponent}}`.
    private func customCell() -> (name: String, cell: CustomCell)? {
        guard let reader = section() else { return nil }
        let name = reader.optional("name")?.text() ?? "custom"
        let calendar = reader.required(
            "calendar", "{ soc: [0, 1], temperature_c: [25], rate: [[0.001, 0.002]], exponent: 0.5 }")?.section()
        let cycle = reader.required("cycle", "{ depth: [0, 1], rate: [0.0001, 0.0002], exponent: 0.5 }")?.section()
        reader.finish()
        guard let calendar, let cycle else { return nil }
        let soc = calendar.required("soc", "[0, 0.5, 1]")?.risingNumbers(from: 0, to: 1)
        let temperatures = calendar.required("temperature_c", "[10, 25, 40]")?.risingNumbers(from: nil, to: nil)
        let calendarRate = calendar.required("rate", "[[0.001, 0.002]]")?.list()?.map { $0.numbers(.nonNegative) }
        let calendarExponent = calendar.number("exponent", .positive, example: "0.5")
        calendar.finish()
        let depth = cycle.required("depth", "[0, 0.5, 1]")?.risingNumbers(from: 0, to: 1)
        let cycleRate = cycle.required("rate", "[0.0001, 0.0002]")?.numbers(.nonNegative)
        let cycleExponent = cycle.number("exponent", .positive, example: "0.5")
        cycle.finish()
        guard let soc, let temperatures, let calendarRate, let calendarExponent, let depth, let cycleRate,
            let cycleExponent
        else { return nil }
        let rows = calendarRate.compactMap { $0 }
        guard rows.count == temperatures.count, rows.allSatisfy({ $0.count == soc.count }) else {
            calendar.value.error(
                "rate must have one row per temperature (\(temperatures.count)), each with one number per state of charge (\(soc.count))"
            )
            return nil
        }
        guard cycleRate.count == depth.count else {
            cycle.value.error("rate must have one number per depth (\(depth.count)), got \(cycleRate.count)")
            return nil
        }
        return (
            name,
            CustomCell(
                calendarSoC: soc, calendarTemperatureC: temperatures, calendarRate: rows,
                calendarExponent: calendarExponent, cycleDepth: depth, cycleRate: cycleRate,
                cycleExponent: cycleExponent)
        )
    }

    func numbers(_ range: NumberRange = .any) -> [Double]? {
        guard let items = list() else { return nil }
        let values = items.map { $0.number(range) }
        return values.contains { $0 == nil } ? nil : values.compactMap { $0 }
    }

    private func risingNumbers(from first: Double?, to last: Double?) -> [Double]? {
        guard let values = numbers() else { return nil }
        if values.isEmpty || zip(values, values.dropFirst()).contains(where: { $1 <= $0 }) {
            error("must rise")
            return nil
        }
        if let first, let last, values.first != first || values.last != last {
            error("must go from \(first.short) to \(last.short)")
            return nil
        }
        return values
    }
}
