import Foundation
import TestSupport
import Testing

/// The documentation's references and links. What a contributor would lose: an equation's source that cannot be found.
@Suite("Documentation")
struct DocumentationTests {
    private static let root = Repository.root

    /// Text files below the folders, by their path from the root; build folders and data are left out.
    private static func files(in folders: [String], endings: Set<String>) -> [String] {
        folders.flatMap { folder -> [String] in
            let paths = FileManager.default.enumerator(atPath: root.appendingPathComponent(folder).path)
            return (paths?.compactMap { $0 as? String } ?? []).sorted().map { "\(folder)/\($0)" }
        }.filter { path in
            var isFolder: ObjCBool = false
            _ = FileManager.default.fileExists(atPath: root.appendingPathComponent(path).path, isDirectory: &isFolder)
            return endings.contains((path as NSString).pathExtension) && !isFolder.boolValue
        }
    }

    private static func text(_ path: String) throws -> String {
        try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
    }

    private static let pages =
        ["README.md", "CHANGELOG.md"] + files(in: ["Sources", "scenarios", ".github"], endings: ["md"])

    /// `Scheduling.docc/Model.md sections 5, 6 and 10`.
    private struct Reference: Hashable, CustomStringConvertible {
        var place: String
        var page: String
        var sections: [Int]
        var description: String { "\(place): \(page) \(sections)" }
    }

    private static func references() throws -> Set<Reference> {
        let sources =
            files(in: ["Sources", "Tests"], endings: ["swift", "h", "c"])
            + files(in: ["scripts"], endings: ["", "py", "sh"]) + files(in: ["scenarios"], endings: ["yaml"])
        let pattern = /([A-Za-z]+\.docc\/[A-Za-z]+\.md)(?:[ \n\/#]+sections? (\d+(?:(?:, | and | to )\d+)*))?/
        var found: Set<Reference> = []
        for path in sources where !path.contains("DocumentationTests") {
            for match in try text(path).matches(of: pattern) {
                let numbers = match.2.map { $0.matches(of: /\d+/).compactMap { Int($0.0) } } ?? []
                found.insert(Reference(place: path, page: String(match.1), sections: numbers))
            }
        }
        return found
    }

    @Test("each reference to a page and section resolves")
    func references() throws {
        let references = try Self.references()
        #expect(references.count >= 30)
        for reference in references {
            let parts = reference.page.split(separator: "/")
            let module = parts[0].dropLast(".docc".count)
            let page = try? Self.text("Sources/\(module)/\(reference.page)")
            #expect(page != nil, "\(reference): no such page")
            for section in reference.sections {
                #expect(page?.contains("\n## \(section). ") == true, "\(reference): no section \(section)")
            }
        }
    }

    @Test("no page outside the repository is cited")
    func outside() throws {
        let names = ["MODEL", "CONTRACT", "AGEING", "SOLVER", "INTERFACES"].map { $0 + ".md" }
        let paths =
            Self.files(in: ["Sources", "Tests"], endings: ["swift", "h", "c"])
            + Self.files(in: ["scripts"], endings: ["", "py", "sh"]) + Self.files(in: ["scenarios"], endings: ["yaml"])
            + Self.pages
        for path in paths {
            let text = try Self.text(path)
            for name in names { #expect(!text.contains(name), "\(path) cites \(name)") }
        }
    }

    @Test("each relative link resolves", arguments: pages)
    func links(page: String) throws {
        let folder = Self.root.appendingPathComponent(page).deletingLastPathComponent()
        for match in try Self.text(page).matches(of: /\]\(([^)\s]+)\)/)
        where !match.1.contains(":") && !match.1.hasPrefix("#") {
            let target = folder.appendingPathComponent(String(match.1.prefix { $0 != "#" })).standardizedFileURL
            #expect(FileManager.default.fileExists(atPath: target.path), "\(page): \(match.1)")
        }
        for match in try Self.text(page).matches(of: /<doc:([A-Za-z]+)>/) {
            let target = folder.appendingPathComponent("\(match.1).md")
            #expect(FileManager.default.fileExists(atPath: target.path), "\(page): doc:\(match.1)")
        }
    }

    @Test("the README is short")
    func size() throws {
        #expect(try Self.text("README.md").utf8.count <= 8192)
    }
}
