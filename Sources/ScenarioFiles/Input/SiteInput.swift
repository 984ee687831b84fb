import Scenarios

extension InputValue {
    /// The `site` section: the site, and its stationary batteries.
    func site(_ grid: TimeGrid, cellNames: Set<String>?) -> (site: Site, batteries: [Vehicle])? {
        guard let reader = section() else { return nil }
        defer { reader.finish() }
        var site = Site(unlimitedFor: grid.count)
        if let limit = reader.optional("import_limit_kw")?.series(.power, .nonNegative) { site.importLimitKW = limit }
        if let limit = reader.optional("export_limit_kw")?.series(.power, .nonNegative) { site.exportLimitKW = limit }
        if let load = reader.optional("load_kw")?.series(.power, .nonNegative) { site.loadKW = load }
        if let pv = reader.optional("pv_kw")?.series(.power, .nonNegative) { site.pvKW = pv }
        if let flag = reader.optional("pv_curtailable")?.flag() { site.isPVCurtailable = flag }
        for outage in reader.optional("outages")?.list() ?? [] {
            guard let span = outage.outage() else { continue }
            // A step that an outage touches has no grid: power is a step's mean, and part of a step cannot be planned.
            for step in grid.steps(from: span.lowerBound, to: span.upperBound) {
                site.isIsland[step] = true
                site.importLimitKW[step] = 0
                site.exportLimitKW[step] = 0
            }
        }
        let volts = reader.number("volts", .positive, unit: "V", default: 230)
        if let amperes = reader.optional("phase_limit_a")?.number(.nonNegative, unit: "A") {
            site.phaseLimitKW = amperes * volts / 1000
        }
        let batteries = reader.optional("batteries").map { $0.stationaryBatteries(grid, cellNames: cellNames) } ?? []
        let loads = reader.optional("loads").map { $0.flexibleLoads(grid) } ?? []
        guard let batteries, let loads else { return nil }
        site.flexibleLoads = loads
        return (site, batteries)
    }

    /// An entry of `outages`: `{ from: ..., to: ... }`.
    private func outage() -> Range<Instant>? {
        guard let reader = section() else { return nil }
        defer { reader.finish() }
        guard reader.optional("from") != nil || reader.optional("to") != nil else {
            error("must have from or to")
            return nil
        }
        return reader.timeRange()
    }

    /// The `tariff` section: import and export prices, money per kWh.
    func tariff(_ grid: TimeGrid) -> (importPrice: [Double], exportPrice: [Double])? {
        guard let reader = section() else { return nil }
        defer { reader.finish() }
        let importPrice = reader.required("import", "{ file: prices.csv, unit: \(currency)/MWh }")?.series(.energyPrice)
        let exportValue = reader.optional("export")
        let exportPrice = exportValue.map { $0.series(.energyPrice) } ?? Array(repeating: 0, count: grid.count)
        guard let importPrice, let exportPrice else { return nil }
        return (importPrice, exportPrice)
    }

    /// The `baseline` section.
    func baseline() -> Baseline? {
        guard let reader = section() else { return nil }
        defer { reader.finish() }
        var baseline = Baseline()
        if let rule = reader.optional("rule")?.choice(Baseline.Rule.allCases.map(\.rawValue), what: "rule") {
            baseline.rule = Baseline.Rule(rawValue: rule) ?? .immediate
        }
        baseline.soc = reader.optional("baseline_soc")?.number(.share)
        return baseline
    }

    /// The `solver` section.
    func solverOptions() -> SolverOptions? {
        guard let reader = section() else { return nil }
        defer { reader.finish() }
        var options = SolverOptions()
        options.mipGap = reader.number("mip_gap", .nonNegative, default: options.mipGap)
        if let limit = reader.optional("time_limit")?.duration() { options.timeLimitSeconds = Double(limit) }
        return options
    }
}
