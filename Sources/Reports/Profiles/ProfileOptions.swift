/// What a schedule for a charger needs beside the plan itself.
package struct ProfileOptions: Sendable {
    /// What rates are written in.
    package enum RateUnit: String, Sendable, CaseIterable {
        case watts = "W"
        /// Of each phase.
        case amperes = "A"
    }

    /// Most periods of one schedule; more are merged with the least loss.
    package var maxPeriods: Int
    package var rateUnit: RateUnit
    /// EVSE (connector in OCPP 1.6) by vehicle; a vehicle that is not named has its place in the scenario, from 1.
    package var evseIDs: [String: Int]
    /// The running transaction, by vehicle: its first session becomes a TxProfile, all others TxDefaultProfiles.
    package var transactionIDs: [String: String]
    /// Of a vehicle's first session; each later one is a level higher, so that none replaces another.
    package var stackLevel: Int
    /// The highest that the stations take; stays beyond it share a profile. Nil: as many as there are stays.
    package var maxStackLevel: Int?

    /// The most periods that OCPP 2.x and ISO 15118-20 hold.
    package static let periodLimit = 1024

    /// Memberwise.
    package init(
        maxPeriods: Int = ProfileOptions.periodLimit, rateUnit: RateUnit = .watts, evseIDs: [String: Int] = [:],
        transactionIDs: [String: String] = [:], stackLevel: Int = 0, maxStackLevel: Int? = nil
    ) {
        self.maxStackLevel = maxStackLevel
        self.maxPeriods = maxPeriods
        self.rateUnit = rateUnit
        self.evseIDs = evseIDs
        self.transactionIDs = transactionIDs
        self.stackLevel = stackLevel
    }
}
