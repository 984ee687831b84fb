import ArgumentParser
import Foundation
import ScenarioFiles
import Scenarios

/// Standard output and standard error.
enum Terminal {
    static func error(_ message: String) {
        try? FileHandle.standardError.write(contentsOf: Data((message.withoutControls + "\n").utf8))
    }

    /// Shows the first findings, and how many more there are.
    static func show(_ findings: [Finding]) {
        for finding in findings.prefix(maxFindings) { error(finding.description) }
        let more = findings.count - maxFindings
        if more > 0 { error("and \(more) more \(more == 1 ? "finding" : "findings")") }
    }
    private static let maxFindings = 20

    /// Colours are welcome: a terminal that has them, and a user who did not refuse them.
    static var showsColour: Bool {
        let environment = ProcessInfo.processInfo.environment
        return isatty(STDOUT_FILENO) == 1 && environment["TERM"] != "dumb" && (environment["NO_COLOR"] ?? "").isEmpty
    }
}

/// Where results go.
struct Destination {
    /// As the user named it; `-` is standard output.
    let path: String
    /// The file that is meant, behind any symbolic links.
    private let target: String
    /// A device or a pipe is written to; a file is replaced.
    private let isReplaced: Bool

    static let standardOutput = Destination(standardOutput: ())

    private init(standardOutput: Void) {
        path = "-"
        target = "-"
        isReplaced = false
    }

    /// Refuses a place that cannot be written to before any work is done.
    init(_ path: String) throws {
        func refuse(_ words: String) -> ExitCode { Ending.say("\(path): \(words)", Ending.notWritable) }
        guard path != "-" else {
            self = .standardOutput
            return
        }
        guard !path.isEmpty else { throw Ending.say("the output has no name", Ending.notWritable) }
        self.path = path
        var information = stat()
        let exists = stat(path, &information) == 0
        let kind = information.st_mode & S_IFMT
        if exists, kind == S_IFDIR { throw refuse("is a directory, not a file to write to") }
        if exists, access(path, W_OK) != 0 { throw refuse("is read-only") }
        isReplaced = !exists || kind == S_IFREG
        // Not those of a device: /dev/stdout leads to a pipe that has no name.
        target = isReplaced ? Destination.behindLinks(path) : path
        guard isReplaced else { return }
        guard lstat(target, &information) != 0 || information.st_mode & S_IFMT != S_IFLNK else {
            throw refuse("is a link that leads to itself")
        }
        guard !target.hasSuffix("/") else { throw refuse("is a folder's name, not a file's") }
        let folder = Destination.folder(of: target)
        guard stat(folder, &information) == 0, information.st_mode & S_IFMT == S_IFDIR else {
            throw refuse("there is no folder \(folder) to write to")
        }
        guard access(folder, W_OK | X_OK) == 0 else { throw refuse("the folder \(folder) cannot be written to") }
    }

    var isTerminal: Bool { path == "-" && isatty(STDOUT_FILENO) == 1 }

    /// Writes `text`: a file appears whole or not at all.
    func write(_ text: String) throws {
        let bytes = Array(text.utf8)
        if path == "-" {
            if let problem = Destination.write(bytes, to: STDOUT_FILENO) {
                // A reader who has read enough (`| head`) needs no telling.
                if errno == EPIPE { throw Ending.notWritable }
                throw Ending.say("standard output: cannot be written to (\(problem))", Ending.notWritable)
            }
        } else if let problem = isReplaced ? replace(bytes) : append(bytes) {
            throw Ending.say("\(path): cannot be written to (\(problem))", Ending.notWritable)
        }
    }

    /// Writes a file beside the target and moves it there; nil, or why not (then nothing is left).
    private func replace(_ bytes: [UInt8]) -> String? {
        var information = stat()
        let permissions = stat(target, &information) == 0 ? information.st_mode & 0o7777 : nil
        let temporary = Destination.folder(of: target) + "/.v2x-\(getpid()).tmp"
        unlink(temporary)
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { return Destination.lastError }
        // Who could read what was there can read what comes, and nobody else.
        if let permissions { _ = fchmod(descriptor, permissions) }
        var problem = Destination.write(bytes, to: descriptor)
        if close(descriptor) != 0 { problem = problem ?? Destination.lastError }
        if problem == nil, rename(temporary, target) != 0 { problem = Destination.lastError }
        if problem != nil { unlink(temporary) }
        return problem
    }

    private func append(_ bytes: [UInt8]) -> String? {
        let descriptor = open(target, O_WRONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return Destination.lastError }
        let problem = Destination.write(bytes, to: descriptor)
        if close(descriptor) != 0 { return problem ?? Destination.lastError }
        return problem
    }

    private static func write(_ bytes: [UInt8], to descriptor: Int32) -> String? {
        bytes.withUnsafeBytes { buffer in
            var rest = buffer[...]
            while !rest.isEmpty {
                let part = UnsafeRawBufferPointer(rebasing: rest)
                #if canImport(Darwin)
                    let written = Darwin.write(descriptor, part.baseAddress, part.count)
                #elseif canImport(Glibc)
                    let written = Glibc.write(descriptor, part.baseAddress, part.count)
                #else
                    let written = Musl.write(descriptor, part.baseAddress, part.count)
                #endif
                if written < 0, errno == EINTR { continue }
                if written < 0 { return lastError }
                rest = rest.dropFirst(written)
            }
            return nil
        }
    }

    private static var lastError: String { String(cString: strerror(errno)) }

    private static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// The file that a chain of symbolic links leads to, whether it exists or not.
    private static func behindLinks(_ path: String) -> String {
        var path = path
        // As many as the kernel follows.
        for _ in 0..<40 {
            guard let link = try? FileManager.default.destinationOfSymbolicLink(atPath: path) else { return path }
            path = link.hasPrefix("/") ? link : folder(of: path) + "/" + link
        }
        return path
    }
}
