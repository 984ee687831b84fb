import Accounting
import Scenarios
import Scheduling
import Simulations
import ValueStreams

/// What a sweep asks about each of its scenarios: the answer of the command of that name is the row.
public struct SweepQuestion: Sendable, Equatable {
    public enum Kind: String, Sendable, CaseIterable { case schedule, compare, value, simulate }

    public var kind: Kind
    /// Of `simulate`: how far plans see.
    public var simulation = RollingRun.Options()

    /// For digests; nothing for a schedule, whose databases are older than questions.
    var canonicalText: String {
        switch kind {
        case .schedule: ""
        case .compare, .value: "\n\nquestion \(kind.rawValue)"
        case .simulate:
            "\n\nquestion simulate \(simulation.horizonSeconds) \(simulation.commitSeconds) \(simulation.isInformed)"
        }
    }
}

extension SweepQuestion.Kind {
    /// The columns behind those of the axes, in the table's order.
    public var columns: [ResultColumn] {
        switch self {
        case .schedule: ResultColumn.ofSchedules
        case .compare: ResultColumn.framed(ComparedFigures.columns)
        case .value: ResultColumn.framed(WorthFigures.columns)
        case .simulate: ResultColumn.framed(SimulatedFigures.columns)
        }
    }

    /// The column that a picture shows where none is named.
    public var usualValue: String {
        switch self {
        case .schedule: "objective"
        case .compare: "v2x_objective"
        case .value: "v2x_net"
        case .simulate: "v2x_total"
        }
    }
}

/// `compare` as columns: each mode's cost and energy, and what one saves against another.
enum ComparedFigures {
    private static let figures: [(name: String, unit: ResultColumn.Unit, value: @Sendable (ModeAccount) -> Double)] = [
        ("objective", .money, { $0.objective }),
        ("import_kwh", .kWh, { $0.importKWh }), ("export_kwh", .kWh, { $0.exportKWh }),
        ("charged_kwh", .kWh, { $0.chargedKWh }), ("discharged_kwh", .kWh, { $0.dischargedKWh }),
        ("loss_kwh", .kWh, { $0.lossKWh }), ("peak_import_kw", .kW, { $0.peakKW }),
        ("efc", .none, { $0.efc }), ("mean_soc", .none, { $0.meanSoC }), ("shortfall_kwh", .kWh, { $0.shortfallKWh }),
    ]
    /// A mode, and those that it is set beside.
    private static let pairs: [(mode: ScheduleMode, against: [ScheduleMode])] = [
        (.v2x, [.v1x, .immediate, .deferred]), (.v1x, [.immediate, .deferred]),
    ]

    static var columns: [(name: String, unit: ResultColumn.Unit)] {
        pairs.flatMap { mode, others in
            others.flatMap { other in
                [
                    ("\(mode.rawValue)_saving_against_\(other.rawValue)", ResultColumn.Unit.money),
                    ("\(mode.rawValue)_true_cost_against_\(other.rawValue)", .money),
                ]
            }
        }
            + ScheduleMode.allCases.flatMap { mode in
                figures.map { ("\(mode.rawValue)_\($0.name)", $0.unit) }
            }
    }

    static func values(_ modes: [(mode: ScheduleMode, account: ModeAccount)]) -> [String: Double] {
        var values: [String: Double] = [:]
        let accounts = Dictionary(uniqueKeysWithValues: modes.map { ($0.mode, $0.account) })
        for (mode, account) in modes {
            for figure in figures { values["\(mode.rawValue)_\(figure.name)"] = figure.value(account) }
        }
        for (mode, others) in pairs {
            guard let own = accounts[mode] else { continue }
            for other in others {
                values["\(mode.rawValue)_saving_against_\(other.rawValue)"] = accounts[other].map {
                    rounded($0.objective - own.objective)
                }
                values["\(mode.rawValue)_true_cost_against_\(other.rawValue)"] = own.trueCostAgainst[other.rawValue]
            }
        }
        return values
    }
}

