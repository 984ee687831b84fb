import Accounting
import Scenarios
import Scheduling

/// The page's pictures of one report.
struct PageFigures {
    let report: Report
    let data: PageData
    let unit: PriceUnit
    let time: TimeAxis
    private var scenario: Scenario { report.scenario }

    init(_ report: Report, data: PageData, clock: WallClock) {
        self.report = report
        self.data = data
        unit = PriceUnit(currency: report.scenario.currency)
        time = TimeAxis(report.scenario.grid, clock: clock)
    }

    /// Prices of buying and selling.
    var price: String {
        let (buy, sell) = (scenario.importPricePerKWh, scenario.exportPricePerKWh)
        func display(_ values: [Double]) -> Plot.Series.Shape { .steps(values.map { $0 * unit.perMoney }) }
        var series = [
            Plot.Series(
                name: "bought", style: "price", shape: display(buy), source: "tariff.import", factor: unit.perMoney)
        ]
        if sell != buy, sell.contains(where: { $0 != 0 }) {
            series.append(
                Plot.Series(
                    name: "sold", style: "sell", shape: display(sell), source: "tariff.export", factor: unit.perMoney))
        }
        return Plot(
            id: "price", title: "Price", unit: unit.perKWh,
            summary: "Price of a kWh: bought for \(unit.range(buy)), sold for \(unit.range(sell)).", series: series
        ).html(time)
    }

    /// The connection against its limits, with what is behind it.
    var site: String {
        let result = report.result
        var series = [
            Plot.Series(
                name: "bought, sold below zero", style: "import", shape: .bars(result.site.importKW), source: "site.net"
            )
        ]
        if result.site.exportKW.contains(where: { $0 > 0 }) {
            series.append(
                Plot.Series(name: "sold", style: "export", shape: .bars(result.site.exportKW.map { -$0 })))
        } else {
            series[0].name = "bought"
        }
        if scenario.site.loadKW.contains(where: { $0 != 0 }) {
            series.append(
                Plot.Series(name: "load", style: "load", shape: .steps(scenario.site.loadKW), source: "site.load"))
        }
        if scenario.site.pvKW.contains(where: { $0 != 0 }) {
            series.append(Plot.Series(name: "PV", style: "pv", shape: .steps(scenario.site.pvKW), source: "site.pv"))
        }
        func limit(_ values: [Double], _ name: String, _ sign: Double) {
            guard values.contains(where: \.isFinite) else { return }
            series.append(
                Plot.Series(
                    name: name, style: "limit", shape: .steps(values.map { $0.isFinite ? sign * $0 : nil })))
        }
        limit(scenario.site.importLimitKW, "import limit", 1)
        limit(scenario.site.exportLimitKW, "export limit", -1)
        let h = result.stepHours
        return Plot(
            id: "site", title: "The connection", unit: "kW",
            summary: "Power at the meter: \(fixed(result.site.importKW.reduce(0, +) * h, 2)) kWh bought, at most "
                + "\(fixed(result.site.importKW.max() ?? 0, 2)) kW; \(fixed(result.site.exportKW.reduce(0, +) * h, 2)) kWh "
                + "sold, at most \(fixed(result.site.exportKW.max() ?? 0, 2)) kW.",
            series: series, isTall: true
        ).html(time)
    }

    /// Charging up, discharging down, and what normal use would have done.
    func power(_ index: Int) -> String {
        let vehicle = report.result.vehicles[index]
        let h = report.result.stepHours
        var series = [
            Plot.Series(
                name: "charging", style: "charge", shape: .bars(vehicle.chargeKW), source: "vehicles.\(index).net")
        ]
        if vehicle.dischargeKW.contains(where: { $0 > 0 }) {
            series[0].name = "charging, discharging below zero"
            series.append(
                Plot.Series(name: "discharging", style: "discharge", shape: .bars(vehicle.dischargeKW.map { -$0 })))
        }
        if let usual = data.vehicles[index].usualNet {
            series.append(
                Plot.Series(
                    name: report.baselineName, style: "usual", shape: .steps(usual),
                    source: "vehicles.\(index).usual_net"))
        }
        return Plot(
            id: "power-\(index)", title: "Power of \(vehicle.id)", unit: "kW",
            summary: "\(vehicle.id) charges \(fixed(vehicle.chargeKW.reduce(0, +) * h, 2)) kWh and discharges "
                + "\(fixed(vehicle.dischargeKW.reduce(0, +) * h, 2)) kWh.",
            series: series, away: away(index), isTall: true
        ).html(time)
    }

