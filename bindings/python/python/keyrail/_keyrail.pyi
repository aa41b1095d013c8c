"""The native part of Keyrail: import `keyrail`, not this."""

from collections.abc import ItemsView, Iterable, Iterator, KeysView, Mapping, Sequence, ValuesView
from datetime import datetime
from ipaddress import IPv4Address, IPv6Address
from typing import ClassVar, Literal, Protocol, SupportsIndex, TypeAlias, TypedDict, TypeVar, final

from .errors import KeyrailError, RouteError, UrlError

__all__ = [
    "Actor",
    "Answer",
    "ApiKey",
    "Assignment",
    "AuditChain",
    "AuditEntry",
    "AuditEvent",
    "AuditFault",
    "AuditReport",
    "Author",
    "BaseUrl",
    "Change",
    "Checkpoint",
    "Consumption",
    "Credentials",
    "Decision",
    "Delivery",
    "DeliveryClaim",
    "DeliveryFailure",
    "DeliveryOutcome",
    "DeliveryState",
    "Digest",
    "EncodeSet",
    "EndpointActivity",
    "EndpointHealth",
    "ExpiryAlert",
    "ExpiryPolicy",
    "Explanation",
    "Failure",
    "Finding",
    "Format",
    "FormatSet",
    "Gateway",
    "Grant",
    "HeaderValue",
    "HealthChange",
    "HealthPolicy",
    "Identity",
    "Inbound",
    "Issued",
    "KeyChange",
    "KeyDigest",
    "KeyEvent",
    "KeyScope",
    "LastUses",
    "Limit",
    "LimitOutcome",
    "LimitState",
    "MaskPolicy",
    "Mismatch",
    "Operation",
    "Outbound",
    "Outcome",
    "Page",
    "Pepper",
    "Permissions",
    "Platform",
    "Policy",
    "Problem",
    "Quota",
    "Rate",
    "ReceivePolicy",
    "ReceiveResult",
    "Receiver",
    "Record",
    "RedactByteStream",
    "RedactStream",
    "Redactor",
    "Request",
    "Response",
    "RetryPolicy",
    "Revocation",
    "RouteFailure",
    "RouteFinding",
    "RuleReport",
    "Scheme",
    "Secret",
    "Settled",
    "Signer",
    "Table",
    "Template",
    "TokenPoll",
    "TokenSession",
    "TokenSpec",
    "Trust",
    "UnusedAlert",
    "Usage",
    "UsageCount",
    "UsageCounter",
    "Verified",
    "VerifiedRequest",
    "Verifier",
    "WebhookScheme",
    "WebhookTraits",
    "check_target",
    "client_ip",
    "consume",
    "decode",
    "decode_batch",
    "decode_bytes",
    "decode_form",
    "diff",
    "encode",
    "encode_batch",
    "encode_bytes",
    "encode_query",
    "expiry_alerts",
    "generate_private_key",
    "generate_secret",
    "is_public_address",
    "json_schema",
    "normalize",
    "parse_query",
    "peppers_in_use",
    "public_key",
    "render",
    "touch",
    "unused_alerts",
]

_Item = TypeVar("_Item")
_Octets = TypeVar("_Octets", str, bytes)
_Name = TypeVar("_Name", covariant=True)
_Content = TypeVar("_Content", covariant=True)

class _HasItems(Protocol[_Name, _Content]):
    """An object other than a mapping, with a method `items()` that may repeat a name."""
    def items(self) -> Iterable[tuple[_Name, _Content]]: ...

# Not Iterable, because a mapping is an Iterable too. With Iterable in the union, mypy could not
# infer the type of a dict literal.
_Ordered: TypeAlias = Sequence[_Item] | Iterator[_Item] | KeysView[_Item] | ValuesView[_Item]

_Pairs: TypeAlias = (
    Mapping[str, str] | ItemsView[str, str] | _Ordered[tuple[str, str] | list[str]]
)
_QueryPairs: TypeAlias = (
    Mapping[str, str | None] | _Ordered[tuple[str, str | None] | list[str] | list[str | None]]
)
_SetName: TypeAlias = Literal[
    "unreserved", "path_segment", "path", "query", "fragment", "userinfo", "form", "component"
]
_Number: TypeAlias = int | float
_Now: TypeAlias = datetime | int
"""An aware datetime, or Unix milliseconds."""
_Scope: TypeAlias = Literal["read", "read_write", "admin"]
_Expires: TypeAlias = str | datetime | int
_Document: TypeAlias = (
    str | bytes | bytearray | memoryview | Mapping[str, object] | Sequence[object]
)
"""A configuration: JSON, or a mapping or sequence that is written as JSON."""
_Scalar: TypeAlias = str | _Number | None
_ScalarPairs: TypeAlias = (
    Mapping[str, _Scalar] | ItemsView[str, _Scalar] | _Ordered[tuple[str, _Scalar] | list[str]]
)
# Not Set, because the result depends on the order of the values.
_Value: TypeAlias = _Scalar | Sequence[_Scalar] | Iterator[_Scalar] | _ScalarPairs
_Variables: TypeAlias = (
    Mapping[str, _Value] | ItemsView[str, _Value] | _Ordered[tuple[str, _Value]]
)
_ExtraHeaders: TypeAlias = (
    Mapping[str, str | HeaderValue]
    | ItemsView[str, str | HeaderValue]
    | _Ordered[tuple[str, str | HeaderValue] | list[str]]
)
_HeaderPart: TypeAlias = str | bytes | HeaderValue
_Headers: TypeAlias = (
    Mapping[str, _HeaderPart]
    | Mapping[bytes, _HeaderPart]
    | _HasItems[str | bytes, _HeaderPart]
    | _Ordered[tuple[str | bytes, _HeaderPart] | list[str] | list[bytes]]
)
_Bytes: TypeAlias = bytes | bytearray | memoryview
_Secret: TypeAlias = str | Secret
_Secrets: TypeAlias = _Secret | _Ordered[_Secret]
_Attribute: TypeAlias = str | float | list[str] | tuple[str, ...]
_Message: TypeAlias = Mapping[str, _Attribute] | _Ordered[tuple[str, _Attribute]]
_DecisionOrError: TypeAlias = Decision | RouteError
_Address: TypeAlias = str | IPv4Address | IPv6Address
_LimitStates: TypeAlias = (
    Mapping[str, LimitState | None] | _Ordered[tuple[str, LimitState | None]]
)
_Access: TypeAlias = Literal["read", "write", "admin"]

class _RequiredAccessRequest(TypedDict):
    access: _Access
    now: _Now

class _AccessRequest(_RequiredAccessRequest, total=False):
    ip: _Address | None
    operation: str | None
    queue: str | None
    environment: str | None
    digest: int | None
    owner_permissions: Permissions | None
    limits: _LimitStates | None

_DocumentKind: TypeAlias = Literal[
    "deployment",
    "topology",
    "fixtures",
    "key-record",
    "policy",
    "limit",
    "limit-state",
    "last-uses",
    "audit-entry",
    "usage",
    "retry-policy",
    "delivery-state",
    "health-policy",
    "endpoint-health",
    "endpoint-activity",
    "receive-policy",
    "delivery-claim",
    "webhook-scheme",
    "key-format",
    "key-format-set",
    "mask-policy",
    "platform",
    "scheme",
    "trust",
]
_NoResponse: TypeAlias = Literal["timeout", "dns", "connection", "tls"]
_GiveUp: TypeAlias = Literal["endpoint_disabled", "target_rejected", "canceled"]
_DeadReason: TypeAlias = (
    Literal["exhausted", "deadline", "gone", "endpoint_disabled", "target_rejected", "canceled"]
)
_DisabledReason: TypeAlias = Literal["failures", "gone", "host"]
_EndpointStatus: TypeAlias = Literal["healthy", "failing", "parked", "disabled"]
_EndpointEvent: TypeAlias = Literal[
    "endpoint.warned",
    "endpoint.disabled",
    "endpoint.enabled",
    "endpoint.recovered",
    "delivery.exhausted",
    "delivery.recovered",
]
_FailureKind: TypeAlias = Literal[
    "unauthenticated", "forbidden", "not_found", "rate_limited", "invalid", "server"
]

# keyrail

@final
class Secret:
    """A string that prints as a mask and is read with `reveal()`.

    It is compared in constant time (for strings of the same length), and wiped
    from memory when it is freed. It cannot be hashed, pickled or copied. The
    `str` that it was created from, and each `str` that `reveal()` returns, belong
    to Python: no library can wipe them.
    """
    def __new__(cls, text: str) -> Secret: ...
    __hash__: ClassVar[None]  # type: ignore[assignment]
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    def __reduce_ex__(self, _protocol: SupportsIndex, /) -> tuple[object, ...]: ...
    @staticmethod
    def standard(text: str | Secret) -> Secret:
        """Returns a webhook's signing secret in its standard form, and adds the prefix `whsec_` if it
        has no prefix. A private key (`whsk_`) or a public key (`whpk_`) is returned unchanged.

        Raises WebhookError: `webhook.malformed_secret`, `webhook.secret_length`.
        """
    def reveal(self) -> str:
        """Returns the secret string. There is no other way to read it."""

@final
class HeaderValue:
    """The value of a header: visible ASCII, with spaces and tabs only between visible characters, at
    most 8192 bytes (RFC 9110, section 5.5).

    A sensitive value prints as a mask. Raises HeaderError:
    `header.malformed_value`, `header.too_long`.
    """
    def __new__(cls, text: _Secret, sensitive: bool = False) -> HeaderValue: ...
    __hash__: ClassVar[None]  # type: ignore[assignment]
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    def __reduce_ex__(self, _protocol: SupportsIndex, /) -> tuple[object, ...]: ...
    def reveal(self) -> str:
        """Returns the value as a string."""
    @property
    def is_sensitive(self) -> bool:
        """Whether the value must not be printed."""

@final
class Request:
    """A request to send.

    Its printed form hides the values of sensitive headers and the URL's query, and shows only the
    length of the body.
    """
    __hash__: ClassVar[None]  # type: ignore[assignment]
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    def __reduce_ex__(self, _protocol: SupportsIndex, /) -> tuple[object, ...]: ...
    @property
    def method(self) -> str:
        """The method, in capitals."""
    @property
    def url(self) -> str:
        """The absolute URL."""
    @property
    def headers(self) -> list[tuple[str, HeaderValue]]:
        """The headers, in the order in which they are to be sent. Each is a name and a
        HeaderValue.
        """
    def header_pairs(self) -> list[tuple[str, str]]:
        """Returns the headers as pairs of strings, in which credentials are not masked."""
    @property
    def body(self) -> bytes | None:
        """The body, if there is one."""

@final
class Response:
    """A response to send."""
    __hash__: ClassVar[None]  # type: ignore[assignment]
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    def __reduce_ex__(self, _protocol: SupportsIndex, /) -> tuple[object, ...]: ...
    @property
    def status(self) -> int:
        """The status code, 100 to 599."""
    @property
    def headers(self) -> list[tuple[str, HeaderValue]]:
        """The headers, in order. Each is a name and a HeaderValue."""
    def header_pairs(self) -> list[tuple[str, str]]:
        """Returns the headers as pairs of strings, in which credentials are not masked."""
    @property
    def body(self) -> bytes | None:
        """The body, if there is one."""

@final
class Problem:
    """The reason why a request is rejected, as a status and a code (RFC 9457). It contains only what
    the client may know. `keyrail.header.problem` creates it from an error, and
    `keyrail.header.render` converts it to a response.

    Create a custom problem for a check that the library does not perform. For a rate limit of your
    own, create `Problem(429, "quota.exceeded", "too many requests: wait")`, and add `Retry-After`
    to the response's headers. The status is 400 to 599, and the code consists of 1 to 64 ASCII
    letters, digits, `.`, `_` and `-`.

    Raises KeyrailError: `problem.malformed_status`, `problem.malformed_code`.
    """
    def __new__(cls, status: int, code: str, detail: str) -> Problem: ...
    __hash__: ClassVar[None]  # type: ignore[assignment]
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    @property
    def status(self) -> int:
        """The status code of the response, 400 to 599."""
    @property
    def code(self) -> str:
        """The stable, dotted code."""
    @property
    def detail(self) -> str:
        """An explanation for the developer of the client."""
    def response(self) -> Response:
        """Returns the response for this problem: a body of `application/problem+json` (RFC 9457) that
        caches must not store. The response has no challenge; `keyrail.header.render` adds the
        challenge of a scheme.
        """

# keyrail.url

def encode(text: str, encode_set: _SetName | EncodeSet = "unreserved") -> str:
    """Escapes every byte outside the unreserved set as `%` and two upper-case hexadecimal digits (RFC
    3986, sections 2.1 and 2.3). The string is encoded as UTF-8. For example, `username_new*user`
    becomes `username_new%2Auser`, and a space becomes `%20`. With another `encode_set`, every byte
    outside that set is escaped instead.

    `encode_set` is an EncodeSet or the name of one. The sets of RFC 3986 are `unreserved`,
    `path_segment`, `path`, `query`, `fragment` and `userinfo`. The sets of the WHATWG URL standard
    are `form`, with which a space becomes `+`, and `component`, which JavaScript's
    `encodeURIComponent` uses.

    Raises UrlError: `url.unknown_set`.
    """
def encode_bytes(data: bytes) -> str:
    """Encodes bytes, which need not be UTF-8, the way `encode` encodes a string. The byte 255 becomes
    `%FF`.
    """
def encode_batch(texts: Iterable[str]) -> list[str]:
    """Encodes each string of a list, as `encode` does. The set is `unreserved`."""
def decode(text: str) -> str:
    """Decodes every escape; the decoded bytes must be UTF-8. Decoding is strict: an invalid escape is
    an error. A `+` stays a plus sign.

    Raises UrlError with the offset in bytes: `url.malformed_escape`,
    `url.invalid_utf8`.
    """
def decode_bytes(text: str) -> bytes:
    """Decodes every escape; the decoded bytes need not be UTF-8. Decoding is strict: an invalid escape
    is an error.

    Raises UrlError with the offset in bytes: `url.malformed_escape`.
    """
def decode_form(text: str) -> str:
    """Decodes a name or a value of a form (`application/x-www-form-urlencoded`): like `decode`,
    but a `+` is a space.

    Raises UrlError as `decode` does.
    """
def decode_batch(texts: Iterable[str]) -> list[str | UrlError]:
    """Decodes each string of a list, as `decode` does. For an invalid string, the result contains a
    UrlError with the code that `decode` would raise. For a string that is not valid Unicode, this
    code is `text.lone_surrogate`.
    """
def normalize(text: str) -> str:
    """Normalizes a string to the spelling that `encode` writes, without encoding twice. An escape of
    an unreserved character is decoded. Any other valid escape is kept, with its hexadecimal digits
    in upper case. All other characters outside the unreserved set are escaped, and so is a `%` that
    does not begin an escape. The string may be fully encoded, partly encoded, or not encoded (RFC
    3986, section 6.2.2).
    """
def encode_query(pairs: _QueryPairs) -> str:
    """Encodes pairs as a query, in the order given. Names and values are encoded by `encode`, so a
    space becomes `%20`. A name may occur more than once, and a pair whose value is `None` is
    written without `=`. The pairs may be a mapping. For example, `[("q", "a b"), ("q", "c")]`
    becomes `q=a%20b&q=c`.

    Raises UrlError: `url.empty_pair` if the only pair has neither a name nor a value.
    """
def parse_query(query: str) -> list[tuple[str, str | None]]:
    """Parses a query into pairs, in order. Repeated names are kept, and an empty value (`a=`) differs
    from a missing `=` (`a`, whose value is None). Names and values are decoded by `decode`, so a
    `+` stays a plus sign. An empty query has no pairs.

    Raises UrlError as `decode` does, with the offset in the query.
    """

@final
class EncodeSet:
    """The characters that encoding keeps; all others are escaped."""
    __hash__: ClassVar[None]  # type: ignore[assignment]
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    @staticmethod
    def keeping(characters: str) -> EncodeSet:
        """Creates a set that leaves the unreserved characters and the given ones unencoded. The
        unreserved characters are those of RFC 3986, section 2.3; the given ones must be visible
        ASCII other than `%`.

        Raises UrlError with the offset in bytes: `url.malformed_set`.
        """
    @staticmethod
    def named(name: _SetName) -> EncodeSet:
        """Returns the set with this name: `unreserved`, `path_segment`, `path`, `query`,
        `fragment`, `userinfo`, `form` or `component`.

        Raises UrlError: `url.unknown_set`.
        """

@final
class Template:
    """A URI template (RFC 6570, all four levels), which is parsed once and can be expanded many times.
    It may be at most 8 KiB long.

    Raises UrlError with the offset in bytes: `url.malformed_template`,
    `url.unsupported_operator`, `url.template_too_long`.
    """
    def __new__(cls, text: str) -> Template: ...
    __hash__: ClassVar[None]  # type: ignore[assignment]
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    def expand(self, variables: _Variables) -> str:
        """Expands the template (RFC 6570, section 3.2): a variable that is not passed is omitted, and
        one that the template does not have is ignored.

        `variables` is a mapping or pairs, at most 4096. A value is a string, a number, a list of
        strings and numbers, or an associative array. An associative array is a mapping or pairs.
        None and an empty list count as not passed.

        Raises UrlError: `url.duplicate_variable`, `url.too_many_variables`; `url.prefix_of_list`
        with the offset of the expression; `url.too_long` if the result is longer than 64 KiB.
        """
    def expand_strict(self, variables: _Variables) -> str:
        """Expands the template like `expand`, but exactly the variables of the template must be
        passed.

        Raises UrlError as `expand` does, and also `url.unknown_variable` and
        `url.missing_variable`. The error `url.missing_variable` has the offset of the expression
        that needs the variable.
        """
    @property
    def variables(self) -> list[str]:
        """The names of the variables in the order in which they first occur in
        the template, each once.
        """

@final
class BaseUrl:
    """An absolute `https` URL that ends with a slash; a missing slash is added. It has no user name,
    query or fragment, and no dot segments, control characters, backslashes or unexpanded braces
    (RFC 3986). With `allow_loopback`, an `http` URL of the local machine is accepted too.

    Raises UrlError with the offset in bytes: `url.scheme`, `url.userinfo`,
    `url.empty_host`, `url.malformed_host`, `url.dot_segment` and others.
    """
    def __new__(cls, text: str, allow_loopback: bool = False) -> BaseUrl: ...
    __hash__: ClassVar[None]  # type: ignore[assignment]
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    @staticmethod
    def from_template(template: str, variables: _ScalarPairs) -> BaseUrl:
        """Expands a template of a base URL. `variables` is a mapping, or pairs of a name and a value.
        A value is a string or a number; None counts as not passed. A variable stands for a label of
        the host, for the whole host, or for a segment of the path. The position of the variable
        determines which values are allowed.

        Raises UrlError: `url.missing_variable`, `url.unknown_variable`, `url.malformed_label`,
        `url.malformed_host` and others.
        """
    @property
    def host(self) -> str:
        """The host in lower case. An IPv6 address has no brackets."""
    @property
    def port(self) -> int | None:
        """The port, if one is specified."""
    def join(self, segments: Iterable[str]) -> str:
        """Appends segments to the path, each fully escaped, and returns the URL as a string.

        Raises UrlError: `url.empty_segment`, `url.dot_segment` and others,
        with the offset in the segment.
        """

# keyrail.key

@final
class Format:
    """A format of keys: how they are generated and parsed.

    There are three kinds: Keyrail's own format, declared formats, and foreign formats. A foreign
    format also accepts keys that do not have its usual shape. Two formats with the same declaration
    are equal.
    """
    __hash__: ClassVar[None]  # type: ignore[assignment]
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    @staticmethod
    def keyrail() -> Format:
        """Returns Keyrail's own format, `kr_<environment>_<id>_<secret><checksum>`. The environment is
        `live` or `test`. All other parts consist of `0-9A-Za-z`: the id has 12 characters, the
        secret 27, and the checksum 6.
        """
    @staticmethod
    def github(prefix: str = "ghp") -> Format:
        """Returns the format of GitHub's tokens: `<prefix>_`, 30 characters of `0-9A-Za-z`, and their
        CRC-32 as six characters. The prefix is the format's name too.

        Raises KeyFormatError: `key.empty_prefix`, `key.non_ascii_prefix`,
        `key.malformed_prefix`, `key.malformed_format_name`.
        """
    @staticmethod
    def hex40() -> Format:
        """Returns the format of forty hexadecimal digits, all in lower case or all in upper case.
        `parse` also accepts keys of other shapes; use `hint` to check the shape.
        """
    @staticmethod
    def jwt() -> Format:
        """Returns the format of JSON Web Tokens: three parts of base64url. `parse` also accepts keys
        of other shapes; use `hint` to check the shape.
        """
    @staticmethod
    def vchatcloud() -> Format:
        """Returns the format of five parts joined by hyphens, as in the samples of VChatCloud: four
        groups of six letters or digits, then a timestamp of 14 digits. `parse` also accepts keys of
        other shapes; use `hint` to check the shape.
        """
    @staticmethod
    def opaque() -> Format:
        """Returns the format of keys about which nothing is known. `hint` returns `fits` for every
        string that `parse` accepts.
        """
    @staticmethod
    def built_in(name: str) -> Format:
        """Returns a built-in format by its name: `keyrail`, `github` (with the prefix `ghp`),
        `hex40`, `jwt`, `vchatcloud` or `opaque`.

        Raises KeyFormatError: `key.unknown_format`.
        """
    @staticmethod
    def from_json(document: _Document) -> Format:
        """Reads a declaration. It is JSON, or a mapping: `{"prefix": "acme", "environments":
        ["live", "test"], "segments": [{"name": "id", "alphabet": "base62", "length": 12,
        "secret": false}, {"name": "secret", "alphabet": "base62", "length": 27}], "checksum":
        "crc32"}`.

        `segments` is required. A format without a `prefix` needs a `name`; the default `name` is
        the prefix. The default `separator` is `_`. A segment is secret unless its `secret` is
        false, and the secret segments must have at least 96 bits of entropy. A `length` is a number
        or `{"min": 20, "max": 40}`. An `alphabet` is `hex`, `base32` (Crockford's), `base58`,
        `base62`, `base64url`, `digits`, or `{"characters": "..."}`. The `checksum` is `none`,
        `crc32`, `crc32_body`, `sha256`, or an object. The object has an `algorithm` (one of these
        names except `none`), a `length` (only for `sha256`: 4 to 64, by default 8) and a
        `separator`. If `digest_segment` is the name of a secret segment, digests are computed from
        this segment instead of the whole key. Such a digest does not cover the other parts of a
        key. If keys have an id, a record must therefore specify the key id of each digest; if they
        have an environment, it should specify the environment.

        Raises ConfigError with the faults.
        """
    @property
    def name(self) -> str:
        """The name of the format."""
    @property
    def environments(self) -> list[str]:
        """The environments of the format, in the order of its declaration."""
    @property
    def is_foreign(self) -> bool:
        """Whether the format is foreign: it belongs to another system. If so, `parse` accepts keys of
        any shape, and only `hint` checks the shape.
        """
    @property
    def entropy_len(self) -> int:
        """How many bytes of entropy `generate` needs: 32."""
    @property
    def entropy_bits(self) -> float:
        """The entropy of a key's secret at its minimum length, in bits. For `hex40`, this is 160, and
        for `vchatcloud` about 143. It is 0 for `jwt` and `opaque`, whose entropy is not known.
        """
    # `entropy` is required. It has a default here only because it follows an optional parameter and
    # can be passed by position.
    def generate(self, environment: str | None = None, entropy: bytes = ...) -> ApiKey:
        """Generates a key from at least `entropy_len` random bytes; additional bytes are used as well.
        The bytes must come from the operating system's random source, as in
        `os.urandom(format.entropy_len)`; the same bytes produce the same key. `environment` must be
        one of the format's environments, or None if the format has none.

        Raises KeyFormatError: `key.environment`, `key.too_little_entropy`, and `key.not_generated`
        if only the platform generates keys of this format.
        """
    def parse(self, text: str) -> ApiKey:
        """Parses a string as a key of this format. The key's parts are found by position, and its
        checksum is verified.

        Raises KeyFormatError with the offset in bytes: `key.prefix`,
        `key.environment`, `key.length`, `key.character`, `key.checksum`. A
        foreign format accepts any string of 1 to 8192 visible ASCII characters
        except commas and quotes. Its errors are `key.empty`, `key.character`
        and `key.length`.
        """
    def hint(self, text: str) -> Literal["fits", "unusual", "impossible"]:
        """Returns whether the string looks like a key of this format. The result is `impossible` if
        `parse` rejects the string, `unusual` if a foreign format accepts a string of another shape,
        and otherwise `fits`.
        """
    def pattern(self) -> str:
        """Returns a regular expression that matches every key that has the format's usual shape, from
        its first to its last character. It is for secret scanners. It has no anchors, and its
        syntax is common to `re`, RE2, PCRE and ICU.

        Raises KeyFormatError: `key.no_pattern`.
        """
    def gitleaks_rule(self) -> str:
        """Returns a rule in TOML for the configuration file of gitleaks. The rule finds keys that have
        the format's usual shape.

        Raises KeyFormatError: `key.no_pattern`.
        """
    def github_partner_pattern(self) -> str:
        """Returns a partner pattern in the form that GitHub's secret scanning requires. It has four
        lines: the name, the format of the secret, what may precede the secret, and what may follow
        it.

        Raises KeyFormatError: `key.no_pattern`.
        """