/// `value` as columns: money per vehicle and year.
enum WorthFigures {
    private static let figures:
        [(name: String, unit: ResultColumn.Unit, value: @Sendable (StreamWorth.Mode) -> Double?)] =
            [
                ("net", .money, { $0.net }), ("gross", .money, { $0.gross }),
                ("true_degradation_cost", .money, { $0.trueDegradationCost }),
                ("net_per_kw", .moneyPerKW, { $0.netPerKW }),
                ("charged_kwh", .kWh, { $0.chargedKWh }), ("discharged_kwh", .kWh, { $0.dischargedKWh }),
                ("shortfall_kwh", .kWh, { $0.shortfallKWh }), ("unproven_days", .none, { Double($0.unprovenDays) }),
            ]
    private static let modes = ["v2x", "v1x"]
    private static let streams = ["flat_tariff", "arbitrage"] + StreamRegistry.sections.map { $0.key }

    static var columns: [(name: String, unit: ResultColumn.Unit)] {
        modes.flatMap { mode in figures.map { ("\(mode)_\($0.name)", $0.unit) } }
            + modes.flatMap { mode in
                streams.flatMap { stream in
                    [("\(mode)_first_\(stream)", ResultColumn.Unit.money), ("\(mode)_last_\(stream)", .money)]
                }
            } + [("uncontrolled_bill", .money), ("uncontrolled_shortfall_kwh", .kWh)]
    }

    static func values(_ worth: StreamWorth) -> [String: Double] {
        var values: [String: Double] = [:]
        for (mode, found) in worth.modes {
            for figure in figures { values["\(mode)_\(figure.name)"] = figure.value(found) }
        }
        for entry in worth.streams {
            for (mode, found) in entry.worth {
                values["\(mode)_first_\(entry.stream)"] = found.first
                values["\(mode)_last_\(entry.stream)"] = found.last
            }
        }
        values["uncontrolled_bill"] = rounded(
            worth.uncontrolled.sorted { $0.key < $1.key }.reduce(0) { $0 + $1.value })
        values["uncontrolled_shortfall_kwh"] = worth.uncontrolledShortfallKWh
        return values
    }
}

/// `simulate` as columns: money and energy per year, losses of the horizon.
enum SimulatedFigures {
    private static let figures:
        [(name: String, unit: ResultColumn.Unit, value: @Sendable (Simulation.Run) -> Double?)] = [
            ("total", .money, { $0.total }), ("battery_cost_per_year", .money, { $0.batteryCostPerYear }),
            ("import_kwh", .kWh, { $0.importKWh }), ("export_kwh", .kWh, { $0.exportKWh }),
            ("charged_kwh", .kWh, { $0.chargedKWh }), ("discharged_kwh", .kWh, { $0.dischargedKWh }),
            ("peak_import_kw", .kW, { $0.peakKW }), ("shortfall_kwh", .kWh, { $0.shortfallKWh }),
            ("efc", .none, { $0.efc }), ("mean_soc", .none, { $0.meanSoC }),
            ("capacity_loss", .none, { $0.capacityLoss }), ("calendar_loss", .none, { $0.calendarLoss }),
            ("cycle_loss", .none, { $0.cycleLoss }),
            ("years_to_end_of_life", .none, { $0.yearsToEndOfLife.values.min() }),
            ("unproven_days", .none, { Double($0.unprovenDays) }),
        ]
    private static let modes = ["v2x", "v1x", "uncontrolled"]
    private static let pairs = [("v2x", "v1x"), ("v2x", "uncontrolled"), ("v1x", "uncontrolled")]

    static var columns: [(name: String, unit: ResultColumn.Unit)] {
        pairs.map { ("\($0)_saving_against_\($1)", .money) }
            + ["v2x", "v1x"].map { ("\($0)_value_of_perfect_information", .money) }
            + modes.flatMap { mode in figures.map { ("\(mode)_\($0.name)", $0.unit) } }
    }

    static func values(_ simulation: Simulation) -> [String: Double] {
        var values: [String: Double] = [:]
        // The rule has its own name in a simulation, one name in a table whose runs may have different rules.
        let runs = Dictionary(
            uniqueKeysWithValues: simulation.runs.map { modes.contains($0.key) ? $0 : ("uncontrolled", $0.value) })
        for (mode, run) in runs {
            for figure in figures { values["\(mode)_\(figure.name)"] = figure.value(run) }
        }
        for (mode, other) in pairs {
            guard let own = runs[mode], let usual = runs[other] else { continue }
            values["\(mode)_saving_against_\(other)"] = rounded(usual.total - own.total)
        }
        for (mode, value) in simulation.valueOfPerfectInformation ?? [:] {
            values["\(mode)_value_of_perfect_information"] = value
        }
        return values
    }
}
