import Scenarios

/// What the three versions of OCPP's `SetChargingProfile` share.
///
/// The output is one object; `requests[].request` are the payloads, one per vehicle and plug-in session, each as its
/// schema wants it. Beside each stand the vehicle, the session and what merging and rounding did.
struct OCPPOutput<Request: Encodable>: Encodable {
    struct Entry: Encodable {
        var vehicle: String
        var from: String
        var to: String
        /// At the meter, as planned and as written.
        var plannedChargeKWh: Double
        var plannedDischargeKWh: Double
        var chargeKWh: Double
        var dischargeKWh: Double
        var plannedPeriods: Int
        var movedKWh: Double
        var request: Request

        enum CodingKeys: String, CodingKey {
            case vehicle, from, to, request
            case plannedChargeKWh = "planned_charge_kwh"
            case plannedDischargeKWh = "planned_discharge_kwh"
            case chargeKWh = "charge_kwh"
            case dischargeKWh = "discharge_kwh"
            case plannedPeriods = "planned_periods"
            case movedKWh = "moved_kwh"
        }
    }

    var scenario: String
    /// `SetChargingProfile`, the action of each request.
    var action: String
    var currency: String
    /// The energy line of the plan, and of what is written, money.
    var plannedEnergyCost: Double
    var energyCost: Double
    var requests: [Entry]

    enum CodingKeys: String, CodingKey {
        case scenario, action, currency, requests
        case plannedEnergyCost = "planned_energy_cost"
        case energyCost = "energy_cost"
    }
}

/// `SetChargingProfileRequest` of OCPP 2.0.1 and 2.1. Keys are the schema's.
struct OCPP2Request: Encodable {
    var evseId: Int
    var chargingProfile: Profile

    struct Profile: Encodable {
        var id: Int
        var stackLevel: Int
        var chargingProfilePurpose: String
        var chargingProfileKind = "Absolute"
        var transactionId: String?
        var validFrom: String?
        var validTo: String?
        var chargingSchedule: [OCPPSchedule]
    }

    /// What a session's charger is sent.
    init(_ session: OCPPSession, _ schedule: OCPPSchedule) {
        evseId = session.evseID
        chargingProfile = Profile(
            id: session.id, stackLevel: session.stackLevel, chargingProfilePurpose: session.purpose,
            transactionId: session.transactionID, validFrom: session.validFrom, validTo: session.validTo,
            chargingSchedule: [schedule])
    }
}

struct OCPPSchedule: Encodable {
    /// Absent in OCPP 1.6.
    var id: Int?
    var startSchedule: String
    var duration: Int
    var chargingRateUnit: String
    var chargingSchedulePeriod: [OCPPPeriod]
}

struct OCPPPeriod: Encodable {
    var startPeriod: Int
    var operationMode: String?
    var setpoint: Double?
    var limit: Double?
    var dischargeLimit: Double?
    var numberPhases: Int?
}

/// One session on its way into a request.
struct OCPPSession {
    var session: WrittenPlan.Session
    var charger: Charger
    /// Of the profile and its schedule; unique in the output.
    var id: Int
    var evseID: Int
    var stackLevel: Int
    /// nil: a TxDefaultProfile for a transaction that is yet to begin.
    var transactionID: String?
    var unit: ProfileOptions.RateUnit

    var purpose: String { transactionID == nil ? "TxDefaultProfile" : "TxProfile" }
    /// A TxProfile ends with its transaction.
    var validFrom: String? { transactionID == nil ? session.plan.start.utcText : nil }
    var validTo: String? { transactionID == nil ? session.plan.end.utcText : nil }

    /// A power as a rate with one decimal, made from a whole number of tenths.
    func rate(_ kW: Double) -> Double {
        Double(Quantum.tenths(kW, unit, voltsTimesPhases: charger.voltsTimesPhases(atKW: kW))) / 10
    }

    /// Where a reader would take it for three, or an ampere says nothing without it.
    func numberPhases(atKW kW: Double) -> Int? {
        let count = charger.phases(atKW: kW).count
        return count < 3 || unit == .amperes || !charger.fewerPhases.isEmpty ? count : nil
    }

    func schedule(id: Int?, _ period: (WrittenPlan.Period) -> OCPPPeriod) -> OCPPSchedule {
        OCPPSchedule(
            id: id, startSchedule: session.plan.start.utcText, duration: session.plan.seconds,
            chargingRateUnit: unit.rawValue, chargingSchedulePeriod: session.periods.map(period))
    }

    /// A period that only limits charging.
    func limited(_ period: WrittenPlan.Period) -> OCPPPeriod {
        OCPPPeriod(
            startPeriod: period.startSeconds, limit: rate(period.kW), numberPhases: numberPhases(atKW: period.kW))
    }
}

