"""Laws of encoding, on random Unicode that is the same on every run."""

import random
from collections.abc import Iterator
from urllib.parse import quote, quote_plus, unquote_to_bytes

import keyrail

TEXTS = 20_000
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
"""All of Unicode but the surrogates, the usual parts more than once."""


def texts() -> Iterator[str]:
    """Short and long ones, of one range or of several."""
    chance = random.Random(4)
    for _ in range(TEXTS):
        ranges = chance.sample(RANGES, chance.randint(1, 3))
        length = chance.choice([chance.randint(0, 8), chance.randint(0, 200)])
        points = (chance.randint(*chance.choice(ranges)) for _ in range(length))
        yield "".join(map(chr, points))


def test_encoding_matches_the_standard_library() -> None:
    for text in texts():
        assert keyrail.url.encode(text) == quote(text, safe="")


def test_encoding_a_single_character_matches_the_standard_library() -> None:
    for point in (*range(0xD800), *range(0xE000, 0x110000, 7)):
        assert keyrail.url.encode(chr(point)) == quote(chr(point), safe="")


def test_form_encoding_matches_the_standard_library() -> None:
    # The form set keeps the star and escapes the tilde.
    for text in texts():
        assert keyrail.url.encode(text, "form") == quote_plus(text, safe="*").replace("~", "%7E")


def test_decoding_undoes_encoding() -> None:
    for text in texts():
        encoded = keyrail.url.encode(text)
        assert keyrail.url.decode(encoded) == text
        assert keyrail.url.normalize(encoded) == encoded
        assert keyrail.url.decode_form(keyrail.url.encode(text, "form")) == text


def test_decoding_undoes_encoding_of_bytes() -> None:
    chance = random.Random(5)
    for _ in range(TEXTS):
        data = chance.randbytes(chance.randint(0, 100))
        encoded = keyrail.url.encode_bytes(data)
        assert encoded == quote(data, safe="")
        assert keyrail.url.decode_bytes(encoded) == data == unquote_to_bytes(encoded)


def test_a_batch_returns_the_same_as_its_strings_one_by_one() -> None:
    all_texts = list(texts())
    encoded = [keyrail.url.encode(text) for text in all_texts]
    assert keyrail.url.encode_batch(all_texts) == encoded
    assert keyrail.url.decode_batch(encoded) == all_texts


def test_a_query_survives_a_round_trip() -> None:
    chance = random.Random(6)
    words = list(texts())
    for _ in range(2_000):
        pairs = [
            (chance.choice(words), chance.choice([None, "", chance.choice(words)]))
            for _ in range(chance.randint(1, 5))
        ]
        if pairs != [("", None)]:  # written as nothing at all
            assert keyrail.url.parse_query(keyrail.url.encode_query(pairs)) == pairs
