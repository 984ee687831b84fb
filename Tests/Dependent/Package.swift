// swift-tools-version: 6.1
import PackageDescription

// A package as somebody else would write it, which has only the library. scripts/check-library builds and runs it.
let package = Package(
    name: "dependent",
    platforms: [.macOS(.v15)],
    dependencies: [.package(name: "v2x", path: "../..")],
    targets: [
        .executableTarget(
            name: "dependent", dependencies: [.product(name: "VehicleToAnything", package: "v2x")])
    ]
)
