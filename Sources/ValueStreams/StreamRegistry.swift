import ScenarioFiles
import Scenarios
import Scheduling

/// The value streams that are built in.
///
/// To add one: a file in this folder with a type that is both a `ValueStream` and the `ServiceSection` that reads it, and a
/// line here.
package enum StreamRegistry {
    /// In the order of Scheduling.docc/Model.md section 5: what reads the sections of `services`.
    package static let sections: [any ServiceSection.Type] = [
        DemandCharge.self, NetworkDeferral.self, ResourceAdequacy.self, Reserve.self, Backup.self, Carbon.self,
        TieredTariff.self, NetMetering.self,
    ]

    /// The streams of a scenario, in the registry's order (others, by key, after them).
    package static func streams(of scenario: Scenario) -> [any ValueStream] {
        let known = sections.map { $0.key }
        let order = known + scenario.services.keys.filter { !known.contains($0) }.sorted()
        return order.compactMap { scenario.services[$0] as? any ValueStream }
    }
}
