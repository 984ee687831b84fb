import Scheduling

/// What moved between two results (`v2x diff`).
package struct Comparison: Sendable {
    /// How far numbers may lie apart.
    package struct Tolerances: Sendable {
        /// Of money: absolute, or relative to the larger amount, whichever allows more.
        package var absolute: Double
        /// Of money, as a share of the larger amount.
        package var relative: Double
        /// Of power and energy, kW and kWh; nil: schedules are not compared.
        package var schedule: Double?
        /// Memberwise.
        package init(absolute: Double = 1e-6, relative: Double = 1e-6, schedule: Double? = 1e-6) {
            self.absolute = absolute
            self.relative = relative
            self.schedule = schedule
        }

        /// Of the sum of the shortfalls where schedules are not compared, kWh.
        static let shortfallKWh = 1e-6
    }

    /// One thing that differs.
    package struct Difference: Sendable, Equatable, Encodable {
        /// `costs.energy`, `vehicles[ev1].charge_kw[12]`.
        package var what: String
        /// In the first result.
        package var left: String
        /// In the second result.
        package var right: String
    }

    /// Everything that differs by more than it may, in the order of the file; of an array only the largest difference.
    package private(set) var differences: [Difference] = []
    private let tolerances: Tolerances

    /// Compares `left` and `right`, the solver's statistics aside.
    package init(_ left: ResultFile, _ right: ResultFile, tolerances: Tolerances = Tolerances()) {
        self.tolerances = tolerances
        compare("scenario", left.scenario, right.scenario)
        compare("mode", left.mode, right.mode)
        compare("currency", left.currency, right.currency)
        compare("status", left.status.rawValue, right.status.rawValue)
        compareMoney("objective", left.objective, right.objective)
        compareMoney("hurdle", left.hurdle ?? 0, right.hurdle ?? 0)
        for name in Set(left.costs.keys).union(right.costs.keys).sorted() {
            compareMoney("costs.\(name)", left.costs[name], right.costs[name])
        }
        let allowedShortfall = tolerances.schedule ?? Tolerances.shortfallKWh
        compareNumbers("shortfall_kwh", [left.shortfallKWh], [right.shortfallKWh], allowedShortfall)
        if let allowed = tolerances.schedule { compareSchedules(left, right, allowed) }
    }

    private mutating func compareSchedules(_ left: ResultFile, _ right: ResultFile, _ allowed: Double) {
        compareShortfalls(left.shortfalls, right.shortfalls, allowed)
        if left.steps != right.steps {
            compare(
                "steps", "\(left.steps.count) from \(left.steps.first ?? "-")",
                "\(right.steps.count) from \(right.steps.first ?? "-")")
        }
        compareNumbers("site.import_kw", left.site.importKW, right.site.importKW, allowed)
        compareNumbers("site.export_kw", left.site.exportKW, right.site.exportKW, allowed)
        compareNumbers("site.curtailed_kw", left.site.curtailedKW, right.site.curtailedKW, allowed)
        compare(
            "vehicles", left.vehicles.map(\.id).joined(separator: " "), right.vehicles.map(\.id).joined(separator: " "))
        for (a, b) in zip(left.vehicles, right.vehicles) where a.id == b.id {
            compareNumbers("vehicles[\(a.id)].charge_kw", a.chargeKW, b.chargeKW, allowed)
            compareNumbers("vehicles[\(a.id)].discharge_kw", a.dischargeKW, b.dischargeKW, allowed)
            compareNumbers("vehicles[\(a.id)].energy_kwh", a.energyKWh, b.energyKWh, allowed)
        }
        let (planned, other) = (left.loads ?? [], right.loads ?? [])
        compare("loads", planned.map(\.id).joined(separator: " "), other.map(\.id).joined(separator: " "))
        for (a, b) in zip(planned, other) where a.id == b.id {
            compareNumbers("loads[\(a.id)].kw", a.kW, b.kW, allowed)
            compareNumbers("loads[\(a.id)].energy_kwh", a.energyKWh ?? [], b.energyKWh ?? [], allowed)
        }
        let (ours, theirs) = (left.services ?? [:], right.services ?? [:])
        for key in Set(ours.keys).union(theirs.keys).sorted() {
            compareServices("services.\(key)", ours[key] ?? [], theirs[key] ?? [], allowed)
        }
    }

    /// Which targets gave way, and by how much: one that is missing counts as 0.
    private mutating func compareShortfalls(
        _ left: [ResultFile.ShortfallEntry], _ right: [ResultFile.ShortfallEntry], _ allowed: Double
    ) {
        func byTarget(_ entries: [ResultFile.ShortfallEntry]) -> [String: Double] {
            Dictionary(
                entries.map { ("\($0.vehicle ?? $0.load ?? "site") \($0.kind.rawValue) \($0.at)", $0.kwh) },
                uniquingKeysWith: +)
        }
        let (ours, theirs) = (byTarget(left), byTarget(right))
        for target in Set(ours.keys).union(theirs.keys).sorted() {
            compareNumbers("shortfalls[\(target)]", [ours[target] ?? 0], [theirs[target] ?? 0], allowed)
        }
    }

    private mutating func compareServices(
        _ what: String, _ left: [ServiceSeries], _ right: [ServiceSeries], _ allowed: Double
    ) {
        guard left.count == right.count else {
            differences.append(Difference(what: what, left: "\(left.count) entries", right: "\(right.count) entries"))
            return
        }
        for (index, (a, b)) in zip(left, right).enumerated() {
            compare("\(what)[\(index)].direction", a.direction ?? "none", b.direction ?? "none")
            compareNumbers("\(what)[\(index)].kw", a.kw ?? [], b.kw ?? [], allowed)
            compareNumbers("\(what)[\(index)].level_kw", [a.levelKW ?? 0], [b.levelKW ?? 0], allowed)
        }
    }

    private mutating func compare(_ what: String, _ left: String, _ right: String) {
        if left != right { differences.append(Difference(what: what, left: left, right: right)) }
    }

    private mutating func compareMoney(_ what: String, _ left: Double?, _ right: Double?) {
        if let left, let right {
            let allowed = max(tolerances.absolute, tolerances.relative * max(abs(left), abs(right)))
            if abs(left - right) <= allowed { return }
        } else if left == nil, right == nil {
            return
        }
        differences.append(Difference(what: what, left: left.map(text) ?? "absent", right: right.map(text) ?? "absent"))
    }

    /// The largest difference of two arrays, named by its step.
    private mutating func compareNumbers(_ what: String, _ left: [Double], _ right: [Double], _ allowed: Double) {
        guard left.count == right.count else {
            differences.append(Difference(what: what, left: "\(left.count) values", right: "\(right.count) values"))
            return
        }
        let apart = zip(left, right).map { abs($0 - $1) }
        guard let worst = apart.indices.max(by: { apart[$0] < apart[$1] }), apart[worst] > allowed else { return }
        let count = apart.filter { $0 > allowed }.count
        let name = left.count == 1 ? what : "\(what)[\(worst)]" + (count > 1 ? " and \(count - 1) more" : "")
        differences.append(Difference(what: name, left: text(left[worst]), right: text(right[worst])))
    }
}
