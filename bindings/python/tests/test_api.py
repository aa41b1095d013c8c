"""The public API, used as documented."""

import base64
import email.message
import hashlib
import importlib
import ipaddress
import json
import math
import os
import pickle
import re
import string
import zlib
from datetime import datetime, timedelta, timezone
from types import MappingProxyType
from typing import Any

import pytest
from conftest import NOW_MS, PEPPER_SECRET, WEBHOOK_SECRET

import keyrail


def test_urls_are_encoded_decoded_and_expanded() -> None:
    assert keyrail.url.encode("username_new*user") == "username_new%2Auser"
    assert keyrail.url.decode("username_new%2Auser") == "username_new*user"
    assert keyrail.url.encode_query([("q", "a b"), ("q", "c")]) == "q=a%20b&q=c"
    template = keyrail.url.Template("v2/rooms/{roomId}/{roomId}/{user}")
    assert template.expand({"roomId": "a/b", "user": "c"}) == "v2/rooms/a%2Fb/a%2Fb/c"
    assert template.variables == ["roomId", "user"]
    assert str(template) == "v2/rooms/{roomId}/{roomId}/{user}"
    assert repr(template) == "Template('v2/rooms/{roomId}/{roomId}/{user}')"
    base = keyrail.url.BaseUrl.from_template(
        "https://{domain}.mehery.io/xms/", {"domain": "abcorp"}
    )
    assert base == keyrail.url.BaseUrl("https://abcorp.mehery.io/xms/")
    assert base != "https://abcorp.mehery.io/xms/"
    assert str(base) == "https://abcorp.mehery.io/xms/"
    assert repr(base) == "BaseUrl('https://abcorp.mehery.io/xms/')"
    joined = base.join(["api", "v1", "message", "send"])
    assert joined == "https://abcorp.mehery.io/xms/api/v1/message/send"
    assert str(keyrail.url.BaseUrl("http://localhost:8080", allow_loopback=True)).endswith("8080/")


def test_an_encode_set_is_given_by_name_or_as_an_object() -> None:
    text = "a/b c*"
    assert keyrail.url.encode(text, "unreserved") == keyrail.url.encode(text) == "a%2Fb%20c%2A"
    assert keyrail.url.encode(text, "path") == "a/b%20c*"
    assert keyrail.url.encode(text, encode_set="path_segment") == "a%2Fb%20c*"
    assert keyrail.url.encode(text, "form") == "a%2Fb+c*"
    own = keyrail.url.EncodeSet.keeping("/")
    assert keyrail.url.encode(text, own) == "a/b%20c%2A"
    assert own == keyrail.url.EncodeSet.keeping("//") != keyrail.url.EncodeSet.named("path")
    assert keyrail.url.EncodeSet.keeping("") == keyrail.url.EncodeSet.named("unreserved")
    assert repr(own).startswith("EncodeSet(-./0")


def test_bytes_and_forms_and_normalization_have_separate_functions() -> None:
    assert keyrail.url.encode_bytes(b"a\xff/") == "a%FF%2F"
    assert keyrail.url.decode_bytes("a%ff%2F") == b"a\xff/"
    assert keyrail.url.decode_form("a+b%2B") == "a b+"
    assert keyrail.url.normalize("a%2fb c%41%") == "a%2Fb%20cA%25"


def test_a_string_that_needs_no_change_is_returned_as_the_same_object() -> None:
    class PrintsDifferently(str):
        def __str__(self) -> str:
            return self.upper() + "!"

    text = "username_new-" + str(len("user"))
    for call in (
        keyrail.url.encode,
        keyrail.url.decode,
        keyrail.url.decode_form,
        keyrail.url.normalize,
    ):
        assert call(text) is text
        result = call(PrintsDifferently("user"))
        assert (type(result), result) == (str, "user")


def test_a_batch_returns_a_result_for_each_string() -> None:
    assert keyrail.url.encode_batch(["a b", "c", "é"]) == ["a%20b", "c", "%C3%A9"]
    assert keyrail.url.encode_batch(iter(("a b",))) == ["a%20b"]
    assert keyrail.url.encode_batch([]) == keyrail.url.decode_batch([]) == []
    decoded = keyrail.url.decode_batch(["a%20b", "100%", "\ud800", "%FF", "c"])
    errors = [(type(item), item.code, item.offset) for item in decoded if not isinstance(item, str)]
    assert [item for item in decoded if isinstance(item, str)] == ["a b", "c"]
    assert errors == [
        (keyrail.UrlError, "url.malformed_escape", 3),
        (keyrail.UrlError, "text.lone_surrogate", None),
        (keyrail.UrlError, "url.invalid_utf8", 0),
    ]
    assert [isinstance(item, str) for item in decoded] == [True, False, False, False, True]


def test_a_query_keeps_order_and_distinguishes_empty_from_missing_values() -> None:
    pairs = [("q", "a b"), ("q", None), ("r", ""), ("", "&=+")]
    query = keyrail.url.encode_query(pairs)
    assert query == "q=a%20b&q&r=&=%26%3D%2B"
    assert keyrail.url.parse_query(query) == pairs
    assert keyrail.url.encode_query({"a": None, "b": "1"}) == "a&b=1"
    assert keyrail.url.encode_query([["a", None], ["b", "1"]]) == "a&b=1"
    assert keyrail.url.parse_query("") == []


