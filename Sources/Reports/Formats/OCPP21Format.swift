/// OCPP 2.1 `SetChargingProfileRequest`s: charging and discharging.
///
/// A charger that can discharge gets `CentralSetpoint` periods with `setpoint` (negative: discharging) within
/// `dischargeLimit` (negative) and `limit`, its rated powers, and `Idle` where nothing flows; one that cannot gets
/// `ChargingOnly` periods with `limit`. Which mode takes which of the three is the specification's table "Limits and
/// setpoints per operation mode".
package enum OCPP21Format: ReportFormat {
    package static let name = "ocpp2.1"

    package static func text(of report: Report) throws -> String { try output(of: report).text }

    package static func output(of report: Report) throws -> FormatOutput {
        if report.profileOptions.rateUnit == .amperes,
            let vehicle = report.scenario.vehicles.first(where: { $0.charger.dischargeKW > 0 && !$0.isStationary })
        {
            throw FormatRefusal(
                description: "OCPP 2.1 leaves open whether a setpoint in A is meant per phase, as a limit is: "
                    + "\(vehicle.id) can discharge and takes watts (--rate-unit W)")
        }
        return try OCPPProfiles.output(of: report) { session in
            try OCPPIDs.checkText(session)
            return OCPP2Request(session, session.schedule(id: session.id) { period(session, $0) })
        }
    }

    private static func period(_ session: OCPPSession, _ period: WrittenPlan.Period) -> OCPPPeriod {
        let charger = session.charger
        guard charger.dischargeKW > 0 else {
            var limited = session.limited(period)
            limited.operationMode = "ChargingOnly"
            return limited
        }
        guard period.kW != 0 else { return OCPPPeriod(startPeriod: period.startSeconds, operationMode: "Idle") }
        return OCPPPeriod(
            startPeriod: period.startSeconds, operationMode: "CentralSetpoint", setpoint: session.rate(period.kW),
            limit: session.rate(charger.chargeKW), dischargeLimit: session.rate(-charger.dischargeKW),
            numberPhases: session.numberPhases(atKW: period.kW))
    }
}