@final
class FormatSet:
    """A set of at most 1,000 formats. A string can be a key of at most one of the formats, not
    counting foreign formats. Foreign formats are tried last.

    Raises KeyFormatError: `key.duplicate_format`, `key.ambiguous_formats`,
    `key.too_many_formats`, `key.set_too_complex`.
    """
    def __new__(cls, formats: _Ordered[Format]) -> FormatSet: ...
    @staticmethod
    def from_json(document: _Document) -> FormatSet:
        """Reads `{"version": 1, "formats": [...]}`: each format is a declaration, as
        `Format.from_json` reads it, or the name of a built-in format. The document is JSON, or a
        mapping of the same form.

        Raises ConfigError with the faults.
        """
    @property
    def formats(self) -> list[Format]:
        """The formats, in the order given."""
    def parse(self, text: str) -> ApiKey:
        """Parses a string as a key of one of the formats.

        Raises the KeyFormatError of `Format.parse` for the format whose check got furthest.
        """

@final
class ApiKey:
    """A key of a known format. It prints as its mask; only `reveal()` and `reveal_digested()` return
    the key or a secret part of it. Keys are compared in constant time.
    """
    __hash__: ClassVar[None]  # type: ignore[assignment]
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    def __reduce_ex__(self, _protocol: SupportsIndex, /) -> tuple[object, ...]: ...
    @property
    def id(self) -> str | None:
        """The public part that identifies the key: the first public segment, if the format has one.
        Use it to look up the key's record.
        """
    @property
    def environment(self) -> str | None:
        """The environment that the key is for, if its format has environments. Examples are `live`
        and `test`.
        """
    @property
    def format(self) -> str:
        """The name of the key's format."""
    def segment(self, name: str) -> str | None:
        """Returns the value of a segment, or None if the segment is secret or the format has no such
        segment.
        """
    def mask(self, policy: MaskPolicy | None = None) -> str:
        """Returns the mask of the key under the default policy, which shows the least. With `policy`,
        returns the mask under that policy. A mask consists of the prefix, the environment, the
        public segments, and the part of the secret that the policy shows, which is nothing by
        default. All of a foreign key is secret.
        """
    def digest(self, pepper: Pepper | None = None) -> Digest:
        """Returns the digest to store instead of the key. It is computed from the part of the key that
        `reveal_digested` returns. It is the SHA-256, or with a pepper the HMAC-SHA-256.

        Raises KeyFormatError: `key.too_weak`, for a key of a foreign format whose estimated entropy
        is less than 96 bits. A key of `hex40` or `vchatcloud` that has the shape of its format is
        always strong enough.
        """
    def reveal(self) -> str:
        """Returns the key itself."""
    def reveal_digested(self) -> str:
        """Returns the part of the key that digests are computed from. If the format's declaration has
        the member `digest_segment`, this part is the segment with that name. Otherwise, it is the
        whole key.
        """

@final
class MaskPolicy:
    """The number of characters that a mask shows at the start and the end of a secret, 0 to 4 each.
    The rest is replaced by `••••••••`, or by `********` with `ascii`.

    If a secret has fewer than 20 characters, or if less than 64 bits of it would stay hidden, none
    of its characters are shown under any policy. The mask treats the checksum as the end of the
    secret, but the length of the secret is counted without the checksum. The width of the mask does
    not reveal the length of the secret.

    Raises KeyFormatError: `key.mask_policy`.
    """
    def __new__(cls, start: int = 0, end: int = 0, ascii: bool = False) -> MaskPolicy: ...
    @staticmethod
    def from_json(document: _Document) -> MaskPolicy:
        """Reads a policy from its configuration. The configuration is JSON, or a mapping of the
        same form.

        The members `start` and `end` are the numbers of characters shown, 0 to 4 each. The member
        `ascii` tells whether the placeholder is `********`.

        Raises ConfigError with the faults.
        """
    __hash__: ClassVar[None]  # type: ignore[assignment]
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    @property
    def start(self) -> int:
        """How many characters are shown at the start of the secret, 0 to 4."""
    @property
    def end(self) -> int:
        """How many characters are shown at the end of the secret, 0 to 4."""
    @property
    def ascii(self) -> bool:
        """Whether the placeholder is `********` instead of `••••••••`."""

@final
class Digest:
    """The digest of a key, which is stored instead of the key. Its string form is `sha256:<base64url>`
    or `hmac-sha256:<pepper id>:<base64url>`. The string form of a foreign digest is
    `foreign-sha256:<hex>`, `foreign-sha512:<hex>` or `salted-sha256:before:<base64url>:<hex>`, with
    the hash in lower case, the salt in base64url, and `before` or `after` as the position of the
    salt. A digest is not a secret. Digests are compared in constant time.

    Raises KeyFormatError: `key.unknown_algorithm`, `key.password_hash`, `key.malformed_digest`,
    `key.malformed_pepper_id`, `key.malformed_salt`.
    """
    def __new__(cls, text: str) -> Digest: ...
    __hash__: ClassVar[None]  # type: ignore[assignment]
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    @staticmethod
    def of(text: str, pepper: Pepper | None = None) -> Digest:
        """Returns the digest of a key, to be stored. For a key of a known format, use `ApiKey.digest`.

        The digest is a fast hash. It is suitable for a key that was generated from at least 96
        random bits, because such a key cannot be guessed. It is not suitable for passwords, which
        could be cracked in a second: use a slow hash for them, such as Argon2id. A string whose
        estimated entropy is less than 96 bits is rejected. Up to 19 digits at the end of the string
        add no entropy: they count as a timestamp, which anyone can guess.

        Raises KeyFormatError: `key.too_weak`.
        """
    @staticmethod
    def import_hex(text: str) -> Digest:
        """Imports the SHA-256 or SHA-512 of a key from another system, in hexadecimal digits of either
        case. A SHA-256 has 64 digits, a SHA-512 has 128. The digest stays marked as foreign,
        because nothing is known about the key's strength.

        Raises KeyFormatError with the offset in bytes: `key.malformed_digest`; `key.password_hash`
        for a password hash, such as one of bcrypt.
        """
    @staticmethod
    def import_base64(text: str) -> Digest:
        """Imports the SHA-256 or SHA-512 of a key from another system, in base64 or base64url, with or
        without padding (RFC 4648). A SHA-256 has 43 characters, or 44 with padding. A SHA-512 has
        86, or 88 with padding. The digest stays marked as foreign, like that of `import_hex`.

        Raises KeyFormatError with the offset in bytes: `key.malformed_digest`, `key.password_hash`.
        """
    @staticmethod
    def import_hmac(text: str, pepper_id: str) -> Digest:
        """Imports the HMAC-SHA-256 of a key from another system. It has 64 hexadecimal digits, or is
        in base64 or base64url, with or without padding. To verify keys with the digest, create a
        `Pepper` from the id `pepper_id` and the secret of the HMAC. The secret must be valid UTF-8
        and have at least 16 bytes.

        The result is the same as if Keyrail had made the digest with that pepper. It is not marked as
        foreign, so only import digests of keys that were generated from enough random bits.

        Raises KeyFormatError with the offset in bytes: `key.malformed_pepper_id`,
        `key.malformed_digest`, `key.password_hash`.
        """
    @staticmethod
    def import_salted(
        text: str, salt: _Bytes, position: Literal["before", "after"]
    ) -> Digest:
        """Imports the salted SHA-256 of a key from another system: the SHA-256 of the salt and the
        key, one directly after the other. The hash has 64 hexadecimal digits, or is in base64 or
        base64url, with or without padding.

        Such a digest cannot be looked up by the hash of a presented key. A record must therefore
        specify the `key_id` of the digest, which is the id that the key contains. The digest stays
        marked as foreign, like that of `import_hex`. `salt` has 1 to 128 bytes, and `position` is
        `before` or `after`.

        Raises KeyFormatError: `key.malformed_digest` and `key.password_hash` with the offset in
        bytes, `key.malformed_salt` without an offset.
        """
    def verify(self, text: str, pepper: Pepper | None = None) -> bool:
        """Returns whether this is the digest of the string, in constant time. A weak string is not an
        error, because an imported digest may be the digest of a weak string.

        Raises KeyFormatError for a digest that names a pepper: `key.missing_pepper` if no pepper is
        passed, `key.other_pepper` if a pepper with another id is passed.
        """
    @property
    def algorithm(
        self,
    ) -> Literal["sha256", "hmac-sha256", "foreign-sha256", "foreign-sha512", "salted-sha256"]:
        """How the digest was made: `sha256`, `hmac-sha256`, `foreign-sha256`, `foreign-sha512` or
        `salted-sha256`.
        """
    @property
    def is_salted(self) -> bool:
        """Whether the hash has a salt, so that it cannot be compared with other hashes of the same
        key.
        """
    @property
    def is_foreign(self) -> bool:
        """Whether another system made the digest. If so, nothing is known about the key's strength."""
    @property
    def pepper_id(self) -> str | None:
        """The id of the pepper that the digest was made with, or None if it was made without one."""

@final
class Pepper:
    """A secret that is stored outside the database, so that the digests in the database are useless
    without it.

    `id` is 1 to 64 letters, digits, `_` and `-`; `secret` is a string or a
    Secret of at least 16 bytes. Raises KeyFormatError:
    `key.malformed_pepper_id`, `key.pepper_too_short`.
    """
    def __new__(cls, id: str, secret: _Secret) -> Pepper: ...
    def __reduce_ex__(self, _protocol: SupportsIndex, /) -> tuple[object, ...]: ...
    @property
    def id(self) -> str:
        """The id, which digests contain."""

@final
class Redactor:
    """Replaces credentials in any text: log lines, JSON, URLs, headers.

    Without configuration, it finds:

    - the values of headers, JSON members and query parameters with the name of a credential, such
      as `password`
    - the credentials of every scheme in `Authorization`
    - passwords in URLs
    - webhook secrets, JSON Web Tokens and PEM private keys

    It also finds the keys of `formats`, the formats of your own keys, anywhere in the text. A
    complete key of one of these formats is replaced by its mask. Every other credential is
    replaced by `••••••••`, or by `********` with `ascii`.

    Redacting twice gives the same result as redacting once. The credentials that a redactor may
    miss are listed in docs/reference/redaction.md.

    One redactor serves all threads. Raises KeyFormatError as FormatSet does.
    """
    def __new__(cls, formats: _Ordered[Format] = (), *, ascii: bool = False) -> Redactor: ...
    def redact(self, text: str) -> str:
        """Returns the text with all credentials replaced. A text without credentials is
        returned as the same object. Releases the GIL if the text is longer than 8 KiB.
        """
    def redact_bytes(self, data: _Bytes) -> bytes:
        """Redacts bytes, which need not be UTF-8, the way `redact` redacts a string. `data` is
        `bytes`, a `bytearray` or a `memoryview`.
        """
    def redact_batch(self, texts: Iterable[str]) -> list[str]:
        """Redacts each string of a list, as `redact` does."""
    def find(self, text: str) -> list[Finding]:
        """Returns the credentials that `redact` would replace, ordered by position; no two overlap.
        The credential is `text[finding.start:finding.end]`.
        """
    def find_bytes(self, data: _Bytes) -> list[Finding]:
        """Finds credentials in bytes, which need not be UTF-8, as `find` does in a string.
        `data` has a type that `redact_bytes` accepts, and `start` and `end` count bytes.
        """
    def stream(self) -> RedactStream:
        """Returns a redactor of text that comes in chunks. Each chunk is a string."""
    def stream_bytes(self) -> RedactByteStream:
        """Returns a redactor of bytes that come in chunks. The bytes need not be UTF-8."""

@final
class Finding:
    """A credential that a Redactor found. A finding contains the position of the credential, but no
    part of the text.
    """
    __hash__: ClassVar[None]  # type: ignore[assignment]
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    @property
    def start(self) -> int:
        """The start of the replaced range, in code points from the start of a string, or in bytes
        from the start of bytes.
        """
    @property
    def end(self) -> int:
        """The end of the replaced range, in code points from the start of a string, or in bytes
        from the start of bytes.
        """
    @property
    def kind(
        self,
    ) -> Literal[
        "key",
        "header",
        "authorization",
        "member",
        "query",
        "userinfo",
        "webhook_secret",
        "jwt",
        "private_key",
    ]:
        """The kind of the credential, or of the text that contains it. It is `key`, `header`,
        `authorization`, `member`, `query`, `userinfo`, `webhook_secret`, `jwt` or `private_key`.
        """
    @property
    def format(self) -> str | None:
        """The name of the key's format, if the finding is a key of one of the redactor's formats."""
    @property
    def confidence(self) -> Literal["verified", "shaped", "named"]:
        """How certain it is that the finding is a credential. `verified`: it is a key of one of the
        redactor's formats, and its checksum is correct. `shaped`: it has the structure of a
        credential. `named`: it is next to the name of a credential.
        """

@final
class RedactStream:
    """Redacts a text that arrives in chunks. The concatenated output equals what `redact` returns for
    the whole text, wherever it was split. Between chunks, the stream holds back a limited amount of
    text: little more than 8 KiB, plus the last chunk. No printed form shows this text.
    """
    def __reduce_ex__(self, _protocol: SupportsIndex, /) -> tuple[object, ...]: ...
    def push(self, chunk: str) -> str:
        """Redacts a chunk, and returns the part of the redacted text that later chunks cannot
        change. The result is often empty.

        Raises KeyFormatError after `finish`: `key.stream_finished`.
        """
    def finish(self) -> str:
        """Returns the rest of the redacted text.

        Raises KeyFormatError when called again: `key.stream_finished`.
        """

@final
class RedactByteStream:
    """Redacts bytes that arrive in chunks, the way RedactStream redacts a text. The bytes need not be
    UTF-8.
    """
    def __reduce_ex__(self, _protocol: SupportsIndex, /) -> tuple[object, ...]: ...
    def push(self, chunk: _Bytes) -> bytes:
        """Redacts a chunk, and returns the part of the redacted bytes that later chunks cannot
        change. The result is often empty. The chunk is `bytes`, a `bytearray` or a `memoryview`.

        Raises KeyFormatError after `finish`: `key.stream_finished`.
        """
    def finish(self) -> bytes:
        """Returns the rest of the redacted bytes.

        Raises KeyFormatError when called again: `key.stream_finished`.
        """

# keyrail.header

@final
class Scheme:
    """The forms in which a request can contain credentials. A scheme writes its first form. It reads
    this form, other documented forms, and undocumented (lenient) forms.
    """
    __hash__: ClassVar[None]  # type: ignore[assignment]
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    @staticmethod
    def x_api_key() -> Scheme:
        """Returns the scheme `x-api-key: KEY`."""
    @staticmethod
    def bearer() -> Scheme:
        """Returns the scheme `Authorization: Bearer KEY` (RFC 6750, section 2.1)."""
    @staticmethod
    def authorization(word: str) -> Scheme:
        """Returns the scheme `Authorization: WORD KEY` (RFC 9110, section 11.6.2).

        Raises HeaderError: `header.malformed_word`.
        """
    @staticmethod
    def header(name: str) -> Scheme:
        """Returns the scheme `NAME: KEY`.

        Raises HeaderError: `header.malformed_name`.
        """
    @staticmethod
    def bare_authorization() -> Scheme:
        """Returns the scheme `Authorization: KEY`, without a scheme word.

        RFC 9110 does not define this form, so credentials that are read from it are `lenient`. A
        value that is only a known scheme word, such as `Basic`, is rejected with
        `header.unknown_scheme`, and so is a scheme word with a credential after it. Put this scheme
        last in `any_of`.
        """
    @staticmethod
    def any_of(schemes: Sequence[Scheme] | Iterator[Scheme]) -> Scheme:
        """Returns a scheme that accepts credentials in any one of these schemes. A request that uses
        two of them at once is rejected with `header.ambiguous`. Credentials are written in the
        first scheme.

        Raises HeaderError: `header.no_alternatives`, `header.too_many_forms`,
        `header.conflicting_part`.
        """
    def with_token68(self) -> Scheme:
        """Returns the scheme, changed to require that each key and token is a token68 (RFC 9110,
        section 11.2; called b64token in RFC 6750). A token68 consists of letters, digits and
        `-._~+/`, with `=` only at the end. Anything else is rejected with `header.token68`.
        """
    @staticmethod
    def pair(key_header: str, token_header: str) -> Scheme:
        """Returns the scheme of two required headers, `KEY-HEADER: KEY` and `TOKEN-HEADER: TOKEN`.

        Many proxies drop headers whose names contain an underscore, such as VChatCloud's `API_KEY`:
        configure your proxy to pass these headers on.

        Raises HeaderError: `header.malformed_name`, `header.same_header`.
        """
    @staticmethod
    def from_json(document: _Document) -> Scheme:
        """Reads a scheme from its configuration. The configuration is JSON, or a mapping of the
        same form.

        The member `slots` is a list of 1 to 3 headers as the vendor documents them. The members
        `alternatives` and `lenient` are lists of other forms, each with `slots` of its own. The
        vendor documents the forms in `alternatives`, but not those in `lenient`. A slot has
        `header` (the name of the header) and `holds` (`key`, `token` or `app_id`). It may have
        `word` (the scheme word before the credential), `optional` and `token68`.

        Raises ConfigError with the faults.
        """
    def strip_credentials(
        self, headers: Mapping[_Octets, _Octets] | _Ordered[tuple[_Octets, _Octets]]
    ) -> list[tuple[_Octets, _Octets]]:
        """Returns the headers without those that may contain a credential of the scheme. Use the
        result for a request that is passed on to another server. The order stays the same.

        A header is removed if the scheme reads a header with this name. Names are compared without
        regard to case, and `-` and `_` are treated as equal, because some servers treat them so.
        Values are not checked, so a header that `extract` rejects is removed too. `headers` is a
        mapping or an iterable of pairs; the names and values are returned as they are. An environ
        of WSGI is not accepted, because it is never passed on.
        """
    def extract(self, headers: _Headers) -> Credentials:
        """Reads the credentials from a request's headers. Each header of the scheme may occur only
        once, and all of the scheme's headers in the request must belong to the same form. Header
        names and scheme words are compared without regard to case.

        `headers` is a mapping, an iterable of pairs such as ASGI's list, or the environ of WSGI.
        Names and values are `str` or `bytes`. A header counts as duplicate if two names of a
        mapping differ only in case, or if `items()` yields its name more than once. An environ
        joins duplicate headers with a comma, which no credential contains. It also does not
        distinguish `API-KEY` from `API_KEY`: configure the server to drop every header that has an
        underscore in its name and is not used by the scheme. A mapping that a framework creates
        from an environ spells every name with `-`; if the scheme has a name with `_`, pass the
        environ itself. A `str` with lone surrogates is treated as the bytes that it was decoded
        from (PEP 383). These bytes are rejected with `header.non_ascii` in a header of the scheme,
        and ignored in any other header.

        Raises HeaderError: `header.missing`, `header.duplicate`, `header.ambiguous`. The following
        errors have the offset in the header's value: `header.list`, `header.unknown_scheme`,
        `header.empty`, `header.white_space`, `header.token68` and others.
        """
    def apply(self, credentials: Credentials) -> list[tuple[str, HeaderValue]]:
        """Returns the headers that contain the credentials, in the scheme's first form. The key's
        header is first; the others follow in the scheme's order. Each header is a name and a
        HeaderValue; the values of keys and tokens are sensitive.

        Raises HeaderError: `header.missing` if the credentials lack a part that the form requires.
        If a part cannot be written in a header, raises HeaderError with the code of the fault and
        its offset in the part.
        """
    def challenge(
        self,
        realm: str,
        error: Literal["invalid_request", "invalid_token", "insufficient_scope"] | None = None,
    ) -> str:
        """Returns the value of `WWW-Authenticate` that asks for a credential of this scheme. The value
        consists of a scheme word and the realm as a quoted string (RFC 9110, sections 5.6.4 and
        11.5). If the key is in `Authorization` after a scheme word, the challenge begins with that
        word; otherwise it begins with `ApiKey`. A scheme can have several documented forms with
        different scheme words. In that case, the value is a list of challenges, one for each scheme
        word. A response with status 401 must contain this header (RFC 9110, section 11.6.1).

        If `error` is passed, a `Bearer` challenge contains it (RFC 6750, section 3.1). Pass
        `invalid_request` for a response with the status 400, `insufficient_scope` for 403, and
        `invalid_token` for a 401 to a request with a credential.

        Raises HeaderError: `header.control`, `header.non_ascii` and others; `header.unknown_error`
        for an unknown `error`.
        """