def test_template_values_are_strings_lists_and_associative_arrays() -> None:
    template = keyrail.url.Template("{/path*}{?list,keys*}")
    assert template.variables == ["path", "list", "keys"]
    keys = {"semi": ";", "dot": "."}
    for list_ in (["red", "green"], ("red", "green"), iter(["red", "green"])):
        expanded = template.expand({"path": ["a", "b/c"], "list": list_, "keys": keys})
        assert expanded == "/a/b%2Fc?list=red,green&semi=%3B&dot=."
    for pairs in (keys, MappingProxyType(keys), list(keys.items()), iter(keys.items())):
        assert template.expand([("keys", pairs)]) == "?semi=%3B&dot=."
    assert template.expand({"keys": [["a", "1"], ["a", "2"]]}) == "?a=1&a=2"
    assert template.expand({"path": [], "list": (), "keys": {}, "other": "x"}) == ""
    assert template.expand({"list": ""}) == "?list="
    strict = template.expand_strict({"path": "a", "list": "b", "keys": [("c", "d")]})
    assert strict == "/a?list=b&c=d"


def test_a_key_is_generated_parsed_masked_and_digested() -> None:
    fmt = keyrail.key.Format.keyrail()
    assert (fmt.name, fmt.entropy_len) == ("keyrail", 32)
    key = fmt.generate(environment="live", entropy=os.urandom(fmt.entropy_len))
    assert fmt.parse(key.reveal()) == key
    assert fmt.generate("live", os.urandom(32)) != key
    assert key.id is not None
    assert (key.environment, key.format, len(key.id)) == ("live", "keyrail", 12)
    assert (key.segment("id"), key.segment("secret"), key.segment("x")) == (key.id, None, None)
    assert key.mask() == str(key) == f"kr_live_{key.id}_••••••••"
    assert repr(key) == f"ApiKey({key.mask()})"

    digest = key.digest()
    assert str(digest).startswith("sha256:")
    assert digest == keyrail.key.Digest(str(digest)) == keyrail.key.Digest.of(key.reveal())
    assert (digest.pepper_id, digest.algorithm, digest.is_foreign) == (None, "sha256", False)
    assert digest.verify(key.reveal()) and not digest.verify("another")

    pepper = keyrail.key.Pepper("p1", keyrail.Secret(PEPPER_SECRET))
    peppered = key.digest(pepper)
    assert pepper.id == peppered.pepper_id == "p1"
    assert peppered == keyrail.key.Digest.of(key.reveal(), pepper=pepper) != digest
    assert peppered.verify(key.reveal(), pepper)
    assert peppered.algorithm == "hmac-sha256"


ACME: dict[str, Any] = {
    "name": "acme-v2",
    "prefix": "acme",
    "environments": ["live", "test"],
    "separator": ".",
    "segments": [
        {"name": "id", "alphabet": "digits", "length": 6, "secret": False},
        {"name": "region", "alphabet": {"characters": "eu"}, "length": 2, "secret": False},
        {"name": "secret", "alphabet": "base58", "length": 24},
    ],
    "checksum": {"algorithm": "sha256", "length": 8},
}


def test_a_declared_format_generates_parses_and_masks_its_keys() -> None:
    acme = keyrail.key.Format.from_json(json.dumps(ACME))
    assert (acme.name, acme.environments, acme.is_foreign) == ("acme-v2", ["live", "test"], False)
    assert acme.entropy_bits == pytest.approx(24 * math.log2(58))
    assert repr(acme) == "Format('acme-v2')"
    assert acme == keyrail.key.Format.from_json(json.dumps(ACME)) != keyrail.key.Format.keyrail()

    key = acme.generate("test", bytes(32))
    prefix, environment, id, region, rest = key.reveal().split(".")
    assert (prefix, environment, len(rest)) == ("acme", "test", 24 + 8)
    assert (key.id, key.segment("region"), key.environment) == (id, region, "test")
    body = key.reveal()[:-8]
    assert key.reveal()[-8:] == hashlib.sha256(body.encode()).hexdigest()[:8]
    assert str(key) == f"acme.test.{id}.{region}.••••••••"
    assert acme.parse(key.reveal()) == key

    pattern = acme.pattern()
    assert re.fullmatch(pattern, key.reveal())
    assert not re.search(pattern, key.reveal().replace("acme", "acne"))
    assert acme.hint(key.reveal()) == "fits" and acme.hint(body) == "impossible"
    assert "acme-v2" in acme.gitleaks_rule() and pattern in acme.github_partner_pattern()


def test_a_key_may_have_neither_environment_nor_id() -> None:
    github = keyrail.key.Format.github()
    assert github == keyrail.key.Format.github("ghp") == keyrail.key.Format.built_in("github")
    assert github != keyrail.key.Format.github("npm")
    for key in (github.generate(entropy=bytes(32)), github.generate(None, bytes(32))):
        assert (key.environment, key.id, key.format) == (None, None, "ghp")
        assert str(key) == "ghp_••••••••"


