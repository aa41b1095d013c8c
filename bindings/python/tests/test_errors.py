"""Invalid input raises an error with a code, and never causes a panic."""

import json
import math
import pickle
import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from conftest import NOW_MS, WEBHOOK_SECRET

import keyrail
from keyrail import (
    AccessDenied,
    ConfigError,
    HeaderError,
    KeyFormatError,
    KeyrailError,
    PlatformError,
    RouteError,
    UrlError,
    WebhookError,
)

FORMAT = keyrail.key.Format.keyrail()
KEY = FORMAT.generate("test", bytes(32)).reveal()
REDACTOR = keyrail.redact.Redactor([FORMAT])
X_API_KEY = keyrail.header.Scheme.x_api_key()
TABLE = keyrail.route.Table.from_json(
    json.dumps(
        {
            "channels": [{"id": "wa", "kind": "whatsapp", "queue": "q"}],
            "queues": [{"id": "q"}],
            "apps": [],
            "webhooks": [],
            "rules": [],
        }
    )
)
RECORD = keyrail.access.Record.from_json(
    json.dumps(
        {
            "id": "r",
            "app": "a",
            "digests": [{"digest": str(keyrail.key.Digest.of(KEY))}],
            "scope": "read",
            "not_before": "2026-11-01T00:00:00Z",
            "expires_at": "2027-11-01T00:00:00Z",
            "allow_ips": ["203.0.113.0/24"],
        }
    )
)
MEHERY = keyrail.platform.get("mehery")
VCHATCLOUD = keyrail.platform.get("vchatcloud")
SCOPE = keyrail.platform.get("azeer").scopes[0]
TRUST = keyrail.header.Trust.forwarded(["10.0.0.0/8"])
SIGNER = keyrail.webhook.Signer(WEBHOOK_SECRET)
VERIFIER = keyrail.webhook.Verifier(WEBHOOK_SECRET)
SIGNED = SIGNER.sign("m", NOW_MS, b"body")
DIGEST = keyrail.key.Digest.of(KEY, keyrail.key.Pepper("p1", "x" * 16))


DECLARATION = {
    "prefix": "acme",
    "environments": ["live"],
    "segments": [
        {"name": "id", "alphabet": "hex", "length": 8, "secret": False},
        {"name": "secret", "alphabet": {"characters": "abcde"}, "length": {"min": 50, "max": 60}},
    ],
    "checksum": {"algorithm": "sha256", "length": 6, "separator": "."},
}


def request(operation: str = "message.send", **given: Any) -> object:
    given = {
        "variables": {"domain": "abcorp"},
        "credentials": keyrail.header.Credentials("k"),
        "body": b"{}",
        **given,
    }
    return MEHERY.request(operation, **given)


def response(operation: str = "message.send", **given: Any) -> object:
    given = {"status": 200, "headers": {}, "body": b"", "now": NOW_MS, **given}
    return MEHERY.read_response(operation, **given)


def client_ip(peer: str, forwarded: str) -> object:
    return keyrail.header.client_ip(peer, {"Forwarded": forwarded}, TRUST)


def message(**attributes: Any) -> object:
    return TABLE.route({"channel": "wa", **attributes})


def finished_stream() -> keyrail.redact.RedactStream:
    stream = keyrail.redact.Redactor().stream()
    stream.finish()
    return stream


