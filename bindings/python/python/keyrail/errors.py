"""The exceptions. Each has a stable code, and none contains a part of the input.

The native module raises them. They are written in Python, so that they can be
subclassed and pickled like any other exception.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from ._keyrail import Consumption, Problem

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
    """Any error of Keyrail. ``str`` returns a sentence for a person.

    The class itself is raised for errors that have no class of their own, among them:

    - ``time.out_of_range``: a time out of range
    - ``network.malformed``: an invalid address
    - ``text.lone_surrogate``: a ``str`` with a lone surrogate (``HeaderError`` if
      it is in a request's headers)
    - ``problem.malformed_status``, ``problem.malformed_code``: an invalid status
      or code of a Problem
    - codes that start with ``access.``, except those of ``AccessDenied``: an invalid argument of ``keyrail.access``, or an operation that a policy rejects
    - ``gateway.malformed_message_id``, ``gateway.too_many_records``: an invalid argument of a gateway's call
    - ``internal.panic``, ``gateway.internal``: a defect in Keyrail
    """

    code: str
    """The stable, dotted code, such as ``url.malformed_escape``."""

    offset: int | None
    """The offset in the input, in bytes of UTF-8, or None."""

    header: str | None = None
    """The name of the header concerned, as the scheme spells it, or None."""

    def __init__(self, message: str, code: str, offset: int | None = None) -> None:
        super().__init__(message, code, offset)
        self.code = code
        self.offset = offset

    def __str__(self) -> str:
        return str(self.args[0])

    def __reduce__(self) -> tuple[type, tuple[object, ...], dict[str, object]]:
        left_out = ("_problem", "consumption")
        state = {name: value for name, value in vars(self).items() if name not in left_out}
        return type(self), self.args, state


class UrlError(KeyrailError, ValueError):
    """A string cannot be part of a URL, or is not a valid URL or template."""


class KeyFormatError(KeyrailError, ValueError):
    """A string is not a valid key, digest or pepper, or an operation on a
    format, mask or stream is not possible.
    """


class HeaderError(KeyrailError, ValueError):
    """Credentials are missing, duplicate, ambiguous or malformed, or a scheme or the value
    of a header is invalid.

    ``keyrail.header.problem`` returns the problem to answer with.
    """

    _problem: "Problem | None" = None


class RouteError(KeyrailError, ValueError):
    """A message cannot be routed, or the bytes of a table cannot be loaded."""


class WebhookError(KeyrailError, ValueError):
    """A delivery is not genuine, or a secret or target cannot be used.

    ``keyrail.header.problem`` returns the problem to answer the delivery with.
    """

    _problem: "Problem | None" = None


class PlatformError(KeyrailError, ValueError):
    """A platform or operation is unknown, a request or response is invalid, or a token
    cannot be obtained.
    """


class AccessDenied(KeyrailError):
    """A request is denied: its key is not valid at this time or from this address, or does
    not allow the operation. AccessDenied is not a ValueError.

    ``keyrail.header.problem`` returns the problem to answer with.
    """

    consumption: "Consumption | None" = None
    """The outcome of the key's limits if one of the limits is the reason, otherwise None. If it
    contains new states of the limits, store them. This attribute is not pickled.
    """

    _problem: "Problem | None" = None


class Fault(NamedTuple):
    """One fault of a configuration."""

    code: str
    """The stable, dotted code."""

    pointer: str
    """The location, as a JSON Pointer (RFC 6901); empty for the whole document."""

    message: str
    """A sentence for a person, without any value of the document."""


class ConfigError(KeyrailError, ValueError):
    """A configuration is invalid. ``code`` is the code of the first fault."""

    faults: list[Fault]
    """The faults, in the order in which they were found, at most 100."""

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
