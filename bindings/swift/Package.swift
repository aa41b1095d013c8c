// swift-tools-version: 6.0
//
// KeyrailFFI and Sources/Keyrail/Generated are made by `cargo xtask bindings`.
// Where the library lies is said on the command line, as `cargo xtask test`
// does: swift test -Xlinker -L -Xlinker ../../target/debug

import PackageDescription

let package = Package(
    name: "Keyrail",
    platforms: [.iOS(.v13), .macOS(.v10_15)],
    products: [.library(name: "Keyrail", targets: ["Keyrail"])],
    targets: [
        .systemLibrary(name: "KeyrailFFI"),
        .target(
            name: "Keyrail",
            dependencies: ["KeyrailFFI"],
            linkerSettings: [.linkedLibrary("keyrail_ffi")]
        ),
        .testTarget(name: "KeyrailTests", dependencies: ["Keyrail"]),
    ]
)
