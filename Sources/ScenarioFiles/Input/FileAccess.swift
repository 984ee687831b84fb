import Foundation
import Scenarios

/// Which files a scenario may read. A service that reads other people's scenarios narrows it:
///
///     try FileAccess.$current.withValue(.none) { try loader.load(document) }
public enum FileAccess: Sendable {
    /// Every file that the process may read.
    case all
    /// No file.
    case none
    /// Files inside this folder alone, wherever `..` and links lead.
    case folder(String)
    /// Every file; those that were asked for are noted.
    case noting(FileNotes)
    /// Files that were noted alone.
    case noted(FileNotes)
    /// Files that came with the scenario, by name, as bytes; for all others the second applies.
    indirect case given([String: [UInt8]], FileAccess)

    /// What holds for the code that runs now.
    @TaskLocal package static var current = FileAccess.all

    /// Why the file at `path` may not be read; nil where it may.
    func refusal(of path: String) -> String? {
        switch self {
        case .all: return nil
        case .given(_, let others): return others.refusal(of: path)
        case .noting(let notes):
            if let place = FileAccess.resolved(path) { notes.add(place) }
            return nil
        case .noted(let notes):
            return FileAccess.resolved(path).map(notes.holds) == true ? nil : "is not one of the scenario's own files"
        case .none: return "files are not read here: give the values in the scenario"
        case .folder(let folder):
            let words = "is not inside the folder that may be read"
            guard let root = FileAccess.resolved(folder) else { return words }
            // A file that is not there is inside where its folder is.
            guard let place = FileAccess.resolved(path) ?? FileAccess.resolved(FileAccess.folder(of: path)) else {
                return words
            }
            return place == root || place.hasPrefix(root == "/" ? root : root + "/") ? nil : words
        }
    }

    /// The bytes of a file that came with the scenario: of that path, or else of that name in whatever folder.
    func given(_ path: String) -> [UInt8]? {
        guard case .given(let files, _) = self else { return nil }
        let name = path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? path
        return files[path] ?? files[name]
    }

    private static func folder(of path: String) -> String {
        path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    }

    /// The path without links and `..`; nil where nothing is there.
    private static func resolved(_ path: String) -> String? {
        guard let text = realpath(path, nil) else { return nil }
        defer { free(text) }
        return String(cString: text)
    }
}

/// Which files a scenario reads. For any thread.
public final class FileNotes: @unchecked Sendable {
    private let lock = NSLock()
    private var places: Set<String> = []

    /// Empty.
    public init() {}

    func add(_ place: String) { lock.withLock { _ = places.insert(place) } }
    func holds(_ place: String) -> Bool { lock.withLock { places.contains(place) } }
    /// Their paths without links and `..`, in order.
    public var all: [String] { lock.withLock { places.sorted() } }
}
