import Foundation

/// Why a request is refused, as the protocol answers it with 400.
public struct RequestRefusal: Error, Encodable, Sendable {
    /// A sentence.
    public var message: String
    /// Field paths such as `batteries.0.s_max`, each with what is wrong there.
    public var details: [String: String]

    init(_ message: String, _ details: [String: String] = [:]) {
        self.message = message
        self.details = details
    }
}

extension ChargeRequest {
    /// More steps or batteries than these are no home's.
    static let mostSteps = 2000
    static let mostBatteries = 50

    /// Reads and checks the JSON of a request.
    ///
    /// - Throws: `RequestRefusal`.
    public init(json: Data) throws(RequestRefusal) {
        do { self = try JSONDecoder().decode(ChargeRequest.self, from: json) } catch {
            throw ChargeRequest.refusal(error)
        }
        try check()
    }

    private static func refusal(_ error: any Error) -> RequestRefusal {
        let invalid = "Input payload validation failed"
        func place(_ path: [any CodingKey]) -> String {
            path.map { $0.intValue.map(String.init) ?? $0.stringValue }.joined(separator: ".")
        }
        switch error {
        case DecodingError.keyNotFound(let key, let context):
            return RequestRefusal(invalid, [place(context.codingPath + [key]): "is a required property"])
        case DecodingError.typeMismatch(_, let context) where !context.codingPath.isEmpty,
            DecodingError.valueNotFound(_, let context) where !context.codingPath.isEmpty:
            return RequestRefusal(invalid, [place(context.codingPath): "has the wrong type"])
        case DecodingError.dataCorrupted(let context) where !context.codingPath.isEmpty:
            return RequestRefusal(invalid, [place(context.codingPath): "is not a value that is known there"])
        default: return RequestRefusal("Invalid request body")
        }
    }

    private func check() throws(RequestRefusal) {
        let series = timeSeries
        let count = series.loadWh.count
        var lengths = [
            "time_series.dt": series.stepSeconds.count, "time_series.gt": count,
            "time_series.ft": series.solarWh.count, "time_series.p_N": series.importPricePerWh.count,
            "time_series.p_E": series.exportPricePerWh.count,
        ]
        for (index, more) in (series.moreLoadsWh ?? []).enumerated() {
            lengths["time_series.gt_add.\(index)"] = more.count
        }
        for (index, battery) in batteries.enumerated() {
            lengths["batteries.\(index).p_demand"] = battery.demandWh?.count
            lengths["batteries.\(index).s_goal"] = battery.goalWh?.count
        }
        guard Set(lengths.values).count == 1 else {
            throw RequestRefusal(
                "All time series must have the same length", lengths.mapValues { "has \($0) values" })
        }
        var details: [String: String] = [:]
        if count == 0 || count > ChargeRequest.mostSteps {
            details["time_series.dt"] = "must have 1 to \(ChargeRequest.mostSteps) values"
        }
        if batteries.isEmpty || batteries.count > ChargeRequest.mostBatteries {
            details["batteries"] = "must have 1 to \(ChargeRequest.mostBatteries) entries"
        }
        func check(_ place: String, _ values: [Double?], least: Double = 0, most: Double = 1e9) {
            if values.contains(where: { $0.map { !(least...most).contains($0) } ?? false }) {
                details[place] = "must be within \(least) and \(most)"
            }
        }
        check("time_series.dt", series.stepSeconds, most: 1e8)
        check("time_series.gt", series.loadWh, least: -1e9)
        for more in series.moreLoadsWh ?? [] { check("time_series.gt_add", more, least: -1e9) }
        check("time_series.ft", series.solarWh)
        check("time_series.p_N", series.importPricePerWh, least: -1e3, most: 1e3)
        check("time_series.p_E", series.exportPricePerWh, least: -1e3, most: 1e3)
        check("grid.p_max_imp", [grid?.importLimitW])
        check("grid.p_max_exp", [grid?.exportLimitW])
        check("grid.prc_p_exc_imp", [grid?.demandRatePerW], most: 1e3)
        check("eta_c", [chargeEfficiency], least: 0.01, most: 1)
        check("eta_d", [dischargeEfficiency], least: 0.01, most: 1)
        for (index, battery) in batteries.enumerated() {
            let place = "batteries.\(index)."
            for (key, value) in [
                ("s_capacity", battery.capacityWh), ("s_min", battery.leastWh), ("s_max", battery.mostWh),
                ("s_initial", battery.startWh), ("c_min", battery.leastChargeW), ("c_max", battery.chargeW),
                ("d_max", battery.dischargeW),
            ] { check(place + key, [value]) }
            check(place + "p_a", [battery.endValuePerWh], least: -1e3, most: 1e3)
            check(place + "p_demand", battery.demandWh ?? [])
            check(place + "s_goal", battery.goalWh ?? [])
            check(place + "c_priority", [battery.priority.map(Double.init)], most: 2)
        }
        if !details.isEmpty { throw RequestRefusal("Input payload validation failed", details) }
    }
}
