import CInterface
import Foundation

/// One night, prices in the text: no file is read.
let nightText = """
    name: a night
    horizon: { start: 2024-01-15T18:00, end: 2024-01-16T06:00, step: 1h, timezone: Europe/Amsterdam }
    tariff: { import: { values: [0.4, 0.4, 0.3, 0.2, 0.1, 0.1, 0.1, 0.1, 0.2, 0.3, 0.4, 0.4], step: 1h }, export: 0.15 }
    vehicles:
      - id: ev1
        battery: { capacity_kwh: 60, soc_start: 0.5, soc_end: 0.7, ageing: none }
        charger: { charge_kw: 11, discharge_kw: 10, charge_efficiency: 0.95, discharge_efficiency: 0.95 }
        plugged: [{ from: 2024-01-15T18:00, to: 2024-01-16T06:00, departure_soc: 0.7 }]
    """

/// What a call gives back; its text is taken over and freed.
struct Answer: Error {
    var status: CInt
    var text: String

    init(_ call: (TextOut) throws -> CInt) rethrows {
        var out: UnsafeMutablePointer<CChar>?
        status = try call(&out)
        text = out.map { String(cString: $0) } ?? ""
        v2xFree(out)
    }
}

/// A scenario's handle, closed with the last of its owners.
final class Scenario {
    let handle: UnsafeMutableRawPointer

    init(_ handle: UnsafeMutableRawPointer) { self.handle = handle }
    deinit { v2xScenarioClose(handle) }

    static var night: Result<Scenario, Answer> { open(nightText, nil) }

    static func open(_ text: String?, _ options: String?) -> Result<Scenario, Answer> {
        made { v2xScenarioOpen(text, options, $0, $1) }
    }

    /// - Parameter changes: keys, and YAML that is put there.
    func changed(_ changes: KeyValuePairs<String, String>) -> Result<Scenario, Answer> {
        let pairs = changes.map { "[\"\($0.key)\", \"\($0.value)\"]" }.joined(separator: ", ")
        return Scenario.made { v2xScenarioChange(handle, "{\"changes\": [\(pairs)]}", $0, $1) }
    }

    func ask(_ question: String, _ options: String? = nil) -> Answer {
        Answer { v2xAsk(handle, question, options, $0) }
    }

    private static func made(_ call: (HandleOut, TextOut) -> CInt) -> Result<Scenario, Answer> {
        var handle: UnsafeMutableRawPointer?
        let answer = Answer { call(&handle, $0) }
        return handle.map { .success(Scenario($0)) } ?? .failure(answer)
    }
}