def test_a_foreign_format_accepts_a_key_that_its_hint_calls_unusual() -> None:
    names = ("hex40", "jwt", "vchatcloud", "opaque")
    foreign = {name: keyrail.key.Format.built_in(name) for name in names}
    text = "2fd4e1c67a2d28fced849ee1bb76e7391b93eb12"
    hints = [format.hint(text) for format in foreign.values()]
    assert hints == ["fits", "unusual", "unusual", "fits"]
    for name, format in foreign.items():
        assert format.is_foreign and (format.name, format.environments) == (name, [])
        assert format == getattr(keyrail.key.Format, name)()
        key = format.parse(text)
        assert (key.format, key.id, key.environment, str(key)) == (name, None, None, "••••••••")
        assert format.hint("no, key") == "impossible"
    assert (foreign["hex40"].entropy_bits, foreign["opaque"].entropy_bits) == (160.0, 0.0)


def test_a_format_set_parses_a_key_of_any_of_its_formats() -> None:
    own, github = keyrail.key.Format.keyrail(), keyrail.key.Format.github()
    formats = keyrail.key.FormatSet([own, github])
    assert formats.formats == [own, github]
    assert repr(formats) == "FormatSet('keyrail', 'ghp')"
    for format, environment in ((own, "test"), (github, None)):
        key = format.generate(environment, bytes(32))
        assert formats.parse(key.reveal()) == key
    document = {"formats": ["keyrail", ACME]}
    parsed = keyrail.key.FormatSet.from_json(json.dumps(document))
    assert [format.name for format in parsed.formats] == ["keyrail", "acme-v2"]
    assert keyrail.key.FormatSet(iter([own])).formats == [own]


def test_a_mask_policy_determines_what_a_mask_shows() -> None:
    # tests/vectors/key.json also expects this key for 32 zero bytes.
    key = keyrail.key.Format.keyrail().generate("live", bytes(32))
    assert key.reveal() == "kr_live_aLmC4Qopbu0c_hE5vBAJ7MIyX9o6Q8lUqlWYt1s24ejmgr"
    policy = keyrail.key.MaskPolicy(start=2, end=4)
    assert key.mask(policy) == "kr_live_aLmC4Qopbu0c_hE••••••••jmgr"
    assert key.mask(policy=keyrail.key.MaskPolicy(ascii=True)) == "kr_live_aLmC4Qopbu0c_********"
    assert key.mask(keyrail.key.MaskPolicy()) == key.mask(None) == key.mask() == str(key)
    assert (policy.start, policy.end, policy.ascii) == (2, 4, False)
    assert policy == keyrail.key.MaskPolicy(2, 4) != keyrail.key.MaskPolicy(2, 4, True)
    assert repr(policy) == "MaskPolicy(start=2, end=4, ascii=False)"


def test_an_imported_digest_remains_marked_as_foreign() -> None:
    for hash in (hashlib.sha256, hashlib.sha512):
        hexadecimal = hash(b"a weak key").hexdigest()
        digest = keyrail.key.Digest.import_hex(hexadecimal.upper())
        assert str(digest) == f"foreign-{hash().name}:{hexadecimal}"
        assert (digest.algorithm, digest.is_foreign) == (f"foreign-{hash().name}", True)
        assert digest.verify("a weak key") and not digest.verify("another")
        assert digest == keyrail.key.Digest(str(digest))


def test_strings_bytes_and_batches_are_redacted() -> None:
    format = keyrail.key.Format.keyrail()
    redactor = keyrail.redact.Redactor([format])
    key = format.generate("live", bytes(32))
    line = f'GET /v1?token=q7Rk2Vx9Lm4Tz8Wc "{key.reveal()}"'
    redacted = f'GET /v1?token=•••••••• "{key}"'
    assert redactor.redact(line) == redacted == redactor.redact(redacted)
    assert redactor.redact_bytes(line.encode()) == redacted.encode()
    assert redactor.redact_batch([line, "clean"]) == [redacted, "clean"]
    assert redactor.redact_batch(iter([line])) == [redacted] and redactor.redact_batch([]) == []
    ascii_redactor = keyrail.redact.Redactor(formats=iter([format]), ascii=True)
    assert ascii_redactor.redact(line) == redacted.replace("•", "*")
    assert keyrail.redact.Redactor().redact("x-api-key: q7Rk2Vx9Lm4Tz8Wc") == "x-api-key: ••••••••"


def test_input_without_secrets_is_returned_as_the_same_object() -> None:
    redactor = keyrail.redact.Redactor()
    text, data = "clean " + str(len("text")), b"clean " + str(len("text")).encode()
    assert redactor.redact(text) is text and redactor.redact_bytes(data) is data
    assert redactor.redact_batch([text])[0] is text
    long = text * 20_000
    assert redactor.redact(long) is long


