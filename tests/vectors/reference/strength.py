"""Strength: an estimate of the bits of entropy in a string of unknown origin."""

import re

from .common import BASE62, DIGITS, LOWER, UPPER, bits


def count_and_bits(text):
    """Returns the number of characters that add entropy, and the bits of each."""
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
    return count_and_bits(text)[1]


def observed_bits(text):
    count, bits_each = count_and_bits(text)
    return count * bits_each
