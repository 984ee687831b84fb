import Foundation
import TestSupport
import Testing

/// The sources of the module, read as text. If this breaks: the solver knows what its columns mean and suits one model alone, or
/// a number stands somewhere that nobody can look up.
@Suite("Words and constants of BlockAngular")
struct HouseRulesTests {
    /// Each source file with its text, in the order of their paths.
    private static func sources() throws -> [(name: String, text: String)] {
        let folder = Repository.folder("Sources/BlockAngular")
        let names = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
        return try names.filter { $0.hasSuffix(".swift") }.sorted().map {
            ($0, try String(contentsOf: folder.appendingPathComponent($0), encoding: .utf8))
        }
    }

    /// The lines of a text but for imports, numbered from 1.
    private static func lines(_ text: String) -> [(number: Int, text: Substring)] {
        text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().map { ($0 + 1, $1) }
            .filter { !$0.text.hasPrefix("import ") }
    }

    /// The words of a line, lower case; those of `chargeKW` are "charge" and "kw".
    static func words(_ line: Substring) -> [String] {
        var words: [String] = []
        var word = ""
        var isAfterLower = false
        for character in line {
            guard character.isLetter else {
                words.append(word)
                (word, isAfterLower) = ("", false)
                continue
            }
            if character.isUppercase, isAfterLower {
                words.append(word)
                word = ""
            }
            word.append(character.lowercased())
            isAfterLower = character.isLowercase
        }
        words.append(word)
        return words.filter { !$0.isEmpty }
    }

    private static let foreign: Set<String> = [
        "kw", "kwh", "mw", "mwh", "energy", "electricity", "vehicle", "vehicles", "car", "cars", "fleet", "fleets",
        "charger", "chargers", "charge", "charges", "charging", "discharge", "discharges", "discharging", "battery",
        "batteries", "soc", "schedule", "schedules", "scheduling", "tariff", "tariffs", "site", "sites", "grid",
        "feeder", "plug", "plugged", "export", "exports", "money", "euro", "hour", "hours", "month", "day", "night",
    ]

    @Test("a name is taken apart into its words")
    func splitting() {
        #expect(Self.words("let chargeKW = 7 // kWh, ofRows") == ["let", "charge", "kw", "k", "wh", "of", "rows"])
        #expect(Self.words("/// KWH of a car-park") == ["kwh", "of", "a", "car", "park"])
    }

    @Test("no comment or name has a word of energy")
    func vocabulary() throws {
        let sources = try Self.sources()
        #expect(sources.count > 30)
        for (name, text) in sources {
            for line in Self.lines(text) {
                let found = Self.words(line.text).filter(Self.foreign.contains)
                #expect(found.isEmpty && !line.text.contains("kW"), "\(name):\(line.number): \(found) \(line.text)")
            }
        }
    }

    @Test("constants have their name and reason in Parameters.swift")
    func constants() throws {
        for (name, text) in try Self.sources() where name != "Parameters.swift" {
            for line in Self.lines(text) {
                let code = String(line.text).components(separatedBy: "//")[0]
                let declares = code.contains(#/static let \w+(: \w+)? = -?[0-9]/#)
                #expect(
                    !declares && !code.contains(#/\b[0-9.]+e-?[0-9]/#),
                    "\(name):\(line.number): \(line.text)")
            }
        }
    }

    @Test("each constant is used")
    func used() throws {
        let sources = try Self.sources()
        let parameters = try #require(sources.first { $0.name == "Parameters.swift" }).text
        let others = sources.filter { $0.name != "Parameters.swift" }.map(\.text).joined()
        var group = ""
        var count = 0
        for line in Self.lines(parameters) {
            if let match = line.text.firstMatch(of: #/^    enum (\w+) \{/#) { group = String(match.1) }
            guard let match = line.text.firstMatch(of: #/static let (\w+) =/#) else { continue }
            count += 1
            #expect(others.contains("Parameters.\(group).\(match.1)"), "\(group).\(match.1)")
        }
        #expect(count > 100)
    }
}