@final
class Credentials:
    """A key, and the token and app id that some platforms also require. `key` and `token` are each a
    string or a Secret. Both are masked when they are printed.
    """
    def __new__(
        cls, key: _Secret, token: _Secret | None = None, app_id: str | None = None
    ) -> Credentials: ...
    __hash__: ClassVar[None]  # type: ignore[assignment]
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    def __reduce_ex__(self, _protocol: SupportsIndex, /) -> tuple[object, ...]: ...
    @property
    def key(self) -> Secret:
        """The key."""
    @property
    def token(self) -> Secret | None:
        """The token, if there is one."""
    @property
    def app_id(self) -> str | None:
        """The app's id, if there is one. It is not a secret."""
    @property
    def variant(self) -> Literal["as_documented", "lenient"]:
        """Whether the credentials were read from a documented or a lenient form of the scheme. It is
        `as_documented` or `lenient`.
        """

@final
class Trust:
    """The one header that contains the client's address, and the networks of the proxies that may
    write this header. Each network is an address, or a range such as `10.0.0.0/8`.

    The header `Forwarded` is parsed according to RFC 7239. Every other header is parsed as a list
    of addresses, as in `X-Forwarded-For`. Never name a header that your outermost proxy passes on
    unchanged from the client. Without networks, the header is not read.

    Raises HeaderError: `header.malformed_name`; KeyrailError:
    `network.malformed`, `network.host_bits`.
    """
    def __new__(cls, header: str, networks: Iterable[str]) -> Trust: ...
    __hash__: ClassVar[None]  # type: ignore[assignment]
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    @staticmethod
    def forwarded(networks: Iterable[str]) -> Trust:
        """Trusts what proxies in these networks wrote in `Forwarded` (RFC 7239).

        Raises KeyrailError: `network.malformed`, `network.host_bits`.
        """
    @staticmethod
    def x_forwarded_for(networks: Iterable[str]) -> Trust:
        """Trusts what proxies in these networks wrote in `X-Forwarded-For`.

        Raises KeyrailError: `network.malformed`, `network.host_bits`.
        """
    @staticmethod
    def none() -> Trust:
        """Trusts no proxy: the peer is the client."""
    @staticmethod
    def from_json(document: _Document) -> Trust:
        """Reads the trust from its configuration. The configuration is JSON, or a mapping of the
        same form.

        The members are `header`, the name of the header, and `networks`, a list of addresses
        and networks like `10.0.0.0/8`.

        Raises ConfigError with the faults.
        """
    @property
    def header(self) -> str:
        """The header's name."""
    def trusts(self, address: _Address) -> bool:
        """Returns whether the address is in a trusted network.

        Raises KeyrailError: `network.malformed`.
        """

def json_schema(document: _DocumentKind) -> str:
    """Returns the JSON Schema (draft 2020-12) of a kind of document: `deployment`, `topology`,
    `fixtures`, `key-record`, `policy`, `limit`, `limit-state`, `last-uses`, `audit-entry`, `usage`,
    `retry-policy`, `delivery-state`, `health-policy`, `endpoint-health`, `endpoint-activity`,
    `receive-policy`, `delivery-claim`, `webhook-scheme`, `key-format`, `key-format-set`,
    `mask-policy`, `platform`, `scheme` or `trust`.

    The schema accepts every valid document. Rules that it cannot express are checked when the
    document is read: for example, that a name is unique, or refers to something that exists.

    Raises ValueError if the kind is unknown.
    """
def client_ip(peer: _Address, headers: _Headers, trust: Trust) -> str:
    """Returns the client's address, using what trusted proxies report in a header.

    `peer` is the address of the other end of the connection. If it is not in a trusted network, it
    is the client's address, and no header is read. Otherwise the header is read from right to left,
    starting with its last line. The first address that is in no trusted network is the client's. If
    all addresses are trusted, the leftmost one is the client's. If the header is missing, the peer
    is the client.

    `headers` may have any form that `Scheme.extract` accepts. The environ of WSGI joins several
    lines into one. It also does not distinguish `X-Forwarded-For` from `X_Forwarded_For`, which any
    client could have sent. A comma in a header from an environ is therefore rejected with
    `header.list` and the comma's offset. Under WSGI, trust a header that your proxy sets to one
    address.

    Raises HeaderError: `header.ambiguous`. The following errors have the offset in the header's
    value, in which several lines are joined with a comma and a space: `header.unknown_hop`,
    `header.hidden_hop`, `header.malformed_hop`, `header.too_many_hops`, `header.too_long`. Raises
    KeyrailError: `network.malformed` if the peer is not an IP address. Reject the request on any of
    these errors. Never treat the peer as the client instead.
    """

def render(problem: Problem, scheme: Scheme, realm: str) -> Response:
    """Returns the response for a problem, as `Problem.response` does, with the scheme's challenge if
    the status is 401. A 403 also has a challenge if the scheme is `Bearer` and the problem names
    the required scope. The body is `application/problem+json` (RFC 9457), and caches must not store
    the response. The `Bearer` challenge of a 401 names an error, unless the problem's code is
    `header.missing` or `header.unknown_scheme`. With either of these codes, the request has no
    credential of the scheme. A realm that `Scheme.challenge` rejects is replaced by an empty realm.
    """

# keyrail.access

@final
class Record:
    """The record of a key: the app that the key belongs to, its scope, its lifetime and its limits."""
    __hash__: ClassVar[None]  # type: ignore[assignment]
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    @staticmethod
    def from_json(document: _Document) -> Record:
        """Reads a record from its configuration. The configuration is JSON, or a mapping of the
        same form.

        `id`, `app`, `scope` (`read`, `read_write` or `admin`) and `digests` are required. An
        item of `digests` has `digest` and, optionally, `key_id` (the id that the key contains),
        `display`, `created_at` and `valid_until`. `organization`, `environment` and `owner` are
        ids, and `authority` is `organization` or `owner`; `name` and `display` are strings for
        people. `operations` is a list of event patterns like `message.*`, `queues` a list of ids,
        and `allow_ips` a list of addresses and networks like `10.0.0.0/8`. `created_at`,
        `not_before`, `expires_at` and `expires_set_at` are RFC 3339 timestamps; `expires_at` may
        also be `"never"`. `created_by` has `id` and `role`; `revoked` has `at`, `by` and `reason`.
        `enabled` is a boolean, `limits` a list of limits (see `Limit`), `metadata` a mapping of
        strings, `version` the number of changes, and `schema` the version of this form, 1.

        Raises ConfigError with the faults.
        """
    def to_json(self) -> str:
        """Returns the record as JSON, on one line. Members without a value are omitted, but
        `expires_at` is always written.
        """
    @property
    def id(self) -> str:
        """The record's id."""
    @property
    def app(self) -> str:
        """The id of the app that the key belongs to."""
    @property
    def organization(self) -> str | None:
        """The id of the organization that the key belongs to, if the record specifies it."""
    @property
    def environment(self) -> str | None:
        """The environment that the key is for, such as `live`, if the record specifies it."""
    @property
    def owner(self) -> str | None:
        """The id of the user that the key belongs to, if the record specifies it."""
    @property
    def authority(self) -> Literal["organization", "owner"]:
        """What limits the key: its record alone, or also the permissions of its owner. It is
        `organization` or `owner`.
        """
    @property
    def name(self) -> str | None:
        """The key's name for people, if it has one."""
    @property
    def scope(self) -> Literal["read", "read_write", "admin"]:
        """The scope of the key. It is `read`, `read_write` or `admin`."""
    @property
    def operations(self) -> list[str] | None:
        """The operations that the key may be used for, at least one; None if only its scope restricts
        them.
        """
    @property
    def queues(self) -> list[str] | None:
        """The queues that the key may be used for, at least one; None if it may be used for every
        queue of its app.
        """
    @property
    def digests(self) -> list[KeyDigest]:
        """The digests of the key, at least one."""
    @property
    def display(self) -> str | None:
        """The mask of the key, if the record specifies it."""
    @property
    def created_at(self) -> datetime | None:
        """The time at which the key was created, if the record specifies it."""
    @property
    def created_by(self) -> Author | None:
        """Who created the key, if the record specifies it."""
    @property
    def not_before(self) -> datetime | None:
        """The first time at which the key is valid, if the record specifies it."""
    @property
    def expires_at(self) -> datetime | None:
        """The first time at which the key is no longer valid; None if it never expires."""
    @property
    def expires_set_at(self) -> datetime | None:
        """The time at which the expiry was set, if the record specifies it."""
    @property
    def revoked(self) -> Revocation | None:
        """When, by whom and why the key was revoked; None if it was not revoked."""
    @property
    def enabled(self) -> bool:
        """Whether the key is enabled. A disabled key can be enabled again."""
    @property
    def allow_ips(self) -> list[str] | None:
        """The networks that the key may be used from, at least one; None if it may be used from
        every address.
        """
    @property
    def limits(self) -> list[Limit]:
        """The limits that each request consumes. A limit counts the requests of the key, of its owner
        or of its organization.
        """
    @property
    def limit_ids(self) -> list[str]:
        """The ids under which the host stores the states of the limits, in the order of `limits`. An
        id has three parts, separated by slashes. The first is one of the words `key`, `owner` and
        `organization`, the second is the name of the limit, and the third is the id of the record,
        the owner or the organization. An example is `owner/monthly/u_17`.

        Load the states with these ids, and pass them to `authorize`. Records with the same owner
        share one state for an `owner` limit with the same name, and this limit must have the same
        rate or quota in all of them; only the cost may differ. The same applies to an
        `organization` limit.
        """
    @property
    def metadata(self) -> dict[str, str]:
        """The host's own data about the key: values by name."""
    @property
    def version(self) -> int:
        """The number of changes made to the record."""
    def matches(self, key: str | Secret, peppers: Sequence[Pepper] = ()) -> bool:
        """Returns whether a string is the record's key. Every digest is compared, in constant
        time. A digest made with a pepper that is not among `peppers` does not match. A key that
        was replaced matches too: to distinguish it from the new one, pass `authorize` the index
        that `find_digest` returns. For a key of a format with a digest segment, see `find_digest`.
        """
    def find_digest(self, key: str | Secret, peppers: Sequence[Pepper] = ()) -> int | None:
        """Returns the index of the record's digest that matches a string, or None if the string is not
        the record's key. The comparison is the same as in `matches`. If several digests match, the
        index of the one that stops being valid first is returned. For a key of a format with a
        digest segment, pass the part that `ApiKey.reveal_digested` returns, and check that the key
        id of the digest and the environment of the record are those of the key.
        """
    def status(
        self, now: _Now
    ) -> Literal["pending", "active", "expiring", "expired", "revoked", "disabled"]:
        """Returns the status of the key. It is `pending`, `active`, `expiring`, `expired`, `revoked`
        or `disabled`. A key is also expired if every digest has reached its `valid_until`. A key is
        expiring from the time at which its first alert is due: see `expiry_alerts`. `now` is an
        aware `datetime` or Unix milliseconds.
        """
    def authorize(
        self,
        access: Literal["read", "write", "admin"],
        now: _Now,
        ip: _Address | None = None,
        *,
        operation: str | None = None,
        queue: str | None = None,
        environment: str | None = None,
        digest: int | None = None,
        owner_permissions: Permissions | None = None,
        limits: _LimitStates | None = None,
    ) -> Grant:
        """Authorizes a request with a key that was found to match the record. Returns the grant.

        `access` is `read`, `write` or `admin`; `now` is an aware `datetime` or Unix milliseconds;
        `ip` is the client's address as a string or an object of the module `ipaddress`. `operation`
        and `queue` are what the request concerns. If the key is limited to operations, a request
        without an operation is denied. If the key is limited to queues, a request without a queue
        is denied, unless the key lists the request's operation by its exact name. A pattern with
        `*` is not enough. `environment` is the environment in which the request is made; without
        it, the key's environment is not checked. `digest` is the index that `find_digest` returned;
        without it, the key is denied once any digest of the record has reached its `valid_until`.
        `owner_permissions` is what the key's owner may do now, and is required for a key with the
        authority `owner`. `limits` maps each id in `limit_ids` to the stored state of that limit,
        or to None if no state is stored for it. It is required for a record with limits. Either all
        limits are consumed, or none of them. The new states to store are in `Grant.consumption` or,
        if a limit is exceeded, in `AccessDenied.consumption`. The key is valid from `not_before`
        until just before `expires_at`.

        Raises AccessDenied with the first reason that applies: `access.revoked`,
        `access.disabled`, `access.not_yet_valid`, `access.expired`, `access.rotated`,
        `access.environment`, `access.address_unknown`, `access.network`, `access.scope`,
        `access.operation`, `access.queue`, `access.owner_unknown`, `access.owner`,
        `access.limits_unknown`, `access.quota`, `access.rate`. Raises KeyrailError for an unknown
        access (`access.unknown_access`) and, if the record allows certain networks only, for an
        invalid address (`network.malformed`).
        """
    def authorize_batch(
        self, requests: Iterable[_AccessRequest]
    ) -> list[Grant | KeyrailError]:
        """Authorizes several requests with the same key, in order. Each request is a mapping of the
        arguments of `authorize`, such as `{"access": "read", "now": now}`. Each result is the grant
        that `authorize` would return, or the error that it would raise; a denied request does not
        affect the others.

        The requests consume the record's limits one after another: once a request has changed the
        state of a limit, later requests use the new state instead of the one that they pass. For
        each limit, take the first old state and the last new state in the results. Store the new
        state only if the old state is still stored.
        """
    def upgrade(
        self, key: str | Secret, peppers: Sequence[Pepper], now: _Now
    ) -> KeyChange | None:
        """Returns the change that adds a digest of the key with the current pepper, or None if there is
        nothing to do.

        A digest cannot be computed from another digest, only from the key. So an upgrade is only
        possible when a client presents the key: pass the text of the key after the request was
        authorized. For a key of a format with a digest segment, pass the part that
        `ApiKey.reveal_digested` returns. `peppers` are all peppers in use, the current one first. A
        digest that was imported, or made with another pepper or without one, is kept beside the new
        digest, so that servers without the current pepper still accept the key. If the key has two
        digests already, one of them is removed: the second one if it has a pepper that is not among
        `peppers`, or else the one that matched. If it has no key id, the new digest replaces the
        one that matched. The digest of a key that is too weak for `Digest.of` stays as it is.
        """

@final
class KeyDigest:
    """A digest of a record's key, and what is known about that key."""
    __hash__: ClassVar[None]  # type: ignore[assignment]
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    @property
    def key_id(self) -> str | None:
        """The id that the key itself contains, if the record specifies it."""
    @property
    def digest(self) -> Digest:
        """The digest."""
    @property
    def display(self) -> str | None:
        """The mask of the key, if the record specifies it."""
    @property
    def created_at(self) -> datetime | None:
        """The time at which the key was created, if the record specifies it."""
    @property
    def valid_until(self) -> datetime | None:
        """The first time at which the key is no longer valid because another one replaced it; None if
        it was not replaced.
        """

@final
class Author:
    """Who created or changed a key: an id and a role that the host assigned, never a name or an
    address.
    """
    __hash__: ClassVar[None]  # type: ignore[assignment]
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    @property
    def id(self) -> str:
        """The id of the user or key."""
    @property
    def role(self) -> str | None:
        """The role that the user had, if it is known."""

@final
class Revocation:
    """When, by whom and why a key was revoked."""
    __hash__: ClassVar[None]  # type: ignore[assignment]
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    @property
    def at(self) -> datetime:
        """When the key was revoked. A revoked key is always rejected, even before this time."""
    @property
    def by(self) -> str | None:
        """The id of the user or key that revoked the key, if it is known."""
    @property
    def reason(self) -> str | None:
        """Why the key was revoked, if it is known."""

@final
class Grant:
    """The permission that an authorized request was granted."""
    __hash__: ClassVar[None]  # type: ignore[assignment]
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    @property
    def record(self) -> str:
        """The id of the key's record."""
    @property
    def app(self) -> str:
        """The app that the key belongs to."""
    @property
    def scope(self) -> Literal["read", "read_write", "admin"]:
        """The scope of the key. It is `read`, `read_write` or `admin`."""
    @property
    def owner(self) -> str | None:
        """The id of the user that the key belongs to, if the record specifies it."""
    @property
    def name(self) -> str | None:
        """The key's name for people, if it has one."""
    @property
    def metadata(self) -> dict[str, str]:
        """The host's own data about the key: values by name."""
    @property
    def digest(self) -> str | None:
        """The digest of the presented key, such as `sha256:...`, if the digest's index was passed.
        Store the time of its last use: see `LastUses.touch`.
        """
    @property
    def consumption(self) -> Consumption | None:
        """The outcome of the record's limits; None if the record has none. Store the new states before
        you serve the request. If the stored states were changed meanwhile, repeat the call with the
        changed states: see `consume`. Add the `headers` of the outcome to the response.
        """
    @property
    def upgrade(self) -> KeyChange | None:
        """The change that adds a digest of the key with the current pepper: see `Record.upgrade`. It
        is None if there is nothing to do, if no records were passed to the gateway, or if it is
        unknown which pepper is the current one.
        """

@final
class ExpiryAlert:
    """An alert that a key expires soon, or has just expired."""
    __hash__: ClassVar[None]  # type: ignore[assignment]
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    @property
    def id(self) -> str:
        """The alert's id: the same each time the alert is returned, but a different one after the
        expiry is changed. Store it to send each alert only once.
        """
    @property
    def record(self) -> str:
        """The id of the key's record."""
    @property
    def days(self) -> int:
        """The number of days before the expiry at which the alert is due; 0 for the expiry itself."""
    @property
    def due(self) -> datetime:
        """The time from which the alert is due."""
    @property
    def expires_at(self) -> datetime:
        """The first time at which the key is no longer valid."""

@final
class LastUses:
    """The last uses of a record's keys: for each digest, the time at which a key with this digest was
    last used.

    Store it beside the record. It is not part of the record, so storing it does not change the
    record's version. A new record starts with an empty `LastUses`. If two processes store it at the
    same time, one of the two uses may be lost. To lose none, store the new value only if the stored
    one has not changed since you read it. Otherwise, repeat both steps. An upgrade of the record
    may replace the digest that was used. Its last use is then unknown until the key is used again.
    `LastUses()` is empty. Digests are strings, such as `Grant.digest`.
    """
    __hash__: ClassVar[None]  # type: ignore[assignment]
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    def __new__(cls) -> LastUses: ...
    @staticmethod
    def from_json(document: _Document) -> LastUses:
        """Reads last uses from JSON. A mapping of the same form is accepted too.

        Raises ConfigError with the faults. If a newer release wrote the last uses, the only fault is
        `access.newer_schema`.
        """
    def of(self, digest: str) -> datetime | None:
        """Returns the time at which a key with this digest was last used, or None if no use is known.

        Raises KeyFormatError as `Digest` does.
        """
    def of_current(self, record: Record) -> datetime | None:
        """Returns the time at which the record's current key was last used, or None if no use is
        known. Pass it to `unused_alerts`.
        """
    def of_replaced(self, record: Record) -> datetime | None:
        """Returns the time at which a replaced key of the record was last used, or None if no use is
        known. A replaced key has a `valid_until`, and stays in the record until it is revoked, or
        until the first rotation at or after that time. If there are two replaced keys, the later
        use counts.
        """
    def touch(self, digest: str, now: _Now) -> LastUses | None:
        """Returns the last uses to store after a key with this digest was used at `now`, or None if
        the stored time is accurate enough. `Grant.digest` is the digest of the key that was used.

        A use is stored if the last stored one was at least a minute earlier, so that a busy key
        does not cause a write for each request. A stored time that is more than a minute later than
        `now` comes from a wrong clock, and is replaced. If there are 16 digests already, a new one
        replaces one whose time is more than a minute ahead of `now`, or else the one with the
        earliest time. `now` is an aware `datetime` or Unix milliseconds.

        Raises KeyFormatError as `Digest` does, and KeyrailError: `access.time_in_seconds`, if `now`
        is before 1973-03-03, as a time in seconds would be; `time.out_of_range`.
        """
    def to_json(self) -> str:
        """Returns the last uses as JSON, on one line."""

@final
class UnusedAlert:
    """An alert that a key has not been used for some time."""
    __hash__: ClassVar[None]  # type: ignore[assignment]
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    @property
    def id(self) -> str:
        """The alert's id: the same each time the alert is returned, but a different one after the key
        is used. Store it to send each alert only once.
        """
    @property
    def record(self) -> str:
        """The id of the key's record."""
    @property
    def days(self) -> int:
        """The number of days without a use after which the alert is due."""
    @property
    def due(self) -> datetime:
        """The time from which the alert is due."""
    @property
    def unused_since(self) -> datetime:
        """The time from which the days are counted. It is the latest of these times: the last use, the
        creation of the current key, and the first time at which that key is valid.
        """

@final
class UsageCounter:
    """Counts the requests of one server in memory: how often each key was used, by operation, outcome
    and day.

    Create one counter for each process, after the process was forked, with an epoch that no counter
    had before: for example, a random id. If two counters have the same epoch, only the larger
    counts are kept. Publish `usage()` from time to time: it contains all counts, not only the new
    ones. A `Usage` merges what the counters published. If the process crashes, the requests since
    its last publication are lost. Threads may share a counter.

    The counter distinguishes `operations`, a sequence of at most 1024 names. Requests with any
    other operation are counted together, as `other`. The memory of a counter is bounded: it has at
    most 100,000 different counts, and one additional count per day. When the counter is full, a
    request that needs a new count is added to the additional count of its day. That count has no
    record, and its operation and its outcome are `other`. Call `remove_before` once a day.

    Raises KeyrailError: `access.malformed_id`, for the epoch or an operation;
    `access.too_many_operations`.
    """
    def __new__(cls, epoch: str, operations: Sequence[str]) -> UsageCounter: ...
    @property
    def epoch(self) -> str:
        """The epoch."""
    def count(self, record: str | None, operation: str | None, outcome: str, now: _Now) -> None:
        """Counts a request.

        Pass the id of the record that matched the key, or None if no record matched. The outcome is
        `access.granted`, or the code of the reason for the denial. An invalid record id counts as
        no record. The operation counts as `other` if it is None or if the counter does not know it.
        The outcome counts as `other` if it is not a code, or if it is new and the counter already
        has 128 outcomes. `now` is an aware `datetime` or Unix milliseconds.

        Raises KeyrailError: `access.time_in_seconds`, if `now` is before 1973-03-03, as a time in
        seconds would be.
        """
    def usage(self) -> Usage:
        """Returns everything that was counted, to be published."""
    def remove_before(self, time: _Now) -> None:
        """Removes the days that ended at or before a time, in UTC. A day is kept if the last result of
        `usage` does not contain all its requests.

        Call it once a day, after the last publication was merged. If a request of a removed day
        arrives later, it is counted on the next day that was not removed.

        Raises KeyrailError: `access.time_in_seconds`, if the time is before 1973-03-03, as a time
        in seconds would be.
        """