enum OCPPProfiles {
    /// Every session's request, and what was lost.
    ///
    /// - Throws: `FormatRefusal` where the plan cannot be said in this version.
    static func output<Request: Encodable>(
        of report: Report, request: (OCPPSession) throws -> Request
    ) throws -> FormatOutput {
        let options = report.profileOptions
        try check(options, report.scenario)
        let profiles = profiles(PlugSession.all(in: report.scenario, result: report.result), options)
        var maxPeriodsOfStay: [Int: Int] = [:]
        for profile in profiles {
            // Between stays that share a profile there is a period without power.
            let most = (options.maxPeriods - (profile.count - 1)) / profile.count
            guard most > 0 else {
                throw FormatRefusal(
                    description: "\(profile.count) stays do not fit into one profile of \(options.maxPeriods) "
                        + "\(options.maxPeriods == 1 ? "period" : "periods"): raise --max-stack-level or --max-periods")
            }
            for stay in profile { maxPeriodsOfStay[stay] = most }
        }
        let plan = try WrittenPlan(report, quantum: .tenths(options.rateUnit), keepsPilot: true) {
            maxPeriodsOfStay[$0] ?? options.maxPeriods
        }
        var numberOfVehicle: [Int: Int] = [:]
        var entries: [OCPPOutput<Request>.Entry] = []
        for stays in profiles {
            guard let session = WrittenPlan.Session.joined(stays.map { plan.sessions[$0] }) else { continue }
            let stay = session.plan
            let number = numberOfVehicle[stay.vehicle, default: 0]
            numberOfVehicle[stay.vehicle] = number + 1
            let request = try request(
                OCPPSession(
                    session: session, charger: report.scenario.vehicles[stay.vehicle].charger, id: entries.count + 1,
                    evseID: options.evseIDs[stay.vehicleID] ?? stay.vehicle + 1,
                    stackLevel: min(options.stackLevel + number, options.maxStackLevel ?? .max),
                    transactionID: number == 0 ? options.transactionIDs[stay.vehicleID] : nil,
                    unit: options.rateUnit))
            entries.append(
                OCPPOutput.Entry(
                    vehicle: stay.vehicleID, from: stay.start.utcText, to: stay.end.utcText,
                    plannedChargeKWh: short(stay.chargeKWh), plannedDischargeKWh: short(stay.dischargeKWh),
                    chargeKWh: short(session.chargeKWh), dischargeKWh: short(session.dischargeKWh),
                    plannedPeriods: session.plannedPeriods, movedKWh: short(session.movedKWh), request: request))
        }
        let output = OCPPOutput(
            scenario: report.scenario.name, action: "SetChargingProfile", currency: report.scenario.currency,
            plannedEnergyCost: short(plan.plannedEnergyCost), energyCost: short(plan.writtenEnergyCost),
            requests: entries)
        return FormatOutput(
            text: try JSONFormat.text(of: output),
            notes: plan.notes + levelNotes(profiles.count, numberOfVehicle, options))
    }

    /// The stays by number, those of one profile together.
    private static func profiles(_ stays: [PlugSession], _ options: ProfileOptions) -> [[Int]] {
        let byVehicle = Dictionary(grouping: stays.indices) { stays[$0].vehicle }
        return byVehicle.keys.sorted().flatMap { vehicle in
            let numbers = byVehicle[vehicle] ?? []
            return StackLevels.grouped(
                numbers, levels: options.maxStackLevel.map { $0 - options.stackLevel + 1 },
                isGoingOn: numbers.first.map { options.transactionIDs[stays[$0].vehicleID] != nil } ?? false)
        }
    }

    /// Levels that many stations reject.
    private static func levelNotes(
        _ profileCount: Int, _ numberOfVehicle: [Int: Int], _ options: ProfileOptions
    ) -> [String] {
        guard options.maxStackLevel == nil, let most = numberOfVehicle.values.max(), most > 1 else { return [] }
        return [
            "\(profileCount) profiles use the stack levels \(options.stackLevel) to \(options.stackLevel + most - 1): a station that "
                + "takes fewer rejects the others (--max-stack-level \(options.stackLevel) joins the stays in one profile)"
        ]
    }

    /// Names in the options that no vehicle has.
    private static func check(_ options: ProfileOptions, _ scenario: Scenario) throws {
        let ids = scenario.vehicles.filter { !$0.isStationary }.map(\.id)
        for (option, names) in [
            ("--evse-id", options.evseIDs.keys.sorted()), ("--transaction-id", options.transactionIDs.keys.sorted()),
        ] {
            if let unknown = names.first(where: { !ids.contains($0) }) {
                throw FormatRefusal(
                    description: "\(option): there is no vehicle \"\(unknown)\" (\(ids.joined(separator: ", ")))")
            }
        }
    }

    /// Refuses a plan that discharges, for a version that cannot say it.
    static func refuseDischarging(_ report: Report, version: String) throws {
        let sessions = PlugSession.all(in: report.scenario, result: report.result)
        let clock = WallClock(timeZone: report.scenario.grid.timeZone) ?? .utc
        for session in sessions {
            guard let part = session.parts.first(where: { $0.kW < -1e-6 }) else { continue }
            let at = max(session.start, report.scenario.grid.boundary(part.step))
            let all = sessions.reduce(0) { $0 + $1.dischargeKWh }
            throw FormatRefusal(
                description: "OCPP \(version) cannot discharge: \(session.vehicleID) is to discharge "
                    + "\(fixed(-part.kW, 2)) kW at \(clock.dateTime(at)) (\(fixed(all, 2)) kWh in all); "
                    + "write it as ocpp2.1, or plan with --mode v1x")
        }
    }

    /// To six decimals.
    static func short(_ value: Double) -> Double {
        let rounded = (value * 1e6).rounded() / 1e6
        return rounded == 0 ? 0 : rounded
    }
}
