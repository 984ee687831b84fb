import Foundation

/// Options of a call, read from JSON. Each is read by its name; a name that the call does not know is an error.
struct Options {
    private let values: [String: Value]
    private var asked: Set<String> = []

    /// One option.
    private enum Value: Decodable {
        case flag(Bool)
        case number(Double)
        case text(String)
        case pairs([[String]])
        case none

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if container.decodeNil() {
                self = .none
            } else if let flag = try? container.decode(Bool.self) {
                self = .flag(flag)
            } else if let number = try? container.decode(Double.self) {
                self = .number(number)
            } else if let text = try? container.decode(String.self) {
                self = .text(text)
            } else {
                self = .pairs(try container.decode([[String]].self))
            }
        }
    }

    /// - Parameter json: an object; nil: no options.
    init(_ json: String?) throws(Failure) {
        guard let json else {
            values = [:]
            return
        }
        do { values = try JSONDecoder().decode([String: Value].self, from: Data(json.utf8)) } catch {
            throw .usage("options must be a JSON object of numbers, texts, flags and pairs of texts")
        }
    }

    private mutating func value(_ name: String) -> Value? {
        asked.insert(name)
        if case .none? = values[name] { return nil }
        return values[name]
    }

    mutating func text(_ name: String) throws(Failure) -> String? {
        guard let value = value(name) else { return nil }
        guard case .text(let text) = value else { throw .usage("\(name) must be a text") }
        return text
    }

    mutating func number(_ name: String) throws(Failure) -> Double? {
        guard let value = value(name) else { return nil }
        guard case .number(let number) = value else { throw .usage("\(name) must be a number") }
        return number
    }

    /// A whole number of `range`.
    mutating func count(_ name: String, in range: ClosedRange<Int>) throws(Failure) -> Int? {
        guard let number = try number(name) else { return nil }
        guard let count = Int(exactly: number), range.contains(count) else {
            throw .usage(
                "\(name) must be a whole number from \(range.lowerBound) to \(range.upperBound), got \(number)")
        }
        return count
    }

    mutating func flag(_ name: String) throws(Failure) -> Bool? {
        guard let value = value(name) else { return nil }
        guard case .flag(let flag) = value else { throw .usage("\(name) must be true or false") }
        return flag
    }

    /// One of the raw values of an enumeration.
    mutating func choice<Choice: RawRepresentable & CaseIterable>(
        _ name: String, of type: Choice.Type
    ) throws(Failure) -> Choice? where Choice.RawValue == String {
        guard let text = try text(name) else { return nil }
        guard let choice = Choice(rawValue: text) else {
            let known = Choice.allCases.map(\.rawValue).joined(separator: ", ")
            throw .usage("\(name) must be one of \(known), got \(text)")
        }
        return choice
    }

    mutating func pairs(_ name: String) throws(Failure) -> [(key: String, value: String)] {
        guard let value = value(name) else { return [] }
        guard case .pairs(let pairs) = value, pairs.allSatisfy({ $0.count == 2 }) else {
            throw .usage("\(name) must be a list of pairs of texts")
        }
        return pairs.map { ($0[0], $0[1]) }
    }

    /// Refuses what was not asked for.
    func finish() throws(Failure) {
        guard let unknown = values.keys.filter({ !asked.contains($0) }).min() else { return }
        throw .usage("there is no option \(unknown) here; options: \(asked.sorted().joined(separator: ", "))")
    }
}
