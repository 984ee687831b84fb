import Foundation

/// The repository that the tests are in.
package enum Repository {
    /// Its folder.
    package static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    /// The case folders of `scenarios/cases`, by name.
    package static let cases = folder("scenarios/cases")

    /// A folder or file by its path from the root.
    package static func folder(_ path: String) -> URL { root.appendingPathComponent(path) }

    /// The names in a folder, sorted; none where it cannot be read.
    package static func names(in path: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder(path).path)) ?? []).sorted()
    }
}