def test_redaction_accepts_bytes_bytearrays_and_memoryviews() -> None:
    redactor = keyrail.redact.Redactor()
    data = b"\xff\x00 x-api-key: q7Rk2Vx9Lm4Tz8Wc\r\n\xfe"
    expected = b"\xff\x00 x-api-key: " + "••••••••".encode() + b"\r\n\xfe"
    for given in (data, bytearray(data), memoryview(data), memoryview(data[::-1])[::-1]):
        redacted = redactor.redact_bytes(given)
        assert (type(redacted), redacted) == (bytes, expected)
        [finding] = redactor.find_bytes(given)
        assert data[finding.start : finding.end] == b"q7Rk2Vx9Lm4Tz8Wc"
        stream = redactor.stream_bytes()
        assert stream.push(given) + stream.finish() == expected


def test_a_finding_has_a_range_a_kind_and_a_confidence() -> None:
    format = keyrail.key.Format.keyrail()
    redactor = keyrail.redact.Redactor([format])
    key = format.generate("test", bytes(32)).reveal()
    text = f"\U0001f511 é {key} \U0001f511 x-api-key: q7Rk2Vx9Lm4Tz8Wc"
    own, other = redactor.find(text)
    assert [text[it.start : it.end] for it in (own, other)] == [key, "q7Rk2Vx9Lm4Tz8Wc"]
    assert (own.kind, own.format, own.confidence) == ("key", "keyrail", "verified")
    assert (other.kind, other.format, other.confidence) == ("header", None, "named")
    assert repr(own) == "Finding(4, 58, key, verified)"
    assert own == redactor.find(text)[0] != other
    data = text.encode()
    found = redactor.find_bytes(data)
    assert [data[it.start : it.end].decode() for it in found] == [key, "q7Rk2Vx9Lm4Tz8Wc"]
    assert redactor.find("clean") == []


def test_a_stream_redacts_chunks_like_the_whole_string() -> None:
    redactor = keyrail.redact.Redactor()
    text = "\U0001f511 x-api-key: q7Rk2Vx9Lm4Tz8Wc\n\U0001f511"
    for size in range(1, 9):
        stream = redactor.stream()
        chunks = [text[at : at + size] for at in range(0, len(text), size)]
        assert "".join([*map(stream.push, chunks), stream.finish()]) == redactor.redact(text)


def test_credentials_are_extracted_and_applied() -> None:
    scheme = keyrail.header.Scheme.x_api_key()
    credentials = scheme.extract([("X-Api-Key", "k-1")])
    assert credentials == keyrail.header.Credentials("k-1")
    assert credentials.key == keyrail.Secret("k-1")
    assert (credentials.token, credentials.app_id) == (None, None)
    assert credentials.variant == "as_documented"
    [(name, value)] = scheme.apply(credentials)
    assert (name, value.reveal(), value.is_sensitive) == ("x-api-key", "k-1", True)
    assert scheme.challenge("desk") == 'ApiKey realm="desk"'

    pair = keyrail.header.Scheme.pair("X-Key", "X-Token")
    both = keyrail.header.Credentials(keyrail.Secret("k"), token="t")
    assert [(n, v.reveal()) for n, v in pair.apply(both)] == [("X-Key", "k"), ("X-Token", "t")]
    assert repr(both) == "Credentials(key=••••••••, token=••••••••, app_id=None)"
    assert keyrail.header.Scheme.header("x-api-key") == scheme
    assert keyrail.header.Scheme.authorization("Bearer") == keyrail.header.Scheme.bearer()
    document = {"slots": [{"header": "x-api-key", "holds": "key"}]}
    assert keyrail.header.Scheme.from_json(json.dumps(document)) == scheme


def test_headers_are_a_mapping_or_pairs_of_strings_or_bytes() -> None:
    message = email.message.Message()
    message["X-Api-Key"] = "k-1"
    for headers in (
        {"x-api-key": "k-1"},
        {"x-api-key": b"k-1"},
        {b"x-api-key": b"k-1"},
        MappingProxyType({"X-API-KEY": "k-1"}),
        [["x-api-key", "k-1"]],
        (("x-api-key", "k-1"),),
        iter([("x-api-key", keyrail.HeaderValue("k-1", sensitive=True))]),
        message,
    ):
        credentials = keyrail.header.Scheme.x_api_key().extract(headers)
        assert credentials.key.reveal() == "k-1"
    message["x-api-key"] = "k-2"
    with pytest.raises(keyrail.HeaderError) as raised:
        keyrail.header.Scheme.x_api_key().extract(message)
    assert raised.value.code == "header.duplicate"


def test_a_record_grants_or_denies_access(deployment: dict[str, Any]) -> None:
    record = keyrail.access.Record.from_json(json.dumps(deployment["keys"][0]))
    assert (record.id, record.app, record.scope) == ("desk-key", "desk", "read_write")
    address = ipaddress.ip_address("203.0.113.9")
    grant = record.authorize(access="write", now=NOW_MS, ip=address)
    assert grant == record.authorize("write", NOW_MS, "203.0.113.9")
    assert (grant.record, grant.app, grant.scope) == ("desk-key", "desk", "read_write")
    with pytest.raises(keyrail.AccessDenied) as raised:
        record.authorize("write", 1_801_267_200_000, address)  # the time at which it expires
    assert raised.value.code == "access.expired"
    assert not isinstance(raised.value, ValueError)


