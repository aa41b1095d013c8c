// The boundary: every call of the native library that can fail goes through
// here, and whatever comes back of it, a refusal or even a panic, becomes a
// KeyrailError.

/// What stands in print for what must not show.
let mask = "••••••••"

func calling<T>(_ call: () throws -> T) throws(KeyrailError) -> T {
    do {
        return try call()
    } catch let refused as FfiError {
        throw KeyrailError(refused)
    } catch {
        throw KeyrailError(
            message: "Keyrail met a defect of its own: please report it",
            code: "internal.panic"
        )
    }
}

extension KeyrailError {
    init(_ refused: FfiError) {
        switch refused {
        case .Failure(let code, let offset, let header, let text, let faults, let problem):
            self.init(
                message: text,
                code: code,
                offset: offset.map(Int.init),
                faults: faults.map { Fault(code: $0.code, pointer: $0.pointer, message: $0.text) },
                header: header,
                problem: problem.map { Problem($0) }
            )
        }
    }
}

/// Pairs as they cross: names and values in turn.
func inTurn(_ pairs: [(String, String)]) -> [String] {
    pairs.flatMap { [$0.0, $0.1] }
}
