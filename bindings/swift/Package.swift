// swift-tools-version: 6.0
//
// `cargo xtask bindings` generates KeyrailFFI and Sources/Keyrail/Generated. The command line
// must contain the path of the native library, as in `cargo xtask test`:
// swift test -Xlinker -L -Xlinker ../../target/debug

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
