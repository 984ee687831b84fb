import CInterface
import Foundation
import TestSupport

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

    static var night: Result<Scenario, Answer> { open(oneNight, nil) }

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
