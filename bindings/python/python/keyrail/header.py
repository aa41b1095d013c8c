"""Credentials in HTTP header fields: reading, writing, asking for them."""

from ._keyrail import Credentials, Scheme

__all__ = ["Credentials", "Scheme"]
