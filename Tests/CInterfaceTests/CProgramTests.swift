import Foundation
import TestSupport
import Testing

/// A C program on the header and the shared library. What a C user would lose: a header that compiles, and functions behind it.
@Suite struct CProgramTests {
    private static let root = Repository.root
    private final class Here {}

    /// Where the build has put the shared library: in the folder of the test bundle.
    private static let products: URL? = {
        let executable = URL(fileURLWithPath: CommandLine.arguments[0])
        let folders = Bundle.allBundles.map(\.bundleURL) + [Bundle(for: Here.self).bundleURL, executable]
        return folders.map { $0.deletingLastPathComponent() }
            .first { FileManager.default.fileExists(atPath: $0.appendingPathComponent("libv2x-c.so").path) }
    }()

    private func run(_ program: URL, _ arguments: [String]) throws -> (code: Int32, text: String) {
        let process = Process()
        let pipe = Pipe()
        process.executableURL = program
        process.arguments = arguments
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: data, as: UTF8.self))
    }

    #if os(Linux)
        @Test func aCProgramRuns() throws {
            let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(at: folder) }
            let program = folder.appendingPathComponent("night")
            let products = try #require(Self.products)
            let built = try run(
                URL(fileURLWithPath: "/usr/bin/env"),
                [
                    "cc", "-std=c99", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-pthread",
                    "-I", Self.root.appendingPathComponent("Sources/CInterface/include").path,
                    Self.root.appendingPathComponent("Tests/CInterfaceTests/Programs/night.c").path,
                    "-L", products.path, "-lv2x-c", "-Wl,-rpath,\(products.path)", "-o", program.path,
                ])
            try #require(built.code == 0, "\(built.text)")
            let ran = try run(program, [])
            #expect(ran.code == 0 && ran.text.hasSuffix("\ndone\n"), "\(ran.text)")
        }
    #endif

    /// A function would be missing in the header, or there without a body.
    @Test func theHeaderHasEveryFunction() throws {
        let sources = Self.root.appendingPathComponent("Sources/CInterface")
        let header = try String(contentsOf: sources.appendingPathComponent("include/v2x.h"), encoding: .utf8)
        let calls = try String(contentsOf: sources.appendingPathComponent("Calls.swift"), encoding: .utf8)
        let declared = Set(header.matches(of: /(?m)^(?:[a-z].*[ *])(v2x_[a-z_]+)\(/).map { String($0.1) })
        let defined = Set(calls.matches(of: /@_cdecl\("(v2x_[a-z_]+)"\)/).map { String($0.1) })
        #expect(declared == defined && declared.count > 10)
    }
}