@final
class Usage:
    """The usage of keys: how often each key was used, by operation, outcome and day.

    A `UsageCounter` creates it, and `merge` combines the usage that several counters published.
    Merging in any order, or repeatedly, has the same result, unless a day is closed in between. The
    host stores the result as JSON. `Usage()` has no counts. Threads may share a usage.
    """
    def __new__(cls) -> Usage: ...
    @staticmethod
    def from_json(document: _Document) -> Usage:
        """Reads a usage from JSON. A mapping of the same form is accepted too.

        Raises ConfigError with the faults. If a newer release wrote the usage, the only fault is
        `access.newer_schema`.
        """
    def merge(self, other: Usage) -> None:
        """Adds the counts of another usage.

        If both have a count of the same epoch, the larger one is kept. If a day is closed in only
        one of them, its closed counts are kept, and `late` reports the requests that these counts
        do not contain.

        Raises KeyrailError: `access.too_much_usage`, if the result would have more than 4,000,000
        counts and epochs; then this usage is unchanged. An open day has separate counts for each
        epoch, and each start of a server begins a new epoch. To have fewer counts, close or remove
        days, or store a separate usage for each organization.
        """
    def close_before(self, time: _Now) -> None:
        """Closes the days that ended at or before a time, in UTC: adds up the counts of different
        epochs, and keeps only the sums.

        Close a day when all servers have published their counts of it, for example one hour after
        it ended. Let only one process close days. If two processes close the same day, their counts
        are not added up: for each record, operation and outcome, only the larger of their two
        counts is kept.

        Raises KeyrailError: `access.time_in_seconds`, if the time is before 1973-03-03, as a time
        in seconds would be.
        """
    def remove_before(self, time: _Now) -> None:
        """Removes the days that ended at or before a time, in UTC.

        A later merge adds them again, if the other usage still has them.

        Raises KeyrailError: `access.time_in_seconds`, if the time is before 1973-03-03, as a time
        in seconds would be.
        """
    def counts(self) -> list[UsageCount]:
        """Returns the counts, added up over all epochs, sorted by day, record, operation and outcome."""
    def counts_of(self, record: str) -> list[UsageCount]:
        """Returns the counts of one record, added up over all epochs, sorted by day, operation and
        outcome.
        """
    @property
    def late(self) -> int:
        """How many requests of closed days are in no count, because they were published after their
        day was closed, or because two processes closed the day.

        If this number grows, wait longer before you close a day.
        """
    def to_json(self) -> str:
        """Returns the usage as JSON, on one line."""

@final
class UsageCount:
    """The number of requests that had the same record, operation and outcome on one day."""
    __hash__: ClassVar[None]  # type: ignore[assignment]
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    @property
    def day(self) -> datetime:
        """The start of the day, in UTC."""
    @property
    def record(self) -> str | None:
        """The id of the key's record. It is None if no record matched the key, or if the counter was
        full.
        """
    @property
    def operation(self) -> str:
        """The operation, or `other` if the counter does not know it."""
    @property
    def outcome(self) -> str:
        """The outcome: `access.granted`, or the code of the reason for the denial, or `other` if the
        counter did not distinguish it.
        """
    @property
    def count(self) -> int:
        """The number of requests, at most 2^53 - 1."""

@final
class Policy:
    """The keys that may exist, and who may do what with them.

    Each operation takes the `actor` and the time `now`, and returns a `Change`, or an `Issued` if
    it creates a key. Each operation except `issue` also takes the record. Every operation raises
    KeyrailError if the actor may not do this (`access.actor_...`), if the policy does not allow the
    result (`access.policy_...`), or if `now` is before 1973-03-03, because it is then probably a
    number of seconds (`access.time_in_seconds`). The actor must cover the record before and after
    the change. This means that the actor's role must have the scope of the key. If the actor is
    itself a key, it must also allow everything that the other key allows, for at least as long.
    """
    @staticmethod
    def from_json(document: _Document) -> Policy:
        """Reads a policy from its configuration. The configuration is JSON, or a mapping of the same
        form.

        `expiry` (with `days`, `custom` and `never`) and `roles` are required. A role has `scopes`,
        `actions` (`*` is every action) and, optionally, `keys` (`own` or `all`). These members are
        optional: `names` (with `required` and `max_length`), `authority` (`organization` or
        `owner`), `max_keys`, `allow_ips` (`required` or `optional`) and `rotation` (with
        `max_grace_days`).

        Raises ConfigError with the faults.
        """
    @staticmethod
    def preset(name: str) -> Policy:
        """Returns the policy of a platform: `azeer`, `mehery`, `sceyt`, `swellsign` or `vchatcloud`.

        Raises KeyrailError: `access.unknown_preset`.
        """
    @property
    def roles(self) -> list[str]:
        """The names of the roles, in the order of the configuration."""
    @property
    def authority(self) -> Literal["organization", "owner"]:
        """What limits the keys: their records alone, or also the permissions of their owners. It is
        `organization` or `owner`.
        """
    def issue(
        self,
        format: Format,
        entropy: bytes,
        *,
        actor: Actor,
        app: str,
        scope: _Scope,
        now: _Now,
        expires: _Expires | None = None,
        name: str | None = None,
        id: str | None = None,
        organization: str | None = None,
        environment: str | None = None,
        owner: str | None = None,
        operations: Sequence[str] | None = None,
        queues: Sequence[str] | None = None,
        allow_ips: Sequence[str] | None = None,
        limits: Sequence[Limit] | None = None,
        not_before: _Now | None = None,
        metadata: _Pairs | None = None,
        key_count: int | None = None,
        pepper: Pepper | None = None,
    ) -> Issued:
        """Issues a key, if the policy allows the actor to. Returns the key with its record.

        `entropy` is at least 32 bytes from `os.urandom`, fresh for each key. `scope` is `read`,
        `read_write` or `admin`. `expires` is `"never"`, a number of days such as `"90d"`, an RFC
        3339 timestamp, or an aware `datetime`. It is required unless the policy only allows keys
        that never expire. `id` is the record's id; the default is the id that the key contains. The
        default of `owner` is the acting user, or the owner of the acting key. `operations` and
        `queues` are those to which the key is limited. `limits` are the limits that each request
        consumes. `allow_ips` lists the networks to which the key is restricted. `not_before` is the
        first time at which the key is valid. `key_count` is the number of keys that exist. It is
        required if the policy limits that number.

        Raises KeyrailError if the actor or the policy does not allow it, or if an argument is
        invalid. Raises KeyFormatError as `Format.generate` does.
        """
    def reissue(
        self,
        record: Record,
        format: Format,
        entropy: bytes,
        *,
        actor: Actor,
        now: _Now,
        expires: _Expires | None = None,
        id: str | None = None,
        key_count: int | None = None,
        pepper: Pepper | None = None,
    ) -> Issued:
        """Issues a key with a new record, to replace a key that is revoked or expired. The old record
        stays as it is.

        The new record has the same app, owner, name, scope, limits and metadata as the old one. If
        the old record is disabled, the new one is disabled too. Otherwise, the new key is valid
        immediately. The new key is for the environment of the record. If the record has none but
        the format has several, the new key is for the first one, and the actor must be a user who
        may also issue keys. `id` is the id of the new record; the default is the id that the key
        contains. `expires` is required unless the policy only allows keys that never expire.
        `key_count` is the number of keys that exist. It is required if the policy limits that
        number.

        Raises KeyrailError: `access.not_ended` if the old key is neither revoked nor expired;
        `access.reused_entropy`; and the errors of `issue`.
        """
    def rotate(
        self,
        record: Record,
        format: Format,
        entropy: bytes,
        *,
        actor: Actor,
        now: _Now,
        grace: str | None = None,
        expires: _Expires = "keep",
        pepper: Pepper | None = None,
    ) -> Issued:
        """Replaces a key with a new one in the same record.

        The old key stays valid until the end of the grace period, or until it would have expired
        anyway, if that is earlier. `grace` is a number of days, hours or minutes such as `"2d"`,
        `"36h"` or `"90m"`. The default is one day, or the longest grace period of the policy if
        that is shorter. With `"0d"`, the old key is invalid at once. `expires` is the expiry of the
        new key; with `"keep"`, the record's expiry stays the same. Old keys that are no longer
        valid are removed from the record. The new key is for the environment of the record. If the
        record has none but the format has several, the new key is for the first one, and the actor
        must be a user who may also issue keys.

        Raises KeyrailError if the actor or the policy does not allow it, and
        `access.already_revoked`, `access.already_expired`, `access.malformed_period`,
        `access.malformed_expiry`, `access.reused_entropy`; `access.too_many_digests` if more than two
        old keys would still be valid; `access.malformed_id` or `access.malformed_name` if the id or
        the mask of the new key is too long for a record.
        """
    def revoke(
        self,
        record: Record,
        *,
        actor: Actor,
        now: _Now,
        reason: str | None = None,
        digest: int | None = None,
    ) -> KeyChange:
        """Revokes a key for good. The change applies to any version of the record.

        `digest` is the index that `Record.find_digest` returned for the key to be revoked. If it is
        the index of a replaced key, only that key is revoked. The change then removes all digests
        with that key's key id. There is one exception: replaced keys without a key id cannot be told
        apart, so revoking one of them revokes all of them. With the index of the current key, or
        without an index, all keys of the record are revoked.

        Raises KeyrailError if the actor may not do this, and `access.already_revoked`,
        `access.unknown_digest`, `access.malformed_reason`.
        """
    def disable(self, record: Record, *, actor: Actor, now: _Now) -> KeyChange:
        """Disables a key until it is enabled again. The change applies to any version of the record.

        Raises KeyrailError if the actor may not do this, and `access.already_revoked`,
        `access.unchanged`.
        """
    def enable(self, record: Record, *, actor: Actor, now: _Now) -> KeyChange:
        """Enables a disabled key.

        Raises KeyrailError if the actor may not do this, and `access.already_revoked`,
        `access.unchanged`.
        """
    def rename(
        self, record: Record, name: str | None, *, actor: Actor, now: _Now
    ) -> KeyChange:
        """Changes the name of a key, or removes the name if none is passed.

        Raises KeyrailError if the actor or the policy does not allow it, and
        `access.already_revoked`, `access.unchanged`, `access.malformed_name`.
        """
    def set_scope(
        self, record: Record, scope: _Scope, *, actor: Actor, now: _Now
    ) -> KeyChange:
        """Changes the scope of a key. `scope` is the new scope: `read`, `read_write` or `admin`.

        Raises KeyrailError if the actor may not do this, and `access.already_revoked`,
        `access.unchanged`, `access.unknown_scope`.
        """
    def set_operations(
        self, record: Record, operations: Sequence[str] | None, *, actor: Actor, now: _Now
    ) -> KeyChange:
        """Changes the operations to which a key is limited. None removes the limit.

        Raises KeyrailError if the actor may not do this, and `access.already_revoked`,
        `access.unchanged`, `access.no_operation`, `access.too_many_items`,
        `event.malformed_pattern`.
        """
    def set_queues(
        self, record: Record, queues: Sequence[str] | None, *, actor: Actor, now: _Now
    ) -> KeyChange:
        """Changes the queues to which a key is limited. None removes the limit.

        Raises KeyrailError if the actor may not do this, and `access.already_revoked`,
        `access.unchanged`, `access.no_queue`, `access.too_many_items`, `access.malformed_id`.
        """
    def set_networks(
        self, record: Record, networks: Sequence[str] | None, *, actor: Actor, now: _Now
    ) -> KeyChange:
        """Changes the networks to which a key is restricted. None removes the restriction.

        Raises KeyrailError if the actor or the policy does not allow it, and
        `access.already_revoked`, `access.unchanged`, `access.no_network`, `access.too_many_items`,
        `network.malformed`, `network.host_bits`.
        """
    def set_expiry(
        self, record: Record, expires: _Expires, *, actor: Actor, now: _Now
    ) -> KeyChange:
        """Changes when a key expires. `expires` has the same forms as for `issue`.

        The expiry may be moved to any earlier time that is still in the future. It may be moved to
        a later time if the policy allows the new expiry. The whole life of the key, from its
        creation, must then be no longer than the longest expiry that the policy offers. If the
        creation time is unknown, the expiry may be moved to a later time only if the policy allows
        keys that never expire. To use a key for longer, rotate it. The change never extends the
        life of a replaced key.

        Raises KeyrailError if the actor or the policy does not allow it, and
        `access.already_revoked`, `access.already_expired`, `access.unchanged`,
        `access.never_valid`, `access.malformed_expiry`.
        """
    def set_limits(
        self, record: Record, limits: Sequence[Limit], *, actor: Actor, now: _Now
    ) -> KeyChange:
        """Replaces the limits that each request with a key consumes. An empty list removes them.

        If you change the rate or quota of a limit, give the limit a new name or delete its states.
        Otherwise, the new rule continues with the old state.

        Raises KeyrailError if the actor may not do this, and `access.already_revoked`,
        `access.unchanged`, `access.too_many_limits`, `access.duplicate_limit`, `access.no_owner`,
        `access.no_organization`.
        """
    def set_metadata(
        self, record: Record, metadata: _Pairs, *, actor: Actor, now: _Now
    ) -> KeyChange:
        """Replaces the metadata of a key: the host's own data about it.

        Raises KeyrailError if the actor may not do this, and `access.already_revoked`,
        `access.unchanged`, `access.malformed_metadata`.
        """

@final
class Actor:
    """Who issues or changes a key: a user with a role, or a key.

    The id of a user must be one that your program assigned, not a name or an address. It must not
    contain white space or `@`, and must not be an IP address. `Actor(...)` raises KeyrailError:
    `access.malformed_actor`.
    """
    def __new__(cls, id: str, role: str) -> Actor: ...
    @staticmethod
    def key(record: Record, digest: int | None = None) -> Actor:
        """Returns an actor for a key, which acts with the policy's role `key`. `digest` is the index
        that `Record.find_digest` returned for the key.
        """
    @property
    def id(self) -> str:
        """The id of the user, or the id of the key's record."""
    @property
    def role(self) -> str:
        """The role of the user, or `key`."""

@final
class LimitState:
    """The state of a limit, which the host stores: two integers.

    Store the two integers, or the JSON of `to_json`, which also contains the version of its format.

    `at` is a time in Unix milliseconds, and the meaning of `count` depends on the limit. For a
    rate, `at` is the time at which the bucket will be full, rounded down. `count` is how far `at`
    was rounded down, in steps of 1/`units` of a millisecond. For a quota, `at` is the start of the
    window, and `count` is the number of units that were consumed in the window.
    """
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    def __hash__(self, /) -> int: ...
    def __new__(cls, at: int, count: int) -> LimitState: ...
    @staticmethod
    def from_json(document: _Document) -> LimitState:
        """Reads a state from JSON. A mapping of the same form is accepted too.

        Raises ConfigError with the faults. If a newer release wrote the state, the only fault is
        `access.newer_schema`.
        """
    def to_json(self) -> str:
        """Returns the state as JSON, on one line."""
    @property
    def at(self) -> int:
        """A time in Unix milliseconds. For a rate, it is the time at which the bucket will be full,
        rounded down. For a quota, it is the start of the window.
        """
    @property
    def count(self) -> int:
        """For a rate, how far `at` was rounded down, in steps of 1/`units` of a millisecond. For a
        quota, the number of units that were consumed in the window.
        """

@final
class Rate:
    """A rate: a bucket that holds at most `burst` units. In `per_seconds` seconds, it gains `units`."""
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    def __hash__(self, /) -> int: ...
    @property
    def units(self) -> int:
        """The number of units that flow into the bucket in each period."""
    @property
    def per_seconds(self) -> int:
        """The length of the period in seconds."""
    @property
    def burst(self) -> int:
        """The maximum number of units in the bucket, which is also the most that can be consumed at
        once.
        """

@final
class Quota:
    """A quota: a number of units in each window of the calendar, in UTC."""
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    def __hash__(self, /) -> int: ...
    @property
    def units(self) -> int:
        """The number of units in each window."""
    @property
    def per(self) -> Literal["hour", "day", "week", "month"]:
        """The length of the window. It is `hour`, `day`, `week` (from Monday on) or `month`."""
    @property
    def day(self) -> int | None:
        """The day of the calendar month on which a monthly window starts, from 1 to 31, or None if the
        windows are not monthly. If the month does not have this day, the window starts on the last
        day of the month.
        """

@final
class Limit:
    """A limit on requests: a rate or a calendar quota."""
    __hash__: ClassVar[None]  # type: ignore[assignment]
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    @staticmethod
    def from_json(document: _Document) -> Limit:
        """Reads a limit from its configuration. The configuration is JSON, or a mapping of the same
        form.

        `name` and either `rate` (with `units`, `per_seconds` and, optionally, `burst`) or `quota`
        (with `units`, `per` and, optionally, `day`) are required. A rate is a bucket that holds at
        most `burst` units and fills evenly: in `per_seconds` seconds, it gains `units` (GCRA, ITU-T
        I.371). A quota is a number of units in each `hour`, `day`, `week` or `month` of the
        calendar, in UTC; a monthly window starts on the `day` of the calendar month, or on the last
        day of a month that has no such day. `of` (`key`, `owner` or `organization`) and `cost` are
        optional.

        Raises ConfigError with the faults.
        """
    @property
    def name(self) -> str:
        """The name, which the header fields `RateLimit-Policy` and `RateLimit` contain."""
    @property
    def of(self) -> Literal["key", "owner", "organization"]:
        """Whose requests the limit counts. It is `key`, `owner` or `organization`. Store a separate
        state for each limit name and each key, owner or organization whose requests the limit
        counts.
        """
    @property
    def rate(self) -> Rate | None:
        """The rate, or None if the limit is a quota."""
    @property
    def quota(self) -> Quota | None:
        """The quota, or None if the limit is a rate."""
    @property
    def cost(self) -> int:
        """The number of units that a request consumes."""
    def to_json(self) -> str:
        """Returns the limit as JSON, on one line."""

@final
class LimitOutcome:
    """What one limit decides about a request."""
    __hash__: ClassVar[None]  # type: ignore[assignment]
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    @property
    def id(self) -> str | None:
        """The id under which the state is stored, if a record's limits were consumed: see
        `Record.limit_ids`. Otherwise None.
        """
    @property
    def name(self) -> str:
        """The name of the limit."""
    @property
    def of(self) -> Literal["key", "owner", "organization"]:
        """Whose requests the limit counts. It is `key`, `owner` or `organization`."""
    @property
    def is_exceeded(self) -> bool:
        """Whether this limit denies the request."""
    @property
    def remaining(self) -> int:
        """The number of requests that remain after this one."""
    @property
    def old_state(self) -> LimitState | None:
        """The state that was passed. Store the new state only if this one is still stored."""
    @property
    def new_state(self) -> LimitState | None:
        """The state to store, or None if nothing changes.

        A denied request consumes nothing. It changes a state only if the state's time is too far in
        the future because a clock was set back. Store the new state in this case too. Until you do,
        the limit may deny every request.
        """
    @property
    def next_at(self) -> datetime | None:
        """The first time at which `remaining` becomes larger, or None if `remaining` is at its
        maximum.
        """

@final
class Consumption:
    """What several limits decide about a request. Either the request consumes units of every limit, or
    it consumes nothing.
    """
    __hash__: ClassVar[None]  # type: ignore[assignment]
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    @property
    def problem(self) -> Problem | None:
        """The problem of the response to a denied request, or None if the request is allowed. The
        problem includes the response's header fields, and its type is `quota-exceeded` of
        draft-ietf-httpapi-ratelimit-headers-11.

        The problem's code is `access.quota` if a quota is exceeded, otherwise `access.rate`. The
        status is 429.
        """
    def __bool__(self) -> bool: ...
    @property
    def is_allowed(self) -> bool:
        """Whether every limit allows the request."""
    @property
    def limits(self) -> list[LimitOutcome]:
        """The outcome of each limit, in the order in which the limits were passed."""
    @property
    def retry_at(self) -> datetime | None:
        """The first time at which every limit allows the request, or None if it is allowed now."""
    @property
    def retry_after_seconds(self) -> int | None:
        """The value of `Retry-After` (RFC 9110, section 10.2.3): the number of seconds until `retry_at`,
        rounded up, or None if the request is allowed now.
        """
    @property
    def headers(self) -> list[tuple[str, str]]:
        """The header fields of the response: `RateLimit-Policy` and `RateLimit`, as
        draft-ietf-httpapi-ratelimit-headers-11 defines them, and `Retry-After` if the request is
        denied. The list is empty if there are no limits.

        `q` (the quota) and `r` (what remains) are numbers of requests, not of units: a limit of 100
        units with a cost of 5 has `q=20`. `w`, the window in seconds, is omitted for a monthly
        quota, because months vary in length. `t` is the number of seconds until more requests
        remain, rounded up.
        """

def consume(limits: Sequence[tuple[Limit, LimitState | None]], now: _Now) -> Consumption:
    """Consumes one request from each limit, or from none of them.

    Pass each limit with its stored state, or with None if no state is stored. Then store every new
    state, even if the request is denied. Store them in one transaction, and only if none of the
    stored states has changed since you read it. Otherwise, store nothing, and repeat the call with
    the current time and the states that are stored now. If you change the rate or quota of a limit,
    give the limit a new name or delete its states. `now` is an aware `datetime` or Unix
    milliseconds.

    Raises KeyrailError: `access.too_many_limits` if there are more than 16;
    `access.duplicate_limit` if two limits have the same name.
    """

@final
class Checkpoint:
    """The last entry of a chain at some time: its writer, its number and its authentication code
    (HMAC).

    Store checkpoints out of reach of anyone who can change the log. The HMAC code covers the last
    entry and, through the chain, all entries before it. `str` returns the form that
    `Checkpoint(text)` parses.
    """
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    def __hash__(self, /) -> int: ...
    def __new__(cls, text: str) -> Checkpoint: ...
    @staticmethod
    def start(writer: str) -> Checkpoint:
        """Returns the checkpoint before the first entry of a writer's chain.

        The writer is the id of the process or database that numbers the entries. Two writers must
        not have the same id.

        Raises KeyrailError: `access.malformed_id`.
        """
    @property
    def writer(self) -> str:
        """The id of the writer."""
    @property
    def number(self) -> int:
        """The number of the entry; 0 before the first entry."""

