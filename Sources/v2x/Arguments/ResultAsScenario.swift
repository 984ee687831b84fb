import Verification
import Accounting
import ArgumentParser
import Foundation
import Scenarios

/// A result where a scenario is expected: the scenario that it was made of, found by what the result says.
struct ResultAsScenario {
    let result: ResultFile
    /// As the user named it.
    let path: String

    /// What is at `path`: a result, or the text of a scenario. Nil where it is not JSON, and so not a result.
    static func read(_ path: String) throws -> (result: ResultAsScenario?, text: Data?) {
        if path != "-" {
            // A scenario in YAML is left to its own reader; one in JSON begins with a brace too.
            guard let file = FileHandle(forReadingAtPath: path), !path.hasPrefix("/dev/"),
                let start = try? file.read(upToCount: 256),
                start.first(where: { !" \n\r\t".utf8.contains($0) }) == UInt8(ascii: "{")
            else { return (nil, nil) }
        }
        let (name, data) = try ResultFile.contents(path)
        guard isResult(data) else { return (nil, data) }
        return (ResultAsScenario(result: try ResultFile.decoded(data, named: name), path: path), data)
    }

    private static func isResult(_ data: Data) -> Bool {
        guard data.first(where: { !" \n\r\t".utf8.contains($0) }) == UInt8(ascii: "{"),
            let object = (try? JSONSerialization.jsonObject(with: data)) as? [String: Any]
        else { return false }
        return object["steps"] != nil && object["objective"] != nil && object["horizon"] == nil
    }

    /// The scenario's document, changed as the result says it was, that `load` finds to be the one the result was made of.
    ///
    /// - Parameters:
    ///   - named: the scenario that the user names; nil: the one that the result names.
    ///   - load: reads the scenario at a path, with changes.
    /// - Throws: an ending where there is none.
    func scenario(named: String?, load: (String, [String]) throws -> Setting) throws -> Setting {
        let folder = path == "-" ? "" : path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
        var places = named.map { [$0] } ?? []
        if named == nil {
            guard let file = result.scenarioFile else {
                throw Ending.say(
                    "\(path): is a result that does not name its scenario: give it with --scenario FILE",
                    Ending.badInput
                )
            }
            let last = file.lastIndex(of: "/").map { String(file[file.index(after: $0)...]) } ?? file
            places = [file] + (file.hasPrefix("/") ? [] : [folder + file]) + [folder + last]
        }
        guard let place = places.first(where: { FileManager.default.fileExists(atPath: $0) }) else {
            throw Ending.say(
                "\(path): its scenario, \(places[0]), is not there: give its path with --scenario FILE",
                Ending.noInput)
        }
        let setting = try load(place, result.scenarioChanges ?? [])
        if let made = result.scenarioDigest, made != setting.digest {
            throw Ending.say(
                "\(path): was made of another \(place): the scenario, or a file that it reads, has changed since",
                Ending.badInput)
        }
        return setting
    }
}
