"""Credentials in HTTP header fields: reading, writing, asking for them; addresses."""

from ._keyrail import Credentials, Problem, Scheme, Trust, client_ip, render
from .errors import AccessDenied, HeaderError, WebhookError

__all__ = ["Credentials", "Scheme", "Trust", "client_ip", "problem", "render", "scheme_schema"]


def problem(error: HeaderError | AccessDenied | WebhookError) -> Problem:
    """Returns what to answer to a request or a delivery that is rejected.

    401 where the credential is missing, wrong or of another authentication
    scheme, 400 where it is doubled, ambiguous or malformed, 403 where the key
    may not do this; for a delivery 400 where a header is missing, duplicate or
    malformed, 403 where it is too old, too new or signed by somebody else; 500
    for a fault of the scheme or the secrets themselves. ``render`` makes the
    response of a request's problem, ``Problem.response`` that of a delivery's.

    Raises TypeError for an error that refuses no request, or that was pickled.
    """
    if not isinstance(error, HeaderError | AccessDenied | WebhookError) or error._problem is None:
        raise TypeError("this error was not raised for a request")
    return error._problem


def scheme_schema() -> str:
    """The JSON Schema (2020-12) of a scheme's configuration."""
    return Scheme.json_schema()
