"""Headers in the forms that frameworks use; schemes, problem responses and client addresses."""

import email.message
import http.client
import io
import ipaddress
import json
import pickle
import wsgiref.util
from collections import UserDict
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import pytest
from conftest import NOW_MS

import keyrail
from keyrail import header

X_API_KEY = header.Scheme.x_api_key()


def environ(**variables: str) -> dict[str, Any]:
    """Returns a request's environ as PEP 3333 specifies it."""
    environ: dict[str, Any] = dict(variables)
    wsgiref.util.setup_testing_defaults(environ)
    return environ


def extract_error(scheme: header.Scheme, headers: Any) -> str:
    """Returns the code of the error that `extract` raises."""
    with pytest.raises(keyrail.HeaderError) as raised:
        scheme.extract(headers)
    return raised.value.code


class MultiDict:
    """A class like the multidict of a web framework. Its `items()` returns a header twice."""

    def items(self) -> list[tuple[str, str]]:
        return [("x-api-key", "k-1"), ("x-api-key", "k-1")]


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "a.example", "X-Api-Key": "k-1"},
        UserDict({"X-Api-Key": "k-1"}),
        MappingProxyType({b"x-api-key": b"k-1"}),
        http.client.parse_headers(io.BytesIO(b"Host: a.example\r\nX-Api-Key: k-1\r\n\r\n")),
        [("host", "a.example"), ("x-api-key", "k-1")],
        [(b"host", b"a.example"), (b"x-api-key", b"k-1")],
        environ(HTTP_X_API_KEY="k-1"),
        {"REQUEST_METHOD": "GET", "PATH_INFO": "/", "HTTP_X_API_KEY": "k-1"},
        {"REQUEST_METHOD": "GET", "wsgi.version": (1, 0), "HTTP_X_API_KEY": "k-1"},
        {"REQUEST_METHOD": "GET", "wsgi.url_scheme": "https", "HTTP_X_API_KEY": "k-1"},
    ],
    ids="dict mapping bytes message pairs asgi wsgi cgi version scheme".split(),
)
def test_headers_in_every_supported_form_are_accepted(headers: Any) -> None:
    assert X_API_KEY.extract(headers) == header.Credentials("k-1")


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({"x-api-key": "k-1", "X-Api-Key": "k-1"}, "header.duplicate"),
        ({"x-api-key": "k-1", b"X-API-KEY": b"k-1"}, "header.duplicate"),
        (MultiDict(), "header.duplicate"),
        ([(b"x-api-key", b"k-1"), (b"x-api-key", b"k-1")], "header.duplicate"),
        ({"x-api-key": "k-1", "x_api_key": "k-1"}, "header.ambiguous"),
        (environ(HTTP_X_API_KEY="k-1,k-1"), "header.list"),
        (environ(HTTP_X_API_KEY="k-1, k-1"), "header.list"),
        (environ(X_API_KEY="k-1"), "header.missing"),
        (environ(), "header.missing"),
        ({}, "header.missing"),
        ([], "header.missing"),
    ],
)
def test_a_missing_or_duplicate_header_is_rejected(headers: Any, code: str) -> None:
    assert extract_error(X_API_KEY, headers) == code


def test_environ_names_are_mapped_to_the_header_names_of_the_scheme() -> None:
    pair = keyrail.platform.get("vchatcloud").scheme
    credentials = pair.extract(environ(HTTP_API_KEY="k-1", HTTP_X_AUTH_TOKEN="t-1"))
    assert credentials == header.Credentials("k-1", "t-1")
    content = header.Scheme.header("Content-Type")
    assert content.extract(environ(CONTENT_TYPE="text/plain")).key.reveal() == "text/plain"
    bearer = header.Scheme.bearer()
    assert bearer.extract(environ(HTTP_AUTHORIZATION="Bearer k-1")).key.reveal() == "k-1"
    joined = environ(HTTP_AUTHORIZATION="Bearer k-1,Bearer k-1")
    assert extract_error(bearer, joined) == "header.list"


