"""A second implementation of URL encoding, queries and URI templates.

The expected values in url.json come from the documents that its cases name, and not from
the crates. This file implements the same documents with only the standard library. Run it
with

    python3 tests/vectors/url_reference.py

It computes the value or the error of every case of url.json, and checks that it equals the expected one. It exits with 1 if a case is wrong. The cases of base URLs
(`url.base_url...`) are not checked: they have no second implementation.
"""

import re
import string
import sys
from urllib.parse import quote, quote_from_bytes, unquote_to_bytes

from reference.cases import cases

SUB_DELIMS = "!$&'()*+,;="
PCHAR = SUB_DELIMS + ":@"
# The characters that each set keeps besides letters, digits and -._~. The form and
# component sets are from the WHATWG URL standard, the others from RFC 3986, appendix A.
# With the form set, `encode` also escapes ~, and writes a space as +.
SETS = {
    "unreserved": "",
    "path_segment": PCHAR,
    "path": PCHAR + "/",
    "query": PCHAR + "/?",
    "fragment": PCHAR + "/?",
    "userinfo": SUB_DELIMS + ":",
    "form": "* ",
    "component": "!*'()",
}
RESERVED = ":/?#[]@" + SUB_DELIMS
ESCAPE = re.compile("%[0-9A-Fa-f]{2}")
BROKEN_ESCAPE = re.compile("%(?![0-9A-Fa-f]{2})")
MAX_TEMPLATE, MAX_URL = 8 * 1024, 64 * 1024


class Rejected(Exception):
    """An error with a code and an optional offset in bytes."""

    def __init__(self, code, offset=None):
        super().__init__(code)
        self.wanted = {"code": "url." + code, "offset": offset}


def size(text):
    return len(text.encode())


# Percent-encoding


def kept(encode_set):
    if isinstance(encode_set, dict):
        for at, character in enumerate(encode_set["keep"]):
            if not "!" <= character <= "~" or character == "%":
                raise Rejected("malformed_set", size(encode_set["keep"][:at]))
        return encode_set["keep"]
    if encode_set not in SETS:
        raise Rejected("unknown_set")
    return SETS[encode_set]


def encode(text, encode_set="unreserved"):
    encoded = quote(text, safe=kept(encode_set))
    return encoded.replace("~", "%7E").replace(" ", "+") if encode_set == "form" else encoded


def decode_bytes(text):
    broken = BROKEN_ESCAPE.search(text)
    if broken:
        raise Rejected("malformed_escape", size(text[: broken.start()]))
    return unquote_to_bytes(text)


def decode(text):
    try:
        return decode_bytes(text).decode()
    except UnicodeDecodeError as error:
        encoded = text.encode()
        offsets = [found.start() for found in re.finditer(b"%..|[^%]", encoded, re.DOTALL)]
        raise Rejected("invalid_utf8", offsets[error.start]) from None


def decode_form(text):
    return decode(text.replace("+", " "))


def normalize(text):
    decoded = b""
    end = 0
    for escape in ESCAPE.finditer(text):
        decoded += text[end : escape.start()].encode() + unquote_to_bytes(escape.group())
        end = escape.end()
    return quote_from_bytes(decoded + text[end:].encode(), safe="")


def decode_one(text):
    try:
        return decode(text)
    except Rejected as error:
        return error.wanted


# Queries


def encode_query(pairs):
    if [tuple(pair) for pair in pairs] == [("", None)]:
        raise Rejected("empty_pair")  # an empty query has no pairs
    return "&".join(encode(n) if v is None else f"{encode(n)}={encode(v)}" for n, v in pairs)


def parse_query(query):
    pairs, start = [], 0

    def part(text, offset):
        try:
            return decode(text)
        except Rejected as error:
            error.wanted["offset"] += offset
            raise

    for pair in query.split("&") if query else []:
        name, equals, value = pair.partition("=")
        name_read = part(name, start)
        value_at = start + size(name) + 1
        pairs.append([name_read, part(value, value_at) if equals else None])
        start += size(pair) + 1
    return pairs


# Templates (RFC 6570; the table of appendix A)

