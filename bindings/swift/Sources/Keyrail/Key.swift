/// A key of a known format. It prints as its ``mask()``.
public struct ApiKey: Masked, Sendable {
    private let native: FfiApiKey

    init(_ native: FfiApiKey) {
        self.native = native
    }

    /// The name of the key's format.
    public var format: String { native.format() }

    /// The environment that the key is for, if its format has environments.
    public var environment: String? { native.environment() }

    /// The public part that identifies the key: the first public segment, if the format has one.
    /// Use it to look up the key's record. It does not reveal the key.
    public var id: String? { native.id() }

    /// Returns the value of a segment, or `nil` if the segment is secret or the format has no such
    /// segment.
    public func segment(_ name: String) -> String? {
        native.segment(name: name)
    }

    /// Returns the mask of the key under the default policy, which shows nothing of the secret. The
    /// mask looks like `kr_live_8f3k2m9q1x7c_••••••••`.
    public func mask() -> String {
        native.mask()
    }

    /// Returns the mask of the key under a policy.
    public func mask(_ policy: MaskPolicy) -> String {
        native.maskWith(start: policy.shownStart, end: policy.shownEnd, ascii: policy.ascii)
    }

    /// Returns the digest to store instead of the key. It is computed from the part of the key that
    /// ``revealDigested()`` returns.
    ///
    /// - Throws: `key.too_weak`, for a key of a foreign format whose estimated entropy is less than
    ///   96 bits. A key of `hex40` or `vchatcloud` that has the shape of its format is always
    ///   strong enough.
    public func digest(pepper: Pepper? = nil) throws(KeyrailError) -> Digest {
        Digest(try translatingErrors { try native.digest(pepper: pepper?.native) })
    }

    /// Returns the key itself.
    public func reveal() -> String {
        native.reveal()
    }

    /// Returns the part of the key that digests are computed from. If the format's declaration has
    /// the member `digest_segment`, this part is the segment with that name. Otherwise, it is the
    /// whole key.
    public func revealDigested() -> String {
        native.revealDigested()
    }

    /// The mask.
    public var description: String { mask() }
}

extension ApiKey: Hashable {
    /// Returns whether two keys are equal, in constant time.
    public static func == (left: ApiKey, right: ApiKey) -> Bool {
        left.native == right.native
    }

    /// Hashes the format and the public id, if there is one.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(format)
        hasher.combine(id)
    }
}

/// The number of characters that a mask shows at the start and the end of a secret.
///
/// The mask shows these characters only if the secret has at least 20 characters and at least 64
/// bits of the secret stay hidden. Otherwise, the whole secret is hidden. The placeholder for the
/// hidden part is always 8 characters long.
public struct MaskPolicy: Hashable, Sendable {
    /// How many characters are shown at the start of the secret, 0 to 4.
    public let start: Int
    /// How many characters are shown at the end of the secret, 0 to 4. If a checksum follows the
    /// secret, the last characters of the checksum are shown instead.
    public let end: Int
    /// Whether the placeholder is `********` instead of `••••••••`.
    public let ascii: Bool

    /// Creates a policy that shows nothing of a secret.
    public init() {
        (start, end, ascii) = (0, 0, false)
    }

    /// Creates a policy that shows the first `start` and the last `end` characters of the secret, 0
    /// to 4 each. A mask shows none of them if the secret is shorter than 20 characters, or if less
    /// than 64 bits of it would stay hidden.
    ///
    /// - Throws: `key.mask_policy`.
    public init(start: Int = 0, end: Int = 0, ascii: Bool = false) throws(KeyrailError) {
        try translatingErrors { try keyCheckMaskPolicy(start: Int64(start), end: Int64(end)) }
        (self.start, self.end, self.ascii) = (start, end, ascii)
    }

    /// Reads a policy from its configuration.
    ///
    /// - Throws: if the document is invalid; ``KeyrailError/faults`` lists the faults. A number
    ///   outside 0 to 4 has the code `key.mask_policy`.
    public init(json: String) throws(KeyrailError) {
        let policy = try translatingErrors { try keyMaskPolicyFromJson(json: json) }
        (start, end, ascii) = (Int(policy.start), Int(policy.end), policy.ascii)
    }

    // The initializers check that both are 0 to 4.
    fileprivate var shownStart: UInt8 { UInt8(clamping: start) }
    fileprivate var shownEnd: UInt8 { UInt8(clamping: end) }
}
