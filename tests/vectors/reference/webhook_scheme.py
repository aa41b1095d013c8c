"""Signature schemes of webhooks: the signed content is built from the vendors' documentation.

Each vendor has a function of its own here, which does not read the scheme's document. A declared
scheme is interpreted from its document.
"""

import base64
import binascii
import hashlib
import hmac
import json
import re
import urllib.parse

from reference import ed25519
from reference.common import Rejected
from reference.last_use import millis, printed

MIN_MS = 100_000_000_000


class Request:
    def __init__(self, given):
        self.method = given.get("method", "POST")
        self.url = given.get("url", "https://desk.example/hook")
        self.headers = [(name.lower(), value.strip()) for name, value in given.get("headers", [])]
        self.body = given["body"].encode()
        self.given = given

    def header(self, name):
        values = [value for other, value in self.headers if other == name]
        return values[0] if len(values) == 1 else None

    def query(self, name):
        pairs = urllib.parse.urlsplit(self.url).query.split("&")
        values = [pair.split("=", 1)[1] for pair in pairs if pair.split("=", 1)[0] == name]
        if len(values) > 1:
            raise Rejected("webhook.duplicate_value")
        return urllib.parse.unquote(values[0]) if values else None

    def json(self, pointer):
        """Returns the value at a JSON Pointer, or None if a member on the way occurs twice."""
        try:
            value = json.loads(self.body, object_pairs_hook=without_duplicates)
        except ValueError:
            return None
        for step in pointer.split("/")[1:]:
            step = step.replace("~1", "/").replace("~0", "~")
            if isinstance(value, list) and step.isdigit() and int(step) < len(value):
                value = value[int(step)]
            elif isinstance(value, dict) and step in value:
                value = value[step]
            else:
                return None
        return str(value) if isinstance(value, (str, int)) and value is not True else None


def without_duplicates(pairs):
    names = [name for name, _ in pairs]
    return {name: value for name, value in pairs if names.count(name) == 1}


def mac(name, secret, content):
    return hmac.digest(secret.encode(), content, name)


def b64(data):
    return base64.b64encode(data).decode()


def form_sorted(body):
    pairs = urllib.parse.parse_qsl(body.decode(), keep_blank_values=True)
    return "".join(name + value for name, value in sorted(set(pairs)))


def unescaped(url, characters):
    """Decodes the escapes of some characters in the query."""
    path, mark, query = url.partition("?")
    codes = "|".join(f"{ord(character):02x}" for character in characters) or "never"
    decode = lambda match: chr(int(match[1], 16))  # noqa: E731
    return path + mark + re.sub(f"%({codes})", decode, query, flags=re.IGNORECASE)


# For each vendor: the headers of a request that is signed at a time, the names of what is covered,
# and where the id is.
def of_body(header, prefix, write):
    def sign(secret, request, now):
        return [[header, prefix + write(mac("sha256", secret, request.body))]], ["body"]

    return sign


