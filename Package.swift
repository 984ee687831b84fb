// swift-tools-version: 6.1
import PackageDescription

let package = Package(
    name: "v2x",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "v2x", targets: ["v2x"]),
        // Not "V2X": where file names ignore case, that is the executable.
        .library(name: "VehicleToAnything", targets: ["VehicleToAnything"]),
        // The C interface as a shared library, and the list of its object files, from which scripts/library links libv2x.so.
        .library(name: "v2x-c", type: .dynamic, targets: ["CInterface"]),
        .library(name: "v2x-c-objects", type: .static, targets: ["CInterface"]),
    ],
    dependencies: [
        // Apple's own parser of command lines: help, completions and exact usage errors for nothing.
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        // The YAML parser of the Swift world (libYAML inside): keeps line and column of every node.
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        .target(name: "CGLPK", linkerSettings: [.linkedLibrary("glpk")]),
        // What a sweep finds is kept in a database that survives being killed at any moment.
        .systemLibrary(name: "CSQLite", providers: [.apt(["libsqlite3-dev"])]),
        .target(name: "DynamicProgramming"),
        .target(name: "LinearPrograms"),
        .target(name: "GLPKSolver", dependencies: ["CGLPK", "LinearPrograms", "DynamicProgramming"]),
        .target(name: "BlockAngular", dependencies: ["LinearPrograms", "GLPKSolver"]),
        .target(name: "Scenarios"),
        .target(name: "ScenarioFiles", dependencies: ["Scenarios", "Yams"]),
        .target(name: "Ageing", dependencies: ["Scenarios"]),
        .target(name: "Scheduling", dependencies: ["LinearPrograms", "Scenarios", "Ageing"]),
        .target(name: "ValueStreams", dependencies: ["LinearPrograms", "ScenarioFiles", "Scenarios", "Scheduling"]),
        .target(
            name: "Sensitivity",
            dependencies: ["LinearPrograms", "GLPKSolver", "Scenarios", "Ageing", "Scheduling"]),
        .target(name: "Accounting", dependencies: ["Scenarios", "Ageing", "Scheduling", "Sensitivity"]),
        .target(
            name: "Verification",
            dependencies: [
                "LinearPrograms", "BlockAngular", "ScenarioFiles", "Scenarios", "Ageing", "Scheduling", "ValueStreams",
                "Sensitivity",
                "Accounting",
            ]),
        .target(name: "Simulations", dependencies: ["Scenarios", "Ageing", "Scheduling", "Accounting"]),
        .target(
            name: "Reports",
            dependencies: [
                "ScenarioFiles", "Scenarios", "Ageing", "Scheduling", "Sensitivity", "Accounting", "Verification",
                "Simulations",
            ]),
        .target(
            name: "Sweeps",
            dependencies: [
                "BlockAngular", "ScenarioFiles", "Scenarios", "Ageing", "Scheduling", "ValueStreams", "Accounting",
                "Simulations", "CSQLite",
            ]),
        .target(name: "EvccOptimizer", dependencies: ["LinearPrograms", "GLPKSolver"]),
        .target(
            name: "VehicleToAnything",
            dependencies: [
                "LinearPrograms", "GLPKSolver", "BlockAngular", "ScenarioFiles", "Scenarios", "Ageing", "Scheduling",
                "ValueStreams",
                "Sensitivity", "Accounting", "Verification", "Simulations", "Reports",
            ]),
        .target(
            name: "HTTPService",
            dependencies: [
                "VehicleToAnything", "EvccOptimizer", "LinearPrograms", "ScenarioFiles", "Scenarios", "Scheduling",
                "Accounting",
                "Verification", "Reports",
            ],
            resources: [
                // In the binary, which stays one file.
                .embedInCode("Page/index.html"), .embedInCode("Page/page.css"), .embedInCode("Page/page.js"),
                .embedInCode("Page/chart.js"),
            ]),
        .target(
            name: "CInterface",
            dependencies: [
                "VehicleToAnything", "LinearPrograms", "ScenarioFiles", "Scenarios", "Scheduling", "Sensitivity",
                "Accounting",
                "Verification", "Simulations", "Sweeps",
            ],
            exclude: ["include"]),
        .target(
            name: "HomeLoop",
            dependencies: [
                "VehicleToAnything", "Reports", "ScenarioFiles", "Scenarios", "Scheduling", "Sensitivity", "Accounting",
                "Verification",
            ]),
        .executableTarget(
            name: "v2x",
            dependencies: [
                "VehicleToAnything", "HTTPService", "HomeLoop",
                "GLPKSolver", "ScenarioFiles", "Scenarios", "Ageing", "Scheduling", "ValueStreams", "Sensitivity",
                "Accounting",
                "Verification", "Simulations", "Reports",
                "Sweeps",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),
        .executableTarget(
            name: "v2x-bench", dependencies: ["GLPKSolver", "Scheduling", "Ageing", "Sensitivity", "Accounting"],
            path: "Sources/Benchmarks"),
        .executableTarget(
            name: "v2x-bench-fleet", dependencies: ["BlockAngular", "GLPKSolver", "Scheduling"],
            path: "Sources/FleetBenchmarks"),
        // What several test targets use.
        .target(name: "TestSupport", dependencies: ["Scenarios"], path: "Tests/TestSupport"),
        .testTarget(name: "ScenariosTests", dependencies: ["Scenarios", "TestSupport"]),
        .testTarget(name: "ScenarioFilesTests", dependencies: ["ScenarioFiles", "TestSupport"], exclude: ["Files"]),
        .testTarget(name: "AgeingTests", dependencies: ["Ageing", "Scenarios", "TestSupport"]),
        .testTarget(name: "DynamicProgrammingTests", dependencies: ["DynamicProgramming", "Scenarios", "TestSupport"]),
        .testTarget(name: "LinearProgramsTests", dependencies: ["LinearPrograms"]),
        .testTarget(
            name: "GLPKSolverTests", dependencies: ["GLPKSolver", "LinearPrograms", "Scenarios", "TestSupport"]),
        .testTarget(
            name: "BlockAngularTests",
            dependencies: [
                "ScenarioFiles", "BlockAngular", "GLPKSolver", "Verification", "ValueStreams", "Scheduling",
                "TestSupport",
            ]),
        .testTarget(
            name: "SchedulingTests",
            dependencies: ["ScenarioFiles", "Scheduling", "GLPKSolver", "BlockAngular", "TestSupport"]),
        .testTarget(
            name: "ValueStreamsTests",
            dependencies: ["ScenarioFiles", "ValueStreams", "Verification", "GLPKSolver", "TestSupport"]),
        .testTarget(
            name: "SensitivityTests",
            dependencies: ["ScenarioFiles", "Sensitivity", "Accounting", "GLPKSolver", "ValueStreams", "TestSupport"]),
        .testTarget(
            name: "AccountingTests", dependencies: ["ScenarioFiles", "Accounting", "GLPKSolver", "ValueStreams"]),
        .testTarget(
            name: "VerificationTests",
            dependencies: ["ScenarioFiles", "Verification", "Accounting", "GLPKSolver", "ValueStreams"]),
        .testTarget(
            name: "SimulationsTests",
            dependencies: ["ScenarioFiles", "Simulations", "Accounting", "GLPKSolver", "ValueStreams"]),
        .testTarget(name: "ReportsTests", dependencies: ["Reports", "GLPKSolver", "TestSupport"]),
        .testTarget(
            name: "SweepsTests",
            dependencies: ["Sweeps", "CSQLite", "Ageing", "ScenarioFiles", "Scenarios", "TestSupport"]),
        .testTarget(
            name: "EvccOptimizerTests", dependencies: ["EvccOptimizer", "GLPKSolver", "Scenarios", "TestSupport"]),
        .testTarget(name: "HTTPServiceTests", dependencies: ["HTTPService", "TestSupport"]),
        .testTarget(name: "HomeLoopTests", dependencies: ["HomeLoop"]),
        .testTarget(name: "VehicleToAnythingTests", dependencies: ["VehicleToAnything", "TestSupport"]),
        .testTarget(name: "CInterfaceTests", dependencies: ["CInterface", "TestSupport"], exclude: ["Programs"]),
        .testTarget(name: "GoldenTests", dependencies: ["Verification", "TestSupport"]),
        .testTarget(name: "CommandLineTests", dependencies: ["v2x", "TestSupport"]),
    ]
)
