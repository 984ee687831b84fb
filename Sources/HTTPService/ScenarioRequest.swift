import Foundation
import ScenarioFiles
import Scenarios
import VehicleToAnything

/// What a body asks about: a scenario as it is, or a JSON object with a scenario, changes to it and files that it reads.
///
///     { "scenario": "...", "set": ["vehicles[0].battery.soc_min=0.3"], "files": { "prices.csv": "..." } }
///
/// Without a scenario it is about the one that the service was started with. An empty body is that too.
struct ScenarioRequest: Decodable {
    /// YAML or JSON text; nil: the service's own.
    var scenario: String?
    /// As `--set` has them, in this order.
    var set: [String]?
    /// Texts by name: a scenario's `file: prices.csv` is the file of that name here.
    var files: [String: String]?

    /// - Throws: `Problem` where the body is no text.
    init(_ body: Data) throws(Problem) {
        guard let text = String(validating: body, as: UTF8.self) else { throw Problem(400, "the body is not UTF-8") }
        guard !text.allSatisfy(\.isWhitespace) else { return }
        // A scenario has none of these keys, and nothing else begins like this.
        let isObject = body.first { !" \n\r\t".utf8.contains($0) } == UInt8(ascii: "{")
        guard isObject, let keys = try? JSONDecoder().decode(Keys.self, from: body), keys.isRequest else {
            scenario = text
            return
        }
        do { self = try JSONDecoder().decode(Self.self, from: body) } catch {
            throw Problem(
                400, "the request is wrong", detail: "scenario is a text, set a list of texts, files a map of texts")
        }
    }

    private struct Keys: Decodable {
        /// Whether the object is empty or has one of a request's keys.
        var isRequest: Bool

        private struct AnyKey: CodingKey {
            var stringValue: String
            var intValue: Int? { nil }
            init(stringValue: String) { self.stringValue = stringValue }
            init?(intValue: Int) { nil }
        }

        init(from decoder: any Decoder) throws {
            let keys = try decoder.container(keyedBy: AnyKey.self).allKeys.map(\.stringValue)
            isRequest = keys.isEmpty || !["scenario", "set", "files"].allSatisfy { !keys.contains($0) }
        }
    }

    /// The scenario with its changes, and what it may read.
    ///
    /// - Parameters:
    ///   - own: the path of the service's own scenario; nil: it has none.
    ///   - root: the folder whose files other scenarios may read; nil: none.
    /// - Throws: `Problem` where a change is none, or there is no scenario; `InputError` where it is not YAML.
    func input(own: String?, root: String?) throws -> ScenarioInput {
        let given = (files ?? [:]).mapValues { Array($0.utf8) }
        var input: ScenarioInput
        if let scenario {
            let access = root.map { FileAccess.folder($0) } ?? .none
            input = try ScenarioInput(text: scenario, named: "body", directory: root ?? "")
            input.access = given.isEmpty ? access : .given(given, access)
        } else if let own {
            input = try ScenarioInput(path: own)
            if !(set ?? []).isEmpty || !given.isEmpty {
                // What a caller changes must not make it read other files than it does.
                let notes = FileNotes()
                input.access = .noting(notes)
                _ = try? PreparedScenario(input)
                input.access = .given(given, .noted(notes))
            }
        } else {
            throw Problem(422, "there is no scenario", detail: "the body has none, and the service was started without")
        }
        for change in set ?? [] {
            guard let equals = change.firstIndex(of: "="), let key = ScenarioKey(String(change[..<equals])) else {
                throw Problem(400, "a change is wrong", detail: "it must be key=value, such as tariff.import=0.25")
            }
            let value = try ScenarioValue(yaml: String(change[change.index(after: equals)...]))
            do throws(ScenarioKey.Problem) { try input.set(value, at: key) } catch {
                throw Problem(422, "a change is wrong", detail: "\(key): \(error.message)")
            }
        }
        return input
    }
}
