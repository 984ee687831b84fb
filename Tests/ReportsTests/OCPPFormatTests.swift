import Scenarios
import Testing

@testable import Reports

/// What a charger is told to do: the owner's plan, or a refusal, never something else.
@Suite struct OCPPFormatTests {
    /// Every rule of OCPP 2.1's charging profiles that its schema cannot hold, by their own words.
    static func broken21(_ request: JSONLook, maxPeriods: Int = 1024) -> [String] {
        let schedule = request["chargingProfile"]["chargingSchedule"][0]
        let periods = schedule["chargingSchedulePeriod"].list
        var broken: [String] = []
        if periods.isEmpty || periods.count > maxPeriods { broken.append("\(periods.count) periods") }
        if periods.first?["startPeriod"].number != 0 { broken.append("the first period does not start at 0") }
        for (left, right) in zip(periods, periods.dropFirst())
        where (left["startPeriod"].number ?? 0) >= (right["startPeriod"].number ?? 0) {
            broken.append("periods do not rise")
        }
        if (periods.last?["startPeriod"].number ?? .infinity) >= (schedule["duration"].number ?? 0) {
            broken.append("a period starts after the end")
        }
        let isTransaction = request["chargingProfile"]["chargingProfilePurpose"].text == "TxProfile"
        if isTransaction != (request["chargingProfile"]["transactionId"].text != nil) {
            broken.append("a transaction id belongs to a TxProfile, and to no other")
        }
        for period in periods {
            let (setpoint, limit, least) = (
                period["setpoint"].number, period["limit"].number, period["dischargeLimit"].number
            )
            switch period["operationMode"].text {
            case "Idle":
                if setpoint != nil || limit != nil || least != nil { broken.append("Idle has a limit") }
            case "ChargingOnly":
                if limit == nil || setpoint != nil || least != nil { broken.append("ChargingOnly is its limit alone") }
                if (limit ?? -1) < 0 { broken.append("a limit below 0") }
            case "CentralSetpoint":
                guard let setpoint, let limit, let least else {
                    broken.append("CentralSetpoint lacks one of the three")
                    continue
                }
                if !(least...limit).contains(setpoint) || least > 0 { broken.append("setpoint \(setpoint) outside") }
            case let mode: broken.append("operationMode \(mode ?? "none")")
            }
        }
        return broken
    }

    /// Energy of a request, kWh: what its periods say.
    static func energy21(_ request: JSONLook) -> (charge: Double, discharge: Double) {
        let schedule = request["chargingProfile"]["chargingSchedule"][0]
        let periods = schedule["chargingSchedulePeriod"].list
        var sum = (charge: 0.0, discharge: 0.0)
        for (index, period) in periods.enumerated() {
            let end = index + 1 < periods.count ? periods[index + 1]["startPeriod"].number : schedule["duration"].number
            let hours = ((end ?? 0) - (period["startPeriod"].number ?? 0)) / 3600
            let watts =
                period["operationMode"].text == "Idle" ? 0 : period["setpoint"].number ?? period["limit"].number ?? 0
            sum.charge += max(0, watts) / 1000 * hours
            sum.discharge += max(0, -watts) / 1000 * hours
        }
        return sum
    }

    @Test("a step in which the car comes is done from its arrival on: else the charger acts while nobody is there")
    func partlyPlugged() throws {
        // Here from 12:10 to 12:40: a third of a quarter at 3 kW mean is 9 kW, two thirds at -4 kW mean are -6 kW.
        let plan = HandPlan(
            importPrice: [0.1, 0.2, 0.3, 0.4],
            vehicles: [.init(netKW: [3, 0, -4, 0], stays: [(10, 40)])])
        let look = try JSONLook(OCPP21Format.text(of: plan.report()))
        let request = look["requests"][0]["request"]
        #expect(OCPPFormatTests.broken21(request).isEmpty)
        let schedule = request["chargingProfile"]["chargingSchedule"][0]
        #expect(schedule["startSchedule"].text == "2024-01-15T11:10:00Z" && schedule["duration"].number == 1800)
        let periods = schedule["chargingSchedulePeriod"].list
        #expect(periods.map { $0["startPeriod"].number } == [0, 300, 1200])
        #expect(periods.map { $0["setpoint"].number } == [9000, nil, -6000])
        #expect(periods[0].keys == ["dischargeLimit", "limit", "operationMode", "setpoint", "startPeriod"])
        #expect(periods[0]["limit"].number == 11000 && periods[0]["dischargeLimit"].number == -10000)
        #expect(periods[1].keys == ["operationMode", "startPeriod"])
        let energy = OCPPFormatTests.energy21(request)
        #expect(abs(energy.charge - 0.75) < 1e-9 && abs(energy.discharge - 1) < 1e-9)
    }

