"""Properties of encoding, tested with random strings that are the same on every run."""

import random
from collections.abc import Iterator
from urllib.parse import quote, quote_plus, unquote_to_bytes

import keyrail

STRING_COUNT = 20_000
RANGES = [
    (0x00, 0x7F),
    (0x20, 0x7E),
    (0x61, 0x7A),
    (0x80, 0x7FF),
    (0x900, 0x97F),
    (0x800, 0xD7FF),
    (0xE000, 0xFFFF),
    (0x10000, 0x10FFFF),
]
"""Ranges that together cover all of Unicode except the surrogates. Common characters are in
several ranges.
"""


def random_strings() -> Iterator[str]:
    """Yields short and long strings with characters of one to three ranges."""
    rng = random.Random(4)
    for _ in range(STRING_COUNT):
        ranges = rng.sample(RANGES, rng.randint(1, 3))
        length = rng.choice([rng.randint(0, 8), rng.randint(0, 200)])
        points = (rng.randint(*rng.choice(ranges)) for _ in range(length))
        yield "".join(map(chr, points))


def test_encoding_matches_the_standard_library() -> None:
    for text in random_strings():
        assert keyrail.url.encode(text) == quote(text, safe="")


def test_encoding_a_single_character_matches_the_standard_library() -> None:
    for point in (*range(0xD800), *range(0xE000, 0x110000, 7)):
        assert keyrail.url.encode(chr(point)) == quote(chr(point), safe="")


def test_form_encoding_matches_the_standard_library() -> None:
    # The encode set `form` keeps `*` and escapes `~`.
    for text in random_strings():
        assert keyrail.url.encode(text, "form") == quote_plus(text, safe="*").replace("~", "%7E")


def test_decoding_undoes_encoding() -> None:
    for text in random_strings():
        encoded = keyrail.url.encode(text)
        assert keyrail.url.decode(encoded) == text
        assert keyrail.url.normalize(encoded) == encoded
        assert keyrail.url.decode_form(keyrail.url.encode(text, "form")) == text


def test_decoding_undoes_encoding_of_bytes() -> None:
    rng = random.Random(5)
    for _ in range(STRING_COUNT):
        data = rng.randbytes(rng.randint(0, 100))
        encoded = keyrail.url.encode_bytes(data)
        assert encoded == quote(data, safe="")
        assert keyrail.url.decode_bytes(encoded) == data == unquote_to_bytes(encoded)


def test_a_batch_returns_the_same_as_its_strings_one_by_one() -> None:
    strings = list(random_strings())
    encoded = [keyrail.url.encode(text) for text in strings]
    assert keyrail.url.encode_batch(strings) == encoded
    assert keyrail.url.decode_batch(encoded) == strings


def test_a_query_survives_a_round_trip() -> None:
    rng = random.Random(6)
    words = list(random_strings())
    for _ in range(2_000):
        pairs = [
            (rng.choice(words), rng.choice([None, "", rng.choice(words)]))
            for _ in range(rng.randint(1, 5))
        ]
        if pairs != [("", None)]:  # rejected, because the query would be empty
            assert keyrail.url.parse_query(keyrail.url.encode_query(pairs)) == pairs
