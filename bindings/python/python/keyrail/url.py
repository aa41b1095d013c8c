"""URLs: percent-encoding, queries, RFC 6570 templates, base URLs."""

from ._keyrail import (
    BaseUrl,
    EncodeSet,
    Template,
    decode,
    decode_batch,
    decode_bytes,
    decode_form,
    encode,
    encode_batch,
    encode_bytes,
    encode_query,
    normalize,
    parse_query,
)

__all__ = [
    "BaseUrl",
    "EncodeSet",
    "Template",
    "decode",
    "decode_batch",
    "decode_bytes",
    "decode_form",
    "encode",
    "encode_batch",
    "encode_bytes",
    "encode_query",
    "normalize",
    "parse_query",
]
