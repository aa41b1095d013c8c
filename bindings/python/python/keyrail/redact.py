"""Finding and redacting credentials in text, all at once or in chunks.

>>> import keyrail
>>> keyrail.redact.Redactor().redact("x-api-key: q7Rk2Vx9Lm4Tz8Wc")
'x-api-key: ••••••••'
"""

from ._keyrail import Finding, RedactByteStream, Redactor, RedactStream

__all__ = ["Finding", "RedactByteStream", "RedactStream", "Redactor"]
