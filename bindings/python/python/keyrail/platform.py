"""Platforms: five messaging platforms as data, and requests built from them."""

from ._keyrail import Platform

__all__ = ["Platform", "from_json", "get", "names"]


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
