"""Digests: Keyrail's own and imported ones, computed and verified."""

import base64
import hashlib
import hmac
import re

from .common import ALPHABETS, DIGITS, MIN_BITS, Rejected, by_bytes
from .strength import observed_bits


def digest(text, pepper=None):
    if observed_bits(text) < MIN_BITS:
        check_pepper(pepper)
        raise Rejected("key.too_weak")
    return hashed(text, check_pepper(pepper))


def hashed(text, pepper=None):
    if pepper is None:
        label, value = "sha256", hashlib.sha256(text.encode()).digest()
    else:
        label = "hmac-sha256:" + pepper["id"]
        value = hmac.digest(pepper["secret"].encode(), text.encode(), "sha256")
    return f"{label}:{base64.urlsafe_b64encode(value).decode().rstrip('=')}"


def check_pepper(pepper):
    if pepper is not None:
        check_pepper_id(pepper["id"], 0)
        if len(pepper["secret"].encode()) < 16:
            raise Rejected("key.pepper_too_short")
    return pepper


def check_pepper_id(name, start):
    wrong = re.search("[^0-9A-Za-z_-]", name)
    if not name or wrong or len(name) > 64:
        at = wrong.start() if wrong else min(len(name), 64)
        raise Rejected("key.malformed_pepper_id", start + at)


def verify(text, stored, pepper=None):
    if stored.startswith("foreign-"):
        algorithm, _, value = stored.removeprefix("foreign-").partition(":")
        sizes = {"sha256": 64, "sha512": 128}
        if algorithm not in sizes:
            check_is_digest(stored)
            raise Rejected("key.unknown_algorithm", 0)
        check_hex(value, DIGITS + "abcdef", {sizes[algorithm]}, len("foreign-sha256:"))
        return hashlib.new(algorithm, text.encode()).hexdigest() == value
    if stored.startswith("sha256:"):
        check_base64url(stored, len("sha256:"))
        return hashed(text) == stored
    if stored.startswith("salted-sha256:"):
        position, salt, value = parse_salted(stored)
        return salted(text, position, salt) == value
    if not stored.startswith("hmac-sha256:"):
        check_is_digest(stored)
        raise Rejected("key.unknown_algorithm", 0)
    name, colon, _ = stored.removeprefix("hmac-sha256:").partition(":")
    if not colon:
        raise Rejected("key.malformed_digest", len(stored))
    check_pepper_id(name, len("hmac-sha256:"))
    check_base64url(stored, len(f"hmac-sha256:{name}:"))
    if check_pepper(pepper) is None:
        raise Rejected("key.missing_pepper")
    if pepper["id"] != name:
        raise Rejected("key.other_pepper")
    return hashed(text, pepper) == stored


def check_base64url(stored, start):
    value = stored[start:]
    wrong = re.search("[^0-9A-Za-z_-]", value)
    if wrong:
        raise Rejected("key.malformed_digest", start + wrong.start())
    if len(value) != 43:
        raise Rejected("key.malformed_digest", start + min(len(value), 43))
    if ALPHABETS["base64url"].index(value[-1]) % 4:  # the last two bits encode nothing
        raise Rejected("key.malformed_digest", start + 42)


def check_hex(value, digits, sizes, start=0):
    for at, character in enumerate(by_bytes(value)):
        if character not in digits:
            raise Rejected("key.malformed_digest", start + at)
    if len(value) not in sizes:
        raise Rejected("key.malformed_digest", start + min(len(value), max(sizes)))


def check_is_digest(value):
    sign = re.search("[${]", value)  # as in a hash of bcrypt, Argon2 and the like
    if sign:
        raise Rejected("key.password_hash", len(value[: sign.start()].encode()))


def import_hex(value):
    check_is_digest(value)
    check_hex(value, DIGITS + "abcdefABCDEF", {64, 128})
    return f"foreign-sha{len(value) * 4}:{value.lower()}"


def hash_in_base64(value):
    """Returns the bytes of a hash in base64 or base64url, with or without padding."""
    check_is_digest(value)
    unpadded = value.rstrip("=")
    symbols = ALPHABETS["base64url"]
    if not set(unpadded) & set("-_"):
        symbols = symbols[:62] + "+/"
    for at, character in enumerate(by_bytes(unpadded)):
        if character not in symbols:
            raise Rejected("key.malformed_digest", at)
    padding = {43: (0, 1), 86: (0, 2)}.get(len(unpadded), ())
    if len(value) - len(unpadded) not in padding:
        raise Rejected("key.malformed_digest", min(len(unpadded), 86))
    unused = {43: 4, 86: 16}[len(unpadded)]
    if symbols.index(unpadded[-1]) % unused:
        raise Rejected("key.malformed_digest", len(unpadded) - 1)
    common = unpadded.replace("-", "+").replace("_", "/")
    return base64.b64decode(common + "=" * (-len(common) % 4))


def import_base64(value):
    hashed_bytes = hash_in_base64(value)
    return f"foreign-sha{len(hashed_bytes) * 8}:{hashed_bytes.hex()}"


def sha256_of(value):
    """Returns the hexadecimal digits of a SHA-256 in hex, base64 or base64url."""
    check_is_digest(value)
    if len(value.encode()) == 64:
        check_hex(value, DIGITS + "abcdefABCDEF", {64})
        return value.lower()
    decoded = hash_in_base64(value)
    if len(decoded) == 64:
        raise Rejected("key.malformed_digest", 43)
    return decoded.hex()


def import_hmac(value, pepper):
    check_pepper_id(pepper, 0)
    encoded = base64.urlsafe_b64encode(bytes.fromhex(sha256_of(value)))
    return f"hmac-sha256:{pepper}:{encoded.decode().rstrip('=')}"


def salted(text, position, salt):
    parts = (salt, text.encode()) if position == "before" else (text.encode(), salt)
    return hashlib.sha256(b"".join(parts)).hexdigest()


def parse_salted(stored):
    """Returns the position, the salt and the hash of a salted digest."""
    start = len("salted-sha256:")
    position, colon, rest = stored[start:].partition(":")
    if not colon:
        raise Rejected("key.malformed_digest", len(stored.encode()))
    if position not in ("before", "after"):
        raise Rejected("key.malformed_salt", start)
    at = start + len(position) + 1
    encoded, colon, value = rest.partition(":")
    if not colon:
        raise Rejected("key.malformed_digest", len(stored.encode()))
    salt = base64url(encoded)
    if salt is None or not 1 <= len(salt) <= 128:
        raise Rejected("key.malformed_salt", at)
    check_hex(value, DIGITS + "abcdef", {64}, at + len(encoded) + 1)
    return position, salt, value


def base64url(text):
    """Returns the bytes of base64url without padding, or None if it is malformed."""
    if not set(text) <= set(ALPHABETS["base64url"]) or len(text) % 4 == 1:
        return None
    decoded = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    canonical = base64.urlsafe_b64encode(decoded).decode().rstrip("=")
    return decoded if canonical == text else None


def import_salted(value, salt, position):
    if not 1 <= len(salt) <= 128:
        raise Rejected("key.malformed_salt")
    encoded = base64.urlsafe_b64encode(salt).decode().rstrip("=")
    return f"salted-sha256:{position}:{encoded}:{sha256_of(value)}"
