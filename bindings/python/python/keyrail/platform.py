"""Platforms: descriptions of five messaging platforms, requests to them, and their responses.

A `TokenSession` says what to do. Your program does it, with its own HTTP client and clock:

    >>> from keyrail.platform import TokenPoll, TokenSession, get
    >>> def credentials(session, send, now, sleep_until):
    ...     while True:
    ...         poll = session.poll(now())
    ...         match poll:
    ...             case TokenPoll("ready"):
    ...                 return poll.credentials
    ...             case TokenPoll("send"):
    ...                 answer = send(poll.request)
    ...                 if answer is None:
    ...                     session.on_no_response(now())
    ...                 else:
    ...                     session.receive(**answer, now=now())
    ...             case _:
    ...                 sleep_until(poll.until_ms)
    >>> token = "e30.eyJleHAiOjE3OTM1MDkyMDB9.c2ln"  # {"exp": 1793509200}
    >>> answer = {"status": 200, "headers": {"X-AUTH-TOKEN": token}, "body": b""}
    >>> session = TokenSession(get("vchatcloud"), "k-1")
    >>> credentials(session, lambda request: answer, lambda: 1793491200000, None).token.reveal() == token
    True
"""

from typing import TYPE_CHECKING

from ._keyrail import (
    Answer,
    ExpiryPolicy,
    Failure,
    KeyScope,
    Operation,
    Outcome,
    Page,
    Platform,
    TokenPoll,
    TokenSession,
    TokenSpec,
    WebhookTraits,
)

if TYPE_CHECKING:
    from ._keyrail import _Document

__all__ = [
    "Answer",
    "ExpiryPolicy",
    "Failure",
    "KeyScope",
    "Operation",
    "Outcome",
    "Page",
    "Platform",
    "TokenPoll",
    "TokenSession",
    "TokenSpec",
    "WebhookTraits",
    "document",
    "from_json",
    "get",
    "names",
]


def get(name: str) -> Platform:
    """Reads a built-in platform. Keep the result, because each call reads the document again.

    Raises PlatformError: ``platform.unknown``.
    """
    return Platform.get(name)


def names() -> list[str]:
    """Returns the names of the platforms that are built in. Their order is fixed."""
    return Platform.names()


def document(name: str) -> str:
    """Returns the JSON document of a built-in platform.

    To adapt the document, change what differs in your deployment, and read the result with
    `from_json`. Keep the order of the schemes: the first one is the default.

    Raises PlatformError: ``platform.unknown``.
    """
    return Platform.document(name)


def from_json(document: "_Document") -> Platform:
    """Reads a platform from its document. The document is JSON, or a mapping of the same
    form.

    ``name``, ``base`` (a URL template), ``schemes`` (schemes by name) and ``operations`` (each
    with ``name`` and ``access``) are required. The optional members are ``accept``,
    ``expiry``, ``response``, ``scopes``, ``shapes``, ``token`` and ``webhook``.
    ``keyrail.json_schema("platform")`` describes each of them.

    Raises ConfigError with the faults.
    """
    return Platform.from_json(document)
