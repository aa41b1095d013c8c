"""Formats: how keys are generated, parsed, recognized and masked."""

import hashlib
import hmac
import re
import zlib
from itertools import groupby

from .common import (
    ALPHABETS,
    BASE62,
    MASKS,
    MAX_FOREIGN_KEY,
    MIN_HIDDEN_BITS,
    MIN_SHOWN_LENGTH,
    ROUNDING,
    Rejected,
    bits,
    by_bytes,
)
from .strength import class_bits, observed_bits


class Literal:
    def __init__(self, text):
        self.text, self.least, self.most = text, len(text), len(text)
        self.sets = [{character} for character in text]
        self.hidden = False


class Run:
    """A segment, or the checksum: characters of one alphabet."""

    def __init__(self, name, alphabet, least, most, secret, checksum=False):
        self.name, self.alphabet, self.least, self.most = name, alphabet, least, most
        self.secret, self.checksum, self.hidden = secret, checksum, secret or checksum


class Format:
    """A valid declared format: see `declare`."""

    foreign = False

    def __init__(self, name, prefix, environments, separators, runs, checksum, digested):
        self.name, self.prefix, self.environments = name, prefix, environments
        self.runs, self.checksum, self.digested = runs, checksum, digested
        # The separators before the environment and before the first segment.
        self.separator, self.first_separator = separators
        self.mark = prefix + (self.separator if environments else self.first_separator)
        if environments and not prefix:
            self.mark = ""

    def layout(self, environment):
        """Returns all parts of a key of an environment, in order."""
        head = [Literal(self.mark)]
        if environment is not None:
            head.append(Literal(environment + self.first_separator))
        return head + self.runs

    def range(self, environment):
        layout = self.layout(environment)
        return sum(part.least for part in layout), sum(part.most for part in layout)

    def entropy_bits(self):
        secret = [run for run in self.runs if getattr(run, "secret", False)]
        return sum(run.least * bits(len(run.alphabet)) for run in secret)

    def check_environment(self, environment):
        if environment not in (self.environments or [None]):
            raise Rejected("key.environment")

    def generate(self, environment, entropy):
        self.check_environment(environment)
        if len(entropy) < 32:
            raise Rejected("key.too_little_entropy")
        label = f"keyrail-key-v1\0{self.prefix or self.name}\0{environment or ''}\0".encode()
        random = stream(entropy, label)
        text = ""
        for part in self.layout(environment):
            if isinstance(part, Literal):
                text += part.text
            elif part.checksum:
                text += self.checksum_of(text, environment)
            else:
                symbols = part.alphabet
                limit = 256 - 256 % len(symbols)
                unbiased = (byte for byte in random if byte < limit)
                text += "".join(symbols[next(unbiased) % len(symbols)] for _ in range(part.most))
        return text

    def checksum_of(self, text, environment):
        """Returns the checksum of a text. A separator at the end of the text is ignored."""
        *_, before, run = self.runs
        text = text.removesuffix(before.text) if isinstance(before, Literal) else text
        if self.checksum == "sha256":
            return hashlib.sha256(text.encode()).hexdigest()[: run.least]
        if self.checksum == "crc32_body":
            head = self.layout(environment)[: 1 if environment is None else 2]
            text = text[sum(part.least for part in head) :]
        return base62_of(zlib.crc32(text.encode()))

    def parse(self, given):
        return describe(self, *self.read(given))

    def digested_part(self, given):
        """Returns the part of a key from which digests are computed."""
        _, parts = self.read(given)
        named = [piece for part, piece in parts if isinstance(part, Run) and part.name]
        names = [run.name for run in self.runs if isinstance(run, Run) and run.name]
        return dict(zip(names, named)).get(self.digested, given)

    def read(self, given):
        """Returns the environment, and a list of pairs: each part of the key with its text."""
        text = by_bytes(given)
        if not text.startswith(self.mark):
            raise Rejected("key.prefix", 0)
        environment, at = None, len(self.mark)
        if self.environments:
            candidates = [e for e in self.environments if text.startswith(e, at)]
            if not candidates:
                raise Rejected("key.environment", at)
            separated = [e for e in candidates if text.startswith(e + self.first_separator, at)]
            environment = max(separated or candidates, key=len)
        shortest, longest = self.range(environment)
        if not shortest <= len(text) <= longest:
            raise Rejected("key.length", min(len(text), longest))
        layout, at, parts = self.layout(environment), 0, []
        for index, part in enumerate(layout):
            end = at + self.length_at(text, at, layout[index:])
            self.check_characters(text, at, end, part)
            parts.append((part, text[at:end]))
            at = end
        if at != len(text):
            raise Rejected("key.length", at)
        if self.checksum != "none":
            start = len(text) - len(parts[-1][1])
            if parts[-1][1] != self.checksum_of(text[:start], environment):
                raise Rejected("key.checksum", start)
        return environment, parts

    @staticmethod
    def length_at(text, at, layout):
        part, rest = layout[0], layout[1:]
        if part.least == part.most:
            return part.least
        if rest and isinstance(rest[0], Literal):
            run = 0
            while at + run < len(text) and text[at + run] in part.alphabet:
                run += 1
            if run > part.most:
                raise Rejected("key.length", at + part.most)
            if at + run < len(text) and text[at + run] != rest[0].text[0]:
                raise Rejected("key.character", at + run)
            if run < part.least:
                raise Rejected("key.length", at + run)
            return run
        length = len(text) - at - sum(part.least for part in rest)
        if not part.least <= length <= part.most:
            raise Rejected("key.length", at + min(max(length, 0), part.most))
        return length

    @staticmethod
    def check_characters(text, at, end, part):
        for index in range(at, end):
            if index >= len(text):
                raise Rejected("key.length", len(text))
            literal = isinstance(part, Literal)
            allowed = part.text[index - at] if literal else part.alphabet
            is_valid = text[index] in allowed
            if not is_valid:
                raise Rejected("key.character", index)

    def hint(self, text):
        try:
            self.read(text)
        except Rejected:
            return "impossible"
        return "fits"

    def mask(self, text, start=0, end=0, ascii_only=False):
        _, parts = self.read(text)
        hidden = [part.hidden for part, _ in parts]
        for at in range(1, len(parts) - 1):  # a separator between hidden parts is hidden
            hidden[at] |= isinstance(parts[at][0], Literal) and hidden[at - 1] and hidden[at + 1]
        pieces = [(part, piece, hides) for (part, piece), hides in zip(parts, hidden)]
        characters = [(c, part, hides) for part, piece, hides in pieces for c in piece]
        groups = [(hides, list(group)) for hides, group in groupby(characters, lambda c: c[2])]
        runs = [group for hides, group in groups if hides]
        first, last = runs[0][:start], runs[-1][len(runs[-1]) - end :]
        cost = sum(bits(len(part.alphabet)) for _, part, _ in first + last if isinstance(part, Run))
        secrets = [part for _, part, _ in characters if isinstance(part, Run) and part.secret]
        hidden_bits = sum(bits(len(part.alphabet)) for part in secrets) - cost
        if len(secrets) < MIN_SHOWN_LENGTH or hidden_bits < MIN_HIDDEN_BITS - ROUNDING:
            first, last = [], []
        masked = ""
        for hides, group in groups:
            masked += spell(first) if group is runs[0] else ""
            masked += MASKS[ascii_only] if hides else spell(group)
            masked += spell(last) if group is runs[-1] else ""
        return masked


