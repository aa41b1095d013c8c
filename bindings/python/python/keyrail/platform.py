"""Platforms: five messaging platforms as data, requests to them, and what comes back."""

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
    TokenTraits,
    WebhookTraits,
)

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
    "TokenTraits",
    "WebhookTraits",
    "from_json",
    "get",
    "json_schema",
    "names",
]


def get(name: str) -> Platform:
    """The platform of this name.

    Raises PlatformError: ``platform.unknown``.
    """
    return Platform.get(name)


def names() -> list[str]:
    """The names of the platforms that Keyrail knows, in a fixed order."""
    return Platform.names()


def from_json(text: str) -> Platform:
    """Reads a platform from its configuration, a JSON text.

    Raises ConfigError with every fault.
    """
    return Platform.from_json(text)


def json_schema() -> str:
    """The JSON Schema (2020-12) of a platform's configuration."""
    return Platform.json_schema()