Case = tuple[Callable[[], object], type[KeyrailError], str, int | None]
CASES: list[Case] = [
    (lambda: keyrail.url.decode("100%"), UrlError, "url.malformed_escape", 3),
    (lambda: keyrail.url.decode("é%C3"), UrlError, "url.invalid_utf8", 2),
    (lambda: keyrail.url.decode_bytes("é%zz"), UrlError, "url.malformed_escape", 2),
    (lambda: keyrail.url.decode_form("+%FF"), UrlError, "url.invalid_utf8", 1),
    (lambda: keyrail.url.parse_query("a=1&b=%"), UrlError, "url.malformed_escape", 6),
    (lambda: keyrail.url.parse_query("a=1&%FF"), UrlError, "url.invalid_utf8", 4),
    (
        lambda: keyrail.url.encode("a", "unheard_of"),  # type: ignore[arg-type]
        UrlError,
        "url.unknown_set",
        None,
    ),
    (
        lambda: keyrail.url.EncodeSet.named("Form"),  # type: ignore[arg-type]
        UrlError,
        "url.unknown_set",
        None,
    ),
    (lambda: keyrail.url.EncodeSet.keeping("/%"), UrlError, "url.malformed_set", 1),
    (lambda: keyrail.url.EncodeSet.keeping("/:é"), UrlError, "url.malformed_set", 2),
    (lambda: keyrail.url.Template("a{b"), UrlError, "url.malformed_template", 1),
    (lambda: keyrail.url.Template("é{=b}"), UrlError, "url.unsupported_operator", 3),
    (
        lambda: keyrail.url.Template("x/{a:3}").expand({"a": ["b"]}),
        UrlError,
        "url.prefix_of_list",
        2,
    ),
    (
        lambda: keyrail.url.Template("x/{a:3}").expand({"a": {"b": "c"}}),
        UrlError,
        "url.prefix_of_list",
        2,
    ),
    (
        lambda: keyrail.url.Template("/{a}{?b}").expand_strict({"a": "1"}),
        UrlError,
        "url.missing_variable",
        4,
    ),
    (
        lambda: keyrail.url.Template("/{a}").expand_strict({"a": []}),
        UrlError,
        "url.missing_variable",
        1,
    ),
    (
        lambda: keyrail.url.Template("/{a}").expand_strict({"a": "1", "b": "2"}),
        UrlError,
        "url.unknown_variable",
        None,
    ),
    (
        lambda: keyrail.url.Template("{a}").expand({"a": "x" * 65537}),
        UrlError,
        "url.too_long",
        None,
    ),
    (lambda: keyrail.url.Template("x" * 8193), UrlError, "url.template_too_long", 8192),
    (
        lambda: keyrail.url.Template("{a}").expand([("a", "1"), ("a", "2")]),
        UrlError,
        "url.duplicate_variable",
        None,
    ),
    (lambda: keyrail.url.BaseUrl("http://a/"), UrlError, "url.scheme", 0),
    (lambda: keyrail.url.BaseUrl("http://a/", allow_loopback=True), UrlError, "url.scheme", 0),
    (lambda: keyrail.url.BaseUrl("https://a/../"), UrlError, "url.dot_segment", 10),
    (
        lambda: keyrail.url.BaseUrl.from_template("https://{a}.b/", {"a": "x.y"}),
        UrlError,
        "url.malformed_label",
        None,
    ),
    (lambda: keyrail.url.BaseUrl("https://a/").join([".."]), UrlError, "url.dot_segment", 0),
    (lambda: FORMAT.generate("dev", bytes(32)), KeyFormatError, "key.environment", None),
    (lambda: FORMAT.generate("live", bytes(31)), KeyFormatError, "key.too_little_entropy", None),
    (lambda: FORMAT.generate(entropy=bytes(32)), KeyFormatError, "key.environment", None),
    (
        lambda: keyrail.key.Format.github().generate("live", bytes(32)),
        KeyFormatError,
        "key.environment",
        None,
    ),
    (
        lambda: keyrail.key.Format.jwt().generate(None, bytes(32)),
        KeyFormatError,
        "key.not_generated",
        None,
    ),
    (lambda: keyrail.key.Format.opaque().pattern(), KeyFormatError, "key.no_pattern", None),
    (lambda: keyrail.key.Format.opaque().gitleaks_rule(), KeyFormatError, "key.no_pattern", None),
    (lambda: keyrail.key.Format.built_in("Keyrail"), KeyFormatError, "key.unknown_format", None),
    (lambda: keyrail.key.Format.github(""), KeyFormatError, "key.empty_prefix", None),
    (lambda: keyrail.key.Format.github("é"), KeyFormatError, "key.non_ascii_prefix", None),
    (lambda: keyrail.key.Format.hex40().parse(""), KeyFormatError, "key.empty", 0),
    (lambda: keyrail.key.Format.hex40().parse("ab,c"), KeyFormatError, "key.character", 2),
    (lambda: keyrail.key.Format.opaque().parse("a" * 8193), KeyFormatError, "key.length", 8192),
    (
        lambda: keyrail.key.Format.from_json('{"prefix": "", "segments": []}'),
        ConfigError,
        "key.empty_prefix",
        None,
    ),
    (
        lambda: keyrail.key.FormatSet([FORMAT, FORMAT]),
        KeyFormatError,
        "key.duplicate_format",
        None,
    ),
    (lambda: keyrail.key.FormatSet([FORMAT]).parse(KEY[:-1]), KeyFormatError, "key.length", 53),
    (lambda: keyrail.key.FormatSet([]).parse(KEY), KeyFormatError, "key.prefix", 0),
    (
        lambda: keyrail.key.FormatSet([FORMAT] * 1001),
        KeyFormatError,
        "key.too_many_formats",
        None,
    ),
    (
        lambda: keyrail.key.FormatSet.from_json('{"formats": ["unheard of"]}'),
        ConfigError,
        "key.unknown_format",
        None,
    ),
    (lambda: keyrail.redact.Redactor([FORMAT] * 2), KeyFormatError, "key.duplicate_format", None),
    (lambda: keyrail.key.MaskPolicy(start=5), KeyFormatError, "key.mask_policy", None),
    (lambda: keyrail.key.MaskPolicy(end=-1), KeyFormatError, "key.mask_policy", None),
    (lambda: keyrail.key.MaskPolicy(10**40), KeyFormatError, "key.mask_policy", None),
    (lambda: keyrail.key.Digest.of("correct horse"), KeyFormatError, "key.too_weak", None),
    (
        lambda: keyrail.key.Format.opaque().parse("weak").digest(),
        KeyFormatError,
        "key.too_weak",
        None,
    ),
    (lambda: keyrail.key.Digest.import_hex("0g"), KeyFormatError, "key.malformed_digest", 1),
    (lambda: keyrail.key.Digest.import_hex("00"), KeyFormatError, "key.malformed_digest", 2),
    (lambda: finished_stream().push(""), KeyFormatError, "key.stream_finished", None),
    (lambda: finished_stream().finish(), KeyFormatError, "key.stream_finished", None),
    (lambda: FORMAT.parse("ak_" + KEY[3:]), KeyFormatError, "key.prefix", 0),
    (lambda: FORMAT.parse("kr_prod_" + KEY[8:]), KeyFormatError, "key.environment", 3),
    (lambda: FORMAT.parse(KEY[:-1]), KeyFormatError, "key.length", None),
    (lambda: FORMAT.parse(KEY[:8] + "-" + KEY[9:]), KeyFormatError, "key.character", 8),
    (lambda: FORMAT.parse(KEY[:-6] + "000000"), KeyFormatError, "key.checksum", 48),
    (lambda: keyrail.key.Digest("md5:x"), KeyFormatError, "key.unknown_algorithm", None),
    (lambda: keyrail.key.Digest("sha256:x"), KeyFormatError, "key.malformed_digest", None),
    (lambda: keyrail.key.Pepper("a b", "x" * 16), KeyFormatError, "key.malformed_pepper_id", None),
    (lambda: keyrail.key.Pepper("p", "x" * 15), KeyFormatError, "key.pepper_too_short", None),
    (lambda: DIGEST.verify(KEY), KeyFormatError, "key.missing_pepper", None),
    (
        lambda: DIGEST.verify(KEY, keyrail.key.Pepper("p2", "x" * 16)),
        KeyFormatError,
        "key.other_pepper",
        None,
    ),
    (lambda: X_API_KEY.extract({}), HeaderError, "header.missing", None),
    (lambda: X_API_KEY.extract({"x-api-key": ""}), HeaderError, "header.empty", None),
    (lambda: X_API_KEY.extract({"x-api-key": "a b"}), HeaderError, "header.white_space", 1),
    (lambda: X_API_KEY.extract({"x-api-key": b"a\xff"}), HeaderError, "header.non_ascii", 1),
    (
        lambda: X_API_KEY.extract([("x-api-key", "a"), ("X-API-KEY", "a")]),
        HeaderError,
        "header.duplicate",
        None,
    ),
    (lambda: keyrail.header.Scheme.authorization("a b"), HeaderError, "header.malformed_word", None),
    (lambda: keyrail.header.Scheme.header(""), HeaderError, "header.malformed_name", None),
    (lambda: keyrail.header.Scheme.pair("a", "A"), HeaderError, "header.same_header", None),
    (lambda: X_API_KEY.challenge("a\nb"), HeaderError, "header.control", 1),
    (
        lambda: X_API_KEY.apply(keyrail.header.Credentials("")),
        HeaderError,
        "header.empty",
        None,
    ),
    (lambda: keyrail.HeaderValue("a\nb"), HeaderError, "header.malformed_value", 1),
    (lambda: keyrail.HeaderValue("a" * 8193, True), HeaderError, "header.too_long", 8192),
    (lambda: RECORD.authorize("read", 0), AccessDenied, "access.not_yet_valid", None),
    (lambda: RECORD.authorize("read", NOW_MS), AccessDenied, "access.address_unknown", None),
    (lambda: RECORD.authorize("read", NOW_MS, "::1"), AccessDenied, "access.network", None),
    (
        lambda: RECORD.authorize("write", NOW_MS, "203.0.113.1"),
        AccessDenied,
        "access.scope",
        None,
    ),
    (lambda: RECORD.authorize("read", 2 * NOW_MS), AccessDenied, "access.expired", None),
    (
        lambda: RECORD.authorize("owner", NOW_MS),  # type: ignore[arg-type]
        KeyrailError,
        "access.unknown_access",
        None,
    ),
    (lambda: RECORD.authorize("read", NOW_MS, "1.2.3"), KeyrailError, "network.malformed", None),
    (lambda: RECORD.authorize("read", 2**63), KeyrailError, "time.out_of_range", None),
    (lambda: RECORD.authorize("read", -(10**40)), KeyrailError, "time.out_of_range", None),
    (lambda: TABLE.route({"channel": "sms"}), RouteError, "route.unknown_channel", None),
    (
        lambda: TABLE.route({"channel": "wa"}, session_queue="x"),
        RouteError,
        "route.unknown_queue",
        None,
    ),
    (
        lambda: TABLE.route({"channel": "wa"}, unavailable=["q", "x"]),
        RouteError,
        "route.unknown_queue",
        None,
    ),
    (lambda: TABLE.route({}), ConfigError, "config.missing_member", None),
    (lambda: TABLE.route({"channel": 1}), ConfigError, "config.wrong_type", None),
    (lambda: TABLE.route({"channel": ""}), RouteError, "route.malformed_channel", None),
    (
        lambda: TABLE.route([("channel", "wa"), ("channel", "wa")]),
        RouteError,
        "route.duplicate_attribute",
        None,
    ),
    (lambda: message(text=None), ConfigError, "config.wrong_type", None),
    (lambda: message(text=b"bytes"), ConfigError, "config.wrong_type", None),
    (lambda: message(text=["a", 1]), ConfigError, "config.wrong_type", None),
    (lambda: message(**{"": "x"}), RouteError, "route.malformed_name", None),
    (lambda: message(n=2**53 + 1), RouteError, "route.number_range", None),
    (lambda: message(n=-(2**53) - 1), RouteError, "route.number_range", None),
    (lambda: message(n=10**400), RouteError, "route.number_range", None),
    (lambda: message(n=math.nan), RouteError, "route.number_range", None),
    (lambda: message(n=-math.inf), RouteError, "route.number_range", None),
    (lambda: message(text="x" * 65537), RouteError, "route.attribute_too_long", None),
    (
        lambda: message(**{str(at): at for at in range(256)}),
        RouteError,
        "route.too_many_attributes",
        None,
    ),
    (lambda: keyrail.webhook.Signer([]), WebhookError, "webhook.no_secret", None),
    (lambda: keyrail.webhook.Signer("whsec_AAAA"), WebhookError, "webhook.secret_length", None),
    (
        lambda: keyrail.webhook.Signer([WEBHOOK_SECRET] * 17),
        WebhookError,
        "webhook.too_many_secrets",
        None,
    ),
    (lambda: SIGNER.sign("a.b", NOW_MS, b""), WebhookError, "webhook.malformed_id", None),
    (lambda: SIGNER.sign("m", -1000, b""), WebhookError, "webhook.malformed_timestamp", None),
    (
        lambda: keyrail.webhook.Verifier(WEBHOOK_SECRET, -1),
        WebhookError,
        "webhook.tolerance",
        None,
    ),
    (
        lambda: keyrail.webhook.Verifier(WEBHOOK_SECRET, 2**32),
        WebhookError,
        "webhook.tolerance",
        None,
    ),
    (lambda: VERIFIER.verify({}, b"", NOW_MS), WebhookError, "webhook.missing_header", None),
    (
        lambda: VERIFIER.verify([*SIGNED, *SIGNED], b"body", NOW_MS),
        WebhookError,
        "webhook.duplicate_header",
        None,
    ),
    (
        lambda: VERIFIER.verify(SIGNED, b"body", NOW_MS + 300_001),
        WebhookError,
        "webhook.too_old",
        None,
    ),
    (
        lambda: VERIFIER.verify(SIGNED, b"body", NOW_MS - 300_001),
        WebhookError,
        "webhook.too_new",
        None,
    ),
    (lambda: VERIFIER.verify(SIGNED, b"BODY", NOW_MS), WebhookError, "webhook.wrong_signature", None),
    (
        lambda: keyrail.webhook.check_target("http://a.example/"),
        WebhookError,
        "webhook.target_scheme",
        None,
    ),
    (
        lambda: keyrail.webhook.check_target("https://169.254.169.254/"),
        WebhookError,
        "webhook.target_private",
        None,
    ),
    (lambda: keyrail.platform.get("none"), PlatformError, "platform.unknown", None),
    (lambda: request("message.fly"), PlatformError, "platform.unknown_operation", None),
    (lambda: request(variables={}), PlatformError, "platform.missing_variable", None),
    (
        lambda: request(variables={"domain": "a", "x": "y"}),
        PlatformError,
        "platform.unknown_variable",
        None,
    ),
    (lambda: request(credentials=None), PlatformError, "platform.missing_credentials", None),
    (
        lambda: request(headers={"X_Api-Key": "k"}),
        PlatformError,
        "platform.credential_header",
        None,
    ),
    (
        lambda: request(headers=[("Content-Type", "text/plain")]),
        PlatformError,
        "platform.duplicate_header",
        None,
    ),
    (lambda: request(body=b"", form={}), PlatformError, "platform.two_bodies", None),
    (lambda: request(body=None, form={}), PlatformError, "platform.wrong_body", None),
    (lambda: request(scheme="none"), PlatformError, "platform.unknown_scheme", None),
    (lambda: MEHERY.operation("message.fly"), PlatformError, "platform.unknown_operation", None),
    (lambda: response("message.fly"), PlatformError, "platform.unknown_operation", None),
    (lambda: response(status=-1), PlatformError, "platform.malformed_status", None),
    (lambda: response(status=99), PlatformError, "platform.malformed_status", None),
    (lambda: response(status=600), PlatformError, "platform.malformed_status", None),
    (lambda: response(status=65536 + 200), PlatformError, "platform.malformed_status", None),
    (lambda: response(status=2**70), PlatformError, "platform.malformed_status", None),
    (lambda: response(body=bytes((16 << 20) + 1)), PlatformError, "platform.response_too_long", None),
    (lambda: response(now=2**70), KeyrailError, "time.out_of_range", None),
    (
        lambda: keyrail.platform.TokenSession(MEHERY, "k-1"),
        PlatformError,
        "platform.no_token",
        None,
    ),
    (
        lambda: keyrail.platform.TokenSession(VCHATCLOUD, "k-1", {"room": "a"}),
        PlatformError,
        "platform.unknown_variable",
        None,
    ),
    (
        lambda: keyrail.platform.TokenSession(VCHATCLOUD, "k-1").on_no_response(NOW_MS),
        PlatformError,
        "platform.no_token_request",
        None,
    ),
    (lambda: SCOPE.allows("fly"), KeyrailError, "access.unknown_access", None),  # type: ignore[arg-type]
    (lambda: keyrail.header.Scheme.any_of([]), HeaderError, "header.no_alternatives", None),
    (
        lambda: keyrail.header.Scheme.any_of([X_API_KEY] * 17),
        HeaderError,
        "header.too_many_forms",
        None,
    ),
    (
        lambda: X_API_KEY.challenge("desk", "odd"),  # type: ignore[arg-type]
        HeaderError,
        "header.unknown_error",
        None,
    ),
    (lambda: keyrail.header.Trust("a b", []), HeaderError, "header.malformed_name", None),
    (lambda: keyrail.header.Trust("a", ["10.0.0.1/8"]), KeyrailError, "network.host_bits", None),
    (lambda: keyrail.header.Trust.forwarded(["a"]), KeyrailError, "network.malformed", None),
    (lambda: TRUST.trusts("a"), KeyrailError, "network.malformed", None),
    (lambda: client_ip("a", ""), KeyrailError, "network.malformed", None),
    (lambda: client_ip("10.0.0.1", "for=a"), HeaderError, "header.malformed_hop", 0),
    (lambda: client_ip("10.0.0.1", "for=unknown"), HeaderError, "header.unknown_hop", 0),
    (lambda: keyrail.url.encode("\ud800"), KeyrailError, "text.lone_surrogate", None),
    (lambda: keyrail.url.encode("a", "\ud800"), KeyrailError, "text.lone_surrogate", None),  # type: ignore[arg-type]
    (lambda: keyrail.url.encode_batch(["a", "\ud800"]), KeyrailError, "text.lone_surrogate", None),
    (
        lambda: keyrail.url.Template("{a}").expand({"a": ["b", "\ud800"]}),
        KeyrailError,
        "text.lone_surrogate",
        None,
    ),
    (lambda: FORMAT.hint("\ud800"), KeyrailError, "text.lone_surrogate", None),
    (lambda: REDACTOR.redact("\ud800"), KeyrailError, "text.lone_surrogate", None),
    (lambda: REDACTOR.redact_batch(["", "\ud800"]), KeyrailError, "text.lone_surrogate", None),
    (lambda: REDACTOR.find("\ud800"), KeyrailError, "text.lone_surrogate", None),
    (lambda: REDACTOR.stream().push("\ud800"), KeyrailError, "text.lone_surrogate", None),
    (lambda: X_API_KEY.extract({"\udc80": "x"}), HeaderError, "header.missing", None),
    (lambda: X_API_KEY.extract({"x-api-key": "a\udc80"}), HeaderError, "header.non_ascii", 1),
    (lambda: X_API_KEY.extract({"x-api-key": "ab\ud800"}), HeaderError, "header.non_ascii", 2),
    (lambda: message(text="\udfff"), KeyrailError, "text.lone_surrogate", None),
    (lambda: message(text=["\udfff"]), KeyrailError, "text.lone_surrogate", None),
]


