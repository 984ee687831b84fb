import Foundation
import Testing

/// Where results go: files appear whole or not at all, and nothing else is harmed.
@Suite struct OutputTests {
    private func schedule(_ path: String) throws -> CommandLineTests.Run {
        try CommandLineTests.v2x(["schedule", CommandLineTests.night, "--output", path])
    }

    @Test("a file is replaced with its permissions, a link leads to the file that is replaced, nothing else appears")
    func files() throws {
        try CommandLineTests.withFolder { folder in
            let (file, link) = (folder.path + "/plan.txt", folder.path + "/link.txt")
            try Data("before".utf8).write(to: URL(fileURLWithPath: file))
            try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: file)
            try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "plan.txt")
            #expect(try schedule(link).code == 0)
            #expect(try String(contentsOfFile: file, encoding: .utf8).hasPrefix("one night in January\n"))
            #expect(try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int == 0o640)
            #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == "plan.txt")
            #expect(
                try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == ["link.txt", "plan.txt"])
        }
    }

    @Test("a pipe is written to, not replaced by a file")
    func pipe() throws {
        try CommandLineTests.withFolder { folder in
            let path = folder.path + "/pipe"
            try #require(mkfifo(path, 0o600) == 0)
            // Open for both, so that neither side waits for the other.
            let reader = try #require(FileHandle(forUpdatingAtPath: path))
            #expect(try schedule(path).code == 0)
            #expect(String(decoding: reader.availableData, as: UTF8.self).hasPrefix("one night in January\n"))
            let type = try FileManager.default.attributesOfItem(atPath: path)[.type] as? FileAttributeType
            #expect(type != .typeRegular)
        }
    }

    @Test("names that are no file's are refused before any work, each with its sentence")
    func refused() throws {
        try CommandLineTests.withFolder { folder in
            let loop = folder.path + "/loop"
            try FileManager.default.createSymbolicLink(atPath: loop, withDestinationPath: "loop")
            for (path, says) in [
                ("", "the output has no name"),
                (folder.path + "/new/", "\(folder.path)/new/: is a folder's name, not a file's"),
                (loop, "\(loop): is a link that leads to itself"),
                (folder.path, "\(folder.path): is a directory, not a file to write to"),
            ] {
                // The scenario is missing too: the output is looked at first.
                let run = try CommandLineTests.v2x(["schedule", folder.path + "/none.yaml", "--output", path])
                #expect(run.code == 73 && run.err == says + "\n")
            }
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["loop"])
        }
    }

    @Test("a reader who has read enough ends the program without a word")
    func closedPipe() throws {
        let process = Process()
        process.executableURL = CommandLineTests.binary
        process.arguments = ["schedule", CommandLineTests.night]
        let (output, errors) = (Pipe(), Pipe())
        process.standardOutput = output
        process.standardError = errors
        try output.fileHandleForReading.close()
        try process.run()
        let said = errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        #expect(said.isEmpty && (process.terminationReason == .uncaughtSignal || process.terminationStatus == 73))
    }

    @Test("a limit on open files that is too low is reported with exit code 70")
    func openFiles() throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", "ulimit -n 8; exec \"$0\" serve --port 0", CommandLineTests.binary.path]
        let errors = Pipe()
        process.standardError = errors
        try process.run()
        let said = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationReason == .exit && process.terminationStatus == 70)
        #expect(said == "v2x: 8 files may be open at once, 64 are needed: raise ulimit -n\n")
    }

    @Test("a rule's schedule says that it is one: no optimum under its name", arguments: ["immediate", "deferred"])
    func rules(mode: String) throws {
        let text = try CommandLineTests.v2x(["schedule", CommandLineTests.night, "--mode", mode])
        #expect(text.code == 0 && text.out.contains("\(mode) charging: a rule, not an optimum\n"))
        let json = try CommandLineTests.v2x(["schedule", CommandLineTests.night, "--mode", mode, "--format", "json"])
        let verified = try CommandLineTests.v2x(["verify", CommandLineTests.night, "-"], input: Data(json.out.utf8))
        #expect(verified.code == 0, "\(verified.err)")
        let tampered = json.out.replacing("\"status\" : \"feasible\"", with: "\"status\" : \"optimal\"")
        let refused = try CommandLineTests.v2x(["verify", CommandLineTests.night, "-"], input: Data(tampered.utf8))
        #expect(refused.code == 1)
        #expect(refused.err.hasPrefix("status is optimal, but \(mode) charging is a rule: it proves nothing\n"))
    }

    @Test("the solver's time is 0 unless it is asked for: two runs are the same to the byte")
    func timings() throws {
        let plain = try CommandLineTests.v2x(["schedule", CommandLineTests.night, "--format", "json"]).out
        #expect(plain.contains("\"seconds\" : 0\n"))
        let timed = try CommandLineTests.v2x(["schedule", CommandLineTests.night, "--format", "json", "--timings"]).out
        #expect(!timed.contains("\"seconds\" : 0\n") && timed.contains("\"seconds\" : 0."))
    }
}