def test_a_denial_because_of_a_limit_has_the_states_of_the_limits() -> None:
    limit = {"name": "burst", "rate": {"units": 60, "per_seconds": 60, "burst": 1}}
    digest = {"digest": "sha256:ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0"}
    members = {"id": "k", "app": "desk", "scope": "read", "digests": [digest], "limits": [limit]}
    record = keyrail.access.Record.from_json(members)
    assert record.limits == [keyrail.access.Limit.from_json(limit)]
    assert record.limit_ids == ["key/burst/k"]
    State = keyrail.access.LimitState
    for states in ({"key/burst/k": None}, [("key/burst/k", None), ("key/burst/other", None)]):
        grant = record.authorize("read", NOW_MS, limits=states)
        assert grant.consumption is not None
        assert grant.consumption.limits[0].new_state == State(NOW_MS + 1000, 0)
    for missing in (None, {}, {"key/burst/other": None}):
        with pytest.raises(keyrail.AccessDenied) as raised:
            record.authorize("read", NOW_MS, limits=missing)
        assert raised.value.code == "access.limits_unknown" and raised.value.consumption is None
    with pytest.raises(keyrail.AccessDenied) as raised:
        record.authorize("read", NOW_MS, limits={"key/burst/k": State(NOW_MS + 3_600_000, 0)})
    consumption = raised.value.consumption
    assert raised.value.code == "access.rate" and consumption is not None
    assert consumption.limits[0].new_state == State(NOW_MS + 1000, 0)
    problem = keyrail.header.problem(raised.value)
    assert problem is not None and problem == consumption.problem
    assert ("retry-after", "1") in problem.response().header_pairs()
    again = pickle.loads(pickle.dumps(raised.value))
    assert (again.code, again.consumption) == ("access.rate", None)


def test_a_message_is_routed(deployment: dict[str, Any]) -> None:
    table = keyrail.route.Table.from_json(json.dumps(deployment["topology"]))
    message = {"channel": "wa-main", "event": "message.inbound", "text": "refund please"}
    decision = table.route(message, now=None, session_queue=None, unavailable=())
    assert (decision.kind, decision.queue, decision.app) == ("routed", "sales", "crm")
    assert (decision.webhooks, decision.rule, decision.by) == (["crm-hook"], "refunds", "rule")
    assert (decision.fell_back_from, decision.code) == (None, "route.matched")
    assert decision.reason == "a rule matched the message"
    assert decision.table == table.hash and len(table.hash) == 64
    assert decision == table.route(list(message.items()))

    message["text"] = "hello"
    assert table.route(message).queue == "support"
    assert table.route(message, session_queue="sales").by == "session"
    fallback = table.route(message, now=NOW_MS, unavailable={"support"})
    assert (fallback.queue, fallback.fell_back_from) == ("overflow", "support")
    assert table.queues_of("desk") == ["support", "overflow"]
    assert table.may_write("desk", "support") and not table.may_write("desk", "sales")


def test_an_attribute_is_a_string_a_number_a_boolean_or_a_list() -> None:
    topology: dict[str, Any] = {
        "channels": [{"id": "wa", "kind": "whatsapp"}],
        "queues": [{"id": name} for name in ("text", "int", "float", "true", "list")],
        "apps": [],
        "webhooks": [],
        "rules": [
            {"id": str(at), "when": {"exact": {"value": value}}, "queue": queue}
            for at, (queue, value) in enumerate(
                [("text", "x"), ("int", 1), ("float", 2.5), ("true", True), ("list", "b")]
            )
        ],
    }
    table = keyrail.route.Table.from_json(json.dumps(topology))
    values: dict[str, str | float | list[str]] = {
        "text": "x",
        "int": 1,
        "float": 2.5,
        "true": True,
        "list": ["a", "b"],
    }
    for queue, value in values.items():
        assert table.route({"channel": "wa", "value": value}).queue == queue
    assert table.route({"channel": "wa", "value": 2**53}).queue is None


def test_a_delivery_is_signed_and_verified() -> None:
    body = b'{"text":"hi"}'
    headers = keyrail.webhook.Signer(WEBHOOK_SECRET).sign("msg_1", NOW_MS, body)
    assert [name for name, _ in headers] == ["webhook-id", "webhook-timestamp", "webhook-signature"]
    verified = keyrail.webhook.Verifier([WEBHOOK_SECRET]).verify(headers, body, NOW_MS + 300_000)
    assert (verified.id, verified.timestamp_ms) == ("msg_1", NOW_MS)
    strict = keyrail.webhook.Verifier(keyrail.Secret(WEBHOOK_SECRET), tolerance_seconds=0)
    assert strict.verify(headers, body, NOW_MS) == verified
    keyrail.webhook.check_target("https://desk.example/hook")
    keyrail.webhook.check_target("http://127.0.0.1:8080/", allow_loopback=True)


