"""Strength: how many bits a text of unknown origin may be taken to carry."""

import re

from .common import BASE62, DIGITS, LOWER, UPPER, bits


def spread(text):
    """The characters that count, and how many bits each counts for."""
    timestamp = re.search("[0-9]{0,19}$", text)
    counted = [c for c in text[: timestamp.start()] if c not in "-_."]
    classes = [(DIGITS, 10), (LOWER, 26), (UPPER, 26)]
    symbols = sum(size for members, size in classes if any(c in members for c in counted))
    if any(c not in BASE62 for c in counted):
        symbols += 2
    for hexadecimal in (DIGITS + "abcdef", DIGITS + "ABCDEF"):
        if all(c in hexadecimal for c in counted):
            symbols = min(symbols, 16)
    return len(counted), bits(symbols) if symbols else 0.0


def class_bits(text):
    return spread(text)[1]


def observed_bits(text):
    count, each = spread(text)
    return count * each
