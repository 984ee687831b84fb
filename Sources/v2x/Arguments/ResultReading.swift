import Verification
import Accounting
import Foundation
import Scenarios

extension ResultFile {
    /// Larger results are refused unread: a year of a thousand vehicles is smaller.
    private static let maxBytes = 1 << 30

    /// Reads a result file; `-` is standard input.
    static func read(_ path: String) throws -> ResultFile {
        let (name, bytes) = try contents(path)
        return try decoded(bytes, named: name)
    }

    /// A result of its bytes; `name` is for messages.
    static func decoded(_ bytes: Data, named name: String) throws -> ResultFile {
        let result: ResultFile
        do { result = try JSONDecoder().decode(ResultFile.self, from: bytes) } catch {
            throw Ending.say("\(name): is not a result: \(explained(error))", Ending.badInput)
        }
        guard result.hasUsualNumbers else {
            throw Ending.say("\(name): is not a result: it holds a number that no result has", Ending.badInput)
        }
        return result
    }

    /// Whether its numbers are of a size that can be reckoned with.
    private var hasUsualNumbers: Bool {
        func isUsual(_ values: [Double]) -> Bool { values.allSatisfy { abs($0) <= .maxOfInput } }
        let amounts = [objective, bound ?? 0, gap ?? 0, shortfallKWh, hurdle ?? 0]
        return stepHours > 0 && stepHours <= 8784 && isUsual(amounts) && isUsual(Array(costs.values))
            && isUsual(site.importKW) && isUsual(site.exportKW)
            && isUsual(site.curtailedKW) && isUsual(site.unservedKW ?? [])
            && vehicles.allSatisfy {
                isUsual($0.chargeKW) && isUsual($0.dischargeKW) && isUsual($0.energyKWh) && isUsual($0.soc)
            } && (services ?? [:]).values.joined().allSatisfy { isUsual(($0.kw ?? []) + [$0.levelKW ?? 0]) }
    }

    /// Whether every number of a JSON value is of such a size.
    static func hasUsualNumbers(_ json: Any?) -> Bool {
        switch json {
        case let number as NSNumber: abs(number.doubleValue) <= .maxOfInput
        case let list as [Any]: list.allSatisfy(hasUsualNumbers)
        case let map as [String: Any]: map.values.allSatisfy(hasUsualNumbers)
        default: true
        }
    }

    /// What a file holds, and its name for messages.
    static func contents(_ path: String) throws -> (name: String, data: Data) {
        let name = path == "-" ? "<standard input>" : path
        let data = try contents(path, name)
        guard !data.isEmpty else { throw Ending.say("\(name): is empty", Ending.badInput) }
        return (name, data)
    }

    private static func contents(_ path: String, _ name: String) throws -> Data {
        let descriptor = path == "-" ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            let words =
                errno == ENOENT || errno == ENOTDIR
                ? "no such file" : "cannot be read (\(String(cString: strerror(errno))))"
            throw Ending.say("\(name): \(words)", Ending.noInput)
        }
        let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: path != "-")
        var information = stat()
        if fstat(descriptor, &information) == 0, information.st_mode & S_IFMT == S_IFDIR {
            throw Ending.say("\(name): is a directory, not a file", Ending.noInput)
        }
        // A device has no end to wait for.
        let isDevice = information.st_mode & S_IFMT == S_IFCHR && path != "-"
        let maxBytes = isDevice ? 4 << 20 : ResultFile.maxBytes
        var data = Data()
        while true {
            let part: Data?
            do { part = try file.read(upToCount: 1 << 20) } catch {
                throw Ending.say("\(name): cannot be read", Ending.noInput)
            }
            guard let part, !part.isEmpty else { return data }
            data += part
            if data.count > maxBytes {
                throw Ending.say("\(name): is larger than \(maxBytes >> 20) MB", Ending.badInput)
            }
        }
    }

    private static func explained(_ error: any Error) -> String {
        func place(_ path: [any CodingKey]) -> String {
            path.reduce("") { text, key in
                if let index = key.intValue { return text + "[\(index)]" }
                return text.isEmpty ? key.stringValue : "\(text).\(key.stringValue)"
            }
        }
        switch error {
        case DecodingError.keyNotFound(let key, let context): return "\(place(context.codingPath + [key])) is missing"
        case DecodingError.typeMismatch(_, let context) where context.codingPath.isEmpty: return "it is not an object"
        case DecodingError.typeMismatch(_, let context): return "\(place(context.codingPath)) has the wrong type"
        case DecodingError.valueNotFound(_, let context): return "\(place(context.codingPath)) is null"
        case DecodingError.dataCorrupted(let context) where !context.codingPath.isEmpty:
            return "\(place(context.codingPath)) holds what no result has there"
        default: return "it is not JSON"
        }
    }
}
