import Foundation

/// A folder that lasts as long as a test needs it.
package enum TemporaryFolder {
    /// Calls `body` with a new folder that holds `files` (by name), and removes it afterwards.
    package static func with<Result>(_ files: [String: String] = [:], _ body: (URL) throws -> Result) throws -> Result {
        try with(bytes: files.mapValues { Array($0.utf8) }, body)
    }

    /// The same with files that are no text.
    package static func with<Result>(bytes files: [String: [UInt8]], _ body: (URL) throws -> Result) throws -> Result {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("v2x-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        for (name, bytes) in files { try Data(bytes).write(to: folder.appendingPathComponent(name)) }
        return try body(folder)
    }
}
