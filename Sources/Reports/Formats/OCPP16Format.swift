/// OCPP 1.6 `SetChargingProfile.req`s: limits on charging in tenths, one schedule, a whole number for a transaction.
/// A plan that discharges is refused.
package enum OCPP16Format: ReportFormat {
    package static let name = "ocpp1.6"

    package static func text(of report: Report) throws -> String { try output(of: report).text }

    package static func output(of report: Report) throws -> FormatOutput {
        try OCPPProfiles.refuseDischarging(report, version: "1.6")
        return try OCPPProfiles.output(of: report) { session in
            Request(
                connectorId: session.evseID,
                csChargingProfiles: Request.Profile(
                    chargingProfileId: session.id, transactionId: try OCPPIDs.number(session),
                    stackLevel: session.stackLevel, chargingProfilePurpose: session.purpose,
                    validFrom: session.validFrom, validTo: session.validTo,
                    chargingSchedule: session.schedule(id: nil, session.limited)))
        }
    }

    /// Keys are the schema's.
    struct Request: Encodable {
        var connectorId: Int
        var csChargingProfiles: Profile

        struct Profile: Encodable {
            var chargingProfileId: Int
            var transactionId: Int?
            var stackLevel: Int
            var chargingProfilePurpose: String
            var chargingProfileKind = "Absolute"
            var validFrom: String?
            var validTo: String?
            var chargingSchedule: OCPPSchedule
        }
    }
}
