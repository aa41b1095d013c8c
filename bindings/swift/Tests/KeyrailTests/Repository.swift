import Foundation

/// The root of the repository: the nearest parent folder of this file that contains the vectors.
let repository: URL = {
    var folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    while !FileManager.default.fileExists(atPath: folder.appendingPathComponent("tests/vectors").path) {
        precondition(folder.path != "/", "the tests are outside the repository")
        folder.deleteLastPathComponent()
    }
    return folder
}()