def spell(characters):
    return "".join(character for character, *_ in characters)


class Foreign:
    """A format of another service. Only the usual pattern of its keys is known."""

    foreign, environments, prefix = True, [], ""

    def __init__(self, name, usual, entropy):
        self.name, self.usual, self.entropy = name, usual, entropy

    def entropy_bits(self):
        return self.entropy

    def generate(self, environment, entropy):
        if self.name != "hex40":
            raise Rejected("key.not_generated")
        if environment is not None:
            raise Rejected("key.environment")
        if len(entropy) < 32:
            raise Rejected("key.too_little_entropy")
        random = stream(entropy, b"keyrail-key-v1\0\0\0")
        return "".join(ALPHABETS["hex"][next(random) % 16] for _ in range(40))

    def read(self, given):
        text = by_bytes(given)
        if not text:
            raise Rejected("key.empty", 0)
        for at, character in enumerate(text[:MAX_FOREIGN_KEY]):
            if not "!" <= character <= "~" or character in ",\"'":
                raise Rejected("key.character", at)
        if len(text) > MAX_FOREIGN_KEY:
            raise Rejected("key.length", MAX_FOREIGN_KEY)
        return None, [(None, given)]

    def parse(self, given):
        self.read(given)
        return {"format": self.name, "environment": None, "id": None, "mask": MASKS[False]}

    def hint(self, text):
        try:
            self.read(text)
        except Rejected:
            return "impossible"
        return "fits" if re.fullmatch(self.usual, text) else "unusual"

    def mask(self, text, start=0, end=0, ascii_only=False):
        self.read(text)
        hidden = observed_bits(text) - (start + end) * class_bits(text)
        if len(text) < MIN_SHOWN_LENGTH or hidden < MIN_HIDDEN_BITS:
            start, end = 0, 0
        return text[:start] + MASKS[ascii_only] + text[len(text) - end :]


VCHATCLOUD = r"[0-9A-Za-z]{6}-[0-9A-Za-z]{6}-[0-9A-Za-z]{6}-[0-9A-Za-z]{6}-[0-9]{14}"
JWT = r"e(?:yJ|w)[0-9A-Za-z_-]*\.[0-9A-Za-z_-]+\.[0-9A-Za-z_-]+"
FOREIGN = {
    "hex40": Foreign("hex40", "[0-9a-f]{40}|[0-9A-F]{40}", 160.0),
    "jwt": Foreign("jwt", JWT, 0.0),
    "vchatcloud": Foreign("vchatcloud", VCHATCLOUD, 24 * bits(62)),
    "opaque": Foreign("opaque", ".*", 0.0),
}


def describe(form, environment, parts):
    runs = [(part, piece) for part, piece in parts if isinstance(part, Run)]
    public = [piece for part, piece in runs if not part.hidden]
    return {
        "format": form.name,
        "environment": environment,
        "id": public[0] if public else None,
        "mask": form.mask("".join(piece for _, piece in parts)),
    }


def stream(entropy, label):
    block = 0
    while True:
        yield from hmac.digest(entropy, label + block.to_bytes(4, "big"), "sha256")
        block += 1


def base62_of(number):
    digits = ""
    for _ in range(6):
        number, digit = divmod(number, 62)
        digits = BASE62[digit] + digits
    return digits
