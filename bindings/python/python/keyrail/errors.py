"""The exceptions: each with a stable code, and none with a piece of the input.

The native module raises them; they are classes of Python, so that they can be
caught, subclassed and pickled like any other.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ._keyrail import Problem

__all__ = [
    "AccessDenied",
    "ConfigError",
    "Fault",
    "HeaderError",
    "KeyFormatError",
    "KeyrailError",
    "PlatformError",
    "RouteError",
    "UrlError",
    "WebhookError",
]


class KeyrailError(Exception):
    """Any error of Keyrail; as text, a sentence for a person.

    The class itself is raised for what belongs to no module: a time out of
    range (``time.out_of_range``), an invalid address
    (``network.malformed``), a ``str`` with a lone surrogate other than in a
    request's headers (``text.lone_surrogate``), a Problem's status or code
    (``problem.malformed_status``, ``problem.malformed_code``), an unknown access
    (``access.unknown_access``), a message id
    (``gateway.malformed_message_id``), and a defect of Keyrail's own
    (``internal.panic``).
    """

    code: str
    """The stable, dotted code, such as ``url.malformed_escape``."""

    offset: int | None
    """Where, in bytes of UTF-8 from the start of the input, or None."""

    header: str | None = None
    """Which header is meant, as the scheme spells it, or None."""

    def __init__(self, message: str, code: str, offset: int | None = None) -> None:
        super().__init__(message, code, offset)
        self.code = code
        self.offset = offset

    def __str__(self) -> str:
        return str(self.args[0])

    def __reduce__(self) -> tuple[type, tuple[object, ...], dict[str, object]]:
        kept = {name: value for name, value in vars(self).items() if name != "_problem"}
        return type(self), self.args, kept


class UrlError(KeyrailError, ValueError):
    """A string cannot be part of a URL, or is not a valid URL or template."""


class KeyFormatError(KeyrailError, ValueError):
    """A string is not a valid key, digest or pepper; or a format, mask or stream cannot
    do what is asked of it.
    """


class HeaderError(KeyrailError, ValueError):
    """Credentials are missing, duplicate, ambiguous or malformed.

    ``keyrail.header.problem`` says what to answer.
    """

    _problem: "Problem | None" = None


class RouteError(KeyrailError, ValueError):
    """A message cannot be routed: what it says, or what is said of it, is wrong."""


class WebhookError(KeyrailError, ValueError):
    """A delivery is not genuine, or a secret or target cannot be used.

    ``keyrail.header.problem`` says what to answer to the delivery.
    """

    _problem: "Problem | None" = None


class PlatformError(KeyrailError, ValueError):
    """A platform has no such name or operation, or a request lacks a part."""


class AccessDenied(KeyrailError):
    """A key may not do this, here or now. It is not a ValueError.

    ``keyrail.header.problem`` says what to answer.
    """

    _problem: "Problem | None" = None


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong with a configuration."""

    code: str
    """The stable, dotted code."""

    pointer: str
    """Where: a JSON Pointer (RFC 6901); empty for the document as a whole."""

    message: str
    """A sentence for a person, without what was written in the document."""


class ConfigError(KeyrailError, ValueError):
    """A configuration is rejected; ``code`` is the first fault's."""

    faults: list[Fault]
    """Every fault in the order in which it was met, at most 100."""

    def __init__(
        self,
        message: str,
        code: str,
        offset: int | None = None,
        faults: Sequence[Fault] = (),
    ) -> None:
        super().__init__(message, code, offset)
        self.args = (message, code, offset, list(faults))
        self.faults = list(faults)
