/// A key of a known format. It prints as its ``mask()``.
public struct ApiKey: Masked, Sendable {
    private let native: FfiApiKey

    init(_ native: FfiApiKey) {
        self.native = native
    }

    /// The name of the key's format.
    public var format: String { native.format() }

    /// The environment that the key is for, where its format has any.
    public var environment: String? { native.environment() }

    /// The first public segment, where the format has one: the id by which a
    /// record is found. It does not give access to the key.
    public var id: String? { native.id() }

    /// The text of a public segment. A secret one is as unknown as one that
    /// the format has no such segment.
    public func segment(_ name: String) -> String? {
        native.segment(name: name)
    }

    /// The key as a person may see it, without its secret:
    /// `kr_live_8f3k2m9q1x7c_••••••••`.
    public func mask() -> String {
        native.mask()
    }

    /// The key as a person may see it, by a policy.
    public func mask(_ policy: MaskPolicy) -> String {
        native.maskWith(start: policy.shownStart, end: policy.shownEnd, ascii: policy.ascii)
    }

    /// What to store in the key's place.
    ///
    /// - Throws: `key.too_weak`, for a key of a foreign format of which too
    ///   too little entropy.
    public func digest(pepper: Pepper? = nil) throws(KeyrailError) -> Digest {
        Digest(try translatingErrors { try native.digest(pepper: pepper?.native) })
    }

    /// The key's text: the only way out.
    public func reveal() -> String {
        native.reveal()
    }

    /// The mask.
    public var description: String { mask() }
}

extension ApiKey: Hashable {
    /// Whether both are the same key; compared in constant time.
    public static func == (left: ApiKey, right: ApiKey) -> Bool {
        left.native == right.native
    }

    /// The hash of the format and the public id, if there is one.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(format)
        hasher.combine(id)
    }
}

/// How much of a key's secret its mask shows.
///
/// No policy shows anything of a secret under 20 characters, or so much that
/// less than 64 bits stay hidden; and what stands for the hidden is always 8
/// characters wide.
public struct MaskPolicy: Hashable, Sendable {
    /// How many characters show at the secret's start.
    public let start: Int
    /// How many characters show at its end; a checksum is a part of it.
    public let end: Int
    /// Whether `********` stands for the hidden in place of `••••••••`.
    public let ascii: Bool

    /// Nothing shows.
    public init() {
        (start, end, ascii) = (0, 0, false)
    }

    /// Shows so many characters, each 0 to 4, where the rules allow it, and
    /// else none.
    ///
    /// - Throws: `key.mask_policy`.
    public init(start: Int = 0, end: Int = 0, ascii: Bool = false) throws(KeyrailError) {
        try translatingErrors { try keyCheckMaskPolicy(start: Int64(start), end: Int64(end)) }
        (self.start, self.end, self.ascii) = (start, end, ascii)
    }

    /// Reads a policy from its configuration.
    ///
    /// - Throws: besides the codes of every configuration, `key.mask_policy`.
    public init(json: String) throws(KeyrailError) {
        let policy = try translatingErrors { try keyMaskPolicyFromJson(json: json) }
        (start, end, ascii) = (Int(policy.start), Int(policy.end), policy.ascii)
    }

    // Checked above: 0 to 4.
    fileprivate var shownStart: UInt8 { UInt8(clamping: start) }
    fileprivate var shownEnd: UInt8 { UInt8(clamping: end) }
}
