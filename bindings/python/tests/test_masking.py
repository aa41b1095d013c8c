"""No printed or serialized form of an object reveals any part of a secret in that object."""

import base64
import contextlib
import copy
import dataclasses
import importlib
import inspect
import io
import json
import logging
import pickle
import pkgutil
import pprint
import pydoc
import reprlib
import string
import sys
import traceback
import types
import warnings
from collections.abc import Callable
from typing import Any

import pytest
from conftest import NOW_MS, PEPPER_SECRET, WEBHOOK_SECRET

import keyrail

FORMAT = keyrail.key.Format.keyrail()
KEY = FORMAT.generate("live", bytes(range(32)))
TEXT = KEY.reveal()
SECRET_PART = KEY.reveal().removeprefix(f"kr_live_{KEY.id}_")
TOKEN = "Zt4vQ8nJx2LmW6yRc7Ka"
TOKEN_CLAIMS = base64.urlsafe_b64encode(b'{"exp":%d}' % (NOW_MS // 1000 + 3600)).decode()
SECRETS = (
    SECRET_PART,
    TOKEN,
    TOKEN_CLAIMS,
    PEPPER_SECRET,
    WEBHOOK_SECRET.removeprefix("whsec_"),
)
SUBSTRINGS = [text[at : at + 6] for text in SECRETS for at in range(len(text) - 5)]
REDACTOR = keyrail.redact.Redactor([FORMAT])
UNFINISHED_TEXT = f"x-api-key: {TOKEN}; kr_live_{KEY.id}_{SECRET_PART[:12]}"
"""A text that ends inside a key. A stream keeps the start of the key until the next call."""

CREDENTIALS = keyrail.header.Credentials(KEY.reveal(), token=TOKEN)
PAIR = keyrail.header.Scheme.pair("x-key", "x-token")
JWT = f"e30.{TOKEN_CLAIMS}.{TOKEN}"
PLATFORM_WITH_MESSAGES = {
    "name": "talkative",
    "base": "https://a.example/",
    "schemes": {"key": {"slots": [{"header": "x-api-key", "holds": "key"}]}},
    "response": {"code": "/code", "message": "/message"},
    "operations": [{"name": "a", "access": "read"}],
}
MESSAGE = {"channel": "wa-main", "event": "message.inbound"}


def objects_with_secrets(gateway: keyrail.Gateway) -> dict[str, Any]:
    """Returns an object of each type that contains a secret."""
    request = keyrail.platform.get("mehery").request(
        "message.send",
        variables={"domain": "abcorp"},
        credentials=CREDENTIALS,
        body=TOKEN.encode(),
    )
    inbound = gateway.inbound(message_id="m", message=MESSAGE, body=TOKEN.encode(), now=NOW_MS)
    vchatcloud = keyrail.platform.get("vchatcloud")
    session = keyrail.platform.TokenSession(vchatcloud, KEY.reveal())
    sending = session.poll(NOW_MS)
    session.receive(status=200, headers={"X-AUTH-TOKEN": JWT}, body=b"", now=NOW_MS)
    sceyt = keyrail.platform.get("sceyt")
    response = {"code": TOKEN, "message": TOKEN, "data": TOKEN, "links": {"next": TOKEN}}
    outcomes = [
        platform.read_response(
            operation, status=status, headers={}, body=json.dumps(response).encode(), now=NOW_MS
        )
        for platform, operation, status in (
            (sceyt, "user.list", 200),
            (keyrail.platform.from_json(json.dumps(PLATFORM_WITH_MESSAGES)), "a", 400),
        )
    ]
    succeeded, failed = outcomes
    assert succeeded.answer is not None and failed.failure is not None
    stream, byte_stream = REDACTOR.stream(), REDACTOR.stream_bytes()
    assert_masked(stream.push(UNFINISHED_TEXT))
    assert_masked(byte_stream.push(UNFINISHED_TEXT.encode()).decode())
    return {
        "TokenSession": session,
        "TokenPoll that sends": sending,
        "TokenPoll that is ready": session.poll(NOW_MS),
        "Outcome": succeeded,
        "Outcome of a failure": failed,
        "Answer": succeeded.answer,
        "Page": succeeded.answer.page,
        "Failure": failed.failure,
        "Secret": keyrail.Secret(TOKEN),
        "HeaderValue": keyrail.HeaderValue(TOKEN, sensitive=True),
        "ApiKey": KEY,
        "a foreign ApiKey": keyrail.key.Format.opaque().parse(TOKEN),
        "Pepper": keyrail.key.Pepper("p1", PEPPER_SECRET),
        "AuditChain": keyrail.access.AuditChain({"a1": PEPPER_SECRET * 2}),
        "RedactStream": stream,
        "RedactByteStream": byte_stream,
        "Credentials": CREDENTIALS,
        "Credentials.key": CREDENTIALS.key,
        "Credentials.token": CREDENTIALS.token,
        "applied headers": [value for _, value in PAIR.apply(CREDENTIALS)][0],
        "Signer": keyrail.webhook.Signer(
            [WEBHOOK_SECRET, WEBHOOK_SECRET.replace("whsec_", "whsk_") + "MDEyMzQ1Njc="]
        ),
        "Receiver": keyrail.webhook.Receiver(
            keyrail.webhook.Verifier([WEBHOOK_SECRET]), keyrail.webhook.ReceivePolicy.standard()
        ),
        "Verifier": keyrail.webhook.Verifier([WEBHOOK_SECRET]),
        "Request": request,
        "Response": outbound(gateway, "203.0.114.1").response,
        "Delivery": inbound.deliveries[0],
        "Inbound": inbound,
        "Outbound": outbound(gateway, "203.0.114.1"),
        "Gateway": gateway,
    }


def audit_objects() -> list[Any]:
    """Returns an entry, a checkpoint, and a report with its fault.

    The entry is verified from its own checkpoint, as if it followed itself. This
    produces the fault.
    """
    chain = keyrail.access.AuditChain({"a1": PEPPER_SECRET * 2})
    start = keyrail.access.Checkpoint.start("w")
    entry = chain.append(start, "{}", PEPPER_SECRET.encode())
    report = chain.verify(entry.checkpoint, [entry])
    return [entry, entry.checkpoint, report, report.fault]


def limit_objects() -> list[Any]:
    """Returns a limit, and the objects that result from consuming it."""
    limit = keyrail.access.Limit.from_json({"name": "a", "quota": {"units": 1, "per": "day"}})
    consumption = keyrail.access.consume([(limit, None)], NOW_MS)
    outcome = consumption.limits[0]
    rate = {"name": "b", "rate": {"units": 2, "per_seconds": 60}}
    rules = [limit.quota, keyrail.access.Limit.from_json(rate).rate]
    return [limit, *rules, outcome.new_state, outcome, consumption]


def policy_objects() -> list[Any]:
    """Returns a policy, an actor, permissions, a new key, and a change with its event."""
    policy, actor = keyrail.access.Policy.preset("mehery"), keyrail.access.Actor("u", role="admin")
    issued = policy.issue(
        keyrail.key.Format.keyrail(),
        TOKEN.encode() * 4,
        actor=actor,
        app="desk",
        scope="read",
        now=NOW_MS,
    )
    change = policy.revoke(issued.record, actor=actor, now=NOW_MS)
    return [policy, actor, issued, change, change.event, keyrail.access.Permissions("read")]


def access_records(key: dict[str, Any]) -> list[Any]:
    """Returns a record with its parts, alerts of each kind, and usage."""
    author, revocation = {"id": "u_17"}, {"at": "2026-11-01T00:00:00Z"}
    day = {"expires_at": "2026-12-01T00:00:00Z"}
    record = keyrail.access.Record.from_json({**key, "created_by": author, "revoked": revocation})
    expiring = keyrail.access.Record.from_json({**key, **day})
    alerts = keyrail.access.expiry_alerts([expiring], 0, 2 * NOW_MS)
    unused = keyrail.access.unused_alerts([(expiring, 0)], 0, NOW_MS, days=[1])
    counter = keyrail.access.UsageCounter("gateway-1/1", ["send_message"])
    counter.count("r_1", "send_message", "access.granted", NOW_MS)
    usage = [counter, counter.usage(), *counter.usage().counts()]
    last_uses = keyrail.access.LastUses().touch(str(record.digests[0].digest), NOW_MS)
    parts = [*record.digests, record.created_by, record.revoked, last_uses]
    return [record, *parts, *alerts, *unused, *usage]


def delivery_objects() -> list[Any]:
    """Returns policies, an outcome, a delivery before and after its first attempt, and its endpoint."""
    policy = keyrail.webhook.RetryPolicy.standard()
    outcome = keyrail.webhook.DeliveryOutcome.response(401).with_body(TEXT.encode(), REDACTOR)
    state = keyrail.webhook.DeliveryState.start("msg_1", "desk-hook", policy, NOW_MS)
    settled = state.settle(outcome, NOW_MS, 0)
    scheme = keyrail.webhook.Scheme.named("github")
    signed = scheme.sign(TOKEN, "POST", "https://a.example/", [], TEXT.encode(), NOW_MS)
    headers = [(name, value.reveal()) for name, value in signed]
    verified = scheme.verify(TOKEN, "POST", "https://a.example/", headers, TEXT.encode(), NOW_MS)
    states = [state, settled, settled.state, settled.state.last_failure]
    health_policy = keyrail.webhook.HealthPolicy.standard()
    change = keyrail.webhook.EndpointHealth("desk-hook").record(settled, health_policy)
    activity = keyrail.webhook.EndpointActivity()
    activity.record(settled, 80)
    endpoint = [health_policy, change, change.health, activity]
    receive_policy = keyrail.webhook.ReceivePolicy.standard()
    received = receive_policy.claim("msg_1", NOW_MS, None, NOW_MS)
    claims = [receive_policy, received, received.claim]
    return [policy, outcome, *states, *endpoint, *claims, scheme, verified]


def objects_without_secrets(
    gateway: keyrail.Gateway, deployment: dict[str, Any]
) -> list[Any]:
    """Returns an object of each type that contains no secret. Where possible, the object is
    created from input that contains one.
    """
    accepted = outbound(gateway, "203.0.113.9")
    denied = outbound(gateway, "203.0.114.1")
    decision = gateway.inbound(
        message_id="m", message=MESSAGE, body=TOKEN.encode(), now=NOW_MS
    ).decision
    signed = keyrail.webhook.Signer(WEBHOOK_SECRET).sign("m", NOW_MS, TOKEN.encode())
    with pytest.raises(keyrail.ConfigError) as raised:
        keyrail.key.Format.from_json(json.dumps({"prefix": TEXT, TOKEN: TOKEN}))
    with pytest.raises(keyrail.HeaderError) as duplicate:
        PAIR.extract([("x-key", TOKEN), ("x-key", TOKEN)])
    problem = keyrail.header.problem(duplicate.value)
    table = keyrail.route.Table.from_json(json.dumps(deployment["topology"]))
    [mismatch] = table.verify(json.dumps([{"message": MESSAGE, "expect": {"queue": TOKEN}}]))
    mehery, vchatcloud = map(keyrail.platform.get, ("mehery", "vchatcloud"))
    return [
        accepted.audit,
        accepted.grant,
        denied.denial,
        decision,
        gateway.identify({"x-api-key": KEY.reveal()}),
        keyrail.webhook.Verifier(WEBHOOK_SECRET).verify(signed, TOKEN.encode(), NOW_MS),
        *access_records(deployment["keys"][0]),
        *policy_objects(),
        *audit_objects(),
        *limit_objects(),
        *delivery_objects(),
        table,
        mismatch,
        *routing_results(deployment),
        PAIR,
        mehery,
        keyrail.url.BaseUrl("https://desk.example/"),
        keyrail.url.EncodeSet.keeping("/"),
        keyrail.url.Template("/{a}"),
        FORMAT,
        keyrail.key.FormatSet([FORMAT, keyrail.key.Format.jwt()]),
        KEY.digest(),
        KEY.digest(keyrail.key.Pepper("p1", PEPPER_SECRET)),
        keyrail.key.MaskPolicy(start=4, end=4),
        REDACTOR,
        *REDACTOR.find(f"{TEXT} x-api-key: {TOKEN} {WEBHOOK_SECRET}"),
        keyrail.logging.RedactingFilter(REDACTOR),
        *raised.value.faults,
        problem,
        keyrail.header.Trust.forwarded(["10.0.0.0/8"]),
        vchatcloud.token,
        mehery.webhook,
        mehery.operation("message.send"),
        *keyrail.platform.get("azeer").scopes,
        keyrail.platform.get("swellsign").expiry,
    ]


def routing_results(deployment: dict[str, Any]) -> list[Any]:
    """Returns the results of routing and lint. An explanation quotes its message, so the message
    that is explained here contains no secret. Another test explains a message with a secret.
    """
    rules = [
        {
            "id": name,
            "when": {"contains": {"text": "refund"}},
            "queue": "sales",
            "assign": {"team": "care"},
        }
        for name in ("first", "second")
    ]
    changed = deployment["topology"] | {"rules": rules}
    old, new = (
        keyrail.route.Table.from_json(json.dumps(topology))
        for topology in (deployment["topology"], changed)
    )
    matched = new.route(MESSAGE | {"text": "refund", "sender": TOKEN})
    explanation = new.explain(MESSAGE | {"text": "hello"})
    samples = [MESSAGE | {"text": "refund", "other": TOKEN}]
    return [
        matched.assign,
        explanation,
        *explanation.rules,
        explanation.rules[0].failure,
        *new.lint(),
        *keyrail.route.diff(old, new, samples),
    ]


def outbound(gateway: keyrail.Gateway, ip: str) -> keyrail.Outbound:
    return gateway.outbound(
        operation="message.send",
        headers={"x-api-key": KEY.reveal()},
        queue="support",
        now=NOW_MS,
        ip=ip,
    )


OBJECT_NAMES = """Secret HeaderValue ApiKey Pepper AuditChain RedactStream RedactByteStream Credentials
Credentials.key Credentials.token Signer Verifier Receiver Request Response Delivery Inbound
Outbound Gateway TokenSession Outcome Answer Page Failure""".split() + [
    "a foreign ApiKey",
    "applied headers",
    "TokenPoll that sends",
    "TokenPoll that is ready",
    "Outcome of a failure",
]


@pytest.fixture(params=OBJECT_NAMES)
def holder(request: pytest.FixtureRequest, gateway: keyrail.Gateway) -> Any:
    """Runs a test once for each type of object that contains a secret."""
    objects = objects_with_secrets(gateway)
    assert objects.keys() == set(OBJECT_NAMES)
    return objects[request.param]


def test_every_public_type_has_a_sample(
    gateway: keyrail.Gateway, deployment: dict[str, Any]
) -> None:
    modules = [f"keyrail.{module.name}" for module in pkgutil.iter_modules(keyrail.__path__)]
    public = {
        member
        for module in [keyrail, *map(importlib.import_module, modules)]
        for name, member in inspect.getmembers(module, inspect.isclass)
        if not name.startswith("_")
        and member.__module__.split(".")[0] == "keyrail"
        and not issubclass(member, Exception)
    }
    assert len(public) > 35
    samples = [
        *objects_with_secrets(gateway).values(),
        *objects_without_secrets(gateway, deployment),
    ]
    assert public == {type(sample) for sample in samples}


def assert_masked(text: str) -> None:
    shown = [substring for substring in SUBSTRINGS if substring in text]
    assert not shown


def logged(holder: Any) -> str:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    record = logging.LogRecord("keyrail", logging.INFO, "", 0, "%s %r", (holder, holder), None)
    handler.emit(record)
    return stream.getvalue()


def with_locals(holder: Any) -> str:
    """Prints a traceback with local variables, as debuggers and error trackers do."""
    try:
        raise LookupError("an error of the host")
    except LookupError as error:
        trace = traceback.TracebackException.from_exception(error, capture_locals=True)
    text = "".join(trace.format())
    assert "holder = " in text
    return text


def warned(holder: Any) -> str:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        warnings.warn(f"{holder} {holder!r}", stacklevel=1)
    return "".join(warnings.formatwarning(w.message, w.category, "", 0) for w in caught)


def displayed(holder: Any) -> str:
    """Prints an object as the interactive interpreter does."""
    stream = io.StringIO()
    with contextlib.redirect_stdout(stream):
        print(holder, [holder])
        sys.__displayhook__(holder)
    return stream.getvalue()


def in_a_dataclass(holder: Any) -> str:
    instance = dataclasses.make_dataclass("Host", ["it"])(holder)
    return f"{instance} {instance!r}"


def raised(holder: Any) -> str:
    try:
        raise LookupError(holder, "an error of the host") from ValueError(holder)
    except LookupError as error:
        return "".join(traceback.format_exception(error))


PRINTED_FORMS: dict[str, Callable[[Any], str]] = {
    "repr": repr,
    "str": str,
    "ascii": ascii,
    "format": lambda holder: format(holder, ""),
    "f-string": lambda holder: f"{holder}",
    "f-string !r": lambda holder: f"{holder!r}",
    "f-string !s": lambda holder: f"{holder!s}",
    "%s": lambda holder: "%s" % (holder,),
    "%r": lambda holder: "%r" % (holder,),
    "str.format": lambda holder: "{0} {0!r}".format(holder),
    "in a list": lambda holder: str([holder]),
    "in a dict": lambda holder: repr({"it": holder}),
    "pprint": lambda holder: pprint.pformat({"it": (holder,)}),
    "dir": lambda holder: repr(dir(holder)),
    "doc": lambda holder: str(holder.__doc__),
    "log": logged,
    "traceback with locals": with_locals,
    "json with repr": lambda holder: json.dumps(holder, default=repr),
    "json with str": lambda holder: json.dumps({"it": [holder]}, default=str),
    "json with dir": lambda holder: json.dumps(holder, default=dir),
    "f-string =": lambda holder: f"{holder=}",
    "string.Template": lambda holder: string.Template("$it").substitute(it=holder),
    "reprlib": lambda holder: reprlib.repr([holder]),
    "in a namespace": lambda holder: repr(types.SimpleNamespace(it=holder)),
    "in a dataclass": in_a_dataclass,
    "in an exception": raised,
    "in a warning": warned,
    "displayed": displayed,
    "help": lambda holder: pydoc.render_doc(type(holder)),
}


@pytest.mark.parametrize("form", PRINTED_FORMS)
def test_a_printed_form_is_masked(holder: Any, form: str) -> None:
    assert_masked(PRINTED_FORMS[form](holder))


UNMASKED = ("body", "code", "data", "message", "next")
"""The attributes with the content of requests and responses, which is not masked."""


def test_attributes_of_an_object_with_a_secret_print_masked(holder: Any) -> None:
    for name, value in inspect.getmembers(holder):
        if name not in UNMASKED:
            assert_masked(f"{name} {value} {value!r}")


@pytest.mark.parametrize("form", PRINTED_FORMS)
def test_an_object_without_secrets_prints_no_secret(
    gateway: keyrail.Gateway, deployment: dict[str, Any], form: str
) -> None:
    for item in objects_without_secrets(gateway, deployment):
        assert_masked(PRINTED_FORMS[form](item))


def test_attributes_of_an_object_without_secrets_print_no_secret(
    gateway: keyrail.Gateway, deployment: dict[str, Any]
) -> None:
    for item in objects_without_secrets(gateway, deployment):
        for name, value in inspect.getmembers(item):
            assert_masked(f"{name} {value} {value!r}")


def test_an_object_with_a_secret_has_no_instance_dict(holder: Any) -> None:
    with pytest.raises(TypeError):
        vars(holder)
    assert not hasattr(holder, "__dict__")


def pickled(protocol: int) -> Callable[[Any], object]:
    return lambda holder: pickle.dumps(holder, protocol)


UNSUPPORTED: dict[str, Callable[[Any], object]] = {
    **{f"pickle {protocol}": pickled(protocol) for protocol in range(pickle.HIGHEST_PROTOCOL + 1)},
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    "deepcopy of a list": lambda holder: copy.deepcopy([holder]),
    "json": json.dumps,
    "bytes": bytes,
    "iteration": iter,
}


@pytest.mark.parametrize("form", UNSUPPORTED)
def test_serialization_and_copying_are_rejected_without_showing_the_secret(
    holder: Any, form: str
) -> None:
    with pytest.raises(TypeError) as raised:
        UNSUPPORTED[form](holder)
    assert_masked("".join(traceback.format_exception(raised.value)))


def test_an_explanation_quotes_the_message_in_str_but_not_in_repr(
    deployment: dict[str, Any],
) -> None:
    table = keyrail.route.Table.from_json(json.dumps(deployment["topology"]))
    explanation = table.explain(MESSAGE | {"text": TOKEN})
    [rule] = explanation.rules
    assert rule.failure is not None and rule.failure.found == TOKEN
    for holder in (explanation, rule, rule.failure):
        assert TOKEN in str(holder)
        for form in ("repr", "ascii", "in a list", "in a dict", "pprint", "traceback with locals"):
            assert_masked(PRINTED_FORMS[form](holder))


def test_a_secret_is_not_hashable() -> None:
    for holder in (keyrail.Secret("x"), KEY, CREDENTIALS):
        with pytest.raises(TypeError):
            hash(holder)


def test_secrets_compare_by_content_and_never_equal_a_string() -> None:
    assert keyrail.Secret(TOKEN) == keyrail.Secret(TOKEN)
    assert keyrail.Secret(TOKEN) != keyrail.Secret(TOKEN + "x")
    assert keyrail.Secret(TOKEN) != TOKEN
    assert KEY != KEY.reveal()


def with_character(text: str, at: int, character: str) -> str:
    return text[:at] + character + text[at + 1 :]


def receive_token(headers: dict[str, str], data: object = None) -> None:
    session = keyrail.platform.TokenSession(keyrail.platform.get("vchatcloud"), KEY.reveal())
    session.poll(NOW_MS)
    body = json.dumps({"result_cd": 1, "data": data}).encode()
    session.receive(status=200, headers=headers, body=body, now=NOW_MS)


INVALID_INPUTS: dict[str, Callable[[], object]] = {
    "a key with a wrong checksum": lambda: FORMAT.parse(with_character(TEXT, 30, "_")),
    "a key that is too long": lambda: FORMAT.parse(TEXT + "0"),
    "a key with another prefix": lambda: FORMAT.parse("x" + TEXT),
    "a key with a surrogate": lambda: FORMAT.parse(TEXT + "\ud800"),
    "a secret with a surrogate": lambda: keyrail.Secret(TOKEN + "\udfff"),
    "a format document made of secrets": lambda: keyrail.key.Format.from_json(
        json.dumps({"prefix": TEXT, "segments": [{TOKEN: TOKEN, "name": TEXT}], "checksum": TOKEN})
    ),
    "a format document that is a key": lambda: keyrail.key.Format.from_json(TEXT),
    "a format set document made of secrets": lambda: keyrail.key.FormatSet.from_json(
        json.dumps({"formats": [TOKEN, {"prefix": TOKEN + "!", "segments": TEXT}]})
    ),
    "a key that fits no format of the set": lambda: keyrail.key.FormatSet([FORMAT]).parse(TOKEN),
    "a prefix that is a key": lambda: keyrail.key.Format.github(TEXT),
    "a format's name that is a key": lambda: keyrail.key.Format.built_in(TEXT),
    "an environment that is a key": lambda: FORMAT.generate(TOKEN, bytes(32)),
    "a foreign key with white space": lambda: keyrail.key.Format.hex40().parse(TOKEN + " "),
    "a key that is too weak": lambda: keyrail.key.Digest.of(TOKEN[:12]),
    "a key instead of a hexadecimal digest": lambda: keyrail.key.Digest.import_hex(TEXT),
    "a surrogate in a string to redact": lambda: REDACTOR.redact(TEXT + "\ud800"),
    "a surrogate in a string to search": lambda: REDACTOR.find(TEXT + "\ud800"),
    "a chunk with a surrogate": lambda: REDACTOR.stream().push(TEXT + "\ud800"),
    "a digest that is a key": lambda: keyrail.key.Digest(TEXT),
    "a pepper that is too short": lambda: keyrail.key.Pepper("p", PEPPER_SECRET[:15]),
    "a pepper's id that is a secret": lambda: keyrail.key.Pepper(PEPPER_SECRET + "!", TOKEN),
    "a header with white space": lambda: PAIR.extract({"x-key": f"a {TOKEN}", "x-token": "t"}),
    "a header that is not ASCII": lambda: PAIR.extract({"x-key": "k", "x-token": TOKEN + "é"}),
    "a duplicate header": lambda: PAIR.extract([("x-key", TOKEN), ("x-key", TOKEN)]),
    "bytes that are not ASCII": lambda: PAIR.extract({"x-key": TOKEN.encode() + b"\xff"}),
    "a credential that is not a token68": lambda: keyrail.header.Scheme.x_api_key()
    .with_token68()
    .extract({"x-api-key": f"={TOKEN}"}),
    "an invalid hop": lambda: keyrail.header.client_ip(
        "10.0.0.1", {"Forwarded": f"for={TOKEN}"}, keyrail.header.Trust.forwarded(["10.0.0.1"])
    ),
    "a list in a header of a WSGI environ": lambda: keyrail.header.client_ip(
        "10.0.0.1",
        {"REQUEST_METHOD": "GET", "HTTP_FORWARDED": f"for={TOKEN},for=a"},
        keyrail.header.Trust.forwarded(["10.0.0.1"]),
    ),
    "an invalid peer": lambda: keyrail.header.client_ip(
        TOKEN, {}, keyrail.header.Trust.none()
    ),
    "an invalid network": lambda: keyrail.header.Trust.forwarded([TOKEN]),
    "an invalid token": lambda: receive_token({"X-AUTH-TOKEN": TOKEN}),
    "two different tokens": lambda: receive_token({"X-AUTH-TOKEN": JWT}, {"X-AUTH-TOKEN": TOKEN}),
    "a key that no header may contain": lambda: keyrail.platform.TokenSession(
        keyrail.platform.get("vchatcloud"), TOKEN + "\n"
    ),
    "a challenge error that is a secret": lambda: PAIR.challenge("desk", TOKEN),  # type: ignore[arg-type]
    "an access that is a secret": lambda: keyrail.platform.get("azeer").scopes[0].allows(
        TOKEN  # type: ignore[arg-type]
    ),
    "credentials that no header may contain": lambda: PAIR.apply(
        keyrail.header.Credentials(TOKEN + "\n", TOKEN)
    ),
    "a header value with a line end": lambda: keyrail.HeaderValue(TOKEN + "\r\n", True),
    "a private key that does not match its public key": lambda: keyrail.webhook.Signer(
        "whsk_" + 2 * WEBHOOK_SECRET.removeprefix("whsec_") + "MDEyMzQ1Njc4OTAxMjM0NQ=="
    ),
    "the public key of a secret": lambda: keyrail.webhook.public_key(WEBHOOK_SECRET),
    "a signing secret that is not base64": lambda: keyrail.webhook.Signer(WEBHOOK_SECRET + "!"),
    "a signing secret without its prefix": lambda: keyrail.webhook.Signer(
        WEBHOOK_SECRET.removeprefix("whsec_")
    ),
    "a signature that is wrong": lambda: keyrail.webhook.Verifier(WEBHOOK_SECRET).verify(
        {
            "webhook-id": "m",
            "webhook-timestamp": str(NOW_MS // 1000),
            "webhook-signature": "v1," + WEBHOOK_SECRET.removeprefix("whsec_"),
        },
        TOKEN.encode(),
        NOW_MS,
    ),
    "a secret in a configuration": lambda: keyrail.Gateway.from_json(
        json.dumps({TOKEN: TOKEN, "platform": TEXT, "keys": [TEXT], "topology": TOKEN}), {}
    ),
    "a secret under a wrong name": lambda: keyrail.Gateway.from_json(
        '{"platform": "mehery", "variables": {"domain": "a"}, "keys": [], "topology": '
        '{"channels": [], "queues": [], "apps": [], "webhooks": [], "rules": []}}',
        {TOKEN: TEXT},
    ),
    "a scheme document that is a key": lambda: keyrail.header.Scheme.from_json(TEXT),
    "a secret as a platform's name": lambda: keyrail.platform.get(TOKEN),
    "a secret in a URL": lambda: keyrail.url.BaseUrl(f"https://user:{TOKEN}@host/"),
}


@pytest.mark.parametrize("case", INVALID_INPUTS)
def test_an_error_does_not_repeat_the_input(case: str) -> None:
    with pytest.raises(keyrail.KeyrailError) as raised:
        INVALID_INPUTS[case]()
    error = raised.value
    assert error.__cause__ is None and error.__context__ is None
    for text in (str(error), repr(error), repr(error.args), repr(vars(error))):
        assert_masked(text)
    assert_masked("".join(traceback.format_exception_only(error)))
    assert_masked(repr(pickle.dumps(error)))


WRONG_TYPES: dict[str, Callable[[Any], object]] = {
    "a secret as a string": lambda secret: keyrail.url.encode(secret),
    "a secret as pairs": lambda secret: keyrail.url.encode_query(secret),
    "a secret as bytes": lambda secret: FORMAT.generate("live", secret),
    "a secret as an int": lambda secret: keyrail.webhook.Signer(WEBHOOK_SECRET).sign(
        "m", secret, b""
    ),
    "a string as pairs": lambda _: keyrail.url.encode_query(TOKEN),  # type: ignore[arg-type]
    "a secret as a format": lambda secret: keyrail.redact.Redactor([secret]),
    "a string as formats": lambda _: keyrail.redact.Redactor(TOKEN),  # type: ignore[arg-type]
    "a secret to redact": lambda secret: REDACTOR.redact(secret),
    "a string to redact as bytes": lambda _: REDACTOR.redact_bytes(TOKEN),  # type: ignore[arg-type]
    "bytes to redact as a string": lambda _: REDACTOR.redact(
        TOKEN.encode()  # type: ignore[arg-type]
    ),
    "a secret as a policy": lambda secret: KEY.mask(secret),
    "a pair of three strings": lambda _: keyrail.url.encode_query(
        [(TOKEN, TOKEN, TOKEN)]  # type: ignore[list-item]
    ),
}


@pytest.mark.parametrize("case", WRONG_TYPES)
def test_a_type_error_does_not_repeat_the_input(case: str) -> None:
    with pytest.raises(TypeError) as raised:
        WRONG_TYPES[case](keyrail.Secret(TOKEN))
    assert_masked("".join(traceback.format_exception_only(raised.value)))


def test_the_masking_check_detects_an_unmasked_secret() -> None:
    assert len(SECRET_PART) == 33 and set(SECRET_PART) <= set(string.ascii_letters + string.digits)
    with pytest.raises(AssertionError):
        assert_masked(TEXT)