@pytest.mark.parametrize(
    "headers",
    [
        {"REQUEST_METHOD": "GET", "Host": "a.example", "HTTP_X_API_KEY": "k-1"},
        {"REQUEST_METHOD": "GET", "FORWARDED": "for=a", "HTTP_X_API_KEY": "k-1"},
        {"wsgi.version": "1", "REQUEST_METHOD": "GET", "Host": "a", "HTTP_X_API_KEY": "k-1"},
        {"wsgi.version": b"1", "Host": "a", "HTTP_X_API_KEY": "k-1"},
        {"wsgi.input": "1", "HTTP_X_API_KEY": "k-1"},
        MappingProxyType({"REQUEST_METHOD": "GET", "HTTP_X_API_KEY": "k-1"}),
        [("REQUEST_METHOD", "GET"), ("HTTP_X_API_KEY", "k-1")],
    ],
)
def test_headers_from_a_client_are_not_mistaken_for_an_environ(headers: Any) -> None:
    """A client can send a header of any name. None of these headers is `x-api-key`."""
    assert extract_error(X_API_KEY, headers) == "header.missing"


def test_headers_that_imitate_an_environ_do_not_hide_the_forwarded_header() -> None:
    trust = header.Trust.forwarded(["10.0.0.0/8"])
    headers = {
        "Host": "a.example",
        "Forwarded": "for=198.51.100.9",
        "REQUEST_METHOD": "GET",
        "wsgi.version": "(1, 0)",
        "HTTP_FORWARDED": "for=203.0.113.7",
    }
    assert header.client_ip("10.0.0.1", headers, trust) == "198.51.100.9"


def test_a_gateway_accepts_an_environ(
    gateway: keyrail.Gateway, key: keyrail.key.ApiKey
) -> None:
    headers = environ(HTTP_X_API_KEY=key.reveal())
    assert gateway.identify(headers).key_id == key.id
    outbound = gateway.outbound(
        operation="config.channels", headers=headers, now=NOW_MS, ip="203.0.113.7"
    )
    assert outbound.accepted
    assert extract_error(X_API_KEY, environ(HTTP_API_KEY=key.reveal())) == "header.missing"


def test_a_verifier_accepts_an_environ() -> None:
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    signed = keyrail.webhook.Signer(secret).sign("m", NOW_MS, b"body")
    variables = {
        "HTTP_" + name.upper().replace("-", "_"): value.reveal() for name, value in signed
    }
    verified = keyrail.webhook.Verifier(secret).verify(environ(**variables), b"body", NOW_MS)
    assert verified.id == "m"


def test_a_scheme_extracts_any_alternative_and_applies_the_first() -> None:
    either = header.Scheme.any_of([X_API_KEY, header.Scheme.bearer()])
    assert either == header.Scheme.any_of(iter([X_API_KEY, header.Scheme.bearer()]))
    assert either.extract({"Authorization": "Bearer k-1"}).variant == "as_documented"
    assert [name for name, _ in either.apply(header.Credentials("k-1"))] == ["x-api-key"]
    both = {"Authorization": "Bearer k-1", "x-api-key": "k-1"}
    assert extract_error(either, both) == "header.ambiguous"

    bare = header.Scheme.any_of([header.Scheme.bearer(), header.Scheme.bare_authorization()])
    assert bare.extract({"Authorization": "k-1"}).variant == "lenient"
    assert extract_error(bare, {"Authorization": "Digest"}) == "header.unknown_scheme"

    strict = header.Scheme.bearer().with_token68()
    assert strict != header.Scheme.bearer()
    assert extract_error(strict, {"Authorization": "Bearer a=b"}) == "header.token68"


