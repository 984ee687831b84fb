import Foundation

/// Reads whole files, with a sentence for every way in which that fails.
enum FileReading {
    /// Larger inputs are refused unread: no scenario is that long, and a slip of the hand should not fill the memory.
    static let mostScenarioBytes = 64 << 20
    static let mostTableBytes = 256 << 20

    enum Failure: Error {
        /// There is no such file, or it cannot be read.
        case notReadable(String)
        /// It was read, or could be, and is not what it should be.
        case notUsable(String)
    }

    /// The bytes of the file at `path`; `-` is standard input.
    static func bytes(_ path: String, most: Int) throws(Failure) -> [UInt8] {
        if path == "-" {
            var data = Data()
            while let part = try? FileHandle.standardInput.read(upToCount: 1 << 20), !part.isEmpty {
                data.append(part)
                if data.count > most { throw .notUsable("is larger than \(most >> 20) MB") }
            }
            return [UInt8](data)
        }
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
            throw .notReadable("no such file")
        }
        if isDirectory.boolValue { throw .notReadable("is a directory, not a file") }
        let size = (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? 0
        if size > most { throw .notUsable("is larger than \(most >> 20) MB (\(size >> 20) MB)") }
        guard let data = FileManager.default.contents(atPath: path) else { throw .notReadable("cannot be read") }
        return [UInt8](data)
    }
}
