"""Credentials in HTTP header fields: reading, writing, challenges; client addresses."""

from ._keyrail import Credentials, Problem, Scheme, Trust, client_ip, render
from .errors import AccessDenied, HeaderError, WebhookError

__all__ = ["Credentials", "Scheme", "Trust", "client_ip", "problem", "render"]


def problem(error: HeaderError | AccessDenied | WebhookError) -> Problem:
    """Returns the problem to answer a rejected request, delivery or webhook URL with.

    For a request: 401 if the credential is missing, wrong or of another
    authentication scheme, 400 if it is duplicate, ambiguous or malformed, 403 if
    the key may not do this. For a delivery: 400 if a header is missing, duplicate
    or malformed, 403 if it is too old, too new or signed with another secret. For
    a webhook URL: 400. For an invalid scheme, secret or time of the host: 500.
    Build the response with ``render`` for a request, and with
    ``Problem.response`` otherwise.

    Raises TypeError if the error has no problem, or was pickled.
    """
    if not isinstance(error, HeaderError | AccessDenied | WebhookError) or error._problem is None:
        raise TypeError("this error was not raised for a request")
    return error._problem
