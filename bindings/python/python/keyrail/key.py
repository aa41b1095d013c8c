"""Keys: their formats, their masks, the digests to store instead of them, and
the redaction of text in which they stand.
"""

from ._keyrail import (
    ApiKey,
    Digest,
    Finding,
    Format,
    FormatSet,
    MaskPolicy,
    Pepper,
    RedactByteStream,
    Redactor,
    RedactStream,
)

__all__ = [
    "ApiKey",
    "Digest",
    "Finding",
    "Format",
    "FormatSet",
    "MaskPolicy",
    "Pepper",
    "RedactByteStream",
    "RedactStream",
    "Redactor",
]
