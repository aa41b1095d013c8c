"""Sets: several formats, of which no text satisfies two."""

from .common import Refused
from .declarations import Faults, format_of
from .formats import Literal


def set_of(declarations):
    """A set is rejected with the faults of its document, the later of two formats at fault."""
    faults = Faults()
    for index, declaration in enumerate(declarations):
        if isinstance(declaration, dict) and "version" in declaration:
            faults.add("config.unknown_member", f"/formats/{index}")
    formats = [format_of(declaration) for declaration in declarations]
    for index, form in enumerate(formats):
        before = formats[:index]
        if form.name in [other.name for other in before]:
            faults.add("key.duplicate_format", f"/formats/{index}")
        elif not form.foreign and any(
            can_be_both(form, other) for other in before if not other.foreign
        ):
            faults.add("key.ambiguous_formats", f"/formats/{index}")
    if len(formats) > 1000:
        faults.add("key.too_many_formats", "/formats")
    if faults:
        raise Refused(faults[0][0], faults=list(faults))
    own = [form for form in formats if not form.foreign]
    return own, [form for form in formats if form.foreign]


def can_be_both(one, other):
    """Whether some text fits both layouts; a checksum is any text of its alphabet."""
    return any(
        overlap(places(one.layout(a)), places(other.layout(b)))
        for a in one.environments or [None]
        for b in other.environments or [None]
    )


def places(layout):
    """What may be at each place: a set of characters, and whether it may be left out."""
    result = []
    for part in layout:
        sets = part.sets if isinstance(part, Literal) else [set(part.alphabet)] * part.most
        result += [(characters, at >= part.least) for at, characters in enumerate(sets)]
    return result


def overlap(left, right):
    open_pairs, seen = [(0, 0)], set()
    while open_pairs:
        pair = i, j = open_pairs.pop()
        if pair in seen:
            continue
        seen.add(pair)
        if pair == (len(left), len(right)):
            return True
        if i < len(left) and left[i][1]:
            open_pairs.append((i + 1, j))
        if j < len(right) and right[j][1]:
            open_pairs.append((i, j + 1))
        if i < len(left) and j < len(right) and left[i][0] & right[j][0]:
            open_pairs.append((i + 1, j + 1))
    return False


def parse_in_set(declarations, text):
    own, foreign = set_of(declarations)
    marked = [form for form in own if text.startswith(form.mark)]
    foreign = sorted(foreign, key=lambda form: form.hint(text) != "fits")
    refusals = [Refused("key.prefix", 0)]
    for form in marked or foreign:
        try:
            return form.parse(text)
        except Refused as refusal:
            refusals.append(refusal)
    raise max(refusals, key=lambda refusal: (rank(refusal.code), refusal.offset))


def rank(code):
    """How far a text was followed before it was rejected."""
    checks = ["prefix", "environment", "empty", "length", "character", "checksum"]
    return checks.index(code.removeprefix("key."))
