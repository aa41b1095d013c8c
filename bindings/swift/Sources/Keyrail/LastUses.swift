import Foundation

/// The last uses of a record's keys: for each digest, the time at which a key with this digest was
/// last used.
///
/// Store it beside the record. It is not part of the record, so storing it does not change the
/// record's version. A new record starts with an empty ``LastUses``. If two processes store it at
/// the same time, one of the two uses may be lost. To lose none, store the new value only if the
/// stored one has not changed since you read it. Otherwise, repeat both steps. An upgrade of the
/// record may replace the digest that was used. Its last use is then unknown until the key is used
/// again.
public final class LastUses: Sendable, Equatable, CustomStringConvertible, CustomReflectable {
    private let native: FfiLastUses

    private init(_ native: FfiLastUses) { self.native = native }

    /// Creates an empty ``LastUses``.
    public convenience init() { self.init(FfiLastUses()) }

    /// Reads last uses from JSON.
    ///
    /// - Throws: an error with all faults. If a newer release wrote the last uses, the only fault is
    ///   `access.newer_schema`.
    public convenience init(json: String) throws(KeyrailError) {
        self.init(try translatingErrors { try FfiLastUses.fromJson(text: json) })
    }

    /// Returns the time at which a key with this digest was last used, or `nil` if no use is known.
    ///
    /// - Throws: the errors of ``Digest/init(_:)``.
    public func of(_ digest: String) throws(KeyrailError) -> Date? {
        try translatingErrors { try native.of(digest: digest) }.map(date)
    }

    /// Returns the time at which the record's current key was last used, or `nil` if no use is
    /// known. Pass it to ``KeyRecord/unusedAlerts(_:since:now:days:)``.
    public func ofCurrent(_ record: KeyRecord) -> Date? {
        native.ofCurrent(record: record.native).map(date)
    }

    /// Returns the time at which a replaced key of the record was last used, or `nil` if no use is
    /// known. A replaced key has a `validUntil`, and stays in the record until it is revoked, or
    /// until the first rotation at or after that time. If there are two replaced keys, the later
    /// use counts.
    public func ofReplaced(_ record: KeyRecord) -> Date? {
        native.ofReplaced(record: record.native).map(date)
    }

    /// Returns the last uses to store after a key with this digest was used at `now`, or `nil` if
    /// the stored time is accurate enough. ``Grant/digest`` is the digest of the key that was used.
    ///
    /// A use is stored if the last stored one was at least a minute earlier, so that a busy key
    /// does not cause a write for each request. A stored time that is more than a minute later than
    /// `now` comes from a wrong clock, and is replaced. If there are 16 digests already, a new one
    /// replaces one whose time is more than a minute ahead of `now`, or else the one with the
    /// earliest time.
    ///
    /// - Throws: the errors of ``Digest/init(_:)``; `access.time_in_seconds`, if `now` is before
    ///   1973-03-03, as a time in seconds would be; `time.out_of_range`.
    public func touch(_ digest: String, now: Date) throws(KeyrailError) -> LastUses? {
        let now = try milliseconds(now)
        return try translatingErrors { try native.touch(digest: digest, nowMs: now) }.map(LastUses.init)
    }

    /// Returns the last uses as JSON, on one line.
    public func toJSON() -> String { native.toJson() }

    /// Returns whether both have the same uses.
    public static func == (left: LastUses, right: LastUses) -> Bool { left.native == right.native }

    public var description: String { native.debugText() }

    public var customMirror: Mirror { Mirror(self, children: []) }
}