    /// State of charge, with targets and floor.
    func stateOfCharge(_ index: Int) -> String {
        let vehicle = report.result.vehicles[index]
        let asked = scenario.vehicles[index]
        let timeline = PlugTimeline(vehicle: asked, grid: scenario.grid)
        let count = Double(scenario.grid.count)
        func percent(_ kwh: Double) -> Double { kwh / asked.battery.capacityKWh * 100 }
        var series = [
            Plot.Series(
                name: "state of charge", style: "soc", shape: .path(vehicle.soc.map { $0 * 100 }),
                source: "result.vehicles.\(index).soc", factor: 100)
        ]
        if let usual = report.baseline?.vehicles[index].soc {
            series.append(
                Plot.Series(
                    name: report.baselineName, style: "usual", shape: .path(usual.map { $0 * 100 }),
                    source: "baseline.vehicles.\(index).soc", factor: 100))
        }
        var floor = [Double?](repeating: nil, count: scenario.grid.count)
        for one in timeline.floors where one.boundaries.lowerBound < one.boundaries.upperBound {
            for (boundary, kwh) in zip(one.boundaries, one.energyKWh) where boundary < scenario.grid.count && kwh > 0 {
                if boundary < one.boundaries.upperBound { floor[boundary] = percent(kwh) }
            }
        }
        if floor.contains(where: { $0 != nil }) {
            series.append(Plot.Series(name: "floor", style: "floor", shape: .steps(floor)))
        }
        let tops = timeline.pluggedShare.indices.map { asked.battery.fullKWh(at: $0) / asked.battery.capacityKWh }
        if tops.contains(where: { $0 < 1 }) {
            let top = zip(timeline.pluggedShare, tops).map { $0 > 0 ? $1 * 100 : nil }
            series.append(Plot.Series(name: "ceiling", style: "limit", shape: .steps(top)))
        }
        var targets = (timeline.departures + timeline.targets).map { departure in
            let seconds = departure.at.epochSeconds - scenario.grid.start.epochSeconds
            return (
                position: Double(seconds) / Double(scenario.grid.stepSeconds) / count,
                value: percent(departure.energyKWh)
            )
        }
        if let end = timeline.endKWh { targets.append((1, percent(end))) }
        if !targets.isEmpty { series.append(Plot.Series(name: "target", style: "target", shape: .marks(targets))) }
        return Plot(
            id: "soc-\(index)", title: "State of charge of \(vehicle.id)", unit: "%",
            summary: "\(vehicle.id) begins at \(fixed((vehicle.soc.first ?? 0) * 100, 1)) %, is lowest at "
                + "\(fixed((vehicle.soc.min() ?? 0) * 100, 1)) %, highest at \(fixed((vehicle.soc.max() ?? 0) * 100, 1)) %, "
                + "and ends at \(fixed((vehicle.soc.last ?? 0) * 100, 1)) %.",
            series: series, away: away(index), fullScale: 100, decimals: 1, isTall: true
        ).html(time)
    }

    /// The reserve that is sold; nil where there is none.
    var committed: String? {
        powers(NamedPower.reserve(of: report.result), id: "reserve", title: "Reserve that is sold")
    }

    /// What the flexible loads take; nil where there are none.
    var loads: String? { powers(NamedPower.loads(of: report.result), id: "loads", title: "Flexible loads") }

    private func powers(_ all: [NamedPower], id: String, title: String) -> String? {
        guard !all.isEmpty else { return nil }
        let styles = ["deliver", "absorb", "load", "pv"]
        return Plot(
            id: id, title: title, unit: "kW",
            summary: all.map { "\($0.name): at most \(fixed($0.kw.max() ?? 0, 2)) kW" }.joined(separator: "; ") + ".",
            series: all.enumerated().map { index, product in
                Plot.Series(
                    name: product.name, style: styles[index % styles.count], shape: .steps(product.kw),
                    source: product.source)
            }
        ).html(time)
    }

    /// What a kWh more or less from the battery costs, against the price.
    func marginal(_ index: Int) -> String? {
        guard let deliver = data.vehicles[index].deliver, let absorb = data.vehicles[index].absorb else { return nil }
        func display(_ values: [Double?]) -> Plot.Series.Shape { .steps(values.map { $0.map { $0 * unit.perMoney } }) }
        let id = report.result.vehicles[index].id
        var series = [
            Plot.Series(
                name: "price bought", style: "price", shape: display(scenario.importPricePerKWh),
                source: "tariff.import", factor: unit.perMoney)
        ]
        if scenario.exportPricePerKWh != scenario.importPricePerKWh {
            series.append(
                Plot.Series(
                    name: "sold", style: "sell", shape: display(scenario.exportPricePerKWh), source: "tariff.export",
                    factor: unit.perMoney))
        }
        series += [
            Plot.Series(
                name: "discharges above", style: "deliver", shape: display(deliver),
                source: "vehicles.\(index).deliver", factor: unit.perMoney),
            Plot.Series(
                name: "charges below", style: "absorb", shape: display(absorb), source: "vehicles.\(index).absorb",
                factor: unit.perMoney),
        ]
        return Plot(
            id: "marginal-\(index)", title: "Marginal cost of V2X of \(id)", unit: unit.perKWh,
            summary:
                "One more kWh out of \(id) costs \(unit.range(deliver.compactMap { $0 })); one kWh more into it saves "
                + "\(unit.range(absorb.compactMap { $0 })).",
            series: series, away: away(index), isTall: true
        ).html(time)
    }

    /// Runs of steps without a plug, as shares of the horizon.
    private func away(_ index: Int) -> [ClosedRange<Double>] {
        let share = PlugTimeline(vehicle: scenario.vehicles[index], grid: scenario.grid).pluggedShare
        var spans: [ClosedRange<Double>] = []
        var start = 0
        while start < share.count {
            var end = start + 1
            while end < share.count, (share[end] > 0) == (share[start] > 0) { end += 1 }
            if share[start] <= 0 {
                spans.append(Double(start) / Double(share.count)...Double(end) / Double(share.count))
            }
            start = end
        }
        return spans
    }
}
