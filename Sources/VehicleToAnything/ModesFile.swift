import Accounting
import Scenarios
import Scheduling

/// The modes of one scenario side by side, as `v2x compare --format json` writes them.
public struct ModesFile: Encodable, Sendable {
    /// The scenario's name.
    public var scenario: String
    /// ISO 4217.
    public var currency: String
    /// By mode: `v2x`, `v1x`, `immediate`, `deferred`; a mode without a schedule is left out.
    public var modes: [String: ModeAccount]

    /// The account of a mode; nil where it has no schedule.
    public subscript(mode: ScheduleMode) -> ModeAccount? { modes[mode.rawValue] }

    /// From the accounts of a comparison.
    package init(_ accounts: [(mode: ScheduleMode, account: ModeAccount)], scenario: Scenario) {
        self.scenario = scenario.name
        currency = scenario.currency
        modes = Dictionary(uniqueKeysWithValues: accounts.map { ($0.mode.rawValue, $0.account) })
    }
}
