import Foundation
import Scenarios
import TestSupport
import Testing

@testable import ScenarioFiles

/// If this breaks: a format is implemented, but nobody can choose it.
@Suite("Registry of feeds")
struct FeedRegistryTests {
    @Test("every file of the folder is in the registry, and the other way round")
    func folderAndRegistry() throws {
        let folder = Repository.folder("Sources/ScenarioFiles/Feeds")
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        let inFolders = try ["CSV", "JSON"].flatMap {
            try FileManager.default.contentsOfDirectory(atPath: folder.appendingPathComponent($0).path)
        }
        let names = (files + inFolders).filter { $0.hasSuffix("Feed.swift") && $0 != "Feed.swift" }
            .map { String($0.dropLast(".swift".count)) }
        #expect(names.sorted() == Set(FeedRegistry.all.map { "\(type(of: $0))" }).sorted())
    }

    @Test("no two feeds have one name")
    func names() {
        let names = FeedRegistry.all.map { $0.name }
        #expect(Set(names).count == names.count)
    }

    @Test("the units that feeds say for themselves are known")
    func feedUnits() {
        #expect(Quantity.energyPrice.factor(of: "EUR/MWh", currency: "EUR") == 0.001)
        #expect(Quantity.energyPrice.factor(of: "EUR/MWh", currency: "SEK") == nil)
        #expect(Quantity.capacityPrice.factor(of: "EUR/MW/h", currency: "EUR") == 0.001)
        #expect(Quantity.carbonIntensity.factor(of: "kg/MWh", currency: "EUR") == 1)
    }
}
