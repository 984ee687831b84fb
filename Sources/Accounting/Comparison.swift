import Scheduling

/// What moved between two results (`v2x diff`).
public struct Comparison: Sendable {
    /// How far numbers may lie apart.
    public struct Tolerances: Sendable {
        /// Of money: absolute, or relative to the larger amount, whichever allows more.
        public var absolute: Double
        public var relative: Double
        /// Of power and energy, kW and kWh; nil: schedules are not compared.
        public var schedule: Double?
        public init(absolute: Double = 1e-6, relative: Double = 1e-6, schedule: Double? = 1e-6) {
            self.absolute = absolute
            self.relative = relative
            self.schedule = schedule
        }
    }

    /// One thing that differs.
    public struct Difference: Sendable, Equatable {
        /// `costs.energy`, `vehicles[ev1].charge_kw[12]`.
        public var what: String
        public var left: String
        public var right: String
    }

    public private(set) var differences: [Difference] = []

    /// Compares `left` and `right`, the solver's statistics aside.
    public init(_ left: ResultFile, _ right: ResultFile, tolerances: Tolerances = Tolerances()) {
        compare("scenario", left.scenario, right.scenario)
        compare("currency", left.currency, right.currency)
        compare("status", left.status.rawValue, right.status.rawValue)
        compareMoney("objective", left.objective, right.objective, tolerances)
        for name in Set(left.costs.keys).union(right.costs.keys).sorted() {
            compareMoney("costs.\(name)", left.costs[name], right.costs[name], tolerances)
        }
        let allowed = tolerances.schedule ?? 1e-6
        compareNumbers("shortfall_kwh", [left.shortfallKWh], [right.shortfallKWh], allowed)
        guard let allowed = tolerances.schedule else { return }
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
    }

    private mutating func compare(_ what: String, _ left: String, _ right: String) {
        if left != right { differences.append(Difference(what: what, left: left, right: right)) }
    }

    private mutating func compareMoney(_ what: String, _ left: Double?, _ right: Double?, _ tolerances: Tolerances) {
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
