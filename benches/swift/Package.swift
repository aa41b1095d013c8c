// swift-tools-version: 6.0
//
// `cargo xtask bench swift` builds this program with the package in dist, and runs it.

import PackageDescription

let package = Package(
    name: "Benches",
    dependencies: [.package(path: "../../dist/swift/keyrail")],
    targets: [
        .executableTarget(name: "Benches", dependencies: [.product(name: "Keyrail", package: "keyrail")])
    ]
)