@pytest.mark.parametrize(("call", "cls", "code", "offset"), CASES, ids=[case[2] for case in CASES])
def test_invalid_input_raises_an_error_with_its_class_code_and_offset(
    call: Callable[[], object], cls: type[KeyrailError], code: str, offset: int | None
) -> None:
    with pytest.raises(KeyrailError) as raised:
        call()
    error = raised.value
    assert type(error) is cls
    assert error.code == code
    if offset is not None:
        assert error.offset == offset
    assert str(error) == error.args[0] and str(error)
    assert repr(error).startswith(cls.__name__)


PARSERS: list[Callable[[str], object]] = [
    keyrail.key.Format.from_json,
    keyrail.key.FormatSet.from_json,
    keyrail.header.Scheme.from_json,
    keyrail.header.Trust.from_json,
    keyrail.access.Record.from_json,
    keyrail.route.Table.from_json,
    keyrail.platform.from_json,
    lambda text: keyrail.Gateway.from_json(text, {}),
]


@pytest.mark.parametrize("parse", PARSERS)
def test_a_configuration_error_lists_every_fault(parse: Callable[[str], object]) -> None:
    with pytest.raises(ConfigError) as raised:
        parse('{"unheard_of": 1, "version": 2}')
    error = raised.value
    assert len(error.faults) >= 2
    assert error.code == error.faults[0].code == "config.unknown_member"
    assert error.faults[0].pointer == ""
    assert all(fault.message for fault in error.faults)
    assert error.offset is None
    with pytest.raises(ConfigError) as raised:
        parse('{"version": 1]')
    assert (raised.value.code, raised.value.offset) == ("config.syntax", 13)
    with pytest.raises(ConfigError):
        parse("null")


