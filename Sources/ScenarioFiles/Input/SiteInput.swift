import Scenarios

enum SiteKeys {
    /// Every key of the site.
    static let all: [SectionKey<Site>] = [
        .series("import_limit_kw", .power, .nonNegative, "Import limit, kW", \.importLimitKW),
        .series("export_limit_kw", .power, .nonNegative, "Export limit, kW", \.exportLimitKW),
        .series("load_kw", .power, .nonNegative, "Consumption behind the connection, kW", \.loadKW),
        .series("pv_kw", .power, .nonNegative, "Generation behind the connection, kW", \.pvKW),
        .flag("pv_curtailable", byDefault: false, "Whether generation may be thrown away", \.isPVCurtailable),
        .key(
            Schema.key(
                "outages",
                .list(
                    .map([
                        Schema.key("from", .time, "When the grid goes."), Schema.key("to", .time, "When it is back."),
                    ])), "Times without a grid.")
        ) { value, site in
            for outage in value?.list() ?? [] {
                guard let span = outage.outage() else { continue }
                // A step that an outage touches has no grid: power is a step's mean, and part of a step cannot be planned.
                for step in outage.grid?.steps(from: span.lowerBound, to: span.upperBound) ?? 0..<0 {
                    site.isIsland[step] = true
                    site.importLimitKW[step] = 0
                    site.exportLimitKW[step] = 0
                }
            }
            return true
        },
        .ofReader(Schema.key("batteries", .list(.defined("stationary_battery")), "Stationary batteries.")),
        .ofReader(Schema.key("loads", .list(.defined("flexible_load")), "Loads whose time can be chosen.")),
        .ofReader(Schema.key("volts", .number(.positive), "Voltage of a phase, V (230).")),
        SectionKey(
            property: Schema.key("phase_limit_a", .number(.nonNegative), "Limit of each phase, A."), isColumn: false
        ) { reader, site in
            let volts = reader.number("volts", .positive, unit: "V", default: 230)
            if let amperes = reader.optional("phase_limit_a")?.number(.nonNegative, unit: "A") {
                site.phaseLimitKW = amperes * volts / 1000
            }
            return true
        },
    ]
}

enum TariffKeys {
    static let all = [
        Schema.required("import", .series, "Price of energy bought, money per kWh."),
        Schema.key("export", .series, "Price of energy sold, money per kWh (0)."),
    ]
}

enum BaselineKeys {
    static let all: [SectionKey<Baseline>] = [
        .choice("rule", what: "rule", byDefault: .immediate, "How it would be charged", \.rule),
        .number("baseline_soc", .share, .none, "Where immediate charging stops, 0...1", \.soc),
    ]
}

enum SolverKeys {
    static let all: [SectionKey<SolverOptions>] = [
        .number(
            "mip_gap", .nonNegative, byDefault: SolverOptions().mipGap,
            "Relative gap at which a proof counts as closed", \.mipGap),
        .key(Schema.key("time_limit", .duration, "Wall-clock limit (60s).")) { value, options in
            if let seconds = value?.duration() { options.timeLimitSeconds = Double(seconds) }
            return true
        },
    ]
}

extension InputValue {
    /// The `site` section: the site, and its stationary batteries.
    func site(_ grid: TimeGrid, cellNames: Set<String>?) -> (site: Site, batteries: [Vehicle])? {
        guard let reader = section() else { return nil }
        defer { reader.finish() }
        var site = Site(unlimitedFor: grid.count)
        _ = reader.read(SiteKeys.all, into: &site)
        let batteries = reader.optional("batteries").map { $0.stationaryBatteries(grid, cellNames: cellNames) } ?? []
        let loads = reader.optional("loads").map { $0.flexibleLoads(grid) } ?? []
        guard let batteries, let loads else { return nil }
        site.flexibleLoads = loads
        return (site, batteries)
    }

    /// An entry of `outages`: `{ from: ..., to: ... }`.
    fileprivate func outage() -> Range<Instant>? {
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
        _ = reader.read(BaselineKeys.all, into: &baseline)
        return baseline
    }

    /// The `solver` section.
    func solverOptions() -> SolverOptions? {
        guard let reader = section() else { return nil }
        defer { reader.finish() }
        var options = SolverOptions()
        _ = reader.read(SolverKeys.all, into: &options)
        return options
    }
}
