import Foundation

/// The root of the repository: the nearest folder upwards from this file that
/// holds the vectors.
let repository: URL = {
    var folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    while !FileManager.default.fileExists(atPath: folder.appendingPathComponent("tests/vectors").path) {
        precondition(folder.path != "/", "the tests lie outside the repository")
        folder.deleteLastPathComponent()
    }
    return folder
}()