def test_a_bearer_challenge_may_name_an_error() -> None:
    bearer = header.Scheme.bearer()
    assert bearer.challenge("desk", None) == bearer.challenge("desk") == 'Bearer realm="desk"'
    named = bearer.challenge("desk", error="insufficient_scope")
    assert named == 'Bearer realm="desk", error="insufficient_scope"'


def test_a_rejection_is_rendered_as_a_problem_response(deployment: dict[str, Any]) -> None:
    with pytest.raises(keyrail.HeaderError) as raised:
        X_API_KEY.extract({})
    problem = header.problem(raised.value)
    assert (problem.status, problem.code) == (401, "header.missing")
    assert problem.detail == str(raised.value)
    assert problem == header.problem(raised.value)
    assert repr(problem) == "Problem(code='header.missing', status=401)"
    response = header.render(problem, X_API_KEY, "desk")
    assert response.status == 401
    found = {name: value.reveal() for name, value in response.headers}
    assert found["www-authenticate"] == 'ApiKey realm="desk"'
    assert found["content-type"] == "application/problem+json"
    assert json.loads(response.body or b"")["code"] == "header.missing"

    record = keyrail.access.Record.from_json(json.dumps(deployment["keys"][0]))
    with pytest.raises(keyrail.AccessDenied) as denied:
        record.authorize("read", NOW_MS, "192.0.2.1")
    assert header.problem(denied.value).code == denied.value.code


def test_an_application_may_create_and_render_its_own_problem() -> None:
    problem = keyrail.Problem(429, "quota.exceeded", "too many requests: wait a minute")
    assert (problem.status, problem.code) == (429, "quota.exceeded")
    assert problem == keyrail.Problem(429, "quota.exceeded", "too many requests: wait a minute")
    response = header.render(problem, X_API_KEY, "desk")
    assert response.status == 429
    body = json.loads(response.body or b"")
    assert (body["title"], body["detail"]) == ("Too Many Requests", problem.detail)
    for status in (0, 200, 399, 600, 65_536 + 429, -1, 1 << 70):
        with pytest.raises(keyrail.KeyrailError) as raised:
            keyrail.Problem(status, "quota.exceeded", "no")
        assert raised.value.code == "problem.malformed_status"


def test_an_unpickled_error_keeps_its_code_and_message_but_has_no_problem() -> None:
    with pytest.raises(keyrail.HeaderError) as raised:
        X_API_KEY.extract({})
    again = pickle.loads(pickle.dumps(raised.value))
    assert (str(again), again.code) == (str(raised.value), raised.value.code)
    assert again.header == "x-api-key"
    for error in (again, keyrail.HeaderError("a sentence", "header.missing")):
        with pytest.raises(TypeError):
            header.problem(error)


def test_an_error_names_its_header() -> None:
    calls: list[Callable[[], object]] = [
        lambda: X_API_KEY.extract([(b"X-API-KEY", b"a b")]),
        lambda: X_API_KEY.apply(header.Credentials("a b")),
    ]
    for call in calls:
        with pytest.raises(keyrail.HeaderError) as raised:
            call()
        assert (raised.value.code, raised.value.header) == ("header.white_space", "x-api-key")
    with pytest.raises(keyrail.PlatformError) as missing:
        keyrail.platform.get("vchatcloud").request(
            "room.list", credentials=header.Credentials("k-1")
        )
    assert (missing.value.code, missing.value.header) == ("header.missing", "X-AUTH-TOKEN")
    with pytest.raises(keyrail.KeyrailError) as other:
        keyrail.url.decode("100%")
    assert other.value.header is None


PROXIES = ["10.0.0.0/8", "2001:db8:1::/48"]