def test_a_platform_builds_requests() -> None:
    vendors = ["mehery", "sceyt", "azeer", "vchatcloud", "swellsign"]
    assert keyrail.platform.names() == [*vendors, "generic"]
    platform = keyrail.platform.get("mehery")
    assert platform.name == "mehery"
    assert platform.scheme in platform.schemes.values()
    assert "message.send" in platform.operations
    request = platform.request(
        "message.send",
        variables={"domain": "abcorp"},
        credentials=keyrail.header.Credentials("k-1"),
        body=b"{}",
    )
    assert request.method == "POST"
    assert request.url.startswith("https://abcorp.mehery.io/")
    assert request.body == b"{}"
    assert "k-1" in [value.reveal() for _, value in request.headers]
    assert list(keyrail.platform.get("sceyt").schemes) == ["server", "client"]


def test_a_gateway_routes_an_inbound_message_and_signs_its_delivery(
    gateway: keyrail.Gateway,
) -> None:
    inbound = gateway.inbound(
        message_id="wamid-1",
        message={"channel": "wa-main", "event": "message.inbound", "text": "hello"},
        body=b"{}",
        now=NOW_MS,
    )
    assert (inbound.decision.queue, inbound.decision.by) == ("support", "channel")
    [delivery] = inbound.deliveries
    assert delivery.webhook == "desk-hook"
    assert delivery.request.url == "https://desk.example/hook"
    verifier = keyrail.webhook.Verifier(WEBHOOK_SECRET)
    assert delivery.request.body is not None
    verified = verifier.verify(delivery.request.headers, delivery.request.body, NOW_MS)
    assert verified.id == delivery.idempotency_key
    assert (inbound.audit.at_ms, inbound.audit.door) == (NOW_MS, "inbound")
    assert (inbound.audit.code, inbound.audit.message_id) == ("route.channel", "wamid-1")
    assert json.loads(inbound.audit.to_json())["at"] == "2026-11-01T12:00:00Z"


def test_a_gateway_accepts_an_outbound_call_or_returns_the_reason_for_denial(
    gateway: keyrail.Gateway, key: keyrail.key.ApiKey
) -> None:
    headers = {"x-api-key": key.reveal()}
    ip = "203.0.113.9"
    accepted = gateway.outbound(
        operation="message.send", headers=headers, queue="support", now=NOW_MS, ip=ip
    )
    assert accepted.accepted and accepted.grant is not None
    assert (accepted.grant.app, accepted.queue) == ("desk", "support")
    assert (accepted.denial, accepted.response) == (None, None)
    assert (accepted.audit.record, accepted.audit.key_id) == ("desk-key", key.id)
    assert (accepted.audit.app, accepted.audit.queue) == ("desk", "support")
    assert (accepted.audit.operation, accepted.audit.ip) == ("message.send", ip)
    assert accepted.audit.rule is None

    denied = gateway.outbound(
        operation="message.send", headers=headers, queue="sales", now=NOW_MS, ip=ip
    )
    assert not denied.accepted and denied.grant is None and denied.queue is None
    assert denied.denial is not None and denied.response is not None
    assert (denied.denial.code, denied.denial.status) == ("access.foreign_queue", 403)
    assert denied.response.status == 403
    assert denied.denial.detail in (denied.response.body or b"").decode()


def test_an_unknown_key_and_a_wrong_key_get_the_same_response(
    gateway: keyrail.Gateway, key: keyrail.key.ApiKey
) -> None:
    def outbound(key: str) -> keyrail.Outbound:
        return gateway.outbound(
            operation="message.send", headers={"x-api-key": key}, now=NOW_MS, ip="203.0.113.9"
        )

    unknown = outbound(keyrail.key.Format.keyrail().generate("live", bytes(32)).reveal())
    foreign = outbound("a-key-of-another-format")
    wrong = outbound(with_another_secret(key))
    assert unknown.response == foreign.response == wrong.response is not None
    assert unknown.denial == foreign.denial == wrong.denial is not None
    assert (unknown.audit.code, wrong.audit.code) == ("access.unknown_key", "access.wrong_key")
    assert wrong.audit.key_id == key.id


def with_another_secret(key: keyrail.key.ApiKey) -> str:
    """Returns a valid key with the same id and another secret. The checksum is the CRC-32 in
    base62.
    """
    digits = string.digits + string.ascii_uppercase + string.ascii_lowercase
    body = f"kr_live_{key.id}_" + "A" * 27
    rest, checksum = zlib.crc32(body.encode()), ""
    for _ in range(6):
        rest, digit = divmod(rest, 62)
        checksum = digits[digit] + checksum
    return body + checksum


def test_identify_returns_the_key_id_and_the_digests_of_a_key(
    gateway: keyrail.Gateway, key: keyrail.key.ApiKey
) -> None:
    own = gateway.identify({"x-api-key": key.reveal()})
    assert own.key_id == key.id
    foreign = gateway.identify({"x-api-key": "foreign"})
    encoded = base64.urlsafe_b64encode(hashlib.sha256(b"foreign").digest()).decode()
    assert foreign.key_id is None
    assert f"sha256:{encoded.rstrip('=')}" in foreign.digests


