import Scenarios
import ScenarioFiles
import Scheduling

extension Watch {
    /// What is planned, from what, and who is told.
    public struct Options: Sendable {
        /// Its horizon starts now.
        public var scenario: String
        /// Of the scenario, as `--set` has them.
        public var changes: [(key: ScenarioKey, value: ScenarioValue)] = []
        public var mode = ScheduleMode.v2x
        public var sources: [StateSource] = []
        /// Between two looks at an HTTP endpoint, s.
        public var pollSeconds = 60
        /// For HTTP endpoints, as `Authorization: Bearer`.
        public var stateToken: String?
        /// Files that this program writes: a change of theirs is no new input.
        public var outputs: [String] = []
        /// The broker's host; nil: there is none.
        public var broker: String?
        public var brokerPort: UInt16 = 1883
        public var brokerUser: String?
        public var brokerPassword: String?
        /// Tells several programs on one broker apart.
        public var node = "home"
        /// Of Home Assistant's discovery.
        public var discoveryPrefix = "homeassistant"
        /// `http://host:port` of evcc; nil: it is not told.
        public var evcc: String?
        /// evcc's loadpoint, from 1, by vehicle.
        public var loadpoints: [String: Int] = [:]
        /// Whether evcc is told the mode of its batteries too.
        public var tellsEvccBatteries = false

        /// Plans `scenario`, and tells nobody.
        public init(scenario: String) { self.scenario = scenario }
    }
}
