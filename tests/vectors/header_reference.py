"""Checks header.json with only Python's standard library.

It checks what follows from standards: the client's address (with ipaddress), challenges
(RFC 9110, section 11.6.1), token68 (section 11.2), and the value of a header that
contains one key, with or without a scheme name (sections 5.5 and 11.4). Other cases are
counted, but not checked.
"""

import ipaddress
import re
import sys

from reference.cases import cases

MAX_LINE = 8192
MAX_HOPS = 64
TCHAR = r"[!#$%&'*+.^_`|~0-9A-Za-z-]"
TOKEN68 = re.compile(r"[0-9A-Za-z._~+/-]+=*")
HIDDEN = re.compile(r"_[0-9A-Za-z._-]+")
PAIR = re.compile(rf'({TCHAR}+)=({TCHAR}+|"(?:[\t !#-\[\]-~\x80-\uffff]|\\[\t -~\x80-\uffff])*")')


class Rejected(Exception):
    def __init__(self, code, offset=None):
        super().__init__(code)
        self.code = code
        self.offset = offset


# Clients


def plain(address):
    address = ipaddress.ip_address(address)
    return getattr(address, "ipv4_mapped", None) or address


def node(text, forwarded):
    """Returns the address in a node of Forwarded (RFC 7239, section 6) or in an item of an
    address list.
    """
    if not forwarded:
        try:
            if "%" not in text:
                return ipaddress.IPv6Address(text)
        except ValueError:
            pass
    found = re.fullmatch(r"(\[[^\]]*\]|[^:]*)(?::(.*))?", text)
    if not found:
        raise Rejected("header.malformed_hop")
    name, port = found.groups()
    if port is not None:
        number = re.fullmatch(r"[0-9]{1,5}", port) and int(port) <= 65535
        if not number and not (forwarded and HIDDEN.fullmatch(port)):
            raise Rejected("header.malformed_hop")
    if name.lower() == "unknown":
        raise Rejected("header.unknown_hop")
    if HIDDEN.fullmatch(name):
        raise Rejected("header.hidden_hop")
    try:
        if name.startswith("[") and "%" not in name:
            return ipaddress.IPv6Address(name[1:-1])
        return ipaddress.IPv4Address(name)
    except ValueError:
        raise Rejected("header.malformed_hop") from None


def split(text, separator):
    """Splits a text at a separator outside of quoted strings. Returns a pair for each part: its
    offset, and the part itself.
    """
    parts, start, quoted, at = [], 0, None, 0
    while at < len(text):
        if text[at] == '"':
            quoted = at if quoted is None else None
        elif text[at] == "\\" and quoted is not None:
            at += 1
        elif text[at] == separator and quoted is None:
            parts.append((start, text[start:at]))
            start = at + 1
        at += 1
    if quoted is not None:
        raise Rejected("header.malformed_hop", quoted)
    parts.append((start, text[start:]))
    return [(at + len(part) - len(part.lstrip(" \t")), part.strip(" \t")) for at, part in parts]


def element(text):
    """Returns the address in one element of a Forwarded header."""
    pairs = {}
    for _, part in split(text, ";"):
        if not part:
            continue
        found = PAIR.fullmatch(part)
        if not found or found[1].lower() in pairs:
            raise Rejected("header.malformed_hop")
        pairs[found[1].lower()] = found[2]
    if "for" not in pairs:
        raise Rejected("header.unknown_hop")
    value = pairs["for"]
    if value.startswith('"'):
        value = re.sub(r"\\(.)", r"\1", value[1:-1])
    return node(value, True)


def client_ip(given):
    trust = given["trust"]
    if set(trust) != {"header", "networks"} or not re.fullmatch(f"{TCHAR}+", trust["header"]):
        return None  # an invalid configuration, which is not checked here
    networks = [ipaddress.ip_network(network) for network in trust["networks"]]

    def trusted(address):
        return any(address in network for network in networks if network.version == address.version)

    client = plain(given["peer"])
    if not trusted(client):
        return str(client)
    name = trust["header"].lower()
    folded = [header.lower().replace("_", "-") for header, _ in given["headers"]]
    lines = [value for header, value in given["headers"] if header.lower() == name]
    if lines and folded.count(name.replace("_", "-")) > len(lines):
        raise Rejected("header.ambiguous")
    starts = [sum(len(line) + 2 for line in lines[:at]) for at in range(len(lines))]
    hops = 0
    for start, line in reversed(list(zip(starts, lines))):
        if len(line) > MAX_LINE:
            raise Rejected("header.too_long", start + MAX_LINE)
        forwarded = name == "forwarded"
        if forwarded:
            parts = split(line, ",")
        else:
            ends = [found.end() for found in re.finditer(",", line)]
            parts = [(at, line[at:].split(",")[0]) for at in [0, *ends]]
            parts = [(at + len(p) - len(p.lstrip(" \t")), p.strip(" \t")) for at, p in parts]
        for at, part in reversed(parts):
            hops += 1
            if hops > MAX_HOPS:
                raise Rejected("header.too_many_hops", start + at)
            try:
                client = plain(element(part) if forwarded else node(part, False))
            except Rejected as error:
                raise Rejected(error.code, start + at) from None
            if not trusted(client):
                return str(client)
    return str(client)