def of_time(header, time_header, prefix, start):
    def sign(secret, request, now):
        time = str(now // 1000)
        content = start + time.encode() + (b":" if start else b".") + request.body
        code = prefix + mac("sha256", secret, content).hex()
        return [[time_header, time], [header, code]], ["timestamp", "body"]

    return sign


def stripe(secret, request, now):
    time = str(now // 1000)
    code = mac("sha256", secret, time.encode() + b"." + request.body).hex()
    return [["stripe-signature", f"t={time},v1={code}"]], ["timestamp", "body"]


def static(header):
    return lambda secret, request, now: ([[header, secret]], [])


def twilio(secret, request, now):
    digest = request.query("bodySHA256")
    content, covered = request.url, ["url"]
    if digest is None:
        content += form_sorted(request.body)
        covered.append("form")
    else:
        if digest.lower() != hashlib.sha256(request.body).hexdigest():
            raise Rejected("webhook.wrong_signature")
        covered.append("body")
    return [["x-twilio-signature", b64(mac("sha1", secret, content.encode()))]], covered


def hubspot(secret, request, now):
    content = (request.method + unescaped(request.url, ":/?@!$'()*,;")).encode() + request.body
    code = b64(mac("sha256", secret, content + str(now).encode()))
    headers = [["x-hubspot-request-timestamp", str(now)], ["x-hubspot-signature-v3", code]]
    return headers, ["method", "url", "body", "timestamp"]


def discord(secret, request, now):
    time = str(now // 1000)
    code = ed25519.sign(bytes.fromhex(secret), time.encode() + request.body).hex()
    headers = [["x-signature-timestamp", time], ["x-signature-ed25519", code]]
    return headers, ["timestamp", "body"]


VENDORS = {
    "adcp": of_time("x-adcp-signature", "x-adcp-timestamp", "sha256=", b""),
    "discord": discord,
    "github": of_body("x-hub-signature-256", "sha256=", bytes.hex),
    "hubspot": hubspot,
    "line": of_body("x-line-signature", "", b64),
    "mehery": static("x-verify-token"),
    "meta": of_body("x-hub-signature-256", "sha256=", bytes.hex),
    "shopify": of_body("x-shopify-hmac-sha256", "", b64),
    "slack": of_time("x-slack-signature", "x-slack-request-timestamp", "v0=", b"v0:"),
    "stripe": stripe,
    "telegram": static("x-telegram-bot-api-secret-token"),
    "twilio": twilio,
    "zoom": of_time("x-zm-signature", "x-zm-request-timestamp", "v0=", b"v0:"),
}
IDS = {
    "github": ("header", "x-github-delivery"),
    "shopify": ("header", "x-shopify-event-id"),
    "stripe": ("json", "/id"),
    "telegram": ("json", "/update_id"),
    "twilio": ("header", "i-twilio-idempotency-token"),
}


def value_at(request, place):
    """Returns the values at a place of a declared scheme."""
    if "header" in place:
        text = request.header(place["header"].lower())
    elif "query" in place:
        text = request.query(place["query"])
    else:
        text = request.json(place["json"])
    if text is None:
        return []
    separator = place.get("separator", "," if "pair" in place else None)
    items = [text] if separator is None else text.split(separator)
    if len(items) > 16:
        raise Rejected("webhook.too_many_signatures")
    items = [item.strip(" \t") for item in items]
    if "pair" in place:
        start = place["pair"] + "="
        items = [item[len(start) :] for item in items if item.startswith(start)]
    prefix = place.get("prefix", "")
    return [item[len(prefix) :] for item in items if item.startswith(prefix)]


def written(place, value):
    pair = place["pair"] + "=" if "pair" in place else ""
    return pair + place.get("prefix", "") + value


def declared_content(scheme, request, time, id):
    content, covered = b"", []
    for part in scheme.get("signed", []):
        name = part[1:-1] if part.startswith("{") else None
        if name is None:
            content += part.encode()
            continue
        if name.startswith("header:"):
            value = request.header(name[7:].lower())
        elif name.startswith("json:"):
            value = request.json(name[5:])
        elif name == "form_sorted":
            value = form_sorted(request.body)
        elif name == "url":
            value = unescaped(request.url, scheme.get("url_unescape", ""))
        else:
            value = {
                "method": request.method,
                "body": request.body.decode(),
                "timestamp": time,
                "id": id,
            }[name]
        if value is None:
            raise Rejected("webhook.missing_part")
        content += value.encode()
        name = name.lower() if name.startswith("header:") else name
        covered.append("form" if name == "form_sorted" else name)
    return content, covered


def key_of(scheme, secret):
    encoding = scheme.get("key_encoding", "utf8")
    try:
        if encoding == "hex":
            return bytes.fromhex(secret)
        if encoding == "base64":
            return base64.b64decode(secret + "=" * (-len(secret) % 4), validate=True)
    except (ValueError, binascii.Error):
        raise Rejected("webhook.malformed_scheme_secret") from None
    return secret.encode()


def code_of(scheme, key, content):
    algorithm = scheme["algorithm"]
    if algorithm == "static":
        return key.decode()
    if algorithm == "ed25519":
        code = ed25519.sign(key, content)
    else:
        code = hmac.digest(key, content, algorithm.removeprefix("hmac-"))
    return code.hex() if scheme["signature"]["encoding"] == "hex" else b64(code)


def time_text(unit, now):
    if unit == "rfc3339":
        return printed(now)
    return str(now // 1000 if unit == "seconds" else now)


def sign(given):
    request, secret, now = Request(given), given["secret"], given["now_ms"]
    scheme = given["scheme"]
    if not 1 <= len(secret.encode()) <= 1024:
        raise Rejected("webhook.malformed_scheme_secret")
    if isinstance(scheme, str):
        return VENDORS[scheme](secret, request, now)[0]
    time = scheme.get("timestamp")
    text = time and time_text(time["unit"], now)
    ids = value_at(request, scheme["id"]) if "id" in scheme else []
    content, _ = declared_content(scheme, request, text, ids[0] if ids else None)
    code = code_of(scheme, key_of(scheme, secret), content)
    headers = []
    for place, value in ([(time, text)] if time else []) + [(scheme["signature"], code)]:
        if "header" not in place:
            raise Rejected("webhook.cannot_sign")
        name, value = place["header"].lower(), written(place, value)
        same = [pair for pair in headers if pair[0] == name]
        if same:
            same[0][1] += place.get("separator", ",") + value
        else:
            headers.append([name, value])
    return headers


def verify(given):
    """Verifies a request whose places are well formed, and whose time is recent."""
    request, scheme = Request(given), given["scheme"]
    if isinstance(scheme, str):
        return verify_vendor(given, request, scheme)
    time, time_ms = scheme.get("timestamp"), None
    text = None
    if time:
        [text] = value_at(request, time) or [None]
        if text is None:
            raise Rejected("webhook.missing_timestamp")
        factor = {"seconds": 1000, "milliseconds": 1, "rfc3339": None}[time["unit"]]
        time_ms = millis(text) if factor is None else int(text) * factor
    ids = value_at(request, scheme["id"]) if "id" in scheme else []
    content, covered = declared_content(scheme, request, text, ids[0] if ids else None)
    codes = value_at(request, scheme["signature"])
    if not codes:
        raise Rejected("webhook.missing_signature")
    keys = [key_of(scheme, secret) for secret in given["secrets"]]
    if scheme["algorithm"] == "ed25519":
        read = bytes.fromhex if scheme["signature"]["encoding"] == "hex" else base64.b64decode
        valid = any(ed25519.verify(key, content, read(code)) for key in keys for code in codes)
    else:
        valid = bool(set(codes) & {code_of(scheme, key, content) for key in keys})
    if not valid:
        raise Rejected("webhook.wrong_signature")
    place = scheme.get("id", {})
    if "header" in place:
        places = {"header:" + place["header"].lower()}
    elif "query" in place:
        places = {"url"}
    else:
        places = {"body", "json:" + place.get("json", "")}
    is_signed = bool(ids) and bool(({"id"} | places) & set(covered))
    return {
        "id": ids[0] if ids else None,
        "is_id_signed": is_signed,
        "timestamp_ms": time_ms,
        "covered": covered,
    }


def verify_vendor(given, request, vendor):
    time_header = {
        "adcp": "x-adcp-timestamp",
        "discord": "x-signature-timestamp",
        "hubspot": "x-hubspot-request-timestamp",
        "slack": "x-slack-request-timestamp",
        "zoom": "x-zm-request-timestamp",
    }.get(vendor)
    time_ms = None
    if time_header:
        time_ms = int(request.header(time_header)) * (1 if vendor == "hubspot" else 1000)
    if vendor == "stripe":
        pairs = [pair.split("=", 1) for pair in request.header("stripe-signature").split(",")]
        time_ms = int(dict(pairs)["t"]) * 1000
    valid, covered = False, None
    for secret in given["secrets"]:
        if vendor == "discord":
            content = request.header(time_header).encode() + request.body
            code = bytes.fromhex(request.header("x-signature-ed25519"))
            valid |= ed25519.verify(bytes.fromhex(secret), content, code)
            covered = ["timestamp", "body"]
            continue
        headers, covered = VENDORS[vendor](secret, request, time_ms)
        name, expected = headers[-1]
        found = request.header(name)
        if vendor == "stripe":
            expected = expected.split("v1=")[1]
            valid |= any(text == "v1" and code == expected for text, code in pairs)
        else:
            valid |= found == expected
    if not valid:
        raise Rejected("webhook.wrong_signature")
    kind, name = IDS.get(vendor, (None, None))
    id = request.header(name) if kind == "header" else kind and request.json(name)
    return {
        "id": id,
        "is_id_signed": kind == "json" and id is not None and "body" in covered,
        "timestamp_ms": time_ms,
        "covered": covered,
    }


CALLS = {"webhook.scheme_sign": sign, "webhook.scheme_verify": verify}
