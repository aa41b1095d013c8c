"""Keyrail: API keys and message routing for multichannel messaging platforms.

Keyrail decides and your program acts: the time, random bytes, addresses and secrets are
arguments. No function here reads a clock or a file, or uses the network.

>>> import keyrail
>>> keyrail.url.encode("username_new*user")
'username_new%2Auser'
"""

from typing import TYPE_CHECKING

from . import access, header, key, platform, redact, route, url, webhook
from ._keyrail import (
    AuditEvent,
    Delivery,
    Gateway,
    HeaderValue,
    Identity,
    Inbound,
    Outbound,
    Problem,
    Request,
    Response,
    Secret,
    json_schema,
)
from .errors import (
    AccessDenied,
    ConfigError,
    Fault,
    HeaderError,
    KeyFormatError,
    KeyrailError,
    PlatformError,
    RouteError,
    UrlError,
    WebhookError,
)

__all__ = [
    "AccessDenied",
    "AuditEvent",
    "ConfigError",
    "Delivery",
    "Fault",
    "Gateway",
    "HeaderError",
    "HeaderValue",
    "Identity",
    "Inbound",
    "KeyFormatError",
    "KeyrailError",
    "Outbound",
    "PlatformError",
    "Problem",
    "Request",
    "Response",
    "RouteError",
    "Secret",
    "UrlError",
    "WebhookError",
    "access",
    "header",
    "json_schema",
    "key",
    "redact",
    "route",
    "url",
    "webhook",
]

if TYPE_CHECKING:
    from types import ModuleType

    from . import logging


def __getattr__(name: str) -> "ModuleType":
    # `keyrail.logging` is imported on first use, because the standard library's
    # `logging` takes longer to import than all of Keyrail.
    if name == "logging":
        from importlib import import_module

        return import_module(".logging", __name__)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