# Challenges

WORDS = {
    "x_api_key": ["ApiKey"],
    "bearer": ["Bearer"],
    "bare_authorization": ["ApiKey"],
    "mehery": ["ApiKey"],
    "sceyt": ["ApiKey"],
    "azeer": ["Bearer"],
    "vchatcloud": ["ApiKey"],
    "swellsign": ["x-api-key"],
}


def words(scheme):
    if isinstance(scheme, list):
        return list(dict.fromkeys(word for one in scheme for word in words(one)))
    if isinstance(scheme, str) and scheme.startswith("authorization "):
        return [scheme.split(" ")[1]]
    if isinstance(scheme, str) and scheme.startswith("header "):
        return ["ApiKey"]
    return WORDS[scheme]


def challenge(given):
    realm = given["realm"]
    invalid = re.search(r"[^\t -~]", realm)
    if invalid:
        code = "header.control" if invalid[0] < "\x80" else "header.non_ascii"
        raise Rejected(code, len(realm[: invalid.start()].encode()))
    quoted = realm.replace("\\", "\\\\").replace('"', '\\"')
    error = f', error="{given["error"]}"' if "error" in given else ""
    return ", ".join(
        f'{word} realm="{quoted}"{error if word == "Bearer" else ""}' for word in words(given["scheme"])
    )


# Values

ONE_HEADER = {
    "x_api_key": ("x-api-key", None),
    "bearer": ("authorization", "bearer"),
    "swellsign": ("authorization", "x-api-key"),
    "sceyt": ("platform-api-key", None),
}


def extract(given):
    """Returns the credentials, or None if the scheme is not checked here.

    Raises Rejected if the credentials are invalid. Its code is None if the grammar does not
    determine the code.
    """
    scheme, headers = given["scheme"], given["headers"]
    token68 = isinstance(scheme, str) and scheme.startswith("token68 ")
    if token68:
        scheme = scheme.removeprefix("token68 ")
    if not isinstance(scheme, str) or scheme not in ONE_HEADER:
        return None
    name, word = ONE_HEADER[scheme]
    values = [value for header, value in headers if header.lower() == name]
    folded = [header.lower().replace("_", "-") for header, _ in headers]
    if not values:
        raise Rejected("header.missing")
    if len(values) > 1:
        raise Rejected("header.duplicate")
    if folded.count(name.replace("_", "-")) > 1:
        raise Rejected("header.ambiguous")
    if len(values[0].encode()) > MAX_LINE:
        raise Rejected("header.too_long", MAX_LINE)
    before = rf"(?i:{re.escape(word)}) +" if word else ""
    found = re.fullmatch(rf"[ \t]*{before}([!#-&(-+\--~]+)[ \t]*", values[0])
    if not found:
        raise Rejected(None)
    valid = TOKEN68.match(found[1])
    if token68 and (not valid or valid.end() < len(found[1])):
        raise Rejected("header.token68", found.start(1) + (valid.end() if valid else 0))
    return {"key": found[1], "token": None, "app_id": None, "variant": "as_documented"}


CALLS = {
    "header.client_ip": client_ip,
    "header.challenge": challenge,
    "header.extract": extract,
}


def check(case):
    """Returns what is wrong with a case, None if it is correct, or False if it is not checked."""
    call = CALLS.get(case["call"])
    if call is None:
        return False
    try:
        got = call(case["given"])
    except Rejected as error:
        wanted = case.get("error")
        if wanted is None:
            return f"rejected with {error.code}, wanted {case['want']}"
        if error.code is None:
            return None
        if wanted["code"] != error.code:
            return f"rejected with {error.code}, wanted {wanted['code']}"
        if "offset" in wanted and wanted["offset"] != error.offset:
            return f"rejected at {error.offset}, wanted {wanted['offset']}"
        return None
    if got is None:
        return False
    return None if case.get("want") == got else f"got {got}, wanted {case.get('want', case.get('error'))}"


def main():
    all_cases, checked, failed = cases("header.json"), 0, 0
    for case in all_cases:
        wrong = check(case)
        checked += wrong is not False
        if wrong:
            failed += 1
            print(f"{case['name']}: {wrong}")
    print(f"header.json: {checked} of {len(all_cases)} cases checked, {failed} wrong")
    sys.exit(failed > 0 or checked == 0)


main()