def test_a_header_value_that_is_not_sensitive_is_printed() -> None:
    plain = keyrail.HeaderValue("application/json")
    assert (str(plain), plain.is_sensitive) == ("application/json", False)
    assert plain == keyrail.HeaderValue("application/json") != keyrail.HeaderValue("text/plain")


def test_a_class_reports_its_public_module_and_is_immutable() -> None:
    modules = ("url", "key", "redact", "header", "access", "route", "webhook", "platform", "logging")
    for module in modules:
        names = getattr(keyrail, module).__all__
        classes = [getattr(getattr(keyrail, module), name) for name in names if name[0].isupper()]
        assert classes
        assert {cls.__module__ for cls in classes} == {f"keyrail.{module}"}
    assert keyrail.Gateway.__module__ == keyrail.Secret.__module__ == "keyrail"
    secret: Any = keyrail.Secret("x")
    with pytest.raises(AttributeError):
        secret.text = "y"
    key_class: Any = keyrail.key.ApiKey
    with pytest.raises(TypeError):
        key_class()


def test_a_time_is_an_aware_datetime_or_milliseconds() -> None:
    record = keyrail.access.Record.from_json(
        {
            "id": "k",
            "app": "desk",
            "scope": "read",
            "digests": [{"digest": str(keyrail.key.Digest.of("a" * 40))}],
            "expires_at": "2026-11-28T12:00:00Z",
        }
    )
    noon = datetime(2026, 11, 28, 12, tzinfo=timezone.utc)
    before = noon - timedelta(microseconds=1)
    assert record.authorize("read", before).record == "k"
    assert record.authorize("read", before.astimezone(timezone(timedelta(hours=5.5)))).app == "desk"
    for late in (noon, 1_795_867_200_000):
        with pytest.raises(keyrail.AccessDenied) as denied:
            record.authorize("read", late)
        assert denied.value.code == "access.expired"
    with pytest.raises(keyrail.KeyrailError) as naive:
        record.authorize("read", datetime(2026, 11, 28, 11))
    assert naive.value.code == "time.naive"


def test_a_configuration_is_json_or_a_json_compatible_object() -> None:
    topology = {"channels": [{"id": "sms", "kind": "sms"}], "queues": ({"id": "support"},)}
    text = json.dumps(topology)
    data = text.encode()
    documents = [text, data, bytearray(data), memoryview(data), topology]
    documents.append(MappingProxyType(topology))
    hashes = {keyrail.route.Table.from_json(document).hash for document in documents}
    assert len(hashes) == 1
    cycle: dict[str, object] = {}
    cycle["queues"] = cycle
    for invalid in (cycle, {"queues": float("nan")}, b"\xff"):
        with pytest.raises(keyrail.ConfigError) as raised:
            keyrail.route.Table.from_json(invalid)
        assert raised.value.code == "config.syntax"
    for unsupported in ({"queues": {"a", "b"}}, 5, None):
        with pytest.raises(TypeError):
            keyrail.route.Table.from_json(unsupported)  # type: ignore[arg-type]


def test_a_record_exposes_all_of_its_fields() -> None:
    key = keyrail.key.Format.keyrail().generate("live", bytes(32))
    pepper = keyrail.key.Pepper("p1", PEPPER_SECRET)
    record = keyrail.access.Record.from_json(
        {
            "id": "desk-key",
            "app": "desk",
            "organization": "acme",
            "environment": "live",
            "owner": "u_17",
            "name": "Production Server",
            "scope": "read",
            "operations": ["message.*"],
            "queues": ["support"],
            "digests": [
                {
                    "key_id": key.id,
                    "digest": str(key.digest(pepper)),
                    "display": key.mask(),
                    "created_at": "2026-11-01T00:00:00Z",
                    "valid_until": "2026-12-01T00:00:00Z",
                }
            ],
            "display": key.mask(),
            "created_at": "2026-11-01T00:00:00.250Z",
            "created_by": {"id": "u_17", "role": "org_admin"},
            "expires_at": "2027-01-30T00:00:00Z",
            "expires_set_at": "2026-11-02T00:00:00Z",
            "revoked": {"at": "2026-12-24T00:00:00Z", "by": "u_9", "reason": "leaked"},
            "enabled": False,
            "allow_ips": ["203.0.113.0/24"],
            "metadata": {"team": "payments"},
            "version": 3,
        }
    )

    def day(month: int, number: int, year: int = 2026) -> datetime:
        return datetime(year, month, number, tzinfo=timezone.utc)

    (digest,) = record.digests
    assert (digest.key_id, digest.digest) == (key.id, key.digest(pepper))
    assert (digest.display, digest.created_at, digest.valid_until) == (
        key.mask(),
        day(11, 1),
        day(12, 1),
    )
    assert (record.organization, record.environment) == ("acme", "live")
    assert (record.owner, record.name, record.display) == ("u_17", "Production Server", key.mask())
    assert (record.operations, record.queues) == (["message.*"], ["support"])
    assert record.created_at == datetime(2026, 11, 1, microsecond=250_000, tzinfo=timezone.utc)
    assert record.created_by is not None
    assert (record.created_by.id, record.created_by.role) == ("u_17", "org_admin")
    assert (record.not_before, record.expires_at) == (None, day(1, 30, 2027))
    assert record.expires_set_at == day(11, 2)
    assert record.revoked is not None
    revoked = record.revoked
    assert (revoked.at, revoked.by, revoked.reason) == (day(12, 24), "u_9", "leaked")
    assert (record.enabled, record.version) == (False, 3)
    assert record.allow_ips == ["203.0.113.0/24"]
    assert record.metadata == {"team": "payments"}
    assert record.matches(key.reveal(), [pepper])
    assert record.find_digest(key.reveal(), [pepper]) == 0
    assert not record.matches(key.reveal()) and not record.matches("another", [pepper])
    assert record.status(day(12, 1)) == "revoked"
    assert keyrail.access.Record.from_json(record.to_json()) == record
    assert keyrail.access.expiry_alerts([record], day(1, 1), day(2, 1, 2027)) == []


