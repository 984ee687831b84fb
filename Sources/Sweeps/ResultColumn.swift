import Accounting
import Scenarios
import Scheduling
import ValueStreams

/// The columns behind those of the axes.
public struct ResultColumn: Sendable {
    public var name: String
    /// As SQLite declares it.
    var type: String
    /// Of its numbers; nil where it holds none.
    public var unit: Unit?
    var value: @Sendable (RunRecord) -> SweepValue

    /// What a column's numbers are.
    public enum Unit: Sendable {
        case money, moneyPerKW, kWh, kW, none

        /// For a picture's axis; nothing for a share or a count.
        public func words(_ currency: String) -> String {
            switch self {
            case .money: currency
            case .moneyPerKW: "\(currency)/kW"
            case .kWh: "kWh"
            case .kW: "kW"
            case .none: ""
            }
        }
    }

    private static let status = [
        ResultColumn(name: "status", type: "TEXT NOT NULL") { .text($0.status.rawValue) },
        ResultColumn(name: "error", type: "TEXT") { $0.error.map { .text($0) } ?? .null },
    ]
    private static let origin = [
        ResultColumn(name: "scenario_digest", type: "TEXT") { $0.digest.map { .text($0) } ?? .null },
        ResultColumn(name: "version", type: "TEXT NOT NULL") { .text($0.version) },
        real(timing, .none) { $0.seconds },
    ]

    /// Columns of figures, between those that every question has.
    static func framed(_ figures: [(name: String, unit: Unit)]) -> [ResultColumn] {
        status + figures.map { figure in real(figure.name, figure.unit) { $0.figures[figure.name] } } + origin
    }

    /// Of `SweepQuestion.Kind.schedule`.
    static let ofSchedules: [ResultColumn] =
        status + [
            real("objective", .money) { $0.objective }, real("bound", .money) { $0.bound }, real("gap") { $0.gap },
        ] + costLines.map { line in real("cost_\(line)", .money) { $0.account?.costs[line] } } + [
            real("hurdle", .money) { $0.hurdle },
            real("true_cost", .money) { $0.degradation.map { $0.reduce(0) { $0 + $1.trueCost } } },
            real("calendar_loss") { $0.mean(\.calendarLoss) }, real("cycle_loss") { $0.mean(\.cycleLoss) },
            real("baseline_loss") { $0.mean(\.baselineLoss) },
            real("linearisation_gap", .money) { $0.degradation.map { $0.reduce(0) { $0 + $1.linearisationGap } } },
            real("import_kwh", .kWh) { $0.account?.importKWh }, real("export_kwh", .kWh) { $0.account?.exportKWh },
            real("charged_kwh", .kWh) { $0.account?.chargedKWh },
            real("discharged_kwh", .kWh) { $0.account?.dischargedKWh },
            real("loss_kwh", .kWh) { $0.account?.lossKWh }, real("efc") { $0.account?.efc },
            real("mean_soc") { $0.account?.meanSoC },
            real("peak_import_kw", .kW) { $0.account?.peakKW }, real("peak_export_kw", .kW) { $0.peakExportKW },
            real("shortfall_kwh", .kWh) { $0.account?.shortfallKWh },
            ResultColumn(name: "shortfalls", type: "INTEGER", unit: Unit.none) {
                $0.shortfalls.map { .integer($0) } ?? .null
            },
            ResultColumn(name: "method", type: "TEXT") { $0.method.map { .text($0) } ?? .null },
            ResultColumn(name: "iterations", type: "INTEGER", unit: Unit.none) {
                $0.iterations.map { .integer($0) } ?? .null
            },
        ] + origin

    /// The one column in which two runs of the same sweep differ: wall-clock seconds.
    public static let timing = "seconds"

    /// Every cost line that a scenario can have; null in a run that does not have it.
    static let costLines =
        CostLine.lawNames + StreamRegistry.sections.map { $0.key }

    private static func real(
        _ name: String, _ unit: Unit = .none, _ value: @escaping @Sendable (RunRecord) -> Double?
    ) -> ResultColumn {
        ResultColumn(name: name, type: "REAL", unit: unit) { SweepValue(value($0)) }
    }
}

/// One run, measured: a row.
struct RunRecord: Sendable {
    enum Status: String, Sendable { case optimal, feasible, infeasible, limit, failed, invalid }

    var run: Int
    var settings: [Setting]
    var version: String
    var status = Status.failed
    /// Why there is no schedule.
    var error: String?
    var objective: Double?
    /// What `min_gain_per_kwh` asks: bound and gap are those of objective plus hurdle.
    var hurdle: Double?
    var bound: Double?
    var gap: Double?
    var account: ModeAccount?
    /// Of the questions beyond `schedule`, by column.
    var figures: [String: Double] = [:]
    var peakExportKW: Double?
    var shortfalls: Int?
    var method: String?
    var iterations: Int?
    /// Of the scenario's tree and the files that it reads.
    var digest: String?
    /// Of reading, solving and settling.
    var seconds = 0.0

    /// By vehicle id.
    var degradation: [DegradationEntry]? {
        // In a fixed order, so that sums are the same to the last digit.
        account?.degradation.map { entries in entries.sorted { $0.key < $1.key }.map(\.value) }
    }

    /// Over the vehicles whose ageing is priced.
    func mean(_ value: (DegradationEntry) -> Double) -> Double? {
        degradation.map { entries in entries.reduce(0) { $0 + value($1) } / Double(entries.count) }
    }
}
