"""URLs: percent-encoding, queries, RFC 6570 templates, base URLs."""

from ._keyrail import BaseUrl, Template, decode, encode, encode_query

__all__ = ["BaseUrl", "Template", "decode", "encode", "encode_query"]
