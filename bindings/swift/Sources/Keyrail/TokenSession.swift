import Foundation

/// Manages the token of one key, for a platform that requires a token besides the key. The session
/// requests the token, renews it before it expires, and never has two requests pending at once.
///
/// It does no I/O: it returns the request to send, and takes the response and the time as
/// arguments.
///
/// ```swift
/// func credentials(
///     _ session: TokenSession, send: (Request) -> (status: Int, headers: [(String, String)], body: Data)?,
///     now: () -> Date, sleepUntil: (Date?) -> Void
/// ) throws(KeyrailError) -> Credentials {
///     while true {
///         switch try session.poll(now: now()) {
///         case .ready(let credentials): return credentials
///         case .send(let request):
///             if let answer = send(request) {
///                 try session.receive(
///                     status: answer.status, headers: answer.headers, body: answer.body, now: now())
///             } else {
///                 try session.onNoResponse(now: now())
///             }
///         case .waiting(let until): sleepUntil(until)
///         }
///     }
/// }
/// ```
///
/// When the platform rejects a token (``refused(_:)``), the session requests another one. If that
/// one is rejected as well, the session fails until ``reissue()`` or ``rotateKey(_:)`` is called.
/// The session also fails when the platform rejects the key, but then a token that is still valid
/// is used until it expires. A failed session does not request tokens. If a token arrives after the
/// failure, the session drops it. The key and the token are not printed.
public final class TokenSession: Masked, Sendable {
    private let native: FfiTokenSession

    /// Creates a session for a key.
    ///
    /// - Parameter variables: the variables of the operation that issues the token.
    /// - Throws: `platform.no_token` for a platform that does not issue tokens, and the codes of
    ///   ``Platform/request(_:variables:query:headers:body:form:credentials:scheme:)``: the
    ///   arguments are checked here, so that no later call fails because of them.
    public init(
        _ platform: Platform, key: Secret, variables: [(String, String)] = []
    ) throws(KeyrailError) {
        native = try translatingErrors {
            try FfiTokenSession(
                platform: platform.native, key: key.native, variables: flattened(variables))
        }
    }

    /// Returns what to do now. A request that it returns is pending until
    /// ``receive(status:headers:body:now:)`` or ``onNoResponse(now:)`` is called. Meanwhile no
    /// other request is returned, and a token that is still valid is used.
    ///
    /// - Parameter now: the current time.
    /// - Throws: `platform.token_refused` after a second token was rejected, and
    ///   `platform.key_refused` if the key was rejected and the session has no valid token left.
    public func poll(now: Date) throws(KeyrailError) -> TokenPoll {
        TokenPoll(try translatingErrors { try native.poll(nowMs: milliseconds(now)) })
    }

    /// Takes the response to the pending request. After an error, the session requests no token for
    /// as long as the platform specifies, but for at least 5 seconds and at most 366 days. After
    /// `platform.key_refused`, it requests no token until ``reissue()`` or ``rotateKey(_:)`` is
    /// called. In both cases, a token that is still valid remains in use. A response for a key that
    /// ``rotateKey(_:)`` replaced is dropped, and so is a token that arrives after a second token
    /// was rejected.
    ///
    /// - Parameter headers: names and values in the order in which they were received.
    /// - Throws: `platform.no_token_request` if no request is pending; `platform.key_refused` and
    ///   `platform.token_not_issued`, whose details are in ``failure``; `platform.token_missing`,
    ///   `platform.token_ambiguous`, `platform.token_malformed`, `platform.token_without_expiry`,
    ///   `platform.token_expired`, `platform.token_absurd_expiry`; the codes of
    ///   ``Platform/readResponse(_:status:headers:body:now:)``; and, if the header that contains
    ///   the token is invalid, the codes of ``Scheme/extract(_:)``.
    public func receive(
        status: Int, headers: [(String, String)], body: Data, now: Date
    ) throws(KeyrailError) {
        try translatingErrors {
            try native.receive(
                status: Int64(status), headers: flattened(headers), body: body, nowMs: milliseconds(now))
        }
    }

    /// Records that the pending request got no response: the connection broke, or there was a
    /// timeout. ``poll(now:)`` returns another request after 5 seconds.
    ///
    /// - Throws: `platform.no_token_request` if no request is pending.
    public func onNoResponse(now: Date) throws(KeyrailError) {
        try translatingErrors { try native.onNoResponse(nowMs: milliseconds(now)) }
    }

    /// Records that the platform rejected these credentials in a request other than the token
    /// request. If the session still uses their token, it drops the token. It then requests another
    /// one, unless the platform has rejected the key.
    ///
    /// - Throws: `platform.token_refused` if the dropped token was itself the replacement of a
    ///   rejected token, and ``accepted(_:)`` was not called for it.
    public func refused(_ credentials: Credentials) throws(KeyrailError) {
        try translatingErrors { try native.refused(credentials: credentials.native) }
    }

    /// Records that the platform accepted these credentials. If it rejects them later, the session
    /// requests another token instead of failing.
    public func accepted(_ credentials: Credentials) {
        native.accepted(credentials: credentials.native)
    }

    /// Drops the token, so that the session requests another one, even if the session has failed.
    /// If a request is pending, its response is used, unless the key was replaced meanwhile. If the
    /// platform rejects the new token, the session requests another one instead of failing.
    public func reissue() {
        native.reissue()
    }

    /// Replaces the key with a reissued one, and drops the token and the failure of the old key.
    ///
    /// - Throws: an error if the key cannot be sent in a header; the session is then unchanged.
    public func rotateKey(_ key: Secret) throws(KeyrailError) {
        try translatingErrors { try native.rotateKey(key: key.native) }
    }

    /// When the token expires, if there is one.
    public var expires: Date? { native.expiresMs().map(date) }

    /// Why the last response contained no token, if the platform reported a failure.
    public var failure: Failure? {
        get throws(KeyrailError) {
            try translatingErrors { try native.failure() }.map { Failure($0) }
        }
    }

    /// The time at which the token expires, and a mask.
    public var description: String {
        "TokenSession(\(mask), expires: \(expires.map { "\($0)" } ?? "nil"))"
    }
}

/// What to do next.
public enum TokenPoll: Sendable {
    /// Send requests with these credentials.
    case ready(Credentials)
    /// Send this request, and pass the response to
    /// ``TokenSession/receive(status:headers:body:now:)``, or call
    /// ``TokenSession/onNoResponse(now:)`` if no response arrives.
    case send(Request)
    /// No token is available and no request is due. The associated value is the earliest time to
    /// poll again. It is `nil` while a request is pending: wait for the response first.
    case waiting(until: Date?)

    init(_ native: FfiTokenPoll) {
        if let credentials = native.credentials() {
            self = .ready(Credentials(credentials))
        } else if let request = native.request() {
            self = .send(Request(request))
        } else {
            self = .waiting(until: native.untilMs().map(date))
        }
    }
}
