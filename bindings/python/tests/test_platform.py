"""Platforms: their documents, requests, responses and token sessions."""

import base64
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from typing import Any

import pytest
from conftest import NOW_MS

import keyrail
from keyrail import header, platform

HOUR_MS = 3_600_000


def jwt(expires_ms: int) -> str:
    """Returns a token whose only claim is its expiry."""
    claims = json.dumps({"exp": expires_ms // 1000}).encode()
    return f"e30.{base64.urlsafe_b64encode(claims).decode().rstrip('=')}.c2ln"


def test_a_platform_exposes_its_scopes_expiry_webhook_errors_and_token() -> None:
    azeer = platform.get("azeer")
    assert [(scope.name, scope.access) for scope in azeer.scopes] == [
        ("read", "read"),
        ("read_write", "admin"),
    ]
    read, read_write = azeer.scopes
    assert read.allows("read") and not read.allows("write") and not read.allows("admin")
    assert read_write.allows("admin")
    assert repr(read) == "KeyScope(name='read', access='read')"
    assert azeer.expiry is not None and azeer.expiry.never
    assert (azeer.expiry.days, azeer.expiry.custom) == ([], False)
    assert repr(azeer.expiry) == "ExpiryPolicy(never=True)"

    swellsign = platform.get("swellsign").expiry
    assert swellsign is not None and not swellsign.never
    assert (swellsign.days, swellsign.custom) == ([30, 60, 90], True)
    assert repr(swellsign) == "ExpiryPolicy(days=[30, 60, 90], custom=True)"

    mehery = platform.get("mehery")
    assert mehery.webhook is not None and mehery.webhook.token_header == "x-verify-token"
    assert mehery.webhook.types == ["messages", "actions", "events", "statuses"]
    assert "MESSAGE_INBOUND" in mehery.webhook.events and "READ" in mehery.webhook.statuses
    assert repr(mehery.webhook) == "WebhookTraits(token_header='x-verify-token')"
    assert (mehery.scopes, mehery.expiry, mehery.errors, mehery.token) == ([], None, [], None)

    sceyt = platform.get("sceyt")
    assert ("40400", "not_found") in sceyt.errors and sceyt.webhook is None
    assert sceyt.failure_of("42900") == "rate_limited" and sceyt.failure_of("1") is None
    token = platform.get("vchatcloud").token
    assert token is not None
    assert (token.operation, token.header) == ("token.issue", "X-AUTH-TOKEN")
    assert repr(token) == "TokenSpec(operation='token.issue')"


def test_an_operation_exposes_its_method_path_access_and_body() -> None:
    operation = platform.get("sceyt").operation("message.send")
    assert (operation.name, operation.method, operation.access) == ("message.send", "POST", "write")
    assert operation.path == "channels/{id}/messages"
    assert operation.variables == ["apiUrl", "appId", "id"]
    assert (operation.body, operation.uses_queue) == ("json", True)
    assert (operation.scheme, operation.base) == (None, None)
    assert operation == platform.get("sceyt").operation("message.send")
    assert repr(operation) == "Operation(name='message.send', access='write')"
    unknown = platform.get("azeer").operation("agent.create")
    assert (unknown.method, unknown.path, unknown.variables) == (None, None, [])


def test_a_built_in_platform_document_can_be_modified_and_loaded() -> None:
    document = json.loads(platform.document("sceyt"))
    document["schemes"]["server"]["slots"][0]["header"] = "x-proxy-key"
    document["base"] = "https://{host}/sceyt/"
    own = platform.from_json(json.dumps(document))
    assert (own.base, own.variables) == ("https://{host}/sceyt/", ["host"])
    base = own.base_url({"host": "proxy.example"})
    assert isinstance(base, keyrail.url.BaseUrl) and str(base) == "https://proxy.example/sceyt/"
    request = own.request(
        "user.list",
        variables={"host": "proxy.example"},
        credentials=header.Credentials("k-1"),
    )
    assert request.headers[0][0] == "x-proxy-key"
    assert request.url.startswith(str(base))


def test_a_form_is_encoded_and_a_scheme_is_chosen_by_its_name() -> None:
    vchatcloud = platform.get("vchatcloud")
    credentials = header.Credentials("k-1", "t-1")
    form = {"roomName": "a b&c"}
    request = vchatcloud.request("room.create", form=form, credentials=credentials)
    assert request.body == b"roomName=a+b%26c"
    assert ("content-type", "application/x-www-form-urlencoded") in [
        (name, value.reveal()) for name, value in request.headers
    ]
    assert request == vchatcloud.request(
        "room.create", form=list(form.items()), credentials=credentials
    )
    client = platform.get("sceyt").request(
        "user.list",
        variables={"apiUrl": "https://api.example", "appId": "a1"},
        credentials=header.Credentials("k-1", app_id="a1"),
        scheme="client",
    )
    assert [name for name, _ in client.headers] == ["Authorization", "app-id"]


def test_an_answer_and_its_page_are_read() -> None:
    azeer = platform.get("azeer")
    body = b'{"data": {"id": 7}, "message": "sent", "success": true}'
    outcome = azeer.read_response(
        "message.send", status=HTTPStatus.OK, headers={}, body=body, now=NOW_MS
    )
    assert outcome.ok and outcome.failure is None
    assert outcome.answer is not None
    answer = outcome.answer
    assert (answer.status, answer.data, answer.message) == (200, '{"id": 7}', "sent")
    assert answer.page is None
    assert repr(answer) == "Answer(status=200, data=<9 bytes>, message=<4 bytes>)"
    assert repr(outcome) == f"Outcome({answer!r})"
    again = azeer.read_response("message.send", status=200, headers=[], body=body, now=NOW_MS)
    assert outcome == again

    body = b'{"count": 12, "links": {"next": "/users?page=2"}}'
    outcome_of_list = platform.get("sceyt").read_response(
        "user.list", status=200, headers=(), body=body, now=NOW_MS
    )
    assert outcome_of_list.answer is not None and outcome_of_list.answer.page is not None
    page = outcome_of_list.answer.page
    assert (page.count, page.next, page.previous) == (12, "/users?page=2", None)
    assert (page.current, page.first, page.last) == (None, None, None)
    assert repr(page) == "Page(count=12, next=<13 bytes>)"


def test_a_failure_is_read() -> None:
    azeer = platform.get("azeer")
    outcome = azeer.read_response(
        "message.send",
        status=429,
        headers=[(b"retry-after", b"120")],
        body=b'{"success": false, "message": "slow down"}',
        now=NOW_MS,
    )
    assert not outcome.ok and outcome.answer is None
    assert outcome.failure is not None
    failure = outcome.failure
    assert (failure.kind, failure.status, failure.retry_after_ms) == ("rate_limited", 429, 120_000)
    assert (failure.code, failure.message) == (None, "slow down")
    assert str(failure) == "there were too many requests: wait before the next one (status 429)"
    assert repr(failure) == (
        "Failure(kind='rate_limited', status=429, code=None, message=<9 bytes>, "
        "retry_after_ms=120000)"
    )
    assert repr(outcome) == f"Outcome({failure!r})"
    endless = azeer.read_response(
        "message.send", status=503, headers={"Retry-After": "9" * 30}, body=b"", now=NOW_MS
    )
    assert endless.failure is not None and endless.failure.retry_after_ms == 2**63 - 1


def new_session(**variables: str) -> platform.TokenSession:
    return platform.TokenSession(platform.get("vchatcloud"), "k-1", variables)


def issue_token(session: platform.TokenSession, now_ms: int = NOW_MS) -> platform.TokenPoll:
    """Requests a token, receives one that is valid for five hours, and polls again."""
    assert session.poll(now_ms).kind == "send"
    headers = {"X-AUTH-TOKEN": jwt(now_ms + 5 * HOUR_MS)}
    session.receive(status=200, headers=headers, body=b"", now=now_ms)
    return session.poll(now_ms)


def test_a_token_session_keeps_its_token_until_renewal() -> None:
    session = new_session()
    assert (session.expires_ms, session.failure) == (None, None)
    sending = session.poll(now=NOW_MS)
    assert (sending.kind, sending.credentials, sending.until_ms) == ("send", None, None)
    assert sending.request is not None
    assert sending.request.url == "https://vchatcloud.com/openapi/token"
    assert repr(sending) == "TokenPoll(kind='send')"
    waiting = session.poll(NOW_MS)
    assert (waiting.kind, waiting.request, waiting.until_ms) == ("waiting", None, None)
    session.on_no_response(NOW_MS)
    waiting = session.poll(NOW_MS)
    assert waiting.until_ms == NOW_MS + 5000
    assert repr(waiting) == f"TokenPoll(kind='waiting', until_ms={NOW_MS + 5000})"
    assert waiting == session.poll(NOW_MS)

    later = NOW_MS + 5000
    ready = issue_token(session, later)
    assert ready.kind == "ready" and ready.credentials is not None
    assert ready.credentials == header.Credentials("k-1", jwt(later + 5 * HOUR_MS))
    assert session.expires_ms == later + 5 * HOUR_MS
    assert session.poll(later + 5 * HOUR_MS - 300_001).kind == "ready"
    assert session.poll(later + 5 * HOUR_MS - 300_000).kind == "send"


def test_a_token_session_survives_one_rejection_of_its_token() -> None:
    session = new_session()
    first = issue_token(session)
    assert first.credentials is not None
    session.refused(first.credentials)
    second = issue_token(session, NOW_MS + 1000)
    assert second.credentials is not None
    with pytest.raises(keyrail.PlatformError) as raised:
        session.refused(second.credentials)
    assert raised.value.code == "platform.token_refused"
    with pytest.raises(keyrail.PlatformError):
        session.poll(NOW_MS)
    session.reissue()
    third = issue_token(session, NOW_MS + 2000)
    assert third.credentials is not None
    session.accepted(third.credentials)
    session.rotate_key(keyrail.Secret("k-2"))
    fourth = issue_token(session, NOW_MS + 3000)
    assert fourth.credentials is not None and fourth.credentials.key.reveal() == "k-2"


def test_a_token_session_reports_why_it_has_no_token() -> None:
    session = new_session()
    session.poll(NOW_MS)
    with pytest.raises(keyrail.PlatformError) as raised:
        session.receive(status=503, headers={"Retry-After": "60"}, body=b"", now=NOW_MS)
    assert raised.value.code == "platform.token_not_issued"
    assert session.failure is not None and session.failure.kind == "server"
    assert session.poll(NOW_MS).until_ms == NOW_MS + 60_000
    with pytest.raises(keyrail.PlatformError) as raised:
        session.rotate_key("k\n")
    assert raised.value.code.startswith("header.")
    assert "expires_ms=None" in repr(session) and "'vchatcloud'" in repr(session)


def test_only_one_of_many_threads_gets_the_request() -> None:
    session = new_session()
    start = threading.Barrier(8)

    def poll(_: int) -> str:
        start.wait()
        return session.poll(NOW_MS).kind

    with ThreadPoolExecutor(8) as pool:
        kinds = list(pool.map(poll, range(8)))
    assert sorted(kinds) == ["send", *["waiting"] * 7]


def test_read_response_requires_every_argument() -> None:
    read: Any = platform.get("azeer").read_response
    given: dict[str, Any] = {"status": 200, "headers": {}, "body": b"", "now": NOW_MS}
    assert read("message.send", **given).ok
    for missing in given:
        with pytest.raises(TypeError):
            read("message.send", **{name: given[name] for name in given if name != missing})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("private-token", "s3cr3t"),
        ("X-Amz-Security-Token", "s3cr3t"),
        ("password", "s3cr3t"),
        ("x-signature", keyrail.HeaderValue("s3cr3t", sensitive=True)),
    ],
)
def test_an_extra_header_is_printed_only_if_it_is_not_a_credential(
    name: str, value: str | keyrail.HeaderValue
) -> None:
    request = platform.get("mehery").request(
        "message.send",
        variables={"domain": "abcorp"},
        headers={name: value, "x-note": "shown"},
        body=b"{}",
        credentials=header.Credentials("k-1"),
    )
    assert request.headers[-2][1].reveal() == "s3cr3t"
    assert "s3cr3t" not in repr(request) and "shown" in repr(request)
