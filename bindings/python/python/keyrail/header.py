"""Credentials in HTTP header fields: reading, writing, challenges; client addresses."""

from ._keyrail import Credentials, Problem, Scheme, Trust, client_ip, render
from .errors import AccessDenied, HeaderError, WebhookError

__all__ = ["Credentials", "Scheme", "Trust", "client_ip", "problem", "render"]


def problem(error: HeaderError | AccessDenied | WebhookError) -> Problem:
    """Returns the problem for a rejected request, webhook delivery or webhook URL.

    For a request, the status is 401 if the credential is missing, wrong or of another
    authentication scheme, 400 if the credential is duplicate, ambiguous or malformed, 403 if the
    key does not allow the request, and 429 if a limit of the key is exceeded. For a delivery, the
    status is 400 if a header is missing, duplicate or malformed, and 403 if the delivery is too
    old, is too new or has no valid signature. For a webhook URL, the status is 400. If a scheme, a
    secret or a time that your program passed is invalid, the status is 500. Build the response with
    ``render`` for a request, and with ``Problem.response`` otherwise.

    Raises TypeError if the error has no problem, or was pickled.
    """
    if not isinstance(error, HeaderError | AccessDenied | WebhookError) or error._problem is None:
        raise TypeError("this error has no associated problem")
    return error._problem
