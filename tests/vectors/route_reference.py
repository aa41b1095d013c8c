"""Checks the ordering keys in route.json with only the standard library.

A key is `ord_` followed by the first 128 bits of a SHA-256 hash in hexadecimal. If the call has a
session, the hash input is 8 zero bytes followed by the session. Otherwise, the input is the
channel's length in bytes as an 8-byte big-endian integer, followed by the channel and the canonical
string of the sender. This file can be run from any folder, such as the root of the repository:
python3 tests/vectors/route_reference.py
"""

import decimal
import hashlib
import sys

from reference.cases import cases


def canonical(value: object) -> str:
    """Returns the canonical string of an attribute. It is empty for a list or a missing value."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and not value.is_integer():
        return format(decimal.Decimal(repr(value)), "f")
    return str(int(value)) if isinstance(value, (int, float)) else value if isinstance(value, str) else ""


def ordering_key(given: dict) -> str:
    """Returns the key for the message and the optional session of a case."""
    session, message = given.get("session"), given["message"]
    if session is not None:
        content = bytes(8) + session.encode()
    else:
        channel, sender = message["channel"].encode(), message.get("sender")
        content = len(channel).to_bytes(8, "big") + channel
        content += canonical(sender).encode()
    return "ord_" + hashlib.sha256(content).hexdigest()[:32]


def check(name: str, call: str) -> int:
    """Checks the ordering keys in a file. Returns their number, or 0 if any key is wrong."""
    checked = 0
    for case in cases(name):
        if case["call"] != call or "want" not in case:
            continue
        expected = ordering_key(case["given"])
        if case["want"]["ordering_key"] != expected:
            print(f"{case['name']}: the ordering key should be {expected}")
            return 0
        checked += 1
    return checked


def main() -> int:
    checked = check("route.json", "route.handed_on")
    print(f"{checked} ordering keys checked")
    return 0 if checked else 1


if __name__ == "__main__":
    sys.exit(main())
