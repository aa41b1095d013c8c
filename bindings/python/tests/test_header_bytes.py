"""Headers that a server or a client decoded with `surrogateescape` (PEP 383)."""

from collections.abc import Callable
from typing import Any

import pytest
from conftest import NOW_MS
from test_platform import jwt

import keyrail
from keyrail import header, platform

X_API_KEY = header.Scheme.x_api_key()

# A header that no call reads. Some clients send Latin-1, which is not valid UTF-8.
LATIN1: dict[Any, Any] = {"x-caf\udce9": "caf\udce9"}


def error_of(call: Callable[[], object]) -> keyrail.KeyrailError:
    with pytest.raises(keyrail.KeyrailError) as raised:
        call()
    return raised.value


def test_a_scheme_rejects_non_ascii_only_in_its_own_headers() -> None:
    assert X_API_KEY.extract({**LATIN1, "x-api-key": "k-1"}).key.reveal() == "k-1"
    for value in ("k-\udcc3\udca9", "k-é", "k-\udcff", "k-\ud800", "k-\udc80\ud800"):
        error = error_of(lambda value=value: X_API_KEY.extract({"x-api-key": value}))
        assert isinstance(error, keyrail.HeaderError)
        assert (error.code, error.offset, error.header) == ("header.non_ascii", 2, "x-api-key")


def test_the_client_address_is_read_despite_invalid_utf8_in_other_headers() -> None:
    trust = header.Trust.forwarded(["10.0.0.0/8"])
    headers = {**LATIN1, "Forwarded": "for=203.0.113.7"}
    assert header.client_ip("10.0.0.1", headers, trust) == "203.0.113.7"
    error = error_of(lambda: header.client_ip("10.0.0.1", {"Forwarded": "for=\udce9"}, trust))
    assert (error.code, error.offset) == ("header.malformed_hop", 0)


def test_a_verifier_ignores_invalid_utf8_in_other_headers() -> None:
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    signed = keyrail.webhook.Signer(secret).sign("m", NOW_MS, b"body")
    headers: dict[str, Any] = {name: value.reveal() for name, value in signed}
    verifier = keyrail.webhook.Verifier(secret)
    assert verifier.verify({**LATIN1, **headers}, b"body", NOW_MS).id == "m"
    error = error_of(
        lambda: verifier.verify({**headers, "webhook-id": "m\udce9"}, b"body", NOW_MS)
    )
    assert isinstance(error, keyrail.WebhookError)


def test_a_response_is_read_despite_invalid_utf8_in_headers() -> None:
    def read(wait: str) -> int | None:
        outcome = platform.get("mehery").read_response(
            "message.send",
            status=429,
            headers={**LATIN1, "Retry-After": wait},
            body=b"",
            now=NOW_MS,
        )
        assert outcome.failure is not None
        return outcome.failure.retry_after_ms

    assert read("7") == 7000
    assert read("7\udce9") is None


def test_a_token_session_continues_after_invalid_utf8_in_headers() -> None:
    def receive(token: str) -> platform.TokenSession:
        session = platform.TokenSession(platform.get("vchatcloud"), "k-1")
        assert session.poll(NOW_MS).kind == "send"
        headers = {**LATIN1, "X-AUTH-TOKEN": token}
        try:
            session.receive(status=200, headers=headers, body=b"", now=NOW_MS)
        except keyrail.PlatformError as error:
            assert (error.code, error.offset) == ("header.non_ascii", 1)
        return session

    assert receive(jwt(NOW_MS + 3_600_000)).poll(NOW_MS).kind == "ready"
    poll = receive("t\udce9").poll(NOW_MS)
    assert (poll.kind, poll.until_ms) == ("waiting", NOW_MS + 5000)


def test_a_gateway_rejects_invalid_utf8_only_in_the_key_header(
    gateway: keyrail.Gateway, key: keyrail.key.ApiKey
) -> None:
    def outbound(text: str) -> keyrail.Outbound:
        headers = {**LATIN1, "x-api-key": text}
        return gateway.outbound(
            operation="config.channels", headers=headers, now=NOW_MS, ip="203.0.113.7"
        )

    assert outbound(key.reveal()).accepted
    denied = outbound(key.reveal() + "\udce9")
    assert not denied.accepted and denied.response is not None
    assert denied.response.status == 400


def test_an_environ_is_recognized_despite_invalid_utf8_in_other_variables() -> None:
    environ: dict[str, Any] = {
        "REQUEST_METHOD": "GET",
        "HTTP_X_CAF\udce9": "a",
        "HTTP_X_API_KEY": "k-1",
        "wsgi.multithread": False,
    }
    assert X_API_KEY.extract(environ).key.reveal() == "k-1"