# For each operator: the first character, the separator, whether names are written, what
# follows a name whose value is empty, and whether reserved characters are kept.
OPERATORS = {
    "": ("", ",", False, "", False),
    "+": ("", ",", False, "", True),
    "#": ("#", ",", False, "", True),
    ".": (".", ".", False, "", False),
    "/": ("/", "/", False, "", False),
    ";": (";", ";", True, "", False),
    "?": ("?", "&", True, "=", False),
    "&": ("&", "&", True, "=", False),
}
NAME_START = string.ascii_letters + string.digits + "_%"


def is_literal(character):
    """Returns whether a character is a literal (RFC 6570, section 2.1, with erratum 6937)."""
    code = ord(character)
    if code < 0x80:
        return 0x20 < code < 0x7F and character not in '"%<>\\^`{|}'
    return (
        code >= 0xA0
        and not 0xFDD0 <= code <= 0xFDEF
        and not 0xFFF0 <= code <= 0xFFFF
        and not 0xE0000 <= code <= 0xE0FFF
        and code & 0xFFFE != 0xFFFE
    )


class Reader:
    """Reads a template, character by character."""

    def __init__(self, text):
        self.text, self.at = text, 0

    def reject(self, code, at=None):
        raise Rejected(code, size(self.text[: self.at if at is None else at]))

    @property
    def here(self):
        return self.text[self.at : self.at + 1]

    def template(self):
        if size(self.text) > MAX_TEMPLATE:
            within = self.text.encode()[:MAX_TEMPLATE].decode(errors="ignore")
            raise Rejected("template_too_long", size(within))
        parts = []
        while self.here:
            start = self.at
            if self.here == "{":
                parts.append((start, self.expression()))
            elif self.here == "%":
                parts.append((start, self.escape()))
            elif is_literal(self.here):
                self.at += 1
                parts.append((start, quote(self.text[start], safe=RESERVED)))
            else:
                self.reject("malformed_template")
        return parts

    def escape(self):
        found = ESCAPE.match(self.text, self.at)
        if not found:
            self.reject("malformed_template")
        self.at = found.end()
        return found.group()

    def expression(self):
        if "}" not in self.text[self.at :]:
            self.reject("malformed_template")
        self.at += 1
        if self.here in list("=,!@|"):
            self.reject("unsupported_operator")
        operator = ""
        if self.here in OPERATORS:
            operator = self.here
            self.at += 1
        variables = [self.variable()]
        while self.here == ",":
            self.at += 1
            variables.append(self.variable())
        if self.here != "}":
            self.reject("malformed_template")
        self.at += 1
        return operator, variables

    def variable(self):
        start = self.at
        self.name_character()
        while self.here == "." or self.here in list(NAME_START):
            if self.here == ".":
                self.at += 1
            self.name_character()
        name = self.text[start : self.at]
        if self.here == "*":
            self.at += 1
            return name, "*"
        if self.here != ":":
            return name, None
        digits = re.compile("[1-9][0-9]{0,3}").match(self.text, self.at + 1)
        self.at += 1
        if not digits:
            self.reject("malformed_template")
        self.at = digits.end()
        return name, int(digits.group())

    def name_character(self):
        if self.here == "%":
            self.escape()
        elif self.here in list(NAME_START):
            self.at += 1
        else:
            self.reject("malformed_template")


def characters(text, reserved):
    """Splits a value into characters. If `reserved` is true, the escapes of one character stay
    together.
    """
    if not reserved:
        return list(text)
    found, at = [], 0
    while at < len(text):
        run = re.compile("(?:%[0-9A-Fa-f]{2}){1,4}").match(text, at)
        end = at + 1
        if run:
            end = at + 3
            for length in range(3, len(run.group()) + 1, 3):
                try:
                    if len(unquote_to_bytes(text[at : at + length]).decode()) == 1:
                        end = at + length
                        break
                except UnicodeDecodeError:
                    pass
        found.append(text[at:end])
        at = end
    return found


def escaped(text, reserved):
    if not reserved:
        return quote(text, safe="")
    literal = re.split("(%[0-9A-Fa-f]{2})", text)
    return "".join(p if ESCAPE.fullmatch(p) else quote(p, safe=RESERVED) for p in literal)


