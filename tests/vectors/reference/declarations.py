"""Declarations: reads a format from a JSON document, or lists the faults of the document."""

from .common import ALPHABETS, MAX_KEY, MIN_BITS, NAME, KEY_CHARACTERS, Rejected, bits
from .formats import FOREIGN, Format, Literal, Run


class Faults(list):
    def add(self, code, pointer):
        self.append([code, pointer])

    def text(self, document, member, pointer, default=None):
        value = document.get(member, default)
        if value is not default and not isinstance(value, str):
            self.add("config.wrong_type", f"{pointer}/{member}")
            return default
        return value

    def members(self, document, known, needed, pointer):
        if not isinstance(document, dict):
            self.add("config.wrong_type", pointer)
            return False
        for member in document:
            if member not in known:
                self.add("config.unknown_member", pointer)
        for member in needed:
            if member not in document:
                self.add("config.missing_member", pointer)
        return True


def declare(document):
    """Returns the format of a declaration. Raises `Rejected` with all faults if it is invalid."""
    faults = Faults()
    form = read_declaration(document, faults)
    if faults:
        raise Rejected(faults[0][0], faults=list(faults))
    return form


def read_declaration(document, faults):
    known = (
        "version", "name", "prefix", "environments", "separator", "segments", "checksum",
        "digest_segment",
    )
    if not faults.members(document, known, ("segments",), ""):
        return None
    if document.get("version", 1) != 1:
        faults.add("config.unsupported_version", "/version")
    prefix = faults.text(document, "prefix", "")
    if prefix == "":
        faults.add("key.empty_prefix", "/prefix")
    elif prefix is not None and not prefix.isascii():
        faults.add("key.non_ascii_prefix", "/prefix")
    elif prefix is not None and not (set(prefix) <= KEY_CHARACTERS and len(prefix) <= 32):
        faults.add("key.malformed_prefix", "/prefix")
    name = faults.text(document, "name", "")
    if name is not None and not NAME.fullmatch(name):
        faults.add("key.malformed_format_name", "/name")
    separator = read_separator(document, "", "_", faults)
    environments = read_environments(document, separator, faults)
    segments = document.get("segments")
    if isinstance(segments, list) and not segments:
        faults.add("key.no_segments", "/segments")
    if isinstance(segments, list) and len(segments) > 16:
        faults.add("key.too_many_segments", "/segments")
    runs, names = [], set()
    for index, segment in enumerate(segments if isinstance(segments, list) else []):
        runs += read_segment(segment, index, separator, names, faults)
    algorithm = read_checksum(document, runs, faults)
    digested = faults.text(document, "digest_segment", "")
    if digested is not None and not NAME.fullmatch(digested):
        faults.add("key.malformed_segment_name", "/digest_segment")
    if "prefix" not in document and "name" not in document:
        faults.add("key.no_format_name", "")
    if faults:
        return None
    # Without a prefix and environments, a separator is before the first segment only if the segment
    # declares one.
    default = separator if prefix is not None or environments else ""
    separators = separator, segments[0].get("separator", default)
    form = Format(name or prefix, prefix or "", environments, separators, runs, algorithm, digested)
    check_layout(form, faults)
    return form


def read_separator(document, pointer, default, faults):
    separator = faults.text(document, "separator", pointer, default)
    if not (set(separator) <= KEY_CHARACTERS and len(separator) <= 8):
        faults.add("key.malformed_separator", f"{pointer}/separator")
    return separator


def read_environments(document, separator, faults):
    environments = document.get("environments")
    if environments is None:
        return []
    if not environments:
        faults.add("key.no_environments", "/environments")
    for index, environment in enumerate(environments):
        pointer, before = f"/environments/{index}", environments[:index]
        if not (set(environment) <= KEY_CHARACTERS and 1 <= len(environment) <= 32):
            faults.add("key.malformed_environment", pointer)
        elif environment in before:
            faults.add("key.duplicate_environment", pointer)
        elif separator and separator in environment:
            faults.add("key.ambiguous_environment", pointer)
        elif any(
            (other + separator).startswith(environment + separator)
            or (environment + separator).startswith(other + separator)
            for other in before
        ):
            faults.add("key.ambiguous_environment", pointer)
    return environments