def test_the_client_address_is_read_through_trusted_proxies() -> None:
    trust = header.Trust.x_forwarded_for(PROXIES)
    chain = [(b"x-forwarded-for", b"192.0.2.1, 203.0.113.7:4711"), (b"x-forwarded-for", b"10.0.0.3")]
    assert header.client_ip("10.0.0.2", chain, trust) == "203.0.113.7"
    assert header.client_ip(ipaddress.ip_address("10.0.0.2"), chain, trust) == "203.0.113.7"
    assert header.client_ip("198.51.100.1", chain, trust) == "198.51.100.1"
    assert header.client_ip("::ffff:10.0.0.2", {}, trust) == "10.0.0.2"
    assert header.client_ip("10.0.0.2", chain, header.Trust.none()) == "10.0.0.2"
    forwarded = header.Trust.forwarded(PROXIES)
    value = {"Forwarded": 'for="[2001:DB8::7]:1"'}
    assert header.client_ip("2001:db8:1::1", value, forwarded) == "2001:db8::7"
    with pytest.raises(keyrail.HeaderError) as raised:
        header.client_ip("10.0.0.2", {"Forwarded": "for=1.2.3.4, for=_hidden"}, forwarded)
    assert (raised.value.code, raised.value.offset) == ("header.hidden_hop", 13)
    assert header.problem(raised.value).status == 400


def test_a_joined_x_forwarded_for_list_in_an_environ_is_rejected() -> None:
    """The list may contain the value of a header `X_Forwarded_For` that came from the client,
    not from a proxy.
    """
    trust = header.Trust.x_forwarded_for(["127.0.0.1"])
    single = environ(HTTP_X_FORWARDED_FOR="203.0.113.7")
    assert header.client_ip("127.0.0.1", single, trust) == "203.0.113.7"
    joined = environ(HTTP_X_FORWARDED_FOR="203.0.113.7,192.0.2.1")
    with pytest.raises(keyrail.HeaderError) as raised:
        header.client_ip("127.0.0.1", joined, trust)
    assert (raised.value.code, raised.value.header) == ("header.list", "X-Forwarded-For")
    assert raised.value.offset == 11
    assert header.problem(raised.value).status == 400
    assert header.client_ip("192.0.2.9", joined, trust) == "192.0.2.9"
    own = header.Trust("X_Real_IP", ["127.0.0.1"])
    assert header.client_ip("127.0.0.1", environ(HTTP_X_REAL_IP="192.0.2.1"), own) == "192.0.2.1"


def test_trust_consists_of_a_header_and_networks() -> None:
    trust = header.Trust("X-Forwarded-For", PROXIES)
    assert trust == header.Trust.x_forwarded_for(iter(PROXIES))
    document = {"header": "X-Forwarded-For", "networks": PROXIES}
    assert trust == header.Trust.from_json(json.dumps(document))
    assert trust != header.Trust.forwarded(PROXIES)
    assert trust.header == "X-Forwarded-For"
    assert trust.trusts("10.9.9.9") and not trust.trusts(ipaddress.ip_address("11.0.0.1"))
    assert not header.Trust.none().trusts("10.0.0.1")
    assert repr(trust) == "Trust(header='X-Forwarded-For')"


def test_an_email_message_may_repeat_a_header() -> None:
    message = email.message.Message()
    message["Forwarded"] = "for=203.0.113.7"
    message["Forwarded"] = "for=10.0.0.3"
    trust = header.Trust.forwarded(PROXIES)
    assert not isinstance(message, Mapping)
    assert header.client_ip("10.0.0.2", message, trust) == "203.0.113.7"


def test_strip_credentials_returns_the_other_headers_as_they_are() -> None:
    scheme = keyrail.header.Scheme.x_api_key()
    raw = [(b"host", b"a.example"), (b"x_api_key", b"secret"), (b"x-api-key", b"secret")]
    assert scheme.strip_credentials(raw) == [(b"host", b"a.example")]
    assert scheme.strip_credentials({"X-Api-Key": "secret", "A": "1"}) == [("A", "1")]
    environ = {"REQUEST_METHOD": "GET", "HTTP_X_API_KEY": "secret"}
    with pytest.raises(TypeError, match="environ"):
        scheme.strip_credentials(environ)