@final
class AuditEntry:
    """An entry of an audit log.

    `AuditChain.append` creates entries. `repr` prints the writer and the number only, because a
    payload may contain personal data.
    """
    __hash__: ClassVar[None]  # type: ignore[assignment]
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    @staticmethod
    def from_json(document: _Document) -> AuditEntry:
        """Reads an entry from JSON. A mapping of the same form is accepted too.

        Raises ConfigError with the faults. If a newer release of Keyrail wrote the entry, the only
        fault is `access.newer_schema`. `AuditChain.verify` checks whether the entry was changed.
        """
    @property
    def writer(self) -> str:
        """The id of the writer."""
    @property
    def number(self) -> int:
        """The number of the entry: 1 for the first entry of a writer, and one more for each later
        entry.
        """
    @property
    def key_id(self) -> str:
        """The id of the HMAC key."""
    @property
    def payload(self) -> str | None:
        """The payload, or None if it was erased."""
    @property
    def checkpoint(self) -> Checkpoint:
        """The checkpoint after this entry. Pass it to append the next entry."""
    def erase(self) -> AuditEntry:
        """Returns the entry without its payload and its salt. The chain can still be verified.

        Store the result in place of the entry, for example when a person exercises the right to
        erasure.
        """
    def to_json(self) -> str:
        """Returns the entry as JSON, on one line."""

@final
class AuditFault:
    """The first fault that the verification of an audit log found."""
    __hash__: ClassVar[None]  # type: ignore[assignment]
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    @property
    def code(self) -> str:
        """The stable, dotted code."""
    @property
    def message(self) -> str:
        """A sentence that describes the fault to people."""
    @property
    def index(self) -> int:
        """The index of the faulty entry among the passed entries. If entries are missing at the end,
        this is the number of entries that were passed.
        """
    @property
    def number(self) -> int:
        """The number of the entry that was expected at this index."""

@final
class AuditReport:
    """What the verification of an audit log found: how far the log is intact, and the first fault."""
    __hash__: ClassVar[None]  # type: ignore[assignment]
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    @property
    def is_intact(self) -> bool:
        """Whether no fault was found."""
    @property
    def checkpoint(self) -> Checkpoint:
        """The checkpoint after the last intact entry. The next verification can start from it."""
    @property
    def erased(self) -> int:
        """The number of intact entries whose payload was erased."""
    def __bool__(self) -> bool: ...
    @property
    def fault(self) -> AuditFault | None:
        """The first fault, if there is one."""

@final
class AuditChain:
    """The HMAC keys of an audit log, with which entries are appended and verified.

    Every entry contains the HMAC code of the entry before it, so that `verify` detects whether
    entries were changed, removed, added or put into another order. The removal of the last entries
    is only detected with a `Checkpoint` that was made after these entries: store checkpoints
    outside the log.

    Anyone who holds an HMAC key can rewrite the log from any entry to the end. Only checkpoints
    that this person cannot change reveal that the log was rewritten.

    `keys` is a mapping from ids to secrets, or an iterable of pairs of an id and a secret. It
    contains at most 64 keys. A secret is a string or a Secret of at least 32 bytes. New entries are
    made with the first key, and entries can be verified with any of the keys.

    Raises KeyrailError: `access.no_audit_key`, `access.too_many_audit_keys`, `access.malformed_id`,
    `access.duplicate_audit_key`, `access.audit_secret_too_short`.
    """
    def __new__(
        cls, keys: Mapping[str, _Secret] | _Ordered[tuple[str, _Secret]]
    ) -> AuditChain: ...
    def append(self, after: Checkpoint, payload: str, entropy: _Bytes) -> AuditEntry:
        """Returns the next entry after a checkpoint, with this payload.

        The payload is usually the event of a change (`KeyEvent.to_json`). It contains the id of the
        actor and the new values of the changed members, such as the name of the key. Pass at least
        16 bytes from `os.urandom` as `entropy`, fresh for each entry; the first 16 become the salt.

        Store the entry in the same transaction as the change. The store must reject a second entry
        with the same writer and number. To append the next entry, pass the `checkpoint` of this
        one.

        Raises KeyrailError: `access.salt_too_short`; `access.payload_too_large` if the payload is
        longer than 1 MiB; `access.too_many_entries` if the number would be 2^63.
        """
    def verify(
        self, start: Checkpoint, entries: Sequence[AuditEntry], until: Checkpoint | None = None
    ) -> AuditReport:
        """Verifies the entries of one writer that follow a checkpoint, in order, and reports how far
        they are intact.

        If you know a later checkpoint that the log has reached, pass it as `until`. Without it, the
        removal of the last entries is not detected. The log may continue after `until`, but `until`
        must not be before `start`.

        An entry whose payload was erased is intact. The report counts such entries, because anyone
        who can change the log can also erase payloads. Other Python threads can run during the
        call.
        """

@final
class Permissions:
    """What the owner of a key may do now: a scope, and optionally the operations and queues to which
    the owner is limited.
    """
    __hash__: ClassVar[None]  # type: ignore[assignment]
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    def __new__(
        cls,
        scope: _Scope,
        *,
        operations: Sequence[str] | None = None,
        queues: Sequence[str] | None = None,
    ) -> Permissions: ...
    @property
    def scope(self) -> _Scope:
        """The scope. It is `read`, `read_write` or `admin`."""
    @property
    def operations(self) -> list[str] | None:
        """The operations to which the permissions are limited."""
    @property
    def queues(self) -> list[str] | None:
        """The queues to which the permissions are limited."""

@final
class KeyChange:
    """What an operation does to a record: the changed record, the patch that turns the old record into
    the changed one, and the event for the audit log.

    Store a change only if the stored record still has the version `base_version`, for example with
    `UPDATE ... WHERE version = ?`. If it has another version, someone else has changed the record
    in the meantime: read it again, and repeat the operation. A change that applies to any version
    must not be lost to such a race: read the record again, and store the result of `rebase` in the
    same way.
    """
    __hash__: ClassVar[None]  # type: ignore[assignment]
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    @property
    def is_new(self) -> bool:
        """Whether the record is a new one, which is not stored yet."""
    @property
    def base_version(self) -> int:
        """The version that the record had before the change; 0 for a new record."""
    @property
    def applies_to_any_version(self) -> bool:
        """Whether the change also applies to other versions of the record. This is true for disabling
        and revoking a key. Both must succeed even if someone renames the key at the same time.
        """
    @property
    def patch(self) -> str:
        """The JSON merge patch (RFC 7396) that turns the old record into the new one. It contains the
        new `version`. The patch of a new record is the whole record.
        """
    @property
    def record(self) -> Record:
        """The changed record."""
    @property
    def event(self) -> KeyEvent:
        """The event for the audit log."""
    def rebase(self, stored: Record) -> KeyChange:
        """Returns the same change, based on the record as it is stored now. Its base version is that of
        `stored`, and its patch, record and event say what the change does to `stored`.

        Raises KeyrailError: `access.already_revoked` or `access.unchanged` if the key was revoked,
        disabled or removed in the meantime; `access.too_many_changes`; `access.version_conflict` in
        four cases. In the first, `stored` is a different record. In the second, the change creates
        a new record. In the third, the change applies only to `base_version`, and `stored` has
        another version. In the fourth, the change revokes a replaced key, and this key is the
        current or the only one in `stored`, or it has no key id and cannot be found there. In the
        fourth case, repeat the operation with `stored`.
        """
    def apply_to(self, stored: Record) -> Record:
        """Applies the change to the record as it is stored now, and returns the record to store.

        Raises KeyrailError: see `rebase`.
        """

@final
class KeyEvent:
    """The event of a change, for an audit log. It contains no digest."""
    __hash__: ClassVar[None]  # type: ignore[assignment]
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    @property
    def action(self) -> str:
        """The action, such as `rotate` or `set_scope`."""
    @property
    def record(self) -> str:
        """The id of the changed record."""
    @property
    def actor(self) -> Author:
        """Who made the change."""
    @property
    def at(self) -> datetime:
        """When the change was made."""
    @property
    def version(self) -> int:
        """The version of the changed record."""
    @property
    def reason(self) -> str | None:
        """The reason that was passed."""
    def to_json(self) -> str:
        """Returns the event as JSON, on one line. `changes` contains all members of the patch except
        `version`. The digests themselves are left out, but their key ids, masks and times are
        included.
        """

@final
class Issued:
    """A new key with the change that stores its record. The record contains only the key's digest, so
    the key itself is not stored anywhere. Show it once, then discard it.
    """
    @property
    def key(self) -> ApiKey:
        """The key. It is printed as its mask."""
    @property
    def change(self) -> KeyChange:
        """The change that stores the record."""
    @property
    def record(self) -> Record:
        """The new or changed record."""
    @property
    def event(self) -> KeyEvent:
        """The event for the audit log."""

def touch(stored: _Now | None, now: _Now) -> datetime | None:
    """Returns the time to store as the last use of a key that was used at `now`, or None if the stored
    time is accurate enough.

    A use is stored if the last stored one was at least a minute earlier, so that a busy key does
    not cause a write for each request. A stored time that is more than a minute later than `now`
    comes from a wrong clock, and is replaced. Store a separate time for each digest of a record, as
    `LastUses` does. `stored` and `now` are aware `datetime`s or Unix milliseconds.
    """

def unused_alerts(
    uses: Sequence[tuple[Record, _Now | None]],
    since: _Now,
    now: _Now,
    days: Sequence[int] = (30, 90),
) -> list[UnusedAlert]:
    """Returns the alerts for unused keys that became due after `since` and no later than `now`, in the
    order of the records.

    Pass each record with the time at which its current key was last used (`LastUses.of_current`),
    or with None if no use is known. An alert for 30 days is due 30 days after the latest of these
    times: the last use, the creation of the current key, and the record's `not_before`. A key whose
    creation and last use are both unknown has no alerts. If several alerts of a key became due,
    only the one with the most days is returned. A key that is disabled, revoked or expired at `now`
    has no alerts. It can happen that no later call returns the alerts that this call left out. All
    times are aware `datetime`s or Unix milliseconds.

    As `since`, pass a time a few minutes before the `now` of the last call whose alerts were sent,
    because a change may be stored late, or by a server whose clock is behind. An alert that is
    returned again has the same id: do not send it again.

    Raises KeyrailError: `access.malformed_days` if `days` has more than 16 numbers, or a number
    that is not from 1 to 3660; `access.time_in_seconds`, if `now` is before 1973-03-03, as a time
    in seconds would be.
    """

def peppers_in_use(records: Sequence[Record]) -> list[str]:
    """Returns the ids of the peppers that are needed to verify the keys of these records, in
    alphabetical order. Any other pepper may be removed. If a deployment lists the records, first
    remove the digests that were made with that pepper.

    If a key id has several digests, only the first one counts, because an upgrade puts the new
    digest before the others.
    """
def expiry_alerts(
    records: Sequence[Record], since: _Now, now: _Now, days: Sequence[int] = (30, 7, 1, 0)
) -> list[ExpiryAlert]:
    """Returns the alerts that became due after `since` and no later than `now`, in the order of the
    records.

    An alert for 7 days is due 7 days before the key expires. If the expiry was set less than 7 days
    in advance, the alert is due at the time at which it was set. An alert for 7 days is skipped if
    the key was created 7 days or less before its expiry. The alert for 0 days is never skipped. If
    several alerts of a key became due, only the one with the fewest days is returned. A revoked key
    has no alerts. `since` and `now` are aware `datetime`s or Unix milliseconds.

    As `since`, pass a time a few minutes before the `now` of the last call whose alerts were sent,
    because a change may be stored late, or by a server whose clock is behind. An alert that is
    returned again has the same id: do not send it again.

    Raises KeyrailError: `access.malformed_days` if `days` has more than 16 numbers, or a number
    that is not from 0 to 3660; `access.time_in_seconds`, if `now` is before 1973-03-03, as a time
    in seconds would be.
    """

# keyrail.route

@final
class Table:
    """A checked topology of channels, queues, apps, webhooks and rules."""
    @staticmethod
    def from_json(document: _Document) -> Table:
        """Creates a table from a topology. The topology is JSON, or a mapping of the same form. Other
        Python threads can run during the call.

        The topology has these members, all of which are optional. `default_queue` is the id of a
        queue. Every other member is a list of objects. In the following list, the members of these
        objects are after the colon:

        - `channels`: `id`, `kind`, `queue`
        - `queues`: `id`, `app`, `fallback`
        - `apps`: `id`, `webhooks`, `disabled`
        - `webhooks`: `id`, `url`, `events`
        - `rules`: `id`, `when`, `queue`, `priority`, `assign`, `from`, `until`, `hours`,
          `interrupts_session`
        - `default_queue`

        `keyrail.json_schema("topology")` describes each member.

        Raises ConfigError with the faults.
        """
    @property
    def hash(self) -> str:
        """The content hash, in 64 hexadecimal digits. Documents with the same meaning have the same
        hash, even if their white space or the order of their members differs.
        """
    def route(
        self,
        message: _Message,
        now: _Now | None = None,
        session_queue: str | None = None,
        unavailable: Iterable[str] = (),
        session: str | None = None,
    ) -> Decision:
        """Decides where the message goes. The first rule that matches chooses the queue. If no rule
        matches, the message goes to the channel's queue, or to the default queue if the channel has
        no queue. With a live session, only rules that interrupt sessions are considered. If none of
        them matches, the message goes to the session's queue.

        `message` is a mapping of attributes. `channel` is required. `event` determines which of the
        app's webhooks receive the message, and the ordering key depends on `sender`. Any other
        attribute, such as `text`, has the meaning that the rules give it. A value is a string, a
        number (from -2^53 to 2^53), a boolean or a list of strings.

        `now` is an aware `datetime` or Unix milliseconds. `session_queue` is the queue of the
        sender's live session. `unavailable` contains the queues that take no messages now.
        `session` is the id of the live session: all messages of a session have the same ordering
        key.

        Raises RouteError: `route.unknown_channel`, `route.unknown_queue`,
        `route.malformed_session`, and the codes of invalid attributes. If rules apply only at
        certain times and `now` is None, the code is `route.time_required`. Raises ConfigError if
        the channel is missing or a value has another type.
        """
    def route_batch(
        self,
        messages: Iterable[_Message],
        now: _Now | None = None,
        session_queue: str | None = None,
        unavailable: Iterable[str] = (),
        session: str | None = None,
    ) -> list[Decision | KeyrailError]:
        """Decides where each message goes. The other arguments apply to all of them. `messages` is an
        iterable of messages. For a rejected message, the result contains the error that `route`
        would raise. Other Python threads can run during the call.
        """
    def explain(
        self,
        message: _Message,
        limit: int = 20,
        now: _Now | None = None,
        session_queue: str | None = None,
        unavailable: Iterable[str] = (),
        session: str | None = None,
    ) -> Explanation:
        """Returns the decision of `route`, and why each of the first `limit` rules won or lost. The
        rule that won is always included. The other arguments are those of `route`. This call takes
        much longer than `route`. Other Python threads can run during the call.

        Raises what `route` raises.
        """
    def lint(self) -> list[RouteFinding]:
        """Returns the suspicious parts of the topology: rules that cannot match, rules shadowed by
        others, overlaps, and dead ends. None of them is an error. Other Python threads can run
        during the call.

        There are no false positives. The check decides whether a rule ever wins. For tests of
        channels, of presence, of ranges, and of equality without options, the check can always
        decide this. For other tests, it usually can, for example if one pattern, subject or network
        matches everything that another one matches. If the check cannot decide, or would take too
        many steps, the finding is `route.undecided`.

        Two rules overlap if they have the same priority, test a common attribute, can both match a
        message that contains no lists, and send it to different queues. For each rule, at most
        eight overlaps with earlier rules are reported. Overlaps are searched for in a limited
        number of steps, so some may not be found.
        """
    def verify(self, fixtures: _Document) -> list[Mismatch]:
        """Routes the message of every fixture, and returns the fixtures with an unexpected result.
        Other Python threads can run during the call.

        `fixtures` is a list of objects, or JSON. Each fixture has the members `message` and
        `expect`, and optionally `now` (an RFC 3339 time), `session_queue` and `unavailable`, as in
        `route`. `expect` has at least one of the members `queue` and `rule`. The value of such a
        member is a string, or `null` if the decision must have no queue or no rule. A member that
        is absent is not checked.

        Raises ConfigError with the faults.
        """
    def diagram(self) -> str:
        """Returns the topology as a Mermaid flowchart: channels, rules in their order, queues, apps
        and webhooks. A dotted arrow is a fallback. Characters of an id that Mermaid could read as
        markup are written as numeric entities. Other Python threads can run during the call.
        """
    @staticmethod
    def trace_diagram(decision: Decision) -> str:
        """Returns the path of the message as a Mermaid flowchart. The path starts with what chose the
        queue. After that come the queue that the message fell back from (if any), the queue that
        takes the message, the app of that queue, and the webhooks. For an unrouted message, the
        flowchart contains only the code of the reason.
        """
    def to_bytes(self) -> bytes:
        """Returns the table as bytes, for `from_bytes`. The same topology produces the same bytes on
        every platform. Other Python threads can run during the call.
        """
    @staticmethod
    def from_bytes(data: _Bytes) -> Table:
        """Loads a table from the bytes that `to_bytes` returned. They are `bytes`, a `bytearray` or a
        `memoryview`. The topology is not compiled again. The hash in the bytes detects corruption,
        not forgery: load bytes only from a source from which you would accept a topology. Other
        Python threads can run during the call.

        Raises RouteError: `route.unsupported_bytes` if the bytes are in another version of the
        format, `route.malformed_bytes` if they are not a table or were altered,
        `route.unknown_zone` if the table names a time zone that is not in the zone data of this
        build.
        """
    def may_write(self, app: str, queue: str) -> bool:
        """Returns whether an app's key may write to a queue: true only for the app's own queues."""
    def queue_app(self, queue: str) -> str | None:
        """Returns the app that takes a queue's messages. Returns None if the queue has no app or is
        not declared.
        """
    def webhook_url(self, webhook: str) -> str | None:
        """Returns the URL of a webhook, as it was written. Returns None if the webhook is not
        declared.
        """
    def queues_of(self, app: str) -> list[str]:
        """Returns the queues of an app, in the order of declaration."""

@final
class Decision:
    """Where a message is routed, and why."""
    __match_args__: ClassVar[tuple[str]]
    __hash__: ClassVar[None]  # type: ignore[assignment]
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    @property
    def kind(self) -> Literal["routed", "held", "unrouted"]:
        """The outcome without its details. It is `routed`, `held` or `unrouted`."""
    @property
    def queue(self) -> str | None:
        """The queue that takes the message, unless the message is unrouted."""
    @property
    def app(self) -> str | None:
        """The app of the queue, if it has one."""
    @property
    def webhooks(self) -> list[str]:
        """The webhooks to deliver to, in the order in which the app lists them; empty unless the
        message is routed. Each is an id.
        """
    @property
    def rule(self) -> str | None:
        """The id of the rule that chose the queue, if any. If the message fell back, the rule chose
        the original queue, `fell_back_from`.
        """
    @property
    def by(self) -> Literal["rule", "session", "channel", "default"] | None:
        """What chose the queue. If the message fell back, this is what chose the original queue,
        `fell_back_from`. The value is `rule`, `session`, `channel` or `default`, or None if the
        message is unrouted.
        """
    @property
    def fell_back_from(self) -> str | None:
        """The queue that was chosen first, if it is unavailable and another one took its place."""
    @property
    def reason(self) -> str:
        """The reason for the outcome. It is a sentence for a person."""
    @property
    def code(self) -> str:
        """The reason's stable, dotted code."""
    @property
    def assign(self) -> Assignment | None:
        """The rule's assignee, if any. It is absent if the message fell back from the rule's queue."""
    @property
    def ordering_key(self) -> str:
        """The ordering key: messages with the same key should be delivered to their app in order. If a
        `session` is passed, all messages of that session have the same key. Otherwise, the messages
        of one channel and one `sender` have the same key. The key is a hash that does not reveal
        the session, the channel or the sender.
        """
    @property
    def table(self) -> str:
        """The content hash of the table that decided."""

@final
class Assignment:
    """The assignee that a rule specifies for its messages. A decision contains it unchanged; routing
    does not use it.
    """
    __hash__: ClassVar[None]  # type: ignore[assignment]
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    @property
    def team(self) -> str | None:
        """The team to assign the message to, if any."""
    @property
    def agent(self) -> str | None:
        """The agent to assign the message to, if any."""
    @property
    def skills(self) -> list[str]:
        """The skills that the agent should have, in the order in which the rule lists them."""

@final
class Explanation:
    """Why a message was routed as it was. `str` returns a description for people. It quotes the
    message, so show it only to people who may read the message.
    """
    __hash__: ClassVar[None]  # type: ignore[assignment]
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    @property
    def decision(self) -> Decision:
        """The decision that `route` returns."""
    @property
    def rules(self) -> list[RuleReport]:
        """The reports of the first rules, in order. If the rule that won comes later, its report is
        added at the end.
        """
    @property
    def more(self) -> int:
        """The number of rules that are left out."""

@final
class RuleReport:
    """The outcome of one rule. `str` returns a line that quotes the message."""
    __hash__: ClassVar[None]  # type: ignore[assignment]
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    @property
    def id(self) -> str:
        """The id of the rule."""
    @property
    def priority(self) -> int:
        """Its priority."""
    @property
    def outcome(self) -> Literal["won", "matched", "failed", "closed", "in_session"]:
        """Whether the rule chose the queue, and if not, why not.

        - `won`: it chose the queue.
        - `matched`: it matches, but another rule won.
        - `failed`: its condition does not match.
        - `closed`: its condition matches, but the rule does not apply at this time.
        - `in_session`: its condition matches, but the rule does not interrupt the live session.
        """
    @property
    def failure(self) -> RouteFailure | None:
        """The first test that made the rule's condition fail, if the condition failed."""
    @property
    def near_miss(self) -> bool:
        """Whether the condition failed, but would have matched if a single test had the opposite
        result.
        """

@final
class RouteFailure:
    """A test whose result is not the one that the rule requires. `str` returns a sentence that quotes
    the message; `repr` shows only the length of the found value.
    """
    __hash__: ClassVar[None]  # type: ignore[assignment]
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    @property
    def attribute(self) -> str:
        """The attribute."""
    @property
    def operator(self) -> str:
        """The operator, such as `prefix`."""
    @property
    def expected(self) -> str:
        """The value that the operator requires. If the test has no options, a string is shown as the
        rule contains it. If the test has options, the string is in quotes and the options are
        described in words, as in `the word "refund", without regard to case`. The choices of `in`
        are in quotes, separated by commas. A range has the form `gte 1 lt 5`. A value longer than
        256 characters is truncated, with `…` before any options.
        """
    @property
    def found(self) -> str | None:
        """The value of the attribute, or None if it is absent. A string is unchanged. The strings of a
        list are in quotes, separated by commas. A value longer than 256 characters is truncated and
        ends with `…`.
        """
    @property
    def wrong_type(self) -> bool:
        """Whether the attribute has a type that the operator does not support."""
    @property
    def negated(self) -> bool:
        """Whether the test is negated by `not`."""