def test_input_errors_are_value_errors_and_access_denied_is_not() -> None:
    for cls in (
        UrlError,
        KeyFormatError,
        HeaderError,
        RouteError,
        WebhookError,
        PlatformError,
        ConfigError,
    ):
        assert issubclass(cls, KeyrailError) and issubclass(cls, ValueError)
    assert issubclass(AccessDenied, KeyrailError) and not issubclass(AccessDenied, ValueError)
    assert not issubclass(KeyrailError, ValueError)


def test_an_error_survives_pickling() -> None:
    for error in (
        UrlError("a sentence", "url.query", 3),
        AccessDenied("a sentence", "access.scope"),
        ConfigError("a sentence", "a.b", None, [keyrail.Fault("a.b", "/c", "d")]),
    ):
        again = pickle.loads(pickle.dumps(error))
        assert type(again) is type(error)
        assert (str(again), again.code, again.offset) == ("a sentence", error.code, error.offset)
        assert vars(again) == vars(error)


def untyped(value: Any) -> Any:
    """Returns a value as `Any`, so that mypy accepts it for any parameter."""
    return value


@pytest.mark.parametrize(
    "call",
    [
        lambda: keyrail.url.encode(untyped(b"bytes")),
        lambda: keyrail.url.encode(untyped(None)),
        lambda: keyrail.url.encode("a", untyped(None)),
        lambda: keyrail.url.encode("a", untyped(b"form")),
        lambda: keyrail.url.encode_bytes(untyped("text")),
        lambda: keyrail.url.encode_bytes(untyped(bytearray(1))),
        lambda: keyrail.url.encode_batch("ab"),
        lambda: keyrail.url.encode_batch(untyped(["a", b"b"])),
        lambda: keyrail.url.decode_batch("ab"),
        lambda: keyrail.url.decode_batch(untyped(["a", None])),
        lambda: keyrail.url.Template("{a}").expand(untyped({"a": True})),
        lambda: keyrail.url.Template("{a}").expand(untyped({"a": object()})),
        lambda: keyrail.url.Template("{a}").expand(untyped({"a": {"p", "q"}})),
        lambda: keyrail.url.encode_query(untyped({("a", "1")})),
        lambda: keyrail.url.encode_batch(untyped(frozenset({"a"}))),
        lambda: keyrail.url.BaseUrl("https://a/").join(untyped({"a", "b"})),
        lambda: keyrail.url.Template("{a}").expand(untyped({"a": b"b"})),
        lambda: keyrail.url.Template("{a}").expand(untyped({"a": ["b", ("c", "d")]})),
        lambda: keyrail.url.Template("{a}").expand(untyped({"a": [("c", "d"), "b"]})),
        lambda: keyrail.url.Template("{a}").expand(untyped({"a": {"b": ["c"]}})),
        lambda: keyrail.url.encode_query(untyped("ab")),
        lambda: keyrail.url.encode_query(untyped(["ab"])),
        lambda: keyrail.url.encode_query(untyped(1)),
        lambda: keyrail.url.encode_query(untyped({"a": 1})),
        lambda: keyrail.url.BaseUrl("https://a/").join("ab"),
        lambda: FORMAT.generate("live", untyped("x" * 32)),
        lambda: FORMAT.generate("live", untyped(bytearray(32))),
        lambda: FORMAT.generate("live"),
        lambda: FORMAT.generate(untyped(b"live"), bytes(32)),
        lambda: FORMAT.hint(untyped(None)),
        lambda: keyrail.key.FormatSet(untyped(FORMAT)),
        lambda: keyrail.key.FormatSet(untyped(["keyrail"])),
        lambda: keyrail.redact.Redactor(untyped("keyrail")),
        lambda: keyrail.redact.Redactor(*untyped(([], True))),
        lambda: keyrail.key.MaskPolicy(untyped("1")),
        lambda: keyrail.key.MaskPolicy(untyped(1.0)),
        lambda: keyrail.key.MaskPolicy(untyped(True)),
        lambda: REDACTOR.redact(untyped(b"bytes")),
        lambda: REDACTOR.redact(untyped(None)),
        lambda: REDACTOR.redact_bytes(untyped("text")),
        lambda: REDACTOR.redact_bytes(untyped([1])),
        lambda: REDACTOR.redact_batch("ab"),
        lambda: REDACTOR.redact_batch(untyped(["a", b"b"])),
        lambda: REDACTOR.find(untyped(b"bytes")),
        lambda: REDACTOR.find_bytes(untyped("text")),
        lambda: REDACTOR.stream().push(untyped(b"bytes")),
        lambda: REDACTOR.stream_bytes().push(untyped("text")),
        lambda: X_API_KEY.extract(untyped({"x-api-key": None})),
        lambda: X_API_KEY.apply(untyped("k")),
        lambda: X_API_KEY.extract(untyped({"wsgi.version": (1, 0), "HTTP_X_API_KEY": None})),
        lambda: X_API_KEY.challenge("desk", untyped(1)),
        lambda: keyrail.header.Scheme.any_of(untyped(X_API_KEY)),
        lambda: keyrail.header.Scheme.any_of(untyped([X_API_KEY, "bearer"])),
        lambda: keyrail.header.Trust.forwarded("10.0.0.0/8"),
        lambda: keyrail.header.Trust.forwarded(untyped([1])),
        lambda: keyrail.header.client_ip(untyped(1), {}, TRUST),
        lambda: keyrail.header.client_ip("10.0.0.1", {}, untyped(None)),
        lambda: keyrail.header.problem(untyped("header.missing")),
        lambda: keyrail.header.render(untyped(401), X_API_KEY, "desk"),
        lambda: response(status=untyped(True)),
        lambda: response(status=untyped("200")),
        lambda: response(body=untyped("text")),
        lambda: response(body=untyped(None)),
        lambda: response(headers=untyped(None)),
        lambda: response(now=untyped(1.5)),
        lambda: keyrail.platform.TokenSession(untyped("vchatcloud"), "k-1"),
        lambda: keyrail.platform.TokenSession(VCHATCLOUD, untyped(b"k-1")),
        lambda: keyrail.platform.TokenSession(VCHATCLOUD, "k-1").refused(untyped("t-1")),
        lambda: RECORD.authorize("read", untyped(1.5)),
        lambda: RECORD.authorize("read", untyped(True)),
        lambda: RECORD.authorize("read", NOW_MS, untyped(5)),
        lambda: TABLE.route(untyped("wa")),
        lambda: TABLE.route(untyped({1: "wa"})),
        lambda: TABLE.route({"channel": "wa"}, unavailable="q"),
        lambda: SIGNER.sign("m", NOW_MS, untyped("body")),
        lambda: keyrail.webhook.Signer(untyped(b"whsec_")),
        lambda: keyrail.Secret(untyped(1)),
    ],
)
def test_an_argument_of_a_wrong_type_raises_type_error(call: Callable[[], object]) -> None:
    with pytest.raises(TypeError):
        call()


