"""`keyrail.redact.Redactor` against `re`, on the same log, in one run.

A ratio is the time of `re` divided by Keyrail's: 12x means that Keyrail is twelve times as
fast. The pattern for `re` is one that a project might write itself. It does less than the
redactor: it finds the most common names of credentials and a few prefixes, and handles
neither escapes nor percent-encoding nor brackets around a value. Every text is a new object
in every round, and the fastest round counts.

Build the package in release mode first:

    maturin develop --release --manifest-path bindings/python/Cargo.toml
    python benches/python/redact.py
"""

import argparse
import logging
import platform
import re
import sys
import timeit

try:
    import keyrail
    from keyrail.logging import RedactingFilter
except ImportError as missing:
    sys.exit(f"{missing}\n{__doc__}")

MIB = 1024 * 1024
FORMAT = keyrail.key.Format.keyrail()
KEY = FORMAT.generate("live", bytes(32))
REDACTOR = keyrail.redact.Redactor([FORMAT])
PATTERN = re.compile(
    r"""kr_(?:live|test)_[0-9A-Za-z._~+/=-]{8,}
    | (?i:(?<=api[-_]key)|(?<=apikey)|(?<=token)|(?<=secret)|(?<=password)|(?<=pwd)
        |(?<=authorization)|(?<=cookie)|(?<=credential)|(?<=passphrase))
      ["']?\s{0,32}[:=]\s{0,32}["']?(?:(?i:bearer|basic|x-api-key)\s+)?[^\s"',;&<>|]+
    | wh(?:sec|sk)_[0-9A-Za-z._~+/=-]{8,}
    | ey[JA][0-9A-Za-z_-]{9,}\.[0-9A-Za-z_-]+\.[0-9A-Za-z_.-]*
    | -----BEGIN[ ][A-Z ]*PRIVATE[ ]KEY-----[^-]*-----END[ ][A-Z ]*-----
    | (?<=://)[^/?#\s"'<>,@]+@""",
    re.VERBOSE,
)
CLEAN = (
    '203.0.113.9 - - [01/Nov/2026:12:00:00 +0000] "GET /v1/users?page=2&sort=name HTTP/1.1" '
    '200 5120 "https://shop.example/cart" "Mozilla/5.0 (X11; Linux x86_64)" rt=0.012 id=8f3k2m9q\n'
)
DIRTY = CLEAN.replace("page=2", f"api_key={KEY.reveal()}")


def log(dirty: int) -> str:
    """Returns 1 MiB of lines, of which `dirty` in ten contain a key."""
    block = DIRTY * dirty + CLEAN * (10 - dirty)
    return (block * (MIB // len(block) + 1))[:MIB]


def seconds(statement: str, text: str, rounds: int) -> float:
    """Returns the time for one text in the fastest round."""
    fresh = "text = ''.join((given[:1], given[1:]))"
    names = {**globals(), "given": text}
    return min(timeit.Timer(statement, fresh, globals=names).repeat(rounds, number=1))


def row(name: str, text: str, rounds: int) -> str:
    """Returns one line of the table."""
    ours = seconds("REDACTOR.redact(text)", text, rounds)
    theirs = seconds("PATTERN.sub('••••••••', text)", text, max(3, rounds // 20))
    speed = len(text.encode()) / ours / 1e9
    return f"| {name} | {ours * 1e6:,.0f} µs | {speed:.2f} GB/s | {theirs / ours:,.0f}x |"


def record() -> logging.LogRecord:
    """Returns a log record like the ones that `logging.info` creates."""
    return logging.LogRecord(
        "shop.web", 20, "/srv/shop/web.py", 12, "GET %s took %d ms", ("/v1/users", 5), None, "get"
    )


def check() -> None:
    """Checks that Keyrail and `re` find the keys; otherwise the ratios are meaningless."""
    for dirty in (0, 1):
        text = log(dirty)
        assert (REDACTOR.redact(text) != text) == (PATTERN.sub("", text) != text) == (dirty > 0)
        assert KEY.reveal() not in REDACTOR.redact(text)


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--rounds",
        type=int,
        default=200,
        metavar="N",
        help="rounds for each text (default: 200; for re, about a twentieth of them)",
    )
    rounds = max(3, parser.parse_args().rounds)
    check()
    print(f"Python {platform.python_version()}, {platform.machine()}, best of {rounds} rounds\n")
    print("| 1 MiB of access log | keyrail | | against re |")
    print("|---|---|---|---|")
    print(row("clean", log(0), rounds))
    print(row("a key in one line of ten", log(1), rounds))
    print(row("a key in every line", log(10), rounds))
    redacting = RedactingFilter(REDACTOR)
    names = {"redacting": redacting, "record": record}
    created, both = (
        min(timeit.repeat(statement, globals=names, number=1_000, repeat=rounds // 4 + 3)) / 1_000
        for statement in ("record()", "redacting.filter(record())")
    )
    redacted = both - created
    print(f"\nA record: created in {created * 1e6:.1f} µs, redacted in {redacted * 1e6:.1f} µs.")


if __name__ == "__main__":
    main()