@final
class RouteFinding:
    """A suspicious part of a topology. `str` returns a sentence for a person."""
    __hash__: ClassVar[None]  # type: ignore[assignment]
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    @property
    def code(self) -> str:
        """The stable, dotted code. It is `route.never_matches`, `route.shadowed`, `route.overlap`,
        `route.undecided`, `route.app_without_webhook`, `route.unreachable_queue` or
        `route.no_default`.
        """
    @property
    def rules(self) -> list[str]:
        """The rules concerned. Each is an id. The first is the rule that the finding is about. If the
        code is `route.shadowed`, the others are the rules that match earlier. If the code is
        `route.overlap`, the other is the rule that is declared later. The list is empty if the
        finding is about an app, a queue or a channel.
        """
    @property
    def app(self) -> str | None:
        """The app concerned, if the finding is about one."""
    @property
    def queue(self) -> str | None:
        """The queue concerned, if the finding is about one."""
    @property
    def channel(self) -> str | None:
        """The channel concerned, if the finding is about one."""
    @property
    def text(self) -> str:
        """A sentence that describes the finding to people."""

def diff(
    old: Table,
    new: Table,
    samples: Iterable[_Message],
    now: _Now | None = None,
    session_queue: str | None = None,
    unavailable: Iterable[str] = (),
    session: str | None = None,
) -> list[Change]:
    """Returns the samples for which `new` has a different result than `old`. A result is a decision or
    an error. Decisions are compared without the table's hash. Other Python threads can run during
    the call.

    `samples` are messages, and the other arguments are those of `Table.route`. Raises what
    `Table.route` raises for an invalid message.
    """
@final
class Change:
    """A sample message that the old and the new table route differently."""
    __hash__: ClassVar[None]  # type: ignore[assignment]
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    @property
    def sample(self) -> int:
        """The index of the message in the samples."""
    @property
    def old(self) -> _DecisionOrError:
        """The decision of the old table, or its error. The error is the `RouteError` that the
        table raises.
        """
    @property
    def new(self) -> _DecisionOrError:
        """The decision of the new table, or its error. The error is the `RouteError` that the
        table raises.
        """

@final
class Mismatch:
    """A fixture whose message is not routed as expected."""
    __hash__: ClassVar[None]  # type: ignore[assignment]
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    @property
    def fixture(self) -> int:
        """The index of the fixture in the list."""
    @property
    def found(self) -> _DecisionOrError:
        """The decision, or the error if the message could not be routed. The error is a `RouteError`."""

# keyrail.webhook

@final
class Signer:
    """Signs deliveries with the secret of a webhook, or with several secrets while they are rotated.
    The signatures follow Standard Webhooks 1.0.

    `secrets` is one secret or a list of up to 5. Each secret is a string or a Secret. A secret that
    consists of `whsec_` and 24 to 64 bytes in base64 is the key of an HMAC, and produces a
    signature of version `v1`. One that consists of `whsk_` and 32 or 64 bytes is a private key
    (Ed25519), and produces a signature of version `v1a`. The signatures are in the order of the
    secrets. `header_names` is `standard` (`webhook-id` and so on) or `svix` (`svix-id` and so on).

    Raises WebhookError: `webhook.malformed_secret`, `webhook.secret_length`,
    `webhook.key_mismatch`, `webhook.public_key`, `webhook.no_secret`, `webhook.too_many_secrets`,
    `webhook.unknown_header_names`.
    """
    def __new__(
        cls, secrets: _Secrets, header_names: Literal["standard", "svix"] = "standard"
    ) -> Signer: ...
    def __reduce_ex__(self, _protocol: SupportsIndex, /) -> tuple[object, ...]: ...
    def sign(self, id: str, now: _Now, body: _Bytes) -> list[tuple[str, HeaderValue]]:
        """Returns the headers `webhook-id`, `webhook-timestamp` (in whole seconds, rounded down) and
        `webhook-signature`, in this order, or those of the chosen header names. Each is a name and a
        HeaderValue. `id` is the message's
        id, which is the same on every attempt; `now` is an aware `datetime` or Unix milliseconds;
        `body` is `bytes`, a `bytearray` or a `memoryview`.

        Raises WebhookError: `webhook.malformed_id`,
        `webhook.malformed_timestamp`.
        """

@final
class Verifier:
    """Verifies deliveries with the secret of a webhook, or with several secrets while they are
    rotated. The signatures follow Standard Webhooks 1.0.

    `secrets` is one secret or a list of up to 5, as for a Signer, but with public keys (`whpk_` and
    32 bytes in base64) instead of private ones. If any of them is a public key, a delivery must have
    a valid signature of version `v1a`; otherwise, it must have one of version `v1`. Signatures of the other version are ignored, so nobody can
    replace a signature of version `v1a` by a weaker one.

    `tolerance_seconds` is the maximum difference between the time of a delivery and `now`, in
    either direction. `header_names` is `standard` (`webhook-id` and so on) or `svix` (`svix-id` and
    so on). Headers with any other name are ignored.

    Raises WebhookError: `webhook.malformed_secret`, `webhook.secret_length`,
    `webhook.invalid_public_key`, `webhook.private_key`, `webhook.no_secret`,
    `webhook.too_many_secrets`, `webhook.unknown_header_names`, `webhook.tolerance`.
    """
    def __new__(
        cls,
        secrets: _Secrets,
        tolerance_seconds: int = 300,
        header_names: Literal["standard", "svix"] = "standard",
    ) -> Verifier: ...
    def __reduce_ex__(self, _protocol: SupportsIndex, /) -> tuple[object, ...]: ...
    def verify(self, headers: _Headers, body: _Bytes, now: _Now) -> Verified:
        """Verifies a delivery with the headers and the body that were received. The headers may be in
        any order, with other headers among them. The body must be unchanged, byte for byte. `body`
        is `bytes`, a `bytearray` or a `memoryview`; `now` is an aware `datetime` or Unix
        milliseconds. A malformed signature does not make a valid one invalid.

        The body is hashed once for each secret. With public keys, it is hashed once for each pair
        of a public key and a signature, so up to 80 times. Limit the length of the body before you
        verify it.

        Raises WebhookError: `webhook.missing_header`,
        `webhook.duplicate_header`, `webhook.too_old`, `webhook.too_new`,
        `webhook.wrong_signature` and others.
        """

@final
class Verified:
    """A delivery that was verified."""
    __hash__: ClassVar[None]  # type: ignore[assignment]
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    @property
    def id(self) -> str:
        """The message's id, which stays the same when the message is delivered again."""
    @property
    def timestamp_ms(self) -> int:
        """The time of signing, in Unix milliseconds. It is a multiple of 1000, because the header
        contains whole seconds.
        """

@final
class RetryPolicy:
    """When failed attempts are repeated, and when a delivery is given up.

    A delivery has one attempt more than the policy has delays. Each delay is extended by a random
    part of up to `jitter_percent`, so that not all failed deliveries are repeated at the same time.
    A delivery is given up when the last attempt fails, or when the next attempt would be after the
    deadline, even without jitter. `RetryPolicy.standard()` and `RetryPolicy.from_json()` create one.
    """
    __hash__: ClassVar[None]  # type: ignore[assignment]
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    @staticmethod
    def standard() -> RetryPolicy:
        """Returns the policy that Standard Webhooks recommends: 10 attempts in 75 to 91 hours. The
        delays are from 5 seconds to 24 hours, and the jitter is 20 percent.
        """
    @staticmethod
    def from_json(document: _Document) -> RetryPolicy:
        """Reads a policy from JSON. A policy without members is the standard one. A mapping of the
        same form is accepted too.

        Raises ConfigError with the faults.
        """
    @property
    def attempts(self) -> int:
        """The maximum number of attempts. It is from 1 to 64."""
    @property
    def delays_seconds(self) -> list[int]:
        """The delay after each failed attempt but the last one, in seconds, without jitter."""
    @property
    def jitter_percent(self) -> int:
        """By how many percent a delay is extended at most, from 0 to 100."""
    @property
    def deadline_seconds(self) -> int:
        """The time from the start of a delivery to its deadline, in seconds. No attempt is planned after
        the deadline.
        """
    def to_json(self) -> str:
        """Returns the policy as JSON, on one line, with all members. An exponential schedule is
        written as a list of its delays.
        """

@final
class DeliveryOutcome:
    """What became of an attempt: a response, or none. `DeliveryOutcome.response()` and
    `DeliveryOutcome.no_response()` create one.
    """
    __hash__: ClassVar[None]  # type: ignore[assignment]
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    @staticmethod
    def response(status: int, retry_after: str | None = None) -> DeliveryOutcome:
        """Returns the outcome of an attempt to which the endpoint responded with this status. Do not
        follow redirects: a status from 300 to 399 is a failure. `retry_after` is the value of the
        header `Retry-After`. It counts if the status is 429 or 503. A malformed value is ignored. A
        status that is not from 0 to 65535 counts as 65535.
        """
    @staticmethod
    def no_response(reason: _NoResponse) -> DeliveryOutcome:
        """Returns the outcome of an attempt without a response. `reason` is `timeout`, `dns`,
        `connection` or `tls`.

        Raises WebhookError: `webhook.unknown_no_response`.
        """
    def with_body(self, body: _Bytes, redactor: Redactor) -> DeliveryOutcome:
        """Adds the body of the response, for the log of the delivery. Only the first 1024 bytes are
        kept, after the credentials that the redactor finds were replaced. Bytes that are not UTF-8
        are replaced by U+FFFD. A body with a zero byte is not kept, because it is probably UTF-16
        or binary, and credentials in it would not be found. Pass the whole body, or at least the
        first 65,536 bytes, so that a credential is not cut off before it is found. The body is
        ignored if there was no response. `body` is `bytes`, a `bytearray` or a `memoryview`.
        """
    @property
    def status(self) -> int | None:
        """The status of the response, or None if there is no response."""
    @property
    def no_response_reason(self) -> _NoResponse | None:
        """Why there is no response, or None if there is one."""
    @property
    def body(self) -> str | None:
        """The redacted start of the response's body, if a body was added."""

@final
class DeliveryFailure:
    """A failed attempt: its time, and the response or the reason why there was none."""
    __hash__: ClassVar[None]  # type: ignore[assignment]
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    @property
    def at(self) -> datetime:
        """When the attempt failed."""
    @property
    def status(self) -> int | None:
        """The status of the response, or None if there was no response."""
    @property
    def no_response_reason(self) -> _NoResponse | None:
        """Why there was no response, or None if there was one."""
    @property
    def body(self) -> str | None:
        """The redacted start of the response's body, if it is known."""

@final
class Settled:
    """A delivery after an attempt, or after it was postponed or given up."""
    __hash__: ClassVar[None]  # type: ignore[assignment]
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    @property
    def state(self) -> DeliveryState:
        """The state to store in place of the old one."""
    @property
    def kind(self) -> Literal["delivered", "retry", "dead"]:
        """What becomes of the delivery: `delivered`, `retry` or `dead`."""
    @property
    def at(self) -> datetime | None:
        """The time of the next attempt, or None unless the kind is `retry`."""
    @property
    def reason(self) -> _DeadReason | None:
        """Why the delivery was given up, or None unless the kind is `dead`."""
    @property
    def parked_until(self) -> datetime | None:
        """The time before which no delivery may be sent to the endpoint, or None if the endpoint did
        not ask for a pause. It asks with a status of 429 or 503 and the header `Retry-After`. The
        pause applies even if this delivery is given up. `EndpointHealth.record` stores it.
        """
    @property
    def is_attempt(self) -> bool:
        """Whether an attempt was made: `DeliveryState.settle` created this result."""
    @property
    def disables_endpoint(self) -> bool:
        """Whether the endpoint must be disabled at once, because it responded with 410."""

@final
class DeliveryState:
    """The state of the delivery of one event to one endpoint.

    Store it, for example with `next_at` as an indexed column. When an attempt is due, sign a
    request with `request`, send it, and store the state that `settle` returns. Store it only if the
    stored `attempts` and `next_at` are still the ones that you read. Otherwise, another worker was
    faster, or the delivery was given up: drop the new state, but still pass the result to
    `EndpointHealth.record`. If a worker stops between the request and the storing, the event is
    sent again: an endpoint must expect the same id more than once. If two workers read the same
    state, both send the event: to prevent this, lock the row until the new state is stored.
    `DeliveryState.start()` and `DeliveryState.from_json()` create one.
    """
    __hash__: ClassVar[None]  # type: ignore[assignment]
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    @staticmethod
    def start(id: str, endpoint: str, policy: RetryPolicy, now: _Now) -> DeliveryState:
        """Starts the delivery of an event to an endpoint. The first attempt is due at `now`.

        `id` becomes the header `webhook-id` of every attempt. The gateway returns one with each
        delivery. `endpoint` is the id of the endpoint. `now` is an aware `datetime` or Unix
        milliseconds.

        Raises WebhookError: `webhook.malformed_id`, `webhook.malformed_endpoint`, and
        `webhook.time_in_seconds` if `now` is before 1973-03-03, as a time in seconds would be.
        """
    @staticmethod
    def from_json(document: _Document) -> DeliveryState:
        """Reads a state from JSON. A mapping of the same form is accepted too.

        Raises ConfigError with the faults. If a newer release wrote the state, the only fault is
        `webhook.newer_schema`.
        """
    @property
    def id(self) -> str:
        """The id of the delivery, which is the same on every attempt."""
    @property
    def endpoint(self) -> str:
        """The id of the endpoint."""
    @property
    def policy(self) -> RetryPolicy:
        """The policy with which the delivery was started."""
    @property
    def started_at(self) -> datetime:
        """When the delivery was started."""
    @property
    def deadline(self) -> datetime:
        """The time after which no more attempts are planned."""
    @property
    def attempts(self) -> int:
        """The number of attempts that were made."""
    @property
    def next_at(self) -> datetime | None:
        """When the next attempt is due, or None if the delivery has ended."""
    @property
    def delivered_at(self) -> datetime | None:
        """When the event was delivered, or None if it was not."""
    @property
    def dead_at(self) -> datetime | None:
        """When the delivery was given up, or None if it was not."""
    @property
    def dead_reason(self) -> _DeadReason | None:
        """Why the delivery was given up, or None if it was not."""
    @property
    def last_failure(self) -> DeliveryFailure | None:
        """The last failed attempt, or None if no attempt failed."""
    def request(
        self, signer: Signer, body: _Bytes, now: _Now
    ) -> list[tuple[str, HeaderValue]]:
        """Returns the signed headers of the next attempt, which is made at `now`: see `Signer.sign`.
        The id is the same on every attempt, but the timestamp and the signature are new. Send the
        body byte for byte as it is passed here.

        Raises WebhookError: `webhook.delivery_ended`, and the errors of `Signer.sign`.
        """
    def settle(self, outcome: DeliveryOutcome, now: _Now, jitter: float) -> Settled:
        """Returns what becomes of the delivery after an attempt that ended at `now`.

        - A status from 200 to 299: the event is delivered.
        - 410: the delivery is given up, and the endpoint must be disabled.
        - Anything else is a failure. The next attempt is due after the policy's delay, or later, if
          the endpoint asks for a pause with a status of 429 or 503 and the header `Retry-After`. If
          no attempt is left, or if the delay or the pause ends after the `deadline`, the delivery is
          given up.

        `jitter` is a new random number from 0 to 1 for each attempt, such as `random.random()`. The
        next attempt is moved to a later time by this part of `RetryPolicy.jitter_percent` of the
        delay, but not beyond the deadline.

        Raises WebhookError: `webhook.delivery_ended`, `webhook.malformed_jitter`, and
        `webhook.time_in_seconds` if `now` is before 1973-03-03, as a time in seconds would be.
        """
    def postpone(self, until: _Now, now: _Now) -> Settled:
        """Postpones the next attempt until the end of a pause that the endpoint asked for in another
        delivery: see `Settled.parked_until`. If the pause ends after the `deadline`, the delivery is
        given up. If the next attempt is due later anyway, it stays as it is.

        Raises WebhookError: `webhook.delivery_ended`, and `webhook.time_in_seconds` if `until` or
        `now` is before 1973-03-03, as a time in seconds would be.
        """
    def give_up(self, reason: _GiveUp, now: _Now) -> Settled:
        """Gives up the delivery, although attempts are left. `reason` is `endpoint_disabled`,
        `target_rejected` (see `check_target`) or `canceled`.

        Raises WebhookError: `webhook.delivery_ended`, `webhook.unknown_give_up`, and
        `webhook.time_in_seconds` if `now` is before 1973-03-03, as a time in seconds would be.
        """
    def to_json(self) -> str:
        """Returns the state as JSON, on one line."""

@final
class HealthPolicy:
    """When an endpoint that fails is reported, and when it is disabled.

    A failure disables an endpoint if the endpoint has failed for at least `disable_after_seconds`,
    if at least `disable_after_dead` deliveries were given up, and if the warning is as old as the
    difference between `disable_after_seconds` and `warn_after_seconds`. A failure never disables an
    endpoint without an earlier warning. `HealthPolicy.standard()` and `HealthPolicy.from_json()`
    create one.
    """
    __hash__: ClassVar[None]  # type: ignore[assignment]
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    @staticmethod
    def standard() -> HealthPolicy:
        """Returns the policy whose members have their default values: a warning after a day, and
        disabling after five days and three deliveries that were given up.
        """
    @staticmethod
    def from_json(document: _Document) -> HealthPolicy:
        """Reads a policy from JSON. A policy without members is the standard one. A mapping of the
        same form is accepted too.

        Raises ConfigError with the faults.
        """
    @property
    def warn_after_seconds(self) -> int:
        """For how long all attempts must have failed before a warning, in seconds."""
    @property
    def disable_after_seconds(self) -> int:
        """For how long all attempts must have failed before the endpoint is disabled, in seconds."""
    @property
    def disable_after_dead(self) -> int:
        """How many deliveries must have been given up because of failures before the endpoint is
        disabled.
        """
    def to_json(self) -> str:
        """Returns the policy as JSON, on one line, with all members."""

@final
class HealthChange:
    """The health of an endpoint after an attempt or an operation, and the events that it caused."""
    __hash__: ClassVar[None]  # type: ignore[assignment]
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    @property
    def health(self) -> EndpointHealth:
        """The health to store in place of the old one, if it changed."""
    @property
    def is_changed(self) -> bool:
        """Whether the health differs from the old one."""
    @property
    def events(self) -> list[_EndpointEvent]:
        """The events for the host's operators, in the order in which they occurred. They are
        `endpoint.warned`, `endpoint.disabled`, `endpoint.enabled`, `endpoint.recovered`,
        `delivery.exhausted` and `delivery.recovered`. Report them when the health is
        stored, or at once if it is unchanged. If the health cannot be stored because of its version,
        do not report them: recording the attempt again returns them again.
        """

@final
class EndpointHealth:
    """The health of an endpoint: whether events may be sent to it, and since when its attempts have
    failed.

    Store one for each endpoint, and insert the first one only if none is stored. Before an attempt,
    `hold` returns whether it may be made. After it, `record` returns the health to store. It is
    unchanged, and need not be stored, after a success of an endpoint that does not fail, and after
    most failures. Store a changed health only if the stored `version` is still the one that you
    read. Otherwise, read the health again, and record the attempt again.

    Store the delivery and the health in one transaction, if you can. Otherwise, store the delivery
    first: if a worker stops in between, one attempt is not counted. If another worker has stored
    the delivery in the meantime, record the attempt anyway, but do not report the events whose
    names begin with `delivery.`.

    - An endpoint that keeps failing causes a warning, and is disabled later if enough deliveries
      were given up: see `HealthPolicy`. The time is measured from the first failure after the last
      success to the latest failure, so an endpoint to which nothing is sent is not disabled.
      Attempts count in the order in which they are recorded: record each one as soon as it ends.
    - Any success resets what was measured.
    - A response with the status 410 disables the endpoint at once.
    - A disabled endpoint stays disabled until `enable` is called: by a person, or because a test
      event was delivered. Do not call `hold` for a test event, because it would be given up.

    Raises WebhookError: `webhook.malformed_endpoint`.
    """
    __hash__: ClassVar[None]  # type: ignore[assignment]
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    def __new__(cls, endpoint: str) -> EndpointHealth: ...
    @staticmethod
    def from_json(document: _Document) -> EndpointHealth:
        """Reads a health from JSON. A mapping of the same form is accepted too.

        Raises ConfigError with the faults. If a newer release wrote the health, the only fault is
        `webhook.newer_schema`.
        """
    @property
    def endpoint(self) -> str:
        """The id of the endpoint."""
    @property
    def version(self) -> int:
        """The number of changes since the health was created. It starts again at 0 after 2^53 - 1."""
    @property
    def failing_since(self) -> datetime | None:
        """The time of the first failure since the last success, or since the endpoint was enabled, or
        None if there was none. While the endpoint is disabled, the time stays as it was.
        """
    @property
    def dead(self) -> int:
        """How many deliveries were given up because of failures since the last success, or since the
        endpoint was enabled.
        """
    @property
    def warned_at(self) -> datetime | None:
        """When the warning was caused, or None if there was none since the last success, or since the
        endpoint was enabled.
        """
    @property
    def parked_until(self) -> datetime | None:
        """The end of the last pause that the endpoint asked for. It may be in the past, or as late as
        the year 9999: a pause is never shortened, but `enable` ends it.
        """
    @property
    def is_disabled(self) -> bool:
        """Whether the endpoint is disabled."""
    @property
    def disabled_at(self) -> datetime | None:
        """When the endpoint was disabled, or None if it is enabled."""
    @property
    def disabled_reason(self) -> _DisabledReason | None:
        """Why the endpoint was disabled, or None if it is enabled. The reason is `failures`, `gone` or
        `host`.
        """
    def status(self, now: _Now) -> _EndpointStatus:
        """Returns whether events are sent to the endpoint at `now`, and whether it accepts them. The
        result is `healthy`, `failing`, `parked` or `disabled`.

        Raises WebhookError: `webhook.time_in_seconds` if `now` is before 1973-03-03, as a time in
        seconds would be.
        """
    def hold(self, delivery: DeliveryState, now: _Now) -> Settled | None:
        """Returns what to store instead of making an attempt, or None if it may be made at `now`.

        If the endpoint is disabled, the delivery is given up: see `DeliveryState.give_up`. If it
        asked for a pause, the delivery is postponed (see `DeliveryState.postpone`), or given up if
        the pause ends after its deadline. Call this when the delivery is due: the time of its next
        attempt is not checked. Record the result like an attempt.

        Raises WebhookError: `webhook.other_endpoint`, `webhook.delivery_ended`, and
        `webhook.time_in_seconds` if `now` is before 1973-03-03, as a time in seconds would be.
        """
    def record(self, settled: Settled, policy: HealthPolicy) -> HealthChange:
        """Returns the health after an attempt, or after a delivery was held. A delivery that is given
        up because a pause ends after its deadline counts as a failure. A delivery that was
        postponed, or that the host gave up, changes nothing. While the endpoint is disabled,
        nothing changes, but the events of deliveries are still returned.

        Raises WebhookError: `webhook.other_endpoint`.
        """
    def disable(self, now: _Now) -> HealthChange:
        """Returns the health after the host disabled the endpoint. If it is disabled already, nothing
        changes.

        Raises WebhookError: `webhook.time_in_seconds` if `now` is before 1973-03-03, as a time in
        seconds would be.
        """
    def enable(self) -> HealthChange:
        """Returns the health after a person enabled the endpoint again, or after a test event was
        delivered. Failures, a warning and a pause are forgotten, even if the endpoint is not
        disabled. Deliveries that were given up are not resumed.
        """
    def to_json(self) -> str:
        """Returns the health as JSON, on one line."""

