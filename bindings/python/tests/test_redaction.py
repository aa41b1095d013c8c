"""Properties of redaction, tested with Hypothesis on random strings that contain credentials and
other text. Streams receive these strings in chunks, split at random positions.
"""

import re

from hypothesis import given, settings
from hypothesis import strategies as st

import keyrail

FORMAT = keyrail.key.Format.keyrail()
ACME = keyrail.key.Format.from_json(
    '{"prefix": "acme", "separator": "-", "segments": '
    '[{"name": "secret", "alphabet": "base58", "length": {"min": 20, "max": 30}}]}'
)
REDACTOR = keyrail.redact.Redactor([FORMAT, ACME])
BULLETS = "••••••••"

# The examples are the same on every run, and no database is written to the working directory.
property_test = settings(max_examples=200, deadline=None, derandomize=True, database=None)

keys = st.binary(min_size=32, max_size=32).flatmap(
    lambda entropy: st.sampled_from(
        [FORMAT.generate("live", entropy).reveal(), ACME.generate(entropy=entropy).reveal()]
    )
)
values = st.text("q7Rk2Vx9Lm4Tz8WcAb-_", min_size=8, max_size=40)
names = st.sampled_from(
    ["x-api-key", "API_KEY", "token", "Authorization", "password", "X-AUTH-TOKEN", "client_secret"]
)
separators = st.sampled_from(
    [*" .,&?/@='\"\n", ": ", '":"', '\\":\\"', "%3D", "\r\n", "\\r\\n", "://", "[", "}"]
)
words = st.sampled_from(
    ["Bearer ", "Basic ", "whsec_", "eyJhbGciOiJIUzI1NiJ9.", "kr_", "kr_live_", "acme-", BULLETS]
    + ["-----BEGIN PRIVATE KEY-----", "-----END PRIVATE KEY-----", "\\u005f", "%5F", "********"]
)
anything = st.text(max_size=20)
non_bmp = st.text(st.characters(min_codepoint=0x10000), max_size=5)
parts = st.one_of(keys, values, names, separators, words, anything, non_bmp)
strings = st.lists(parts, max_size=16).map("".join)


@property_test
@given(strings)
def test_redacting_twice_changes_nothing(text: str) -> None:
    once = REDACTOR.redact(text)
    assert REDACTOR.redact(once) == once


@property_test
@given(strings)
def test_only_the_ranges_of_findings_are_redacted(text: str) -> None:
    """The parts of the string between the findings are unchanged."""
    at, unchanged = 0, []
    for finding in REDACTOR.find(text):
        assert at <= finding.start < finding.end <= len(text)
        unchanged.append(re.escape(text[at : finding.start]))
        at = finding.end
    unchanged.append(re.escape(text[at:]))
    assert re.fullmatch("[^\\s]+?".join(unchanged), REDACTOR.redact(text))


@property_test
@given(strings)
def test_findings_in_bytes_match_findings_in_the_string(text: str) -> None:
    data = text.encode()
    assert REDACTOR.redact_bytes(data) == REDACTOR.redact(text).encode()
    in_text = [
        (text[it.start : it.end], it.kind, it.format, it.confidence) for it in REDACTOR.find(text)
    ]
    in_bytes = [
        (data[it.start : it.end].decode(), it.kind, it.format, it.confidence)
        for it in REDACTOR.find_bytes(data)
    ]
    assert in_text == in_bytes


@property_test
@given(strings, st.lists(st.integers(0, 400), max_size=6))
def test_a_string_split_anywhere_has_the_same_result_in_a_stream(
    text: str, cuts: list[int]
) -> None:
    offsets = [0, *sorted(min(cut, len(text)) for cut in cuts), len(text)]
    chunks = [text[start:end] for start, end in zip(offsets, offsets[1:], strict=False)]
    stream = REDACTOR.stream()
    assert "".join([*map(stream.push, chunks), stream.finish()]) == REDACTOR.redact(text)


@property_test
@given(st.binary(max_size=60), strings, st.integers(0, 400))
def test_bytes_split_anywhere_have_the_same_result_in_a_stream(
    noise: bytes, text: str, cut: int
) -> None:
    data = noise + text.encode() + noise
    stream = REDACTOR.stream_bytes()
    chunks = [stream.push(data[:cut]), stream.push(data[cut:]), stream.finish()]
    assert b"".join(chunks) == REDACTOR.redact_bytes(data)


@property_test
@given(keys, anything, anything)
def test_a_key_is_redacted_at_any_position(key: str, before: str, after: str) -> None:
    redacted = REDACTOR.redact(f"{before} {key} {after}")
    secret = re.split("[_-]", key)[-1]
    assert not any(secret[at : at + 8] in redacted for at in range(len(secret) - 7))


surroundings = st.text(
    st.characters(codec="utf-8", exclude_characters="q7Rk2Vx9Lm4Tz8WcAb"), max_size=20
)
CONTEXTS = [
    "x-api-key: {}\r\n",
    "X_AUTH_TOKEN={}",
    '{{"platform-api-key": "{}", "n": 1}}',
    "{{'api_key': '{}'}}",
    "GET /v1?n=1&token={}&m=2 HTTP/1.1",
    "Authorization: Bearer {}\n",
    "authorization: x-api-key {}\n",
    "https://user:{}@host.example/",
    "x-api-key%3A%20{}",
    '{{\\"client_secret\\":\\"{}\\"}}',
]


@property_test
@given(
    surroundings,
    st.sampled_from(CONTEXTS),
    st.text("q7Rk2Vx9Lm4Tz8WcAb", min_size=8),
    surroundings,
)
def test_a_secret_next_to_its_name_is_redacted(
    before: str, context: str, secret: str, after: str
) -> None:
    redacted = REDACTOR.redact(f"{before}\n{context.format(secret)} {after}")
    assert not any(secret[at : at + 8] in redacted for at in range(len(secret) - 7))


@property_test
@given(st.lists(strings, max_size=4))
def test_a_batch_has_the_same_results_as_redacting_each_string_separately(batch: list[str]) -> None:
    assert REDACTOR.redact_batch(batch) == [REDACTOR.redact(text) for text in batch]


@property_test
@given(st.binary(min_size=32, max_size=32))
def test_a_generated_key_parses_and_matches_its_pattern(entropy: bytes) -> None:
    for format, environment in ((FORMAT, "test"), (ACME, None)):
        key = format.generate(environment, entropy)
        assert format.parse(key.reveal()) == key
        assert re.fullmatch(format.pattern(), key.reveal())
