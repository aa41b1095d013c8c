"""The definitions that all parts of the reference share: alphabets, limits and errors."""

import math
import re

DIGITS = "0123456789"
UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
LOWER = UPPER.lower()
BASE62 = DIGITS + UPPER + LOWER
ALPHABETS = {
    "hex": DIGITS + "abcdef",
    "base32": DIGITS + "ABCDEFGHJKMNPQRSTVWXYZ",  # Crockford's: no I, L, O, U
    "base58": "".join(c for c in BASE62 if c not in "0OIl"),
    "base62": BASE62,
    "base64url": UPPER + LOWER + DIGITS + "-_",
    "digits": DIGITS,
}
# The characters that a key may contain: RFC 6750's b64token, without the padding.
KEY_CHARACTERS = set(BASE62 + "-._~+/")
NAME = re.compile("[0-9A-Za-z_-]{1,64}")
MASKS = {False: "\u2022" * 8, True: "*" * 8}
MIN_BITS, MIN_HIDDEN_BITS, MIN_SHOWN_LENGTH = 96, 64, 20
MAX_KEY, MAX_FOREIGN_KEY = 512, 8192
ROUNDING = 1e-9


class Rejected(Exception):
    """An error of the library, with a code, and an offset or a list of faults."""

    def __init__(self, code, offset=None, faults=None):
        super().__init__(code)
        self.code, self.offset, self.faults = code, offset, faults


def bits(symbols):
    return math.log2(symbols)


def by_bytes(text):
    """Returns a text with one character per UTF-8 byte, so that its indices are byte offsets."""
    return text.encode().decode("latin-1")
