// swift-tools-version: 6.0
//
// `cargo xtask bindings` generates KeyrailFFI and Sources/Keyrail/Generated. A package made by
// `cargo xtask package` contains the native library for Linux in the folder Libraries. One made by
// xcframework.sh contains the libraries for Apple's systems in KeyrailFFI.xcframework. A package
// that depends on either of these two packages by path needs no linker flags. In the repository,
// the command line must contain the path of the native library, as in `cargo xtask test`: swift
// test -Xlinker -L -Xlinker ../../target/debug

import Foundation
import PackageDescription

#if arch(arm64)
    let libraries = Context.packageDirectory + "/Libraries/linux-aarch64"
#else
    let libraries = Context.packageDirectory + "/Libraries/linux-x86_64"
#endif
let framework = "KeyrailFFI.xcframework"

func exists(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: path)
}

var linkerSettings: [LinkerSetting] = []
var native = Target.systemLibrary(name: "KeyrailFFI")
if exists(Context.packageDirectory + "/" + framework) {
    native = .binaryTarget(name: "KeyrailFFI", path: framework)
} else {
    linkerSettings = [.linkedLibrary("keyrail_ffi")]
    if exists(libraries) {
        linkerSettings.append(.unsafeFlags(["-L" + libraries]))
    }
}

var targets: [Target] = [
    native,
    .target(name: "Keyrail", dependencies: ["KeyrailFFI"], linkerSettings: linkerSettings),
]
if exists(Context.packageDirectory + "/Tests") {
    targets.append(.testTarget(name: "KeyrailTests", dependencies: ["Keyrail"]))
}

let package = Package(
    name: "Keyrail",
    platforms: [.iOS(.v13), .macOS(.v10_15)],
    products: [.library(name: "Keyrail", targets: ["Keyrail"])],
    targets: targets
)
