"""Limits on the memory that hostile or careless input can use, and input that is rejected
before it is processed.
"""

import json
import tracemalloc
from collections.abc import Callable
from typing import Any

import pytest

import keyrail

TABLE = keyrail.route.Table.from_json('{"channels": [{"id": "sms", "kind": "sms"}]}')
LONG_NAME = "A" * 1_000_000
MEHERY = keyrail.platform.get("mehery")
MANY_PAIRS = [(f"v{number}", "x") for number in range(40_000)]


def untyped(value: object) -> Any:
    """Returns a value as `Any`, so that mypy accepts it for any parameter."""
    return value


@pytest.mark.parametrize(
    "call",
    [
        lambda message: TABLE.route(message),
        lambda message: TABLE.explain(message),
        lambda message: TABLE.route_batch([message])[0],
    ],
)
def test_a_long_attribute_name_does_not_make_the_error_large(call: Callable[[Any], Any]) -> None:
    message = {"channel": "sms", LONG_NAME: [1] * 120}
    tracemalloc.start()
    try:
        error = call(message)
    except keyrail.ConfigError as raised:
        error = raised
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert isinstance(error, keyrail.ConfigError)
    assert len(str(error).encode()) <= 16 * 1024
    assert all(len(fault.pointer.encode()) <= 65 + 4 for fault in error.faults)
    assert peak < 8_000_000


def test_an_error_does_not_repeat_anything_inside_an_unknown_member() -> None:
    members = ",".join(['"x":1'] * 101)
    with pytest.raises(keyrail.ConfigError) as raised:
        keyrail.route.Table.from_json('{"zzz":{"' + LONG_NAME + '":{' + members + "}}}")
    assert len(str(raised.value).encode()) <= 16 * 1024
    assert {fault.pointer for fault in raised.value.faults} == {""}
    assert "AAA" not in str(raised.value) and "zzz" not in str(raised.value)


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda: keyrail.url.Template("{a}").expand(MANY_PAIRS), "url.too_many_variables"),
        (lambda: keyrail.url.Template("{a}").expand_strict(MANY_PAIRS), "url.too_many_variables"),
        (
            lambda: keyrail.url.BaseUrl.from_template("https://{a}.example/", MANY_PAIRS),
            "url.too_many_variables",
        ),
        (
            lambda: MEHERY.request("config.channels", variables=MANY_PAIRS),
            "url.too_many_variables",
        ),
        (
            lambda: MEHERY.request(
                "config.channels",
                variables={"domain": "abcorp"},
                credentials=keyrail.header.Credentials("k-1"),
                headers=MANY_PAIRS,
            ),
            "platform.too_many_headers",
        ),
    ],
)
def test_too_many_variables_or_headers_are_rejected(call: Callable[[], object], code: str) -> None:
    with pytest.raises(keyrail.KeyrailError) as raised:
        call()
    assert raised.value.code == code


def test_256_extra_headers_are_accepted_and_257_are_rejected() -> None:
    def request(count: int) -> keyrail.Request:
        return MEHERY.request(
            "config.channels",
            variables={"domain": "abcorp"},
            credentials=keyrail.header.Credentials("k-1"),
            headers=MANY_PAIRS[:count],
        )

    assert len(request(256).headers) == 258  # the request also has the key and `accept`
    with pytest.raises(keyrail.PlatformError):
        request(257)


def test_a_variable_may_be_a_number_or_none() -> None:
    template = keyrail.url.Template("{?page,size,ratio,list*}")
    variables = {"page": 3, "size": None, "ratio": 1e20, "list": [1, None, "b"]}
    assert template.expand(variables) == "?page=3&ratio=100000000000000000000&list=1&list=b"
    base = keyrail.url.BaseUrl.from_template("https://api.example/{app}/", {"app": 7})
    assert str(base) == "https://api.example/7/"
    with pytest.raises(keyrail.UrlError, match="domain"):
        keyrail.url.BaseUrl.from_template("https://{domain}.example/", {"domain": None})


def test_a_set_is_accepted_only_where_order_does_not_matter() -> None:
    assert TABLE.route({"channel": "sms"}, unavailable=set()).kind == "unrouted"
    keyrail.header.Trust.forwarded({"10.0.0.0/8", "192.0.2.1"})
    with pytest.raises(TypeError, match="a set has no order"):
        keyrail.url.Template("{?a*}").expand(untyped({"a": {"p", "q"}}))


@pytest.mark.parametrize(
    ("call", "argument"),
    [
        (lambda: keyrail.url.encode(untyped(5)), "text"),
        (lambda: keyrail.url.encode_batch(untyped(5)), "texts"),
        (lambda: keyrail.url.encode_batch(untyped(["a", 5])), "texts"),
        (lambda: TABLE.route(untyped(5)), "message"),
        (lambda: TABLE.route_batch(untyped([5])), "messages"),
        (lambda: keyrail.redact.Redactor(untyped(5)), "formats"),
        (lambda: keyrail.header.Scheme.any_of(untyped(5)), "schemes"),
    ],
)
def test_a_type_error_names_its_argument(call: Callable[[], object], argument: str) -> None:
    with pytest.raises(TypeError) as raised:
        call()
    notes = getattr(raised.value, "__notes__", [])
    assert any(f"'{argument}'" in text for text in [str(raised.value), *notes])


