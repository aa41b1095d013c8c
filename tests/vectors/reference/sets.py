"""Sets of formats: at most one declared format of a set matches a string."""

from .common import Rejected
from .declarations import Faults, format_of
from .formats import Literal


def set_of(declarations):
    """Reads a set. If a string can match two formats, the fault points to the later one."""
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
            have_common_key(form, other) for other in before if not other.foreign
        ):
            faults.add("key.ambiguous_formats", f"/formats/{index}")
    if len(formats) > 1000:
        faults.add("key.too_many_formats", "/formats")
    if faults:
        raise Rejected(faults[0][0], faults=list(faults))
    declared = [form for form in formats if not form.foreign]
    return declared, [form for form in formats if form.foreign]


def have_common_key(one, other):
    """Returns whether any string matches both formats, if their checksums are ignored."""
    return any(
        overlap(positions(one.layout(a)), positions(other.layout(b)))
        for a in one.environments or [None]
        for b in other.environments or [None]
    )


def positions(layout):
    """Returns the allowed characters at each position, and whether the position is optional."""
    result = []
    for part in layout:
        sets = part.sets if isinstance(part, Literal) else [set(part.alphabet)] * part.most
        result += [(characters, at >= part.least) for at, characters in enumerate(sets)]
    return result


def overlap(left, right):
    """Returns whether any string matches both lists of positions."""
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
    declared, foreign = set_of(declarations)
    prefixed = [form for form in declared if form.prefix and text.startswith(form.mark)]
    unprefixed = [form for form in declared if not form.prefix]
    foreign = sorted(foreign, key=lambda form: form.hint(text) != "fits")
    errors = [Rejected("key.prefix", 0)]
    for form in prefixed + unprefixed + ([] if prefixed else foreign):
        try:
            return form.parse(text)
        except Rejected as error:
            if form.foreign:
                raise
            if form.prefix or not prefixed:
                errors.append(error)
    raise max(errors, key=lambda error: (rank(error.code), error.offset))


def rank(code):
    """Returns how many checks a string passed before it was rejected."""
    checks = ["prefix", "environment", "empty", "length", "character", "checksum"]
    return checks.index(code.removeprefix("key."))
