import Foundation

/// The last entry of a chain at some time: its writer, its number and its authentication code
/// (HMAC).
///
/// Store checkpoints out of reach of anyone who can change the log. The HMAC code covers the last
/// entry and, through the chain, all entries before it.
public struct Checkpoint: Hashable, Sendable, CustomStringConvertible, CustomReflectable {
    let native: FfiCheckpoint
    /// The id of the writer.
    public let writer: String
    /// The number of the entry; 0 before the first entry.
    public let number: UInt64
    /// The string form, which ``init(_:)`` parses.
    public let description: String

    /// Parses the string form of a checkpoint.
    ///
    /// - Throws: `access.malformed_checkpoint`, `access.newer_schema`.
    public init(_ text: String) throws(KeyrailError) {
        self.init(try translatingErrors { try FfiCheckpoint(text: text) })
    }

    /// Returns the checkpoint before the first entry of a writer's chain.
    ///
    /// The writer is the id of the process or database that numbers the entries. Two writers must
    /// not have the same id.
    ///
    /// - Throws: `access.malformed_id`.
    public static func start(_ writer: String) throws(KeyrailError) -> Checkpoint {
        Checkpoint(try translatingErrors { try FfiCheckpoint.start(writer: writer) })
    }

    init(_ native: FfiCheckpoint) {
        let members = native.members()
        self.native = native
        writer = members.writer
        number = members.number
        description = members.text
    }

    /// Returns whether two checkpoints are equal, byte by byte.
    public static func == (left: Checkpoint, right: Checkpoint) -> Bool {
        left.description.utf8.elementsEqual(right.description.utf8)
    }

    /// Hashes the bytes of the string form.
    public func hash(into hasher: inout Hasher) { hasher.combine(Array(description.utf8)) }

    public var customMirror: Mirror { Mirror(self, children: ["writer": writer, "number": number]) }
}

/// An entry of an audit log.
///
/// ``AuditChain/append(after:payload:entropy:)`` creates entries. An entry prints its writer and
/// its number only, because a payload may contain personal data.
public final class AuditEntry: Equatable, Sendable, CustomStringConvertible, CustomReflectable {
    let native: FfiAuditEntry
    /// The id of the writer.
    public let writer: String
    /// The number of the entry: 1 for the first entry of a writer, and one more for each later entry.
    public let number: UInt64
    /// The id of the HMAC key.
    public let keyId: String
    /// The payload, or `nil` if it was erased.
    public let payload: String?

    init(_ native: FfiAuditEntry) {
        let members = native.members()
        self.native = native
        writer = members.writer
        number = members.number
        keyId = members.keyId
        payload = members.payload
    }

    /// Reads an entry from JSON.
    ///
    /// - Throws: an error with all faults. If a newer release of Keyrail wrote the entry, the only
    ///   fault is `access.newer_schema`. ``AuditChain/verify(_:from:until:)`` checks whether the
    ///   entry was changed.
    public convenience init(json: String) throws(KeyrailError) {
        self.init(try translatingErrors { try FfiAuditEntry.fromJson(text: json) })
    }

    /// The checkpoint after this entry. Pass it to append the next entry.
    public var checkpoint: Checkpoint { Checkpoint(native.checkpoint()) }

    /// Returns the entry without its payload and its salt. The chain can still be verified.
    ///
    /// Store the result in place of the entry, for example when a person exercises the right to
    /// erasure.
    public func erase() -> AuditEntry { AuditEntry(native.erase()) }

    /// Returns the entry as JSON, on one line.
    public func toJSON() -> String { native.toJson() }

    /// Returns whether two entries are equal in every member.
    public static func == (left: AuditEntry, right: AuditEntry) -> Bool { left.native == right.native }

    public var description: String { "AuditEntry(writer: \(writer), number: \(number))" }

    public var customMirror: Mirror { Mirror(self, children: ["writer": writer, "number": number]) }
}