def read_segment(segment, index, separator, names, faults):
    pointer = f"/segments/{index}"
    known = ("name", "alphabet", "length", "secret", "separator")
    if not faults.members(segment, known, ("name", "alphabet", "length"), pointer):
        return []
    name = faults.text(segment, "name", pointer)
    if name is not None and not NAME.fullmatch(name):
        faults.add("key.malformed_segment_name", f"{pointer}/name")
    elif name in names:
        faults.add("key.duplicate_segment", f"{pointer}/name")
    names.add(name)
    alphabet, symbols = segment.get("alphabet"), None
    if isinstance(alphabet, str):
        symbols = ALPHABETS.get(alphabet)
        if symbols is None:
            faults.add("key.unknown_alphabet", f"{pointer}/alphabet")
    elif isinstance(alphabet, dict):
        symbols = alphabet["characters"]
        is_valid = set(symbols) <= KEY_CHARACTERS and len(symbols) == len(set(symbols)) >= 2
        if not is_valid:
            faults.add("key.malformed_alphabet", f"{pointer}/alphabet")
    length = segment.get("length", 1)
    least, most = (length["min"], length["max"]) if isinstance(length, dict) else (length, length)
    if not 1 <= least <= most <= MAX_KEY:
        faults.add("key.segment_length", f"{pointer}/length")
    before = separator
    if "separator" in segment:
        before = read_separator(segment, pointer, separator, faults)
    run = Run(name, symbols, least, most, segment.get("secret", True))
    return [Literal(before), run] if before and index else [run]


def read_checksum(document, runs, faults):
    checksum = document.get("checksum", "none")
    is_name = not isinstance(checksum, dict)
    checksum = {"algorithm": checksum} if is_name else checksum
    pointer = "/checksum" if is_name else "/checksum/algorithm"
    algorithm = checksum.get("algorithm")
    known = ("none", "crc32", "crc32_body", "sha256")
    if algorithm not in (known if is_name else known[1:]):
        faults.add("key.unknown_checksum", pointer)
    length = checksum.get("length", 8 if algorithm == "sha256" else 6)
    if "length" in checksum and (algorithm != "sha256" or not 4 <= length <= 64):
        faults.add("key.malformed_checksum", "/checksum/length")
    separator = read_separator(checksum, "/checksum", "", faults)
    if algorithm != "none":
        alphabet = ALPHABETS["hex" if algorithm == "sha256" else "base62"]
        runs += [Literal(separator)] if separator else []
        runs.append(Run(None, alphabet, length, length, False, checksum=True))
    return algorithm


def check_layout(form, faults):
    """Checks the parts of a valid declaration against each other."""
    environment = form.environments[0] if form.environments else None
    layout = form.layout(environment)
    segment = -1
    for index, part in enumerate(layout):
        if isinstance(part, Literal) or part.checksum:
            continue
        segment += 1
        if part.least == part.most:
            continue
        before = form.first_separator if segment == 0 else ""
        if segment and isinstance(layout[index - 1], Literal):
            before = layout[index - 1].text
        rest = layout[index + 1 :]
        after = rest[0].text if rest and isinstance(rest[0], Literal) else ""
        if any(text and text[0] in part.alphabet for text in (before, after)):
            faults.add("key.separator_in_alphabet", f"/segments/{segment}")
        elif not after and any(other.least != other.most for other in rest):
            faults.add("key.ambiguous_segments", f"/segments/{segment}")
    if form.entropy_bits() < MIN_BITS:
        faults.add("key.too_little_secret", "/segments")
    named = [run for run in form.runs if isinstance(run, Run) and run.name == form.digested]
    if form.digested is not None and not any(
        run.secret and run.least * bits(len(run.alphabet)) >= MIN_BITS for run in named
    ):
        faults.add("key.digest_segment", "/digest_segment")
    longest = max(form.range(e)[1] for e in form.environments or [None])
    if longest > MAX_KEY:
        faults.add("key.format_too_long", "")


def github(prefix="ghp"):
    secret = {"name": "secret", "alphabet": "base62", "length": 30}
    return declare({"prefix": prefix, "segments": [secret], "checksum": "crc32_body"})


KEYRAIL = declare(
    {
        "name": "keyrail",
        "prefix": "kr",
        "environments": ["live", "test"],
        "segments": [
            {"name": "id", "alphabet": "base62", "length": 12, "secret": False},
            {"name": "secret", "alphabet": "base62", "length": 27},
        ],
        "checksum": "crc32",
    }
)


def format_of(declaration):
    if declaration is None or declaration == "keyrail":
        return KEYRAIL
    if declaration == "github":
        return github()
    return declare(declaration) if isinstance(declaration, dict) else FOREIGN[declaration]
