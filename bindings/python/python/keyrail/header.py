"""Credentials in HTTP header fields: reading, writing, asking for them; addresses."""

from ._keyrail import Credentials, Scheme, Trust, client_ip

__all__ = ["Credentials", "Scheme", "Trust", "client_ip", "scheme_schema"]


def scheme_schema() -> str:
    """The JSON Schema (2020-12) of a scheme's configuration."""
    return Scheme.json_schema()