/// The first fault that the verification of an audit log found.
public struct AuditFault: Error, Hashable, Sendable {
    /// The stable, dotted code.
    public let code: ErrorCode
    /// A sentence that describes the fault to people.
    public let message: String
    /// The index of the faulty entry among the passed entries. If entries are missing at the end,
    /// this is the number of entries that were passed.
    public let index: Int
    /// The number of the entry that was expected at this index.
    public let number: UInt64

    init(_ native: FfiAuditFault) {
        code = ErrorCode(rawValue: native.code)
        message = native.text
        index = Int(native.index)
        number = native.number
    }
}

/// What the verification of an audit log found: how far the log is intact, and the first fault.
public struct AuditReport: Hashable, Sendable {
    /// The checkpoint after the last intact entry. The next verification can start from it.
    public let checkpoint: Checkpoint
    /// The number of intact entries whose payload was erased.
    public let erased: Int
    /// The first fault, if there is one.
    public let fault: AuditFault?

    /// Whether no fault was found.
    public var isIntact: Bool { fault == nil }

    init(_ native: FfiAuditReport) {
        checkpoint = Checkpoint(native.checkpoint)
        erased = Int(native.erased)
        fault = native.fault.map(AuditFault.init)
    }
}

/// The HMAC keys of an audit log, with which entries are appended and verified.
///
/// Every entry contains the HMAC code of the entry before it, so that ``verify(_:from:until:)``
/// detects whether entries were changed, removed, added or put into another order. The removal of
/// the last entries is only detected with a ``Checkpoint`` that was made after these entries: store
/// checkpoints outside the log.
///
/// Anyone who holds an HMAC key can rewrite the log from any entry to the end. Only checkpoints
/// that this person cannot change reveal that the log was rewritten.
public final class AuditChain: Sendable, Masked {
    private let native: FfiAuditChain

    /// Creates a chain from HMAC keys, each an id and a secret of at least 32 bytes. New entries
    /// are made with the first key, and entries can be verified with any of the keys.
    ///
    /// - Parameter keys: at most 64.
    /// - Throws: `access.no_audit_key`, `access.too_many_audit_keys`, `access.malformed_id`,
    ///   `access.duplicate_audit_key`, `access.audit_secret_too_short`.
    public init(_ keys: [(id: String, secret: Secret)]) throws(KeyrailError) {
        let keys = keys.map { FfiAuditKey(id: $0.id, secret: $0.secret.native) }
        native = try translatingErrors { try FfiAuditChain(keys: keys) }
    }

    /// Returns the next entry after a checkpoint, with this payload.
    ///
    /// The payload is usually the event of a change (``KeyEvent/toJSON()``). It contains the id of
    /// the actor and the new values of the changed members, such as the name of the key.
    ///
    /// Store the entry in the same transaction as the change. The store must reject a second entry
    /// with the same writer and number. To append the next entry, pass the
    /// ``AuditEntry/checkpoint`` of this one.
    ///
    /// - Parameter entropy: at least 16 bytes from the system's random generator, fresh for each
    ///   entry; the first 16 become the salt.
    /// - Throws: `access.salt_too_short`; `access.payload_too_large` if the payload is longer than
    ///   1 MiB; `access.too_many_entries` if the number would be 2^63.
    public func append(
        after: Checkpoint, payload: String, entropy: some DataProtocol
    ) throws(KeyrailError) -> AuditEntry {
        AuditEntry(
            try translatingErrors {
                try native.append(after: after.native, payload: payload, entropy: Data(entropy))
            })
    }

    /// Verifies the entries of one writer that follow a checkpoint, in order, and reports how far
    /// they are intact.
    ///
    /// If you know a later checkpoint that the log has reached, pass it as `until`. Without it, the
    /// removal of the last entries is not detected. The log may continue after `until`, but `until`
    /// must not be before `from`.
    ///
    /// An entry whose payload was erased is intact. The report counts such entries, because anyone
    /// who can change the log can also erase payloads.
    public func verify(
        _ entries: [AuditEntry], from: Checkpoint, until: Checkpoint? = nil
    ) -> AuditReport {
        AuditReport(
            native.verify(from: from.native, entries: entries.map(\.native), until: until?.native))
    }

    public var description: String { native.debugDescription }
}
