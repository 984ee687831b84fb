import Foundation

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

    /// What holds for the code that runs now.
    @TaskLocal public static var current = FileAccess.all

    /// Why the file at `path` may not be read; nil where it may.
    func refusal(of path: String) -> String? {
        switch self {
        case .all: return nil
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