@final
class EndpointActivity:
    """What an endpoint did: how many attempts succeeded, how long its responses took, and the last
    failures.

    Each process records the attempts that it made. `merge` adds the activity of another process, of
    another period, or of another endpoint; the order does not matter. Merge each activity only
    once: merging it twice counts its attempts twice. `EndpointActivity()` has no attempts. Threads
    may share an activity.
    """
    def __new__(cls) -> EndpointActivity: ...
    @staticmethod
    def from_json(document: _Document) -> EndpointActivity:
        """Reads an activity from JSON. A mapping of the same form is accepted too.

        Raises ConfigError with the faults. If a newer release wrote the activity, the only fault is
        `webhook.newer_schema`.
        """
    def record(self, settled: Settled, latency_ms: int) -> None:
        """Adds an attempt, which took this many milliseconds from the start of the connection to the
        end of the response. The latency counts only if there was a response. One that is not from 0
        to 4,294,967,295 counts as the nearest number that is.

        A delivery that was held or that the host gave up is not an attempt: it adds to `dead` if it
        was given up, and otherwise nothing.
        """
    def merge(self, other: EndpointActivity) -> None:
        """Adds another activity to this one."""
    @property
    def attempts(self) -> int:
        """The number of attempts."""
    @property
    def successes(self) -> int:
        """The number of attempts that delivered an event."""
    @property
    def dead(self) -> int:
        """The number of deliveries that were given up."""
    @property
    def success_rate(self) -> float | None:
        """The part of the attempts that delivered an event, from 0 to 1, or None if there were no
        attempts.
        """
    @property
    def since(self) -> datetime | None:
        """The time of the first attempt, or of the first delivery that was given up if that is earlier,
        or None if nothing was recorded.
        """
    @property
    def until(self) -> datetime | None:
        """The time of the last attempt, or of the last delivery that was given up if that is later, or
        None if nothing was recorded.
        """
    @property
    def p50_ms(self) -> int | None:
        """The median latency of the responses, in milliseconds, or None if there were no responses. It
        is the upper bound of a bucket, but not more than `max_ms`: up to 6 milliseconds, it is
        exact; up to 100 seconds, it is at most 28% too large; beyond that, it is `max_ms`.
        """
    @property
    def p95_ms(self) -> int | None:
        """The latency that 95% of the responses do not exceed: see `p50_ms`."""
    @property
    def p99_ms(self) -> int | None:
        """The latency that 99% of the responses do not exceed: see `p50_ms`."""
    @property
    def max_ms(self) -> int | None:
        """The longest latency of a response, in milliseconds, or None if there were no responses."""
    @property
    def failures(self) -> list[DeliveryFailure]:
        """The last failed attempts, with the latest first. An activity keeps at most 10 of them."""
    def to_json(self) -> str:
        """Returns the activity as JSON, on one line."""
    def report(self, health: EndpointHealth, now: _Now) -> str:
        """Returns a report on an endpoint as JSON, on one line, for a dashboard: its health, the
        counts, the success rate with four decimals, the latencies, and the last failures. The rate
        is 1 only if all attempts succeeded, and 0 only if none did. The activity does not contain
        the id of the endpoint: pass the health of the right one.

        Raises WebhookError: `webhook.time_in_seconds` if `now` is before 1973-03-03, as a time in
        seconds would be.
        """

@final
class ReceivePolicy:
    """How long a receiver may process a delivery, and how long it remembers it.
    `ReceivePolicy.standard()` and `ReceivePolicy.from_json()` create one.
    """
    __hash__: ClassVar[None]  # type: ignore[assignment]
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    @staticmethod
    def standard() -> ReceivePolicy:
        """Returns the policy whose members have their default values: a lease of one minute, and
        claims that are kept for 412,926 seconds (almost five days). This is the deadline of
        `RetryPolicy.standard()`, and longer than the 75 hours for which senders repeat a delivery
        according to Standard Webhooks.
        """
    @staticmethod
    def from_json(document: _Document) -> ReceivePolicy:
        """Reads a policy from JSON. A policy without members is the standard one. A mapping of the
        same form is accepted too.

        Raises ConfigError with the faults.
        """
    @property
    def lease_seconds(self) -> int:
        """The length of a lease, in seconds. If processing takes longer, a repeated delivery is
        processed again, possibly at the same time: choose a lease that is longer than the longest
        processing and the difference between the clocks of your servers.
        """
    @property
    def remember_seconds(self) -> int:
        """How long a claim is kept after the end of its lease, in seconds."""
    def claim(
        self, id: str, timestamp: _Now | None, stored: DeliveryClaim | None, now: _Now
    ) -> ReceiveResult:
        """Claims a delivery, which must have been verified: returns whether to process it.

        A `Receiver` does this for deliveries of Standard Webhooks. Call this function for the
        requests of other schemes. If a scheme signs the time, the policy must remember a delivery
        for at least twice the tolerance; if it signs none, a request can be replayed after it was
        forgotten. `id` is the id of the request if `VerifiedRequest.is_id_signed` is true.
        Otherwise, an attacker who replays a request can change the id: pass the SHA-256, in hex, of
        everything that the signature covers except the time (see `VerifiedRequest.covered`).
        Requests in which all this is equal count as duplicates. An id must be 1 to 256 visible
        ASCII characters without dots; pass the SHA-256 of any other id. `timestamp` is the time of
        signing, or None if the scheme signs none, or if the sender does not sign a request again
        when it repeats it. `stored` is the claim that you have stored for this id, or None.

        Raises WebhookError: `webhook.replayed` if the request was claimed before, its lease has
        ended or its processing failed, and its timestamp is not later than that of the claim;
        `webhook.malformed_id`, `webhook.other_claim` if `stored` is for another id, and
        `webhook.time_in_seconds` if `now` is before 1973-03-03, as a time in seconds would be.
        """
    def to_json(self) -> str:
        """Returns the policy as JSON, on one line, with all members."""

@final
class ReceiveResult:
    """Whether to process a delivery, and how to respond to it otherwise."""
    __hash__: ClassVar[None]  # type: ignore[assignment]
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    @property
    def kind(self) -> Literal["process", "duplicate", "busy"]:
        """What to do: `process`, `duplicate` or `busy`.

        - `process`: store `claim`, and process the delivery. Respond with 204, or, if processing
          failed, with 500.
        - `duplicate`: the delivery was processed already.
        - `busy`: the delivery is being processed. Respond with 409, so that the sender repeats it:
          nobody knows yet whether processing succeeds.
        """
    @property
    def claim(self) -> DeliveryClaim | None:
        """The claim to store, or None unless the kind is `process`."""
    @property
    def until(self) -> datetime | None:
        """The time from which on a repeated delivery is processed again, or None unless the kind is
        `busy`.
        """
    @property
    def status(self) -> int | None:
        """The status of the response, or None if the delivery is to be processed first. It is 200 or 409."""

@final
class DeliveryClaim:
    """A lease on a delivery, and the record that it was processed.

    Store it under the webhook (your name for the sender and the endpoint) and the `id`, in place of
    the claim that you passed to `Receiver.claim`, but only if the stored claim still has the
    `version` of the one that you passed, or if there is still none. Otherwise, another process was
    faster: read its claim, and claim again. When the claim is stored, process the delivery, and
    store what `finish` returns, or, if processing failed, `release`, in the same way. If another
    process has claimed the delivery because the lease had ended, read its claim, and store what its
    `finish` returns, unless it is finished, or processing failed. A claim that has expired (see
    `expires_at`) can be deleted.
    """
    __hash__: ClassVar[None]  # type: ignore[assignment]
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    @staticmethod
    def from_json(document: _Document) -> DeliveryClaim:
        """Reads a claim from JSON. A mapping of the same form is accepted too.

        Raises ConfigError with the faults. If a newer release wrote the claim, the only fault is
        `webhook.newer_schema`.
        """
    @property
    def id(self) -> str:
        """The id of the delivery."""
    @property
    def version(self) -> int:
        """The version, which differs from that of every earlier claim of this id."""
    @property
    def timestamp(self) -> datetime | None:
        """When the delivery was signed, or None if its scheme signs no time."""
    @property
    def state(self) -> Literal["leased", "finished", "released"]:
        """Whether the delivery is being processed, was processed, or could not be processed. The state
        is `leased`, `finished` or `released`: a delivery is processed again if it is released, or
        if the lease has ended.
        """
    @property
    def leased_until(self) -> datetime | None:
        """The end of the lease, or None unless the state is `leased`."""
    @property
    def ended_at(self) -> datetime | None:
        """When the processing ended, or None if the state is `leased`."""
    @property
    def expires_at(self) -> datetime:
        """The time after which the claim can be deleted."""
    def finish(self, now: _Now) -> DeliveryClaim:
        """Returns the claim to store after the delivery was processed.

        Raises WebhookError: `webhook.claim_ended` if the claim was finished already, and
        `webhook.time_in_seconds` if `now` is before 1973-03-03, as a time in seconds would be.
        """
    def release(self, now: _Now) -> DeliveryClaim:
        """Returns the claim to store after processing failed. A repeated delivery is processed again
        if its timestamp is later than that of this claim, and otherwise rejected with
        `webhook.replayed`. If the scheme signs no timestamp, every repeated delivery is processed
        again, even one that an attacker replays.

        Raises WebhookError: `webhook.claim_ended` if the claim was finished or released already, and
        `webhook.time_in_seconds` if `now` is before 1973-03-03, as a time in seconds would be.
        """
    def to_json(self) -> str:
        """Returns the claim as JSON, on one line."""

@final
class Receiver:
    """Receives the deliveries of Standard Webhooks: verifies them, and decides which ones to process.

    A sender repeats a delivery until it gets a response with a status from 200 to 299, so a
    receiver must expect the same delivery more than once, and at the same time. Store a
    `DeliveryClaim` for each id of each webhook, for example in a table whose primary key consists
    of both: different senders, or different endpoints of one sender, may have the same ids.

    1. `verify` the request.
    2. Read the claim that is stored for the id, and `claim` the delivery.
    3. If the result's kind is `process`, store the new claim as `DeliveryClaim` describes, process
       the delivery, and store the result of `finish` or `release`. Otherwise, respond with the
       result's `status`.

    If the claim cannot be stored, for example because the store is full, respond with 503, and do
    not process the delivery: it could be processed twice. Process the delivery and store the
    finished claim in one transaction, if you can. Otherwise, if a process stops in between, the
    delivery is processed again.

    Raises WebhookError: `webhook.replay_window` if the policy remembers a delivery for less than
    twice the verifier's tolerance. A delivery could be replayed after it was forgotten. If it is
    remembered for less time than the sender repeats it, a late repeat is processed again.
    """
    def __new__(cls, verifier: Verifier, policy: ReceivePolicy) -> Receiver: ...
    def __reduce_ex__(self, _protocol: SupportsIndex, /) -> tuple[object, ...]: ...
    def verify(self, headers: _Headers, body: _Bytes, now: _Now) -> Verified:
        """Verifies a delivery: see `Verifier.verify`.

        Raises WebhookError: the errors of `Verifier.verify`.
        """
    def claim(
        self, verified: Verified, stored: DeliveryClaim | None, now: _Now
    ) -> ReceiveResult:
        """Claims a verified delivery: returns whether to process it. `stored` is the claim that you have
        stored for its id, or None.

        Raises WebhookError: `webhook.replayed` if the delivery was claimed before, its lease has
        ended or its processing failed, and its timestamp is not later than that of the claim;
        `webhook.other_claim` if `stored` is for another id, and `webhook.time_in_seconds` if `now`
        is before 1973-03-03, as a time in seconds would be.
        """

@final
class WebhookScheme:
    """How a vendor signs the requests to a webhook: where the signature is, how it is computed, and
    which parts of the request it covers.

    `Scheme.named()` returns the schemes of some vendors. Others can be declared in JSON and read with
    `Scheme.from_json()`. A declaration lists the signed parts in order: literal text, or one of
    `{method}`, `{url}`, `{body}`, `{timestamp}`, `{id}`, `{header:NAME}`, `{json:POINTER}` and
    `{form_sorted}`, the parameters of a form in the body, sorted by name, without separators.
    """
    __hash__: ClassVar[None]  # type: ignore[assignment]
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    @staticmethod
    def named(name: str) -> WebhookScheme:
        """Returns the scheme of a vendor: `adcp` (the HMAC of the Ad Context Protocol), `discord`,
        `github`, `hubspot` (version 3), `line`, `mehery`, `meta`, `shopify`, `slack`, `stripe`,
        `telegram`, `twilio` or `zoom`.

        Some vendors sign parts without a separator between them, which a scheme of your own may not
        do.

        Discord expects the status 401 if a signature is invalid. Twilio may sign the URL with its
        default port: if the verification fails, try the URL with `:443` after the host, too.

        Raises WebhookError: `webhook.unknown_scheme`, and `webhook.unsupported_scheme` for `paypal`,
        `sns` and `jwt`, whose signatures need certificates or tokens.
        """
    @staticmethod
    def document(name: str) -> str:
        """Returns the JSON document of a vendor's scheme.

        Raises WebhookError: `webhook.unknown_scheme`.
        """
    @staticmethod
    def names() -> list[str]:
        """Returns the names of the vendors whose schemes are built in."""
    @staticmethod
    def from_json(document: _Document) -> WebhookScheme:
        """Reads a scheme from JSON. A mapping of the same form is accepted too.

        Raises ConfigError with the faults.
        """
    def sign(
        self,
        secret: str | Secret,
        method: str,
        url: str,
        headers: _Headers,
        body: _Bytes,
        now: _Now,
    ) -> list[tuple[str, HeaderValue]]:
        """Returns the headers that sign a request: the signature, and the timestamp if the scheme has
        one. Add them to the request. An id that the scheme signs must be in the request already.

        `secret` is a string or a Secret. For `ed25519`, it is the seed of the private key. `body` is
        `bytes`, a `bytearray` or a `memoryview`; `now` is an aware `datetime` or Unix milliseconds.

        Raises WebhookError: `webhook.malformed_scheme_secret`; `webhook.cannot_sign` if the signature
        or the timestamp is not in a header; `webhook.missing_part`,
        `webhook.ambiguous_part` and others.
        """
    def verify(
        self,
        secrets: _Secrets,
        method: str,
        url: str,
        headers: _Headers,
        body: _Bytes,
        now: _Now,
    ) -> VerifiedRequest:
        """Verifies a request with one secret or a list of up to 5: a signature must be valid with one of
        them. The body must be unchanged, byte for byte.

        If the scheme has a timestamp, it may differ from `now` by at most the tolerance, in either
        direction. Without a timestamp, an old request is as valid as a new one: pass every verified
        request to `ReceivePolicy.claim`. `VerifiedRequest.covered` says which parts of the request
        are signed. Do not trust any other part.

        Each secret is a string or a Secret. For `ed25519`, it is the vendor's public key. `url` is
        the whole URL to which the request was sent, with its query. Behind a proxy, it is the URL
        that the sender used.

        Raises WebhookError: `webhook.missing_signature`, `webhook.too_old`,
        `webhook.wrong_signature` and others.
        """

@final
class VerifiedRequest:
    """A request whose signature is valid."""
    __hash__: ClassVar[None]  # type: ignore[assignment]
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    @property
    def id(self) -> str | None:
        """The id of the message, or None if the scheme has none, or if the request does not contain
        exactly one. Anyone who sees a request can send it again with another id, unless
        `is_id_signed`.
        """
    @property
    def is_id_signed(self) -> bool:
        """Whether the signature covers the id: by itself, or as a part of the signed body."""
    @property
    def timestamp(self) -> datetime | None:
        """The time of signing, if the scheme has one."""
    @property
    def covered(self) -> list[str]:
        """The names of the parts that the signature covers, in order: `method`, `url`, `body`,
        `timestamp`, `id`, `header:NAME`, `json:POINTER` or `form`. A static token covers nothing.

        `form` does not say where a name or a value ends. HubSpot and Twilio sign parts without a
        separator: their signatures do not say where one part ends and the next one begins.
        """

def generate_secret(entropy: _Bytes) -> Secret:
    """Returns a new secret for signatures of version `v1`: `whsec_` and 32 bytes in base64. `entropy`
    must be at least 32 bytes from `os.urandom`, and must be new for each secret.

    Raises WebhookError: `webhook.too_little_entropy`.
    """

def generate_private_key(entropy: _Bytes) -> Secret:
    """Returns a new private key for signatures of version `v1a`: `whsk_`, and the seed and the public
    key in base64. Give receivers its `public_key` only. `entropy` is the same as for
    `generate_secret`.

    Raises WebhookError: `webhook.too_little_entropy`.
    """

def public_key(private_key: str | Secret) -> str:
    """Returns the public key of a private key: `whpk_` and 32 bytes in base64. The private key is a
    string or a Secret.

    Raises WebhookError: `webhook.malformed_secret`, `webhook.secret_length`,
    `webhook.not_private_key`, `webhook.key_mismatch`.
    """

def check_target(url: str, allow_loopback: bool = False) -> None:
    """Checks that a URL may be the target of a webhook: it must use https and a public host, and
    contain no user name, password or fragment. It may contain a port, a path and a query. With
    `allow_loopback`, http and https URLs of the local machine are accepted too. A host name is not
    resolved, because its addresses can change at any time: the sender must check the address when
    it connects, with `is_public_address`.

    Raises WebhookError: `webhook.target_scheme`, `webhook.target_userinfo`,
    `webhook.target_host`, `webhook.target_private` and others.
    """

def is_public_address(address: _Address) -> bool:
    """Returns whether an IP address is on the public internet, so that a webhook may be sent to it. The
    address is a string or an object of the module `ipaddress`.

    `check_target` does not resolve the host name of a URL. Before a delivery is sent, resolve the
    name, check every address, and connect to an address that was checked: a second look-up may
    return another one. Check each redirect in the same way, or follow none. An IPv4-mapped, NAT64
    (64:ff9b::/96), 6to4 or Teredo address is not public, even if the IPv4 address in it is. If your
    network has a NAT64 prefix of its own, reject that too.

    Raises KeyrailError: `network.malformed`.
    """

# keyrail.platform

@final
class Platform:
    """A messaging platform, described as data: its base URL, the headers that contain its credentials,
    its operations, and other facts that the vendor publishes.
    """
    @staticmethod
    def get(name: str) -> Platform:
        """Reads a built-in platform. See `keyrail.platform.get`."""
    @staticmethod
    def names() -> list[str]:
        """Returns the names of the platforms that are built in. See `keyrail.platform.names`."""
    @staticmethod
    def document(name: str) -> str:
        """Returns the JSON document of a built-in platform. See `keyrail.platform.document`."""
    @staticmethod
    def from_json(document: _Document) -> Platform:
        """Reads a platform from its document. See `keyrail.platform.from_json`."""
    @property
    def name(self) -> str:
        """The platform's name."""
    @property
    def base(self) -> str:
        """The template of the platform's base URL, as the document contains it. An operation may have
        its own base URL.
        """
    @property
    def variables(self) -> list[str]:
        """The variables of the platform's base URL, each once. All of them are required.
        `Operation.variables` contains the variables of an operation's whole URL.
        """
    def base_url(self, variables: _ScalarPairs = ()) -> BaseUrl:
        """Returns the base URL for these variables, which must be exactly those of its template. The
        variables are a mapping or pairs.

        Raises PlatformError: `platform.missing_variable`,
        `platform.unknown_variable`, and the codes of
        `keyrail.url.BaseUrl.from_template`.
        """
    def is_unusual(self, part: str, text: str) -> bool:
        """Returns whether a string has none of the shapes that the document lists for a part of the
        credentials, such as `key` or `app_id`. If the document lists no shape for the part, the
        result is `False`.

        Use it only to warn the person who typed the string: vendors change the shapes of their
        keys.
        """
    @property
    def scheme(self) -> Scheme:
        """The default scheme."""
    @property
    def schemes(self) -> dict[str, Scheme]:
        """All schemes with their names, the default first. Examples of names are `server` and
        `client`.
        """
    @property
    def operations(self) -> list[str]:
        """The names of all operations, such as `message.send`, in the order of the platform's
        document.
        """
    def operation(self, name: str) -> Operation:
        """Returns the operation with this name.

        Raises PlatformError: `platform.unknown_operation`.
        """
    @property
    def scopes(self) -> list[KeyScope]:
        """The scopes that the vendor gives to keys; empty if the vendor publishes none."""
    @property
    def expiry(self) -> ExpiryPolicy | None:
        """When the vendor's keys expire, if the document specifies it."""
    @property
    def token(self) -> TokenSpec | None:
        """How the vendor issues the token that a request needs in addition to the key, if it needs
        one. See `TokenSession`.
        """
    @property
    def webhook(self) -> WebhookTraits | None:
        """What is known of the vendor's calls to a webhook, if the vendor makes any."""
    @property
    def errors(self) -> list[tuple[str, _FailureKind]]:
        """The vendor's error codes, each with the kind of failure that it means, in the document's
        order. The kinds are those of `Failure.kind`.
        """
    def failure_of(self, code: str) -> _FailureKind | None:
        """Returns the kind of failure that one of the vendor's error codes means, if the document
        lists the code.
        """
    def request(
        self,
        operation: str,
        *,
        variables: _ScalarPairs = (),
        query: _Pairs = (),
        headers: _ExtraHeaders = (),
        body: _Bytes | None = None,
        form: _Pairs | None = None,
        credentials: Credentials | None = None,
        scheme: str | None = None,
    ) -> Request:
        """Builds the request of an operation, but does not send it.

        `variables` are the variables of the base URL and the path. `query` is the query of the URL.
        `headers` are extra headers, which follow the headers that the platform requires. `form` is
        sent as the body. Each of these four arguments is a mapping or pairs. A header's value is a
        string or a `keyrail.HeaderValue`. The value is not printed if the HeaderValue is sensitive
        or the header has a credential's name. `scheme` is the name of the scheme to use instead of
        the platform's default; if the operation has its own scheme, no other is allowed.

        Raises PlatformError with one of these codes. For the operation:
        `platform.unknown_operation`, and `platform.unknown_path` or `platform.unknown_method` if
        the vendor does not publish its path or its method. For the URL:
        `platform.missing_variable`, `platform.unknown_variable`, and for an invalid value a code
        such as `url.dot_segment`. For the credentials: `platform.missing_credentials`,
        `platform.unknown_scheme`, `platform.fixed_scheme`, and the codes of `Scheme.apply`, such as
        `header.missing`. For the body: `platform.unexpected_body`, `platform.two_bodies`,
        `platform.wrong_body`, `platform.field_too_long`. For an extra header:
        `platform.credential_header`, `platform.framing_header` (`Connection`, `Content-Length`,
        `Host`, `Transfer-Encoding`), `platform.duplicate_header`, `platform.malformed_header_name`,
        `platform.too_many_headers` (over 256), `header.malformed_value`, `header.too_long`.
        """
    def read_response(
        self, operation: str, *, status: int, headers: _Headers, body: _Bytes, now: _Now
    ) -> Outcome:
        """Reads the response to an operation.

        The request succeeded if the status is 2xx. If the platform's bodies report success or
        failure, a 2xx status is not enough: the body must be empty or report success. The kind of a
        failure is determined by the vendor's error code if the platform's document lists that code,
        and otherwise by the status. `Failure.retry_after_ms` is read from `Retry-After`. If that
        header is a date, it is compared with `now`, which is an aware `datetime` or Unix
        milliseconds.

        `headers` may have any form that `keyrail.header.Scheme.extract` accepts.

        Raises PlatformError: `platform.unknown_operation`,
        `platform.malformed_status` (not 100 to 599),
        `platform.response_too_long` (over 16 MiB).
        """