def expand_variable(operator, name, modifier, value):
    """Returns the expansions of one variable. The caller joins them with the separator."""
    _, _, named, if_empty, reserved = OPERATORS[operator]

    def with_name(text, name_written=name):
        if not named:
            return text
        return name_written + ("=" + text if text else if_empty)

    if isinstance(value, str):
        if isinstance(modifier, int):
            value = "".join(characters(value, reserved)[:modifier])
        return [with_name(escaped(value, reserved))]
    if isinstance(modifier, int):
        raise Rejected("prefix_of_list")
    pairs = isinstance(value[0], list)
    if modifier == "*" and pairs:
        names = [(escaped(n, reserved), escaped(v, reserved)) for n, v in value]
        return [with_name(v, n) if named else f"{n}={v}" for n, v in names]
    if modifier == "*":
        return [with_name(escaped(member, reserved)) for member in value]
    members = [part for pair in value for part in pair] if pairs else value
    joined = ",".join(escaped(member, reserved) for member in members)
    return [f"{name}={joined}" if named else joined]


def expand(template, variables, strict=False):
    parts = Reader(template).template()
    if strict:
        check_strict(template, parts, variables)
    names = [name for name, _ in variables]
    if len(set(names)) < len(names):
        raise Rejected("duplicate_variable")
    values = {name: value for name, value in variables if value != []}
    out = ""
    for at, part in parts:
        if isinstance(part, str):
            out += part
            continue
        operator, variables_of_part = part
        first, separator = OPERATORS[operator][:2]
        pieces = []
        for name, modifier in variables_of_part:
            if name in values:
                try:
                    pieces += expand_variable(operator, name, modifier, values[name])
                except Rejected as error:
                    error.wanted["offset"] = size(template[:at])
                    raise
        out += first + separator.join(pieces) if pieces else ""
    if len(out) > MAX_URL:
        raise Rejected("too_long")
    return out


def check_strict(template, parts, variables):
    given = [name for name, value in variables if value != []]
    known = []
    for at, part in parts:
        if isinstance(part, tuple):
            known += [name for name, _ in part[1]]
            if not set(known) <= set(given):
                raise Rejected("missing_variable", size(template[:at]))
    if any(name not in known for name, _ in variables):
        raise Rejected("unknown_variable")


def names(template):
    parts = [part for _, part in Reader(template).template() if isinstance(part, tuple)]
    return list(dict.fromkeys(name for _, wanted in parts for name, _ in wanted))


CALLS = {
    "url.encode": lambda given: encode(given["text"], given.get("set", "unreserved")),
    "url.encode_bytes": lambda given: quote_from_bytes(bytes.fromhex(given["bytes"]), safe=""),
    "url.encode_batch": lambda given: [encode(text) for text in given["texts"]],
    "url.decode": lambda given: decode(given["text"]),
    "url.decode_bytes": lambda given: decode_bytes(given["text"]).hex(),
    "url.decode_form": lambda given: decode_form(given["text"]),
    "url.decode_batch": lambda given: [decode_one(text) for text in given["texts"]],
    "url.normalize": lambda given: normalize(given["text"]),
    "url.encode_query": lambda given: encode_query(given["pairs"]),
    "url.parse_query": lambda given: parse_query(given["query"]),
    "url.template.expand": lambda given: expand(given["template"], given["variables"]),
    "url.template.expand_strict": lambda given: expand(
        given["template"], given["variables"], strict=True
    ),
    "url.template.variables": lambda given: names(given["template"]),
}


def outcome(case):
    try:
        return {"want": CALLS[case["call"]](case["given"])}
    except Rejected as error:
        wanted = error.wanted
        if "offset" not in case.get("error", {}) and wanted["offset"] is None:
            wanted = {"code": wanted["code"]}
        return {"error": wanted}


def main():
    checked, wrong = 0, 0
    for case in cases("url.json"):
        if case["call"].startswith("url.base_url"):
            continue
        checked += 1
        expected = {member: case[member] for member in ("want", "error") if member in case}
        computed = outcome(case)
        if computed != expected:
            wrong += 1
            print(f"{case['name']}: {computed} is not {expected}")
    print(f"{checked} cases checked, {wrong} wrong")
    return 1 if wrong or not checked else 0


if __name__ == "__main__":
    sys.exit(main())