def test_a_body_may_be_a_bytearray_or_a_memoryview() -> None:
    secret = keyrail.Secret.standard("MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=")
    signer, verifier = keyrail.webhook.Signer(secret), keyrail.webhook.Verifier(secret)
    signed = signer.sign("msg_1", 1_793_491_200_000, b"{}")
    for body in (bytearray(b"{}"), memoryview(b"{}"), memoryview(b"-{}-")[1:3]):
        headers = signer.sign("msg_1", 1_793_491_200_000, body)
        assert [value.reveal() for _, value in headers] == [value.reveal() for _, value in signed]
        assert verifier.verify(headers, body, 1_793_491_200_000).id == "msg_1"


def test_an_invalid_address_is_rejected_only_if_the_record_limits_networks() -> None:
    record = {"id": "k", "app": "desk", "scope": "read"}
    record["digests"] = untyped(
        [{"digest": "sha256:ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0"}]
    )
    unrestricted = keyrail.access.Record.from_json(json.dumps(record))
    assert unrestricted.authorize("read", 1_793_491_200_000, "testclient").app == "desk"
    record["allow_ips"] = untyped(["10.0.0.0/8"])
    restricted = keyrail.access.Record.from_json(json.dumps(record))
    with pytest.raises(keyrail.KeyrailError) as raised:
        restricted.authorize("read", 1_793_491_200_000, "testclient")
    assert raised.value.code == "network.malformed"


def test_an_invalid_request_of_a_batch_does_not_affect_the_others() -> None:
    now = 1_793_491_200_000
    digest = {"digest": "sha256:ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0"}
    members = {"id": "k", "app": "desk", "scope": "read", "digests": [digest]}
    record = keyrail.access.Record.from_json({**members, "allow_ips": ["10.0.0.0/8"]})
    ip = "10.1.2.3"
    results = record.authorize_batch(
        [
            {"access": "read", "now": now, "ip": ip},
            {"access": "read", "now": now, "ip": "testclient"},
            {"access": untyped("owner"), "now": now, "ip": ip},
            {"access": "read", "now": 10**30, "ip": ip},
            {"access": "read", "now": now, "ip": ip, "operation": "\ud800"},
            {"access": "write", "now": now, "ip": ip},
            {"access": "read", "now": now, "ip": ip, "limits": None, "digest": 0},
        ]
    )
    codes = [getattr(result, "code", "granted") for result in results]
    assert codes == [
        "granted",
        "network.malformed",
        "access.unknown_access",
        "time.out_of_range",
        "text.lone_surrogate",
        "access.scope",
        "granted",
    ]
    assert record.authorize_batch(iter([])) == []


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        ({"access": "read"}, "a request needs the argument 'now'"),
        ({"now": 0}, "a request needs the argument 'access'"),
        ({"access": "read", "now": 0, "operations": []}, "a request has no argument 'operations'"),
        ({"access": "read", "now": "today"}, "'now': "),
        (7, "mapping"),
    ],
)
def test_a_request_of_a_batch_has_the_arguments_of_authorize(request_: Any, message: str) -> None:
    digest = {"digest": "sha256:ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0"}
    members = {"id": "k", "app": "desk", "scope": "read", "digests": [digest]}
    record = keyrail.access.Record.from_json(members)
    with pytest.raises(TypeError) as raised:
        record.authorize_batch([{"access": "read", "now": 0}, request_])
    assert "item 1" in str(raised.value) and message in str(raised.value)


def test_a_delivery_without_headers_is_answered_with_400() -> None:
    verifier = keyrail.webhook.Verifier("whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=")
    with pytest.raises(keyrail.WebhookError) as raised:
        verifier.verify({}, b"{}", 1_793_491_200_000)
    problem = keyrail.header.problem(raised.value)
    assert (problem.status, problem.response().status) == (400, 400)


def test_an_error_about_an_unknown_name_suggests_known_ones() -> None:
    with pytest.raises(keyrail.PlatformError, match="did you mean mehery"):
        keyrail.platform.get("meherry")
    with pytest.raises(keyrail.PlatformError, match="azeer"):
        keyrail.platform.get("twilio")
    with pytest.raises(keyrail.PlatformError, match="did you mean message.send"):
        MEHERY.operation("message.sned")


@pytest.mark.parametrize("value", [b"hi", bytearray(b"hi"), memoryview(b"hi"), object()])
def test_a_variable_or_a_secret_of_a_wrong_type_raises_type_error(value: object) -> None:
    with pytest.raises(TypeError, match="a variable is a str"):
        keyrail.url.Template("{a}").expand(untyped({"a": value}))
    with pytest.raises(TypeError):
        keyrail.webhook.Signer(untyped(value))


def test_control_characters_in_a_name_cannot_forge_a_log_line() -> None:
    with pytest.raises(keyrail.KeyrailError) as raised:
        TABLE.route({"a\nINFO admin logged in\x1b[2J": "x"})
    assert "\n" not in str(raised.value)
    assert "\x1b" not in str(raised.value)


def test_an_invalid_webhook_url_is_answered_with_400() -> None:
    with pytest.raises(keyrail.WebhookError) as raised:
        keyrail.webhook.check_target("https://127.0.0.1/")
    assert keyrail.header.problem(raised.value).response().status == 400


def test_an_overlong_value_is_rejected_before_it_is_encoded() -> None:
    long = " " * 50_000_000
    base = keyrail.url.BaseUrl("https://h.example/")
    calls: list[Callable[[], object]] = [
        lambda: base.join([long]),
        lambda: keyrail.url.BaseUrl.from_template("https://h.example/{a}", {"a": long}),
    ]
    for call in calls:
        with pytest.raises(keyrail.UrlError) as raised:
            call()
        assert raised.value.code == "url.too_long"
