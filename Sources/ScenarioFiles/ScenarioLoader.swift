import Scenarios

/// From a file to a checked `Scenario`.
package struct ScenarioLoader: Sendable {
    /// What reads the sections of `services`.
    package var sections: [any ServiceSection.Type]
    /// The cells that a scenario may name; nil: any name is taken.
    package var cellNames: Set<String>?
    /// What `horizon.start: now` means; nil: the system's clock.
    package var now: Instant?

    /// A loader that reads `sections` of `services`, and knows `cellNames`.
    package init(
        sections: [any ServiceSection.Type] = [], cellNames: Set<String>? = nil, now: Instant? = nil
    ) {
        self.sections = sections
        self.cellNames = cellNames
        self.now = now
    }

    /// What came of a file: the scenario, and the warnings (findings that do not stop it).
    package struct Loaded: Sendable {
        /// Checked and resolved.
        package var scenario: Scenario
        /// Findings that do not stop it, in the order of the file.
        package var warnings: [Finding]
        /// Of the shared files that it read, in rising order; empty where none are shared.
        package var fileDigests: [UInt64] = []
        /// Of the scenario's own text, however it is laid out.
        var textDigest = Digest()
        /// Of the scenario's text and of the files that it reads: sixteen hexadecimal digits.
        package var digest: String {
            var digest = textDigest
            for file in fileDigests { digest.add(" \(file)") }
            return digest.text
        }
    }

    /// Reads and checks the scenario at `path` (`-` is standard input; its files are looked up in the current folder).
    ///
    /// - Throws: `InputError`, with all findings at once.
    package func load(path: String) throws(InputError) -> Loaded {
        try load(ScenarioDocument(ScenarioSource(path: path)), files: SeriesFiles())
    }

    /// Reads and checks a scenario given as text; relative paths in it start from `directory` (empty: the current one).
    package func load(text: String, named name: String, directory: String = "") throws(InputError) -> Loaded {
        try load(ScenarioDocument(ScenarioSource(text: text, named: name, directory: directory)))
    }

    /// Checks a scenario that was read before, and maybe changed.
    ///
    /// - Parameter files: series that other scenarios read too; nil where there are no others.
    /// - Throws: `InputError`, with all findings at once.
    package func load(_ document: ScenarioDocument, files: SeriesFiles? = nil) throws(InputError) -> Loaded {
        try load(document, files: files, onAsked: nil)
    }

    /// The same, telling of every key that is asked for: the path of its map, and the key.
    package func load(
        _ document: ScenarioDocument, files: SeriesFiles? = nil, onAsked: ((String, String) -> Void)?
    ) throws(InputError) -> Loaded {
        let now = now ?? (document.text("horizon", "start") == "now" ? .now : nil)
        let first = try read(document, files: files, now: now, onAsked: onAsked)
        guard let found = first.loaded, first.horizon?.beyond == .repeat,
            let last = found.scenario.laterTargets.map(\.at).max()
        else { return try first.complete() }
        // The horizon goes on to the last target, unless that is too far away, or too little is known to be repeated.
        var why = "\(ScenarioLoader.maxRepeatedDays) days are repeated at most"
        let seconds = last.epochSeconds - found.scenario.grid.end.epochSeconds
        if seconds <= ScenarioLoader.maxRepeatedDays * 86_400 {
            let longer = try read(document, files: files, now: now, repeating: Repeating(until: last), onAsked: onAsked)
            guard let short = longer.tooShort else { return try longer.complete() }
            why = "\(short) is known for less than a day before it"
        }
        return try read(document, files: files, now: now, whyNotRepeated: why, onAsked: onAsked).complete()
    }

    /// More days than these are not made up.
    private static let maxRepeatedDays = 7

    /// One reading of a document.
    private struct Reading {
        /// Nil where a series is too short.
        var loaded: Loaded?
        var horizon: ReadHorizon?
        /// The first series that knows too little to be repeated.
        var tooShort: String?

        func complete() throws(InputError) -> Loaded {
            guard let loaded else { throw .invalid([]) }
            return loaded
        }
    }

    /// Reads a document once.
    ///
    /// - Parameters:
    ///   - repeating: the time after the horizon's own end that is planned too.
    ///   - whyNotRepeated: why that was tried and is not done.
    /// - Throws: `InputError`, with all findings at once.
    private func read(
        _ document: ScenarioDocument, files: SeriesFiles?, now: Instant?, repeating: Repeating? = nil,
        whyNotRepeated: String? = nil, onAsked: ((String, String) -> Void)?
    ) throws(InputError) -> Reading {
        let name = document.source.name
        let context = InputContext(file: name, directory: document.source.directory)
        context.shared = files
        context.onAsked = onAsked
        context.now = now
        context.repeating = repeating
        let value = InputValue(node: document.root, path: "", context: context)
        var horizon: ReadHorizon?
        var scenario = value.section().flatMap { read($0, fallbackName: name, horizon: &horizon) }
        if let horizon, scenario != nil {
            meetLaterTargets(&scenario, horizon, repeating: context.repeating, whyNotRepeated: whyNotRepeated)
        }
        if let short = context.repeating?.tooShort { return Reading(horizon: horizon, tooShort: short) }
        let findings = context.log.sorted(mainFile: name)
        guard let scenario, !context.log.hasErrors else { throw .invalid(findings) }
        var digest = Digest()
        digest.add(document.canonicalText)
        return Reading(
            loaded: Loaded(
                scenario: scenario, warnings: findings, fileDigests: context.digests.values.sorted(), textDigest: digest
            ),
            horizon: horizon)
    }

    /// Has vehicles meet their targets after the end as the horizon asks, and reports what becomes of them.
    private func meetLaterTargets(
        _ scenario: inout Scenario?, _ horizon: ReadHorizon, repeating: Repeating?, whyNotRepeated: String?
    ) {
        if horizon.beyond == .require || horizon.beyond == .repeat {
            for index in scenario?.vehicles.indices ?? 0..<0 { scenario?.vehicles[index].meetsLaterTargets = true }
        }
        scenario?.ignoresLaterTargets = horizon.beyond == .ignore
        let clock = horizon.end.context.clock
        if let from = repeating?.from, let end = scenario?.grid.end {
            horizon.end.warning(
                "the horizon goes on from \(clock.dateTime(from)) to \(clock.dateTime(end)), to the last target, with the "
                    + "values of the day before where none are known")
        }
        guard horizon.beyond != .ignore else { return }
        let words = scenario?.laterTargetWords
        if let why = whyNotRepeated {
            horizon.end.warning("is not moved to the targets after it (\(why))" + (words.map { "; \($0)" } ?? ""))
        } else if let words {
            horizon.end.warning(horizon.beyond == .warn ? words + "; set beyond: require or beyond: repeat" : words)
        }
    }

    private func read(
        _ reader: SectionReader, fallbackName: String, horizon readHorizon: inout ReadHorizon?
    ) -> Scenario? {
        defer { reader.finish() }
        let context = reader.value.context
        let name = reader.optional("name")?.text()
        if let currency = reader.optional("currency"), let code = currency.text() {
            if code.count == 3, code.allSatisfy({ $0.isASCII && $0.isUppercase }) {
                context.currency = code
            } else {
                currency.error("must be a three-letter ISO 4217 code such as EUR, got \(currency.described)")
            }
        }
        readHorizon = reader.required("horizon", "{ start: 2024-01-15T12:00, end: 2024-01-16T12:00, step: 15min }")?
            .horizon(tariff: reader.optional("tariff"))
        let horizon = readHorizon?.grid
        let sections = (
            tariff: reader.required("tariff", "{ import: 0.30 }"), site: reader.optional("site"),
            vehicles: reader.optional("vehicles"), services: reader.optional("services"),
            baseline: reader.optional("baseline"), solver: reader.optional("solver"),
            forecast: reader.optional("forecast"), habits: reader.optional("habits"),
            groups: reader.optional("groups")
        )
        let baseline = sections.baseline?.baseline()
        let solver = sections.solver?.solverOptions()
        context.isHorizonKnown = horizon != nil
        let grid = horizon ?? TimeGrid(start: Instant(epochSeconds: 0), stepSeconds: 3600, count: 1, timeZone: "UTC")
        context.grid = grid
        let habits = sections.habits?.habits()
        let tariff = sections.tariff?.tariff(grid)
        let siteRead =
            sections.site.map { $0.site(grid, cellNames: cellNames) } ?? (Site(unlimitedFor: grid.count), [])
        let site = siteRead?.site
        let read: [ReadVehicle]?
        if let section = sections.vehicles {
            read = section.vehicles(grid, cellNames: cellNames)
        } else {
            // A site may have a battery or a heat pump and no vehicle.
            let isSite = siteRead.map { !$0.batteries.isEmpty || !$0.site.flexibleLoads.isEmpty } ?? true
            if !isSite { _ = reader.required("vehicles", "[{ id: ev1, ... }]") }
            read = isSite ? [] : nil
        }
        let batteries = siteRead?.batteries ?? []
        for battery in batteries where read?.contains(where: { $0.vehicle.id == battery.id }) ?? false {
            sections.site?.error("batteries: \"\(battery.id)\" is the id of a vehicle")
        }
        let vehicles = read.map { $0.map(\.vehicle) + batteries }
        let groups = groups(sections.groups, of: read ?? [], grid)
        let services = sections.services?.services(
            self.sections,
            ServiceContext(grid: grid, site: site ?? Site(unlimitedFor: grid.count), vehicles: vehicles ?? []))
        let forecast = sections.forecast?.forecast(grid, exportPrice: tariff?.exportPrice ?? [])
        guard horizon != nil, let tariff, let site, let vehicles, let groups else { return nil }
        return Scenario(
            name: name ?? fallbackName, currency: context.currency, grid: grid, importPricePerKWh: tariff.importPrice,
            exportPricePerKWh: tariff.exportPrice, site: site, vehicles: vehicles, groups: groups,
            baseline: baseline ?? Baseline(), solver: solver ?? SolverOptions(), habits: habits ?? Habits(),
            services: services ?? [:], forecast: forecast)
    }

    /// The `groups` section, empty where there is none; nil, and findings, where it is wrong.
    private func groups(_ section: InputValue?, of vehicles: [ReadVehicle], _ grid: TimeGrid) -> [VehicleGroup]? {
        let named = vehicles.enumerated().compactMap { index, read in read.group.map { (vehicle: index, place: $0) } }
        guard let section else {
            named.first?.place.error("there are no groups: add groups: [{ id: ..., import_limit_kw: ... }]")
            return named.isEmpty ? [] : nil
        }
        // Where the vehicles are wrong, who is meant cannot be told.
        guard !vehicles.isEmpty else { return [] }
        return section.groups(grid, vehicles: vehicles.map(\.vehicle.id), named: named)
    }
}
