"""`keyrail.webhook` against `hmac` and `base64`, on the same deliveries, in one run.

A ratio is the time of the standard library divided by Keyrail's. The code for the standard library
computes and compares the signature, and does nothing else. Keyrail also checks the id and the
timestamp, and decodes the secret once. Every body is a new object in every round, and the fastest
round counts.

Build the package in release mode first:

    maturin develop --release --manifest-path bindings/python/Cargo.toml
    python benches/python/webhook.py
"""

import argparse
import base64
import hashlib
import hmac
import platform
import sys
import timeit

try:
    import keyrail
except ImportError as missing:
    sys.exit(f"{missing}\n{__doc__}")

KEY = bytes(range(32))
SECRET = "whsec_" + base64.b64encode(KEY).decode()
SIGNER = keyrail.webhook.Signer(SECRET)
VERIFIER = keyrail.webhook.Verifier(SECRET)
NOW_MS = 1_793_534_400_000
SIZES = {"64 B": 64, "1 KiB": 1024, "64 KiB": 64 * 1024}


def sign(body: bytes) -> list[tuple[str, str]]:
    """Returns the headers of a delivery, with the standard library alone."""
    seconds = str(NOW_MS // 1000)
    digest = hmac.new(KEY, b"m1." + seconds.encode() + b"." + body, hashlib.sha256).digest()
    signature = "v1," + base64.b64encode(digest).decode()
    return [("webhook-id", "m1"), ("webhook-timestamp", seconds), ("webhook-signature", signature)]


def verify(headers: list[tuple[str, str]], body: bytes) -> None:
    """Compares the signature of a delivery, with the standard library alone."""
    if not hmac.compare_digest(dict(headers)["webhook-signature"], sign(body)[2][1]):
        raise ValueError("wrong signature")


def seconds(statement: str, body: bytes, rounds: int) -> float:
    """Returns the time for one body in the fastest round."""
    names = {**globals(), "given": body, "headers": sign(body)}
    number = max(1, 20_000 // (len(body) // 64 + 1))
    times = timeit.Timer(statement, "body = bytes(bytearray(given))", globals=names)
    return min(times.repeat(rounds, number=number)) / number


def row(name: str, body: bytes, rounds: int) -> str:
    """Returns one line of the table."""
    cells = []
    for ours, theirs in (
        ("SIGNER.sign('m1', NOW_MS, body)", "sign(body)"),
        ("VERIFIER.verify(headers, body, NOW_MS)", "verify(headers, body)"),
    ):
        own = seconds(ours, body, rounds)
        cells += [f"{own * 1e6:,.1f} µs", f"{seconds(theirs, body, rounds) / own:.1f}x"]
    return f"| {name} | {' | '.join(cells)} |"


def check() -> None:
    """Checks that the headers equal the standard library's; otherwise ratios are meaningless."""
    body = b'{"text": "refund please"}'
    signed = [(name, value.reveal()) for name, value in SIGNER.sign("m1", NOW_MS, body)]
    assert signed == sign(body)
    VERIFIER.verify(sign(body), body, NOW_MS)


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--rounds", type=int, default=20, metavar="N", help="rounds of each cell (default: 20)"
    )
    rounds = max(1, parser.parse_args().rounds)
    check()
    print(f"Python {platform.python_version()}, {platform.machine()}, best of {rounds} rounds\n")
    print("| body | sign | hmac | verify | hmac |")
    print("|---|---|---|---|---|")
    for name, size in SIZES.items():
        print(row(name, b"x" * size, rounds))


if __name__ == "__main__":
    main()
