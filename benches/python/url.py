"""`keyrail.url` against urllib.parse and yarl, on the same texts, in one run.

A ratio is the other library's time divided by Keyrail's: 12x means that Keyrail is twelve
times as fast. The column `call` is the least that any function can take: the time to call a
built-in function that does nothing with the text. Every text is a new object in every
round, so that nothing about it can be cached. All times in the table are those of the fastest
rounds.

Build the package in release mode first:

    maturin develop --release --manifest-path bindings/python/Cargo.toml
    pip install -r benches/python/requirements.txt
    python benches/python/url.py

yarl has no public function for percent-encoding, so the quoter and the unquoter that its
URLs use are measured. Unlike Keyrail's `encode`, the quoter does not escape !$'()*,;=&+, so it has
nothing to escape in the first text. If yarl is not installed, its column is left out.
"""

import argparse
import platform
import sys
import timeit
from typing import Any
from urllib.parse import quote, unquote

try:
    import keyrail
except ImportError as missing:
    sys.exit(f"{missing}\n{__doc__}")
try:
    from yarl import __version__ as yarl_version
    from yarl._quoters import QUOTER, UNQUOTER
except ImportError:
    yarl_version = ""

TEXTS = {
    "short": "username_new*user",
    "short, a space": "username_new user",
    "1 KiB clean": "abcdefgh" * 128,
    "prose": "The refund for order 4711 is on its way; call us, please! " * 8,
    "Hindi": "नमस्ते, आपका ऑर्डर रास्ते में है। " * 8,
}

MINIMUM = "for text in texts: id(text)"
ENCODE = {
    "keyrail": "for text in texts: encode(text)",
    "urllib": "for text in texts: quote(text, safe='')",
    "yarl": "for text in texts: QUOTER(text)",
}
ENCODE_BATCH = {**ENCODE, "keyrail": "encode_batch(texts)"}
DECODE = {
    "keyrail": "for text in texts: decode(text)",
    "urllib": "for text in texts: unquote(text)",
    "yarl": "for text in texts: UNQUOTER(text)",
}
DECODE_BATCH = {**DECODE, "keyrail": "decode_batch(texts)"}

FRESH = "texts = [''.join((given[:1], given[1:])) for _ in range(count)]"
BYTES_PER_ROUND = 100_000


def nanoseconds(statement: str, text: str, rounds: int) -> float:
    """Returns the time for one text in the fastest round."""
    count = max(20, min(1_000, BYTES_PER_ROUND // len(text)))
    names: dict[str, Any] = {**vars(keyrail.url), **globals(), "given": text, "count": count}
    timer = timeit.Timer(statement, FRESH, globals=names)
    return min(timer.repeat(rounds, number=1)) / count * 1e9


def row(name: str, statements: dict[str, str], text: str, rounds: int) -> str:
    """Returns one line of the table."""
    ours = nanoseconds(statements["keyrail"], text, rounds)
    minimum = nanoseconds(MINIMUM, text, rounds)
    cells = [f"{ours:,.0f} ns", f"{minimum:,.0f} ns"]
    for peer in ("urllib", "yarl") if yarl_version else ("urllib",):
        cells.append(f"{nanoseconds(statements[peer], text, rounds) / ours:.1f}x")
    return "| " + " | ".join([name, *cells]) + " |"


def check() -> None:
    """Checks that the results equal the standard library's; otherwise ratios are meaningless."""
    for text in TEXTS.values():
        encoded = quote(text, safe="")
        assert keyrail.url.encode(text) == encoded
        assert keyrail.url.decode(encoded) == text == unquote(encoded)


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--rounds", type=int, default=200, metavar="N", help="rounds for each text (default: 200)"
    )
    rounds = max(1, parser.parse_args().rounds)
    check()
    heads = ["case", "keyrail", "call", "against urllib"]
    heads += [f"against yarl {yarl_version}"] * bool(yarl_version)
    print(f"Python {platform.python_version()}, {platform.machine()}, best of {rounds} rounds\n")
    print("| " + " | ".join(heads) + " |")
    print("|---" * len(heads) + "|")
    for name, text in TEXTS.items():
        print(row(f"encode, {name}", ENCODE, text, rounds))
    print(row("encode_batch, short", ENCODE_BATCH, TEXTS["short"], rounds))
    for name, text in TEXTS.items():
        print(row(f"decode, {name}", DECODE, quote(text, safe=""), rounds))
    print(row("decode_batch, short", DECODE_BATCH, quote(TEXTS["short"], safe=""), rounds))


if __name__ == "__main__":
    main()