def test_a_decision_supports_pattern_matching_by_kind() -> None:
    table = keyrail.route.Table.from_json({"channels": [{"id": "sms", "kind": "sms"}]})
    match table.route({"channel": "sms"}):
        case keyrail.route.Decision("unrouted", reason=reason):
            assert reason
        case _:
            pytest.fail("expected an unrouted decision: the table has no queues")


def test_a_base_url_and_a_table_expose_their_parts() -> None:
    base = keyrail.url.BaseUrl("https://Abcorp.Example:8443/xms/")
    assert (base.host, base.port) == ("abcorp.example", 8443)
    assert keyrail.url.BaseUrl("https://abcorp.example/").port is None
    table = keyrail.route.Table.from_json(
        {
            "queues": [{"id": "support", "app": "desk"}, {"id": "archive"}],
            "apps": [{"id": "desk", "webhooks": ["hook"]}],
            "webhooks": [{"id": "hook", "url": "https://desk.example/in", "events": ["*"]}],
        }
    )
    assert (table.queue_app("support"), table.queue_app("archive")) == ("desk", None)
    assert table.webhook_url("hook") == "https://desk.example/in"
    assert table.webhook_url("other") is None


def test_header_pairs_returns_unmasked_headers_for_an_http_client() -> None:
    mehery = keyrail.platform.get("mehery")
    request = mehery.request(
        "config.channels",
        variables={"domain": "abcorp"},
        credentials=keyrail.header.Credentials("q7Rk2Vx9Lm4Tz8Wc"),
    )
    assert ("x-api-key", "q7Rk2Vx9Lm4Tz8Wc") in [
        (name.lower(), value) for name, value in request.header_pairs()
    ]
    assert "q7Rk2Vx9Lm4Tz8Wc" not in str(request.headers)


def test_results_print_as_sentences() -> None:
    table = keyrail.route.Table.from_json({"channels": [{"id": "wa", "kind": "web"}]})
    decision = table.route({"channel": "wa"})
    assert str(decision) == f"unrouted: {decision.reason}"
    assert str(keyrail.Problem(429, "quota.exceeded", "wait")) == "429 quota.exceeded: wait"


def test_a_new_key_has_no_expiry_to_keep() -> None:
    policy = keyrail.access.Policy.preset("mehery")
    actor = keyrail.access.Actor("u_1", role="admin")
    new = {"actor": actor, "app": "desk", "scope": "read", "now": NOW_MS}
    with pytest.raises(keyrail.KeyrailError) as raised:
        policy.issue(keyrail.key.Format.keyrail(), bytes(32), expires="keep", **new)
    assert raised.value.code == "access.malformed_expiry"
    expires = datetime(2027, 1, 1, tzinfo=timezone.utc)
    with pytest.raises(keyrail.KeyrailError) as raised:
        policy.issue(keyrail.key.Format.keyrail(), bytes(32), expires=expires, **new)
    assert raised.value.code == "access.policy_expiry"


def test_positional_patterns_name_attributes() -> None:
    modules = [importlib.import_module(f"keyrail.{name}") for name in ("platform", "route")]
    values = [value for module in (keyrail, *modules) for value in vars(module).values()]
    matched = [value for value in values if hasattr(value, "__match_args__")]
    assert matched
    for value in matched:
        assert all(hasattr(value, name) for name in value.__match_args__), value


def test_permissions_print_their_operations_and_queues() -> None:
    permissions = keyrail.access.Permissions("read", operations=["message.*"], queues=[])
    assert repr(permissions) == "Permissions('read', operations=['message.*'], queues=[])"


def test_unknown_names_of_headers_are_rejected() -> None:
    for create in (keyrail.webhook.Signer, keyrail.webhook.Verifier):
        with pytest.raises(keyrail.WebhookError) as raised:
            create(WEBHOOK_SECRET, header_names="Svix")  # type: ignore[call-overload]
        assert raised.value.code == "webhook.unknown_header_names"