@final
class Operation:
    """A request that a platform accepts."""
    __hash__: ClassVar[None]  # type: ignore[assignment]
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    @property
    def name(self) -> str:
        """The name of the operation, such as `message.send`."""
    @property
    def method(self) -> str | None:
        """The method of the operation in capitals, if the vendor publishes it."""
    @property
    def path(self) -> str | None:
        """The path of the operation below the base URL, as the template that the document contains, if
        the vendor publishes it.
        """
    @property
    def access(self) -> _Access:
        """The access that a key needs for the operation. It is `read`, `write` or `admin`."""
    @property
    def body(self) -> Literal["none", "json", "form", "any"]:
        """The kind of body that the operation takes. It is `none`, `json`, `form` or `any`."""
    @property
    def limits(self) -> list[tuple[str, int]]:
        """The form fields whose length the vendor limits, each with its maximum number of characters
        (Unicode code points, 1 to 65,536), in the order of the platform's document.
        """
    @property
    def uses_queue(self) -> bool:
        """Whether the operation concerns a queue or a session. If it does, the caller must check that
        the app may write to the queue.
        """
    @property
    def scheme(self) -> str | None:
        """The name of the operation's scheme, if it is not the platform's default."""
    @property
    def base(self) -> str | None:
        """The template of the operation's base URL, if it is not the platform's."""
    @property
    def variables(self) -> list[str]:
        """The variables of the operation's URL, each once: those of the base URL, then those of the
        path. All of them are required. If the path is not published, only the variables of the base
        URL are listed.
        """

@final
class KeyScope:
    """A scope that a vendor gives to keys."""
    __hash__: ClassVar[None]  # type: ignore[assignment]
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    @property
    def name(self) -> str:
        """The name of the scope."""
    @property
    def access(self) -> _Access:
        """The highest access of a key with this scope. It is `read`, `write` or `admin`."""
    def allows(self, access: _Access) -> bool:
        """Returns whether a key with this scope may use an operation that needs this access.

        Raises KeyrailError: `access.unknown_access`.
        """

@final
class ExpiryPolicy:
    """When a vendor's keys expire."""
    __hash__: ClassVar[None]  # type: ignore[assignment]
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    @property
    def never(self) -> bool:
        """Whether a key is valid until it is revoked."""
    @property
    def days(self) -> list[int]:
        """The lifetimes that the vendor offers, in days."""
    @property
    def custom(self) -> bool:
        """Whether any other lifetime may be chosen too."""

@final
class WebhookTraits:
    """What is known about a vendor's webhook calls."""
    __hash__: ClassVar[None]  # type: ignore[assignment]
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    @property
    def token_header(self) -> str | None:
        """The header that contains a static verification token, if the vendor sends one. Read the
        token with `keyrail.header.Scheme.header`. The token is not a signature: it does not
        authenticate the body.
        """
    @property
    def types(self) -> list[str]:
        """The types of payload."""
    @property
    def events(self) -> list[str]:
        """The names of events."""
    @property
    def statuses(self) -> list[str]:
        """The statuses that a message goes through."""

@final
class TokenSpec:
    """How a vendor issues the token that a request needs in addition to the key. See `TokenSession`."""
    __hash__: ClassVar[None]  # type: ignore[assignment]
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    @property
    def operation(self) -> str:
        """The operation that issues the token."""
    @property
    def header(self) -> str | None:
        """The header that contains the token, if it is in a header."""

@final
class Outcome:
    """The outcome of a request: an answer if it succeeded, a failure if not."""
    __hash__: ClassVar[None]  # type: ignore[assignment]
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    def __reduce_ex__(self, _protocol: SupportsIndex, /) -> tuple[object, ...]: ...
    @property
    def ok(self) -> bool:
        """Whether the request succeeded."""
    @property
    def answer(self) -> Answer | None:
        """The platform's answer, or None if the request failed."""
    @property
    def failure(self) -> Failure | None:
        """Why the request failed, or None."""

@final
class Answer:
    """The response to a request that succeeded. Its content is not printed."""
    __hash__: ClassVar[None]  # type: ignore[assignment]
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    def __reduce_ex__(self, _protocol: SupportsIndex, /) -> tuple[object, ...]: ...
    @property
    def status(self) -> int:
        """The status of the response, 200 to 299."""
    @property
    def data(self) -> str | None:
        """The requested data, as the vendor's unchanged JSON. If the platform's responses wrap the
        data in an envelope, the envelope is left out. Otherwise the data is the whole body. The
        value is None if there is no data or the body is not JSON.
        """
    @property
    def message(self) -> str | None:
        """The vendor's own message, if the response has one."""
    @property
    def page(self) -> Page | None:
        """The pagination values of the response, if the platform paginates and the response has any."""

@final
class Page:
    """The pagination values of a response. All values except the count are the vendor's own strings.
    Each is None if the response does not contain it. The strings are not printed.
    """
    __hash__: ClassVar[None]  # type: ignore[assignment]
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    def __reduce_ex__(self, _protocol: SupportsIndex, /) -> tuple[object, ...]: ...
    @property
    def count(self) -> int | None:
        """The total number of items."""
    @property
    def current(self) -> str | None:
        """The vendor's value for this page, such as its number or a link."""
    @property
    def previous(self) -> str | None:
        """The vendor's value for the previous page."""
    @property
    def next(self) -> str | None:
        """The vendor's value for the next page."""
    @property
    def first(self) -> str | None:
        """The vendor's value for the first page."""
    @property
    def last(self) -> str | None:
        """The vendor's value for the last page."""

@final
class Failure:
    """Why a request to a platform failed. `str` describes it in Keyrail's words. The vendor's code and
    message are not printed.
    """
    __hash__: ClassVar[None]  # type: ignore[assignment]
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    def __reduce_ex__(self, _protocol: SupportsIndex, /) -> tuple[object, ...]: ...
    @property
    def kind(self) -> _FailureKind:
        """The kind of failure, in the same terms for every platform. It is `unauthenticated`,
        `forbidden`, `not_found`, `rate_limited`, `invalid` or `server`.
        """
    @property
    def status(self) -> int:
        """The status of the response, 100 to 599."""
    @property
    def code(self) -> str | None:
        """The vendor's own error code, if the response has one."""
    @property
    def message(self) -> str | None:
        """The vendor's own message, if the response has one."""
    @property
    def retry_after_ms(self) -> int | None:
        """How long to wait before the next request, in milliseconds, if the response specifies it
        (`Retry-After`, RFC 9110, section 10.2.3).
        """

@final
class TokenSession:
    """Manages the token of one key, for a platform that requires a token besides the key. The session
    requests the token, renews it before it expires, and never has two requests pending at once.

    It does no I/O: `poll` returns the request to send, and `receive` takes the response. `now` is
    an aware `datetime` or Unix milliseconds. When the platform rejects a token (`refused`), the
    session requests another one. If that one is rejected as well, the session fails until `reissue`
    or `rotate_key` is called. The session also fails when the platform rejects the key, but then a
    token that is still valid is used until it expires. A failed session does not request tokens. If
    a token arrives after the failure, the session drops it. Threads may share a session.

    The documentation of `keyrail.platform` has an example of a loop that uses a session.

    `key` is a string or a Secret; `variables` contains the variables of the operation that issues
    the token, as a mapping or as pairs.

    Raises PlatformError: `platform.no_token` for a platform that does not issue tokens, and the
    codes of `Platform.request`.
    """
    def __new__(cls, platform: Platform, key: _Secret, variables: _ScalarPairs = ()) -> TokenSession: ...
    def __reduce_ex__(self, _protocol: SupportsIndex, /) -> tuple[object, ...]: ...
    def poll(self, now: _Now) -> TokenPoll:
        """Returns what to do now. A request that it returns is pending until `receive` or
        `on_no_response` is called. Meanwhile no other request is returned, and a token that is
        still valid is used.

        Raises PlatformError: `platform.token_refused` after a second token was rejected, and
        `platform.key_refused` if the key was rejected and the session has no valid token left.
        """
    def receive(self, *, status: int, headers: _Headers, body: _Bytes, now: _Now) -> None:
        """Takes the response to the pending request. The token is read from the header or the body,
        and its expiry from the token. After an error, the session requests no token for as long as
        the platform specifies, but for at least 5 seconds and at most 366 days. After
        `platform.key_refused`, it requests no token until `reissue` or `rotate_key` is called. In
        both cases, a token that is still valid remains in use. A response for a key that
        `rotate_key` replaced is dropped, and so is a token that arrives after a second token was
        rejected.

        `headers` may have any form that `keyrail.header.Scheme.extract` accepts.

        Raises PlatformError: `platform.no_token_request` if no request is pending;
        `platform.key_refused` and `platform.token_not_issued`, whose details are in `failure`;
        `platform.token_missing`, `platform.token_ambiguous`, `platform.token_malformed`,
        `platform.token_without_expiry`, `platform.token_expired`, `platform.token_absurd_expiry`;
        the codes of `Platform.read_response`; and, if the header that contains the token is
        invalid, the codes of `Scheme.extract`.
        """
    def on_no_response(self, now: _Now) -> None:
        """Records that the pending request got no response: the connection broke, or there was a
        timeout. `poll` returns another request after 5 seconds.

        Raises PlatformError: `platform.no_token_request`.
        """
    def refused(self, credentials: Credentials) -> None:
        """Records that the platform rejected these credentials in a request other than the token
        request. If the session still uses their token, it drops the token. It then requests another
        one, unless the platform has rejected the key.

        Raises PlatformError: `platform.token_refused` if the token of these credentials replaced a
        rejected token and has not been accepted since.
        """
    def accepted(self, credentials: Credentials) -> None:
        """Records that the platform accepted these credentials. If it rejects them later, the session
        requests another token instead of failing.
        """
    def reissue(self) -> None:
        """Drops the token, so that the session requests another one, even if the session has failed.
        If a request is pending, its response is used, unless the key was replaced meanwhile. If the
        platform rejects the new token, the session requests another one instead of failing.
        """
    def rotate_key(self, key: _Secret) -> None:
        """Replaces the key with a reissued one, and drops the token and the failure of the old key.
        The response to a pending request is dropped too. `key` is a string or a Secret.

        Raises PlatformError if the key cannot be sent in a header; the session is then unchanged.
        """
    @property
    def expires_ms(self) -> int | None:
        """When the token expires, in Unix milliseconds, or None."""
    @property
    def failure(self) -> Failure | None:
        """Why the last response contained no token, if the platform reported a failure."""

@final
class TokenPoll:
    """What to do next."""
    __match_args__: ClassVar[tuple[str]]
    __hash__: ClassVar[None]  # type: ignore[assignment]
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    def __reduce_ex__(self, _protocol: SupportsIndex, /) -> tuple[object, ...]: ...
    @property
    def kind(self) -> Literal["ready", "send", "waiting"]:
        """What to do. If the kind is `ready`, send requests with `credentials`. If it is `send`, send
        `request` and pass the response to `receive`; if no response arrives, call `on_no_response`.
        If it is `waiting`, no token is available, and there is no request to send now.
        """
    @property
    def credentials(self) -> Credentials | None:
        """The credentials to send requests with, or None."""
    @property
    def request(self) -> Request | None:
        """The request to send, or None."""
    @property
    def until_ms(self) -> int | None:
        """The earliest time to poll again, in Unix milliseconds. It is None while a request is
        pending: wait for the response first.
        """

# keyrail.Gateway and its results

@final
class Gateway:
    """One deployment: its keys, routes and webhooks, for inbound messages and outbound requests. The
    host is the program that calls the gateway.
    """
    def __reduce_ex__(self, _protocol: SupportsIndex, /) -> tuple[object, ...]: ...
    @staticmethod
    def from_json(
        deployment: _Document,
        secrets: Mapping[str, _Secrets] | _Ordered[tuple[str, _Secrets]],
    ) -> Gateway:
        """Reads a deployment, with the secrets that belong to it. The deployment is JSON, or a mapping
        of the same form. The secrets are a mapping, or pairs: each name has one or more secrets,
        and a secret is a string or a Secret. Other Python threads can run during the call.

        Each webhook needs at least one secret, named `webhook:<id>`. If a webhook has several
        secrets, each of them signs the deliveries. Each pepper in the member `peppers` needs
        exactly one secret, named `pepper:<id>`. If that member is absent, the peppers are those
        that the digests name. If they name several, digests are not upgraded, because it is unknown
        which pepper is the current one.

        The deployment has these members. `platform` is the name of a built-in platform, including
        `generic`, or your own platform's document as an object. `variables` contains the variables
        of the platform's base URL. `keys` is a list of records, as `keyrail.access.Record` reads
        them. `formats` lists the key formats, besides Keyrail's own, whose key ids are recognized.
        `peppers` lists the ids of the peppers in use, the current one first. `topology` has the
        form that `keyrail.route.Table` reads. With `allow_loopback`, webhook URLs of the local
        machine are accepted too.

        Raises ConfigError with the faults.
        """
    def inbound(
        self,
        *,
        message_id: str,
        message: _Message,
        body: _Bytes,
        now: _Now,
        session_queue: str | None = None,
        unavailable: Iterable[str] = (),
        session: str | None = None,
    ) -> Inbound:
        """Decides where a message goes and signs its deliveries.

        `message_id` is the id that the channel assigned to the message, 1 to 256 bytes. `message`
        contains the attributes that the rules test, in a form that `keyrail.route.Table.route`
        accepts. `body` is the JSON body of the deliveries, sent byte for byte. `now` is an aware
        `datetime` or Unix milliseconds. Receivers drop a second delivery for the same channel, id
        and event, so use an id that the messaging service generated. If senders can choose the id,
        as with the `Message-ID` of an email, they can suppress another message of the same channel.

        Raises KeyrailError: `gateway.malformed_message_id`, `gateway.internal`; WebhookError:
        `webhook.malformed_timestamp` for a time before 1970; RouteError.
        """
    def outbound(
        self,
        *,
        operation: str,
        headers: _Headers,
        now: _Now,
        queue: str | None = None,
        ip: _Address | None = None,
        environment: str | None = None,
        owner_permissions: Permissions | None = None,
        token_verified: bool = False,
        records: Sequence[Record] | None = None,
        limits: _LimitStates | None = None,
    ) -> Outbound:
        """Decides whether an app's request is allowed. A denial is returned, not raised. A key with an
        unknown id and a key with a known id but a wrong secret get identical responses, byte for
        byte.

        `operation` is an operation of the platform. `headers` are the headers of the request, in a
        form that `keyrail.header.Scheme.extract` accepts. `queue` is the queue that the request
        names. If the operation uses no queue, a key that is limited to queues may use it only if
        its record lists the operation by name. `ip` is the client's address; an invalid address
        counts as unknown. `environment` is the environment in which the request is made, such as
        `live`. It must equal the environment of the key's record. If the record has none, it must
        equal the environment in the key, if the key contains one. If it is omitted, the environment
        is not checked. `owner_permissions` is what the key's owner may do now. It is required for a
        key with the authority `owner`. `now` is an aware `datetime` or Unix
        milliseconds. Some requests, such as those of VChatCloud, contain a token in addition to the
        key. `token_verified` is whether the host verified this token. If it is False, a request
        that contains a token is denied with `access.token_unverified`. `records` are the records
        that the host found with `identify`, at most 8. If they are passed, the deployment's keys
        are not used, but its peppers and formats are. The grant may then contain an `upgrade`.
        `limits` contains the stored state of each limit by its id, or None if no state is stored
        for an id. If `records` are passed, the ids are in `Record.limit_ids`; otherwise they are in
        `Identity.limit_ids`. `limits` is required for a key with limits.

        Raises PlatformError: `platform.unknown_operation`; KeyrailError: `gateway.too_many_records`.
        """
    def identify(self, headers: _Headers, *, operation: str | None = None) -> Identity:
        """Returns the values by which to look up the key's record: the key's public id, if it has one,
        and its digests. This function is for hosts that store the records themselves: look up the
        records with this key id or one of these digests, and pass them to `outbound` as `records`.
        A key has a public id if it has one of the deployment's formats and that format contains an
        id. The key is read from the headers by the scheme of the operation, or by the platform's
        default scheme if no operation is passed.

        The look-up in the host's store takes most of the time of a request, and its duration may
        reveal whether a key is known. The gateway cannot hide that. Its own work is the same for
        unknown and wrong keys, unless a record has a salted digest.

        Raises HeaderError; PlatformError: `platform.unknown_operation`.
        """

@final
class Inbound:
    """The result of an inbound call."""
    def __reduce_ex__(self, _protocol: SupportsIndex, /) -> tuple[object, ...]: ...
    @property
    def decision(self) -> Decision:
        """The decision on where the message goes, with its reason."""
    @property
    def deliveries(self) -> list[Delivery]:
        """The deliveries to send, one per webhook, in the order in which the app lists its webhooks."""
    @property
    def audit(self) -> AuditEvent:
        """The event to log."""

@final
class Delivery:
    """A signed request to one webhook."""
    def __reduce_ex__(self, _protocol: SupportsIndex, /) -> tuple[object, ...]: ...
    @property
    def webhook(self) -> str:
        """The webhook's id."""
    @property
    def idempotency_key(self) -> str:
        """The request's `webhook-id`, by which the receiver detects duplicates. It is the same on
        every attempt for the same channel, message id, event and webhook.
        """
    @property
    def request(self) -> Request:
        """The request to send."""

@final
class Outbound:
    """The result of an outbound call."""
    def __reduce_ex__(self, _protocol: SupportsIndex, /) -> tuple[object, ...]: ...
    @property
    def accepted(self) -> bool:
        """Whether the request is allowed."""
    @property
    def grant(self) -> Grant | None:
        """What the key may do, if the request was accepted."""
    @property
    def queue(self) -> str | None:
        """The queue that an accepted request concerns, if any."""
    @property
    def denial(self) -> Problem | None:
        """The reason that the caller may see, if the request was denied."""
    @property
    def response(self) -> Response | None:
        """The HTTP response to the app, if the request was denied."""
    @property
    def consumption(self) -> Consumption | None:
        """The outcome of the key's limits, both for an allowed request and for one that exceeds a
        limit. It is None if the key has no limits, or if the request is denied for another reason.
        Store the new states, even if the request is denied: see `keyrail.access.consume`. If the
        request is granted, add the outcome's header fields to your response. The response to a
        denied request already contains them.
        """
    @property
    def audit(self) -> AuditEvent:
        """The event to log, with the true reason of a denial."""
    @property
    def activity(self) -> AuditEvent | None:
        """The event to write to the activity log of the key, or None if the key does not belong to
        exactly one record of a declared app.

        Do not log requests with unknown keys, because then anyone could fill the log. Count them
        instead, for example with a `keyrail.access.UsageCounter`.
        """


@final
class Identity:
    """The values by which a key's record is looked up, and the ids of its limits."""
    __hash__: ClassVar[None]  # type: ignore[assignment]
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    @property
    def key_id(self) -> str | None:
        """The public id of a key of one of the deployment's formats, or None for any other key. A
        record that is found by the key id alone does not prove that the key is valid:
        `Gateway.outbound` compares the digests.
        """
    @property
    def digests(self) -> list[str]:
        """All digests without a salt that a record of the key may have: one for each pepper of the
        deployment, in the order of the member `peppers`, then `sha256`, `foreign-sha256` and
        `foreign-sha512`. Keys that are too weak for a new record are hashed, too. Salted digests
        are not included. Look up a record that has a salted digest by the key's id.
        """
    @property
    def limit_ids(self) -> list[str]:
        """The ids of the limits of the key's record, if the deployment contains the record. Load the
        states with these ids, and pass them to `Gateway.outbound` as `limits`.
        """

@final
class AuditEvent:
    """One decision of a gateway, with the true reason. The event contains no secret, but do not show
    it to the caller, who must not learn the true reason.
    """
    __hash__: ClassVar[None]  # type: ignore[assignment]
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    @property
    def at_ms(self) -> int:
        """The time of the decision, in Unix milliseconds."""
    @property
    def door(self) -> Literal["inbound", "outbound"]:
        """The direction of the call. It is `inbound` or `outbound`."""
    @property
    def code(self) -> str:
        """For a request, `access.granted` or the code of the reason why it was denied; for a message,
        the code of the decision's reason.
        """
    @property
    def record(self) -> str | None:
        """The id of the key's record, if the key belongs to exactly one record of a declared app."""
    @property
    def key_id(self) -> str | None:
        """The public id of the presented key, if the key has one of the deployment's formats and that
        format has ids.
        """
    @property
    def app(self) -> str | None:
        """The app of the message's queue, or the app that the key belongs to, if any."""
    @property
    def queue(self) -> str | None:
        """The queue that takes the message, or the queue that the request concerns, if any. A name of 16
        or more bytes that the topology does not declare is masked.
        """
    @property
    def operation(self) -> str | None:
        """The operation that was requested, if the call is outbound."""
    @property
    def message_id(self) -> str | None:
        """The message's id, if the call is inbound."""
    @property
    def channel(self) -> str | None:
        """The message's channel, if the call is inbound."""
    @property
    def event(self) -> str | None:
        """The message's event, if it has one; a name of more than 256 bytes is truncated."""
    @property
    def rule(self) -> str | None:
        """The id of the rule that chose the queue, if any."""
    @property
    def ip(self) -> str | None:
        """The client's address, if the host passed it; an IPv4-mapped IPv6 address is converted to the
        IPv4 address.
        """
    def to_json(self) -> str:
        """Returns the event as one line of JSON; members without a value are omitted."""