def test_an_error_raised_by_the_callers_iterator_propagates() -> None:
    def failing() -> Any:
        yield ("a", "b")
        raise LookupError

    with pytest.raises(LookupError):
        keyrail.url.encode_query(failing())


@pytest.mark.parametrize("detached", [False, True])
def test_a_panic_is_raised_as_a_keyrail_error(
    detached: bool, capfd: pytest.CaptureFixture[str]
) -> None:
    panic = getattr(keyrail._keyrail, "_panic", None)
    if panic is None:
        return  # a release build has no such function
    with pytest.raises(KeyrailError) as raised:
        panic(detached)
    assert type(raised.value) is KeyrailError
    assert raised.value.code == "internal.panic"
    assert "must not show" not in repr(raised.value)
    assert capfd.readouterr() == ("", "")


def test_no_string_causes_a_panic(deployment: dict[str, Any]) -> None:
    """Calls each function with valid strings that were changed at random. The changes are the same
    on every run.
    """
    rng = random.Random(3)
    alphabet = ["%", "{", "}", "/", ".", ":", "@", "[", '"', "\\", "\0", "é", "\U0001f511", "a", "1"]
    seeds = ["", KEY, "https://a.example/", WEBHOOK_SECRET, json.dumps(deployment), "sha256:"]
    seeds += [f"Authorization: Bearer {KEY}\n", json.dumps({"formats": ["keyrail", DECLARATION]})]
    functions: list[Callable[[str], object]] = [
        keyrail.url.encode,
        lambda text: keyrail.url.encode(text, keyrail.url.EncodeSet.keeping(text)),
        keyrail.url.decode,
        keyrail.url.decode_bytes,
        keyrail.url.decode_form,
        keyrail.url.normalize,
        keyrail.url.parse_query,
        keyrail.url.BaseUrl,
        lambda text: keyrail.url.Template(text).expand({text: text}),
        lambda text: keyrail.url.Template(text).expand({text: [text], "a": {text: text}}),
        lambda text: keyrail.url.BaseUrl.from_template(text, [(text, text)]),
        FORMAT.parse,
        keyrail.key.Format.github,
        keyrail.key.Format.built_in,
        *(keyrail.key.Format.built_in(name).hint for name in ("hex40", "jwt", "vchatcloud")),
        lambda text: keyrail.key.Format.opaque().parse(text).mask(keyrail.key.MaskPolicy(4, 4)),
        keyrail.key.Digest,
        keyrail.key.Digest.of,
        keyrail.key.Digest.import_hex,
        REDACTOR.redact,
        REDACTOR.find,
        lambda text: REDACTOR.redact_bytes(text.encode()),
        lambda text: REDACTOR.stream().push(text),
        keyrail.webhook.Signer,
        keyrail.webhook.check_target,
        keyrail.header.Scheme.authorization,
        lambda text: X_API_KEY.extract({"x-api-key": text}),
        lambda text: X_API_KEY.extract({text: text}),
        lambda text: X_API_KEY.extract(untyped({"wsgi.version": (1, 0), "HTTP_X_API_KEY": text})),
        lambda text: X_API_KEY.extract(untyped({"wsgi.version": (1, 0), text: text})),
        lambda text: keyrail.header.Trust(text, [text]),
        lambda text: client_ip("10.0.0.1", text),
        lambda text: MEHERY.operation(text),
        lambda text: response(headers={"retry-after": text}, body=text.encode(), status=429),
        lambda text: keyrail.platform.TokenSession(VCHATCLOUD, text),
        lambda text: VERIFIER.verify([(name, text) for name, _ in SIGNED], text.encode(), NOW_MS),
        lambda text: message(**{text: text}),
        lambda text: TABLE.explain({"channel": "wa", text: text}),
        lambda text: TABLE.route_batch([{"channel": text}, {"channel": "wa", text: text}]),
        lambda text: keyrail.route.diff(TABLE, TABLE, [{"channel": text}]),
        lambda text: keyrail.route.Table.from_bytes(text.encode()),
        lambda text: keyrail.route.Table.from_bytes(TABLE.to_bytes() + text.encode()),
        TABLE.verify,
        TABLE.queues_of,
        *PARSERS,
    ]
    for _ in range(10_000 // len(functions)):
        text = list(rng.choice(seeds))
        for _ in range(rng.randrange(4)):
            at = rng.randrange(len(text) + 1)
            text[at : at + rng.randrange(3)] = rng.choices(alphabet, k=rng.randrange(4))
        for function in functions:
            try:
                function("".join(text))
            except KeyrailError as error:
                assert error.code != "internal.panic", (function, error)


def test_many_threads_may_share_an_object(gateway: keyrail.Gateway) -> None:
    def route(_: int) -> str | None:
        inbound = gateway.inbound(
            message_id="m", message={"channel": "wa-main"}, body=b"", now=NOW_MS
        )
        return inbound.decision.queue

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(route, range(400))) == {"support"}