    @Test("each stay of each vehicle is a request of its own, none replaces another")
    func sessions() throws {
        let stays: [(from: Double, to: Double)] = [(0, 15), (30, 60)]
        var plan = HandPlan(
            importPrice: [0.1, 0.2, 0.3, 0.4],
            vehicles: [
                .init(id: "a", netKW: [1, 0, 2, 2], stays: stays),
                .init(id: "b", netKW: [0, 0, 0, 0], charger: Charger(chargeKW: 11)),
            ])
        plan.options.transactionIDs = ["a": "7"]
        plan.options.evseIDs = ["b": 9]
        plan.options.stackLevel = 3
        let entries = try JSONLook(OCPP21Format.text(of: plan.report()))["requests"].list
        let profiles = entries.map { $0["request"]["chargingProfile"] }
        #expect(entries.map { $0["vehicle"].text } == ["a", "a", "b"])
        #expect(entries.map { $0["request"]["evseId"].number } == [1, 1, 9])
        #expect(profiles.map { $0["id"].number } == [1, 2, 3])
        #expect(profiles.map { $0["stackLevel"].number } == [3, 4, 3])
        #expect(
            profiles.map { $0["chargingProfilePurpose"].text } == ["TxProfile", "TxDefaultProfile", "TxDefaultProfile"])
        #expect(profiles.map { $0["transactionId"].text } == ["7", nil, nil])
        #expect(profiles[0]["validFrom"].text == nil && profiles[1]["validFrom"].text == "2024-01-15T11:30:00Z")
        #expect(profiles[1]["validTo"].text == "2024-01-15T12:00:00Z")
        for entry in entries { #expect(OCPPFormatTests.broken21(entry["request"]).isEmpty) }
        // A car that is to do nothing is told so: without a profile it would charge at once.
        let idle = profiles[2]["chargingSchedule"][0]["chargingSchedulePeriod"].list
        #expect(idle.count == 1 && idle[0]["operationMode"].text == "ChargingOnly" && idle[0]["limit"].number == 0)
        let old = try JSONLook(OCPP16Format.text(of: plan.report()))["requests"][0]["request"]["csChargingProfiles"]
        #expect(old["transactionId"].number == 7 && old["chargingProfileId"].number == 1)
        #expect(
            old["chargingSchedule"].keys == ["chargingRateUnit", "chargingSchedulePeriod", "duration", "startSchedule"])
    }

    @Test("versions that cannot discharge refuse with vehicle, time and amount, not with a plan that charges only")
    func refusal() {
        let plan = HandPlan(
            importPrice: [0.1, 0.2, 0.3, 0.4],
            vehicles: [.init(netKW: [3, 0, -4, -1])])
        for (format, version) in [(OCPP16Format.self, "1.6"), (OCPP201Format.self, "2.0.1")]
            as [(any ReportFormat.Type, String)]
        {
            #expect(throws: FormatRefusal.self) { try format.text(of: plan.report()) }
            do {
                _ = try format.output(of: plan.report())
            } catch {
                #expect(
                    "\(error)" == "OCPP \(version) cannot discharge: ev1 is to discharge 4.00 kW at 2024-01-15 12:30 "
                        + "(1.25 kWh in all); write it as ocpp2.1, or plan with --mode v1x")
            }
        }
    }

    @Test("rates are rounded toward zero to tenths, and what a solver leaves of a round number is that number")
    func rounding() {
        #expect(Quantum.tenths(10.999_999_999_9, .watts, voltsTimesPhases: 690) == 110_000)
        #expect(Quantum.tenths(10.99999, .watts, voltsTimesPhases: 690) == 109_999)
        #expect(Quantum.tenths(-10.99999, .watts, voltsTimesPhases: 690) == -109_999)
        #expect(Quantum.tenths(0.000_000_01, .watts, voltsTimesPhases: 690) == 0)
        // 16 A on three phases of 230 V are 11.04 kW.
        #expect(Quantum.tenths(11.04, .amperes, voltsTimesPhases: 690) == 160)
        #expect(Quantum.tenths(11.039, .amperes, voltsTimesPhases: 690) == 159)
        #expect(Quantum.tenths(1.38, .amperes, voltsTimesPhases: 230) == 60)
        for seed in 0..<2000 {
            // Every kW in turn, in steps that are no round number: never more than planned, less than a tenth less.
            let kW = Double(seed) * 0.017_3 - 17
            for unit in ProfileOptions.RateUnit.allCases {
                let written = Quantum.tenths(unit).written(kW, voltsTimesPhases: 690)
                let tenth = unit == .watts ? 0.000_1 : 0.069
                #expect(abs(written) <= abs(kW) + 1e-6 && abs(kW - written) < tenth && written * kW >= 0)
            }
        }
    }

    @Test("amperes are those of each phase, and say how many phases")
    func amperes() throws {
        var single = Charger(chargeKW: 3.68)
        single.phases = [2]
        var plan = HandPlan(
            importPrice: [0.1, 0.2], vehicles: [.init(netKW: [3.68, 1.5], charger: single)])
        plan.options.rateUnit = .amperes
        for format in [OCPP16Format.self, OCPP201Format.self, OCPP21Format.self] as [any ReportFormat.Type] {
            let output = try format.output(of: plan.report())
            let request = try JSONLook(output.text)["requests"][0]["request"]
            let schedule =
                format == OCPP16Format.self
                ? request["csChargingProfiles"]["chargingSchedule"] : request["chargingProfile"]["chargingSchedule"][0]
            #expect(schedule["chargingRateUnit"].text == "A")
            let periods = schedule["chargingSchedulePeriod"].list
            // 1.5 kW are 6.52 A: 5 W are lost for a quarter of an hour, too little to speak of.
            #expect(periods.map { $0["limit"].number } == [16, 6.5])
            #expect(periods.map { $0["numberPhases"].number } == [1, 1])
            #expect(output.notes.isEmpty)
        }
        plan.vehicles[0].charger.dischargeKW = 3.68
        #expect(throws: FormatRefusal.self) { try OCPP21Format.text(of: plan.report()) }
    }

    @Test("energy that rounding takes away is reported")
    func roundingIsSaid() throws {
        var plan = HandPlan(
            importPrice: Array(repeating: 0.2, count: 8),
            vehicles: [.init(netKW: Array(repeating: 4.2, count: 8), charger: Charger(chargeKW: 11))])
        plan.options.rateUnit = .amperes
        // 6.087 A are written as 6.0: 60 W for two hours.
        #expect(
            try OCPP201Format.output(of: plan.report()).notes
                == ["rounded toward zero: 0.12 kWh less charged, 0.00 kWh less discharged"])
    }

    @Test("a power that rounding takes below the charger's minimum is reported: the charger might do nothing there")
    func belowLeast() throws {
        var plan = HandPlan(
            importPrice: [0.2], vehicles: [.init(netKW: [4.2], charger: Charger(chargeKW: 11, minChargeKW: 4.2))])
        #expect(try OCPP201Format.output(of: plan.report()).notes.isEmpty)
        plan.options.rateUnit = .amperes
        let notes = try OCPP201Format.output(of: plan.report()).notes
        #expect(notes.contains("ev1: 4.14 kW is below the charger's least 4.20 kW, by rounding"), "\(notes)")
    }

    @Test("options that name no vehicle, and ids that a version does not take, are refused")
    func options() {
        var plan = HandPlan(importPrice: [0.1], vehicles: [.init(netKW: [0], charger: Charger(chargeKW: 11))])
        func refusal(_ format: any ReportFormat.Type) -> String? {
            do {
                _ = try format.output(of: plan.report())
                return nil
            } catch { return "\(error)" }
        }
        plan.options.evseIDs = ["ev2": 1]
        #expect(refusal(OCPP21Format.self) == "--evse-id: there is no vehicle \"ev2\" (ev1)")
        plan.options.evseIDs = [:]
        plan.options.transactionIDs = ["ev1": "tx-1"]
        #expect(refusal(OCPP16Format.self) == "--transaction-id: a whole number in OCPP 1.6, got \"tx-1\"")
        #expect(refusal(OCPP201Format.self) == nil)
        plan.options.transactionIDs = ["ev1": String(repeating: "x", count: 37)]
        #expect(refusal(OCPP21Format.self) == "--transaction-id: 1 to 36 characters in OCPP 2.x, got 37")
    }
}
