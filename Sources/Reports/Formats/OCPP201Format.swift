/// OCPP 2.0.1 `SetChargingProfileRequest`s: limits on charging, with one decimal. A plan that discharges is refused.
package enum OCPP201Format: ReportFormat {
    package static let name = "ocpp2.0.1"

    package static func text(of report: Report) throws -> String { try output(of: report).text }

    package static func output(of report: Report) throws -> FormatOutput {
        try OCPPProfiles.refuseDischarging(report, version: "2.0.1")
        return try OCPPProfiles.output(of: report) { session in
            try OCPPIDs.checkText(session)
            return OCPP2Request(session, session.schedule(id: session.id, session.limited))
        }
    }
}

/// Transaction ids as each version has them.
enum OCPPIDs {
    /// In 2.x a text of 36 characters at most.
    static func checkText(_ session: OCPPSession) throws {
        guard let id = session.transactionID, id.isEmpty || id.count > 36 else { return }
        throw FormatRefusal(description: "--transaction-id: 1 to 36 characters in OCPP 2.x, got \(id.count)")
    }

    /// In 1.6 a whole number.
    static func number(_ session: OCPPSession) throws -> Int? {
        guard let id = session.transactionID else { return nil }
        guard let number = Int(id) else {
            throw FormatRefusal(description: "--transaction-id: a whole number in OCPP 1.6, got \"\(id)\"")
        }
        return number
    }
}
